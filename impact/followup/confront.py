"""Registered predictions against what was reported: inside the interval or not, and the tally with exact intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem
from impact.followup.by_region import region_rows
from impact.followup.counts import binomial_interval
from impact.followup.limits import FollowupLimits
from impact.followup.masking import Mask, mask_of
from impact.followup.reported import Reported, UnitYear
from loaders.followup import Standing, Version

__all__ = ["KINDS", "confront", "decided_on", "tally_rows"]

KINDS = ("forecast", "after_decision", "back_cast", "input")
TESTING = ("forecast", "after_decision", "back_cast")  # an input agrees by construction
DECIDED = ("granted", "number_decided")
COVERAGE = 0.9
Row = Mapping[str, Any]


def decided_on(reported: Reported, area: str) -> str:
    """Return the first day on which the area was decided (grant or number, else first permit); empty if it is not."""
    days = [e.text("date") for e in reported.at.entries.get(area, ()) if e.text("kind") in DECIDED and e.text("date")]
    return min(days) if days else reported.began(area)


def _made(version: Version) -> str:
    """The day on which a prediction was made: the later of its as-of date and its registration."""
    return max(str(version.content["manifest"]["as_of"]), version.day)


def _kind(row: Row, made: str, decided: str) -> str:
    """What sort of prediction it is: the earliest moment at which it could have known too much decides."""
    if row["was_input"]:
        return "input"
    if made >= f"{row['year']}-01-01":
        return "back_cast"
    return "after_decision" if decided and decided <= made else "forecast"


def _tally(rows: Sequence[Row], kind: str) -> dict[str, Any]:
    inside = sum(r["inside"] for r in rows)
    low, high = binomial_interval(inside, len(rows), COVERAGE)
    return {
        "kind": kind, "compared": len(rows), "inside": inside, "share": inside / len(rows) if rows else None,
        "low": low if rows else None, "high": high if rows else None, "expected_share": COVERAGE,
        "agrees": low <= COVERAGE <= high if rows and kind in TESTING else None,
    }  # fmt: skip


def tally_rows(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return how many compared numbers lie inside, for each kind and for all: see `confront`."""
    return [*(_tally([r for r in rows if r["kind"] == kind], kind) for kind in KINDS), _tally(rows, "all")]


def _patients(
    reported: Reported, stands_for: Mapping[str, str]
) -> dict[tuple[str, str, int], tuple[float, str, list[str]]]:
    """Patients by area, modelled hospital and year; unnamed hospitals count to the one that stands for them."""
    found: dict[UnitYear, tuple[float, str, list[str]]] = {}
    for (area, hospital, year), figure in reported.patients.items():
        key = (area, stands_for.get(hospital, hospital), year)
        value, origin, names = found.get(key, (0.0, figure.origin, []))
        found[key] = (value + figure.value, origin, [*names, hospital])
    return found


def _compared(version: Version, reported: Reported, mask: Mask) -> list[dict[str, Any]]:
    content = version.content
    made = _made(version)
    figures = _patients(reported, content["stands_for"])
    decided = {area: decided_on(reported, area) for area in {r["area"] for r in content["rows"]}}
    rows: list[dict[str, Any]] = []
    for row in content["rows"]:
        figure = figures.get((row["area"], row["hospital"], row["year"]))
        if figure is None:
            continue
        value, origin, names = figure
        hidden = any((row["area"], h, row["year"]) in mask.units for h in names)
        rows.append(
            {
                "prediction": version.number, "area": row["area"], "hospital": row["hospital"], "year": row["year"],
                "mean": row["mean"], "low": row["low"], "high": row["high"], "p_patients": row["p_patients"],
                "reported": None if hidden else value, "origin": origin, "masked": hidden,
                "inside": row["low"] <= value <= row["high"], "kind": _kind(row, made, decided[row["area"]]),
                "decided": decided[row["area"]] or None, "unit": "patients/year",
            }
        )  # fmt: skip
    return rows


def confront(
    system: CareSystem,
    predictions: Sequence[Version],
    standing: Sequence[Standing] = (),
    area: str | None = None,
    hospital: str | None = None,
    mask: int = 0,
) -> dict[str, Any]:
    """Return every registered prediction beside what was reported of the same area, hospital and year.

    A prediction is made on the later of its as-of date and the day of its registration. Its rows are of the kind
    ``input`` where the dataset already held the report, else ``back_cast`` where the year had begun, else
    ``after_decision`` where the area was decided by then, else ``forecast``.

    Parameters
    ----------
    system
        The present dataset: dates of decisions, first reports.
    predictions
        Versions of the kind ``predictions``.
    standing
        Values of the store.
    area, hospital
        Only these.
    mask
        Reported numbers below it are hidden; 0 hides nothing.

    Returns
    -------
    dict
        ``predictions`` (``number``, ``name``, ``as_of``, ``registered``, ``by``, ``hash``, ``rows``, ``compared``,
        ``first_forecast_year``: the first year that had not begun), ``rows``, ``tally`` (for each kind and ``all``:
        ``compared``, ``inside``, ``share``, ``low``, ``high`` of its exact 90 % interval, ``expected_share``,
        ``agrees``: whether the interval holds the expected share; None for inputs and for all).
    """
    reported = Reported(system, standing)
    hiding = mask_of(reported, mask, region_rows(reported, FollowupLimits.of(system)))
    rows: list[dict[str, Any]] = []
    listed: list[dict[str, Any]] = []
    for version in predictions:
        found = [
            r
            for r in _compared(version, reported, hiding)
            if area in (None, r["area"]) and hospital in (None, r["hospital"])
        ]
        rows += found
        made = _made(version)
        ahead = [r["year"] for r in version.content["rows"] if made < f"{r['year']}-01-01"]
        listed.append(
            {
                "number": version.number, "name": version.content["name"],
                "as_of": version.content["manifest"]["as_of"], "registered": version.day, "by": version.by,
                "hash": version.hash, "rows": len(version.content["rows"]), "compared": len(found),
                "first_forecast_year": min(ahead, default=None),
            }
        )  # fmt: skip
    return {"predictions": listed, "rows": rows, "tally": tally_rows(rows)}
