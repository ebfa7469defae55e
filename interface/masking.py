"""Small numbers of patients hidden from readers, and with them what would give them back by subtraction.

Two rules. A number below the mask is hidden (primary suppression). Where hidden numbers are parts of a sum that is
shown or known, further parts are hidden until none can be reckoned back (secondary suppression). What is hidden inside
a known sum reads ``dolt``, whichever of the two rules hides it: a reader who knew that two hidden parts of 8 are both
below 5 would know them both.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from typing import TypeVar

import numpy as np
from scipy.optimize import linprog

from interface.numbers import format_value
from interface.texts import Language, text

__all__ = ["DEFAULT_MASK", "hidden_in_sums", "is_masked", "masked", "ranges_of", "shown_cells"]

DEFAULT_MASK = 5  # of what is made for the public
SLACK = 1e-6
Key = TypeVar("Key", bound=Hashable)
Sums = Sequence[tuple[Key, Collection[Key]]]


def is_masked(count: float | None, mask: int | None) -> bool:
    """Return whether a number is to be hidden by itself; a mask of 0 or None hides nothing."""
    return count is not None and bool(mask) and count < (mask or 0)


def masked(count: float | None, mask: int | None, lang: Language) -> str:
    """Return a number of patients as readers see it where it is part of no sum.

    Parameters
    ----------
    count
        Patients; None where there is no number.
    mask
        Numbers below it are hidden; 0 or None hides nothing.
    lang
        ``sv`` or ``en``.

    Examples
    --------
    >>> masked(3, 5, "sv"), masked(5, 5, "sv"), masked(1234, 5, "sv"), masked(3, None, "sv"), masked(None, 5, "sv")
    ('<5', '5', '1\u202f234', '3', '–')
    """
    if is_masked(count, mask):
        return f"<{mask}"
    whole = count is None or float(count).is_integer()
    return format_value(count, 0 if whole else 1, lang)


def ranges_of(cells: Mapping[Key, float], sums: Sums[Key], hidden: Collection[Key]) -> dict[Key, tuple[float, float]]:
    """Return between which numbers each hidden cell must lie, by all that the sums and the shown cells say.

    Parameters
    ----------
    cells
        Every number, totals too.
    sums
        Each total with its parts.
    hidden
        Cells that are not shown; a reader knows that none is negative.

    Examples
    --------
    >>> ranges_of({"a": 2, "b": 6, "all": 8}, [("all", "ab")], {"a", "b"})
    {'a': (0.0, 8.0), 'b': (0.0, 8.0)}
    """
    order = sorted(hidden, key=str)
    place = {key: i for i, key in enumerate(order)}
    rows: list[list[float]] = []
    known: list[float] = []
    for total, parts in sums:
        row, rest = [0.0] * len(order), 0.0
        for key, sign in ((total, -1.0), *((p, 1.0) for p in parts)):
            if key in place:
                row[place[key]] += sign
            else:
                rest -= sign * cells[key]
        if any(row):
            rows.append(row)
            known.append(rest)
    if not rows:
        return dict.fromkeys(order, (0.0, np.inf))
    found: dict[Key, tuple[float, float]] = {}
    for key in order:
        aim = np.zeros(len(order))
        aim[place[key]] = 1.0
        low, high = linprog(aim, A_eq=rows, b_eq=known), linprog(-aim, A_eq=rows, b_eq=known)  # all at least 0
        found[key] = (_end(low.fun), -_end(high.fun) if high.fun is not None else np.inf)
    return found


def _end(value: float | None) -> float:
    """The end of a range without the noise of the solver."""
    return round(float(value or 0.0), 6) + 0.0


def _next(cells: Mapping[Key, float], parts: Iterable[Key], hidden: Collection[Key]) -> Key | None:
    """The smallest cell that is still shown."""
    return min((k for k in parts if k not in hidden), key=lambda k: (cells[k], str(k)), default=None)


def _by_rule(cells: Mapping[Key, float], sums: Sums[Key], hidden: set[Key], mask: int) -> bool:
    """Hide one more cell where a sum asks for it; whether any did."""
    for total, parts in sums:
        gone = [k for k in parts if k in hidden]
        is_open = bool(gone) and (len(gone) < 2 or sum(cells[k] for k in gone) < mask)
        wanted = not gone if total in hidden else is_open
        if not wanted:
            continue
        more = _next(cells, parts, hidden)
        if more is None and total in hidden:
            continue
        hidden.add(total if more is None else more)
        return True
    return False


def _by_reckoning(cells: Mapping[Key, float], sums: Sums[Key], hidden: set[Key]) -> bool:
    """Hide one more cell where the sums together leave a hidden one less than two whole numbers; whether any did."""
    for key, (low, high) in ranges_of(cells, sums, hidden).items():
        if high - low >= 1 - SLACK:
            continue
        own = [{total, *parts} for total, parts in sums if key == total or key in parts]
        near = [{total, *parts} for total, parts in sums if not hidden.isdisjoint({total, *parts})]
        for members in (own, near):
            more = _next(cells, (k for sum_ in members for k in sum_), hidden)
            if more is not None:
                hidden.add(more)
                return True
    return False


def hidden_in_sums(cells: Mapping[Key, float], sums: Sums[Key], mask: int | None) -> frozenset[Key]:
    """Return the cells of a table to hide: those below the mask, and the next smallest until none is reckoned back.

    In each sum whose total is shown, hidden are no parts at all, or at least two that together are the mask or more.
    Where cells are in several sums (rows and columns), more are hidden until each hidden one may be at least two whole
    numbers, by all that is shown.

    Parameters
    ----------
    cells
        Every number, totals too: at least 0.
    sums
        Each total with its parts: a row's cells, a column's cells; a total may stand several times.
    mask
        Numbers below it are hidden; 0 or None hides nothing.

    Examples
    --------
    >>> sorted(hidden_in_sums({"a": 2, "b": 9, "c": 30, "all": 41}, [("all", "abc")], 5))
    ['a', 'b']
    >>> sorted(hidden_in_sums({"a": 1, "b": 2, "all": 3}, [("all", "ab")], 5))
    ['a', 'all', 'b']
    """
    hidden = {k for k, v in cells.items() if is_masked(v, mask)}
    if not hidden:
        return frozenset()
    while _by_rule(cells, sums, hidden, mask or 0) or _by_reckoning(cells, sums, hidden):
        pass
    return frozenset(hidden)


def shown_cells(cells: Mapping[Key, float], sums: Sums[Key], mask: int | None, lang: Language) -> dict[Key, str]:
    """Return what readers see of a table of numbers of patients.

    Parameters
    ----------
    cells, sums, mask
        As for `hidden_in_sums`.
    lang
        ``sv`` or ``en``.

    Examples
    --------
    >>> shown_cells({"a": 2, "b": 9, "c": 30, "all": 41, "d": 1}, [("all", "abc")], 5, "sv")
    {'a': 'dolt', 'b': 'dolt', 'c': '30', 'all': '41', 'd': '<5'}
    """
    hidden = hidden_in_sums(cells, sums, mask)
    # Below a total that is hidden as small nothing is known that a bound could complete.
    summed = {k for total, parts in sums if not is_masked(cells[total], mask) for k in (total, *parts)}
    word = text("followup_hidden", lang)
    return {
        k: (word if k in summed else f"<{mask}") if k in hidden else masked(v, None, lang) for k, v in cells.items()
    }
