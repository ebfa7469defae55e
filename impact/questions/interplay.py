"""What two areas do together beyond what each does alone, at the smaller university hospitals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.model.block import Block, prepare
from impact.model.path import YearOutcome, follow, opening_state
from impact.model.perspectives import patients_pushed_aside
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.memberships import allocation_choices
from impact.questions.screen_plan import DAY, AreaPlan, plan_areas
from impact.questions.screen_runs import ScreenSettings, area_phases
from impact.questions.screening_score import other_patients
from impact.questions.threads import map_in_threads
from impact.questions.ties import Pair
from scenarios import Course, HolderChange

__all__ = ["pair_interactions", "smaller_university_hospitals"]

LOW, HIGH = 0.05, 0.95


def smaller_university_hospitals(system: CareSystem) -> list[str]:
    """Return the university hospitals with less than the median share of university care; all if none is smaller."""
    shares = {
        r.key[0]: 0.0 if (q := r.quantity("anchor_share")) is None else q.value
        for r in system.rows["Hospital"] if r.text("kind") == "university"
    }  # fmt: skip
    middle = float(np.median(list(shares.values()))) if shares else 0.0
    return [h for h, share in shares.items() if share < middle] or list(shares)


@dataclass(frozen=True)
class _Worlds:
    """A system in which decided areas can be held back and coming ones concentrated."""

    structure: Structure
    block: Block
    hospitals: list[int]

    def follow(self, held_back: Sequence[int], concentrated: Sequence[int]) -> list[YearOutcome]:
        held = self.block.held_back.copy()
        held[list(held_back)] = True
        block = replace(self.block, held_back=held)
        state = opening_state(self.structure, block, self.structure.without.past)
        phases = area_phases(self.structure, concentrated)
        return [outcome for outcome, _ in follow(self.structure, block, phases, state)]

    def score(
        self, without: Sequence[YearOutcome], scenario: Sequence[YearOutcome], focus: Sequence[int]
    ) -> tuple[Floats, Floats]:
        """Other patients a year at the hospitals without full competence, and displaced; mean of years 1 on, (N,)."""
        concerned = np.array(focus, dtype=np.int64)
        exposed, displaced = (np.zeros(self.block.values.shape[1]) for _ in range(2))
        for before, after in zip(without[1:], scenario[1:], strict=True):
            pushed = [patients_pushed_aside(self.structure, o.displaced.equal) for o in (before, after)]
            found = other_patients(self.structure, self.block, before, after, concerned, pushed[1] - pushed[0])
            displaced += found.displaced[self.hospitals].sum(axis=0)
            exposed += (found.total - found.displaced)[self.hospitals].sum(axis=0)
        return exposed / self.structure.years, displaced / self.structure.years


def _interaction(worlds: _Worlds, pair: tuple[int, int], decided: Sequence[bool]) -> dict[str, float]:
    """S(a and b) − S(a) − S(b), each against the world with neither."""

    def world(*inside: int) -> list[YearOutcome]:
        held = [area for area, is_past in zip(pair, decided, strict=True) if is_past and area not in inside]
        new = [area for area, is_past in zip(pair, decided, strict=True) if not is_past and area in inside]
        return worlds.follow(held, new)

    neither = world()
    together, first, second = (worlds.score(neither, world(*inside), pair)
                               for inside in (pair, pair[:1], pair[1:]))  # fmt: skip
    exposed, displaced = (t - a - b for t, a, b in zip(together, first, second, strict=True))
    missed = exposed + displaced
    return {
        "interaction": float(missed.mean()),
        "low": float(np.quantile(missed, LOW)),
        "high": float(np.quantile(missed, HIGH)),
        "without_full_competence": float(exposed.mean()),
        "displaced": float(displaced.mean()),
        "together": float(sum(part.mean() for part in together)),
        "apart": float(sum(part.mean() for one in (first, second) for part in one)),
    }


def _is_past(structure: Structure, plan: AreaPlan) -> bool:
    """Whether the area was decided before today, so that it can be held back."""
    return bool(structure.history.decided[structure.activity.areas.index(plan.area)])


def pair_interactions(
    system: CareSystem,
    pairs: Sequence[Pair],
    settings: ScreenSettings,
    most: int = 12,
    progress: Callable[[int, int], None] | None = None,
) -> dict[Pair, Mapping[str, Any]]:
    """Return what each pair of areas does together beyond the sum of what each does alone.

    A decided area acts as it was decided, or is held back where its history says; a coming one is concentrated from
    tomorrow to the number of units that screening takes, holders unknown. The figure is the screening score at the
    smaller university hospitals.

    Parameters
    ----------
    system
        A validated system; never changed.
    pairs
        Of area ids, the first ones first.
    settings
        Seed, draws, years, threads.
    most
        Pairs run at most.
    progress
        Called with (pairs done, pairs in all).

    Returns
    -------
    dict
        Pair to ``interaction`` (mean), ``low``, ``high`` (90 %), its parts ``without_full_competence`` and
        ``displaced``, ``together`` and ``apart`` [patients/year]. Pairs
        with an area whose concentration changes nothing, or whose history is not known, are left out.
    """
    today = date.fromisoformat(system.settings["as_of"])
    plans = {p.area: p for p in plan_areas(system, sorted({a for pair in pairs for a in pair}), today)}
    coming = [p for p in plans.values() if p.unchanged is None and not p.stands_in_history]
    course = Course(today, tuple(
        HolderChange(today + DAY, p.area, unknown_units=p.units, candidates=p.candidates) for p in coming
    ))  # fmt: skip
    start = default_start(system)
    structure = compile_structure(system, course, settings.years, start)
    choices = allocation_choices(structure, system, course, settings.seed, settings.draws)
    values = structure.table.draw(settings.seed, 0, settings.draws)
    block = prepare(structure, np.ascontiguousarray(values), tuple(c.members(c.chosen) for c in choices))
    hospitals = [structure.places.hospital_of[h] for h in smaller_university_hospitals(system)]
    worlds = _Worlds(structure, block, hospitals)
    index = {area: i for i, area in enumerate(structure.activity.areas)}
    known = [p for p in pairs if all(plans[a] in coming or _is_past(structure, plans[a]) for a in p)][:most]
    done = 0

    def run(pair: Pair) -> dict[str, float]:
        nonlocal done
        past = [plans[a] not in coming for a in pair]
        found = _interaction(worlds, (index[pair[0]], index[pair[1]]), past)
        done += 1
        if progress is not None:
            progress(done, len(known))
        return found

    return dict(zip(known, map_in_threads(settings.workers, run, known), strict=True))
