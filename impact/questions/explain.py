"""Why: one effect divided over the paths from a decision to a hospital; paths and rest sum to the effect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.measures import load_measures
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.changes import Course
from impact.model.perspectives import hospital_measures
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.divide import Route
from impact.questions.memberships import AllocationChoice, allocation_choices
from impact.questions.path_rows import Means, path_rows
from impact.questions.routes import MEASURES, Tally, tally_of
from impact.questions.threads import map_in_threads
from impact.questions.unrolled import Part, followed, root_areas
from impact.questions.what_if import Progress, Settings

__all__ = ["Explanation", "explain"]

LOW, HIGH = 0.05, 0.95
UNREACHED = "unreached"


@dataclass(frozen=True)
class Explanation:
    """One measure at one hospital in a year.

    Attributes
    ----------
    effect, low, high
        Mean over draws and the interval that holds 90 % of them.
    baseline
        Mean without the scenario.
    paths
        Rows, the largest first; see `path_rows`.
    rest
        Effect less the paths; `rest_parts` names what is known of it, and what the straight line did not reach.
    """

    hospital: str
    measure: str
    year: int
    baseline: float
    effect: float
    low: float
    high: float
    paths: tuple[Mapping[str, Any], ...]
    rest: float
    rest_parts: Mapping[str, float]


@dataclass(frozen=True)
class _Found:
    """What one block of draws says."""

    effects: Mapping[str, tuple[Floats, Floats]]
    tally: Tally
    means: Means
    draws: int


def _outcome(structure: Structure, block: Block, part: Part, hospital: int) -> dict[str, tuple[Floats, Floats]]:
    focus = np.array(structure.focus, dtype=np.int64)
    worlds = [hospital_measures(structure, block, o, focus) for o in part.outcomes]
    return {m: (worlds[0][m][hospital], worlds[1][m][hospital]) for m in MEASURES}


def _block(
    structure: Structure, values: Floats, memberships: tuple[Booleans, ...], hospital: int, year: int,
    wanted: Sequence[str],
) -> _Found:  # fmt: skip
    block = prepare(structure, np.ascontiguousarray(values), memberships)
    roots = root_areas(structure)
    part = followed(structure, block, roots, year)
    tally = tally_of(structure, block, roots, hospital, part, wanted)
    last = part.pairs[-1]
    means = Means(
        volume=part.outcomes[1].volume.sum(axis=1) - part.outcomes[0].volume.sum(axis=1),
        levels_before=part.outcomes[0].levels.sum(axis=1),
        levels={s: v.sum(axis=1) for s, v in last.levels.items()},
    )
    return _Found(_outcome(structure, block, part, hospital), tally, means, values.shape[1])


def _combined(found: Sequence[_Found], measure: str) -> tuple[dict[Route, Floats], dict[str, float]]:
    """Routes with their value in every draw, and the means of the known parts of the rest."""
    total = sum(f.draws for f in found)
    routes: dict[Route, Floats] = {}
    rest: dict[str, float] = {}
    first = 0
    for one in found:
        for route, values in one.tally.routes.get(measure, {}).items():
            routes.setdefault(route, np.zeros(total))[first : first + one.draws] = values
        for name, values in one.tally.rest.get(measure, {}).items():
            rest[name] = rest.get(name, 0.0) + float(values.sum()) / total
        first += one.draws
    return routes, rest


def _explained(
    structure: Structure, found: Sequence[_Found], means: Means, place: tuple[int, int], measure: str
) -> Explanation:
    hospital, year = place
    without, scenario = (np.concatenate([f.effects[measure][w] for f in found]) for w in (0, 1))
    effect = scenario - without
    routes, parts = _combined(found, measure)
    paths = path_rows(structure, routes, means, hospital, measure)
    rest = float(effect.mean()) - sum(p["value"] for p in paths)
    return Explanation(
        hospital=structure.places.hospitals[hospital],
        measure=measure,
        year=year,
        baseline=float(without.mean()),
        effect=float(effect.mean()),
        low=float(np.quantile(effect, LOW)),
        high=float(np.quantile(effect, HIGH)),
        paths=tuple(paths),
        rest=rest,
        rest_parts={**parts, UNREACHED: rest - sum(parts.values())},
    )


def _held(choices: Sequence[AllocationChoice], units: Sequence[str] | None) -> list[AllocationChoice]:
    """The choices, the first one fixed at a set if it is named."""
    if units is None:
        return list(choices)
    if not choices:
        raise SettingError("the holders are known, so there is no other set of units: leave --worst out")
    wanted = [i for i, s in enumerate(choices[0].sets) if set(s) == set(units)]
    if not wanted:
        raise SettingError(f"{', '.join(units)}: no possible set of units of {choices[0].area}")
    fixed = replace(choices[0], chosen=np.full_like(choices[0].chosen, wanted[0]))
    return [fixed, *choices[1:]]


def explain(
    system: CareSystem,
    course: Course,
    hospital: str,
    measures: Sequence[str] = MEASURES,
    settings: Settings | None = None,
    year: int | None = None,
    units: Sequence[str] | None = None,
    progress: Progress | None = None,
) -> dict[str, Explanation]:
    """Return the effect on a hospital in a year, divided over paths of the graph.

    Parameters
    ----------
    system
        A validated system; never changed.
    course
        The dated changes.
    hospital
        Id.
    measures
        Which of `MEASURES`.
    settings
        Seed, draws, years, start, workers, block; of the readings only the main one and `uniform_allocation`.
    year
        The year explained, counted from the as-of year; the last if None.
    units
        The set that holds the first area whose units are unknown; the sets as drawn if None.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    dict
        Measure to its explanation; paths and rest sum to the effect of `what_if` with the same seed and draws.

    Raises
    ------
    SettingError
        If a setting is impossible, or the hospital or a measure cannot be explained.
    """
    settings = settings or Settings()
    settings.check()
    if settings.reading == "full_product":
        raise SettingError("reading full_product: the paths follow the weakest link; choose the main reading")
    unknown = sorted(set(measures) - set(MEASURES))
    if unknown:
        raise SettingError(f"measure {', '.join(unknown)}: choose from {', '.join(MEASURES)}")
    start = settings.start or default_start(system)
    year = settings.years if year is None else year
    if not 0 <= year <= settings.years:
        raise SettingError(f"year = {year}: choose a year from 0 to {settings.years}, the years simulated")
    structure = compile_structure(system, course, settings.years, start)
    if hospital not in structure.places.hospitals:
        raise SettingError(f"{hospital}: no hospital of its own in the model; choose a named one")
    index = structure.places.hospitals.index(hospital)
    uniform = settings.reading == "uniform_allocation"
    choices = _held(allocation_choices(structure, system, course, settings.seed, settings.draws, uniform), units)
    values = structure.table.draw(settings.seed, 0, settings.draws)
    starts = range(0, settings.draws, settings.block)
    done = 0

    def run(first: int) -> _Found:
        nonlocal done
        stop = min(first + settings.block, settings.draws)
        members = tuple(c.members(c.chosen[first:stop]) for c in choices)
        found = _block(structure, values[:, first:stop], members, index, year, measures)
        done += 1
        if progress is not None:
            progress(done, len(starts))
        return found

    found = map_in_threads(settings.workers, run, starts)
    means = Means.over([f.means for f in found], settings.draws)
    return {m: _explained(structure, found, means, (index, year), m) for m in measures}


assert set(MEASURES) <= set(load_measures())
