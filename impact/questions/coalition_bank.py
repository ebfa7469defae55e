"""Runs of coalitions to their values: each distinct column is computed once, in chunks that can be resumed."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

import numpy as np

from impact.model.arrays import Booleans, Floats, Integers
from impact.questions.coalition_columns import Columns, Worlds
from impact.questions.coalition_orders import CoalitionRun
from impact.questions.run_store import RunStore

__all__ = ["CoalitionBank", "Source"]

WIDTH = 64  # columns in a chunk: the arrays of a chunk then fit into the processor's cache
Progress = Callable[[int, int], None]
Tasks = Mapping[str, Callable[[], Floats]]
Chunks = dict[tuple[int, str], tuple[list[bytes], Columns]]


class Source:
    """Blocks of worlds in draw order, and which unknown sets of theirs are at drawn allocations in a run.

    Parameters
    ----------
    name
        Beginning of the names of the chunks.
    worlds
        One for each block of draws.
    player
        The player of each unknown set.
    """

    def __init__(self, name: str, worlds: Sequence[Worlds], player: Sequence[int] = ()) -> None:
        self.name, self.worlds, self.player = name, tuple(worlds), list(player)

    def columns(self, run: CoalitionRun, block: int) -> Columns:
        """Return the columns of a run in a block of draws."""
        worlds = self.worlds[block]
        where = slice(worlds.offset, worlds.offset + worlds.block.values.shape[1])
        inside = run.inside[:, where]
        drawn: Booleans = np.zeros_like(inside) if run.drawn is None else run.drawn[:, where] & inside
        return worlds.columns(inside, drawn[self.player])


class CoalitionBank:
    """Values of coalitions by run.

    Parameters
    ----------
    read
        Worlds and columns to values, shape (cells, columns).
    order
        Players in the order in which they act.
    store
        Chunks that are done.
    workers
        Threads; never changes a value.
    progress
        Called with (chunks done, chunks in all).
    """

    def __init__(
        self, read: Callable[[Worlds, Columns], Floats], order: Integers, store: RunStore, workers: int,
        progress: Progress | None = None,
    ) -> None:  # fmt: skip
        self._read, self._order, self._store = read, order, store
        self._workers, self._progress = workers, progress
        self._done, self.total = 0, 0
        self._known: dict[tuple[str, int], dict[bytes, Floats]] = {}
        self._values: dict[str, Floats] = {}

    @property
    def values(self) -> Mapping[str, Floats]:
        """Values of the runs that are done by key, shape (cells, draws)."""
        return MappingProxyType(self._values)

    def _step(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, max(self.total, self._done))

    def finish(self) -> None:
        """Say that everything is done, however much had been reckoned with."""
        self.total = self._done
        if self._progress is not None:
            self._progress(self._done, self._done)

    def do(self, tasks: Tasks) -> Mapping[str, Floats]:
        """Return the values of any tasks by name, from the store where they are done."""
        self._store.fill(tasks, self._workers, self._step)
        return {name: self._store.values[name] for name in tasks}

    def chunks(
        self, source: Source, runs: Sequence[CoalitionRun]
    ) -> dict[tuple[int, str], tuple[list[bytes], Columns]]:
        """Return what is not known yet of some runs, by block and name."""
        found: Chunks = {}
        for block in range(len(source.worlds)):
            known = self._known.setdefault((source.name, block), {})
            new: dict[bytes, tuple[Columns, int]] = {}
            for run in runs:
                columns = source.columns(run, block)
                for i, key in enumerate(columns.keys(self._order)):
                    if key not in known:
                        new.setdefault(key, (columns, i))
            keys = sorted(new)
            for first in range(0, len(keys), WIDTH):
                some = keys[first : first + WIDTH]
                parts = [new[key][0].take(np.array([new[key][1]])) for key in some]
                columns = Columns(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("draw", "held", "moved")))
                name = f"{source.name}-{block}-{hashlib.sha256(b''.join(some)).hexdigest()[:24]}"
                found[block, name] = some, columns
        return found

    def run(self, source: Source, runs: Sequence[CoalitionRun]) -> None:
        """Compute the values of some runs; known columns are not run again."""
        chunks = self.chunks(source, runs)
        tasks = {name: partial(self._read, source.worlds[b], columns) for (b, name), (_, columns) in chunks.items()}
        values = self.do(tasks)
        for (block, name), (keys, _) in chunks.items():
            self._known[source.name, block] |= dict(zip(keys, values[name].T, strict=True))
        for run in runs:
            parts: list[Floats] = []
            for block in range(len(source.worlds)):
                known = self._known[source.name, block]
                keys = source.columns(run, block).keys(self._order)
                parts.append(np.stack([known[key] for key in keys], axis=1))
            self._values[run.key] = np.concatenate(parts, axis=1)
