"""The page of `randzon serve` in a real browser: the same answer as the command line, and nothing asked of others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from interface.effect_selection import LEADING, is_shown
from interface.numbers import decimals_for, format_value
from tests.browser import chromium
from tests.command_line import Shell
from tests.page_actions import give_file, settled, type_numbers

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
DRAWS, YEARS, SEED = 2, 1, 7
NUS = "Norrlands universitetssjukhus"


@pytest.fixture
def asking(page: Any) -> Any:
    """The page Tänk om of a new session."""
    page.get_by_role("link", name="Tänk om").click()
    page.get_by_role("button", name="Kör").wait_for()
    return page


def ask(page: Any, draws: int) -> None:
    """Ask for HOCM at two units with few draws, and run."""
    settled(page)
    area = page.get_by_role("combobox", name="Vårdområde")
    area.click()
    page.keyboard.type("HOCM")
    page.keyboard.press("Enter")
    settled(page)
    type_numbers(page, {"Antal enheter": 2, "Antal dragningar": draws, "Antal år": YEARS, "Frö": SEED})
    page.get_by_role("button", name="Kör").click()


def cells(page: Any, hospital: str) -> dict[str, str]:
    """Name of the measure to the effect that the table shows for a hospital."""
    group = page.locator("tbody").filter(has=page.get_by_role("rowheader", name=hospital, exact=True)).first
    rows = group.locator("tr:not(.group):not(.detail)").all()
    return {row.locator("th").inner_text(): row.locator("td").nth(1).inner_text() for row in rows}


def test_the_page_gives_the_number_that_the_command_line_gives(asking: Any, shell: Shell, tmp_path: Path) -> None:
    page = asking
    ask(page, DRAWS)
    page.get_by_role("button", name="Spara svaret").wait_for()
    assert page.evaluate("document.documentElement.lang") == "sv"
    told = shell("run", "hocm", "--draws", str(DRAWS), "--years", str(YEARS), "--seed", str(SEED),
                 "--format", "json").json("run")  # fmt: skip
    rows = [r for r in told["effects"] if r.get("hospital") == "nus" and r["year"] == YEARS
            and r["reading"] == "main" and r["measure"] in LEADING and is_shown(r)]  # fmt: skip
    assert rows
    shown = [format_value(r["effect"], decimals_for(r["low"], r["high"]), "sv", signed=True) for r in rows]
    assert list(cells(page, NUS).values()) == shown

    with page.expect_download() as waiting:
        page.get_by_role("button", name="Spara svaret").click()
    waiting.value.save_as(tmp_path / "answer.json")
    saved = json.loads((tmp_path / "answer.json").read_text(encoding="utf-8"))
    assert saved["effects"] == told["effects"]
    again = shell("show", tmp_path / "answer.json", "--year", "1")
    assert again.code == 0
    assert NUS in again.out

    picture = page.locator("img[alt]").first
    assert "HOCM" in picture.get_attribute("alt")
    assert page.evaluate("document.querySelector('img[alt]').naturalWidth") > 300
    page.locator("label").filter(has_text="English").click()
    page.get_by_role("heading", name="What if").wait_for()
    page.get_by_role("heading", name="nobody knows which").wait_for()
    assert page.evaluate("document.documentElement.lang") == "en"
    assert any("Displacement" in name for name in cells(page, "University Hospital of Umeå"))

    other = shell.run("--format", "json", scenario="south_alone.toml")
    page.get_by_text("Open a ready scenario or a file").click()
    give_file(page, shell.write("other.json", other.out))
    page.get_by_role("heading", name="Heart care to the South").wait_for()
    give_file(page, shell.write("broken.json", "{}"))
    page.get_by_text("broken.json says not which command answered").wait_for()


def test_a_run_is_stopped_while_another_session_works(asking: Any, context: Any, address: str) -> None:
    page = asking
    ask(page, 500)
    page.get_by_role("button", name="Stoppa").wait_for()
    page.get_by_text("Räknar").wait_for()
    other = context.new_page()
    other.goto(f"{address}/")
    drawing = other.locator("svg[role=group][aria-label*='tillstånd']")
    drawing.wait_for()  # the map, drawn while the first session computes
    assert "Norrlands" in drawing.get_attribute("aria-label")
    other.close()
    page.get_by_role("button", name="Stoppa").click()
    page.get_by_role("button", name="Stoppa").wait_for(state="detached")
    assert page.locator("h2").count() == 0
    assert page.get_by_role("button", name="Kör").is_enabled()
