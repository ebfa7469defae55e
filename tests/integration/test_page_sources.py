"""The page Källor in a real browser: the numbers, grades and effects of the command line; a copy changed and undone."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from impact import Settings, effect_rows, run_scenario
from interface import options
from interface.effect_selection import LEADING
from interface.numbers import decimals_of_size, format_value
from interface.registers import registers_of
from loaders import load_sweden, read_dataset
from tests.accessibility import violations
from tests.browser import chromium
from tests.command_line import Shell
from tests.page_actions import give_file, settled, type_numbers

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
DRAWS, YEARS, SEED = 2, 1, 7
HOW = Settings(seed=SEED, draws=DRAWS, years=YEARS, grade_shares=False, sets=False)
NUS = "Norrlands universitetssjukhus"
NEW = 0.8  # of the referrals follow fixed routes


def view(page: Any, name: str) -> None:
    page.locator("label").filter(has_text=name).click()
    page.get_by_role("heading", name=name, level=2).wait_for()


def choose(page: Any, label: str, words: str) -> None:
    """Choose the first of a list that holds the words."""
    settled(page)
    page.get_by_role("combobox", name=label, exact=True).click()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def add(page: Any, value: str, reason: str) -> None:
    """Type a certain value and a reason, and add the change."""
    settled(page)
    page.get_by_label("Värde", exact=True).fill(value)
    for end in ("Nedre gräns (5 %)", "Övre gräns (95 %)"):
        page.get_by_label(end, exact=True).fill("")
    page.get_by_label("Skäl till ändringen").fill(reason)
    page.get_by_role("button", name="Lägg till ändringen").click()


@pytest.fixture
def changing(page: Any, address: str) -> Any:
    """The page of a new session, where the share of fixed routes is chosen to be changed."""
    page.goto(f"{address}/kallor?node=route_share")
    page.get_by_text("Visar 1–1 av 1 tal.").first.wait_for()
    view(page, "Ändra i en kopia")
    page.get_by_role("button", name="Lägg till ändringen").wait_for()
    return page


def test_every_number_is_found_with_its_grade_and_source(page: Any, address: str, shell: Shell) -> None:
    told = shell("data", "sources", "--ids", "--format", "json").json("data-sources")
    page.goto(f"{address}/kallor?node=hocm.volume")
    page.get_by_text("Visar 1–1 av 1 tal.").first.wait_for()
    (wanted,) = (q for q in told["quantities"] if q["id"] == "hocm.volume")
    cells = page.locator("tbody tr:not(.detail) td").all_inner_texts()
    assert cells[0] == format_value(wanted["value"], 0, "sv")
    assert cells[1] == f"{format_value(wanted['low'], 0, 'sv')} … {format_value(wanted['high'], 0, 'sv')}"
    assert cells[3] == "antaget"
    page.goto(f"{address}/kallor")
    page.get_by_text("Visar 1–25 av").wait_for()
    choose(page, "Grad", "rapp")
    page.get_by_text(f"Visar 1–25 av {told['grades']['reported']} tal.").wait_for()
    page.get_by_role("button", name="Nästa").click()
    page.get_by_text(f"Visar 26–50 av {told['grades']['reported']} tal.").wait_for()
    search = page.get_by_label("Sök", exact=True)
    search.fill("umeå")
    search.press("Enter")
    page.get_by_text("Visar 1–").filter(has_not_text=str(told["grades"]["reported"])).wait_for()
    row = page.locator("tbody tr:not(.detail)").first
    assert NUS in row.locator("th").inner_text()
    page.locator("img[alt*='rapporterat']").wait_for()
    for name, words in (("Antaganden", "Räkna inflytande"), ("Vad dokumenten säger", "Kör")):
        view(page, name)
        page.get_by_role("button", name=words).wait_for()
        assert violations(page) == []


def test_a_changed_number_does_to_the_answer_what_it_does_in_a_run_where_it_is_set(changing: Any) -> None:
    page = changing
    page.get_by_role("button", name="Räkna på båda", disabled=True).wait_for()
    add(page, "1,5", "")
    alert = page.get_by_role("alert").filter(has_text="lades inte till")
    alert.wait_for()
    for part in ("skäl saknas", "värdet 1,5 är större än det största tillåtna, 0,98"):
        assert part in alert.inner_text()
    add(page, str(NEW).replace(".", ","), "vår egen räkning")
    page.get_by_text("Ändringar i kopian: 1").wait_for()
    type_numbers(page, {"Antal dragningar": DRAWS, "Antal år": YEARS, "Frö": SEED})
    page.get_by_role("button", name="Räkna på båda", disabled=False).click()
    page.get_by_text("skiljer sig mätbart").wait_for()

    fixed, _ = options.with_settings(load_sweden(), [f"route_share={NEW}"])  # as `run --set` does
    effects = [
        effect_rows(run_scenario(system, options.find_scenario("hocm"), None, HOW), system, (YEARS,))
        for system in (load_sweden(), fixed)
    ]
    both = [
        (a["effect"], b["effect"]) for a, b in zip(*effects, strict=True)
        if a.get("hospital") == "nus" and a["reading"] == "main" and a["measure"] in LEADING
    ]  # fmt: skip
    assert any(a != b for a, b in both)
    wanted = {
        tuple(format_value(x, decimals_of_size(max(abs(a), abs(b))), "sv", signed=True) for x in (a, b))
        for a, b in both
    }
    group = page.locator("tbody").filter(has=page.get_by_role("rowheader", name=NUS, exact=True)).first
    shown = [tuple(r.locator("td").all_inner_texts()[:2]) for r in group.locator("tr:not(.group)").all()]
    assert len(shown) > 2
    assert set(shown) <= wanted
    assert any(a != b for a, b in shown)
    assert violations(page) == []


def test_a_copy_is_saved_undone_and_opened_again(changing: Any, shell: Shell, tmp_path: Path) -> None:
    page = changing
    add(page, str(NEW), "vår egen räkning")
    page.get_by_text("Ändringar i kopian: 1").wait_for()
    hashes = page.get_by_text("Kopians hash").inner_text()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Spara ändringarna (JSON)").click()
    file = tmp_path / "edits.json"
    waiting.value.save_as(file)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Spara hela kopian (zip)").click()
    waiting.value.save_as(tmp_path / "copy.zip")

    written = shell("data", "edit", file, "--to", "mine")
    assert written.code == 0
    copy = read_dataset(shell.folder / "mine")
    assert written.out.split()[-1] == copy.content_hash
    assert copy.content_hash in hashes
    assert load_sweden().content_hash in hashes
    zipfile.ZipFile(tmp_path / "copy.zip").extractall(tmp_path)
    (folder,) = (p for p in tmp_path.iterdir() if p.is_dir() and p.name.startswith("randzon-"))
    assert read_dataset(folder) == copy
    assert registers_of(folder) == registers_of(None)

    page.get_by_role("button", name="Ångra alla ändringar").click()
    page.get_by_text("Kopian har inga ändringar").wait_for()
    page.get_by_role("button", name="Räkna på båda", disabled=True).wait_for()
    give_file(page, file)
    page.get_by_text(copy.content_hash).wait_for()
    give_file(page, shell.write("other.json", "{}"))
    page.get_by_text("other.json is no file of edits").wait_for()
