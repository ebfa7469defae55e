"""Floors: whether a hospital's measure lies beyond its floor two years running, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from graph_schema import CareSystem, Problem, SchemaViolation
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats

__all__ = ["Floor", "at", "excess", "floors_of", "is_beyond", "is_broken", "limit_of", "worst_standing"]


@dataclass(frozen=True, slots=True)
class Floor:
    """One row of the floor profile.

    Attributes
    ----------
    basis
        ``absolute`` (the threshold) or ``relative`` (against none of the decisions in the same draw).
    direction
        ``at_least`` or ``at_most``.
    threshold
        Of an absolute floor, in the unit of the measure.
    low, high
        Least and largest threshold that would be as reasonable; None: not stated.
    """

    id: str
    hospital_kind: str
    measure: str
    basis: str
    direction: str
    is_hard: bool
    threshold: float | None
    low: float | None = None
    high: float | None = None

    @property
    def strict(self) -> float | None:
        """The hardest of the thresholds that are as reasonable."""
        return self.low if self.direction == "at_most" else self.high

    @property
    def lenient(self) -> float | None:
        """The easiest of the thresholds that are as reasonable."""
        return self.high if self.direction == "at_most" else self.low


def at(floor: Floor, threshold: float | None) -> Floor:
    """Return the floor at another threshold; the floor itself if it is relative or the threshold is None.

    Examples
    --------
    >>> at(Floor("f", "university", "x", "absolute", "at_most", True, 10.0, 5.0, 20.0), 5.0).threshold
    5.0
    """
    return floor if floor.basis == "relative" or threshold is None else replace(floor, threshold=threshold)


def floors_of(system: CareSystem) -> tuple[Floor, ...]:
    """Return the floor profile of a dataset.

    Raises
    ------
    SchemaViolation
        If a floor names an unknown measure or an absolute one has no threshold; lists all.
    """
    problems: list[Problem] = []
    found: list[Floor] = []
    for record in system.rows["floors"]:
        measure, basis, threshold = record.text("measure"), record.text("basis"), record.number("threshold")
        if measure not in load_measures():
            problems.append(Problem("floors.csv", None, "measure", measure, "unknown measure",
                                    "choose one of " + ", ".join(load_measures())))  # fmt: skip
        if basis == "absolute" and threshold is None:
            problems.append(Problem("floors.csv", None, "threshold", None, "an absolute floor without a threshold",
                                    "state it with its source"))  # fmt: skip
        found.append(
            Floor(record.key[0], record.text("hospital_kind"), measure, basis, record.text("direction"),
                  record.text("hardness") == "hard", threshold, record.number("threshold_low"),
                  record.number("threshold_high"))
        )  # fmt: skip
    if problems:
        raise SchemaViolation(problems)
    return tuple(found)


def limit_of(floor: Floor, none: Floats, tolerance: float) -> Floats:
    """Return the floor in each draw, in the unit of the measure, shape (N,); parameters as `is_broken`."""
    if floor.basis == "absolute":
        return np.full_like(none, floor.threshold or 0.0)
    slack = tolerance * np.abs(none)
    return none - slack if floor.direction == "at_least" else none + slack


def excess(floor: Floor, values: Floats, none: Floats, tolerance: float) -> Floats:
    """Return how far beyond a floor a measure lies, as a share of the floor (of 1 where the floor is smaller).

    Parameters
    ----------
    floor, values, none, tolerance
        As `is_broken`.

    Returns
    -------
    array, shape (N, years)
        Negative within the floor.
    """
    limit = limit_of(floor, none, tolerance)[:, None]
    beyond = limit - values if floor.direction == "at_least" else values - limit
    return beyond / np.maximum(1.0, np.abs(limit))


def is_beyond(floor: Floor, values: Floats, none: Floats, tolerance: float) -> Booleans:
    """Return whether values lie beyond a floor by more than rounding; parameters as `is_broken`, shapes broadcast."""
    limit = limit_of(floor, none, tolerance)
    rounding = 1e-9 * np.maximum(1.0, np.abs(limit))
    return values < limit - rounding if floor.direction == "at_least" else values > limit + rounding


def is_broken(floor: Floor, values: Floats, none: Floats, tolerance: float) -> Booleans:
    """Return whether a floor is broken: beyond it this year and last.

    Parameters
    ----------
    floor
        The floor.
    values
        A hospital's measure, shape (N, years + 1).
    none
        The same with none of the decisions, shape (N,).
    tolerance
        Of relative floors.

    Returns
    -------
    array, shape (N, years + 1)
        Never in year 0.
    """
    beyond = is_beyond(floor, values, none[:, None], tolerance)
    broken = np.zeros_like(beyond)
    broken[:, 1:] = beyond[:, 1:] & beyond[:, :-1]
    return broken


def worst_standing(floor: Floor, values: Floats) -> Floats:
    """Return the level that a measure is at or beyond two years running at worst: what a floor is held against.

    Parameters
    ----------
    floor
        Which direction is worse.
    values
        A hospital's measure, shape (N, years + 1).

    Returns
    -------
    array, shape (N,)
        In the unit of the measure; the floor is broken in some year where this lies beyond it.

    Examples
    --------
    >>> at_most = Floor("f", "university", "x", "absolute", "at_most", True, 10.0)
    >>> worst_standing(at_most, np.array([[3.0, 9.0, 4.0, 5.0]])).tolist()
    [4.0]
    """
    if floor.direction == "at_most":
        return np.asarray(np.minimum(values[:, 1:], values[:, :-1]).max(axis=1), dtype=np.float64)
    return np.asarray(np.maximum(values[:, 1:], values[:, :-1]).min(axis=1), dtype=np.float64)


def floors_for(floors: Sequence[Floor], kinds: Mapping[str, str], hospital: str, measure: str) -> tuple[Floor, ...]:
    """Return the floors that hold for a hospital's measure."""
    return tuple(f for f in floors if f.measure == measure and f.hospital_kind == kinds.get(hospital))
