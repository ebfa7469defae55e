"""A scenario applied to a system: the course of dated changes, which is all that the model sees."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from graph_schema import CareSystem, Quantity, ScenarioConflict
from scenarios.area_state import DAY, Dated, HolderDecision
from scenarios.changes import Closure, Delay, FactorChange, HolderChange, ReachChange, ShareChange
from scenarios.dataset_conflicts import find_conflicts
from scenarios.delays import check_delays, late_hospitals, pending_delays, shifted
from scenarios.permits import holder_changes
from scenarios.quantities import complement
from scenarios.scenario import Scenario, quantity_id
from scenarios.values import (
    CapacityEvent,
    ChangeScope,
    DelayedStart,
    DemandEvent,
    SofterForm,
    StaffingEvent,
    UnitClosed,
)

__all__ = [
    "Closure",
    "Course",
    "Delay",
    "FactorChange",
    "HolderChange",
    "ReachChange",
    "ShareChange",
    "course_of",
]


def _no_quantities() -> Mapping[str, Quantity]:
    return MappingProxyType({})


@dataclass(frozen=True)
class Course:
    """Dated changes, each kind sorted by date, and the uncertain numbers in them by id.

    Examples
    --------
    >>> import datetime
    >>> Course(datetime.date(2025, 12, 31)).holder_changes
    ()
    """

    as_of: dt.date
    holder_changes: tuple[HolderChange, ...] = ()
    share_changes: tuple[ShareChange, ...] = ()
    factor_changes: tuple[FactorChange, ...] = ()
    closures: tuple[Closure, ...] = ()
    delays: tuple[Delay, ...] = ()
    reach_changes: tuple[ReachChange, ...] = ()
    quantities: Mapping[str, Quantity] = field(default_factory=_no_quantities)

    def baseline(self) -> Course:
        """Return the course without any change."""
        return Course(self.as_of)


def _shares(scenario: Scenario, first_days: Mapping[str, dt.date], after: dt.date) -> list[ShareChange]:
    found: list[ShareChange] = []
    for place, value in scenario.places():
        if isinstance(value, ChangeScope):
            day = value.date or first_days.get(value.area, after)
            found.append(ShareChange(day, value.area, value.volume_share, quantity_id(place, value, "volume_share")))
        if isinstance(value, SofterForm):
            day = value.date or first_days.get(value.area, after)
            moved = complement(value.volume_share)
            hours_id = quantity_id(place, value, "hours_share") if value.hours_share is not None else None
            found.append(
                ShareChange(
                    day, value.area, moved, quantity_id(place, value, "moved_share"), tuple(sorted(value.hospitals)),
                    value.hours_share, hours_id,
                )
            )  # fmt: skip
    return sorted(found, key=lambda c: (c.date, c.area))


def _reaches(scenario: Scenario, first_days: Mapping[str, dt.date], after: dt.date) -> list[ReachChange]:
    found = [
        ReachChange(v.date or first_days.get(v.area, after), v.area, v.reach_change, tuple(sorted(v.hospitals)))
        for v in scenario.decisions
        if isinstance(v, SofterForm) and v.reach_change is not None
    ]
    return sorted(found, key=lambda c: (c.date, c.area))


def _factors(scenario: Scenario) -> list[FactorChange]:
    found: list[FactorChange] = []
    for place, event in scenario.places():
        match event:
            case CapacityEvent():
                ends = (event.hospital, event.resource, None)
            case StaffingEvent():
                ends = (event.hospital, event.competence, None)
            case DemandEvent():
                ends = (None, event.area, event.region)
            case _:
                continue
        name = quantity_id(place, event, "factor")
        found.append(FactorChange(event.date_from, event.date_to, event.kind, *ends, event.factor, name))
    return sorted(found, key=lambda c: (c.date_from, c.quantity_id))


def _closures(scenario: Scenario) -> list[Closure]:
    found = [Closure(e.date_from, e.date_to, e.hospital, e.area) for e in scenario.events if isinstance(e, UnitClosed)]
    return sorted(found, key=lambda c: (c.date_from, c.hospital, c.area or ""))


def course_of(scenario: Scenario, system: CareSystem, as_of: dt.date) -> Course:
    """Return the dated changes that a scenario makes to a system; the system is not changed.

    Parameters
    ----------
    scenario
        What is decided and what happens.
    system
        The dataset.
    as_of
        Decisions without a date act on the day after.

    Raises
    ------
    ScenarioConflict
        If the scenario contradicts itself or the dataset; lists every problem.
    """
    conflicts = find_conflicts(scenario, system, as_of)
    after = as_of + DAY
    spoiled = {
        value.area
        for place, value in scenario.places()
        if isinstance(value, HolderDecision) and not conflicts.is_clean(place)
    }
    dated = [
        Dated(value.date or after, place, value)
        for place, value in scenario.places()
        if isinstance(value, HolderDecision) and value.area not in spoiled
    ]
    delays = {(e.area, e.hospital): e.days for e in scenario.events if isinstance(e, DelayedStart)}
    pending = pending_delays(scenario, system, as_of)
    check_delays(scenario, pending, dated, spoiled, conflicts)
    dated = [shifted(item, delays) for item in dated]
    first_days: dict[str, dt.date] = {}
    for item in sorted(dated, key=lambda d: d.date):
        first_days.setdefault(item.decision.area, item.date)
    changes = holder_changes(system, dated, pending, as_of, conflicts.add)
    if conflicts.problems:
        raise ScenarioConflict(conflicts.problems)
    changes = late_hospitals(dated, delays, changes)
    shares = _shares(scenario, first_days, after)
    factors = _factors(scenario)
    quantities = {c.quantity_id: c.share for c in shares} | {c.quantity_id: c.factor for c in factors}
    quantities |= {c.hours_id: c.hours_share for c in shares if c.hours_id and c.hours_share is not None}
    return Course(
        as_of=as_of,
        holder_changes=tuple(changes),
        share_changes=tuple(shares),
        factor_changes=tuple(factors),
        closures=tuple(_closures(scenario)),
        delays=tuple(Delay(area, hospital, days) for (area, hospital), days in sorted(pending.items())),
        reach_changes=tuple(_reaches(scenario, first_days, after)),
        quantities=MappingProxyType(quantities),
    )
