"""A floor profile of one's own in the place of the dataset's."""

from __future__ import annotations

from pathlib import Path

from graph_schema import CareSystem, Problem, SchemaViolation, assemble
from loaders.dataset_folder import read_table
from loaders.portable import raw_tables, system_to_mapping

__all__ = ["with_floors"]


def with_floors(system: CareSystem, file: Path) -> CareSystem:
    """Return the system with the floors of a CSV file instead of its own; the system itself is not changed.

    Parameters
    ----------
    system
        A validated system.
    file
        Columns as ``floors.csv`` of a dataset; sources by their id.

    Raises
    ------
    SchemaViolation
        If the file is missing or a row is wrong; lists all problems.
    """
    problems: list[Problem] = []
    tables = raw_tables(system_to_mapping(system))
    table = read_table(file, file.name, problems)
    if table is None:
        raise SchemaViolation(problems)
    tables["floors"] = table
    return assemble(tables, problems)
