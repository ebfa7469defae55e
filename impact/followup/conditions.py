"""Conditions of permits that are not met, and since when; what the case log says of conditions beside it."""

from __future__ import annotations

from typing import Any

from impact.followup.reported import Reported

__all__ = ["condition_rows"]

IN_LOG = ("condition", "deviation")


def _from_reports(reported: Reported) -> list[dict[str, Any]]:
    series: dict[tuple[str, str, str], dict[int, tuple[str, str, int]]] = {}
    for entry in reported.rows("condition"):
        row = entry.row
        years = series.setdefault((row.area, row.hospital, row.subject), {})
        years[row.year] = (str(row.value), row.note, entry.version.number)
    found: list[dict[str, Any]] = []
    for (area, hospital, condition), years in series.items():
        last = max(years)
        state, note, version = years[last]
        if state == "met":
            continue
        run = last
        for year in sorted(years, reverse=True):
            if years[year][0] == "met":
                break
            run = year
        found.append(
            {
                "area": area,
                "hospital": hospital,
                "condition": condition,
                "state": state,
                "since": str(run),
                "year": last,
                "years": sum(run <= y for y in years),
                "note": note or None,
                "origin": "report",
                "source": str(version),
            }
        )
    return found


def _from_log(reported: Reported) -> list[dict[str, Any]]:
    return [
        {
            "area": area, "hospital": None, "condition": entry.text("outcome"), "state": f"{entry.text('kind')}_in_log",
            "since": entry.text("date") or None, "year": None, "years": None, "note": entry.text("reason") or None,
            "origin": "case_log", "source": entry.text("source"),
        }
        for area, entries in reported.at.entries.items()
        for entry in entries
        if area and entry.text("kind") in IN_LOG
    ]  # fmt: skip


def condition_rows(reported: Reported) -> list[dict[str, Any]]:
    """Return the conditions that the latest report of a unit says are not, or only partly, met.

    Parameters
    ----------
    reported
        What was reported.

    Returns
    -------
    list of dict
        ``area``, ``hospital`` (None in the case log), ``condition``, ``state`` (``partly``, ``not_met``,
        ``condition_in_log``, ``deviation_in_log``), ``since`` (the first year of the unbroken run of reports that say
        so; the date of an entry), ``year`` (the latest report), ``years`` (reports in the run), ``note``, ``origin``,
        ``source``.
    """
    order = {h: i for i, h in enumerate(reported.at.hospitals)}
    rows = [*_from_reports(reported), *_from_log(reported)]
    return sorted(rows, key=lambda r: (r["area"], order.get(r["hospital"], -1), r["condition"]))
