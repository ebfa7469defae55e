"""Totals that the published documents state, each with how to recompute it from a dataset."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from types import MappingProxyType

from graph_schema import Problem, SchemaViolation, StoreError
from loaders.dataset_folder import packaged_folder

__all__ = ["RELATIONS", "Statement", "packaged_totals", "read_stated_totals"]

COLUMNS = ("id", "statement", "source", "relation", "stated", "compute", "filters", "contradiction", "note")
RELATIONS: Mapping[str, str] = MappingProxyType(
    {
        "equals": "the document states exactly this number",
        "over": "more than this number",
        "at_least": "this number or more",
        "just_under": "a little less than this number",
        "about": "this number lies in the 90 % range of ours",
    }
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One total that a document states.

    Attributes
    ----------
    row
        Row of the file; the header is row 1.
    statement
        What is counted, in words.
    source
        Ids of rows in ``sources.csv``, separated by semicolons.
    relation
        How the document words the number: a key of `RELATIONS`.
    stated
        The number.
    compute
        Kind of recomputation; empty where the dataset cannot give the number.
    filters
        What narrows the count: name to value.
    contradiction
        Number of the entry in ``docs/contradictions.md``; empty if none.
    note
        Remark; the reason where `compute` is empty.
    """

    id: str
    row: int
    statement: str
    source: str
    relation: str
    stated: float
    compute: str
    filters: Mapping[str, str]
    contradiction: str
    note: str


def _filters(text: str) -> Mapping[str, str] | None:
    """Return ``a=1;b=2`` as a mapping; None if a part has no name or value or a name stands twice."""
    parts = [part.partition("=") for part in text.split(";") if part]
    found = {name.strip(): value.strip() for name, _, value in parts}
    if len(found) < len(parts) or not all(name and value for name, value in found.items()):
        return None
    return MappingProxyType(found)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _statement(cells: Mapping[str, str], row: int, file: str, problems: list[Problem]) -> Statement:
    def report(column: str, rule: str, remedy: str) -> None:
        problems.append(Problem(file, row, column, cells[column], rule, remedy))

    stated, filters = _number(cells["stated"]), _filters(cells["filters"])
    if not math.isfinite(stated):
        report("stated", "not a finite number", "write the number with a decimal point")
    if cells["relation"] not in RELATIONS:
        report("relation", "unknown relation", "choose one of " + ", ".join(RELATIONS))
    if filters is None:
        report("filters", "not name=value parts separated by semicolons", "write each name once with its value")
    if not cells["compute"] and not cells["note"]:
        report("note", "neither a way to recompute nor a reason why not", "fill compute or note")
    for column in ("id", "statement", "source"):
        if not cells[column]:
            report(column, "missing value", "fill it")
    words = {
        name: cells[name] for name in ("id", "statement", "source", "relation", "compute", "contradiction", "note")
    }
    return Statement(row=row, stated=stated, filters=filters or MappingProxyType({}), **words)


def _text(file: Traversable) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise StoreError(f"{file} cannot be read ({error.strerror}): check the path and the rights") from error
    except UnicodeDecodeError as error:
        problem = Problem(file.name, None, None, None, "not UTF-8", "save the file as UTF-8")
        raise SchemaViolation([problem]) from error


def read_stated_totals(file: Traversable) -> tuple[Statement, ...]:
    """Return the statements of a file.

    Parameters
    ----------
    file
        CSV (UTF-8, comma) with the columns id, statement, source, relation, stated, compute, filters, contradiction
        and note; empty cells may be left out at the end of a row.

    Returns
    -------
    tuple of Statement
        In the order of the file. Kinds of recomputation are not checked here.

    Raises
    ------
    StoreError
        If the file cannot be read.
    SchemaViolation
        If anything in it is wrong; lists all problems at once.
    """
    reader = csv.DictReader(io.StringIO(_text(file), newline=""), strict=True, restval="")
    problems: list[Problem] = []
    found: list[Statement] = []
    try:
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise SchemaViolation(
                [Problem(file.name, 1, column, None, "missing column", "add the column") for column in missing]
            )
        for row, cells in enumerate(reader, start=2):
            texts = {column: cells[column].strip() for column in COLUMNS}
            found.append(_statement(texts, row, file.name, problems))
    except csv.Error as error:
        rule = f"not readable as CSV ({error})"
        problems.append(Problem(file.name, reader.line_num, None, None, rule, "close the quotes"))
    first: dict[str, int] = {}
    for statement in found:
        row = first.setdefault(statement.id, statement.row)
        if row != statement.row:
            rule = f"duplicate of row {row}"
            problems.append(Problem(file.name, statement.row, "id", statement.id, rule, "give it another id"))
    if problems:
        raise SchemaViolation(problems)
    return tuple(found)


def packaged_totals() -> tuple[Statement, ...]:
    """Return the totals that the documents behind the packaged Swedish dataset state.

    Examples
    --------
    >>> packaged_totals()[0].relation
    'equals'
    """
    return read_stated_totals(packaged_folder().joinpath("stated_totals.csv"))
