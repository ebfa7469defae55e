"""Who provides an area at a date, and who may come into question for it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import combinations

from graph_schema import CareSystem, Record

__all__ = ["MOST_CANDIDATES", "allocation_sets", "candidates", "holders", "permits", "provider_rows"]

MOST_CANDIDATES = 12


def provider_rows(system: CareSystem, area: str) -> tuple[Record, ...]:
    """Return the rows of an area's holders: sub-permits are part of a permit, partners hold none."""
    rows = system.incoming("PROVIDES", area)
    return tuple(r for r in rows if not r.text("sub_permit") and r.text("role") == "holder")


def _in_force(record: Record, date: dt.date) -> bool:
    first, last = record.text("valid_from"), record.text("valid_to")
    return (not first or dt.date.fromisoformat(first) <= date) and (not last or date <= dt.date.fromisoformat(last))


def _ids(records: Iterable[Record]) -> tuple[str, ...]:
    return tuple(sorted({r.text("source_id") for r in records}))


def holders(system: CareSystem, area: str, date: dt.date) -> tuple[str, ...]:
    """Return the hospitals that provide an area on a day, with or without a permit, sorted by id.

    Parameters
    ----------
    system
        A validated system.
    area
        Id of a care area.
    date
        The day. A row counts from its `valid_from` (empty: since ever) up to and including its `valid_to`,
        which the schema defines as the last day.
    """
    return _ids(r for r in provider_rows(system, area) if _in_force(r, date))


def permits(system: CareSystem, area: str, date: dt.date) -> tuple[str, ...]:
    """Return the hospitals that hold a permit for an area on a day, sorted by id."""
    return _ids(r for r in provider_rows(system, area) if r.flag("permit") and _in_force(r, date))


def _located(system: CareSystem, hospital: str) -> str:
    rows = system.outgoing("LOCATED_IN", hospital)
    return rows[0].text("target_id") if rows else ""


def _patients(system: CareSystem, area: str, hospital: str) -> float:
    rows = [r for r in provider_rows(system, area) if r.text("source_id") == hospital]
    found = [q.value for r in rows if (q := r.quantity("patients")) is not None]
    return max(found, default=0.0)


def candidates(system: CareSystem, area: str, as_of: dt.date) -> tuple[str, ...]:
    """Return the hospitals that may come into question for an area, at most 12, north to south.

    The university hospitals and those that provide the area at `as_of`. An unnamed provider is left out where
    a university hospital of its region is among them, which then stands for it. Where there are more than 12,
    the providers with the fewest patients are left out.

    Parameters
    ----------
    system
        A validated system.
    area
        Id of a care area.
    as_of
        Nothing that begins later counts.
    """
    nodes = {r.key[0]: r for r in system.rows["Hospital"]}
    university = {h for h, r in nodes.items() if r.text("kind") == "university"}
    regions = {_located(system, h) for h in university}
    others = [
        h
        for h in holders(system, area, as_of)
        if h not in university and not (nodes[h].text("kind") == "unnamed" and _located(system, h) in regions)
    ]
    others.sort(key=lambda h: (-_patients(system, area, h), h))
    chosen = [*university, *others[: max(0, MOST_CANDIDATES - len(university))]]
    chosen.sort(key=lambda h: (-(nodes[h].number("latitude") or 0.0), h))
    return tuple(chosen[:MOST_CANDIDATES])


def allocation_sets(candidates: Iterable[str], n: int) -> tuple[tuple[str, ...], ...]:
    """Return all sets of `n` candidates in lexicographic order of their positions.

    Examples
    --------
    >>> allocation_sets(("nus", "orebro", "sus"), 2)
    (('nus', 'orebro'), ('nus', 'sus'), ('orebro', 'sus'))
    """
    found: Iterator[tuple[str, ...]] = combinations(tuple(candidates), n)
    return tuple(found)
