"""Rows of headroom from runs with 0, 1, … decisions: decisions left, margins in counts, strict and lenient floors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from impact.model.arrays import Booleans, Floats, Integers
from impact.questions.floor_watch import Outcome
from impact.questions.floors import Floor, at, is_beyond, limit_of
from impact.questions.pipeline_runs import PipelineRuns

__all__ = ["HeadroomRows", "breaking_numbers", "decisions_left"]

LOW, HIGH = 0.05, 0.95


def breaking_numbers(broken: Booleans) -> Integers:
    """Return K of each draw: the number in the order of the decision that breaks a floor.

    Parameters
    ----------
    broken
        Whether a floor is broken after the first 0, 1, … decisions, shape (decisions + 1, draws).

    Returns
    -------
    array of int, shape (draws,)
        0: broken without any; decisions + 1: never broken.

    Examples
    --------
    >>> breaking_numbers(np.array([[False, True, False], [False, True, False], [True, True, False]])).tolist()
    [2, 0, 3]
    """
    return np.where(broken.any(axis=0), broken.argmax(axis=0), len(broken)).astype(np.int64)


def decisions_left(numbers: Integers, alpha: float, most: int) -> int | None:
    """Return the largest n with P(K ≤ n) ≤ alpha, at most `most`; None if P(K = 0) > alpha.

    Examples
    --------
    >>> decisions_left(np.array([1, 3, 3, 3]), 0.25, 3), decisions_left(np.array([0, 3, 3, 3]), 0.1, 3)
    (2, None)
    """
    risk = _risk(numbers, most)
    bearable = np.flatnonzero(risk <= alpha + 1e-12)
    return int(bearable[-1]) if len(bearable) and risk[0] <= alpha + 1e-12 else None


def _risk(numbers: Integers, most: int) -> Floats:
    """P(K ≤ n) for n = 0, 1, … most."""
    return np.array([float((numbers <= n).mean()) for n in range(most + 1)])


def _first_floor(outcomes: Sequence[Outcome], numbers: Integers, rows: Sequence[int]) -> tuple[int | None, float]:
    """Return the row that breaks first in most draws (by number, then by year), and in which share of them."""
    counts = np.zeros(len(rows))
    for draw, number in enumerate(numbers):
        if number >= len(outcomes):
            continue
        when = outcomes[int(number)].first_year[:, draw][np.array(rows)].astype(np.float64)
        years: Floats = np.where(when == 0, np.inf, when)
        counts[int(np.argmin(years))] += 1
    total = counts.sum()
    if total == 0:
        return None, 0.0
    return rows[int(np.argmax(counts))], float(counts.max() / total)


def _spread(values: Floats) -> dict[str, float] | None:
    """Median and 5–95 % of the draws; None where there is nothing to measure."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return None
    low, median, high = np.quantile(known, (LOW, 0.5, HIGH))
    return {"median": float(median), "low": float(low), "high": float(high)}


class HeadroomRows:
    """Rows of the answer from the runs of the first 0, 1, … decisions of each draw's order.

    Parameters
    ----------
    runs
        The pipeline and its floor rows.
    outcomes
        Of 0, 1, … decisions.
    alpha
        Largest probability of being below a floor that is put up with.
    """

    def __init__(self, runs: PipelineRuns, outcomes: Sequence[Outcome], alpha: float) -> None:
        self.runs, self.outcomes, self.alpha = runs, outcomes, alpha
        self.most = len(outcomes) - 1
        self.before = runs.before

    def _broken(self, row: int, threshold: Callable[[Floor], float | None]) -> Booleans:
        """Whether a row's floor is broken at another threshold after 0, 1, … decisions, (decisions + 1, draws)."""
        floor = self.runs.rows[row].floor
        moved = at(floor, threshold(floor))
        standing = np.array([o.standing[row] for o in self.outcomes])
        return is_beyond(moved, standing, self.before[row], self.runs.tolerance)

    def _numbers(self, rows: Sequence[int], threshold: Callable[[Floor], float | None] | None = None) -> Integers:
        if threshold is None:
            return breaking_numbers(np.array([o.broken[list(rows)].any(axis=0) for o in self.outcomes]))
        return breaking_numbers(np.any([self._broken(r, threshold) for r in rows], axis=0))

    def _left(self, rows: Sequence[int]) -> dict[str, Any]:
        numbers = self._numbers(rows)
        taken = np.maximum(numbers - 1, 0)
        risk = _risk(numbers, self.most)
        left = decisions_left(numbers, self.alpha, self.most)
        return {
            "decisions_left": left,
            "low": int(np.quantile(taken, LOW, method="lower")),
            "high": int(np.quantile(taken, HIGH, method="higher")),
            "whole_pipeline": left == self.most,
            "p_below_without": float(risk[0]),
            "p_below_with_all": float(risk[-1]),
            "p_below_by_number": [float(p) for p in risk],
            "p_below_before": float(np.any([self._below_before(r) for r in rows], axis=0).mean()),
            "strict": self._at(rows, lambda f: f.strict),
            "lenient": self._at(rows, lambda f: f.lenient),
        }

    def _below_before(self, row: int) -> Booleans:
        before = self.before[row]
        return is_beyond(self.runs.rows[row].floor, before, before, self.runs.tolerance)

    def _at(self, rows: Sequence[int], threshold: Callable[[Floor], float | None]) -> dict[str, Any] | None:
        """Return the same with every floor that has a range at one end of it; None if none has."""
        if all(threshold(self.runs.rows[r].floor) is None for r in rows):
            return None
        numbers = self._numbers(rows, threshold)
        risk, left = _risk(numbers, self.most), decisions_left(numbers, self.alpha, self.most)
        return {
            "decisions_left": left,
            "whole_pipeline": left == self.most,
            "p_below_without": float(risk[0]),
            "p_below_with_all": float(risk[-1]),
        }

    def _counts(self, row: int) -> dict[str, Any]:
        """Return the levels that are held against the floor, in the unit of the measure."""
        floor, now = self.runs.rows[row].floor, self.outcomes[0].standing[row]
        limit = limit_of(floor, self.before[row], self.runs.tolerance)
        return {
            "basis": floor.basis,
            "direction": floor.direction,
            "threshold": floor.threshold,
            "threshold_low": floor.low,
            "threshold_high": floor.high,
            "of": self._size(row),
            "before": _spread(self.before[row]),
            "now": _spread(now),
            "with_all": _spread(self.outcomes[-1].standing[row]),
            "margin": _spread(limit - now if floor.direction == "at_most" else now - limit),
        }

    def _size(self, row: int) -> int | None:
        """How many competences, base specialties or emergency functions of the hospital are counted."""
        structure, hospital = self.runs.structure, self.runs.rows[row].hospital
        competences, dependencies = structure.competences, structure.dependencies
        mine = competences.level_hospital == hospital
        acute = np.array([dependencies.function_kinds[f] == "emergency" for f in dependencies.performed_function], bool)
        sizes = {
            "competences_lost": int(mine.sum()),
            "education_breadth": int((mine & competences.is_base).sum()),
            "functions_at_risk": int((acute & (dependencies.performed_hospital == hospital)).sum()),
        }
        return sizes.get(self.runs.rows[row].floor.measure)

    def row(self, hospital: int, rows: Sequence[int]) -> dict[str, Any]:
        """Return a hospital's row.

        Parameters
        ----------
        hospital
            Index of the hospital.
        rows
            Its floor rows, indices into those of the runs.
        """
        first, share = _first_floor(self.outcomes, self._numbers(rows), rows)
        return {
            "hospital": self.runs.hospitals[hospital],
            **self._left(rows),
            "first_floor_broken": None if first is None else self.runs.rows[first].floor.id,
            "first_floor_measure": None if first is None else self.runs.rows[first].floor.measure,
            "first_floor_share": share,
            "floors": [
                {"floor": self.runs.rows[r].floor.id, "measure": self.runs.rows[r].floor.measure,
                 **self._left([r]), **self._counts(r)}
                for r in rows
            ],
        }  # fmt: skip
