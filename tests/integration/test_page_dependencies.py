"""The page Beroenden in a real browser: numbers of the picture, of the tables and of the files are the commands'."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from interface.numbers import decimals_for, format_value
from tests.accessibility import violations
from tests.browser import chromium
from tests.command_line import Shell

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
NUS = "Norrlands universitetssjukhus"


def frame_of(page: Any) -> Any:
    """The document in the frame, drawn."""
    found = page.frame_locator("iframe")
    found.locator("#mynetwork canvas").wait_for()
    return found


def written(row: dict[str, Any]) -> tuple[str, str]:
    """A number of a card as people read it, and its range."""
    decimals = decimals_for(row["low"], row["high"])
    value, low, high = (format_value(row[k], decimals, "sv") for k in ("value", "low", "high"))
    return value, f"{low}–{high}"


def saved(page: Any, label: str, path: Path) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("button", name=label).click()
    waiting.value.save_as(path)
    return path.read_bytes()


def test_from_an_area_one_comes_to_every_number_that_the_commands_give(
    page: Any, address: str, shell: Shell, tmp_path: Path
) -> None:
    page.goto(f"{address}/beroenden")
    frame = frame_of(page)
    page.get_by_role("heading", name="Beroenden: Hypertrofisk obstruktiv kardiomyopati (HOCM)").wait_for()
    assert "36 rutor" in page.locator("iframe").get_attribute("title")
    told = shell("data", "area", "hocm", "--format", "json").json("data-area")["area"]
    needed = next(r for r in told["requires"] if r["id"] == "skill_septal_myectomy")
    value, interval = written(needed)

    # In the picture: search, and read number, range, grade and source in the box below it.
    frame.locator("#wanted").fill(needed["name"])
    frame.locator("#wanted").press("Enter")
    box = frame.locator("#chosen")
    box.locator("h2", has_text=needed["name"]).wait_for()
    row = box.locator("tr", has=frame.locator("td", has_text="Kritikalitet")).first
    cells = row.locator("td").all_inner_texts()
    assert cells[:5] == ["Kritikalitet", value, "andel (0–1)", interval, "antagen"]
    number = cells[5].split()[0].strip("[]")
    assert needed["source"].split(";")[0] in frame.locator(f"#cited-{number}").inner_text()

    # Below the picture: the same without a canvas.
    page.locator("summary", has_text="Kräver kompetenser (14)").click()
    table = page.get_by_role("region", name="Kräver kompetenser")
    line = table.locator("tr", has=page.get_by_role("rowheader", name=needed["name"], exact=True))
    assert line.locator("td").all_inner_texts()[:5] == cells[:5]
    page.locator("summary", has_text="Sambanden i bilden (108)").click()
    page.get_by_role("region", name="Sambanden i bilden (108)").wait_for()

    # The files are those of the command.
    content = saved(page, "Spara sambanden (CSV)", tmp_path / "links.csv")
    answer = shell("draw", "network", "--area", "hocm", "--out", "x.svg")
    assert answer.code == 0
    assert content == (shell.folder / "x.table.csv").read_bytes()
    rows = list(csv.DictReader(io.StringIO(saved(page, "Spara talen (CSV)", tmp_path / "n.csv").decode("utf-8-sig"))))
    found = next(r for r in rows if r["id"] == "hocm.requires.skill_septal_myectomy.criticality")
    assert [float(found[k]) for k in ("value", "low", "high")] == [needed[k] for k in ("value", "low", "high")]

    # The saved page tells the numbers without a server.
    saved(page, "Spara bilden med tal och källor (HTML)", tmp_path / "saved.html")
    other = page.context.new_page()
    other.goto((tmp_path / "saved.html").as_uri())
    other.locator("#mynetwork canvas").wait_for()
    other.locator("#wanted").fill(needed["name"])
    other.locator("#wanted").press("Enter")
    assert value in other.locator("#chosen").inner_text()
    assert other.locator("#chosen a[target=_blank]").count() == 0
    other.close()


def test_the_address_names_the_node_and_the_page_is_accessible(page: Any, address: str, shell: Shell) -> None:
    page.goto(f"{address}/beroenden?node=nus")
    frame_of(page)
    page.get_by_role("heading", name=f"Beroenden: {NUS}").wait_for()
    told = shell("data", "hospital", "nus", "--format", "json").json("data-hospital")["hospital"]
    staff = next(r for r in told["staff"] if r["id"] == "skill_septal_myectomy")
    page.locator("summary", has_text=f"Bemanning per kompetens ({len(told['staff'])})").click()
    table = page.get_by_role("region", name="Bemanning per kompetens")
    line = table.locator("tr", has=page.get_by_role("rowheader", name=staff["name"], exact=True))
    assert tuple(line.locator("td").all_inner_texts()[i] for i in (1, 3)) == written(staff)
    assert violations(page) == []
    inner = next(f for f in page.frames if f != page.main_frame)
    assert violations(inner) == []
    assert inner.evaluate("document.documentElement.lang") == "sv"

    # One link further, in English, for another node.
    page.get_by_role("radiogroup", name="Så många samband").get_by_text("2").click()
    page.get_by_text("Bilden visar 110 rutor").wait_for()
    page.locator("label").filter(has_text="English").click()
    page.get_by_role("heading", name="Dependencies: University Hospital of Umeå").wait_for()
    node = page.get_by_role("combobox", name="Hospitals")
    node.click()
    page.keyboard.type("Örebro University")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Dependencies: Örebro University Hospital").wait_for()
    page.wait_for_url("**/beroenden?node=orebro")
    page.goto(f"{address}/beroenden?node=nowhere")
    page.get_by_text("Adressen frågar efter nowhere").wait_for()
