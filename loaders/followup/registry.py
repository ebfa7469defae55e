"""What a follow-up report holds: its columns, measures and the triggers of a review, read from the packaged tables."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal

__all__ = ["BREAKDOWNS", "Column", "Measure", "Template", "Trigger", "load_columns", "load_measures", "load_triggers"]

Template = Literal["permit", "adjacent"]
BREAKDOWNS = ("month", "home_region", "sex", "age")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the templates.

    Attributes
    ----------
    template
        ``permit``, ``adjacent`` or ``both``.
    required
        Whether every row that has a value must fill it.
    names, definitions
        By language (``sv``, ``en``).
    """

    id: str
    template: str
    required: bool
    names: Mapping[str, str]
    definitions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure that a report may state.

    Attributes
    ----------
    kind
        ``count`` (whole, from 0), ``number``, ``percent`` (0–100), ``choice`` or ``text``.
    units, names, definitions
        By language (``sv``, ``en``).
    minimum, maximum
        Of a number, in the unit.
    breakdowns
        Columns that may divide it; elsewhere they stay empty.
    subject
        ``required``, ``competence`` (an id or name of the dataset's), or empty: the column stays empty.
    """

    id: str
    template: Template
    group: str
    kind: str
    units: Mapping[str, str]
    minimum: float
    maximum: float
    breakdowns: tuple[str, ...]
    subject: str
    choices: tuple[str, ...]
    names: Mapping[str, str]
    definitions: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trigger:
    """A limit from which a permit is taken up for review, with its range, grade and source."""

    id: str
    value: float
    low: float
    high: float
    unit: str
    grade: str
    source: str
    meanings: Mapping[str, str]


def _rows(name: str) -> list[dict[str, str]]:
    content = resources.files("loaders").joinpath("followup", name).read_text(encoding="utf-8")
    return list(csv.DictReader(content.splitlines()))


def _both(row: Mapping[str, str], name: str) -> Mapping[str, str]:
    return MappingProxyType({lang: row[f"{name}_{lang}"] for lang in ("sv", "en")})


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split("|") if part)


@cache
def load_columns() -> Mapping[str, Column]:
    """Return the columns of the templates by id, in their order.

    Examples
    --------
    >>> load_columns()["year"].names["sv"]
    'År'
    """
    return MappingProxyType(
        {
            row["id"]: Column(
                row["id"], row["template"], row["required"] == "yes", _both(row, "name"), _both(row, "definition")
            )
            for row in _rows("columns.csv")
        }
    )


@cache
def load_measures() -> Mapping[str, Measure]:
    """Return the measures by id, in the order of the templates.

    Examples
    --------
    >>> load_measures()["patients"].breakdowns
    ('month', 'home_region', 'sex', 'age')
    """
    found: dict[str, Measure] = {}
    for row in _rows("measures.csv"):
        template: Template = "permit" if row["template"] == "permit" else "adjacent"
        found[row["id"]] = Measure(
            row["id"], template, row["group"], row["kind"], _both(row, "unit"),
            float(row["minimum"] or "-inf"), float(row["maximum"] or "inf"), _parts(row["breakdowns"]),
            row["subject"], _parts(row["choices"]), _both(row, "name"), _both(row, "definition"),
        )  # fmt: skip
    return MappingProxyType(found)


@cache
def load_triggers() -> Mapping[str, Trigger]:
    """Return the limits of a review by id.

    Examples
    --------
    >>> load_triggers()["lead_time_days"].value
    90.0
    """
    return MappingProxyType(
        {
            row["id"]: Trigger(
                row["id"], float(row["value"]), float(row["low"]), float(row["high"]), row["unit"], row["grade"],
                row["source"], _both(row, "meaning"),
            )
            for row in _rows("triggers.csv")
        }
    )  # fmt: skip
