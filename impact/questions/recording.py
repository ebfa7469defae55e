"""Outcomes of one world to arrays (year, entity, measure, draw)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.model.block import Block
from impact.model.path import State, YearOutcome, follow
from impact.model.perspectives import hospital_measures, patients_pushed_aside, region_measures
from impact.model.structure import Phase, Structure

__all__ = ["World", "entities", "follow_world", "measured"]


@dataclass(frozen=True)
class World:
    """One world's measures, and what a cause chain reads at the last year.

    Attributes
    ----------
    measures
        Shape (years, entities, measures, N).
    displaced_national_first
        `patients_displaced` when other patients bear all of it, (years, entities, N).
    last
        The last year's outcome.
    """

    measures: Floats
    displaced_national_first: Floats
    last: YearOutcome


def entities(structure: Structure) -> tuple[str, ...]:
    """Return the ids of the entities: hospitals north to south, regions, the nation."""
    return (*structure.places.hospitals, *structure.places.regions, "national")


def measured(
    structure: Structure,
    block: Block,
    outcome: YearOutcome,
    with_regions: bool = True,
    regions_known: Mapping[str, Floats] | None = None,
) -> tuple[Floats, Floats]:
    """Return a year's measures (entities, measures, N) and the national-first displacement (entities, N).

    The regions' are computed, or `regions_known`, or left missing.
    """
    hospitals, regions = len(structure.places.hospitals), len(structure.places.regions)
    focus = np.array(structure.focus, dtype=np.int64)
    registry = load_measures()
    found = np.full((hospitals + regions + 1, len(registry), block.values.shape[1]), np.nan)
    by_hospital = hospital_measures(structure, block, outcome, focus)
    by_region = regions_known or {}
    if with_regions and regions_known is None:
        by_region = region_measures(structure, block, outcome, focus)
    for m, measure in enumerate(registry.values()):
        values = (by_hospital if measure.entity == "hospital" else by_region).get(measure.id)
        if values is None:
            continue
        where = slice(0, hospitals) if measure.entity == "hospital" else slice(hospitals, hospitals + regions)
        found[where, m] = values
        if measure.is_summed:
            found[-1, m] = np.nansum(values, axis=0)
    first = patients_pushed_aside(structure, outcome.displaced.national_first)
    displaced = np.full((hospitals + regions + 1, block.values.shape[1]), np.nan)
    displaced[:hospitals], displaced[-1] = first, first.sum(axis=0)
    return found, displaced


def follow_world(
    structure: Structure, block: Block, phases: Sequence[Phase], state: State, last_only: bool = False
) -> World:
    """Return the measures of one world from year 0 on.

    Parameters
    ----------
    structure, block
        Compiled system and draws.
    phases
        Of the world, from year 0.
    state
        At the start of year 0.
    last_only
        Measure only the last year (the others stay missing).
    """
    size = (structure.years + 1, len(entities(structure)), len(load_measures()), block.values.shape[1])
    measures = np.full(size, np.nan)
    displaced = np.full((size[0], size[1], size[3]), np.nan)
    last: YearOutcome | None = None
    displaced_in = {structure.years} if last_only else None
    for outcome, _ in follow(structure, block, phases, state, displaced_in):
        last = outcome
        if not last_only or outcome.year == structure.years:
            measures[outcome.year], displaced[outcome.year] = measured(structure, block, outcome)
    assert last is not None  # there is always a year 0
    return World(measures, displaced, last)
