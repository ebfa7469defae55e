"""Coalitions in which some decisions stand where a plausible allocation of the same number of units puts them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import prepare
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.model.timeline import AreaTimeline, area_timelines
from impact.questions.coalition_columns import Worlds
from impact.questions.coalitions import BLOCK, with_own_areas
from scenarios import Course, HolderChange
from scenarios.allocation import AllocationModel, allocation_sets, candidates, draw_sets

__all__ = ["Alternatives", "DrawnAllocations", "alternatives_of", "draw_alternatives"]

ONE_DATE = "its units began on more than one day, or changed later"
NO_CHOICE = "all candidates hold it"


@dataclass(frozen=True)
class Alternatives:
    """The sets that a decided area could have gone to on its date.

    Attributes
    ----------
    area, day
        Id, and the first day of its permits.
    hospitals
        Candidates: the university hospitals, those who provided it, and its holders.
    actual
        Its holders.
    reason
        Why there is nothing to compare with; empty if there is.
    """

    area: str
    day: date
    hospitals: tuple[str, ...]
    actual: tuple[str, ...]
    reason: str = ""


def _alternatives(system: CareSystem, timeline: AreaTimeline, named: Callable[[str], str]) -> Alternatives:
    assert timeline.decided is not None
    held = [s for s in timeline.spans if s.hospitals]
    actual = tuple(sorted({named(h) for h in timeline.at(timeline.decided).hospitals}))
    eve = timeline.decided - timedelta(days=1)
    possible = tuple(dict.fromkeys(named(h) for h in (*candidates(system, timeline.area, eve), *actual)))
    reason = "" if len(held) == 1 and timeline.spans[-1] == held[0] else ONE_DATE
    if not reason and len(possible) <= len(actual):
        reason = NO_CHOICE
    return Alternatives(timeline.area, timeline.decided, possible, actual, reason)


def alternatives_of(system: CareSystem, structure: Structure, as_of: date) -> tuple[Alternatives, ...]:
    """Return the alternatives of each decided area, in the order of the areas.

    Parameters
    ----------
    system
        A validated system.
    structure
        Compiled from it; says which hospital stands for a holder that documents name by region only.
    as_of
        Date of today.
    """
    history = system.settings.get("history_start", "")
    since = date.fromisoformat(history) if history else as_of
    places = structure.places

    def named(hospital: str) -> str:
        return places.hospitals[places.hospital_of[hospital]]

    timelines = area_timelines(system, Course(as_of), since, stands=not history, changed=False)
    return tuple(_alternatives(system, t, named) for t in timelines if t.decided)


def draw_alternatives(system: CareSystem, area: Alternatives, as_of: date, seed: int, draws: int) -> Booleans:
    """Return which candidates hold an area in each draw, one plausible set a draw; shape (hospitals, draws).

    How plausible a set is follows from the decisions before `as_of`, the area itself left out; whether a candidate
    did the care before is asked of the area's own date.
    """
    if area.reason:
        held = np.array([h in area.actual for h in area.hospitals], dtype=np.bool_)
        return np.repeat(held[:, None], draws, axis=1)
    model = replace(AllocationModel.fit(system, as_of, leave_out=area.area), as_of=area.day)
    sets = allocation_sets(area.hospitals, len(area.actual))
    plausibility = np.asarray(model.probabilities(system, area.area, sets), dtype=np.float64)
    table = np.array([[h in s for s in sets] for h in area.hospitals], dtype=np.bool_)
    chosen: Integers = draw_sets(plausibility, seed, draws, area.area)
    return table[:, chosen]


class DrawnAllocations:
    """Worlds in which chosen players stand at drawn allocations and all others where they do.

    Parameters
    ----------
    system, as_of, seed, draws, years
        As for `Coalitions`; the same draws.
    alternatives
        Of every decided area, in order.
    members
        Of each, which candidates hold it in each draw; shape (hospitals, draws).

    Attributes
    ----------
    worlds
        One for each block of draws.
    player
        The player of each unknown set of the worlds.
    """

    def __init__(
        self,
        system: CareSystem,
        as_of: date,
        sampling: tuple[int, int, int],
        alternatives: Sequence[Alternatives],
        members: Sequence[Booleans],
    ) -> None:
        seed, draws, years = sampling
        changes = [
            HolderChange(a.day, a.area, (), (), len(a.actual), a.hospitals) for a in alternatives if not a.reason
        ]
        course = Course(as_of, tuple(sorted(changes, key=lambda c: (c.date, c.area))))
        compiled = compile_structure(system, course, years, default_start(system))
        self._structure = with_own_areas(compiled)
        areas = [compiled.activity.areas[u.area] for u in compiled.unknowns]
        place = {a.area: i for i, a in enumerate(alternatives)}
        self.player = tuple(place[a] for a in areas)
        held = [np.array([h in a.actual for h in a.hospitals], dtype=np.bool_)[:, None] for a in alternatives]
        self._actual = tuple(self._rows(u, held[p], alternatives[p]) for u, p in enumerate(self.player))
        self._members = tuple(self._rows(u, members[p], alternatives[p]) for u, p in enumerate(self.player))
        values = compiled.table.draw(seed, 0, draws)
        self.worlds = tuple(self._prepared(values, first) for first in range(0, draws, BLOCK))

    def _rows(self, unknown: int, held: Booleans, area: Alternatives) -> Booleans:
        """Candidates of an area in the order in which the structure has them."""
        names = [self._structure.places.hospitals[h] for h in self._structure.unknowns[unknown].hospitals]
        return held[[area.hospitals.index(name) for name in names]]

    def _prepared(self, values: Floats, first: int) -> Worlds:
        part = np.ascontiguousarray(values[:, first : first + BLOCK])
        members = tuple(m[:, first : first + BLOCK] for m in self._members)
        block = prepare(self._structure, part, members)
        return Worlds(self._structure, self._structure.scenario, block, first, members, self._actual)
