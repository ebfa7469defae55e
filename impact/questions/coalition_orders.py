"""Which coalitions to run, and what their values say of each player: Shapley, by date, last in, pair interactions.

A value is an array (cells, draws): cells are what is attributed, draws are states of knowledge. Every draw carries one
random order of the players and its reverse.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

import numpy as np

from graph_schema import SettingError
from impact.model.arrays import Booleans, Floats, Integers

__all__ = [
    "ALL",
    "MOST_EXACT",
    "NONE",
    "CoalitionRun",
    "Orders",
    "Values",
    "all_pairs",
    "exact_interactions",
    "exact_runs",
    "exact_shapley",
    "historical",
    "historical_runs",
    "interaction_runs",
    "interactions",
    "last_in",
    "last_in_runs",
    "placed_runs",
    "shapley",
    "shapley_runs",
    "where_it_went",
]

ORDER_FAMILY = 3  # streams of orders; 0 to 2 are the quantities of dataset and scenario, and the allocations
MOST_EXACT = 12  # players whose 2^n coalitions are all run
NONE, ALL = "none", "all"
WAYS = ("forward", "back")
Values = Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class CoalitionRun:
    """A batch run: which players are in the coalition in each draw, and which of them at drawn allocations.

    Attributes
    ----------
    key
        Name of the run; equal keys are equal runs.
    inside
        Shape (players, draws).
    drawn
        Players who stand where a drawn allocation puts them, shape (players, draws); None: the others' places are not
        asked about.
    """

    key: str
    inside: Booleans
    drawn: Booleans | None = None


@dataclass(frozen=True, eq=False)
class Orders:
    """One random order of the players in each draw.

    Attributes
    ----------
    rank
        Place of each player from 0, shape (players, draws).
    """

    rank: Integers

    @classmethod
    def draw(cls, seed: int, players: int, draws: int) -> Orders:
        """Return random orders; that of a draw does not depend on the number of draws."""
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(ORDER_FAMILY,))))
        places = np.argsort(generator.random((draws, players)), axis=1, kind="stable")
        return cls(np.argsort(places, axis=1, kind="stable").T.astype(np.int64))

    @property
    def players(self) -> int:
        """Number of players."""
        return self.rank.shape[0]

    @property
    def draws(self) -> int:
        """Number of draws."""
        return self.rank.shape[1]

    def place(self, way: str) -> Integers:
        """Return the place of each player in the order or its reverse, shape (players, draws)."""
        return self.rank if way == "forward" else self.players - 1 - self.rank

    def first(self, count: int, way: str) -> Booleans:
        """Return the first players of the order or its reverse, shape (players, draws)."""
        return self.place(way) < count

    @cached_property
    def at(self) -> Integers:
        """Player at each place of the order, shape (players, draws)."""
        return np.argsort(self.rank, axis=0, kind="stable")

    def player(self, place: int, way: str) -> Integers:
        """Return who stands at a place of the order or its reverse, shape (draws,)."""
        return self.at[place if way == "forward" else self.players - 1 - place]

    def within(self, days: Sequence[int]) -> Orders:
        """Return the orders by date, in which these orders decide within a date.

        Parameters
        ----------
        days
            Date of each player as a number.
        """
        size = self.players
        by_date = np.asarray(days, dtype=np.int64)[:, None] * size + self.rank
        return Orders(np.argsort(np.argsort(by_date, axis=0, kind="stable"), axis=0, kind="stable").astype(np.int64))


def _ends(players: int, draws: int) -> list[CoalitionRun]:
    empty = np.zeros((players, draws), dtype=np.bool_)
    return [CoalitionRun(NONE, empty), CoalitionRun(ALL, ~empty)]


def _chain_key(count: int, players: int, way: str) -> str:
    if count == 0:
        return NONE
    return ALL if count == players else f"{way}-{count}"


def _add(found: Floats, player: Integers, step: Floats) -> None:
    """Add a step (cells, draws) to the player of each draw."""
    found[player, :, np.arange(step.shape[1])] += step.T


def shapley_runs(orders: Orders) -> list[CoalitionRun]:
    """Return the runs that give every player's marginal contribution in each draw's order and its reverse."""
    size = orders.players
    return _ends(size, orders.draws) + [
        CoalitionRun(_chain_key(count, size, way), orders.first(count, way)) for way in WAYS for count in range(1, size)
    ]


def shapley(orders: Orders, values: Values) -> Floats:
    """Return the mean of a player's contribution in the order and in its reverse, (players, cells, draws)."""
    size = orders.players
    found = np.zeros((size, *values[NONE].shape))
    for way in WAYS:
        for count in range(1, size + 1):
            step = values[_chain_key(count, size, way)] - values[_chain_key(count - 1, size, way)]
            _add(found, orders.player(count - 1, way), step / len(WAYS))
    return found


def placed_runs(orders: Orders) -> list[CoalitionRun]:
    """Return, for each place of each draw's order, the runs in which the last to join stands where it does or is drawn.

    Both are runs of the system that knows the other places, so that only the place differs.
    """
    runs: list[CoalitionRun] = []
    for count in range(1, orders.players + 1):
        inside = orders.first(count, "forward")
        joins = inside & ~orders.first(count - 1, "forward")
        runs += [CoalitionRun(f"stays-{count}", inside, np.zeros_like(inside)),
                 CoalitionRun(f"drawn-{count}", inside, joins)]  # fmt: skip
    return runs


def where_it_went(orders: Orders, values: Values) -> Floats:
    """Return the value with a player where it stands less that where a drawn allocation puts it, as `shapley`."""
    found = np.zeros((orders.players, *values["stays-1"].shape))
    for count in range(1, orders.players + 1):
        _add(found, orders.player(count - 1, "forward"), values[f"stays-{count}"] - values[f"drawn-{count}"])
    return found


def _same_day(days: Sequence[int]) -> list[tuple[int, int]]:
    """First place and size of each block of players with one date, by date."""
    sizes = np.unique(np.asarray(days), return_counts=True)[1]
    starts = np.cumsum(sizes) - sizes
    return list(zip(starts.tolist(), sizes.tolist(), strict=True))


def _dated(orders: Orders, start: int, size: int, count: int, way: str) -> Booleans:
    """Whether a player stands before the block or among the first of the block, in the order or reversed in it."""
    place = orders.rank
    inner = place - start
    inner = inner if way == "forward" else size - 1 - inner
    return (place < start) | ((inner >= 0) & (place < start + size) & (inner < count))


def _dated_key(start: int, size: int, count: int, players: int, way: str) -> str:
    if start + count in (0, players):
        return NONE if start + count == 0 else ALL
    if count in (0, size):
        return f"date-{start + count}"
    return f"date-{start}-{way}-{count}"


def historical_runs(orders: Orders, days: Sequence[int]) -> list[CoalitionRun]:
    """Return the runs of the players by date; those of one date join in each draw's order and its reverse."""
    dated = orders.within(days)
    runs = {run.key: run for run in _ends(orders.players, orders.draws)}
    for start, size in _same_day(days):
        for way in WAYS:
            for count in range(1, size + 1):
                key = _dated_key(start, size, count, orders.players, way)
                runs.setdefault(key, CoalitionRun(key, _dated(dated, start, size, count, way)))
    return list(runs.values())


def historical(orders: Orders, days: Sequence[int], values: Values) -> Floats:
    """Return what each player added at its date, one date shared by Shapley, (players, cells, draws)."""
    dated = orders.within(days)
    found = np.zeros((orders.players, *values[NONE].shape))
    for start, size in _same_day(days):
        for way in WAYS:
            for count in range(1, size + 1):
                keys = (_dated_key(start, size, c, orders.players, way) for c in (count, count - 1))
                now, before = (values[key] for key in keys)
                place = start + count - 1 if way == "forward" else start + size - count
                _add(found, dated.at[place], (now - before) / len(WAYS))
    return found


def last_in_runs(players: int, draws: int) -> list[CoalitionRun]:
    """Return the runs of all players but one."""
    runs = _ends(players, draws)
    for i in range(players):
        inside = np.ones((players, draws), dtype=np.bool_)
        inside[i] = False
        runs.append(CoalitionRun(NONE if players == 1 else f"without-{i}", inside))
    return runs


def last_in(players: int, values: Values) -> Floats:
    """Return v(N) − v(N∖i), shape (players, cells, draws)."""
    return np.stack([values[ALL] - values[NONE if players == 1 else f"without-{i}"] for i in range(players)])


def _set_key(bits: int, players: int) -> str:
    if bits in (0, 2**players - 1):
        return ALL if bits else NONE
    return f"set-{bits}"


def exact_runs(players: int, draws: int) -> list[CoalitionRun]:
    """Return the runs of every coalition.

    Raises
    ------
    SettingError
        If there are more than 12 players.
    """
    if players > MOST_EXACT:
        raise SettingError(
            f"all coalitions of {players} players would be 2^{players} runs: at most {MOST_EXACT} are enumerated; "
            "leave out --exact, or take --clusters"
        )
    sets = [np.array([bool(bits >> i & 1) for i in range(players)]) for bits in range(2**players)]
    return [
        CoalitionRun(_set_key(bits, players), np.repeat(members[:, None], draws, axis=1))
        for bits, members in enumerate(sets)
    ]


def exact_shapley(players: int, values: Values) -> Floats:
    """Return the Shapley value from every coalition, shape (players, cells, draws)."""
    found = np.zeros((players, *values[NONE].shape))
    for bits in range(2**players):
        value, size = values[_set_key(bits, players)], bits.bit_count()
        for i in range(players):
            others = size - (bits >> i & 1)
            weight = 1 / (players * math.comb(players - 1, others))
            found[i] += (weight if bits >> i & 1 else -weight) * value
    return found


def exact_interactions(players: int, pairs: Sequence[tuple[int, int]], values: Values) -> Floats:
    """Return the Shapley–Taylor interactions of order 2 from every coalition, shape (pairs, cells, draws)."""
    found = np.zeros((len(pairs), *values[NONE].shape))
    for p, (i, j) in enumerate(pairs):
        for bits in range(2**players):
            if bits >> i & 1 or bits >> j & 1:
                continue
            weight = 2 / (players * math.comb(players - 1, bits.bit_count()))
            both, one, other, none = (values[_set_key(bits | extra, players)] for extra in (1 << i | 1 << j, 1 << i,
                                                                                            1 << j, 0))  # fmt: skip
            found[p] += weight * (both - one - other + none)
    return found


def interaction_runs(orders: Orders, pairs: Sequence[tuple[int, int]]) -> list[CoalitionRun]:
    """Return the runs that, beside those of `shapley_runs`, give the interactions of pairs.

    With T the players before both, `shapley_runs` hold T and T with the earlier of the two; here are T with the later
    one and T with both.
    """
    runs: list[CoalitionRun] = []
    for i, j in pairs:
        for way in WAYS:
            place = orders.place(way)
            earlier = np.minimum(place[i], place[j])
            both = place < earlier
            both[[i, j]] = True
            later = both & (place != earlier)
            runs += [CoalitionRun(f"both-{i}-{j}-{way}", both), CoalitionRun(f"later-{i}-{j}-{way}", later)]
    return runs


def interactions(orders: Orders, pairs: Sequence[tuple[int, int]], values: Values) -> Floats:
    """Return the Shapley–Taylor interactions of order 2 from sampled orders, shape (pairs, cells, draws).

    In an order it is v(T∪{i,j}) − v(T∪i) − v(T∪j) + v(T), T the players before both (Sundararajan et al. 2020). With
    each player's v({i}) the interactions of all pairs sum to v(N).
    """
    size, draws = orders.players, np.arange(orders.draws)
    found = np.zeros((len(pairs), *values[NONE].shape))
    for way in WAYS:
        chain = np.stack([values[_chain_key(count, size, way)] for count in range(size + 1)])
        place = orders.place(way)
        for p, (i, j) in enumerate(pairs):
            earlier = np.minimum(place[i], place[j])
            before, one = chain[earlier, :, draws].T, chain[earlier + 1, :, draws].T
            other, both = values[f"later-{i}-{j}-{way}"], values[f"both-{i}-{j}-{way}"]
            found[p] += (both - one - other + before) / len(WAYS)
    return found


def all_pairs(players: Sequence[int]) -> list[tuple[int, int]]:
    """Return the pairs of some players, the smaller index first.

    Examples
    --------
    >>> all_pairs([2, 0, 1])
    [(0, 1), (0, 2), (1, 2)]
    """
    return list(combinations(sorted(players), 2))
