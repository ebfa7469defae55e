"""The dated changes that a course consists of: all that the model sees of a decision or an event."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

from graph_schema import Quantity

__all__ = ["Closure", "Delay", "FactorChange", "HolderChange", "ReachChange", "ShareChange"]


@dataclass(frozen=True, slots=True)
class HolderChange:
    """From `date` the area has other holders.

    Whoever reads a course takes the dataset's holders of a day and applies every change so far in order: out with
    `removed`, in with `added`. A change thus also holds for what the dataset says later. With `unknown_units`
    above 0 nothing of the dataset holds any more: the holders are a set of that many of `candidates`, one set a
    draw, and every present holder outside the set stops; `added` and `removed` are then empty.
    """

    date: dt.date
    area: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unknown_units: int = 0
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ShareChange:
    """From `date` only `share` of the area's patients follow the new holders.

    The rest keep the holders before the change: those in `hospitals`, or all of them where it is empty.
    `hours_share` of the travel remains for those who follow. At most one for an area in a course.
    """

    date: dt.date
    area: str
    share: Quantity
    quantity_id: str
    hospitals: tuple[str, ...] = ()
    hours_share: Quantity | None = None
    hours_id: str | None = None


@dataclass(frozen=True, slots=True)
class ReachChange:
    """From `date` the area's competences have this reach at the hospitals (empty: its holders)."""

    date: dt.date
    area: str
    reach: Literal["in_reach", "network"]
    hospitals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FactorChange:
    """From `date_from` up to, not including, `date_to` something is multiplied by a factor.

    `target` is a resource (capacity), a competence (staffing) or an area (demand); None means all.
    """

    date_from: dt.date
    date_to: dt.date
    kind: Literal["capacity", "staffing", "demand"]
    hospital: str | None
    target: str | None
    region: str | None
    factor: Quantity
    quantity_id: str


@dataclass(frozen=True, slots=True)
class Closure:
    """From `date_from` up to, not including, `date_to` a hospital takes no patients of an area (None: of any)."""

    date_from: dt.date
    date_to: dt.date
    hospital: str
    area: str | None = None


@dataclass(frozen=True, slots=True)
class Delay:
    """A permit of the dataset that begins after the as-of date begins `days` later."""

    area: str
    hospital: str
    days: int
