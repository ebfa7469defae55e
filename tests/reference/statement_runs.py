"""A few short runs of the model that the checks of the documents' statements share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats, Integers
from impact.model.block import Block, prepare
from impact.model.displacement import Displaced, displaced
from impact.model.levels import relative_load
from impact.model.operability import family_product, operability
from impact.model.path import YearOutcome
from impact.model.structure import Structure, compile_structure
from scenarios import Course, FactorChange, HolderChange
from tests.courses import AS_OF, JANUARY, certain
from tests.model_runs import ModelRun, model_run
from tests.reference.statement_queries import held_by

DRAWS = 40
NORTHERN = ("reg_norrbotten", "reg_vasterbotten", "reg_vasternorrland", "reg_jamtland")
HOCM_AT = ("karolinska", "sahlgrenska"), ("linkoping", "nus")
# Units that stop, one for an area in each round: areas of one round are read one by one.
ROUNDS: tuple[Mapping[str, str], ...] = (
    {
        "lungtransplantation": "sus", "brannskador": "linkoping", "rop": "sahlgrenska", "peniscancer": "orebro",
        "atstorningar": "akademiska", "koagulation": "sahlgrenska", "diafragmabrack": "sus",
        "matstrupe_medfodd": "sus", "endometrios": "akademiska", "ogononkologi": "sankt_erik", "exit": "karolinska",
        "fosterterapi": "karolinska", "cochlea_barn": "karolinska", "trofoblast": "karolinska",
    },
    {"atstorningar": "sundsvall", "koagulation": "sus", "natkirurgi": "karolinska"},
    {"koagulation": "karolinska", "osteogenesis": "linkoping"},
)  # fmt: skip


@dataclass(frozen=True)
class Steady:
    """Today's steady state on a few draws, and what other numbers of patients would make of it."""

    structure: Structure
    block: Block

    @property
    def today(self) -> Floats:
        return self.block.volume

    def pairs(self, *areas: str) -> Integers:
        activity = self.structure.activity
        return np.flatnonzero(np.isin(np.array(activity.areas)[activity.pair_area], areas))

    def pair(self, hospital: str, area: str) -> int:
        places, activity = self.structure.places, self.structure.activity
        return activity.pair_index[places.hospital_of[hospital], activity.areas.index(area)]

    def before(self, *areas: str) -> Floats:
        """Patients if these areas stood where they stood before their concentration."""
        where, volume = self.pairs(*areas), self.today.copy()
        area = self.structure.activity.pair_area[where]
        then = self.block.before.share[where] * self.block.national[area]
        volume[where] = np.where(self.block.before.spread_out[area], then, volume[where])
        return volume

    def emptied(self, hospital: str, *areas: str) -> Floats:
        """Patients if the hospital had none of these areas."""
        volume = self.today.copy()
        volume[[self.pair(hospital, a) for a in areas]] = 0.0
        return volume

    def scaled(self, hospital: str, area: str, factor: float) -> Floats:
        volume = self.today.copy()
        volume[self.pair(hospital, area)] *= factor
        return volume

    def level(self, hospital: str, competence: str) -> int | None:
        skills = self.structure.competences
        key = self.structure.places.hospital_of[hospital], skills.competences.index(competence)
        return skills.level_index.get(key)

    def loads(self, volume: Floats) -> Floats:
        """Caseload of each competence relative to its need."""
        return relative_load(self.structure.competences, self.block.squeeze, volume)

    def per_head(self, volume: Floats) -> Floats:
        """Cases a year and post of each competence."""
        posts = self.block.values[self.structure.competences.posts_slots]
        cases = self.loads(volume) * self.block.squeeze.need
        return np.divide(cases, posts, out=np.zeros_like(cases), where=posts > 0)

    def unsustained(self, volume: Floats, hospital: str) -> Floats:
        """Posts that the caseload at a hospital no longer sustains."""
        skills = self.structure.competences
        here = skills.level_hospital == self.structure.places.hospital_of[hospital]
        posts = self.block.values[skills.posts_slots[here]]
        return (posts * (1 - np.minimum(1.0, np.sqrt(self.loads(volume)[here])))).sum(axis=0)

    def functions(self, volume: Floats) -> dict[tuple[str, str], Floats]:
        """Operability of each emergency function at each hospital."""
        block, found = self.block, self.structure.dependencies
        power = self.loads(volume) ** block.squeeze.exponent
        base = family_product(found, power / (power + 1 / 9), block.criticality.competence, block.shares)
        value = operability(found, base, (volume > 0).astype(np.float64), block.criticality.area, block.shares)
        rows = zip(found.performed_hospital.tolist(), found.performed_function.tolist(), strict=True)
        return {
            (self.structure.places.hospitals[h], found.functions[f]): value[len(volume) + i]
            for i, (h, f) in enumerate(rows)
            if found.function_kinds[f] == "emergency"
        }

    def facility(self, hospital: str, resource: str) -> int:
        facilities = self.structure.facilities
        index = self.structure.places.hospital_of[hospital], facilities.names.index(resource)
        rows = zip(facilities.hospital.tolist(), facilities.resource.tolist(), strict=True)
        return list(rows).index(index)

    def facilities_of(self, *resources: str) -> Integers:
        facilities = self.structure.facilities
        return np.flatnonzero(np.isin(np.array(facilities.names)[facilities.resource], resources))

    def demand(self, volume: Floats) -> Floats:
        """Whole load of each shared resource, in beds or hours a working day."""
        load, facilities = self.block.load, self.structure.facilities
        days = np.where(facilities.is_queue[:, None], load.working_days[None], 365.0)
        return load.outside + load.incidence @ (load.amounts * volume[facilities.use_pair]) / days

    def pushed(self, volume: Floats, capacity: Floats | None = None) -> Displaced:
        """What the patients make of other care at each shared resource, against today."""
        factor = np.ones_like(self.block.load.capacity) if capacity is None else capacity
        return displaced(self.structure.facilities, self.block.load, volume, factor)


@lru_cache(maxsize=2)
def steady(system: CareSystem) -> Steady:
    structure = compile_structure(system, Course(AS_OF), 1, "standing")
    return Steady(structure, prepare(structure, structure.table.draw(1, 0, DRAWS), ()))


def _stopping(system: CareSystem, units: Iterable[tuple[str, str]], hocm_at: Iterable[str]) -> Course:
    """A course in which units stop, and one area without permits goes to a few hospitals."""
    changes = [HolderChange(JANUARY, area, (), (hospital,)) for area, hospital in units]
    rows = {r.text("source_id") for r in system.incoming("PROVIDES", "hocm")}
    if kept := set(hocm_at):
        changes.append(HolderChange(JANUARY, "hocm", (), tuple(sorted(rows - kept))))
    return Course(AS_OF, tuple(sorted(changes, key=lambda c: c.area)))


@lru_cache(maxsize=8)
def stopping(system: CareSystem, number: int) -> ModelRun:
    """Both worlds of a round of units that stop."""
    hocm_at = HOCM_AT[number] if number < len(HOCM_AT) else ()
    return model_run(system, _stopping(system, ROUNDS[number].items(), hocm_at), years=2, draws=DRAWS)


@lru_cache(maxsize=2)
def without_umea(system: CareSystem) -> ModelRun:
    """Both worlds when Umeå gives back all its permits."""
    units = ((a, "nus") for a in sorted(held_by(system, "nus")))
    return model_run(system, _stopping(system, units, ()), years=2, draws=DRAWS)


@lru_cache(maxsize=2)
def short_of_beds(system: CareSystem) -> ModelRun:
    """Both worlds when a tenth of the ward beds at Karolinska is closed for a year."""
    end, share = JANUARY.replace(year=JANUARY.year + 1), certain(0.9)
    closed = FactorChange(JANUARY, end, "capacity", "karolinska", "res_ward", None, share, "scenario.x.factor")
    return model_run(system, Course(AS_OF, factor_changes=(closed,)), years=1, draws=DRAWS)


def patients(run: ModelRun, outcome: YearOutcome, area: str) -> dict[str, float]:
    """Mean patients a year of an area at each hospital that has any."""
    places, activity = run.structure.places, run.structure.activity
    found = {places.hospitals[h]: float(outcome.volume[i].mean()) for (h, a), i in activity.pair_index.items()
             if activity.areas[a] == area}  # fmt: skip
    return {h: n for h, n in found.items() if n > 1e-9}


def moved(run: ModelRun, area: str) -> tuple[dict[str, float], dict[str, float]]:
    """Patients of an area in the last year, without and with the change."""
    return patients(run, run.without[-1], area), patients(run, run.scenario[-1], area)


def _rows(run: ModelRun, area: str) -> Integers:
    activity = run.structure.activity
    return np.flatnonzero(np.array(activity.areas)[activity.pair_area[activity.row_pair]] == area)


def untreated(run: ModelRun, outcome: YearOutcome, area: str) -> float:
    """Mean patients of an area whom no unit takes."""
    activity = run.structure.activity
    groups = np.flatnonzero(np.array(activity.areas)[activity.group_area] == area)
    return float(outcome.not_taken[:, groups].sum(axis=(0, 1)).mean())


def travel(run: ModelRun, outcome: YearOutcome, area: str) -> dict[str, float]:
    """Mean hours of each region's patients of an area to their unit."""
    places, activity = run.structure.places, run.structure.activity
    rows = _rows(run, area)
    flow = outcome.flow[:, rows].mean(axis=-1)
    hospital = activity.pair_hospital[activity.row_pair[rows]]
    hours = np.array([[places.median_hours[r, int(h)] for h in hospital] for r in range(len(places.regions))])
    mean = (flow * hours).sum(axis=1) / np.maximum(flow.sum(axis=1), 1e-12)
    return dict(zip(places.regions, mean.tolist(), strict=True))


def further(run: ModelRun, area: str) -> dict[str, float]:
    """Hours that each region's patients of an area travel more with the change."""
    old, new = travel(run, run.without[-1], area), travel(run, run.scenario[-1], area)
    return {r: new[r] - old[r] for r in old}


def sent(run: ModelRun, outcome: YearOutcome, area: str, home: str) -> dict[str, float]:
    """Where the patients of a region go: mean patients a year at each hospital."""
    places, activity = run.structure.places, run.structure.activity
    rows = _rows(run, area)
    flow = outcome.flow[places.regions.index(home), rows].mean(axis=-1)
    hospital = activity.pair_hospital[activity.row_pair[rows]]
    return {places.hospitals[int(h)]: float(n) for h, n in zip(hospital, flow, strict=True) if n > 1e-9}


def northern_hours(run: ModelRun, outcome: YearOutcome, area: str) -> float:
    """Mean hours of the northern patients of an area."""
    weight = {r: sum(sent(run, outcome, area, r).values()) for r in NORTHERN}
    hours = travel(run, outcome, area)
    return sum(hours[r] * n for r, n in weight.items()) / sum(weight.values())


def only(state: Steady, run: ModelRun, outcome: YearOutcome, area: str) -> Floats:
    """Today's patients, those of one area as a run's year has them."""
    volume = state.today.copy()
    own, theirs = state.structure, run.structure
    for (h, a), i in theirs.activity.pair_index.items():
        if theirs.activity.areas[a] == area:
            volume[own.activity.pair_index[h, a]] = outcome.volume[i]
    return volume
