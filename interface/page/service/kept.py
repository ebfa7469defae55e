"""The last things that were computed, by the hash of all that they depend on, for several sessions at once."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

__all__ = ["Kept"]

T = TypeVar("T")


class Kept(Generic[T]):
    """Answers by key; where there are too many, the one that was not asked for longest goes.

    Parameters
    ----------
    most
        How many are kept.
    size
        Of one, in bytes; none counts if None.
    most_bytes
        How large they may be together; the newest stays, however large.

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
    >>> bounded = Kept[bytes](8, len, most_bytes=5)
    >>> for key, value in (("a", b"123"), ("b", b"12"), ("c", b"1234")):
    ...     bounded.keep(key, value)
    >>> bounded.get("a") is None, bounded.get("b") is None, bounded.get("c")
    (True, True, b'1234')
    """

    def __init__(self, most: int, size: Callable[[T], int] | None = None, most_bytes: int = 0) -> None:
        self._most = most
        self._size = size
        self._most_bytes = most_bytes
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
            while len(self._kept) > 1 and self._is_too_much():
                self._kept.popitem(last=False)

    def _is_too_much(self) -> bool:
        is_large = self._size is not None and sum(map(self._size, self._kept.values())) > self._most_bytes
        return is_large or len(self._kept) > self._most
