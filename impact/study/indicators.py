"""The registry of indicators: what each is, of whom, in which unit, how it is computed and what it rests on."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["ENTITIES", "GROUPS", "Gap", "Indicator", "load_gaps", "load_indicators"]

GROUPS = (
    "volumes",
    "concentration",
    "reach",
    "competence",
    "resources",
    "redundancy",
    "emergency",
    "education_research",
)
ENTITIES = ("national", "region", "hospital", "area")


@dataclass(frozen=True, slots=True)
class Indicator:
    """One indicator.

    Attributes
    ----------
    entities
        Of whom it is told: some of `ENTITIES`.
    basis
        ``fact``: read from dated permits; ``count``: reported numbers; ``model``: computed in every draw.
    statistic
        Over the draws: ``mean`` or ``median``.
    is_input
        Whether it was put in or fitted to what was put in: that it comes out again proves nothing.
    by_age
        Whether it is told apart for areas of children, of adults and of both.
    follows_areas
        Whether it covers the areas that have a unit (or a report) on the date, so that beyond a single area two dates
        are not of the same care.
    rests_on
        ``permits``, ``Type.property`` or ``parameter:ID``: its grade is the worst of theirs.
    """

    id: str
    group: str
    entities: tuple[str, ...]
    unit: str
    basis: str
    statistic: str
    is_input: bool
    by_age: bool
    follows_areas: bool
    rests_on: tuple[str, ...]
    formula: str
    name: Mapping[str, str]
    definition: Mapping[str, str]
    source: str


@dataclass(frozen=True, slots=True)
class Gap:
    """What a baseline study ought to hold and the dataset cannot give.

    Attributes
    ----------
    stated
        What the documents state of it, where they do; None else.
    known_by
        Indicator that closes the gap where it has any value; empty where none can.
    """

    id: str
    name: Mapping[str, str]
    stated: float | None
    unit: str
    source: str
    known_by: str
    reason: Mapping[str, str]


def _rows(file: str) -> list[dict[str, str]]:
    text = resources.files("impact").joinpath(file).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _both(row: Mapping[str, str], name: str) -> Mapping[str, str]:
    return MappingProxyType({lang: row[f"{name}_{lang}"] for lang in ("sv", "en")})


def _indicator(row: Mapping[str, str]) -> Indicator:
    return Indicator(
        id=row["indicator"],
        group=row["group"],
        entities=tuple(row["entities"].split("|")),
        unit=row["unit"],
        basis=row["basis"],
        statistic=row["statistic"],
        is_input=row["is_input"] == "yes",
        by_age=row["by_age"] == "yes",
        follows_areas=row["follows_areas"] == "yes",
        rests_on=tuple(row["rests_on"].split(";")),
        formula=row["formula"],
        name=_both(row, "name"),
        definition=_both(row, "definition"),
        source=row["source"],
    )


@cache
def load_indicators() -> Mapping[str, Indicator]:
    """Return the indicators by id, in the order of the registry.

    Examples
    --------
    >>> load_indicators()["university_share"].is_input
    True
    """
    return MappingProxyType({row["indicator"]: _indicator(row) for row in _rows("indicators.csv")})


@cache
def load_gaps() -> tuple[Gap, ...]:
    """Return what a baseline study lacks, in the order of the registry.

    Examples
    --------
    >>> load_gaps()[0].stated
    10000.0
    """
    return tuple(
        Gap(
            id=row["gap"],
            name=_both(row, "name"),
            stated=float(row["stated"]) if row["stated"] else None,
            unit=row["unit"],
            source=row["source"],
            known_by=row["known_by"],
            reason=_both(row, "reason"),
        )
        for row in _rows("indicator_gaps.csv")
    )
