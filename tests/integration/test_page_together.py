"""The page Samlat in a real browser: what the commands answer, computed, stopped, saved and opened from their files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interface.attribution_reading import AttributionReading
from interface.drawings.interactions import interaction_keys
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from tests.accessibility import violations
from tests.browser import chromium
from tests.command_line import Shell
from tests.page_actions import give_file, settled, type_numbers

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
DRAWS, YEARS = 2, 1
NUS = "Norrlands universitetssjukhus"
MEASURE = "patients_displaced"


def open_part(page: Any, address: str, part: str) -> None:
    page.goto(f"{address}/samlat?del={part}")
    page.get_by_role("button", name="Kör").wait_for()


def run(page: Any, draws: int, years: int) -> None:
    type_numbers(page, {"Antal dragningar": draws, "Antal år": years})
    page.get_by_text(f"{draws} dragningar tar").wait_for()
    page.get_by_role("button", name="Kör").click()


def choose(page: Any, label: str, option: str) -> None:
    """Choose by the keyboard, once the page stands still."""
    settled(page)
    page.get_by_role("combobox", name=label).last.click()
    page.keyboard.type(option)
    page.keyboard.press("Enter")


def rows(page: Any, head: str) -> list[list[str]]:
    """Cells of the rows of the shown table whose first cell is that."""
    page.get_by_text("Tabell över det som bilden visar").last.click()
    found = page.locator("tbody tr").filter(has=page.get_by_role("rowheader", name=head, exact=True))
    found.first.wait_for()
    return [row.locator("th, td").all_inner_texts() for row in found.all()]


def test_growth_is_what_accumulate_answers(page: Any, address: str, shell: Shell, tmp_path: Path) -> None:
    open_part(page, address, "verkan")
    run(page, DRAWS, YEARS)
    page.locator("img[alt*='Diagram för 7 sjukhus']").wait_for()
    choose(page, "Mått", "undanträngda")
    page.locator("img[alt*='undanträngda patienter i annan vård']").wait_for()
    told = shell("accumulate", "--draws", str(DRAWS), "--years", str(YEARS), "--format", "json").json("accumulate")
    steps = [r for r in told["timeline"] if r.get("hospital") == "nus" and r["measure"] == MEASURE]
    ends = [next(r for r in told["effects"] if r.get("hospital") == "nus" and r["measure"] == MEASURE
                 and r["reading"] == "main" and r["year"] == year) for year in (0, YEARS)]  # fmt: skip
    shown = rows(page, NUS)
    assert [cells[2] for cells in shown[: len(steps)]] == [r["date"] for r in steps]
    for cells, row in zip(shown, [*steps, *ends], strict=False):
        values = [float(c.replace("\u202f", "").replace("−", "-").replace(",", ".")) for c in cells[4:7]]
        assert values == pytest.approx([row[k] for k in ("effect", "low", "high")], abs=0.51)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Spara svaret").click()
    waiting.value.save_as(tmp_path / "answer.json")
    saved = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert (saved["effects"], saved["timeline"]) == (told["effects"], told["timeline"])
    assert shell("show", tmp_path / "answer.json").code == 0
    page.get_by_text("Allt som randzon accumulate skriver ut").click()
    page.get_by_role("heading", name="Sjukhusen, från norr till söder").wait_for()
    assert violations(page) == []


def test_a_long_answer_is_stopped_and_the_page_goes_on(page: Any, address: str) -> None:
    open_part(page, address, "andelar")
    run(page, 500, 10)
    page.get_by_role("button", name="Stoppa").wait_for()
    page.locator("[data-testid=stProgress]").wait_for()
    page.get_by_role("button", name="Stoppa").click()
    page.get_by_role("button", name="Stoppa").wait_for(state="detached", timeout=10_000)
    assert page.locator("h2").count() == 0
    page.get_by_text("Räkna svaret i förväg", exact=True).click()
    page.get_by_text("randzon attribute --hospital nus --interactions --no-split --draws 500").wait_for()


def test_files_of_the_command_line_are_opened(page: Any, address: str, shell: Shell) -> None:
    shell("attribute", "--hospital", "nus", "--draws", "4", "--years", "1", "--no-split", "--interactions",
          "--out", "att.json")  # fmt: skip
    told = json.loads((shell.folder / "att.json").read_text(encoding="utf-8"))
    open_part(page, address, "verkan")
    page.get_by_text("Öppna ett sparat svar", exact=True).click()
    give_file(page, shell.folder / "att.json")
    page.get_by_role("heading", name="Tre siffror för varje beslut").wait_for()
    assert "del=andelar" in page.url
    reading = AttributionReading(NamedNodes(told["nodes"]), told, "sv", 1)
    key = reading.visible_keys("nus")[0]
    total = next(r["total"] for r in reading.rows("last_in_gap", key))
    largest = max(abs(r[f]) for r in reading.rows("rows", key) for f in ("historical", "shapley", "last_in"))
    whole = format_value(reading.scale(key) * total, decimals_for(0, reading.scale(key) * largest), "sv", signed=True)
    page.locator(f"img[alt*='alla beslut tillsammans {whole}']").wait_for()
    dates = [d["dates"][0] for d in told["decisions"]]
    assert len(set(dates)) > 3
    for sentence in ("I datumordning: hur mycket", "Andel (Shapley): medelvärdet", "Sist in: vad som"):
        page.get_by_text(sentence).first.wait_for()

    assert interaction_keys(reading, "nus")
    page.get_by_role("heading", name="Vad par av beslut gör tillsammans").wait_for()
    page.locator("img[alt*='Nätverk av 6 beslut']").wait_for()
    choose(page, "Rita par", "alla par")
    page.wait_for_function("[...document.querySelectorAll('input')].some(i => i.value === 'alla par')")
    assert violations(page) == []

    shell("headroom", "--draws", "4", "--years", "2", "--out", "room.json", small=True)
    room = json.loads((shell.folder / "room.json").read_text(encoding="utf-8"))
    give_file(page, shell.folder / "room.json")
    page.get_by_text("räknat på en annan datamängd").wait_for()
    page.locator("img[alt*='Staplar för 3 sjukhus']").wait_for()
    settled(page)
    left = [r["decisions_left"] for r in room["rows"]]
    shown = rows(page, "Södra sjukhuset")[0]
    assert shown[1] == ("under redan" if left[-1] is None else f"alla {left[-1]}" if left[-1] else "0")
    give_file(page, shell.write("broken.json", "{}"))
    page.get_by_text("broken.json says not which command answered").wait_for()
