"""Courses of changes as plain values, for tests of the model: the kernel reads nothing but these attributes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graph_schema import Quantity

__all__ = ["Closure", "Course", "Delay", "FactorChange", "HolderChange", "ShareChange", "certain"]


def certain(value: float) -> Quantity:
    """A number without uncertainty."""
    return Quantity(value, value, value, "1", "assumed", "a_test")


@dataclass(frozen=True)
class HolderChange:
    date: date
    area: str
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    unknown_units: int = 0
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShareChange:
    date: date
    area: str
    share: Quantity
    quantity_id: str


@dataclass(frozen=True)
class FactorChange:
    date_from: date
    date_to: date
    kind: str
    hospital: str | None
    target: str | None
    region: str | None
    factor: Quantity
    quantity_id: str


@dataclass(frozen=True)
class Closure:
    date_from: date
    date_to: date
    hospital: str
    area: str | None = None


@dataclass(frozen=True)
class Delay:
    area: str
    hospital: str | None
    days: int


@dataclass(frozen=True)
class Course:
    as_of: date
    holder_changes: tuple[HolderChange, ...] = ()
    share_changes: tuple[ShareChange, ...] = ()
    factor_changes: tuple[FactorChange, ...] = ()
    closures: tuple[Closure, ...] = ()
    delays: tuple[Delay, ...] = ()

    def baseline(self) -> Course:
        """The course without any change."""
        return Course(self.as_of)
