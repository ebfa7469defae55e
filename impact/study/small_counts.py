"""Tests of two small yearly counts against each other that respect their overdispersion, and the control of many.

Given the sum of two Poisson counts the second is binomial (Przyborowski and Wilenski 1940, Biometrika 31:313–323). With
negative binomial counts whose variance is φ times the mean it is beta-binomial instead; φ = 1 gives the binomial back.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

__all__ = ["adjusted", "conditional_p", "rate_ratio", "ratio_interval", "ratio_of_ratios", "ratio_of_ratios_p"]

ALIKE = 1 + 1e-7  # as scipy.stats.binomtest: outcomes whose probabilities agree to this are equally likely
LEVEL = 0.95


def rate_ratio(before: float, after: float, exposure: float = 1.0) -> float | None:
    """Return the ratio of the two yearly rates, ``after / (before · exposure)``; None where before is 0.

    Parameters
    ----------
    before, after
        Counts of the two periods.
    exposure
        Length of the second period in lengths of the first.
    """
    return after / (before * exposure) if before > 0 else None


def conditional_p(before: int, after: int, exposure: float = 1.0, dispersion: float = 1.0) -> float:
    """Return the two-sided probability of a split of the sum as uneven as this one, were the rates the same.

    ``after | before + after = n`` is binomial(n, e/(1+e)) for Poisson counts; for counts with variance φ·mean it is
    beta-binomial with a = n·e/(1+e)/(φ−1) and b = n/(1+e)/(φ−1), the common mean estimated from n. All outcomes at most
    as probable as the one seen are added.

    Parameters
    ----------
    before, after
        Counts of the two periods.
    exposure
        e: length of the second period in lengths of the first, above 0.
    dispersion
        φ = variance ÷ mean of a yearly count, at least 1.

    Returns
    -------
    float
        0–1; 1 where both counts are 0.

    Examples
    --------
    >>> round(conditional_p(2, 10), 4), round(conditional_p(2, 10, dispersion=2.3), 4)
    (0.0386, 0.1706)
    """
    n = before + after
    if n == 0:
        return 1.0
    share = exposure / (1 + exposure)
    outcomes = np.arange(n + 1)
    law: Any
    if dispersion <= 1:
        law = stats.binom(n, share)
    else:
        size = n / (dispersion - 1)
        law = stats.betabinom(n, size * share, size * (1 - share))
    probability = np.asarray(law.pmf(outcomes), dtype=np.float64)
    return float(min(probability[probability <= probability[after] * ALIKE].sum(), 1.0))


def ratio_interval(
    before: float, after: float, exposure: float = 1.0, dispersion: float = 1.0
) -> tuple[float | None, float | None]:
    """Return the 95 % interval of the ratio of two rates, from the Clopper–Pearson interval of the split.

    The counts are divided by the dispersion first, which is exact where it is 1 and an approximation elsewhere.

    Parameters
    ----------
    before, after, exposure, dispersion
        As `conditional_p`.

    Returns
    -------
    low, high
        None where the upper end has no limit or nothing was counted.

    Examples
    --------
    >>> ratio_interval(0, 0)
    (None, None)
    """
    a, b, tail = before / max(dispersion, 1.0), after / max(dispersion, 1.0), (1 - LEVEL) / 2
    if a + b == 0:
        return None, None
    low = 0.0 if b == 0 else float(stats.beta.ppf(tail, b, a + 1))
    high = 1.0 if a == 0 else float(stats.beta.ppf(1 - tail, b + 1, a))
    return low / (1 - low) / exposure, None if high >= 1 else high / (1 - high) / exposure


Counts = tuple[int, int]  # before, after


def ratio_of_ratios(touched: Counts, untouched: Counts) -> float | None:
    """Return ``(after/before of the touched) / (after/before of the untouched)``; None where it is undefined."""
    below = touched[0] * untouched[1]
    return touched[1] * untouched[0] / below if below > 0 else None


def ratio_of_ratios_p(touched: Counts, untouched: Counts, dispersion: float = 1.0) -> float | None:
    """Return the probability that two groups that change alike differ as much as these: a difference in differences.

    With Poisson counts and all margins given the table is hypergeometric (Fisher's exact test). Overdispersion enters
    through the log ratio of ratios, normal with variance φ·Σ 1/count. **The larger of the two is returned.**

    Parameters
    ----------
    touched, untouched
        Counts before and after, of the same periods.
    dispersion
        φ, at least 1.

    Returns
    -------
    float or None
        0–1; None where any count is 0.

    Examples
    --------
    >>> round(ratio_of_ratios_p((30, 30), (50, 50), 2.3), 2), ratio_of_ratios_p((0, 3), (5, 5))
    (1.0, None)
    """
    counts = (*touched, *untouched)
    ratio = ratio_of_ratios(touched, untouched)
    if ratio is None or min(counts) == 0:
        return None
    exact: Any = stats.fisher_exact(np.array([touched, untouched]))
    deviation = math.sqrt(max(dispersion, 1.0) * sum(1 / n for n in counts))
    spread = float(2 * stats.norm.sf(abs(math.log(ratio)) / deviation))
    return min(max(float(exact.pvalue), spread), 1.0)


def adjusted(p_values: Sequence[float]) -> list[float]:
    """Return the p-values adjusted for their number, so that below α at most a share α of the findings is false.

    ``p̃_(i) = min over j ≥ i of m·p_(j)/j`` (Benjamini and Hochberg 1995, J R Stat Soc B 57:289–300), p sorted upwards,
    m their number.

    Examples
    --------
    >>> [round(p, 3) for p in adjusted([0.01, 0.04, 0.03])]
    [0.03, 0.04, 0.04]
    """
    found = [0.0] * len(p_values)
    least = 1.0
    order = sorted(range(len(p_values)), key=lambda i: p_values[i], reverse=True)
    for place, i in zip(range(len(p_values), 0, -1), order, strict=True):
        least = min(least, p_values[i] * len(p_values) / place)
        found[i] = least
    return found
