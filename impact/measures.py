"""The registry of measures: what each is, of whom, in which unit and which direction is harm."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

__all__ = ["PERSPECTIVES", "Measure", "load_measures"]

PERSPECTIVES = (
    "emergency_care",
    "neighbouring_areas",
    "geography",
    "transport",
    "competence_supply",
    "education_research",
    "displacement",
    "redundancy",
    "own_care",
)


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure of a perspective.

    Attributes
    ----------
    entity
        ``hospital`` or ``region``; own care and displacement are summed to the nation as well.
    harm
        Direction that is harm: ``up`` or ``down``.
    visible
        Least change, in the unit, that a table shows.
    is_change
        Whether the value of one world is itself a change from `standing`, and no count: it may be below 0.
    short
        Language (``sv``, ``en``) to a name that fits a narrow column.
    """

    id: str
    perspective: str
    entity: str
    unit: str
    harm: str
    visible: float
    is_change: bool
    short: Mapping[str, str]
    name_sv: str
    definition: str

    @property
    def is_summed(self) -> bool:
        """Whether the nation's value is the sum over hospitals or regions."""
        return self.unit in ("patients/year", "persons", "per year", "FTE", "functions")


@cache
def load_measures() -> Mapping[str, Measure]:
    """Return the measures by id, in the order of the registry.

    Examples
    --------
    >>> load_measures()["hours_mean"].unit
    'h'
    """
    text = resources.files("impact").joinpath("measures.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["measure"]: _measure(row) for row in csv.DictReader(text.splitlines())})


def _measure(row: Mapping[str, str]) -> Measure:
    return Measure(
        id=row["measure"],
        perspective=row["perspective"],
        entity=row["entity"],
        unit=row["unit"],
        harm=row["harm"],
        visible=float(row["visible"]),
        is_change=row["is_change"] == "yes",
        short=MappingProxyType({"sv": row["short_sv"], "en": row["short_en"]}),
        name_sv=row["name_sv"],
        definition=row["definition_en"],
    )
