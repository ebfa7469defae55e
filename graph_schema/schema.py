"""The schema as one table of data: which types there are and which properties they have."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, cast

from graph_schema.quantity import Scale, natural_scale

__all__ = [
    "QUANTITY_SUFFIXES",
    "SCHEMA_VERSION",
    "Dtype",
    "Kind",
    "PropertySpec",
    "TypeSpec",
    "load_schema",
]

SCHEMA_VERSION = "1"
QUANTITY_SUFFIXES = ("_low", "_high", "_unit", "_grade", "_source")

Kind = Literal["node", "relationship", "table"]
Dtype = Literal["id", "text", "enum", "boolean", "number", "integer", "date", "reference", "source", "quantity"]
OPEN_UNITS = ("any", "amount/patient", "capacity")


@dataclass(frozen=True, slots=True)
class PropertySpec:
    """One property of a type, as a row of ``schema.csv`` states it."""

    name: str
    dtype: Dtype
    unit: str
    minimum: float
    maximum: float
    values: tuple[str, ...]
    required: bool
    key: bool
    meaning: str

    @property
    def has_open_unit(self) -> bool:
        """Whether the unit is stated by the row itself (a resource's amount, a parameter)."""
        return self.unit in OPEN_UNITS

    @property
    def scale(self) -> Scale:
        """Axis on which draws of a quantity spread."""
        return natural_scale(self.minimum, self.maximum)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns that the property takes in a CSV file."""
        if self.dtype != "quantity":
            return (self.name,)
        return (self.name, *(self.name + suffix for suffix in QUANTITY_SUFFIXES))


@dataclass(frozen=True, slots=True)
class TypeSpec:
    """A node type, a relationship type or a further table, with its properties in order."""

    kind: Kind
    name: str
    properties: tuple[PropertySpec, ...]

    @property
    def file(self) -> str:
        """Path of the type's CSV file inside a dataset folder.

        Examples
        --------
        >>> load_schema()["CareArea"].file, load_schema()["PART_OF"].file
        ('nodes/care_area.csv', 'relationships/part_of.csv')
        """
        snake = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name).lower()
        folder = {"node": "nodes/", "relationship": "relationships/", "table": ""}[self.kind]
        return f"{folder}{snake}.csv"

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns of the CSV file, in order."""
        return tuple(column for spec in self.properties for column in spec.columns)

    @property
    def key(self) -> tuple[str, ...]:
        """Names of the properties that identify a row."""
        return tuple(spec.name for spec in self.properties if spec.key)

    def property(self, name: str) -> PropertySpec:
        """Return the property called `name`.

        Raises
        ------
        KeyError
            If the type has no such property.
        """
        for spec in self.properties:
            if spec.name == name:
                return spec
        raise KeyError(f"{self.name} has no property {name!r}")


def _property(row: Mapping[str, str]) -> PropertySpec:
    return PropertySpec(
        name=row["property"],
        dtype=cast(Dtype, row["dtype"]),
        unit=row["unit"],
        minimum=float(row["minimum"]) if row["minimum"] else -math.inf,
        maximum=float(row["maximum"]) if row["maximum"] else math.inf,
        values=tuple(row["values"].split("|")) if row["values"] else (),
        required=row["required"] == "yes",
        key=row["key"] == "yes",
        meaning=row["meaning"],
    )


@cache
def load_schema() -> Mapping[str, TypeSpec]:
    """Return the schema: type name to `TypeSpec`, in the order of ``schema.csv``.

    Examples
    --------
    >>> load_schema()["Region"].property("population").unit
    'persons'
    """
    text = resources.files("graph_schema").joinpath("schema.csv").read_text(encoding="utf-8")
    kinds: dict[str, Kind] = {}
    properties: dict[str, list[PropertySpec]] = {}
    for row in csv.DictReader(text.splitlines()):
        kinds[row["type"]] = cast(Kind, row["kind"])
        properties.setdefault(row["type"], []).append(_property(row))
    return MappingProxyType({name: TypeSpec(kinds[name], name, tuple(specs)) for name, specs in properties.items()})
