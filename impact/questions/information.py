"""The value of knowing more before an opinion is given: from draws, without new runs of the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from impact.model.arrays import Booleans, Floats, Integers
from impact.questions.null_law import NullLaw
from impact.questions.verdicts import BINS, bin_sizes, prior_verdict, raw_evppi

__all__ = ["FOLDS", "Estimate", "Information", "Ranks", "standard_ranks"]

Ranks = NDArray[np.floating[Any]]  # single precision where there are many columns

FOLDS = 5
BOOTSTRAP = 400
BOOTSTRAP_STREAM = 12


def standard_ranks(values: Floats) -> Floats:
    """Return each row as its ranks, with mean 0 and variance 1; ties in the order of the draws.

    Parameters
    ----------
    values
        Shape (columns, N); a row that does not vary gives zeros.

    Examples
    --------
    >>> standard_ranks(np.array([[3.0, 1.0], [2.0, 2.0]])).tolist()
    [[1.0, -1.0], [0.0, 0.0]]
    """
    draws = values.shape[1]
    order = np.argsort(values, axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(draws, dtype=np.int64)[None], axis=1)
    spread = np.sqrt((draws**2 - 1) / 12) if draws > 1 else 1.0
    varies = np.ptp(values, axis=1) > 0
    return (ranks - (draws - 1) / 2) / spread * varies[:, None] + 0.0  # no negative zero


@dataclass(frozen=True)
class Estimate:
    """What knowing one quantity, or one group, is worth.

    Attributes
    ----------
    evppi
        Expected loss avoided, less what a quantity without influence would show; never below 0.
    se
        Its standard error, by resampling the draws inside each bin.
    null_evppi
        What was subtracted.
    changes
        Probability that the verdict becomes another than today's.
    lowest, highest
        P(F) in the most and in the least favourable bin.
    is_told
        Whether it lies above the 95 % point of the largest value among quantities without influence.
    """

    evppi: float
    se: float
    null_evppi: float
    changes: float
    lowest: float
    highest: float
    is_told: bool


class Information:
    """Values of information of columns and groups of columns, from one sample.

    Parameters
    ----------
    ranks
        Of `standard_ranks`, shape (columns, N).
    broken
        In which draws a floor breaks, shape (N,).
    seed
        For null and resampling.

    Notes
    -----
    A column is cut into ten quantile bins. A group is read by one index, the sum of its columns weighted by how much
    each moves P(F): weights come from four fifths of the draws and give the index of the last fifth, so that a group
    of many columns gains nothing by fitting noise; weights below √(2 ln columns) standard errors are set to 0. What an
    index of this kind does not see (interactions, bends) is missing: for groups the value is a lower bound.

    References
    ----------
    Strong, Oakley & Brennan 2014, Medical Decision Making 34:311-326, for EVPPI from one sample; Strong & Oakley 2013,
    Medical Decision Making 33:755-766, for ordering and binning.
    """

    def __init__(self, ranks: Ranks, broken: Booleans, seed: int = 1) -> None:
        self.ranks, self.broken, self.seed = ranks, broken, seed
        self.draws = len(broken)
        self.sizes = bin_sizes(self.draws)
        self._starts = np.cumsum(self.sizes) - self.sizes
        self._fold = np.arange(self.draws) % FOLDS
        self._weights = self._fitted()

    def _fitted(self) -> Floats:
        """How much each column moves P(F) in units of its standard error, without each fifth: (folds, columns)."""
        found = np.zeros((FOLDS, len(self.ranks)))
        for fold in range(FOLDS):
            inside = self._fold != fold
            broken = self.broken[inside].astype(self.ranks.dtype)
            spread = float(broken.std())
            if spread > 0:
                moved = self.ranks[:, inside] @ (broken - broken.mean())
                found[fold] = moved / (spread * np.sqrt(len(broken)))
        return found

    def column_counts(self) -> Integers:
        """Return broken draws by bin of each column, shape (columns, bins)."""
        found = np.zeros((len(self.ranks), BINS), dtype=np.int64)
        for i, row in enumerate(self.ranks):
            found[i] = self._counted(row)
        return found

    def _counted(self, index: Ranks) -> Integers:
        order = np.argsort(index, kind="stable")
        return np.add.reduceat(self.broken[order].astype(np.int64), self._starts)

    def group_index(self, members: Sequence[int]) -> Floats:
        """Return the index of a group in each draw, as ranks inside each fifth of the draws, shape (N,)."""
        columns = np.asarray(members, dtype=np.int64)
        least = np.sqrt(2 * np.log(max(len(columns), 1)))
        index = np.zeros(self.draws)
        for fold in range(FOLDS):
            where = np.flatnonzero(self._fold == fold)
            weights = self._weights[fold, columns]
            kept = np.abs(weights) >= least
            raw = weights[kept] @ self.ranks[np.ix_(columns[kept], where)] if kept.any() else np.zeros(len(where))
            # without a weight the order of the draws, which knows nothing, decides
            index[where[np.argsort(raw, kind="stable")]] = (np.arange(len(where)) + 0.5) / len(where)
        return index

    def group_counts(self, groups: Sequence[Sequence[int]]) -> Integers:
        """Return broken draws by bin of each group, shape (groups, bins); a group of one column by the column."""
        found = np.zeros((len(groups), BINS), dtype=np.int64)
        for i, members in enumerate(groups):
            found[i] = self._counted(self.ranks[members[0]] if len(members) == 1 else self.group_index(members))
        return found

    def estimate(self, counts: Integers, threshold: float, null: NullLaw) -> Estimate:
        """Return the value of knowing what the bins tell.

        Parameters
        ----------
        counts
            Broken draws by bin, shape (bins,).
        threshold
            π.
        null
            Of the same draws and threshold.
        """
        raw = float(raw_evppi(counts, self.sizes, threshold))
        chance = counts / self.sizes
        today = bool(prior_verdict(float(self.broken.mean()), threshold))
        flips = prior_verdict(chance, threshold) != today
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(self.seed, spawn_key=(BOOTSTRAP_STREAM,))))
        again = raw_evppi(rng.binomial(self.sizes, chance, size=(BOOTSTRAP, len(self.sizes))), self.sizes, threshold)
        return Estimate(
            evppi=max(raw - null.mean, 0.0),
            se=float(again.std(ddof=1)),
            null_evppi=null.mean,
            changes=float(self.sizes[flips].sum() / self.draws),
            lowest=float(chance.min()),
            highest=float(chance.max()),
            is_told=raw > null.largest + 1e-12,
        )
