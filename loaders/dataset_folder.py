"""A dataset folder of CSV files to a care system and back."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from collections.abc import Callable
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from graph_schema import (
    CareSystem,
    Problem,
    Quantity,
    RawRow,
    RawTable,
    Record,
    StoreError,
    TypeSpec,
    assemble,
    format_number,
    load_schema,
)

__all__ = ["load_sweden", "packaged_folder", "read_dataset", "read_table", "write_dataset"]

MAX_FILE_BYTES = 50_000_000
MAX_CELL_CHARACTERS = 100_000
ProgressHook = Callable[[str], None]


def _text(file: Traversable, name: str, problems: list[Problem]) -> str | None:
    try:
        if not file.is_file():  # also a folder, or a pipe that would never end
            remedy = "write the file; a header line is enough"
            problems.append(Problem(name, None, None, None, "missing file", remedy))
            return None
        if isinstance(file, Path) and file.stat().st_size > MAX_FILE_BYTES:
            rule = f"larger than {MAX_FILE_BYTES // 1_000_000} MB"
            problems.append(Problem(name, None, None, None, rule, "look for a runaway cell"))
            return None
        content = file.read_bytes()
    except OSError as error:
        problems.append(Problem(name, None, None, None, f"cannot be read ({error.strerror})", "check the rights"))
        return None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        shown = repr(content[error.start : error.start + 1])
        problems.append(Problem(name, line, None, shown, "not UTF-8", "save the file as UTF-8"))
        return None


def _table(text: str, name: str, problems: list[Problem]) -> RawTable | None:
    limit = csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        header = next(reader, None)
        if not header or not any(map(str.strip, header)):
            problems.append(Problem(name, None, None, None, "empty file", "write at least the header line"))
            return None
        rows: list[RawRow] = []
        for number, cells in enumerate(reader, start=2):
            if not any(map(str.strip, cells)):
                continue
            if len(cells) > len(header):
                rule = f"{len(cells)} cells under {len(header)} columns"
                remedy = "put cells that hold a comma in double quotes"
                problems.append(Problem(name, number, None, cells[-1], rule, remedy))
                continue
            rows.append(RawRow(number, dict(zip(header, cells, strict=False))))
    except csv.Error as error:
        remedy = f"close the quotes; a cell holds at most {MAX_CELL_CHARACTERS} characters"
        problems.append(Problem(name, reader.line_num, None, None, f"not readable as CSV ({error})", remedy))
        return None
    finally:
        csv.field_size_limit(limit)
    repeated = sorted({column for column in header if header.count(column) > 1})
    problems.extend(Problem(name, 1, c, None, "column stands twice", "remove one") for c in repeated)
    return RawTable(name, header, rows)


def read_table(file: Traversable, name: str, problems: list[Problem]) -> RawTable | None:
    """Return the rows of a CSV file as text; what is wrong with it goes to `problems`."""
    text = _text(file, name, problems)
    return None if text is None else _table(text, name, problems)


def read_dataset(folder: Traversable, progress: ProgressHook | None = None) -> CareSystem:
    """Return the validated system that a dataset folder describes.

    Parameters
    ----------
    folder
        Holds one CSV file per type of the schema (UTF-8, comma, decimal point). Files of other names are
        not read. Cells at the end of a row may be left out; blanks round a cell do not count.
    progress
        Called with each file name before it is read.

    Returns
    -------
    CareSystem
        Immutable; its hash does not depend on the order of rows or columns.

    Raises
    ------
    StoreError
        If the folder does not exist.
    SchemaViolation
        If anything in it is wrong; lists all problems at once.
    """
    if not folder.is_dir():
        raise StoreError(f"{folder} is no dataset folder: write one with 'randzon data export {folder}'")
    problems: list[Problem] = []
    tables: dict[str, RawTable] = {}
    for name, spec in load_schema().items():
        if progress is not None:
            progress(spec.file)
        table = read_table(folder.joinpath(*spec.file.split("/")), spec.file, problems)
        if table is not None:
            tables[name] = table
    return assemble(tables, problems)


def packaged_folder() -> Traversable:
    """Return the folder of the packaged Swedish dataset."""
    return resources.files("loaders").joinpath("sweden")


def load_sweden(progress: ProgressHook | None = None) -> CareSystem:
    """Return the packaged Swedish dataset.

    Examples
    --------
    >>> load_sweden().node("nus").text("name_sv")
    'Norrlands universitetssjukhus'
    """
    return read_dataset(packaged_folder(), progress)


def record_cells(spec: TypeSpec, record: Record) -> list[str]:
    """Return a record as the text cells of its CSV row."""
    cells: list[str] = []
    for prop in spec.properties:
        value = record.values.get(prop.name)
        if prop.dtype != "quantity":
            cells.append(_plain_cell(value))
        elif isinstance(value, Quantity):
            numbers = [format_number(n) for n in (value.value, value.low, value.high)]
            cells.extend([*numbers, value.unit, value.grade, value.source])
        else:
            cells.extend([""] * len(prop.columns))
    return cells


def _plain_cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return format_number(value)
    return str(value)


def _write_tables(system: CareSystem, folder: Path) -> None:
    for name, spec in load_schema().items():
        path = folder.joinpath(*spec.file.split("/"))
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, lineterminator="\n")
            writer.writerow(spec.columns)
            writer.writerows(record_cells(spec, record) for record in system.rows[name])


def write_dataset(system: CareSystem, folder: Path) -> None:
    """Write a system as a dataset folder, wholly or not at all.

    The folder is written beside its place, read back, compared by hash and only then given its name.

    Parameters
    ----------
    system
        The system.
    folder
        A path that does not exist yet, or an empty folder; its parent exists.

    Raises
    ------
    StoreError
        If `folder` holds something already or cannot be written, or if the system, changed by hand, holds
        text that a folder cannot give back as it is.
    SchemaViolation
        If the system, changed by hand, breaks the schema.
    """
    parent = folder.absolute().parent
    try:
        _check_free(folder, parent)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
        try:
            _write_tables(system, temporary)
            _check_same(system, temporary)
            temporary.chmod(0o755)
            _move(temporary, folder)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
    except StoreError:
        raise
    except OSError as error:
        reason = error.strerror or error
        raise StoreError(f"{folder} cannot be written ({reason}): check space and rights") from error
    except UnicodeEncodeError as error:
        raise StoreError(f"{folder} cannot be written ({error.reason}): write the text anew") from error


def _check_free(folder: Path, parent: Path) -> None:
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise StoreError(f"{folder} exists and is not an empty folder: choose another path")
    if not parent.is_dir():
        raise StoreError(f"{parent} does not exist: make it first")


def _check_same(system: CareSystem, written: Path) -> None:
    if read_dataset(written).content_hash != system.content_hash:
        raise StoreError("the system holds text that is not normalised: make it with graph_schema.assemble")


def _move(temporary: Path, folder: Path) -> None:
    """Give the finished folder its name; where that fails, what stood there stands again."""
    was_there = folder.exists()
    if was_there:
        folder.rmdir()
    try:
        temporary.rename(folder)
    except OSError:
        if was_there:
            folder.mkdir()
        raise
