"""The error tree: every failure that a user can cause or mend has one class here.

::

    RandzonError
    ├── SchemaViolation (ValueError)    a dataset breaks the schema; lists every problem at once
    ├── ReportViolation (ValueError)    a follow-up report cannot be taken in; lists every problem at once
    ├── ScenarioConflict (ValueError)   a scenario contradicts itself or the dataset; lists every problem
    ├── SettingError (ValueError)       an option of a run is impossible
    ├── UnknownNode (KeyError)          an id that the dataset does not hold
    └── StoreError (OSError)            a file or database cannot be read or written
    ConvergenceWarning (UserWarning)    a fixed point stopped at its cap
    MemoryUseWarning (UserWarning)      a run will keep much memory
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "ConvergenceWarning",
    "MemoryUseWarning",
    "Problem",
    "RandzonError",
    "ReportViolation",
    "ScenarioConflict",
    "SchemaViolation",
    "SettingError",
    "StoreError",
    "UnknownNode",
]

VALUE_WIDTH = 60  # characters of an offending value that a message repeats


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with an input: where it stands, what it breaks and how to mend it.

    `code` and `about` (name to value) say the same as `rule` and `remedy`, for those who put it in words of their own.

    Examples
    --------
    >>> print(Problem("nodes/region.csv", 3, "population", "-4", "below 1", "write the inhabitants"))
    nodes/region.csv, row 3, population = '-4': below 1. Remedy: write the inhabitants.
    """

    file: str
    row: int | None
    property: str | None
    value: str | None
    rule: str
    remedy: str
    code: str = ""
    about: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Return the problem as one sentence with place, value, rule and remedy."""
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.property is not None:
            place += f", {self.property}"
        if self.value is not None:
            shown = self.value if len(self.value) <= VALUE_WIDTH else self.value[:VALUE_WIDTH] + "…"
            place += f" = {shown!r}"
        return f"{place}: {self.rule}. Remedy: {self.remedy}."


class RandzonError(Exception):
    """Root of all errors that a user can cause or mend."""


class _ProblemList(RandzonError):
    """An error that lists all its problems at once."""

    heading = "{count} problem(s)"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        lines = [self.heading.format(count=len(self.problems)), *(f"  {p}" for p in self.problems)]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[_ProblemList], tuple[tuple[Problem, ...]]]:
        """Rebuild from the problems, so that the error survives the way between processes."""
        return type(self), (self.problems,)


class SchemaViolation(_ProblemList, ValueError):
    """A dataset breaks the schema; `problems` lists every place."""

    heading = "The dataset has {count} problem(s):"


class ReportViolation(_ProblemList, ValueError):
    """A follow-up report cannot be taken in; `problems` names every cell."""

    heading = "The report has {count} problem(s); nothing was stored:"


class ScenarioConflict(_ProblemList, ValueError):
    """A scenario contradicts itself or names what the dataset does not hold."""

    heading = "The scenario has {count} problem(s):"


class SettingError(RandzonError, ValueError):
    """An option of a run is impossible (for example fewer than two draws)."""


class UnknownNode(RandzonError, KeyError):
    """An id that the dataset does not hold; the message suggests near ones."""

    def __str__(self) -> str:
        """Return the message without the quotes that KeyError adds."""
        return str(self.args[0]) if self.args else ""


class StoreError(RandzonError, OSError):
    """A file or database cannot be read or written; says which and what to do."""


class ConvergenceWarning(UserWarning):
    """A fixed point stopped at its cap of rounds; the residual is in the message."""


class MemoryUseWarning(UserWarning):
    """A run will keep much memory; says how much, and how many draws keep less."""
