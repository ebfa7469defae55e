"""How a care system stands in the graph: labels, properties, constraints and the batches that write it.

Pure data: nothing here knows the driver. Labels, types and names of properties come from the schema alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_schema import CareSystem, Quantity, Record, TypeSpec, canonical_json, format_number, load_schema

__all__ = [
    "KEY",
    "LAYOUT",
    "OURS",
    "VERSION",
    "Batch",
    "batches_of",
    "cells_of",
    "constraints",
    "key_of",
    "label_of",
    "properties_of",
    "rows_statement",
    "types",
]

LAYOUT = 1
OURS = "Randzon"  # a second label of each node of a system
VERSION, KEY = "randzon_version", "randzon_key"
TABLE_LABELS = {
    "sources": "Source",
    "assumptions": "Assumption",
    "parameters": "Parameter",
    "floors": "Floor",
    "dataset": "Setting",
}
ENDS = ("source_id", "target_id")
REGISTERS = ("RandzonVersion", "RandzonPush")
BRANCHES = ("RandzonScenario", "RandzonPart", "RandzonResult", "RandzonEffect")
CHANGES = ("PROVIDES_CHANGE", "OPERATES_CHANGE", "STAFFS_CHANGE")


def label_of(spec: TypeSpec) -> str:
    """Return the label of a type's nodes.

    Examples
    --------
    >>> label_of(load_schema()["Hospital"]), label_of(load_schema()["sources"])
    ('Hospital', 'Source')
    """
    return TABLE_LABELS[spec.name] if spec.kind == "table" else spec.name


def types(*, relationships: bool) -> Iterator[TypeSpec]:
    """Yield the types that are relationships, or those that are nodes (tables too), in the schema's order."""
    for spec in load_schema().values():
        if (spec.kind == "relationship") is relationships:
            yield spec


def constraints() -> Mapping[str, str]:
    """Return the uniqueness constraints that a database of ours has: name to Cypher.

    Examples
    --------
    >>> constraints()["randzon_hospital"]
    'FOR (n:Hospital) REQUIRE (n.randzon_version, n.id) IS UNIQUE'
    """
    found = {"randzon_store": "FOR (n:RandzonStore) REQUIRE n.id IS UNIQUE"}
    for label in REGISTERS:
        found[label.lower()] = f"FOR (n:{label}) REQUIRE n.{VERSION} IS UNIQUE"
    nodes = [(label_of(spec), "id") for spec in types(relationships=False)] + [(label, KEY) for label in BRANCHES]
    for label, name in nodes:
        found[f"randzon_{label.lower()}"] = f"FOR (n:{label}) REQUIRE (n.{VERSION}, n.{name}) IS UNIQUE"
    for name in (*(spec.name for spec in types(relationships=True)), *CHANGES):
        found[f"randzon_{name.lower()}"] = f"FOR ()-[r:{name}]-() REQUIRE (r.{VERSION}, r.{KEY}) IS UNIQUE"
    return found


def key_of(*parts: str) -> str:
    """Return a short name of the columns that identify a row: they may be too long for an index.

    Examples
    --------
    >>> len(key_of("kar", "hocm", "", "2024-01-01"))
    32
    """
    return hashlib.sha256(canonical_json(list(parts)).encode("utf-8")).hexdigest()[:32]


def properties_of(record: Record) -> dict[str, Any]:
    """Return the properties of a row as the graph keeps them; absent ones are left out."""
    spec = record.spec
    found: dict[str, Any] = {}
    for prop in spec.properties:
        value = record.values.get(prop.name)
        if value is None or (spec.kind == "relationship" and prop.name in ENDS):
            continue
        if isinstance(value, Quantity):
            parts = (float(value.value), float(value.low), float(value.high), value.unit, value.grade, value.source)
            found.update(zip(prop.columns, parts, strict=True))
        elif prop.dtype == "date":
            found[prop.name] = date.fromisoformat(str(value))
        else:
            found[prop.name] = value
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format_number(value)
    return value.isoformat() if isinstance(value, date) else str(value)


def cells_of(spec: TypeSpec, properties: Mapping[str, Any]) -> dict[str, str]:
    """Return stored properties as the text cells of a row, the inverse of `properties_of`.

    Parameters
    ----------
    spec
        The type.
    properties
        As stored; for a relationship with ``source_id`` and ``target_id`` added.
    """
    return {column: _cell(properties.get(column)) for column in spec.columns}


def rows_statement(spec: TypeSpec) -> str:
    """Return the Cypher that reads the rows of a type in ``$version``: properties, of relationships also the ends."""
    if spec.kind != "relationship":
        return (
            f"MATCH (n:{label_of(spec)}) WHERE n.{VERSION} = $version AND n.id IS NOT NULL "
            "RETURN properties(n) AS properties"
        )
    return (
        f"MATCH (a)-[r:{spec.name}]->(b) WHERE r.{VERSION} = $version AND r.{KEY} IS NOT NULL "
        "RETURN properties(r) AS properties, a.id AS source_id, b.id AS target_id"
    )


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one type (relationships also: between two types), and the Cypher that creates them.

    The statement takes ``$version`` and ``$rows`` and returns ``made``, which is the number of rows.
    """

    statement: str
    records: Sequence[Record]

    def rows(self) -> list[dict[str, Any]]:
        """Return the parameter ``$rows``."""
        if self.records[0].spec.kind != "relationship":
            return [{"properties": properties_of(record)} for record in self.records]
        return [
            {
                "properties": {**properties_of(record), KEY: key_of(*record.key)},
                "source": record.text("source_id"),
                "target": record.text("target_id"),
            }
            for record in self.records
        ]


def _node_statement(label: str) -> str:
    return (
        f"UNWIND $rows AS row CREATE (n:{OURS}:{label}) SET n = row.properties, n.{VERSION} = $version "
        "RETURN count(n) AS made"
    )


def _relationship_statement(name: str, source: str, target: str) -> str:
    return (
        f"UNWIND $rows AS row MATCH (a:{source} {{{VERSION}: $version, id: row.source}}) "
        f"MATCH (b:{target} {{{VERSION}: $version, id: row.target}}) "
        f"CREATE (a)-[r:{name}]->(b) SET r = row.properties, r.{VERSION} = $version RETURN count(r) AS made"
    )


def _groups(system: CareSystem) -> Iterator[tuple[str, list[Record]]]:
    for spec in types(relationships=False):
        yield _node_statement(label_of(spec)), list(system.rows[spec.name])
    for spec in types(relationships=True):
        between: dict[tuple[str, str], list[Record]] = {}
        for record in system.rows[spec.name]:
            source, target = (system.nodes[record.text(end)].type for end in ENDS)
            between.setdefault((source, target), []).append(record)
        for ends, records in sorted(between.items()):
            yield _relationship_statement(spec.name, *ends), records


def batches_of(system: CareSystem, size: int) -> list[Batch]:
    """Return what writes a system, nodes first; always the same batches for the same content and size.

    Parameters
    ----------
    system
        A validated system.
    size
        Most rows in a batch.
    """
    return [
        Batch(statement, records[start : start + size])
        for statement, records in _groups(system)
        for start in range(0, len(records), size)
    ]
