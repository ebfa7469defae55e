"""Any set of decisions against none: the system in which only some of the decided areas were concentrated, as dated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.path import follow, opening_state
from impact.model.structure import PhaseRun, Structure, compile_structure
from impact.questions.recording import entities, measured
from scenarios import Course

__all__ = ["BLOCK", "Coalitions", "measured_years"]

BLOCK = 100


@dataclass(frozen=True)
class _Ready:
    structure: Structure
    blocks: tuple[Block, ...]


def measured_years(structure: Structure, block: Block, phases: PhaseRun, years: Sequence[int]) -> Floats:
    """Return a block's measures in some years of one world, shape (len(years), entities, measures, N).

    Parameters
    ----------
    structure, block
        Compiled system and draws; `held_back` of the block says which areas stay where their history says.
    phases
        Of the world.
    years
        Years returned; 0 is the as-of year.
    """
    wanted = list(years)
    size = (len(wanted), len(entities(structure)), len(load_measures()), block.values.shape[1])
    found = np.full(size, np.nan)
    state = opening_state(structure, block, phases.past)
    for outcome, _ in follow(structure, block, phases.future, state, wanted):
        if outcome.year in wanted:
            found[wanted.index(outcome.year)], _ = measured(structure, block, outcome)
        if outcome.year >= max(wanted):
            break
    return found


class Coalitions:
    """Runs of the same draws with any of the decisions.

    A player is a decided area: its permits act on their own dates where it is in the coalition; where it is not, the
    area stays where its history says. What is the same for all coalitions is computed once.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of
        Date of today; the dataset's own if None.
    seed, draws
        Of the numbers drawn.
    years
        Years followed after year 0.
    """

    def __init__(
        self, system: CareSystem, as_of: date | None = None, seed: int = 1, draws: int = 200, years: int = 10
    ) -> None:
        today = as_of or date.fromisoformat(system.settings["as_of"])
        start = "today" if system.settings.get("history_start") else "standing"
        structure = compile_structure(system, Course(today), years, start)
        values = structure.table.draw(seed, 0, draws)
        blocks = tuple(
            prepare(structure, np.ascontiguousarray(values[:, first : first + BLOCK]), ())
            for first in range(0, draws, BLOCK)
        )
        self._ready = _Ready(structure, blocks)
        self.draws, self.years = draws, years

    @property
    def structure(self) -> Structure:
        """The compiled system."""
        return self._ready.structure

    @property
    def blocks(self) -> tuple[Block, ...]:
        """The standing state of the draws, `BLOCK` at a time."""
        return self._ready.blocks

    @property
    def players(self) -> tuple[str, ...]:
        """Decided areas by id, in the order of the masks' rows."""
        return tuple(a for a, d in zip(self.structure.activity.areas, self.structure.history.decided, strict=True) if d)

    @property
    def entities(self) -> tuple[str, ...]:
        """Hospitals north to south, regions, the nation."""
        return entities(self.structure)

    def outcome(self, inside: Booleans, years: Sequence[int] = (0,)) -> Floats:
        """Return the measures with the decisions of a coalition.

        Parameters
        ----------
        inside
            Which players are in the coalition in each draw, shape (players, draws).
        years
            Years returned; 0 is the as-of year.

        Returns
        -------
        array, shape (len(years), entities, measures, draws)
        """
        structure = self.structure
        decided = np.asarray(structure.history.decided, dtype=np.bool_)
        parts: list[Floats] = []
        for number, block in enumerate(self.blocks):
            first = number * BLOCK
            held_back = np.zeros_like(block.held_back)
            held_back[decided] = ~inside[:, first : first + held_back.shape[1]]
            parts.append(measured_years(structure, replace(block, held_back=held_back), structure.without, years))
        return np.concatenate(parts, axis=-1)
