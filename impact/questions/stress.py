"""Stress: every concentrated unit, shared resource and critical competence taken out in turn, and the worst pairs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np

from graph_schema import CareSystem, Quantity, SettingError
from impact.model.arrays import Floats
from impact.questions.outages import HALF, Bench, Loss, Outage
from impact.questions.threads import map_in_threads
from scenarios import FactorChange, course_of
from scenarios.stress_events import StressEvent, months_after, strikes

__all__ = ["Case", "cases_of", "event_cases", "event_row", "losses", "overlap", "pair_row", "pair_rows", "unit_cases"]

FEW = 5  # providers: care that so few provide counts as concentrated, with a permit or without
CRITICAL = 0.5  # criticality from which on a competence counts as critical
MOST_PAIRS = 20  # pairs that are run, those with the largest bound
LEAST = 0.05  # patients: fewer are not listed as received or displaced
Kind = Literal["unit", "resource", "competence"]
Progress = Callable[[int, int], None]


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
    urgent = {
        (r.text("source_id"), r.text("target_id")) for r in bench.system.rows["USES"] if not r.flag("can_wait")
    }
    units = _units(bench)
    for h, r in zip(facilities.hospital, facilities.resource, strict=True):
        hospital, resource = places.hospitals[h], facilities.names[r]
        stops = tuple((u, a) for u, a, _, _ in units if u == hospital and (a, resource) in urgent)
        outage = Outage(months, stops, (_gone("capacity", hospital, resource, bench),))
        yield Case("resource", outage, hospital, resource=resource)


def _critical(bench: Bench) -> list[tuple[str, str]]:
    """(Hospital, competence) that a concentrated unit there or a function needs with criticality of a half or more."""
    s = bench.structure
    links = s.dependencies.competence_links
    kappa = np.array([s.table.quantities[slot].value for slot in links.kappa_slots])
    few = {(c.hospital, c.area) for c in unit_cases(bench, 1)}
    pairs = len(s.activity.pair_area)
    keys = [
        (s.places.hospitals[h], s.activity.areas[a])
        for h, a in zip(s.activity.pair_hospital, s.activity.pair_area, strict=True)
    ]
    levels = {
        int(own)
        for node, own, k in zip(links.node, links.own, kappa, strict=True)
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
    hospitals = [h for h in bench.structure.places.hospitals if event.place != "hospital" or _concentrates(h, units)]
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


def losses(bench: Bench, cases: Sequence[Case], workers: int = 2, progress: Progress | None = None) -> list[Loss]:
    """Return what each case does, in their order.

    Parameters
    ----------
    bench
        The system.
    cases
        What is taken out.
    workers
        Threads; never changes the result.
    progress
        Called with (cases done, cases in all).
    """
    for months in {c.outage.months for c in cases}:
        bench.prepare(months)
    done = 0

    def run(case: Case) -> Loss:
        nonlocal done
        found = bench.loss(case.outage)
        done += 1
        if progress is not None:
            progress(done, len(cases))
        return found

    return map_in_threads(workers, run, cases)


def _spread(values: Floats) -> dict[str, float]:
    low, high = np.quantile(values, [0.05, 0.95])
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}


def _years(values: Floats, share: float, horizon: int) -> float | None:
    """A quantile of the recovery; None beyond the horizon."""
    years = float(np.quantile(values, share, method="inverted_cdf"))
    return years if years <= horizon else None


def _by_hospital(bench: Bench, values: Floats, case: Case) -> list[dict[str, Any]]:
    """Hospitals with patients to mention, north to south."""
    found: list[dict[str, Any]] = []
    for h, name in enumerate(bench.structure.places.hospitals):
        spread = _spread(values[h])
        own = case.event == "unit" and name == case.hospital
        if spread["mean"] >= LEAST and not own:
            found.append({"hospital": name, "patients": spread["mean"], "low": spread["low"], "high": spread["high"]})
    return found


def _displaced_at(bench: Bench, loss: Loss, case: Case) -> list[dict[str, Any]]:
    """Hospitals where others are pushed aside, with the resource that is pressed most."""
    facilities = bench.structure.facilities
    found = _by_hospital(bench, loss.displaced, case)
    for row in found:
        mine = np.flatnonzero(facilities.hospital == bench.structure.places.hospital_of[row["hospital"]])
        row["resource"] = facilities.names[facilities.resource[mine[np.argmax(loss.pressed[mine])]]]
    return found


def _lost(bench: Bench, loss: Loss) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Functions and areas that fall below one half in most draws."""
    s = bench.structure
    pairs = len(s.activity.pair_area)
    functions: list[dict[str, Any]] = []
    areas: list[dict[str, Any]] = []
    for node in np.flatnonzero(loss.stopped > HALF):
        hospital = s.places.hospitals[s.dependencies.node_hospital[node]]
        row: dict[str, Any] = {"hospital": hospital, "p": float(loss.stopped[node])}
        if node >= pairs:
            name = s.dependencies.functions[s.dependencies.performed_function[node - pairs]]
            functions.append({**row, "function": name})
        elif s.activity.row_pair[s.standing.active].tolist().count(int(node)):
            areas.append({**row, "area": s.activity.areas[s.activity.pair_area[node]], "stopped": bool(loss.halted[node])})
    return functions, areas


def event_row(bench: Bench, case: Case, loss: Loss, horizon: int) -> dict[str, Any]:
    """Return a case and its loss as a row of the answer.

    Parameters
    ----------
    bench, case, loss
        Of `losses`.
    horizon
        Years; a recovery beyond it is None.
    """
    missed, pushed = _spread(loss.not_taken), _spread(np.maximum(loss.displaced, 0.0).sum(axis=0))
    functions, areas = _lost(bench, loss)
    levels = bench.structure.competences
    slowest = None
    if loss.slowest >= 0:
        slowest = {
            "hospital": bench.structure.places.hospitals[levels.level_hospital[loss.slowest]],
            "competence": levels.competences[levels.level_competence[loss.slowest]],
        }
    return {
        "event": case.event,
        "hospital": case.hospital,
        "area": case.area,
        "resource": case.resource,
        "competence": case.competence,
        "months": case.outage.months,
        "providers": case.providers,
        "patients": float(loss.hit.mean()),
        "receivers": _by_hospital(bench, loss.received, case),
        "not_taken": missed["mean"],
        "not_taken_low": missed["low"],
        "not_taken_high": missed["high"],
        "displaced": pushed["mean"],
        "displaced_low": pushed["low"],
        "displaced_high": pushed["high"],
        "displaced_at": _displaced_at(bench, loss, case),
        "lost_functions": functions,
        "lost_areas": areas,
        "recovery_years": _years(loss.recovery, 0.5, horizon),
        "recovery_low": _years(loss.recovery, 0.05, horizon),
        "recovery_high": _years(loss.recovery, 0.95, horizon),
        "slowest": slowest,
    }


def overlap(bench: Bench, a: tuple[Case, Loss], b: tuple[Case, Loss]) -> Floats:
    """Return the most by which two losses together can exceed their sum [patients], shape (N,).

    What both send to the same receiver, and what each sends to the other: the overlap of the receivers' spare
    capacity. Units of different areas have no common patients: 0.
    """
    (first, one), (second, other) = a, b
    if first.area is None or first.area != second.area:
        return np.zeros(bench.draws)
    hospital_of = bench.structure.places.hospital_of
    shared = np.minimum(one.received, other.received).sum(axis=0)
    to_second = one.received[hospital_of[second.hospital or ""]]
    to_first = other.received[hospital_of[first.hospital or ""]]
    return shared + to_second + to_first


def _pair(bench: Bench, a: Case, b: Case) -> Case:
    outage = Outage(max(a.outage.months, b.outage.months), (*a.outage.closures, *b.outage.closures))
    return Case("pair", outage, area=a.area)


def pair_row(bench: Bench, a: tuple[Case, Loss], b: tuple[Case, Loss], both: Loss) -> dict[str, Any]:
    """Return two units taken out together beside their single losses."""
    together = both.not_taken - a[1].not_taken - b[1].not_taken
    pushed = np.maximum(both.displaced, 0.0).sum(axis=0)
    apart = sum(np.maximum(x.displaced, 0.0).sum(axis=0) for _, x in (a, b))
    missed, more = _spread(both.not_taken), _spread(together)
    bound = a[1].not_taken + b[1].not_taken + overlap(bench, a, b)
    return {
        "a": a[0].label, "b": b[0].label, "area": a[0].area if a[0].area == b[0].area else None,
        "hospital_a": a[0].hospital, "hospital_b": b[0].hospital,
        "patients": float(both.hit.mean()),
        "not_taken": missed["mean"], "not_taken_low": missed["low"], "not_taken_high": missed["high"],
        "together_minus_apart": more["mean"], "together_low": more["low"], "together_high": more["high"],
        "bound": float(bound.mean()),
        "displaced": float(pushed.mean()), "displaced_together_minus_apart": float((pushed - apart).mean()),
    }  # fmt: skip


def pair_rows(
    bench: Bench,
    singles: Sequence[tuple[Case, Loss]],
    hospital: str | None = None,
    workers: int = 2,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """Return the worst pairs of units: screened by the bound, only those with the largest run.

    Parameters
    ----------
    bench
        The system.
    singles
        Units taken out one by one; the others are passed over.
    hospital
        Only pairs with one of its units.
    workers, progress
        As for `losses`.

    Returns
    -------
    list
        Most together minus apart first. Pairs without common patients add up exactly and are not among them.
    """
    units = [s for s in singles if s[0].event == "unit"]
    found: list[tuple[float, tuple[Case, Loss], tuple[Case, Loss]]] = []
    for i, a in enumerate(units):
        for b in units[i + 1 :]:
            if a[0].area == b[0].area and hospital in (None, a[0].hospital, b[0].hospital):
                found.append((float(overlap(bench, a, b).mean()), a, b))
    found.sort(key=lambda f: (-f[0], f[1][0].label, f[2][0].label))
    worst = [f for f in found if f[0] >= LEAST][:MOST_PAIRS]
    both = losses(bench, [_pair(bench, a[0], b[0]) for _, a, b in worst], workers, progress)
    rows = [pair_row(bench, a, b, loss) for (_, a, b), loss in zip(worst, both, strict=True)]
    return sorted(rows, key=lambda r: (-r["together_minus_apart"], r["a"], r["b"]))
