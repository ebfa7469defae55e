"""Unknown holders: which hospitals hold an area in which draw, and the sets with their plausibility."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Booleans, Floats, Integers
from impact.model.changes import Course
from impact.model.structure import Structure
from scenarios.allocation import AllocationModel, allocation_sets, draw_sets

__all__ = ["AllocationChoice", "allocation_choices"]


@dataclass(frozen=True)
class AllocationChoice:
    """The sets that may hold one area, their plausibility, and the set of each draw.

    Attributes
    ----------
    area
        Id.
    hospitals
        Ids of the candidates, in the order of `Structure.unknowns`.
    sets
        Each a tuple of hospital ids.
    plausibility
        Shape (sets,), sums to 1.
    chosen
        Index of the set of each draw, shape (draws,).
    """

    area: str
    hospitals: tuple[str, ...]
    sets: tuple[tuple[str, ...], ...]
    plausibility: Floats
    chosen: Integers

    def members(self, sets: Integers) -> Booleans:
        """Return which candidates are in the given sets, shape (hospitals, len(sets))."""
        table = np.array([[h in s for s in self.sets] for h in self.hospitals], dtype=np.bool_)
        return table[:, sets]


def _choice(structure: Structure, system: CareSystem, index: int, seed: int, draws: int, uniform: bool,
            course: Course) -> AllocationChoice:  # fmt: skip
    unknown = structure.unknowns[index]
    area = structure.activity.areas[unknown.area]
    hospitals = tuple(structure.places.hospitals[h] for h in unknown.hospitals)
    sets = tuple(allocation_sets(hospitals, unknown.units))
    if uniform:
        plausibility = np.full(len(sets), 1 / len(sets))
    else:
        model = AllocationModel.fit(system, course.as_of, leave_out=area)
        plausibility = np.asarray(model.probabilities(system, area, sets), dtype=np.float64)
    return AllocationChoice(area, hospitals, sets, plausibility, draw_sets(plausibility, seed, draws, area))


def allocation_choices(
    structure: Structure, system: CareSystem, course: Course, seed: int, draws: int, uniform: bool = False
) -> tuple[AllocationChoice, ...]:
    """Return the choice of every unknown set of a structure.

    Parameters
    ----------
    structure, system, course
        Compiled system, its data and the changes.
    seed, draws
        Of the run; the set of a draw depends on nothing else.
    uniform
        All sets equally plausible (the second reading).
    """
    found: Sequence[AllocationChoice] = [
        _choice(structure, system, i, seed, draws, uniform, course) for i in range(len(structure.unknowns))
    ]
    return tuple(found)
