"""The cookbook: ready queries from its register (CSV files) and their Cypher (one file each).

``cookbook/queries.csv`` names each query, ``parameters.csv`` its parameters, ``columns.csv`` every column of the
answers; ``cookbook/NAME.cypher`` is the query. Values reach it as Cypher parameters only.
"""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Literal, cast

from graph_schema import UnknownNode

__all__ = ["NODE_TYPES", "Column", "Parameter", "Recipe", "find_recipe", "recipes"]

NODE_TYPES: Mapping[str, str] = MappingProxyType(
    {"area": "CareArea", "hospital": "Hospital", "competence": "Competence", "resource": "Resource"}
)
AS_OF = "@as_of"
ColumnType = Literal["node", "nodes", "word", "text", "number", "whole", "share", "flag", "date"]
Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a query.

    Attributes
    ----------
    name, name_sv
        As in the Cypher, and as it may be typed in Swedish.
    type
        A key of `NODE_TYPES`, or ``cluster``, ``word``, ``whole``, ``number``, ``date``, ``flag``.
    required
        Whether it must be given; else `default` holds, where that is empty: no restriction (null).
    default
        As typed; ``@as_of`` is the day of the system.
    minimum, maximum, unit
        Of a number; None where unlimited.
    values
        The words allowed.
    """

    name: str
    name_sv: str
    type: str
    required: bool
    default: str
    minimum: float | None
    maximum: float | None
    unit: str
    values: tuple[str, ...]
    meaning_sv: str
    meaning_en: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of an answer: its type (``node`` is an id, ``nodes`` a list of ids, ``share`` 0–1) and unit."""

    name: str
    type: ColumnType
    unit: str
    label_sv: str
    label_en: str


@dataclass(frozen=True, slots=True)
class Recipe:
    """A ready query.

    Attributes
    ----------
    question_sv, question_en
        What it answers.
    note_sv, note_en
        How it counts.
    needs
        Numbers of the users' needs that it meets.
    cypher
        Takes ``$version`` and the parameters; returns the columns, every row in a fixed order.
    """

    name: str
    title_sv: str
    title_en: str
    question_sv: str
    question_en: str
    note_sv: str
    note_en: str
    needs: tuple[str, ...]
    columns: tuple[Column, ...]
    parameters: tuple[Parameter, ...]
    cypher: str


def _read(name: str) -> str:
    return resources.files("loaders.neo4j_store").joinpath("cookbook", name).read_text(encoding="utf-8")


def _rows(name: str) -> list[Row]:
    return list(csv.DictReader(io.StringIO(_read(name), newline=""), strict=True))


def _limit(cell: str) -> float | None:
    return float(cell) if cell else None


def _parameter(row: Row) -> Parameter:
    return Parameter(
        name=row["name"],
        name_sv=row["name_sv"],
        type=row["type"],
        required=row["required"] == "yes",
        default=row["default"],
        minimum=_limit(row["minimum"]),
        maximum=_limit(row["maximum"]),
        unit=row["unit"],
        values=tuple(filter(None, row["values"].split("|"))),
        meaning_sv=row["meaning_sv"],
        meaning_en=row["meaning_en"],
    )


@cache
def recipes() -> Mapping[str, Recipe]:
    """Return the cookbook: name to query, in the order of the register.

    Examples
    --------
    >>> recipes()["thin_areas"].title_en
    'Areas that hang on one or two competences'
    """
    columns = {
        row["name"]: Column(
            row["name"], cast(ColumnType, row["type"]), row["unit"], row["label_sv"], row["label_en"]
        )
        for row in _rows("columns.csv")
    }  # fmt: skip
    parameters: dict[str, list[Parameter]] = {}
    for row in _rows("parameters.csv"):
        parameters.setdefault(row["query"], []).append(_parameter(row))
    texts = ("title_sv", "title_en", "question_sv", "question_en", "note_sv", "note_en")
    return MappingProxyType(
        {
            row["name"]: Recipe(
                name=row["name"],
                **{name: row[name] for name in texts},
                needs=tuple(row["needs"].split(";")),
                columns=tuple(columns[name] for name in row["columns"].split(";")),
                parameters=tuple(parameters.get(row["name"], ())),
                cypher=_read(f"{row['name']}.cypher"),
            )
            for row in _rows("queries.csv")
        }
    )


def find_recipe(name: str) -> Recipe:
    """Return a query by name; hyphens and capitals do not count.

    Raises
    ------
    UnknownNode
        If there is none of that name; suggests the nearest.
    """
    found = recipes()
    wanted = name.strip().casefold().replace("-", "_").replace(" ", "_")
    titles = {title.casefold().replace(" ", "_"): r.name for r in found.values() for title in (r.title_sv, r.title_en)}
    wanted = titles.get(wanted, wanted)
    if wanted in found:
        return found[wanted]
    near = difflib.get_close_matches(wanted, [*found, *titles], n=3, cutoff=0.4)
    names = list(dict.fromkeys(titles.get(n, n) for n in near))
    hint = f"near: {', '.join(names)}; " if names else ""
    raise UnknownNode(f"the cookbook has no query {name!r}; {hint}'randzon neo4j ask' lists them")
