"""Floors: whether a hospital's measure lies beyond its floor two years running, draw by draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph_schema import CareSystem, Problem, SchemaViolation
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats

__all__ = ["Floor", "excess", "floors_of", "is_broken"]


@dataclass(frozen=True, slots=True)
class Floor:
    """One row of the floor profile.

    Attributes
    ----------
    basis
        ``absolute`` (the threshold) or ``relative`` (against none of the decisions in the same draw).
    direction
        ``at_least`` or ``at_most``.
    """

    id: str
    hospital_kind: str
    measure: str
    basis: str
    direction: str
    is_hard: bool
    threshold: float | None


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
                  record.text("hardness") == "hard", threshold)
        )  # fmt: skip
    if problems:
        raise SchemaViolation(problems)
    return tuple(found)


def _limit(floor: Floor, none: Floats, tolerance: float) -> Floats:
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
    limit = _limit(floor, none, tolerance)[:, None]
    beyond = limit - values if floor.direction == "at_least" else values - limit
    return beyond / np.maximum(1.0, np.abs(limit))


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
    limit = _limit(floor, none, tolerance)
    rounding = 1e-9 * np.maximum(1.0, np.abs(limit))[:, None]
    lower = floor.direction == "at_least"
    beyond = values < limit[:, None] - rounding if lower else values > limit[:, None] + rounding
    broken = np.zeros_like(beyond)
    broken[:, 1:] = beyond[:, 1:] & beyond[:, :-1]
    return broken


def floors_for(floors: Sequence[Floor], kinds: Mapping[str, str], hospital: str, measure: str) -> tuple[Floor, ...]:
    """Return the floors that hold for a hospital's measure."""
    return tuple(f for f in floors if f.measure == measure and f.hospital_kind == kinds.get(hospital))
