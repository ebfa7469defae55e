"""What all decisions in force have done together until today, draw by draw: today less none of the decisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.model.block import Block, prepare
from impact.model.path import follow, opening_state, state_without_decisions
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.recording import entities, measured
from scenarios import Course

__all__ = ["Accumulated", "accumulated_today"]

BLOCK = 100


@dataclass(frozen=True)
class Accumulated:
    """The accumulated effect in the year of the as-of date, shares before concentration frozen.

    Attributes
    ----------
    structure
        The compiled system.
    values
        Drawn quantities, shape (slots, N).
    effect
        Shape (entities, measures, N); missing where a measure is not defined.
    moved
        Patients a year who were treated elsewhere before, by area; shape (areas, N).
    """

    structure: Structure
    values: Floats
    effect: Floats
    moved: Floats

    def of(self, entity: str, measure: str) -> Floats:
        """Return the draws of one entity's measure, shape (N,)."""
        return self.effect[entities(self.structure).index(entity), list(load_measures()).index(measure)]


def _moved(structure: Structure, block: Block, before: Floats, now: Floats) -> Floats:
    lost = np.maximum(before - now, 0.0)
    areas = structure.activity.pair_area
    found = np.zeros((len(structure.activity.areas), block.values.shape[1]))
    np.add.at(found, areas, lost)
    return found


def accumulated_today(system: CareSystem, seed: int = 1, draws: int = 200) -> Accumulated:
    """Return the accumulated effect of all decisions in force, in the year of the as-of date.

    Parameters
    ----------
    system
        A validated system; never changed.
    seed, draws
        Of the numbers drawn.

    Returns
    -------
    Accumulated
        Effect = today − none of the decisions, on the same draws.
    """
    start = default_start(system)
    structure = compile_structure(system, Course(date.fromisoformat(system.settings["as_of"])), 1, start)
    values = structure.table.draw(seed, 0, draws)
    effects: list[Floats] = []
    moved: list[Floats] = []
    for first in range(0, draws, BLOCK):
        block = prepare(structure, np.ascontiguousarray(values[:, first : first + BLOCK]), ())
        state = opening_state(structure, block, structure.without.past)
        today, _ = next(follow(structure, block, structure.without.future, state))
        none = state_without_decisions(structure, block)
        effects.append(
            measured(structure, block, today, with_regions=False)[0]
            - measured(structure, block, none, with_regions=False)[0]
        )
        moved.append(_moved(structure, block, none.volume, today.volume))
    return Accumulated(structure, values, np.concatenate(effects, axis=-1), np.concatenate(moved, axis=-1))
