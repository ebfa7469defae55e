"""The page Uppföljning in a browser: the command's numbers, a report tried and counted in, and hidden numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from interface.followup_text import count_text
from tests.browser import chromium
from tests.command_line import Shell
from tests.page_actions import give_file, settled, type_numbers

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
BURNS, HERNIA = "brannskador", "diafragmabrack"
TITLE = "Rapporterade patienter per år mot vad som var väntat"
HEAD = "area;hospital;year;measure;value;home_region;month;sex;age;subject;source;role;note"


def opened(page: Any, address: str, area: str) -> None:
    page.goto(f"{address}/uppfoljning?node={area}")
    page.get_by_role("heading", name="Rapporterat mot väntat", level=2).wait_for()
    page.get_by_role("heading", name="Vad svaret inte kan säga").wait_for()


def cells(page: Any) -> list[tuple[str, ...]]:
    """Hospital, year, reported, expected and verdict of each row of the table of reported years."""
    table = page.get_by_role("table", name=TITLE)
    table.wait_for()
    keys: list[str] = table.locator("thead th").all_inner_texts()
    found: list[tuple[str, ...]] = []
    for body in table.locator("tbody").all():
        rows = [r.locator("th, td").all_inner_texts() for r in body.locator("tr").all()]
        for row in rows[1:]:
            told = dict(zip(keys, row, strict=True))
            found.append((rows[0][0], *(told.get(k, "") for k in ("År", "Rapporterat", "Väntat", "Läge"))))
    return found


def test_the_page_shows_the_numbers_of_the_command(page: Any, address: str, shell: Shell) -> None:
    opened(page, address, BURNS)
    told = shell("followup", "show", "--area", "brännskador", "--all", "--format", "json").json("followup-show")
    names = told["nodes"]
    expected = [
        (names[r["hospital"]]["sv"], str(r["year"]), count_text(r["reported"], "sv"), count_text(r["expected"], "sv"))
        for r in told["rows"]
    ]
    found = cells(page)
    assert [c[:4] for c in found] == expected
    assert tuple(c[4] for c in found if c[4].startswith("under")) == ("under yttre gränsen", "under spannet*")
    picture = page.locator("img[alt*='Svåra brännskador']").first
    assert picture.evaluate("e => e.naturalWidth") > 300
    assert page.get_by_role("table", name="Villkor och avvikelser").get_by_text("bilaga 11").count() == 2
    assert page.locator("img[alt^='Rapporterat som andel']").count() == 1

    type_numbers(page, {"Dölj patientantal under": 5})
    page.get_by_text("Tal under 5 patienter är dolda").first.wait_for()
    settled(page)
    area = page.get_by_role("combobox", name="Vårdområde")
    area.click()
    page.keyboard.type("diafragma")
    page.keyboard.press("Enter")
    page.locator("img[alt*='diafragmabråck']").first.wait_for()
    hidden = shell("followup", "show", "--area", HERNIA, "--all", "--mask", "5", "--format", "json").json(
        "followup-show"
    )
    found = cells(page)
    assert [c[2] for c in found] == [count_text(r["reported"], "sv", r["masked"]) for r in hidden["rows"]]
    assert [c[2] for c in found].count("dolt") == 2
    assert [c[4] for c in found].count("dolt") == 6


def test_a_report_is_checked_cell_by_cell_and_counts_for_this_session_alone(
    page: Any, context: Any, address: str, tmp_path: Path
) -> None:
    opened(page, address, BURNS)
    bad = tmp_path / "fel.csv"
    bad.write_text(f"{HEAD}\n{BURNS};akademiska;2024;patients;2,5\n{BURNS};ingen;2024;patients;9\n", encoding="utf-8")
    give_file(page, bad)
    wrong = page.get_by_role("table", name="fel.csv: 2 fel; inget är läst in")
    wrong.wait_for()
    assert "rad 2, Värde" in wrong.inner_text()
    assert "inget sjukhus heter så" in wrong.inner_text()

    page.get_by_role("button", name="Remove").click()
    wrong.wait_for(state="detached")
    good = tmp_path / "bra.csv"
    good.write_text(f"{HEAD}\n{BURNS};akademiska;2024;patients;401\n", encoding="utf-8")
    give_file(page, good)
    added = page.get_by_role("table", name="bra.csv: 1 värden, alla rätt ifyllda")
    added.wait_for()
    assert "nytt" in added.inner_text()
    assert all(c[1] != "2024" for c in cells(page))
    page.get_by_text("Räkna in filens tal").click()
    page.get_by_text("Talen i bra.csv är inräknade").wait_for()
    page.get_by_role("table", name=TITLE).get_by_text("401", exact=True).wait_for()
    assert ("401", "över yttre gränsen") in {(c[2], c[4]) for c in cells(page)}

    other = context.new_page()
    opened(other, address, BURNS)
    assert all(c[1] != "2024" for c in cells(other))
    other.close()
