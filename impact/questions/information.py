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
PAIRED = 12  # columns of a group whose products are looked at
PAIR = 2
HALF = 0.5
CHUNK = 1024
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
    order = np.argsort(values, axis=1)  # several times faster than a stable sort, which only ties need
    ordered = np.take_along_axis(values, order, axis=1)
    ties = np.flatnonzero((ordered[:, 1:] == ordered[:, :-1]).any(axis=1))
    order[ties] = np.argsort(values[ties], axis=1, kind="stable")
    ranks = np.empty_like(order)
    np.put_along_axis(ranks, order, np.arange(draws, dtype=np.int64)[None], axis=1)
    spread = np.sqrt((draws**2 - 1) / 12) if draws > 1 else 1.0
    varies = np.ptp(values, axis=1) > 0
    return (ranks - (draws - 1) / 2) / spread * varies[:, None] + 0.0  # no negative zero


def _bent(ranks: Ranks) -> Ranks:
    """Return the Legendre polynomial of degree 2 of standard ranks: mean 0 and variance 1, uncorrelated with them."""
    bent: Ranks = (ranks * ranks - 1) * ranks.dtype.type(np.sqrt(1.25))
    return bent


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
    A column is cut into ten quantile bins. A group is read by one index: a regression of "a floor breaks" on the
    group's columns, as a sparse expansion in Legendre polynomials of their ranks: each column straight and bent
    (degrees 1 and 2), and the products of pairs among its twelve columns that move P(F) most. The numbers are
    independent, so that the terms are orthogonal and each coefficient is a correlation. Coefficients come from four
    fifths of the draws and give the index of the last fifth, so that a group of many columns gains nothing by fitting
    noise; those below √(2 ln terms) standard errors are set to 0. The bins of the index, not the regression, give the
    value: knowing the index is knowing less than the group, so that for groups the value is a lower bound. What is
    missing: products of three or more, of pairs outside the twelve, and effects too weak for the draws.

    References
    ----------
    Strong, Oakley & Brennan 2014, Medical Decision Making 34:311-326, for EVPPI by regression on one sample; Strong &
    Oakley 2013, Medical Decision Making 33:755-766, for ordering and binning; Blatman & Sudret 2011, Journal of
    Computational Physics 230:2345-2367, for sparse polynomial expansions; Donoho & Johnstone 1994, Biometrika
    81:425-455, for the threshold.
    """

    def __init__(self, ranks: Ranks, broken: Booleans, seed: int = 1) -> None:
        self.ranks, self.broken, self.seed = ranks, broken, seed
        self.draws = len(broken)
        self.sizes = bin_sizes(self.draws)
        self._starts = np.cumsum(self.sizes) - self.sizes
        self._fold = np.arange(self.draws) % FOLDS
        self._many = bool(broken.mean() > HALF)
        self._few = np.ascontiguousarray(ranks[:, ~broken if self._many else broken])
        self._straight, self._bends = self._fitted()

    def _fitted(self) -> tuple[Floats, Floats]:
        """How much a column's polynomials move P(F) in standard errors, without each fifth: twice (folds, columns)."""
        inside = self._fold != np.arange(FOLDS)[:, None]
        broken = self.broken * inside
        chance = broken.sum(axis=1) / inside.sum(axis=1)
        spread = np.sqrt(chance * (1 - chance) * inside.sum(axis=1))
        score = (broken - chance[:, None] * inside) / np.where(spread > 0, spread, np.inf)[:, None]
        score = score.astype(self.ranks.dtype)
        found = np.zeros((2, FOLDS, len(self.ranks)))
        for first in range(0, len(self.ranks), CHUNK):
            part = self.ranks[first : first + CHUNK]
            found[0, :, first : first + CHUNK] = score @ part.T
            found[1, :, first : first + CHUNK] = score @ _bent(part).T
        return found[0], found[1]

    def _counted(self, index: Ranks) -> Integers:
        order = np.argsort(index, kind="stable")
        return np.add.reduceat(self.broken[order].astype(np.int64), self._starts)

    def _column_counted(self, column: int) -> Integers:
        """As `_counted`, from the ranks that are there: only the broken draws, or only the others, are looked at."""
        if not self.ranks[column, 0]:  # a column that does not vary, or (rarely) one with its middle rank first
            return self._counted(self.ranks[column])
        spread = np.sqrt((self.draws**2 - 1) / 12)
        place = np.rint(self._few[column] * spread + (self.draws - 1) / 2).astype(np.int64)
        edges: Integers = np.append(self._starts, self.draws)
        found: Integers = np.histogram(place, edges)[0].astype(np.int64)
        return self.sizes - found if self._many else found

    def column_counts(self) -> Integers:
        """Return broken draws by bin of each column, shape (columns, bins)."""
        return np.array([self._column_counted(i) for i in range(len(self.ranks))], dtype=np.int64)

    def _raw_index(self, fold: int, columns: Integers) -> Floats:
        """Return the index of a group in the draws of a fifth, fitted on the others; any scale."""
        straight, bends = self._straight[fold, columns], self._bends[fold, columns]
        best = np.sort(np.argsort(-np.maximum(np.abs(straight), np.abs(bends)), kind="stable")[:PAIRED])
        terms = 2 * len(columns) + len(best) * (len(best) - 1) // 2
        least = np.sqrt(2 * np.log(terms))
        own, other = np.flatnonzero(self._fold == fold), np.flatnonzero(self._fold != fold)
        index = np.zeros(len(own))
        kept = np.abs(straight) >= least
        if kept.any():
            index += straight[kept] @ self.ranks[np.ix_(columns[kept], own)]
        kept = np.abs(bends) >= least
        if kept.any():
            index += bends[kept] @ _bent(self.ranks[np.ix_(columns[kept], own)])
        chance = float(self.broken[other].mean())
        if len(best) < PAIR or chance in (0.0, 1.0):
            return index
        fitted, read = (self.ranks[np.ix_(columns[best], w)] for w in (other, own))
        score = (self.broken[other] - chance) / np.sqrt(chance * (1 - chance) * len(other))
        pairs = np.triu((fitted * score) @ fitted.T, 1)
        pairs[np.abs(pairs) < least] = 0.0
        if pairs.any():
            index += ((pairs.T @ read) * read).sum(axis=0)
        return index

    def group_index(self, members: Sequence[int]) -> Floats:
        """Return the index of a group in each draw, as ranks inside each fifth of the draws, shape (N,)."""
        columns = np.asarray(members, dtype=np.int64)
        index = np.zeros(self.draws)
        for fold in range(FOLDS):
            where = np.flatnonzero(self._fold == fold)
            # without a term the order of the draws, which knows nothing, decides
            order = np.argsort(self._raw_index(fold, columns), kind="stable")
            index[where[order]] = (np.arange(len(where)) + 0.5) / len(where)
        return index

    def group_counts(self, groups: Sequence[Sequence[int]]) -> Integers:
        """Return broken draws by bin of each group, shape (groups, bins); a group of one column by the column."""
        found = np.zeros((len(groups), BINS), dtype=np.int64)
        for i, members in enumerate(groups):
            alone = len(members) == 1
            found[i] = self._column_counted(members[0]) if alone else self._counted(self.group_index(members))
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
