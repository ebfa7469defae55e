"""Modelled indicators of reach: travel, inequality of travel, care outside the own care region, transports."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
from scipy.special import ndtr

from impact.model.access import access_measures, travel_measures
from impact.model.arrays import Floats, Integers
from impact.model.draws import Z95
from impact.study.concentration import concentration_index, gini
from impact.study.moment import Moment
from impact.study.study_rows import ALL, NATIONAL, StudyRow

__all__ = ["reach_rows"]

BEYOND = tuple(f"inhabitants_beyond_{h}h" for h in (1, 2, 4, 6))
TRANSPORTS = ("transports", "icu_transports")
BISECTIONS = 40
LONGEST_H = 48.0  # as in the model


def _rows_of(moment: Moment, areas: frozenset[str] | None = None) -> Integers:
    """Rows of the areas at work on the date, or of some of them."""
    activity = moment.structure.activity
    wanted = [a for a in moment.areas if areas is None or activity.areas[a] in areas]
    return np.flatnonzero(np.isin(activity.group_area[activity.row_group], np.array(wanted, dtype=np.int64)))


def _over_patients(values: Floats, patients: Floats) -> Floats:
    """Mean over regions weighted by patients, (N,)."""
    total = patients.sum(axis=0)
    weighted = (np.where(patients > 0, np.nan_to_num(values), 0.0) * patients).sum(axis=0)
    return np.divide(weighted, total, out=np.full_like(total, np.nan), where=total > 0)


def _travel(moment: Moment, rows: Integers) -> dict[str, Floats]:
    activity = moment.structure.activity
    hospital = activity.pair_hospital[activity.row_pair[rows]]
    share = moment.outcome.hours_share[activity.row_group[rows]]
    return travel_measures(moment.structure, moment.block, moment.outcome.flow[:, rows], hospital, share)


def _percentile(moment: Moment, rows: Integers) -> Floats:
    """Travel time that 95 % of the nation's patients stay below: of the log-normal times of all flows, (N,)."""
    structure, values = moment.structure, moment.block.values
    hospital = structure.activity.pair_hospital[structure.activity.row_pair[rows]]
    flow = moment.outcome.flow[:, rows].reshape(-1, values.shape[1])
    total = flow.sum(axis=0)
    share = np.divide(flow, total, out=np.zeros_like(flow), where=total > 0)
    left = np.log(np.maximum(moment.outcome.hours_share[structure.activity.row_group[rows]], 1e-6))
    middle = np.log(np.maximum(values[structure.places.hours_slots[:, hospital]], 1e-3)) + left[None]
    ends = np.log(np.maximum(values[structure.places.spread_slots[:, :, hospital]], 1e-3))
    spread = np.maximum(ends[1] - ends[0], 1e-6) / (2 * Z95)
    middle, spread = middle.reshape(share.shape), spread.reshape(share.shape)
    used = share.any(axis=1)
    share, middle, spread = share[used], middle[used], spread[used]
    low, high = np.zeros(values.shape[1]), np.full(values.shape[1], LONGEST_H)
    for _ in range(BISECTIONS):
        half = 0.5 * (low + high)
        within = np.asarray(ndtr((np.log(np.maximum(half, 1e-9)) - middle) / spread), dtype=np.float64)
        beyond = (share * (1 - within)).sum(axis=0)
        low, high = np.where(beyond > 0.05, half, low), np.where(beyond > 0.05, high, half)
    return np.where(total > 0, 0.5 * (low + high), np.nan)


def _outside(moment: Moment, areas: frozenset[str], age: str) -> Iterator[StudyRow]:
    places, activity = moment.structure.places, moment.structure.activity
    rows = _rows_of(moment, areas)
    if not len(rows):
        return
    flow = moment.outcome.flow[:, rows]
    care = places.hospital_care[activity.pair_hospital[activity.row_pair[rows]]]
    away = (care[None] != places.region_care[:, None])[:, :, None]
    treated, outside = flow.sum(axis=1), (flow * away).sum(axis=1)
    share = np.divide(outside, treated, out=np.full_like(treated, np.nan), where=treated > 0)
    yield StudyRow("out_of_care_region_share", NATIONAL, NATIONAL, _over_patients(share, treated), age)
    if age == ALL:
        for region, values in zip(places.regions, share, strict=True):
            yield StudyRow("out_of_care_region_share", "region", region, values)


def _of_regions(moment: Moment) -> Iterator[StudyRow]:
    places = moment.structure.places
    focus = np.array(moment.areas, dtype=np.int64)
    rows = _rows_of(moment)
    treated = moment.outcome.flow[:, rows].sum(axis=1)
    people = moment.block.values[places.population_slots]
    found = access_measures(moment.structure, moment.block, moment.outcome, focus)
    per_million = 1e6 * treated / np.maximum(people, 1.0)
    for i, region in enumerate(places.regions):
        yield StudyRow("patients_per_million", "region", region, per_million[i])
        for name in ("hours_mean", "hours_p95", *BEYOND, *TRANSPORTS):
            yield StudyRow(name, "region", region, found[name][i])
    total = people.sum(axis=0)
    yield StudyRow("patients_per_million", NATIONAL, NATIONAL, 1e6 * treated.sum(axis=0) / np.maximum(total, 1.0))
    hours = found["hours_mean"]
    yield StudyRow("hours_mean", NATIONAL, NATIONAL, _over_patients(hours, treated))
    yield StudyRow("hours_p95", NATIONAL, NATIONAL, _percentile(moment, rows))
    for name in (*BEYOND, *TRANSPORTS):
        yield StudyRow(name, NATIONAL, NATIONAL, np.nansum(found[name], axis=0))
    yield StudyRow("hours_gini", NATIONAL, NATIONAL, gini(hours, people))
    yield StudyRow("hours_concentration_index", NATIONAL, NATIONAL, concentration_index(hours, people, people))


def reach_rows(moment: Moment, by_age: Mapping[str, frozenset[str]]) -> Iterator[StudyRow]:
    """Yield the reach of the areas that have a unit at work on the date; nothing where there is none.

    Parameters
    ----------
    moment
        The modelled system on the date.
    by_age
        Areas of each age, see `areas_by_age`.
    """
    if not moment.areas:
        return
    yield from _of_regions(moment)
    for age, areas in by_age.items():
        yield from _outside(moment, areas, age)
    activity = moment.structure.activity
    for a in moment.areas:
        rows = _rows_of(moment, frozenset({activity.areas[a]}))
        treated = moment.outcome.flow[:, rows].sum(axis=1)
        yield StudyRow("hours_mean", "area", activity.areas[a],
                       _over_patients(_travel(moment, rows)["hours_mean"], treated))  # fmt: skip
