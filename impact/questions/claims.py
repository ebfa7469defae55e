"""Claims and feared risks of the documents, each beside our estimate of the same thing where there is one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.questions.accumulated_today import Accumulated, accumulated_today

__all__ = ["MEASURE_OF", "claims_beside_estimates"]

# Perspective of a claim to the measure that stands for it in one number.
MEASURE_OF: Mapping[str, str] = MappingProxyType(
    {
        "emergency_care": "patients_relying",
        "neighbouring_areas": "patients_without_full_competence",
        "competence_supply": "competences_lost",
        "education_research": "research_caseload",
        "displacement": "patients_displaced",
    }
)
LOW, HIGH = 0.05, 0.95


def _estimate(values: Floats, measure: str, unit: str, where: list[str]) -> dict[str, Any]:
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return _nothing()
    low, high = (float(np.quantile(known, q)) for q in (LOW, HIGH))
    return {"measure": measure, "estimate": float(known.mean()), "low": low, "high": high, "estimate_unit": unit,
            "where": where}  # fmt: skip


def _nothing() -> dict[str, Any]:
    return {"measure": None, "estimate": None, "low": None, "high": None, "estimate_unit": None, "where": []}


def _of_claim(found: Accumulated, claim: Mapping[str, str], smaller: list[str]) -> dict[str, Any]:
    measure = MEASURE_OF.get(claim["perspective"])
    hospitals = [h for h in claim["hospital"].split(";") if h]
    areas = [a for a in claim["area"].split(";") if a]
    places = found.structure.places
    if measure is not None and (hospitals or not areas):
        named = [places.hospitals[places.hospital_of[h]] for h in hospitals or smaller if h in places.hospital_of]
        if not named:
            return _nothing()
        total = np.sum([found.of(h, measure) for h in dict.fromkeys(named)], axis=0)
        return _estimate(total, measure, load_measures()[measure].unit, list(dict.fromkeys(named)))
    if areas and claim["perspective"] != "process":
        rows = [i for i, a in enumerate(found.structure.activity.areas) if a in areas]
        return _estimate(found.moved[rows].sum(axis=0), "patients_moved", "patients/year", areas)
    return _nothing()


def claims_beside_estimates(
    system: CareSystem, claims: Iterable[Mapping[str, str]], seed: int = 1, draws: int = 200
) -> list[dict[str, Any]]:
    """Return each claim with our estimate of what all decisions have done until today.

    A claim that names hospitals, or nothing, stands beside the accumulated effect there (or at the smaller
    university hospitals, those below the median share of university care) in the measure of its perspective; a claim
    on an area beside the patients a year who were treated elsewhere before. On the process, geography or own care
    without an area there is no single number, and the estimate is None.

    Parameters
    ----------
    system
        A validated system; never changed.
    claims
        Rows of the register ``claims``.
    seed, draws
        Of the numbers drawn.

    Returns
    -------
    list of dict
        The claim's columns and ``measure``, ``estimate`` (mean), ``low`` and ``high`` (5 % and 95 % of the draws),
        ``estimate_unit``, ``where`` (ids). An estimate says nothing of who is right: it is beside, not against.
    """
    shares = {
        r.key[0]: q.value for r in system.rows["Hospital"]
        if r.text("kind") == "university" and (q := r.quantity("anchor_share")) is not None
    }  # fmt: skip
    middle = float(np.median(list(shares.values()))) if shares else 0.0
    smaller = [h for h, share in shares.items() if share < middle] or list(shares)
    found = accumulated_today(system, seed, draws)
    return [{**claim, **_of_claim(found, claim, smaller)} for claim in claims]
