"""The page Uppföljning without a screen: the commands' numbers, a report checked and counted in, the edition."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from graph_schema import SettingError, StoreError
from impact.followup import follow_up
from interface.followed.content import Followed
from interface.open_edition import Edition, edition_files
from interface.page.service.followup import (
    answer_of,
    areas_followed,
    edition_zip,
    funnel_drawn,
    kept_store,
    of_store,
    predicted,
    reported_drawn,
    store_key,
)
from interface.page.service.report_check import (
    CheckedReport,
    added_table,
    checked_report,
    problem_table,
    template_file,
    with_report,
)
from interface.registers import registers_of
from loaders.followup import Store, import_report
from tests.drawn import mapped_system
from tests.reports import HEAD, NOW, kept, row, text_report

pytestmark = pytest.mark.unit
SYSTEM = mapped_system()


def report(*lines: str, name: str = "r.csv") -> CheckedReport:
    return checked_report(name, "\n".join([HEAD, *lines]).encode(), SYSTEM, NOW)


def test_the_store_is_that_of_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert kept_store().folder == Path("followup-store")
    monkeypatch.setenv("RANDZON_STORE", str(tmp_path / "mine"))
    store = kept_store()
    before = store_key(store)
    import_report(store, text_report(tmp_path, "liver,middle,2025,patients,21"), SYSTEM, "A", NOW)
    assert store_key(store) != before
    found = of_store(SYSTEM, registers_of(None), store, 0)
    assert [r["reported"] for r in found.rows("rows", "liver", "middle")] == [9.0, 16.0, 17.0, 21.0]
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("RANDZON_STORE", str(tmp_path / "file"))
    with pytest.raises(SettingError, match="name a folder"):
        kept_store()


@pytest.mark.parametrize("mask", [0, 10])
def test_the_answer_is_that_of_the_command(mask: int, tmp_path: Path) -> None:
    found, store = Followed(SYSTEM, (), (), mask), Store(tmp_path / "store")
    told = answer_of(found, store, "liver", "middle").document
    asked = follow_up(SYSTEM, area="liver", hospital="middle", mask=mask)
    assert [(r["year"], r["reported"], r["expected"]) for r in told["rows"]] == [
        (r["year"], r["reported"], r["expected"]) for r in asked["rows"]
    ]
    assert told["mask"] == mask
    assert told["chance"]["compared"] == (0 if mask else asked["chance"]["compared"])
    assert "Levervård" in answer_of(found, store, "liver", None).markup("sv")


def test_areas_have_a_permit_or_a_report(tmp_path: Path) -> None:
    assert areas_followed(Followed(SYSTEM), "sv") == {"liver": "Levervård"}
    found = Followed(SYSTEM, kept(tmp_path, [row(9.0, area="valve", hospital="north")]))
    assert list(areas_followed(found, "en").values()) == ["Liver care", "Valve care"]


def test_pictures_are_of_one_unit_or_all() -> None:
    found = Followed(SYSTEM)
    both, one = (reported_drawn(found, "liver", h, "sv") for h in (None, "middle"))
    assert "Södra" in both.table
    assert "Södra" not in one.table
    assert "Mellersta sjukhuset" in funnel_drawn(found, "liver", 2024, "sv").table
    with pytest.raises(SettingError):
        reported_drawn(found, "heart", None, "sv")
    told: list[tuple[int, int]] = []
    rows = [r for r in predicted(SYSTEM, lambda done, total: told.append((done, total))) if r["area"] == "liver"]
    assert told == [(0, 1), (1, 1)]
    assert {r["hospital"] for r in rows} == {"middle", "south"}
    assert "2026" in reported_drawn(found, "liver", None, "sv", rows).table


def test_templates_are_filled_in_and_read_back() -> None:
    given = {"area": "Levervård", "hospital": "Mellersta sjukhuset", "year": 2024}
    content = template_file(SYSTEM, "permit", ".csv", "sv", **given)
    lines = list(csv.reader(content.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert lines[1][:3] == ["Levervård", "Mellersta sjukhuset", "2024"]
    value = lines[0].index("Värde")
    lines[1][value] = "61"
    filled = "\n".join(";".join(f'"{c}"' for c in cells) for cells in lines).encode()
    (read,) = checked_report("mall.csv", filled, SYSTEM, NOW).rows
    assert (read.area, read.hospital, read.measure, read.value) == ("liver", "middle", "patients", 61.0)
    book = load_workbook(io.BytesIO(template_file(SYSTEM, "adjacent", ".xlsx", "en", year=2024)))
    assert "report" in book.sheetnames


def test_a_report_with_errors_is_told_by_cell_and_adds_nothing() -> None:
    found = report("liver,nowhere,2024,patients,5", "liver,middle,2024,patients,x")
    assert found.rows == ()
    table = problem_table(found, "sv")
    assert [r["report_place"] for r in table.rows] == ["rad 2, Enhet", "rad 3, Värde"]
    assert table.title == "r.csv: 2 fel; inget är läst in"
    assert problem_table(found, "en").rows[0]["report_rule"] == "no Hospital is called so"
    with pytest.raises(StoreError, match=r"^r\.pdf: give a file"):
        report(name="r.pdf")


def test_a_report_shows_what_it_would_add_and_counts_in_this_session_only(tmp_path: Path) -> None:
    standing = kept(tmp_path, [row(30.0, year=2025), row(31.0, "lead_time_median", year=2025)])
    base = Followed(SYSTEM, standing)
    lines = ("liver,middle,2025,patients,44", "liver,middle,2024,patients,17", "liver,middle,2025,lead_time_median,31",
             "liver,middle,2025,patients,20,n", "liver,middle,2025,patients,24,,,woman")  # fmt: skip
    found = report(*lines)
    table = added_table(base, found, "sv")
    assert [(r["report_value"], r["report_before"], r["report_state"]) for r in table.rows] == [
        ("44", "30", "ersätter"), ("17", "17", "står redan"), ("31", "31", "står redan"), ("20", "–", "nytt"),
        ("24", "–", "nytt"),
    ]  # fmt: skip
    assert [r["followup_what"] for r in table.rows][3:] == [
        "Patienter (hemregion Region Nord)", "Patienter (kön kvinnor)",
    ]  # fmt: skip
    counted = Followed(SYSTEM, with_report(standing, found, NOW))
    assert counted.rows("rows", "liver", "middle")[-1]["reported"] == 44.0
    assert base.rows("rows", "liver", "middle")[-1]["reported"] == 30.0
    assert len(standing) == 2
    assert counted.content["revisions"][0]["before"] == [30.0]
    taken_back = report("liver,middle,2025,patients,utgår")
    assert with_report(standing, taken_back, NOW) == [standing[1]]
    assert added_table(base, taken_back, "sv").rows[0]["report_value"] == "tas tillbaka"


def test_a_file_of_guesses_learns_nothing_where_numbers_are_hidden(tmp_path: Path) -> None:
    base = Followed(SYSTEM, kept(tmp_path, [row(3.0, year=2025)]), (), 5)
    told = [added_table(base, report(f"liver,middle,2025,patients,{v}"), "sv").rows[0] for v in (3, 44)]
    assert [(r["report_value"], r["report_before"], r["report_state"]) for r in told] == [
        ("<5", "dolt", "dolt"), ("44", "dolt", "dolt"),
    ]  # fmt: skip


def test_the_edition_as_a_file_is_that_of_the_command() -> None:
    found = Followed(SYSTEM)
    content = edition_zip(found, 10, lambda *_: None)
    files = edition_files(Edition(Followed(SYSTEM, (), (), 10)))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert {n.split("/", 1)[1]: archive.read(n) for n in archive.namelist()} == files
