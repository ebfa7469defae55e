"""Variants of a scenario on the same draws: which hospitals each pushes below a hard floor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from graph_schema import CareSystem, RandzonError
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block, prepare
from impact.model.path import State, YearOutcome, follow, opening_state, state_without_decisions
from impact.model.start import Start, default_start
from impact.model.structure import Phase, Structure, compile_structure
from impact.questions.floor_watch import FloorRow, Outcome, floor_rows, floor_tolerance, watch
from impact.questions.floors import Floor
from impact.questions.memberships import allocation_choices
from impact.questions.recording import measured
from impact.questions.repair_changes import Change, added_posts, changed_scenario
from impact.questions.run_table import Form, RunTable, fields_of
from scenarios import Scenario, course_of

__all__ = ["VariantRuns", "pushed_share"]


SMALL = 1e-6  # a fall in level that is none


def _last(structure: Structure, block: Block, phases: Sequence[Phase], state: State) -> YearOutcome:
    """Return the last year of a world."""
    return list(follow(structure, block, phases, state))[-1][0]


OUTCOME = fields_of(Outcome)
OUTCOMES: Form[tuple[Outcome, ...]] = Form(
    lambda found: {name: part for one in found for name, part in OUTCOME.pack(one).items()} | {"fits": len(found)},
    lambda arrays: (OUTCOME.unpack(arrays),) if int(arrays["fits"]) else (),
)


@dataclass(frozen=True)
class _Ready:
    structure: Structure
    block: Block
    state: State


def pushed_share(rows: Sequence[FloorRow], hospitals: int, broken: Booleans, without: Booleans) -> Floats:
    """Return for each hospital the share of draws in which a hard row breaks that does not without the scenario.

    Parameters
    ----------
    rows
        The floor rows.
    hospitals
        How many there are.
    broken, without
        With and without the scenario, shape (rows, draws).
    """
    found = np.zeros(hospitals)
    fresh = broken & ~without
    for h in range(hospitals):
        mine = [r for r, row in enumerate(rows) if row.hospital == h]
        if mine:
            found[h] = float(fresh[mine].any(axis=0).mean())
    return found


class VariantRuns:
    """Runs of one scenario with any small changes, on few common draws.

    Parameters
    ----------
    system, scenario, as_of
        What is repaired.
    floors
        Only the hard ones are looked at.
    seed, draws, years
        As `what_if`.
    table
        Where runs are kept.
    """

    def __init__(
        self, system: CareSystem, scenario: Scenario, as_of: date, floors: Sequence[Floor], *, seed: int, draws: int,
        years: int, table: RunTable | None = None,
    ) -> None:  # fmt: skip
        self._table = table or RunTable()
        self.system, self.scenario, self.as_of = system, scenario, as_of
        self.seed, self.draws, self.years = seed, draws, years
        self.start: Start = default_start(system)
        self.tolerance = floor_tolerance(system)
        self._known: dict[tuple[Change, ...], _Ready | None] = {}
        self._found: dict[tuple[Change, ...], Outcome | None] = {}
        base = self._prepared(())
        if base is None:
            raise AssertionError("the scenario was read before")
        structure = base.structure
        self.hospitals = structure.places.hospitals
        self.rows = floor_rows(floors, structure.places.hospitals, structure.places.kinds)
        self.none, _ = measured(
            structure, base.block, state_without_decisions(structure, base.block), with_regions=False
        )
        opening = opening_state(structure, base.block, structure.without.past)
        self.without = watch(
            structure, base.block, structure.without.future, opening, self.rows, self.none, self.tolerance
        )

    def _prepared(self, changes: tuple[Change, ...]) -> _Ready | None:
        """Compile the variant; posts need no compilation of their own."""
        key = tuple(c for c in changes if c.kind != "posts")
        if key not in self._known:
            self._known[key] = self._compiled(key)
        return self._known[key]

    def _compiled(self, changes: tuple[Change, ...]) -> _Ready | None:
        variant = changed_scenario(self.scenario, changes, self.system, self.as_of, self.years)
        if variant is None:
            return None
        try:
            course = course_of(variant, self.system, self.as_of)
        except RandzonError:
            if not changes:
                raise
            return None  # the change contradicts the scenario or the dataset
        structure = compile_structure(self.system, course, self.years, self.start)
        choices = allocation_choices(structure, self.system, course, self.seed, self.draws)
        values = structure.table.draw(self.seed, 0, self.draws)
        block = prepare(structure, np.ascontiguousarray(values), tuple(c.members(c.chosen) for c in choices))
        past = structure.scenario.past if structure.is_historic else structure.without.past
        return _Ready(structure, block, opening_state(structure, block, past))

    def outcome(self, changes: Sequence[Change]) -> Outcome | None:
        """Return what the changed scenario does to the floors; None where a change does not fit or its run failed."""
        key = tuple(sorted(changes, key=str))
        if key not in self._found:
            name = "variant " + "; ".join(map(str, key))
            found = self._table.attempt(name, lambda: self._tried(key), OUTCOMES)
            self._found[key] = found[0] if found else None
        return self._found[key]

    def _tried(self, changes: tuple[Change, ...]) -> tuple[Outcome, ...]:
        """Return the outcome, or nothing where a change does not fit."""
        ready = self._prepared(changes)
        return () if ready is None else (self._followed(ready, changes),)

    def _followed(self, ready: _Ready, changes: Sequence[Change]) -> Outcome:
        block = added_posts(ready.structure, ready.block, changes)
        phases = ready.structure.scenario.future
        return watch(ready.structure, block, phases, ready.state, self.rows, self.none, self.tolerance)

    def pushed(self, changes: Sequence[Change]) -> Floats | None:
        """Return for each hospital the share of draws in which the changed scenario pushes it below."""
        outcome = self.outcome(changes)
        if outcome is None:
            return None
        return pushed_share(self.rows, len(self.hospitals), outcome.broken, self.without.broken)

    def stakes(self, hospital: int, most: int) -> list[str]:
        """Return the competences of a hospital that the scenario weakens most: newly lost, then the fall in level."""
        base = self._prepared(())
        assert base is not None  # it was compiled at the start
        structure = base.structure
        opening = opening_state(structure, base.block, structure.without.past)
        without = _last(structure, base.block, structure.without.future, opening)
        scenario = _last(structure, base.block, structure.scenario.future, base.state)
        lost = (scenario.load < 1) & ~(without.load < 1)
        fall = (without.levels - scenario.levels).mean(axis=1)
        mine = np.flatnonzero(structure.competences.level_hospital == hospital)
        keyed = [(float(lost[i].mean()), float(fall[i]), int(i)) for i in mine if fall[i] > SMALL]
        names = structure.competences
        return [names.competences[names.level_competence[i]] for *_, i in sorted(keyed, reverse=True)[:most]]
