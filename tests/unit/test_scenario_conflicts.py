"""Everything that can be wrong with a scenario: each conflict is named, with place, value and remedy."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from graph_schema import CareSystem, Problem, ScenarioConflict
from interface.page.service.conflict_sentences import problem_sentence
from interface.texts import has_text
from scenarios import Scenario, course_of
from scenarios.conflict_rules import RULES
from scenarios.quantities import factor, share
from scenarios.values import (
    CapacityEvent,
    ChangeScope,
    CloseArea,
    Concentrate,
    Decision,
    DelayedStart,
    DemandEvent,
    Event,
    Grant,
    Move,
    OpenArea,
    Refuse,
    SofterForm,
    StaffingEvent,
    UnitClosed,
    Withdraw,
)
from tests.synthetic import make_system

AS_OF = dt.date(2025, 12, 31)
JUNE, SEPTEMBER = dt.date(2026, 6, 1), dt.date(2026, 9, 1)
UNITS = ("nus", "orebro", "sus", "lund", "umea", "malmo")


def world() -> CareSystem:
    """Six university hospitals; `open` is provided by two, `full` has five permits, `empty` nobody."""
    full = [{"source_id": h, "target_id": "full", "permit": True, "valid_from": "2020-01-01"} for h in UNITS[:5]]
    return make_system(
        CareRegion=[{"id": "cr"}],
        Region=[{"id": "reg_norr"}],
        Hospital=[{"id": h} for h in UNITS],
        CareArea=[{"id": a} for a in ("open", "full", "empty")],
        Competence=[{"id": "icu_nurse"}],
        Resource=[{"id": "icu"}],
        PART_OF=[{"source_id": "reg_norr", "target_id": "cr"}],
        LOCATED_IN=[{"source_id": h, "target_id": "reg_norr"} for h in UNITS],
        STAFFS=[{"source_id": "nus", "target_id": "icu_nurse"}],
        OPERATES=[{"source_id": "nus", "target_id": "icu"}],
        PROVIDES=[{"source_id": h, "target_id": "open"} for h in ("nus", "sus")] + full,
    )


def problems(scenario: Scenario) -> tuple[Problem, ...]:
    with pytest.raises(ScenarioConflict) as caught:
        course_of(scenario, world(), AS_OF)
    return caught.value.problems


def decided(*decisions: Decision) -> Scenario:
    return Scenario("x", decisions=decisions)


def happens(*events: Event) -> Scenario:
    return Scenario("x", events=events)


ONE = Concentrate("open", 2)
CODE = re.compile(r"[{}\[\]_]|decisions|events|None|historic|date_")
RARE = {"factor_part_below", "share_below", "share_part_below", "share_part_above", "closes_unknown", "other_type_near"}
CASES: dict[str, tuple[Scenario, str, str]] = {
    "empty scenario": (Scenario("x"), "decisions", "empty"),
    "unknown area": (decided(Concentrate("opne", 2)), "decisions[1].area", "no CareArea"),
    "unknown hospital": (decided(Grant("open", "orebroo")), "decisions[1].hospital", "no Hospital"),
    "an area as hospital": (decided(Grant("open", "full")), "decisions[1].hospital", "CareArea, not a Hospital"),
    "unknown hospital in a list": (
        decided(Concentrate("open", 2, ("nus", "abc"))), "decisions[1].hospitals", "no Hospital"),
    "unknown resource": (
        happens(CapacityEvent("nus", "icuu", factor(1), JUNE, SEPTEMBER)), "events[1].resource", "no Resource"),
    "unknown competence": (
        happens(StaffingEvent("nus", "nurse", factor(1), JUNE, SEPTEMBER)), "events[1].competence", "no Compet"),
    "unknown region": (
        happens(DemandEvent(factor(1), JUNE, SEPTEMBER, region="reg_nor")), "events[1].region", "no Region"),
    "unknown overlapping area": (
        decided(ONE, ChangeScope("open", "overlap", share(0.5), "fulll")), "decisions[2].with_area", "no CareArea"),
    "a resource that the hospital lacks": (
        happens(CapacityEvent("sus", "icu", factor(1), JUNE, SEPTEMBER)), "events[1].resource", "no OPERATES"),
    "a competence that the hospital lacks": (
        happens(StaffingEvent("sus", "icu_nurse", factor(1), JUNE, SEPTEMBER)), "events[1].competence", "no STAFFS"),
    "grant and refuse of one unit": (
        decided(Grant("open", "nus"), Refuse("open", "nus")), "decisions[2].hospital",
        "grant (decisions[1]) and refuse"),
    "the same, one with the date written": (
        decided(Grant("open", "nus"), Refuse("open", "nus", dt.date(2026, 1, 1))), "decisions[2].hospital",
        "and refuse"),
    "withdraw of a unit that has none": (
        decided(Withdraw("open", "lund")), "decisions[1].hospital", "provided by nus, sus"),
    "move from a non-holder": (
        decided(Move("open", "lund", "umea")), "decisions[1].from_hospital", "does not have"),
    "move to where it is": (decided(Move("open", "nus", "nus")), "decisions[1].to_hospital", "where it is"),
    "move to a holder": (decided(Move("full", "nus", "sus")), "decisions[1].to_hospital", "has a permit already"),
    "grant twice": (decided(Grant("full", "nus")), "decisions[1].hospital", "has a permit already"),
    "refuse of a permit": (decided(Refuse("full", "nus")), "decisions[1].hospital", "has a permit"),
    "k hospitals for n units": (
        decided(Concentrate("open", 3, ("nus", "sus"))), "decisions[1].hospitals", "2 hospitals for 3 units"),
    "the same hospital twice": (
        decided(Concentrate("open", 2, ("nus", "nus"))), "decisions[1].hospitals", "named 2 times"),
    "six units": (decided(Concentrate("open", 6)), "decisions[1].units", "at most 5"),
    "no unit": (decided(Concentrate("open", 0)), "decisions[1].units", "fewer than one"),
    "a sixth permit": (decided(Grant("full", "malmo")), "decisions[1].area", "at most five"),
    "six open it": (decided(OpenArea("empty", UNITS)), "decisions[1].hospitals", "at most 5"),
    "nobody opens it": (decided(OpenArea("empty", ())), "decisions[1].hospitals", "no hospital"),
    "open what is open": (decided(OpenArea("open", ("lund",))), "decisions[1].area", "provided already by nus, sus"),
    "close what is closed": (decided(CloseArea("empty")), "decisions[1].area", "nobody provides"),
    "too few candidates": (
        decided(Concentrate("open", 5), *(Refuse("open", h) for h in UNITS[:2])), "decisions[1].units",
        "only 4 candidates"),
    "two wholes on one day": (decided(ONE, CloseArea("open")), "decisions[2].area", "contradicts decisions[1]"),
    "a whole and a step on one day": (decided(ONE, Grant("open", "lund")), "decisions[2].area", "settles all units"),
    "named and refused": (
        decided(Concentrate("open", 1, ("nus",)), Refuse("open", "nus")), "decisions[2].hospital", "refused and named"),
    "a step after an unknown set": (
        decided(ONE, Grant("open", "lund", JUNE)), "decisions[2].area", "nobody knows"),
    "refuse after an unknown set": (
        decided(ONE, Refuse("open", "lund", JUNE)), "decisions[2].hospital", "after the area was concentrated"),
    "dates reversed": (happens(UnitClosed("nus", SEPTEMBER, JUNE)), "events[1].date_to", "not after date_from"),
    "before as-of": (
        decided(Concentrate("open", 2, date=dt.date(2025, 6, 1))), "decisions[1].date", "before the as-of date"),
    "event before as-of": (
        happens(UnitClosed("nus", dt.date(2025, 6, 1), JUNE)), "events[1].date_from", "before the as-of date"),
    "a factor below 0": (
        happens(DemandEvent(factor(-0.5), JUNE, SEPTEMBER)), "events[1].factor", "below 0"),
    "a share above 1": (
        decided(ONE, ChangeScope("open", "share", share(1.5))), "decisions[2].volume_share", "above 1"),
    "a range out of order": (
        decided(ONE, ChangeScope("open", "share", share(0.5, 0.6, 0.7))), "decisions[2].volume_share", "low <= value"),
    "a scope alone": (
        decided(ChangeScope("open", "share", share(0.5))), "decisions[1].area", "changes nothing"),
    "two shares of one area": (
        decided(ONE, ChangeScope("open", "share", share(0.5)), SofterForm("open", "partner", share(0.5))),
        "decisions[3].volume_share", "second share"),
    "no delay": (happens(DelayedStart("open", 0)), "events[1].days", "no delay"),
    "a delay of nothing": (happens(DelayedStart("open", 10)), "events[1].area", "nothing begins"),
    "a delay of an unknown hospital": (
        Scenario("x", decisions=(ONE,), events=(DelayedStart("open", 10, "nus"),)), "events[1].hospital",
        "nobody knows"),
    "delayed twice": (
        Scenario("x", decisions=(ONE,), events=(DelayedStart("open", 10), DelayedStart("open", 9))),
        "events[2].area", "delayed twice"),
    "one name twice": (
        decided(replace(ONE, name="n"), Grant("full", "malmo", name="n")), "decisions[1].name", "two parts"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_a_conflict_names_place_rule_and_remedy(case: str) -> None:
    scenario, place, rule = CASES[case]
    found = problems(scenario)
    assert any(p.property == place and rule in p.rule for p in found), found
    assert all(p.remedy and p.file == "scenario x" for p in found)


@pytest.mark.parametrize("case", CASES)
def test_one_fault_gives_one_message_a_place(case: str) -> None:
    places = [p.property for p in problems(CASES[case][0])]
    assert len(places) == len(set(places))


@pytest.mark.parametrize("case", CASES)
def test_the_page_says_every_conflict_in_swedish_with_names(case: str) -> None:
    names = {i: f"Namn {number}" for number, i in enumerate(world().nodes)}
    for problem in problems(CASES[case][0]):
        said = problem_sentence(problem, names, "sv")
        assert said.endswith((".", "?"))
        own = said.replace(problem.value or "-", "")  # an id that nobody knows stays as it was written
        assert not CODE.search(own), said
        assert not any(re.search(rf"\b{i}\b", own) for i in names), said


def test_every_rule_is_broken_by_a_case_and_has_a_sentence() -> None:
    broken = {p.code for scenario, _, _ in CASES.values() for p in problems(scenario)}
    assert set(RULES) - broken == RARE
    assert all(has_text(f"conflict_{code}") for code in RULES)


def test_near_ids_are_suggested() -> None:
    (found,) = problems(decided(Grant("open", "orebroo")))
    assert "did you mean orebro" in found.remedy


def test_all_problems_come_at_once() -> None:
    scenario = Scenario(
        "x",
        decisions=(Concentrate("opne", 9), Withdraw("full", "malmo")),
        events=(UnitClosed("nuss", SEPTEMBER, JUNE),),
    )
    places = {p.property for p in problems(scenario)}
    assert places == {
        "decisions[1].area", "decisions[1].units", "decisions[2].hospital", "events[1].hospital",
        "events[1].date_to"}  # fmt: skip


def test_a_faulty_decision_raises_no_further_ones_on_its_area() -> None:
    found = problems(decided(Grant("full", "malmoo"), Withdraw("full", "malmo", SEPTEMBER)))
    assert [p.property for p in found] == ["decisions[1].hospital"]


def test_a_sixth_permit_is_fine_once_one_is_withdrawn() -> None:
    scenario = decided(Withdraw("full", "nus"), Grant("full", "malmo"))
    assert course_of(scenario, world(), AS_OF).holder_changes[0].added == ("malmo",)
