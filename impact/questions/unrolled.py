"""Both worlds period by period, and which area's change of volume moved each caseload and level.

A level is unrolled over the periods. In each, the change between the worlds is ``ΔL' = d·ΔL + (1 − d)·ΔT``, with d the
mean slope of the exponential step and ``ΔT = ℓ(u¹) − ℓ(u⁰)`` shared over the caseload edges: an exact Aumann–Shapley
division, as both are functions of one variable along the straight line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from impact.model.arrays import Booleans, Floats
from impact.model.block import Block
from impact.model.levels import HALF_POINT, level_curve
from impact.model.path import State, YearOutcome, follow, opening_state
from impact.model.structure import Phase, Structure
from impact.model.sums import sum_by

__all__ = ["EVENT", "OTHER", "Pair", "Part", "Parts", "factor_of", "followed", "root_areas", "total", "volume_parts"]

EVENT, OTHER = -1, -2  # sources beside the areas: an event's factor; what is no change of the decision's areas
TINY = 1e-12
FIELDS = ("volume", "operability", "flow", "not_taken", "not_referred", "spare", "hours_share")
PUSHED = ("equal", "national_first", "waiting_change", "p_beyond_guarantee")

Parts = Mapping[int, Floats]


@dataclass(frozen=True)
class Pair:
    """One period in both worlds, without (0) and with (1) the scenario.

    Attributes
    ----------
    length
        Share of its year.
    phases, outcomes
        Of the two worlds.
    levels
        Source to its part of the change of the levels at the period's end, shape (L, N).
    loads
        Source to its part of the change of u, shape (L, N).
    """

    length: float
    phases: tuple[Phase, Phase]
    outcomes: tuple[YearOutcome, YearOutcome]
    levels: Parts
    loads: Parts


@dataclass(frozen=True)
class Part:
    """The last year: its periods, its outcome in both worlds, and the sources' part of u a year before."""

    pairs: tuple[Pair, ...]
    outcomes: tuple[YearOutcome, YearOutcome]
    loads_before: Parts


def total(parts: Sequence[tuple[float, Floats]]) -> Floats:
    """Return the weighted sum of arrays, in their order."""
    found = parts[0][0] * parts[0][1]
    for weight, values in parts[1:]:
        found = found + weight * values
    return found


def _rows_that_differ(a: Phase, b: Phase) -> Booleans:
    return (a.active != b.active) | (a.closed != b.closed) | (a.kept != b.kept)


def root_areas(structure: Structure) -> tuple[int, ...]:
    """Return the areas that the scenario itself changes: their holders, shares, units or demand."""
    activity = structure.activity
    found = set(structure.focus)
    worlds = ((structure.without.past, structure.scenario.past), (structure.without.future, structure.scenario.future))
    for a, b in ((a, b) for one, other in worlds for a, b in zip(one, other, strict=True)):
        found |= {int(x) for x in activity.pair_area[activity.row_pair[_rows_that_differ(a, b)]]}
        found |= {int(x) for x in activity.group_area[a.split != b.split]}
        found |= {int(x) for x in np.flatnonzero(a.before != b.before)}
        found |= {structure.unknowns[u].area for u in set(a.unknown) ^ set(b.unknown)}
        demanded = [f for phase in (a, b) for f in phase.factors if f.kind == "demand"]
        found |= {int(activity.group_area[g]) for f in demanded for g in f.targets}
    return tuple(sorted(found))


def factor_of(block: Block, phase: Phase, kind: str, size: int) -> Floats:
    """Return what the events of a phase multiply, shape (size, N)."""
    found = np.ones((size, block.values.shape[1]))
    for factor in phase.factors:
        if factor.kind == kind:
            found[factor.targets] *= block.values[factor.slot]
    return found


def volume_parts(roots: Sequence[int], areas: np.ndarray, change: Floats) -> dict[int, Floats]:
    """Return the change of rows (pairs or edges) divided by source: each root area, and all others together."""
    found = {root: np.where((areas == root)[:, None], change, 0.0) for root in roots}
    found[OTHER] = np.where(np.isin(areas, roots)[:, None], 0.0, change)
    return found


def _slope(low: Floats, high: Floats, change: Floats, derivative: Floats) -> Floats:
    """Mean slope along a line: the secant, or the derivative where the line is a point."""
    moved = np.abs(change) > TINY
    return np.where(moved, (high - low) / np.where(moved, change, 1.0), derivative)


def _curve_slope(load: tuple[Floats, Floats], exponent: Floats) -> Floats:
    before, after = (level_curve(u, exponent) for u in load)
    middle = np.maximum(0.5 * (load[0] + load[1]), TINY)
    power = middle**exponent
    derivative = exponent * power / middle * HALF_POINT / (power + HALF_POINT) ** 2
    return _slope(before, after, load[1] - load[0], derivative)


def _kept(block: Block, gap: tuple[Floats, Floats], length: float) -> Floats:
    """Mean share of the gap between level and target that a period leaves; loss where the level is above."""
    lost, built = (np.exp(-length / time) for time in (block.squeeze.loss_time, block.squeeze.build_time))
    left = [x * np.where(x < 0, built, lost) for x in gap]
    return _slope(left[0], left[1], gap[1] - gap[0], np.where(gap[0] < 0, built, lost))


class _Unroller:
    """Carries the sources' parts of the levels from period to period."""

    def __init__(self, structure: Structure, block: Block, roots: Sequence[int]) -> None:
        self.structure, self.block, self.roots = structure, block, roots
        self.levels: dict[int, Floats] = {s: np.zeros_like(block.levels) for s in (*roots, OTHER)}

    def loads(self, change: Floats) -> dict[int, Floats]:
        """Return each source's part of the change of u, from the change of the pairs' volumes (P, N)."""
        names, squeeze = self.structure.competences, self.block.squeeze
        edges = squeeze.cases[names.edge_case] * change[names.edge_pair]
        areas = self.structure.activity.pair_area[names.edge_pair]
        return {
            s: sum_by(names.edge_level, part, len(names.level_hospital)) / squeeze.need
            for s, part in volume_parts(self.roots, areas, edges).items()
        }

    def step(self, length: float, states: tuple[State, State], outcomes: tuple[YearOutcome, YearOutcome]) -> Parts:
        """Move the parts of the levels over a period that began in `states`; return the parts of u."""
        loads = self.loads(outcomes[1].volume - outcomes[0].volume)
        exponent = self.block.squeeze.exponent
        slope = _curve_slope((outcomes[0].load, outcomes[1].load), exponent)
        gaps = [s.levels - level_curve(o.load, exponent) for s, o in zip(states, outcomes, strict=True)]
        kept = _kept(self.block, (gaps[0], gaps[1]), length)
        self.levels = {s: kept * self.levels[s] + (1 - kept) * slope * loads[s] for s in self.levels}
        return loads


def _joined(year: Sequence[YearOutcome], lengths: Sequence[float]) -> YearOutcome:
    """Return a year's outcome from those of its periods, as the run itself weighs them."""
    if len(year) == 1:
        return year[0]
    shares = [length / sum(lengths) for length in lengths]

    def mean(source: Sequence[object], name: str) -> Floats:
        return total([(w, getattr(o, name)) for w, o in zip(shares, source, strict=True)])

    pushed = [o.displaced for o in year]
    return replace(
        year[-1], load_before=year[0].load_before, **{name: mean(year, name) for name in FIELDS},
        displaced=replace(pushed[0], **{name: mean(pushed, name) for name in PUSHED}),
    )  # fmt: skip


def _periods(structure: Structure, block: Block, phases: Sequence[Phase], state: State) -> Iterator[
    tuple[State, YearOutcome]
]:  # fmt: skip
    """Yield the state before and the outcome of each period; referral sees whole years, as in the run itself."""
    years = sorted({p.period.year for p in phases})
    for year in years:
        seen = state
        outcomes: list[YearOutcome] = []
        lengths: list[float] = []
        for phase in (p for p in phases if p.period.year == year):
            before = replace(state, last_year=seen.last_year, year_before=seen.year_before)
            outcome, state = next(follow(structure, block, [phase], before))
            outcomes.append(outcome)
            lengths.append(phase.period.length)
            yield before, outcome
        pairs = _joined(outcomes, lengths).operability[: len(structure.activity.pair_area)]
        state = replace(state, last_year=pairs, year_before=seen.last_year)


def followed(structure: Structure, block: Block, roots: Sequence[int], last: int) -> Part:
    """Return a year of both worlds with what moved its caseloads and levels until then.

    Parameters
    ----------
    structure, block
        Compiled system and draws.
    roots
        Of `root_areas`.
    last
        The year, counted from the as-of year.
    """
    runs = (structure.without, structure.scenario)
    if structure.is_historic:
        state = opening_state(structure, block, ())
        worlds = [(*run.past, *run.future) for run in runs]
    else:
        state = opening_state(structure, block, structure.without.past)
        worlds = [run.future for run in runs]
    worlds = [[phase for phase in phases if phase.period.year <= last] for phases in worlds]
    unroller = _Unroller(structure, block, roots)
    loads: Parts = dict.fromkeys(unroller.levels, np.zeros_like(block.levels))
    before = loads
    pairs: list[Pair] = []
    both = zip(*worlds, *(_periods(structure, block, phases, state) for phases in worlds), strict=True)
    for phase0, phase1, (state0, outcome0), (state1, outcome1) in both:
        if phase0.period.year == last and not pairs:
            before = loads
        loads = unroller.step(phase0.period.length, (state0, state1), (outcome0, outcome1))
        if phase0.period.year == last:
            pairs.append(
                Pair(phase0.period.length, (phase0, phase1), (outcome0, outcome1), dict(unroller.levels), loads)
            )
    lengths = [p.length for p in pairs]
    shares = [length / sum(lengths) for length in lengths]
    years = [_joined([p.outcomes[world] for p in pairs], lengths) for world in (0, 1)]
    weighed = tuple(replace(p, length=share) for p, share in zip(pairs, shares, strict=True))
    return Part(weighed, (years[0], years[1]), before)
