"""Runs of the same draws with any of the pipeline's decisions, and which hard floors they break."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.path import State, opening_state, state_without_decisions
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.floor_watch import Outcome, floor_rows, floor_tolerance, joined, watch
from impact.questions.floors import Floor
from impact.questions.pipeline import PipelineArea, course_of_pipeline
from impact.questions.recording import measured
from impact.questions.threads import map_in_threads
from scenarios.allocation import AllocationModel, allocation_sets, draw_sets

__all__ = ["PipelineRuns"]

BLOCK = 100


@dataclass(frozen=True)
class _Ready:
    block: Block
    state: State
    none: Floats
    today: tuple[Booleans, ...]
    drawn: tuple[Booleans, ...]


class PipelineRuns:
    """Runs of the same draws with any of the decisions of the pipeline.

    A decision that is taken acts on the day after the as-of date with the holders drawn for that draw; one that is
    not leaves the area with its present holders. What is the same for all choices is computed once.

    Parameters
    ----------
    system
        A validated system; never changed.
    areas
        The pipeline.
    floors
        Only the hard ones are looked at.
    as_of
        Date of today.
    seed, draws, years, workers
        As `what_if`.
    """

    def __init__(
        self,
        system: CareSystem,
        areas: Sequence[PipelineArea],
        floors: Sequence[Floor],
        as_of: date,
        *,
        seed: int = 1,
        draws: int = 200,
        years: int = 10,
        workers: int = 1,
    ) -> None:
        start = default_start(system)
        structure = compile_structure(system, course_of_pipeline(areas, as_of), years, start)
        self.structure, self.draws, self.workers = structure, draws, workers
        self.rows = floor_rows(floors, structure.places.hospitals, structure.places.kinds)
        self.tolerance = floor_tolerance(system)
        position = {a.area: i for i, a in enumerate(areas)}
        self._player = [position[structure.activity.areas[u.area]] for u in structure.unknowns]
        memberships = _memberships(system, structure, [areas[p] for p in self._player], as_of, seed, draws)
        values = structure.table.draw(seed, 0, draws)
        starts = range(0, draws, BLOCK)
        self._ready = map_in_threads(
            workers,
            lambda first: _prepare(structure, values[:, first : first + BLOCK],
                                   tuple(m[:, first : first + BLOCK] for m in memberships)),
            starts,
        )  # fmt: skip

    @property
    def hospitals(self) -> tuple[str, ...]:
        """Ids, north to south."""
        return self.structure.places.hospitals

    @property
    def before(self) -> Floats:
        """The measure of each row with none of the decisions, in its unit, shape (rows, draws)."""
        where = [row.hospital for row in self.rows], [row.measure for row in self.rows]
        return np.concatenate([ready.none[where] for ready in self._ready], axis=-1)

    def outcome(self, inside: Booleans) -> Outcome:
        """Return which floors break when the given decisions are taken.

        Parameters
        ----------
        inside
            Which areas of the pipeline are decided in each draw, shape (areas, draws).
        """
        return joined(map_in_threads(self.workers, lambda i: self._block(i, inside), range(len(self._ready))))

    def _block(self, number: int, inside: Booleans) -> Outcome:
        ready, structure = self._ready[number], self.structure
        size = ready.block.values.shape[1]
        where = slice(number * BLOCK, number * BLOCK + size)
        chosen = tuple(
            np.where(inside[player, where][None], drawn, today)
            for player, drawn, today in zip(self._player, ready.drawn, ready.today, strict=True)
        )
        block = replace(ready.block, memberships=chosen)
        phases = structure.scenario.future
        return watch(structure, block, phases, ready.state, self.rows, ready.none, self.tolerance)


def _prepare(structure: Structure, values: Floats, drawn: tuple[Booleans, ...]) -> _Ready:
    block = prepare(structure, np.ascontiguousarray(values), drawn)
    state = opening_state(structure, block, structure.without.past)
    none, _ = measured(structure, block, state_without_decisions(structure, block), with_regions=False)
    held = structure.without.future[-1].active
    size = values.shape[1]
    today = tuple(np.repeat(held[u.rows][:, None], size, axis=1) for u in structure.unknowns)
    return _Ready(block, state, none, today, drawn)


def _memberships(
    system: CareSystem, structure: Structure, areas: Sequence[PipelineArea], as_of: date, seed: int, draws: int
) -> tuple[Booleans, ...]:
    """For each unknown set of the structure which of its hospitals hold it in each draw."""
    found: list[Booleans] = []
    common = AllocationModel.fit(system, as_of)
    for unknown, area in zip(structure.unknowns, areas, strict=True):
        sets = allocation_sets(area.hospitals, area.units)
        learnt = area.area in common.decisions  # what was never decided needs not be left out
        model = AllocationModel.fit(system, as_of, leave_out=area.area) if learnt else common
        plausibility = np.asarray(model.probabilities(system, area.area, sets), dtype=np.float64)
        chosen = draw_sets(plausibility, seed, draws, area.area)
        held = [{structure.places.hospital_of[h] for h in s} for s in sets]
        table = np.array([[h in s for s in held] for h in unknown.hospitals], dtype=np.bool_)
        found.append(table[:, chosen])
    return tuple(found)
