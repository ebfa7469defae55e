"""Travel and transports of the patients of some areas, by home region."""

from __future__ import annotations

import numpy as np
from scipy.special import ndtr

from impact.model.arrays import Floats, Integers
from impact.model.block import Block
from impact.model.draws import Z95
from impact.model.path import YearOutcome
from impact.model.structure import Structure

__all__ = ["access_measures", "transport_measures", "travel_measures"]

LIMITS_H = (1, 2, 4, 6)
BISECTIONS = 40
LONGEST_H = 48.0


def _travel(structure: Structure, values: Floats, hospital: Integers) -> tuple[Floats, Floats]:
    """Return mean and deviation of log hours from each region to each row's hospital, (R, rows, N)."""
    places = structure.places
    middle = np.log(np.maximum(values[places.hours_slots][:, hospital], 1e-3))
    ends = np.log(np.maximum(values[places.spread_slots][:, :, hospital], 1e-3))
    return middle, np.maximum(ends[1] - ends[0], 1e-6) / (2 * Z95)


def _beyond(share: Floats, middle: Floats, spread: Floats, hours: Floats) -> Floats:
    """Share of a region's patients with more than `hours` (R, N) to their unit."""
    z = (np.log(np.maximum(hours, 1e-9))[:, None] - middle) / spread
    return (share * (1 - ndtr(z))).sum(axis=1)


def _percentile(share: Floats, middle: Floats, spread: Floats) -> Floats:
    low = np.zeros((share.shape[0], share.shape[2]))
    high = np.full_like(low, LONGEST_H)
    for _ in range(BISECTIONS):
        half = 0.5 * (low + high)
        above = _beyond(share, middle, spread, half) > 0.05
        low, high = np.where(above, half, low), np.where(above, high, half)
    return 0.5 * (low + high)


def travel_measures(
    structure: Structure, block: Block, flow: Floats, hospital: Integers, hours_share: Floats
) -> dict[str, Floats]:
    """Return the travel of patients from each region to the hospitals that they go to.

    Parameters
    ----------
    structure, block
        Compiled system and draws.
    flow
        Patients a year, shape (R, rows, N).
    hospital
        Of each row, shape (rows,).
    hours_share
        Share of the travel that remains, shape (rows, N).

    Returns
    -------
    dict
        Measure id to an array of shape (R, N); NaN where a region has no patients treated.
    """
    treated = flow.sum(axis=1)
    share = np.divide(flow, treated[:, None], out=np.full_like(flow, np.nan), where=treated[:, None] > 0)
    middle, spread = _travel(structure, block.values, hospital)
    middle = middle + np.log(np.maximum(hours_share, 1e-6))[None]
    mean = np.exp(np.minimum(middle + spread**2 / 2, np.log(LONGEST_H)))
    population = block.values[structure.places.population_slots]
    found = {
        "hours_mean": np.where(treated > 0, (share * mean).sum(axis=1), np.nan),
        "hours_p95": np.where(treated > 0, _percentile(share, middle, spread), np.nan),
    }
    for hours in LIMITS_H:
        limit = np.full_like(treated, float(hours))
        beyond = np.where(treated > 0, _beyond(share, middle, spread, limit), np.nan)
        found[f"inhabitants_beyond_{hours}h"] = population * beyond
    return found


def transport_measures(structure: Structure, block: Block, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    """Return transports and unmet demand of the areas in focus, by region; as `access_measures`."""
    activity = structure.activity
    rows = np.flatnonzero(np.isin(activity.group_area[activity.row_group], focus))
    groups = np.flatnonzero(np.isin(activity.group_area, focus))
    found = {
        "not_referred": block.referral.population_share * outcome.not_referred[focus].sum(axis=0),
        "not_taken": outcome.not_taken[:, groups].sum(axis=1),
    }
    flow = outcome.flow[:, rows]
    hospital = activity.pair_hospital[activity.row_pair[rows]]
    away = structure.places.hospital_region[hospital][None] != np.arange(len(structure.places.regions))[:, None]
    area = activity.pair_area[activity.row_pair[rows]]
    for name, slot in (("transports", "transport_share"), ("icu_transports", "icu_transport_share")):
        part = block.values[structure.area_slots[slot]][area]
        found[name] = (flow * part[None] * away[:, :, None]).sum(axis=1)
    return found


def access_measures(structure: Structure, block: Block, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    """Return travel, transports and unmet demand of the areas in focus, by region.

    Travel from a region to a unit is log-normal over its inhabitants; units are weighted by where the region's
    patients go. NaN where a region has no patients treated.

    Parameters
    ----------
    structure, block, outcome
        Compiled system, draws and the year.
    focus
        Indices of the areas.

    Returns
    -------
    dict
        Measure id to an array of shape (R, N).
    """
    activity = structure.activity
    rows = np.flatnonzero(np.isin(activity.group_area[activity.row_group], focus))
    hospital = activity.pair_hospital[activity.row_pair[rows]]
    hours_share = outcome.hours_share[activity.row_group[rows]]
    travel = travel_measures(structure, block, outcome.flow[:, rows], hospital, hours_share)
    return travel | transport_measures(structure, block, outcome, focus)
