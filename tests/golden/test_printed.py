"""What a person reads of a run and of the overview of the small country."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from rich.console import Console, RenderableType

from impact import Result, Settings, run_scenario
from impact.questions.overview import overview
from interface.named_nodes import NamedNodes
from interface.overview_view import overview_view
from interface.run_command import run_object, run_view
from scenarios import parse_scenario
from tests.small_system import CONCENTRATE, small_system

Check = Callable[[str, str], None]
WIDTH = 120


def printed(content: RenderableType) -> str:
    """The text; hash and version of the code are left out."""
    console = Console(width=WIDTH, color_system=None, highlight=False)
    with console.capture() as captured:
        console.print(content)
    return re.sub(r"data \w+, code \S+", "data …, code …", captured.get())


@pytest.fixture(scope="module")
def result() -> Result:
    return run_scenario(small_system(), parse_scenario(CONCENTRATE.encode(), "x"), settings=Settings(draws=40, years=2))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_run(agrees: Check, result: Result, lang: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Numbers are printed to a tenth of their interval's width, so that noise in the last digit does not show.
    monkeypatch.setenv("COLUMNS", str(WIDTH))
    system = small_system()
    scenario = {"title_sv": "Hjärtvården", "title_en": "Heart care", "year": None, "units": [], "event_hospitals": []}
    content = run_object(system, result, scenario, "sv" if lang == "sv" else "en")
    view = run_view(NamedNodes.of(system), content, scenario, "sv" if lang == "sv" else "en", show_all=False, year=None)
    agrees(f"run_{lang}.txt", printed(view))


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_overview(agrees: Check, lang: str) -> None:
    system = small_system()
    view = overview_view(NamedNodes.of(system), overview(system), "sv" if lang == "sv" else "en", 0, with_log=True)
    agrees(f"overview_{lang}.txt", printed(view))
