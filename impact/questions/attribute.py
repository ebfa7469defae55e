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


def _placing(system: CareSystem, game: Game, as_of: date, settings: AttributionSettings) -> Tasks:
    """What draws the allocation of each decided area, by name."""

    def members(area: Alternatives) -> Floats:
        return draw_alternatives(system, area, as_of, settings.seed, settings.draws).astype(np.float64)

    found = alternatives_of(system, game.coalitions.structure, as_of)
    return {f"members-{a.area}": partial(members, a) for a in found}


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
             "draws": chosen.draws, "years": chosen.years, "hospitals": list(game.hospitals)}  # fmt: skip
    path, resume = file or (None, False)
    store = RunStore(about, path, resume=resume)
    bank = CoalitionBank(game.value, game.order, store, chosen.workers, progress)

    def of_areas(runs: Sequence[CoalitionRun]) -> list[CoalitionRun]:
        return [game.of_players(run, players) for run in runs]

    orders = Orders.draw(chosen.seed, size, chosen.draws)
    by_area = Orders.draw(chosen.seed, len(game.areas), chosen.draws)
    runs = of_areas([*shapley_runs(orders), *last_in_runs(size, chosen.draws), *every])
    runs += historical_runs(by_area, _days(game.areas))
    placing = _placing(system, game, as_of, chosen) if chosen.split else {}
    paired = len(all_pairs(range(min(PAIRED, size)))) if chosen.pairs and not chosen.exact else 0
    first = len(bank.chunks(game.plain, runs))
    each = first / len(runs)  # chunks of a run, by which what comes later is reckoned
    bank.total = first + len(placing) + round(each * (4 * paired + (2 * size if chosen.split else 0)))
    bank.run(game.plain, runs)
    values = bank.values
    shares = exact_shapley(size, values) if chosen.exact else shapley(orders, values)
    pairs = all_pairs(_largest(players, game.cells, shares, chosen.years)) if chosen.pairs else []
    if paired:
        bank.run(game.plain, of_areas(interaction_runs(orders, pairs)))
    reasons: dict[str, str] = {}
    if chosen.split:
        members = bank.do(placing)
        found = alternatives_of(system, game.coalitions.structure, as_of)
        reasons = {a.area: a.reason for a in found if a.reason}
        sampling = (chosen.seed, chosen.draws, chosen.years)
        places = DrawnAllocations(system, as_of, sampling, found, [members[f"members-{a.area}"] > 0 for a in found])
        bank.run(Source("placed", places.worlds, places.player), of_areas(placed_runs(orders)))
    bank.finish()
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
        pair_values=exact_interactions(size, pairs, values) if chosen.exact else interactions(orders, pairs, values),
    )
    store.delete()
    return result
