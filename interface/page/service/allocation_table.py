"""Where nobody knows which hospitals get the care: what it means for each hospital that one or another set does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impact import load_measures
from interface.effect_selection import LEADING, is_shown
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_share, format_value
from interface.page.service.markup import HtmlTable, TableColumn
from interface.texts import Language, text

__all__ = ["allocation_table", "sets_table"]

Row = Mapping[str, Any]
COLUMNS = ("measure", "expected", "best", "best_units", "worst", "worst_units", "granted", "not_granted")


def _varies(row: Row) -> bool:
    """Whether it visibly matters for the row which hospitals get the care."""
    if not row["worst_units"] or not row["best_units"]:
        return False
    return abs(row["worst"] - row["best"]) >= load_measures()[row["measure"]].visible


def _cells(row: Row, names: Mapping[str, str], lang: Language) -> dict[str, str]:
    spec = load_measures()[row["measure"]]
    unit = text(row["unit"], lang)
    decimals = decimals_for(min(row["worst"], row["best"]), max(row["worst"], row["best"]))

    def number(name: str) -> str:
        return format_value(row[name], decimals, lang, signed=True) if row[name] is not None else ""

    return {
        "measure": spec.short[lang] if unit in spec.short[lang] else f"{spec.short[lang]}, {unit}",
        "expected": number("effect"),
        "best": number("best"), "best_units": ", ".join(names.get(u, u) for u in row["best_units"]),
        "worst": number("worst"), "worst_units": ", ".join(names.get(u, u) for u in row["worst_units"]),
        "granted": number("if_granted"), "not_granted": number("if_not_granted"),
    }  # fmt: skip


def allocation_table(
    rows: Sequence[Row], nodes: NamedNodes, lang: Language, year: int, *, show_all: bool = False
) -> HtmlTable | None:
    """Return, for each hospital, region and the nation, the best and the worst allocation for it.

    Parameters
    ----------
    rows
        ``effects`` of an answer, in its order: north to south.
    nodes
        Names.
    lang
        Of the words.
    year
        Years after year 0.
    show_all
        Every measure for which it matters, and the regions; else those that are read first, of hospitals and nation.

    Returns
    -------
    HtmlTable or None
        None where it visibly matters to nobody. "Best" is what harms that row's hospital least: what is best for one is
        often worst for another.
    """
    names = nodes.names(lang)
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        told = row["year"] == year and row["reading"] != "national_first" and _varies(row)
        if not told or (not show_all and ("region" in row or row["measure"] not in LEADING or not is_shown(row))):
            continue
        entity = str(row.get("hospital") or row.get("region") or "")
        name = names.get(entity, str(row["name"])) if entity else text("national", lang)
        if row["p_granted"]:
            name = text("what_if_p_granted", lang, name=name, share=format_share(row["p_granted"], lang))
        groups.setdefault(name, []).append(_cells(row, names, lang))
    if not groups:
        return None
    columns = [
        TableColumn(c, text(f"what_if_column_{c}", lang), not c.endswith("units") and c != "measure") for c in COLUMNS
    ]
    return HtmlTable(text("what_if_allocation_caption", lang), columns, groups)


def sets_table(allocations: Sequence[Row], nodes: NamedNodes, lang: Language) -> HtmlTable:
    """Return every set of hospitals that may get an area, with how plausible it is taken to be; never by plausibility.

    Parameters
    ----------
    allocations
        Of an answer.
    nodes, lang
        As for `allocation_table`.
    """
    names = nodes.names(lang)
    groups: dict[str, list[dict[str, str]]] = {}
    for row in allocations:
        units: Sequence[str] = row["units"]
        cells = {"units": ", ".join(names.get(u, u) for u in units),
                 "plausibility": format_share(row["plausibility"], lang)}  # fmt: skip
        groups.setdefault(names.get(str(row["area"]), str(row["area"])), []).append(cells)
    columns = [TableColumn("units", text("what_if_column_units", lang)),
               TableColumn("plausibility", text("what_if_column_plausibility", lang), is_number=True)]  # fmt: skip
    return HtmlTable(text("what_if_sets_caption", lang), columns, groups)
