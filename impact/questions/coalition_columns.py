"""Coalitions in many draws: each distinct world of a draw is run once, and worlds with a common past share it.

A column is one draw with one coalition. Columns that cannot differ (the same draw, the same areas held back among
those whose history says otherwise than today, the same areas at drawn allocations) are one; until a decision acts, so
are columns that differ in it alone. No result depends on which columns are run together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from impact.model.arrays import Booleans, Integers
from impact.model.block import Block
from impact.model.columns import block_of, state_of
from impact.model.path import YearOutcome, follow, opening_state
from impact.model.structure import Phase, PhaseRun, Structure

__all__ = ["Columns", "Worlds", "followed"]


def _rows(*parts: Booleans | Integers) -> np.ndarray:
    """One opaque value for each row of some arrays, equal where the rows are."""
    tables = [np.ascontiguousarray(p if p.ndim > 1 else p[:, None]) for p in parts]
    whole = np.concatenate([t.view(np.uint8) for t in tables], axis=1)
    return np.ascontiguousarray(whole).view(np.dtype((np.void, whole.shape[1]))).ravel()


@dataclass(frozen=True, eq=False)
class Columns:
    """Draws with coalitions.

    Attributes
    ----------
    draw
        Draw of the block from 0, shape (K,).
    held
        Players that stay where their history says, shape (K, players).
    moved
        Unknown sets of holders that stand where they were drawn; the others stand as decided. Shape (K, unknowns).
    """

    draw: Integers
    held: Booleans
    moved: Booleans

    def __len__(self) -> int:
        """Return the number of columns."""
        return len(self.draw)

    def keys(self, order: Integers) -> list[bytes]:
        """Return one key for each column, equal where the columns are.

        Parameters
        ----------
        order
            Players in the order in which they act: sorted by key, columns with a common past stand side by side.
        """
        rows = _rows(self.draw.astype(">i8"), self.held[:, order], self.moved)
        return [row.tobytes() for row in rows]

    def take(self, index: Integers) -> Columns:
        """Return some of the columns."""
        return Columns(self.draw[index], self.held[index], self.moved[index])


@dataclass(frozen=True, eq=False)
class Worlds:
    """What a block of draws and a compiled system say of any coalition.

    Attributes
    ----------
    structure, phases, block, offset
        Compiled system, the phases that are followed, N draws, the number of the first of them.
    drawn, actual
        Of each unknown set of holders, which of its hospitals hold it where it is drawn, (hospitals, N), and as
        decided, (hospitals, 1).
    """

    structure: Structure
    phases: PhaseRun
    block: Block
    offset: int = 0
    drawn: tuple[Booleans, ...] = ()
    actual: tuple[Booleans, ...] = ()

    @property
    def decided(self) -> Booleans:
        """Which areas are players, shape (areas,)."""
        return np.asarray(self.structure.history.decided, dtype=np.bool_)

    def columns(self, inside: Booleans, at_drawn: Booleans) -> Columns:
        """Return one column for each draw with a coalition.

        Parameters
        ----------
        inside
            Which players are in the coalition, shape (players, N).
        at_drawn
            Which unknown sets stand where they were drawn, shape (unknowns, N).
        """
        held = ~inside & (self.block.before.spread_out[self.decided] > 0)
        differs = [(d != a).any(axis=0) for d, a in zip(self.drawn, self.actual, strict=True)]
        moved = at_drawn & np.stack(differs) if differs else at_drawn
        return Columns(np.arange(inside.shape[1], dtype=np.int64), held.T, moved.T)

    def block_of(self, columns: Columns) -> Block:
        """Return the draws of some columns, with what is held back and who holds the unknown sets."""
        block = block_of(self.block, columns.draw)
        held_back = np.zeros_like(block.held_back)
        held_back[self.decided] = columns.held.T
        memberships = tuple(
            np.where(columns.moved[:, u], drawn[:, columns.draw], actual)
            for u, (drawn, actual) in enumerate(zip(self.drawn, self.actual, strict=True))
        )
        return replace(block, held_back=held_back, memberships=memberships)

    def acting(self, phases: Sequence[Phase]) -> tuple[Booleans, Booleans]:
        """Return which players and which unknown sets act in some of the phases."""
        players = np.zeros(int(self.decided.sum()), dtype=np.bool_)
        unknowns = np.zeros(len(self.drawn), dtype=np.bool_)
        for phase in phases:
            players |= ~phase.before[self.decided]
            unknowns[list(phase.unknown)] = True
        return players, unknowns


def _first_of(columns: Columns, players: Booleans, unknowns: Booleans) -> tuple[Integers, Integers]:
    """First column of each group that is one so far, in order, and the group of each column."""
    keys = _rows(columns.draw, columns.held & players, columns.moved & unknowns)
    _, first, place = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first, kind="stable")
    return first[order], np.argsort(order, kind="stable")[place.reshape(-1)]


def followed(worlds: Worlds, columns: Columns, years: Sequence[int]) -> Iterator[tuple[Block, YearOutcome, Integers]]:
    """Yield some years of the columns' worlds.

    Parameters
    ----------
    worlds, columns
        What is run.
    years
        Years yielded, from 0.

    Yields
    ------
    Block, YearOutcome, array
        The groups of columns that are one until then, and the group of each column, shape (K,).
    """
    structure, last = worlds.structure, max(years)
    players, unknowns = worlds.acting([structure.first])
    first, group = _first_of(columns, players, unknowns)
    block = worlds.block_of(columns.take(first))
    state = opening_state(structure, block, ())
    phases = [*worlds.phases.past, *worlds.phases.future]
    for year in sorted({p.period.year for p in phases if p.period.year <= last}):
        now = [p for p in phases if p.period.year == year]
        also_players, also_unknowns = worlds.acting(now)
        players, unknowns = players | also_players, unknowns | also_unknowns
        split, parts = _first_of(columns, players, unknowns)
        if len(split) > len(first):
            block, state = worlds.block_of(columns.take(split)), state_of(state, group[split])
        first, group = split, parts
        outcome, state = next(iter(follow(structure, block, now, state, years)))
        if year in years:
            yield block, outcome, group
