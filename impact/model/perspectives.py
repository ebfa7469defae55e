"""A year's outcome to measures in natural units, by hospital and by region."""

from __future__ import annotations

import warnings

import numpy as np

from impact.model.access import access_measures
from impact.model.arrays import Floats, Integers
from impact.model.block import Block
from impact.model.counts import shortfall
from impact.model.levels import is_lost, is_present, sustained
from impact.model.path import YearOutcome
from impact.model.structure import Structure
from impact.model.sums import sum_by

__all__ = ["hospital_measures", "other_care_measures", "patients_pushed_aside", "region_measures"]

HALF_LEVEL = 0.5


def _by_hospital(structure: Structure, hospital: Integers, values: Floats) -> Floats:
    return sum_by(hospital, values, len(structure.places.hospitals))


def outside_patients(structure: Structure, block: Block) -> tuple[Floats, Floats]:
    """Return patients outside the areas by hospital, (H, N), and their share by leading level, (L, N).

    Anchor = national episodes ÷ episodes per patient · the hospital's share, less the areas' patients; divided
    over leading specialties by their outside caseload, so that each patient counts once.
    """
    slots, values = structure.outside_share_slots, block.values
    national = block.parameters["anchor_episodes"] / block.parameters["anchor_episodes_per_patient"]
    share = np.where(slots["anchor_share"][:, None] >= 0, values[np.maximum(slots["anchor_share"], 0)], 0.0)
    stated = np.where(slots["anchor_patients"][:, None] >= 0, values[np.maximum(slots["anchor_patients"], 0)], 0.0)
    hospital = structure.activity.pair_hospital
    inside = _by_hospital(structure, hospital, block.volume)
    anchor = np.where(share > 0, np.maximum(national * share - inside, 0.0), stated)
    leading = structure.competences.is_leading
    weight = np.where(leading[:, None], block.squeeze.outside, 0.0)
    total = _by_hospital(structure, structure.competences.level_hospital, weight)
    part = weight / np.maximum(total[structure.competences.level_hospital], 1e-300)
    return anchor, part


def _emergency(structure: Structure, block: Block, outcome: YearOutcome) -> dict[str, Floats]:
    dependencies = structure.dependencies
    lost = 1 - outcome.operability[len(structure.activity.pair_area) :]
    kinds = np.array(dependencies.function_kinds)[dependencies.performed_function]
    acute = (kinds == "emergency")[:, None]
    relying = block.values[dependencies.patients_slots]
    return {
        "functions_at_risk": _by_hospital(structure, dependencies.performed_hospital, np.where(acute, lost, 0.0)),
        "patients_relying": _by_hospital(
            structure, dependencies.performed_hospital, np.where(acute, lost * relying, 0.0)
        ),
    }


Outside = tuple[Floats, Floats]


def _neighbours(structure: Structure, outcome: YearOutcome, focus: Integers, beyond: Outside) -> Floats:
    pairs = len(structure.activity.pair_area)
    other = ~np.isin(structure.activity.pair_area, focus)[:, None]
    inside = np.where(other, outcome.volume * (1 - outcome.operability[:pairs]), 0.0)
    anchor, part = beyond
    level_hospital = structure.competences.level_hospital
    outside = anchor[level_hospital] * part * (1 - outcome.levels)
    return _by_hospital(structure, structure.activity.pair_hospital, inside) + _by_hospital(
        structure, level_hospital, outside
    )


def _competences(structure: Structure, block: Block, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    competences = structure.competences
    touched = competences.case_competence[np.isin(competences.case_area, focus)]
    hospital = competences.level_hospital
    known = block.squeeze.known
    there = is_present(known, outcome.load)
    lost = is_lost(known, outcome.load, outcome.load_before).astype(np.float64)
    unsustained = block.values[competences.posts_slots] * (1 - sustained(known, outcome.load))
    left = np.full((len(structure.places.hospitals), lost.shape[1]), np.nan)
    for h in np.unique(hospital):
        levels = np.flatnonzero((hospital == h) & np.isin(competences.level_competence, touched))
        if len(levels) == 0:
            continue
        weakest = np.argmin(np.where(there, outcome.load, np.inf)[levels], axis=0)
        cases = np.where(there, (outcome.load - 1) * block.squeeze.need, np.nan)[levels]
        left[h] = np.take_along_axis(cases, weakest[None], axis=0)[0]
    base = (competences.is_base[:, None] & (outcome.levels >= HALF_LEVEL)).astype(np.float64)
    return {
        "competences_lost": _by_hospital(structure, hospital, lost),
        "posts_not_sustained": _by_hospital(structure, hospital, unsustained),
        "cases_to_breaking": left,
        "education_breadth": _by_hospital(structure, hospital, base),
    }


def _research(structure: Structure, block: Block, outcome: YearOutcome, anchor: Floats) -> Floats:
    area = structure.activity.pair_area
    share = block.values[structure.area_slots["research_share"]][area]
    inside = _by_hospital(structure, structure.activity.pair_hospital, share * outcome.volume)
    slots = structure.outside_share_slots["research_share"]
    default = block.parameters["outside_research_share"]
    return inside + anchor * np.where(slots[:, None] >= 0, block.values[np.maximum(slots, 0)], default)


def _worst(structure: Structure, values: Floats) -> Floats:
    found = np.full((len(structure.places.hospitals), values.shape[1]), np.nan)
    for facility, hospital in enumerate(structure.facilities.hospital):
        found[hospital] = np.fmax(found[hospital], values[facility])
    return found


def patients_pushed_aside(structure: Structure, values: Floats) -> Floats:
    """Return the patients a year pushed aside at each hospital, shape (H, N), from those at each facility, (S, N).

    Beds add up; of the elective resources the one that changes most counts, as one and the same elective patient needs
    theatre, anaesthetist and laboratory together.
    """
    facilities = structure.facilities
    beds = np.where(facilities.is_queue[:, None], 0.0, values)
    found = _by_hospital(structure, facilities.hospital, beds)
    worst, best = np.zeros_like(found), np.zeros_like(found)
    for facility in np.flatnonzero(facilities.is_queue):
        hospital = facilities.hospital[facility]
        worst[hospital] = np.maximum(worst[hospital], values[facility])
        best[hospital] = np.minimum(best[hospital], values[facility])
    return found + np.where(worst >= -best, worst, best)


def _redundancy(structure: Structure, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    activity = structure.activity
    rows = np.flatnonzero(np.isin(activity.group_area[activity.row_group], focus))
    shape = (len(structure.places.hospitals), outcome.volume.shape[1])
    unplaced, left = np.zeros(shape), np.full(shape, np.nan)
    volume = outcome.flow.sum(axis=0)
    for w in rows:
        others = rows[(activity.row_group[rows] == activity.row_group[w]) & (rows != w)]
        hospital = activity.pair_hospital[activity.row_pair[w]]
        room = outcome.spare[others].sum(axis=0) if len(others) else np.zeros(shape[1])
        unplaced[hospital] += np.maximum(volume[w] - room, 0.0)
        count = (volume[others] > 0).sum(axis=0).astype(np.float64)
        held = volume[w] > 0
        left[hospital] = np.where(held, np.fmin(left[hospital], count), left[hospital])
    return {"demand_unplaced": unplaced, "holders_left": left}


def _own(structure: Structure, block: Block, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    activity = structure.activity
    mine = np.flatnonzero(np.isin(activity.pair_area, focus))
    hospital, own = activity.pair_hospital[mine], outcome.volume[mine]
    needed = block.values[structure.area_slots["needed_volume"]][activity.pair_area[mine]]
    below = shortfall(own, needed, block.parameters["dispersion"])
    return {
        "patients_at_needed_volume": _by_hospital(structure, hospital, own * (1 - below)),
        "patients_below": _by_hospital(structure, hospital, own * below),
    }


def other_care_measures(structure: Structure, block: Block, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    """Return the hospital measures of a year but redundancy and own care, which are the decision's own patients'.

    Parameters and returns as `hospital_measures`.
    """
    beyond = outside_patients(structure, block)
    found = _emergency(structure, block, outcome)
    found["patients_without_full_competence"] = _neighbours(structure, outcome, focus, beyond)
    found |= _competences(structure, block, outcome, focus)
    found["research_caseload"] = _research(structure, block, outcome, beyond[0])
    found["patients_displaced"] = patients_pushed_aside(structure, outcome.displaced.equal)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found["waiting_change"] = _worst(structure, outcome.displaced.waiting_change)
        found["p_beyond_guarantee"] = _worst(structure, outcome.displaced.p_beyond_guarantee)
    return found


def hospital_measures(structure: Structure, block: Block, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    """Return all hospital measures of a year, each of shape (H, N).

    Parameters
    ----------
    structure, block, outcome
        Compiled system, draws and the year.
    focus
        Indices of the areas that the decision concerns: the others are the neighbours.

    Returns
    -------
    dict
        Measure id to values; NaN where a hospital has nothing to measure.
    """
    found = other_care_measures(structure, block, outcome, focus)
    found |= _redundancy(structure, outcome, focus)
    found |= _own(structure, block, outcome, focus)
    return found


def region_measures(structure: Structure, block: Block, outcome: YearOutcome, focus: Integers) -> dict[str, Floats]:
    """Return all region measures of a year, each of shape (R, N); see `access_measures`."""
    return access_measures(structure, block, outcome, focus)
