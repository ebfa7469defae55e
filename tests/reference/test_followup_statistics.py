"""Limits and intervals of the follow-up against scipy's exact values and hand calculation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.stats import binomtest, chi2, nbinom, poisson

from impact.followup.by_region import region_rows
from impact.followup.counts import binomial_interval, count_below, funnel_limits, mean_interval
from impact.followup.expected import unit_rows
from impact.followup.limits import FollowupLimits
from impact.followup.reported import Reported
from impact.model.counts import shortfall
from loaders import load_sweden

pytestmark = pytest.mark.reference


def pmf(k: int, mean: float, dispersion: float) -> float:
    """Negative binomial by its definition: Γ(k + r)/(k! Γ(r)) p^r (1 − p)^k with r = mean/(φ − 1), p = 1/φ."""
    r = mean / (dispersion - 1)
    log = math.lgamma(k + r) - math.lgamma(k + 1) - math.lgamma(r) - r * math.log(dispersion)
    return math.exp(log + k * math.log(1 - 1 / dispersion))


@pytest.mark.parametrize(("mean", "dispersion"), [(3.0, 2.3), (15.0, 1.4), (80.0, 3.6)])
def test_counts_have_the_stated_mean_and_variance(mean: float, dispersion: float) -> None:
    k = np.arange(2000)
    p = np.diff([0.0, *(count_below(int(i), mean, dispersion) for i in k)])
    assert p[:60] == pytest.approx([pmf(int(i), mean, dispersion) for i in k[:60]], abs=1e-12)
    assert (k * p).sum() == pytest.approx(mean)
    assert ((k - mean) ** 2 * p).sum() == pytest.approx(dispersion * mean)


def test_counts_are_those_of_the_model() -> None:
    for mean, dispersion in ((0.4, 2.3), (15.0, 1.0), (40.0, 3.6)):
        ours = [count_below(k, mean, dispersion) for k in range(30)]
        model = [float(shortfall(np.array([mean]), np.array([k + 1.0]), np.array([dispersion]))[0]) for k in range(30)]
        assert ours == pytest.approx(model, abs=1e-9)


def test_methods_page_figures() -> None:
    assert count_below(9, 15, 1.0) == pytest.approx(0.0699, abs=1e-4)
    assert count_below(9, 15, 2.3) == pytest.approx(0.17, abs=0.005)


@pytest.mark.parametrize("count", [0, 1, 5, 30, 400])
def test_interval_without_overdispersion_is_garwoods(count: int) -> None:
    low, high = mean_interval(count, 1.0)
    assert high == pytest.approx(chi2.ppf(0.95, 2 * count + 2) / 2, rel=1e-8)
    assert low == pytest.approx(chi2.ppf(0.05, 2 * count) / 2 if count else 0.0, rel=1e-8)


@pytest.mark.parametrize("count", [1, 9, 60])
def test_interval_inverts_its_tests(count: int) -> None:
    low, high = mean_interval(count, 2.3)
    assert count_below(count, high, 2.3) == pytest.approx(0.05, abs=1e-9)
    assert 1 - count_below(count - 1, low, 2.3) == pytest.approx(0.05, abs=1e-9)
    plain = mean_interval(count, 1.0)
    assert high > plain[1]
    if count > 1:  # a lone patient is more surprising where patients come in clusters
        assert low < plain[0]


def test_interval_of_nothing_by_hand() -> None:
    # P(N = 0) = φ^(−m/(φ−1)) = 0.05
    assert mean_interval(0, 2.0) == pytest.approx((0.0, math.log(20) / math.log(2)))


@pytest.mark.parametrize("mean", [0.7, 6.0, 35.0, 220.0])
@pytest.mark.parametrize("dispersion", [1.0, 2.3])
def test_limits_leave_out_no_more_than_they_say(mean: float, dispersion: float) -> None:
    limits = funnel_limits(mean, mean, mean, dispersion, 0.9, 0.998)
    law = poisson(mean) if dispersion == 1 else nbinom(mean / (dispersion - 1), 1 / dispersion)
    assert (limits.low, limits.high) == (law.ppf(0.05), law.ppf(0.95))
    assert (limits.outer_low, limits.outer_high) == (law.ppf(0.001), law.ppf(0.999))
    assert law.cdf(limits.low - 1) <= 0.05
    assert law.sf(limits.high) <= 0.05
    assert limits.p_outside == pytest.approx(law.cdf(limits.low - 1) + law.sf(limits.high))
    assert limits.p_outside <= 0.1


def test_uncertain_means_widen_the_limits() -> None:
    known, four = (funnel_limits(40, 40, 40, 2.3, 0.9, 0.998, n) for n in (math.inf, 4))
    law = nbinom(40 / (2.3 * 1.25 - 1), 1 / (2.3 * 1.25))
    assert (four.low, four.high) == (law.ppf(0.05), law.ppf(0.95))
    assert four.low < known.low
    assert four.high > known.high
    ranged = funnel_limits(30, 40, 50, 2.3, 0.9, 0.998)
    assert ranged.low < known.low
    assert ranged.high > known.high


def test_limits_from_earlier_years_hold_what_they_promise() -> None:
    """Two to five earlier years and a new one, drawn from one mean: the new one lies outside in at most 10 % or so."""
    rng = np.random.default_rng(1)
    for mean, years in ((8.0, 2), (30.0, 4), (200.0, 5)):
        counts = rng.negative_binomial(mean / 1.3, 1 / 2.3, size=(3000, years + 1))
        outside = 0
        for drawn in counts:
            m = max(drawn[:-1].sum(), 0.5) / years
            limits = funnel_limits(m, m, m, 2.3, 0.9, 0.998, years)
            outside += not limits.low <= drawn[-1] <= limits.high
        # The estimated mean also sets the spread, so that small counts may exceed a little.
        assert outside / 3000 < 0.125


@pytest.mark.parametrize(("inside", "total"), [(0, 7), (3, 4), (9, 10), (25, 26), (12, 12)])
def test_shares_are_scipys_exact_interval(inside: int, total: int) -> None:
    exact = binomtest(inside, total).proportion_ci(0.9, method="exact")
    assert binomial_interval(inside, total) == pytest.approx((exact.low, exact.high))


def test_reported_years_of_2023_lie_inside_the_limits_of_2019_to_2022() -> None:
    system = load_sweden()
    rows = unit_rows(Reported(system, ()), FollowupLimits.of(system))
    whole = [r for r in rows if r["year"] == 2023 and r["years_used"] == [2019, 2020, 2021, 2022]]
    assert len(whole) == 26
    assert sum(r["low"] <= r["reported"] <= r["high"] for r in whole) >= 23
    plexus = next(r for r in whole if (r["area"], r["hospital"]) == ("plexus", "nus"))
    assert plexus["expected"] == (11 + 17 + 16 + 26) / 4
    assert not region_rows(Reported(system, ()), FollowupLimits.of(system))
