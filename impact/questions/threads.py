"""Work in threads that Ctrl-C stops at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import TypeVar

__all__ = ["map_in_threads"]

T = TypeVar("T")
R = TypeVar("R")
POLL = 0.2  # seconds; a wait without a limit cannot be interrupted on every system


def map_in_threads(workers: int, function: Callable[[T], R], items: Iterable[T]) -> list[R]:
    """Return the function's result of each item, in the order of the items.

    Parameters
    ----------
    workers
        Threads; the result does not depend on their number.
    function
        Safe to call from several threads.
    items
        Its arguments.

    Returns
    -------
    list
        The first exception is raised as soon as it occurs; what has not begun is not begun, and what runs (also
        after Ctrl-C) is left to end by itself.

    Examples
    --------
    >>> map_in_threads(2, abs, [-1, 2, -3])
    [1, 2, 3]
    """
    pool = ThreadPoolExecutor(workers)
    try:
        futures = [pool.submit(function, item) for item in items]
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=POLL, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()
        return [future.result() for future in futures]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
