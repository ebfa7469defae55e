"""Short runs of the model for tests: one block of draws, both worlds, every year kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.path import YearOutcome, follow, opening_state
from impact.model.structure import Structure, compile_structure
from impact.questions.recording import entities, measured
from scenarios import Course
from tests.courses import AS_OF

__all__ = ["ModelRun", "model_run", "random_members"]


@dataclass(frozen=True)
class ModelRun:
    """Both worlds of a course, year by year."""

    structure: Structure
    block: Block
    without: list[YearOutcome]
    scenario: list[YearOutcome]

    def pair(self, hospital: str, area: str) -> int:
        places, activity = self.structure.places, self.structure.activity
        return activity.pair_index[places.hospitals.index(hospital), activity.areas.index(area)]

    def function(self, hospital: str, function: str) -> int:
        found = self.structure.dependencies
        where = self.structure.places.hospitals.index(hospital), found.functions.index(function)
        rows = zip(found.performed_hospital.tolist(), found.performed_function.tolist(), strict=True)
        return len(self.structure.activity.pair_area) + list(rows).index(where)

    def level(self, hospital: str, competence: str) -> int:
        skills = self.structure.competences
        return skills.level_index[self.structure.places.hospitals.index(hospital), skills.competences.index(competence)]

    def measures(self, outcome: YearOutcome) -> Mapping[str, Floats]:
        """Measure id to values of shape (entities, N)."""
        found, _ = measured(self.structure, self.block, outcome)
        return {name: found[:, m] for m, name in enumerate(load_measures())}

    @property
    def entities(self) -> tuple[str, ...]:
        return entities(self.structure)


def random_members(structure: Structure, draws: int, seed: int = 1) -> tuple[Booleans, ...]:
    """A random set of holders in each draw for each unknown set."""
    rng = np.random.default_rng(seed)
    found: list[Booleans] = []
    for unknown in structure.unknowns:
        members = np.zeros((len(unknown.hospitals), draws), dtype=np.bool_)
        for n in range(draws):
            members[rng.choice(len(unknown.hospitals), unknown.units, replace=False), n] = True
        found.append(members)
    return tuple(found)


def model_run(
    system: CareSystem, course: Course | None = None, *, start: str = "standing", years: int = 3, draws: int = 3,
    values: Callable[[Structure], Floats] | None = None,
) -> ModelRun:  # fmt: skip
    """Run both worlds on a few draws; `values` replaces the drawn numbers."""
    structure = compile_structure(system, course or Course(AS_OF), years, start)
    drawn = values(structure) if values else structure.table.draw(1, 0, draws)
    block = prepare(structure, drawn, random_members(structure, drawn.shape[1]))
    worlds: list[Any] = []
    for run in (structure.without, structure.scenario):
        state = opening_state(structure, block, run.past)
        worlds.append([outcome for outcome, _ in follow(structure, block, run.future, state)])
    return ModelRun(structure, block, *worlds)
