"""Short ways to write a course of changes."""

from __future__ import annotations

from datetime import date

from graph_schema import Quantity
from scenarios import Course, HolderChange

__all__ = ["AS_OF", "JANUARY", "certain", "holders_change"]

AS_OF = date(2025, 12, 31)
JANUARY = date(2026, 1, 1)


def certain(value: float) -> Quantity:
    """A number without uncertainty."""
    return Quantity(value, value, value, "1", "assumed", "a_test")


def holders_change(
    area: str, added: tuple[str, ...] = (), removed: tuple[str, ...] = (), day: date = JANUARY, as_of: date = AS_OF
) -> Course:
    """A course in which one area gets and loses holders on one day."""
    return Course(as_of, (HolderChange(day, area, added, removed),))
