"""What is taken out in turn: concentrated units, shared resources, critical competences, and events by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from graph_schema import Quantity, SettingError
from impact.questions.outages import Bench, Outage
from scenarios import FactorChange, course_of
from scenarios.stress_events import StressEvent, months_after, strikes

__all__ = ["Case", "cases_of", "event_cases", "unit_cases"]

FEW = 5  # providers: care that so few provide counts as concentrated, with a permit or without
CRITICAL = 0.5  # criticality from which on a competence counts as critical


@dataclass(frozen=True, slots=True)
class Case:
    """Something that is taken out.

    Attributes
    ----------
    event
        ``unit``, ``resource``, ``competence`` or the name of an event.
    hospital, area, resource, competence
        What; None where it does not apply.
    providers
        Units of the area that work today, the one taken out among them; None where no area is meant.
    """

    event: str
    outage: Outage
    hospital: str | None = None
    area: str | None = None
    resource: str | None = None
    competence: str | None = None
    providers: int | None = None

    @property
    def label(self) -> str:
        """What is taken out, as ``hospital.what``."""
        return ".".join(n for n in (self.hospital, self.area or self.resource or self.competence) if n) or self.event


def _gone(kind: Literal["capacity", "staffing"], hospital: str, target: str, bench: Bench) -> FactorChange:
    """Nothing is left of a resource or of the people with a competence; the dates are not read."""
    nothing = Quantity(0.0, 0.0, 0.0, "1", "assumed", "taken out: the question asked")
    day = bench.begin
    return FactorChange(day, day, kind, hospital, target, None, nothing, f"stress.{hospital}.{target}")


def _units(bench: Bench) -> list[tuple[str, str, int, bool]]:
    """(Hospital, area, providers, with a permit) of every unit at work when the outage begins."""
    activity, places = bench.structure.activity, bench.structure.places
    phase = bench.phases(1)[0]
    system, day = bench.system, bench.begin.isoformat()
    permits = {
        (r.text("source_id"), r.text("target_id"))
        for r in system.rows["PROVIDES"]
        if r.flag("permit") and not r.text("sub_permit") and (r.text("valid_from") or day) <= day
    }
    count = np.add.reduceat(phase.active.astype(np.int64), activity.group_start)
    found: list[tuple[str, str, int, bool]] = []
    for w in np.flatnonzero(phase.active):
        area = int(activity.pair_area[activity.row_pair[w]])
        if phase.before[area]:
            continue
        key = (places.hospitals[int(activity.pair_hospital[activity.row_pair[w]])], activity.areas[area])
        found.append((*key, int(count[activity.row_group[w]]), key in permits))
    return found


def unit_cases(bench: Bench, months: int, area: str | None = None) -> list[Case]:
    """Return the units of concentrated care: with a permit, or at most five providers; sole providers first.

    Parameters
    ----------
    bench
        The system.
    months
        How long each is closed.
    area
        Only units of this area, whatever their number.
    """
    order = {a: i for i, a in enumerate(bench.structure.activity.areas)}
    north = {h: i for i, h in enumerate(bench.structure.places.hospitals)}
    found = [
        Case("unit", Outage(months, ((h, a),)), h, a, providers=n)
        for h, a, n, permit in _units(bench)
        if a == area or (area is None and (permit or n <= FEW))
    ]
    return sorted(found, key=lambda c: (c.providers or 0, order[c.area or ""], north[c.hospital or ""]))


def _resource_cases(bench: Bench, months: int) -> Iterator[Case]:
    """Each operated resource; the units that use it and cannot wait for it stop."""
    facilities, places = bench.structure.facilities, bench.structure.places
    urgent = {(r.text("source_id"), r.text("target_id")) for r in bench.system.rows["USES"] if not r.flag("can_wait")}
    units = _units(bench)
    for h, r in zip(facilities.hospital.tolist(), facilities.resource.tolist(), strict=True):
        hospital, resource = places.hospitals[int(h)], facilities.names[int(r)]
        stops = tuple((u, a) for u, a, _, _ in units if u == hospital and (a, resource) in urgent)
        outage = Outage(months, stops, (_gone("capacity", hospital, resource, bench),))
        yield Case("resource", outage, hospital, resource=resource)


def _critical(bench: Bench) -> list[tuple[str, str]]:
    """(Hospital, competence) that a concentrated unit there or a function needs with criticality of a half or more."""
    s = bench.structure
    links = s.dependencies.competence_links
    kappa = [s.table.quantities[int(slot)].value for slot in links.kappa_slots.tolist()]
    few = {(c.hospital, c.area) for c in unit_cases(bench, 1)}
    pairs = len(s.activity.pair_area)
    keys = [
        (s.places.hospitals[int(h)], s.activity.areas[int(a)])
        for h, a in zip(s.activity.pair_hospital.tolist(), s.activity.pair_area.tolist(), strict=True)
    ]
    levels = {
        int(own)
        for node, own, k in zip(links.node.tolist(), links.own.tolist(), kappa, strict=True)
        if own >= 0 and k >= CRITICAL and (node >= pairs or keys[node] in few)
    }
    competences = s.competences
    return [
        (s.places.hospitals[competences.level_hospital[i]], competences.competences[competences.level_competence[i]])
        for i in sorted(levels)
    ]


def _competence_cases(bench: Bench, months: int) -> Iterator[Case]:
    for hospital, competence in _critical(bench):
        outage = Outage(months, (), (_gone("staffing", hospital, competence, bench),), loses_practice=True)
        yield Case("competence", outage, hospital, competence=competence)


def _chosen(cases: Sequence[Case], hospital: str | None, what: str) -> list[Case]:
    found = [c for c in cases if hospital in (None, c.hospital)]
    if not found:
        raise SettingError(f"nothing to take out {what}: name another hospital or area")
    return found


def cases_of(bench: Bench, months: int, hospital: str | None = None, area: str | None = None) -> list[Case]:
    """Return what is taken out in turn: units, sole providers first; without an area also resources and competences.

    Raises
    ------
    SettingError
        If nothing is left, as where the hospital does not provide the area.
    """
    cases = unit_cases(bench, months, area)
    if area is None:
        cases += [*_resource_cases(bench, months), *_competence_cases(bench, months)]
    return _chosen(cases, hospital, f"at {hospital or 'any hospital'}" + (f" for {area}" if area else ""))


def event_cases(
    bench: Bench, event: StressEvent, months: int | None, hospital: str | None = None, area: str | None = None
) -> list[Case]:
    """Return an event at every place where it can strike.

    Parameters
    ----------
    bench
        The system.
    event
        The event.
    months
        How long; the event's own length if None.
    hospital, area
        Only there.

    Raises
    ------
    SettingError
        If it can strike nowhere.
    """
    length = months or event.months
    days = (bench.begin, months_after(bench.begin, length))
    units = [(c.hospital or "", c.area or "") for c in unit_cases(bench, length, area)]
    narrow = {r.key[0] for r in bench.system.rows["Competence"] if r.text("kind") == "narrow_skill"}
    skills = [(h, c) for h, c in _critical(bench) if c in narrow]
    closes = event.place == "hospital" and any(e.kind == "closure" for e in event.effects)
    hospitals = [h for h in bench.structure.places.hospitals if not closes or _concentrates(h, units)]
    found: list[Case] = []
    for strike in strikes(event, bench.system, days, hospitals, units, skills):
        course = course_of(strike.scenario, bench.system, bench.as_of)
        closures = tuple((c.hospital, c.area) for c in course.closures)
        outage = Outage(length, closures, course.factor_changes, event.loses_practice)
        where = {"unit": "area", "skill": "competence"}.get(event.place)
        case = Case(event.name, outage, strike.hospital)
        found.append(case if where is None else replace(case, **{where: strike.target}))
    return _chosen(found, hospital, f"by {event.name} at {hospital or 'any hospital'}")


def _concentrates(hospital: str, units: Sequence[tuple[str, str]]) -> bool:
    return any(h == hospital for h, _ in units)
