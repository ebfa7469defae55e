"""Tables to HTML that eyes, keyboard and screen readers can use."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Self

__all__ = ["DETAIL", "HtmlTable", "Linked", "TableColumn", "styles", "table_markup"]

DATE = re.compile(r"\d{4}-\d\d-\d\d")  # is not broken into lines
DETAIL = "detail"  # key of what is said over the whole width below a row


class Linked(str):
    """The text of a cell that is a link.

    Parameters
    ----------
    words
        The text.
    address
        Of `interface.page.addresses.page_address`, or ``?node=…`` for the same page.

    Examples
    --------
    >>> cell = Linked("HOCM", "?node=hocm")
    >>> cell, cell.address
    ('HOCM', '?node=hocm')
    """

    __slots__ = ("address",)
    address: str

    def __new__(cls, words: str, address: str) -> Self:
        """Return the text with its address."""
        found = super().__new__(cls, words)
        found.address = address
        return found

    def __reduce__(self) -> tuple[type[Linked], tuple[str, str]]:
        """Return what it is made anew of, where it is copied or kept."""
        return Linked, (str(self), self.address)


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: key in the rows, heading, whether its cells are numbers, whether they stay on one line."""

    key: str
    heading: str
    is_number: bool = False
    is_short: bool = False


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
    is_headed
        Whether a heading above says the same as the caption, which then is for screen readers alone.
    """

    caption: str
    columns: Sequence[TableColumn]
    groups: Mapping[str, Sequence[Mapping[str, str]]]
    is_headed: bool = False


def _content(cell: str) -> str:
    shown = escape(cell).replace("\n", "<br>")
    return f'<a href="{escape(cell.address, quote=True)}">{shown}</a>' if isinstance(cell, Linked) else shown


def _cells(row: Mapping[str, str], columns: Sequence[TableColumn]) -> str:
    found: list[str] = []
    for number, column in enumerate(columns):
        value = _content(row.get(column.key, ""))
        if number == 0:
            short = ' class="short"' if column.is_short else ""
            found.append(f'<th scope="row"{short}>{value}</th>')
            continue
        is_short = column.is_short or DATE.fullmatch(value) is not None
        kind = "number" if column.is_number else "short" if is_short else "words"
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
    unseen = ' class="unseen"' if table.is_headed else ""
    caption = f"<caption{unseen}>{escape(table.caption)}</caption>"
    return (
        f'<div class="randzon" tabindex="0" role="region" aria-label="{escape(table.caption, quote=True)}">'
        f"<table>{caption}<thead><tr>{head}</tr></thead>{''.join(bodies)}</table></div>"
    )


def styles() -> str:
    """Return the style of tables and pictures on the page; also for print."""
    return """<style>
.randzon { overflow-x: auto; margin-bottom: 0.8rem; }
.randzon:focus-visible { outline: 3px solid #1b1b1b; outline-offset: 2px; }
.randzon table { border-collapse: collapse; font-size: 0.9rem; color: #1b1b1b; }
.randzon caption { text-align: left; caption-side: top; padding: 0.3rem 0; color: #4a4a4a; }
.randzon caption.unseen { position: absolute; width: 1px; height: 1px; padding: 0; overflow: hidden;
  clip-path: inset(50%); }
.randzon th, .randzon td { text-align: left; font-weight: normal; vertical-align: top; padding: 0.25rem 0.9rem 0.25rem
  0.2rem; border: 0; }
.randzon thead th { font-weight: bold; border-bottom: 1px solid #8a8a8a; }
.randzon .group th { font-weight: bold; padding-top: 0.8rem; border-bottom: 1px solid #d5d5d5; }
.randzon th.number, .randzon td.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.randzon th.short, .randzon td.short { white-space: nowrap; }
.randzon a { color: #00598c; text-decoration: underline; }
.randzon svg a { text-decoration: none; cursor: pointer; }
.randzon svg a:focus-visible { outline: 3px solid #1b1b1b; outline-offset: 2px; }
.randzon tbody th[scope="row"] { min-width: 8rem; }
.randzon tbody th.short[scope="row"] { min-width: 0; }
[data-testid="stMain"] [data-testid="stPageLink-NavLink"] p { color: #00598c; text-decoration: underline; }
.randzon-screen { color: #4a4a4a; font-size: 0.9rem; }
.randzon thead th.number { white-space: normal; }
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
.randzon-page h4 { font-size: 1rem; padding: 0.8rem 0 0.2rem; }
@media print {
  @page { size: A4; margin: 15mm; }
  section[data-testid="stSidebar"], header, button, [data-testid="stToolbar"], [data-testid="stSelectbox"],
  [data-testid="stMultiSelect"], [data-testid="stRadio"], [data-testid="stCheckbox"], [data-testid="stDateInput"],
  [data-testid="stNumberInput"], [data-testid="stTextInput"], [data-testid="stTextArea"], [data-testid="stPageLink"],
  [data-testid="stExpander"], [data-testid="stFileUploader"], [data-testid="stDownloadButton"],
  [data-testid="stButton"], [data-testid="stBottom"], [data-testid="stDecoration"] { display: none !important; }
  .stApp, .stAppViewContainer, [data-testid="stAppViewContainer"], [data-testid="stMain"], .stMain {
    position: static !important; display: block !important; height: auto !important; overflow: visible !important;
    width: auto !important; }
  [data-testid="stMainBlockContainer"] { padding: 0 !important; max-width: none !important; }
  [data-testid="stVerticalBlock"] { display: block !important; }
  .randzon-screen { display: none; }
  .randzon { overflow: visible; }
  .randzon a { color: inherit; text-decoration: none; }
  .randzon table { font-size: 9pt; }
  .randzon tr, .randzon img, .randzon svg, .randzon-page p, .randzon-page li { break-inside: avoid; }
  .randzon tr:has(+ tr.detail), .randzon tr.group, .randzon caption { break-after: avoid; }
  h1, h2, h3, h4 { break-after: avoid; }
  .randzon tr.detail { break-before: avoid; }
  .randzon img, .randzon > svg { max-height: 25cm; max-width: 100% !important; min-width: 0 !important; }
  .randzon-break { break-before: page; }
}
</style>"""
