"""Rows of text to a validated care system, or one error that lists every problem."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from graph_schema.care_system import CareSystem, Record
from graph_schema.cells import normalised, read_property
from graph_schema.errors import Problem, SchemaViolation
from graph_schema.rules import check_rules
from graph_schema.schema import TypeSpec, load_schema

__all__ = ["RawRow", "RawTable", "assemble"]


@dataclass(frozen=True, slots=True)
class RawRow:
    """One row as read: its number in the file (the header is row 1) and its cells."""

    row: int
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as read: where it stands, its columns and its rows."""

    file: str
    columns: Sequence[str]
    rows: Sequence[RawRow]


@dataclass
class _Assembly:
    problems: list[Problem] = field(default_factory=list[Problem])
    places: dict[int, tuple[str, int]] = field(default_factory=dict[int, tuple[str, int]])

    def columns(self, spec: TypeSpec, table: RawTable) -> frozenset[str]:
        """Report unknown and missing columns; return the missing ones, which no row reports again."""
        for column in table.columns:
            if column not in spec.columns:
                rule = "unknown column" if column.strip() else "a column without a name"
                remedy = "remove it or correct its name"
                self.problems.append(Problem(table.file, 1, column, None, rule, remedy))
        if not table.rows:
            return frozenset()
        needed = [
            column
            for p in spec.properties
            if p.required or (p.dtype == "quantity" and not set(p.columns).isdisjoint(table.columns))
            for column in p.columns
        ]
        missing = [column for column in needed if column not in table.columns]
        self.problems.extend(
            Problem(table.file, 1, column, None, "missing column", "add the column") for column in missing
        )
        return frozenset(missing)

    def table(self, spec: TypeSpec, table: RawTable) -> list[Record]:
        missing = self.columns(spec, table)
        rows: dict[tuple[str, ...], int] = {}
        return [self.record(spec, table, raw, missing, rows) for raw in table.rows]

    def record(
        self,
        spec: TypeSpec,
        table: RawTable,
        raw: RawRow,
        missing: frozenset[str],
        rows: dict[tuple[str, ...], int],
    ) -> Record:
        def report(name: str | None, value: str | None, rule: str, remedy: str) -> None:
            if value is not None or name not in missing:
                self.problems.append(Problem(table.file, raw.row, name, value, rule, remedy))

        cells = {name: normalised(text) for name, text in raw.cells.items()}
        for name, text in cells.items():
            if not _is_writable(text):
                report(name, text, "holds half a character (a lone surrogate)", "write the text anew")
        values = {p.name: read_property(p, cells, report) for p in spec.properties}
        record = Record(spec.name, {n: v for n, v in values.items() if v is not None})
        self.places[id(record)] = (table.file, raw.row)
        if all(p.name in record for p in spec.properties if p.key and p.required):
            first = rows.setdefault(record.key, raw.row)
            if first != raw.row:
                report(None, ", ".join(record.key), f"duplicate of row {first}", "keep one of the rows")
        return record


def _is_writable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def assemble(tables: Mapping[str, RawTable], problems: Iterable[Problem] = ()) -> CareSystem:
    """Return the validated system that the rows describe.

    Cells are `normalised` first: Unicode NFC, line ends as line feeds, no blanks at either end. A cell of
    blanks only is absent. So the same content has the same hash, however it was typed.

    Parameters
    ----------
    tables
        Type name to its rows; a type without a table is reported as missing.
    problems
        What went wrong already while reading; reported with the rest.

    Returns
    -------
    CareSystem
        Immutable.

    Raises
    ------
    SchemaViolation
        If anything is wrong: all problems at once, each with file, row, property, value, rule, remedy.
    """
    assembly = _Assembly(list(problems))
    failed = {problem.file for problem in assembly.problems}
    records: dict[str, list[Record]] = {}
    for name, spec in load_schema().items():
        table = tables.get(name)
        if table is None:
            if spec.file not in failed:
                remedy = "write the file; a header is enough"
                assembly.problems.append(Problem(spec.file, None, None, None, "missing table", remedy))
            continue
        records[name] = assembly.table(spec, table)
    assembly.problems.extend(check_rules(records, assembly.places))
    if assembly.problems:
        raise SchemaViolation(assembly.problems)
    return CareSystem(records)
