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
from impact.model.structure import Structure, compile_structure
from impact.questions.recording import entities, measured
from scenarios import Course

__all__ = ["Coalitions"]

BLOCK = 100


@dataclass(frozen=True)
class _Ready:
    structure: Structure
    blocks: tuple[Block, ...]


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
        wanted = list(years)
        size = (len(wanted), len(self.entities), len(load_measures()), self.draws)
        found = np.full(size, np.nan)
        structure = self.structure
        decided = np.asarray(structure.history.decided, dtype=np.bool_)
        for number, block in enumerate(self._ready.blocks):
            first = number * BLOCK
            held_back = np.zeros_like(block.held_back)
            stop = first + held_back.shape[1]
            held_back[decided] = ~inside[:, first:stop]
            changed = replace(block, held_back=held_back)
            state = opening_state(structure, changed, structure.without.past)
            for outcome, _ in follow(structure, changed, structure.without.future, state, wanted):
                if outcome.year in wanted:
                    values, _ = measured(structure, changed, outcome)
                    found[wanted.index(outcome.year), ..., first:stop] = values
                if outcome.year >= max(wanted):
                    break
        return found
