"""Decisions on who provides an area, walked through in time: holder changes, and what contradicts them.

The walk starts from the dataset's holders on the eve of the first decision. A decision that names all holders
(concentrate, open, close) replaces them and overrules what the dataset says later; the others are added to
what the dataset says, also later.
"""

from __future__ import annotations

import datetime as dt

from graph_schema import CareSystem
from scenarios.area_state import DAY, AreaState, Dated, Report, Spell
from scenarios.changes import HolderChange
from scenarios.holders import provider_rows

__all__ = ["holder_changes"]


def _spells(system: CareSystem, area: str, delays: dict[str, int], as_of: dt.date) -> list[Spell]:
    found: list[Spell] = []
    for record in provider_rows(system, area):
        hospital, first, last = (record.text(name) for name in ("source_id", "valid_from", "valid_to"))
        start = dt.date.fromisoformat(first) if first else dt.date.min
        if start > as_of:
            start += DAY * delays.get(hospital, 0)
        end = dt.date.fromisoformat(last) if last else dt.date.max
        found.append(Spell(hospital, start, end, record.flag("permit")))
    return found


def _walk(walk: AreaState, decisions: list[Dated]) -> list[HolderChange]:
    by_day: dict[dt.date, list[Dated]] = {}
    for item in decisions:
        by_day.setdefault(item.date, []).append(item)
    first = min(by_day)
    walk.start(first)
    for day in sorted({*by_day, *(day for day in walk.turns() if day > first)}):
        before = set[str]() if walk.unknown is not None else set(walk.held)
        walk.follow_dataset(day)
        if day in by_day:
            walk.decide(day, by_day[day])
            walk.record(day, before)
        elif walk.differs(day):
            walk.record(day, before)
    return walk.changes


def holder_changes(
    system: CareSystem,
    decisions: list[Dated],
    delays: dict[tuple[str, str], int],
    as_of: dt.date,
    report: Report,
) -> list[HolderChange]:
    """Return the holder changes of all areas that decisions concern, sorted by date and area.

    Parameters
    ----------
    system
        The dataset.
    decisions
        With their days; every id in them exists.
    delays
        (area, hospital) to days, for permits of the dataset that begin after `as_of`.
    as_of
        The as-of date.
    report
        Receives every contradiction.
    """
    by_area: dict[str, list[Dated]] = {}
    for item in decisions:
        by_area.setdefault(item.decision.area, []).append(item)
    found: list[HolderChange] = []
    for area, items in by_area.items():
        own = {hospital: days for (a, hospital), days in delays.items() if a == area}
        walk = AreaState(system, area, as_of, _spells(system, area, own, as_of), report)
        found.extend(_walk(walk, items))
    return sorted(found, key=lambda c: (c.date, c.area))
