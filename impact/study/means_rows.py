"""Modelled indicators of what care is made of: competences, shared resources, functions, education, research."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from impact.model.arrays import Floats
from impact.model.displacement import DAYS, displaced
from impact.model.perspectives import hospital_measures
from impact.model.queues import elective_excess, erlang_b
from impact.model.sums import sum_by
from impact.study.moment import Moment
from impact.study.study_rows import NATIONAL, StudyRow

__all__ = ["means_rows"]

THIN = 1.1  # margin below which a tenth fewer patients may break it
SUMMED = ("posts_not_sustained", "functions_at_risk", "patients_relying", "research_caseload")
OF_HOSPITALS = (*SUMMED, "education_breadth", "demand_unplaced")


def _competences(moment: Moment) -> Iterator[StudyRow]:
    structure, load = moment.structure, moment.outcome.load
    names, hospitals = structure.competences, structure.places.hospitals
    cases = (load - 1) * moment.block.squeeze.need
    for (h, c), i in names.level_index.items():
        yield StudyRow("margin", "hospital", hospitals[h], load[i], part=names.competences[c])
        yield StudyRow("cases_to_breaking", "hospital", hospitals[h], cases[i], part=names.competences[c])
    counted = {"competences_below_need": load < 1, "competences_thin": (load >= 1) & (load < THIN)}
    for name, is_such in counted.items():
        found = sum_by(names.level_hospital, is_such.astype(np.float64), len(hospitals))
        for h in sorted({h for h, _ in names.level_index}):
            yield StudyRow(name, "hospital", hospitals[h], found[h])
        yield StudyRow(name, NATIONAL, NATIONAL, found.sum(axis=0))


def _used(moment: Moment) -> Floats:
    """Load of the areas' patients in beds or hours a working day, (S, N)."""
    facilities, load = moment.structure.facilities, moment.block.load
    yearly = load.incidence @ (load.amounts * moment.outcome.volume[facilities.use_pair])
    return np.asarray(yearly, dtype=np.float64) / np.where(facilities.is_queue[:, None], load.working_days[None], DAYS)


def _resources(moment: Moment) -> Iterator[StudyRow]:
    structure, load = moment.structure, moment.block.load
    facilities, hospitals = structure.facilities, structure.places.hospitals
    if not len(facilities.hospital):
        return
    used = _used(moment)
    offered = load.outside + load.refill * np.maximum(load.ours - used, 0.0) + used
    full = np.full_like(offered, np.nan)
    beds = ~facilities.is_queue
    if beds.any():
        full[beds] = erlang_b(offered[beds], load.capacity[beds])
    lost = offered * np.nan_to_num(full)
    if (~beds).any():
        mean = offered[~beds]
        lost[~beds] = elective_excess(mean, load.variation[~beds] * mean, load.capacity[~beds])
    carried = offered - lost
    capacity = np.maximum(load.capacity, 1e-9)
    waiting = displaced(facilities, load, moment.outcome.volume, np.ones_like(offered)).p_beyond_guarantee
    for s in range(len(facilities.hospital)):
        hospital, resource = hospitals[int(facilities.hospital[s])], facilities.names[int(facilities.resource[s])]
        yield StudyRow("resource_load", "hospital", hospital, carried[s] / capacity[s], part=resource)
        yield StudyRow("resource_areas_share", "hospital", hospital, used[s] / capacity[s], part=resource)
        yield StudyRow("p_no_bed", "hospital", hospital, full[s], part=resource)
        yield StudyRow("p_beyond_guarantee", "hospital", hospital, waiting[s], part=resource)


def _hospitals(moment: Moment) -> Iterator[StudyRow]:
    structure = moment.structure
    focus = np.array(moment.areas, dtype=np.int64)
    found = hospital_measures(structure, moment.block, moment.outcome, focus)
    staffed = {h for h, _ in structure.competences.level_index}
    for name in OF_HOSPITALS:
        for h, hospital in enumerate(structure.places.hospitals):
            if h in staffed or found[name][h].any():
                yield StudyRow(name, "hospital", hospital, found[name][h])
        if name in SUMMED:
            yield StudyRow(name, NATIONAL, NATIONAL, np.nansum(found[name], axis=0))


def means_rows(moment: Moment) -> Iterator[StudyRow]:
    """Yield competences with their margin, loads of resources, functions, education and research of a block.

    Parameters
    ----------
    moment
        The modelled system on the date.
    """
    yield from _competences(moment)
    yield from _resources(moment)
    yield from _hospitals(moment)
