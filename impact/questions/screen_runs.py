"""Every area concentrated in turn on the same draws: one compiled system and one world without for each date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.draws import Slots
from impact.model.path import YearOutcome, follow, opening_state, state_without_decisions
from impact.model.perspectives import hospital_measures, region_measures
from impact.model.places import compile_places
from impact.model.structure import Phase, Structure, compile_structure
from impact.questions.floors import Floor, floors_of, is_broken
from impact.questions.memberships import AllocationChoice
from impact.questions.pair_view import PairView
from impact.questions.run_table import RunTable, fields_of
from impact.questions.screen_measures import HEADLINES, headline_values
from impact.questions.screen_plan import DAY, AreaPlan
from impact.questions.screening_score import PARTS, other_patients
from impact.questions.threads import map_in_threads
from scenarios import Course, HolderChange, allocation_sets
from scenarios.allocation import AllocationModel, draw_sets

__all__ = ["AreaDraws", "ScreenSettings", "area_phases", "modelled_hospitals", "nothing_changes", "screen_draws"]

BLOCK = 100
SMALLEST_UNIT = 0.01  # share of the nation's patients from which on a hospital counts as a unit


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """Seed, draws, years and threads of a screening; threads never change the result."""

    seed: int = 1
    draws: int = 50
    years: int = 10
    workers: int = 2


@dataclass(frozen=True)
class AreaDraws:
    """What concentrating one area does, draw by draw; means of years 1 to the last, draws on the last axis.

    Attributes
    ----------
    parts
        The score by part (`PARTS`) and hospital, patients/year, shape (parts, H, N).
    moved
        Patients a year treated elsewhere than without the decision, shape (N,).
    units_lost
        Hospitals that did the care and do it no more, shape (N,).
    newly_below
        Hospitals that fall below a hard floor because of it, shape (H, N).
    perspectives
        One number for each perspective, NaN in draws in which it is not known, shape (perspectives, N).
    own_gain
        More of the area's own patients at units with the needed volume, patients/year, shape (N,).
    unchanged
        Draws in which the care stood already with at most that many units, shape (N,).
    """

    parts: Floats
    moved: Floats
    units_lost: Floats
    newly_below: Booleans
    perspectives: Floats
    own_gain: Floats
    unchanged: Booleans

    @property
    def score(self) -> Floats:
        """The screening score, patients/year, shape (N,)."""
        return self.parts.sum(axis=(0, 1))


AREA_DRAWS = fields_of(AreaDraws)


def _joined(parts: Sequence[AreaDraws]) -> AreaDraws:
    names = [f.name for f in fields(AreaDraws)]
    return AreaDraws(**{n: np.concatenate([getattr(p, n) for p in parts], axis=-1) for n in names})


def modelled_hospitals(system: CareSystem) -> tuple[str, ...]:
    """Return the ids of the hospitals in the order of the arrays, north to south."""
    return compile_places(system, Slots()).hospitals


def nothing_changes(hospitals: int, draws: int) -> AreaDraws:
    """Return the draws of an area whose concentration changes nothing."""
    return AreaDraws(
        parts=np.zeros((len(PARTS), hospitals, draws)),
        moved=np.zeros(draws),
        units_lost=np.zeros(draws),
        newly_below=np.zeros((hospitals, draws), dtype=np.bool_),
        perspectives=np.zeros((len(HEADLINES), draws)),
        own_gain=np.zeros(draws),
        unchanged=np.ones(draws, dtype=np.bool_),
    )


def area_phases(structure: Structure, areas: Sequence[int]) -> tuple[Phase, ...]:
    """Return the phases in which of all that the course concentrates only some areas are.

    Parameters
    ----------
    structure
        Compiled with every area of a date concentrated.
    areas
        Indices of the areas that are.
    """
    activity = structure.activity
    chosen = np.isin(np.arange(len(activity.areas)), areas)
    group = chosen[activity.group_area]
    row = group[activity.row_group]
    found: list[Phase] = []
    for plain, changed in zip(structure.without.future, structure.scenario.future, strict=True):
        found.append(
            replace(
                plain,
                active=np.where(row, changed.active, plain.active),
                unknown=tuple(u for u in changed.unknown if chosen[structure.unknowns[u].area]),
                before=np.where(chosen, changed.before, plain.before),
                changed=np.where(group, changed.changed, plain.changed),
            )
        )
    return tuple(found)


def _choices(structure: Structure, system: CareSystem, as_of: dt.date, seed: int, draws: int) -> list[AllocationChoice]:
    """The sets of each unknown area; where the fit used the area's own decision it is made again without."""
    model = AllocationModel.fit(system, as_of)
    found: list[AllocationChoice] = []
    for unknown in structure.unknowns:
        area = structure.activity.areas[unknown.area]
        hospitals = tuple(structure.places.hospitals[h] for h in unknown.hospitals)
        sets = tuple(allocation_sets(hospitals, unknown.units))
        own = AllocationModel.fit(system, as_of, leave_out=area) if area in model.decisions else model
        plausibility = np.asarray(own.probabilities(system, area, sets), dtype=np.float64)
        found.append(AllocationChoice(area, hospitals, sets, plausibility, draw_sets(plausibility, seed, draws, area)))
    return found


@dataclass(frozen=True)
class _Date:
    """One date's block of draws: the world without, and the floors to hold it against."""

    structure: Structure
    block: Block
    outcomes: Sequence[YearOutcome]
    none: Mapping[str, Floats]
    floors: Sequence[Floor]
    tolerance: float


class _AreaRun:
    """Sums of one area's run over the years of a block."""

    def __init__(self, date: _Date, plan: AreaPlan) -> None:
        self.date, self.plan = date, plan
        structure = date.structure
        self.area = structure.activity.areas.index(plan.area)
        self.focus = np.array([self.area], dtype=np.int64)
        self.pairs = np.flatnonzero(structure.activity.pair_area == self.area)
        self.size = (len(structure.places.hospitals), date.block.values.shape[1])
        self.parts = np.zeros((len(PARTS), *self.size))
        self.moved, self.lost, self.gain = (np.zeros(self.size[1]) for _ in range(3))
        self.perspectives = np.zeros((len(HEADLINES), self.size[1]))
        self.phases = area_phases(structure, [self.area])
        own = replace(structure, focus=(self.area,))
        self.view = PairView.of(own, date.block) if plan.stands_in_history else None
        self.watched: dict[str, list[tuple[Floats, Floats]]] = {f.measure: [] for f in date.floors}

    def _measures(self, outcome: YearOutcome, phases: Sequence[Phase]) -> dict[str, Floats]:
        """Measures of a year; travel, transport and redundancy also where the area stands as its history says."""
        structure, block = self.date.structure, self.date.block
        if self.view is not None:
            structure, outcome = self.view.structure, self.view.outcome(block, phases, outcome)
        found = hospital_measures(structure, block, outcome, self.focus)
        return found | region_measures(structure, block, outcome, self.focus)

    def add(self, without: YearOutcome, scenario: YearOutcome) -> None:
        plain = self._measures(without, self.date.structure.without.future)
        changed = self._measures(scenario, self.phases)
        for measure, values in self.watched.items():
            values.append((plain[measure], changed[measure]))
        if without.year == 0:
            return
        structure, block = self.date.structure, self.date.block
        displaced = changed["patients_displaced"] - plain["patients_displaced"]
        found = other_patients(structure, block, without, scenario, self.focus, displaced)
        self.parts += np.stack([getattr(found, name) for name in PARTS])
        before, after = without.volume[self.pairs], scenario.volume[self.pairs]
        self.moved += np.maximum(before - after, 0.0).sum(axis=0)
        smallest = SMALLEST_UNIT * block.national[self.area]
        self.lost += ((before > smallest) & (after <= smallest)).sum(axis=0)
        population = block.values[structure.places.population_slots]
        self.perspectives += headline_values(plain, changed, population)
        at_volume = "patients_at_needed_volume"
        self.gain += (changed[at_volume] - plain[at_volume]).sum(axis=0)

    def _newly_below(self) -> Booleans:
        structure = self.date.structure
        below = np.zeros((2, *self.size), dtype=np.bool_)
        for floor in self.date.floors:
            for world in (0, 1):
                years = np.stack([values[world] for values in self.watched[floor.measure]], axis=-1)
                for h, kind in enumerate(structure.places.kinds):
                    if kind == floor.hospital_kind:
                        none = self.date.none[floor.measure][h]
                        below[world, h] |= is_broken(floor, years[h], none, self.date.tolerance).any(axis=1)
        return below[1] & ~below[0]

    def finish(self) -> AreaDraws:
        structure, block = self.date.structure, self.date.block
        years = structure.years
        unchanged = np.zeros(self.size[1], dtype=np.bool_)
        if self.plan.stands_in_history:
            held = structure.standing.active[structure.activity.group_area[structure.activity.row_group] == self.area]
            if held.sum() <= self.plan.units:
                unchanged = ~block.before.spread_out[self.area]

        def mean(values: Floats) -> Floats:
            return np.where(unchanged & np.isfinite(values), 0.0, values / years)

        return AreaDraws(
            parts=mean(self.parts),
            moved=mean(self.moved),
            units_lost=mean(self.lost),
            newly_below=self._newly_below() & ~unchanged,
            perspectives=mean(self.perspectives),
            own_gain=mean(self.gain),
            unchanged=unchanged,
        )


def _run_area(date: _Date, plan: AreaPlan) -> AreaDraws:
    run = _AreaRun(date, plan)
    structure, block = date.structure, date.block
    state = opening_state(structure, block, structure.without.past)
    scenario = follow(structure, block, run.phases, state)
    for without, (outcome, _) in zip(date.outcomes, scenario, strict=True):
        run.add(without, outcome)
    return run.finish()


def _tolerance(system: CareSystem) -> float:
    record = system.get("parameters", "floor_tolerance")
    quantity = None if record is None else record.quantity("value")
    return 0.0 if quantity is None else quantity.value


def _date(system: CareSystem, structure: Structure, values: Floats, memberships: tuple[Booleans, ...]) -> _Date:
    block = prepare(structure, np.ascontiguousarray(values), memberships)
    state = opening_state(structure, block, structure.without.past)
    outcomes = [outcome for outcome, _ in follow(structure, block, structure.without.future, state)]
    nobody = np.zeros(0, dtype=np.int64)
    none = hospital_measures(structure, block, state_without_decisions(structure, block), nobody)
    hard = [f for f in floors_of(system) if f.is_hard and load_measures()[f.measure].entity == "hospital"]
    return _Date(structure, block, outcomes, none, hard, _tolerance(system))


def screen_draws(
    system: CareSystem,
    plans: Sequence[AreaPlan],
    settings: ScreenSettings,
    progress: Callable[[int, int], None] | None = None,
    table: RunTable | None = None,
) -> dict[str, AreaDraws]:
    """Return what concentrating each area alone does, on the same draws.

    Parameters
    ----------
    system
        A validated system; never changed.
    plans
        Of `plan_areas`.
    settings
        Seed, draws, years, threads.
    progress
        Called with (areas done, areas in all).
    table
        Where runs are kept; an area with a run that fails is left out, and the table tells.

    Returns
    -------
    dict
        Area id to its draws, in the order of the plans. Areas of one date share the compiled system and the world
        without; that an area is screened with others changes nothing for it.
    """
    hospitals, table = len(modelled_hospitals(system)), table or RunTable()
    dates: dict[dt.date, list[AreaPlan]] = {}
    for plan in plans:
        if plan.unchanged is None:
            dates.setdefault(plan.as_of, []).append(plan)
    starts = range(0, settings.draws, BLOCK)
    total, done = sum(len(group) for group in dates.values()) * len(starts), 0
    found: dict[str, list[AreaDraws]] = {plan.area: [] for plan in plans}

    def ran(date: _Date, plan: AreaPlan, first: int) -> AreaDraws | None:
        nonlocal done
        key = f"{plan.area} {plan.units} {plan.as_of} {first}"
        draws = table.attempt(key, lambda: _run_area(date, plan), AREA_DRAWS)
        done += 1
        if progress is not None:
            progress(done, total)
        return draws

    for as_of, group in sorted(dates.items()):
        changes = [HolderChange(as_of + DAY, p.area, unknown_units=p.units, candidates=p.candidates) for p in group]
        course = Course(as_of, holder_changes=tuple(sorted(changes, key=lambda c: c.area)))
        structure = compile_structure(system, course, settings.years, "standing")
        choices = _choices(structure, system, as_of, settings.seed, settings.draws)
        values = structure.table.draw(settings.seed, 0, settings.draws)
        for first in starts:
            stop = min(first + BLOCK, settings.draws)
            members = tuple(c.members(c.chosen[first:stop]) for c in choices)
            date = _date(system, structure, values[:, first:stop], members)
            ready = map_in_threads(settings.workers, lambda plan, date=date, first=first: ran(date, plan, first), group)
            for plan, draws in zip(group, ready, strict=True):
                found[plan.area] += [] if draws is None else [draws]
    unchanged = {p.area for p in plans if p.unchanged is not None}
    return {
        area: _joined(parts) if parts else nothing_changes(hospitals, settings.draws)
        for area, parts in found.items()
        if area in unchanged or len(parts) == len(starts)
    }
