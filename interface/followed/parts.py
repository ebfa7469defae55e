"""A table of words with its place on a page; as HTML on a page, as CSV in a file: the same cells."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interface.numbers import MINUS, NARROW_SPACE
from interface.page.service.markup import HtmlTable, TableColumn, table_markup
from interface.texts import Language, text

__all__ = ["Part", "columns_of", "csv_bytes", "markup_of"]

Cells = Mapping[str, str]
MARK = "\ufeff"  # by which Excel knows UTF-8


@dataclass(frozen=True)
class Part:
    """A table.

    Attributes
    ----------
    name
        Of its file and anchor.
    title
        Heading and caption.
    columns
        Those without any value are left out.
    rows
        Column key to text as people read it.
    note
        How to read it; may be empty.
    empty
        What is said where there is no row.
    group
        Column whose values head groups of rows on a page; none if empty.
    """

    name: str
    title: str
    columns: Sequence[TableColumn]
    rows: Sequence[Cells]
    note: str = ""
    empty: str = ""
    group: str = ""


def columns_of(lang: Language, *keys: str, numbers: Sequence[str] = ()) -> list[TableColumn]:
    """Return columns whose headings are the texts of their keys."""
    return [TableColumn(k, text(k, lang).replace("\\n", " "), k in numbers) for k in keys]


def markup_of(part: Part) -> str:
    """Return a table as HTML; nothing where it has no rows."""
    if not part.rows:
        return ""
    groups: dict[str, list[Cells]] = {}
    for row in part.rows:
        groups.setdefault(row.get(part.group, ""), []).append(row)
    columns = [c for c in part.columns if c.key != part.group]
    return table_markup(HtmlTable(part.title, columns, groups))


def csv_bytes(part: Part, lang: Language) -> bytes:
    """Return the cells of a table as CSV, as a spreadsheet of the language reads them.

    Swedish: semicolon and decimal comma; English: comma and decimal point. Thousands are not parted, and the file holds
    what the table holds and nothing more.
    """
    shown = [c for c in part.columns if any(r.get(c.key) for r in part.rows)] or list(part.columns)
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, delimiter=";" if lang == "sv" else ",", lineterminator="\r\n")
    writer.writerow([c.heading for c in shown])
    for row in part.rows:
        writer.writerow([_plain(row.get(c.key, "")) for c in shown])
    return (MARK + stream.getvalue()).encode("utf-8")


def _plain(words: str) -> str:
    """A cell without spaces inside numbers; a text that a spreadsheet would reckon with is marked as text."""
    found = words.replace(NARROW_SPACE, "").replace(MINUS, "-").replace("\n", " ")
    is_number = found[:1] in {"+", "-"} and found[1:2].isdigit()
    return f"'{found}" if found[:1] in {"=", "+", "-", "@"} and not is_number else found
