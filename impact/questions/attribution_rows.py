"""Shares to rows: means with standard errors, the split, interactions, the whole, the gap of the last-in figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.questions.attribute import Attribution

__all__ = ["accumulated_rows", "decision_rows", "fit_object", "gap_rows", "interaction_rows", "share_rows"]

LOW, HIGH = 0.05, 0.95
ROUNDING = 1e-12
SPLIT = ("that_concentrated", "that_concentrated_se", "where_it_went", "where_it_went_se")
HALF = 0.5  # a standard error larger than this share of its figure makes the figure uncertain


def _error(draws: Floats) -> float:
    """Standard error of the mean over draws."""
    return float(np.std(draws, ddof=1) / np.sqrt(len(draws)))


def _cell(found: Attribution, c: int) -> dict[str, Any]:
    cell = found.cells[c]
    measure = load_measures()[cell.measure]
    unit = measure.unit if cell.statistic == "mean" else "0–1"
    return {"hospital": cell.hospital, "perspective": measure.perspective, "measure": cell.measure, "unit": unit,
            "year": cell.year, "statistic": cell.statistic, "reading": "main"}  # fmt: skip


def decision_rows(found: Attribution, system: CareSystem) -> list[dict[str, Any]]:
    """Return who the players are: each decision with its area, date, units and holders; a cluster with its areas."""
    rows: list[dict[str, Any]] = []
    for player in found.players:
        areas = [found.areas[i] for i in player.areas]
        alone = system.node(areas[0].area) if len(areas) == 1 and player.id == areas[0].area else None
        rows.append(
            {
                "decision": player.id,
                "name_sv": player.id if alone is None else alone.text("name_sv"),
                "name_en": player.id if alone is None else alone.text("name_en") or alone.text("name_sv"),
                "dates": sorted({a.date.isoformat() for a in areas}),
                "areas": [a.area for a in areas],
                "hospitals": sorted({h for a in areas for h in a.hospitals}),
                "not_split": sorted({found.reasons[a.area] for a in areas if a.area in found.reasons}),
            }
        )
    return rows


def _figures(found: Attribution, p: int, c: int) -> dict[str, Any]:
    share = found.shapley[p, c]
    where = None if found.where is None else found.where[p, c]
    mean, error = float(share.mean()), _error(share)
    return {
        "historical": float(found.historical[p, c].mean()),
        "historical_se": _error(found.historical[p, c]),
        "shapley": mean,
        "shapley_se": error,
        "last_in": float(found.last_in[p, c].mean()),
        "last_in_se": _error(found.last_in[p, c]),
        "that_concentrated": None if where is None else mean - float(where.mean()),
        "that_concentrated_se": None if where is None else _error(share - where),
        "where_it_went": None if where is None else float(where.mean()),
        "where_it_went_se": None if where is None else _error(where),
        "uncertain": error > HALF * abs(mean),
    }


def _split(found: Attribution, p: int) -> bool:
    """Whether any of a player's decisions has another plausible allocation."""
    return any(found.areas[i].area not in found.reasons for i in found.players[p].areas)


def share_rows(found: Attribution) -> list[dict[str, Any]]:
    """Return a row for each hospital, measure, year, statistic and decision; those that are 0 throughout are left out.

    The standard error of a share rests on its draws, an order and its reverse averaged first.
    """
    rows: list[dict[str, Any]] = []
    for c in range(len(found.cells)):
        for p, player in enumerate(found.players):
            parts = [found.historical[p, c], found.shapley[p, c], found.last_in[p, c]]
            if all(np.abs(part).max() <= ROUNDING for part in parts):
                continue
            figures = _figures(found, p, c)
            if not _split(found, p):
                figures |= dict.fromkeys(SPLIT)
            rows.append({**_cell(found, c), "decision": player.id, **figures})
    return rows


def interaction_rows(found: Attribution) -> list[dict[str, Any]]:
    """Return the interaction of each pair: what two decisions do together beyond what each does.

    ``fitted`` is that of the fitted game; None where none was fitted.
    """
    place = {} if found.fit is None else {pair: p for p, pair in enumerate(found.fit.pairs)}
    rows: list[dict[str, Any]] = []
    for c in range(len(found.cells)):
        for (a, b), values in zip(found.pairs, found.pair_values[:, c], strict=True):
            value, error = float(values.mean()), _error(values)
            if np.abs(values).max() <= ROUNDING:
                continue
            fitted = None if found.fit is None or (a, b) not in place else float(found.fit.values[place[a, b], c])
            rows.append({**_cell(found, c), "a": found.players[a].id, "b": found.players[b].id, "value": value,
                         "se": error, "uncertain": error > HALF * abs(value), "fitted": fitted})  # fmt: skip
    return rows


def fit_object(found: Attribution) -> dict[str, Any] | None:
    """Return how far single decisions, and pairs with them, explain sets of decisions that the fit has not seen.

    ``r2_shares`` and ``r2_pairs`` are coefficients of determination over the held-out sets (1: everything, below 0:
    worse than their mean), None where the sets do not differ.
    """
    fit = found.fit
    if fit is None:
        return None
    rows: list[dict[str, Any]] = []
    for c in range(len(found.cells) if fit.held_out else 0):
        both = (float(fit.r2_shares[c]), float(fit.r2_pairs[c]))
        shares, pairs = (value if np.isfinite(value) else None for value in both)
        rows.append({**_cell(found, c), "r2_shares": shares, "r2_pairs": pairs})
    return {
        "players": [found.players[p].id for p in fit.players],
        "others": len(found.players) - len(fit.players),
        "fitted": fit.fitted,
        "held_out": fit.held_out,
        "rows": rows,
    }


def gap_rows(found: Attribution) -> list[dict[str, Any]]:
    """Return, for each cell, what there is to share, what the last-in figures sum to, the gap, and the split of it all.

    The split of the whole is that of the shares' sum; `where_it_went_se` is its standard error.
    """
    rows: list[dict[str, Any]] = []
    for c in range(len(found.cells)):
        together, total = float(found.last_in[:, c].mean(axis=-1).sum()), float(found.total[c].mean())
        where = None if found.where is None else found.where[:, c].sum(axis=0)
        rows.append(
            {
                **_cell(found, c),
                "sum_of_last_in": together,
                "total": total,
                "gap": total - together,
                "total_se": _error(found.total[c]),
                "where_it_went": None if where is None else float(where.mean()),
                "where_it_went_se": None if where is None else _error(where),
            }
        )
    return rows


def _largest(found: Attribution, c: int) -> list[str]:
    """Area with the largest share, and the hospital."""
    means = np.abs(found.shapley[:, c].mean(axis=-1))
    player = found.players[int(means.argmax())]
    area = found.areas[player.areas[0]].area
    return [area, found.cells[c].hospital]


def _floor(found: Attribution, index: Mapping[tuple[str, str, int], int], key: tuple[str, str, int]) -> dict[str, Any]:
    c = index.get(key)
    if c is None:
        return {"p_below_floor": None, "p_below_floor_without": None}
    without = float(found.without[c].mean())
    return {"p_below_floor": without + float(found.total[c].mean()), "p_below_floor_without": without}


def accumulated_rows(found: Attribution, system: CareSystem) -> list[dict[str, Any]]:
    """Return effect rows of what all decisions changed together: what the shares sum to."""
    index = {(c.hospital, c.measure, c.year): i for i, c in enumerate(found.cells) if c.statistic == "p_below_floor"}
    empty = ("worst", "worst_units", "best", "best_units", "if_granted", "if_not_granted", "p_granted", "committed",
             "assumed_share", "effect_without_assumed", "allocation_share")  # fmt: skip
    rows: list[dict[str, Any]] = []
    for c, cell in enumerate(found.cells):
        if cell.statistic != "mean":
            continue
        total = found.total[c]
        rows.append(
            {
                **_cell(found, c),
                "name": system.node(cell.hospital).text("name_sv"),
                "harm": load_measures()[cell.measure].harm,
                "baseline": float(found.without[c].mean()),
                "baseline_is": "change_from_standing" if load_measures()[cell.measure].is_change else "level",
                "effect": float(total.mean()),
                "low": float(np.quantile(total, LOW)),
                "high": float(np.quantile(total, HIGH)),
                **dict.fromkeys(empty),
                **_floor(found, index, (cell.hospital, cell.measure, cell.year)),
                "cause": _largest(found, c),
            }
        )
    return rows
