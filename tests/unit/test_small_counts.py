"""Tests of small counts against exact values of scipy, sums by hand and the law that they stand for."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from impact.study.small_counts import (
    adjusted,
    conditional_p,
    rate_ratio,
    ratio_interval,
    ratio_of_ratios,
    ratio_of_ratios_p,
)

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    ("before", "after", "exposure"), [(2, 10, 1), (30, 7, 0.5), (0, 4, 1 / 3), (12, 12, 2), (5, 0, 1)]
)
def test_without_overdispersion_it_is_the_exact_binomial_test(before: int, after: int, exposure: float) -> None:
    exact = stats.binomtest(after, before + after, exposure / (1 + exposure))
    assert conditional_p(before, after, exposure) == pytest.approx(exact.pvalue, abs=1e-12)
    ends = exact.proportion_ci(0.95, "exact")
    low, high = ratio_interval(before, after, exposure)
    assert low == pytest.approx(ends.low / (1 - ends.low) / exposure, rel=1e-9)
    assert high is None if before == 0 else high == pytest.approx(ends.high / (1 - ends.high) / exposure, rel=1e-9)


def test_by_hand() -> None:
    # 1 of 5 or fewer, 4 of 5 or more: 2 · (1 + 5) / 32
    assert conditional_p(4, 1) == pytest.approx(12 / 32)
    assert conditional_p(0, 0) == 1
    assert rate_ratio(10, 15, 0.5) == 3
    assert rate_ratio(0, 15) is None


def test_with_overdispersion_it_is_the_split_of_two_negative_binomials() -> None:
    before, after, dispersion, exposure = 9, 3, 2.3, 0.5
    n = before + after
    means = n / (1 + exposure), n * exposure / (1 + exposure)
    first, second = (stats.nbinom(m / (dispersion - 1), 1 / dispersion) for m in means)
    joint = np.array([first.pmf(n - k) * second.pmf(k) for k in range(n + 1)])
    law = joint / joint.sum()
    assert conditional_p(before, after, exposure, dispersion) == pytest.approx(
        law[law <= law[after] * (1 + 1e-9)].sum()
    )


def test_overdispersion_makes_a_finding_less_certain() -> None:
    p_values = [conditional_p(20, 45, dispersion=d) for d in (1.0, 1.5, 2.3, 4.0)]
    assert p_values == sorted(p_values)
    widths = [np.subtract(*reversed(ratio_interval(20, 45, dispersion=d))) for d in (1.0, 2.3)]  # type: ignore[arg-type]
    assert widths[0] < widths[1]


def test_false_findings_are_as_many_as_the_level_allows() -> None:
    rng = np.random.default_rng(7)
    mean, dispersion = 25.0, 2.3
    counts = rng.negative_binomial(mean / (dispersion - 1), 1 / dispersion, size=(1500, 2))
    p_values = np.array([conditional_p(int(a), int(b), dispersion=dispersion) for a, b in counts])
    poisson = np.array([conditional_p(int(a), int(b)) for a, b in counts])
    assert 0.02 < (p_values <= 0.05).mean() < 0.065
    assert (poisson <= 0.05).mean() > 0.12  # what a test that ignores the dispersion would find


def test_ratio_of_ratios_by_hand_and_by_fisher() -> None:
    assert ratio_of_ratios((10, 30), (20, 40)) == 1.5
    assert ratio_of_ratios((0, 3), (5, 5)) is None
    assert ratio_of_ratios_p((10, 3), (5, 0)) is None
    exact = stats.fisher_exact([[10, 30], [40, 20]]).pvalue
    deviation = math.sqrt(1 / 10 + 1 / 30 + 1 / 40 + 1 / 20)
    wald = 2 * stats.norm.sf(math.log(6) / deviation)
    assert ratio_of_ratios_p((10, 30), (40, 20)) == pytest.approx(max(exact, wald))
    wider = 2 * stats.norm.sf(math.log(6) / deviation / math.sqrt(2.3))
    assert ratio_of_ratios_p((10, 30), (40, 20), 2.3) == pytest.approx(max(exact, wider))


def test_adjusted_by_hand() -> None:
    # sorted 0.01 0.02 0.03 0.5: 4·0.01/1 = 0.04, 4·0.02/2 = 0.04, 4·0.03/3 = 0.04, 0.5
    assert adjusted([0.5, 0.03, 0.01, 0.02]) == pytest.approx([0.5, 0.04, 0.04, 0.04])
    # 0.04 · 2 / 1 = 0.08 would be above the next, 0.05: the least of those after it counts
    assert adjusted([0.04, 0.05]) == pytest.approx([0.05, 0.05])
    assert adjusted([]) == []
    rng = np.random.default_rng(3)
    p_values = rng.uniform(size=40)
    assert adjusted(list(p_values)) == pytest.approx(stats.false_discovery_control(p_values))
