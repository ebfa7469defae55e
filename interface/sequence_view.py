"""A sequence as a page: effects by order, what the order moves, what a reversal leaves, the pace."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from impact import load_measures
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, has_text, text

__all__ = ["sequence_view"]

Row = Mapping[str, Any]
SHOWN = ("competences_lost", "posts_not_sustained", "patients_without_full_competence", "patients_relying",
         "patients_displaced", "research_caseload")  # fmt: skip


def _measure(row: Row, lang: Language) -> str:
    name = load_measures()[row["measure"]].short[lang]
    return f"{name}, {text(row['unit'], lang)}"


def _span(row: Row, lang: Language, key: str) -> str:
    decimals = decimals_for(row["low"], row["high"])
    value, low, high = (format_value(row[k], decimals, lang, signed=True) for k in (key, "low", "high"))
    return f"{value} ({low} … {high})"


def _order(label: str, names: Mapping[str, str], lang: Language) -> str:
    if has_text(f"order_{label}"):
        return text(f"order_{label}", lang)
    return text("order_passive", lang, name=names[label.removeprefix("passive_")])


def _by_order(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """One line a hospital and measure, one column an order, of what changes visibly in any order."""
    last = max(r["year"] for r in rows)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    visible: set[tuple[str, str]] = set()
    for row in rows:
        wanted = row["year"] == last and row["measure"] in SHOWN and row["reading"] == "main" and "hospital" in row
        if not wanted:
            continue
        key = (row["hospital"], row["measure"])
        line = found.setdefault(key, {"hospital": names[row["hospital"]], "measure": _measure(row, lang)})
        line[_order(row["order"], names, lang)] = _span(row, lang, "effect")
        if max(abs(row["low"]), abs(row["high"])) >= load_measures()[row["measure"]].visible:
            visible.add(key)
    return _named_once([line for key, line in found.items() if key in visible])


def _named_once(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each hospital's name at its first line only."""
    return [
        {**line, "hospital": "" if i and lines[i - 1]["hospital"] == line["hospital"] else line["hospital"]}
        for i, line in enumerate(lines)
    ]


def _moved(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    shown = [r for r in rows if r["measure"] in SHOWN and abs(r["value"]) >= load_measures()[r["measure"]].visible]
    return _named_once(
        [
            {"hospital": names[r["hospital"]], "measure": _measure(r, lang), "order_effect": _span(r, lang, "value")}
            for r in shown
        ]
    )


def sequence_view(nodes: NamedNodes, title: str, content: Row, lang: Language) -> RenderableType:
    """Return what a person reads of a sequence.

    Parameters
    ----------
    nodes
        For names.
    title
        Of the scenario.
    content
        Of `impact.questions.sequence.sequence`.
    lang
        ``sv`` or ``en``.
    """
    names = nodes.names(lang)
    years = content["manifest"]["years"]
    parts: list[RenderableType] = [Text(text("sequence_title", lang, title=title, years=years), style="bold")]
    lines = _by_order(content["rows"], names, lang)
    if lines:
        parts.append(plain_table(text("sequence_effects", lang), lines, lang))
    moved = _moved(content["order_effect"], names, lang)
    parts.append(plain_table(text("order_effect", lang), moved, lang) if moved else Text(text("order_nothing", lang)))
    left = [
        {"hospital": names[r["hospital"]], "measure": _measure(r, lang), "largest": format_value(r["largest"], 1, lang),
         "left": _span(r, lang, "left"), "share_left": format_share(r["share_left"], lang)}
        for r in content["not_regained"] if r["measure"] in SHOWN
    ]  # fmt: skip
    if left:
        parts.append(plain_table(text("not_regained", lang), _named_once(left), lang))
    shown = {k: "–" if v is None else format_value(v, 1, lang) for k, v in content["pace"].items()}
    parts.extend([Text(), Text(text("pace_line", lang, **shown)), Text("\n".join(content["limits"]))])
    return Group(*parts)
