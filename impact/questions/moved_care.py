"""Who goes where because of a scenario, and which other care is pushed aside: one year, both worlds, same draws.

The sums over regions and the totals over resources are those of the run's own measures (`patients_at_needed_volume` and
`patients_below` together, `patients_displaced`); how they split is what this question adds.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.arrays import Floats
from impact.model.block import Block, prepare
from impact.model.changes import Course
from impact.model.path import State, YearOutcome, follow, opening_state
from impact.model.perspectives import patients_pushed_aside
from impact.model.start import default_start
from impact.model.structure import Phase, Structure, compile_structure
from impact.questions.memberships import allocation_choices
from impact.questions.threads import map_in_threads
from impact.questions.what_if import Progress, Settings

__all__ = ["MovedCare", "moved_care"]

LOW, HIGH = 0.05, 0.95
TINY = 1e-9
Part = Mapping[str, Floats]


@dataclass(frozen=True)
class MovedCare:
    """One year with the scenario beside the same year without it.

    Attributes
    ----------
    year
        Counted from the as-of year.
    flows
        Patients a year of the areas concerned: ``region`` (home; None: all), ``hospital`` (None: no unit has room for
        them), ``before``, ``after``, ``change``, each with ``_low`` and ``_high`` (5 % and 95 % quantiles over draws).
        Regions and hospitals stand north to south; ways of nobody are left out.
    displaced
        Patients a year of other care: ``hospital``, ``resource`` (None: the hospital, where beds add up and of the
        elective resources the one that changes most counts), ``can_wait``, ``effect``, ``low``, ``high``,
        ``national_first`` (mean where other patients bear all of it), ``others`` (patients a year of other care at
        the resource; None for the hospital). Resources where nothing changes are left out.
    """

    year: int
    flows: tuple[Mapping[str, Any], ...]
    displaced: tuple[Mapping[str, Any], ...]


def _outcome(structure: Structure, block: Block, phases: Sequence[Phase], state: State, year: int) -> YearOutcome:
    return next(o for o, _ in follow(structure, block, phases, state, {year}) if o.year == year)


def _both(structure: Structure, block: Block, year: int) -> tuple[YearOutcome, YearOutcome]:
    state = opening_state(structure, block, structure.without.past)
    without = _outcome(structure, block, structure.without.future, state, year)
    if structure.is_historic:
        state = opening_state(structure, block, structure.scenario.past)
    return without, _outcome(structure, block, structure.scenario.future, state, year)


def _flows(structure: Structure, outcome: YearOutcome) -> tuple[Floats, Floats]:
    """Patients from region to hospital (R, H, N), and those of a region whom nobody has room for (R, N)."""
    activity, places = structure.activity, structure.places
    rows = np.flatnonzero(np.isin(activity.group_area[activity.row_group], structure.focus))
    groups = np.flatnonzero(np.isin(activity.group_area, structure.focus))
    found = np.zeros((len(places.regions), len(places.hospitals), outcome.volume.shape[1]))
    for row in rows:
        found[:, activity.pair_hospital[activity.row_pair[row]]] += outcome.flow[:, row]
    return found, outcome.not_taken[:, groups].sum(axis=1)


def _block(structure: Structure, block: Block, year: int) -> Part:
    worlds = _both(structure, block, year)
    flows, left = zip(*(_flows(structure, o) for o in worlds), strict=True)
    aside = {n: tuple(getattr(o.displaced, n) for o in worlds) for n in ("equal", "national_first")}
    change = {n: after - before for n, (before, after) in aside.items()}
    totals = {
        n: patients_pushed_aside(structure, after) - patients_pushed_aside(structure, before)
        for n, (before, after) in aside.items()
    }
    return {
        "flow_before": flows[0], "flow_after": flows[1], "left_before": left[0], "left_after": left[1],
        "equal": change["equal"], "first": change["national_first"],
        "equal_total": totals["equal"], "first_total": totals["national_first"],
        "others": block.load.others,
    }  # fmt: skip


def _spread(name: str, values: Floats) -> dict[str, float]:
    low, high = np.quantile(values, (LOW, HIGH))
    end = f"{name}_" if name else ""
    return {name or "effect": float(values.mean()), f"{end}low": float(low), f"{end}high": float(high)}


def _way(region: str | None, hospital: str | None, before: Floats, after: Floats) -> list[dict[str, Any]]:
    if max(float(before.max()), float(after.max())) <= TINY:
        return []
    spreads = {**_spread("before", before), **_spread("after", after), **_spread("change", after - before)}
    return [{"region": region, "hospital": hospital, **spreads}]


def _flow_rows(structure: Structure, system: CareSystem, part: Part) -> list[dict[str, Any]]:
    places = structure.places
    latitude = {r: system.node(r).number("latitude") or 0.0 for r in places.regions}
    order = sorted(range(len(places.regions)), key=lambda i: (-latitude[places.regions[i]], places.regions[i]))
    found: list[dict[str, Any]] = []
    for h, hospital in enumerate(places.hospitals):
        before, after = part["flow_before"][:, h], part["flow_after"][:, h]
        found += _way(None, hospital, before.sum(axis=0), after.sum(axis=0))
        for i in order:
            found += _way(places.regions[i], hospital, before[i], after[i])
    before, after = part["left_before"], part["left_after"]
    found += _way(None, None, before.sum(axis=0), after.sum(axis=0))
    for i in order:
        found += _way(places.regions[i], None, before[i], after[i])
    return found


def _displaced_rows(structure: Structure, part: Part) -> list[dict[str, Any]]:
    facilities, found = structure.facilities, list[dict[str, Any]]()
    for h, hospital in enumerate(structure.places.hospitals):
        total = part["equal_total"][h]
        if float(np.abs(total).max()) > TINY:
            first = float(part["first_total"][h].mean())
            found.append({"hospital": hospital, "resource": None, "can_wait": None, **_spread("", total),
                          "national_first": first, "others": None})  # fmt: skip
        for s in np.flatnonzero(facilities.hospital == h):
            if float(np.abs(part["equal"][s]).max()) <= TINY:
                continue
            found.append({"hospital": hospital, "resource": facilities.names[facilities.resource[s]],
                          "can_wait": bool(facilities.is_queue[s]), **_spread("", part["equal"][s]),
                          "national_first": float(part["first"][s].mean()),
                          "others": float(part["others"][s].mean())})  # fmt: skip
    return found


def moved_care(
    system: CareSystem,
    course: Course,
    settings: Settings | None = None,
    year: int | None = None,
    progress: Progress | None = None,
) -> MovedCare:
    """Return where the patients of the areas concerned are treated with and without a scenario, and who makes room.

    Parameters
    ----------
    system
        A validated system; never changed.
    course
        The dated changes.
    settings
        Seed, draws, years, start, reading, workers, block; the numbers are those of `what_if` with the same.
    year
        Counted from the as-of year; the last if None.
    progress
        Called with (steps done, steps in all).

    Raises
    ------
    SettingError
        If a setting is impossible.
    """
    settings = settings or Settings()
    settings.check()
    year = settings.years if year is None else year
    if not 0 <= year <= settings.years:
        raise SettingError(f"year = {year}: choose a year from 0 to {settings.years}, the years simulated")
    structure = compile_structure(system, course, settings.years, settings.start or default_start(system))
    uniform = settings.reading == "uniform_allocation"
    choices = allocation_choices(structure, system, course, settings.seed, settings.draws, uniform)
    values = structure.table.draw(settings.seed, 0, settings.draws)
    starts = range(0, settings.draws, settings.block)
    done = 0

    def run(first: int) -> Part:
        nonlocal done
        stop = min(first + settings.block, settings.draws)
        members = tuple(c.members(c.chosen[first:stop]) for c in choices)
        full = settings.reading == "full_product"
        block = prepare(structure, np.ascontiguousarray(values[:, first:stop]), members, full_product=full)
        found = _block(structure, block, year)
        done += 1
        if progress is not None:
            progress(done, len(starts))
        return found

    parts = map_in_threads(settings.workers, run, starts)
    joined = {name: np.concatenate([p[name] for p in parts], axis=-1) for name in parts[0]}
    return MovedCare(year, tuple(_flow_rows(structure, system, joined)), tuple(_displaced_rows(structure, joined)))
