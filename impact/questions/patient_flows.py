"""Where the patients of some areas live and where they are treated today, as the model's referral has it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.block import prepare
from impact.model.path import follow, opening_state
from impact.model.structure import compile_structure
from scenarios import Course

__all__ = ["patient_flows"]

LOW, HIGH = 0.05, 0.95
MOST_DRAWS = 10_000


def patient_flows(
    system: CareSystem, areas: Collection[str], as_of: date | None = None, seed: int = 1, draws: int = 50
) -> list[dict[str, Any]]:
    """Return the patients a year from each home region to each hospital, summed over some areas.

    The referral is that of the model at `standing` (docs/model.md), fitted so that every holder gets the volume that
    is reported for it: that the sums agree validates nothing, and how they split over regions is derived, not counted.

    Parameters
    ----------
    system
        A validated system.
    areas
        Ids of care areas.
    as_of
        Date of today; the dataset's own if None.
    seed, draws
        Of the numbers drawn.

    Returns
    -------
    list of dict
        ``region``, ``hospital`` (ids; an unnamed hospital's patients stand at the one that does the work),
        ``patients`` (mean over draws), ``low``, ``high`` (5 % and 95 % quantiles) [patients/year], ``grade``
        (``derived``); regions by id, hospitals north to south; flows of nobody are left out.

    Raises
    ------
    UnknownNode
        If an id names no care area.
    SettingError
        If the number of draws is impossible.
    """
    if not 2 <= draws <= MOST_DRAWS:
        raise SettingError(f"draws = {draws}: choose a number from 2 to {MOST_DRAWS}")
    for area in areas:
        system.node(area, "CareArea")
    today = as_of or date.fromisoformat(system.settings["as_of"])
    structure = compile_structure(system, Course(today), 1, "standing")
    activity, places = structure.activity, structure.places
    block = prepare(structure, np.ascontiguousarray(structure.table.draw(seed, 0, draws)), ())
    outcome, _ = next(follow(structure, block, structure.without.future, opening_state(structure, block, ())))
    wanted = np.isin(np.array(activity.areas)[activity.pair_area[activity.row_pair]], sorted(areas))
    hospital = activity.pair_hospital[activity.row_pair]
    found: list[dict[str, Any]] = []
    for i, region in enumerate(places.regions):
        for h, name in enumerate(places.hospitals):
            patients = outcome.flow[i, wanted & (hospital == h)].sum(axis=0)
            if patients.any():
                low, high = (float(np.quantile(patients, q)) for q in (LOW, HIGH))
                row = {"region": region, "hospital": name, "patients": float(patients.mean()), "low": low, "high": high}
                found.append({**row, "grade": "derived"})
    return found
