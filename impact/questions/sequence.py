"""Decisions over the years: does their order matter, what if they are undone, and how fast does the pipeline run."""

from __future__ import annotations

import datetime as dt
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.questions.effects import effect_rows
from impact.questions.what_if import Settings, what_if
from impact.result import Result
from scenarios import Scenario, course_of
from scenarios.orders import all_at_once, in_reverse, not_applied_for, undone_after

__all__ = ["orders_of", "pace", "sequence"]

LOW, HIGH = 0.05, 0.95
RECENT = 3  # calendar years that the pace is taken from
Progress = Callable[[int, int], None]


def orders_of(
    scenario: Scenario, system: CareSystem, as_of: dt.date, reverse_after: int | None, passive: str | None
) -> Mapping[str, Scenario]:
    """Return the scenarios that a sequence compares: as given, in reverse, at once, undone, passive.

    Parameters
    ----------
    scenario
        Decisions on at least two areas.
    system
        The dataset.
    as_of
        Date of today.
    reverse_after
        Years after the last decision at which everything is given back; None: not asked.
    passive
        Hospital that applies for nothing; None: not asked.

    Raises
    ------
    SettingError
        If fewer than two areas are decided, or passivity cannot matter.
    """
    after = as_of + dt.timedelta(days=1)
    found = {"given": scenario, "reversed": in_reverse(scenario, after), "together": all_at_once(scenario, after)}
    if reverse_after is not None:
        found["undone"] = undone_after(scenario, system, reverse_after, after)
    if passive is not None:
        found[f"passive_{passive}"] = not_applied_for(scenario, passive, after)
    return found


def _last(result: Result) -> tuple[Any, Any]:
    data = result.data.isel(year=-1)
    return np.asarray(data["with"].values), np.asarray(data["without"].values)


def _differences(one: Result, other: Result, system: CareSystem) -> Iterator[dict[str, Any]]:
    """Rows of what differs in the last year between two orders, on the same draws."""
    gap = _last(one)[0] - _last(other)[0]
    measures = list(load_measures().values())
    hospitals = {r.key[0]: r.text("name_sv") for r in system.rows["Hospital"]}
    for e, entity in enumerate(one.data["entity"].values):
        for m, measure in enumerate(measures):
            values = gap[:, e, m]
            if str(entity) not in hospitals or not np.isfinite(values).all() or not values.any():
                continue
            low, high = (float(np.quantile(values, q)) for q in (LOW, HIGH))
            yield {"hospital": str(entity), "name": hospitals[str(entity)], "measure": measure.id, "unit": measure.unit,
                   "value": float(values.mean()), "low": low, "high": high}  # fmt: skip


def _not_regained(undone: Result, system: CareSystem) -> Iterator[dict[str, Any]]:
    """Rows of what a reversal leaves of the effect at the end of the horizon."""
    effect = np.asarray((undone.data["with"] - undone.data["without"]).values)
    measures = list(load_measures().values())
    hospitals = {r.key[0]: r.text("name_sv") for r in system.rows["Hospital"]}
    for e, entity in enumerate(undone.data["entity"].values):
        for m, measure in enumerate(measures):
            values = effect[:, :, e, m]
            if str(entity) not in hospitals or not np.isfinite(values).all():
                continue
            means = values.mean(axis=0)
            largest = float(means[np.argmax(np.abs(means))])
            left = values[:, -1]
            if abs(largest) < measure.visible:
                continue
            yield {"hospital": str(entity), "name": hospitals[str(entity)], "measure": measure.id, "unit": measure.unit,
                   "harm": measure.harm, "largest": largest, "left": float(left.mean()),
                   "low": float(np.quantile(left, LOW)), "high": float(np.quantile(left, HIGH)),
                   "share_left": float(left.mean()) / largest}  # fmt: skip


def sequence(
    system: CareSystem,
    orders: Mapping[str, Scenario],
    as_of: dt.date,
    settings: Settings,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return the effects of the same decisions in several orders, what the order moves, and what a reversal leaves.

    Parameters
    ----------
    system
        A validated system; never changed.
    orders
        Of `orders_of`: label to scenario.
    as_of
        Date of today.
    settings
        Seed, draws, years; the same draws and the same drawn holders serve all orders.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    dict
        ``manifest``, ``rows`` (effect rows with ``order``), ``order_effect`` (given − reversed in the last year:
        ``hospital``, ``measure``, ``value``, ``low``, ``high``), ``not_regained`` (where a reversal was asked:
        ``largest`` effect, what is ``left`` at the end, ``share_left``), ``pace``.
    """
    quick = replace(settings, sets=False, grade_shares=False)
    results: dict[str, Result] = {}
    for number, (label, scenario) in enumerate(orders.items()):
        if progress is not None:
            progress(number, len(orders))
        results[label] = what_if(system, course_of(scenario, system, as_of), quick)
    if progress is not None:
        progress(len(orders), len(orders))
    rows = [{"order": label, **row} for label, result in results.items() for row in effect_rows(result, system)]
    undone = results.get("undone")
    return {
        "manifest": dict(results["given"].manifest),
        "rows": rows,
        "order_effect": list(_differences(results["given"], results["reversed"], system)),
        "not_regained": [] if undone is None else list(_not_regained(undone, system)),
        "pace": pace(system, as_of),
    }


def pace(system: CareSystem, as_of: dt.date) -> dict[str, float | None]:
    """Return how fast areas go through the process, from the case log.

    Parameters
    ----------
    system
        Holds the case log and the standing of the areas.
    as_of
        Only what is dated up to this day counts.

    Returns
    -------
    dict
        ``years_from_start_to_permit`` (median over areas with both dates), ``areas_a_year`` (first permits in the last
        three calendar years, a year), ``in_pipeline`` (areas under way, tabled or proposed), ``years_to_empty``; None
        where the log cannot say.
    """
    started: dict[str, int] = {}
    first: dict[str, int] = {}
    for record in system.rows["Decision"]:
        day = record.text("date")
        if record.text("kind") == "started" and "" < day <= as_of.isoformat():
            for concern in system.outgoing("CONCERNS", record.key[0]):
                area = concern.text("target_id")
                started[area] = min(started.get(area, 9999), int(day[:4]))
    for record in system.rows["PROVIDES"]:
        day = record.text("valid_from")
        if record.flag("permit") and "" < day <= as_of.isoformat():
            area = record.text("target_id")
            first[area] = min(first.get(area, 9999), int(day[:4]))
    spans = [first[a] - started[a] for a in first if a in started and first[a] >= started[a]]
    recent = sum(as_of.year - RECENT < year <= as_of.year for year in first.values())
    pipeline = sum(r.text("status") in ("in_process", "tabled", "proposed") for r in system.rows["CareArea"])
    yearly = recent / RECENT
    return {
        "years_from_start_to_permit": float(statistics.median(spans)) if spans else None,
        "areas_a_year": yearly,
        "in_pipeline": float(pipeline),
        "years_to_empty": pipeline / yearly if yearly else None,
    }
