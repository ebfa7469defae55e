"""Every page of the served page: WCAG 2.1 AA as far as axe can tell, one heading of the first order, the keyboard."""

from __future__ import annotations

from typing import Any

import pytest

from interface.page.addresses import PATHS
from interface.texts import text
from tests.accessibility import violations
from tests.browser import chromium

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")


@pytest.mark.parametrize("name", PATHS)
def test_axe_finds_nothing(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/{PATHS[name]}")
    page.get_by_role("heading", name=text(f"page_{name}", "sv"), level=1).wait_for()
    page.locator("[data-testid=stSkeleton], [data-testid=stSpinner]").first.wait_for(state="detached")
    page.wait_for_function("document.documentElement.lang === 'sv'")
    assert page.locator("h1").count() == 1
    assert violations(page) == []


def test_each_page_has_a_title_of_its_own(page: Any, address: str) -> None:
    titles = []
    for name, path in PATHS.items():
        page.goto(f"{address}/{path}")
        page.wait_for_function(f"document.title === '{text(f'page_{name}', 'sv')} – Randzon'")
        titles.append(page.title())
    assert len(set(titles)) == len(PATHS)


FOCUSED = """() => {
  const found = document.activeElement, style = getComputedStyle(found), parent = getComputedStyle(found.parentElement);
  const ring = (s) => s.outlineStyle !== 'none' && s.outlineWidth !== '0px' || s.boxShadow !== 'none';
  const box = found.closest('[data-baseweb], label, [data-testid]');
  const name = found.getAttribute('aria-label') || found.labels?.[0]?.innerText || found.innerText || '';
  return {tag: found.tagName, name,
          seen: ring(style) || ring(parent) || (box !== null && ring(getComputedStyle(box)))};
}"""


def test_the_whole_way_from_question_to_answer_goes_by_keyboard(page: Any, address: str) -> None:
    page.goto(f"{address}/{PATHS['what_if']}")
    page.get_by_role("button", name="Kör").wait_for()
    met: list[str] = []
    for _ in range(60):
        page.keyboard.press("Tab")
        found = page.evaluate(FOCUSED)
        met.append(found["name"].strip())
        assert found["name"].strip() or found["tag"] in {"BODY", "INPUT"}, found
        if "Antal dragningar" in found["name"]:
            page.keyboard.press("Control+a")
            page.keyboard.type("2")
        if found["name"].strip() == "Kör":
            break
    assert {"Översikt", "Källor", "Kör"} <= set(met)
    assert page.evaluate(FOCUSED)["seen"]
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Spara svaret").wait_for()
    assert violations(page) == []
