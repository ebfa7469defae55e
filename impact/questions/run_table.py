"""A table of independent runs: each is done once, kept on disk where asked for, and a failure is recorded by name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Generic, Self, TypeVar

import numpy as np

from graph_schema import RandzonError
from impact.questions.run_store import RunStore

__all__ = ["Arrays", "Form", "RunFailure", "RunTable", "fields_of", "pair_of_arrays"]

T = TypeVar("T")
Arrays = Mapping[str, Any]
SEPARATOR = "|"


@dataclass(frozen=True)
class Form(Generic[T]):
    """How the value of a run becomes named arrays, and comes back.

    Attributes
    ----------
    pack, unpack
        Inverse of each other, bit for bit.
    is_costly
        Not done where nothing is kept.
    """

    pack: Callable[[T], Arrays]
    unpack: Callable[[Arrays], T]
    is_costly: bool = False


def fields_of(cls: type[T]) -> Form[T]:
    """Return the form of a data class whose fields are arrays or whole numbers.

    Examples
    --------
    >>> from impact.questions.floor_watch import Outcome
    >>> form = fields_of(Outcome)
    >>> form.unpack(form.pack(Outcome(np.array([[2]]), np.array([[0.5]]), np.array([[7.0]])))).excess
    array([[0.5]])
    """
    assert is_dataclass(cls)
    names = [f.name for f in fields(cls)]

    def pack(value: T) -> Arrays:
        return {name: getattr(value, name) for name in names}

    def unpack(arrays: Arrays) -> T:
        return cls(**{name: arrays[name] if np.ndim(arrays[name]) else int(arrays[name]) for name in names})

    return Form(pack, unpack)


def pair_of_arrays() -> Form[tuple[Any, Any]]:
    """Return the form of two arrays."""
    return Form(lambda value: {"0": value[0], "1": value[1]}, lambda arrays: (arrays["0"], arrays["1"]))


class RunFailure(RandzonError):
    """A run failed that the answer cannot do without; what the others found is kept."""


class RunTable:
    """Runs by name. As a context: what is done is saved however the work ends, and the file goes when it is done.

    Parameters
    ----------
    about
        What the runs belong to: question, dataset hash, version, seed, draws; a file with anything else is refused.
    file
        Where the runs are kept, and whether to go on from those that are there; None: nothing is kept.

    Raises
    ------
    SettingError, StoreError
        As `RunStore`.
    """

    def __init__(self, about: Mapping[str, Any] | None = None, file: tuple[Path, bool] | None = None) -> None:
        path, resume = file or (None, False)
        self._store = RunStore(about or {}, path, resume=resume)
        self._lock = threading.Lock()
        self._done: dict[str, dict[str, Any]] = {}
        for name, value in self._store.values.items():
            key, _, part = name.rpartition(SEPARATOR)
            self._done.setdefault(key, {})[part] = value

    def __enter__(self) -> Self:
        """Begin the work."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Save what is done; remove the file if all is."""
        if kind is None:
            self._store.delete()
        else:
            self._store.save()

    @property
    def failed(self) -> list[dict[str, str]]:
        """The runs that failed, by name: ``run`` and ``error``."""
        return [{"run": key, "error": error} for key, error in sorted(self._store.errors.items())]

    def run(self, key: str, work: Callable[[], T], form: Form[T]) -> T:
        """Return the value of a run, done now or before.

        The value is the same to the last bit in both cases: arrays are always laid out anew in C order.

        Parameters
        ----------
        key
            Name of the run.
        work
            Does it; what it raises is recorded.
        form
            Of the value.

        Raises
        ------
        RunFailure
            If the run fails.
        """
        arrays = self._done.get(key)
        if arrays is None:
            try:
                value = work()
            except Exception as error:
                self._store.fail(key, error)
                raise RunFailure(f"the run '{key}' failed ({type(error).__name__}: {error})") from error
            if form.is_costly and not self._store.is_kept:
                return value
            arrays = {name: np.array(part, order="C", copy=None) for name, part in form.pack(value).items()}
            if self._store.is_kept:
                with self._lock:
                    self._done[key] = arrays
                self._store.put_all({f"{key}{SEPARATOR}{name}": part for name, part in arrays.items()})
        return form.unpack(arrays)

    def attempt(self, key: str, work: Callable[[], T], form: Form[T]) -> T | None:
        """Return the value of a run that the answer can do without; None where it fails, which `failed` tells."""
        try:
            return self.run(key, work, form)
        except RunFailure:
            return None
