"""Modelled indicators of where the patients are: volumes, shares and concentration, of children and adults apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from impact.model.arrays import Floats
from impact.model.sums import sum_by
from impact.study.concentration import herfindahl, largest_share, shares
from impact.study.moment import Moment
from impact.study.study_rows import ALL, NATIONAL, StudyRow

__all__ = ["volume_rows"]


def _by_hospital(moment: Moment, areas: frozenset[str]) -> Floats:
    activity = moment.structure.activity
    mine = np.array([activity.areas[a] in areas for a in activity.pair_area], dtype=np.bool_)
    volume = np.where(mine[:, None], moment.outcome.volume, 0.0)
    return sum_by(activity.pair_hospital, volume, len(moment.structure.places.hospitals))


def _of_hospitals(moment: Moment, areas: frozenset[str], age: str) -> Iterator[StudyRow]:
    hospitals, kinds = moment.structure.places.hospitals, moment.structure.places.kinds
    patients = _by_hospital(moment, areas)
    yield StudyRow("patients", NATIONAL, NATIONAL, patients.sum(axis=0), age)
    yield StudyRow("herfindahl_hospitals", NATIONAL, NATIONAL, herfindahl(patients), age)
    yield StudyRow("largest_hospital_share", NATIONAL, NATIONAL, largest_share(patients), age)
    share = shares(patients)
    for h, hospital in enumerate(hospitals):
        if not patients[h].any() and kinds[h] != "university":
            continue
        yield StudyRow("patients", "hospital", hospital, patients[h], age)
        if age == ALL:
            yield StudyRow("patients_share", "hospital", hospital, share[h])


def _of_areas(moment: Moment) -> Iterator[StudyRow]:
    activity, volume = moment.structure.activity, moment.outcome.volume
    weighted, total = np.zeros(volume.shape[1]), np.zeros(volume.shape[1])
    for a, area in enumerate(activity.areas):
        own = volume[activity.pair_area == a]
        patients = own.sum(axis=0)
        if not patients.any():
            continue
        index = herfindahl(own)
        yield StudyRow("patients", "area", area, patients)
        yield StudyRow("herfindahl", "area", area, index)
        yield StudyRow("largest_share", "area", area, largest_share(own))
        weighted += np.nan_to_num(index) * patients
        total += patients
    mean = np.divide(weighted, total, out=np.full_like(total, np.nan), where=total > 0)
    yield StudyRow("herfindahl", NATIONAL, NATIONAL, mean)


def _university_care(moment: Moment) -> Iterator[StudyRow]:
    structure, values = moment.structure, moment.block.values
    slots = structure.outside_share_slots["anchor_share"]
    episodes = moment.block.parameters["anchor_episodes"]
    if (slots >= 0).any():
        yield StudyRow("university_episodes", NATIONAL, NATIONAL, episodes)
    for hospital, slot in zip(structure.places.hospitals, slots, strict=True):
        if slot >= 0:
            yield StudyRow("university_episodes", "hospital", hospital, episodes * values[slot])
            yield StudyRow("university_share", "hospital", hospital, values[slot])


def volume_rows(moment: Moment, by_age: Mapping[str, frozenset[str]]) -> Iterator[StudyRow]:
    """Yield volumes, shares and concentration of a block of draws.

    Parameters
    ----------
    moment
        The modelled system on the date.
    by_age
        Areas of each age, see `areas_by_age`.
    """
    for age, areas in by_age.items():
        if age == ALL or areas:
            yield from _of_hospitals(moment, areas, age)
    yield from _of_areas(moment)
    yield from _university_care(moment)
