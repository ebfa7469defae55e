"""Indices of concentration and inequality against sums by hand, and where nothing is to be shared."""

from __future__ import annotations

import numpy as np
import pytest

from impact.study.concentration import concentration_index, gini, herfindahl, largest_share, shares

pytestmark = pytest.mark.unit


def column(*values: float) -> np.ndarray:
    return np.array([[v] for v in values])


def test_by_hand() -> None:
    assert herfindahl(column(5, 3, 2)) == pytest.approx(0.25 + 0.09 + 0.04)
    assert largest_share(column(5, 3, 2)) == pytest.approx(0.5)
    # all pairs: 2 · (1·1·|1−2| + 1·2·|1−4| + 1·2·|2−4|) / 16 = 22/16; μ = 11/4
    assert gini(column(1, 2, 4), column(1, 1, 2)) == pytest.approx(22 / 16 / (2 * 11 / 4))


def test_one_has_all_or_all_alike() -> None:
    assert herfindahl(column(7)) == 1
    assert herfindahl(column(0, 7, 0)) == 1
    assert herfindahl(column(2, 2, 2, 2)) == 0.25
    assert gini(column(3, 3, 3), column(1, 5, 9)) == pytest.approx(0)
    assert concentration_index(column(3, 3), column(1, 5), column(1, 2)) == pytest.approx(0)


def test_nothing_to_share_is_missing() -> None:
    for found in (herfindahl(column(0, 0)), shares(column(0, 0)), gini(column(0, 0), column(1, 1)),
                  gini(column(np.nan), column(1)), largest_share(np.zeros((0, 3)))):  # fmt: skip
        assert np.isnan(found).all()


def test_what_is_unknown_carries_no_weight() -> None:
    known = gini(column(1, 3), column(2, 5))
    assert gini(column(1, np.nan, 3), column(2, 9, 5)) == pytest.approx(known)


def test_concentration_index_is_the_gini_when_ranked_by_itself() -> None:
    rng = np.random.default_rng(1)
    values, weights = rng.uniform(1, 9, (21, 4)), rng.uniform(1, 50, (21, 4))
    assert concentration_index(values, weights, values) == pytest.approx(gini(values, weights))
    assert concentration_index(values, weights, -values) == pytest.approx(-gini(values, weights))


def test_concentration_index_by_the_area_under_the_curve() -> None:
    values, weights, order = [4.0, 1.0, 2.0], [1.0, 2.0, 1.0], [10.0, 20.0, 30.0]
    people, amount, area = 0.0, 0.0, 0.0
    total = sum(v * w for v, w in zip(values, weights, strict=True))
    for value, weight in zip(values, weights, strict=True):
        step, more = weight / 4, value * weight / total
        area += step * (amount + more / 2)
        people, amount = people + step, amount + more
    found = concentration_index(column(*values), column(*weights), column(*order))
    assert found == pytest.approx(1 - 2 * area)


def test_equal_ranks_are_shared_and_the_order_of_rows_is_nothing() -> None:
    one = concentration_index(column(1, 3, 5), column(1, 1, 1), column(2, 2, 1))
    other = concentration_index(column(5, 3, 1), column(1, 1, 1), column(1, 2, 2))
    assert one == pytest.approx(other)
