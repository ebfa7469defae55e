"""The screening score: other patients a year who because of a decision lack full competence or are displaced."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact.model.arrays import Floats, Integers
from impact.model.block import Block
from impact.model.path import YearOutcome
from impact.model.perspectives import outside_patients
from impact.model.structure import Structure
from impact.model.sums import sum_by

__all__ = ["PARTS", "OtherPatients", "other_patients"]

PARTS = ("areas", "outside", "functions", "displaced")


@dataclass(frozen=True)
class OtherPatients:
    """Other patients of one year, by part and hospital; shape (H, N) each, patients/year.

    Attributes
    ----------
    areas
        Σ_b N (o^wo − o)⁺ over the areas that the decision does not concern.
    outside
        The same over patients in no area, each under one leading specialty, whose operability is its level.
    functions
        The same over functions; the dataset counts only patients there who are in no area.
    displaced
        D⁺: patients of other care pushed aside.
    """

    areas: Floats
    outside: Floats
    functions: Floats
    displaced: Floats

    @property
    def total(self) -> Floats:
        """The sum of the parts, shape (H, N)."""
        return self.areas + self.outside + self.functions + self.displaced


def other_patients(
    structure: Structure,
    block: Block,
    without: YearOutcome,
    scenario: YearOutcome,
    focus: Integers,
    displaced: Floats,
) -> OtherPatients:
    """Return who is worse off in a year because of a decision, apart from the area's own patients.

    Parameters
    ----------
    structure, block
        Compiled system and draws.
    without, scenario
        The same year of both worlds.
    focus
        Indices of the areas that the decision concerns; they are left out.
    displaced
        `patients_displaced` with − without, shape (H, N).

    Returns
    -------
    OtherPatients
        Only losses count: nobody's gain outweighs another's loss. Volumes are those without the decision.
    """
    hospitals, pairs = len(structure.places.hospitals), len(structure.activity.pair_area)
    lost = np.maximum(without.operability - scenario.operability, 0.0)
    mine = np.isin(structure.activity.pair_area, focus)[:, None]
    inside = np.where(mine, 0.0, without.volume * lost[:pairs])
    anchor, part = outside_patients(structure, block)
    level_hospital = structure.competences.level_hospital
    fallen = np.maximum(without.levels - scenario.levels, 0.0)
    relying = block.values[structure.dependencies.patients_slots]
    return OtherPatients(
        areas=sum_by(structure.activity.pair_hospital, inside, hospitals),
        outside=sum_by(level_hospital, anchor[level_hospital] * part * fallen, hospitals),
        functions=sum_by(structure.dependencies.performed_hospital, relying * lost[pairs:], hospitals),
        displaced=np.maximum(displaced, 0.0),
    )
