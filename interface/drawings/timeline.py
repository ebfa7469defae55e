"""Decisions and permits over time: how many areas and units, each area's permits and case log, and what they did."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem, SettingError
from impact import load_measures
from impact.questions.overview import overview
from interface.drawings.growth import step_band, years_scale
from interface.drawings.labels import wrapped
from interface.drawings.palette import BLUE, INK, MUTED, OCHRE, PURPLE, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.node_names import names_in
from interface.texts import Language, text

__all__ = ["timeline_picture"]

WIDTH, LABELS = 720, 330
ROW, COUNTS, EFFECT = 15, 130, 78
NAME_SIGNS = 56
HEAD: Mapping[str, Any] = {"anchor": "start", "fontSize": 13, "color": INK, "frame": "group"}
# Entries of the case log that are drawn, with colour, shape and how far below the line (pixels), so that a grant and
# a refusal of one day are both seen; the other entries stand in the table.
EVENTS: Mapping[str, tuple[str, str, int]] = {
    "started": (MUTED, "cross", 0),
    "number_decided": (OCHRE, "diamond", 0),
    "granted": (BLUE, "circle", -3),
    "refused": (VERMILLION, "square", 3),
    "tabled": (PURPLE, "triangle-down", 0),
    "closed": (INK, "cross", 0),
}
Row = Mapping[str, Any]


def permit_rows(found: Row, as_of: str) -> list[dict[str, Any]]:
    """Return the spans of permits: area, first day, last day (of the picture where it goes on), holders.

    Parameters
    ----------
    found
        Of `impact.questions.overview`.
    as_of
        Date of today in ISO form.
    """
    spans: list[dict[str, Any]] = []
    for area in found["areas"]:
        by_span: dict[tuple[str, str], set[str]] = {}
        for holder in area["holders"]:
            if holder["sub_permit"] or holder["role"] == "partner" or not holder["valid_from"]:
                continue
            span = (holder["valid_from"], holder["valid_to"] or "")
            by_span.setdefault(span, set()).add(holder["name"])
        for (first, last), holders in sorted(by_span.items()):
            end = last or max(as_of, first)
            spans.append(
                {"area": area["id"], "first": first, "last": last or None, "end": end, "holders": sorted(holders)}
            )
    return spans


def event_rows(found: Row) -> list[dict[str, Any]]:
    """Return the dated entries of the case log by area."""
    return [
        {"area": area["id"], "date": e["date"], "precision": e["date_precision"], "kind": e["kind"],
         "outcome": e["outcome"] or "", "source": e["source"]}
        for area in found["areas"]
        for e in area["log"]
        if e["date"]
    ]  # fmt: skip


def count_rows(spans: Sequence[Row], as_of: str) -> list[dict[str, Any]]:
    """Return the areas and units in force from each day on which that changes."""
    days = sorted({s["first"] for s in spans} | {s["last"] for s in spans if s["last"]} | {as_of})
    rows: list[dict[str, Any]] = []
    for day in days:
        held = [s for s in spans if s["first"] <= day and not (s["last"] and s["last"] < day)]
        rows.append(
            {
                "date": day,
                "areas": len({s["area"] for s in held}),
                "units": len({(s["area"], h) for s in held for h in s["holders"]}),
            }
        )
    return rows


def _counts(rows: Sequence[Row], scale: Any, lang: Language) -> Any:
    import altair as alt

    words = [text("draw_count_areas", lang), text("units", lang)]
    drawn = [
        {"date": r["date"], "count": r[key], "what": word}
        for r in rows
        for key, word in zip(("areas", "units"), words, strict=True)
    ]
    x = alt.X("date:T", title=None, scale=scale, axis=alt.Axis(format="%Y", tickCount="year", labelOverlap=True))
    y = alt.Y("count:Q", title=text("number", lang), axis=alt.Axis(tickCount=4, minExtent=40))
    colour: dict[str, Any] = {"domain": words, "range": [BLUE, OCHRE]}
    base = alt.Chart(alt.Data(values=drawn))
    lines = base.mark_line(interpolate="step-after", strokeWidth=2.2).encode(
        x=x, y=y, color=alt.Color("what:N", scale=alt.Scale(**colour), legend=None),
        strokeDash=alt.StrokeDash("what:N", scale=alt.Scale(domain=words, range=[[1, 0], [6, 3]]), legend=None),
    )  # fmt: skip
    last = [d for d in drawn if d["date"] == rows[-1]["date"]]
    ends = (
        alt.Chart(alt.Data(values=[{**d, "words": f"{d['what']}: {d['count']}"} for d in last]))
        .mark_text(align="right", baseline="bottom", dx=-4, dy=-4, fontSize=12)
        .encode(x="date:T", y=y, text="words:N", color=alt.Color("what:N", scale=alt.Scale(**colour), legend=None))
    )
    title: Any = alt.TitleParams(text("draw_count_title", lang), **HEAD)
    return alt.layer(lines, ends).properties(width=WIDTH, height=COUNTS, title=title)


def _spans(spans: Sequence[Row], events: Sequence[Row], names: Mapping[str, str], scale: Any, lang: Language) -> Any:
    import altair as alt

    first: dict[str, str] = {}
    for span in spans:
        first[span["area"]] = min(first.get(span["area"], span["first"]), span["first"])
    areas = sorted(first, key=lambda a: (first[a], names[a].casefold()))
    short = {a: wrapped(names[a], NAME_SIGNS, 1)[0] for a in areas}
    several = Counter(short.values())
    label = {a: f"{name} ({a})" if several[name] > 1 else name for a, name in short.items()}
    sort = [label[a] for a in areas]
    bars = [
        {"area": label[s["area"]], "first": s["first"], "end": s["end"], "words": ", ".join(s["holders"])}
        for s in spans
    ]
    kinds = [k for k in EVENTS if any(e["kind"] == k and e["area"] in label for e in events)]
    words = [text(f"entry_{k}", lang) for k in kinds]
    marks: dict[int, list[dict[str, Any]]] = {}
    for e in events:
        if e["kind"] in kinds and e["area"] in label:
            mark = {"area": label[e["area"]], "date": e["date"], "kind": text(f"entry_{e['kind']}", lang),
                    "words": e["outcome"], "known": text(f"draw_date_{e['precision'] or 'day'}", lang)}  # fmt: skip
            marks.setdefault(EVENTS[e["kind"]][2], []).append(mark)
    colour = alt.Color(
        "kind:N", scale=alt.Scale(domain=words, range=[EVENTS[k][0] for k in kinds]),
        legend=alt.Legend(title=text("log", lang), orient="top", columns=3),
    )  # fmt: skip
    shape = alt.Shape("kind:N", scale=alt.Scale(domain=words, range=[EVENTS[k][1] for k in kinds]))
    tip = [
        alt.Tooltip("kind:N", title=text("event", lang)),
        alt.Tooltip("date:T", title=text("date", lang), format="%Y-%m-%d"),
        alt.Tooltip("known:N", title=text("draw_precision", lang)),
        alt.Tooltip("words:N", title=text("draw_outcome", lang)),
    ]
    x = alt.X("date:T", title=None, scale=scale, axis=alt.Axis(format="%Y", tickCount="year", labelOverlap=True))
    x_of_bars = x.copy()
    x_of_bars.shorthand = "first:T"
    y = alt.Y("area:N", sort=sort, title=None, axis=alt.Axis(minExtent=40, domain=False, ticks=False))
    layers = [
        alt.Chart(alt.Data(values=bars)).mark_bar(height=7, color="#9cc7e3").encode(
            x="first:T" if marks else x_of_bars, x2="end:T", y=y,
            tooltip=alt.Tooltip("words:N", title=text("holders", lang)),
        ),
        *(
            alt.Chart(alt.Data(values=own)).mark_point(filled=True, size=52, opacity=1, yOffset=shift).encode(
                x=x if shift == min(marks) else "date:T", y=y, color=colour, shape=shape, tooltip=tip
            )
            for shift, own in sorted(marks.items())
        ),
    ]  # fmt: skip
    title: Any = alt.TitleParams(text("draw_spans_title", lang, count=len(areas)), **HEAD)
    return alt.layer(*layers).properties(width=WIDTH, height=ROW * len(areas), title=title)


def _grown(rows: Sequence[Row], names: Mapping[str, str], order: Sequence[str], today: str, lang: Language) -> Any:
    """A small chart for each hospital: how the accumulated effect grew, with its interval."""
    import altair as alt

    measure = load_measures()[rows[0]["measure"]]
    parts: list[Any] = []
    scale = years_scale(min(r["date"] for r in rows), today)
    shown = [h for h in order if any(r.get("hospital") == h for r in rows)]
    for hospital in shown:
        drawn = [r for r in rows if r.get("hospital") == hospital]
        axis = alt.Axis(format="%Y", tickCount="year", labelOverlap=True, labels=hospital == shown[-1])
        x = alt.X("date:T", title=None, scale=scale, axis=axis)
        y = alt.Y("effect:Q", title=None, axis=alt.Axis(tickCount=3, minExtent=40))
        title: Any = alt.TitleParams(
            names[hospital], anchor="start", fontSize=11, fontWeight="normal", color=INK, offset=2, frame="group"
        )
        parts.append(step_band(drawn, today, x, y).properties(width=WIDTH, height=EFFECT, title=title))
    towards = text("draw_worse_up" if measure.harm == "up" else "draw_worse_down", lang)
    words = measure.name_sv if lang == "sv" else measure.short["en"]
    head: Any = alt.TitleParams(
        text("draw_grown_title", lang, measure=words), subtitle=f"{text(measure.unit, lang)}; {towards}",
        subtitleColor=MUTED, limit=0, **HEAD,
    )  # fmt: skip
    return alt.vconcat(*parts, spacing=8).resolve_scale(y="shared").properties(title=head)


def _table(
    spans: Sequence[Row], events: Sequence[Row], grown: Sequence[Row], names: Mapping[str, str], lang: Language
) -> DataTable:
    columns = (
        Column("date", text("date", lang)),
        Column("end", text("draw_until", lang)),
        Column("area", text("area", lang)),
        Column("event", text("event", lang)),
        Column("who", text("draw_who", lang)),
        Column("effect", text("effect", lang), decimals=2, signed=True),
        Column("low", text("draw_low", lang), decimals=2, signed=True),
        Column("high", text("draw_high", lang), decimals=2, signed=True),
        Column("unit", text("unit", lang)),
        Column("precision", text("draw_precision", lang)),
        Column("source", text("place", lang)),
    )
    rows: list[dict[str, Any]] = [
        {"date": s["first"], "end": s["last"], "area": names[s["area"]], "event": text("draw_permits", lang),
         "who": ", ".join(s["holders"])}
        for s in spans
    ]  # fmt: skip
    rows += [
        {"date": e["date"], "area": names[e["area"]], "event": text(f"entry_{e['kind']}", lang), "who": e["outcome"],
         "precision": text(f"draw_date_{e['precision'] or 'day'}", lang), "source": e["source"]}
        for e in events
    ]  # fmt: skip
    rows += [
        {"date": r["date"], "area": ", ".join(names.get(a, a) for a in r["decisions"]),
         "event": text("draw_accumulated", lang), "who": names.get(str(r.get("hospital")), text("nationals", lang)),
         "effect": r["effect"], "low": r["low"], "high": r["high"],
         "unit": f"{load_measures()[r['measure']].short[lang]}, {text(r['unit'], lang)}"}
        for r in grown
    ]  # fmt: skip
    return DataTable(columns, sorted(rows, key=lambda r: (r["date"], r["area"])))


def timeline_picture(
    system: CareSystem,
    lang: Language,
    as_of: date | None = None,
    grown: Sequence[Row] = (),
    measure: str = "patients_without_full_competence",
) -> Picture:
    """Return decisions and permits over time, and where given how their accumulated effect grew.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the words.
    as_of
        Date of today; the dataset's own if None.
    grown
        The ``timeline`` of what `accumulate` printed; empty: without effects.
    measure
        Which of its measures.

    Raises
    ------
    SettingError
        If there are no permits, or the timeline does not hold the measure.
    """
    import altair as alt

    names = names_in(system, lang)
    found = overview(system, as_of)
    today = found["as_of"]
    spans, events = permit_rows(found, today), event_rows(found)
    if not spans:
        raise SettingError(f"no permit with a first day by {today}: there is nothing to draw over time")
    rows = [r for r in grown if r["measure"] == measure]
    if grown and not rows:
        known = ", ".join(dict.fromkeys(r["measure"] for r in grown))
        raise SettingError(f"measure {measure}: the timeline has {known}")
    drawn = [e for e in events if e["kind"] in EVENTS and e["area"] in {s["area"] for s in spans}]
    first = min([s["first"] for s in spans] + [e["date"] for e in drawn])
    scale = years_scale(first, max([s["end"] for s in spans] + [today]))
    counts = count_rows(spans, today)
    order = [r.key[0] for r in sorted(system.rows["Hospital"], key=lambda r: (-(r.number("latitude") or 0.0), r.key))]
    parts = [_counts(counts, scale, lang), _spans(spans, events, names, scale, lang)]
    notes = [text("draw_timeline_note", lang)]
    if rows:
        parts.append(_grown(rows, names, order, today, lang))
        notes.append(text("draw_timeline_grown", lang))
    undated = sum(not e["date"] for a in found["areas"] for e in a["log"])
    notes.append(text("draw_timeline_undated", lang, count=undated))
    return Picture(
        lang=lang,
        title=text("draw_timeline_title", lang, as_of=today),
        description=text(
            "draw_timeline_alt", lang, first=first[:4], areas=counts[-1]["areas"], units=counts[-1]["units"],
            as_of=today,
        ),
        notes=notes,
        footer=footer_of(system, lang, today),
        chart=alt.vconcat(*parts, spacing=24).resolve_scale(color="independent", shape="independent"),
        table=_table(spans, events, rows, names, lang),
        width=WIDTH + LABELS,
        indent=LABELS,
    )  # fmt: skip
