"""Effect rows of an answer to the table that a member reads: hospitals north to south, never by size of harm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impact import load_measures
from interface.effect_selection import LEADING, direction_of, is_shown
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, decimals_of_size, format_share, format_value
from interface.page.service.markup import DETAIL, HtmlTable, TableColumn
from interface.texts import Language, text

__all__ = ["effects_table", "hidden_count"]

Row = Mapping[str, Any]
SCALES = ("hospital", "national", "region")


def _columns(lang: Language) -> list[TableColumn]:
    def named(key: str, *, number: bool = True) -> TableColumn:
        return TableColumn(key, text(key, lang).replace("\\n", " "), number)

    return [
        named("measure", number=False), named("baseline"), named("effect"), named("interval"),
        named("direction", number=False), named("below_floor"),
        TableColumn("assumed_share", text("page_assumed", lang), is_number=True),
    ]  # fmt: skip


def _detail(row: Row, names: Mapping[str, str], lang: Language) -> str:
    """The cause, in words below the numbers."""
    chain = [names.get(n, text(n, lang)) for n in row["cause"]]
    is_told = len(chain) > (1 if "hospital" in row else 2)  # from the area straight to a region says nothing
    return text("page_cause", lang, chain=" → ".join(chain)) if is_told else ""


def _cells(row: Row, names: Mapping[str, str], lang: Language) -> dict[str, str]:
    spec = load_measures()[row["measure"]]
    decimals = decimals_for(row["low"], row["high"])
    low, high = (format_value(row[k], decimals, lang) for k in ("low", "high"))
    floor = [format_share(row[k], lang) for k in ("p_below_floor", "p_below_floor_without")]
    own = decimals_of_size(row["baseline"], decimals)
    baseline = format_value(row["baseline"], own, lang, signed=spec.is_change)
    unit = text(row["unit"], lang)
    name = spec.short[lang] if unit in spec.short[lang] else f"{spec.short[lang]}, {unit}"
    return {
        "measure": f"{text(row['perspective'], lang)}: {name}",
        "baseline": f"{baseline}*" if spec.is_change else baseline,
        "effect": format_value(row["effect"], decimals, lang, signed=True),
        "interval": f"{low} … {high}",
        "direction": text(direction_of(row), lang),
        "below_floor": "" if row["p_below_floor"] is None else " / ".join(floor),
        "assumed_share": "" if row["assumed_share"] is None else format_share(row["assumed_share"], lang),
        DETAIL: _detail(row, names, lang),
    }


def _told(rows: Sequence[Row], year: int, *, show_all: bool) -> list[Row]:
    found = [r for r in rows if r["year"] == year and r["reading"] != "national_first"]
    return [r for r in found if show_all or (is_shown(r) and r["measure"] in LEADING)]


def hidden_count(rows: Sequence[Row], year: int) -> int:
    """Return how many rows of a year are left out unless all are asked for."""
    return len(_told(rows, year, show_all=True)) - len(_told(rows, year, show_all=False))


def effects_table(
    rows: Sequence[Row], nodes: NamedNodes, lang: Language, year: int, scale: str, *, show_all: bool = False
) -> HtmlTable | None:
    """Return the table of the hospitals, the regions or the nation in a year.

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
    scale
        ``hospital``, ``region`` or ``national``.
    show_all
        Every measure; else those that are read first, where they change visibly.

    Returns
    -------
    HtmlTable or None
        None where nothing is told.
    """
    names = nodes.names(lang)
    groups: dict[str, list[dict[str, str]]] = {}
    for row in _told(rows, year, show_all=show_all):
        if scale in row:
            entity = str(row[scale])
            name = text("national", lang) if scale == "national" else names.get(entity, str(row["name"]))
            groups.setdefault(name, []).append(_cells(row, names, lang))
    return HtmlTable(text(f"{scale}s", lang), _columns(lang), groups) if groups else None
