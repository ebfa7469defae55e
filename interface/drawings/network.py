"""The dependency network: one layout, as a page one can search and follow, and as a chart for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from graph_schema import GRADES, CareSystem
from impact.questions.as_of import SystemAt
from impact.questions.grades import citation
from interface.drawings.network_chart import network_chart
from interface.drawings.network_data import Link
from interface.drawings.network_layout import BULGE, COLUMN, layout_of
from interface.drawings.network_page import live_network
from interface.drawings.picture import BY_RANGE, Column, DataTable, Picture, footer_of
from interface.drawings.surroundings import Choice, Surroundings, surroundings
from interface.node_card import NodeCards
from interface.node_words import unit_label
from interface.numbers import decimals_for, format_value
from interface.texts import Language, text

__all__ = ["MOST_LINKS", "NetworkDrawing", "network_drawing", "network_picture"]

NOWHERE: Mapping[str, str] = MappingProxyType({})
MOST_LINKS = {1: 120, 2: 180, 3: 180}  # by depth: more cannot be read


def _describes(link: Link, names: Mapping[str, str], lang: Language) -> str:
    """A link in words: what needs what, how much, on which ground."""
    words = f"{names[link.source]} {text(f'draw_link_{link.type}', lang)} {names[link.target]}"
    quantity = link.quantity
    if quantity is not None:
        decimals = decimals_for(quantity.low, quantity.high)
        value, low, high = (format_value(v, decimals, lang) for v in (quantity.value, quantity.low, quantity.high))
        what = [] if link.strength is None else [text("draw_criticality", lang)]
        words += ", " + " ".join([*what, value, unit_label(quantity.unit, lang)]).rstrip()
        between = text("draw_between", lang, low=low, high=high)
        words += "" if low == high else f" ({between})"
    elif link.type == "PROVIDES":
        words += f", {text('with_permit' if link.is_permit else 'without_permit', lang)}"
    return f"{words} – {text(f'draw_grade_{link.grade}', lang)}"


def _table(system: CareSystem, links: Sequence[Link], names: Mapping[str, str], lang: Language) -> DataTable:
    columns = (
        Column("source", text("draw_from_node", lang)),
        Column("link", text("draw_link", lang)),
        Column("target", text("draw_to_node", lang)),
        Column("criticality", text("draw_criticality_head", lang), "0–1", BY_RANGE),
        Column("value", text("value", lang), decimals=BY_RANGE),
        Column("low", text("draw_low", lang), decimals=BY_RANGE),
        Column("high", text("draw_high", lang), decimals=BY_RANGE),
        Column("unit", text("unit", lang)),
        Column("grade", text("grade", lang)),
        Column("reason", text("reason", lang)),
        Column("evidence", text("node_source", lang)),
    )
    rows: list[dict[str, Any]] = []
    for x in links:
        permit = "" if x.type != "PROVIDES" else f", {text('with_permit' if x.is_permit else 'without_permit', lang)}"
        row: dict[str, Any] = {
            "source": names[x.source], "link": text(f"draw_link_{x.type}", lang) + permit, "target": names[x.target],
            "criticality": x.strength, "grade": text(f"draw_grade_{x.grade}", lang), "reason": x.reason,
            "evidence": citation(system, x.evidence),
        }  # fmt: skip
        if x.quantity is not None:
            row |= {"low": x.quantity.low, "high": x.quantity.high}
            if x.strength is None:
                row |= {"value": x.quantity.value, "unit": unit_label(x.quantity.unit, lang)}
        rows.append(row)
    return DataTable(columns, rows)


def _notes(found: Surroundings, lang: Language) -> list[str]:
    notes = [text("draw_network_note", lang)]
    if found.left_out or found.left_out_nodes:
        counts = {"shown": len(found.links), "hidden": found.left_out, "nodes": len(found.nodes),
                  "hidden_nodes": found.left_out_nodes}  # fmt: skip
        notes.append(text("draw_network_left_out" if found.focus else "draw_network_left_out_whole", lang, **counts))
    if found.hidden_by_grade:
        notes.append(text("draw_network_hidden_grade", lang, count=found.hidden_by_grade))
    shares = {g: sum(link.grade == g for link in found.links) for g in GRADES}
    return [*notes, text("draw_network_grade", lang, **shares)]


def _nodes_table(found: Surroundings, names: Mapping[str, str], lang: Language) -> DataTable:
    """Every box, and how many links leave and reach it in the picture."""
    columns = (
        Column("name", text("name", lang)),
        Column("type", text("type", lang)),
        Column("out", text("draw_links_out", lang), decimals=0),
        Column("in", text("draw_links_in", lang), decimals=0),
    )
    rows = [
        {"name": names[node], "type": text(f"node_type_{kind}", lang),
         "out": sum(x.source == node for x in found.links), "in": sum(x.target == node for x in found.links)}
        for node, kind in found.nodes.items()
    ]  # fmt: skip
    return DataTable(columns, rows)


@dataclass(frozen=True, slots=True)
class NetworkDrawing:
    """The picture of a network, whose table holds the links, and a table of its nodes."""

    picture: Picture
    nodes: DataTable


def network_drawing(
    system: CareSystem,
    lang: Language,
    focus: str | None,
    depth: int = 1,
    most: int | None = None,
    choice: Choice | None = None,
    mask: int = 0,
    addresses: Mapping[str, str] = NOWHERE,
) -> NetworkDrawing:
    """Return the dependency network around a node.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the words.
    focus
        Id of the node in the middle; None for the strongest links of the whole system.
    depth, most
        Links from the focus; links drawn at most, those of `MOST_LINKS` if None.
    choice
        What of it is wanted; all if None.
    mask
        Reported counts of patients below it are withheld.
    addresses
        ``node``, ``source``: where a page shows one, with a brace for its id; without them there is no such page.

    Raises
    ------
    UnknownNode, SettingError
        As `surroundings.surroundings`.
    """
    found = surroundings(system, focus, depth, MOST_LINKS.get(depth, 1) if most is None else most, choice)
    cards = NodeCards(system, lang, mask)
    names = cards.names
    north = list(SystemAt(system, system.settings["as_of"], is_present=True).hospitals)
    layout = layout_of(found, names, north)
    what = names[focus] if focus else text("draw_network_all", lang)
    strongest = ", ".join(
        f"{names[link.source]} → {names[link.target]}"
        for link in [x for x in found.links if x.strength is not None][:5]
    )
    titles = [_describes(x, names, lang) for x in found.links]
    picture = Picture(
        lang=lang,
        title=text("draw_network_title", lang, what=what),
        description=text(
            "draw_network_alt", lang, what=what, nodes=len(found.nodes), links=len(found.links),
            strongest=strongest or text("draw_none", lang),
        ),
        notes=_notes(found, lang),
        footer=footer_of(system, lang),
        chart=network_chart(found, layout, names, titles, lang),
        table=_table(system, found.links, names, lang),
        width=max(int(layout.width + BULGE + 8), int(COLUMN)),
        live=live_network(system, found, layout, cards, titles, addresses),
    )  # fmt: skip
    return NetworkDrawing(picture, _nodes_table(found, names, lang))


def network_picture(
    system: CareSystem, lang: Language, focus: str | None, depth: int = 1, most: int | None = None,
    choice: Choice | None = None, mask: int = 0,
) -> Picture:  # fmt: skip
    """Return the picture alone; parameters and errors are those of `network_drawing`."""
    return network_drawing(system, lang, focus, depth, most, choice, mask).picture
