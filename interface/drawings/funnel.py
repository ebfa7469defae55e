"""Reported against expected of all units of a year, in a funnel: the fewer patients, the wider chance alone reaches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem, SettingError
from interface.drawings.palette import BLUE, INK, LINE
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.drawings.reported import verdict_scales, verdict_word
from interface.node_names import names_in
from interface.texts import Language, text

__all__ = ["funnel_picture"]

WIDTH, HEIGHT, AXIS = 640, 380, 62
LABEL_STEPS = (-9, -24, -39)  # pixels that names stand above their limits, so that neighbours do not meet
TICKS = [step * 10**power for power in range(5) for step in (1, 2, 5)]
PER_CENT = "format(100 * datum.value, 'd') + ' %'"
FLOOR = 1.0  # patients a year; below it an expected number has no place on a logarithmic axis
Row = Mapping[str, Any]


def _points(rows: Sequence[Row], names: Mapping[str, str], area: str | None, lang: Language) -> list[dict[str, Any]]:
    """Rows as shares of what was expected."""
    return [
        {
            "name": f"{names[r['area']]}, {names[r['hospital']]}", "year": str(r["year"]), "expected": r["expected"],
            "ratio": r["reported"] / r["expected"], "reported": r["reported"],
            **{k: r[k] / r["expected"] for k in ("low", "high", "outer_low", "outer_high")},
            "word": verdict_word(r["verdict"], lang), "chosen": area in (None, r["area"]),
            "label": names[r["hospital"]] if r["area"] == area else "",
        }
        for r in rows
    ]  # fmt: skip


def _labels(points: Sequence[Mapping[str, Any]], ends: tuple[float, float]) -> list[Any]:
    """The names of the chosen units, towards the middle of the picture and each at a height of its own."""
    import altair as alt

    middle = (ends[0] * ends[1]) ** 0.5
    named = sorted((p for p in points if p["label"]), key=lambda p: p["expected"])
    return [
        alt.Chart(alt.Data(values=[p]))
        .mark_text(
            align="left" if p["expected"] < middle else "right", baseline="middle", fontSize=11, color=INK,
            dy=LABEL_STEPS[i % len(LABEL_STEPS)],
        )
        .encode(x="expected:Q", y="outer_high:Q", text="label:N")
        for i, p in enumerate(named)
    ]  # fmt: skip


def _chart(points: Sequence[Mapping[str, Any]], lang: Language) -> Any:
    import altair as alt

    sizes = [p["expected"] for p in points]
    ends = (0.8 * min(sizes), 1.25 * max(sizes))
    x = alt.X(
        "expected:Q", title=text("draw_funnel_x", lang), scale=alt.Scale(type="log", domain=list(ends), nice=False),
        axis=alt.Axis(grid=False, format="d", values=[t for t in TICKS if ends[0] <= t <= ends[1]]),
    )  # fmt: skip
    scale = alt.Scale(zero=True, nice=True)

    def y(field: str) -> Any:
        return alt.Y(
            f"{field}:Q",
            title=text("draw_funnel_y", lang),
            scale=scale,
            axis=alt.Axis(labelExpr=PER_CENT, minExtent=40, maxExtent=40),
        )

    colour, shape = verdict_scales(lang)
    base = alt.Chart(alt.Data(values=list(points)))
    outer = base.mark_rule(strokeWidth=1, color=LINE, opacity=0.5).encode(x=x, y=y("outer_low"), y2="outer_high:Q")
    inner = base.mark_rule(strokeWidth=5, color="#cfdce6").encode(x=x, y=y("low"), y2="high:Q")
    own = base.transform_filter("datum.chosen")
    own_inner = own.mark_rule(strokeWidth=5, color="#a9d3ec").encode(x=x, y=y("low"), y2="high:Q")
    own_outer = own.mark_rule(strokeWidth=1, color=BLUE).encode(x=x, y=y("outer_low"), y2="outer_high:Q")
    as_expected = alt.Chart(alt.Data(values=[{"ratio": 1}])).mark_rule(color=INK, strokeWidth=1).encode(y=y("ratio"))
    others = base.transform_filter("!datum.chosen").mark_point(size=45, filled=False, color=LINE).encode(
        x=x, y=y("ratio"), tooltip=[alt.Tooltip("name:N", title=text("draw_funnel_unit", lang))]
    )  # fmt: skip
    marks = own.mark_point(size=95, filled=True, opacity=1).encode(
        x=x, y=y("ratio"), color=alt.Color("word:N", scale=alt.Scale(**colour), legend=None),
        shape=alt.Shape("word:N", scale=alt.Scale(**shape), legend=None),
        tooltip=[alt.Tooltip("name:N", title=text("draw_funnel_unit", lang)),
                 alt.Tooltip("year:N", title=text("followup_year", lang)),
                 alt.Tooltip("reported:Q", title=text("followup_short_reported", lang)),
                 alt.Tooltip("expected:Q", title=text("followup_expected", lang), format=",.1~f"),
                 alt.Tooltip("word:N", title=text("followup_verdict", lang))],
    )  # fmt: skip
    beside = () if all(p["chosen"] for p in points) else (others,)  # a layer without points has no extent
    theirs = (own_outer, own_inner, marks) if any(p["chosen"] for p in points) else ()
    layers = (outer, inner, *theirs[:2], as_expected, *beside, *theirs[2:], *_labels(points, ends))
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _table(points: Sequence[Mapping[str, Any]], lang: Language) -> DataTable:
    share = text("draw_funnel_share", lang)
    columns = (
        Column("name", text("draw_funnel_unit", lang)),
        Column("year", text("followup_year", lang)),
        Column("reported", text("followup_short_reported", lang), text("patients/year", lang), decimals=0),
        Column("expected", text("followup_expected", lang), text("patients/year", lang), decimals=1),
        Column("ratio", text("draw_funnel_ratio", lang), share, decimals=0),
        Column("low", text("draw_low", lang), share, decimals=0),
        Column("high", text("draw_high", lang), share, decimals=0),
        Column("outer_low", text("followup_outer_low", lang), share, decimals=0),
        Column("outer_high", text("followup_outer_high", lang), share, decimals=0),
        Column("word", text("followup_verdict", lang)),
    )
    shares = ("ratio", "low", "high", "outer_low", "outer_high")
    return DataTable(columns, [{**p, **{k: 100 * p[k] for k in shares}} for p in points])


def funnel_picture(
    system: CareSystem, rows: Sequence[Row], lang: Language, area: str | None = None, year: int | None = None,
    mask: int = 0,
) -> Picture:  # fmt: skip
    """Return reported numbers as shares of the expected ones, each with its own limits, by how many were expected.

    Parameters
    ----------
    system
        Names and date.
    rows
        Of all areas, of `interface.followup_concealed.concealed_follow_up`.
    lang
        Of the words.
    area
        Care area whose units are named; the others stay in the background.
    year
        Which year; each unit's latest if None.
    mask
        Below which numbers are hidden in the rows.

    Raises
    ------
    SettingError
        If no number of the year has an expected one.
    """
    units = [r for r in rows if r["hospital"] is not None]
    latest = {(r["area"], r["hospital"]): r["year"] for r in units}
    of_year = [r for r in units if r["year"] == (latest[r["area"], r["hospital"]] if year is None else year)]
    drawn = [r for r in of_year if r["reported"] is not None and (r["expected"] or 0.0) >= FLOOR]
    if not drawn:
        raise SettingError("nothing to draw: no reported number of that year has an expected one beside it")
    names = names_in(system, lang)
    points = _points(drawn, names, area, lang)
    outside = sum(r["verdict"] != "within" for r in drawn)
    years = sorted({r["year"] for r in drawn})
    span = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
    notes = [text("draw_funnel_note", lang, left_out=len(of_year) - len(drawn)), text("limits_followup_1", lang)]
    named = "" if area is None else text("draw_funnel_named", lang, area=names[area])
    return Picture(
        lang=lang,
        title=text("draw_funnel_title", lang, years=span),
        description=text("draw_funnel_alt", lang, units=len(drawn), years=span, outside=outside, named=named),
        notes=[*notes, *([text("followup_masked", lang, mask=mask)] if mask else [])],
        footer=footer_of(system, lang),
        chart=_chart(points, lang),
        table=_table(points, lang),
        width=WIDTH + AXIS,
        indent=AXIS,
    )
