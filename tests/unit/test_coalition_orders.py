"""Shares of players in made-up games whose answers are known, by sampled orders and by every coalition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
import pytest

from graph_schema import SettingError
from impact.questions.coalition_orders import (
    ALL,
    NONE,
    CoalitionRun,
    Orders,
    all_pairs,
    exact_interactions,
    exact_runs,
    exact_shapley,
    historical,
    historical_runs,
    interaction_runs,
    interactions,
    last_in,
    last_in_runs,
    placed_runs,
    shapley,
    shapley_runs,
    where_it_went,
)

Game = Callable[[np.ndarray], np.ndarray]
DRAWS = 40


def values(runs: Sequence[CoalitionRun], game: Game) -> dict[str, np.ndarray]:
    """One cell; the game turns a coalition (players, draws) into a value a draw."""
    return {run.key: game(run.inside.astype(np.float64))[None] for run in runs}


def squared(inside: np.ndarray) -> np.ndarray:
    """Players of weight 1, 2, 3 …; the value is the square of the weights: everybody interacts."""
    return ((np.arange(len(inside)) + 1) @ inside) ** 2


def noisy(players: int, draws: int) -> Game:
    """A random game that is another one in each draw: additive, in pairs, and in threes."""
    r = np.random.default_rng(5)
    own, pair = r.normal(size=(players, draws)), r.normal(size=(players, players, draws))

    def value(inside: np.ndarray) -> np.ndarray:
        triple = inside[0] * inside[1] * inside[-1] * 3
        return (own * inside).sum(axis=0) + np.einsum("ijd,id,jd->d", pair, inside, inside) + triple

    return value


def test_shares_sum_to_the_whole_in_every_draw() -> None:
    players, days = 7, [5, 3, 3, 9, 3, 5, 1]
    orders, game = Orders.draw(1, players, DRAWS), noisy(7, DRAWS)
    found = values([*shapley_runs(orders), *historical_runs(orders, days)], game)
    whole = (found[ALL] - found[NONE])[0]
    np.testing.assert_allclose(shapley(orders, found).sum(axis=0)[0], whole, atol=1e-9)
    np.testing.assert_allclose(historical(orders, days, found).sum(axis=0)[0], whole, atol=1e-9)
    every = values(exact_runs(players, DRAWS), game)
    np.testing.assert_allclose(exact_shapley(players, every).sum(axis=0)[0], whole, atol=1e-9)


def test_a_share_is_the_mean_over_all_orders() -> None:
    """Against the definition: every order of four players, by hand."""
    game, players = squared, 4
    expected = np.zeros(players)
    for order in permutations(range(players)):
        inside = np.zeros((players, 1))
        for i in order:
            before = game(inside)[0]
            inside[i] = 1
            expected[i] += (game(inside)[0] - before) / 24
    exact = exact_shapley(players, values(exact_runs(players, 2), game))[:, 0, 0]
    np.testing.assert_allclose(exact, expected)
    assert exact.tolist() == pytest.approx([10, 20, 30, 40])  # a weight times the sum of weights
    orders = Orders.draw(3, players, DRAWS)
    sampled = shapley(orders, values(shapley_runs(orders), game))[:, 0]
    np.testing.assert_allclose(sampled, np.repeat(expected[:, None], DRAWS, axis=1))  # a pair of orders is exact here


def test_sampled_shares_of_eight_players_lie_within_three_standard_errors_of_enumeration() -> None:
    players, draws = 8, 400
    orders, game = Orders.draw(2, players, draws), noisy(8, draws)
    found = values(shapley_runs(orders), game)
    every = values(exact_runs(players, draws), game)
    apart = shapley(orders, found)[:, 0] - exact_shapley(players, every)[:, 0]
    error = apart.std(axis=1, ddof=1) / np.sqrt(draws)
    assert (np.abs(apart.mean(axis=1)) <= 3 * error + 1e-12).all()
    assert error.max() > 0
    pairs = all_pairs(range(players))
    found |= values(interaction_runs(orders, pairs), game)
    apart = interactions(orders, pairs, found)[:, 0] - exact_interactions(players, pairs, every)[:, 0]
    error = apart.std(axis=1, ddof=1) / np.sqrt(draws)
    assert (np.abs(apart.mean(axis=1)) <= 3 * error + 1e-12).mean() > 0.95


def test_interactions_with_each_player_alone_sum_to_the_whole() -> None:
    players = 5
    game = noisy(players, DRAWS)
    every = values(exact_runs(players, DRAWS), game)
    pairs = all_pairs(range(players))
    alone = sum(every[f"set-{1 << i}"] for i in range(players))
    whole = every[ALL] - every[NONE]
    np.testing.assert_allclose(alone + exact_interactions(players, pairs, every).sum(axis=0), whole, atol=1e-9)


def test_the_interaction_of_a_pair_that_only_acts_together_is_what_it_does() -> None:
    def together(inside: np.ndarray) -> np.ndarray:
        return 6 * inside[0] * inside[2] + inside[1]

    orders = Orders.draw(1, 3, DRAWS)
    pairs = all_pairs(range(3))
    found = values([*shapley_runs(orders), *interaction_runs(orders, pairs)], together)
    np.testing.assert_allclose(interactions(orders, pairs, found)[:, 0], np.outer([0, 6, 0], np.ones(DRAWS)))
    np.testing.assert_allclose(shapley(orders, found)[:, 0], np.outer([3, 1, 3], np.ones(DRAWS)))


def test_without_interaction_three_figures_are_equal() -> None:
    def disjoint(inside: np.ndarray) -> np.ndarray:
        return np.array([4.0, -2.0, 7.0, 0.0]) @ inside

    orders, days = Orders.draw(1, 4, DRAWS), [4, 4, 1, 2]
    found = values([*shapley_runs(orders), *historical_runs(orders, days), *last_in_runs(4, DRAWS)], disjoint)
    expected = np.outer([4, -2, 7, 0], np.ones(DRAWS))
    for figures in (shapley(orders, found), historical(orders, days, found), last_in(4, found)):
        np.testing.assert_allclose(figures[:, 0], expected)


def test_one_player_has_everything_in_all_three_figures() -> None:
    orders = Orders.draw(1, 1, DRAWS)
    runs = [*shapley_runs(orders), *historical_runs(orders, [7]), *last_in_runs(1, DRAWS)]
    found = values(runs, squared)
    assert {run.key for run in runs} == {NONE, ALL}
    for figures in (shapley(orders, found), historical(orders, [7], found), last_in(1, found)):
        np.testing.assert_array_equal(figures, np.ones((1, 1, DRAWS)))


def test_the_date_decides_and_within_a_date_both_orders() -> None:
    orders = Orders.draw(4, 3, DRAWS)
    found = values(historical_runs(orders, [2, 1, 2]), squared)
    figures = historical(orders, [2, 1, 2], found)[:, 0]
    # player 1 (weight 2) first: 4; then weights 1 and 3 share 36 − 4: 1·(2·2 + 4) and 3·(2·2 + 4)
    np.testing.assert_allclose(figures, np.outer([8, 4, 24], np.ones(DRAWS)))
    swapped = values(historical_runs(orders, [1, 2, 3]), squared)
    np.testing.assert_allclose(historical(orders, [1, 2, 3], swapped)[:, 0, 0], [1, 8, 27])


def test_where_it_went_compares_the_place_of_who_joins_last() -> None:
    orders = Orders.draw(1, 3, DRAWS)
    runs = placed_runs(orders)
    assert len(runs) == 6
    found = {
        r.key: (r.inside.sum(axis=0) * 10.0 - 3.0 * r.drawn.sum(axis=0))[None] for r in runs if r.drawn is not None
    }
    np.testing.assert_array_equal(where_it_went(orders, found), np.full((3, 1, DRAWS), 3.0))


def test_the_order_of_a_draw_does_not_depend_on_the_number_of_draws() -> None:
    few, many = Orders.draw(9, 6, 5), Orders.draw(9, 6, 50)
    np.testing.assert_array_equal(few.rank, many.rank[:, :5])
    assert (np.sort(many.rank, axis=0) == np.arange(6)[:, None]).all()
    assert (many.rank[:, 0] != Orders.draw(10, 6, 50).rank[:, 0]).any()


def test_more_than_twelve_players_are_not_enumerated() -> None:
    with pytest.raises(SettingError, match=r"2\^13 runs: at most 12"):
        exact_runs(13, 2)
