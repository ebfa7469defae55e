"""The eight steps of the process with the care areas that stand at each, by group; and which to review together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem
from impact.questions.clusters import PIPELINE, clusters
from impact.questions.overview import overview
from interface.drawings.labels import wrapped
from interface.drawings.linked import HREF, href_of
from interface.drawings.matrix import cluster_name
from interface.drawings.palette import FAINT, INK, MUTED, STATUSES
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.node_names import names_in
from interface.texts import Language, text

__all__ = ["STEPS", "pipeline_picture", "pipeline_rows"]

STEPS = tuple(range(1, 9))
WIDE, HIGH, GAP = 232, 44, 6
ACROSS = 5
STEP_NAMES = 190  # pixels left of the boxes
NAME_SIGNS = 38
Row = Mapping[str, Any]


def pipeline_rows(system: CareSystem, names: Mapping[str, str], as_of: date | None = None) -> list[dict[str, Any]]:
    """Return the care areas with step, standing, group and what they ought to be reviewed with, in step order.

    Parameters
    ----------
    system, names
        The dataset and the names of its nodes.
    as_of
        Date of today; the dataset's own if None.

    Returns
    -------
    list of dict
        ``area``, ``step`` (None where it has none), ``status``, ``units``, ``cluster``, ``group`` (number of the group
        that ``clusters`` finds; None for none), ``together`` (the others of that group, where the area is not decided).
    """
    group = {a: i for i, c in enumerate(clusters(system), start=1) for a in c["areas"]}
    areas = overview(system, as_of)["areas"]
    coming = {a["id"] for a in areas if a["status"] in PIPELINE}
    rows = [
        {
            "area": a["id"],
            "step": a["step"],
            "status": a["status"],
            "units": a["units_decided"],
            "cluster": system.node(a["id"]).text("cluster"),
            "group": group.get(a["id"]),
            "together": sorted(
                b for b in group if b != a["id"] and a["id"] in coming and group[b] == group.get(a["id"])
            ),
        }
        for a in areas
    ]
    last = len(STEPS) + 1
    return sorted(rows, key=lambda r: (r["step"] or last, r["cluster"] or "~", names[r["area"]].casefold()))


def _placed(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> tuple[list[Row], list[Row], float]:
    """Boxes and bands with their places, and the height of all."""
    boxes: list[Row] = []
    bands: list[Row] = []
    top = 0.0
    for step in (*STEPS, None):
        mine = [r for r in rows if r["step"] == step]
        if step is None and not mine:
            continue
        height = max(-(-len(mine) // ACROSS), 1) * (HIGH + GAP) + GAP
        title = text(f"draw_step_{step or 'none'}", lang)
        lines = [*wrapped(title, 26, 3), text("draw_step_count", lang, count=len(mine))]
        bands.append({"y": top, "y2": top + height, "lines": lines})
        for i, row in enumerate(mine):
            x, y = STEP_NAMES + (i % ACROSS) * (WIDE + GAP), top + GAP + (i // ACROSS) * (HIGH + GAP)
            label = wrapped(names[row["area"]], NAME_SIGNS)
            below = cluster_name(row["cluster"], lang)
            if row["status"] != "decided":
                below += f" · {text(row['status'], lang)}"
            boxes.append(
                {"x": x, "x2": x + WIDE, "edge": x + 5, "tx": x + 11, "y": y, "y2": y + HIGH, "ty": y + 9,
                 "by": y + HIGH - 8, "lines": label, "below": below, "status": text(row["status"], lang),
                 "name": names[row["area"]], HREF: href_of(row["area"])}
            )  # fmt: skip
        top += height + GAP
    return boxes, bands, top


def _chart(rows: Sequence[Row], names: Mapping[str, str], lang: Language, linked: bool) -> tuple[Any, int]:
    import altair as alt

    boxes, bands, height = _placed(rows, names, lang)
    width = STEP_NAMES + ACROSS * (WIDE + GAP)

    def x(field: str) -> Any:
        return alt.X(f"{field}:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))

    kept = [s for s in STATUSES if any(r["status"] == s for r in rows)]
    words = [text(s, lang) for s in kept]
    colour = alt.Color(
        "status:N", scale=alt.Scale(domain=words, range=[STATUSES[s] for s in kept]),
        legend=alt.Legend(title=text("status", lang), orient="top", symbolType="square"),
    )  # fmt: skip
    data = alt.Data(values=boxes)
    base = alt.Chart(data)
    tip = [alt.Tooltip("name:N", title=text("area", lang)), alt.Tooltip("below:N", title=text("draw_cluster", lang))]
    href: dict[str, Any] = {"href": f"{HREF}:N"} if linked else {}
    layers = [
        alt.Chart(alt.Data(values=[{**b, "x": 0, "x2": width} for b in bands]))
        .mark_rect(fill="#f6f6f4")
        .encode(x=x("x"), x2="x2:Q", y=y("y"), y2="y2:Q"),
        alt.Chart(alt.Data(values=[{**b, "x": 8, "y": b["y"] + 16} for b in bands]))
        .mark_text(align="left", baseline="middle", fontSize=12, lineHeight=15, color=INK)
        .encode(x=x("x"), y=y("y"), text="lines:N"),
        base.mark_rect(fill="#ffffff", stroke=FAINT).encode(
            **href, x=x("x"), x2="x2:Q", y=y("y"), y2="y2:Q", tooltip=tip
        ),
        base.mark_rect().encode(x=x("x"), x2="edge:Q", y=y("y"), y2="y2:Q", color=colour),
        base.mark_text(align="left", baseline="middle", fontSize=11, lineHeight=12, color=INK).encode(
            **href, x=x("tx"), y=y("ty"), text="lines:N"
        ),
        base.mark_text(align="left", baseline="middle", fontSize=10, color=MUTED).encode(
            x=x("tx"), y=y("by"), text="below:N"
        ),
    ]
    return alt.layer(*layers).properties(width=width, height=height), width


def _table(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> DataTable:
    columns = (
        Column("area", text("area", lang)),
        Column("step", text("draw_step", lang)),
        Column("status", text("status", lang)),
        Column("units", text("draw_units_decided", lang)),
        Column("cluster", text("draw_cluster", lang)),
        Column("together", text("draw_together", lang)),
    )
    found = [
        {
            "area": names[r["area"]], "area_id": r["area"], "step": r["step"], "status": text(r["status"], lang),
            "units": r["units"], "cluster": cluster_name(r["cluster"], lang),
            "together": "; ".join(names[a] for a in r["together"]),
        }
        for r in rows
    ]  # fmt: skip
    return DataTable(columns, found)


def pipeline_picture(system: CareSystem, lang: Language, as_of: date | None = None, *, linked: bool = False) -> Picture:
    """Return the eight steps with the care areas at each.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the words.
    as_of
        Date of today; the dataset's own if None.
    linked
        Whether the areas link to their nodes, for a page.
    """
    names = names_in(system, lang)
    today = (as_of or date.fromisoformat(system.settings["as_of"])).isoformat()
    rows = pipeline_rows(system, names, as_of)
    chart, width = _chart(rows, names, lang, linked)
    counts = ", ".join(f"{step}: {sum(r['step'] == step for r in rows)}" for step in STEPS)
    return Picture(
        lang=lang,
        title=text("draw_pipeline_title", lang, as_of=today),
        description=text("draw_pipeline_alt", lang, count=len(rows), counts=counts),
        notes=[text("draw_pipeline_note", lang), text("draw_pipeline_together", lang)],
        footer=footer_of(system, lang, today),
        chart=chart,
        table=_table(rows, names, lang),
        width=width,
    )
