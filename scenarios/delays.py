"""Starts that come later than decided, in the dataset and in the scenario's own decisions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import replace

from graph_schema import CareSystem
from scenarios.area_state import DAY, Dated, HolderDecision
from scenarios.changes import HolderChange
from scenarios.conflicts import Conflicts
from scenarios.scenario import Scenario
from scenarios.values import Concentrate, DelayedStart, Grant, Move, OpenArea

__all__ = ["check_delays", "late_hospitals", "pending_delays", "shifted"]


def _pending(system: CareSystem, area: str, as_of: dt.date) -> set[str]:
    rows = system.incoming("PROVIDES", area)
    return {r.text("source_id") for r in rows if r.text("valid_from") > as_of.isoformat()}


def _begins(decision: HolderDecision) -> set[str | None]:
    """Return the hospitals that a decision lets begin; None: not known by name."""
    match decision:
        case Concentrate() | OpenArea():
            return set(decision.hospitals or (None,))
        case Grant():
            return {decision.hospital}
        case Move():
            return {decision.to_hospital}
        case _:
            return set()


def shifted(item: Dated, delays: Mapping[tuple[str, str | None], int]) -> Dated:
    """Return a decision delayed as a whole; one that names several hospitals waits only if all do."""
    begins = _begins(item.decision)
    days = delays.get((item.decision.area, None), 0) if begins else 0
    if isinstance(item.decision, Grant | Move):
        days += sum(delays.get((item.decision.area, hospital), 0) for hospital in begins)
    return replace(item, date=item.date + DAY * days)


def late_hospitals(
    dated: list[Dated], delays: Mapping[tuple[str, str | None], int], changes: list[HolderChange]
) -> list[HolderChange]:
    """Return the changes with single hospitals of a decision that names all of them beginning later."""
    for item in dated:
        if not isinstance(item.decision, Concentrate | OpenArea):
            continue
        area = item.decision.area
        for hospital in item.decision.hospitals or ():
            days = delays.get((area, hospital), 0)
            starts = any(hospital in c.added for c in changes if (c.area, c.date) == (area, item.date))
            if not days or not starts:
                continue
            begin = item.date + DAY * days
            changes = [
                replace(c, added=tuple(h for h in c.added if h != hospital))
                if c.area == area and item.date <= c.date < begin
                else c
                for c in changes
            ]
            changes.append(HolderChange(begin, area, (hospital,)))
    return sorted(changes, key=lambda c: (c.date, c.area))


def check_delays(
    scenario: Scenario,
    pending: Collection[tuple[str, str]],
    dated: list[Dated],
    spoiled: set[str],
    conflicts: Conflicts,
) -> None:
    """Report every delay of something that does not begin; areas with faulty decisions are passed over."""
    for place, event in scenario.places():
        if not isinstance(event, DelayedStart) or event.area in spoiled or not conflicts.is_clean(place):
            continue
        begins: set[str | None] = {hospital for area, hospital in pending if area == event.area}
        for item in dated:
            if item.decision.area == event.area:
                begins |= _begins(item.decision)
        if None in begins and event.hospital is not None:
            conflicts.add(f"{place}.hospital", event.hospital, "delays_unknown")
        elif not begins or event.hospital not in (None, *begins):
            conflicts.add(f"{place}.area", event.area, "delays_nothing")


def pending_delays(scenario: Scenario, system: CareSystem, as_of: dt.date) -> dict[tuple[str, str], int]:
    """Return (area, hospital) to days for the permits of the dataset that begin after `as_of`."""
    found: dict[tuple[str, str], int] = {}
    for event in scenario.events:
        if isinstance(event, DelayedStart) and event.area in system.nodes:
            for hospital in sorted(_pending(system, event.area, as_of)):
                if event.hospital in (None, hospital):
                    found[event.area, hospital] = found.get((event.area, hospital), 0) + event.days
    return found
