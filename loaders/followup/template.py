"""Report templates as CSV or Excel: one row a measure with its definition beside the cell to fill in."""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from graph_schema import CareSystem, SettingError, StoreError
from loaders.followup.registry import Column, Measure, Template, load_columns, load_measures
from loaders.followup.report_rows import ReportRow

__all__ = ["template_rows", "write_template"]

Language = Literal["sv", "en"]
SHEET = {"sv": "rapport", "en": "report"}
LISTS = {"sv": "Listor", "en": "Lists"}
EXPLAINED = {"sv": "Läs först", "en": "Read first"}
WIDTHS = {"definition": 70, "note": 30, "value": 14, "area": 24, "hospital": 24, "measure": 28, "subject": 24}
EMPTY_ROWS = 200  # below the ready rows in which Excel offers the lists
LISTED = {"area": "CareArea", "hospital": "Hospital", "home_region": "Region", "subject": "Competence"}
INTRO = {
    "sv": (
        "Fyll i kolumnen Värde. Tom cell = inte rapporterat; 0 = noll.",
        "Ett mått kan stå på flera rader: kopiera raden och fyll i hemregion, kön, ålder eller månad.",
        "Decimalkomma eller decimalpunkt går lika bra, men bara det ena i en fil. Inga mellanrum mellan tusental.",
        "Slå inte samman celler. Skriv inget om enskilda patienter.",
        "Läs in filen med: randzon followup import FIL --by NAMN",
    ),
    "en": (
        "Fill in the column Value. An empty cell = not reported; 0 = zero.",
        "A measure may stand in several rows: copy the row and fill in home region, sex, age or month.",
        "A decimal comma or a decimal point will do, but only one of them in a file. No blanks between thousands.",
        "Do not merge cells. Write nothing about single patients.",
        "Take the file in with: randzon followup import FILE --by NAME",
    ),
}


def _columns(template: Template) -> list[Column]:
    return [c for c in load_columns().values() if c.template in ("both", template)]


def _describe(measure: Measure, lang: Language) -> str:
    words = {"sv": " (kan delas på ", "en": " (may be divided by "}[lang]
    names = ", ".join(load_columns()[b].names[lang].lower() for b in measure.breakdowns)
    return measure.definitions[lang] + (f"{words}{names})" if names else "")


def template_rows(
    template: Template,
    lang: Language = "sv",
    filled: Sequence[ReportRow] = (),
    given: Mapping[str, Any] | None = None,
) -> list[dict[str, Any]]:
    """Return the rows of a template: one a measure, or those already filled.

    Parameters
    ----------
    template
        ``permit``: the yearly report of a permit; ``adjacent``: adjacent care, any hospital, competences.
    lang
        Of names and definitions.
    filled
        Rows to write out instead of empty ones.
    given
        Cells that stand in every empty row: column to value.

    Examples
    --------
    >>> template_rows("permit")[0]["measure"]
    'Patienter'
    """
    if filled:
        rows = [{**row.to_mapping(), "measure": row.measure} for row in filled]
        rows = [{**r, "value": "withdrawn" if r["value"] is None else r["value"]} for r in rows]
    else:
        wanted = [m for m in load_measures().values() if m.template == template]
        rows = [
            {k: v for k, v in (given or {}).items() if k != "area" or m.subject != "competence"} | {"measure": m.id}
            for m in wanted
        ]
    found: list[dict[str, Any]] = []
    for row in rows:
        measure = load_measures()[str(row["measure"])]
        words = {"measure": measure.names[lang], "unit": measure.units[lang], "definition": _describe(measure, lang)}
        found.append({**row, **words})
    return found


def _csv_bytes(columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], lang: Language) -> bytes:
    """Semicolon and byte order mark, as Swedish Excel writes and reads it."""
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    writer.writerow([c.names[lang] for c in columns])
    for row in rows:
        writer.writerow([row.get(c.id, "") for c in columns])
    return stream.getvalue().encode("utf-8-sig")


def _listed(system: CareSystem, type_name: str) -> list[tuple[str, str]]:
    return [(r.key[0], r.text("name_sv")) for r in system.rows[type_name]]


def _add_lists(book: Any, sheet: Any, columns: Sequence[Column], system: CareSystem, lang: Language) -> None:
    from openpyxl.styles import Font  # pyright: ignore[reportMissingModuleSource]
    from openpyxl.utils import get_column_letter  # pyright: ignore[reportMissingModuleSource]
    from openpyxl.worksheet.datavalidation import DataValidation  # pyright: ignore[reportMissingModuleSource]

    lists: Any = book.create_sheet(LISTS[lang])
    by_id = {c.id: number for number, c in enumerate(columns, start=1)}
    for number, (column, type_name) in enumerate(LISTED.items()):
        if column not in by_id:
            continue
        entries = _listed(system, type_name)
        at = 2 * number + 1
        lists.cell(1, at, load_columns()[column].names[lang] if column != "subject" else
                   {"sv": "Kompetens", "en": "Competence"}[lang]).font = Font(bold=True)  # fmt: skip
        lists.cell(1, at + 1, "id").font = Font(bold=True)
        for row, (node, name) in enumerate(entries, start=2):
            lists.cell(row, at, name)
            lists.cell(row, at + 1, node)
        letter, here = get_column_letter(at), get_column_letter(by_id[column])
        lists.column_dimensions[letter].width = 40
        if column == "subject":
            continue
        source = f"'{LISTS[lang]}'!${letter}$2:${letter}${len(entries) + 1}"
        rule: Any = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=False)
        sheet.add_data_validation(rule)
        rule.add(f"{here}2:{here}{sheet.max_row + EMPTY_ROWS}")


def _add_explanation(book: Any, columns: Sequence[Column], lang: Language) -> None:
    from openpyxl.styles import Alignment, Font  # pyright: ignore[reportMissingModuleSource]

    sheet: Any = book.create_sheet(EXPLAINED[lang])
    for line in INTRO[lang]:
        sheet.append([line])
    sheet.append([])
    for column in columns:
        sheet.append([column.names[lang], column.definitions[lang]])
        sheet.cell(sheet.max_row, 1).font = Font(bold=True)
        sheet.cell(sheet.max_row, 2).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 24, 90


def _excel_bytes(
    columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], system: CareSystem, lang: Language
) -> bytes:
    try:
        from openpyxl import Workbook  # pyright: ignore[reportMissingModuleSource, reportUnknownVariableType]
        from openpyxl.comments import Comment  # pyright: ignore[reportMissingModuleSource]
        from openpyxl.styles import Alignment, Font, PatternFill  # pyright: ignore[reportMissingModuleSource]
    except ImportError as error:
        raise SettingError("an Excel template needs openpyxl: install the extra 'report' or write .csv") from error
    book: Any = Workbook()
    sheet: Any = book.active
    sheet.title = SHEET[lang]
    sheet.append([c.names[lang] for c in columns])
    for row in rows:
        sheet.append([row.get(c.id) for c in columns])
    for number, column in enumerate(columns, start=1):
        head: Any = sheet.cell(1, number)
        head.font, head.fill = Font(bold=True), PatternFill("solid", fgColor="DDE6F0")
        head.comment = Comment(column.definitions[lang], "Randzon")
        sheet.column_dimensions[head.column_letter].width = WIDTHS.get(column.id, 12)
        for (cell,) in sheet.iter_rows(min_row=2, min_col=number, max_col=number):
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if column.id == "value":
                cell.fill = PatternFill("solid", fgColor="FFF7D6")
            if isinstance(cell.value, str):
                cell.data_type = "s"  # a text that begins with = is no formula
    sheet.freeze_panes = "A2"
    _add_lists(book, sheet, columns, system, lang)
    _add_explanation(book, columns, lang)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def write_template(
    path: Path,
    template: Template,
    system: CareSystem,
    lang: Language = "sv",
    filled: Sequence[ReportRow] = (),
    given: Mapping[str, Any] | None = None,
) -> None:
    """Write a template, wholly or not at all.

    Parameters
    ----------
    path
        Ends in ``.xlsx`` or ``.csv``; an existing file is not replaced.
    template, lang, filled, given
        As `template_rows`.
    system
        Names for the lists of the workbook.

    Raises
    ------
    SettingError
        If the ending is another, or the extra that writes Excel is not installed.
    StoreError
        If the file exists or cannot be written.
    """
    suffix = path.suffix.casefold()
    if suffix not in (".xlsx", ".csv"):
        raise SettingError(f"--out {path}: let the file end in .xlsx or .csv")
    if path.exists():
        raise StoreError(f"{path} exists already: choose another name, so that nothing filled in is lost")
    columns, rows = _columns(template), template_rows(template, lang, filled, given)
    content = _csv_bytes(columns, rows, lang) if suffix == ".csv" else _excel_bytes(columns, rows, system, lang)
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", dir=path.absolute().parent)
        temporary = Path(name)
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): check folder, space and rights") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
