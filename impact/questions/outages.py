"""What is lost while something is taken out: who takes the patients, who is pushed aside, what stops, for how long.

One compiled system and one set of draws serve every outage; each costs one period of the model. The return of the
levels afterwards is a formula, ``τ·ln(gap/5 %)``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import Block, prepare
from impact.model.calendar import Period
from impact.model.draws import Slots
from impact.model.operability import family_product, operability
from impact.model.path import State, YearOutcome, follow, opening_state
from impact.model.perspectives import hospital_measures
from impact.model.start import default_start
from impact.model.structure import Factor, Phase, Structure, compile_structure
from impact.questions.outage_traces import Stretch, Trace, trace_of
from scenarios import Course, FactorChange

__all__ = ["HALF", "Bench", "Loss", "Outage"]

BLOCK = 100
HALF = 0.5
WITHIN = 0.05  # of the level without the outage: recovered
NO_AREAS: Integers = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class Outage:
    """What is taken out for a number of months from the first of January after as-of.

    Attributes
    ----------
    months
        Length.
    closures
        (Hospital, area) that take no patients; area None: all.
    factors
        Changes of capacity, staffing and demand; their dates are not read.
    loses_practice
        The levels of what a staffing factor takes away fall as without caseload, and are built up again.
    """

    months: int
    closures: tuple[tuple[str, str | None], ...] = ()
    factors: tuple[FactorChange, ...] = ()
    loses_practice: bool = False


@dataclass(frozen=True)
class Loss:
    """What an outage does, over its whole length, with − without.

    Attributes
    ----------
    hit
        Patients whom the closed units would have treated, shape (N,).
    received
        Patients whom each hospital takes more (or fewer: below 0, as where it is closed), shape (H, N).
    not_taken
        Patients whom nobody takes, shape (N,).
    displaced
        Other patients pushed aside at each hospital, shape (H, N).
    pressed
        Mean change at each resource [patients], shape (S,).
    stopped
        Probability that a node falls below one half that was above, shape (P + F,).
    closed
        Indices of the pairs that take no patients.
    halted
        Pairs that stopped because a competence is missing, shape (P,).
    recovery
        Years after the end until all competences that stood at one half or more are within 5 %; shape (N,).
    slowest
        The level that takes longest, -1 where none falls by 5 %.
    trace
        What it moves on its way, for the chain of causes.
    """

    hit: Floats
    received: Floats
    not_taken: Floats
    displaced: Floats
    pressed: Floats
    stopped: Floats
    closed: Integers
    halted: Booleans
    recovery: Floats
    slowest: int
    trace: Trace


@dataclass(frozen=True)
class _Run:
    """One block's outcomes with their lengths in years, the state at the end, and who is pushed aside, (H, N)."""

    years: tuple[tuple[float, YearOutcome], ...]
    end: State
    pushed: Floats


@dataclass
class Bench:
    """The system on which everything is tried: compiled once, drawn once, followed to the end of year 0.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of
        Date of today.
    seed, draws
        Of the numbers drawn.
    longest
        Months of the longest outage.
    mixed
        Assumed quantities of row i with the others of row i + 1, for the share from assumptions.
    """

    system: CareSystem
    as_of: date
    seed: int = 1
    draws: int = 50
    longest: int = 12
    mixed: bool = False
    structure: Structure = field(init=False)
    start: str = field(init=False)
    _blocks: list[tuple[Block, State]] = field(init=False, default_factory=list[tuple[Block, State]])
    _without: dict[int, list[_Run]] = field(init=False, default_factory=dict[int, list[_Run]])

    def __post_init__(self) -> None:
        """Check, compile, draw, and follow the system to the end of year 0."""
        limits = (("draws", self.draws, 2, 100_000), ("seed", self.seed, 0, 2**63), ("months", self.longest, 1, 60))
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise SettingError(f"{name} = {value}: choose a number from {low} to {high}")
        self.start = default_start(self.system)
        years = -(-self.longest // 12)
        self.structure = compile_structure(self.system, Course(self.as_of), years, self.start)
        values = self.structure.table.draw(self.seed, 0, self.draws)
        if self.mixed:
            values = np.where(self.structure.table.assumed[:, None], values, np.roll(values, -1, axis=1))
        now = [p for p in self.structure.without.future if p.period.year == 0]
        for first in range(0, self.draws, BLOCK):
            block = prepare(self.structure, np.ascontiguousarray(values[:, first : first + BLOCK]), ())
            state = opening_state(self.structure, block, self.structure.without.past)
            for _, end in follow(self.structure, block, now, state):
                state = end
            self._blocks.append((block, state))

    @property
    def begin(self) -> date:
        """First day of every outage."""
        return date(self.as_of.year + 1, 1, 1)

    def phases(self, months: int) -> tuple[Phase, ...]:
        """Return the phases of the outage's months, without the outage."""
        end = date(self.begin.year + months // 12, months % 12 + 1, 1)
        found: list[Phase] = []
        for phase in self.structure.without.future:
            p = phase.period
            if p.year < 1 or p.start >= end:
                continue
            last = min(p.end, end)
            length = p.length * ((last - p.start) / (p.end - p.start))
            found.append(replace(phase, period=Period(p.year, p.start, last, length)))
        return tuple(found)

    def prepare(self, months: int) -> None:
        """Follow the months without any outage, once for all."""
        if months not in self._without:
            phases = self.phases(months)
            self._without[months] = [self._follow(block, state, phases) for block, state in self._blocks]

    def _follow(self, block: Block, state: State, phases: Sequence[Phase]) -> _Run:
        years: list[tuple[float, YearOutcome]] = []
        pushed: Floats = np.zeros((len(self.structure.places.hospitals), block.values.shape[1]))
        for outcome, end in follow(self.structure, block, phases, state):
            state = end
            length = sum(p.period.length for p in phases if p.period.year == outcome.year)
            years.append((length, outcome))
            measures = hospital_measures(self.structure, block, outcome, NO_AREAS)
            pushed = pushed + length * measures["patients_displaced"]
        return _Run(tuple(years), state, pushed)

    def closed_rows(self, closures: Sequence[tuple[str, str | None]]) -> Booleans:
        """Return which rows the closures close, shape (W,)."""
        activity, places = self.structure.activity, self.structure.places
        hospital, area = activity.pair_hospital[activity.row_pair], activity.pair_area[activity.row_pair]
        closed = np.zeros(len(activity.row_pair), dtype=np.bool_)
        for name, which in closures:
            mine = hospital == places.hospital_of[name]
            closed |= mine if which is None else mine & (area == activity.areas.index(which))
        return closed

    def targets(self, change: FactorChange) -> Integers:
        """Return the indices that a change multiplies: facilities, levels or flow groups."""
        s = self.structure
        match change.kind:
            case "capacity":
                here, what, names = s.facilities.hospital, s.facilities.resource, s.facilities.names
            case "staffing":
                here, what = s.competences.level_hospital, s.competences.level_competence
                names = s.competences.competences
            case "demand":
                what, names, here = s.activity.group_area, s.activity.areas, np.zeros_like(s.activity.group_area)
        hit = np.ones(len(what), dtype=np.bool_)
        if change.hospital is not None:
            hit &= here == s.places.hospital_of[change.hospital]
        if change.target is not None:
            hit &= what == (names.index(change.target) if change.target in names else -1)
        return np.flatnonzero(hit)

    def _factors(self, changes: Sequence[FactorChange]) -> tuple[tuple[Factor, ...], Floats]:
        """Return the factors with slots behind those of the system, and their values, (len(changes), draws)."""
        slots, before = Slots(), len(self.structure.table.ids)
        found: list[Factor] = []
        for change in changes:
            slot = before + slots.add(change.quantity_id, change.factor, 1)
            region = -1 if change.region is None else self.structure.places.regions.index(change.region)
            found.append(Factor(change.kind, self.targets(change), slot, region))
        table = slots.table()
        values = table.draw(self.seed, 0, self.draws)
        if self.mixed and len(values):
            values = np.where(table.assumed[:, None], values, np.roll(values, -1, axis=1))
        return tuple(found), values

    def _runs(self, outage: Outage, halted: Booleans) -> list[_Run]:
        factors, values = self._factors(outage.factors)
        closed = self.closed_rows(outage.closures) | halted[self.structure.activity.row_pair]
        phases = [replace(p, closed=closed | p.closed, factors=factors) for p in self.phases(outage.months)]
        found: list[_Run] = []
        for number, (block, state) in enumerate(self._blocks):
            first = number * BLOCK
            drawn = values[:, first : first + block.values.shape[1]]
            run = self._follow(replace(block, values=np.vstack([block.values, drawn])), state, phases)
            found.append(self._rested(run, block, state, factors, drawn, phases) if outage.loses_practice else run)
        return found

    def _rested(
        self, run: _Run, block: Block, state: State, factors: Sequence[Factor], drawn: Floats, phases: Sequence[Phase]
    ) -> _Run:
        """The levels of those who were away: as without caseload for the part that was missing."""
        length = sum(p.period.length for p in phases)
        levels, before = run.end.levels.copy(), len(self.structure.table.ids)
        kept = np.exp(-length / block.squeeze.loss_time)
        for factor in factors:
            if factor.kind == "staffing":
                share = np.minimum(drawn[factor.slot - before], 1.0)
                rested = state.levels[factor.targets] * (share + (1 - share) * kept)
                levels[factor.targets] = np.minimum(levels[factor.targets], rested)
        return replace(run, end=replace(run.end, levels=levels))

    def _below(self, runs: Sequence[_Run], base: Sequence[_Run]) -> Floats:
        """Probability that a node falls below one half that was above, (P + F,)."""
        count = np.zeros(len(self.structure.dependencies.node_hospital))
        for run, other in zip(runs, base, strict=True):
            low = np.min([o.operability for _, o in run.years], axis=0)
            was = np.min([o.operability for _, o in other.years], axis=0)
            count += ((low < HALF) & (was >= HALF)).sum(axis=1)
        return count / self.draws

    def _halts(self, outage: Outage) -> Booleans:
        """Working pairs that fall below one half in most draws without the people who are away, shape (P,).

        They stop and send their patients elsewhere. Read off the year without the outage; one round only.
        """
        s = self.structure
        factors, values = self._factors(outage.factors)
        count = np.zeros(len(s.activity.pair_area))
        for number, (block, _) in enumerate(self._blocks):
            outcome = self._without[outage.months][number].years[0][1]
            levels, first = outcome.levels.copy(), number * BLOCK
            for factor in factors:
                if factor.kind == "staffing":
                    slot = factor.slot - len(s.table.ids)
                    levels[factor.targets] *= values[slot, first : first + levels.shape[1]]
            base = family_product(s.dependencies, levels, block.criticality.competence, block.shares)
            provided = (outcome.volume > 0).astype(np.float64)
            value = operability(s.dependencies, base, provided, block.criticality.area, block.shares)
            pairs = slice(0, len(count))
            count += ((value[pairs] < HALF) & (outcome.operability[pairs] >= HALF)).sum(axis=1)
        working = np.zeros(len(count), dtype=np.bool_)
        working[s.activity.row_pair[s.standing.active]] = True
        return working & (count / self.draws > HALF)

    def loss(self, outage: Outage) -> Loss:
        """Return what an outage does.

        A unit whose operability falls below one half in most draws because a competence is away stops, and its
        patients go to the other holders.
        """
        self.prepare(outage.months)
        halted = np.zeros(len(self.structure.activity.pair_area), dtype=np.bool_)
        if any(f.kind == "staffing" for f in outage.factors):
            halted = self._halts(outage)
        return self._compared(outage, self._runs(outage, halted), self._without[outage.months], halted)

    def _compared(self, outage: Outage, runs: Sequence[_Run], base: Sequence[_Run], halted: Booleans) -> Loss:
        closed = self.closed_rows(outage.closures) | halted[self.structure.activity.row_pair]
        pairs = np.unique(self.structure.activity.row_pair[closed])
        parts = [self._part(run, other, pairs) for run, other in zip(runs, base, strict=True)]
        recovered = [
            self._recovery(run, other, block) for run, other, (block, _) in zip(runs, base, self._blocks, strict=True)
        ]
        longest = np.concatenate(recovered, axis=1)
        worst = longest.mean(axis=1) if longest.size else np.zeros(0)
        hit, received, missed, displaced = (np.concatenate(p, axis=-1) for p in zip(*parts, strict=True))
        stopped = self._below(runs, base)
        return Loss(
            hit=hit,
            received=received,
            not_taken=missed,
            displaced=displaced,
            pressed=self._pressed(runs, base),
            stopped=stopped,
            closed=pairs,
            halted=halted,
            recovery=longest.max(axis=0, initial=0.0),
            slowest=int(np.argmax(worst)) if worst.size and worst.max() > 0 else -1,
            trace=self._trace(outage, runs, base, np.flatnonzero(stopped > HALF).tolist()),
        )

    def _trace(self, outage: Outage, runs: Sequence[_Run], base: Sequence[_Run], nodes: list[int]) -> Trace:
        factors, values = self._factors(outage.factors)
        stretches: list[Stretch] = []
        lost: list[Floats] = []
        for number, (run, other) in enumerate(zip(runs, base, strict=True)):
            block, staffing = self._blocks[number][0], np.ones_like(run.end.levels)
            for factor in factors:
                if factor.kind == "staffing":
                    drawn = values[factor.slot - len(self.structure.table.ids), number * BLOCK :]
                    staffing[factor.targets] *= drawn[: staffing.shape[1]]
            for (length, outcome), (_, without) in zip(run.years, other.years, strict=True):
                stretches.append(Stretch(block, length, without, outcome, staffing))
            lost.append((other.end.levels - run.end.levels) / np.maximum(other.end.levels, 1e-9))
        return trace_of(self.structure, stretches, np.concatenate(lost, axis=1), nodes)

    def _part(self, run: _Run, base: _Run, closed: Integers) -> tuple[Floats, Floats, Floats, Floats]:
        activity = self.structure.activity
        size = (len(self.structure.places.hospitals), run.pushed.shape[1])
        hit, missed, received = np.zeros(size[1]), np.zeros(size[1]), np.zeros(size)
        for (length, outcome), (_, other) in zip(run.years, base.years, strict=True):
            hit = hit + length * other.volume[closed].sum(axis=0)
            missed = missed + length * (outcome.not_taken - other.not_taken).sum(axis=(0, 1))
            np.add.at(received, activity.pair_hospital, length * (outcome.volume - other.volume))
        return hit, received, missed, run.pushed - base.pushed

    def _pressed(self, runs: Sequence[_Run], base: Sequence[_Run]) -> Floats:
        total = np.zeros(len(self.structure.facilities.hospital))
        for run, other in zip(runs, base, strict=True):
            for (length, outcome), (_, before) in zip(run.years, other.years, strict=True):
                total += length * (outcome.displaced.equal - before.displaced.equal).sum(axis=1)
        return total / self.draws

    def _recovery(self, run: _Run, base: _Run, block: Block) -> Floats:
        """Years until each level is within 5 %, (L, N): the gap closes as ``exp(−t/τ)``, the patients being back."""
        before = base.end.levels
        gap = np.where(before >= HALF, (before - run.end.levels) / np.maximum(before, HALF), 0.0)
        return np.where(gap > WITHIN, block.squeeze.build_time * np.log(np.maximum(gap, WITHIN) / WITHIN), 0.0)
