"""Small changes to a scenario: another permit, one more unit, a softer form, posts, beds, theatre hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

import numpy as np

from graph_schema import CareSystem
from impact.model.block import Block
from impact.model.structure import Structure
from scenarios import (
    CapacityEvent,
    ChangeScope,
    Concentrate,
    Decision,
    Move,
    Scenario,
    SofterForm,
    allocation_sets,
    candidates,
    factor,
    share,
)
from scenarios.allocation import AllocationModel

__all__ = ["KINDS", "Change", "Kind", "added_posts", "changed_scenario", "conflict"]

Kind = Literal["permit", "unit", "softer_form", "posts", "beds", "theatre_hours"]
KINDS: tuple[Kind, ...] = ("permit", "unit", "softer_form", "posts", "beds", "theatre_hours")
MOST_UNITS = 5  # the law on health care allows at most five units for a national area
ASSUMED = "assumption: the change that is tried"


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One small change.

    Attributes
    ----------
    kind
        What it is.
    hospital
        Which hospital it helps: gets the permit, keeps patients, gets posts, beds or hours.
    area
        Of a permit, a unit or a softer form; otherwise None.
    other
        The hospital that a permit comes from (None: unknown), the competence or the resource.
    amount
        Units, posts, beds or hours added; of a softer form the share of the patients who stay.
    """

    kind: Kind
    hospital: str | None
    area: str | None = None
    other: str | None = None
    amount: float = 1.0


def conflict(changes: Sequence[Change]) -> bool:
    """Return whether two changes contradict or repeat one another."""
    keys = [(c.kind, c.hospital, c.area, None if c.kind == "permit" else c.other) for c in changes]
    given = [(c.area, c.other) for c in changes if c.kind == "permit" and c.other is not None]
    units = [c.area for c in changes if c.kind == "unit"]
    everywhere = {c.area for c in changes if c.kind == "softer_form" and c.hospital is None}
    soft = [c.area for c in changes if c.kind == "softer_form" and c.area in everywhere]
    return any(len(set(keys_)) < len(keys_) for keys_ in (keys, given, units, soft))


def _most_plausible(system: CareSystem, as_of: date, area: str, units: int, wanted: set[str]) -> tuple[str, ...] | None:
    """Return the most plausible set of `units` candidates that holds the wanted hospitals."""
    possible = candidates(system, area, as_of)
    sets = [s for s in allocation_sets(possible, units) if wanted <= set(s)]
    if not sets:
        return None
    model = AllocationModel.fit(system, as_of, leave_out=area)
    return sets[int(np.argmax(model.probabilities(system, area, sets)))]


def _concentrated(
    decision: Concentrate, changes: Sequence[Change], system: CareSystem, as_of: date
) -> Concentrate | None:
    """Return the decision with more units and with the permits that are moved; None where that cannot be."""
    mine = [c for c in changes if c.area == decision.area]
    extra = [c for c in mine if c.kind == "unit"]
    moves = [c for c in mine if c.kind == "permit"]
    units = decision.units + int(sum(c.amount for c in extra))
    wanted = {c.hospital for c in (*extra, *moves) if c.hospital is not None}
    if units > MOST_UNITS:
        return None
    if decision.hospitals is None:
        if not wanted:
            return replace(decision, units=units)
        hospitals = _most_plausible(system, as_of, decision.area, units, wanted)
        return None if hospitals is None else replace(decision, units=units, hospitals=hospitals)
    held = set(decision.hospitals) - {c.other for c in moves if c.other is not None}
    held |= wanted
    return replace(decision, units=units, hospitals=tuple(sorted(held))) if len(held) == units else None


def _softer(changes: Sequence[Change]) -> list[SofterForm]:
    found: list[SofterForm] = []
    soft = [c for c in changes if c.kind == "softer_form"]
    for area in sorted({c.area for c in soft if c.area is not None}):
        mine = [c for c in soft if c.area == area]
        hospitals = tuple(sorted({c.hospital for c in mine if c.hospital is not None}))
        stays = share(max(c.amount for c in mine), source=ASSUMED)
        found.append(SofterForm(area, "satellite", stays, hospitals))
    return found


def _capacity(system: CareSystem, change: Change, as_of: date, years: int) -> CapacityEvent | None:
    row = next(
        (
            r
            for r in system.outgoing("OPERATES", change.hospital or "")
            if r.text("target_id") == change.other and not r.text("part_of_year")
        ),
        None,
    )
    quantity = None if row is None else row.quantity("capacity")
    if quantity is None or quantity.value <= 0:
        return None
    more = factor(1 + change.amount / quantity.value, source=ASSUMED)
    first, last = as_of + timedelta(days=1), date(as_of.year + years + 1, 1, 1)
    return CapacityEvent(change.hospital or "", change.other or "", more, first, last)


def changed_scenario(
    scenario: Scenario, changes: Sequence[Change], system: CareSystem, as_of: date, years: int
) -> Scenario | None:
    """Return the scenario with the changes; posts are not part of it (see `added_posts`).

    Parameters
    ----------
    scenario
        As asked.
    changes
        That do not contradict one another.
    system, as_of
        For candidates and capacities.
    years
        How long added beds and hours last.

    Returns
    -------
    Scenario or None
        None where a change does not fit the scenario.
    """
    decisions: list[Decision] = []
    own = {d.area for d in scenario.decisions if isinstance(d, Concentrate)}
    for decision in scenario.decisions:
        new = _concentrated(decision, changes, system, as_of) if isinstance(decision, Concentrate) else decision
        if new is None:
            return None
        decisions.append(new)
    for change in changes:
        if change.kind == "permit" and change.area is not None and change.area not in own:
            if change.other is None or change.hospital is None:
                return None
            decisions.append(Move(change.area, change.other, change.hospital))
    soft = _softer(changes)
    shared = {d.area for d in scenario.decisions if isinstance(d, SofterForm | ChangeScope)}
    if shared & {s.area for s in soft}:
        return None
    events = [_capacity(system, c, as_of, years) for c in changes if c.kind in ("beds", "theatre_hours")]
    known = [e for e in events if e is not None]
    if len(known) < len(events):
        return None
    return replace(scenario, decisions=(*decisions, *soft), events=(*scenario.events, *known))


def added_posts(structure: Structure, block: Block, changes: Sequence[Change]) -> Block:
    """Return the block in which posts are added, each with the caseload from outside that a post needs there.

    Need stays what it was; the caseload of a competence grows by posts · need ÷ heads.

    Parameters
    ----------
    structure, block
        Compiled system and draws.
    changes
        Those of other kinds are passed over.
    """
    posts = [c for c in changes if c.kind == "posts"]
    if not posts:
        return block
    competences, outside = structure.competences, block.squeeze.outside.copy()
    for change in posts:
        h = structure.places.hospital_of[change.hospital or ""]
        for level in np.flatnonzero(competences.level_hospital == h):
            if competences.competences[competences.level_competence[level]] == change.other:
                heads = np.maximum(block.values[competences.posts_slots[level]], 1.0)
                outside[level] = outside[level] + change.amount * block.squeeze.need[level] / heads
    return replace(block, squeeze=replace(block.squeeze, outside=outside))
