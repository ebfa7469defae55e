"""Expected against reported: a unit's year against its own earlier years, an area's against what was assumed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph_schema import Quantity
from impact.followup.counts import Limits, funnel_limits, mean_interval
from impact.followup.limits import FollowupLimits
from impact.followup.reported import Reported

__all__ = ["VERDICTS", "unit_rows", "verdict_of"]

VERDICTS = ("within", "below", "above", "far_below", "far_above", "no_expectation")
HALF_PATIENT = 0.5  # stands in for a sum of 0, which would allow no patient at all


def verdict_of(reported: float, limits: Limits) -> str:
    """Return where a number lies: within, outside the inner (below, above) or the outer limits (far_…)."""
    if reported < limits.outer_low:
        return "far_below"
    if reported > limits.outer_high:
        return "far_above"
    if reported < limits.low:
        return "below"
    return "above" if reported > limits.high else "within"


def limits_from_earlier(counts: Sequence[float], settings: FollowupLimits, dispersion: float) -> Limits:
    """Return the limits of a year from the counts of earlier years."""
    mean = max(sum(counts), HALF_PATIENT) / len(counts)
    return funnel_limits(mean, mean, mean, dispersion, settings.coverage, settings.outer, len(counts))


def _from_dataset(quantity: Quantity, settings: FollowupLimits, dispersion: float) -> Limits:
    return funnel_limits(quantity.low, quantity.value, quantity.high, dispersion, settings.coverage, settings.outer)


def _assumed(reported: Reported, area: str, hospital: str | None) -> Quantity | None:
    """The dataset's own number of a unit or area where it does not rest on reported years."""
    records = [reported.system.node(area)] if hospital is None else reported.holders.get((area, hospital), ())
    found = [q for r in records for n, q in r.quantities() if n in ("patients", "volume") and q.grade == "assumed"]
    return found[0] if found else None


def _row(
    key: tuple[str, str | None, int], value: float, limits: Sequence[Limits], basis: str | None,
    settings: FollowupLimits,
) -> dict[str, Any]:  # fmt: skip
    """One comparison; `limits` at the dispersion and at both ends of its range."""
    mean_low, mean_high = mean_interval(value, settings.dispersion.value, settings.coverage)
    middle = limits[0] if limits else None
    verdicts = [verdict_of(value, part) for part in limits] or ["no_expectation"]
    return {
        "area": key[0], "hospital": key[1], "year": key[2],
        "expected": None if middle is None else middle.expected,
        "low": None if middle is None else middle.low,
        "high": None if middle is None else middle.high,
        "outer_low": None if middle is None else middle.outer_low,
        "outer_high": None if middle is None else middle.outer_high,
        "p_outside": None if middle is None else middle.p_outside,
        "reported": value, "mean_low": mean_low, "mean_high": mean_high, "verdict": verdicts[0],
        "holds": len(set(verdicts)) == 1 if limits else None, "basis": basis, "unit": "patients/year",
    }  # fmt: skip


def _unit(reported: Reported, area: str, hospital: str, settings: FollowupLimits) -> list[dict[str, Any]]:
    years = sorted(y for a, h, y in reported.patients if (a, h) == (area, hospital))
    counts = {y: reported.patients[area, hospital, y].value for y in years}
    assumed = _assumed(reported, area, hospital)
    spread = settings.dispersion
    found: list[dict[str, Any]] = []
    for year in years:
        earlier = [y for y in years if y < year]
        limits: tuple[Limits, ...] = ()
        basis = None
        if len(earlier) >= settings.earlier_years:
            before = [counts[y] for y in earlier]
            limits = tuple(limits_from_earlier(before, settings, d) for d in (spread.value, spread.low, spread.high))
            basis = "earlier_years"
        elif assumed is not None:
            limits = tuple(_from_dataset(assumed, settings, d) for d in (spread.value, spread.low, spread.high))
            basis = "dataset"
        began = reported.began(area, hospital)
        figure = reported.patients[area, hospital, year]
        found.append(
            {
                **_row((area, hospital, year), counts[year], limits, basis, settings),
                "years_used": earlier if basis == "earlier_years" else [],
                "grade": None if basis is None else "derived" if basis == "earlier_years" else "assumed",
                "origin": figure.origin,
                "source": figure.source,
                "year_of_permit": max(year - int(began[:4]) + 1, 0) if began else None,
            }
        )
    return found


def _national(reported: Reported, area: str, settings: FollowupLimits) -> list[dict[str, Any]]:
    """Years in which every holder reported, against a national volume that was assumed."""
    assumed = _assumed(reported, area, None)
    if assumed is None:
        return []
    found: list[dict[str, Any]] = []
    for year in sorted({y for a, _, y in reported.patients if a == area}):
        holders = reported.reporting(area, year)
        counts = {h: f.value for (a, h, y), f in reported.patients.items() if (a, y) == (area, year)}
        if not holders or not holders <= counts.keys():
            continue
        spread = settings.dispersion
        limits = tuple(_from_dataset(assumed, settings, d) for d in (spread.value, spread.low, spread.high))
        found.append(
            {
                **_row((area, None, year), sum(counts.values()), limits, "dataset", settings),
                "years_used": [],
                "grade": "assumed",
                "origin": "sum",
                "source": "",
                "year_of_permit": None,
            }
        )
    return found


def unit_rows(reported: Reported, settings: FollowupLimits) -> list[dict[str, Any]]:
    """Return a row for each reported unit and year, and for each area and year whose volume was assumed.

    Expected is the mean of the unit's own earlier reported years (at least `earlier_years` of them); where there are
    too few, the number that the dataset assumed, with its range; else nothing.

    Parameters
    ----------
    reported
        What was reported.
    settings
        Dispersion, coverages, least number of earlier years.

    Returns
    -------
    list of dict
        ``area``, ``hospital`` (None: all holders), ``year``, ``expected``, ``low``, ``high``, ``outer_low``,
        ``outer_high``, ``reported``, ``mean_low``, ``mean_high`` (exact interval of the mean behind the reported
        number), all patients a year; ``verdict``, ``holds`` (the same at both ends of the dispersion), ``basis``,
        ``years_used``, ``grade``, ``origin``, ``source``, ``year_of_permit``. By area, hospital north to south, year.
    """
    order = {h: i for i, h in enumerate(reported.at.hospitals)}
    units = sorted({(a, order[h], h) for a, h, _ in reported.patients})
    rows = [row for area, _, hospital in units for row in _unit(reported, area, hospital, settings)]
    for area in sorted({a for a, _, _ in reported.patients}):
        rows.extend(_national(reported, area, settings))
    rows.sort(key=lambda r: (r["area"], r["hospital"] is None, order.get(r["hospital"], 0), r["year"]))
    return rows
