"""The page Översikt in a real browser: the meeting opened, a card from the map by keyboard, small numbers, print."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from interface.drawings.matrix_data import matrix_cells
from loaders import load_sweden
from tests.browser import chromium
from tests.command_line import Shell
from tests.page_actions import settled, type_numbers

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")
SINCE = "2024-12-31"  # a year before the dataset's own date, which the page proposes
NUS = "Norrlands universitetssjukhus"
MASK = 20


def table(page: Any, caption: str) -> Any:
    return page.locator("table").filter(has=page.locator("caption", has_text=re.compile(caption)))


def row(page: Any, caption: str, what: str) -> Any:
    return table(page, caption).locator("tr").filter(has=page.get_by_role("rowheader", name=what, exact=True))


def test_the_meeting_opens_with_what_the_command_line_tells(page: Any, shell: Shell) -> None:
    told = shell("overview", "--since", SINCE, "--format", "json").json("overview")
    standing = Counter(a["status"] for a in told["areas"])
    row(page, "^Läget", "Beslutade vårdområden").wait_for()
    for what, number in (("Beslutade vårdområden", standing["decided"]), ("Tillstånd", told["totals"]["units"]),
                         ("Pågående ärenden", standing["in_process"])):  # fmt: skip
        assert row(page, "^Läget", what).locator("td.number").inner_text() == str(number)
    entries = {e["id"] for a in told["areas"] for e in a["log"]} | {e["id"] for e in told["log"]}
    caption = table(page, "^Sedan").locator("caption").inner_text()
    assert f"Sedan {SINCE}: {len(entries)} händelser" in caption

    settled(page)
    cases = page.get_by_role("combobox", name="Ärenden på bordet")
    cases.click()
    cases.fill("HOCM")
    page.get_by_role("option", name=re.compile(r"\(HOCM\)")).click()
    page.keyboard.press("Escape")  # an open list hides the page from those who cannot see it
    page.get_by_role("heading", name=re.compile("HOCM"), level=3).wait_for()
    (hocm,) = (a for a in told["areas"] if a["id"] == "hocm")
    assert row(page, "^Läge i processen", "Ansökningar").locator("td").inner_text() == str(hocm["applications"])
    assert page.get_by_text("Beredningsgrupp 2 kan inte enas").is_visible()
    kin = table(page, "^Vad området hänger ihop med").locator("tbody th[scope=row]").all_inner_texts()
    assert {n["name_sv"] for n in hocm["neighbours"]} <= set(kin)

    page.emulate_media(media="print")
    assert not cases.is_visible()
    assert not page.get_by_role("link", name="Tänk om").first.is_visible()
    assert row(page, "^Läge i processen", "Ansökningar").is_visible()
    page.emulate_media(media="screen")
    page.locator("[data-testid=stMain]").get_by_role("link", name="Tänk om").click()
    page.get_by_role("heading", name="Tänk om", level=1).wait_for()
    assert page.url.endswith("/tank-om?node=hocm")


def test_a_card_opens_from_the_map_by_keyboard_and_the_browser_goes_back(page: Any) -> None:
    mark = page.locator("svg[role=group] a[href='?node=nus']:not([tabindex])")
    mark.wait_for()
    number = page.get_by_role("spinbutton", name="Dölj patientantal under")
    type_numbers(page, {"Dölj patientantal under": MASK})
    mark.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=NUS, level=3).wait_for()
    assert page.url.endswith("/?node=nus")
    assert number.input_value() == str(MASK)  # the same session
    system = load_sweden()
    held = next(r.text("target_id") for r in system.outgoing("PROVIDES", "nus") if r.flag("permit"))
    page.get_by_role("link", name=system.node(held).text("name_sv"), exact=True).first.wait_for()

    page.locator("label").filter(has_text="Sjukhus och vårdområden").click()
    page.locator("svg[role=group][aria-label*='Matris']").wait_for()
    page.get_by_text("Tabell över det som bilden visar").first.click()
    cells = matrix_cells(system, date.fromisoformat(system.settings["as_of"]), MASK)
    hidden = sum(c.is_masked for c in cells.values())
    assert hidden > 5
    page.wait_for_function(
        f"[...document.querySelectorAll('td')].filter(e => e.innerText === 'färre än {MASK}').length === {hidden}"
    )
    page.go_back()
    page.get_by_role("heading", name=NUS, level=3).wait_for(state="detached")
    assert page.url.endswith("/")
