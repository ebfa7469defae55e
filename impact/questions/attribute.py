"""How much of what all decisions did together each decision is to answer for, at each hospital."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.questions.attribution_game import Cell, DecidedArea, Game, Player, players_of
from impact.questions.coalition_bank import CoalitionBank, Source
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
from impact.questions.drawn_allocations import Alternatives, DrawnAllocations, alternatives_of, draw_alternatives
from impact.questions.pair_fit import PairFit, check_installed, fit_pairs, group_runs, groups_of
from impact.questions.run_store import RunStore
from impact.version import code_version

__all__ = ["Attribution", "AttributionSettings", "attribute"]

PAIRED = 6  # players with the largest shares whose pairs are looked at
Progress = Callable[[int, int], None]
Tasks = dict[str, Callable[[], Floats]]


@dataclass(frozen=True, slots=True)
class AttributionSettings:
    """How the shares are computed.

    Attributes
    ----------
    seed, draws, years
        Seed, number of draws (at least 2), years after year 0.
    clusters
        The decisions of a cluster are one player.
    exact
        Run every coalition (at most 12 players) instead of sampled orders.
    pairs
        Also the interactions of pairs among the players with the largest shares.
    test_pairs
        Also fit shares and pairs to sets of the decisions and test them on others (needs shapiq, extra ``explain``).
    split
        Also split each share into that it was concentrated and where it went.
    workers
        Threads; never changes the result.
    """

    seed: int = 1
    draws: int = 100
    years: int = 10
    clusters: bool = False
    exact: bool = False
    pairs: bool = False
    test_pairs: bool = False
    split: bool = True
    workers: int = 2

    def check(self) -> None:
        """Raise SettingError where a setting is impossible, or needs what is not installed."""
        limits = (("draws", self.draws, 2, 1_000_000), ("years", self.years, 1, 60), ("seed", self.seed, 0, 2**63),
                  ("workers", self.workers, 1, 256))  # fmt: skip
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise SettingError(f"{name} = {value}: choose a number from {low} to {high}")
        if self.test_pairs:
            check_installed()


@dataclass(frozen=True, eq=False)
class Attribution:
    """Shares of each player in each cell and draw.

    Attributes
    ----------
    players, areas, cells
        Who shares, the decided areas (indices of `Player.areas`), and what is shared.
    without, total
        Value with none of the decisions, and what all of them change; shape (cells, draws).
    historical, shapley, last_in
        Shape (players, cells, draws).
    where
        Where it went: value as decided less value at a drawn plausible allocation; None if not asked for.
    reasons
        Why an area has no other plausible allocation; by area id.
    pairs, pair_values
        Indices of players, and their interactions; shape (pairs, cells, draws).
    fit
        How far shares and pairs explain sets of the decisions; None if not asked for, or too few players.
    """

    players: tuple[Player, ...]
    areas: tuple[DecidedArea, ...]
    cells: tuple[Cell, ...]
    without: Floats
    total: Floats
    historical: Floats
    shapley: Floats
    last_in: Floats
    where: Floats | None
    reasons: dict[str, str]
    pairs: tuple[tuple[int, int], ...]
    pair_values: Floats
    fit: PairFit | None = None


def _by_player(players: Sequence[Player], of_areas: Floats) -> Floats:
    return np.stack([of_areas[list(p.areas)].sum(axis=0) for p in players])


def _largest(players: Sequence[Player], cells: Sequence[Cell], shares: Floats, years: int) -> list[int]:
    """Players with the largest shares, each counted in what its measure shows as a visible change."""
    last = [c for c, cell in enumerate(cells) if cell.statistic == "mean" and cell.year == years]
    visible = np.array([load_measures()[cells[c].measure].visible for c in last])
    weight = (np.abs(shares.mean(axis=-1))[:, last] / visible).sum(axis=1)
    order = np.argsort(-weight, kind="stable")
    return [int(i) for i in order[: min(PAIRED, len(players))]]


class _Sharing:
    """The runs of one attribution, stage by stage, in one bank of values."""

    def __init__(
        self, system: CareSystem, as_of: date, game: Game, settings: AttributionSettings, bank: CoalitionBank
    ) -> None:
        self.system, self.as_of, self.game, self.settings, self.bank = system, as_of, game, settings, bank
        self.players = players_of(system, game.areas, clusters=settings.clusters)
        self.size = len(self.players)
        self.orders = Orders.draw(settings.seed, self.size, settings.draws)
        self.by_area = Orders.draw(settings.seed, len(game.areas), settings.draws)
        self.days = [a.date.toordinal() for a in game.areas]
        self.alternatives = alternatives_of(system, game.coalitions.structure, as_of) if settings.split else ()

    def of_areas(self, runs: Sequence[CoalitionRun]) -> list[CoalitionRun]:
        return [self.game.of_players(run, self.players) for run in runs]

    def first(self) -> None:
        """Run what the three figures need, and reckon how much there is to do in all."""
        chosen, size = self.settings, self.size
        every = exact_runs(size, chosen.draws) if chosen.exact else []
        runs = self.of_areas([*shapley_runs(self.orders), *last_in_runs(size, chosen.draws), *every])
        runs += historical_runs(self.by_area, self.days)
        now = len(self.bank.chunks(self.game.plain, runs))
        later = 4 * len(all_pairs(range(min(PAIRED, size)))) if chosen.pairs and not chosen.exact else 0
        later += 2 ** min(PAIRED + 1, size) if chosen.test_pairs else 0
        later += 2 * size if chosen.split else 0
        self.bank.total = now + round(later * now / len(runs)) + len(self.alternatives)
        self.bank.run(self.game.plain, runs)

    def shares(self) -> Floats:
        chosen, values = self.settings, self.bank.values
        return exact_shapley(self.size, values) if chosen.exact else shapley(self.orders, values)

    def pairs(self, largest: Sequence[int]) -> tuple[list[tuple[int, int]], Floats]:
        """Return the pairs among some players, and their interactions."""
        pairs, values = all_pairs(largest), self.bank.values
        if self.settings.exact:
            return pairs, exact_interactions(self.size, pairs, values)
        self.bank.run(self.game.plain, self.of_areas(interaction_runs(self.orders, pairs)))
        return pairs, interactions(self.orders, pairs, values)

    def fit(self, largest: Sequence[int]) -> PairFit:
        """Run the sets of the small game, and fit it."""
        sets = group_runs(groups_of(self.size, largest), self.size, self.settings.draws)
        self.bank.run(self.game.plain, self.of_areas(sets))
        means = np.stack([self.bank.values[r.key].mean(axis=-1) for r in sets])
        return fit_pairs(sorted(largest), means, self.settings.seed)

    def where(self) -> Floats:
        """Draw where each decision might have gone, and run it there."""
        chosen = self.settings

        def members(area: Alternatives) -> Floats:
            return draw_alternatives(self.system, area, self.as_of, chosen.seed, chosen.draws).astype(np.float64)

        done = self.bank.do({f"members-{a.area}": partial(members, a) for a in self.alternatives})
        held = [done[f"members-{a.area}"] > 0 for a in self.alternatives]
        sampling = (chosen.seed, chosen.draws, chosen.years)
        places = DrawnAllocations(self.system, self.as_of, sampling, self.alternatives, held)
        self.bank.run(Source("placed", places.worlds, places.player), self.of_areas(placed_runs(self.orders)))
        return where_it_went(self.orders, self.bank.values)


def attribute(
    system: CareSystem,
    as_of: date,
    hospitals: Sequence[str],
    settings: AttributionSettings | None = None,
    file: tuple[Path, bool] | None = None,
    progress: Progress | None = None,
) -> Attribution:
    """Return the share of each decision in what all decisions changed together.

    v(C) = value with the decisions in C − value with none, in the same draw; decisions act at their own dates, areas
    outside C stay where their history says.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of
        Date of today.
    hospitals
        Ids of the hospitals looked at.
    settings
        See `AttributionSettings`.
    file
        Where the runs done so far are kept, and whether to go on from it.
    progress
        Called with (runs done, runs in all).

    Raises
    ------
    SettingError
        If there is no decision, or too many players to enumerate.
    """
    chosen = settings or AttributionSettings()
    chosen.check()
    game = Game(system, as_of, chosen.seed, chosen.draws, chosen.years, hospitals)
    if not game.areas:
        raise SettingError("attribute: the dataset has no decision after its history_start; there is nothing to share")
    about = {"system": system.content_hash, "code": code_version(), "as_of": as_of.isoformat(), "seed": chosen.seed,
             "draws": chosen.draws, "years": chosen.years, "hospitals": list(game.hospitals)}  # fmt: skip
    path, resume = file or (None, False)
    store = RunStore(about, path, resume=resume)
    bank = CoalitionBank(game.value, game.order, store, chosen.workers, progress)
    sharing = _Sharing(system, as_of, game, chosen, bank)
    sharing.first()
    values, shares, players = bank.values, sharing.shares(), sharing.players
    largest = _largest(players, game.cells, shares, chosen.years)
    pairs, pair_values = sharing.pairs(largest if chosen.pairs else [])
    found = Attribution(
        players=players,
        areas=game.areas,
        cells=game.cells,
        without=values[NONE],
        total=values[ALL] - values[NONE],
        historical=_by_player(players, historical(sharing.by_area, sharing.days, values)),
        shapley=shares,
        last_in=last_in(sharing.size, values),
        where=sharing.where() if chosen.split else None,
        reasons={a.area: a.reason for a in sharing.alternatives if a.reason},
        pairs=tuple(pairs),
        pair_values=pair_values,
        fit=sharing.fit(largest) if chosen.test_pairs else None,
    )
    bank.finish()
    store.delete()
    return found
