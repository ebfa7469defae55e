"""What each perspective says of one area's concentration, as one number that can be ranked among areas."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from impact.measures import load_measures
from impact.model.arrays import Floats

__all__ = ["HEADLINES", "headline_values"]

# One measure stands for each perspective. Travel before concentration is not followed by the model.
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
ON_ROUTES = frozenset({"geography", "transport", "redundancy"})


def _worsened(measure: str, without: Mapping[str, Floats], scenario: Mapping[str, Floats]) -> Floats:
    """Change towards harm of every hospital or region, 0 where it gains or is not measured; shape (entities, N)."""
    sign = 1.0 if load_measures()[measure].harm == "up" else -1.0
    return np.maximum(np.nan_to_num(sign * (scenario[measure] - without[measure])), 0.0)


def _largest(values: Floats) -> Floats:
    return np.nan_to_num(values).max(axis=0)


def headline_values(
    without: Mapping[str, Floats], scenario: Mapping[str, Floats], population: Floats, *, routes_known: bool
) -> Floats:
    """Return a number for each perspective, harm upwards, shape (perspectives, N).

    Parameters
    ----------
    without, scenario
        Measures of the same year, hospitals' and regions'.
    population
        Of the regions, shape (R, N).
    routes_known
        Whether the routes without the decision are known. Where the area stands where its history says they are
        not: geography, transport and redundancy are then missing.

    Returns
    -------
    array
        Sum of what is worse where it is worse (in no perspective does a gain elsewhere outweigh it); hours: mean
        over the population; redundancy: change of the largest number without a place if one unit stops.
    """
    rows: list[Floats] = []
    for perspective, measure in HEADLINES.items():
        worse = _worsened(measure, without, scenario)
        if perspective == "geography":
            value = (worse * population).sum(axis=0) / population.sum(axis=0)
        elif perspective == "redundancy":
            value = np.maximum(_largest(scenario[measure]) - _largest(without[measure]), 0.0)
        else:
            value = worse.sum(axis=0)
        rows.append(value if routes_known or perspective not in ON_ROUTES else np.full_like(value, np.nan))
    return np.stack(rows)
