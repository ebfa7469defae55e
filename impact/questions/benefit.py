"""What the area's own patients gain, beside what others lose: volume at the unit, and what is known of outcomes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.questions.card_parts import Registers
from impact.result import NATIONAL, Result
from scenarios.holders import holders

__all__ = ["benefit_of", "outcome_evidence", "proposed_units"]

LOW, HIGH = 0.05, 0.95


def _reference(row: Mapping[str, str]) -> str:
    names = row["authors"].strip()
    parts = [names and names.rstrip(".") + ".", row["title"].rstrip(".") + ".", row["journal"], row["year"]]
    return " ".join(p for p in parts if p)


def outcome_evidence(registers: Registers, areas: Collection[str]) -> list[dict[str, Any]]:
    """Return what the registers know of volume or concentration and the outcome for the areas' own patients.

    Only rows that compare an outcome between volumes, or before and after a concentration, are in the register
    ``volume_outcome``; the numbers stand in ``literature`` under the same id.

    Parameters
    ----------
    registers
        Of the dataset.
    areas
        Ids.

    Returns
    -------
    list
        ``id``, ``area``, ``direction`` (better, none, worse), ``finding_sv``, ``finding_en``, ``design``,
        ``reference``, ``doi``, ``address``, ``grade``, ``confidence`` (that the number was read as it is meant).
    """
    literature = {row["id"]: row for row in registers.get("literature", ())}
    return [
        {
            **row, "reference": _reference(literature[row["id"]]), "doi": literature[row["id"]]["doi"] or None,
            "address": literature[row["id"]]["address"] or None, "grade": "reported",
            "confidence": literature[row["id"]]["confidence"],
        }
        for row in registers.get("volume_outcome", ())
        if row["area"] in areas and row["id"] in literature
    ]  # fmt: skip


def proposed_units(system: CareSystem, decisions: Sequence[Mapping[str, Any]], as_of: date) -> list[dict[str, Any]]:
    """Return, for each area that a scenario concentrates, the units proposed beside today's providers.

    Parameters
    ----------
    system
        The dataset.
    decisions
        Plain mappings as in a scenario's content.
    as_of
        Date of today.

    Returns
    -------
    list
        ``area``, ``providers_today`` (ids), ``units``, ``changes_nothing``: as many units as today, and the same
        ones where they are named.
    """
    found: list[dict[str, Any]] = []
    for decision in decisions:
        if decision["kind"] != "concentrate":
            continue
        today, named = holders(system, decision["area"], as_of), decision.get("hospitals")
        same = int(decision["units"]) == len(today) if not named else set(named) == set(today)
        found.append(
            {"area": decision["area"], "providers_today": list(today), "units": int(decision["units"]),
             "changes_nothing": same}
        )  # fmt: skip
    return found


def _share(result: Result, world: str, year: int) -> Floats:
    values = result.data[world].sel(entity=NATIONAL).isel(year=year)
    at, below = (np.asarray(values.sel(measure=m).values, dtype=np.float64)
                 for m in ("patients_at_needed_volume", "patients_below"))  # fmt: skip
    return np.divide(at, at + below, out=np.full_like(at, np.nan), where=at + below > 0)


def _known(values: Floats, statistic: str) -> float | None:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return None
    return float(known.mean() if statistic == "mean" else np.quantile(known, LOW if statistic == "low" else HIGH))


def benefit_of(system: CareSystem, result: Result, evidence: Sequence[Mapping[str, Any]], year: int) -> dict[str, Any]:
    """Return the gain of the own patients of the areas in a result's focus.

    Parameters
    ----------
    system
        Of the result.
    result
        Of `what_if` or of `accumulate`.
    evidence
        Of `outcome_evidence`.
    year
        Year told.

    Returns
    -------
    dict
        ``at_needed_volume``: share of the treated own patients at units with the needed volume, ``without``,
        ``with``, ``change`` with ``low`` and ``high`` (each 0–1); ``areas``: ``area``, ``name``, ``evidence``,
        ``evidence_found``.
    """
    without, scenario = _share(result, "without", year), _share(result, "with", year)
    change = scenario - without
    return {
        "year": year,
        "at_needed_volume": {
            "without": _known(without, "mean"), "with": _known(scenario, "mean"),
            "change": _known(change, "mean"), "low": _known(change, "low"), "high": _known(change, "high"),
            "unit": "0–1",
        },
        "areas": [
            {
                "area": area, "name": system.node(area).text("name_sv"),
                "evidence": [dict(e) for e in evidence if e["area"] == area],
                "evidence_found": any(e["area"] == area for e in evidence),
            }
            for area in result.notes["focus"]
        ],
    }  # fmt: skip
