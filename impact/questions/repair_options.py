"""Which small changes may help the hospitals that a scenario pushes below their floors."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.questions.repair_changes import MOST_UNITS, Change
from impact.questions.repair_runs import VariantRuns
from scenarios import ChangeScope, Concentrate, Scenario, SofterForm
from scenarios.holders import permits

__all__ = ["options_for"]

POSTS = (1.0, 2.0, 4.0)
SHARES = (0.25, 0.5)  # of the patients who keep their former hospital; of a single one of several the larger
BEDS = (1.0, 2.0, 4.0)
HOURS = (4.0, 8.0, 16.0)  # a working day
COMPETENCES = 2  # of a hospital, that posts are added to
OTHER_AREAS = 1  # of a hospital, whose permit may be moved to it
MORE_UNITS = 2


def _permits(scenario: Scenario, hospital: str) -> list[Change]:
    found: list[Change] = []
    for decision in scenario.decisions:
        if not isinstance(decision, Concentrate) or (decision.hospitals and hospital in decision.hospitals):
            continue
        givers: Sequence[str | None] = [None] if decision.hospitals is None else decision.hospitals
        found += [Change("permit", hospital, decision.area, giver) for giver in givers]
    return found


def _other_permits(system: CareSystem, scenario: Scenario, hospital: str, competences: Sequence[str],
                   as_of: date) -> list[Change]:  # fmt: skip
    """Permits of other areas that need what is at stake, from their largest holder to the hospital."""
    own = {getattr(d, "area", None) for d in scenario.decisions}
    found: list[tuple[float, Change]] = []
    for record in system.rows["CareArea"]:
        area = record.key[0]
        needed = {r.text("target_id") for r in system.outgoing("REQUIRES", area)}
        holders = permits(system, area, as_of)
        if area in own or not needed & set(competences) or hospital in holders or not holders:
            continue
        volume = record.quantity("volume")
        size = 0.0 if volume is None else volume.value
        found.append((size / len(holders), Change("permit", hospital, area, _largest(system, area, holders))))
    found.sort(key=lambda item: (-item[0], item[1]))
    return [change for _, change in found[:OTHER_AREAS]]


def _largest(system: CareSystem, area: str, holders: Sequence[str]) -> str:
    """Return the holder with the most patients, the first by id where none is counted."""
    patients = dict.fromkeys(holders, 0.0)
    for row in system.incoming("PROVIDES", area):
        quantity = row.quantity("patients")
        if row.text("source_id") in patients and quantity is not None:
            patients[row.text("source_id")] = max(patients[row.text("source_id")], quantity.value)
    return max(sorted(patients), key=lambda h: patients[h])


def _units(scenario: Scenario, hospitals: Sequence[str]) -> list[Change]:
    found: list[Change] = []
    for decision in scenario.decisions:
        if not isinstance(decision, Concentrate):
            continue
        if decision.hospitals is None:
            extra = range(1, min(MORE_UNITS, MOST_UNITS - decision.units) + 1)
            found += [Change("unit", None, decision.area, amount=float(n)) for n in extra]
        elif decision.units < MOST_UNITS:
            found += [Change("unit", h, decision.area) for h in hospitals if h not in decision.hospitals]
    return found


def _softer(scenario: Scenario, hospitals: Sequence[str]) -> list[Change]:
    taken = {d.area for d in scenario.decisions if isinstance(d, SofterForm | ChangeScope)}
    areas = sorted({d.area for d in scenario.decisions if isinstance(d, Concentrate)} - taken)
    if len(hospitals) == 1:
        return [Change("softer_form", hospitals[0], a, amount=s) for a in areas for s in SHARES]
    single = [Change("softer_form", h, a, amount=SHARES[-1]) for a in areas for h in hospitals]
    return [*(Change("softer_form", None, a, amount=s) for a in areas for s in SHARES), *single]


def _capacity(system: CareSystem, hospital: str) -> list[Change]:
    found: list[Change] = []
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Resource"]}
    for row in system.outgoing("OPERATES", hospital):
        if row.text("part_of_year") or "occupancy" not in row:
            continue
        resource = row.text("target_id")
        if kinds[resource] == "loss":
            found += [Change("beds", hospital, None, resource, n) for n in BEDS]
        else:
            found += [Change("theatre_hours", hospital, None, resource, n) for n in HOURS]
    return found


def options_for(runs: VariantRuns, hospitals: Sequence[int], measures: Sequence[str]) -> list[Change]:
    """Return the changes that are tried.

    Parameters
    ----------
    runs
        Of the scenario.
    hospitals
        Indices of those that are pushed below.
    measures
        Of the floors that break; beds and hours are tried where displacement is among them.
    """
    names = [runs.hospitals[h] for h in hospitals]
    registry = load_measures()
    found = [*_units(runs.scenario, names), *_softer(runs.scenario, names)]
    for index, name in zip(hospitals, names, strict=True):
        competences = runs.stakes(index, COMPETENCES)
        found += [*_permits(runs.scenario, name),
                  *_other_permits(runs.system, runs.scenario, name, competences, runs.as_of)]  # fmt: skip
        found += [Change("posts", name, None, c, n) for c in competences for n in POSTS]
        if any(registry[m].perspective == "displacement" for m in measures):
            found += _capacity(runs.system, name)
    return found
