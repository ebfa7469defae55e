"""Long work beside the page: a function to a job that tells how far it is, can be stopped, and blocks nobody."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import Generic, TypeVar

__all__ = ["Job", "Stopped"]

T = TypeVar("T")
Progress = Callable[[int, int], None]


class Stopped(BaseException):
    """Raised inside the work when somebody stops it; no error, so what records failed runs lets it pass."""


class Job(Generic[T]):
    """Work in a thread of its own.

    Parameters
    ----------
    work
        Gets a function of (steps done, steps in all) that it calls after each step; there it is stopped.

    Examples
    --------
    >>> job = Job(lambda progress: progress(1, 2) or 42)
    >>> job.wait(5.0)
    True
    >>> job.result(), job.steps
    (42, (1, 2))
    """

    def __init__(self, work: Callable[[Progress], T]) -> None:
        self.steps: tuple[int, int] = (0, 0)
        self._stopped = threading.Event()
        pool = ThreadPoolExecutor(1)
        self._future = pool.submit(work, self._move)
        pool.shutdown(wait=False)

    def _move(self, done: int, total: int) -> None:
        if self._stopped.is_set():
            raise Stopped
        self.steps = (done, total)

    def stop(self) -> None:
        """End the work at its next step; nothing happens where it is done."""
        self._stopped.set()

    def wait(self, seconds: float) -> bool:
        """Wait so long at most; return whether the work has ended."""
        return bool(wait([self._future], timeout=seconds).done)

    def result(self) -> T:
        """Return what the work returned, or raise what it raised; waits for it."""
        return self._future.result()
