"""The baseline command on the small country: in all forms, as files, reopened, compared, and what it refuses."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from graph_schema import SettingError
from interface import html_report
from tests.command_line import Shell

FEW = ("--draws", "4")
NC = "study/baseline-2025-12-31.nc"


class Page(HTMLParser):
    """What a page holds: its elements, its links and what it fetches."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.fetched: list[str] = []
        self.anchors: list[str] = []
        self.ids: list[str] = []
        self.cells: list[int] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.fetched += [str(found[k]) for k in ("src", "srcset") if k in found]
        self.ids += [str(found["id"])] if "id" in found else []
        self.anchors += [str(found["href"])] if "href" in found else []
        if tag == "tr":
            self.cells.append(0)
        if tag in {"td", "th"}:
            self.cells[-1] += 1
        if tag not in {"meta", "link", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def saved(shell: Shell) -> Shell:
    for day in ("2022-12-31", "2025-12-31"):
        answer = shell("baseline", "--as-of", day, *FEW, "--out", "study", small=True)
        assert (answer.code, answer.err) == (0, "")
    return shell


def test_baseline_in_all_forms(shell: Shell) -> None:
    answer = shell("baseline", *FEW, "--format", "json", small=True)
    found = answer.json("baseline")
    assert answer.err == ""
    assert (found["as_of"], found["manifest"]["draws"]) == ("2025-12-31", 4)
    units = [
        r for r in found["indicators"] if r["indicator"] == "units" and r["of"] == "hospital" and r["age"] == "all"
    ]
    assert [(r["hospital"], r["value"]) for r in units] == [("north", 0), ("middle", 1), ("south", 1)]
    rows = shell("baseline", *FEW, "--format", "csv", small=True).csv()
    assert len(rows) == len(found["indicators"])
    swedish, english = (shell("baseline", *FEW, "--lang", lang, small=True).out for lang in ("sv", "en"))
    assert "Det här kan datasetet inte svara på" in swedish
    assert "What the dataset cannot answer" in english
    assert "Indata" not in english
    assert len(shell("baseline", *FEW, "--all", small=True).out) > len(swedish)


def test_a_study_is_saved_as_three_files_and_shown_again(saved: Shell) -> None:
    names = {Path(name).name for name in saved.files() if "baseline-2025" in name}
    assert names == {"baseline-2025-12-31.nc", "baseline-2025-12-31.csv", "baseline-2025-12-31.html"}
    shown = saved("show", NC, "--format", "json").json("baseline")
    assert shown == saved("baseline", *FEW, "--format", "json", small=True).json("baseline")
    with (saved.folder / NC).with_suffix(".csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [r["value"] for r in rows] == [str(r["value"]) for r in shown["indicators"]]
    assert saved("show", NC).out == saved("baseline", *FEW, small=True).out


def test_the_report_is_whole_and_needs_no_network(saved: Shell) -> None:
    text = (saved.folder / NC).with_suffix(".html").read_text(encoding="utf-8")
    page = Page(text)
    assert page.fetched == []
    assert {a.removeprefix("#") for a in page.anchors} <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))
    assert not re.search(r"https?://|@import|url\(", text)
    assert '<html lang="sv">' in text
    assert not re.search(r"baseline_\w+|\bNone\b|\bnan\b|\{\w+\}|\\n", text)
    tables = text.split("<table>")[1:]
    for table in tables:
        widths = set(Page(f"<table>{table.split('</table>')[0]}</table>").cells)
        assert len(widths) == 1


def test_two_studies_are_compared(saved: Shell) -> None:
    pair = ("study/baseline-2022-12-31.nc", NC)
    found = saved("baseline", "compare", *pair, "--format", "json").json("baseline-compare")
    assert (found["a"], found["b"], found["paired"]) == ("2022-12-31", "2025-12-31", True)
    assert found["permits"] == []
    assert (found["counts"]["before"], found["counts"]["after"]) == ([2022], [2023, 2024])
    answer = saved("baseline", "compare", *pair, "--out", "study")
    assert "ingen säker förändring" in answer.out
    files = {Path(name).name for name in saved.files() if "-to-" in name}
    stem = "baseline-2022-12-31-to-2025-12-31"
    assert files == {f"{stem}.csv", f"{stem}-counts.csv", f"{stem}.html"}
    Page((saved.folder / "study" / f"{stem}.html").read_text(encoding="utf-8"))
    rows = saved("baseline", "compare", *pair, "--format", "csv").csv()
    assert len(rows) == len(found["rows"])
    same = saved("baseline", "compare", NC, NC, "--format", "json").json("baseline-compare")
    assert {r["change"] for r in same["rows"]} == {"same"}


def test_what_cannot_be_answered_is_refused_and_nothing_is_written(saved: Shell) -> None:
    before = saved.files()
    refused = (
        (("baseline", "--as-of", "2026-01-01", "--out", "new"), "the dataset ends 2025-12-31"),
        (("baseline", "--as-of", "1999-01-01"), "history of the dataset begins"),
        (("baseline", "--as-of", "soon"), "no date"),
        (("baseline", "--draws", "1"), "at least 2"),
        (("baseline", "--out", "none/new"), "the folder cannot be made"),
    )
    for arguments, told in refused:
        saved(*arguments, small=True).refusal(told)
    saved("baseline", "compare", NC, "study/baseline-2022-12-31.nc").refusal("name the earlier one first")
    saved("baseline", "compare", NC, "two_units.toml").refusal("no netCDF file")
    saved("baseline", "compare", NC, "none.nc").refusal("does not exist")
    assert saved.files() == before


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "jinja2", None)
    with pytest.raises(SettingError, match=r"pip install 'randzon\[report\]', or leave it out with --no-report"):
        html_report.check_report()


def test_a_report_can_be_left_out(shell: Shell) -> None:
    shell("baseline", *FEW, "--out", "plain", "--no-report", small=True)
    assert {Path(f).suffix for f in shell.files() if f.startswith("plain/")} == {".nc", ".csv"}
