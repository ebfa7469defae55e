"""All areas concentrated in turn, ranked by the screening score: which need a deep look and which can pass."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from scipy.stats import rankdata

from graph_schema import CareSystem, SettingError, StoreError, UnknownNode, canonical_hash
from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.questions.run_table import RunTable
from impact.questions.screen_measures import HEADLINES, NEW_CARE
from impact.questions.screen_plan import AreaPlan, plan_areas, recorded_rows
from impact.questions.screen_runs import AreaDraws, ScreenSettings, modelled_hospitals, screen_draws
from impact.questions.screening_score import PARTS
from impact.version import code_version

__all__ = ["screen", "screen_rows", "spearman", "triage_of"]

TOP = 10
LOW, HIGH = 0.05, 0.95
MOST_UNITS = 5  # the law allows at most five
FEWEST_MOVED = 0.5  # patients a year below which no figure per patient is given
# Conventions of the triage; they say where to look first and decide nothing.
DEEP_TOP10, DEEP_FLOORS = 0.5, 0.5
PASS_TOP10, PASS_FLOORS, PASS_PERCENTILE = 0.05, 0.1, 80.0
FEWEST_COMPARED = 10  # areas; a rank correlation of fewer says next to nothing


def _ranks(values: Floats) -> Floats:
    ranks = rankdata(values, axis=-1)
    return ranks - ranks.mean(axis=-1, keepdims=True)


def spearman(a: Sequence[float], b: Sequence[float]) -> float | None:
    """Return the rank correlation of two rows of numbers, ties at their mean rank; None where one does not vary.

    Examples
    --------
    >>> spearman([1, 2, 3], [10, 30, 20])
    0.5
    """
    if len(a) < 2:
        return None
    both = _ranks(np.array([list(a), list(b)], dtype=np.float64))
    x: Floats = both[0]
    y: Floats = both[1]
    spread = float(np.sqrt(np.mean(x**2) * np.mean(y**2)))
    return None if spread == 0 else round(float(np.mean(x * y)) / spread, 12)


def _percentiles(values: Floats) -> list[float | None]:
    """Percentage of the areas with a value that each exceeds; None where it has none."""
    known = values[np.isfinite(values)]
    return [float(100 * (known < v).mean()) if np.isfinite(v) else None for v in values]


def _known_mean(values: Floats) -> Floats:
    """Mean over the draws in which a value is known; NaN where there is none. (perspectives, N) in."""
    known = np.isfinite(values)
    count = known.sum(axis=-1)
    return np.where(count > 0, np.where(known, values, 0.0).sum(axis=-1) / np.maximum(count, 1), np.nan)


def _top(scores: Floats) -> Floats | None:
    """Share of draws in which each area is among the ten highest; None where there are at most ten. (areas, N) in."""
    if len(scores) <= TOP:
        return None
    above = (scores[None, :, :] > scores[:, None, :]).sum(axis=1)
    return ((above < TOP) & (scores > 0)).mean(axis=1)


def triage_of(
    p_top10: float | None, floors_broken: float, percentiles: Sequence[float | None], *, changes: bool
) -> str:
    """Return ``nothing``, ``deep``, ``pass`` or ``ordinary`` for an area.

    Parameters
    ----------
    p_top10
        Share of draws in which it is among the ten highest; None (too few areas screened): none can pass.
    floors_broken
        Expected number of hospitals that fall below a hard floor because of it.
    percentiles
        Of its perspectives.
    changes
        Whether anything changes.
    """
    top, highest = p_top10 or 0.0, max((p for p in percentiles if p is not None), default=0.0)
    if not changes:
        return "nothing"
    if top >= DEEP_TOP10 or floors_broken >= DEEP_FLOORS:
        return "deep"
    can_pass = p_top10 is not None and top < PASS_TOP10 and floors_broken < PASS_FLOORS and highest < PASS_PERCENTILE
    return "pass" if can_pass else "ordinary"


def _perspectives(values: Floats, percentiles: Sequence[float | None]) -> list[dict[str, Any]]:
    rows = [
        {
            "perspective": perspective,
            "measure": measure,
            "value": float(value) if np.isfinite(value) else None,
            "unit": load_measures()[measure].unit,
            "percentile": percentile,
            "why_unknown": None if np.isfinite(value) else NEW_CARE,
        }
        for (perspective, measure), value, percentile in zip(HEADLINES.items(), values, percentiles, strict=True)
    ]
    return sorted(rows, key=lambda r: -1.0 if r["percentile"] is None else r["percentile"], reverse=True)


def _row(system: CareSystem, plan: AreaPlan, draws: AreaDraws, p_top10: float | None,
         perspectives: list[dict[str, Any]]) -> dict[str, Any]:  # fmt: skip
    score, moved = draws.score, float(draws.moved.mean())
    by_hospital = draws.parts.sum(axis=0).mean(axis=-1)
    floors = float(draws.newly_below.sum(axis=0).mean())
    hospitals = modelled_hospitals(system)
    changes = plan.unchanged is None and not bool(draws.unchanged.all())
    hardest = perspectives[0]["perspective"] if perspectives[0]["value"] else None
    return {
        "area": plan.area,
        "name_in_source": system.node(plan.area).text("name_in_source"),
        "name": system.node(plan.area).text("name_sv"),
        "status": system.node(plan.area).text("status"),
        "units": plan.units,
        "units_from": plan.units_from,
        "as_of": plan.as_of.isoformat(),
        "before_decision": plan.stands_in_history,
        "changes_nothing": not changes,
        "why_nothing": plan.unchanged or (None if changes else "already_concentrated"),
        "p_unchanged": float(draws.unchanged.mean()),
        "score": float(score.mean()),
        "score_low": float(np.quantile(score, LOW)),
        "score_high": float(np.quantile(score, HIGH)),
        "score_parts": {p: float(v) for p, v in zip(PARTS, draws.parts.sum(axis=1).mean(axis=-1), strict=True)},
        "patients_moved": moved,
        "per_patient_moved": float(score.mean()) / moved if moved >= FEWEST_MOVED else None,
        "units_lost": float(draws.units_lost.mean()),
        "floors_broken": floors,
        "floors": [{"hospital": h, "p": float(p)}
                   for h, p in zip(hospitals, draws.newly_below.mean(axis=-1), strict=True) if p > 0],
        "hospitals": [{"hospital": h, "value": float(v)} for h, v in zip(hospitals, by_hospital, strict=True) if v > 0],
        "p_top10": p_top10,
        "triage": triage_of(p_top10, floors, [p["percentile"] for p in perspectives], changes=changes),
        "hits_hardest": hardest,
        "perspectives": perspectives,
        "own_care_gain": float(draws.own_gain.mean()),
        "recorded_rows": recorded_rows(system, plan.area),
    }  # fmt: skip


def screen_rows(
    system: CareSystem, plans: Sequence[AreaPlan], draws: Mapping[str, AreaDraws]
) -> tuple[list[dict[str, Any]], dict[str, float | None]]:
    """Return the areas by falling score, and the rank correlation of the score with its rivals (None for few areas).

    Parameters
    ----------
    system
        For names and recorded rows.
    plans, draws
        Of `plan_areas` and `screen_draws`.
    """
    ready = [draws[p.area] for p in plans]
    top = _top(np.stack([d.score for d in ready]))
    values = np.stack([_known_mean(d.perspectives) for d in ready])
    percentiles = [_percentiles(values[:, k]) for k in range(values.shape[1])]
    rows = [
        _row(system, plan, one, None if top is None else float(top[i]),
             _perspectives(values[i], [column[i] for column in percentiles]))
        for i, (plan, one) in enumerate(zip(plans, ready, strict=True))
    ]  # fmt: skip
    compared = [r for r in rows if not r["changes_nothing"]]
    enough = len(compared) >= FEWEST_COMPARED
    rivals = {
        name: spearman([r["score"] for r in compared], [r[name] for r in compared]) if enough else None
        for name in ("patients_moved", "units_lost", "recorded_rows")
    }
    rows.sort(key=lambda r: (-r["score"], r["area"]))
    return rows, rivals


def _check(system: CareSystem, areas: Sequence[str], units: int | None, settings: ScreenSettings) -> None:
    for area in areas:
        if area not in {r.key[0] for r in system.rows["CareArea"]}:
            raise UnknownNode(f"{area}: no such care area; 'randzon overview' lists them")
    if units is not None and not 1 <= units <= MOST_UNITS:
        raise SettingError(f"units = {units}: choose a number from 1 to {MOST_UNITS}, the most that the law allows")
    limits = (("draws", settings.draws, 2, 100_000), ("years", settings.years, 1, 60),
              ("seed", settings.seed, 0, 2**63), ("workers", settings.workers, 1, 256))  # fmt: skip
    for name, value, low, high in limits:
        if not low <= value <= high:
            raise SettingError(f"{name} = {value}: choose a number from {low} to {high}")


def screen(
    system: CareSystem,
    areas: Sequence[str] = (),
    units: int | None = None,
    as_of: date | None = None,
    settings: ScreenSettings | None = None,
    progress: Callable[[int, int], None] | None = None,
    table: RunTable | None = None,
) -> dict[str, Any]:
    """Return every area concentrated in turn, holders unknown, by falling screening score.

    Parameters
    ----------
    system
        A validated system; never changed.
    areas
        Ids; none: all. Percentiles and P(top 10) are among the areas screened.
    units
        For all; None: as decided, else as proposed, else 2.
    as_of
        Date of today; the dataset's own if None. Decided areas are put before their decision.
    settings
        Seed, draws, years, threads.
    progress
        Called with (areas done, areas in all).
    table
        Where runs are kept; an area with a run that fails is left out of the ranking, and ``failed_runs`` names it.

    Returns
    -------
    dict
        ``manifest``, ``areas``, ``rivals`` and ``failed_runs``; see OUTPUTS.

    Raises
    ------
    UnknownNode, SettingError
        If an area or a setting is impossible.
    """
    settings = settings or ScreenSettings()
    _check(system, areas, units, settings)
    today = as_of or date.fromisoformat(system.settings["as_of"])
    chosen = list(dict.fromkeys(areas)) or [r.key[0] for r in system.rows["CareArea"]]
    plans = plan_areas(system, chosen, today, units)
    table = table or RunTable()
    draws = screen_draws(system, plans, settings, progress, table)
    if not draws:
        raise StoreError(f"screen: no area could be run; the first failure: {table.failed[0]}")
    rows, rivals = screen_rows(system, [p for p in plans if p.area in draws], draws)
    return {
        "manifest": {
            "system_hash": system.content_hash,
            "scenario_hash": canonical_hash({"screen": chosen, "units": units}),
            "code_version": code_version(),
            "seed": settings.seed,
            "draws": settings.draws,
            "years": settings.years,
            "start": "standing",
            "reading": "main",
            "dataset": {"name": system.settings.get("name"), "version": system.settings.get("version"),
                        "as_of": today.isoformat()},
        },
        "areas": rows,
        "rivals": rivals,
        "failed_runs": table.failed,
    }  # fmt: skip
