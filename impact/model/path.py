"""The run through time: referral, overflow, caseloads, levels and operability, period by period."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, elsewhere, not_yet, pair_volume
from impact.model.displacement import Displaced, displaced
from impact.model.levels import level_curve, relative_load, step_levels
from impact.model.operability import family_product, operability
from impact.model.referral import attraction, flows, overflow, routes
from impact.model.structure import Factor, Phase, Structure
from impact.model.sums import sum_by

__all__ = ["State", "YearOutcome", "follow", "opening_state", "state_without_decisions"]


@dataclass(frozen=True)
class State:
    """What passes from one period to the next.

    Attributes
    ----------
    levels
        Shape (L, N).
    load
        u at the end of last year, shape (L, N).
    last_year, year_before
        Operability of the pairs, shape (P, N): referral sees half of each.
    limits
        Most patients a year of each row, shape (W, N).
    """

    levels: Floats
    load: Floats
    last_year: Floats
    year_before: Floats
    limits: Floats


@dataclass(frozen=True)
class YearOutcome:
    """A year's outcome: rates as duration-weighted sums, levels and loads at its end.

    Attributes
    ----------
    volume
        Patients a year, shape (P, N).
    operability
        Shape (P + F, N).
    levels, load, load_before
        Levels, u at this year's and at last year's end, shape (L, N).
    flow
        Patients a year of the rows, shape (R, W, N).
    not_taken, not_referred
        Patients a year by region and group (R, G, N), by area (A, N).
    spare
        Unused capacity of the rows, shape (W, N).
    hours_share
        Share of the travel that remains for a group's patients, shape (G, N).
    displaced
        At each facility.
    """

    year: int
    volume: Floats
    operability: Floats
    levels: Floats
    load: Floats
    load_before: Floats
    flow: Floats
    not_taken: Floats
    not_referred: Floats
    spare: Floats
    hours_share: Floats
    displaced: Displaced


@dataclass(frozen=True)
class _Outcome:
    volume: Floats
    operability: Floats
    flow: Floats
    not_taken: Floats
    not_referred: Floats
    spare: Floats
    hours_share: Floats
    displaced: Displaced


def _active(block: Block, structure: Structure, phase: Phase) -> Booleans:
    active = np.repeat(phase.active[:, None], block.values.shape[1], axis=1)
    for u in phase.unknown:
        active[structure.unknowns[u].rows] = block.memberships[u]
    return active & ~phase.closed[:, None]


def _factor(block: Block, factors: Sequence[Factor], kind: str, size: int) -> Floats:
    found = np.ones((size, block.values.shape[1]))
    for factor in factors:
        if factor.kind == kind:
            found[factor.targets] *= block.values[factor.slot]
    return found


def _demand(structure: Structure, block: Block, phase: Phase) -> Floats:
    """Patients a year of each region and group, shape (R, G, N)."""
    activity = structure.activity
    share = np.where(activity.group_residual[:, None], 0.0, np.ones((1, block.values.shape[1])))
    for group, slot in activity.residual_share_slots.items():
        if not phase.split[group]:
            continue
        concerned = block.values[slot]
        main = (activity.group_area == activity.group_area[group]) & ~activity.group_residual
        share[group], share[main] = 1 - concerned, concerned
    demand = block.referral.population_share[:, None] * (share * block.national[activity.group_area])
    for factor in phase.factors:
        if factor.kind == "demand":
            regions = slice(None) if factor.region < 0 else slice(factor.region, factor.region + 1)
            demand[regions, factor.targets] *= block.values[factor.slot]
    return demand


def _followed(structure: Structure, block: Block, phase: Phase, mixed: Floats, demand: Floats) -> tuple[Floats, Floats]:
    """Flows and demand; residual patients whose former hospital keeps none follow the new holders."""
    activity = structure.activity
    raw = flows(activity, block.weights, mixed, demand)
    if phase.kept.all() or not phase.split.any():
        return raw, demand
    leaving = np.where(phase.kept[:, None], 0.0, raw)
    demand = demand.copy()
    for group in np.flatnonzero(activity.group_residual & phase.split):
        rows = activity.row_group == group
        main = np.flatnonzero((activity.group_area == activity.group_area[group]) & ~activity.group_residual)
        moved = leaving[:, rows].sum(axis=1)
        demand[:, main] += moved[:, None]
        demand[:, group] -= moved
    residual = activity.group_residual[activity.row_group][None, :, None]
    return np.where(residual, raw - leaving, flows(activity, block.weights, mixed, demand)), demand


def _flows(structure: Structure, block: Block, phase: Phase, state: State) -> tuple[Floats, Floats, Floats, State]:
    activity = structure.activity
    active = _active(block, structure, phase)
    standing = np.maximum(block.operability[activity.row_pair], 1e-9)
    seen = 0.5 * (state.last_year + state.year_before)[activity.row_pair] / standing
    same = active if phase.unknown else active[:, :1]  # where no holder is drawn, all draws have the same
    mixed = attraction(activity, block.referral, routes(activity, block.referral, same), active, seen)
    demand = _demand(structure, block, phase)
    raw, demand = _followed(structure, block, phase, mixed, demand)
    nobody = ~activity.groups.some(active)
    if phase.changed.any():
        rows = phase.changed[activity.row_group][:, None]
        built = block.parameters["capacity_multiple"] * np.maximum(
            activity.largest[activity.row_pair][:, None], raw.sum(axis=0)
        )
        stated = (activity.capacity_slots >= 0)[activity.row_pair][:, None]
        state = replace(state, limits=np.where(rows & ~stated, np.maximum(built, state.limits), state.limits))
    taken, not_taken = overflow(activity, raw, state.limits, active)
    not_taken = not_taken + np.where(nobody[None], demand, 0.0)  # no working holder: all of it
    spare = np.where(active, np.maximum(state.limits - taken.sum(axis=0), 0.0), 0.0)
    return taken, not_taken, spare, state


def _hours_share(structure: Structure, block: Block, phase: Phase) -> Floats:
    share = np.ones((len(structure.activity.group_area), block.values.shape[1]))
    for group, slot in structure.hours_slots.items():
        if phase.split[group]:
            share[group] = block.values[slot]
    return share


def _pushed_aside(
    structure: Structure, block: Block, phase: Phase, volume: Floats, years: Collection[int] | None
) -> Displaced:
    wanted = years is None or phase.period.year in years
    if (
        phase.period.year < 0 or not wanted
    ):  # displacement passes nothing on; the past needs levels and operability only
        nothing = np.zeros((len(structure.facilities.hospital), volume.shape[1]))
        return Displaced(nothing, nothing, nothing, nothing)
    capacity = _factor(block, phase.factors, "capacity", len(structure.facilities.hospital))
    return displaced(structure.facilities, block.load, volume, capacity)


def _period(
    structure: Structure, block: Block, phase: Phase, state: State, years: Collection[int] | None
) -> tuple[_Outcome, State]:
    taken, not_taken, spare, state = _flows(structure, block, phase, state)
    routed = pair_volume(structure, taken.sum(axis=0))
    volume = elsewhere(structure, block.before, block.national, phase, routed, block.held_back)
    load = relative_load(structure.competences, block.squeeze, volume)
    target = level_curve(load, block.squeeze.exponent)
    levels = step_levels(block.squeeze, state.levels, target, phase.period.length)
    here = levels * _factor(block, phase.factors, "staffing", len(levels))
    dependencies = structure.reaches[phase.dependencies]
    base = family_product(dependencies, here, block.criticality.competence, block.shares)
    provided = (volume > 0).astype(np.float64)
    value = operability(dependencies, base, provided, block.criticality.area, block.shares)
    stays = not_yet(block.before, phase, block.held_back)
    given = sum_by(structure.activity.pair_area, volume, len(block.national))
    full = (1 - stays[structure.activity.group_area])[None] * not_taken
    refused = sum_by(structure.activity.group_area, full.sum(axis=0), len(block.national))
    outcome = _Outcome(
        volume=volume,
        operability=value,
        flow=taken,
        not_taken=full,
        not_referred=np.where(stays > 0, np.maximum(block.national - given - refused, 0.0), 0.0),
        spare=spare,
        hours_share=_hours_share(structure, block, phase),
        displaced=_pushed_aside(structure, block, phase, volume, years),
    )
    return outcome, replace(state, levels=levels, load=load)


def _weighted(parts: Sequence[tuple[float, _Outcome]], name: str) -> Floats:
    if len(parts) == 1:
        return getattr(parts[0][1], name)
    total = sum(length for length, _ in parts)
    found = parts[0][0] / total * getattr(parts[0][1], name)
    for length, outcome in parts[1:]:
        found = found + length / total * getattr(outcome, name)
    return found


def _displaced(parts: Sequence[tuple[float, _Outcome]]) -> Displaced:
    if len(parts) == 1:
        return parts[0][1].displaced
    total = sum(length for length, _ in parts)
    names = ("equal", "national_first", "waiting_change", "p_beyond_guarantee")
    found = {name: np.zeros_like(getattr(parts[0][1].displaced, name)) for name in names}
    for length, outcome in parts:
        for name in names:
            found[name] = found[name] + length / total * getattr(outcome.displaced, name)
    return Displaced(**found)


def follow(
    structure: Structure,
    block: Block,
    phases: Sequence[Phase],
    state: State,
    displaced_in: Collection[int] | None = None,
) -> Iterator[tuple[YearOutcome, State]]:
    """Yield each calendar year's outcome and the state at its end.

    Parameters
    ----------
    structure, block
        Compiled system and the standing state of the draws.
    phases
        In time order; those of one year stand together.
    state
        At the start of the first phase.
    displaced_in
        Years in which displacement is computed; all if None. It passes nothing on to later years; in other years it
        stands as 0 and must not be read.

    Yields
    ------
    YearOutcome, State
    """
    years = sorted({phase.period.year for phase in phases})
    for year in years:
        parts: list[tuple[float, _Outcome]] = []
        load_before = state.load
        for phase in (p for p in phases if p.period.year == year):
            outcome, state = _period(structure, block, phase, state, displaced_in)
            parts.append((phase.period.length, outcome))
        value = _weighted(parts, "operability")
        pairs = value[: len(structure.activity.pair_area)]
        state = replace(state, last_year=pairs, year_before=state.last_year)
        yield (
            YearOutcome(
                year, _weighted(parts, "volume"), value, state.levels, state.load, load_before,
                _weighted(parts, "flow"), _weighted(parts, "not_taken"), _weighted(parts, "not_referred"),
                _weighted(parts, "spare"), _weighted(parts, "hours_share"), _displaced(parts),
            ),
            state,
        )  # fmt: skip


def _settled(structure: Structure, block: Block, volume: Floats) -> tuple[State, Floats]:
    load = relative_load(structure.competences, block.squeeze, volume)
    levels = level_curve(load, block.squeeze.exponent)
    base = family_product(structure.dependencies, levels, block.criticality.competence, block.shares)
    provided = (volume > 0).astype(np.float64)
    value = operability(structure.dependencies, base, provided, block.criticality.area, block.shares)
    pairs = value[: len(structure.activity.pair_area)]
    return State(levels, load, pairs, pairs, block.limits), value


def opening_state(structure: Structure, block: Block, past: Sequence[Phase]) -> State:
    """Return the state at the start of year 0, after the phases of the `past` (none at `standing`).

    From `standing`: everything at its target. From `today`: the fixed point of the holders at the start of history,
    followed through the decisions as dated.
    """
    if structure.started_at == "standing":
        pairs = block.operability[: len(structure.activity.pair_area)]
        load = relative_load(structure.competences, block.squeeze, block.volume)
        return State(block.levels, load, pairs, pairs, block.limits)
    pairs = block.operability[: len(structure.activity.pair_area)]
    known = State(block.levels, np.ones_like(block.levels), pairs, pairs, block.limits)
    first = replace(structure.first, changed=np.ones_like(structure.first.changed))
    taken, _, _, known = _flows(structure, block, first, known)
    routed = pair_volume(structure, taken.sum(axis=0))
    volume = elsewhere(structure, block.before, block.national, structure.first, routed, block.held_back)
    state, _ = _settled(structure, block, volume)
    state = replace(state, limits=known.limits)
    ends = [end for _, end in follow(structure, block, past, state)]
    return ends[-1] if ends else state


def state_without_decisions(structure: Structure, block: Block) -> YearOutcome:
    """Return the steady year of a system in which none of the decisions was taken (shares frozen).

    Areas decided after the start of history stand where their history says, all else where it stands today.
    """
    none = replace(structure.standing, before=structure.history.decided)
    volume = elsewhere(structure, block.before, block.national, none, block.volume, block.held_back)
    state, value = _settled(structure, block, volume)
    regions, rows = structure.activity.rank.shape
    draws = volume.shape[1]
    capacity = np.ones((len(structure.facilities.hospital), draws))
    given = sum_by(structure.activity.pair_area, volume, len(block.national))
    return YearOutcome(
        year=0,
        volume=volume,
        operability=value,
        levels=state.levels,
        load=state.load,
        load_before=state.load,
        flow=np.zeros((regions, rows, draws)),
        not_taken=np.zeros((regions, len(structure.activity.group_area), draws)),
        not_referred=np.maximum(block.national - given, 0.0),
        spare=np.zeros((rows, draws)),
        hours_share=np.ones((len(structure.activity.group_area), draws)),
        displaced=displaced(structure.facilities, block.load, volume, capacity),
    )
