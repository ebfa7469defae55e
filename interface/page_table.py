"""A table of texts that a terminal and an HTML report show alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

__all__ = ["PageTable", "on_terminal"]

LONG = 14  # characters
NARROW_SPACE, NO_BREAK = "\u202f", "\u00a0"


@dataclass(frozen=True)
class PageTable:
    """One table.

    Attributes
    ----------
    id
        Anchor on a page.
    title
        Above it.
    columns
        Headings; the first `texts` columns are texts, the others numbers.
    rows
        Cells as people read them.
    note
        How to read it, one or two sentences; may be empty.
    is_brief
        Whether a terminal shows it without being asked for everything.
    is_on_page
        Whether an HTML page shows it.
    """

    id: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""
    texts: int = 1
    is_brief: bool = False
    is_on_page: bool = True

    @property
    def headings(self) -> tuple[str, ...]:
        """The columns with the line breaks that their texts ask for."""
        return tuple(column.replace("\\n", "\n") for column in self.columns)


def _folded(cell: str) -> Text:
    """A number whose interval stands below it where the two are long; numbers never break inside."""
    shown = cell.replace(" (", "\n(") if len(cell) > LONG else cell
    return Text(shown.replace(NARROW_SPACE, NO_BREAK), no_wrap=True)


def on_terminal(table: PageTable) -> RenderableType:
    """Return a table for the terminal, its note under the title."""
    note = [Text(table.note, style="dim")] if table.note else []
    if not table.rows:
        return Group(Text(table.title, style="bold"), *note, Text())
    shown = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))
    for i, column in enumerate(table.headings):
        is_text = i < table.texts
        shown.add_column(column, overflow="fold", justify="left" if is_text else "right", no_wrap=False)
    for row in table.rows:
        shown.add_row(*(cell if i < table.texts else _folded(cell) for i, cell in enumerate(row)))
    return Group(Text(table.title, style="bold"), *note, shown, Text())
