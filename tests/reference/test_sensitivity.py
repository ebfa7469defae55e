"""Shares of variance by SALib: against the analytic shares of the Ishigami function and against our own estimator."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from numpy.typing import NDArray

from graph_schema import SettingError
from impact import Settings
from impact.questions.information import standard_ranks
from impact.questions.sensitivity import CrossedShares, crossed_shares, first_order_shares, ranks_among, require_salib
from impact.questions.unknowns import Asked, unknowns
from impact.questions.unknowns import _first_order as own_first_order
from scenarios import Course
from tests.courses import AS_OF
from tests.small_system import small_system

A, B = 7.0, 0.1
# Ishigami & Homma 1990: V = a²/8 + b·π⁴/5 + b²·π⁸/18 + 1/2
V1, V2 = 0.5 * (1 + B * np.pi**4 / 5) ** 2, A**2 / 8
V13 = B**2 * np.pi**8 * (1 / 18 - 1 / 50)
V = V1 + V2 + V13
FIRST, TOTAL = np.array([V1, V2, 0]) / V, np.array([V1 + V13, V2, V13]) / V
DRAWS = 4000
SEEDS = 20


def ishigami(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.sin(x[0]) + A * np.sin(x[1]) ** 2 + B * x[2] ** 4 * np.sin(x[0]))


def drawn(seed: int, columns: int = 3, draws: int = DRAWS) -> NDArray[np.float64]:
    return np.random.default_rng(seed).uniform(-np.pi, np.pi, (columns, draws))


def brute_force(order: int) -> float:
    """First-order share of the ranked Ishigami function, from conditional means on a grid."""
    x = drawn(99, 3, 400_000)
    ranked = ranks_among(ishigami(x), ishigami(x))
    means = [part.mean() for part in np.array_split(ranked[np.argsort(x[order])], 200)]
    return float(np.var(means) / np.var(ranked))


def test_the_analytic_shares_are_those_of_the_literature() -> None:
    assert pytest.approx([0.3139, 0.4424, 0], abs=1e-4) == FIRST
    assert pytest.approx([0.5576, 0.4424, 0.2437], abs=1e-4) == TOTAL


def crossed_ishigami(seed: int) -> CrossedShares:
    first, second = drawn(seed), drawn(seed + 1000)
    crossed: list[NDArray[np.float64]] = []
    for group in ((0,), (1,), (2,), (0, 1, 2)):
        other = first.copy()
        other[list(group)] = second[list(group)]
        crossed.append(ishigami(other))
    found = crossed_shares(ishigami(first), ishigami(second), crossed, seed=1)
    assert found is not None
    return found


def test_a_crossed_design_finds_the_analytic_shares_within_its_errors() -> None:
    found = [crossed_ishigami(seed) for seed in range(SEEDS)]
    for name, expected in (("first", FIRST), ("total", TOTAL)):
        shares = np.array([getattr(f, name) for f in found])
        errors = np.array([getattr(f, f"{name}_se") for f in found])
        assert (np.abs(shares.mean(axis=0)[:3] - expected) < 3 * errors.mean(axis=0)[:3] / np.sqrt(SEEDS)).all()
        assert shares[:, 3] == pytest.approx(1, abs=0.1)  # a group may be all there is
        spread = shares.std(axis=0, ddof=1)[:3] / errors.mean(axis=0)[:3]
        assert ((spread > 0.5) & (spread < 1.6)).all()  # the errors say how far seeds lie apart
        assert errors.max() < 0.05


def test_the_share_from_given_draws_sees_bends_where_our_own_is_blind() -> None:
    """The second number acts through sin²: no rank correlation, yet nearly half of the variance."""
    x = drawn(3)
    effect = ishigami(x)
    share, error = first_order_shares(x, effect, seed=1)
    own = own_first_order(standard_ranks(x), effect)
    for j in range(3):
        assert abs(share[j] - brute_force(j)) < 0.02 + 3 * error[j]
    assert own[1] < 0.01
    assert share[1] > 0.3
    assert abs(own[2]) < 0.01
    assert abs(share[2]) < 3 * error[2] + 0.01


def test_where_nothing_bends_both_estimators_agree() -> None:
    rng = np.random.default_rng(5)
    x = rng.random((20, DRAWS))
    weights = np.linspace(0, 1, 20)
    effect = weights @ x
    share, error = first_order_shares(x, effect, seed=1)
    own = own_first_order(standard_ranks(x), effect)
    assert (np.abs(share - own) < 3 * error + 0.005).all()
    assert share.sum() == pytest.approx(own.sum(), abs=3 * float(np.sqrt((error**2).sum())))
    assert own.sum() == pytest.approx(1, abs=0.06)  # ranks of an additive effect are nearly additive


def test_the_errors_cover_the_spread_over_seeds() -> None:
    rng = np.random.default_rng(6)
    x = rng.random((30, 1000))
    share, error = first_order_shares(x, rng.random(1000), seed=1)
    assert share.std() < error.mean() < 3 * share.std()
    assert abs(share.mean()) < 4 * share.std() / np.sqrt(30)


def test_the_same_seed_gives_the_same_errors() -> None:
    x = drawn(4, draws=500)
    again = [first_order_shares(x, ishigami(x), seed=s)[1].tolist() for s in (0, 0, 1)]
    assert again[0] == again[1] != again[2]


def test_what_does_not_vary_has_no_share() -> None:
    same = np.ones(10)
    assert crossed_shares(same, same, [same], seed=1) is None
    assert crossed_shares(same, same + 1, [], seed=1) is None


def test_without_salib_the_answer_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(SettingError, match=r"pip install 'randzon\[explain\]'"):
        require_salib()
    with pytest.raises(SettingError, match="--total-order"):
        unknowns(small_system(), Course(AS_OF), Asked(("middle",), total_order=1), Settings(draws=100, years=2))
    assert unknowns(small_system(), Course(AS_OF), Asked(("middle",)), Settings(draws=100, years=2))["rows"] == []
