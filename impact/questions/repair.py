"""Repair: the smallest changes to a scenario that keep the hospitals it pushes below a floor above it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.arrays import Booleans, Floats
from impact.questions.effects import EffectTable
from impact.questions.floor_watch import FloorRow, floor_rows, floor_tolerance
from impact.questions.floors import Floor, is_broken
from impact.questions.repair_changes import KINDS, Change, added_posts, changed_scenario, conflict
from impact.questions.repair_options import options_for
from impact.questions.repair_runs import VariantRuns, pushed_share
from impact.questions.run_table import Form, RunFailure, RunTable
from impact.questions.saved_results import packed_result, unpacked_result
from impact.questions.what_if import Settings, what_if
from impact.result import Result
from scenarios import Scenario, course_of

__all__ = ["Pushed", "RepairSettings", "repair", "search"]

SEARCH_DRAWS = 50
MOST_CHANGES = 6
MOST_PAIRS = 12
NEAREST = 3
ROUNDING = 1e-12
Progress = Callable[[int, int], None]
RESULT = Form(packed_result, unpacked_result, is_costly=True)
Pushed = Callable[[Sequence[Change]], Floats | None]
"""From changes to the share of draws in which each hospital is pushed below; None where they do not fit."""


@dataclass(frozen=True, slots=True)
class RepairSettings:
    """How a repair is found.

    Attributes
    ----------
    alpha
        Largest probability of pushing a hospital below a floor that is put up with.
    """

    alpha: float = 0.1
    seed: int = 1
    draws: int = 200
    years: int = 10
    workers: int = 1

    def check(self) -> None:
        """Raise SettingError where a setting is impossible."""
        if not 0 <= self.alpha <= 0.99:
            raise SettingError(f"alpha = {self.alpha}: choose a number from 0 to 0.99")
        self.full().check()

    def full(self) -> Settings:
        """Return the settings of a full run."""
        return Settings(seed=self.seed, draws=self.draws, years=self.years, workers=self.workers,
                        grade_shares=False, sets=False)  # fmt: skip


def _gap(pushed: Floats, allowed: Floats) -> float:
    return float(np.maximum(pushed - allowed - ROUNDING, 0.0).sum())


def _with_each(options: Sequence[Change], chosen: tuple[Change, ...]) -> Iterator[tuple[Change, ...]]:
    for option in options:
        if option not in chosen and not conflict([*chosen, option]):
            yield (*chosen, option)


class _Search:
    """Looks for small sets of changes after which nobody is pushed further than is allowed."""

    def __init__(self, pushed: Pushed, allowed: Floats) -> None:
        self.pushed, self.allowed = pushed, allowed

    def gap(self, changes: Sequence[Change]) -> float:
        pushed = self.pushed(changes)
        return float("inf") if pushed is None else _gap(pushed, self.allowed)

    def _smallest(self, sets: Sequence[tuple[Change, ...]]) -> tuple[Change, ...] | None:
        """The working set with the smallest amounts, one for each kind of change comes from the caller."""
        working = [s for s in sets if self.gap(s) <= 0]
        return min(working, key=lambda s: (sum(c.amount for c in s), self.gap(s), str(s)), default=None)

    def find(self, options: Sequence[Change]) -> tuple[Change, ...] | None:
        """One change if one is enough, else two where the pairs are few, else what a greedy search finds."""
        singles = [(o,) for o in options]
        found = self._smallest(singles)
        if found is not None:
            return found
        pairs = [p for p in combinations(options, 2) if not conflict(p)]
        if len(pairs) <= MOST_PAIRS:
            found = self._smallest(pairs)
        return found or self._greedy(options)

    def _greedy(self, options: Sequence[Change]) -> tuple[Change, ...] | None:
        chosen: tuple[Change, ...] = ()
        best = self.gap(chosen)
        while len(chosen) < MOST_CHANGES and best > 0:
            tried = [(self.gap(s), sum(c.amount for c in s), str(s), s) for s in _with_each(options, chosen)]
            if not tried or min(tried)[0] >= best:
                return None
            left = min(tried)[0]
            if left > (best - left) * (MOST_CHANGES - len(chosen) - 1):
                return None  # even if every further change did as much it would not be enough
            best, *_, chosen = min(tried)
        return None if best > 0 else self._pruned(chosen, options)

    def _pruned(self, chosen: tuple[Change, ...], options: Sequence[Change]) -> tuple[Change, ...]:
        """Leave out what is not needed, then take smaller amounts where they are enough."""
        for change in chosen:
            rest = tuple(c for c in chosen if c != change)
            if rest and self.gap(rest) <= 0:
                chosen = rest
        for place, change in enumerate(chosen):
            key = (change.kind, change.hospital, change.area, change.other)
            smaller = sorted(
                (o for o in options if (o.kind, o.hospital, o.area, o.other) == key and o.amount < change.amount),
                key=lambda o: o.amount,
            )
            for option in smaller:
                other = (*chosen[:place], option, *chosen[place + 1 :])
                if self.gap(other) <= 0:
                    chosen = other
                    break
        return chosen


def search(pushed: Pushed, allowed: Floats, options: Sequence[Change]) -> list[tuple[Change, ...]]:
    """Return sets of changes that are enough: one for each kind alone; if no kind is enough, one of several kinds.

    Parameters
    ----------
    pushed
        What changes do; remembers.
    allowed
        For each hospital the largest share of draws in which it may be pushed below.
    options
        The changes that are tried.

    Returns
    -------
    list
        In the order of the kinds; empty if nothing that was tried is enough.
    """
    looking = _Search(pushed, allowed)
    found: list[tuple[Change, ...]] = []
    for kind in KINDS:
        chosen = looking.find([o for o in options if o.kind == kind])
        if chosen is not None:
            found.append(tuple(sorted(chosen, key=str)))
    if not found:
        chosen = looking.find(options)
        found = [] if chosen is None else [tuple(sorted(chosen, key=str))]
    return found


class _Verified:
    """Floors of full runs."""

    def __init__(self, system: CareSystem, floors: Sequence[Floor], result: Result) -> None:
        table = EffectTable(result, system)
        hospitals = [e for e in table.entities if e in table.kinds]
        kinds = [table.kinds[h] for h in hospitals]
        self.table, self.hospitals = table, hospitals
        self.rows: tuple[FloorRow, ...] = floor_rows(floors, hospitals, kinds)
        self.tolerance = floor_tolerance(system)
        self.broken, self.without = self._broken(table.scenario), self._broken(table.without)

    def _broken(self, values: Floats) -> Booleans:
        return np.array(
            [
                is_broken(
                    r.floor, values[:, :, r.hospital, r.measure], self.table.none[:, r.hospital, r.measure],
                    self.tolerance,
                ).any(axis=1)
                for r in self.rows
            ],
            dtype=np.bool_,
        ).reshape(len(self.rows), values.shape[0])  # fmt: skip

    def pushed(self) -> Floats:
        return pushed_share(self.rows, len(self.hospitals), self.broken, self.without)

    def described(self, hospital: int) -> dict[str, Any]:
        mine = [r for r, row in enumerate(self.rows) if row.hospital == hospital]
        fresh = (self.broken & ~self.without)[mine].mean(axis=1)
        worst = mine[int(np.argmax(fresh))]
        return {
            "hospital": self.hospitals[hospital],
            "floor": self.rows[worst].floor.id,
            "measure": self.rows[worst].floor.measure,
            "p_pushed": float(self.pushed()[hospital]),
            "p_below": float(self.broken[mine].any(axis=0).mean()),
            "p_below_without": float(self.without[mine].any(axis=0).mean()),
        }


def _counts(changes: Sequence[Change]) -> dict[str, float]:
    def total(kind: str) -> float:
        return float(sum(c.amount for c in changes if c.kind == kind))

    return {
        "moves": total("permit"),
        "units": total("unit"),
        "softer_forms": float(sum(c.kind == "softer_form" for c in changes)),
        "posts": total("posts"),
        "beds": total("beds"),
        "theatre_hours": total("theatre_hours"),
    }


def _change(change: Change) -> dict[str, Any]:
    return {"kind": change.kind, "hospital": change.hospital, "area": change.area, "other": change.other,
            "amount": change.amount}  # fmt: skip


class _Repair:
    """One repair: the full run, the search on few draws, and the full run of each alternative."""

    def __init__(
        self, system: CareSystem, scenario: Scenario, as_of: date, floors: Sequence[Floor], settings: RepairSettings,
        step: Callable[[], None], table: RunTable,
    ) -> None:  # fmt: skip
        self.table = table
        self.system, self.scenario, self.as_of, self.floors = system, scenario, as_of, floors
        self.settings, self.step = settings, step

    def full(self, changes: Sequence[Change]) -> tuple[_Verified, Result]:
        variant = changed_scenario(self.scenario, changes, self.system, self.as_of, self.settings.years)
        if variant is None:
            raise AssertionError("the changes fitted before")
        full = self.settings.full()
        adjusted = Settings(
            seed=full.seed, draws=full.draws, years=full.years, workers=full.workers, grade_shares=False, sets=False,
            adjust=lambda structure, block: added_posts(structure, block, changes),
        )  # fmt: skip
        course = course_of(variant, self.system, self.as_of)
        name = "full " + "; ".join(map(str, changes))
        result = self.table.run(name, lambda: what_if(self.system, course, adjusted), RESULT)
        self.step()
        return _Verified(self.system, self.floors, result), result

    def targets(self, base: _Verified, hospital: str | None) -> list[int]:
        pushed = base.pushed()
        return [
            h for h, name in enumerate(base.hospitals) if pushed[h] > self.settings.alpha and hospital in (None, name)
        ]

    def nearest(self, base: _Verified, hospital: str | None) -> list[int]:
        """The hospitals that the scenario pushes below in most draws, at most `NEAREST`, for when none is enough."""
        pushed = base.pushed()
        order = np.argsort(-pushed, kind="stable")
        return [int(h) for h in order if pushed[h] > 0 and hospital in (None, base.hospitals[h])][:NEAREST]

    def searched(self, base: _Verified, targets: Sequence[int]) -> tuple[list[tuple[Change, ...]], int]:
        draws = min(self.settings.draws, SEARCH_DRAWS)
        runs = VariantRuns(
            self.system, self.scenario, self.as_of, self.floors, seed=self.settings.seed, draws=draws,
            years=self.settings.years, table=self.table,
        )  # fmt: skip
        measures = [base.described(h)["measure"] for h in targets]
        options = options_for(runs, targets, measures)

        def pushed(changes: Sequence[Change]) -> Floats | None:
            self.step()
            return runs.pushed(changes)

        before = runs.pushed(())
        assert before is not None  # without changes the scenario fits
        return search(pushed, self.allowed(before, targets), options), len(options)

    def allowed(self, before: Floats, targets: Sequence[int]) -> Floats:
        """Alpha at the hospitals to be kept; elsewhere what the scenario does anyway, if that is more."""
        allowed = np.maximum(before, self.settings.alpha)
        allowed[list(targets)] = self.settings.alpha
        return allowed

    def verified(self, changes: tuple[Change, ...], base: _Verified, targets: Sequence[int]) -> dict[str, Any]:
        """Return an alternative; one whose full run fails does not hold."""
        try:
            return self.alternative(changes, base, targets)
        except RunFailure:
            return {"changes": [_change(c) for c in changes], "counts": _counts(changes), "holds": False}

    def alternative(self, changes: tuple[Change, ...], base: _Verified, targets: Sequence[int]) -> dict[str, Any]:
        verified, _ = self.full(changes)
        pushed = verified.pushed()
        allowed = self.allowed(base.pushed(), targets)
        years = (self.settings.years,)
        return {
            "changes": [_change(c) for c in changes],
            "counts": _counts(changes),
            "holds": bool((pushed <= allowed + ROUNDING).all()),
            "floors_kept": [
                {**verified.described(h), "p_pushed_before": float(base.pushed()[h])}
                for h in targets
                if pushed[h] <= self.settings.alpha
            ],
            "effects": [r for r in verified.table.rows(years) if r["reading"] != "national_first"],
        }


def repair(
    system: CareSystem,
    scenario: Scenario,
    as_of: date,
    floors: Sequence[Floor],
    hospital: str | None = None,
    settings: RepairSettings | None = None,
    progress: Progress | None = None,
    table: RunTable | None = None,
) -> dict[str, Any]:
    """Return small changes to a scenario that keep the hospitals it pushes below a hard floor above it.

    A hospital is pushed below where a hard row breaks within the years that does not without the scenario, in more
    than `alpha` of the draws.

    Parameters
    ----------
    system, scenario, as_of
        What is repaired.
    floors
        The profile (`floors_of`).
    hospital
        Keep only this one; all that are pushed if None.
    settings
        Draws and alpha; see `RepairSettings`.
    progress
        Called with (steps done, steps in all).
    table
        Where runs are kept. A change whose run fails counts as not tried, an alternative whose full run fails as not
        verified; ``failed_runs`` names both.

    Returns
    -------
    dict
        ``pushed`` (hospitals), ``nearest`` (where none is pushed: those that come closest), ``tried`` (number of
        changes tried), ``alternatives``: each verified by a full run; in the order of the kinds of change, not of
        merit.

    Raises
    ------
    ScenarioConflict, SettingError
        As `run_scenario`.
    """
    settings = settings or RepairSettings()
    settings.check()
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, max(100, done))

    table = table or RunTable()
    work = _Repair(system, scenario, as_of, floors, settings, step, table)
    base, result = work.full(())
    targets = work.targets(base, hospital)
    found, tried = work.searched(base, targets) if targets else ([], 0)
    alternatives = [work.verified(changes, base, targets) for changes in found]
    return {
        "start": result.manifest["start"],
        "alpha": settings.alpha,
        "pushed": [base.described(h) for h in targets],
        "nearest": [] if targets else [base.described(h) for h in work.nearest(base, hospital)],
        "tried": tried,
        "alternatives": [a for a in alternatives if a["holds"]],
        "not_verified": [{k: a[k] for k in ("changes", "counts")} for a in alternatives if not a["holds"]],
        "failed_runs": table.failed,
    }
