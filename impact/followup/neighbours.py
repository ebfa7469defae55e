"""Adjacent care over time: patient groups outside their limits, competences that shrink."""

from __future__ import annotations

from typing import Any

from impact.followup.expected import limits_from_earlier, verdict_of
from impact.followup.limits import FollowupLimits
from impact.followup.reported import Reported

__all__ = ["competence_rows", "group_rows"]


def group_rows(reported: Reported, settings: FollowupLimits) -> list[dict[str, Any]]:
    """Return the latest year of each adjacent patient group at each hospital against its own earlier years.

    Returns
    -------
    list of dict
        ``area``, ``hospital``, ``group``, ``year``, ``reported``, ``expected``, ``low``, ``high``, ``outer_low``,
        ``outer_high`` (patients/year; None with too few years), ``verdict``, ``years_used``,
        ``earlier`` (their numbers), ``role``, ``source``.
    """
    series: dict[tuple[str, ...], dict[int, float]] = {}
    for entry in reported.rows("group_patients"):
        row = entry.row
        if isinstance(row.value, float | int) and not row.month:
            key = (row.area, row.hospital, row.subject, row.source, row.role)
            series.setdefault(key, {})[row.year] = float(row.value)
    rows: list[dict[str, Any]] = []
    for (area, hospital, group, source, role), years in sorted(series.items()):
        last = max(years)
        earlier = sorted(y for y in years if y < last)
        enough = len(earlier) >= settings.earlier_years
        limits = (
            limits_from_earlier([years[y] for y in earlier], settings, settings.dispersion.value) if enough else None
        )
        rows.append(
            {
                "area": area,
                "hospital": hospital,
                "group": group,
                "year": last,
                "reported": years[last],
                **{
                    n: None if limits is None else getattr(limits, n)
                    for n in ("expected", "low", "high", "outer_low", "outer_high")
                },
                "verdict": "no_expectation" if limits is None else verdict_of(years[last], limits),
                "years_used": earlier if enough else [],
                "earlier": [years[y] for y in earlier] if enough else [],
                "role": role or None,
                "source": source,
            }
        )
    return rows


def competence_rows(reported: Reported) -> list[dict[str, Any]]:
    """Return specialists and posts of each competence and hospital: the first and the latest reported year.

    Returns
    -------
    list of dict
        ``hospital``, ``competence``, ``measure`` (``specialists`` in heads, ``posts`` in full-time posts),
        ``first_year``, ``first``, ``year``, ``latest``, ``change_share`` ((latest − first) ÷ first; None from 0 or with
        one year only), ``source``.
    """
    series: dict[tuple[str, ...], dict[int, float]] = {}
    for measure in ("specialists", "posts"):
        for entry in reported.rows(measure):
            row = entry.row
            if isinstance(row.value, float | int):
                series.setdefault((row.hospital, row.subject, measure, row.source), {})[row.year] = float(row.value)
    rows: list[dict[str, Any]] = []
    for (hospital, competence, measure, source), years in sorted(series.items()):
        first, last = min(years), max(years)
        known = last > first and years[first] > 0
        rows.append(
            {
                "hospital": hospital,
                "competence": competence,
                "measure": measure,
                "first_year": first,
                "first": years[first],
                "year": last,
                "latest": years[last],
                "change_share": (years[last] - years[first]) / years[first] if known else None,
                "source": source,
            }
        )
    return rows
