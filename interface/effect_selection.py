"""Which effect rows are read first, which change visibly, and which way they go; for tables and pictures alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from impact import load_measures
from interface.numbers import decimals_for

__all__ = ["LEADING", "Direction", "differs_visibly", "direction_of", "is_shown"]

Row = Mapping[str, Any]
Direction = Literal["harm", "gain", "unclear"]
LEADING = (
    "patients_relying",
    "patients_without_full_competence",
    "competences_lost",
    "posts_not_sustained",
    "research_caseload",
    "patients_displaced",
    "demand_unplaced",
    "patients_at_needed_volume",
    "hours_mean",
    "transports",
    "not_taken",
)


def is_shown(row: Row) -> bool:
    """Return whether a row changes visibly: its 5 % or 95 % quantile is as far from 0 as the measure asks."""
    return max(abs(row["low"]), abs(row["high"])) >= load_measures()[row["measure"]].visible


def differs_visibly(row: Row) -> bool:
    """Return whether a row of `compare` shows after rounding: the difference, or the model's or the inputs' part."""
    size = max(abs(row[k] or 0.0) for k in ("difference", "low", "high", "from_model", "from_system"))
    return size >= load_measures()[row["measure"]].visible


def direction_of(row: Row) -> Direction:
    """Return whether an effect is harm or gain; unclear where its interval lies on both sides of 0.

    Parameters
    ----------
    row
        ``effect``, ``low``, ``high`` and ``harm`` (the direction that is harm: ``up`` or ``down``).

    Examples
    --------
    >>> direction_of({"effect": 2.0, "low": 1.0, "high": 3.0, "harm": "down"})
    'gain'
    """
    decimals = decimals_for(row["low"], row["high"])
    low, high = round(row["low"], decimals), round(row["high"], decimals)  # as the reader sees them
    if not (low >= 0 < row["effect"] or high <= 0 > row["effect"]):
        return "unclear"
    return "harm" if (row["effect"] > 0) == (row["harm"] == "up") else "gain"
