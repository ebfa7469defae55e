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
