"""Headroom: how many more concentrations a hospital takes before it falls below a hard floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.arrays import Booleans, Floats, Integers
from impact.questions.breaking_sets import Evaluate, smallest_breaking_set
from impact.questions.floor_watch import FloorRow, Outcome
from impact.questions.floors import Floor
from impact.questions.pipeline import PipelineArea, order_ranks, pipeline
from impact.questions.pipeline_runs import PipelineRuns

__all__ = ["HeadroomSettings", "breaking_numbers", "decisions_left", "headroom"]

LOW, HIGH = 0.05, 0.95
SEARCH_DRAWS = 50
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class HeadroomSettings:
    """How headroom is found.

    Attributes
    ----------
    alpha
        Largest probability of being below a floor that is put up with.
    units
        To how many units every area goes; None: as decided, else as proposed, else 2.
    search
        Also look for the smallest set of decisions that breaks a floor.
    """

    alpha: float = 0.1
    units: int | None = None
    seed: int = 1
    draws: int = 200
    years: int = 10
    workers: int = 1
    search: bool = True

    def check(self) -> None:
        """Raise SettingError where a setting is impossible."""
        limits = (("alpha", self.alpha, 0, 0.99), ("draws", self.draws, 2, 1_000_000), ("years", self.years, 1, 60),
                  ("units", 1 if self.units is None else self.units, 1, 5), ("seed", self.seed, 0, 2**63),
                  ("workers", self.workers, 1, 256))  # fmt: skip
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise SettingError(f"{name} = {value}: choose a number from {low} to {high}")


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


class _Answer:
    """Rows of the answer from the runs of the first 0, 1, … decisions."""

    def __init__(self, runs: PipelineRuns, outcomes: Sequence[Outcome], settings: HeadroomSettings) -> None:
        self.runs, self.outcomes, self.settings = runs, outcomes, settings
        self.most = len(outcomes) - 1

    def numbers(self, rows: Sequence[int]) -> Integers:
        broken = np.array([o.broken[list(rows)].any(axis=0) for o in self.outcomes])
        return breaking_numbers(broken)

    def left(self, rows: Sequence[int]) -> dict[str, Any]:
        numbers = self.numbers(rows)
        taken = np.maximum(numbers - 1, 0)
        risk = _risk(numbers, self.most)
        left = decisions_left(numbers, self.settings.alpha, self.most)
        return {
            "decisions_left": left,
            "low": int(np.quantile(taken, LOW, method="lower")),
            "high": int(np.quantile(taken, HIGH, method="higher")),
            "whole_pipeline": left == self.most,
            "p_below_without": float(risk[0]),
            "p_below_with_all": float(risk[-1]),
            "p_below_by_number": [float(p) for p in risk],
        }

    def row(self, hospital: int, rows: Sequence[int]) -> dict[str, Any]:
        first, share = _first_floor(self.outcomes, self.numbers(rows), rows)
        return {
            "hospital": self.runs.hospitals[hospital],
            **self.left(rows),
            "first_floor_broken": None if first is None else self.runs.rows[first].floor.id,
            "first_floor_measure": None if first is None else self.runs.rows[first].floor.measure,
            "first_floor_share": share,
            "floors": [
                {"floor": self.runs.rows[r].floor.id, "measure": self.runs.rows[r].floor.measure, **self.left([r])}
                for r in rows
            ],
        }


def _rows_of(rows: Sequence[FloorRow], hospital: int) -> list[int]:
    return [r for r, row in enumerate(rows) if row.hospital == hospital]


def _evaluator(runs: PipelineRuns, areas: int, step: Callable[[], None]) -> Evaluate:
    """Return a function from a set of decisions to P(below) and the mean excess of each hospital; remembers."""
    known: dict[frozenset[int], tuple[Floats, Floats]] = {}
    hospital = np.array([row.hospital for row in runs.rows])

    def evaluate(chosen: frozenset[int]) -> tuple[Floats, Floats]:
        if chosen not in known:
            inside = np.zeros((areas, runs.draws), dtype=np.bool_)
            inside[list(chosen)] = True
            outcome = runs.outcome(inside)
            step()
            size = len(runs.hospitals)
            below, excess = np.zeros(size), np.zeros(size)
            for h in np.unique(hospital):
                below[h] = float(outcome.broken[hospital == h].any(axis=0).mean())
                excess[h] = float(outcome.excess[hospital == h].mean())
            known[chosen] = below, excess
        return known[chosen]

    return evaluate


def _wanted(system: CareSystem, runs: PipelineRuns, hospital: str | None) -> list[int]:
    if hospital is not None:
        return [runs.structure.places.hospital_of[hospital]]
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Hospital"]}
    return [h for h, name in enumerate(runs.hospitals) if kinds[name] == "university" and _rows_of(runs.rows, h)]


def headroom(
    system: CareSystem,
    floors: Sequence[Floor],
    as_of: date,
    hospital: str | None = None,
    settings: HeadroomSettings | None = None,
    progress: Progress | None = None,
) -> dict[str, Any]:
    """Return how many decisions of the pipeline each hospital takes before it falls below a hard floor.

    Parameters
    ----------
    system
        A validated system; never changed.
    floors
        The profile (`floors_of`).
    as_of
        Date of today; the decisions act on the day after.
    hospital
        Only this one; all university hospitals if None.
    settings
        Draws, alpha, units; see `HeadroomSettings`.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    dict
        ``pipeline`` (areas) and ``rows`` (a hospital each); fields as in the documentation of the command.

    Raises
    ------
    SettingError
        If a setting is impossible, nothing is under way, or no hard floor holds for the hospital.
    """
    settings = settings or HeadroomSettings()
    settings.check()
    areas = pipeline(system, as_of, settings.units)
    if not areas:
        raise SettingError("no area with providers is in process, tabled or proposed: there is no pipeline to look at")
    done, total = 0, len(areas) + 1

    def step() -> None:
        nonlocal done, total
        done += 1
        total = max(total, done)
        if progress is not None:
            progress(done, total)

    runs = _runs(system, areas, floors, as_of, settings, settings.draws)
    wanted = _wanted(system, runs, hospital)
    if not wanted or not all(_rows_of(runs.rows, h) for h in wanted):
        raise SettingError(
            f"no hard floor holds for {hospital or 'any university hospital'}: see floors.csv, or --floors"
        )
    ranks = order_ranks(areas, settings.seed, settings.draws)
    outcomes: list[Outcome] = []
    for number in range(len(areas) + 1):
        outcomes.append(runs.outcome(ranks < number))
        step()
    answer = _Answer(runs, outcomes, settings)
    rows = [answer.row(h, _rows_of(runs.rows, h)) for h in wanted]
    few = _runs(system, areas, floors, as_of, settings, min(settings.draws, SEARCH_DRAWS)) if settings.search else None
    if few is not None:
        total += len(areas) + 1
    evaluate = None if few is None else _evaluator(few, len(areas), step)
    full = _evaluator(runs, len(areas), step)
    for h, row in zip(wanted, rows, strict=True):
        chosen, exact = _smallest(evaluate, len(areas), h, row, settings.alpha)
        row["smallest_breaking_set"] = None if chosen is None else [areas[i].area for i in chosen]
        below = full(frozenset(chosen or ()))[0][h] if chosen else None
        row["p_below_with_set"] = below
        row["exact"] = exact if below is None else exact and below > settings.alpha
    return {"pipeline": [_described(a) for a in areas], "alpha": settings.alpha, "rows": rows}


def _smallest(
    evaluate: Evaluate | None, areas: int, hospital: int, row: dict[str, Any], alpha: float
) -> tuple[tuple[int, ...] | None, bool | None]:
    if row["decisions_left"] is None:
        return (), True
    if evaluate is None:
        return None, None
    return smallest_breaking_set(evaluate, areas, hospital, alpha)


def _runs(
    system: CareSystem, areas: Sequence[PipelineArea], floors: Sequence[Floor], as_of: date,
    settings: HeadroomSettings, draws: int,
) -> PipelineRuns:  # fmt: skip
    return PipelineRuns(
        system, areas, floors, as_of, seed=settings.seed, draws=draws, years=settings.years, workers=settings.workers
    )


def _described(area: PipelineArea) -> dict[str, Any]:
    return {
        "area": area.area,
        "units": area.units,
        "units_from": area.units_from,
        "step": area.step or None,
        "providers": len(area.providers),
    }
