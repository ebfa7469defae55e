"""What quantities without influence show: the law of the value of information of a permuted column, computed."""

from __future__ import annotations

import numpy as np
from scipy.stats import binom, hypergeom

from impact.model.arrays import Booleans, Floats, Integers
from impact.questions.verdicts import bin_sizes, prior_verdict

__all__ = ["NullLaw"]

CONFIDENCE = 0.95
WIDE = 8.0  # standard deviations that the counts are followed
CELLS = 512
NEGLIGIBLE = 1e-14


class NullLaw:
    """What quantities without influence show at one threshold.

    Permuting the draws of a column deals the broken draws out to its bins at random: their counts follow the
    multivariate hypergeometric law, whatever the column. The value of information is then
    Σ_bins max(0, ±(π·size − count)) / ((1 − π)·N), the sum over bins in which the verdict becomes another; its law
    follows from binomial counts, bin by bin, given their sum.

    Parameters
    ----------
    broken
        In which draws a floor breaks, shape (N,).
    threshold
        π.
    columns
        How many quantities and groups are looked at: the null maximum is the largest of as many independent ones.

    Attributes
    ----------
    mean
        Expected value.
    largest
        95 % point of the largest value among the columns (rounded up to a grid of a 512th of its range).
    """

    def __init__(self, broken: Booleans, threshold: float, columns: int) -> None:
        draws, total = len(broken), int(broken.sum())
        self.mean = self.largest = 0.0
        if total in (0, draws):
            return
        sizes = bin_sizes(draws)
        sign = 1.0 if prior_verdict(total / draws, threshold) else -1.0
        scale = 1 / ((1 - threshold) * draws)
        for size in sizes.tolist():
            counts: Integers = np.arange(size + 1, dtype=np.int64)
            gain = np.maximum(sign * (threshold * size - counts), 0.0)
            self.mean += scale * float(gain @ hypergeom.pmf(counts, draws, total, size))
        step, law = _law(sizes, total / draws, total, threshold, sign)
        beyond = 1 - np.cumsum(law)
        allowed = 1 - CONFIDENCE ** (1 / max(columns, 1))
        self.largest = scale * step * int(np.argmax(beyond <= allowed))


def _law(sizes: Integers, p: float, total: int, threshold: float, sign: float) -> tuple[float, Floats]:
    """Return the grid's step and the probability of each grid value of the sum of gains, in draws."""
    spread = np.sqrt(sizes.sum() * p * (1 - p))
    step = 1 / np.ceil(CELLS / (WIDE * spread))  # a whole number of steps makes a draw
    cells = int(np.ceil(WIDE * spread / step)) + 1
    reach = int(np.ceil(WIDE * spread)) + len(sizes)
    table = np.zeros((2 * reach + 1, cells))
    table[reach, 0] = 1.0
    middle = 0
    for size in sizes.tolist():
        centre = round(size * p)
        middle += centre
        counts: Integers = np.arange(size + 1, dtype=np.int64)
        chances: Floats = np.asarray(binom.pmf(counts, size, p), dtype=np.float64)
        gains = np.maximum(sign * (threshold * size - counts), 0.0)
        right = np.minimum(np.ceil(gains / step - 1e-9), cells - 1).astype(np.int64)
        following = np.zeros_like(table)
        for count in np.flatnonzero(chances > NEGLIGIBLE).tolist():
            _add(following, table, float(chances[count]), count - centre, int(right[count]))
        table = following
    row = table[reach + total - middle]
    return float(step), row / row.sum()


def _add(into: Floats, table: Floats, chance: float, down: int, right: int) -> None:
    """Add the table, moved down and right, times a chance; what would leave on the right stays in the last cell."""
    rows, cells = table.shape
    if abs(down) >= rows:
        return
    source = table[max(-down, 0) : rows - max(down, 0)]
    target = into[max(down, 0) : rows - max(-down, 0)]
    target[:, right:] += chance * source[:, : cells - right]
    if right:
        target[:, -1] += chance * source[:, cells - right :].sum(axis=1)
