"""The card of a source without the counts of patients that are too small to be shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["without_small_counts"]

PATIENTS = "patients/year"


def without_small_counts(content: Mapping[str, Any], mask: int) -> tuple[dict[str, Any], int]:
    """Return what `data source` prints without counts below the mask, and how many are withheld.

    Parameters
    ----------
    content
        Of `data source`.
    mask
        Counts that somebody reported, or derived from such, below it lose value and range; 0 hides none.

    Examples
    --------
    >>> row = {"value": 3.0, "low": 3.0, "high": 3.0, "unit": "patients/year", "grade": "reported"}
    >>> found, count = without_small_counts({"source": {"numbers": [row]}}, 5)
    >>> found["source"]["numbers"][0]["value"], found["source"]["numbers"][0]["masked"], count
    (None, True, 1)
    """
    rows: list[dict[str, Any]] = []
    for row in content["source"]["numbers"]:
        is_small = row["unit"] == PATIENTS and row["grade"] != "assumed" and row["value"] < mask
        rows.append({**row, **dict.fromkeys(("value", "low", "high")), "masked": True} if is_small else row)
    withheld = sum("masked" in row for row in rows)
    return {**content, "source": {**content["source"], "numbers": rows}}, withheld
