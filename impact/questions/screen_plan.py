"""Which area is screened at how many units and at which date, and where that would change nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph_schema import CareSystem
from scenarios import candidates, holders

__all__ = ["DEFAULT_UNITS", "AreaPlan", "plan_areas", "recorded_rows"]

DEFAULT_UNITS = 2  # where nothing is decided or proposed
DAY = dt.timedelta(days=1)
UnitsFrom = Literal["given", "decided", "proposed", "default"]
Unchanged = Literal["few_holders", "older_permit", "nobody"]


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """One area, concentrated to `units` on the day after `as_of`.

    Attributes
    ----------
    units_from
        Where the number comes from: given, decided, proposed, or the default.
    stands_in_history
        Whether the area stands where its history says until then: its first permit begins after `as_of`.
    holders, candidates
        Who provides it at `as_of`; who may come into question.
    unchanged
        Why nothing changes: at most as many holders as units already (of a permit older than the dataset's history:
        `older_permit`), or nobody who could do it. None: something changes.
    """

    area: str
    units: int
    units_from: UnitsFrom
    as_of: dt.date
    stands_in_history: bool
    holders: tuple[str, ...]
    candidates: tuple[str, ...]
    unchanged: Unchanged | None


def _first_permit(system: CareSystem, area: str) -> dt.date | None:
    """First day of the area's first permit; the beginning of time where it has no date."""
    rows = [r for r in system.incoming("PROVIDES", area) if r.flag("permit") and not r.text("sub_permit")]
    days = [dt.date.fromisoformat(t) if (t := r.text("valid_from")) else dt.date.min for r in rows]
    return min(days, default=None)


def _proposed(system: CareSystem, area: str, as_of: dt.date) -> int | None:
    """Units of the case log's latest proposal or number decided; undated ones count as the latest."""
    found: list[tuple[str, int]] = []
    for row in system.incoming("CONCERNS", area):
        entry = system.node(row.text("source_id"))
        units, day = entry.number("units"), entry.text("date")
        if units and entry.text("kind") in ("proposal", "number_decided") and (not day or day <= as_of.isoformat()):
            found.append((day or "9999", int(units)))
    return max(found)[1] if found else None


def _units(system: CareSystem, area: str, given: int | None, as_of: dt.date) -> tuple[int, UnitsFrom]:
    decided, proposed = system.node(area).number("units_decided"), _proposed(system, area, as_of)
    if given is not None:
        return given, "given"
    if decided:
        return int(decided), "decided"
    return (DEFAULT_UNITS, "default") if proposed is None else (proposed, "proposed")


def _plan(system: CareSystem, area: str, today: dt.date, given: int | None) -> AreaPlan:
    first = _first_permit(system, area)
    history = system.settings.get("history_start", "")
    is_known = first is not None and (not history or first > dt.date.fromisoformat(history))
    as_of = min(first - DAY, today) if first is not None and is_known else today
    is_free = all(r.flag("permit") for r in system.incoming("PROVIDES", area) if not r.text("sub_permit"))
    stands = first is not None and is_known and is_free and first > as_of
    units, source = _units(system, area, given, today)
    have, possible = holders(system, area, as_of), candidates(system, area, as_of)
    unchanged: Unchanged | None = None
    if not possible or (not have and not stands):
        unchanged = "nobody"
    elif not stands and len(have) <= units:
        unchanged = "older_permit" if first is not None and first <= as_of else "few_holders"
    return AreaPlan(area, min(units, max(len(possible), 1)), source, as_of, stands, have, possible, unchanged)


def plan_areas(system: CareSystem, areas: Sequence[str], today: dt.date, units: int | None = None) -> list[AreaPlan]:
    """Return how each area is screened, in the order given.

    A decided area is put before its decision: the day before its first permit began, where that is known to the
    dataset's history. All others stand at `today`. An area that at most as many hospitals as units hold already is
    left with them.

    Parameters
    ----------
    system
        A validated system.
    areas
        Ids.
    today
        The as-of date of areas that were never decided.
    units
        For all areas; None: as decided, else as proposed, else 2.
    """
    return [_plan(system, area, today, units) for area in areas]


def recorded_rows(system: CareSystem, area: str) -> int:
    """Return how many rows of the dataset say what an area hangs on, uses or is needed by."""
    outward = sum(len(system.outgoing(kind, area)) for kind in ("REQUIRES", "DEPENDS_ON", "USES"))
    return outward + len(system.incoming("DEPENDS_ON", area))
