"""Decisions on permits that were taken before a date, as chosen sets of candidates with features.

Features of a hospital in an area: an indicator of the hospital; whether it did the care before; whether it
applied. Applications are not published by name for most decisions: they count as known only where a refusal is
named (the hospitals granted and refused are then the applicants); where only the grants are known the feature
would repeat the outcome, so it is 0 for all candidates of that area.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from graph_schema import CareSystem
from scenarios.conditional_bernoulli import Choices, Floats
from scenarios.holders import MOST_CANDIDATES, provider_rows

__all__ = ["LAW_BEGINS", "PastDecision", "as_choices", "past_decisions", "traits"]

LAW_BEGINS = dt.date(2018, 7, 1)
TRAITS = 2  # did it before, applied


@dataclass(frozen=True, slots=True)
class PastDecision:
    """A set of hospitals that got the permits of an area, among its candidates.

    Attributes
    ----------
    traits
        Per candidate: did it before, applied (0 or 1 each).
    """

    area: str
    candidates: tuple[str, ...]
    chosen: frozenset[str]
    traits: tuple[tuple[float, float], ...]


def _stands_for(system: CareSystem, hospital: str) -> str:
    """Return the hospital itself; for an unnamed one the university hospital of its region, if there is one."""
    if system.node(hospital).text("kind") != "unnamed":
        return hospital
    regions = {r.text("target_id") for r in system.outgoing("LOCATED_IN", hospital)}
    near = [
        r.text("source_id")
        for region in sorted(regions)
        for r in system.incoming("LOCATED_IN", region)
        if system.node(r.text("source_id")).text("kind") == "university"
    ]
    return min(near, default=hospital)


def _first_day(text: str) -> dt.date:
    return dt.date.fromisoformat(text) if text else dt.date.min


def _did_before(system: CareSystem, area: str, day: dt.date) -> set[str]:
    """Return the hospitals that did an area's care before its concentration, or provided it before a day."""
    found = {r.text("source_id") for r in system.incoming("PROVIDED_BEFORE", area)}
    rows = provider_rows(system, area)
    found |= {r.text("source_id") for r in rows if _first_day(r.text("valid_from")) < day}
    return {_stands_for(system, h) for h in found}


def _applied(system: CareSystem, area: str, as_of: dt.date) -> set[str]:
    """Return the applicants where they are known: where a refusal is named by `as_of`."""
    named: dict[str, set[str]] = {"GRANTS": set(), "REFUSES": set()}
    for row in system.incoming("CONCERNS", area):
        decision = system.node(row.text("source_id"))
        date = decision.text("date")
        if not date or dt.date.fromisoformat(date) >= as_of:
            continue
        for kind, hospitals in named.items():
            hospitals |= {r.text("target_id") for r in system.outgoing(kind, decision.key[0])}
    if not named["REFUSES"]:
        return set()
    return {_stands_for(system, h) for hospitals in named.values() for h in hospitals}


def traits(
    system: CareSystem, area: str, hospitals: Sequence[str], day: dt.date, as_of: dt.date
) -> tuple[tuple[float, float], ...]:
    """Return, per hospital, whether it did the care before `day` and whether it applied before `as_of`."""
    before = _did_before(system, area, day)
    applied = _applied(system, area, as_of)
    names = [_stands_for(system, h) for h in hospitals]
    return tuple((float(h in before), float(h in applied)) for h in names)


def _candidates(system: CareSystem, chosen: set[str], before: set[str]) -> tuple[str, ...]:
    university = {r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"}
    first = sorted(university | chosen)
    others = sorted(before - university - chosen)
    return tuple(sorted([*first, *others[: max(0, MOST_CANDIDATES - len(first))]]))


def past_decisions(system: CareSystem, as_of: dt.date, leave_out: str | None = None) -> tuple[PastDecision, ...]:
    """Return the areas whose permits began after 1 July 2018 and before `as_of`, sorted by area.

    Parameters
    ----------
    system
        A validated system.
    as_of
        Nothing that began on this day or later is used.
    leave_out
        Area that is not looked at.

    Notes
    -----
    Candidates are the university hospitals, those that did the care before, and those that got the permits.
    An area whose candidates all got one tells nothing and is left out.
    """
    found: list[PastDecision] = []
    for record in system.rows["CareArea"]:
        area = record.key[0]
        if area == leave_out:
            continue
        begun = [
            (_first_day(r.text("valid_from")), _stands_for(system, r.text("source_id")))
            for r in provider_rows(system, area)
            if r.flag("permit") and LAW_BEGINS < _first_day(r.text("valid_from")) < as_of
        ]
        if not begun:
            continue
        day = min(date for date, _ in begun)
        chosen = {hospital for _, hospital in begun}
        possible = _candidates(system, chosen, _did_before(system, area, day))
        if len(possible) > len(chosen):
            own = traits(system, area, possible, day, as_of)
            found.append(PastDecision(area, possible, frozenset(chosen), own))
    return tuple(found)


def as_choices(decisions: Sequence[PastDecision]) -> tuple[tuple[str, ...], Choices]:
    """Return the hospitals of the indicator columns, and the decisions as arrays.

    The columns are the hospitals in order, then the traits.
    """
    hospitals = tuple(sorted({h for d in decisions for h in d.candidates}))
    column = {h: i for i, h in enumerate(hospitals)}
    units = max((len(d.candidates) for d in decisions), default=1)
    features: Floats = np.zeros((len(decisions), units, len(hospitals) + TRAITS))
    chosen = np.zeros((len(decisions), units), dtype=np.bool_)
    present = np.zeros_like(chosen)
    for a, decision in enumerate(decisions):
        for c, hospital in enumerate(decision.candidates):
            features[a, c, column[hospital]] = 1.0
            features[a, c, len(hospitals) :] = decision.traits[c]
            chosen[a, c] = hospital in decision.chosen
            present[a, c] = True
    sizes = chosen.sum(axis=1).astype(np.int64)
    return hospitals, Choices(features, chosen, present, sizes)
