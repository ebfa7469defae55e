"""What all decisions in force have done together: with them against none of them, in two readings of none.

Both worlds begin at the start of history and run year by year. With: the decisions that had begun by the as-of date
act as dated. None: their areas stay where their history says, all of it (reading ``frozen``), or all but the share
that would have concentrated anyway, as decided and from the same day (``would_have_concentrated``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare, without_assumed_dependencies
from impact.model.path import YearOutcome
from impact.questions.causes import cause_rows
from impact.questions.coalitions import BLOCK, Coalitions
from impact.questions.grade_shares import mixed_values, what_varies
from impact.questions.main_decision import chains_from_decisions
from impact.questions.pair_view import PairView
from impact.questions.recording import measured
from impact.questions.run_table import Form, RunTable, pair_of_arrays
from impact.questions.threads import map_in_threads
from impact.questions.what_if import COMMON_DRAWS, Settings
from impact.questions.world_arrays import WorldArrays
from impact.result import Result, describe
from impact.version import code_version

__all__ = ["READINGS", "Accumulation", "Step", "accumulate"]

READINGS: Mapping[str, str] = {"frozen": "main", "would_have_concentrated": "would_have_concentrated"}
BY_YEAR, OF_LAST = ("without", "scenario", "national_first"), ("none", "mixed", "bare")
AS_THEY_ARE: Form[Mapping[str, Any]] = Form(lambda found: found, lambda found: found)
PAIR = pair_of_arrays()
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Step:
    """A day on which decisions began to act, and the effect of all until then in the as-of year.

    Attributes
    ----------
    decisions
        Areas that began on the day.
    result
        One year, on the common draws.
    """

    date: date
    decisions: tuple[str, ...]
    result: Result


@dataclass(frozen=True)
class Accumulation:
    """The accumulated effect.

    Attributes
    ----------
    readings
        Reading to result: year 0 and the last year are measured.
    not_begun
        What the decisions that begin after the as-of date add to those in force; None where there are none.
    timeline
        From the first decision to the as-of date.
    begun, later
        Decided areas that had begun by the as-of date, and that begin after it.
    moved
        Patients a year of each area treated elsewhere than with none of the decisions, last year; shape (areas, N).
    runs
        The coalitions that were run.
    """

    readings: Mapping[str, Result]
    not_begun: Result | None
    timeline: tuple[Step, ...]
    begun: tuple[str, ...]
    later: tuple[str, ...]
    moved: Floats
    runs: Coalitions


@dataclass
class _World:
    """Measures of some years and the outcome of the last."""

    years: dict[int, tuple[Floats, Floats]]
    last: YearOutcome


class _Runner:
    """Runs the worlds of one block after another and keeps what they leave behind."""

    def __init__(
        self, system: CareSystem, runs: Coalitions, settings: Settings, step: Callable[[int], None]
    ) -> None:  # fmt: skip
        self.system, self.runs, self.settings, self.tell = system, runs, settings, step
        self.structure = runs.structure
        self.begun = np.array([runs.begins[p] <= runs.as_of for p in runs.players], dtype=np.bool_)
        self.some_later = bool((~self.begun).any())
        missing = WorldArrays.missing
        size = (self.structure, settings.draws, settings.years + 1)
        self.kept = sorted({0, max(settings.years - 1, 0), settings.years})  # a floor looks at two years
        self.arrays = {name: missing(*size) for name in (*READINGS, *(["not_begun"] if self.some_later else []))}
        self.opening = {name: missing(self.structure, settings.draws, 0) for name in READINGS}
        self.moved = np.zeros((len(self.structure.activity.areas), settings.draws))
        self.gained = np.zeros((len(self.structure.activity.pair_area), settings.draws))
        self.mixed = mixed_values(self.structure.table, runs.values) if settings.grade_shares else None

    def _mask(self, block: Block, players: Booleans) -> Booleans:
        return np.repeat(players[:, None], block.values.shape[1], axis=1)

    def _anyway(self, block: Block) -> Floats:
        """Share of each player's care that would have concentrated anyway; of decisions in force alone."""
        return self.begun[:, None] * block.parameters["would_have_concentrated"][None]

    def _world(
        self, block: Block, view: PairView | None, players: Booleans, anyway: Floats | float = 0.0,
        years: tuple[int, ...] = (),
    ) -> _World:  # fmt: skip
        """Follow one world; `years` are those measured with travel, and the year before the last without."""
        runs, last, end = self.runs, None, self.structure.years
        inside = self._mask(block, players)
        changed = runs.left_out(block, inside, anyway)
        found: dict[int, tuple[Floats, Floats]] = {}
        for outcome in runs.years_of(block, inside, anyway):
            last = outcome
            if outcome.year in years and view is not None:
                found[outcome.year] = view.measured(changed, self.structure.without.future, outcome)
            elif outcome.year == end - 1 and years:  # a floor looks at two years
                found[outcome.year] = measured(self.structure, changed, outcome, with_regions=False)
            if years and outcome.year >= max(years):
                break
        assert last is not None  # there is always a year 0
        self.tell(1)
        return _World(found, last)

    def worlds(self, number: int) -> int:
        """Return how many worlds a block follows."""
        graded = 0 if self.mixed is None else 3 if number * BLOCK >= COMMON_DRAWS else 6
        return 3 + self.some_later + graded

    def _fill(self, name: str, where: slice, without: _World, scenario: _World, none: _World, block: Block) -> None:
        arrays, last = self.arrays[name], self.structure.years
        for year, (values, first) in scenario.years.items():
            before, first_before = without.years[year]
            arrays.without[where, year] = np.moveaxis(before, -1, 0)
            arrays.scenario[where, year] = np.moveaxis(values, -1, 0)
            arrays.national_first[where, year] = np.moveaxis(first - first_before, -1, 0)
        arrays.none[where] = np.moveaxis(none.years[last][0], -1, 0)
        arrays.causes.add(self.structure, block, without.last, scenario.last, where.start)

    def _effects(self, block: Block, view: PairView) -> dict[str, list[Floats]]:
        """Effects of year 0 and the last year in each reading, each of shape (N, entities, measures)."""
        years = (0, self.structure.years)
        anyway = self._anyway(block)
        nobody = np.zeros_like(self.begun)
        scenario = self._world(block, view, self.begun, years=years).years
        found: dict[str, list[Floats]] = {}
        for name, share in (("frozen", 0.0), ("would_have_concentrated", anyway)):
            none = self._world(block, view, nobody, share, years).years
            found[name] = [np.moveaxis(scenario[y][0] - none[y][0], -1, 0) for y in years]
        return found

    def run(self, number: int) -> None:
        """Run one block of draws."""
        structure, block = self.structure, self.runs.blocks[number]
        first = number * BLOCK
        where = slice(first, first + block.values.shape[1])
        view = PairView.of(structure, block)
        years = (0, structure.years)
        nobody = np.zeros_like(self.begun)
        scenario = self._world(block, view, self.begun, years=years)
        none = self._world(block, view, nobody, years=years)
        anyway = self._world(block, view, nobody, self._anyway(block), years)
        self._fill("frozen", where, none, scenario, none, block)
        self._fill("would_have_concentrated", where, anyway, scenario, none, block)
        if self.some_later:
            everything = self._world(block, view, np.ones_like(self.begun), years=years)
            self._fill("not_begun", where, scenario, everything, none, block)
        change = scenario.last.volume - none.last.volume
        self.gained[:, where] = change
        np.add.at(self.moved[:, where], structure.activity.pair_area, np.maximum(-change, 0.0))
        if self.mixed is not None:
            mixed = prepare(structure, np.ascontiguousarray(self.mixed[:, where]), ())
            for name, effects in self._effects(mixed, PairView.of(structure, mixed)).items():
                self.opening[name].mixed[where], self.arrays[name].mixed[where] = effects
            if first < COMMON_DRAWS:
                bare = without_assumed_dependencies(structure, block)
                for name, effects in self._effects(bare, view).items():
                    self.opening[name].bare[where], self.arrays[name].bare[where] = effects

    def parts(self, number: int) -> dict[str, Any]:
        """Return by name what a block has filled."""
        where = self._where(number)
        found: dict[str, Any] = {"moved": self.moved[:, where], "gained": self.gained[:, where]}
        for name, arrays in self.arrays.items():
            found |= {f"{name}:{part}": getattr(arrays, part)[where][:, self.kept] for part in BY_YEAR}
            found |= {f"{name}:{part}": getattr(arrays, part)[where] for part in OF_LAST}
            found |= {f"{name}:cause:{part}": values for part, values in arrays.causes.part(where.start).items()}
        for name, arrays in self.opening.items():
            found |= {f"{name}:opening:{part}": getattr(arrays, part)[where] for part in ("mixed", "bare")}
        return found

    def put(self, number: int, found: Mapping[str, Any]) -> None:
        """Put back what a block has filled."""
        where = self._where(number)
        self.moved[:, where], self.gained[:, where] = found["moved"], found["gained"]
        for name, arrays in self.arrays.items():
            for part in BY_YEAR:
                getattr(arrays, part)[where, self.kept] = found[f"{name}:{part}"]
            for part in OF_LAST:
                getattr(arrays, part)[where] = found[f"{name}:{part}"]
            cause = f"{name}:cause:"
            arrays.causes.put(where.start, {k.removeprefix(cause): v for k, v in found.items() if k.startswith(cause)})
        for name, arrays in self.opening.items():
            for part in ("mixed", "bare"):
                getattr(arrays, part)[where] = found[f"{name}:opening:{part}"]

    def done(self, number: int, table: RunTable) -> None:
        """Run one block of draws, or take it from the table."""
        is_new = False

        def ran() -> Mapping[str, Any]:
            nonlocal is_new
            is_new = True
            self.run(number)
            return self.parts(number)

        self.put(number, table.run(f"block {number}", ran, AS_THEY_ARE))
        if not is_new:
            self.tell(self.worlds(number))

    def _where(self, number: int) -> slice:
        first = number * BLOCK
        return slice(first, first + self.runs.blocks[number].values.shape[1])

    def step(self, day: date) -> tuple[Floats, Floats]:
        """Return the measures of year 0 with the decisions until a day, on the common draws."""
        block = self.runs.blocks[0]
        players = np.array([self.runs.begins[p] <= day for p in self.runs.players], dtype=np.bool_)
        inside = self._mask(block, players)
        outcome = next(iter(self.runs.years_of(block, inside)))
        return measured(self.structure, self.runs.left_out(block, inside), outcome, with_regions=False)

    def result(self, name: str, reading: str, arrays: WorldArrays | None = None) -> Result:
        """Return one of the kept pairs of worlds as a result."""
        arrays = arrays or self.arrays[name]
        system, settings, structure = self.system, self.settings, self.structure
        manifest: dict[str, Any] = {
            "system_hash": system.content_hash, "scenario_hash": None, "code_version": code_version(),
            "seed": settings.seed, "draws": arrays.without.shape[0], "years": settings.years,
            "start": structure.started_at, "reading": reading,
            "dataset": {
                "name": system.settings.get("name"), "version": system.settings.get("version"),
                "as_of": self.runs.as_of.isoformat(),
            },
        }  # fmt: skip
        rows = cause_rows(structure, arrays.causes) if name in self.arrays else []
        notes: dict[str, Any] = {
            "causes": chains_from_decisions(system, structure, self.gained.mean(axis=1), rows),
            "varies": what_varies(structure.table),
            "focus": [structure.activity.areas[a] for a in structure.focus],
            "allocations": [],
        }
        data = arrays.dataset(structure)
        if name in self.opening:
            short = ("draw", "entity", "measure")
            data["mixed_opening"] = describe("mixed_opening", self.opening[name].mixed, short, "mixed_effect of year 0")
            data["bare_opening"] = describe("bare_opening", self.opening[name].bare, short, "bare_effect of year 0")
        return Result(data, manifest, notes)

    def steps(self, nothing: tuple[Floats, Floats], outcomes: Mapping[date, tuple[Floats, Floats]]) -> tuple[Step, ...]:
        """Return the timeline, against the outcome of no decision."""
        begins = self.runs.begins
        draws = nothing[0].shape[-1]
        found: list[Step] = []
        for day, (values, first) in outcomes.items():
            arrays = WorldArrays.missing(self.structure, draws, 1)
            arrays.without[:, 0] = np.moveaxis(nothing[0], -1, 0)
            arrays.scenario[:, 0] = np.moveaxis(values, -1, 0)
            arrays.national_first[:, 0] = np.moveaxis(first - nothing[1], -1, 0)
            names = tuple(p for p in self.runs.players if begins[p] == day)
            found.append(Step(day, names, self.result("", "main", arrays)))
        return tuple(found)


def accumulate(
    system: CareSystem,
    as_of: date | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
    table: RunTable | None = None,
) -> Accumulation:
    """Return the effect of all decisions in force at a date against none of them.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of
        Date of today; the dataset's own if None. Areas whose first permit begins later are not in force.
    settings
        Seed, draws, years, workers and grade_shares count.
    progress
        Called with (steps done, steps in all).
    table
        Where runs are kept; a day of the timeline whose run fails is left out, and the table tells.

    Raises
    ------
    SettingError
        If the dataset has no start of history, or a setting is impossible.
    """
    settings = settings or Settings(draws=200)
    settings.check()
    if not system.settings.get("history_start"):
        raise SettingError("history_start: the dataset has none, so no decision is new in it; add it to dataset.csv")
    runs = Coalitions(system, as_of, settings.seed, settings.draws, settings.years, own=True)
    done, total, lock = 0, 0, threading.Lock()

    def tell(steps: int) -> None:
        nonlocal done
        with lock:
            done += steps
            if progress is not None:
                progress(done, total)

    runner = _Runner(system, runs, settings, tell)
    days = sorted({day for day in runs.begins.values() if day <= runs.as_of})
    kept, outcomes = table or RunTable(), dict[date, tuple[Floats, Floats] | None]()

    total = sum(runner.worlds(n) for n in range(len(runs.blocks))) + 1 + len(days)

    def step(day: date) -> None:
        outcomes[day] = kept.attempt(f"day {day}", lambda: runner.step(day), PAIR)
        tell(1)

    def before() -> None:
        outcomes[date.min] = kept.run("none", lambda: runner.step(date.min), PAIR)
        tell(1)

    jobs: list[Callable[[], None]] = [
        *(lambda n=n: runner.done(n, kept) for n in range(len(runs.blocks))),
        before,
        *(lambda d=d: step(d) for d in days),
    ]
    map_in_threads(settings.workers, lambda job: job(), jobs)
    nothing = outcomes[date.min]
    assert nothing is not None  # else it was raised
    dated = {day: found for day in days if (found := outcomes[day]) is not None}
    readings = {name: runner.result(name, reading) for name, reading in READINGS.items()}
    begun = tuple(p for p, b in zip(runs.players, runner.begun, strict=True) if b)
    return Accumulation(
        readings=readings,
        not_begun=runner.result("not_begun", "main") if runner.some_later else None,
        timeline=runner.steps(nothing, dated),
        begun=begun,
        later=tuple(p for p in runs.players if p not in begun),
        moved=runner.moved,
        runs=runs,
    )
