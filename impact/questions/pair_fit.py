"""How far single decisions and pairs of them explain sets of decisions: a game of few players, fitted and tested.

The players are the decisions with the largest shares and all others as one. All their sets are run; shapiq fits the
faithful interactions (Tsai, Yeh and Ravikumar 2023, JMLR 24(94):1-42) to some of the sets, and the others test it.
"""

from __future__ import annotations

import importlib.util
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from graph_schema import SettingError
from impact.model.arrays import Booleans, Floats
from impact.questions.coalition_orders import CoalitionRun

__all__ = ["LEAST", "PairFit", "check_installed", "fit_pairs", "group_runs", "groups_of"]

FITTED = 0.6  # share of the sets that the fit sees
LEAST = 5  # players with which there are enough sets to test on
REMEDY = "pip install 'randzon[explain]'"


@dataclass(frozen=True, eq=False)
class PairFit:
    """A fitted game for each cell.

    Attributes
    ----------
    players
        Indices of the players that stand for themselves; all others are one player more.
    fitted, held_out
        Sets that the fit saw, and those it is tested on; 0 where there were too few players to fit and test.
    r2_shares, r2_pairs
        1 − Σ(v − v̂)²/Σ(v − v̄)² over the held-out sets, v̂ from single players alone and with their pairs, shape
        (cells,); NaN where the sets do not differ.
    pairs, values
        Pairs of players, and their faithful interaction, shape (pairs, cells).
    """

    players: tuple[int, ...]
    fitted: int
    held_out: int
    r2_shares: Floats
    r2_pairs: Floats
    pairs: tuple[tuple[int, int], ...]
    values: Floats


def check_installed() -> None:
    """Raise SettingError where shapiq is not installed."""
    if importlib.util.find_spec("shapiq") is None:
        raise SettingError(f"--test-pairs: shapiq is not installed, which fits the pairs; {REMEDY}, or leave it out")


def groups_of(players: int, largest: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """Return the players of the small game: each of the largest, then all others together if there are any."""
    others = tuple(i for i in range(players) if i not in set(largest))
    return (*((i,) for i in sorted(largest)), *((others,) if others else ()))


def _bits(size: int) -> Booleans:
    """Members of every set, shape (2^size, size)."""
    sets, places = np.arange(2**size, dtype=np.int64), np.arange(size, dtype=np.int64)
    return np.asarray((sets[:, None] >> places) % 2, dtype=np.bool_)


def group_runs(groups: Sequence[Sequence[int]], players: int, draws: int) -> list[CoalitionRun]:
    """Return the run of every set of groups, the empty one first."""
    owner = np.zeros(players, dtype=np.int64)
    for g, members in enumerate(groups):
        owner[list(members)] = g
    return [
        CoalitionRun(f"groups-{bits}", np.repeat(inside[owner][:, None], draws, axis=1))
        for bits, inside in enumerate(_bits(len(groups)))
    ]


class _Table:
    """A game whose values are known; remembers which sets it was asked for."""

    def __init__(self, values: Floats) -> None:
        self._values = values
        self.asked = np.zeros(len(values), dtype=np.bool_)

    def __call__(self, coalitions: NDArray[Any]) -> Floats:
        powers = 2 ** np.arange(coalitions.shape[1], dtype=np.int64)
        bits = np.asarray((coalitions * powers).sum(axis=1), dtype=np.int64)
        self.asked[bits] = True
        return self._values[bits]


def _predicted(found: Any, bits: Booleans, order: int) -> tuple[Floats, dict[tuple[int, ...], float]]:
    """Values of all sets: the sum of the interactions of the players inside."""
    interactions = {tuple(k): float(v) for k, v in found.dict_values.items() if len(k) <= order}
    value = np.zeros(len(bits))
    for members, interaction in interactions.items():
        value += interaction * bits[:, list(members)].all(axis=1)
    return value, interactions


def _fit(values: Floats, size: int, order: int, seed: int) -> tuple[Booleans, Floats, dict[tuple[int, ...], float]]:
    """Return which sets were seen, the predictions of all, and the interactions."""
    from shapiq import RegressionFSII

    game = _Table(values - values[0])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a large part of the sets is sampled is meant
        found = RegressionFSII(n=size, max_order=order, random_state=seed).approximate(round(FITTED * 2**size), game)
    predicted, interactions = _predicted(found, _bits(size), order)
    return game.asked, predicted, interactions


def _explained(values: Floats, predicted: Floats) -> float:
    whole = ((values - values.mean()) ** 2).sum()
    return float(1 - ((values - predicted) ** 2).sum() / whole) if whole > 0 else float("nan")


def fit_pairs(players: Sequence[int], values: Floats, seed: int) -> PairFit:
    """Return the fitted game of every cell; with too few players to test it, one without sets.

    Parameters
    ----------
    players
        Those who stand for themselves.
    values
        Mean over draws of every set of `group_runs`, shape (sets, cells).
    seed
        Of the choice of sets that are fitted to; the same for all cells.
    """
    size, cells = int(values.shape[0]).bit_length() - 1, values.shape[1]
    if size < LEAST:
        nothing = np.full(cells, np.nan)
        return PairFit(tuple(players), 0, 0, nothing, nothing, (), np.zeros((0, cells)))
    own = range(len(players))
    pairs = tuple((players[i], players[j]) for i in own for j in own if i < j)
    shares, both, found = np.full(cells, np.nan), np.full(cells, np.nan), np.zeros((len(pairs), cells))
    asked = np.ones(len(values), dtype=np.bool_)
    for c in range(cells):
        value = values[:, c] - values[0, c]
        if np.ptp(value) == 0:
            continue
        asked, with_pairs, interactions = _fit(value, size, 2, seed)
        also, alone, _ = _fit(value, size, 1, seed)
        rest = ~(asked | also)
        shares[c], both[c] = _explained(value[rest], alone[rest]), _explained(value[rest], with_pairs[rest])
        found[:, c] = [interactions.get((i, j), 0.0) for i in own for j in own if i < j]
    return PairFit(tuple(players), int(asked.sum()), int((~asked).sum()), shares, both, pairs, found)
