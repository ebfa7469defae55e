"""Referral: which hospital a region's patients reach, fitted so that `standing` gives the known volumes.

``T_ih = O_i · W_h·M_ih / Σ_j W_j·M_ij`` with ``M = θ·R + (1 − θ)·P`` (Huff 1963, Land Economics 39:81–90,
mixed with fixed routes R).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact.model.activity import Activity
from impact.model.arrays import Booleans, Floats, Integers
from impact.model.places import Places
from impact.model.segments import Segments

__all__ = ["Referral", "attraction", "fit_weights", "flows", "overflow", "routes"]

FIT_TOLERANCE = 1e-13
SCALING_ROUNDS = 12
NEWTON_ROUNDS = 60
TINY = 1e-300


@dataclass(frozen=True)
class Referral:
    """What a block of draws knows about referral.

    Attributes
    ----------
    impedance
        ``exp(−β·hours)·γ^[same care region]``, shape (R, W, N).
    route_share, exponent, floor
        θ, η and the least relative operability, shape (N,).
    population_share
        Shape (R, N).
    stated
        Stated route shares, shape (R, W, N), or None where no region states any.
    """

    impedance: Floats
    route_share: Floats
    exponent: Floats
    floor: Floats
    population_share: Floats
    stated: Floats | None


def referral_of(places: Places, activity: Activity, values: Floats, parameters: dict[str, Floats]) -> Referral:
    """Return the referral quantities of a block of draws from drawn values of shape (slots, N)."""
    hospital = activity.pair_hospital[activity.row_pair]
    hours = values[places.hours_slots][:, hospital]
    same = (places.region_care[:, None] == places.hospital_care[hospital][None, :])[:, :, None]
    impedance = np.exp(-parameters["distance_decay"] * hours) * np.where(same, parameters["region_factor"], 1.0)
    population = values[places.population_slots]
    stated = None
    if (activity.route_slots >= 0).any():
        stated = np.where(activity.route_slots[:, :, None] >= 0, values[np.maximum(activity.route_slots, 0)], 0.0)
    return Referral(
        impedance=impedance,
        route_share=parameters["route_share"],
        exponent=parameters["attraction_exponent"],
        floor=parameters["attraction_floor"],
        population_share=population / population.sum(axis=0),
        stated=stated,
    )


def routes(activity: Activity, referral: Referral, active: Booleans) -> Floats:
    """Return the fixed routes R over the working holders, shape (R, W, N).

    Stated shares are renormalised over the working holders; a region without any follows the nearest holder
    of its own care region, else the nearest.

    Parameters
    ----------
    activity
        Rows.
    referral
        Stated shares.
    active
        Which rows work, shape (W, N).
    """
    far = len(activity.row_pair) + 1
    rank = np.where(active[None], activity.rank[:, :, None], far)
    nearest = activity.groups.least(rank)[:, activity.row_group]
    fixed = ((rank == nearest) & active[None]).astype(np.float64)
    if referral.stated is None:
        return fixed
    shares = referral.stated * active[None]
    total = activity.groups.total(shares)[:, activity.row_group]
    return np.where(total > 0, shares / np.maximum(total, TINY), fixed)


def attraction(
    activity: Activity, referral: Referral, fixed: Floats, active: Booleans, relative_operability: Floats
) -> Floats:
    """Return M = θ·R + (1 − θ)·P, shape (R, W, N); 0 where a row does not work.

    Parameters
    ----------
    activity, referral
        Rows and quantities.
    fixed
        `routes`.
    active
        Shape (W, N).
    relative_operability
        ō/o⁰ of each row, shape (W, N).
    """
    pull = np.maximum(relative_operability, referral.floor) ** referral.exponent * active
    free = referral.impedance * pull[None]
    scale = (1 - referral.route_share) / np.maximum(activity.groups.total(free), TINY)
    free *= scale[:, activity.row_group]
    free += referral.route_share * fixed
    return free


def flows(activity: Activity, weights: Floats, mixed: Floats, demand: Floats) -> Floats:
    """Return the patients a year from each region to each row, shape (R, W, N).

    Parameters
    ----------
    activity
        Rows.
    weights
        W of each row, shape (W, N).
    mixed
        `attraction`.
    demand
        Patients a year of each region and group, shape (R, G, N).

    Notes
    -----
    Where all working holders have weight 0 (no patients today), the weights are left out.
    """
    pull = mixed * weights[None]
    total = activity.groups.total(pull)
    if not (total > 0).all():
        pull = np.where((total > 0)[:, activity.row_group], pull, mixed)
        total = activity.groups.total(pull)
    pull *= (demand / np.maximum(total, TINY))[:, activity.row_group]
    return pull


def fit_weights(activity: Activity, mixed: Floats, demand: Floats, volume: Floats, active: Booleans) -> Floats:
    """Return the weights W with which `flows` gives exactly the known volumes.

    Proportional fitting starts, Newton steps on the convex dual finish.

    Parameters
    ----------
    activity
        Rows.
    mixed
        `attraction` at `standing`, shape (R, W, N).
    demand
        Shape (R, G, N); sums over the regions to the group's volume.
    volume
        Known volumes of the rows, shape (W, N).
    active
        Rows that hold the area, shape (W, N).

    Returns
    -------
    array, shape (W, N)
        Up to a factor for each group; 0 for holders without patients beside others with; 1 elsewhere.
    """
    wanted = active & (volume > 0)
    some = activity.groups.some(wanted)[activity.row_group]
    weights = np.where(active & ~wanted & some, 0.0, 1.0)
    for _ in range(SCALING_ROUNDS):
        got = flows(activity, weights, mixed, demand).sum(axis=0)
        weights = np.where(wanted, weights * volume / np.maximum(got, TINY), weights)
    ends = [*activity.group_start[1:], len(activity.row_pair)][: len(activity.group_start)]
    for group, (first, last) in enumerate(zip(activity.group_start, ends, strict=True)):
        rows = slice(int(first), int(last))
        if (wanted[rows].sum(axis=0) > 1).any():
            weights[rows] = _newton(mixed[:, rows], demand[:, group], volume[rows], weights[rows], wanted[rows])
    return weights


def _newton(mixed: Floats, demand: Floats, volume: Floats, weights: Floats, wanted: Booleans) -> Floats:
    """Finish the fit of one group on log weights; the last wanted row of each draw is the reference."""
    log_weights = np.log(np.where(wanted, weights, 1.0))
    size = len(volume)
    identity = np.eye(size)[:, :, None]
    scale = np.maximum(volume.sum(axis=0), TINY)
    for _ in range(NEWTON_ROUNDS):
        pull = mixed * np.where(wanted, np.exp(log_weights), weights)[None]
        share = pull / np.maximum(pull.sum(axis=1, keepdims=True), TINY)
        flow = demand[:, None] * share
        gap = np.where(wanted, flow.sum(axis=0) - volume, 0.0)
        unfinished = np.max(np.abs(gap) / scale, axis=0) >= FIT_TOLERANCE
        if not unfinished.any():
            break
        curvature = identity * flow.sum(axis=0)[None]
        for i in range(len(mixed)):
            curvature = curvature - flow[i][:, None] * share[i][None, :]
        both = wanted[:, None] & wanted[None]
        hessian = np.asarray(
            np.where(both, curvature + scale / size, identity * scale), dtype=np.float64
        )  # + 11ᵀ: no free shift
        step = np.asarray(np.linalg.solve(np.moveaxis(hessian, -1, 0), gap.T[:, :, None])[:, :, 0].T, dtype=np.float64)
        log_weights = log_weights - np.clip(np.where(wanted & unfinished, step, 0.0), -2.0, 2.0)
    return np.where(wanted, np.exp(log_weights), weights)


def overflow(activity: Activity, flow: Floats, capacity: Floats, active: Booleans) -> tuple[Floats, Floats]:
    """Move what exceeds a unit's capacity to other holders by their spare capacity.

    Parameters
    ----------
    activity
        Rows.
    flow
        Patients a year, shape (R, W, N).
    capacity
        Most patients a year of each row, shape (W, N).
    active
        Shape (W, N).

    Returns
    -------
    taken
        Patients a year by region and row, shape (R, W, N).
    not_taken
        Patients a year by region and group that nobody can take, shape (R, G, N).
    """
    volume = flow.sum(axis=0)
    limit = np.where(active, capacity, 0.0)
    not_taken = np.zeros((len(flow), len(activity.group_start), flow.shape[2]))
    full = np.unique(activity.row_group[(volume > limit).any(axis=1)])
    if len(full) == 0:
        return flow, not_taken
    rows = np.flatnonzero(np.isin(activity.row_group, full))  # elsewhere everybody stays where they were sent
    taken = flow.copy()
    taken[:, rows], not_taken[:, full] = _moved(flow[:, rows], volume[rows], limit[rows], activity.row_group[rows])
    return taken, not_taken


def _moved(flow: Floats, volume: Floats, limit: Floats, group: Integers) -> tuple[Floats, Floats]:
    """Move the excess of some groups; `group` labels their rows."""
    start = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    local = np.repeat(np.arange(len(start)), np.diff(np.append(start, len(group))))
    groups = Segments(start, len(group))
    kept = flow * np.where(volume > limit, limit / np.maximum(volume, TINY), 1.0)[None]
    excess = groups.total(flow - kept)
    spare = np.maximum(limit - volume, 0.0)
    total_spare = groups.total(spare)
    moved = excess * np.minimum(total_spare / np.maximum(excess.sum(axis=0), TINY), 1.0)[None]
    fill = spare / np.maximum(total_spare[local], TINY)
    return kept + moved[:, local] * fill[None], excess - moved
