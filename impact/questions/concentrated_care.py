"""How much of the care is concentrated, in patients a year by year; and the decisions behind it one by one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.questions.accumulate import Accumulation
from scenarios.holders import permits

__all__ = ["concentrated_by_year", "decision_rows", "older_areas"]

LOW, HIGH = 0.05, 0.95
MOVED = 0.5  # patients a year below which a decision moved nobody


def older_areas(system: CareSystem, found: Accumulation) -> tuple[str, ...]:
    """Return the areas whose permits are older than the history that is followed, and in force at the as-of date.

    They stand the same with and without the decisions: what they did is no part of the accumulated effect.
    """
    players = set(found.runs.players)
    areas = found.runs.structure.activity.areas
    return tuple(a for a in areas if a not in players and permits(system, a, found.runs.as_of))


def _national(found: Accumulation) -> Floats:
    return np.concatenate([block.national for block in found.runs.blocks], axis=1)


def _university(found: Accumulation) -> Floats:
    names = ("anchor_episodes", "anchor_episodes_per_patient")
    episodes, each = (np.concatenate([b.parameters[n] for b in found.runs.blocks]) for n in names)
    return episodes / each


def _part_of_year(year: int, begins: date) -> float:
    first, end = date(year, 1, 1), date(year + 1, 1, 1)
    return min(max((end - begins) / timedelta(days=1), 0.0) / ((end - first) / timedelta(days=1)), 1.0)


def _summary(values: Floats) -> dict[str, float]:
    return {
        "patients": float(values.mean()),
        "low": float(np.quantile(values, LOW)),
        "high": float(np.quantile(values, HIGH)),
    }


def concentrated_by_year(system: CareSystem, found: Accumulation) -> list[dict[str, Any]]:
    """Return, year by year from the start of history, the patients a year in areas under permits.

    Patients are those of today (demand does not grow in the model); an area counts for the part of the year in
    which its permits acted.

    Parameters
    ----------
    system
        The dataset.
    found
        Of `accumulate`.

    Returns
    -------
    list
        ``year``, ``areas`` (at its end), ``patients`` with ``low`` and ``high``, ``older_patients`` (areas with
        older permits, not among the patients), and the share of university care that both are.
    """
    runs = found.runs
    areas = {a: i for i, a in enumerate(runs.structure.activity.areas)}
    national, university = _national(found), _university(found)
    older = [areas[a] for a in older_areas(system, found)]
    before = national[older].sum(axis=0)
    start = date.fromisoformat(system.settings["history_start"])
    rows: list[dict[str, Any]] = []
    for year in range(start.year, runs.as_of.year + 1):
        part: Mapping[str, float] = {p: _part_of_year(year, runs.begins[p]) for p in found.begun}
        patients = np.zeros(national.shape[1])
        for area, share in part.items():
            patients = patients + share * national[areas[area]]
        share = (patients + before) / university
        rows.append(
            {
                "year": year,
                "areas": sum(share > 0 for share in part.values()),
                **_summary(patients),
                "older_areas": len(older),
                "older_patients": float(before.mean()),
                "share_of_university_care": float(share.mean()),
                "share_low": float(np.quantile(share, LOW)),
                "share_high": float(np.quantile(share, HIGH)),
                "unit": "patients/year",
            }
        )
    return rows


def decision_rows(system: CareSystem, found: Accumulation) -> list[dict[str, Any]]:
    """Return the decided areas by date: units, patients a year, and how many are treated elsewhere than before.

    ``changes_nothing`` is True where fewer than half a patient a year is treated elsewhere: the care stood where it
    stands, and the decision has no effect.
    """
    runs = found.runs
    areas = {a: i for i, a in enumerate(runs.structure.activity.areas)}
    national = _national(found)
    rows: list[dict[str, Any]] = []
    for area in sorted(runs.players, key=lambda a: (runs.begins[a], a)):
        begun = area in found.begun
        moved = found.moved[areas[area]]
        record = system.node(area)
        rows.append(
            {
                "decision": area,
                "name": record.text("name_sv"),
                "date": runs.begins[area].isoformat(),
                "begun": begun,
                "units": len(permits(system, area, max(runs.as_of, runs.begins[area]))),
                **_summary(national[areas[area]]),
                "moved": float(moved.mean()) if begun else None,
                "moved_low": float(np.quantile(moved, LOW)) if begun else None,
                "moved_high": float(np.quantile(moved, HIGH)) if begun else None,
                "changes_nothing": float(moved.mean()) < MOVED if begun else None,
                "unit": "patients/year",
            }
        )
    return rows
