"""The same decisions in another order: their days dealt out again, put off at once, or undone later."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from graph_schema import CareSystem, SettingError
from scenarios.scenario import Scenario
from scenarios.values import ChangeScope, Concentrate, Decision, OpenArea, Refuse, SofterForm

__all__ = ["all_at_once", "in_reverse", "not_applied_for", "undone_after"]

WITH_THE_REST = (ChangeScope, SofterForm)  # these act with the other decisions on their area


def _day(decision: Decision, after: dt.date) -> dt.date:
    return decision.date or after


def _ordered_areas(scenario: Scenario, after: dt.date) -> list[str]:
    """Areas by the first day on which something is decided of them."""
    first: dict[str, dt.date] = {}
    for decision in scenario.decisions:
        if not isinstance(decision, WITH_THE_REST):
            first[decision.area] = min(first.get(decision.area, dt.date.max), _day(decision, after))
    return sorted(first, key=lambda area: (first[area], list(first).index(area)))


def _shifted(scenario: Scenario, days: dict[str, tuple[dt.date, dt.date]], after: dt.date) -> Scenario:
    """Move all decisions of an area by as many days as its first one moves."""
    decisions: list[Decision] = []
    for decision in scenario.decisions:
        if decision.date is None and isinstance(decision, WITH_THE_REST):
            decisions.append(decision)
            continue
        old, new = days[decision.area]
        decisions.append(replace(decision, date=_day(decision, after) + (new - old)))
    return replace(scenario, decisions=tuple(decisions))


def _first_days(scenario: Scenario, after: dt.date) -> list[tuple[str, dt.date]]:
    areas = _ordered_areas(scenario, after)
    if len(areas) < 2:
        raise SettingError(
            f"{scenario.name}: a sequence needs decisions on at least two areas; it has {len(areas)}. "
            "Write them with dates in one scenario file ('randzon scenarios new')"
        )
    days = {
        area: min(_day(d, after) for d in scenario.decisions if d.area == area and not isinstance(d, WITH_THE_REST))
        for area in areas
    }
    return [(area, days[area]) for area in areas]


def in_reverse(scenario: Scenario, after: dt.date) -> Scenario:
    """Return the decisions in the opposite order: the last area is decided on the first day, and so on.

    Parameters
    ----------
    scenario
        Decisions on at least two areas.
    after
        Day on which decisions without a date act.

    Raises
    ------
    SettingError
        If fewer than two areas are decided.
    """
    first = _first_days(scenario, after)
    days = [day for _, day in first]
    pairs = {area: (old, new) for (area, old), new in zip(first, reversed(days), strict=True)}
    return _shifted(scenario, pairs, after)


def all_at_once(scenario: Scenario, after: dt.date) -> Scenario:
    """Return the decisions all on the first day; parameters and errors as `in_reverse`."""
    first = _first_days(scenario, after)
    start = min(day for _, day in first)
    return _shifted(scenario, {area: (old, start) for area, old in first}, after)


def not_applied_for(scenario: Scenario, hospital: str, after: dt.date) -> Scenario:
    """Return the scenario in which a hospital applies for nothing: it is no candidate, and stops where others get it.

    Parameters
    ----------
    scenario
        Its decisions with unknown holders are concerned.
    hospital
        Id.
    after
        Day on which decisions without a date act.

    Raises
    ------
    SettingError
        If the scenario has no decision with unknown holders.
    """
    unknown = [d for d in scenario.decisions if isinstance(d, Concentrate) and d.hospitals is None]
    if not unknown:
        raise SettingError(f"{scenario.name}: all holders are given; passivity only matters where they are unknown")
    refusals = tuple(Refuse(d.area, hospital, date=_day(d, after)) for d in unknown)
    return replace(scenario, decisions=(*scenario.decisions, *refusals))


def undone_after(scenario: Scenario, system: CareSystem, years: int, after: dt.date) -> Scenario:
    """Return the scenario with every area given back, years after the last decision, to those who provide it today.

    Parameters
    ----------
    scenario
        What is decided.
    system
        Who provides what today.
    years
        From the last decision to the reversal.
    after
        Day on which decisions without a date act.
    """
    days = [_day(d, after) for d in scenario.decisions if not isinstance(d, WITH_THE_REST)]
    last = max(days)
    back = last.replace(year=last.year + years, day=min(last.day, 28))
    decisions = list(scenario.decisions)
    for area in _ordered_areas(scenario, after):
        rows = [r for r in system.incoming("PROVIDES", area) if not r.text("sub_permit")]
        today = tuple(sorted({r.text("source_id") for r in rows if not r.text("valid_to")}))
        permit = any(r.flag("permit") for r in rows)
        if today:
            decisions.append(OpenArea(area, today, permit=permit, date=back))
    return replace(scenario, decisions=tuple(decisions))
