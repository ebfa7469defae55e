"""How the accumulated effect grew decision by decision until today, and what is still to come, from a saved answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

from graph_schema import SettingError
from impact import load_measures
from interface.drawings.palette import BLUE, INK, MUTED, OCHRE
from interface.drawings.picture import BY_RANGE, Column, DataTable, Picture, manifest_footer
from interface.effect_selection import LEADING, is_shown
from interface.named_nodes import NamedNodes
from interface.texts import Language, text

__all__ = ["growth_measures", "growth_picture", "step_band", "years_scale"]

WIDTH, AHEAD, LABELS = 560, 250, 60
HEIGHT, STRIP = 84, 30
NEAR = 16  # pixels between two days, below which their numbers stand together
Row = Mapping[str, Any]
# What stands right of the days: shape and colour of each.
AHEAD_MARKS: Mapping[str, tuple[str, str]] = {
    "growth_today": ("circle", BLUE), "growth_last": ("square", BLUE), "growth_not_begun": ("diamond", OCHRE),
    "growth_pipeline": ("triangle-up", OCHRE),
}  # fmt: skip


def years_scale(first: str, last: str) -> Any:
    """Return the scale from the first of January of one date's year to that after the other's, in milliseconds."""
    import altair as alt

    ends = (datetime(int(year), 1, 1, tzinfo=UTC) for year in (first[:4], int(last[:4]) + 1))
    return alt.Scale(domain=[int(end.timestamp() * 1000) for end in ends])


def step_band(rows: Sequence[Row], today: str, x: Any, y: Any) -> Any:
    """Return the steps of an effect with their interval, the last going on until today.

    Parameters
    ----------
    rows
        Of a timeline, of one hospital and measure: ``date``, ``effect``, ``low``, ``high``.
    today
        Date in ISO form.
    x, y
        Channels of the date and the effect.
    """
    import altair as alt

    values = [{k: r[k] for k in ("date", "effect", "low", "high")} for r in rows]
    values.append({**values[-1], "date": max(today, values[-1]["date"])})
    base = alt.Chart(alt.Data(values=values))
    band = base.mark_area(color="#c9dfee", interpolate="step-after").encode(
        x=x, y=alt.Y("low:Q", title=None), y2="high:Q"
    )
    line = base.mark_line(color=BLUE, interpolate="step-after", strokeWidth=2).encode(x="date:T", y=y)
    zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=INK).encode(y="y:Q")
    return alt.layer(band, zero, line)


def growth_measures(content: Row, hospital: str | None = None) -> list[str]:
    """Return the measures of an answer's timeline that change visibly, those that are read first before the others.

    Parameters
    ----------
    content
        What `accumulate` printed.
    hospital
        Only its rows; all if None.
    """
    rows = [r for r in content["timeline"] if "hospital" in r and hospital in (None, r["hospital"])]
    found = {r["measure"] for r in rows if is_shown(r)}
    return [m for m in LEADING if m in found] + [m for m in load_measures() if m in found and m not in LEADING]


def _ahead(content: Row, hospital: str, measure: str) -> list[dict[str, Any]]:
    """The effect of today and of the last year, and what is to come adds to it; those that the answer has."""
    last, coming = content["manifest"]["years"], content["coming"]
    main = [r for r in content["effects"] if r["reading"] == "main"]
    parts = {
        "growth_today": [r for r in main if r["year"] == 0],
        "growth_last": [r for r in main if r["year"] == last],
        "growth_not_begun": [r for r in coming["not_begun"]["effects"] if r["reading"] == "main"],
        "growth_pipeline": [r for r in coming["pipeline"]["effects"] if r["reading"] == "main"],
    }
    found: list[dict[str, Any]] = []
    for what, rows in parts.items():
        own = [r for r in rows if r.get("hospital") == hospital and r["measure"] == measure and r["year"] in (0, last)]
        found += [{"what": what, "effect": r["effect"], "low": r["low"], "high": r["high"]} for r in own[:1]]
    return found


class _Drawing:
    """The panels of an answer, in a language."""

    def __init__(self, content: Row, lang: Language) -> None:
        self.content, self.today = content, str(content["as_of"])
        self.lang: Language = lang
        self.names = NamedNodes(content["nodes"]).names(lang)
        self.year = date.fromisoformat(self.today).year + int(content["manifest"]["years"])
        self.days = sorted({(r["date"], tuple(r["decisions"])) for r in content["timeline"]})
        self.scale = years_scale(self.days[0][0], self.today)
        coming = content["coming"]
        self.kinds = ["growth_today", "growth_last"]  # what stands right of the days
        self.kinds += ["growth_not_begun"] if coming["not_begun"]["decisions"] else []
        self.kinds += ["growth_pipeline"] if coming["pipeline"]["effects"] else []

    def words(self, what: str) -> str:
        return text(what, self.lang, year=self.year)

    def _x(self, *, labels: bool) -> Any:
        import altair as alt

        axis = alt.Axis(format="%Y", tickCount="year", labelOverlap=True, labels=labels)
        return alt.X("date:T", title=None, scale=self.scale, axis=axis)

    def strip(self) -> Any:
        """The days on which decisions began to act, with how many; near days have their numbers together."""
        import altair as alt

        first, end = (float(e) for e in self.scale.to_dict()["domain"])
        places: list[tuple[float, list[int], str]] = []
        for day, decisions in self.days:
            at = datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000
            place = WIDTH * (at - first) / (end - first)
            if places and place - places[-1][0] < NEAR:
                places[-1][1].append(len(decisions))
            else:
                places.append((place, [len(decisions)], day))
        x = self._x(labels=False)
        ticks = (
            alt.Chart(alt.Data(values=[{"date": d} for d, _ in self.days]))
            .mark_tick(color=INK, thickness=2, size=9)
            .encode(x=x, y=alt.value(STRIP - 6))
        )
        numbers = (
            alt.Chart(alt.Data(values=[{"date": d, "words": "+".join(map(str, n))} for _, n, d in places]))
            .mark_text(fontSize=11, color=INK, baseline="bottom")
            .encode(x="date:T", y=alt.value(STRIP - 12), text="words:N")
        )
        title: Any = alt.TitleParams(
            text("growth_strip", self.lang), anchor="start", fontSize=11, fontWeight="normal", color=MUTED, offset=2,
            frame="group",
        )  # fmt: skip
        return alt.layer(ticks, numbers).properties(width=WIDTH, height=STRIP, title=title)

    def panel(self, rows: Sequence[Row], title: str, domain: Sequence[float], *, last: bool) -> Any:
        """Steps until today, and beside them what is to come, on one scale."""
        import altair as alt

        hospital, measure = rows[0]["hospital"], rows[0]["measure"]
        axis = alt.Axis(tickCount=3, minExtent=44)
        y = alt.Y("effect:Q", title=None, axis=axis, scale=alt.Scale(domain=list(domain)))
        head: Any = alt.TitleParams(
            title, anchor="start", fontSize=12, fontWeight="normal", color=INK, offset=3, frame="group", limit=0
        )
        grown = step_band(rows, self.today, self._x(labels=last), y).properties(width=WIDTH, height=HEIGHT, title=head)
        ahead = _ahead(self.content, hospital, measure)
        return alt.hconcat(grown, self._points(ahead, domain, last=last), spacing=14)

    def _points(self, ahead: Sequence[Row], domain: Sequence[float], *, last: bool) -> Any:
        import altair as alt

        words = {w: self.words(f"{w}_short") for w in AHEAD_MARKS if w in self.kinds}
        marks = [AHEAD_MARKS[w] for w in words]
        values = [{**r, "what": words[r["what"]]} for r in ahead]
        x = alt.X(
            "what:N", sort=list(words.values()), title=None, scale=alt.Scale(domain=list(words.values())),
            axis=alt.Axis(labels=last, labelAngle=0, domain=False, ticks=False),
        )  # fmt: skip
        kinds: dict[str, Any] = {"domain": list(words.values())}
        colour = alt.Color("what:N", scale=alt.Scale(**kinds, range=[c for _, c in marks]), legend=None)
        shape = alt.Shape("what:N", scale=alt.Scale(**kinds, range=[s for s, _ in marks]), legend=None)
        base = alt.Chart(alt.Data(values=values))
        y = alt.Y("effect:Q", title=None, axis=None, scale=alt.Scale(domain=list(domain)))
        rules = base.mark_rule(strokeWidth=2.5).encode(
            x=x, y=alt.Y("low:Q", title=None, axis=None, scale=alt.Scale(domain=list(domain))), y2="high:Q",
            color=colour,
        )  # fmt: skip
        points = base.mark_point(filled=True, size=95, opacity=1).encode(x=x, y=y, color=colour, shape=shape)
        zero = alt.Chart(alt.Data(values=[{"y": 0}])).mark_rule(color=INK).encode(y=alt.Y("y:Q", title=None, axis=None))
        return alt.layer(zero, rules, points).properties(width=AHEAD, height=HEIGHT)

    def domain(self, groups: Sequence[Sequence[Row]]) -> list[float]:
        """The least and the greatest of all that some panels show."""
        whole = [r for rows in groups for r in (*rows, *_ahead(self.content, rows[0]["hospital"], rows[0]["measure"]))]
        return [min(0.0, *(r["low"] for r in whole)), max(0.0, *(r["high"] for r in whole))]


def _table(drawing: _Drawing, groups: Sequence[Sequence[Row]], lang: Language) -> DataTable:
    columns = (
        Column("hospital", text("hospital", lang)),
        Column("measure", text("measure", lang)),
        Column("date", text("date", lang)),
        Column("decisions", text("growth_decisions", lang)),
        Column("effect", text("effect", lang), decimals=BY_RANGE, signed=True),
        Column("low", text("draw_low", lang), decimals=BY_RANGE, signed=True),
        Column("high", text("draw_high", lang), decimals=BY_RANGE, signed=True),
        Column("unit", text("unit", lang)),
    )
    names, rows = drawing.names, list[dict[str, Any]]()
    for group in groups:
        hospital, measure = group[0]["hospital"], load_measures()[group[0]["measure"]]
        ahead = _ahead(drawing.content, hospital, measure.id)
        common = {"hospital": names[hospital], "measure": measure.short[lang], "unit": text(measure.unit, lang)}
        for r in group:
            decided = ", ".join(names.get(str(d), str(d)) for d in r["decisions"])
            figures = {k: r[k] for k in ("effect", "low", "high")}
            rows.append({**common, "date": r["date"], "decisions": decided, **figures})
        rows += [{**common, **r, "decisions": drawing.words(r["what"])} for r in ahead]
    return DataTable(columns, rows)


def growth_picture(content: Row, lang: Language, measure: str, hospital: str | None = None) -> Picture:
    """Return how the effect of all decisions grew at each hospital, and what is still to come.

    Parameters
    ----------
    content
        What `accumulate` printed or saved; it carries all that is drawn.
    lang
        Of the words.
    measure
        One of `growth_measures`.
    hospital
        Only this one; all that the timeline has, north to south, if None.

    Raises
    ------
    SettingError
        If the timeline has no rows of that measure or hospital.
    """
    import altair as alt

    every = [r for r in content["timeline"] if "hospital" in r]
    rows = [r for r in every if r["measure"] == measure and hospital in (None, r["hospital"])]
    if not rows:
        known = ", ".join(dict.fromkeys(r["measure"] for r in every)) or "none"
        raise SettingError(f"measure {measure}, hospital {hospital or 'any'}: the timeline has the measures {known}, "
                           "of the university hospitals")  # fmt: skip
    drawing, spec = _Drawing(content, lang), load_measures()[measure]
    order = dict.fromkeys(str(r["hospital"]) for r in rows)
    groups = [[r for r in rows if r["hospital"] == h] for h in order]
    domain = drawing.domain(groups)
    panels = [drawing.panel(g, drawing.names[g[0]["hospital"]], domain, last=g is groups[-1]) for g in groups]
    name = spec.name_sv if lang == "sv" else spec.short["en"]
    direction = text("draw_worse_up" if spec.harm == "up" else "draw_worse_down", lang)
    unit = f"{text(spec.unit, lang)}; {direction}"
    head: Any = alt.TitleParams(unit, anchor="start", fontSize=12, fontWeight="normal", color=MUTED, limit=0)
    return Picture(
        lang=lang,
        title=text("growth_title", lang, measure=name, as_of=drawing.today),
        description=text(
            "growth_alt", lang, measure=name, count=len(groups), first=drawing.days[0][0], as_of=drawing.today,
            days=len(drawing.days), decisions=len({d for _, ds in drawing.days for d in ds}),
        ),
        notes=[text("growth_note", lang), text("growth_ahead", lang, year=drawing.year)],
        footer=manifest_footer(content["manifest"], lang),
        chart=alt.vconcat(drawing.strip(), *panels, spacing=8, title=head),
        table=_table(drawing, groups, lang),
        width=WIDTH + AHEAD + LABELS,
        indent=LABELS,
    )  # fmt: skip
