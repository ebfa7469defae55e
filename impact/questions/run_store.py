"""Runs that are done, by name, and the file from which a long piece of work goes on."""

from __future__ import annotations

import json
import threading
import time
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from graph_schema import SettingError, StoreError
from impact.model.arrays import Floats
from impact.questions.threads import map_in_threads

__all__ = ["RunStore"]

SAVE_EVERY = 20.0  # seconds of work that may be lost
ABOUT, ERRORS = "about", "errors"


def _difference(stored: str, wanted: str) -> str:
    """What the runs of a file belong to that those wanted do not."""
    try:
        before: dict[str, Any] = json.loads(stored)
    except ValueError:
        return "it does not say of what"
    now: dict[str, Any] = json.loads(wanted)
    names = [n for n in sorted({*before, *now}) if before.get(n) != now.get(n)]
    return ", ".join(f"{n} was {before.get(n)} and is {now.get(n)}" for n in names)


class RunStore:
    """Values of runs by name.

    Parameters
    ----------
    about
        What the runs belong to (hashes, seed, draws …); a file with anything else is refused.
    path
        File that is written now and then, wholly or not at all; None: nothing is kept.
    resume
        Begin with the runs of the file.

    Raises
    ------
    SettingError
        If there is no file to resume from, or it belongs to other runs.
    StoreError
        If it cannot be read.
    """

    def __init__(self, about: Mapping[str, Any], path: Path | None = None, *, resume: bool = False) -> None:
        self._about = json.dumps(about, sort_keys=True)
        self._path, self._lock = path, threading.Lock()
        self._values: dict[str, Floats] = {}
        self._errors: dict[str, str] = {}
        self._saved = time.monotonic()
        if resume:
            self._values = self._read()
        self.resumed = len(self._values)

    @property
    def values(self) -> Mapping[str, Floats]:
        """Values of the runs that are done, by name."""
        return MappingProxyType(self._values)

    @property
    def is_kept(self) -> bool:
        """Whether there is a file."""
        return self._path is not None

    @property
    def errors(self) -> Mapping[str, str]:
        """What went wrong in the runs that failed, by name; a run that is resumed is tried again."""
        return MappingProxyType(self._errors)

    def _read(self) -> dict[str, Floats]:
        if self._path is None or not self._path.is_file():
            raise SettingError(f"--resume: there is no {self._path} to go on from; leave out --resume")
        try:
            with self._path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
                found = {name: np.asarray(file[name]) for name in file.files}
        except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
            raise StoreError(f"{self._path} cannot be read ({error}): delete it and begin anew") from error
        about = str(found.pop(ABOUT, ""))
        found.pop(ERRORS, None)
        if about != self._about:
            raise SettingError(f"--resume: {self._path} belongs to another dataset, version or choice of options: "
                               f"{_difference(about, self._about)}; name another --out, or leave out --resume to "
                               "begin anew")  # fmt: skip
        return found

    def save(self) -> None:
        """Write the file, wholly or not at all."""
        if self._path is None:
            return
        with self._lock:
            values = {ERRORS: np.array(json.dumps(self._errors)), **self._values}
            part = self._path.with_name(self._path.name + ".writing")
            try:
                with part.open("wb") as file:
                    np.savez(file, allow_pickle=False, **{ABOUT: np.array(self._about)}, **values)
                part.replace(self._path)
            except OSError as error:
                raise StoreError(f"{self._path} cannot be written ({error}): check space and rights") from error
            finally:
                part.unlink(missing_ok=True)
            self._saved = time.monotonic()

    def delete(self) -> None:
        """Remove the file: the work is done."""
        if self._path is not None:
            self._path.unlink(missing_ok=True)

    def fail(self, key: str, error: Exception) -> None:
        """Record that a run failed."""
        with self._lock:
            self._errors[key] = f"{type(error).__name__}: {error}"

    def put(self, key: str, value: Floats) -> None:
        """Add a run; the file follows at the latest after `SAVE_EVERY` seconds of further work."""
        self.put_all({key: value})

    def put_all(self, values: Mapping[str, Floats]) -> None:
        """Add several values at once: a file has all of them or none."""
        with self._lock:
            self._values |= values
        if time.monotonic() - self._saved > SAVE_EVERY:
            self.save()

    def fill(
        self, tasks: Mapping[str, Callable[[], Floats]], workers: int = 1, step: Callable[[], None] | None = None
    ) -> None:
        """Do the runs that are not done; what is done is saved, however the work ends.

        Parameters
        ----------
        tasks
            Name to what returns the value; safe to call from several threads.
        workers
            Threads; never changes a value.
        step
            Called once for each task, done now or before.
        """
        told = threading.Lock()

        def tell() -> None:
            if step is not None:
                with told:
                    step()

        def work(key: str) -> None:
            self.put(key, tasks[key]())
            tell()

        missing = [key for key in tasks if key not in self._values]
        for _ in range(len(tasks) - len(missing)):
            tell()
        try:
            map_in_threads(workers, work, missing)
        finally:
            self.save()
