"""The page Tänk om in a browser: a composed scenario and a comparison give the numbers of the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interface.numbers import decimals_for, format_value
from tests.accessibility import violations
from tests.browser import chromium
from tests.command_line import Shell
from tests.page_actions import give_file, settled, type_numbers

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
DRAWS, YEARS, SEED = 2, 1, 7
HOW = ("--draws", str(DRAWS), "--years", str(YEARS), "--seed", str(SEED), "--format", "json")
CHOSEN = """([label, words]) => [...document.querySelectorAll("input[role=combobox]")].some(
  (box) => (box.getAttribute("aria-label") || "").startsWith(label) && box.value.includes(words))"""
NUMBERS = ("a", "b", "difference", "low", "high", "paired")
NUS = "Norrlands universitetssjukhus"


def choose(page: Any, label: str, words: str) -> None:
    """Choose what holds these words in a select box."""
    settled(page)
    box = page.get_by_role("combobox", name=label).first
    box.click()
    page.keyboard.type(words)
    page.get_by_role("option", name=words).first.click()
    settled(page)
    page.wait_for_function(CHOSEN, arg=[label, words])  # the page has taken it


def day(page: Any, label: str, digits: str) -> None:
    """Type a date."""
    page.get_by_role("group", name=label).get_by_role("spinbutton").first.click()
    page.keyboard.type(digits)
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")


def run(page: Any) -> None:
    """Run, and wait for the answer."""
    page.get_by_role("button", name="Kör").click()
    settled(page)  # it may be there at once: the server keeps what it was asked before
    page.get_by_role("button", name="Spara svaret").wait_for()


def saved(page: Any, button: str, path: Path) -> Path:
    """What a button saves, as a file."""
    settled(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name=button).last.click()
    waiting.value.save_as(path)
    return path


def keep(page: Any) -> None:
    """Keep the answer for comparison."""
    page.locator("label").filter(has_text="Behåll för jämförelse").click()
    page.get_by_role("heading", name="Jämför scenarier").first.wait_for()
    settled(page)


def row_of(page: Any, caption: str, group: str, measure: str) -> list[str]:
    """The cells of a measure of a hospital in a table."""
    table = page.get_by_role("region", name=caption).last.locator("table")
    body = table.locator("tbody").filter(has=page.get_by_role("rowheader", name=group, exact=True)).first
    line = body.locator("tr").filter(has=page.locator("th[scope=row]", has_text=measure)).first
    return line.locator("td").all_inner_texts()


def add(page: Any) -> None:
    """Open the form of one more decision or event."""
    settled(page)
    page.get_by_role("button", name="Lägg till", exact=True).click()
    page.get_by_role("button", name="Avbryt").wait_for()


def compose(page: Any) -> None:
    """HOCM to two units and a unit that is closed for a summer; a decision that contradicts is told and removed."""
    type_numbers(page, {"Antal dragningar": DRAWS, "Antal år": YEARS, "Frö": SEED})
    add(page)
    choose(page, "Vad beslutas eller händer?", "Händelse: en enhet är stängd")
    choose(page, "Sjukhus", "Karolinska")
    day(page, "Första dagen", "20260601")
    day(page, "Sista dagen", "20260831")
    assert violations(page) == []
    page.get_by_role("button", name="Lägg till i scenariot").click()
    page.get_by_text("2026-06-01 till och med 2026-08-31.").wait_for()
    add(page)
    choose(page, "Vad beslutas eller händer?", "Beslut: ge ett sjukhus")
    choose(page, "Vårdområde", "HOCM")
    choose(page, "Sjukhus", "Norrlands")
    page.get_by_role("button", name="Lägg till i scenariot").click()
    page.get_by_text("Går inte ihop med beslut 1 (koncentration)").wait_for()
    assert page.get_by_role("button", name="Kör").is_disabled()
    page.get_by_role("button", name="Ta bort beslut 2").click()
    page.get_by_text("Går inte ihop").wait_for(state="detached")
    settled(page)


def test_a_composed_scenario_and_a_comparison_are_those_of_the_command_line(
    page: Any, address: str, shell: Shell, tmp_path: Path
) -> None:
    page.goto(f"{address}/tank-om")
    page.get_by_role("button", name="Kör").wait_for()
    compose(page)
    both = saved(page, "Spara scenariot", tmp_path / "both.toml")
    run(page)
    answer = json.loads(saved(page, "Spara svaret", tmp_path / "answer.json").read_text(encoding="utf-8"))
    told = shell("run", both, *HOW).json("run")
    assert answer["effects"] == told["effects"]
    assert answer["manifest"]["scenario_hash"] == told["manifest"]["scenario_hash"]
    first = saved(page, "Spara hela resultatet", tmp_path / "both.nc")
    keep(page)

    page.get_by_role("button", name="Ta bort händelse 1").click()
    page.get_by_role("button", name="Ta bort händelse 1").wait_for(state="detached")
    settled(page)
    run(page)
    second = saved(page, "Spara hela resultatet", tmp_path / "one.nc")
    keep(page)
    page.get_by_role("button", name="Jämför", exact=True).click()
    page.get_by_role("heading", name="B jämfört med A år").wait_for()
    page.locator("img[alt*='skiljer sig från']").wait_for()
    compared = json.loads(saved(page, "Spara svaret", tmp_path / "compared.json").read_text(encoding="utf-8"))
    typed = shell("compare", first, second, "--no-rerun", "--format", "json").json("compare")
    assert len(typed["rows"]) == len(compared["rows"]) > 50
    for ours, theirs in zip(compared["rows"], typed["rows"], strict=True):
        assert {k: ours[k] for k in NUMBERS} == {k: theirs[k] for k in NUMBERS}
    row = next(r for r in typed["rows"] if r.get("hospital") == "nus" and r["measure"] == "patients_displaced")
    decimals = decimals_for(row["low"], row["high"])
    a, b, difference = (format_value(row[k], decimals, "sv", signed=True) for k in ("a", "b", "difference"))
    shown = row_of(page, "Sjukhusen, från norr till söder", NUS, "undanträngda")
    assert shown[:2] == [a, b]
    assert shown[2].startswith(f"{difference} (")
    assert violations(page) == []
    assert shell("show", tmp_path / "compared.json").code == 0


def view(page: Any, name: str) -> None:
    """Choose what is shown of the answer."""
    page.get_by_role("radiogroup", name="Visa").locator("label").filter(has_text=name).click()
    settled(page)


def test_each_view_of_an_answer_tells_what_the_answer_holds(page: Any, address: str, shell: Shell) -> None:
    whole = shell.folder / "whole.nc"
    told = shell("run", "hocm", *HOW, "--out", whole).json("run")
    page.goto(f"{address}/tank-om")
    page.get_by_text("Öppna ett färdigt scenario eller en fil").click()
    give_file(page, whole)
    page.get_by_role("heading", name="HOCM till två enheter").wait_for()

    rows = {(r.get("hospital") or r.get("region"), r["measure"]): r for r in told["effects"]
            if r["year"] == YEARS and r["reading"] == "main"}  # fmt: skip
    view(page, "Tilldelningen")
    row = rows["nus", "patients_displaced"]
    decimals = decimals_for(*sorted((row["worst"], row["best"])))
    page.get_by_role("region", name="Bästa och sämsta tilldelningen").wait_for()
    group = page.locator("tbody").filter(has=page.locator("th[scope=rowgroup]", has_text=NUS)).first
    cells = group.locator("tr").filter(has_text="undanträngda").first.locator("td").all_inner_texts()
    assert cells[1] == format_value(row["best"], decimals, "sv", signed=True)
    assert cells[3] == format_value(row["worst"], decimals, "sv", signed=True)

    view(page, "Resor")
    page.locator("img[alt*='Karta över Sveriges regioner']").wait_for()
    page.get_by_text("Tabell över det som bilden visar").click()
    region = next(r for (place, m), r in rows.items() if m == "hours_mean" and "region" in r)
    line = page.locator("tr").filter(has=page.locator("th", has_text=region["name"])).first
    assert format_value(region["effect"], 1, "sv", signed=True)[:4] in line.inner_text()

    view(page, "Patienter och undanträngning")
    page.get_by_role("button", name="Räkna för det året").click()
    page.get_by_role("heading", name="Vart områdets patienter tar vägen").wait_for()
    own = [r for (h, _), r in rows.items() if h == "nus" and r["perspective"] == "own_care"]
    before = format_value(sum(r["baseline"] for r in own), 1, "sv")
    line = page.get_by_role("region", name="Var områdets patienter vårdas").first.locator("tr").filter(has_text=NUS)
    assert line.locator("td").first.inner_text() == before
    page.locator("img[alt*='trängs undan']").wait_for()

    view(page, "Varför")
    choose(page, "Mått", "undanträngda")
    page.get_by_role("button", name="Visa varför").click()
    page.get_by_role("heading", name="Varför: undanträngda").wait_for()
    why = shell("explain", whole, "--hospital", "nus", "--measure", "patients_displaced", "--format", "json").json(
        "explain"
    )
    assert why["effect"] == pytest.approx(rows["nus", "patients_displaced"]["effect"], abs=1e-9)
    path = why["paths"][0]["text_sv"].partition(" → ")[2]
    page.get_by_text(path.split(" → ")[-1]).first.wait_for()
    assert violations(page) == []
