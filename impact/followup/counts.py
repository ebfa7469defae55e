"""Chance in small yearly counts: limits of a count, exact intervals of its mean, exact intervals of a share.

Counts are negative binomial with variance = dispersion × mean (Poisson at 1), as in the model; sums of such counts are
of the same kind with the same dispersion, so that years may be added.
"""

from __future__ import annotations

from dataclasses import dataclass

from scipy.optimize import brentq
from scipy.stats import beta, nbinom, poisson

__all__ = ["Limits", "binomial_interval", "count_below", "funnel_limits", "mean_interval", "quantile"]

EVEN = 1 + 1e-9  # dispersion up to which a count is Poisson


@dataclass(frozen=True, slots=True)
class Limits:
    """Funnel limits of a yearly count.

    Attributes
    ----------
    expected
        Mean.
    low, high
        Inner limits: a count below `low` or above `high` has at most (1 − coverage)/2 probability each.
    outer_low, outer_high
        The same at the outer coverage.
    p_outside
        Probability of lying outside the inner limits by chance; below 1 − coverage because counts are whole.
    """

    expected: float
    low: float
    high: float
    outer_low: float
    outer_high: float
    p_outside: float


def count_below(count: float, mean: float, dispersion: float) -> float:
    """Return P(N ≤ count) of a count with the given mean and variance ``dispersion·mean``.

    Examples
    --------
    >>> round(count_below(9, 15, 1.0), 2), round(count_below(9, 15, 2.3), 2)
    (0.07, 0.17)
    """
    if mean <= 0:
        return 1.0 if count >= 0 else 0.0
    if dispersion <= EVEN:
        return float(poisson.cdf(count, mean))
    return float(nbinom.cdf(count, mean / (dispersion - 1), 1 / dispersion))


def quantile(p: float, mean: float, dispersion: float) -> float:
    """Return the smallest whole number k with P(N ≤ k) ≥ p."""
    if mean <= 0:
        return 0.0
    if dispersion <= EVEN:
        return float(poisson.ppf(p, mean))
    return float(nbinom.ppf(p, mean / (dispersion - 1), 1 / dispersion))


def funnel_limits(
    low_mean: float, mean: float, high_mean: float, dispersion: float, coverage: float, outer: float,
    known_by: float = float("inf"),
) -> Limits:  # fmt: skip
    """Return the limits between which a count is expected.

    A mean that is itself the mean of `known_by` earlier counts (or of a population `known_by` times as large) is
    uncertain; the difference has the variance ``dispersion·mean·(1 + 1/known_by)``, which stands in for the dispersion.

    Parameters
    ----------
    low_mean, mean, high_mean
        Expected count with its range; equal where the mean has no range of its own. The low limit is that of the low
        mean, the high limit that of the high mean.
    dispersion
        Variance ÷ mean of yearly counts, at least 1.
    coverage, outer
        Probability inside the inner and the outer limits.
    known_by
        Earlier years behind the mean.

    References
    ----------
    Spiegelhalter 2005, Statistics in Medicine 24:1185-1202, doi:10.1002/sim.1970.

    Examples
    --------
    >>> limits = funnel_limits(20, 20, 20, 1.0, 0.9, 0.998)
    >>> limits.low, limits.high, limits.outer_low, limits.outer_high
    (13.0, 28.0, 8.0, 35.0)
    """
    spread = dispersion * (1 + 1 / known_by)
    inner, tail = (1 - coverage) / 2, (1 - outer) / 2
    low, high = quantile(inner, low_mean, spread), quantile(1 - inner, high_mean, spread)
    outside = count_below(low - 1, mean, spread) + 1 - count_below(high, mean, spread)
    return Limits(
        mean, low, high, quantile(tail, low_mean, spread), quantile(1 - tail, high_mean, spread), max(outside, 0.0)
    )


def mean_interval(count: float, dispersion: float, coverage: float = 0.9) -> tuple[float, float]:
    """Return the exact interval of the mean behind a count, by inverting its two one-sided tests.

    At dispersion 1 it is Garwood's: χ²(α/2, 2k)/2 to χ²(1 − α/2, 2k + 2)/2.

    Parameters
    ----------
    count
        Reported number, at least 0.
    dispersion
        Variance ÷ mean, at least 1.
    coverage
        Of the interval.

    References
    ----------
    Garwood 1936, Biometrika 28:437-442, doi:10.1093/biomet/28.3-4.437.

    Examples
    --------
    >>> [round(x, 2) for x in mean_interval(10, 1.0, 0.95)]
    [4.8, 18.39]
    """
    tail = (1 - coverage) / 2
    top = 10 * dispersion * (count + 10)
    high = float(brentq(lambda m: count_below(count, m, dispersion) - tail, 1e-9, top))
    if count <= 0:
        return 0.0, high
    low = float(brentq(lambda m: 1 - count_below(count - 1, m, dispersion) - tail, 1e-9, top))
    return low, high


def binomial_interval(inside: int, total: int, coverage: float = 0.9) -> tuple[float, float]:
    """Return the exact interval of a share (Clopper and Pearson); 0 to 1 without any case.

    References
    ----------
    Clopper and Pearson 1934, Biometrika 26:404-413, doi:10.1093/biomet/26.4.404.

    Examples
    --------
    >>> [round(x, 3) for x in binomial_interval(9, 10, 0.95)]
    [0.555, 0.997]
    """
    tail = (1 - coverage) / 2
    low = 0.0 if inside == 0 else float(beta.ppf(tail, inside, total - inside + 1))
    high = 1.0 if inside >= total else float(beta.ppf(1 - tail, inside + 1, total - inside))
    return low, high
