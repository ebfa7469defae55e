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
from impact.questions.coalition_orders import (
    ALL,
    NONE,
    CoalitionRun,
    Orders,
    Values,
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
from impact.questions.drawn_allocations import DrawnAllocations, alternatives_of, draw_alternatives
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
    split: bool = True
    workers: int = 2

    def check(self) -> None:
        """Raise SettingError where a setting is impossible."""
        limits = (("draws", self.draws, 2, 1_000_000), ("years", self.years, 1, 60), ("seed", self.seed, 0, 2**63),
                  ("workers", self.workers, 1, 256))  # fmt: skip
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise SettingError(f"{name} = {value}: choose a number from {low} to {high}")


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


class _Work:
    """The runs of one attribution, done once each, with progress."""

    def __init__(self, game: Game, players: Sequence[Player], store: RunStore, workers: int) -> None:
        self.game, self.players, self.store, self.workers = game, players, store, workers
        self.done, self.total = 0, 0
        self.progress: Progress | None = None

    def tasks(self, runs: Sequence[CoalitionRun], *, of_areas: bool = False) -> Tasks:
        """Name of each run to the work; runs of players become runs of areas."""
        whole = runs if of_areas else [self.game.of_players(run, self.players) for run in runs]
        return {run.key: partial(self.game.value, run) for run in whole}

    def do(self, tasks: Tasks) -> None:
        def step() -> None:
            self.done += 1
            if self.progress is not None:
                self.progress(self.done, max(self.total, self.done))

        self.store.fill(tasks, self.workers, step)


def _days(areas: Sequence[DecidedArea]) -> list[int]:
    return [a.date.toordinal() for a in areas]


def _by_player(players: Sequence[Player], of_areas: Floats) -> Floats:
    return np.stack([of_areas[list(p.areas)].sum(axis=0) for p in players])


def _largest(players: Sequence[Player], cells: Sequence[Cell], shares: Floats, years: int) -> list[int]:
    """Players with the largest shares, each counted in what its measure shows as a visible change."""
    last = [c for c, cell in enumerate(cells) if cell.statistic == "mean" and cell.year == years]
    visible = np.array([load_measures()[cells[c].measure].visible for c in last])
    weight = (np.abs(shares.mean(axis=-1))[:, last] / visible).sum(axis=1)
    order = np.argsort(-weight, kind="stable")
    return [int(i) for i in order[: min(PAIRED, len(players))]]


def _place_tasks(
    system: CareSystem, game: Game, as_of: date, settings: AttributionSettings
) -> tuple[Tasks, dict[str, str]]:
    found = alternatives_of(system, game.coalitions.structure, as_of)

    def members(index: int) -> Floats:
        return draw_alternatives(system, found[index], as_of, settings.seed, settings.draws).astype(np.float64)

    tasks: Tasks = {f"members-{a.area}": partial(members, i) for i, a in enumerate(found)}
    return tasks, {a.area: a.reason for a in found if a.reason}


def _with_places(system: CareSystem, work: _Work, as_of: date, settings: AttributionSettings) -> None:
    game = work.game
    found = alternatives_of(system, game.coalitions.structure, as_of)
    members = [work.store.values[f"members-{a.area}"] > 0 for a in found]
    sampling = (settings.seed, settings.draws, settings.years)
    game.drawn = DrawnAllocations(system, as_of, sampling, found, members)


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
    players = players_of(system, game.areas, clusters=chosen.clusters)
    size = len(players)
    every = exact_runs(size, chosen.draws) if chosen.exact else []
    about = {"system": system.content_hash, "code": code_version(), "as_of": as_of.isoformat(), "seed": chosen.seed,
             "draws": chosen.draws, "years": chosen.years, "hospitals": list(game.hospitals),
             "clusters": chosen.clusters}  # fmt: skip
    path, resume = file or (None, False)
    work = _Work(game, players, RunStore(about, path, resume=resume), chosen.workers)
    work.progress = progress
    orders = Orders.draw(chosen.seed, size, chosen.draws)
    by_area = Orders.draw(chosen.seed, len(game.areas), chosen.draws)
    tasks = work.tasks([*shapley_runs(orders), *last_in_runs(size, chosen.draws), *every])
    tasks |= work.tasks(historical_runs(by_area, _days(game.areas)), of_areas=True)
    placing, reasons = _place_tasks(system, game, as_of, chosen) if chosen.split else ({}, {})
    placed = work.tasks(placed_runs(orders)) if chosen.split else {}
    paired = len(all_pairs(range(min(PAIRED, size)))) if chosen.pairs and not chosen.exact else 0
    work.total = len(tasks) + len(placing) + len(placed) + 4 * paired
    work.do(tasks | placing)
    if chosen.split:
        _with_places(system, work, as_of, chosen)
        work.do(placed)
    values = work.store.values
    shares = exact_shapley(size, values) if chosen.exact else shapley(orders, values)
    pairs = all_pairs(_largest(players, game.cells, shares, chosen.years)) if chosen.pairs else []
    if paired:
        work.do(work.tasks(interaction_runs(orders, pairs)))
    found = exact_interactions if chosen.exact else partial(_sampled, orders)
    result = Attribution(
        players=players,
        areas=game.areas,
        cells=game.cells,
        without=values[NONE],
        total=values[ALL] - values[NONE],
        historical=_by_player(players, historical(by_area, _days(game.areas), values)),
        shapley=shares,
        last_in=last_in(size, values),
        where=where_it_went(orders, values) if chosen.split else None,
        reasons=reasons,
        pairs=tuple(pairs),
        pair_values=found(size, pairs, values),
    )
    work.store.delete()
    return result


def _sampled(orders: Orders, _size: int, pairs: Sequence[tuple[int, int]], values: Values) -> Floats:
    return interactions(orders, pairs, values)
