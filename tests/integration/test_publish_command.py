"""The command followup publish: the folder it writes, what it refuses, and its pages in a browser without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.accessibility import violations
from tests.browser import chromium, opened
from tests.command_line import Shell


def tree(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_an_edition_is_written_again_over_itself_and_over_nothing_else(shell: Shell) -> None:
    done = shell("followup", "publish", "--out", "open", small=True)
    assert done.code == 0
    assert done.out.startswith("open: ")
    first = tree(shell.folder / "open")
    assert {"index.html", "edition.json", "sv/index.html", "en/area/liver.html"} <= first
    assert shell("followup", "publish", "--out", "open", "--lang", "en", small=True).code == 0
    assert not (shell.folder / "open" / "sv").exists()
    (shell.folder / "open" / "own.html").write_text("x", encoding="utf-8")
    shell("followup", "publish", "--out", "open", small=True).refusal("own.html")
    assert (shell.folder / "open" / "en" / "index.html").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--out", "two_units.toml"), "is no folder"),
        (("--out", "none/open"), "does not exist"),
        (("--out", "open", "--lang", "sv,no"), "name one or both of sv,en"),
        (("--out", "open", "--lang", "sv,sv"), "each once"),
        (("--out", "open", "--store", "none"), "there is no such folder"),
    ],
)
def test_what_cannot_be_done_is_refused_and_nothing_written(words: tuple[str, ...], told: str, shell: Shell) -> None:
    before = shell.files()
    shell("followup", "publish", *words, small=True).refusal(told)
    assert shell.files() == before


def test_reports_and_predictions_of_the_store_are_in_it_and_small_numbers_hidden(shell: Shell) -> None:
    shell("followup", "register", "--draws", "4", "--years", "2", "--as-of", "2021-12-31", "--by", "A", small=True)
    shell.write("r.csv", "area,hospital,year,measure,value\nliver,middle,2025,patients,31\n")
    shell("followup", "import", "r.csv", "--by", "A", small=True)
    shell("followup", "publish", "--out", "open", "--mask", "0", "--lang", "sv", small=True)
    page = (shell.folder / "open" / "sv" / "area" / "liver.html").read_text(encoding="utf-8")
    assert "enhetens rapport, version 1" in page
    assert "Rapporterat mot förutsagt" in page
    shell("followup", "publish", "--out", "open", "--mask", "10", "--lang", "sv", small=True)
    hidden = (shell.folder / "open" / "sv" / "area" / "liver.html").read_text(encoding="utf-8")
    assert "Antal patienter under 10 visas inte" in hidden
    assert ">9<" in page
    assert ">9<" not in hidden


@pytest.mark.skipif(chromium() is None, reason="needs Chromium")
def test_the_pages_are_accessible_and_lead_from_one_to_the_other_without_a_network(shell: Shell) -> None:
    shell("followup", "publish", "--out", "open", small=True)
    with opened() as context:
        page: Any = context.new_page()
        page.goto((shell.folder / "open" / "index.html").as_uri())
        assert violations(page) == []
        page.get_by_role("link", name="Läs på svenska").click()
        page.get_by_role("heading", name="Nationell högspecialiserad vård", level=1).wait_for()
        assert violations(page) == []
        page.get_by_role("link", name="Levervård").first.click()
        page.get_by_role("heading", name="Levervård", level=1).wait_for()
        assert violations(page) == []
        assert page.get_by_role("img", name="Rapporterat mot väntat: Levervård").count() == 1
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Till innehållet"
        page.get_by_role("link", name="English").click()
        page.get_by_role("heading", name="Liver care", level=1).wait_for()
        page.get_by_role("link", name="Middle Hospital").first.click()
        page.get_by_role("heading", name="Middle Hospital", level=1).wait_for()
        assert violations(page) == []
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Download as CSV: Permits").click()
        assert Path(waiting.value.path()).read_text(encoding="utf-8-sig").startswith("Care area,")
        assert (context.outside, context.complaints) == ([], [])
