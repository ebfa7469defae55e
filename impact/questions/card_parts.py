"""Rows that several cards show: numbers with range, grade and source; relationships, permits, log entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from graph_schema import CareSystem, Quantity, Record
from impact.questions.grades import citation

__all__ = [
    "Registers",
    "Row",
    "about",
    "compared",
    "deviation_rows",
    "linked",
    "log_rows",
    "node_numbers",
    "number_fields",
    "provided",
]

Registers = Mapping[str, Sequence[Mapping[str, str]]]
Row = dict[str, Any]
SELDOM = ("note", "step", "aliases", "sites", "name_en", "units_decided")  # their absence says nothing


def number_fields(system: CareSystem, quantity: Quantity | None) -> Row:
    """Return a quantity as the fields that every card shows."""
    if quantity is None:
        return dict.fromkeys(("value", "low", "high", "unit", "grade", "source", "citation"))
    return {
        "value": quantity.value, "low": quantity.low, "high": quantity.high, "unit": quantity.unit,
        "grade": quantity.grade, "source": quantity.source, "citation": citation(system, quantity.source),
    }  # fmt: skip


def compared(values: Iterable[float], value: float) -> Row:
    """Return how many of its kind have a smaller number, out of how many."""
    known = list(values)
    return {"smaller": sum(v < value for v in known), "of": len(known)}


def node_numbers(system: CareSystem, record: Record) -> tuple[list[Row], list[str]]:
    """Return a node's quantities, each compared with others of its type, and the names of those that are absent."""
    rows: list[Row] = []
    absent: list[str] = []
    for spec in record.spec.properties:
        if spec.dtype != "quantity":
            if spec.name not in record and spec.name not in SELDOM:
                absent.append(spec.name)
            continue
        quantity = record.quantity(spec.name)
        if quantity is None:
            absent.append(spec.name)
            continue
        others = [q.value for r in system.rows[record.type] if (q := r.quantity(spec.name)) is not None]
        rows.append(
            {"property": spec.name, "meaning": spec.meaning, **number_fields(system, quantity),
             **compared(others, quantity.value)}
        )  # fmt: skip
    return rows, absent


def linked(system: CareSystem, records: Iterable[Record], end: str, quantity: str, *texts: str) -> list[Row]:
    """Return relationships as rows: the node at the other end, one quantity, some text properties."""
    found: list[Row] = []
    for record in records:
        other = record.text(end)
        row: Row = {"id": other, "name": system.node(other).text("name_sv")}
        row |= number_fields(system, record.quantity(quantity)) if quantity else {}
        found.append(row | {name: record.text(name) or None for name in texts})
    return sorted(found, key=lambda r: (-(r.get("value") or 0.0), r["id"]))


def _volumes(system: CareSystem, hospital: str, area: str) -> dict[str, float]:
    return {
        str(int(record.number("year") or 0)): quantity.value
        for record in system.outgoing("PROVIDES_VOLUME", hospital)
        if record.text("target_id") == area and not record.text("sub_permit") and not record.text("home_region")
        and (quantity := record.quantity("patients")) is not None
    }  # fmt: skip


def provided(system: CareSystem, records: Iterable[Record], end: str) -> list[Row]:
    """Return permits and care without one as rows: the node at the other end, dates, reported and stated patients."""
    found: list[Row] = []
    for record in records:
        other = record.text(end)
        row: Row = {"id": other, "name": system.node(other).text("name_sv"), "permit": record.flag("permit")}
        row |= {name: record.text(name) or None for name in ("role", "valid_from", "valid_to", "sub_permit", "note")}
        row |= {"reported": _volumes(system, record.text("source_id"), record.text("target_id"))}
        found.append(row | number_fields(system, record.quantity("patients")))
    return found


def log_rows(system: CareSystem, ids: Iterable[str]) -> list[Row]:
    """Return entries of the case log, by date."""
    entries = [system.node(i, "Decision") for i in sorted(set(ids))]
    names = ("date", "kind", "body", "outcome", "reason")
    found = [{"id": e.key[0], **{n: e.text(n) or None for n in names}, "source": e.text("source")} for e in entries]
    return sorted(found, key=lambda r: (r["date"] or "", r["id"]))


def deviation_rows(records: Iterable[Record]) -> list[Row]:
    """Return conditions that were not met."""
    names = ("source_id", "target_id", "condition", "fulfilment", "source")
    return [{**{n: r.text(n) for n in names}, "year": int(r.number("year") or 0)} for r in records]


def about(registers: Registers, name: str, column: str, wanted: str) -> list[Row]:
    """Return the rows of a register that name an id (cells may hold several, separated by semicolons)."""
    return [
        dict(row) for row in registers.get(name, ())
        if wanted in row[column].split(";") and row.get("decision", "kept") == "kept"
    ]  # fmt: skip
