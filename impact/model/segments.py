"""Reductions over runs of neighbouring rows: sum, product, least and largest of each segment, whole rows at a time.

The same as ``ufunc.reduceat``, in the order of the rows, and several times faster where segments are short and each
row holds the draws of a block.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from impact.model.arrays import Booleans, Floats, Integers

__all__ = ["Segments"]


class Segments:
    """Segments of the rows of an array.

    Parameters
    ----------
    start
        First row of each segment, ascending from 0; shape (segments,).
    rows
        Number of rows.

    Examples
    --------
    >>> Segments(np.array([0, 2]), 3).total(np.array([[1.0], [2.0], [4.0]])).ravel().tolist()
    [3.0, 4.0]
    """

    def __init__(self, start: Integers, rows: int) -> None:
        ends = np.append(start[1:], rows).astype(np.int64)
        sizes = ends - start
        longest = int(sizes.max(initial=0))
        further = [np.flatnonzero(sizes > k) for k in range(1, longest)]  # segments that have a member k
        self._few = 2 * sum(len(f) for f in further) < len(start)  # mostly single rows: touch the others only
        order = np.arange(len(start)) if self._few else np.argsort(-sizes, kind="stable")
        first = start[order].astype(np.int64)
        self._where = further if self._few else [slice(0, len(f)) for f in further]
        self._members = [first] if longest else []
        self._members += [start[f] + k if self._few else first[: len(f)] + k for k, f in enumerate(further, 1)]
        self._back = np.empty_like(order)
        self._back[order] = np.arange(len(order))
        self._sorted = bool((order == np.arange(len(order))).all())

    def _reduce(self, operation: Callable[..., Any], values: Any) -> Any:
        """Reduce the next-to-last axis: (rows, N) or (R, rows, N)."""
        if not self._members:
            return values[..., :0, :]
        found = values[..., self._members[0], :]
        for where, members in zip(self._where, self._members[1:], strict=True):
            part = found[..., where, :]  # a view of the longest segments, or a copy of a few
            operation(part, values[..., members, :], out=part)
            if self._few:
                found[..., where, :] = part
        return found if self._sorted else found[..., self._back, :]

    def total(self, values: Floats) -> Floats:
        """Return the sums, shape (segments, N) of (rows, N) or (R, segments, N) of (R, rows, N)."""
        return self._reduce(np.add, values)

    def product(self, values: Floats) -> Floats:
        """Return the products, shapes as in `total`."""
        return self._reduce(np.multiply, values)

    def least(self, values: Any) -> Any:
        """Return the least values, shapes as in `total`."""
        return self._reduce(np.minimum, values)

    def largest(self, values: Floats) -> Floats:
        """Return the largest values, shapes as in `total`."""
        return self._reduce(np.maximum, values)

    def some(self, values: Booleans) -> Booleans:
        """Return whether any is true, shapes as in `total`."""
        return self._reduce(np.logical_or, values)
