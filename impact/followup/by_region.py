"""Patients by home region: who comes less often to a concentrated area than the rest of the country."""

from __future__ import annotations

from typing import Any

from impact.followup.counts import funnel_limits
from impact.followup.expected import verdict_of
from impact.followup.limits import FollowupLimits
from impact.followup.reported import NO_REGION, Reported

__all__ = ["region_rows"]

PER = 1_000_000


def _totals(reported: Reported, area: str, year: int) -> tuple[dict[str, float], float, bool]:
    """Patients by region over all units, those without a region, and whether every holder divided its patients."""
    found: dict[str, float] = {}
    for (a, _, y), homes in reported.by_home.items():
        if (a, y) == (area, year):
            for region, value in homes.items():
                found[region] = found.get(region, 0.0) + value
    holders = reported.reporting(area, year)
    divided = {h for a, h, y in reported.by_home if (a, y) == (area, year)}
    return found, sum(found.pop(r, 0.0) for r in NO_REGION), bool(holders) and holders <= divided


def region_rows(reported: Reported, settings: FollowupLimits) -> list[dict[str, Any]]:
    """Return, for each area and year with patients by home region, every region against all others together.

    With N_i patients from P_i inhabitants, expected is P_i·Σ_{j≠i}N_j / Σ_{j≠i}P_j; the limits allow for chance on both
    sides (the others are Σ_{j≠i}P_j / P_i times as many). Regions without a row have 0 patients where every holder
    divided its patients; else they are left out.

    Parameters
    ----------
    reported
        What was reported.
    settings
        Dispersion and coverages.

    Returns
    -------
    list of dict
        ``area``, ``year``, ``region``, ``reported``, ``expected``, ``low``, ``high``, ``outer_low``, ``outer_high``
        (patients/year), ``per_million`` (patients/year and million inhabitants), ``verdict``, ``holds``,
        ``complete`` (every holder divided its patients), ``without_region`` (patients of unknown home or from abroad).
    """
    people = {r.key[0]: q.value for r in reported.system.rows["Region"] if (q := r.quantity("population")) is not None}
    spread = settings.dispersion
    rows: list[dict[str, Any]] = []
    for area, year in sorted({(a, y) for a, _, y in reported.by_home}):
        counts, nowhere, complete = _totals(reported, area, year)
        regions = sorted(people) if complete else sorted(r for r in counts if r in people)
        total, inhabitants = sum(counts.get(r, 0.0) for r in regions), sum(people[r] for r in regions)
        for region in regions if len(regions) > 1 else []:
            here, others = counts.get(region, 0.0), inhabitants - people[region]
            expected, ratio = (total - here) * people[region] / others, others / people[region]
            at = [
                funnel_limits(expected, expected, expected, d, settings.coverage, settings.outer, ratio)
                for d in (spread.value, spread.low, spread.high)
            ]
            verdicts = [verdict_of(here, limits) for limits in at]
            rows.append(
                {
                    "area": area,
                    "year": year,
                    "region": region,
                    "reported": here,
                    "expected": expected,
                    "low": at[0].low,
                    "high": at[0].high,
                    "outer_low": at[0].outer_low,
                    "outer_high": at[0].outer_high,
                    "per_million": PER * here / people[region],
                    "verdict": verdicts[0],
                    "holds": len(set(verdicts)) == 1,
                    "complete": complete,
                    "without_region": nowhere,
                    "unit": "patients/year",
                }
            )
    return rows
