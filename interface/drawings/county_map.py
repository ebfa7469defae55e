"""The map: 21 counties, hospitals with their permits, and the patients' ways from home region to hospital."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from graph_schema import CareSystem, SettingError
from interface.drawings.counties import Frame, counties, frame_of, projected
from interface.drawings.linked import HREF, href_of
from interface.drawings.map_data import (
    LINE_HEIGHT,
    MapHospital,
    labels_beside,
    map_hospitals,
    round_values,
    shown_flows,
)
from interface.drawings.palette import INK, LAND, LINE, MUTED, UNITS, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.node_names import names_in
from interface.numbers import format_value
from interface.texts import Language, text

__all__ = ["map_picture"]

HEIGHT = 860.0
MARGIN = 225.0  # on each side, for the labels
THICKEST = 11.0  # pixels
SHORTEST = 9.0  # pixels: patients of the hospital's own town make no line
LARGEST, SMALLEST = 620.0, 60.0  # area of a hospital's mark in square pixels
MARKED = ("holder", "coming", "partner", "provides")
SHAPES = {"holder": "circle", "coming": "diamond", "partner": "triangle-up", "provides": "square", "other": "circle"}
Row = Mapping[str, Any]


def _page(channel: Any, field: str, size: float) -> Any:
    """A channel in pixels from the upper left corner of the map."""
    import altair as alt

    domain = [0, size] if channel is alt.X else [size, 0]
    return channel(f"{field}:Q", axis=None, scale=alt.Scale(domain=domain, nice=False, zero=False))


def _frame(system: CareSystem, placed: Sequence[MapHospital]) -> tuple[Frame, list[str]]:
    codes = [r.text("county_code") for r in system.rows["Region"] if r.text("county_code")]
    points = [(h.longitude, h.latitude) for h in placed if h.longitude is not None and h.latitude is not None]
    for feature in counties():
        if feature["id"] in codes:
            points.extend((x, y) for polygon in feature["geometry"]["coordinates"] for x, y in polygon[0])
    if not points:
        raise SettingError("a map needs latitude and longitude of hospitals: the dataset has none; add them")
    return frame_of(points, HEIGHT), codes


def _flow_rows(
    system: CareSystem, frame: Frame, places: Mapping[str, tuple[float, float]], flows: Sequence[Row],
    names: Mapping[str, str], lang: Language,
) -> list[dict[str, Any]]:  # fmt: skip
    rows: list[dict[str, Any]] = []
    for flow in shown_flows(flows):
        region = system.node(flow["region"], "Region")
        longitude, latitude = region.number("longitude"), region.number("latitude")
        if longitude is None or latitude is None or flow["hospital"] not in places:
            continue
        x, y = frame.pixel(longitude, latitude)
        x2, y2 = places[flow["hospital"]]
        if math.hypot(x + MARGIN - x2, y - y2) < SHORTEST:
            continue
        shown = format_value(flow["patients"], 1 if flow["patients"] < 10 else 0, lang)
        words = f"{names[flow['region']]} → {names[flow['hospital']]}: {shown} {text('patients/year', lang)}"
        rows.append({"x": x + MARGIN, "y": y, "x2": x2, "y2": y2, "patients": flow["patients"], "words": words})
    return rows


def _label(hospital: MapHospital, many: bool) -> str:
    return f"{hospital.name}\u00a0({hospital.units})" if many and hospital.units else hospital.name


def _label_rows(
    marked: Sequence[MapHospital], places: Mapping[str, tuple[float, float]], width: float, many: bool
) -> list[dict[str, Any]]:
    """Labels left of the map for the western half of the south, right of it for the others, with their leaders."""
    west = [h for h in marked if places[h.id][0] < MARGIN + 0.33 * width]
    rows: list[dict[str, Any]] = []
    for side, group in (("left", west), ("right", [h for h in marked if h not in west])):
        found = labels_beside([(_label(h, many), places[h.id][1]) for h in group], HEIGHT)
        edge = MARGIN - 8 if side == "left" else MARGIN + width + 8
        for hospital, (lines, y) in zip(group, found, strict=True):
            x2, y2 = places[hospital.id]
            first = y - (len(lines) - 1) * LINE_HEIGHT / 2  # a text hangs from its first line
            rows.append({"side": side, "x": edge, "y": y, "first": first, "x2": x2, "y2": y2, "lines": lines,
                         HREF: href_of(hospital.id)})  # fmt: skip
    return rows


def _layers(
    frame: Frame, codes: Collection[str], flows: list[dict[str, Any]], hospitals: list[dict[str, Any]],
    labels: list[dict[str, Any]], lang: Language, many: bool, linked: Mapping[str, Any],
) -> Any:  # fmt: skip
    import altair as alt

    width = frame.width + 2 * MARGIN
    x, y = _page(alt.X, "x", width), _page(alt.Y, "y", HEIGHT)
    land = (
        alt.Chart(alt.Data(values=projected(frame, codes, MARGIN)))
        .mark_geoshape(fill=LAND, stroke="#b9b5aa", strokeWidth=0.7)
        .project(type="identity", scale=1, translate=[0, 0])
        .encode(tooltip=alt.Tooltip("name:N", title=text("region", lang)))
    )
    thick = max((f["patients"] for f in flows), default=1.0)
    ways = (
        alt.Chart(alt.Data(values=flows))
        .mark_rule(color=VERMILLION, opacity=0.55, strokeCap="round")
        .encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q", tooltip=alt.Tooltip("words:N", title=text("draw_flow", lang)),
            strokeWidth=alt.StrokeWidth(
                "patients:Q", scale=alt.Scale(domain=[0, thick], range=[0.4, THICKEST]),
                legend=alt.Legend(title=text("draw_flow_width", lang), orient="bottom", symbolStrokeColor=VERMILLION,
                                  values=round_values(thick), symbolType="stroke", symbolSize=1200),
            ),
        )
    )  # fmt: skip
    leaders = alt.Chart(alt.Data(values=labels)).mark_rule(color=LINE, strokeWidth=0.8).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q"
    )  # fmt: skip
    domain = [text(f"draw_unit_{s}", lang) for s in (*MARKED, "other")]
    present = {h["standing"] for h in hospitals}
    kept = [i for i, name in enumerate(domain) if name in present]
    colours = [*(UNITS[s][0] for s in MARKED), "#b9b5aa"]
    shapes = [SHAPES[s] for s in (*MARKED, "other")]
    top = max((h["units"] for h in hospitals), default=1)
    size = alt.Size(
        "units:Q", scale=alt.Scale(domain=[0, top], range=[SMALLEST, LARGEST]),
        legend=alt.Legend(title=text("draw_units", lang), orient="bottom", symbolFillColor=UNITS["holder"][0],
                          values=round_values(top), format="d"),
    ) if many else alt.Size("size:Q", scale=None, legend=None)  # fmt: skip
    marks = (
        alt.Chart(alt.Data(values=hospitals))
        .mark_point(filled=True, opacity=1, stroke=INK, strokeWidth=0.7)
        .encode(
            **linked, x=x, y=y, size=size, tooltip=alt.Tooltip("words:N", title=text("hospital", lang)),
            fill=alt.Fill(
                "standing:N", scale=alt.Scale(domain=[domain[i] for i in kept], range=[colours[i] for i in kept]),
                legend=alt.Legend(title=text("hospital", lang), orient="bottom", columns=3),
            ),
            shape=alt.Shape(
                "standing:N", scale=alt.Scale(domain=[domain[i] for i in kept], range=[shapes[i] for i in kept])
            ),
        )
    )  # fmt: skip
    words = [
        alt.Chart(alt.Data(values=[r for r in labels if r["side"] == side]))
        .mark_text(align="right" if side == "left" else "left", baseline="middle", dx=-4 if side == "left" else 4,
                   fontSize=11, lineHeight=13, color=INK)
        .encode(**linked, x=x, y=_page(alt.Y, "first", HEIGHT), text="lines:N")
        for side in ("left", "right")
    ]  # fmt: skip
    seats = alt.Chart(alt.Data(values=flows)).mark_point(
        shape="cross", filled=True, size=22, color=MUTED, opacity=1
    ).encode(x=x, y=y)  # fmt: skip
    layers = [
        land,
        *([ways, seats] if flows else []),
        *([leaders] if labels else []),
        marks,
        *(words if labels else []),
    ]
    return alt.layer(*layers).properties(width=width, height=HEIGHT).resolve_scale(size="independent")


def _table(
    hospitals: Sequence[MapHospital], flows: Sequence[Row], names: Mapping[str, str], lang: Language
) -> DataTable:
    unit = text("patients/year", lang)
    columns = (
        Column("hospital", text("hospital", lang)),
        Column("standing", text("draw_permit", lang)),
        Column("valid_from", text("draw_from", lang)),
        Column("units", text("units", lang), decimals=0),
        Column("region", text("draw_home_region", lang)),
        Column("patients", text("draw_patients", lang), unit, 1),
        Column("low", text("draw_low", lang), unit, 1),
        Column("high", text("draw_high", lang), unit, 1),
        Column("grade", text("grade", lang)),
    )
    rows: list[Row] = []
    for h in hospitals:
        own = [f for f in flows if f["hospital"] == h.id]
        if h.standing == "other" and not own:
            continue
        base = {"hospital": h.name, "hospital_id": h.id, "standing": text(f"draw_unit_{h.standing}", lang),
                "valid_from": h.valid_from, "units": h.units}  # fmt: skip
        rows += [
            {**base, "region": names[f["region"]], "patients": f["patients"], "low": f["low"], "high": f["high"],
             "grade": text(f"draw_grade_{f['grade']}", lang)}
            for f in sorted(own, key=lambda f: -f["patients"])
        ] or [base]  # fmt: skip
    return DataTable(columns, rows)


def map_picture(
    system: CareSystem,
    flows: Sequence[Row],
    areas: Sequence[str],
    lang: Language,
    as_of: str,
    providers: Collection[str] = (),
    *,
    linked: bool = False,
) -> Picture:
    """Return the map of one or several areas.

    Parameters
    ----------
    system
        The dataset: places, permits, regions.
    flows
        Of `impact.questions.patient_flows`, for the same areas; none are drawn where it is empty.
    areas
        Ids; with several, a mark's size is the number of areas for which the hospital is a unit.
    lang
        Of the words.
    as_of
        Date of today in ISO form.
    providers
        Hospitals that provide the areas without a permit.
    linked
        Whether a hospital's mark and name link to its node, for a page.

    Raises
    ------
    SettingError
        If no hospital of the dataset has coordinates.
    """
    names, many = names_in(system, lang), len(areas) != 1
    hospitals = map_hospitals(system, areas, names, as_of, providers)
    placed = [h for h in hospitals if h.longitude is not None and h.latitude is not None]
    frame, codes = _frame(system, placed)
    places: dict[str, tuple[float, float]] = {}
    for h in placed:
        x, y = frame.pixel(h.longitude or 0.0, h.latitude or 0.0)
        places[h.id] = (x + MARGIN, y)
    lines = _flow_rows(system, frame, places, flows, names, lang)
    marked = [h for h in placed if h.standing != "other"]
    drawn = [
        {"x": places[h.id][0], "y": places[h.id][1], "standing": text(f"draw_unit_{h.standing}", lang),
         "units": h.units, "size": 190 if h.standing != "other" else 24, "words": _label(h, many),
         HREF: href_of(h.id)}
        for h in sorted(placed, key=lambda h: (h.standing != "other", -h.units))
        if h.standing != "other" or not h.id.startswith("unnamed")
    ]  # fmt: skip
    labels = _label_rows(marked, places, frame.width, many)
    chart = _layers(frame, codes, lines, drawn, labels, lang, many, {"href": f"{HREF}:N"} if linked else {})
    what = text("draw_all_areas", lang, count=len(areas)) if many else names[areas[0]]
    total = format_value(sum(f["patients"] for f in flows), 0, lang)
    notes = [text("draw_map_permits", lang)]
    if flows:
        notes += [
            text("draw_map_flows", lang, shown=len(lines), all=len(flows), total=total),
            text("draw_map_grade", lang),
        ]
    notes += [text("draw_map_missing", lang, names=", ".join(h.name for h in hospitals if h not in placed))] * (
        len(placed) < len(hospitals)
    )
    held = ", ".join(_label(h, many) for h in hospitals if h.standing in ("holder", "coming"))
    return Picture(
        lang=lang,
        title=text("draw_map_title_flows" if flows else "draw_map_title", lang, what=what, as_of=as_of),
        description=text(
            "draw_map_alt", lang, what=what, hospitals=held or text("draw_none", lang),
            flows=text("draw_map_alt_flows", lang, total=total) if flows else "",
        ),
        notes=notes,
        footer=footer_of(system, lang, as_of),
        chart=chart,
        table=_table(hospitals, flows, names, lang),
        width=int(frame.width + 2 * MARGIN),
    )  # fmt: skip
