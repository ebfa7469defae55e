"""Permits to review: which triggers a unit's reports have set off, each with the numbers behind it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from impact.followup.counts import mean_interval
from impact.followup.limits import FollowupLimits
from impact.followup.masking import Mask
from impact.followup.reported import Reported

__all__ = ["TRIGGERS", "review_rows"]

TRIGGERS = ("volume", "conditions", "access", "system_effect", "due")
OUTSIDE = {"below": "below", "far_below": "below", "above": "above", "far_above": "above"}
FAR = ("far_below", "far_above")
Row = Mapping[str, Any]
Found = tuple[str | None, str | None, dict[str, Any]]  # area, hospital, trigger


def _trigger(kind: str, rule: str, year: int | None, **numbers: Any) -> dict[str, Any]:
    return {"trigger": kind, "rule": rule, "year": year, **numbers}


def _of_volume(rows: Sequence[Row], settings: FollowupLimits) -> Iterator[Found]:
    """The latest year beyond the outer limits, or the latest years in a row outside the inner ones on one side."""
    units: dict[tuple[str, str | None], list[Row]] = {}
    for row in rows:
        units.setdefault((row["area"], row["hospital"]), []).append(row)
    needed = int(settings.value("years_in_a_row"))
    for (area, hospital), years in units.items():
        last = years[-1]
        numbers = {k: last[k] for k in ("reported", "expected", "low", "high", "outer_low", "outer_high")}
        recent = [OUTSIDE.get(r["verdict"]) for r in years[-needed:]]
        if last["verdict"] in FAR:
            rule = f"volume_{last['verdict']}"
            yield area, hospital, _trigger("volume", rule, last["year"], **numbers, grade=last["grade"])
        elif len(recent) == needed and recent[0] is not None and len(set(recent)) == 1:
            rule = f"volume_{recent[0]}_in_a_row"
            yield area, hospital, _trigger("volume", rule, last["year"], years=needed, **numbers, grade=last["grade"])


def _of_need(reported: Reported, settings: FollowupLimits, mask: Mask) -> Iterator[Found]:
    """Even the upper end of what chance allows is below the lowest needed volume."""
    number = int(settings.value("years_of_need"))
    for area, hospital in sorted({(a, h) for a, h, _ in reported.patients}):
        need = reported.system.node(area).quantity("needed_volume")
        years = sorted(y for a, h, y in reported.patients if (a, h) == (area, hospital))[-number:]
        if need is None or not years:
            continue
        total = sum(reported.patients[area, hospital, y].value for y in years)
        high = mean_interval(total, settings.dispersion.value, settings.coverage)[1] / len(years)
        if high < need.low:
            shown = not any((area, hospital, y) in mask.units for y in years)
            yield area, hospital, _trigger(
                "volume", "volume_below_need", years[-1], years_used=years, mean=total / len(years) if shown else None,
                mean_high=high if shown else None, needed_low=need.low, grade=need.grade,
            )  # fmt: skip


def _of_conditions(rows: Sequence[Row], settings: FollowupLimits) -> Iterator[Found]:
    for row in rows:
        if row["origin"] != "report":
            continue
        long = row["state"] == "partly" and row["years"] >= settings.value("partly_years")
        if row["state"] == "not_met" or long:
            rule = "condition_not_met" if row["state"] == "not_met" else "condition_partly"
            named = {"condition": row["condition"], "since": row["since"]}
            yield row["area"], row["hospital"], _trigger("conditions", rule, row["year"], **named)


def _of_access(reported: Reported, regions: Sequence[Row], settings: FollowupLimits, mask: Mask) -> Iterator[Found]:
    limit = settings.value("lead_time_days")
    for (area, hospital, year), figure in _latest(reported.whole("lead_time_median")).items():
        if figure > limit:
            yield area, hospital, _trigger("access", "lead_time", year, days=figure, limit=limit)
    for (area, hospital, year), diverted in _latest(reported.whole("diverted")).items():
        patients = reported.patients.get((area, hospital, year))
        came = diverted + (patients.value if patients else 0.0)
        share = diverted / came if came and patients else None
        if share is not None and share > settings.value("diverted_share"):
            shown = not mask.is_small(diverted) and (area, hospital, year) not in mask.units
            yield area, hospital, _trigger(
                "access", "diverted", year, diverted=diverted if shown else None, share=share if shown else None,
                limit=settings.value("diverted_share"),
            )  # fmt: skip
    latest = {a: max(r["year"] for r in regions if r["area"] == a) for a in {r["area"] for r in regions}}
    for row in regions:
        if row["verdict"] == "far_below" and row["year"] == latest[row["area"]]:
            numbers = {k: row[k] for k in ("reported", "expected", "low", "outer_low")}
            yield row["area"], None, _trigger("access", "region_low", row["year"], region=row["region"], **numbers)


def _latest(figures: Mapping[tuple[str, str, int], Any]) -> dict[tuple[str, str, int], float]:
    last: dict[tuple[str, str], int] = {}
    for area, hospital, year in figures:
        last[area, hospital] = max(last.get((area, hospital), 0), year)
    return {(a, h, y): figures[a, h, y].value for (a, h), y in last.items()}


def _of_system(reported: Reported, parts: Mapping[str, Sequence[Row]], settings: FollowupLimits) -> Iterator[Found]:
    for row in parts["groups"]:
        if row["verdict"] in FAR:
            numbers = {k: row[k] for k in ("group", "reported", "expected", "outer_low", "outer_high")}
            yield (
                row["area"],
                row["hospital"],
                _trigger("system_effect", f"group_{row['verdict']}", row["year"], **numbers),
            )
    for row in parts["competences"]:
        if row["change_share"] is not None and -row["change_share"] >= settings.value("competence_fall"):
            numbers = {k: row[k] for k in ("competence", "measure", "first_year", "first", "latest", "change_share")}
            yield None, row["hospital"], _trigger("system_effect", "competence_fall", row["year"], **numbers)
    for row in parts["outside"]:
        numbers = {k: row[k] for k in ("measure", "value", "source")}
        yield row["area"], row["hospital"], _trigger("system_effect", "without_permit", row["year"], **numbers)
    for entry in reported.rows("flag"):
        row = entry.row
        yield row.area, row.hospital, _trigger("system_effect", "holder_flag", row.year, text=row.value)


def _of_log(reported: Reported) -> Iterator[Found]:
    for area, entries in reported.at.entries.items():
        for entry in entries:
            if area and entry.text("kind") == "review_due":
                day = entry.text("date")
                named = {"date": day or None, "text": entry.text("outcome"), "source": entry.text("source")}
                yield area, None, _trigger("due", "review_due", int(day[:4]) if day else None, **named)


def review_rows(
    reported: Reported, parts: Mapping[str, Sequence[Row]], settings: FollowupLimits, mask: Mask
) -> list[dict[str, Any]]:
    """Return the units (or areas) that something takes up for review.

    Parameters
    ----------
    reported
        What was reported.
    parts
        ``rows``, ``regions``, ``conditions``, ``groups``, ``competences`` and ``outside`` of the follow-up.
    settings
        Limits of a review.
    mask
        What is hidden; the numbers in `parts` are hidden already.

    Returns
    -------
    list of dict
        ``area`` (None: a competence of the hospital as a whole), ``hospital`` (None: the area as a whole) and
        ``triggers``: ``trigger`` (one of `TRIGGERS`), ``rule``, ``year`` and the numbers behind it. By area, then
        hospital north to south.
    """
    found: dict[tuple[str | None, str | None], list[dict[str, Any]]] = {}
    every = (
        *_of_volume(parts["rows"], settings), *_of_need(reported, settings, mask),
        *_of_conditions(parts["conditions"], settings), *_of_access(reported, parts["regions"], settings, mask),
        *_of_system(reported, parts, settings), *_of_log(reported),
    )  # fmt: skip
    for area, hospital, trigger in every:
        found.setdefault((area, hospital), []).append(trigger)
    order = {h: i for i, h in enumerate(reported.at.hospitals)}
    keys = sorted(found, key=lambda k: (k[0] or "", -1 if k[1] is None else order[k[1]]))
    return [{"area": area, "hospital": hospital, "triggers": found[area, hospital]} for area, hospital in keys]
