"""The open edition: every link leads somewhere, every file says what its page says, and no hidden number is in it."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path, PurePosixPath
from urllib.parse import unquote

import pytest

from graph_schema import SettingError, StoreError
from interface.followed.content import Followed
from interface.open_edition import Edition, edition_files, publish, zipped
from interface.open_edition.edition import LIST
from loaders.followup import ReportRow
from tests.drawn import OUTSIDE, mapped_system
from tests.reports import kept, row

pytestmark = pytest.mark.unit
SYSTEM = mapped_system()


class Read(HTMLParser):
    """What a page is made of, as far as these tests ask."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.lang = ""
        self.cells: list[list[str]] = []
        self.is_cell = False
        self.feed(content.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags.append(tag)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if tag == "a" else []
        self.lang = str(found["lang"]) if tag == "html" else self.lang
        if tag == "tr":
            self.cells.append([])
        self.is_cell = tag in {"td", "th"} or (self.is_cell and tag == "a")
        if tag in {"td", "th"}:
            self.cells[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.is_cell and self.cells and self.cells[-1]:
            self.cells[-1][-1] += data

    def handle_endtag(self, tag: str) -> None:
        self.is_cell = self.is_cell and tag not in {"td", "th"}


def edition(folder: Path, rows: Sequence[ReportRow] = (), mask: int = 5) -> dict[str, bytes]:
    standing = kept(folder, list(rows)) if rows else ()
    return edition_files(Edition(Followed(SYSTEM, standing, (), mask)))


REPORTS = (
    row(4.0, year=2025), row(30.0, hospital="south", year=2025), row(60.0, hospital="south"),
    row("Nämn patienten", "flag"), row("bad air", "event", subject="theatre"), row("partly", "condition", subject="V"),
    row(12.0, "register_patients", hospital="north", source="reg", role="refused"),
)  # fmt: skip


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return edition(tmp_path_factory.mktemp("edition"), REPORTS)


def pages(files: dict[str, bytes]) -> dict[str, Read]:
    return {name: Read(content) for name, content in files.items() if name.endswith(".html")}


def test_there_is_a_page_for_every_area_and_every_hospital_in_both_languages(files: dict[str, bytes]) -> None:
    found = {n for n in files if n.endswith(".html")}
    assert found == {
        "index.html",
        *(f"{lang}/index.html" for lang in ("sv", "en")),
        *(f"{lang}/area/{a}.html" for lang in ("sv", "en") for a in ("heart", "valve", "liver")),
        *(f"{lang}/hospital/{h}.html" for lang in ("sv", "en") for h in ("middle", "south")),
    }
    told = json.loads(files[LIST])
    assert set(told["files"]) == set(files) - {LIST}
    assert (told["mask"], told["languages"], told["system_hash"]) == (5, ["sv", "en"], SYSTEM.content_hash)


def test_every_link_leads_to_a_file_or_a_place_on_the_page(files: dict[str, bytes]) -> None:
    for name, read in pages(files).items():
        assert len(read.ids) == len(set(read.ids)), name
        for link in read.links:
            path, _, anchor = unquote(link).partition("#")
            if not path:
                assert anchor in read.ids, (name, link)
                continue
            parts: list[str] = []
            for part in (PurePosixPath(name).parent / path).parts:
                parts = parts[:-1] if part == ".." else [*parts, part]
            assert "/".join(parts) in files, (name, link)


def test_pages_need_no_script_no_network_and_have_one_heading(files: dict[str, bytes]) -> None:
    for name, read in pages(files).items():
        content = files[name].decode("utf-8")
        assert "script" not in read.tags, name
        assert OUTSIDE.findall(content) == []
        assert "default-src 'none'" in content
        assert read.tags.count("h1") == 1
        assert read.lang == (name[:2] if "/" in name else "sv")
        assert content.count("<svg") == content.count('role="img" aria-label="')


def test_files_hold_the_cells_of_their_page(files: dict[str, bytes]) -> None:
    tables, read = {n: c for n, c in files.items() if n.endswith(".csv")}, pages(files)
    assert len(tables) > 15
    for name, content in tables.items():
        lang, _, stem = name.partition("/data/")
        kind, _, rest = stem.removesuffix(".csv").partition("-")
        owner = f"{lang}/{kind}/{rest.split('-')[0]}.html" if kind in ("area", "hospital") else f"{lang}/index.html"
        shown = {tuple(c.replace("\u202f", "").replace("−", "-").strip() for c in line) for line in read[owner].cells}
        delimiter = ";" if lang == "sv" else ","
        for line in csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=delimiter):
            assert tuple(line) in shown, (name, line)


def test_small_numbers_and_own_words_are_nowhere(files: dict[str, bytes]) -> None:
    whole = "\n".join(c.decode("utf-8") for n, c in files.items() if n != LIST)
    assert "dolt" in whole
    assert "Nämn patienten" not in whole
    assert "bad air" not in whole
    for name in ("sv/area/liver.html", "sv/hospital/south.html", "sv/index.html"):
        rows = [c for c in pages(files)[name].cells if "2025" in c]
        assert rows
        assert not {"4", "30"} & {cell for r in rows for cell in r}, name  # 30 would give the 4 away
    svg = files["sv/area/liver.html"].decode("utf-8")
    assert "dolt" in svg[svg.index("<svg") : svg.index("</svg>")]


def test_hidden_numbers_may_be_others_without_a_byte_changing(tmp_path: Path) -> None:
    rest = [r for r in REPORTS if r.year != 2025]
    some = Followed(SYSTEM, kept(tmp_path / "some", REPORTS)).rows("rows", "liver", "south")
    top = next(r["high"] for r in some if r["year"] == 2025)
    within = [*rest, row(4.0, year=2025), row(top, hospital="south", year=2025)]
    above = [*rest, row(0.0, year=2025), row(top + 4, hospital="south", year=2025)]  # another verdict
    assert edition(tmp_path / "a", within) == edition(tmp_path / "b", above)
    first = edition(tmp_path / "d", REPORTS)
    shown = edition(tmp_path / "c", REPORTS, mask=0)
    assert shown["sv/area/liver.html"] != first["sv/area/liver.html"]
    assert b">30<" in shown["sv/area/liver.html"]


def test_the_same_edition_gives_the_same_bytes(files: dict[str, bytes], tmp_path: Path) -> None:
    assert edition(tmp_path, REPORTS) == files
    assert zipped(files, "x") == zipped(dict(reversed(files.items())), "x")


def test_progress_is_told_by_page(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    edition_files(Edition(Followed(SYSTEM), ("sv",)), lambda done, total: told.append((done, total)))
    assert told == [(i, 7 - 1) for i in range(7)]
    assert not (tmp_path / "x").exists()


FEW = {"index.html": b"one", "sv/data/a.csv": b"two", LIST: b""}


def listed(files: dict[str, bytes]) -> dict[str, bytes]:
    names = dict.fromkeys(set(files) - {LIST}, "hash")
    return {**files, LIST: json.dumps({"format": "randzon-open-edition-1", "files": names}).encode()}


def test_an_edition_takes_the_place_of_an_earlier_one_and_of_nothing_else(tmp_path: Path) -> None:
    place = tmp_path / "open"
    publish(place, listed(FEW))
    assert (place / "sv" / "data" / "a.csv").read_bytes() == b"two"
    publish(place, listed({"index.html": b"new", LIST: b""}))
    assert sorted(p.name for p in place.rglob("*")) == [LIST, "index.html"]
    assert [p.name for p in tmp_path.iterdir()] == ["open"]
    (place / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingError, match=r"notes\.txt"):
        publish(place, listed(FEW))
    assert (place / "index.html").read_bytes() == b"new"
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    publish(foreign, listed(FEW))  # an empty folder will do
    other = tmp_path / "other"
    (other / "deep").mkdir(parents=True)
    (other / "deep" / "x").write_text("x", encoding="utf-8")
    for wrong in (other, tmp_path / "none" / "open", place / "index.html"):
        with pytest.raises(SettingError):
            publish(wrong, listed(FEW))


def test_what_cannot_be_written_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "open"
    publish(place, listed(FEW))
    original = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.name == "a.csv":
            raise OSError(28, "No space left on device")
        return original(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(StoreError, match="No space left"):
        publish(place, listed({**FEW, "index.html": b"new"}))
    assert (place / "index.html").read_bytes() == b"one"
    assert [p.name for p in tmp_path.iterdir()] == ["open"]
