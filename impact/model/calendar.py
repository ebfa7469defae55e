"""Dates to periods: every change date splits its year, so that inside a period nothing is decided."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

__all__ = ["Period", "periods"]


@dataclass(frozen=True, slots=True)
class Period:
    """A stretch of one calendar year.

    Attributes
    ----------
    year
        Calendar year minus the calendar year of as-of.
    start, end
        First day and the day after the last.
    length
        In years; the periods of a whole year sum to 1.
    """

    year: int
    start: date
    end: date
    length: float


def periods(first: date, last_year: int, zero_year: int, changes: Iterable[date]) -> tuple[Period, ...]:
    """Return the periods from `first` to the end of `last_year`.

    Parameters
    ----------
    first
        First day.
    last_year
        Calendar year in which the last period ends.
    zero_year
        Calendar year that counts as year 0.
    changes
        Dates on which something changes; those outside the stretch are ignored.

    Examples
    --------
    >>> from datetime import date
    >>> [round(p.length, 3) for p in periods(date(2025, 1, 1), 2025, 2025, [date(2025, 7, 2)])]
    [0.499, 0.501]
    """
    found: list[Period] = []
    marks = sorted(set(changes))
    for calendar_year in range(first.year, last_year + 1):
        start = max(first, date(calendar_year, 1, 1))
        end = date(calendar_year + 1, 1, 1)
        days = (end - date(calendar_year, 1, 1)).days
        edges = [start, *(m for m in marks if start < m < end), end]
        for a, b in pairwise(edges):
            found.append(Period(calendar_year - zero_year, a, b, (b - a) / timedelta(days=days)))
    return tuple(found)
