"""A saved run's effects with intervals: a panel for each measure, hospitals and regions north to south."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem, SettingError
from impact import PERSPECTIVES, load_measures
from interface.drawings.palette import DIRECTIONS, INK, MUTED
from interface.drawings.picture import Column, DataTable, Picture, manifest_footer
from interface.effect_selection import LEADING, direction_of, is_shown
from interface.manifest import limits_of
from interface.node_names import names_in
from interface.numbers import format_share
from interface.texts import Language, text

__all__ = ["effects_picture"]

PANEL, LINE_HEIGHT, LABELS = 330, 24, 225
SHAPES = ("triangle-up", "circle", "square", "cross")  # in the order of DIRECTIONS
Row = Mapping[str, Any]


def _chosen(rows: Sequence[Row], year: int, perspective: str | None, *, show_all: bool) -> list[Row]:
    """Rows of hospitals and regions in the year; of measures where anything changes visibly."""
    found = [
        r
        for r in rows
        if r["year"] == year
        and r["reading"] != "national_first"
        and r["statistic"] == "mean"
        and (perspective is None or r["perspective"] == perspective)
        and (show_all or perspective is not None or r["measure"] in LEADING)
    ]
    changing = {r["measure"] for r in found if is_shown(r) and "national" not in r}
    return [r for r in found if r["measure"] in changing or show_all]


def _turns(row: Row) -> str:
    """Return the word of `DIRECTIONS` for a row: what changes by less than rounding turns neither way."""
    return direction_of(row) if is_shown(row) else "draw_unchanged"


def _entity(row: Row) -> str:
    return str(row.get("hospital") or row.get("region") or row.get("national"))


def _panel(measure: str, rows: Sequence[Row], names: Mapping[str, str], order: Sequence[str], lang: Language) -> Any:
    import altair as alt

    spec = load_measures()[measure]
    unit = text(spec.unit, lang)
    drawn = [
        {
            "name": names.get(_entity(r), str(r["name"])), "effect": r["effect"], "low": r["low"], "high": r["high"],
            "direction": text(_turns(r), lang),
        }
        for r in rows
    ]  # fmt: skip
    place = {names.get(e, e): i for i, e in enumerate(order)}
    sort = sorted({d["name"] for d in drawn}, key=lambda n: place.get(n, len(place)))
    towards = text("draw_worse_right" if spec.harm == "up" else "draw_worse_left", lang)
    y = alt.Y(
        "name:N", sort=sort, title=None, axis=alt.Axis(minExtent=LABELS, maxExtent=LABELS, domain=False, ticks=False)
    )
    words = [text(d, lang) for d in DIRECTIONS]
    colour: dict[str, Any] = {"domain": words, "range": list(DIRECTIONS.values())}
    base = alt.Chart(alt.Data(values=drawn))
    x = alt.X("effect:Q", title=f"{unit}; {towards}", axis=alt.Axis(tickCount=5))
    bars = base.mark_rule(strokeWidth=2.5).encode(
        x=alt.X("low:Q", title=f"{unit}; {towards}"), x2="high:Q", y=y,
        color=alt.Color("direction:N", scale=alt.Scale(**colour), legend=None),
    )  # fmt: skip
    points = base.mark_point(filled=True, size=95, opacity=1).encode(
        x=x, y=y, color=alt.Color("direction:N", scale=alt.Scale(**colour), legend=None),
        shape=alt.Shape("direction:N", scale=alt.Scale(domain=words, range=list(SHAPES)), legend=None),
        tooltip=[alt.Tooltip("name:N", title=text("hospital", lang)),
                 alt.Tooltip("effect:Q", title=text("effect", lang), format=",.3~r"),
                 alt.Tooltip("low:Q", title=text("draw_low", lang), format=",.3~r"),
                 alt.Tooltip("high:Q", title=text("draw_high", lang), format=",.3~r"),
                 alt.Tooltip("direction:N", title=text("direction", lang))],
    )  # fmt: skip
    zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=INK, strokeWidth=1).encode(x="x:Q")
    title: Any = alt.TitleParams(
        text(spec.perspective, lang), subtitle=spec.name_sv if lang == "sv" else spec.short["en"], anchor="start",
        fontSize=13, color=INK, subtitleColor=MUTED, subtitleFontSize=12, frame="group", limit=0,
    )  # fmt: skip
    return alt.layer(zero, bars, points).properties(width=PANEL, height=LINE_HEIGHT * len(sort), title=title)


def _grid(
    measures: Sequence[str], rows: Sequence[Row], names: Mapping[str, str], order: Sequence[str], lang: Language
) -> Any:
    """The panels of the measures that the rows hold, two beside each other."""
    import altair as alt

    panels = [_panel(m, own, names, order, lang) for m in measures if (own := [r for r in rows if r["measure"] == m])]
    return alt.concat(*panels, columns=2, spacing=26).resolve_scale(
        x="independent", y="independent", color="independent", shape="independent"
    )


def _key(lang: Language) -> Any:
    """The legend as a row of marks and words, common to all panels."""
    import altair as alt

    rows = [{"x": 12 + 130 * i, "tx": 24 + 130 * i, "direction": text(d, lang)} for i, d in enumerate(DIRECTIONS)]
    words = [text(d, lang) for d in DIRECTIONS]
    x = alt.Scale(domain=[0, 500], nice=False)
    base = alt.Chart(alt.Data(values=rows), width=500, height=20)
    marks = base.mark_point(filled=True, size=95, opacity=1).encode(
        x=alt.X("x:Q", axis=None, scale=x), y=alt.value(10),
        color=alt.Color("direction:N", scale=alt.Scale(domain=words, range=list(DIRECTIONS.values())), legend=None),
        shape=alt.Shape("direction:N", scale=alt.Scale(domain=words, range=list(SHAPES)), legend=None),
    )  # fmt: skip
    labels = base.mark_text(align="left", baseline="middle", fontSize=12, color=INK).encode(
        x=alt.X("tx:Q", axis=None, scale=x), y=alt.value(10), text="direction:N"
    )
    return alt.layer(marks, labels)


def _table(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> DataTable:
    columns = (
        Column("name", text("draw_where", lang)),
        Column("perspective", text("draw_perspective", lang)),
        Column("measure", text("measure", lang)),
        Column("unit", text("unit", lang)),
        Column("baseline", text("baseline", lang), decimals=2),
        Column("effect", text("effect", lang), decimals=2, signed=True),
        Column("low", text("draw_low", lang), decimals=2, signed=True),
        Column("high", text("draw_high", lang), decimals=2, signed=True),
        Column("direction", text("direction", lang)),
        Column("assumed", text("assumed_share", lang)),
    )
    found = [
        {
            "name": names.get(_entity(r), str(r["name"])), "perspective": text(r["perspective"], lang),
            "measure": load_measures()[r["measure"]].short[lang], "unit": text(r["unit"], lang),
            "baseline": r["baseline"], "effect": r["effect"], "low": r["low"], "high": r["high"],
            "direction": text(_turns(r), lang), "assumed": format_share(r["assumed_share"], lang),
        }
        for r in rows
    ]  # fmt: skip
    return DataTable(columns, found)


def _shown_entities(rows: Sequence[Row], universities: Collection[str]) -> set[str]:
    """Hospitals and regions with a visible effect anywhere; university hospitals always."""
    return {_entity(r) for r in rows if is_shown(r)} | set(universities)


def _order(system: CareSystem) -> list[str]:
    """Hospitals and regions, north to south."""
    records = [*system.rows["Hospital"], *system.rows["Region"]]
    return [r.key[0] for r in sorted(records, key=lambda r: (-(r.number("latitude") or 0.0), r.key))]


def effects_picture(
    system: CareSystem,
    rows: Sequence[Row],
    manifest: Mapping[str, Any],
    lang: Language,
    name: str,
    year: int | None = None,
    perspective: str | None = None,
    *,
    show_all: bool = False,
) -> Picture:
    """Return the effects of a run, never sorted by their size.

    Parameters
    ----------
    system
        Of the run: names and places of hospitals and regions.
    rows
        Effect rows, as `run --format json` prints them.
    manifest
        Of the run.
    lang
        Of the words.
    name
        Of the scenario.
    year
        The year shown; the last if None.
    perspective
        Only this one, with all its measures.
    show_all
        Every measure.

    Raises
    ------
    SettingError
        If the year or perspective is not in the rows, or nothing changes visibly.
    """
    import altair as alt

    names, order = names_in(system, lang), _order(system)
    universities = [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"]
    years = sorted({r["year"] for r in rows})
    shown = (years[-1] if years else 0) if year is None else year
    if shown not in years:
        raise SettingError(f"year {shown}: the file has the years {', '.join(map(str, years))}")
    if perspective is not None and perspective not in PERSPECTIVES:
        raise SettingError(f"perspective {perspective}: choose one of {', '.join(PERSPECTIVES)}")
    chosen = _chosen(rows, shown, perspective, show_all=show_all)
    if not chosen:
        raise SettingError("nothing to draw: no measure changes visibly in that year and perspective; try --all")
    kept = _shown_entities(chosen, universities)
    place = {e: i for i, e in enumerate(order)}
    local = [r for r in chosen if "national" not in r and _entity(r) in kept]
    local.sort(key=lambda r: ("region" in r, place.get(_entity(r), len(place))))
    hospitals, regions = [r for r in local if "hospital" in r], [r for r in local if "region" in r]
    measures = [m for p in PERSPECTIVES for m, s in load_measures().items() if s.perspective == p]
    grids = [_grid(measures, part, names, order, lang) for part in (hospitals, regions) if part]
    turns = Counter(_turns(r) for r in local)
    as_of = date.fromisoformat(manifest["dataset"]["as_of"])
    national = [r for r in chosen if "national" in r]
    assumed = [r["assumed_share"] for r in local if r["assumed_share"] is not None]
    mean = format_share(sum(assumed) / len(assumed), lang) if assumed else "–"
    return Picture(
        lang=lang,
        title=text("draw_effects_title", lang, name=name, year=as_of.year + shown),
        description=text(
            "draw_effects_alt", lang, name=name, panels=len({r["measure"] for r in local}), year=as_of.year + shown,
            harms=turns["harm"], gains=turns["gain"], unclear=turns["unclear"], unchanged=turns["draw_unchanged"],
        ),
        notes=[text("draw_effects_note", lang), text("draw_effects_grade", lang, share=mean), *limits_of("run", lang)],
        footer=manifest_footer(manifest, lang),
        chart=alt.vconcat(_key(lang), *grids, spacing=22),
        table=_table([*local, *national], names, lang),
        width=2 * (PANEL + LABELS),
        indent=LABELS,
    )  # fmt: skip
