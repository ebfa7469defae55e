"""The conditional Bernoulli against enumeration of all sets, and its fit against a general optimiser."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import minimize

from scenarios.conditional_bernoulli import (
    Choices,
    Floats,
    _derivatives,
    fit_ridge,
    inclusion,
    log_likelihood,
    log_normaliser,
)


def enumerated(scores: Floats, n: int) -> tuple[float, Floats]:
    sets = list(combinations(range(len(scores)), n))
    weight = np.array([np.exp(scores[list(s)].sum()) for s in sets])
    members = np.array([[h in s for h in range(len(scores))] for s in sets])
    return float(np.log(weight.sum())), (weight[:, None] * members).sum(axis=0) / weight.sum()


@pytest.mark.parametrize("units", [1, 2, 7, 12])
@pytest.mark.parametrize("spread", [0.1, 1.0, 8.0])
def test_normaliser_and_inclusion_equal_enumeration(units: int, spread: float) -> None:
    scores = np.random.default_rng(units).normal(scale=spread, size=units)
    for n in range(1, min(5, units) + 1):
        total, chance = enumerated(scores, n)
        assert float(log_normaliser(scores, n)) == pytest.approx(total, rel=1e-12, abs=1e-12)
        np.testing.assert_allclose(inclusion(scores, n), chance, rtol=1e-11, atol=1e-15)


def test_a_batch_with_absent_units_equals_each_alone() -> None:
    generator = np.random.default_rng(0)
    scores = generator.normal(size=(6, 9))
    scores[2, 5:] = scores[4, 7:] = -np.inf
    sizes = np.array([1, 2, 3, 4, 5, 2])
    totals, chances = log_normaliser(scores, sizes), inclusion(scores, sizes)
    for row, n, total, chance in zip(scores, sizes, totals, chances, strict=True):
        there = np.isfinite(row)
        expected, parts = enumerated(row[there], int(n))
        assert float(total) == pytest.approx(expected, rel=1e-12)
        np.testing.assert_allclose(chance[there], parts, rtol=1e-11)
        assert (chance[~there] == 0).all()


def some_choices(seed: int = 1) -> Choices:
    generator = np.random.default_rng(seed)
    sizes = np.array([1, 2, 3, 4, 5, 2, 1, 3, 2, 2], dtype=np.int64)
    present = np.ones((10, 8), dtype=np.bool_)
    present[3, 6:] = False
    features = generator.normal(size=(10, 8, 4)) * present[:, :, None]
    chosen = np.zeros_like(present)
    for a, n in enumerate(sizes):
        chosen[a, generator.choice(6, n, replace=False)] = True
    return Choices(features, chosen, present, sizes)


@pytest.mark.parametrize("ridge", [0.1, 1.0, 10.0])
@pytest.mark.parametrize("left_out", [None, 0, 7])
def test_newton_finds_what_a_general_optimiser_finds(ridge: float, left_out: int | None) -> None:
    choices = some_choices()
    counted = np.ones(10)
    if left_out is not None:
        counted[left_out] = 0

    def loss(b: Floats) -> float:
        return -float((log_likelihood(choices, b) * counted).sum() - ridge / 2 * (b @ b))

    found = fit_ridge(choices, ridge, np.zeros(4), left_out)
    reference = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-8}).x
    np.testing.assert_allclose(found, reference, atol=2e-6)
    np.testing.assert_allclose(found, fit_ridge(choices, ridge, np.full(4, 3.0), left_out), atol=1e-9)


def test_likelihood_by_hand() -> None:
    features = np.array([[[1.0], [0.0], [0.0]]])
    choices = Choices(
        features, np.array([[True, True, False]]), np.ones((1, 3), dtype=np.bool_), np.array([2], dtype=np.int64)
    )
    b = np.array([np.log(3.0)])  # sets {1,2}: 3, {1,3}: 3, {2,3}: 1
    assert float(log_likelihood(choices, b)[0]) == pytest.approx(np.log(3 / 7))


def test_derivatives_equal_differences() -> None:
    choices, ridge, step = some_choices(), 0.7, 1e-5
    counted = np.ones(10)
    b = np.random.default_rng(2).normal(size=4)

    def value(at: Floats) -> float:
        return float(log_likelihood(choices, at).sum() - ridge / 2 * (at @ at))

    moves = step * np.eye(4)
    gradient, curvature = _derivatives(choices, b, counted, ridge)
    slopes = [(value(b + m) - value(b - m)) / (2 * step) for m in moves]
    bends = [
        (_derivatives(choices, b - m, counted, ridge)[0] - _derivatives(choices, b + m, counted, ridge)[0]) / (2 * step)
        for m in moves
    ]
    np.testing.assert_allclose(gradient, slopes, rtol=1e-6, atol=1e-7)
    np.testing.assert_allclose(curvature, bends, rtol=1e-6, atol=1e-7)
