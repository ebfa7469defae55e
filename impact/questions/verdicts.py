"""Two verdicts and what they lose: to object or not when a floor may break."""

from __future__ import annotations

import numpy as np

from graph_schema import SettingError
from impact.model.arrays import Booleans, Floats, Integers

__all__ = ["BINS", "bin_sizes", "check_threshold", "decision_loss", "prior_verdict", "raw_evppi"]

BINS = 10


def check_threshold(threshold: float) -> None:
    """Raise SettingError where a threshold leaves only one of the two losses.

    Examples
    --------
    >>> check_threshold(0.25)
    """
    if not 0 < threshold < 1:
        raise SettingError(
            f"--threshold {threshold:g}: a loss that counts only harm, or only needless objections, is smallest for "
            "the same verdict whatever becomes known, so that every value of information is zero; "
            "choose a probability between 0 and 1, such as 0.25"
        )


def decision_loss(p: Floats | float, threshold: float) -> Floats:
    """Return the expected loss of the better of two verdicts: L(p) = min(p, (1 − p)·π/(1 − π)).

    Not to object loses 1 where the floor breaks; to object loses π/(1 − π) where it would not have: so that to object
    is the better verdict just when p > π.

    Parameters
    ----------
    p
        Probability that a floor breaks.
    threshold
        π, between 0 and 1.

    Examples
    --------
    >>> decision_loss(np.array([0.0, 0.1, 0.5, 1.0]), 0.5).tolist()
    [0.0, 0.1, 0.5, 0.0]
    """
    check_threshold(threshold)
    chance = np.asarray(p, dtype=np.float64)
    return np.minimum(chance, (1 - chance) * threshold / (1 - threshold))


def prior_verdict(p: Floats | float, threshold: float) -> Booleans:
    """Return whether B1 objects: p > π."""
    return np.asarray(p, dtype=np.float64) > threshold


def bin_sizes(draws: int, bins: int = BINS) -> Integers:
    """Return how many draws each quantile bin has.

    Examples
    --------
    >>> bin_sizes(23, 10).tolist()
    [2, 2, 2, 3, 2, 2, 3, 2, 2, 3]
    """
    edges = np.arange(bins + 1) * draws // bins
    return np.diff(edges).astype(np.int64)


def raw_evppi(counts: Integers, sizes: Integers, threshold: float) -> Floats:
    """Return L(P(F)) − mean of L(P(F|bin)) for rows of counts of broken draws by bin.

    Parameters
    ----------
    counts
        Broken draws in each bin, shape (..., bins).
    sizes
        Draws in each bin, shape (bins,).
    threshold
        π.

    Examples
    --------
    Two equal halves with P(F) 0 and 1, objecting above one half: all of L(0.5) = 0.5 is avoided.

    >>> float(raw_evppi(np.array([0, 10]), np.array([10, 10]), 0.5))
    0.5
    """
    total = sizes.sum()
    prior = decision_loss(counts.sum(axis=-1) / total, threshold)
    found: Floats = prior - (decision_loss(counts / sizes, threshold) * sizes).sum(axis=-1) / total
    return found
