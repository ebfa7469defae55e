"""What changed between two datasets, row by row and property by property."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from graph_schema import CareSystem, Quantity, Record, load_schema

__all__ = ["diff_systems"]

Row = dict[str, Any]
# As in the columns of the CSV files.
PARTS = {"": "value", "_low": "low", "_high": "high", "_unit": "unit", "_grade": "grade", "_source": "source"}


def _row(change: str, record: Record, name: str | None = None, before: object = None, after: object = None) -> Row:
    return {
        "change": change,
        "type": record.type,
        "key": list(record.key),
        "property": name,
        "from": before,
        "to": after,
        "grade_from": None,
        "grade_to": None,
    }


def _quantity_rows(record: Record, name: str, before: Quantity, after: Quantity) -> Iterator[Row]:
    for suffix, part in PARTS.items():
        old, new = getattr(before, part), getattr(after, part)
        if old != new:
            grades = {"grade_from": before.grade, "grade_to": after.grade}
            yield _row("changed", record, name + suffix, old, new) | grades


def _plain(value: object) -> object:
    return value.value if isinstance(value, Quantity) else value


def _changes(before: Record, after: Record) -> Iterator[Row]:
    for spec in before.spec.properties:
        old, new = before.values.get(spec.name), after.values.get(spec.name)
        if old == new:
            continue
        if isinstance(old, Quantity) and isinstance(new, Quantity):
            yield from _quantity_rows(before, spec.name, old, new)
            continue
        grades = {
            "grade_from": old.grade if isinstance(old, Quantity) else None,
            "grade_to": new.grade if isinstance(new, Quantity) else None,
        }
        yield _row("changed", before, spec.name, _plain(old), _plain(new)) | grades


def _type_rows(a: CareSystem, b: CareSystem, name: str) -> tuple[list[Row], dict[str, int]]:
    before = {record.key: record for record in a.rows[name]}
    after = {record.key: record for record in b.rows[name]}
    added = [_row("added", after[key]) for key in sorted(after.keys() - before.keys())]
    removed = [_row("removed", before[key]) for key in sorted(before.keys() - after.keys())]
    shared = sorted(before.keys() & after.keys())
    altered = [rows for key in shared if (rows := list(_changes(before[key], after[key])))]
    counts = {"added": len(added), "removed": len(removed), "changed": len(altered)}
    return [*removed, *added, *(row for rows in altered for row in rows)], counts


def diff_systems(a: CareSystem, b: CareSystem) -> dict[str, Any]:
    """Return what changed from one dataset to another.

    Parameters
    ----------
    a, b
        The dataset before and the dataset after.

    Returns
    -------
    dict
        ``hash_a``, ``hash_b``, ``same`` (whether the two hashes are equal); ``counts``: type → rows ``added``,
        ``removed``, ``changed``, for types with a difference; ``rows``, in the order of the schema: ``change``,
        ``type``, ``key`` (list of texts), ``property``, ``from``, ``to``, ``grade_from``, ``grade_to``. A quantity
        that differs has one row for each of its columns that differs (``x``, ``x_low``, …), each with the grade
        before and after; one that came or went has a single row with its value. Properties are None for rows added
        or removed.

    Examples
    --------
    >>> diff_systems(CareSystem({}), CareSystem({}))["rows"]
    []
    """
    counts: dict[str, dict[str, int]] = {}
    rows: list[Row] = []
    for name in load_schema():
        found, numbers = _type_rows(a, b, name)
        if found:
            rows.extend(found)
            counts[name] = numbers
    return {
        "hash_a": a.content_hash,
        "hash_b": b.content_hash,
        "same": a == b,
        "counts": counts,
        "rows": rows,
    }
