"""The smallest set of decisions that breaks a hospital's floor: exact to two, three by a screen, else greedy."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations
from math import comb

import numpy as np

from impact.model.arrays import Floats

__all__ = ["MOST_RUNS", "Evaluate", "Screen", "smallest_breaking_set"]

MOST_RUNS = 500  # sets of one size looked at; where there are more the screen or the greedy set stands
EXACT_SIZE = 3
VERIFIED = 40  # of the sets that the screen puts highest, so many are run

Screen = Callable[[Sequence[frozenset[int]], int], Floats]
"""From sets of three and a hospital to an estimate of P(below) of each set, shape (sets,)."""

Evaluate = Callable[[frozenset[int]], tuple[Floats, Floats]]
"""From a set of decisions to P(below) and the mean excess over the floors, each of shape (hospitals,)."""


def _key(evaluate: Evaluate, chosen: frozenset[int], hospital: int) -> tuple[float, float]:
    below, excess = evaluate(chosen)
    return float(below[hospital]), float(excess[hospital])


def _nothing(sets: Iterable[frozenset[int]]) -> None:
    """Run nothing beforehand."""


def _screened(
    evaluate: Evaluate, sets: Sequence[frozenset[int]], hospital: int, alpha: float, screen: Screen
) -> frozenset[int] | None:
    """Return the first set above `alpha` among those that a screen puts highest, each evaluated; None if none is."""
    order = np.argsort(-screen(sets, hospital), kind="stable")
    highest = [sets[int(place)] for place in order[:VERIFIED]]
    return next((s for s in highest if _key(evaluate, s, hospital)[0] > alpha), None)


def _greedy(
    evaluate: Evaluate, decisions: int, hospital: int, alpha: float,
    prepare: Callable[[Iterable[frozenset[int]]], None],
) -> frozenset[int] | None:  # fmt: skip
    """Add the decision that brings the hospital closest to its floors until it is below; None if it never is."""
    chosen: frozenset[int] = frozenset()
    for _ in range(decisions):
        rest = [chosen | {d} for d in range(decisions) if d not in chosen]
        prepare(rest)
        chosen = max(rest, key=lambda s: (_key(evaluate, s, hospital), [-d for d in sorted(s)]))
        if _key(evaluate, chosen, hospital)[0] > alpha:
            return chosen
    return None


def smallest_breaking_set(
    evaluate: Evaluate,
    decisions: int,
    hospital: int,
    alpha: float,
    most_runs: int = MOST_RUNS,
    screen: Screen | None = None,
    prepare: Callable[[Iterable[frozenset[int]]], None] = _nothing,
) -> tuple[tuple[int, ...] | None, bool]:
    """Return the smallest set that brings P(below) of a hospital above `alpha`, and whether no smaller one does.

    Among sets of the same size it is the one with the largest probability. The greedy set bounds the size; all smaller
    sets of up to three are then looked at where they are few enough. Where the sets of three are too many, those that
    the screen puts highest are evaluated: one of them that breaks the floor is the smallest, as all pairs are known by
    then; where none does, the greedy set stands and is not exact.

    Parameters
    ----------
    evaluate
        Remembers what it was asked, so that several hospitals share the work.
    decisions
        Number of decisions in the pipeline.
    hospital
        Index into what `evaluate` returns.
    alpha
        Largest probability that is put up with.
    most_runs
        Sizes with more sets than this are not looked through.
    screen
        Estimate for sets of three, from their pairs; None: none.
    prepare
        Called with sets that will be evaluated, so that they can be run together.

    Returns
    -------
    set
        Indices in order; None where not even all decisions together break a floor (as far as the search went).
    exact
        Whether every smaller set was looked at.
    """
    everything = frozenset(range(decisions))
    if _key(evaluate, everything, hospital)[0] <= alpha:
        return None, False
    found = _greedy(evaluate, decisions, hospital, alpha, prepare) or everything
    for size in range(1, min(EXACT_SIZE, len(found)) + 1):
        sets = [frozenset(s) for s in combinations(range(decisions), size)]
        if comb(decisions, size) > most_runs:
            if len(found) <= size:
                return tuple(sorted(found)), True
            few = None
            if screen is not None and size == EXACT_SIZE:
                few = _screened(evaluate, sets, hospital, alpha, screen)
            return tuple(sorted(few or found)), few is not None
        prepare(sets)
        best = max(sets, key=lambda s: (_key(evaluate, s, hospital), [-d for d in sorted(s)]))
        if _key(evaluate, best, hospital)[0] > alpha:
            return tuple(sorted(best)), True
        if size == len(found) - 1:
            return tuple(sorted(found)), True
    return tuple(sorted(found)), False
