"""The pages that draw writes, in a real browser: no request, no complaint, and the network used by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from interface.drawings.page import page_of
from interface.numbers import decimals_for, format_value
from tests.accessibility import violations
from tests.browser import chromium, opened
from tests.drawn import PICTURES, mapped_system

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")


@pytest.fixture(scope="module")
def context() -> Iterator[Any]:
    with opened() as found:
        yield found


@pytest.fixture
def page(context: Any, tmp_path: Path) -> Iterator[Any]:
    """A page that writes and opens pictures."""
    context.outside.clear()
    context.complaints.clear()
    found = context.new_page()

    def show(name: str) -> None:
        path = tmp_path / f"{name}.html"
        path.write_text(page_of(PICTURES[name]("sv")), encoding="utf-8")
        found.goto(path.as_uri())

    found.show = show
    yield found
    found.close()


@pytest.mark.parametrize("name", [n for n in PICTURES if n != "network"])
def test_a_page_is_drawn_without_a_request_or_complaint(page: Any, context: Any, name: str) -> None:
    page.show(name)
    page.wait_for_selector("#picture svg .mark-text, #picture svg text", state="attached")
    box = page.locator("#picture svg").first.bounding_box()
    assert box["width"] > 300
    assert box["height"] > 80
    assert page.locator("#picture").get_attribute("aria-label")
    assert (context.outside, context.complaints) == ([], [])


def test_a_request_or_complaint_would_be_seen(page: Any, context: Any, tmp_path: Path) -> None:
    path = tmp_path / "bad.html"
    path.write_text('<img src="https://example.org/a.png"><script>throw new Error("bad")</script>', encoding="utf-8")
    page.goto(path.as_uri())
    assert context.outside == ["https://example.org/a.png"]
    assert any("bad" in c for c in context.complaints)


def opacity(page: Any, node: str) -> float:
    return float(page.evaluate("id => nodes.get(id).opacity ?? 1", node))


NOTHING = "Ingen ruta är vald. Välj en för att se dess tal och källor här."


def test_the_network_is_searched_followed_and_filtered_by_keyboard(page: Any, context: Any) -> None:
    page.show("network")
    page.wait_for_selector("#mynetwork canvas")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "wanted"
    page.keyboard.type("septum")
    page.keyboard.press("Enter")
    told = page.inner_text("#chosen")
    assert "septumablation" in told
    assert "Hjärtvård" in told.split("Behövs av")[1]
    assert opacity(page, "heart") == 1
    assert opacity(page, "theatre") < 0.5
    page.select_option("#follow", "needs")  # a competence needs nothing
    assert opacity(page, "heart") < 0.5
    page.select_option("#follow", "both")
    page.keyboard.press("Escape")
    assert opacity(page, "theatre") == 1
    assert page.inner_text("#chosen") == NOTHING
    box = page.locator('input[data-kind="Resource"]')
    box.focus()
    page.keyboard.press("Space")
    assert page.evaluate("nodes.get('theatre').hidden") is True
    assert page.evaluate("nodes.get('heart').hidden") is False
    page.keyboard.press("Space")
    grade = page.locator('input[data-grade="assumed"]')
    grade.uncheck()
    assert page.evaluate("edges.get().every(e => e.hidden === (TOLD.grades[e.id] === 'assumed'))")
    assert page.evaluate("[nodes.get('septal').hidden, nodes.get('heart').hidden]") == [True, False]
    grade.check()
    page.fill("#wanted", "finns inte")
    page.keyboard.press("Enter")
    assert page.inner_text("#chosen") == "Ingen ruta heter så."
    assert (context.outside, context.complaints) == ([], [])


def test_from_every_box_and_link_one_comes_to_its_numbers_and_sources(page: Any, context: Any) -> None:
    page.show("network")
    page.wait_for_selector("#mynetwork canvas")
    place = page.evaluate("""() => {
      const at = network.canvasToDOM(network.getPosition("icu"));
      const frame = document.getElementById("mynetwork").getBoundingClientRect();
      return [frame.x + at.x, frame.y + at.y];
    }""")
    page.mouse.click(*place)
    told = page.inner_text("#chosen")
    assert told.startswith("intensivvård")
    used = next(r for r in mapped_system().rows["USES"] if r.key == ("heart", "icu"))
    amount = used.quantity("amount")
    assert amount is not None
    row = page.locator("#chosen tr", has_text="Åtgång per patient").first
    decimals = decimals_for(amount.low, amount.high)
    value, low, high = (format_value(v, decimals, "sv") for v in (amount.value, amount.low, amount.high))
    cells = row.locator("td").all_inner_texts()
    assert cells[:5] == ["Åtgång per patient", value, "vårddygn", f"{low}–{high}", "antagen"]
    number = cells[5].strip("[]")
    assert "a_test" in page.inner_text(f"#cited-{number}")
    assert page.locator("#chosen a[href^='#source']").count() == 0  # all lead to the list in the box
    for node in page.evaluate("Object.keys(TOLD.names)"):
        page.fill("#wanted", page.evaluate("n => TOLD.names[n]", node))
        page.press("#wanted", "Enter")
        for reference in page.locator("#chosen a[href^='#cited-']").all():
            assert page.locator(reference.get_attribute("href")).count() == 1
    link = page.evaluate("""() => {
      const edge = edges.get(0);
      const [a, b] = [network.getPosition(edge.from), network.getPosition(edge.to)];
      const at = network.canvasToDOM({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
      const frame = document.getElementById("mynetwork").getBoundingClientRect();
      return [frame.x + at.x, frame.y + at.y];
    }""")
    page.mouse.click(*link)
    words = page.inner_text("#chosen")
    assert words.startswith("Samband")
    assert "kritikalitet" in words
    assert (context.outside, context.complaints) == ([], [])


def test_axe_finds_nothing_on_the_network_page(page: Any) -> None:
    page.show("network")
    page.wait_for_selector("#mynetwork canvas")
    page.fill("#wanted", "septum")
    page.keyboard.press("Enter")
    assert violations(page) == []


def test_the_network_moves_with_the_arrow_keys_when_it_has_the_focus(page: Any) -> None:
    page.show("network")
    frame = page.locator("#mynetwork .vis-network")
    assert frame.get_attribute("tabindex") == "0"
    before = page.evaluate("network.getViewPosition()")
    frame.focus()
    page.keyboard.down("ArrowRight")
    page.wait_for_function("x => network.getViewPosition().x !== x", arg=before["x"], timeout=5000)
    page.keyboard.up("ArrowRight")
    scale = page.evaluate("network.getScale()")
    page.click("#larger")
    assert page.evaluate("network.getScale()") > scale
