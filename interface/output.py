"""Where answers go: one JSON object or CSV on standard output, tables for people, errors on standard error."""

from __future__ import annotations

import csv
import io
import json
import math
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, cast

from rich.console import Console, RenderableType

from graph_schema import StoreError

__all__ = [
    "csv_text",
    "print_csv",
    "print_json",
    "print_table",
    "table_width",
    "without_nan",
    "write_files",
    "write_json",
]

WIDTH = 120  # of a table that goes to a file or another program


def without_nan(value: Any) -> Any:
    """Return a JSON value in which numbers that are not finite are null.

    Examples
    --------
    >>> without_nan({"a": float("nan"), "b": [1.5]})
    {'a': None, 'b': [1.5]}
    """
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(k): without_nan(v) for k, v in cast(Mapping[object, Any], value).items()}
    if isinstance(value, list | tuple):
        return [without_nan(v) for v in cast(Sequence[Any], value)]
    return value


def print_json(content: Mapping[str, Any]) -> None:
    """Print one JSON object on standard output and nothing else."""
    sys.stdout.write(json.dumps(without_nan(content), ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def write_json(path: Path, content: Mapping[str, Any]) -> None:
    """Write one JSON object to a file, whole or not at all.

    Raises
    ------
    StoreError
        If the file cannot be written; what stood there stays.
    """
    whole = json.dumps(without_nan(content), ensure_ascii=False, indent=1, allow_nan=False) + "\n"
    write_files({path: whole.encode("utf-8")})


def write_files(files: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all contents first, under other names, then each to its own.

    Raises
    ------
    StoreError
        If one cannot be written; what stood there stays.
    """
    parts = {path: path.with_name(f".{path.name}.part") for path in files}
    path = Path()
    try:
        for path, content in files.items():
            parts[path].write_bytes(content)
        for path, part in parts.items():
            part.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): check space and rights") from error
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def csv_text(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> str:
    """Return rows as CSV with a header; lists are joined by a vertical bar, absent values are empty.

    Without `columns` they are those of the rows; an answer that may be empty names them.
    """
    columns = columns or list(dict.fromkeys(name for row in rows for name in row))
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_cell(row.get(name)) for name in columns])
    return stream.getvalue()


def print_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
    """Print rows as `csv_text` writes them."""
    sys.stdout.write(csv_text(rows, columns))


def _cell(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, list | tuple):
        return "|".join(str(v) for v in cast(Sequence[Any], value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


def print_table(content: RenderableType) -> None:
    """Print a table or text for people, as wide as the terminal (else COLUMNS, else 120 characters)."""
    Console(soft_wrap=False, highlight=False, width=table_width()).print(content)


def table_width() -> int:
    """Return the characters in a line of a table."""
    console = Console()
    return console.width if console.is_terminal or os.environ.get("COLUMNS") else WIDTH
