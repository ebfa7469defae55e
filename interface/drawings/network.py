"""The dependency network: one layout, as a page one can search and follow, and as a chart for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem
from interface.drawings.labels import wrapped
from interface.drawings.network_data import Link, Surroundings, surroundings
from interface.drawings.network_layout import BOX, COLUMN, Layout, layout_of
from interface.drawings.network_page import live_network
from interface.drawings.palette import DASHES, INK, KINDS, MUTED, TINTS
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.node_names import names_in
from interface.numbers import format_value
from interface.texts import Language, text

__all__ = ["network_picture"]

NAME_SIGNS = 34
HEADING = 34.0  # pixels above the boxes
BULGE = 46.0  # how far a link inside a column swings out


def _describes(link: Link, names: Mapping[str, str], lang: Language) -> str:
    """A link in words: what needs what, how much, on which ground."""
    words = f"{names[link.source]} {text(f'draw_link_{link.type}', lang)} {names[link.target]}"
    if link.strength is not None:
        criticality = text("draw_criticality", lang)
        words += f", {criticality} {format_value(link.strength, 2, lang)}"
    return f"{words} ({text(f'draw_grade_{link.grade}', lang)})"


def _ways(found: Surroundings, layout: Layout, names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """Points of each link's line: from box to box, or swinging out to the left inside a column."""
    rows: list[dict[str, Any]] = []
    for number, link in enumerate(found.links):
        (x, y), (x2, y2) = layout.places[link.source], layout.places[link.target]
        half = BOX[0] / 2
        if abs(x - x2) < BOX[0]:
            left = min(x, x2) - half
            points = [(x - half, y), (left - BULGE, (y + y2) / 2), (x2 - half, y2)]
        else:
            turn = 1 if x2 > x else -1
            points = [(x + turn * half, y), ((x + x2) / 2, (y + y2) / 2), (x2 - turn * half, y2)]
        base = {
            "link": number, "grade": text(f"draw_grade_{link.grade}", lang), "words": _describes(link, names, lang),
            "width": 0.7 + 3.0 * (link.strength or 0.1),
        }  # fmt: skip
        rows += [{**base, "order": i, "x": px, "y": py} for i, (px, py) in enumerate(points)]
    return rows


def _chart(found: Surroundings, layout: Layout, names: Mapping[str, str], lang: Language) -> Any:
    import altair as alt

    margin = BULGE + 8
    width, height = layout.width + margin, layout.height
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-margin, layout.width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, -HEADING], nice=False))
    grades = [g for g in DASHES if any(link.grade == g for link in found.links)]
    lines = (
        alt.Chart(alt.Data(values=_ways(found, layout, names, lang)))
        .mark_line(color=MUTED, opacity=0.7, interpolate="basis")
        .encode(
            x=x, y=y, detail="link:N", order="order:Q", tooltip=alt.Tooltip("words:N", title=text("draw_link", lang)),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
            strokeDash=alt.StrokeDash(
                "grade:N",
                scale=alt.Scale(domain=[text(f"draw_grade_{g}", lang) for g in grades],
                                range=[DASHES[g] for g in grades]),
                legend=alt.Legend(title=text("draw_line_grade", lang), orient="bottom", symbolSize=1600,
                                  symbolStrokeColor=MUTED, symbolStrokeWidth=2),
            ),
        )
    )  # fmt: skip
    kinds = [k for k in KINDS if k in found.nodes.values()]
    boxes: list[dict[str, Any]] = []
    for node, (px, py) in layout.places.items():
        left, top = px - BOX[0] / 2, py - BOX[1] / 2
        label = wrapped(names[node], NAME_SIGNS)
        boxes.append(
            {"x": left, "x2": left + BOX[0], "y": top, "y2": top + BOX[1], "mx": left + 6,
             "my": py - (len(label) - 1) * 6.5, "lines": label, "name": names[node],
             "kind": text(f"draw_kind_{found.nodes[node]}", lang), "edge": 3.0 if node == found.focus else 1.2}
        )  # fmt: skip
    words = [text(f"draw_kind_{k}", lang) for k in kinds]
    middle_x, middle_y = x.copy(), y.copy()
    middle_x.shorthand, middle_y.shorthand = "mx:Q", "my:Q"
    rects = (
        alt.Chart(alt.Data(values=boxes))
        .mark_rect(cornerRadius=4, opacity=1)
        .encode(
            x=x, x2="x2:Q", y=y, y2="y2:Q", strokeWidth=alt.StrokeWidth("edge:Q", scale=None),
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=words, range=[TINTS[k] for k in kinds]), legend=None),
            stroke=alt.Stroke("kind:N", scale=alt.Scale(domain=words, range=[KINDS[k] for k in kinds]), legend=None),
            tooltip=[alt.Tooltip("name:N", title=text("name", lang)), alt.Tooltip("kind:N", title=text("kind", lang))],
        )
    )  # fmt: skip
    labels = (
        alt.Chart(alt.Data(values=boxes))
        .mark_text(align="left", baseline="middle", fontSize=11, lineHeight=13, color=INK)
        .encode(x=middle_x, y=middle_y, text="lines:N")
    )
    heads = [
        {"x": at - BOX[0] / 2, "y": -HEADING / 2, "words": text(f"draw_column_{name}", lang)}
        for name, at in layout.headings
    ]
    headings = (
        alt.Chart(alt.Data(values=heads))
        .mark_text(align="left", baseline="middle", fontSize=12, fontWeight="bold", color=INK)
        .encode(x=x, y=y, text="words:N")
    )
    return alt.layer(lines, rects, labels, headings).properties(width=width, height=height + HEADING)


def _table(links: Sequence[Link], names: Mapping[str, str], lang: Language) -> DataTable:
    columns = (
        Column("source", text("draw_from_node", lang)),
        Column("link", text("draw_link", lang)),
        Column("target", text("draw_to_node", lang)),
        Column("criticality", text("draw_criticality_head", lang), "0–1", 2),
        Column("value", text("value", lang), decimals=2),
        Column("unit", text("unit", lang)),
        Column("grade", text("grade", lang)),
        Column("reason", text("reason", lang)),
    )
    rows = [
        {
            "source": names[x.source], "link": text(f"draw_link_{x.type}", lang), "target": names[x.target],
            "criticality": x.strength, "value": None if x.strength is not None else x.value,
            "unit": "" if x.strength is not None else x.unit, "grade": text(f"draw_grade_{x.grade}", lang),
            "reason": x.reason,
        }
        for x in links
    ]  # fmt: skip
    return DataTable(columns, rows)


def network_picture(system: CareSystem, lang: Language, focus: str | None, depth: int = 1, most: int = 90) -> Picture:
    """Return the dependency network around a care area or hospital.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the words.
    focus
        Id of the node in the middle; None for the strongest links of the whole system.
    depth, most
        Links from the focus; links drawn at most.

    Raises
    ------
    UnknownNode, SettingError
        As `network_data.surroundings`.
    """
    names = names_in(system, lang)
    found = surroundings(system, focus, depth, most)
    layout = layout_of(found)
    what = names[focus] if focus else text("draw_network_all", lang)
    strongest = ", ".join(
        f"{names[link.source]} → {names[link.target]}"
        for link in [x for x in found.links if x.strength is not None][:5]
    )
    notes = [text("draw_network_note", lang)]
    if found.left_out:
        notes.append(text("draw_network_left_out", lang, shown=len(found.links), hidden=found.left_out))
    shares = {g: sum(link.grade == g for link in found.links) for g in DASHES}
    notes.append(text("draw_network_grade", lang, **shares))
    return Picture(
        lang=lang,
        title=text("draw_network_title", lang, what=what),
        description=text(
            "draw_network_alt", lang, what=what, nodes=len(found.nodes), links=len(found.links),
            strongest=strongest or text("draw_none", lang),
        ),
        notes=notes,
        footer=footer_of(system, lang),
        chart=_chart(found, layout, names, lang),
        table=_table(found.links, names, lang),
        width=max(int(layout.width + BULGE + 8), int(COLUMN)),
        live=live_network(found, layout, names, [_describes(x, names, lang) for x in found.links], lang),
    )  # fmt: skip
