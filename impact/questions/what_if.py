"""What if: a system and a course of changes to the effect on every hospital and region."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
import xarray as xr

from graph_schema import CareSystem, SettingError
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare, without_assumed_dependencies
from impact.model.changes import Course
from impact.model.path import opening_state, state_without_decisions
from impact.model.start import Start, default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.causes import cause_rows
from impact.questions.grade_shares import mixed_values, what_varies
from impact.questions.memberships import AllocationChoice, allocation_choices
from impact.questions.memory import warn_of_memory
from impact.questions.recording import World, follow_world, measured
from impact.questions.threads import map_in_threads
from impact.questions.tipping import tipping
from impact.questions.world_arrays import WorldArrays
from impact.result import SET_DIMENSIONS, Result, describe
from impact.version import code_version

__all__ = ["Settings", "what_if"]

BLOCK = 100
COMMON_DRAWS = 100
Reading = Literal["main", "uniform_allocation", "full_product"]
Progress = Callable[[int, int], None]
Adjust = Callable[[Structure, Block], Block]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run is made.

    Attributes
    ----------
    seed, draws, years
        Seed, number of draws (at least 2), years after year 0.
    start
        ``standing``, ``today``, or None for ``today`` where the dataset has a history_start.
    reading
        ``main``; ``uniform_allocation``: all sets of holders equally plausible; ``full_product``: dependencies
        multiply instead of the weakest counting.
    workers
        Threads; never changes the result.
    block
        Draws computed together; never changes the result.
    grade_shares
        Also run the mixed draws for the share from assumptions, and without assumed dependencies.
    sets
        Also run every set of holders of an unknown allocation, for worst and best.
    adjust
        Changes what the world with the scenario knows (posts that are added); None changes nothing.
    """

    seed: int = 1
    draws: int = 1000
    years: int = 10
    start: Start | None = None
    reading: Reading = "main"
    workers: int = 2
    block: int = BLOCK
    grade_shares: bool = True
    sets: bool = True
    adjust: Adjust | None = None

    def check(self) -> None:
        """Raise SettingError where a setting is impossible."""
        limits = (("draws", self.draws, 2, 1_000_000), ("years", self.years, 1, 60), ("seed", self.seed, 0, 2**63),
                  ("workers", self.workers, 1, 256), ("block", self.block, 2, 4096))  # fmt: skip
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise SettingError(f"{name} = {value}: choose a number from {low} to {high}")


def _memberships(choices: Sequence[AllocationChoice], start: int, stop: int) -> tuple[Booleans, ...]:
    return tuple(choice.members(choice.chosen[start:stop]) for choice in choices)


def _prepared(structure: Structure, settings: Settings, values: Floats, memberships: tuple[Booleans, ...]) -> Block:
    full = settings.reading == "full_product"
    return prepare(structure, np.ascontiguousarray(values), memberships, full_product=full)


def _both_worlds(
    structure: Structure, block: Block, step: Callable[[], None], last_only: bool, adjust: Adjust | None = None
) -> tuple[World, World]:
    state = opening_state(structure, block, structure.without.past)
    without = follow_world(structure, block, structure.without.future, state, last_only)
    step()
    block = block if adjust is None else adjust(structure, block)
    if structure.is_historic:
        state = opening_state(structure, block, structure.scenario.past)
    scenario = follow_world(structure, block, structure.scenario.future, state, last_only)
    step()
    return without, scenario


def _worlds(settings: Settings, start: int) -> int:
    """How many worlds are followed for the block of draws that begins there."""
    return 2 if not settings.grade_shares else 4 if start >= COMMON_DRAWS else 6


def _run_block(
    structure: Structure,
    settings: Settings,
    choices: Sequence[AllocationChoice],
    drawn: tuple[Floats, Floats],
    into: WorldArrays,
    step: Callable[[], None],
    start: int,
) -> None:
    stop = min(start + settings.block, settings.draws)
    where = slice(start, stop)
    block = _prepared(structure, settings, drawn[0][:, where], _memberships(choices, start, stop))
    without, scenario = _both_worlds(structure, block, step, last_only=False, adjust=settings.adjust)
    into.without[where] = np.moveaxis(without.measures, -1, 0)
    into.scenario[where] = np.moveaxis(scenario.measures, -1, 0)
    change = scenario.displaced_national_first - without.displaced_national_first
    into.national_first[where] = np.moveaxis(change, -1, 0)
    none, _ = measured(structure, block, state_without_decisions(structure, block), with_regions=False)
    into.none[where] = np.moveaxis(none, -1, 0)
    into.causes.add(structure, block, without.last, scenario.last, start)
    if not settings.grade_shares:
        return
    values = drawn[1][:, where]
    following = tuple(c.members(np.roll(c.chosen, -1)[start:stop]) for c in choices)
    mixed = _both_worlds(structure, _prepared(structure, settings, values, following), step, last_only=True)
    into.mixed[where] = np.moveaxis(mixed[1].measures[-1] - mixed[0].measures[-1], -1, 0)
    if start >= COMMON_DRAWS:
        return  # a reading of means: the common draws suffice
    bare = _both_worlds(structure, without_assumed_dependencies(structure, block), step, last_only=True)
    common = min(stop, COMMON_DRAWS) - start
    into.bare[start : start + common] = np.moveaxis(bare[1].measures[-1] - bare[0].measures[-1], -1, 0)[:common]


def _set_effects(
    structure: Structure,
    settings: Settings,
    choices: Sequence[AllocationChoice],
    drawn: Floats,
    step: Callable[[], None],
) -> Floats | None:
    """Mean effect of every set of the first unknown area on the common draws, (sets, years, entities, measures)."""
    if not choices or not settings.sets:
        return None
    stop = min(COMMON_DRAWS, settings.draws)
    first = choices[0]

    block = _prepared(structure, settings, drawn[:, :stop], _memberships(choices, 0, stop))
    opening = opening_state(structure, block, structure.without.past)
    without = follow_world(structure, block, structure.without.future, opening).measures.mean(axis=-1)

    def effect(index: int) -> Floats:
        members = first.members(np.full(stop, index, dtype=np.int64))
        chosen = replace(block, memberships=(members, *block.memberships[1:]))
        state = opening_state(structure, chosen, structure.scenario.past) if structure.is_historic else opening
        scenario = follow_world(structure, chosen, structure.scenario.future, state)
        step()
        return scenario.measures.mean(axis=-1) - without

    return np.stack(map_in_threads(settings.workers, effect, range(len(first.sets))))


def _dataset(
    structure: Structure, arrays: WorldArrays, sets: Floats | None, choices: Sequence[AllocationChoice]
) -> xr.Dataset:
    data = arrays.dataset(structure)
    if sets is not None:
        label = ["+".join(s) for s in choices[0].sets]
        data["set_effect"] = describe("set_effect", sets, SET_DIMENSIONS, "mean effect of each set on common draws")
        data = data.assign_coords(allocation=label)
        chosen = np.stack([c.chosen for c in choices])
        data["chosen_set"] = xr.DataArray(chosen, dims=("unknown", "draw"), attrs={"units": "1"})
    return data


def what_if(
    system: CareSystem,
    course: Course,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Result:
    """Return the effect of a course of changes: the same draws with it and without it.

    Parameters
    ----------
    system
        A validated system; never changed.
    course
        The dated changes (`scenarios.course_of`).
    settings
        Seed, draws, years, start; see `Settings`.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    Result
        Draws by year, entity and measure for both worlds; effects are their differences.

    Raises
    ------
    SettingError
        If a setting is impossible.
    SchemaViolation
        If the dataset lacks what the model needs.

    Warns
    -----
    MemoryUseWarning
        Before the run, if its draws will keep more than 4 GiB.
    """
    settings = settings or Settings()
    settings.check()
    start = settings.start or default_start(system)
    structure = compile_structure(system, course, settings.years, start)
    warn_of_memory(structure, settings.draws, settings.years + 1)
    choices = allocation_choices(
        structure, system, course, settings.seed, settings.draws, settings.reading == "uniform_allocation"
    )
    arrays = WorldArrays.missing(structure, settings.draws, settings.years + 1)
    values = structure.table.draw(settings.seed, 0, settings.draws)
    drawn = (values, mixed_values(structure.table, values))
    starts = list(range(0, settings.draws, settings.block))
    total = sum(_worlds(settings, s) for s in starts) + (len(choices[0].sets) if choices and settings.sets else 0)
    done, lock = 0, threading.Lock()

    def step() -> None:
        nonlocal done
        with lock:
            done += 1
            if progress is not None:
                progress(done, total)

    map_in_threads(
        settings.workers,
        lambda first: _run_block(structure, settings, choices, drawn, arrays, step, first),
        starts,
    )
    sets = _set_effects(structure, settings, choices, drawn[0], step)
    manifest: dict[str, Any] = {
        "system_hash": system.content_hash,
        "code_version": code_version(),
        "seed": settings.seed,
        "draws": settings.draws,
        "years": settings.years,
        "start": start,
        "reading": settings.reading,
        "dataset": {
            "name": system.settings.get("name"), "version": system.settings.get("version"),
            "as_of": course.as_of.isoformat(),
        },
    }  # fmt: skip
    notes: dict[str, Any] = {
        "causes": cause_rows(structure, arrays.causes),
        "allocations": [
            {"area": c.area, "units": list(s), "plausibility": float(p)}
            for c in choices
            for s, p in zip(c.sets, c.plausibility, strict=True)
        ],
        "tipping": tipping(structure, settings.seed, _memberships(choices, 0, 2)),
        "varies": what_varies(structure.table, also_rest=bool(choices)),
        "focus": [structure.activity.areas[a] for a in structure.focus],
        "dropped_dependencies": list(structure.dependencies.dropped),
        "known_functions": arrays.causes.known_functions(structure),
        "margins": arrays.causes.margins(structure),
    }
    return Result(_dataset(structure, arrays, sets, choices), manifest, notes)
