"""A saved run on a map: how a measure of travel or transport changes in each region, with its interval in the table."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem, SettingError
from impact import load_measures
from interface.drawings.counties import Frame, counties, frame_of, projected
from interface.drawings.map_data import labels_beside
from interface.drawings.palette import BLUE, INK, LINE, MUTED, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, manifest_footer
from interface.effect_selection import direction_of, is_shown
from interface.manifest import limits_of
from interface.node_names import names_in
from interface.numbers import decimals_for, decimals_of_size, format_share, format_value
from interface.texts import Language, text

__all__ = ["TRAVEL", "changing_measures", "travel_picture"]

# What a region's patients travel, in the order in which it is offered.
TRAVEL = (
    "hours_mean", "hours_p95", "transports", "icu_transports", "inhabitants_beyond_1h", "inhabitants_beyond_2h",
    "inhabitants_beyond_4h", "inhabitants_beyond_6h", "not_referred", "not_taken",
)  # fmt: skip
HEIGHT, MARGIN = 760.0, 235.0  # pixels; the margin on each side holds the labels
MIDDLE = "#f4f2ec"  # no change
LINE_HEIGHT = 13
MOST_DECIMALS = 1  # a tenth of an hour, of a patient or of a transport is as fine as anybody plans
LEAST_PATIENTS = 0.05  # a hospital with fewer patients of the decision's areas is no unit
OWN = ("patients_at_needed_volume", "patients_below")
Row = Mapping[str, Any]
Point = tuple[float, float]


def _regions(rows: Sequence[Row], measure: str, year: int) -> dict[str, Row]:
    return {
        str(r["region"]): r
        for r in rows
        if "region" in r and r["measure"] == measure and r["year"] == year and r["reading"] != "national_first"
    }


def changing_measures(rows: Sequence[Row], year: int) -> list[str]:
    """Return the measures of travel and transport that change visibly in any region, in the order of `TRAVEL`.

    Parameters
    ----------
    rows
        Effect rows, as `run --format json` prints them.
    year
        Years after year 0.
    """
    return [m for m in TRAVEL if any(is_shown(r) for r in _regions(rows, m, year).values())]


def _units(rows: Sequence[Row], year: int) -> list[str]:
    """Hospitals with patients of the decision's areas in the world with it, in their order."""
    patients: Counter[str] = Counter()
    for r in rows:
        if r["measure"] in OWN and "hospital" in r and r["year"] == year and r["reading"] != "national_first":
            patients[str(r["hospital"])] += (r["baseline"] or 0.0) + r["effect"]
    return [h for h, n in patients.items() if n >= LEAST_PATIENTS]


def _shown(row: Row, lang: Language) -> str:
    decimals = min(decimals_for(row["low"], row["high"]), MOST_DECIMALS)
    return format_value(row["effect"], decimals, lang, signed=True)


def _words(row: Row, lang: Language) -> str:
    """The change as it stands beside the region: a value that may be either way says so."""
    unclear = f" ({text('unclear', lang)})" if direction_of(row) == "unclear" else ""
    return f"{_shown(row, lang)}\u00a0{text(row['unit'], lang)}{unclear}"


def _outline(frame: Frame, told: Mapping[str, Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """The counties with the change that fills them."""
    found: list[dict[str, Any]] = []
    codes = {f["properties"]["name_sv"]: f["id"] for f in counties()}
    for feature in projected(frame, set(told), MARGIN):
        row = told[codes[feature["name"]]]
        change = row["effect"] if is_shown(row) else 0.0
        words = f"{names[str(row['region'])]}: {_words(row, lang)}"
        found.append({**feature, "change": change, "words": words, "unclear": direction_of(row) == "unclear"})
    return found


def _middle(frame: Frame, system: CareSystem, region: str) -> Point | None:
    node = system.node(region, "Region")
    longitude, latitude = node.number("longitude"), node.number("latitude")
    if longitude is None or latitude is None:
        return None
    x, y = frame.pixel(longitude, latitude)
    return x + MARGIN, y


def _labels(
    frame: Frame, system: CareSystem, shown: Sequence[Row], names: Mapping[str, str], lang: Language
) -> list[dict[str, Any]]:
    """The regions that change, with their change, left and right of the map, and a leader to each."""
    placed = [(r, p) for r in shown if (p := _middle(frame, system, str(r["region"]))) is not None]
    placed.sort(key=lambda item: item[1][0])
    rows: list[dict[str, Any]] = []
    for side, group in (("left", placed[: len(placed) // 2]), ("right", placed[len(placed) // 2 :])):
        wanted = [(f"{names[str(r['region'])]}: {_words(r, lang)}", p[1]) for r, p in group]
        edge = MARGIN - 8 if side == "left" else MARGIN + frame.width + 8
        for (_, (x2, y2)), (lines, y) in zip(group, labels_beside(wanted, HEIGHT), strict=True):
            first = y - (len(lines) - 1) * LINE_HEIGHT / 2  # a text hangs from its first line
            rows.append({"side": side, "x": edge, "y": y, "first": first, "x2": x2, "y2": y2, "lines": lines})
    return rows


def _marks(frame: Frame, system: CareSystem, units: Sequence[str], names: Mapping[str, str]) -> list[dict[str, Any]]:
    """The hospitals that have a place on the map."""
    found: list[dict[str, Any]] = []
    for hospital in units:
        node = system.nodes.get(hospital)
        longitude, latitude = (None, None) if node is None else (node.number("longitude"), node.number("latitude"))
        if longitude is not None and latitude is not None:
            x, y = frame.pixel(longitude, latitude)
            found.append({"x": x + MARGIN, "y": y, "words": names[hospital]})
    return found


def _largest(shown: Sequence[Row]) -> float:
    """The end of the scale, in both directions: the largest change, rounded up to a half of its first digit."""
    size = max(abs(r["effect"]) for r in shown)
    step = 0.5 * 10.0 ** math.floor(math.log10(size)) if size > 0 else 1.0
    return math.ceil(size / step - 1e-9) * step


def _chart(
    frame: Frame, land: list[dict[str, Any]], labels: list[dict[str, Any]], units: list[dict[str, Any]], largest: float,
    title: str, lang: Language,
) -> Any:  # fmt: skip
    import altair as alt

    width = frame.width + 2 * MARGIN

    def page(channel: Any, field: str, size: float) -> Any:
        domain = [0, size] if channel is alt.X else [size, 0]
        return channel(f"{field}:Q", axis=None, scale=alt.Scale(domain=domain, nice=False, zero=False))

    x, y = page(alt.X, "x", width), page(alt.Y, "y", HEIGHT)
    fill = alt.Fill(
        "change:Q",
        scale=alt.Scale(domain=[-largest, 0, largest], range=[BLUE, MIDDLE, VERMILLION], interpolate="rgb"),
        legend=alt.Legend(title=title, orient="bottom", gradientLength=320, gradientStrokeColor=LINE, format=",.3~r",
                          values=[-largest, -largest / 2, 0, largest / 2, largest]),
    )  # fmt: skip
    # Dashed where the interval lies on both sides of 0: what colour says there may be the other way.
    counties_layer = (
        alt.Chart(alt.Data(values=land))
        .mark_geoshape(strokeWidth=0.9)
        .project(type="identity", scale=1, translate=[0, 0])
        .encode(
            fill=fill, stroke=alt.condition("datum.unclear", alt.value(INK), alt.value(LINE)),
            strokeDash=alt.condition("datum.unclear", alt.value([3, 3]), alt.value([1, 0])),
            tooltip=alt.Tooltip("words:N", title=text("region", lang)),
        )
    )  # fmt: skip
    leaders = alt.Chart(alt.Data(values=labels)).mark_rule(color=MUTED, strokeWidth=0.8).encode(
        x=x, y=y, x2="x2:Q", y2="y2:Q"
    )  # fmt: skip
    marks = (
        alt.Chart(alt.Data(values=units))
        .mark_point(shape="diamond", filled=True, size=110, opacity=1, color=INK, stroke="#ffffff", strokeWidth=1)
        .encode(x=x, y=y, tooltip=alt.Tooltip("words:N", title=text("hospital", lang)))
    )
    words = [
        alt.Chart(alt.Data(values=[r for r in labels if r["side"] == side]))
        .mark_text(align="right" if side == "left" else "left", baseline="middle", dx=-4 if side == "left" else 4,
                   fontSize=11, lineHeight=LINE_HEIGHT, color=INK)
        .encode(x=x, y=page(alt.Y, "first", HEIGHT), text="lines:N")
        for side in ("left", "right")
    ]  # fmt: skip
    return alt.layer(counties_layer, leaders, *([marks] if units else []), *words).properties(
        width=width, height=HEIGHT
    )


def _table(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> DataTable:
    unit = text(rows[0]["unit"], lang)
    decimals = min(max(decimals_for(r["low"], r["high"]) for r in rows), MOST_DECIMALS)
    own = max(decimals_of_size(r["baseline"], decimals) for r in rows)
    columns = (
        Column("region", text("region", lang)),
        Column("before", text("draw_travel_before", lang), unit, own),
        Column("after", text("draw_travel_after", lang), unit, own),
        Column("effect", text("effect", lang), unit, decimals, signed=True),
        Column("low", text("draw_low", lang), unit, decimals, signed=True),
        Column("high", text("draw_high", lang), unit, decimals, signed=True),
        Column("direction", text("direction", lang)),
        Column("assumed", text("assumed_share", lang)),
    )
    found = [
        {
            "region": names[str(r["region"])], "before": r["baseline"],
            "after": None if r["baseline"] is None else r["baseline"] + r["effect"],
            "effect": r["effect"], "low": r["low"], "high": r["high"],
            "direction": text(direction_of(r) if is_shown(r) else "draw_unchanged", lang),
            "assumed": format_share(r["assumed_share"], lang),
        }
        for r in rows
    ]  # fmt: skip
    return DataTable(columns, found)


def _north_to_south(system: CareSystem, told: Mapping[str, Row]) -> list[Row]:
    place = {r.key[0]: r.number("latitude") or 0.0 for r in system.rows["Region"]}
    return [told[r] for r in sorted(told, key=lambda r: (-place.get(r, 0.0), r))]


def _chosen(rows: Sequence[Row], measure: str | None, year: int | None) -> tuple[str, int]:
    years = sorted({r["year"] for r in rows})
    shown = (years[-1] if years else 0) if year is None else year
    if shown not in years:
        raise SettingError(f"year {shown}: the file has the years {', '.join(map(str, years))}")
    if measure is not None and measure not in TRAVEL:
        raise SettingError(f"measure {measure}: choose one of {', '.join(TRAVEL)}")
    changing = changing_measures(rows, shown)
    if not changing or (measure is not None and measure not in changing):
        rest = f"; these do: {', '.join(changing)}" if changing else ""
        what = measure or "no measure of travel"
        raise SettingError(f"nothing to draw: {what} changes in no region as much as a table shows{rest}")
    return measure or changing[0], shown


def travel_picture(
    system: CareSystem,
    rows: Sequence[Row],
    manifest: Mapping[str, Any],
    lang: Language,
    name: str,
    measure: str | None = None,
    year: int | None = None,
) -> Picture:
    """Return the map of a run's change in travel or transport by region.

    Parameters
    ----------
    system
        Of the run: names and places of regions and hospitals.
    rows
        Effect rows, as `run --format json` prints them.
    manifest
        Of the run.
    lang
        Of the words.
    name
        Of the scenario.
    measure
        One of `TRAVEL`; the first that changes visibly if None.
    year
        The year shown; the last if None.

    Raises
    ------
    SettingError
        If the year is not in the rows, the measure is none of travel, nothing changes visibly, or no region of the
        dataset has a county code.
    """
    measure, shown_year = _chosen(rows, measure, year)
    names, spec = names_in(system, lang), load_measures()[measure]
    told = _regions(rows, measure, shown_year)
    ordered = _north_to_south(system, told)
    codes = {r.key[0]: r.text("county_code") for r in system.rows["Region"] if r.text("county_code")}
    by_code = {codes[region]: row for region, row in told.items() if region in codes}
    points = [
        (x, y) for f in counties() if f["id"] in by_code for p in f["geometry"]["coordinates"] for x, y in p[0]
    ]  # fmt: skip
    if not points:
        raise SettingError("a map needs the county codes of the regions: the dataset has none; add them")
    frame = frame_of(points, HEIGHT)
    changed = [r for r in ordered if is_shown(r)]
    turns = Counter(direction_of(r) for r in changed)
    land, labels = _outline(frame, by_code, names, lang), _labels(frame, system, changed, names, lang)
    marks = _marks(frame, system, _units(rows, shown_year), names)
    unit, year_told = text(spec.unit, lang), date.fromisoformat(manifest["dataset"]["as_of"]).year + shown_year
    change = text("draw_travel_change", lang)
    title = f"{spec.short[lang]}, {change} ({unit})"
    low, high = (format_value(f(r["effect"] for r in changed), 1, lang, signed=True) for f in (min, max))
    return Picture(
        lang=lang,
        title=text("draw_travel_title", lang, name=name, measure=spec.short[lang], year=year_told),
        description=text(
            "draw_travel_alt", lang, name=name, measure=spec.short[lang], year=year_told, changed=len(changed),
            all=len(ordered), worse=turns["harm"], better=turns["gain"], unclear=turns["unclear"], low=low, high=high,
            unit=unit,
        ),
        notes=[text("draw_travel_note", lang), text("draw_travel_units", lang), *limits_of("run", lang)],
        footer=manifest_footer(manifest, lang),
        chart=_chart(frame, land, labels, marks, _largest(changed), title, lang),
        table=_table(ordered, names, lang),
        width=int(frame.width + 2 * MARGIN),
    )  # fmt: skip
