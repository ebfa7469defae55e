"""A care system to a plain mapping and back, so that a saved result can carry its own system."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_schema import CareSystem, RawRow, RawTable, assemble, load_schema
from loaders.dataset_folder import record_cells

__all__ = ["raw_tables", "system_from_mapping", "system_to_mapping"]


def system_to_mapping(system: CareSystem) -> dict[str, Any]:
    """Return the rows of a system as text cells, ready for JSON.

    Returns
    -------
    dict
        File name to a list of rows; the first row is the header.
    """
    return {
        spec.file: [list(spec.columns), *(record_cells(spec, r) for r in system.rows[name])]
        for name, spec in load_schema().items()
    }


def raw_tables(content: Mapping[str, Any]) -> dict[str, RawTable]:
    """Return the raw tables of a content that `system_to_mapping` wrote."""
    tables: dict[str, RawTable] = {}
    for name, spec in load_schema().items():
        rows = content.get(spec.file)
        if rows:
            header, *cells = rows
            numbered = [RawRow(i, dict(zip(header, row, strict=True))) for i, row in enumerate(cells, start=2)]
            tables[name] = RawTable(spec.file, header, numbered)
    return tables


def system_from_mapping(content: Mapping[str, Any]) -> CareSystem:
    """Return the system that `system_to_mapping` wrote.

    Raises
    ------
    SchemaViolation
        If the content does not validate.
    """
    return assemble(raw_tables(content))
