"""What is wrong with a scenario by itself; every problem with place and remedy."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from graph_schema import Problem, Quantity
from scenarios.area_state import MOST_PERMITS
from scenarios.conflict_rules import problem_of
from scenarios.scenario import Scenario
from scenarios.values import (
    ChangeScope,
    CloseArea,
    Concentrate,
    Decision,
    DelayedStart,
    Event,
    Grant,
    Move,
    OpenArea,
    Refuse,
    SofterForm,
    Withdraw,
)

__all__ = ["Conflicts", "intrinsic_conflicts", "named", "same_day"]

WHOLE = (Concentrate, OpenArea, CloseArea)
STEPS = (Grant, Withdraw, Move)


@dataclass
class Conflicts:
    """Collects the problems of one scenario."""

    file: str
    problems: list[Problem] = field(default_factory=list[Problem])

    def add(self, place: str, value: str | None, code: str, **about: object) -> None:
        """Add a problem unless it stands there already; `code` and `about` as for `conflict_rules.problem_of`."""
        problem = problem_of(self.file, place, value, code, {name: str(found) for name, found in about.items()})
        if problem not in self.problems:
            self.problems.append(problem)

    def is_clean(self, place: str) -> bool:
        """Whether no problem concerns the decision or event at this place."""
        return not any((p.property or "").split(".")[0] == place for p in self.problems)


def named(value: Decision | Event, name: str) -> tuple[str, ...]:
    """Return the ids that stand in a property, which may be one, several or none."""
    found = getattr(value, name, None)
    return (found,) if isinstance(found, str) else tuple(found or ())


def _numbers(place: str, value: Decision | Event, conflicts: Conflicts) -> None:
    for name in ("volume_share", "hours_share", "factor"):
        quantity = getattr(value, name, None)
        if not isinstance(quantity, Quantity):
            continue
        for part in ("low", "value", "high"):
            number = getattr(quantity, part)
            if not quantity.minimum <= number <= quantity.maximum:
                is_below = number < quantity.minimum
                limit = quantity.minimum if is_below else quantity.maximum
                what = ("factor" if name == "factor" else "share") + ("" if quantity.is_certain else "_part")
                which = {} if quantity.is_certain else {"part": part}
                code = f"{what}_{'below' if is_below else 'above'}"
                conflicts.add(f"{place}.{name}", f"{number:g}", code, limit=f"{limit:g}", **which)
        if not quantity.low <= quantity.value <= quantity.high:
            shown = f"{quantity.low:g}, {quantity.value:g}, {quantity.high:g}"
            conflicts.add(f"{place}.{name}", shown, "range_order")


def _concentrate(place: str, value: Concentrate, conflicts: Conflicts) -> None:
    if value.units < 1:
        conflicts.add(f"{place}.units", str(value.units), "no_unit")
    if value.units > MOST_PERMITS:
        conflicts.add(f"{place}.units", str(value.units), "too_many_units", most=MOST_PERMITS)
    if value.hospitals is not None and len(value.hospitals) != value.units:
        conflicts.add(
            f"{place}.hospitals", ", ".join(value.hospitals), "units_and_hospitals", count=len(value.hospitals),
            units=value.units,
        )  # fmt: skip


def _open_area(place: str, value: OpenArea, conflicts: Conflicts) -> None:
    if not value.hospitals:
        conflicts.add(f"{place}.hospitals", None, "no_hospital")
    if value.permit and len(value.hospitals) > MOST_PERMITS:
        conflicts.add(f"{place}.hospitals", ", ".join(value.hospitals), "too_many_hospitals", most=MOST_PERMITS)


def _units(place: str, value: Decision | Event, conflicts: Conflicts) -> None:
    for hospital, times in Counter(named(value, "hospitals")).items():
        if times > 1:
            conflicts.add(f"{place}.hospitals", hospital, "hospital_repeated", times=times)
    match value:
        case Concentrate():
            _concentrate(place, value, conflicts)
        case OpenArea():
            _open_area(place, value, conflicts)
        case Move() if value.from_hospital == value.to_hospital:
            conflicts.add(f"{place}.to_hospital", value.to_hospital, "moves_nowhere")
        case DelayedStart() if value.days < 1:
            conflicts.add(f"{place}.days", str(value.days), "no_delay")
        case _:
            pass


def _periods(place: str, value: Decision | Event, conflicts: Conflicts) -> None:
    first, last = getattr(value, "date_from", None), getattr(value, "date_to", None)
    if isinstance(first, dt.date) and isinstance(last, dt.date) and last <= first:
        conflicts.add(f"{place}.date_to", last.isoformat(), "dates_reversed", first=first.isoformat())


def _names(scenario: Scenario, conflicts: Conflicts) -> None:
    times = Counter(value.name for _, value in scenario.places() if value.name)
    for place, value in scenario.places():
        if value.name and times[value.name] > 1:
            conflicts.add(f"{place}.name", value.name, "name_repeated")


def _verbs(decision: Decision) -> Iterator[tuple[str, str]]:
    """Yield each hospital that a decision concerns with what becomes of it."""
    if isinstance(decision, Grant | Refuse | Withdraw):
        yield decision.hospital, decision.kind
    if isinstance(decision, Move):
        yield decision.from_hospital, "move from"
        yield decision.to_hospital, "move to"


def same_day(items: Sequence[tuple[str, Decision]], conflicts: Conflicts) -> None:
    """Report what contradicts itself among the decisions on one area and day."""
    whole = [(place, d) for place, d in items if isinstance(d, WHOLE)]
    for place, decision in whole[1:]:
        conflicts.add(f"{place}.area", decision.area, "contradicts", other=whole[0][0], kind=whole[0][1].kind)
    for place, decision in items:
        if whole and isinstance(decision, STEPS):
            conflicts.add(
                f"{place}.area", decision.area, "beside_whole", own=decision.kind, other=whole[0][0],
                kind=whole[0][1].kind,
            )  # fmt: skip
        if whole and isinstance(decision, Refuse) and decision.hospital in named(whole[0][1], "hospitals"):
            conflicts.add(f"{place}.hospital", decision.hospital, "refused_and_named", other=whole[0][0])
    seen: dict[str, tuple[str, str]] = {}
    for place, decision in items:
        for hospital, verb in _verbs(decision):
            if hospital in seen:
                other, before = seen[hospital]
                conflicts.add(f"{place}.hospital", hospital, "twice_same_day", before=before, other=other, own=verb)
            seen[hospital] = (place, verb)


def _together(scenario: Scenario, conflicts: Conflicts) -> None:
    days: dict[tuple[str, dt.date | None], list[tuple[str, Decision]]] = {}
    softer: dict[str, str] = {}
    decided = {d.area for d in scenario.decisions if not isinstance(d, ChangeScope | SofterForm)}
    for i, decision in enumerate(scenario.decisions, start=1):
        place = f"decisions[{i}]"
        if not isinstance(decision, ChangeScope | SofterForm):
            days.setdefault((decision.area, decision.date), []).append((place, decision))
            continue
        if decision.area not in decided:
            conflicts.add(f"{place}.area", decision.area, "softens_nothing", own=decision.kind)
        if decision.area in softer:
            conflicts.add(f"{place}.volume_share", None, "second_share", other=softer[decision.area])
        softer.setdefault(decision.area, place)
    for items in days.values():
        same_day(items, conflicts)
    periods = [(i, e) for i, e in enumerate(scenario.events, start=1) if isinstance(e, DelayedStart)]
    for i, event in periods:
        if any((e.area, e.hospital) == (event.area, event.hospital) for j, e in periods if j < i):
            conflicts.add(f"events[{i}].area", event.area, "delayed_twice")


def intrinsic_conflicts(scenario: Scenario, file: str | None = None) -> Conflicts:
    """Return what is wrong with a scenario whatever the dataset.

    Parameters
    ----------
    scenario
        The scenario.
    file
        Name for the messages; the scenario's own name if None.
    """
    conflicts = Conflicts(file or f"scenario {scenario.name}")
    if not scenario.decisions and not scenario.events:
        conflicts.add("decisions", None, "empty")
    for place, value in scenario.places():
        _numbers(place, value, conflicts)
        _units(place, value, conflicts)
        _periods(place, value, conflicts)
    _names(scenario, conflicts)
    _together(scenario, conflicts)
    return conflicts
