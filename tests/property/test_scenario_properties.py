"""What holds for any sequence of decisions: the changes lead to the holders decided, on every day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema import CareSystem, ScenarioConflict
from scenarios import HolderChange, Scenario, course_of, holders
from scenarios.values import Concentrate, Decision, Grant, Move, Refuse, Withdraw
from tests.synthetic import make_system

AS_OF = dt.date(2025, 12, 31)
NEXT = dt.date(2026, 1, 1)
UNITS = ("a", "b", "c", "d", "e")
DAYS = [AS_OF + dt.timedelta(days=n) for n in range(-3, 14)]
HOSPITAL = st.sampled_from(UNITS)
DAY = st.one_of(st.none(), st.sampled_from(DAYS[4:]))
STEP = st.one_of(
    st.builds(Grant, st.just("area"), HOSPITAL, DAY),
    st.builds(Refuse, st.just("area"), HOSPITAL, DAY),
    st.builds(Withdraw, st.just("area"), HOSPITAL, DAY),
    st.builds(Move, st.just("area"), HOSPITAL, HOSPITAL, DAY),
    st.builds(
        lambda hospitals, day: Concentrate("area", len(hospitals), tuple(sorted(hospitals)), day),
        st.sets(HOSPITAL, min_size=1, max_size=5), DAY,
    ),
)  # fmt: skip


@st.composite
def systems(draw: st.DrawFn) -> CareSystem:
    """Five university hospitals; some provide the area without a permit, some have or will have a permit."""
    rows: list[dict[str, Any]] = []
    for hospital in draw(st.sets(HOSPITAL)):
        row: dict[str, Any] = {"source_id": hospital, "target_id": "area"}
        if draw(st.booleans()):
            first = draw(st.integers(0, 14))
            row |= {"permit": True, "valid_from": DAYS[first].isoformat()}
            if draw(st.booleans()):
                row["valid_to"] = DAYS[draw(st.integers(first, 16))].isoformat()
        rows.append(row)
    return make_system(
        CareRegion=[{"id": "cr"}],
        Region=[{"id": "reg"}],
        Hospital=[{"id": h} for h in UNITS],
        CareArea=[{"id": "area"}, {"id": "other"}],
        PART_OF=[{"source_id": "reg", "target_id": "cr"}],
        LOCATED_IN=[{"source_id": h, "target_id": "reg"} for h in UNITS],
        PROVIDES=rows,
    )


def followed(system: CareSystem, changes: tuple[HolderChange, ...]) -> dict[dt.date, set[str]]:
    """Holders day by day as a reader of the course gets them: the dataset's, then every change so far in order."""
    found: dict[dt.date, set[str]] = {}
    for day in DAYS:
        found[day] = set(holders(system, "area", day))
        for change in changes:
            if change.date <= day:
                found[day] = (found[day] - set(change.removed)) | set(change.added)
    return found


def begins(decision: Decision) -> tuple[str, ...]:
    """Return the hospitals that a decision names as holders."""
    match decision:
        case Grant():
            return (decision.hospital,)
        case Move():
            return (decision.to_hospital,)
        case Concentrate():
            return decision.hospitals or ()
        case _:
            return ()


@given(system=systems(), decisions=st.lists(STEP, min_size=1, max_size=4))
@settings(max_examples=150)
def test_changes_lead_to_what_was_decided(system: CareSystem, decisions: list[Decision]) -> None:
    try:
        course = course_of(Scenario("x", decisions=tuple(decisions)), system, AS_OF)
    except ScenarioConflict:
        return  # refused, as test_scenario_conflicts shows; what is accepted must lead to what was decided
    held = followed(system, course.holder_changes)
    assert [c.date for c in course.holder_changes] == sorted(c.date for c in course.holder_changes)
    assert {c.area for c in course.holder_changes} == {"area"}
    assert held[AS_OF] == set(holders(system, "area", AS_OF))
    for decision in decisions:
        day = decision.date or NEXT
        if isinstance(decision, Concentrate):
            if all(d is decision or (d.date or NEXT) <= day for d in decisions):
                assert all(held[d] == set(decision.hospitals or ()) for d in DAYS if d >= day)
        elif isinstance(decision, Grant):
            assert decision.hospital in held[day]
        elif isinstance(decision, Move):
            assert decision.to_hospital in held[day]
            assert decision.from_hospital not in held[day]
        elif isinstance(decision, Refuse | Withdraw):
            assert decision.hospital not in held[day]
            if not any(decision.hospital in begins(d) for d in decisions):
                assert all(decision.hospital not in held[d] for d in DAYS if d >= day)


@given(system=systems(), decisions=st.lists(STEP, min_size=2, max_size=4), data=st.data())
@settings(max_examples=60)
def test_the_order_in_the_file_does_not_matter(
    system: CareSystem, decisions: list[Decision], data: st.DataObject
) -> None:
    def outcome(items: list[Decision]) -> object:
        try:
            return course_of(Scenario("x", decisions=tuple(items)), system, AS_OF).holder_changes
        except ScenarioConflict:
            return "conflict"

    assert outcome(decisions) == outcome(data.draw(st.permutations(decisions)))
