"""Plain tables of rows for the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from interface.texts import Language, text

__all__ = ["plain_table"]


def plain_table(
    title: str | None, rows: Sequence[Mapping[str, Any]], lang: Language, columns: Sequence[str] | None = None
) -> Table:
    """Return rows as a table; columns without any value are left out.

    Parameters
    ----------
    title
        Above it, or None.
    rows
        Column to value; None shows as nothing.
    lang
        Of the column names.
    columns
        Which ones and in which order; all if None.
    """
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    present = list(dict.fromkeys(name for row in rows for name in row if row[name] not in (None, "")))
    shown = [c for c in columns or present if c in present]
    numeric = {c for c in shown if all(isinstance(r.get(c), int | float) or r.get(c) in (None, "") for r in rows)}
    for name in shown:
        table.add_column(
            text(name, lang).replace("\\n", "\n"), overflow="fold", justify="right" if name in numeric else "left"
        )
    for row in rows:
        table.add_row(*("" if row.get(c) is None else str(row[c]) for c in shown))
    return table
