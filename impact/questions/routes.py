"""The effect on one hospital divided over the routes by which it came, draw by draw.

Each measure of the last year is followed back to volumes, levels and what is provided; see `branches` and `unrolled`
for the two halves of the way. What is no change of the decision's own areas, and what the straight line does not
catch, is kept apart as rest.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import numpy as np

from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import Block
from impact.model.displacement import displaced
from impact.model.levels import is_lost, sustained
from impact.model.perspectives import outside_patients
from impact.model.structure import Structure
from impact.questions.branches import Branches, Line, line_of
from impact.questions.divide import Ends, Route, divided
from impact.questions.unrolled import EVENT, OTHER, Pair, Part, Parts, factor_of, total, volume_parts

__all__ = ["FEEDBACK", "MEASURES", "REACH", "Route", "Tally", "tally_of"]

MEASURES = (
    "patients_relying",
    "patients_without_full_competence",
    "competences_lost",
    "posts_not_sustained",
    "research_caseload",
    "patients_displaced",
)
FEEDBACK, REACH = "feedback", "reach"  # parts of the rest that are known by name
TINY = 1e-12
NEVER = 2.0  # beyond the end of the line


@dataclass
class Tally:
    """Routes of each measure with their value in every draw, shape (N,), and the parts of the rest."""

    routes: dict[str, dict[Route, Floats]] = field(default_factory=dict[str, dict[Route, Floats]])
    rest: dict[str, dict[str, Floats]] = field(default_factory=dict[str, dict[str, Floats]])

    def add(self, measure: str, route: Route, value: Floats) -> None:
        """Add a value to a route; what no area of the decision moved is feedback."""
        if route.source == OTHER:
            self.leave(measure, FEEDBACK, value)
        elif value.any():
            into = self.routes.setdefault(measure, {})
            into[route] = into[route] + value if route in into else value

    def leave(self, measure: str, name: str, value: Floats) -> None:
        """Add a value to a part of the rest."""
        into = self.rest.setdefault(measure, {})
        into[name] = into[name] + value if name in into else value


class _Divider:
    """Divides the effect on one hospital; `part` holds the last year of both worlds."""

    def __init__(self, structure: Structure, block: Block, roots: tuple[int, ...], hospital: int, part: Part) -> None:
        self.structure, self.block, self.roots, self.hospital, self.part = structure, block, roots, hospital, part
        self.line: Line = line_of()
        self.tally = Tally()
        competences = structure.competences
        self.levels: Integers = np.flatnonzero(competences.level_hospital == hospital)
        self.pairs: Integers = np.flatnonzero(structure.activity.pair_hospital == hospital)

    def _volumes(self) -> dict[int, Floats]:
        change = self.part.outcomes[1].volume - self.part.outcomes[0].volume
        return volume_parts(self.roots, self.structure.activity.pair_area, change)

    # ------------------------------------------------------------------ what hangs on operability

    def _here(self, pair: Pair) -> tuple[tuple[Floats, Floats], Parts]:
        """Levels that operability reads in both worlds, and each source's part of their change."""
        count = len(self.block.levels)
        factors = [factor_of(self.block, phase, "staffing", count) for phase in pair.phases]
        levels = [o.levels for o in pair.outcomes]
        middle = 0.5 * (factors[0] + factors[1])
        parts = {s: middle * v for s, v in pair.levels.items()}
        parts[EVENT] = 0.5 * (levels[0] + levels[1]) * (factors[1] - factors[0])
        return (levels[0] * factors[0], levels[1] * factors[1]), parts

    def _targets(self) -> Iterator[tuple[str, int, Floats]]:
        """Yield (measure, node, worth of one unit of lost operability) at the hospital."""
        structure = self.structure
        dependencies, pairs = structure.dependencies, len(structure.activity.pair_area)
        for i in np.flatnonzero(dependencies.performed_hospital == self.hospital):
            if dependencies.function_kinds[dependencies.performed_function[i]] == "emergency":
                yield "patients_relying", pairs + int(i), self.block.values[dependencies.patients_slots[i]]
        volume = 0.5 * (self.part.outcomes[0].volume + self.part.outcomes[1].volume)
        for p in self.pairs[~np.isin(structure.activity.pair_area[self.pairs], structure.focus)]:
            if volume[p].any():
                yield "patients_without_full_competence", int(p), volume[p]

    def operability(self, pair: Pair) -> None:
        """Divide what is lost because areas and functions are less operable in one period of the year."""
        structure, outcomes = self.structure, pair.outcomes
        levels, parts = self._here(pair)
        provided = [(o.volume > 0).astype(np.float64) for o in outcomes]
        graphs = [structure.reaches[phase.dependencies] for phase in pair.phases]
        start = outcomes[0].operability
        if graphs[0] is not graphs[1]:
            still = Line(np.zeros(1), np.ones(1))
            start = Branches(graphs[1], self.block, still, levels, (provided[0], provided[1])).value
        given = volume_parts(self.roots, structure.activity.pair_area, provided[1] - provided[0])
        state = Ends(graphs[1], levels, (provided[0], provided[1]), parts, given)
        targets: list[tuple[str, int, Floats]] = []
        for measure, node, worth in self._targets():
            reached = start[node] - outcomes[0].operability[node]
            if reached.any():
                self.tally.leave(measure, REACH, -pair.length * worth * reached)
            if (start[node] != outcomes[1].operability[node]).any():
                targets.append((measure, node, -pair.length * worth))
        change = outcomes[1].operability - start
        for (measure, _, worth), routes in zip(targets, divided(self.block, state, change, targets), strict=True):
            for route, slope in routes.items():
                self.tally.add(measure, route, worth * slope)

    def neighbours(self) -> None:
        """Divide what volumes of other care and outside patients add to those without full competence."""
        measure, outcomes = "patients_without_full_competence", self.part.outcomes
        focus = np.isin(self.structure.activity.pair_area, self.structure.focus)
        pairs = len(focus)
        lost = 1 - 0.5 * (outcomes[0].operability[:pairs] + outcomes[1].operability[:pairs])
        for source, change in self._volumes().items():
            for p in self.pairs[~focus[self.pairs]]:
                self.tally.add(measure, Route(source), lost[p] * change[p])
        anchor, share = outside_patients(self.structure, self.block)
        for source, change in self.part.pairs[-1].levels.items():
            for level in self.levels:
                value = -anchor[self.hospital] * share[level] * change[level]
                self.tally.add(measure, Route(source, int(level)), value)

    # ------------------------------------------------------------------ what hangs on caseloads and volumes

    def posts(self) -> None:
        """Divide the posts that the caseload no longer sustains: a function of u alone."""
        before, after = (o.load[self.levels] for o in self.part.outcomes)
        posts = self.block.values[self.structure.competences.posts_slots[self.levels]]
        known = self.block.squeeze.known[self.levels]
        lost = posts * (sustained(known, before) - sustained(known, after))
        self._by_share("posts_not_sustained", lost, after - before, self.part.pairs[-1].loads)

    def lost(self) -> None:
        """Divide the competences lost: a jump belongs to what moves the caseload that crosses the need."""
        outcomes, levels = self.part.outcomes, self.levels
        now = [o.load[levels] for o in outcomes]
        then = [o.load_before[levels] for o in outcomes]
        lost = [is_lost(self.block.squeeze.known[levels], n, t) for n, t in zip(now, then, strict=True)]
        jump = lost[1].astype(np.float64) - lost[0].astype(np.float64)
        cross = [_crossing(*now), _crossing(*then)]
        # Going down both must be below: the later crossing counts; going up the earlier one does.
        rise = [np.where(c < 0, NEVER, c) for c in cross]
        by_now = np.where(jump > 0, cross[0] >= cross[1], rise[0] <= rise[1])
        pieces = (
            (np.where(by_now, jump, 0.0), now, self.part.pairs[-1].loads),
            (np.where(by_now, 0.0, jump), then, self.part.loads_before),
        )
        for piece, load, parts in pieces:
            self._by_share("competences_lost", piece, load[1] - load[0], parts)

    def _by_share(self, measure: str, change: Floats, moved: Floats, parts: Parts) -> None:
        """Divide the change of each level of the hospital by the sources' shares of what moved."""
        still = np.abs(moved) <= TINY
        for source, part in parts.items():
            value = np.where(still, 0.0, change * part[self.levels] / np.where(still, 1.0, moved))
            for i, level in enumerate(self.levels):
                self.tally.add(measure, Route(source, int(level)), value[i])

    def research(self) -> None:
        """Divide the patients that teaching and research can draw on: a sum of volumes."""
        area = self.structure.activity.pair_area
        share = self.block.values[self.structure.area_slots["research_share"]][area]
        for source, change in self._volumes().items():
            for p in self.pairs:
                self.tally.add("research_caseload", Route(source), share[p] * change[p])

    # ------------------------------------------------------------------ shared resources

    def _pushed(self, pair: Pair) -> dict[int, Floats]:
        """Each source's part of what a period pushes aside at every facility, shape (S, N)."""
        structure, load, facilities = self.structure, self.block.load, self.structure.facilities
        before, after = (o.displaced.equal for o in pair.outcomes)
        factors = [factor_of(self.block, phase, "capacity", len(facilities.hospital)) for phase in pair.phases]
        event = np.zeros_like(before)
        if (factors[0] != factors[1]).any():
            volumes = [o.volume for o in pair.outcomes]
            first = displaced(facilities, load, volumes[0], factors[1]).equal - before
            last = after - displaced(facilities, load, volumes[1], factors[0]).equal
            event = 0.5 * (first + last)
        change = (pair.outcomes[1].volume - pair.outcomes[0].volume)[facilities.use_pair]
        areas = structure.activity.pair_area[facilities.use_pair]
        parts = {s: load.incidence @ (load.amounts * v) for s, v in volume_parts(self.roots, areas, change).items()}
        moved = load.incidence @ (load.amounts * change)
        scale = np.where(np.abs(moved) > TINY, (after - before - event) / np.where(moved == 0, 1.0, moved), 0.0)
        return {**{s: pair.length * scale * v for s, v in parts.items()}, EVENT: pair.length * event}

    def displacement(self) -> None:
        """Divide the patients pushed aside: beds add up, of the elective resources the one that changes most counts."""
        facilities = self.structure.facilities
        here = np.flatnonzero(facilities.hospital == self.hospital)
        pushed = [self._pushed(pair) for pair in self.part.pairs]
        parts = {s: total([(1.0, p[s]) for p in pushed]) for s in pushed[0]}
        waiting = here[facilities.is_queue[here]]
        before, after = (o.displaced.equal[waiting] for o in self.part.outcomes)
        counts = self._counting(before, after)
        for source, values in parts.items():
            for s in here:
                counted = np.ones_like(values[s])
                if facilities.is_queue[s]:
                    counted = counts[int(np.flatnonzero(waiting == s)[0])]
                self.tally.add("patients_displaced", Route(source, resource=int(s)), values[s] * counted)

    def _counting(self, before: Floats, after: Floats) -> Floats:
        """Share of the line on which each elective resource is the one that counts, shape (queues, N)."""
        if len(before) == 0:
            return before
        on_line = self.line.between(before, after)
        worst: Floats = np.maximum(np.max(on_line, axis=0), 0.0)
        best: Floats = np.minimum(np.min(on_line, axis=0), 0.0)
        chosen: Booleans = on_line == np.where(worst >= -best, worst, best)
        counting: Floats = np.where(chosen & (np.cumsum(chosen, axis=0) == 1), 1.0, 0.0)
        return np.stack([self.line.mean(counting[i]) for i in range(len(counting))])


def _crossing(before: Floats, after: Floats) -> Floats:
    """Where on the line u crosses 1; -1 where it stands below at both ends, NEVER where above."""
    moved = np.where(before == after, 1.0, after - before)
    crosses = (before < 1) != (after < 1)
    return np.where(crosses, (1 - before) / moved, np.where(before < 1, -1.0, NEVER))


def tally_of(
    structure: Structure, block: Block, roots: tuple[int, ...], hospital: int, part: Part, wanted: Collection[str]
) -> Tally:
    """Return the routes of a hospital's measures.

    Parameters
    ----------
    structure, block
        Compiled system and draws.
    roots
        Areas that the scenario itself changes.
    hospital
        Index.
    part
        The last year of both worlds.
    wanted
        Measures asked for.
    """
    divider = _Divider(structure, block, roots, hospital, part)
    if {"patients_relying", "patients_without_full_competence"} & set(wanted):
        for pair in part.pairs:
            divider.operability(pair)
    steps = {
        "patients_without_full_competence": divider.neighbours,
        "competences_lost": divider.lost,
        "posts_not_sustained": divider.posts,
        "research_caseload": divider.research,
        "patients_displaced": divider.displacement,
    }
    for measure, step in steps.items():
        if measure in wanted:
            step()
    return divider.tally
