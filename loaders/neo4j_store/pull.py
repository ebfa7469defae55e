"""A version in the database back to the care system that was pushed, checked by its hash."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graph_schema import CareSystem, RawRow, RawTable, SchemaViolation, StoreError, assemble, load_schema
from loaders.neo4j_store.connection import Database
from loaders.neo4j_store.layout import cells_of, rows_statement
from loaders.neo4j_store.versions import Version

__all__ = ["pull"]

Progress = Callable[[int, int], None]


def _cells(name: str, rows: list[dict[str, Any]]) -> list[dict[str, str]]:
    spec = load_schema()[name]
    found: list[dict[str, str]] = []
    for row in rows:
        properties: dict[str, Any] = row.pop("properties")
        found.append(cells_of(spec, {**properties, **row}))
    return found


def pull(database: Database, version: Version, progress: Progress | None = None) -> CareSystem:
    """Return the system of a version.

    Parameters
    ----------
    database
        Of `open_database`.
    version
        Of `find_version`.
    progress
        Called with (types read, in all).

    Returns
    -------
    CareSystem
        Validated; its content hash is the version's.

    Raises
    ------
    StoreError
        If the database cannot be read, or somebody changed the version in it.
    """
    schema = load_schema()
    tables: dict[str, RawTable] = {}
    for number, (name, spec) in enumerate(schema.items()):
        if progress is not None:
            progress(number, len(schema))
        rows = _cells(name, database.read(rows_statement(spec), version=version.version))
        tables[name] = RawTable(spec.file, spec.columns, [RawRow(i, row) for i, row in enumerate(rows, start=2)])
    changed = (
        f"version {version.short} is not what was pushed: somebody changed or removed it in the database. Remove it "
        f"('randzon neo4j prune --version {version.short}') and push it again"
    )
    try:
        system = assemble(tables)
    except SchemaViolation as violation:
        raise StoreError(f"{changed}. {violation}") from violation
    if system.content_hash != version.version:
        raise StoreError(changed)
    return system
