"""Any set of decisions against none: the system in which only some of the decided areas were concentrated, as dated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.path import YearOutcome, follow, opening_state
from impact.model.start import default_start
from impact.model.structure import PhaseRun, Structure, compile_structure
from impact.model.timeline import area_timelines
from impact.questions.recording import entities, measured
from scenarios import Course

__all__ = ["BLOCK", "Coalitions", "with_own_areas"]

BLOCK = 100


@dataclass(frozen=True)
class _Ready:
    structure: Structure
    values: Floats
    blocks: tuple[Block, ...]
    begins: Mapping[str, date]


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


def with_own_areas(structure: Structure) -> Structure:
    """Return the structure in which all decided areas are the decision's own, so that none is neighbouring care."""
    return replace(structure, focus=tuple(np.flatnonzero(structure.history.decided).tolist()))


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
    own
        Measure the players as the decision's own areas: they are then no neighbouring care, and travel,
        redundancy and own care are theirs. Else every area is neighbouring care.
    """

    def __init__(
        self, system: CareSystem, as_of: date | None = None, seed: int = 1, draws: int = 200, years: int = 10,
        *, own: bool = False,
    ) -> None:  # fmt: skip
        today = as_of or date.fromisoformat(system.settings["as_of"])
        history = system.settings.get("history_start")
        start = default_start(system)
        structure = compile_structure(system, Course(today), years, start)
        if own:
            structure = with_own_areas(structure)
        values = structure.table.draw(seed, 0, draws)
        since = date.fromisoformat(history) if history else today
        timelines = area_timelines(system, Course(today), since, stands=start == "standing", changed=False)
        begins = {t.area: t.decided for t in timelines if t.decided is not None}
        self._ready = _Ready(structure, values, self._prepared(structure, values), begins)
        self.as_of, self.draws, self.years = today, draws, years

    @staticmethod
    def _prepared(structure: Structure, values: Floats) -> tuple[Block, ...]:
        starts = range(0, values.shape[1], BLOCK)
        return tuple(prepare(structure, np.ascontiguousarray(values[:, s : s + BLOCK]), ()) for s in starts)

    @property
    def structure(self) -> Structure:
        """The compiled system."""
        return self._ready.structure

    @property
    def values(self) -> Floats:
        """Drawn quantities, shape (slots, draws)."""
        return self._ready.values

    @property
    def blocks(self) -> tuple[Block, ...]:
        """Blocks of draws, in draw order."""
        return self._ready.blocks

    @property
    def players(self) -> tuple[str, ...]:
        """Decided areas by id, in the order of the masks' rows."""
        return tuple(a for a, d in zip(self.structure.activity.areas, self.structure.history.decided, strict=True) if d)

    @property
    def begins(self) -> Mapping[str, date]:
        """First day of each player's first permit."""
        return self._ready.begins

    @property
    def entities(self) -> tuple[str, ...]:
        """Hospitals north to south, regions, the nation."""
        return entities(self.structure)

    def years_of(self, block: Block, inside: Booleans, anyway: Floats | float = 0.0) -> Iterator[YearOutcome]:
        """Yield the years of a block of draws with the decisions of a coalition.

        Parameters
        ----------
        block
            Of `blocks`, or one prepared from the same structure.
        inside
            Which players are in the coalition in each draw, shape (players, N).
        anyway
            Share of the care of the others that would have concentrated anyway, as decided, from the same day;
            shape (players, N), (N,) or one number.
        """
        changed, structure = self.left_out(block, inside, anyway), self.structure
        state = opening_state(structure, changed, structure.without.past)
        for outcome, _ in follow(structure, changed, structure.without.future, state):
            yield outcome

    def left_out(self, block: Block, inside: Booleans, anyway: Floats | float = 0.0) -> Block:
        """Return the block in which the players outside the coalition stay where their history says."""
        held_back = np.zeros_like(block.held_back)
        decided = np.asarray(self.structure.history.decided, dtype=np.bool_)
        held_back[decided] = np.where(inside, 0.0, 1.0 - anyway)
        return replace(block, held_back=held_back)

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
        parts: list[Floats] = []
        for number, block in enumerate(self.blocks):
            first = number * BLOCK
            changed = self.left_out(block, inside[:, first : first + block.values.shape[1]])
            parts.append(measured_years(structure, changed, structure.without, years))
        return np.concatenate(parts, axis=-1)
