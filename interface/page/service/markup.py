"""Tables to HTML that eyes, keyboard and screen readers can use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["DETAIL", "HtmlTable", "TableColumn", "styles", "table_markup"]

DATE = re.compile(r"\d{4}-\d\d-\d\d")  # is not broken into lines
DETAIL = "detail"  # key of what is said over the whole width below a row


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: key in the rows, heading, whether its cells are numbers."""

    key: str
    heading: str
    is_number: bool = False


@dataclass(frozen=True)
class HtmlTable:
    """Rows of ready text in groups, with a caption.

    Attributes
    ----------
    caption
        What the table shows.
    columns
        Those without any value are left out.
    groups
        Name of a group (empty: not named) to its rows; column key, and `DETAIL`, to text.
    """

    caption: str
    columns: Sequence[TableColumn]
    groups: Mapping[str, Sequence[Mapping[str, str]]]


def _cells(row: Mapping[str, str], columns: Sequence[TableColumn]) -> str:
    found: list[str] = []
    for number, column in enumerate(columns):
        value = escape(row.get(column.key, "")).replace("\n", "<br>")
        if number == 0:
            found.append(f'<th scope="row">{value}</th>')
        else:
            kind = "number" if column.is_number else "date" if DATE.fullmatch(value) else "words"
            found.append(f'<td class="{kind}">{value}</td>')
    return "".join(found)


def _line(row: Mapping[str, str], columns: Sequence[TableColumn]) -> str:
    detail = escape(row.get(DETAIL, "")).replace("\n", "<br>")
    below = f'<tr class="detail"><td colspan="{len(columns)}">{detail}</td></tr>' if detail else ""
    return f"<tr>{_cells(row, columns)}</tr>{below}"


def table_markup(table: HtmlTable) -> str:
    """Return a table as HTML, in a region that scrolls sideways by keyboard too."""
    rows = [row for group in table.groups.values() for row in group]
    columns = [c for c in table.columns if any(row.get(c.key) for row in rows)]
    head = "".join(
        f'<th scope="col" class="{"number" if c.is_number else "words"}">{escape(c.heading)}</th>' for c in columns
    )
    bodies: list[str] = []
    for name, members in table.groups.items():
        title = f'<tr class="group"><th scope="rowgroup" colspan="{len(columns)}">{escape(name)}</th></tr>'
        lines = "".join(_line(row, columns) for row in members)
        bodies.append(f"<tbody>{title if name else ''}{lines}</tbody>")
    caption = escape(table.caption)
    return (
        f'<div class="randzon" tabindex="0" role="region" aria-label="{escape(table.caption, quote=True)}">'
        f"<table><caption>{caption}</caption><thead><tr>{head}</tr></thead>{''.join(bodies)}</table></div>"
    )


def styles() -> str:
    """Return the style of tables and pictures on the page; also for print."""
    return """<style>
.randzon { overflow-x: auto; }
.randzon:focus-visible { outline: 3px solid #1b1b1b; outline-offset: 2px; }
.randzon table { border-collapse: collapse; font-size: 0.9rem; color: #1b1b1b; }
.randzon caption { text-align: left; caption-side: top; padding: 0.3rem 0; color: #4a4a4a; }
.randzon th, .randzon td { text-align: left; font-weight: normal; vertical-align: top; padding: 0.25rem 0.9rem 0.25rem
  0.2rem; border: 0; }
.randzon thead th { font-weight: bold; border-bottom: 1px solid #8a8a8a; }
.randzon .group th { font-weight: bold; padding-top: 0.8rem; border-bottom: 1px solid #d5d5d5; }
.randzon th.number, .randzon td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.randzon thead th.number { white-space: normal; }
.randzon td.date { white-space: nowrap; }
.randzon tbody tr:not(.group) > * { border-top: 1px solid #e4e4e0; }
.randzon tbody tr.detail > td { border-top: 0; color: #4a4a4a; font-size: 0.8rem; padding-top: 0; }
.randzon-page h3 { font-size: 1.1rem; padding: 1rem 0 0.3rem; }
.randzon-page p { margin: 0 0 0.6rem; max-width: 60rem; }
.randzon-page p.remark { color: #4a4a4a; font-size: 0.9rem; }
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] p {
  color: #4a4a4a !important; opacity: 1 !important; }
.randzon caption.unseen { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); padding: 0; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 60rem); gap: 0.15rem 0.9rem; font-size: 0.9rem;
  margin: 0 0 0.8rem; padding: 0; }
.facts dt { color: #4a4a4a; margin: 0; padding: 0; }
.facts dd { margin: 0; padding: 0; }
.sources { font-size: 0.9rem; max-width: 60rem; }
.sources code { font-size: 0.8rem; color: inherit; background: none; padding: 0; }
[data-testid="InputInstructions"] { display: none; }
.randzon img { max-width: 100%; height: auto; }
@media print { section[data-testid="stSidebar"], header, button { display: none !important; }
  .randzon { overflow: visible; }
  .randzon tr, .randzon img { break-inside: avoid; }
  .randzon tr.group { break-after: avoid; }
  .randzon tr.detail { break-before: avoid; }
  .randzon img { max-height: 25cm; }
  h1, h2, h3, .randzon caption { break-after: avoid; } }
</style>"""
