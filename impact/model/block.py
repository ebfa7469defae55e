"""One block of draws at `standing`: volumes, fitted referral, needs, levels and operability of today."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from impact.model.arrays import Booleans, Floats
from impact.model.displacement import Load, load_of
from impact.model.history import Before, draw_before
from impact.model.levels import Squeeze, level_curve, relative_load, squeeze_of
from impact.model.operability import ReachShares, family_product, operability
from impact.model.referral import Referral, attraction, fit_weights, referral_of, routes
from impact.model.structure import Phase, Structure
from impact.model.sums import sum_by

__all__ = ["Block", "Criticality", "prepare"]


@dataclass(frozen=True)
class Criticality:
    """κ of the competence links (E, N) and of the area links (D, N)."""

    competence: Floats
    area: Floats


@dataclass(frozen=True)
class Block:
    """What a block of N draws knows before anything happens.

    Attributes
    ----------
    values
        Drawn quantities, shape (slots, N).
    parameters
        Model-wide quantities, each of shape (N,).
    memberships
        For each unknown set of holders, which of its hospitals hold it; shape (hospitals, N).
    national
        National volume of each area, shape (A, N).
    weights
        Fitted W of each row, shape (W, N).
    volume, levels, operability
        At `standing`: shape (P, N), (L, N), (P + F, N).
    limits
        Most patients a year of each row, shape (W, N).
    held_back
        Areas whose decisions are left out: the share of their care that stays where its history says, shape (A, N);
        0 for areas that are not left out, 1 where all of it stays.
    """

    values: Floats
    parameters: Mapping[str, Floats]
    memberships: tuple[Booleans, ...]
    before: Before
    national: Floats
    referral: Referral
    weights: Floats
    squeeze: Squeeze
    load: Load
    shares: ReachShares
    criticality: Criticality
    volume: Floats
    levels: Floats
    operability: Floats
    limits: Floats
    held_back: Floats


def unit_volumes(structure: Structure, values: Floats) -> tuple[Floats, Floats]:
    """Return today's volumes of the rows and the national volumes.

    Counts stand as reported; where a holder has none, the stated patients, else what the national volume leaves,
    shared by catchment, size and an uncertain factor.

    Parameters
    ----------
    structure
        Compiled system.
    values
        Drawn quantities, shape (slots, N).

    Returns
    -------
    rows
        Patients a year of the holders at as-of, shape (W, N).
    national
        Patients a year, shape (A, N).
    """
    activity, active = structure.activity, structure.standing.active
    pair = activity.row_pair
    stated = np.where(activity.patients_slots[:, None] >= 0, values[np.maximum(activity.patients_slots, 0)], np.nan)
    known = np.where(np.isnan(activity.reported)[:, None], stated, activity.reported[:, None])[pair]
    held = active & ~activity.group_residual[activity.row_group]
    is_known = ~np.isnan(known[:, 0])
    counted = np.where((held & is_known)[:, None], np.nan_to_num(known), 0.0)
    group_known = activity.groups.total(counted)
    holders = np.add.reduceat(held.astype(np.float64), activity.group_start)
    missing = np.add.reduceat((held & ~is_known).astype(np.float64), activity.group_start)
    volume = values[activity.volume_slots][activity.group_area]
    fair = volume * (missing / np.maximum(holders, 1))[:, None]
    left = np.where((missing > 0)[:, None], np.maximum(volume - group_known, fair / 4), 0.0)
    weight = np.where(
        (held & ~is_known)[:, None], activity.size[pair][:, None] * values[activity.split_slots][pair], 0.0
    )
    total = activity.groups.total(weight)
    share = weight / np.maximum(total[activity.row_group], 1e-300)
    rows = counted + left[activity.row_group] * share
    national = values[activity.volume_slots].copy()
    main = ~activity.group_residual & (holders > 0)
    national[activity.group_area[main]] = activity.groups.total(rows)[main]
    return rows, national


def without_assumed_dependencies(structure: Structure, block: Block) -> Block:
    """Return the block with every dependency of assumed criticality switched off (a reading, not the main one)."""
    kappa = _kappa(structure, block.values, switched_off=True)
    base = family_product(structure.dependencies, block.levels, kappa.competence, block.shares)
    provided = (block.volume > 0).astype(np.float64)
    value = operability(structure.dependencies, base, provided, kappa.area, block.shares)
    return replace(block, criticality=kappa, operability=value)


def _kappa(structure: Structure, values: Floats, *, switched_off: bool) -> Criticality:
    found: list[Floats] = []
    for links in (structure.dependencies.competence_links, structure.dependencies.area_links):
        kappa = values[links.kappa_slots]
        found.append(np.where(links.kappa_assumed[:, None], 0.0, kappa) if switched_off else kappa)
    return Criticality(*found)


def _weights(structure: Structure, referral: Referral, rows: Floats, national: Floats) -> Floats:
    """Fit W on today's holders; a row without history gets the median of its kind in the group."""
    activity = structure.activity
    held = structure.standing.active & ~activity.group_residual[activity.row_group]
    active = np.broadcast_to(held[:, None], rows.shape)
    fixed = routes(activity, referral, active)
    mixed = attraction(activity, referral, fixed, active, np.ones_like(rows))
    demand = referral.population_share[:, None] * np.where(
        activity.group_residual[:, None], 0.0, national[activity.group_area]
    )
    weights = fit_weights(activity, mixed, demand, rows, active)
    kinds = [structure.places.kinds[int(h)] for h in activity.pair_hospital[activity.row_pair]]
    busy = held & (weights > 0).any(axis=1)
    for w in np.flatnonzero(~held):
        same_area = activity.pair_area[activity.row_pair] == activity.pair_area[activity.row_pair[w]]
        alike = busy & same_area
        own = held & same_area & (activity.row_pair == activity.row_pair[w])
        same = alike & np.array([kind == kinds[w] for kind in kinds], dtype=np.bool_)
        for choice in (own, same, alike):
            if choice.any():
                weights[w] = np.median(weights[choice], axis=0)
                break
    return weights


def standing_limits(structure: Structure, values: Floats, rows: Floats) -> Floats:
    """Return the most patients a year of each row: stated, or a multiple of its largest year or volume."""
    activity = structure.activity
    pair = activity.row_pair
    multiple = values[structure.parameters["capacity_multiple"]]
    stated = values[np.maximum(activity.capacity_slots, 0)][pair]
    built = multiple * np.maximum(activity.largest[pair][:, None], rows)
    return np.where((activity.capacity_slots >= 0)[pair][:, None], np.maximum(stated, rows), built)


def pair_volume(structure: Structure, rows: Floats) -> Floats:
    """Return the volumes of the pairs from those of the rows, shape (P, N)."""
    return sum_by(structure.activity.row_pair, rows, len(structure.activity.pair_area))


def not_yet(before: Before, phase: Phase, held_back: Floats) -> Floats:
    """Return the share of each area's care that stands where its history says, shape (A, N).

    1 for an area that is not yet decided and was elsewhere then; for one left out the share that stays.
    """
    return np.where(phase.before[:, None], 1.0, held_back) * before.spread_out


def elsewhere(
    structure: Structure, before: Before, national: Floats, phase: Phase, volume: Floats, held_back: Floats
) -> Floats:
    """Return volumes in which areas that are not yet concentrated stand where their history says."""
    areas = structure.activity.pair_area
    stays = not_yet(before, phase, held_back)[areas]
    return (1 - stays) * volume + stays * (before.share * national[areas])


def prepare(
    structure: Structure, values: Floats, memberships: tuple[Booleans, ...], *, full_product: bool = False
) -> Block:
    """Return the standing state of a block of draws.

    Parameters
    ----------
    structure
        Compiled system.
    values
        Drawn quantities, shape (slots, N).
    memberships
        Which hospitals hold each unknown set.
    full_product
        Multiply over all dependencies (a sensitivity reading).
    """
    parameters = {name: values[slot] for name, slot in structure.parameters.items()}
    before = draw_before(structure.history, values, len(structure.activity.pair_area))
    rows, national = unit_volumes(structure, values)
    referral = referral_of(structure.places, structure.activity, values, parameters)
    weights = _weights(structure, referral, rows, national)
    nothing = np.zeros(national.shape)
    volume = elsewhere(structure, before, national, structure.standing, pair_volume(structure, rows), nothing)
    undecided = replace(structure.standing, before=structure.history.decided)
    earlier = elsewhere(structure, before, national, undecided, volume, nothing)
    squeeze = squeeze_of(structure.competences, values, volume, earlier, parameters)
    levels = level_curve(relative_load(structure.competences, squeeze, volume), squeeze.exponent)
    shares = ReachShares(parameters["in_reach_share"], parameters["network_share"], full_product)
    kappa = _kappa(structure, values, switched_off=False)
    base = family_product(structure.dependencies, levels, kappa.competence, shares)
    provided = (volume > 0).astype(np.float64)
    return Block(
        values=values,
        parameters=parameters,
        memberships=memberships,
        before=before,
        national=national,
        referral=referral,
        weights=weights,
        squeeze=squeeze,
        load=load_of(structure.facilities, values, volume, parameters),
        shares=shares,
        criticality=kappa,
        volume=volume,
        levels=levels,
        operability=operability(structure.dependencies, base, provided, kappa.area, shares),
        limits=standing_limits(structure, values, rows),
        held_back=nothing,
    )
