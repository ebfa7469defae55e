"""Shapley values and pair interactions against shapiq's exact ones, and the fitted pairs on games that are known."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from shapiq import ExactComputer

from impact.questions import pair_fit
from impact.questions.attribute import AttributionSettings
from impact.questions.coalition_orders import all_pairs, exact_interactions, exact_runs, exact_shapley
from impact.questions.pair_fit import LEAST, fit_pairs, group_runs, groups_of

FloatArray = np.ndarray


def members(size: int) -> FloatArray:
    """Every set, in the order of its bits, shape (2^size, size)."""
    return np.array([[bits >> i & 1 for i in range(size)] for bits in range(2**size)], dtype=np.float64)


@pytest.mark.parametrize("size", [2, 5, 8])
def test_every_coalition_gives_what_shapiq_gives(size: int) -> None:
    values = np.random.Generator(np.random.PCG64(size)).normal(size=2**size)
    runs = exact_runs(size, 1)
    ours = {run.key: np.array([[values[bits]]]) for bits, run in enumerate(runs)}

    def game(coalitions: FloatArray) -> FloatArray:
        return values[(np.asarray(coalitions, dtype=np.int64) * 2 ** np.arange(size)).sum(axis=1)]

    theirs = ExactComputer(game, n_players=size)
    shapley, taylor = theirs("SV", 1), theirs("STII", 2)
    np.testing.assert_allclose(exact_shapley(size, ours)[:, 0, 0], [shapley[(i,)] for i in range(size)], atol=1e-9)
    pairs = all_pairs(range(size))
    np.testing.assert_allclose(exact_interactions(size, pairs, ours)[:, 0, 0], [taylor[p] for p in pairs], atol=1e-9)


def test_a_game_of_pairs_is_explained_by_them_and_one_of_triples_is_not() -> None:
    size = 6
    generator = np.random.Generator(np.random.PCG64(3))
    inside, single = members(size), generator.normal(size=size)
    pairs = all_pairs(range(size - 1))
    worth = generator.normal(size=len(pairs))
    alone = inside @ single
    together = alone + sum(w * inside[:, i] * inside[:, j] for w, (i, j) in zip(worth, pairs, strict=True))
    triples = sum(inside[:, list(t)].prod(axis=1) for t in itertools.combinations(range(4), 3))
    values = np.stack([alone, together, together + 9 * triples, np.zeros(2**size), 5 + alone], axis=1)
    fit = fit_pairs(range(size - 1), values, 1)
    assert (fit.fitted, fit.held_out) == (38, 26)
    np.testing.assert_allclose(fit.r2_shares[[0, 4]], 1, atol=1e-9)
    np.testing.assert_allclose(fit.r2_pairs[[0, 1, 4]], 1, atol=1e-9)
    assert fit.r2_shares[1] < 0.9
    assert fit.r2_pairs[2] < 0.95
    assert np.isnan(fit.r2_pairs[3])
    assert fit.pairs == tuple(pairs)
    np.testing.assert_allclose(fit.values[:, 1], worth, atol=1e-5)


def test_sets_of_groups_and_too_few_players() -> None:
    groups = groups_of(5, [3, 1])
    assert groups == ((1,), (3,), (0, 2, 4))
    runs = group_runs(groups, 5, 2)
    assert [run.inside[:, 0].tolist() for run in runs[:3]] == [[False] * 5, [False, True, False, False, False],
                                                               [False, False, False, True, False]]  # fmt: skip
    assert runs[-1].inside.all()
    assert groups_of(2, [0, 1]) == ((0,), (1,))
    few = fit_pairs([0], np.zeros((2 ** (LEAST - 1), 1)), 1)
    assert (few.held_out, few.pairs) == (0, ())


def test_without_shapiq_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair_fit.importlib.util, "find_spec", lambda _: None)
    AttributionSettings().check()
    with pytest.raises(pair_fit.SettingError, match=r"pip install 'randzon\[explain\]'"):
        AttributionSettings(test_pairs=True).check()
