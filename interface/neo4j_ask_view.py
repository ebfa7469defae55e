"""Answers of the cookbook and of free queries as tables: names for ids, words and numbers as people read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from graph_schema import CareSystem
from interface.numbers import format_share, format_value
from interface.texts import Language, has_text, text
from loaders.neo4j_store.graph_values import one_line
from loaders.neo4j_store.recipes import NODE_TYPES, Column, Parameter, Recipe

__all__ = ["answer_view", "free_view", "list_view", "names_of", "show_view", "told"]

NUMERIC = ("number", "whole", "share")
CHAINS = ("chain", "through")
MOST_NAMES = 4  # of a list of nodes in one cell
Row = Mapping[str, Any]


def told(recipe: Recipe, name: str, lang: Language) -> str:
    """Return one of a query's texts (``title``, ``question``, ``note``) in a language."""
    return str(getattr(recipe, f"{name}_{lang}"))


def names_of(recipe: Recipe, rows: Sequence[Row], names: CareSystem) -> dict[str, dict[str, str | None]]:
    """Return the names of all nodes that an answer's ids stand for: id to ``sv`` and ``en``."""
    ids: set[str] = set()
    for column in recipe.columns:
        for row in rows:
            if column.type == "node" and row[column.name] is not None:
                ids.add(row[column.name])
            elif column.type == "nodes":
                ids.update(row[column.name])
    known = names.nodes
    return {
        i: {"sv": known[i].text("name_sv") or None, "en": known[i].text("name_en") or None}
        for i in sorted(ids)
        if i in known
    }


def _name(node: str, names: CareSystem, lang: Language) -> str:
    record = names.nodes.get(node)
    if record is None:
        return node
    return record.text(f"name_{lang}") or record.text("name_sv") or node


def _word(value: str, column: str, lang: Language) -> str:
    keys = (f"ask_{value}", f"{column}_{value}", *([f"entry_{value}"] if column == "kind" else []), value)
    return next((text(key, lang) for key in keys if has_text(key)), value)


def _decimals(values: Sequence[float]) -> int:
    """Decimals of a column of numbers: enough for its small ones, the same in every row.

    Examples
    --------
    >>> _decimals([3.0, 1200.0]), _decimals([1.4, 4.0]), _decimals([0.3, 509.0]), _decimals([1200.5, 9.0])
    (0, 2, 1, 0)
    """
    if all(value == int(value) for value in values):
        return 0
    largest = max(abs(value) for value in values)
    return 2 if largest < 10 else 1 if largest < 1000 or any(0 < abs(value) < 1 for value in values) else 0


def _cell(value: Any, column: Column, names: CareSystem, lang: Language, decimals: int) -> str:
    if value is None or value == []:
        return ""
    if column.type == "node":
        return _name(value, names, lang)
    if column.type == "nodes":
        is_chain = column.name in CHAINS
        separator = " → " if is_chain else "; "
        shown = [_name(node, names, lang) for node in (value if is_chain else value[:MOST_NAMES])]
        more = len(value) - len(shown)
        return separator.join(shown) + (" " + text("ask_more_names", lang, count=more) if more else "")
    if column.type == "word":
        return _word(value, column.name, lang)
    if column.type == "flag":
        return text("yes" if value else "no", lang)
    if column.type == "share":
        return format_share(value, lang) if value >= 0.005 or value == 0 else format_value(100 * value, 1, lang) + " %"
    if column.name in ("year", "step"):
        return str(int(value))
    if column.type == "whole":
        return format_value(value, 0, lang)
    return format_value(value, decimals, lang) if column.type == "number" else str(value)


def _with_range(row: Row, column: Column, names: CareSystem, lang: Language, decimals: int) -> str:
    """A cell, with its range behind it where it has one that is wider than a point."""
    low, high = row.get(f"{column.name}_low"), row.get(f"{column.name}_high")
    shown, *ends = (_cell(value, column, names, lang, decimals) for value in (row[column.name], low, high))
    if low is None or high is None or low == high:
        return shown
    if column.type == "share":
        ends[0] = ends[0].removesuffix(" %")
    return f"{shown} ({ends[0]}–{ends[1]})"


def _heading(column: Column, has_range: bool, lang: Language) -> str:
    label = column.label_sv if lang == "sv" else column.label_en
    unit = f"ask_unit_{column.unit}"
    parts = [text(unit, lang)] if column.type == "number" and has_text(unit) else []
    parts += ["5–95 %"] if has_range else []
    return f"{label}\n({', '.join(parts)})" if parts else label


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0))


def _given(recipe: Recipe, values: Mapping[str, Any], names: CareSystem, lang: Language) -> str:
    parts: list[str] = []
    for parameter in recipe.parameters:
        value = values[parameter.name]
        if value is None:
            continue
        if parameter.type in NODE_TYPES:
            value = _name(value, names, lang)
        elif parameter.type in ("word", "cluster"):
            value = _word(value, parameter.name, lang)
        elif parameter.type == "flag":
            value = text("yes" if value else "no", lang)
        elif parameter.type == "number":
            value = f"{value:g}".replace(".", "," if lang == "sv" else ".")
        parts.append(f"{_meaning(parameter, lang)}: {value}")
    return "; ".join(parts)


def _meaning(parameter: Parameter, lang: Language) -> str:
    return parameter.meaning_sv if lang == "sv" else parameter.meaning_en


def answer_view(
    recipe: Recipe, values: Mapping[str, Any], rows: Sequence[Row], names: CareSystem, lang: Language
) -> RenderableType:
    """Return the answer of a query of the cookbook for people; columns without any value are left out.

    Parameters
    ----------
    recipe, values
        The query and its parameters.
    rows
        Column to value, ids not yet names.
    names
        Of the nodes.
    lang
        Of all words.
    """
    given = _given(recipe, values, names, lang)
    parts: list[RenderableType] = [
        Text(told(recipe, "title", lang), style="bold"),
        Text(told(recipe, "question", lang)),
        *([Text(given)] if given else []),
        Text(""),
    ]
    if rows:
        table = _table()
        names_of_columns = {c.name for c in recipe.columns}
        shown = [
            c
            for c in recipe.columns
            if any(row[c.name] not in (None, []) for row in rows) and c.name.rpartition("_")[2] not in ("low", "high")
        ]
        for column in shown:
            justify = "right" if column.type in NUMERIC else "left"
            table.add_column(_heading(column, f"{column.name}_low" in names_of_columns, lang), justify=justify,
                             overflow="fold")  # fmt: skip
        numbers = [[float(row[c.name]) for row in rows if row[c.name] is not None] if c.type == "number" else []
                   for c in shown]  # fmt: skip
        decimals = [_decimals(values) for values in numbers]
        for row in rows:
            cells = (_with_range(row, c, names, lang, d) for c, d in zip(shown, decimals, strict=True))
            table.add_row(*map(Text, cells))
        parts += [table, Text("")]
    else:
        parts += [Text(text("ask_nothing", lang)), Text("")]
    parts.append(Text(told(recipe, "note", lang)))
    return Group(*parts)


def list_view(found: Sequence[Recipe], lang: Language) -> RenderableType:
    """Return the cookbook's table of contents: name, question, parameters (optional ones in brackets)."""
    table = _table()
    for key in ("ask_name", "ask_question", "ask_parameters"):
        table.add_column(text(key, lang), overflow="fold")
    for recipe in found:
        parameters = [p.name if p.required else f"[{p.name}]" for p in recipe.parameters]
        table.add_row(recipe.name, Text(told(recipe, "question", lang)), Text(" ".join(parameters)))
    return Group(Text(text("ask_cookbook", lang, count=len(found)), style="bold"), table, Text(text("ask_how", lang)))


def _limits(parameter: Parameter, lang: Language) -> str:
    if parameter.values:
        return ", ".join(parameter.values)
    if parameter.minimum is not None and parameter.maximum is not None:
        key = f"ask_unit_{parameter.unit}"
        unit = f" {text(key, lang)}" if has_text(key) else ""
        return f"{parameter.minimum:g}–{parameter.maximum:g}{unit}"
    return text(f"ask_type_{parameter.type}", lang)


def _default(parameter: Parameter, lang: Language) -> str:
    if parameter.required:
        return text("ask_required", lang)
    if not parameter.default:
        return text("ask_all", lang)
    return text("ask_own_day", lang) if parameter.default.startswith("@") else parameter.default


def show_view(recipe: Recipe, lang: Language) -> RenderableType:
    """Return what a query asks, how it counts, its parameters, the needs it meets and its Cypher."""
    parts: list[RenderableType] = [
        Text(f"{told(recipe, 'title', lang)}  ({recipe.name})", style="bold"),
        Text(told(recipe, "question", lang)),
        Text(""),
        Text(told(recipe, "note", lang)),
        Text(text("ask_needs", lang, needs=", ".join(recipe.needs))),
    ]
    if recipe.parameters:
        table = _table()
        for key in ("ask_parameter", "ask_meaning", "ask_allowed", "ask_default"):
            table.add_column(text(key, lang), overflow="fold")
        for p in recipe.parameters:
            table.add_row(p.name, Text(_meaning(p, lang)), Text(_limits(p, lang)), Text(_default(p, lang)))
        parts += [Text(""), table]
    parts += [Text(""), Syntax(recipe.cypher.rstrip(), "cypher", theme="default", background_color="default")]
    return Group(*parts, Text(""), Text(text("ask_version", lang)))


def free_view(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> RenderableType:
    """Return the answer of a query of one's own as a table, each value in one line."""
    table = _table()
    cells = [[_free_cell(value) for value in row] for row in rows]
    for i, column in enumerate(columns):
        numeric = all(row[i] is None or isinstance(row[i], int | float) for row in rows)
        table.add_column(Text(column), justify="right" if numeric else "left", overflow="fold")
    for row in cells:
        table.add_row(*map(Text, row))
    return table


def _free_cell(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else one_line(value)
