"""Scenarios as the page composes them: every kind, the choices of the dataset, files and titles."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields
from functools import cache
from typing import Any

import pytest

from graph_schema import CareSystem, ScenarioConflict
from interface.page.service.composition import (
    automatic_title,
    is_simple,
    part_at,
    ready_scenario,
    ready_scenarios,
    scenario_file,
    scenario_of_file,
    titled,
    with_part,
    with_title,
    without_part,
)
from interface.page.service.conflict_sentences import conflicts_of, problem_sentences
from interface.page.service.part_sentences import part_sentence, part_title, place_words
from interface.page.service.parts import KINDS, WORDS, asks_of, choices, made, missing, per_cent, quantity_of
from interface.page.service.question import concentration
from interface.texts import has_text
from loaders import load_sweden
from scenarios import Concentrate, Grant, Scenario, UnitClosed, Withdraw, factor, library, parse_scenario, share
from scenarios.template import template_text
from tests.small_system import small_system

JUNE, SEPTEMBER = dt.date(2026, 6, 1), dt.date(2026, 9, 1)
ONE, GIVEN = Concentrate("heart", 2), Concentrate("heart", 1, ("south",))
OUT = UnitClosed("south", JUNE, SEPTEMBER, "heart")
BRACES = re.compile(r"[{}_]|None")


@cache
def sweden() -> CareSystem:
    return load_sweden()


def examples() -> list[Any]:
    """Every decision and event of the template."""
    head, *parts = re.split(r"(?m)^(?=\[\[)", re.sub(r"(?m)^#(?=\S)", "", template_text()))
    anchor = '\n[[decisions]]\nkind = "concentrate"\narea = "hocm"\nunits = 2\n'
    found: list[Any] = []
    for part in parts:
        soft = "change_scope" in part or "softer_form" in part
        scenario = parse_scenario((head + part + (anchor if soft else "")).encode(), "x.toml")
        found.append(next(iter(scenario.places()))[1])
    return found


@pytest.mark.parametrize("value", examples(), ids=lambda v: v.kind)
def test_every_kind_is_asked_for_and_made_again_from_its_answers(value: Any) -> None:
    asked = [a.name for a in asks_of(value.kind)]
    stated = {f.name for f in fields(value) if f.name not in ("kind", "name")}
    assert set(asked) == stated
    given = {n: getattr(value, n) for n in asked}
    assert missing(value.kind, given) == []
    assert made(value.kind, given, value) == value
    assert has_text(f"what_if_kind_{value.kind}")
    assert all(has_text(f"what_if_ask_{n}") for n in asked)
    assert all(has_text(f"what_if_optional_{a.name}") for a in asks_of(value.kind)
               if a.optional and a.sort != "quantity")  # fmt: skip


def test_all_fourteen_kinds_have_an_example() -> None:
    assert {v.kind for v in examples()} == set(KINDS)
    assert len(KINDS) == 14
    assert all(has_text(f"what_if_{name}_{word}") for name, words in WORDS.items() for word in words)


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("value", examples(), ids=lambda v: v.kind)
def test_every_kind_is_told_in_a_sentence_with_names(value: Any, lang: Any) -> None:
    names = {i: r.text("name_sv") for i, r in sweden().nodes.items()}
    told = part_sentence(value, names, lang)
    assert told.endswith(".")
    assert not BRACES.search(told), told
    for name in ("hospital", "to_hospital", "resource", "competence"):
        if getattr(value, name, None):
            assert names[getattr(value, name)] in told


def test_the_last_day_of_an_event_is_told_not_the_day_after() -> None:
    assert part_sentence(OUT, {"south": "Södra", "heart": "hjärtvård"}, "sv") == (
        "Södra är stängt för hjärtvård, 2026-06-01 till och med 2026-08-31."
    )
    assert place_words("events[3].date_to", "sv") == "händelse 3"


def test_a_form_says_what_is_missing() -> None:
    assert missing("move", {"area": "heart", "from_hospital": None}) == ["from_hospital", "to_hospital"]
    assert missing("open_area", {"area": "heart", "hospitals": (), "permit": True}) == ["hospitals"]
    assert missing("demand", {"factor": factor(1), "date_from": JUNE, "date_to": SEPTEMBER}) == []


def test_shares_go_to_per_cent_and_back_and_keep_their_grade_while_they_are_the_same() -> None:
    reported = parse_scenario(
        b'name="x"\ntitle_sv="x"\n[[events]]\nkind="demand"\nfactor={value=0.07,low=0.05,high=0.1,grade="reported",'
        b'source="a"}\ndate_from=2026-06-01\ndate_to=2026-09-01', "x"
    ).events[0].factor  # fmt: skip
    assert per_cent(reported) == (7.0, 5.0, 10.0)
    assert quantity_of("factor", (7.0, 5.0, 10.0), "a", reported) is reported
    changed = quantity_of("factor", (8.0, 5.0, 10.0), "a", reported)
    assert (changed.value, changed.grade) == (0.08, "assumed")
    assert quantity_of("volume_share", (40.0, 40.0, 40.0), "b", None) == share(0.4, source="b")


def test_the_dataset_gives_the_choices() -> None:
    system, empty = small_system(), Scenario("x")

    def names(kind: str, name: str, scenario: Scenario = empty, **given: Any) -> list[str]:
        ask = next(a for a in asks_of(kind) if a.name == name)
        return list(choices(ask, kind, system, scenario, given, "sv"))

    assert names("grant", "hospital") == ["north", "middle", "south"]
    assert names("withdraw", "hospital", area="liver") == ["middle", "south"]
    granted = Scenario("x", decisions=(Grant("liver", "north"),))
    assert names("withdraw", "hospital", granted, area="liver") == ["north", "middle", "south"]
    assert names("capacity", "resource") == []
    own = {r.text("target_id") for r in system.outgoing("OPERATES", "middle")}
    assert set(names("capacity", "resource", hospital="middle")) == own
    assert names("demand", "region") == ["n", "m", "s"]
    assert names("softer_form", "area") == []
    assert names("softer_form", "area", Scenario("x", decisions=(ONE,))) == ["heart"]
    assert "elsewhere" in names("capacity", "resource", hospital="middle", resource="elsewhere")


def test_parts_are_added_changed_and_removed_without_touching_the_others() -> None:
    scenario = with_part(with_part(concentration("heart", 2), OUT), Grant("liver", "north"))
    assert [p for p, _ in scenario.places()] == ["decisions[1]", "decisions[2]", "events[1]"]
    assert part_at(scenario, "decisions[2]") == Grant("liver", "north")
    changed = with_part(scenario, Withdraw("liver", "south"), "decisions[2]")
    assert (changed.decisions, changed.events) == ((ONE, Withdraw("liver", "south")), (OUT,))
    moved = with_part(scenario, OUT, "decisions[1]")
    assert (moved.decisions, moved.events) == ((Grant("liver", "north"),), (OUT, OUT))
    assert without_part(scenario, "events[1]").events == ()
    assert is_simple(concentration("heart", 2))
    assert not is_simple(scenario)
    assert not is_simple(Scenario("x", events=(OUT,)))


def test_titles_name_the_parts_until_somebody_writes_one() -> None:
    system = small_system()
    names = {i: r.text("name_sv") for i, r in system.nodes.items()}
    scenario = with_part(concentration("heart", 2), OUT)
    assert titled(scenario, system).title_sv == f"{part_title(ONE, names, 'sv')}; {part_title(OUT, names, 'sv')}"
    assert automatic_title(with_part(scenario, OUT), system, "en").endswith("; 1 more")
    assert part_title(Concentrate("heart", 1), names, "sv").endswith("1 enhet, okänt vilken")
    own = with_title(titled(scenario, system), "Min fråga")
    assert (titled(own, system).title_sv, own.title_en) == ("Min fråga", "")
    assert with_title(own, "Min fråga") is own


def test_conflicts_stand_where_the_part_stands_before_the_run() -> None:
    system = small_system()
    fine = with_part(concentration("heart", 2), OUT)
    assert conflicts_of(fine, system, "sv") == {}
    wrong = with_part(with_part(fine, Grant("heart", "north")), Withdraw("liver", "north"))
    found = conflicts_of(wrong, system, "sv")
    assert set(found) == {"decisions[2]", "decisions[3]"}
    assert "beslut 1 (koncentration), som avgör alla enheter" in found["decisions[2]"][0]
    assert "Norra sjukhuset har ingen enhet då" in found["decisions[3]"][0]
    assert conflicts_of(Scenario("x"), system, "sv") == {
        "": ["Scenariot är tomt: lägg till minst ett beslut eller en händelse."]
    }


@pytest.mark.parametrize("name", list(library()))
def test_a_ready_scenario_is_opened_and_saved_as_the_same_scenario(name: str) -> None:
    scenario = ready_scenario(name)
    assert conflicts_of(scenario, sweden(), "sv") == {}
    again = scenario_of_file("x.toml", scenario_file(scenario, sweden()))
    assert again == scenario
    assert ready_scenarios("sv")[name] == scenario.title_sv


def test_a_file_that_is_no_scenario_is_told_in_swedish_with_every_fault() -> None:
    content = b'name = "x"\ntitle_sv = "x"\n[[decisions]]\nkind = "concentrate"\nunits = "2"\n'
    with pytest.raises(ScenarioConflict) as caught:
        scenario_of_file("x.toml", content)
    told = problem_sentences(caught.value, small_system(), "sv")
    assert len(told) == 2
    assert any(t.startswith("beslut 1: ”Vårdområde” saknas") for t in told)
