"""The value of knowing more before an opinion is given: from draws, without new runs of the model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from graph_schema import SettingError
from impact.model.arrays import Booleans, Floats, Integers

__all__ = ["Estimate", "Information", "NullLaw", "decision_loss", "prior_verdict", "raw_evppi", "standard_ranks"]

BINS = 10
FOLDS = 5
NULL_COLUMNS = 100_000
CONFIDENCE = 0.95
BOOTSTRAP = 400
NULL_STREAM, BOOTSTRAP_STREAM = 11, 12


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
    np.put_along_axis(ranks, order, np.arange(draws)[None], axis=1)
    spread = np.sqrt((draws**2 - 1) / 12) if draws > 1 else 1.0
    varies = np.ptp(values, axis=1) > 0
    return (ranks - (draws - 1) / 2) / spread * varies[:, None]


def bin_sizes(draws: int, bins: int = BINS) -> Integers:
    """Return how many draws each quantile bin has.

    Examples
    --------
    >>> bin_sizes(23, 10).tolist()
    [2, 2, 2, 3, 2, 2, 3, 2, 2, 3]
    """
    edges = np.arange(bins + 1) * draws // bins
    return np.diff(edges).astype(np.int64)


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


class NullLaw:
    """What quantities without influence show at one threshold.

    Permuting the draws of a quantity deals the broken draws out to the bins at random: the counts of its bins follow
    the multivariate hypergeometric law, whatever the quantity. It is sampled, not approximated.

    Parameters
    ----------
    broken
        In which draws a floor breaks, shape (N,).
    threshold
        π.
    columns
        How many quantities and groups are looked at: the null maximum is the largest of as many.
    seed
        Of the sampling.
    """

    def __init__(self, broken: Booleans, threshold: float, columns: int, seed: int) -> None:
        sizes = bin_sizes(len(broken))
        rng = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(NULL_STREAM,))))
        counts = np.zeros((NULL_COLUMNS, len(sizes)), dtype=np.int64)
        left, size_left = np.full(NULL_COLUMNS, int(broken.sum())), len(broken)
        for i, size in enumerate(sizes.tolist()):
            counts[:, i] = rng.hypergeometric(left, size_left - left, size)
            left, size_left = left - counts[:, i], size_left - size
        found = np.sort(raw_evppi(counts, sizes, threshold))
        self.mean = float(found.mean())
        self.largest = _upper_point(found, CONFIDENCE ** (1 / max(columns, 1)))


def _upper_point(ordered: Floats, probability: float) -> float:
    """Quantile of a sample; beyond it an exponential tail through its last hundredth."""
    beyond = (1 - probability) * len(ordered)
    if beyond >= 10:
        return float(np.quantile(ordered, probability, method="higher"))
    tail = ordered[-len(ordered) // 100 :]
    scale = float((tail - tail[0]).mean())
    return float(tail[0] + scale * np.log(len(tail) / beyond))


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

    def __init__(self, ranks: Floats, broken: Booleans, seed: int = 1) -> None:
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

    def _counted(self, index: Floats) -> Integers:
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

    def group_counts(self, groups: Mapping[str, Sequence[int]]) -> dict[str, Integers]:
        """Return broken draws by bin of each group; a group of one column by the column itself."""
        found: dict[str, Integers] = {}
        for name, members in groups.items():
            index = self.ranks[members[0]] if len(members) == 1 else self.group_index(members)
            found[name] = self._counted(np.asarray(index, dtype=np.float64))
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
