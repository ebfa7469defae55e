"""The dependency network as a chart for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interface.drawings.network_layout import (
    BULGE,
    FONT_SIZE,
    HEADING,
    INSIDE,
    LINE_HEIGHT,
    WIDTH,
    Layout,
    curve_of,
)
from interface.drawings.palette import DASHES, INK, KINDS, MUTED, TINTS
from interface.drawings.surroundings import Surroundings
from interface.texts import Language, text

__all__ = ["network_chart"]

POINTS = 12  # of a curve


def _ways(found: Surroundings, layout: Layout, titles: Sequence[str], lang: Language) -> list[dict[str, Any]]:
    """Points of each link's line."""
    rows: list[dict[str, Any]] = []
    for number, (link, words) in enumerate(zip(found.links, titles, strict=True)):
        a, b, c, d = curve_of(layout, link)
        near = found.focus in (None, link.source, link.target)
        base = {
            "link": number, "grade": text(f"draw_grade_{link.grade}", lang), "words": words,
            "width": 0.7 + 3.0 * (link.strength or 0.1), "clear": 0.8 if near else 0.35,
        }  # fmt: skip
        for i in range(POINTS + 1):
            t = i / POINTS
            weights = ((1 - t) ** 3, 3 * (1 - t) ** 2 * t, 3 * (1 - t) * t**2, t**3)
            x, y = (sum(w * p[axis] for w, p in zip(weights, (a, b, c, d), strict=True)) for axis in (0, 1))
            rows.append({**base, "order": i, "x": round(x, 1), "y": round(y, 1)})
    return rows


def _boxes(found: Surroundings, layout: Layout, names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for node, box in layout.boxes.items():
        left, top = box.x - WIDTH / 2, box.y - box.height / 2
        rows.append(
            {"x": left, "x2": left + WIDTH, "y": top, "y2": top + box.height, "mx": left + INSIDE,
             "my": box.y - (len(box.lines) - 1) * LINE_HEIGHT / 2, "lines": list(box.lines), "name": names[node],
             "kind": text(f"draw_kind_{found.nodes[node]}", lang), "edge": 3.0 if node == found.focus else 1.2}
        )  # fmt: skip
    return rows


def network_chart(
    found: Surroundings, layout: Layout, names: Mapping[str, str], titles: Sequence[str], lang: Language
) -> Any:
    """Return the network as an altair chart.

    Parameters
    ----------
    found, layout
        What is drawn, and where.
    names
        Of its nodes.
    titles
        A sentence for each link.
    lang
        Of the words.
    """
    import altair as alt

    margin = BULGE + 8
    width, height = layout.width + margin, layout.height
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[-margin, layout.width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, -HEADING], nice=False))
    grades = [g for g in DASHES if any(link.grade == g for link in found.links)]
    lines = (
        alt.Chart(alt.Data(values=_ways(found, layout, titles, lang)))
        .mark_line(color=MUTED)
        .encode(
            x=x, y=y, detail="link:N", order="order:Q", tooltip=alt.Tooltip("words:N", title=text("draw_link", lang)),
            strokeWidth=alt.StrokeWidth("width:Q", scale=None), opacity=alt.Opacity("clear:Q", scale=None),
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
    boxes = _boxes(found, layout, names, lang)
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
        .mark_text(align="left", baseline="middle", fontSize=FONT_SIZE, lineHeight=LINE_HEIGHT, color=INK)
        .encode(x=middle_x, y=middle_y, text="lines:N")
    )
    heads = [
        {"x": at - WIDTH / 2, "y": -HEADING / 2, "words": text(f"draw_column_{name}", lang)}
        for name, at in layout.headings
    ]
    headings = (
        alt.Chart(alt.Data(values=heads))
        .mark_text(align="left", baseline="middle", fontSize=12, fontWeight="bold", color=INK)
        .encode(x=x, y=y, text="words:N")
    )
    return alt.layer(lines, rects, labels, headings).properties(width=width, height=height + HEADING)
