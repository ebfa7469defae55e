"""The page Frågor in a real browser: computed as on the command line, ticked, worded anew, written, followed."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from graph_schema import CareSystem
from interface.numbers import format_share
from loaders import load_sweden
from tests.browser import chromium
from tests.command_line import Shell
from tests.page_actions import give_file, settled, type_numbers

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
DRAWS, YEARS = 100, 1
WANTED = "a_areas1_hocm_volume"


@pytest.fixture
def questions(page: Any, address: str) -> Any:
    page.goto(f"{address}/fragor?node=hocm")
    page.get_by_role("heading", name="Till sakkunniggruppen").wait_for()
    return page


def saved(page: Any, name: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    path = folder / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def register(system: CareSystem) -> dict[str, str]:
    return {r.key[0]: r.text("question_sv") for r in system.rows["assumptions"]}


def test_a_question_becomes_a_letter_and_a_row_to_follow(questions: Any, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx")
    system = load_sweden()
    words = register(system)[WANTED]
    questions.locator("label").filter(has_text=words).click()
    settled(questions)
    questions.get_by_role("textbox", name="Frågans ordalydelse").fill("Hur många är de i hela landet?")
    questions.keyboard.press("Control+Enter")
    questions.get_by_role("heading", name="1. Hur många är de i hela landet?").wait_for()
    volume = system.node("hocm").quantity("volume")
    assert volume is not None
    cell = questions.locator("table").last.locator("tbody td").all_inner_texts()
    assert cell[1:3] == [f"{volume.value:.0f}", f"{volume.low:.0f} … {volume.high:.0f}"]

    made = docx.Document(str(saved(questions, "Spara brevet (Word)", tmp_path)))
    assert "1. Hur många är de i hela landet?" in [p.text for p in made.paragraphs]
    assert any("inget ställningstagande" in p.text for p in made.paragraphs)
    file = saved(questions, "Spara uppföljningslista (CSV)", tmp_path)
    (row,) = csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines())
    assert (row["question_id"], row["question"]) == (WANTED, "Hur många är de i hela landet?")
    assert row["recipient"] == "Sakkunniggruppen"


def test_the_page_computes_what_the_command_line_computes(questions: Any, shell: Shell, tmp_path: Path) -> None:
    told = shell("unknowns", "hocm", "--draws", str(DRAWS), "--years", str(YEARS), "--format", "json").json("unknowns")
    questions.get_by_text("Beräkna vilka svar som kan ändra omdömet").click()
    type_numbers(questions, {"Antal dragningar": DRAWS, "Antal år": YEARS})
    questions.get_by_role("button", name="Kör", exact=True).click()
    questions.get_by_text(f"{DRAWS} dragningar: ").wait_for()
    file = saved(questions, "Spara svaret (JSON)", tmp_path)
    found = json.loads(file.read_text(encoding="utf-8"))
    for part in ("hospitals", "verdicts", "floors", "rows", "grade_shares"):
        assert found[part] == told[part], part
    chance = format_share(told["verdicts"][0]["p_floor"], "sv")
    assert questions.get_by_text(f"Universitetssjukhuset i Linköping: {chance}").count() == 1

    broken = shell.write("broken.json", "{}")
    give_file(questions, broken)
    questions.get_by_text("broken.json says not which command answered").wait_for()
    give_file(questions, file)
    questions.get_by_text("broken.json").first.wait_for(state="detached")
    assert questions.get_by_text(f"{DRAWS} dragningar: ").count() == 1
