"""Hard floors watched through a run: which hospital's row breaks in which year and how far beyond it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import Block
from impact.model.path import State, follow
from impact.model.structure import Phase, Structure
from impact.questions.floors import Floor, excess, is_broken, worst_standing
from impact.questions.recording import measured

__all__ = ["FloorRow", "Outcome", "floor_rows", "floor_tolerance", "joined", "watch"]


@dataclass(frozen=True, slots=True)
class FloorRow:
    """A hard floor at a hospital: index of the hospital and of the measure."""

    floor: Floor
    hospital: int
    measure: int


@dataclass(frozen=True)
class Outcome:
    """What a choice of decisions does to each floor row in each draw.

    Attributes
    ----------
    first_year
        First year in which the row is broken, 0 if never; shape (rows, draws).
    excess
        How far beyond the floor at worst, as a share of the floor's size, negative within it; shape (rows, draws).
    standing
        The measure's level that lasts two years at worst (`worst_standing`), in its unit; shape (rows, draws).
    """

    first_year: Integers
    excess: Floats
    standing: Floats

    @property
    def broken(self) -> Booleans:
        """Whether the row breaks in any year, shape (rows, draws)."""
        return self.first_year > 0


def floor_rows(floors: Sequence[Floor], hospitals: Sequence[str], kinds: Sequence[str]) -> tuple[FloorRow, ...]:
    """Return the hard floors of each hospital, by hospital in the given order."""
    measures = list(load_measures())
    return tuple(
        FloorRow(f, h, measures.index(f.measure))
        for h in range(len(hospitals))
        for f in floors
        if f.is_hard and f.hospital_kind == kinds[h]
    )


def floor_tolerance(system: CareSystem) -> float:
    """Return the share by which a relative floor may be passed."""
    record = system.get("parameters", "floor_tolerance")
    quantity = None if record is None else record.quantity("value")
    return 0.0 if quantity is None else quantity.value


def joined(parts: Sequence[Outcome]) -> Outcome:
    """Return the outcomes of blocks of draws as one."""
    return Outcome(
        np.concatenate([p.first_year for p in parts], axis=-1),
        np.concatenate([p.excess for p in parts], axis=-1),
        np.concatenate([p.standing for p in parts], axis=-1),
    )


def watch(
    structure: Structure,
    block: Block,
    phases: Sequence[Phase],
    state: State,
    rows: Sequence[FloorRow],
    none: Floats,
    tolerance: float,
) -> Outcome:
    """Follow a world and return what it does to the floors.

    Parameters
    ----------
    structure, block, phases, state
        As `follow`.
    rows
        Of `floor_rows`.
    none
        Measures with none of the decisions, shape (entities, measures, N).
    tolerance
        Of relative floors.
    """
    size = block.values.shape[1]
    values = np.full((len(rows), size, structure.years + 1), np.nan)
    for outcome, _ in follow(structure, block, phases, state):
        found, _ = measured(structure, block, outcome, with_regions=False)
        for r, row in enumerate(rows):
            values[r, :, outcome.year] = found[row.hospital, row.measure]
    first, beyond = np.zeros((len(rows), size), dtype=np.int64), np.zeros((len(rows), size))
    standing = np.zeros((len(rows), size))
    for r, row in enumerate(rows):
        limit = none[row.hospital, row.measure]
        broken = is_broken(row.floor, values[r], limit, tolerance)
        first[r] = np.where(broken.any(axis=1), broken.argmax(axis=1), 0)
        beyond[r] = np.nan_to_num(excess(row.floor, values[r, :, 1:], limit, tolerance).max(axis=1))
        standing[r] = worst_standing(row.floor, values[r])
    return Outcome(first, beyond, standing)
