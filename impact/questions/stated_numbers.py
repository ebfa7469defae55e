"""Every number of a dataset and of its registers as one list: value, range, grade, and what it rests on (Q12)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from graph_schema import CareSystem, PropertySpec, Quantity, Record, UnknownNode
from impact.questions.card_parts import Registers

__all__ = ["UNGRADED", "StatedNumber", "register_numbers", "source_of", "stated_numbers"]

UNGRADED = "ungraded"  # a number that the dataset states without a grade, or that a register quotes
NO_NUMBER = ("step", "year")  # whole numbers that name a place in an order
PATIENTS = "patients/year"


@dataclass(frozen=True, slots=True)
class StatedNumber:
    """One number with where it comes from.

    Attributes
    ----------
    id
        As ``--set`` takes it; of a floor or a row of a register its own id.
    type
        Of the schema, or the name of a register.
    property
        Of the row.
    key
        Of the row.
    nodes
        Ids of nodes that it is about.
    value, low, high
        In `unit`; low and high are the 5 % and 95 % quantiles. None where nothing is stated.
    unit
        As the dataset prints it.
    grade
        ``reported``, ``derived``, ``assumed`` or `UNGRADED`.
    sources
        Ids of sources and assumptions; of a number without a source of its own those of its row.
    reason
        Reason or note of the row, in the words of the dataset.
    citation
        Of a register that cites in words of its own.
    written
        The number as its document writes it, where that is no plain number.
    is_count
        Whether it is a count of patients that somebody reported, or derived from one.
    """

    id: str
    type: str
    property: str
    key: tuple[str, ...]
    nodes: tuple[str, ...]
    value: float | None
    low: float | None
    high: float | None
    unit: str
    grade: str
    sources: tuple[str, ...]
    reason: str = ""
    citation: str = ""
    written: str = ""
    is_count: bool = False


def _ids(cell: str) -> tuple[str, ...]:
    return tuple(part for part in cell.split(";") if part)


def _nodes(system: CareSystem, record: Record) -> tuple[str, ...]:
    """The node itself and the areas that a decision concerns; both ends and other references of a relationship."""
    if record.spec.kind == "node":
        concerned = [r.text("target_id") for r in system.outgoing("CONCERNS", record.key[0])]
        return (record.key[0], *concerned)
    references = (p.name for p in record.spec.properties if p.dtype == "reference")
    return tuple(dict.fromkeys(record.text(name) for name in references if record.text(name)))


def _reason(record: Record) -> str:
    """That of a relationship or a floor; the note of a node is on the node, not on its numbers."""
    return record.text("reason") or ("" if record.spec.kind == "node" else record.text("note"))


def _of_quantity(system: CareSystem, record: Record, name: str, q: Quantity) -> StatedNumber:
    is_count = q.unit == PATIENTS and q.grade != "assumed"
    return StatedNumber(
        record.quantity_id(name), record.type, name, record.key, _nodes(system, record), q.value, q.low, q.high, q.unit,
        q.grade, q.sources, _reason(record), is_count=is_count,
    )  # fmt: skip


def _of_plain(system: CareSystem, record: Record, spec: PropertySpec) -> StatedNumber:
    value = record.number(spec.name)
    return StatedNumber(
        record.quantity_id(spec.name), record.type, spec.name, record.key, _nodes(system, record), value, value, value,
        spec.unit, UNGRADED, _ids(record.text("source")), _reason(record),
    )  # fmt: skip


def _of_floor(record: Record) -> StatedNumber:
    value = record.number("threshold")
    low, high = (record.number(f"threshold_{end}") for end in ("low", "high"))
    return StatedNumber(
        record.key[0], record.type, "threshold", record.key, (), value, value if low is None else low,
        value if high is None else high, record.text("unit"), record.text("grade"), _ids(record.text("source")),
        _reason(record),
    )  # fmt: skip


def _of_record(system: CareSystem, record: Record) -> Iterator[StatedNumber]:
    if record.type == "floors":
        yield _of_floor(record)
        return
    for spec in record.spec.properties:
        quantity = record.quantity(spec.name)
        if quantity is not None:
            yield _of_quantity(system, record, spec.name, quantity)
        elif (
            spec.dtype in ("number", "integer") and record.spec.kind != "table"
            and not spec.key and spec.name not in NO_NUMBER and spec.name in record
        ):  # fmt: skip
            yield _of_plain(system, record, spec)


@lru_cache(maxsize=8)
def stated_numbers(system: CareSystem) -> tuple[StatedNumber, ...]:
    """Return every number of a dataset, in the order of the schema; listed once for each content.

    Parameters
    ----------
    system
        A validated system.

    Returns
    -------
    tuple
        All its quantities, the floors, and the plain numbers of nodes and relationships (counts of units, places on
        the map), which have no grade; not what names a year or a step.

    Examples
    --------
    >>> stated_numbers(CareSystem({}))
    ()
    """
    return tuple(n for records in system.rows.values() for record in records for n in _of_record(system, record))


def _float(cell: str) -> float | None:
    try:
        return float(cell)
    except ValueError:
        return None


def register_numbers(registers: Registers) -> tuple[StatedNumber, ...]:
    """Return the numbers that the registers of evidence quote: of the literature, and in claims.

    Parameters
    ----------
    registers
        Name to rows.

    Returns
    -------
    tuple
        No model reads them, and they have no grade; ``property`` is what the row says it is a number of.
    """
    found: list[StatedNumber] = []
    for row in registers.get("literature", ()):
        if row["value"]:
            value, low, high = (_float(row[c]) for c in ("value", "low", "high"))
            reference = ", ".join(row[c] for c in ("authors", "title", "journal", "year", "doi") if row[c])
            reason = "; ".join(row[c] for c in ("population", "derivation", "note") if row[c])
            found.append(
                StatedNumber(row["id"], "literature", row["quantity"], (row["id"],), _ids(row["area"]), value,
                             low, high, row["unit"], UNGRADED, (), reason, reference)
            )  # fmt: skip
    for row in registers.get("claims", ()):
        if row["number"]:
            nodes = (*_ids(row["area"]), *_ids(row["hospital"]), *_ids(row["resource"]))
            found.append(
                StatedNumber(row["id"], "claims", row["statement_sv"], (row["id"],), nodes, _float(row["number"]), None,
                             None, row["unit"], UNGRADED, _ids(row["source"]), "", f"{row['place']}, {row['role']}",
                             row["number"], is_count=row["unit"].startswith("patient"))
            )  # fmt: skip
    return tuple(found)


def source_of(system: CareSystem, what: str | Record) -> tuple[StatedNumber, ...]:
    """Return the numbers of a node, a row or a quantity, each with what it rests on.

    Parameters
    ----------
    system
        The dataset.
    what
        Id of a node (its own numbers and those of its relationships), of a quantity, of a floor or of a source or
        assumption (what rests on it); or a row.

    Raises
    ------
    UnknownNode
        If the dataset has nothing of that id.
    """
    numbers = stated_numbers(system)
    if isinstance(what, Record):
        return tuple(n for n in numbers if n.type == what.type and n.key == what.key)
    exact = tuple(n for n in numbers if n.id == what)
    if exact:
        return exact
    found = tuple(n for n in numbers if what in n.nodes or what in n.sources)
    if not found and what not in system.nodes:
        try:
            system.source(what)
        except UnknownNode as error:
            raise UnknownNode(f"no node, quantity, floor, source or assumption has the id {what!r}") from error
    return found
