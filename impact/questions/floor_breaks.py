"""Whether hard floors break within the years of a run, draw by draw, with a course of changes and without it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import Block, prepare
from impact.model.draws import PAGE
from impact.model.path import follow, opening_state, state_without_decisions
from impact.model.perspectives import hospital_measures
from impact.model.start import default_start
from impact.model.structure import PhaseRun, Structure, compile_structure
from impact.questions.floors import Floor, floors_for, floors_of, is_broken
from impact.questions.memberships import AllocationChoice, allocation_choices
from impact.questions.threads import map_in_threads
from impact.questions.what_if import Settings
from scenarios import Course

__all__ = ["OUTCOME", "Counting", "FloorBreaks", "FloorRuns", "blocks", "smaller_university_hospitals"]

OUTCOME = "patients_without_full_competence"
BLOCK = 128  # divides a page of draws
Counting = Literal["new", "deeper", "all"]


def _nothing() -> None:
    """Take no notice of a step."""


def smaller_university_hospitals(system: CareSystem) -> tuple[str, ...]:
    """Return the university hospitals with less than the median share of university care, north to south.

    All university hospitals if none has less.

    Parameters
    ----------
    system
        A validated system.
    """
    university = [r for r in system.rows["Hospital"] if r.text("kind") == "university"]
    university.sort(key=lambda r: (-(r.number("latitude") or 0.0), r.key))
    shares = {r.key[0]: q.value for r in university if (q := r.quantity("anchor_share")) is not None}
    middle = float(np.median(list(shares.values()))) if shares else 0.0
    return tuple(h for h, share in shares.items() if share < middle) or tuple(r.key[0] for r in university)


def _further(floor: Floor, change: Floats, none: Floats, tolerance: float) -> Booleans:
    """Return where a scenario takes a measure further down by more than the floor's tolerance, this year and last.

    Shapes as in `is_broken`; the tolerance is a share of the measure with none of the decisions, of an absolute floor
    one of its threshold.
    """
    reference = np.full_like(none, floor.threshold or 0.0) if floor.basis == "absolute" else none
    slack = tolerance * np.abs(reference) + 1e-9 * np.maximum(1.0, np.abs(reference))
    worse = (-change if floor.direction == "at_least" else change) > slack[:, None]
    found = np.zeros_like(worse)
    found[:, 1:] = worse[:, 1:] & worse[:, :-1]
    return found


@dataclass(frozen=True)
class FloorBreaks:
    """What floors do in each draw.

    Attributes
    ----------
    without, scenario
        Whether a row's floor is broken in some year, without and with the scenario; shape (rows, N).
    deeper
        Whether a row's floor is broken with the scenario, and lies in those years further beyond it than without the
        scenario by more than the tolerance; shape (rows, N).
    effect
        Effect on `OUTCOME` in the last year, summed over the hospitals looked at; patients a year, shape (N,).
    """

    without: Booleans
    scenario: Booleans
    deeper: Booleans
    effect: Floats

    def rows_broken(self, counting: Counting = "new") -> Booleans:
        """Return which rows count.

        Parameters
        ----------
        counting
            ``new``: broken with the scenario and in no year without it; ``deeper``: those, and those broken without
            it too that the scenario takes further down; ``all``: every one broken with it.
        """
        if counting == "all":
            return self.scenario
        new = self.scenario & ~self.without
        return new | self.deeper if counting == "deeper" else new

    def broken(self, counting: Counting = "new") -> Booleans:
        """Return in which draws a floor breaks at any hospital looked at, shape (N,); see `rows_broken`."""
        return np.asarray(self.rows_broken(counting).any(axis=0), dtype=np.bool_)


class FloorRuns:
    """Runs of both worlds that keep nothing but floors and one effect, so that thousands of draws fit in memory.

    Parameters
    ----------
    system
        A validated system; never changed.
    course
        The dated changes (`scenarios.course_of`).
    settings
        Seed, draws, years, start, reading, workers; see `Settings`.
    hospitals
        Ids of the hospitals whose floors are looked at.

    Raises
    ------
    SettingError
        If a setting is impossible or no hard floor holds for the hospitals.
    """

    def __init__(self, system: CareSystem, course: Course, settings: Settings, hospitals: Sequence[str]) -> None:
        settings.check()
        start = settings.start or default_start(system)
        self.settings, self.start = settings, start
        self.structure: Structure = compile_structure(system, course, settings.years, start)
        uniform = settings.reading == "uniform_allocation"
        self.choices: tuple[AllocationChoice, ...] = allocation_choices(
            self.structure, system, course, settings.seed, settings.draws, uniform
        )
        kinds = {r.key[0]: r.text("kind") for r in system.rows["Hospital"]}
        hard = [f for f in floors_of(system) if f.is_hard]
        self.hospitals = tuple(hospitals)
        self.rows: tuple[tuple[str, Floor], ...] = tuple(
            (h, f) for h in hospitals for f in hard if f in floors_for(hard, kinds, h, f.measure)
        )
        if not self.rows:
            raise SettingError(
                f"no hard floor holds for {', '.join(hospitals) or 'any hospital'}: choose another hospital, "
                "or add rows with hardness = hard to floors.csv"
            )
        tolerance = system.get("parameters", "floor_tolerance")
        quantity = None if tolerance is None else tolerance.quantity("value")
        self._tolerance = 0.0 if quantity is None else quantity.value

    def _measures(self, block: Block, run: PhaseRun) -> tuple[Floats, Floats]:
        structure = self.structure
        state = opening_state(structure, block, run.past)
        focus = np.array(structure.focus, dtype=np.int64)
        where = [structure.places.hospital_of[h] for h in self.hospitals]
        found = np.empty((len(self.rows), structure.years + 1, block.values.shape[1]))
        last = np.zeros(block.values.shape[1])
        for outcome, _ in follow(structure, block, run.future, state):
            measures = hospital_measures(structure, block, outcome, focus)
            for r, (hospital, floor) in enumerate(self.rows):
                found[r, outcome.year] = measures[floor.measure][structure.places.hospital_of[hospital]]
            last = measures[OUTCOME][where].sum(axis=0)
        return found, last

    def read(self, values: Floats, sets: Sequence[Integers]) -> FloorBreaks:
        """Return what floors do in given draws.

        Parameters
        ----------
        values
            Drawn quantities, shape (slots, N).
        sets
            Index of the set of holders in each draw, for each unknown allocation, shape (N,).
        """
        structure = self.structure
        members = tuple(c.members(s) for c, s in zip(self.choices, sets, strict=True))
        full = self.settings.reading == "full_product"
        block = prepare(structure, np.ascontiguousarray(values), members, full_product=full)
        none = state_without_decisions(structure, block)
        floor_of = hospital_measures(structure, block, none, np.array(structure.focus, dtype=np.int64))
        (without, before), (scenario, after) = (
            self._measures(block, run) for run in (structure.without, structure.scenario)
        )
        broken = np.empty((3, len(self.rows), block.values.shape[1]), dtype=np.bool_)
        for r, (hospital, floor) in enumerate(self.rows):
            steady = floor_of[floor.measure][structure.places.hospital_of[hospital]]
            beyond = is_broken(floor, scenario[r].T, steady, self._tolerance)
            broken[0, r] = is_broken(floor, without[r].T, steady, self._tolerance).any(axis=1)
            broken[1, r] = beyond.any(axis=1)
            further = _further(floor, scenario[r].T - without[r].T, steady, self._tolerance)
            broken[2, r] = (beyond & further).any(axis=1)
        return FloorBreaks(broken[0], broken[1], broken[2], after - before)

    def over(
        self, values: Callable[[int, int], Floats], sets: Sequence[Integers], draws: int, step: Callable[[], None]
    ) -> FloorBreaks:
        """Return `read` over many draws, block by block in threads; pages of quantities are drawn one at a time.

        Parameters
        ----------
        values
            Draw numbers (start, stop) to drawn quantities, shape (slots, stop − start).
        sets
            As for `read`, over all draws.
        draws
            How many.
        step
            Called after each block.
        """
        parts: list[FloorBreaks] = []
        for page in range(0, draws, PAGE):
            drawn = values(page, min(page + PAGE, draws))

            def run(first: int, page: int = page, drawn: Floats = drawn) -> FloorBreaks:
                stop = min(first + BLOCK, drawn.shape[1])
                part = self.read(drawn[:, first:stop], [s[page + first : page + stop] for s in sets])
                step()
                return part

            parts += map_in_threads(self.settings.workers, run, range(0, drawn.shape[1], BLOCK))
        return FloorBreaks(
            np.concatenate([p.without for p in parts], axis=1),
            np.concatenate([p.scenario for p in parts], axis=1),
            np.concatenate([p.deeper for p in parts], axis=1),
            np.concatenate([p.effect for p in parts]),
        )

    def drawn(self, start: int, stop: int) -> Floats:
        """Return the quantities of draws `start` to `stop`, shape (slots, stop − start)."""
        return self.structure.table.draw(self.settings.seed, start, stop)

    def main(self, step: Callable[[], None] = _nothing) -> FloorBreaks:
        """Return what floors do in the draws of the run; `step` is called after each block."""
        return self.over(self.drawn, [c.chosen for c in self.choices], self.settings.draws, step)

    def mixed(
        self, draws: int, replaced: Booleans, roll_sets: bool, step: Callable[[], None] = _nothing
    ) -> FloorBreaks:
        """Return what floors do in draws that take some quantities from the next draw (the last from the first).

        Parameters
        ----------
        draws
            The first so many, at most a page.
        replaced
            Which quantities are the next draw's, shape (slots,).
        roll_sets
            Whether the allocation is the next draw's too.
        step
            Called after each block.
        """

        def values(start: int, stop: int) -> Floats:
            own = self.drawn(start, stop)
            return np.where(replaced[:, None], np.roll(own, -1, axis=1), own)

        sets = [np.roll(c.chosen[:draws], -1) if roll_sets else c.chosen[:draws] for c in self.choices]
        return self.over(values, sets, draws, step)

    def crossed(
        self, draws: int, replaced: Booleans, other_sets: bool, step: Callable[[], None] = _nothing
    ) -> FloorBreaks:
        """Return what floors do in the first draws, some quantities taken from as many draws after them.

        Parameters
        ----------
        draws
            How many; draw i takes the replaced quantities from draw i + draws, which must be a draw of the run.
        replaced
            Which quantities, shape (slots,).
        other_sets
            Whether the allocation is draw i + draws' too.
        step
            Called after each block.
        """

        def values(start: int, stop: int) -> Floats:
            other = self.drawn(start + draws, stop + draws)
            return np.where(replaced[:, None], other, self.drawn(start, stop))

        first = draws if other_sets else 0
        return self.over(values, [c.chosen[first : first + draws] for c in self.choices], draws, step)


def blocks(draws: int) -> int:
    """Return how many blocks some draws are.

    Examples
    --------
    >>> blocks(1), blocks(1024), blocks(1025)
    (1, 8, 9)
    """
    whole, rest = divmod(draws, PAGE)
    return whole * (PAGE // BLOCK) + -(-rest // BLOCK)
