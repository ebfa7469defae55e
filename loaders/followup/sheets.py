"""A report's file to raw cells, each with its place: CSV with comma, semicolon or tab, or an Excel workbook."""

from __future__ import annotations

import csv
import io
import warnings
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from graph_schema import Problem, ReportViolation, SettingError, StoreError
from loaders.followup.registry import load_columns

__all__ = ["RawCell", "RawSheet", "read_sheet"]

MAX_FILE_BYTES = 20_000_000
MAX_UNPACKED_BYTES = 200_000_000  # a small workbook may unpack to more than there is memory for
MAX_ROWS = 50_000
HEADER_WITHIN = 15  # rows before the header may hold a title
LEAST_COLUMNS = 3  # of a header that are known
MAX_CELL_CHARACTERS = 10_000
SHEETS = ("rapport", "report")
EXCEL = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class RawCell:
    """One cell: where it stands and what is in it.

    Attributes
    ----------
    file
        Name of the file, for Excel with the sheet.
    row
        Row of a CSV file; None for Excel.
    place
        Column of a CSV file; for Excel the cell as A1 with the column's name.
    value
        Text without blanks at the ends, or a number as the workbook holds it.
    """

    file: str
    row: int | None
    place: str
    value: str | float

    @property
    def is_empty(self) -> bool:
        """Whether nothing stands in the cell."""
        return self.value == ""

    @property
    def text(self) -> str:
        """The content as text; whole numbers without a decimal part."""
        if isinstance(self.value, str):
            return self.value
        return str(int(self.value)) if float(self.value).is_integer() else repr(self.value)

    def problem(self, rule: str, remedy: str) -> Problem:
        """Return what is wrong with the cell."""
        return Problem(self.file, self.row, self.place, None if self.is_empty else self.text, rule, remedy)


@dataclass(frozen=True, slots=True)
class RawSheet:
    """A report as cells: one mapping of column id to cell for each row that is not empty."""

    name: str
    rows: tuple[Mapping[str, RawCell], ...]


def _column_ids() -> Mapping[str, str]:
    """Names by which a column is known, without capitals, to its id."""
    found: dict[str, str] = {}
    for column in load_columns().values():
        for name in (column.id, *column.names.values()):
            found[name.casefold()] = column.id
    return found


def _clean(value: object) -> str:
    return str(value).replace("\u00a0", " ").strip()


def _header(rows: Iterable[Sequence[object]]) -> tuple[int, list[str | None]] | None:
    """Number (from 1) of the header row and the column id of each cell; None for an unknown column."""
    known = _column_ids()
    for number, cells in enumerate(rows, start=1):
        if number > HEADER_WITHIN:
            return None
        ids = [known.get(_clean("" if c is None else c).casefold()) for c in cells]
        if len({i for i in ids if i}) >= LEAST_COLUMNS:
            return number, ids
    return None


def _check_header(ids: Sequence[str | None], row: int, name: str, problems: list[Problem]) -> None:
    remedy = "write a new file with 'randzon followup template --out FILE' and fill that in"
    for column in load_columns().values():
        needed = column.required or column.id == "value"
        if needed and column.id not in ids:
            problems.append(Problem(name, row, column.id, None, "missing column", remedy))
        if ids.count(column.id) > 1:
            problems.append(Problem(name, row, column.id, None, "column stands twice", "remove one"))


def _no_header(name: str) -> Problem:
    columns = ", ".join(load_columns())
    return Problem(name, None, None, None, "no header row found",
                   f"let one of the first {HEADER_WITHIN} rows name the columns ({columns})")  # fmt: skip


def _csv_rows(content: bytes, name: str, problems: list[Problem]) -> list[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        shown = repr(content[error.start : error.start + 1])
        problems.append(Problem(name, line, None, shown, "not UTF-8", "save the file as 'CSV UTF-8'"))
        return []
    head = text.splitlines()[:HEADER_WITHIN]
    found = [d for d in (";", "\t", ",") if (r := _header(csv.reader(head, delimiter=d))) and r[1]]
    limit = csv.field_size_limit(MAX_CELL_CHARACTERS)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=found[0] if found else ",", strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        rule = f"not readable as CSV ({error})"
        remedy = f"close the quotes; a cell holds at most {MAX_CELL_CHARACTERS} characters"
        problems.append(Problem(name, reader.line_num, None, None, rule, remedy))
        return []
    finally:
        csv.field_size_limit(limit)


def _read_csv(content: bytes, name: str, problems: list[Problem]) -> RawSheet:
    lines = _csv_rows(content, name, problems)
    if problems:
        return RawSheet(name, ())
    header = _header(lines)
    if header is None:
        problems.append(_no_header(name))
        return RawSheet(name, ())
    start, ids = header
    _check_header(ids, start, name, problems)
    rows: list[Mapping[str, RawCell]] = []
    for number, cells in enumerate(lines[start:], start=start + 1):
        if not any(map(str.strip, cells)):
            continue
        if any(map(str.strip, cells[len(ids) :])):
            rule = f"{len(cells)} cells under {len(ids)} columns"
            remedy = "put cells that hold the separator in double quotes (also a decimal comma)"
            problems.append(Problem(name, number, None, cells[-1], rule, remedy))
            continue
        full = [*cells, *[""] * (len(ids) - len(cells))]
        rows.append({i: RawCell(name, number, i, _clean(c)) for i, c in zip(ids, full, strict=False) if i})
    return RawSheet(name, tuple(rows))


def _check_unpacked(content: bytes, name: str) -> None:
    """Raise ReportViolation where a workbook says of itself that it unpacks to too much."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return  # said when it is opened
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        size = sum(entry.file_size for entry in archive.infolist())
    if size > MAX_UNPACKED_BYTES:
        rule = f"unpacks to more than {MAX_UNPACKED_BYTES // 1_000_000} MB"
        raise ReportViolation([Problem(name, None, None, None, rule, "look for a runaway sheet; save as CSV UTF-8")])


def _workbook(content: bytes, name: str) -> Any:
    try:
        from openpyxl import load_workbook  # pyright: ignore[reportMissingModuleSource, reportUnknownVariableType]
    except ImportError as error:
        raise SettingError(f"{name}: Excel files need openpyxl; install the extra 'report' or save as CSV") from error
    _check_unpacked(content, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of formats that do not matter for the values
        try:
            return load_workbook(io.BytesIO(content))
        except (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError, IndexError, AttributeError) as error:
            problem = Problem(name, None, None, None, "not readable as an Excel workbook",
                              "open it in Excel and save it as .xlsx, or save it as CSV UTF-8")  # fmt: skip
            raise ReportViolation([problem]) from error


def _excel_value(cell: Any, place: RawCell, problems: list[Problem]) -> RawCell:
    """A cell's content; formulas, dates, truth values and error values are problems."""
    value = cell.value
    plain = "write a number or text"
    wrong = {"f": ("a formula", "paste it as a value"), "d": ("a date", plain), "b": ("a truth value", plain),
             "e": ("an error value", plain)}  # fmt: skip
    if value is None:
        return place
    if cell.data_type in wrong:
        rule, remedy = wrong[cell.data_type]
        problems.append(Problem(place.file, None, place.place, str(value), f"holds {rule}", remedy))
        return place
    if isinstance(value, int | float):
        return RawCell(place.file, None, place.place, float(value))
    return RawCell(place.file, None, place.place, _clean(value))


def _read_excel(content: bytes, name: str, problems: list[Problem]) -> RawSheet:
    book = _workbook(content, name)
    named = [s for s in book.worksheets if str(s.title).casefold() in SHEETS]
    sheets = named or list(book.worksheets)
    headers = {s.title: _header(s.iter_rows(values_only=True, max_row=HEADER_WITHIN)) for s in sheets}
    sheet = next((s for s in sheets if headers[s.title]), None)
    if sheet is None:
        problems.append(_no_header(name))
        return RawSheet(name, ())
    file = f"{name}, sheet {sheet.title}"
    if sheet.max_row > MAX_ROWS:
        problems.append(Problem(file, None, None, None, f"more than {MAX_ROWS} rows", "delete the empty rows below"))
        return RawSheet(file, ())
    header = headers[sheet.title]
    assert header is not None
    start, ids = header
    _check_header(ids, start, file, problems)
    for merged in sheet.merged_cells.ranges:
        if merged.max_row >= start:
            rule = "merged cells: only the first of them holds a value"
            problems.append(Problem(file, None, f"cells {merged.coord}", None, rule, "unmerge and fill every cell"))
    rows: list[Mapping[str, RawCell]] = []
    for cells in sheet.iter_rows(min_row=start + 1, max_col=len(ids)):
        if all(c.value is None or _clean(c.value) == "" for c in cells):
            continue
        pairs = [(i, c) for i, c in zip(ids, cells, strict=False) if i and i not in ("unit", "definition")]
        rows.append({i: _excel_value(c, RawCell(file, None, f"cell {_a1(c)} ({i})", ""), problems) for i, c in pairs})
    return RawSheet(file, tuple(rows))


def _a1(cell: Any) -> str:
    return str(getattr(cell, "coordinate", "?"))


def read_sheet(content: bytes, path: Path, problems: list[Problem]) -> RawSheet:
    """Return the cells of a report.

    Parameters
    ----------
    content
        The file's bytes.
    path
        Its name: ``.xlsx`` is a workbook (sheet *rapport* or *report*, else the first with a header), ``.csv`` or
        ``.txt`` text in UTF-8 with comma, semicolon or tab.
    problems
        What is wrong with the file as such goes here.

    Raises
    ------
    ReportViolation
        If a workbook cannot be opened.
    SettingError
        If the extra that reads Excel is not installed.
    StoreError
        If the kind of file is unknown or it is too large.
    """
    if len(content) > MAX_FILE_BYTES:
        raise StoreError(f"{path} is larger than {MAX_FILE_BYTES // 1_000_000} MB: look for a runaway sheet")
    suffix = path.suffix.casefold()
    if suffix in EXCEL:
        return _read_excel(content, path.name, problems)
    if suffix in (".csv", ".txt"):
        return _read_csv(content, path.name, problems)
    raise StoreError(f"{path}: give a file that ends in .xlsx or .csv; save an older workbook as .xlsx")
