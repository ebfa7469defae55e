"""The last things that were computed, by the hash of all that they depend on, for several sessions at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import Generic, TypeVar

__all__ = ["Kept"]

T = TypeVar("T")


class Kept(Generic[T]):
    """Answers by key; where there are too many, the one that was not asked for longest goes.

    Parameters
    ----------
    most
        How many are kept.

    Examples
    --------
    >>> kept = Kept[int](most=2)
    >>> for key, value in (("a", 1), ("b", 2)):
    ...     kept.keep(key, value)
    >>> kept.get("a")
    1
    >>> kept.keep("c", 3)
    >>> kept.get("b") is None, kept.get("a")
    (True, 1)
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str) -> T | None:
        """Return what is still kept under a key, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def keep(self, key: str, value: T) -> None:
        """Keep a value under a key."""
        with self._lock:
            self._kept[key] = value
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
