"""A scenario and a system to the course of dated changes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

import pytest

from graph_schema import CareSystem, ScenarioConflict
from scenarios import Course, HolderChange, Scenario, candidates, course_of, holders
from scenarios.changes import Closure, Delay, ReachChange
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
NEXT = dt.date(2026, 1, 1)
JUNE, SEPTEMBER = dt.date(2026, 6, 1), dt.date(2026, 9, 1)


def provides(hospital: str, area: str, **values: Any) -> dict[str, Any]:
    return {"source_id": hospital, "target_id": area, **values}


def world(rows: Sequence[dict[str, Any]] = (), **extra: Any) -> CareSystem:
    """Four university hospitals a–d, a county hospital and an unnamed one; `open` is provided by a, b and county."""
    places = {"a": "university", "b": "university", "c": "university", "d": "university", "county": "county",
              "unnamed_a": "unnamed"}  # fmt: skip
    located = {"a": "reg_a", "b": "reg_b", "c": "reg_c", "d": "reg_d", "county": "reg_c", "unnamed_a": "reg_a"}
    permit = {"permit": True, "valid_from": "2020-01-01"}
    base = [provides(h, "open") for h in ("a", "b", "county")]
    base += [provides(h, "national", **permit) for h in ("a", "b")]
    return make_system(
        CareRegion=[{"id": "cr"}],
        Region=[{"id": r} for r in sorted(set(located.values()))],
        Hospital=[{"id": h, "kind": k} for h, k in places.items()],
        CareArea=[{"id": a} for a in ("open", "national", "empty")],
        Competence=[{"id": "nurse"}],
        Resource=[{"id": "icu"}],
        PART_OF=[{"source_id": r, "target_id": "cr"} for r in sorted(set(located.values()))],
        LOCATED_IN=[{"source_id": h, "target_id": r} for h, r in located.items()],
        STAFFS=[{"source_id": "a", "target_id": "nurse"}],
        OPERATES=[{"source_id": "a", "target_id": "icu"}],
        PROVIDES=[*base, *rows],
        **extra,
    )


def course(*decisions: Decision, events: Sequence[Event] = (), system: CareSystem | None = None) -> Course:
    return course_of(Scenario("x", decisions=decisions, events=tuple(events)), system or world(), AS_OF)


def only(found: Course) -> HolderChange:
    assert len(found.holder_changes) == 1
    return found.holder_changes[0]


def test_holders_are_those_whose_days_include_the_date() -> None:
    system = world([provides("c", "empty", permit=True, valid_from="2026-02-01", valid_to="2026-03-31")])
    assert holders(system, "empty", dt.date(2026, 1, 31)) == ()
    assert holders(system, "empty", dt.date(2026, 2, 1)) == ("c",)
    assert holders(system, "empty", dt.date(2026, 3, 31)) == ("c",)  # the schema: valid_to is the last day
    assert holders(system, "empty", dt.date(2026, 4, 1)) == ()
    assert holders(system, "open", dt.date(1990, 1, 1)) == ("a", "b", "county")


def test_a_partner_and_a_sub_permit_are_no_holders() -> None:
    rows = [provides("c", "empty", role="partner"), provides("d", "empty", sub_permit="children")]
    assert holders(world(rows), "empty", NEXT) == ()


def test_candidates_are_university_hospitals_and_present_providers() -> None:
    assert candidates(world(), "open", AS_OF) == ("a", "b", "c", "county", "d")
    assert candidates(world(), "national", AS_OF) == ("a", "b", "c", "d")
    late = world([provides("county", "national", permit=True, valid_from="2026-01-01")])
    assert candidates(late, "national", AS_OF) == ("a", "b", "c", "d")


def test_an_unnamed_provider_is_no_candidate_beside_its_university_hospital() -> None:
    assert "unnamed_a" not in candidates(world([provides("unnamed_a", "empty")]), "empty", AS_OF)


def test_at_most_twelve_candidates_the_smallest_providers_left_out() -> None:
    names = [f"h{i:02d}" for i in range(15)]
    system = make_system(
        CareRegion=[{"id": "cr"}],
        Region=[{"id": "reg"}],
        Hospital=[{"id": "u"}, *({"id": h, "kind": "county"} for h in names)],
        CareArea=[{"id": "area"}],
        PART_OF=[{"source_id": "reg", "target_id": "cr"}],
        LOCATED_IN=[{"source_id": h, "target_id": "reg"} for h in ["u", *names]],
        PROVIDES=[provides(h, "area", patients=i) for i, h in enumerate(names)],
    )
    assert candidates(system, "area", AS_OF) == (*names[4:], "u")


def test_concentrate_to_unknown_units() -> None:
    change = only(course(Concentrate("open", 2)))
    assert change == HolderChange(NEXT, "open", unknown_units=2, candidates=("a", "b", "c", "county", "d"))


def test_a_refused_hospital_is_no_candidate() -> None:
    change = only(course(Concentrate("open", 2), Refuse("open", "c")))
    assert change.candidates == ("a", "b", "county", "d")


def test_concentrate_to_named_units() -> None:
    assert only(course(Concentrate("open", 2, ("a", "c")))) == HolderChange(NEXT, "open", ("c",), ("b", "county"))


def test_concentrate_also_stops_partners() -> None:
    system = world([provides("d", "national", role="partner")])
    change = only(course(Concentrate("national", 1, ("a",)), system=system))
    assert change.removed == ("b", "d")


def test_first_permits_end_care_without_a_permit() -> None:
    change = only(course(Grant("open", "a"), Grant("open", "d")))
    assert change == HolderChange(NEXT, "open", ("d",), ("b", "county"))


def test_one_more_permit_takes_none_away() -> None:
    assert only(course(Grant("national", "c"))) == HolderChange(NEXT, "national", ("c",), ())


def test_refuse_stops_a_provider_without_a_permit() -> None:
    assert only(course(Refuse("open", "county"))) == HolderChange(NEXT, "open", (), ("county",))


def test_withdraw_move_open_and_close() -> None:
    assert only(course(Withdraw("national", "a"))).removed == ("a",)
    moved = only(course(Move("national", "a", "c")))
    assert (moved.added, moved.removed) == (("c",), ("a",))
    assert only(course(OpenArea("empty", ("c", "d")))).added == ("c", "d")
    assert only(course(CloseArea("open"))).removed == ("a", "b", "county")


def test_regional_care_may_stand_at_more_than_five() -> None:
    change = only(course(OpenArea("national", ("b", "c", "d", "county", "unnamed_a", "a"), permit=False)))
    assert change.added == ("c", "county", "d", "unnamed_a")


def test_decisions_act_in_the_order_of_their_dates() -> None:
    found = course(Withdraw("national", "c", date=SEPTEMBER), Grant("national", "c", date=JUNE))
    assert [(c.date, c.added, c.removed) for c in found.holder_changes] == [
        (JUNE, ("c",), ()),
        (SEPTEMBER, (), ("c",)),
    ]


def test_a_concentration_overrules_what_the_dataset_says_later() -> None:
    system = world([provides("d", "national", permit=True, valid_from="2026-06-01")])
    found = course(Concentrate("national", 1, ("a",)), system=system)
    assert [(c.date, c.removed) for c in found.holder_changes] == [(NEXT, ("b",)), (JUNE, ("d",))]


def test_an_unknown_concentration_stays_what_it_is_when_the_dataset_changes() -> None:
    system = world([provides("d", "national", permit=True, valid_from="2026-06-01")])
    assert only(course(Concentrate("national", 2), system=system)).candidates == ("a", "b", "c", "d")


def test_known_holders_follow_unknown_ones() -> None:
    found = course(Concentrate("open", 2), Concentrate("open", 1, ("a",), date=JUNE))
    assert found.holder_changes[1] == HolderChange(JUNE, "open", ("a",), ("b", "c", "county", "d"))


def test_a_step_is_added_to_what_the_dataset_says_later() -> None:
    system = world([provides("d", "national", permit=True, valid_from="2026-06-01")])
    assert only(course(Withdraw("national", "a"), system=system)) == HolderChange(NEXT, "national", (), ("a",))


def test_a_refusal_holds_against_a_permit_that_the_dataset_has_later() -> None:
    system = world([provides("d", "national", permit=True, valid_from="2026-06-01")])
    found = course(Refuse("national", "d"), system=system)
    assert [(c.date, c.added, c.removed) for c in found.holder_changes] == [(NEXT, (), ()), (JUNE, (), ("d",))]


def test_a_grant_outlasts_the_permit_that_the_dataset_ends() -> None:
    system = world([provides("d", "national", permit=True, valid_from="2025-01-01", valid_to="2026-05-31")])
    found = course(Withdraw("national", "d"), Grant("national", "d", date=dt.date(2026, 3, 1)), system=system)
    assert [c.date for c in found.holder_changes] == [NEXT, dt.date(2026, 3, 1)]


def test_scope_acts_with_the_decision_it_narrows() -> None:
    narrow = ChangeScope("open", "surgery_only", share(0.4, 0.2, 0.6))
    found = course(narrow, Concentrate("open", 2, date=JUNE))
    (change,) = found.share_changes
    assert (change.date, change.share.value, change.quantity_id) == (JUNE, 0.4, "scenario.decisions_1.volume_share")
    assert found.quantities == {change.quantity_id: change.share}


def test_a_softer_form_turns_the_share_that_stays_into_the_share_that_moves() -> None:
    soft = SofterForm("open", "satellite", share(0.75, 0.5, 0.875), ("county",), "in_reach", share(0.5), name="soft")
    found = course(Concentrate("open", 2), soft)
    (change,) = found.share_changes
    assert (change.share.value, change.share.low, change.share.high) == (0.25, 0.125, 0.5)
    assert (change.quantity_id, change.hospitals, change.hours_id) == (
        "scenario.soft.moved_share", ("county",), "scenario.soft.hours_share")  # fmt: skip
    assert set(found.quantities) == {change.quantity_id, change.hours_id}
    assert found.reach_changes == (ReachChange(NEXT, "open", "in_reach", ("county",)),)


def test_events_become_factors_and_closures() -> None:
    events: list[Event] = [
        UnitClosed("a", JUNE, SEPTEMBER, "open"),
        CapacityEvent("a", "icu", factor(0.5), JUNE, SEPTEMBER),
        StaffingEvent("a", "nurse", factor(0.6), JUNE, SEPTEMBER),
        DemandEvent(factor(1.5, 1.2, 2), JUNE, SEPTEMBER, region="reg_a"),
    ]
    found = course(events=events)
    kinds = [(f.kind, f.hospital, f.target, f.region, f.quantity_id) for f in found.factor_changes]
    assert kinds == [
        ("capacity", "a", "icu", None, "scenario.events_2.factor"),
        ("staffing", "a", "nurse", None, "scenario.events_3.factor"),
        ("demand", None, None, "reg_a", "scenario.events_4.factor"),
    ]
    assert found.closures == (Closure(JUNE, SEPTEMBER, "a", "open"),)
    assert found.holder_changes == ()
    assert found.baseline() == Course(AS_OF)


def test_a_delay_moves_a_whole_concentration() -> None:
    found = course(Concentrate("open", 2), events=[DelayedStart("open", 10)])
    assert only(found).date == dt.date(2026, 1, 11)
    assert found.delays == ()


def test_a_delay_of_one_hospital_leaves_the_others() -> None:
    found = course(Concentrate("open", 2, ("c", "d")), events=[DelayedStart("open", 10, "d")])
    assert [(c.date, c.added, c.removed) for c in found.holder_changes] == [
        (NEXT, ("c",), ("a", "b", "county")),
        (dt.date(2026, 1, 11), ("d",), ()),
    ]


def test_a_delay_of_a_grant() -> None:
    events = [DelayedStart("national", 10, "c")]
    found = course(Grant("national", "c"), Grant("national", "d"), events=events)
    assert [(c.date, c.added) for c in found.holder_changes] == [(NEXT, ("d",)), (dt.date(2026, 1, 11), ("c",))]


def test_a_delay_of_a_permit_of_the_dataset() -> None:
    system = world([provides("d", "national", permit=True, valid_from="2026-06-01")])
    found = course(events=[DelayedStart("national", 30)], system=system)
    assert (found.delays, found.holder_changes) == ((Delay("national", "d", 30),), ())


def test_the_past_is_open_to_historic_scenarios_only() -> None:
    decision = Concentrate("national", 2, ("a", "b"), date=dt.date(2020, 1, 1))
    with pytest.raises(ScenarioConflict, match="historic = true"):
        course(decision)
    found = course_of(Scenario("x", decisions=(decision,), historic=True), world(), AS_OF)
    assert only(found) == HolderChange(dt.date(2020, 1, 1), "national", ("a", "b"), ())


def test_the_system_is_left_as_it_was() -> None:
    system = world()
    before = system.content_hash
    course(CloseArea("open"), Grant("national", "c"), system=system)
    assert world().content_hash == before == system.content_hash
