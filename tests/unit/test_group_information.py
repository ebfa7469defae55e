"""The value of knowing groups of numbers: what one index of many numbers sees, against integration and by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from impact.questions.information import Estimate, Information, standard_ranks
from impact.questions.null_law import NullLaw
from impact.questions.verdicts import bin_sizes, decision_loss

DRAWS = 4000


def test_a_superset_is_never_worth_less() -> None:
    rng = np.random.default_rng(4)
    ranks = standard_ranks(rng.random((260, DRAWS)))
    latent = ranks[:6].T @ np.array([1.0, -0.8, 0.7, 0.6, -0.6, 0.5])
    broken = rng.random(DRAWS) < 1 / (1 + np.exp(1.5 - latent))
    information = Information(ranks, broken)
    groups = ((0,), (0, 1, 2), tuple(range(6)), tuple(range(260)))
    counts = information.group_counts(groups)
    for threshold in (0.1, 0.25, 0.5):
        null = NullLaw(broken, threshold, 4)
        values = [information.estimate(c, threshold, null) for c in counts]
        for smaller, larger in pairwise(values):
            assert larger.evppi >= smaller.evppi - 2 * (larger.se + smaller.se)
        assert values[2].evppi > values[0].evppi + 2 * values[0].se
        assert values[3].is_told


def group_value(ranks: np.ndarray, broken: np.ndarray, members: tuple[int, ...]) -> Estimate:
    information = Information(ranks, broken)
    return information.estimate(information.group_counts([members])[0], 0.5, NullLaw(broken, 0.5, 10))


def test_a_group_is_read_where_two_numbers_act_only_together() -> None:
    """Broken just where both lie on the same side of their middle: each alone tells nothing, both tell all."""
    rng = np.random.default_rng(7)
    ranks = standard_ranks(rng.random((8, DRAWS)))
    broken = (ranks[2] * ranks[5] > 0) & (rng.random(DRAWS) < 0.8)
    alone, both = (group_value(ranks, broken, m) for m in ((2,), (2, 5)))
    assert not alone.is_told
    assert both.evppi == pytest.approx(0.4 - 0.5 * 0.2, abs=0.03)
    assert group_value(ranks, broken, tuple(range(8))).evppi == pytest.approx(both.evppi, abs=0.03)


def test_a_group_is_read_where_a_number_acts_at_both_ends() -> None:
    rng = np.random.default_rng(8)
    ranks = standard_ranks(rng.random((60, DRAWS)))
    broken = np.abs(ranks[3]) > 1.2
    everything = float(decision_loss(float(broken.mean()), 0.5))
    found = group_value(ranks, broken, tuple(range(60)))
    assert 0.9 * everything < found.evppi <= everything


def test_a_group_is_worth_what_integration_says() -> None:
    """P(F|x) = 0.6·x₁ + 0.4·x₂ among thirty numbers; what chance alone shows is subtracted and makes the value low."""
    x = (np.arange(1000) + 0.5) / 1000
    chance = 0.6 * x[:, None] + 0.4 * x
    true = float(decision_loss(float(chance.mean()), 0.5) - decision_loss(chance, 0.5).mean())
    found: list[Estimate] = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        values = rng.random((30, DRAWS))
        broken = rng.random(DRAWS) < 0.6 * values[0] + 0.4 * values[1]
        found.append(group_value(standard_ranks(values), broken, tuple(range(30))))
    error = float(np.mean([f.se for f in found])) / np.sqrt(8)
    assert np.mean([f.evppi + f.null_evppi for f in found]) == pytest.approx(true, abs=3 * error + 0.03 * true)
    assert np.mean([f.evppi for f in found]) < true


def test_counts_of_a_column_are_the_same_from_its_broken_draws_as_from_its_order() -> None:
    rng = np.random.default_rng(9)
    values = np.vstack([rng.random((5, 501)), rng.integers(0, 2, (2, 501)), np.ones((1, 501))])
    for often in (0.2, 0.9):
        broken = rng.random(501) < often
        information = Information(standard_ranks(values), broken)
        starts = np.cumsum(bin_sizes(501)) - bin_sizes(501)
        for row, counts in zip(values, information.column_counts(), strict=True):
            order = np.argsort(row, kind="stable")
            assert (counts == np.add.reduceat(broken[order].astype(np.int64), starts)).all()


def test_ties_keep_the_order_of_the_draws() -> None:
    values = np.random.default_rng(1).integers(0, 3, (1, 1000)).astype(np.float64)
    expected = np.argsort(values[0], kind="stable")
    assert (standard_ranks(values)[0].argsort() == expected).all()


def test_ranks_have_mean_0_and_variance_1_and_a_constant_has_none() -> None:
    ranks = standard_ranks(np.vstack([np.random.default_rng(1).random(101) ** 3, np.ones(101)]))
    assert ranks[0].mean() == pytest.approx(0)
    assert ranks[0].var() == pytest.approx(1)
    assert not ranks[1].any()
