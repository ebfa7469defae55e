"""A system and a course of changes, compiled to read-only arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from graph_schema import CareSystem
from impact.model.activity import Activity, compile_activity
from impact.model.arrays import Booleans, Integers, frozen
from impact.model.calendar import Period, periods
from impact.model.changes import Course
from impact.model.competences import Competences, compile_competences
from impact.model.dependencies import Dependencies, compile_dependencies
from impact.model.draws import Slots, SlotTable
from impact.model.facilities import Facilities, compile_facilities
from impact.model.history import History, compile_history, history_hospitals
from impact.model.parameters import REQUIRED_PARAMETERS, model_parameters
from impact.model.places import Places, compile_places
from impact.model.start import Start, history_start_of
from impact.model.timeline import AreaTimeline, area_timelines

__all__ = ["Factor", "Phase", "PhaseRun", "Structure", "Unknown", "compile_structure"]


@dataclass(frozen=True, slots=True)
class Unknown:
    """An area whose holders nobody knows yet: `units` of the `hospitals` (indices), one set a draw."""

    area: int
    units: int
    hospitals: tuple[int, ...]
    rows: Integers


@dataclass(frozen=True, slots=True)
class Factor:
    """An event: multiply `targets` of a kind by the drawn value of `slot`."""

    kind: str
    targets: Integers
    slot: int
    region: int


@dataclass(frozen=True)
class Phase:
    """A period with everything that is constant in it.

    Attributes
    ----------
    active
        Rows whose hospital holds the group, shape (W,); rows of an unknown set are False here.
    unknown
        Indices into `Structure.unknowns` in force.
    before
        Areas that are still where their history says, shape (A,).
    changed
        Groups whose holders changed at the start of the period, shape (G,).
    split
        Whether a group is divided by a share at this time, shape (G,).
    closed
        Rows closed by an event, shape (W,).
    kept
        Rows whose patients stay when their group is a residual one, shape (W,); those of other residual rows
        follow the new holders.
    dependencies
        Index into `Structure.reaches`.
    """

    period: Period
    active: Booleans
    unknown: tuple[int, ...]
    before: Booleans
    changed: Booleans
    split: Booleans
    closed: Booleans
    kept: Booleans
    dependencies: int
    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class PhaseRun:
    """The phases of one world: before year 0, and from year 0 on."""

    past: tuple[Phase, ...]
    future: tuple[Phase, ...]


@dataclass(frozen=True)
class Structure:
    """Everything static of a run: what the kernel reads beside the draws.

    Attributes
    ----------
    standing
        Today's holders, without the scenario.
    first
        The state at the start of history (the same as `standing` where the run starts there).
    without, scenario
        The phases without and with the scenario, on one common grid of dates.
    reaches
        `dependencies`, and the same with each longer reach that a change gives.
    hours_slots
        Group to the slot of the share of travel that remains once its share change is in force.
    is_historic
        Whether the scenario changes something before year 0.
    focus
        Areas that the scenario's decisions concern.
    """

    places: Places
    activity: Activity
    history: History
    competences: Competences
    dependencies: Dependencies
    reaches: tuple[Dependencies, ...]
    hours_slots: Mapping[int, int]
    facilities: Facilities
    table: SlotTable
    parameters: Mapping[str, int]
    area_slots: Mapping[str, Integers]
    outside_share_slots: Mapping[str, Integers]
    unknowns: tuple[Unknown, ...]
    standing: Phase
    first: Phase
    without: PhaseRun
    scenario: PhaseRun
    is_historic: bool
    focus: tuple[int, ...]
    years: int
    started_at: str


class _Phases:
    """Builds phases from timelines, shares, events and the activity's rows."""

    def __init__(self, course: Course, places: Places, activity: Activity, timelines: tuple[AreaTimeline, ...],
                 competences: Competences, facilities: Facilities, slots: Slots,
                 unknowns: list[Unknown] | None = None) -> None:  # fmt: skip
        self.course, self.places, self.activity, self.timelines = course, places, activity, timelines
        self.competences, self.facilities, self.slots = competences, facilities, slots
        self.unknowns: list[Unknown] = [] if unknowns is None else unknowns
        self.row = {
            (int(g), int(activity.pair_hospital[p])): w
            for w, (g, p) in enumerate(zip(activity.row_group, activity.row_pair, strict=True))
        }
        self.area_index = {a: i for i, a in enumerate(activity.areas)}

    def dates(self) -> set[date]:
        days = {s.start for t in self.timelines for s in t.spans}
        days |= {c.date for c in (*self.course.share_changes, *self.course.reach_changes)}
        days |= {d for e in (*self.course.factor_changes, *self.course.closures) for d in (e.date_from, e.date_to)}
        return days

    def _unknown(self, group: int, area: int, hospitals: tuple[str, ...], units: int) -> int:
        indices = tuple(sorted({self.places.hospital_of[h] for h in hospitals}))
        rows = np.array([self.row[group, h] for h in indices], dtype=np.int64)
        wanted = Unknown(area, units, indices, frozen(rows))
        for i, known in enumerate(self.unknowns):
            if (known.area, known.units, known.hospitals) == (area, units, indices) and bool(
                (known.rows == rows).all()
            ):
                return i
        self.unknowns.append(wanted)
        return len(self.unknowns) - 1

    def _holders(self, period: Period, begin: date) -> tuple[Booleans, tuple[int, ...], Booleans, Booleans]:
        activity = self.activity
        active = np.zeros(len(activity.row_pair), dtype=np.bool_)
        changed = np.zeros(len(activity.group_area), dtype=np.bool_)
        split = np.zeros(len(activity.group_area), dtype=np.bool_)
        unknown: list[int] = []
        for group in range(len(activity.group_area)):
            area = int(activity.group_area[group])
            timeline = self.timelines[area]
            shares = [c for c in self.course.share_changes if c.area == timeline.area and c.date <= period.start]
            split[group] = bool(shares)
            day = period.start
            if activity.group_residual[group]:
                if not shares:
                    continue
                day = shares[0].date - timedelta(days=1)
            span = timeline.at(day)
            changed[group] = begin < span.start == period.start or any(c.date == period.start for c in shares)
            if span.unknown_units:
                unknown.append(self._unknown(group, int(area), span.hospitals, span.unknown_units))
                continue
            for hospital in span.hospitals:
                active[self.row[group, self.places.hospital_of[hospital]]] = True
        return active, tuple(unknown), changed, split

    def _targets(self, kind: str, hospital: str | None, target: str | None) -> Integers:
        h = None if hospital is None else self.places.hospital_of[hospital]
        if kind == "capacity":
            names = self.facilities.names
            pairs = zip(self.facilities.hospital, self.facilities.resource, strict=True)
            found = [i for i, (a, r) in enumerate(pairs) if h in (None, a) and target in (None, names[r])]
        elif kind == "staffing":
            names = self.competences.competences
            levels = zip(self.competences.level_hospital, self.competences.level_competence, strict=True)
            found = [i for i, (a, c) in enumerate(levels) if h in (None, a) and target in (None, names[c])]
        else:
            found = [g for g, a in enumerate(self.activity.group_area) if target in (None, self.activity.areas[a])]
        return frozen(np.array(found, dtype=np.int64))

    def phase(self, period: Period, begin: date) -> Phase:
        active, unknown, changed, split = self._holders(period, begin)
        closed = np.zeros_like(active)
        for closure in self.course.closures:
            if closure.date_from <= period.start < closure.date_to:
                h = self.places.hospital_of[closure.hospital]
                for w, pair in enumerate(self.activity.row_pair):
                    area = self.activity.areas[self.activity.pair_area[pair]]
                    closed[w] |= self.activity.pair_hospital[pair] == h and closure.area in (None, area)
        factors = tuple(
            Factor(
                e.kind, self._targets(e.kind, e.hospital, e.target), self.slots.add(e.quantity_id, e.factor, 1),
                -1 if e.region is None else self.places.regions.index(e.region),
            )
            for e in self.course.factor_changes if e.date_from <= period.start < e.date_to
        )  # fmt: skip
        before = [t.begins is not None and period.start < t.begins for t in self.timelines]
        return Phase(
            period, frozen(active), unknown, frozen(np.array(before, dtype=np.bool_)), frozen(changed),
            frozen(split), frozen(closed), self._kept(), self._reach_count(period.start), factors,
        )  # fmt: skip

    def _kept(self) -> Booleans:
        """Rows whose patients stay in a residual group: those of the named hospitals, or all."""
        kept = np.ones(len(self.activity.row_pair), dtype=np.bool_)
        for change in self.course.share_changes:
            named = {self.places.hospital_of[h] for h in change.hospitals}
            for w, (group, pair) in enumerate(zip(self.activity.row_group, self.activity.row_pair, strict=True)):
                mine = self.activity.areas[self.activity.group_area[group]] == change.area
                if named and mine and self.activity.group_residual[group]:
                    kept[w] = int(self.activity.pair_hospital[pair]) in named
        return frozen(kept)

    def _reach_count(self, day: date) -> int:
        return sum(c.date <= day for c in self.course.reach_changes)


def _further(course: Course, places: Places, count: int) -> dict[tuple[str, str], str]:
    """(Hospital, area) to the longer reach that the first `count` reach changes give."""
    found: dict[tuple[str, str], str] = {}
    for change in course.reach_changes[:count]:
        hospitals = [places.hospitals[places.hospital_of[h]] for h in change.hospitals] or places.hospitals
        found.update({(h, change.area): change.reach for h in hospitals})
    return found


def _hours_slots(course: Course, activity: Activity, slots: Slots) -> dict[int, int]:
    found: dict[int, int] = {}
    for change in course.share_changes:
        if change.hours_share is None or change.hours_id is None:
            continue
        for group, area in enumerate(activity.group_area.tolist()):
            if activity.areas[area] == change.area and not activity.group_residual[group]:
                found[group] = slots.add(change.hours_id, change.hours_share, 1)
    return found


def _area_slots(system: CareSystem, slots: Slots) -> dict[str, Integers]:
    defaults = {
        "needed_volume": "default_needed_volume",
        "transport_share": "default_transport_share",
        "icu_transport_share": "default_icu_transport_share",
        "research_share": "default_research_share",
        "episodes_per_patient": "anchor_episodes_per_patient",
    }
    known = model_parameters(system)
    return {
        name: frozen(
            np.array(
                [slots.add(r.quantity_id(name), r.quantity(name) or known[default]) for r in system.rows["CareArea"]],
                dtype=np.int64,
            )
        )
        for name, default in defaults.items()
    }


def _anchor_slots(system: CareSystem, places: Places, slots: Slots) -> dict[str, Integers]:
    found: dict[str, Integers] = {}
    for name in ("anchor_share", "anchor_patients", "research_share"):
        rows: list[int] = []
        for hospital in places.hospitals:
            record = system.node(hospital)
            quantity = record.quantity(name)
            rows.append(-1 if quantity is None else slots.add(record.quantity_id(name), quantity))
        found[name] = frozen(np.array(rows, dtype=np.int64))
    return found


def compile_structure(system: CareSystem, course: Course, years: int, start: Start) -> Structure:
    """Return the read-only arrays of a system under a course of changes.

    Parameters
    ----------
    system
        A validated system; never changed.
    course
        The scenario's dated changes; empty for the baseline.
    years
        Years simulated after year 0.
    start
        ``standing`` (steady state under today's permits) or ``today`` (run from the start of history).

    Raises
    ------
    SchemaViolation
        If a parameter, a travel time or the start of history is missing.
    """
    slots = Slots()
    parameters = model_parameters(system)
    as_of = course.as_of
    history_start = history_start_of(system, start)
    places = compile_places(system, slots)
    since, stands = history_start or as_of, start == "standing"
    today = area_timelines(system, course, since, stands=stands, changed=False)
    without = area_timelines(system, course, since, stands=stands, changed=False, replay=True)
    timelines = area_timelines(system, course, since, stands=stands, changed=True, replay=True)
    before = history_hospitals(system, places, today)
    either = [
        replace(t, spans=(*t.spans, *w.spans, *c.spans), opening=(*t.opening, *w.opening, *c.opening))
        for t, w, c in zip(today, without, timelines, strict=True)
    ]
    holders = [{places.hospital_of[h] for h in t.at(as_of).hospitals} for t in today]
    activity = compile_activity(system, places, either, before, course, parameters, slots, holders)
    history = compile_history(system, places, today, activity, before, parameters, slots)
    competences = compile_competences(system, places, activity, parameters, slots)
    dependencies = compile_dependencies(system, places, activity, competences, slots)
    facilities = compile_facilities(system, places, activity, parameters, slots)
    build = _Phases(course, places, activity, timelines, competences, facilities, slots)
    empty = course.baseline()
    base = _Phases(empty, places, activity, without, competences, facilities, slots, build.unknowns)
    actual = _Phases(empty, places, activity, today, competences, facilities, slots, build.unknowns)
    dates = build.dates() | base.dates()
    opening = date(as_of.year, 1, 1)
    reaches = tuple(
        compile_dependencies(system, places, activity, competences, slots, _further(course, places, count))
        for count in range(1, len(course.reach_changes) + 1)
    )
    standing = actual.phase(Period(0, as_of, as_of + timedelta(days=1), 0.0), as_of)
    first, spans = standing, ()
    if start == "today" and history_start is not None and history_start < opening:
        first = base.phase(Period(history_start.year - as_of.year, history_start, opening, 0.0), history_start)
        spans = periods(history_start, as_of.year - 1, as_of.year, dates)
    future = periods(opening, as_of.year + years, as_of.year, dates)

    def phases(builder: _Phases) -> PhaseRun:
        eve = opening - timedelta(days=1)
        past = tuple(builder.phase(p, history_start or eve) for p in spans)
        return PhaseRun(past, tuple(builder.phase(p, eve) for p in future))

    names = {c.area for c in (*course.holder_changes, *course.share_changes)}
    return Structure(
        places=places,
        activity=activity,
        history=history,
        competences=competences,
        dependencies=dependencies,
        reaches=(dependencies, *reaches),
        hours_slots=_hours_slots(course, activity, slots),
        facilities=facilities,
        parameters={name: slots.add(name, parameters[name]) for name in REQUIRED_PARAMETERS},
        area_slots=_area_slots(system, slots),
        outside_share_slots=_anchor_slots(system, places, slots),
        standing=standing,
        first=first,
        without=phases(base),
        scenario=phases(build),
        unknowns=tuple(build.unknowns),
        is_historic=any(
            day < opening for day in (build.dates() - base.dates()) | {c.date for c in course.holder_changes}
        ),
        focus=tuple(i for i, a in enumerate(activity.areas) if a in names),
        years=years,
        started_at=start,
        table=slots.table(),
    )
