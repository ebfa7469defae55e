"""What units stated beside their patients: access, quality, research and events, as they stated it and not compared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impact.followup.masking import Mask
from impact.followup.reported import DIVIDED, Reported, UnitYear
from loaders.followup import ReportRow, load_measures

__all__ = ["STATED", "stated_rows"]

OF_WHOM = ("treated", "assessed_only")  # together the patients: one and the whole give the other away
STATED = (*OF_WHOM, "lead_time_median", "diverted", "died_90_days", "readmitted_30_days", "prom_answered",
          "prom_better", "studies", "in_studies", "event", "wait_median")  # fmt: skip
Wholes = Mapping[str, Mapping[UnitYear, Any]]


def _is_hidden(row: ReportRow, wholes: Wholes, mask: Mask) -> bool:
    measure, unit = load_measures()[row.measure], (row.area, row.hospital, row.year)
    if measure.units["en"] != "patients" and measure.kind != "percent":
        return False
    small = isinstance(row.value, float | int) and measure.kind == "count" and mask.is_small(row.value)
    parts = [wholes[name].get(unit) for name in OF_WHOM]
    any_part = any(part is not None and mask.is_small(part.value) for part in parts)
    rests = row.measure in OF_WHOM or measure.kind == "percent"
    return small or (rests and (any_part or unit in mask.units))


def stated_rows(reported: Reported, mask: Mask) -> list[dict[str, Any]]:
    """Return what units stated in their latest year, undivided.

    Parameters
    ----------
    reported
        What was reported.
    mask
        Small numbers are hidden; treated and only assessed together, as with the patients they give each other away;
        a percentage with the patients that it is of.

    Returns
    -------
    list of dict
        ``area``, ``hospital``, ``year``, ``measure`` (one of `STATED`), ``subject``, ``value`` (number in the measure's
        unit, or text), ``masked``. By area, hospital north to south, measure.
    """
    wholes = {name: reported.whole(name) for name in OF_WHOM}
    latest: dict[tuple[str, ...], ReportRow] = {}
    for name in STATED:
        for entry in reported.rows(name):
            row = entry.row
            if row.measure != "event" and any(getattr(row, part) for part in DIVIDED):
                continue
            key = (row.area, row.hospital, name, row.subject, row.source)
            if key not in latest or latest[key].year < row.year:
                latest[key] = row
    order = {h: i for i, h in enumerate(reported.at.hospitals)}
    found = sorted(latest.values(), key=lambda r: (r.area, order[r.hospital], STATED.index(r.measure), r.subject))
    rows: list[dict[str, Any]] = []
    for row in found:
        hidden = _is_hidden(row, wholes, mask)
        rows.append(
            {
                "area": row.area, "hospital": row.hospital, "year": row.year, "measure": row.measure,
                "subject": row.subject or None, "value": None if hidden else row.value, "masked": hidden,
            }
        )  # fmt: skip
    return rows
