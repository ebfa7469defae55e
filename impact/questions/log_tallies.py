"""Entries of the case log and deviations from conditions, counted."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

from graph_schema import CareSystem, Record
from impact.questions.permit_tallies import Filters, Tally, exact, has_class, main_permits

__all__ = ["areas_concerned", "areas_deviating", "deviations", "headings", "stated_in_log", "units_deviating"]


def stated_in_log(name: str) -> Callable[[CareSystem, Filters], Tally]:
    """Return a function that sums a number over the grants with at least one refusal."""

    def count(system: CareSystem, _: Filters) -> Tally:
        grants = [d for d in system.rows["Decision"] if d.text("kind") == "granted" and d.number("refusals")]
        return exact(math.fsum(d.number(name) or 0 for d in grants))

    return count


def _entries(system: CareSystem, filters: Filters) -> list[Record]:
    return [
        d
        for d in system.rows["Decision"]
        if d.text("kind") == filters.get("kind", d.text("kind"))
        and filters.get("source", "") in ("", *d.text("source").split(";"))
        and d.text("step") == filters.get("step", d.text("step"))
        and d.text("date").startswith(filters.get("year", ""))
    ]


def _concerned(system: CareSystem, entry: Record) -> tuple[str, ...]:
    return tuple(c.text("target_id") for c in system.outgoing("CONCERNS", entry.key[0]))


def areas_concerned(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of areas that the entries concern."""
    return exact(len({area for entry in _entries(system, filters) for area in _concerned(system, entry)}))


def headings(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of headings: entries on the same areas share one, those on an area of `each` have their own."""
    each = set(filters.get("each", "").split("+"))
    found: set[tuple[str, ...]] = set()
    for entry in _entries(system, filters):
        areas = _concerned(system, entry)
        found.add((*areas, entry.key[0]) if each & set(areas) else areas)
    return exact(len(found))


def _deviating(system: CareSystem, filters: Filters) -> list[Record]:
    hospitals, word = filters.get("hospitals", "").split("+"), filters.get("condition", "")
    return [
        r
        for r in system.rows["DEVIATES_FROM"]
        if r.text("fulfilment") == filters.get("fulfilment", r.text("fulfilment"))
        and (hospitals == [""] or r.text("source_id") in hospitals)
        and word in r.text("condition").partition(" (")[0]  # what stands in brackets only explains
    ]


def deviations(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of deviations from conditions."""
    return exact(len(_deviating(system, filters)))


def areas_deviating(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of areas with deviations, by class and by the year their newest permit began."""
    permits = [p for p in main_permits(system) if has_class(system, p, filters.get("class", "all"))]
    newest: dict[str, str] = {}
    for permit in permits:
        area = permit.text("target_id")
        newest[area] = max(newest.get(area, ""), permit.text("valid_from"))
    first, last = filters.get("newest_from", "0000"), filters.get("newest_to", "9999")
    areas = {r.text("target_id") for r in _deviating(system, filters)}
    return exact(sum(1 for area in areas if area in newest and first <= newest[area][:4] <= last))


def units_deviating(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of units with exactly, or at least, so many deviations."""
    counts = Counter((r.text("source_id"), r.text("target_id")) for r in _deviating(system, filters))
    exactly, at_least = filters.get("exactly"), int(filters.get("at_least", "1"))
    return exact(sum(1 for n in counts.values() if (n == int(exactly) if exactly else n >= at_least)))
