"""Tipping candidates: how one year carries a small disturbance on, and which units carry it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from impact.model.arrays import Booleans, Floats
from impact.model.block import prepare
from impact.model.path import State, follow, opening_state
from impact.model.structure import Structure

__all__ = ["tipping"]

ROUNDS = 40
NUDGE = 1e-5
NAMED = 3


def _next(structure: Structure, block: Any, state: State) -> State:
    year = tuple(p for p in structure.without.future if p.period.year == structure.years)
    return next(iter(follow(structure, block, year, state)))[1]


def _vector(state: State) -> Floats:
    return np.concatenate([state.levels, state.last_year, state.year_before])


def _state(vector: Floats, like: State) -> State:
    levels, pairs = len(like.levels), len(like.last_year)
    return replace(
        like,
        levels=vector[:levels],
        last_year=vector[levels : levels + pairs],
        year_before=vector[levels + pairs :],
    )


def tipping(structure: Structure, seed: int, memberships: tuple[Booleans, ...]) -> Mapping[str, Any]:
    """Return the spectral radius of the one-year map around the settled state, and the units in its eigenvector.

    Power iteration on finite differences of the map, in two draws of state of knowledge. A radius of 1 or more
    would let a disturbance grow: a tipping candidate, named and not repaired.

    Parameters
    ----------
    structure
        Compiled system.
    seed
        Of the run.
    memberships
        Of the two draws.

    Returns
    -------
    dict
        ``radius`` (largest of the two draws) and ``units`` (hospital and competence ids).
    """
    block = prepare(structure, structure.table.draw(seed, 0, 2), memberships)
    state = opening_state(structure, block, structure.without.past)
    later = [s for _, s in follow(structure, block, structure.without.future, state)]
    state = later[-1]
    settled = _vector(_next(structure, block, state))
    base = _vector(_next(structure, block, _state(settled, state)))
    direction = np.full_like(settled, -1.0)
    growth = np.zeros(2)
    for _ in range(ROUNDS):
        size = np.linalg.norm(direction, axis=0)
        direction = direction / np.maximum(size, 1e-300)
        moved = _vector(_next(structure, block, _state(settled + NUDGE * direction, state)))
        direction = (moved - base) / NUDGE
        growth = np.linalg.norm(direction, axis=0)
    draw = int(np.argmax(growth))
    levels = np.abs(direction[: len(structure.competences.level_hospital), draw])
    order = np.argsort(-levels, kind="stable")[:NAMED]
    names = structure.competences
    return {
        "radius": float(growth[draw]),
        "units": [
            {
                "hospital": structure.places.hospitals[names.level_hospital[i]],
                "competence": names.competences[names.level_competence[i]],
            }
            for i in order
        ],
    }
