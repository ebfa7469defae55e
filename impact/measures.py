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
    """

    id: str
    perspective: str
    entity: str
    unit: str
    harm: str
    definition: str
    name_sv: str

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
    return MappingProxyType(
        {
            row["measure"]: Measure(
                row["measure"], row["perspective"], row["entity"], row["unit"], row["harm"],
                row["definition_en"], row["name_sv"],
            )
            for row in csv.DictReader(text.splitlines())
        }
    )  # fmt: skip
