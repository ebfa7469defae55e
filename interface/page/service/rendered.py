"""What a command prints for people, to HTML with the same words: paragraphs, headings and real tables."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import cast

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.panel import Panel
from rich.table import Column, Table
from rich.text import Text
from rich.tree import Tree

from interface.page.service.markup import HtmlTable, TableColumn, table_markup

__all__ = ["rendered_markup"]


def _plain(value: object) -> str:
    if isinstance(value, Text):
        return value.plain
    if isinstance(value, str):
        return Text.from_markup(value).plain
    raise TypeError(f"a cell holds {type(value).__name__}: give text")


def _words(content: Text) -> str:
    """Paragraphs; a whole text in bold is a heading, a dim one a remark."""
    style = str(content.style)
    if not content.plain.strip():
        return ""
    if "bold" in style and "\n" not in content.plain.strip():
        return f"<h3>{escape(content.plain.strip())}</h3>"
    kind = ' class="remark"' if "dim" in style else ""
    blocks = (block.strip("\n") for block in content.plain.split("\n\n"))
    return "".join(f"<p{kind}>{escape(b).replace(chr(10), '<br>')}</p>" for b in blocks if b.strip())


def _heading(column: Column) -> str:
    return " ".join(_plain(column.header).split())


def _is_group(cells: list[str]) -> bool:
    return len(cells) > 1 and bool(cells[0].strip()) and not any(c.strip() for c in cells[1:])


def _table(table: Table, heading: str) -> str:
    title = " ".join(_plain(table.title).split()) if table.title is not None else heading
    columns = [
        TableColumn(str(i), _heading(c), is_number=c.justify == "right") for i, c in enumerate(table.columns)
    ]  # fmt: skip
    groups: dict[str, list[dict[str, str]]] = {}
    name = ""
    for cells in zip(*([_plain(c) for c in column.cells] for column in table.columns), strict=True):
        found = list(cells)
        if _is_group(found):
            name = found[0].strip()
        else:
            groups.setdefault(name, []).append({str(i): c.strip() for i, c in enumerate(found)})
    is_headed = table.title is None and bool(heading)
    shown = HtmlTable(title, columns, groups, is_headed)
    return table_markup(shown) if table.row_count else ""  # headings alone tell nothing


def _branches(tree: Tree) -> str:
    """The branches of a tree as nested lists."""
    items = "".join(f"<li>{escape(_plain(child.label))}{_branches(child)}</li>" for child in tree.children)
    return f"<ul>{items}</ul>" if items else ""


def _tree(tree: Tree) -> str:
    return f"<p>{escape(_plain(tree.label))}</p>{_branches(tree)}"


def _parts(content: RenderableType) -> Iterator[RenderableType]:
    if isinstance(content, Group):
        for part in content.renderables:
            yield from _parts(part)
    elif isinstance(content, Panel | Padding):
        yield from _parts(content.renderable)
    else:
        yield content


def rendered_markup(content: RenderableType) -> str:
    """Return what a command prints as HTML.

    Parameters
    ----------
    content
        Text, tables, trees, and groups and panels of these.

    Returns
    -------
    str
        Markup of the class ``randzon-page``. A row with nothing but its first cell heads the rows that follow.

    Raises
    ------
    TypeError
        If it holds anything else, which then would be missing on the page.

    Examples
    --------
    >>> rendered_markup(Text("Ett faktum"))
    '<div class="randzon-page"><p>Ett faktum</p></div>'
    """
    found: list[str] = []
    heading = ""
    for part in _parts(content):
        if isinstance(part, Table):
            found.append(_table(part, heading))
        elif isinstance(part, Tree):
            found.append(_tree(part))
        elif isinstance(part, Text | str):
            shown = part if isinstance(part, Text) else Text.from_markup(part)
            found.append(_words(shown))
            heading = " ".join(shown.plain.split()) if "bold" in str(shown.style) else heading
        else:
            raise TypeError(f"a page holds {type(cast(object, part)).__name__}: it is neither text, table nor tree")
    return f'<div class="randzon-page">{"".join(found)}</div>'
