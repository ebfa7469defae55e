"""A scenario written as TOML is read back as the same scenario, whatever stands in it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios import Scenario, library, parse_scenario, read_scenario, scenario_toml, template_text
from scenarios.quantities import factor, share
from scenarios.values import ChangeScope, Concentrate, DemandEvent, OpenArea, SofterForm

WHOLE = re.sub(r"(?m)^#(?=\S)", "", template_text())


def again(scenario: Scenario) -> Scenario:
    return parse_scenario(scenario_toml(scenario).encode(), "x.toml")


@pytest.mark.parametrize("name", list(library()))
def test_ready_scenarios_keep_their_content_and_hash(name: str) -> None:
    scenario = read_scenario(name)
    assert again(scenario) == scenario
    assert again(scenario).scenario_hash == scenario.scenario_hash


def test_every_kind_of_the_template_is_written() -> None:
    head, *parts = re.split(r"(?m)^(?=\[\[)", WHOLE)
    assert len({re.search(r'kind = "(\w+)"', part).group(1) for part in parts}) == 14
    for part in parts:
        words = head + part
        if "change_scope" in part or "softer_form" in part:
            words += '\n[[decisions]]\nkind = "concentrate"\narea = "hocm"\nunits = 2\n'
        scenario = parse_scenario(words.encode(), "x.toml")
        assert again(scenario) == scenario, part


@given(st.text(max_size=40), st.floats(0, 1), st.floats(0, 1e6, allow_subnormal=False))
def test_any_words_and_numbers_survive(words: str, part: float, size: float) -> None:
    scenario = Scenario(
        "x", words, title_en=words, notes=words, sources=(words,), historic=True,
        decisions=(Concentrate("a", 2, ("b", "c"), dt.date(2027, 1, 1), "n"), OpenArea("d", ("b",), permit=False),
                   ChangeScope("a", "share", share(part, 0.0, 1.0, f"source {words}"))),
        events=(DemandEvent(factor(size), dt.date(2027, 1, 1), dt.date(2028, 1, 1)),),
    )  # fmt: skip
    assert again(scenario) == scenario


def test_a_certain_number_keeps_its_source_and_its_grade() -> None:
    sourced = share(0.5, source="Report 7")
    reported = replace(share(0.5), grade="reported")
    for quantity in (sourced, reported):
        scenario = Scenario("x", decisions=(Concentrate("a", 2), ChangeScope("a", "share", quantity)))
        assert again(scenario) == scenario


def test_what_a_scenario_leaves_out_is_not_written() -> None:
    scenario = Scenario("x", "x", decisions=(Concentrate("a", 2), SofterForm("a", "partner", share(0.5))))
    assert scenario_toml(scenario).splitlines()[-4:] == [
        'kind = "softer_form"', 'area = "a"', 'form = "partner"', "volume_share = 0.5"]  # fmt: skip
