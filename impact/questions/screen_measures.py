"""What each perspective says of one area's concentration, as one number that can be ranked among areas."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from impact.measures import load_measures
from impact.model.arrays import Floats

__all__ = ["HEADLINES", "NEW_CARE", "headline_values"]

# One measure stands for each perspective.
HEADLINES: Mapping[str, str] = MappingProxyType(
    {
        "emergency_care": "patients_relying",
        "neighbouring_areas": "patients_without_full_competence",
        "geography": "hours_mean",
        "transport": "transports",
        "competence_supply": "posts_not_sustained",
        "education_research": "research_caseload",
        "displacement": "patients_displaced",
        "redundancy": "demand_unplaced",
    }
)
NEW_CARE = "new_care"  # why a value is not known: nobody had the care before, so nobody had a way to it


def _worsened(measure: str, without: Mapping[str, Floats], scenario: Mapping[str, Floats]) -> Floats:
    """Change towards harm of every hospital or region, 0 where it gains or is not measured; shape (entities, N)."""
    sign = 1.0 if load_measures()[measure].harm == "up" else -1.0
    return np.maximum(np.nan_to_num(sign * (scenario[measure] - without[measure])), 0.0)


def _largest(values: Floats) -> Floats:
    return np.nan_to_num(values).max(axis=0)


def headline_values(without: Mapping[str, Floats], scenario: Mapping[str, Floats], population: Floats) -> Floats:
    """Return a number for each perspective, harm upwards, shape (perspectives, N).

    Parameters
    ----------
    without, scenario
        Measures of the same year, hospitals' and regions'.
    population
        Of the regions, shape (R, N).

    Returns
    -------
    array
        Sum of what is worse where it is worse (in no perspective does a gain elsewhere outweigh it); hours: mean
        over the population of the regions with patients in both worlds, NaN where there is none; redundancy: change
        of the largest number without a place if one unit stops.
    """
    rows: list[Floats] = []
    for perspective, measure in HEADLINES.items():
        worse = _worsened(measure, without, scenario)
        if perspective == "geography":
            seen = population * np.isfinite(without[measure] + scenario[measure])
            people = seen.sum(axis=0)
            value = np.where(people > 0, (worse * seen).sum(axis=0) / np.maximum(people, 1e-9), np.nan)
        elif perspective == "redundancy":
            value = np.maximum(_largest(scenario[measure]) - _largest(without[measure]), 0.0)
        else:
            value = worse.sum(axis=0)
        rows.append(value)
    return np.stack(rows)
