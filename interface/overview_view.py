"""The overview as tables for people: totals, areas with holders, and what happened since a date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from interface.named_nodes import NamedNodes
from interface.texts import Language, text

__all__ = ["overview_view"]

NEIGHBOURS = 3


def _table(columns: tuple[str, ...], lang: Language, title: str | None = None) -> Table:
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    for column in columns:
        table.add_column(text(column, lang), overflow="fold")
    return table


def _patients(area: Mapping[str, Any], mask: int, lang: Language) -> str:
    years = [p["year"] for p in area["patients"]]
    if not years:
        return ""
    latest = [p for p in area["patients"] if p["year"] == max(years)]
    if any(p["value"] is None for p in latest):
        known = len(latest) > 1
        shown = text("partly_masked", lang) if known else text("masked", lang, mask=mask)
        return f"{shown} ({max(years)})"
    return f"{sum(p['value'] for p in latest):.0f} ({max(years)})"


def _log(found: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> Table:
    table = _table(("date", "area", "event", "why"), lang, text("log", lang))
    entries = [(e["date"] or "", names[a["id"]], e) for a in found["areas"] for e in a["log"]]
    entries.extend((e["date"] or "", "", e) for e in found["log"])
    for day, name, entry in sorted(entries, key=lambda x: (x[0], x[1], x[2]["id"])):
        kind = text(f"entry_{entry['kind']}", lang)
        event = f"{kind}: {entry['outcome']}" if entry["outcome"] else kind
        table.add_row(day, name, event, entry["reason"] or "")
    return table


def overview_view(
    nodes: NamedNodes, found: Mapping[str, Any], lang: Language, mask: int, *, with_log: bool
) -> RenderableType:
    """Return what a person reads of an overview.

    Parameters
    ----------
    nodes
        For names.
    found
        Of `impact.questions.overview`.
    lang
        ``sv`` or ``en``.
    mask
        Below which patient numbers are withheld.
    with_log
        Show the case log as well (with --since).
    """
    names, totals = nodes.names(lang), found["totals"]
    columns = ("area", "status", "units", "holders", "latest_patients", "neighbours")
    table = _table(columns, lang)
    for area in found["areas"]:
        held = [h for h in area["holders"] if not h["sub_permit"] and h["role"] != "partner"]
        holders = dict.fromkeys(names[h["hospital"] or h["region"]] for h in held)
        table.add_row(
            names[area["id"]],
            text(area["status"], lang),
            str(len(holders) or area["units_decided"] or ""),
            ", ".join(holders),
            _patients(area, mask, lang),
            ", ".join(names[n["area"]] for n in area["neighbours"][:NEIGHBOURS]),
        )
    units = ", ".join(f"{names[h]} {n}" for h, n in totals["units_by_hospital"].items())
    head = text("overview_head", lang, as_of=found["as_of"], areas=totals["areas"], units=totals["units"])
    parts: list[RenderableType] = [Text(head, style="bold")]
    if units:
        parts.append(Text(text("units_by_hospital", lang, units=units)))
    parts.append(table)
    if with_log:
        parts.append(_log(found, names, lang))
    return Group(*parts)
