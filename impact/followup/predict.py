"""What a scenario (or today's permits) says that hospitals will report: patients a year with a prediction interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from graph_schema import CareSystem, StoreError
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.changes import Course
from impact.model.counts import shortfall
from impact.model.path import follow, opening_state
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.memberships import allocation_choices
from impact.questions.what_if import Settings
from impact.result import Result

__all__ = ["check_against", "predict_patients"]

TAILS = (0.05, 0.95)
OWN = ("patients_at_needed_volume", "patients_below")  # together the decided area's own patients
SAME = 1e-6


def _volumes(structure: Structure, system: CareSystem, course: Course, settings: Settings) -> tuple[Floats, Floats]:
    """Patients a year of the pairs in the world with the scenario, shape (years, P, N); dispersion, shape (N,)."""
    values = structure.table.draw(settings.seed, 0, settings.draws)
    uniform = settings.reading == "uniform_allocation"
    choices = allocation_choices(structure, system, course, settings.seed, settings.draws, uniform)
    volumes: list[Floats] = []
    dispersion: list[Floats] = []
    for start in range(0, settings.draws, settings.block):
        stop = min(start + settings.block, settings.draws)
        members = tuple(c.members(c.chosen[start:stop]) for c in choices)
        drawn = np.ascontiguousarray(values[:, start:stop])
        block: Block = prepare(structure, drawn, members, full_product=settings.reading == "full_product")
        past = structure.scenario.past if structure.is_historic else structure.without.past
        state = opening_state(structure, block, past)
        outcomes = [outcome for outcome, _ in follow(structure, block, structure.scenario.future, state, ())]
        volumes.append(np.stack([outcome.volume for outcome in outcomes]))
        dispersion.append(np.broadcast_to(block.parameters["dispersion"], (stop - start,)))
    return np.concatenate(volumes, axis=-1), np.concatenate(dispersion)


def _quantile(p: float, means: Floats, known: Floats, dispersion: Floats) -> Floats:
    """Smallest whole k at which the counts of the known draws together lie at or below k with probability p.

    Parameters
    ----------
    means, known
        Shape (rows, N); known is 1 where the draw counts, else 0.
    """
    weight = np.maximum(known.sum(axis=1), 1.0)

    def share(k: Floats) -> Floats:
        at_most = shortfall(means, (k + 1)[:, None] * np.ones_like(means), dispersion[None, :])
        return (at_most * known).sum(axis=1) / weight

    low: Floats = np.full(len(means), -1.0)
    high: Floats = np.ceil(20 + 10 * means.max(axis=1, initial=0.0))
    while bool((high - low > 1).any()):
        middle: Floats = np.floor((low + high) / 2)
        enough: Booleans = share(middle) >= p
        low = np.where(enough, low, middle)
        high = np.where(enough, middle, high)
    return high


def _decided(system: CareSystem, structure: Structure) -> set[int]:
    """Areas with a permit on record, and those that the scenario decides."""
    permitted = {r.text("target_id") for r in system.rows["PROVIDES"] if r.flag("permit")}
    return {i for i, area in enumerate(structure.activity.areas) if area in permitted} | set(structure.focus)


def _reported(system: CareSystem) -> set[tuple[str, str, int]]:
    return {
        (r.text("target_id"), r.text("source_id"), int(r.number("year") or 0)) for r in system.rows["PROVIDES_VOLUME"]
    }


def predict_patients(system: CareSystem, course: Course, settings: Settings) -> dict[str, Any]:
    """Return the predicted yearly reports of every hospital in every decided area.

    The interval is of what will be reported: over the draws in which the hospital has patients, and over chance within
    each (negative binomial with the draw's dispersion).

    Parameters
    ----------
    system
        A validated system; never changed.
    course
        Dated changes; an empty one predicts today's permits.
    settings
        Seed, draws, years, start, reading.

    Returns
    -------
    dict
        ``rows``: ``area``, ``hospital``, ``year`` (calendar), ``mean``, ``low``, ``high`` (patients/year, 90 %),
        ``p_patients`` (share of draws in which the hospital has patients there), ``was_input`` (the dataset already
        holds that report); ``stands_for``: hospitals that the documents leave unnamed to the one that stands for them.
    """
    settings.check()
    start = settings.start or default_start(system)
    structure = compile_structure(system, course, settings.years, start)
    volumes, dispersion = _volumes(structure, system, course, settings)
    places, activity = structure.places, structure.activity
    decided, known_inputs = _decided(system, structure), _reported(system)
    pairs = [p for p in range(len(activity.pair_area)) if int(activity.pair_area[p]) in decided]
    named = [(activity.areas[int(activity.pair_area[p])], int(activity.pair_hospital[p]), p) for p in pairs]
    order = [p for _, _, p in sorted(named)]
    cells = [(y, p) for p in order for y in range(len(volumes)) if np.any(volumes[y, p] > 0)]
    means = np.array([volumes[y, p] for y, p in cells]).reshape(len(cells), settings.draws)
    known = (means > 0).astype(np.float64)
    low, high = (_quantile(tail, means, known, dispersion) for tail in TAILS)
    rows: list[dict[str, Any]] = []
    for i, (y, p) in enumerate(cells):
        area, hospital = activity.areas[int(activity.pair_area[p])], places.hospitals[int(activity.pair_hospital[p])]
        year = course.as_of.year + y
        rows.append(
            {
                "area": area, "hospital": hospital, "year": year, "mean": float(means[i].sum() / known[i].sum()),
                "low": float(low[i]), "high": float(high[i]), "p_patients": float(known[i].mean()),
                "was_input": (area, hospital, year) in known_inputs,
            }
        )  # fmt: skip
    stands = {h: places.hospitals[i] for h, i in sorted(places.hospital_of.items()) if h not in places.hospitals}
    return {"rows": rows, "stands_for": stands}


def check_against(result: Result, rows: list[dict[str, Any]], path: object) -> None:
    """Raise StoreError where a saved result says another mean of the decided areas' own patients than the rows.

    The rows are computed by the present code from the system and scenario in the result; if the code has changed its
    numbers since, the saved prediction would be kept wrongly.
    """
    focus = set(result.notes["focus"])
    if not focus or not set(OWN) <= set(load_measures()):
        return
    data = result.data["with"]
    as_of = int(str(result.manifest["dataset"]["as_of"])[:4])
    entities = [str(e) for e in data["entity"].values]
    ours: dict[tuple[str, int], float] = {}
    for row in (r for r in rows if r["area"] in focus):
        key = (row["hospital"], row["year"])
        ours[key] = ours.get(key, 0.0) + row["mean"] * row["p_patients"]
    for (hospital, year), mean in ours.items():
        if hospital not in entities:
            continue
        own = data.sel(entity=hospital, measure=list(OWN)).isel(year=year - as_of).sum("measure", skipna=True)
        saved = float(own.mean().values)
        if abs(saved - mean) > SAME * max(1.0, mean):
            raise StoreError(
                f"{path}: the present code gives {mean:.6g} patients at {hospital} in {year} where the result has "
                f"{saved:.6g}: run the scenario again and register the new result"
            )


def manifest_of(system: CareSystem, course: Course, settings: Settings) -> Mapping[str, Any]:
    """Return what a prediction was made from, apart from hash and name of its scenario."""
    return {
        "system_hash": system.content_hash, "seed": settings.seed, "draws": settings.draws, "years": settings.years,
        "start": settings.start or default_start(system), "reading": settings.reading,
        "as_of": course.as_of.isoformat(), "dataset": system.settings.get("name", ""),
    }  # fmt: skip
