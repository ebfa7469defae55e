"""The immutable care system: typed records of nodes, relationships and tables, with a content hash."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from graph_schema.content_hash import canonical_hash
from graph_schema.errors import UnknownNode
from graph_schema.quantity import Quantity
from graph_schema.schema import SCHEMA_VERSION, TypeSpec, load_schema

__all__ = ["CareSystem", "Record", "Value"]

SET_FOR_RUN = "a_set_for_this_run"
SET_ASSUMPTION: Mapping[str, str] = MappingProxyType(
    {
        "id": SET_FOR_RUN,
        "statement": "A value set by hand for this run",
        "reason": "Chosen by whoever made the run; the manifest lists it",
        "quality": "low",
        "importance": "high",
    }
)

Value = str | bool | float | int | Quantity


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its type and its properties that are present (absent ones are left out).

    Examples
    --------
    >>> Record("Function", MappingProxyType({"id": "fn_icu", "name_sv": "intensivvård"})).text("name_sv")
    'intensivvård'
    """

    type: str
    values: Mapping[str, Value]

    def __post_init__(self) -> None:
        """Keep a copy of the values that nobody else holds and nobody can change."""
        object.__setattr__(self, "values", MappingProxyType(dict(self.values)))

    @property
    def spec(self) -> TypeSpec:
        """The type's specification."""
        return load_schema()[self.type]

    @property
    def key(self) -> tuple[str, ...]:
        """Values of the key properties as text; absent ones are empty."""
        return tuple(str(self.values.get(name, "")) for name in self.spec.key)

    def __contains__(self, name: object) -> bool:
        """Whether the property is present."""
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """Return a text, id, enum or date property; `default` where absent."""
        return str(self.values.get(name, default))

    def flag(self, name: str) -> bool:
        """Return a boolean property; False where absent."""
        return self.values.get(name) is True

    def number(self, name: str) -> float | None:
        """Return a plain number; None where absent."""
        value = self.values.get(name)
        return float(value) if isinstance(value, int | float) else None

    def quantity(self, name: str) -> Quantity | None:
        """Return a quantity; None where absent."""
        value = self.values.get(name)
        return value if isinstance(value, Quantity) else None

    def quantities(self) -> Iterator[tuple[str, Quantity]]:
        """Yield the name and value of each quantity that is present."""
        for name, value in self.values.items():
            if isinstance(value, Quantity):
                yield name, value

    def quantity_id(self, name: str) -> str:
        """Return the id of one of the record's quantities.

        ``node.property`` for nodes, ``source.type.target[.key].property`` for relationships, the bare
        id for parameters. Empty keys stand as ``_``.

        Examples
        --------
        >>> values = {"source_id": "hocm", "target_id": "res_icu"}
        >>> Record("USES", MappingProxyType(values)).quantity_id("amount")
        'hocm.uses.res_icu.amount'
        """
        if self.type == "parameters":
            return self.key[0]
        if self.spec.kind != "relationship":
            return f"{self.key[0]}.{name}"
        source, target, *rest = self.key
        return ".".join([source, self.type.lower(), target, *(part or "_" for part in rest), name])


def _unknown(kind: str, wanted: str, candidates: Iterable[str]) -> UnknownNode:
    near = difflib.get_close_matches(wanted, list(candidates), n=3, cutoff=0.5)
    hint = f"; did you mean {', '.join(near)}?" if near else ""
    return UnknownNode(f"no {kind} has the id {wanted!r}{hint}")


def _freeze(tables: Mapping[str, Iterable[Record]]) -> Mapping[str, tuple[Record, ...]]:
    unknown = sorted(set(tables) - set(load_schema()))
    if unknown:
        raise UnknownNode(f"the schema has no type {', '.join(unknown)}")
    return MappingProxyType({name: tuple(sorted(tables.get(name, ()), key=lambda r: r.key)) for name in load_schema()})


@dataclass(frozen=True, eq=False)
class CareSystem:
    """A validated dataset: nothing in it changes after it is made.

    Make it with `graph_schema.assemble` (which validates) or one of the loaders.

    Parameters
    ----------
    tables
        Type name to records, for every type of the schema (nodes, relationships, sources,
        assumptions, parameters, floors, dataset).
    """

    tables: Mapping[str, Iterable[Record]]
    rows: Mapping[str, tuple[Record, ...]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Sort and freeze the tables."""
        object.__setattr__(self, "rows", _freeze(self.tables))
        object.__setattr__(self, "tables", self.rows)

    def __eq__(self, other: object) -> bool:
        """Whether two systems have the same content."""
        return isinstance(other, CareSystem) and self.content_hash == other.content_hash

    def __hash__(self) -> int:
        """Hash of the content."""
        return hash(self.content_hash)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 of the canonical JSON of all tables and the schema version."""
        content = {name: [dict(record.values) for record in records] for name, records in self.rows.items()}
        return canonical_hash({"schema_version": SCHEMA_VERSION, "tables": content})

    @cached_property
    def nodes(self) -> Mapping[str, Record]:
        """All nodes by id, over all node types."""
        schema = load_schema()
        return MappingProxyType(
            {r.key[0]: r for name, rs in self.rows.items() if schema[name].kind == "node" for r in rs}
        )

    @cached_property
    def settings(self) -> Mapping[str, str]:
        """The dataset's own settings: name, version, as_of, history_start."""
        return MappingProxyType({r.key[0]: r.text("value") for r in self.rows["dataset"]})

    @cached_property
    def quantities(self) -> Mapping[str, Quantity]:
        """Every quantity of the system by its id."""
        return MappingProxyType(
            {
                record.quantity_id(name): quantity
                for records in self.rows.values()
                for record in records
                for name, quantity in record.quantities()
            }
        )

    @cached_property
    def _index(self) -> Mapping[tuple[str, tuple[str, ...]], Record]:
        return {(name, record.key): record for name, records in self.rows.items() for record in records}

    @cached_property
    def _by_end(self) -> Mapping[tuple[str, str, str], tuple[Record, ...]]:
        found: dict[tuple[str, str, str], list[Record]] = {}
        for name, records in self.rows.items():
            if load_schema()[name].kind != "relationship":
                continue
            for record in records:
                for end in ("source_id", "target_id"):
                    found.setdefault((name, end, record.text(end)), []).append(record)
        return {key: tuple(value) for key, value in found.items()}

    def get(self, type_name: str, *key: str) -> Record | None:
        """Return the record of `type_name` with this key, or None."""
        return self._index.get((type_name, key))

    def node(self, node_id: str, type_name: str | None = None) -> Record:
        """Return a node.

        Parameters
        ----------
        node_id
            Its id.
        type_name
            The type it must have; any if None.

        Raises
        ------
        UnknownNode
            If no such node exists (the message names near ids) or it has another type.
        """
        record = self.nodes.get(node_id)
        if record is not None and type_name in (None, record.type):
            return record
        candidates = [i for i, r in self.nodes.items() if type_name in (None, r.type)]
        raise _unknown(type_name or "node", node_id, candidates)

    def source(self, source_id: str) -> Record:
        """Return a row of the register of sources or of assumptions.

        Raises
        ------
        UnknownNode
            If neither has the id (the message names near ones).
        """
        record = self.get("sources", source_id) or self.get("assumptions", source_id)
        if record is None:
            candidates = [r.key[0] for name in ("sources", "assumptions") for r in self.rows[name]]
            raise _unknown("source or assumption", source_id, candidates)
        return record

    def outgoing(self, type_name: str, source_id: str) -> tuple[Record, ...]:
        """Return the relationships of a type that leave a node, sorted by key."""
        return self._by_end.get((type_name, "source_id", source_id), ())

    def incoming(self, type_name: str, target_id: str) -> tuple[Record, ...]:
        """Return the relationships of a type that reach a node, sorted by key."""
        return self._by_end.get((type_name, "target_id", target_id), ())

    def replace(self, **tables: Iterable[Record]) -> CareSystem:
        """Return a new system in which the named tables are replaced (not validated again).

        Raises
        ------
        UnknownNode
            If the schema has no type of that name.
        """
        return CareSystem({**self.rows, **tables})

    def with_values(self, values: Mapping[str, float]) -> CareSystem:
        """Return a new system in which some quantities are fixed, graded assumed.

        Parameters
        ----------
        values
            Quantity id to its new value.

        Raises
        ------
        UnknownNode
            If an id names no quantity of the system.
        """
        unknown = sorted(set(values) - set(self.quantities))
        if unknown:
            raise UnknownNode(f"no quantity has the id {', '.join(unknown)}")
        if not values:
            return self
        tables = {name: [_fixed(r, values) for r in records] for name, records in self.rows.items()}
        if self.get("assumptions", SET_FOR_RUN) is None:
            tables["assumptions"].append(Record("assumptions", SET_ASSUMPTION))
        return CareSystem(tables)


def _fixed(record: Record, values: Mapping[str, float]) -> Record:
    changed = {
        name: quantity.with_value(values[record.quantity_id(name)], SET_FOR_RUN)
        for name, quantity in record.quantities()
        if record.quantity_id(name) in values
    }
    if not changed:
        return record
    return Record(record.type, MappingProxyType({**record.values, **changed}))
