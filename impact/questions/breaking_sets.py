"""The smallest set of decisions that breaks a hospital's floor: exact to three, else greedy."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from math import comb

from impact.model.arrays import Floats

__all__ = ["MOST_RUNS", "Evaluate", "smallest_breaking_set"]

MOST_RUNS = 350  # sets of one size looked at; where there are more the greedy set stands
EXACT_SIZE = 3

Evaluate = Callable[[frozenset[int]], tuple[Floats, Floats]]
"""From a set of decisions to P(below) and the mean excess over the floors, each of shape (hospitals,)."""


def _key(evaluate: Evaluate, chosen: frozenset[int], hospital: int) -> tuple[float, float]:
    below, excess = evaluate(chosen)
    return float(below[hospital]), float(excess[hospital])


def _greedy(evaluate: Evaluate, decisions: int, hospital: int, alpha: float) -> frozenset[int] | None:
    """Add the decision that brings the hospital closest to its floors until it is below; None if it never is."""
    chosen: frozenset[int] = frozenset()
    for _ in range(decisions):
        rest = [chosen | {d} for d in range(decisions) if d not in chosen]
        chosen = max(rest, key=lambda s: (_key(evaluate, s, hospital), [-d for d in sorted(s)]))
        if _key(evaluate, chosen, hospital)[0] > alpha:
            return chosen
    return None


def smallest_breaking_set(
    evaluate: Evaluate, decisions: int, hospital: int, alpha: float, most_runs: int = MOST_RUNS
) -> tuple[tuple[int, ...] | None, bool]:
    """Return the smallest set that brings P(below) of a hospital above `alpha`, and whether no smaller one does.

    Among sets of the same size it is the one with the largest probability. The greedy set bounds the size; all smaller
    sets of up to three are then looked at where they are few enough.

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
    found = _greedy(evaluate, decisions, hospital, alpha) or everything
    for size in range(1, min(EXACT_SIZE, len(found)) + 1):
        if comb(decisions, size) > most_runs:
            return tuple(sorted(found)), len(found) <= size
        sets = (frozenset(s) for s in combinations(range(decisions), size))
        best = max(sets, key=lambda s: (_key(evaluate, s, hospital), [-d for d in sorted(s)]))
        if _key(evaluate, best, hospital)[0] > alpha:
            return tuple(sorted(best)), True
        if size == len(found) - 1:
            return tuple(sorted(found)), True
    return tuple(sorted(found)), False
