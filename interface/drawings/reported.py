"""What units of a care area reported over the years, with the range in which each year was expected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem, SettingError
from interface.drawings.palette import BLUE, INK, MUTED, OCHRE, PURPLE, TINTS, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.node_names import names_in
from interface.texts import Language, text

__all__ = ["VERDICT_MARKS", "reported_picture", "verdict_scales", "verdict_word"]

PANEL, HEIGHT, COLUMNS, AXIS = 330, 170, 2, 62  # pixels; AXIS is what stands left of a plot
BAND = TINTS["CareArea"]
HIDDEN = "hidden"
# Where a number lies to colour and shape; hidden numbers have no place in the picture.
VERDICT_MARKS: Mapping[str, tuple[str, str]] = {
    "within": (BLUE, "circle"),
    "below": (OCHRE, "triangle-down"),
    "above": (OCHRE, "triangle-up"),
    "far_below": (VERMILLION, "triangle-down"),
    "far_above": (VERMILLION, "triangle-up"),
    "no_expectation": (MUTED, "square"),
    HIDDEN: (MUTED, "diamond"),
}
Row = Mapping[str, Any]


def verdict_word(verdict: str, lang: Language) -> str:
    """Return where a number lies in words; of a number whose expected one is hidden, that nothing is said."""
    return text(f"followup_verdict_{verdict}", lang)


def verdict_scales(lang: Language) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the scales of colour and shape over the words for where a number lies."""
    words = [verdict_word(v, lang) for v in VERDICT_MARKS]
    colours, shapes = zip(*VERDICT_MARKS.values(), strict=True)
    return {"domain": words, "range": list(colours)}, {"domain": words, "range": list(shapes)}


def _drawn(row: Row, lang: Language) -> dict[str, Any]:
    return {
        "year": str(row["year"]), "word": verdict_word(row["verdict"], lang),
        **{k: row[k] for k in ("reported", "expected", "low", "high", "outer_low", "outer_high")},
        "hidden": text("followup_hidden", lang) if row["masked"] else None,
    }  # fmt: skip


def _ahead(row: Row) -> dict[str, Any]:
    return {"year": str(row["year"]), "mean": row["mean"], "low": row["low"], "high": row["high"]}


def _panel(name: str, rows: Sequence[Row], ahead: Sequence[Row], years: Sequence[str], lang: Language) -> Any:
    """One unit: expected range as a band, outer limits as a line, reported number as a mark."""
    import altair as alt

    x = alt.X("year:O", title=None, scale=alt.Scale(domain=list(years)), axis=alt.Axis(labelAngle=0, grid=False))
    ends = [r[k] or 0.0 for r in rows for k in ("reported", "outer_high")] + [r["high"] for r in ahead]
    scale = alt.Scale(domain=[0, 1.1 * max(*ends, 1.0)], nice=False)
    title = text("draw_reported_axis", lang)

    def y(field: str) -> Any:
        return alt.Y(f"{field}:Q", title=title, scale=scale, axis=alt.Axis(tickCount=5, minExtent=32, maxExtent=32))

    colour, shape = verdict_scales(lang)
    base = alt.Chart(alt.Data(values=[_drawn(r, lang) for r in rows]))
    ranged = base.transform_filter("datum.low != null")
    bands = ranged.mark_bar(width=24, color=BAND).encode(x=x, y=y("low"), y2="high:Q")
    outer = ranged.mark_rule(color=MUTED, strokeWidth=1).encode(x=x, y=y("outer_low"), y2="outer_high:Q")
    middle = ranged.mark_tick(color=MUTED, width=24, thickness=2).encode(x=x, y=y("expected"))
    points = (
        base.transform_filter("datum.reported != null")
        .mark_point(filled=True, size=90, opacity=1)
        .encode(
            x=x, y=y("reported"), color=alt.Color("word:N", scale=alt.Scale(**colour), legend=None),
            shape=alt.Shape("word:N", scale=alt.Scale(**shape), legend=None),
            tooltip=[alt.Tooltip("year:O", title=text("followup_year", lang)),
                     alt.Tooltip("reported:Q", title=text("followup_short_reported", lang)),
                     alt.Tooltip("expected:Q", title=text("followup_expected", lang), format=",.1~f"),
                     alt.Tooltip("word:N", title=text("followup_verdict", lang))],
        )
    )  # fmt: skip
    words = (
        base.transform_filter("datum.hidden != null")
        .mark_text(color=INK, fontSize=11, dy=-6, baseline="bottom")
        .encode(x=x, y=alt.YDatum(0), text="hidden:N")
    )
    layers = [bands, outer, middle, points, words]
    if ahead:
        told = alt.Chart(alt.Data(values=[_ahead(r) for r in ahead]))
        layers += [
            told.mark_rule(color=PURPLE, strokeWidth=2, strokeDash=[4, 3], xOffset=15).encode(
                x=x, y=y("low"), y2="high:Q"
            ),
            told.mark_point(color=PURPLE, shape="cross", size=60, filled=True, opacity=1, xOffset=15).encode(
                x=x, y=y("mean")
            ),
        ]
    # A title would stand higher where the topmost number of the axis reaches into it.
    head = alt.Chart(alt.Data(values=[{"name": name}])).mark_text(
        align="left", baseline="bottom", fontSize=13, fontWeight="bold", color=INK
    ).encode(x=alt.value(0), y=alt.value(-14), text="name:N")  # fmt: skip
    return alt.layer(*layers, head).properties(width=PANEL, height=HEIGHT)


def _key(verdicts: Sequence[str], lang: Language, *, has_ahead: bool) -> Any:
    """What the marks mean, a line each, as far as they occur."""
    import altair as alt

    marks = [
        {"place": i, "word": verdict_word(v, lang), "says": text(f"draw_reported_key_{v}", lang)}
        for i, v in enumerate(v for v in VERDICT_MARKS if v in verdicts)
    ]
    named = [("band", text("draw_reported_key_band", lang)), ("outer", text("draw_reported_key_outer", lang))]
    named += [("ahead", text("draw_reported_key_ahead", lang))] if has_ahead else []
    others = [{"place": len(marks) + i, "kind": kind, "says": says} for i, (kind, says) in enumerate(named)]
    lines = len(marks) + len(others)
    y = alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[-0.5, lines - 0.5], reverse=True, nice=False))
    colour, shape = verdict_scales(lang)
    size: Mapping[str, Any] = {"width": 2 * PANEL, "height": 19 * lines}
    points = alt.Chart(alt.Data(values=marks), **size).mark_point(filled=True, size=90, opacity=1).encode(
        x=alt.value(12 - AXIS), y=y, color=alt.Color("word:N", scale=alt.Scale(**colour), legend=None),
        shape=alt.Shape("word:N", scale=alt.Scale(**shape), legend=None),
    )  # fmt: skip
    rest = alt.Chart(alt.Data(values=others), **size)
    bands = rest.transform_filter("datum.kind == 'band'").mark_bar(color=BAND, height=14).encode(
        x=alt.value(-AXIS), x2=alt.value(24 - AXIS), y=y
    )  # fmt: skip
    outer = rest.transform_filter("datum.kind == 'outer'").mark_rule(color=MUTED, strokeWidth=1).encode(
        x=alt.value(-AXIS), x2=alt.value(24 - AXIS), y=y
    )  # fmt: skip
    ahead = rest.transform_filter("datum.kind == 'ahead'").mark_rule(
        color=PURPLE, strokeWidth=2, strokeDash=[4, 3]
    ).encode(x=alt.value(-AXIS), x2=alt.value(24 - AXIS), y=y)  # fmt: skip
    says = alt.Chart(alt.Data(values=[*marks, *others]), **size).mark_text(
        align="left", baseline="middle", fontSize=12, color=INK
    ).encode(x=alt.value(34 - AXIS), y=y, text="says:N")  # fmt: skip
    return alt.layer(points, bands, outer, ahead, says)


def _table(rows: Sequence[Row], ahead: Sequence[Row], names: Mapping[str, str], lang: Language) -> DataTable:
    unit = text("patients/year", lang)
    columns = (
        Column("name", text("hospital", lang)),
        Column("year", text("followup_year", lang)),
        Column("reported", text("followup_short_reported", lang), unit, decimals=0),
        Column("hidden", text("followup_hidden", lang)),
        Column("expected", text("followup_expected", lang), unit, decimals=1),
        Column("low", text("draw_low", lang), unit, decimals=0),
        Column("high", text("draw_high", lang), unit, decimals=0),
        Column("outer_low", text("followup_outer_low", lang), unit, decimals=0),
        Column("outer_high", text("followup_outer_high", lang), unit, decimals=0),
        Column("verdict", text("followup_verdict", lang)),
        Column("mean", text("followup_predicted", lang), unit, decimals=1),
        Column("mean_low", text("followup_predicted_low", lang), unit, decimals=0),
        Column("mean_high", text("followup_predicted_high", lang), unit, decimals=0),
    )
    kept = ("reported", "expected", "low", "high", "outer_low", "outer_high")
    found = [
        {"name": names[r["hospital"]], "year": str(r["year"]), **{k: r[k] for k in kept},
         "verdict": verdict_word(r["verdict"], lang), "hidden": text("yes", lang) if r["masked"] else None}
        for r in rows
    ]  # fmt: skip
    found += [
        {"name": names[r["hospital"]], "year": str(r["year"]), "mean": r["mean"], "mean_low": r["low"],
         "mean_high": r["high"]}
        for r in ahead
    ]  # fmt: skip
    return DataTable([c for c in columns if any(r.get(c.key) is not None for r in found)], found)


def reported_picture(
    system: CareSystem, rows: Sequence[Row], area: str, lang: Language, ahead: Sequence[Row] = (), mask: int = 0
) -> Picture:
    """Return the reported years of the units of an area, each unit on its own scale, north to south.

    Parameters
    ----------
    system
        Names and date.
    rows
        Of the area and its hospitals, of `interface.followup_concealed.concealed_follow_up`.
    area
        Id of the care area.
    lang
        Of the words.
    ahead
        Predictions (``hospital``, ``year``, ``mean``, ``low``, ``high``); those without a mean are left out.
    mask
        Below which numbers are hidden in the rows.

    Raises
    ------
    SettingError
        If nothing is reported of the area.
    """
    import altair as alt

    own = [r for r in rows if r["area"] == area and r["hospital"] is not None]
    told = [r for r in ahead if r["mean"] is not None]
    if not own and not told:
        raise SettingError(f"nothing to draw: no yearly report of {area}")
    names = names_in(system, lang)
    order = {r.key[0]: -(r.number("latitude") or 0.0) for r in system.rows["Hospital"]}
    hospitals = sorted({r["hospital"] for r in (*own, *told)}, key=lambda h: (order[h], h))
    spans = [r["year"] for r in (*own, *told)]
    years = [str(y) for y in range(min(spans), max(spans) + 1)]
    panels = [
        _panel(
            names[h], [r for r in own if r["hospital"] == h], [r for r in told if r["hospital"] == h], years, lang
        )
        for h in hospitals
    ]  # fmt: skip
    verdicts = [v for v in VERDICT_MARKS if any(r["verdict"] == v and not r["masked"] for r in own)]
    apart: Any = {"column": AXIS + 10, "row": 62}  # between plots, as their axes and titles do not count
    chart = alt.concat(*panels, columns=COLUMNS, spacing=apart, bounds="flush").resolve_scale(
        x="independent", y="independent", color="independent", shape="independent"
    )
    outside = sum(r["verdict"] not in ("within", "no_expectation", HIDDEN) for r in own)
    hidden = sum(r["masked"] for r in own)
    notes = [text("draw_reported_note", lang), text("limits_followup_1", lang)]
    return Picture(
        lang=lang,
        title=text("draw_reported_title", lang, area=names[area]),
        description=text(
            "draw_reported_alt", lang, area=names[area], units=len(hospitals), first=years[0], last=years[-1],
            outside=outside, hidden=hidden,
        ),
        notes=[*notes, *([text("followup_masked", lang, mask=mask)] if mask else [])],
        footer=footer_of(system, lang),
        chart=alt.vconcat(_key(verdicts, lang, has_ahead=bool(told)), chart, spacing=22),
        table=_table(own, told, names, lang),
        width=COLUMNS * (PANEL + AXIS + 5),
        indent=AXIS,
    )  # fmt: skip
