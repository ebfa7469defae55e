"""Numbers with their intervals under each other: a point and a line a row, a panel a group, never sorted by size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from interface.drawings.palette import INK

__all__ = ["LABELS", "PANEL", "Series", "interval_panels"]

PANEL, LABELS, LINE_HEIGHT = 520, 300, 22
KEY_HEIGHT = 20
APART = 0.6  # of a line's height, for each series where they stand beside each other
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Series:
    """What a colour and a shape stand for; colour never stands alone."""

    name: str
    colour: str
    shape: str


def _marks(series: Sequence[Series]) -> dict[str, Any]:
    """Colour and shape of the series, without a legend of their own."""
    import altair as alt

    domain = [s.name for s in series]
    colours, shapes = [s.colour for s in series], [s.shape for s in series]
    return {
        "color": alt.Color("series:N", scale=alt.Scale(domain=domain, range=colours), legend=None),
        "shape": alt.Shape("series:N", scale=alt.Scale(domain=domain, range=shapes), legend=None),
    }


def _panel(group: str, rows: Sequence[Row], series: Sequence[Series], x_title: str, tooltips: Mapping[str, str],
           apart: bool) -> Any:  # fmt: skip
    import altair as alt

    names = list(dict.fromkeys(str(r["name"]) for r in rows))
    axis = alt.Axis(minExtent=LABELS, maxExtent=LABELS, domain=False, ticks=False, labelLimit=LABELS)
    place: dict[str, Any] = {"y": alt.Y("name:N", sort=names, title=None, axis=axis)}
    if apart:
        order = [s.name for s in series]
        place["yOffset"] = alt.YOffset("series:N", sort=order, scale=alt.Scale(domain=order))
    marks = _marks(series)
    known = [r for r in rows if r["low"] is not None]
    lines = alt.Chart(alt.Data(values=known)).mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q", title=x_title), x2="high:Q", color=marks["color"], **place
    )  # fmt: skip
    points = alt.Chart(alt.Data(values=list(rows))).mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("value:Q", title=x_title, axis=alt.Axis(tickCount=6)),
        tooltip=[alt.Tooltip(f"{name}:N", title=title) for name, title in tooltips.items()], **marks, **place,
    )  # fmt: skip
    zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=INK, strokeWidth=1).encode(x="x:Q")
    title: Any = alt.TitleParams(group, anchor="start", fontSize=13, color=INK, frame="group", limit=0)
    height = LINE_HEIGHT * len(names) * (max(1.0, APART * len(series)) if apart else 1.0)
    return alt.layer(zero, *([lines] if known else []), points).properties(width=PANEL, height=height, title=title)


def _key(series: Sequence[Series]) -> Any:
    """The series with their marks, a line each: titles of scenarios are long."""
    import altair as alt

    rows = [{"x": 12, "tx": 26, "y": KEY_HEIGHT * (i + 0.5), "series": s.name} for i, s in enumerate(series)]
    height = KEY_HEIGHT * len(series)
    x, y = alt.Scale(domain=[0, PANEL], nice=False), alt.Scale(domain=[height, 0], nice=False)
    base = alt.Chart(alt.Data(values=rows), width=PANEL, height=height)
    marks = base.mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.X("x:Q", axis=None, scale=x), y=alt.Y("y:Q", axis=None, scale=y), **_marks(series)
    )
    words = base.mark_text(align="left", baseline="middle", fontSize=12, color=INK).encode(
        x=alt.X("tx:Q", axis=None, scale=x), y=alt.Y("y:Q", axis=None, scale=y), text="series:N"
    )
    return alt.layer(marks, words)


def interval_panels(
    rows: Sequence[Row], series: Sequence[Series], x_titles: Mapping[str, str], tooltips: Mapping[str, str], *,
    apart: bool = False,
) -> Any:  # fmt: skip
    """Return the panels as an altair chart.

    Parameters
    ----------
    rows
        ``group`` (panel), ``name`` (row), ``series``, ``value``, ``low`` and ``high`` (None: no line), and what the
        tooltips name; panels and rows stand in this order.
    series
        In the order of the key, which stands above where there are several.
    x_titles
        Group to unit and direction.
    tooltips
        Property to title.
    apart
        Whether a name has several series, which then stand beside each other.
    """
    import altair as alt

    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(str(row["group"]), []).append(row)
    panels = [_panel(g, own, series, x_titles[g], tooltips, apart) for g, own in groups.items()]
    grid = alt.vconcat(*panels, spacing=20).resolve_scale(color="independent", shape="independent")
    return alt.vconcat(_key(series), grid, spacing=14) if len(series) > 1 else grid
