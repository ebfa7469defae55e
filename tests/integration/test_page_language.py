"""Choices outlive a change of language: in a meeting nobody chooses twice."""

from __future__ import annotations

from typing import Any

import pytest

from interface.page.addresses import PATHS
from tests.browser import chromium
from tests.page_actions import settled

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")


def test_views_and_areas_stay_chosen(page: Any, address: str) -> None:
    page.goto(f"{address}/{PATHS['sources']}")
    page.locator("label").filter(has_text="Vad dokumenten säger").click()
    page.get_by_role("heading", name="Vad dokumenten säger").wait_for()
    page.locator("label").filter(has_text="English").click()
    page.get_by_role("heading", name="What the documents say").wait_for()
    page.get_by_role("radio", name="What the documents say", checked=True).wait_for(state="attached")

    page.get_by_role("link", name="Follow-up").click()
    settled(page)
    area = page.get_by_role("combobox", name="Care area")
    area.click()
    page.keyboard.type("Heart transplantation")
    page.keyboard.press("Enter")
    page.get_by_role("img", name="Heart transplantation").first.wait_for()
    page.locator("label").filter(has_text="Svenska").click()
    page.get_by_role("img", name="Hjärttransplantation").first.wait_for()
    page.locator("[data-testid=stSelectbox]").filter(has_text="Vårdområde").get_by_text("Hjärttransplantation").or_(
        page.locator("input[value='Hjärttransplantation']")
    ).first.wait_for(state="attached")
