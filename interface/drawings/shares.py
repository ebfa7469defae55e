"""What each decision is to answer for at a hospital, in three figures side by side, from a saved answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import SettingError
from interface.attribution_reading import HALF, AttributionReading, Key
from interface.drawings.labels import wrapped
from interface.drawings.palette import BACKGROUND, BLUE, INK, MUTED, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, manifest_footer
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from interface.texts import Language, text

__all__ = ["FIGURES", "MOST", "OF_ERROR", "key_of", "shares_picture"]

FIGURES = ("historical", "shapley", "last_in")
MOST = 14  # decisions that are drawn; the others are one bar
OF_ERROR = 1.645  # standard errors on each side of a mean within which nine of ten repeated computations lie
LEAST = 0.01  # of the largest, below which a bar could not be seen
PANEL, ROW, LABELS = 190, 22, 350
NAME_SIGNS = 44
SPLIT = ("that_concentrated", "where_it_went")
Row = Mapping[str, Any]
# How a bar looks: fill, line, dashes.
BARS: Mapping[str, tuple[str, str, list[int]]] = {
    "shares_worse": (VERMILLION, VERMILLION, [1, 0]), "shares_better": (BLUE, BLUE, [1, 0]),
    "shares_worse_uncertain": (BACKGROUND, VERMILLION, [4, 2]), "shares_better_uncertain": (BACKGROUND, BLUE, [4, 2]),
}  # fmt: skip


def key_of(reading: AttributionReading, hospital: str | None, measure: str | None, statistic: str = "mean") -> Key:
    """Return what is drawn of an answer: the one that is asked for, else the first that is visible.

    Parameters
    ----------
    reading
        The answer.
    hospital, measure, statistic
        As in its rows; None: any.

    Raises
    ------
    SettingError
        If the answer has no such rows; names what it has.
    """
    found = [
        key for key in reading.visible_keys(hospital)
        if measure is None or (key[1] == measure and key[2] == statistic)
    ]  # fmt: skip
    if found:
        return found[0]
    known = ", ".join(dict.fromkeys(f"{h} {m}{'' if s == 'mean' else ' ' + s}" for h, m, s in reading.visible_keys()))
    raise SettingError(f"hospital {hospital or 'any'}, measure {measure or 'any'}: the answer shares out no visible "
                       f"change of that; it has {known or 'none'}")  # fmt: skip


def _style(value: float, error: float | None, *, harm_is_up: bool) -> str:
    word = "shares_worse" if (value > 0) == harm_is_up else "shares_better"
    return f"{word}_uncertain" if error is not None and error > HALF * abs(value) else word


class _Drawn:
    """The bars of one measure at one hospital."""

    def __init__(self, reading: AttributionReading, key: Key, most: int) -> None:
        self.reading, self.key = reading, key
        self.lang: Language = reading.lang
        self.scale, self.harm_is_up = reading.scale(key), reading.harm_is_up(key)
        self.rows = sorted(reading.rows("rows", key), key=lambda r: self.place(r["decision"]))
        sizes = {r["decision"]: max(abs(r[f]) for f in FIGURES) for r in self.rows}
        least = LEAST * max(sizes.values(), default=0.0)
        chosen = set(sorted((d for d, size in sizes.items() if size > least), key=lambda d: -sizes[d])[:most])
        self.shown = [r for r in self.rows if r["decision"] in chosen]
        self.rest = [r for r in self.rows if r["decision"] not in chosen]
        self.gap: Row = reading.rows("last_in_gap", key)[0]
        self.decimals = decimals_for(0, self.scale * max((abs(r[f]) for r in self.rows for f in FIGURES), default=0.0))

    def place(self, decision: str) -> tuple[str, str]:
        """Where a decision stands: by date, those of one day by name."""
        return self.reading.decisions[decision]["dates"][0], self.reading.name(decision).casefold()

    def number(self, value: float) -> str:
        return format_value(self.scale * value, self.decimals, self.lang, signed=True)

    def labels(self) -> dict[str, str]:
        """Decision to what stands beside its bars."""
        short = {r["decision"]: wrapped(self.reading.name(r["decision"]), NAME_SIGNS, 1)[0] for r in self.shown}
        several = Counter(short.values())
        return {
            d: f"{name if several[name] == 1 else f'{name} ({d})'}  {self.place(d)[0]}" for d, name in short.items()
        }

    def values(self, figure: str) -> list[dict[str, Any]]:
        labels, found = self.labels(), list[dict[str, Any]]()
        for r in self.shown:
            value, error = self.scale * r[figure], self.scale * r[f"{figure}_se"]
            style = text(_style(value, error, harm_is_up=self.harm_is_up), self.lang)
            found.append({"decision": labels[r["decision"]], "value": value, "low": value - OF_ERROR * error,
                          "high": value + OF_ERROR * error, "style": style})  # fmt: skip
        if self.rest:
            value = self.scale * sum(r[figure] for r in self.rest)
            style = text(_style(value, None, harm_is_up=self.harm_is_up), self.lang)
            found.append({"decision": self.others, "value": value, "low": value, "high": value, "style": style})
        return found

    @property
    def others(self) -> str:
        return text("attribute_others", self.lang, count=len(self.rest))

    def sum_of(self, figure: str) -> str:
        """What the bars of a panel sum to, and whether that is the whole."""
        total = self.number(self.gap["total"])
        if figure != "last_in":
            return text("shares_sum", self.lang, total=total)
        return text("shares_sum_last_in", self.lang, sum=self.number(self.gap["sum_of_last_in"]), total=total)

    def panel(self, figure: str, domain: Sequence[float], *, first: bool) -> Any:
        import altair as alt

        values = self.values(figure)
        sort = [*self.labels().values(), *([self.others] if self.rest else [])]
        axis = alt.Axis(minExtent=LABELS, maxExtent=LABELS, domain=False, ticks=False) if first else None
        y = alt.Y("decision:N", sort=sort, title=None, axis=axis)
        styles = {text(s, self.lang): BARS[s] for s in BARS}
        kinds: dict[str, Any] = {"domain": list(styles)}
        base = alt.Chart(alt.Data(values=values))
        x = alt.X("value:Q", title=self._axis(), axis=alt.Axis(tickCount=4), scale=alt.Scale(domain=list(domain)))
        bars = base.mark_bar(height=11, strokeWidth=1.4).encode(
            x=x, y=y,
            fill=alt.Fill("style:N", scale=alt.Scale(**kinds, range=[s[0] for s in styles.values()]), legend=None),
            stroke=alt.Stroke("style:N", scale=alt.Scale(**kinds, range=[s[1] for s in styles.values()]), legend=None),
            strokeDash=alt.StrokeDash(
                "style:N", scale=alt.Scale(**kinds, range=[s[2] for s in styles.values()]), legend=None
            ),
        )  # fmt: skip
        errors = base.mark_rule(color=INK, strokeWidth=1.2).encode(
            x=alt.X("low:Q", title=self._axis()), x2="high:Q", y=y
        )
        zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=INK).encode(x="x:Q")
        title: Any = alt.TitleParams(
            text(f"shares_{figure}", self.lang), subtitle=self.sum_of(figure), anchor="start", fontSize=13, color=INK,
            subtitleColor=MUTED, subtitleFontSize=11, frame="group", limit=0,
        )  # fmt: skip
        return alt.layer(bars, errors, zero).properties(width=PANEL, height=ROW * len(sort), title=title)

    def _axis(self) -> str:
        towards = text("draw_worse_right" if self.harm_is_up else "draw_worse_left", self.lang)
        return f"{self.reading.unit(self.key)}; {towards}"

    def domain(self) -> list[float]:
        every = [v for f in FIGURES for v in self.values(f)]
        return [min(0.0, *(v["low"] for v in every)), max(0.0, *(v["high"] for v in every))]

    def legend(self) -> Any:
        """The looks of the bars with their words, common to the panels."""
        import altair as alt

        words = [text(s, self.lang) for s in BARS]
        rows = [{"x": 165 * i, "x2": 165 * i + 16, "tx": 165 * i + 22, "style": w} for i, w in enumerate(words)]
        scale = alt.Scale(domain=[0, 3 * PANEL + 60], nice=False)
        kinds: dict[str, Any] = {"domain": words}
        base = alt.Chart(alt.Data(values=rows), width=3 * PANEL + 60, height=18)
        marks = base.mark_bar(height=11, strokeWidth=1.4).encode(
            x=alt.X("x:Q", axis=None, scale=scale), x2="x2:Q", y=alt.value(9),
            fill=alt.Fill("style:N", scale=alt.Scale(**kinds, range=[s[0] for s in BARS.values()]), legend=None),
            stroke=alt.Stroke("style:N", scale=alt.Scale(**kinds, range=[s[1] for s in BARS.values()]), legend=None),
            strokeDash=alt.StrokeDash(
                "style:N", scale=alt.Scale(**kinds, range=[s[2] for s in BARS.values()]), legend=None
            ),
        )  # fmt: skip
        labels = base.mark_text(align="left", baseline="middle", fontSize=11, color=INK).encode(
            x=alt.X("tx:Q", axis=None, scale=scale), y=alt.value(9), text="style:N"
        )
        return alt.layer(marks, labels)

    def table(self) -> DataTable:
        lang, split = self.lang, [s for s in SPLIT if any(r[s] is not None for r in self.rows)]
        errors, unit = [f"{f}_se" for f in FIGURES], self.reading.unit(self.key)
        columns = [
            Column("decision", text("growth_decision", lang)),
            Column("date", text("attribute_date", lang)),
            *(
                Column(name, text(f"shares_{name}", lang), unit, decimals=self.decimals + (name in errors),
                       signed=name not in errors)
                for pair in zip(FIGURES, errors, strict=True) for name in pair
            ),
            *(Column(s, text(f"shares_{s}", lang), unit, decimals=self.decimals, signed=True) for s in split),
            Column("note", text("attribute_note", lang)),
        ]  # fmt: skip
        rows: list[dict[str, Any]] = [
            {"decision": self.reading.name(r["decision"]), "date": self.place(r["decision"])[0],
             **{n: None if r[n] is None else self.scale * r[n] for n in (*FIGURES, *errors, *split)},
             "note": text("attribute_uncertain", lang) if r["uncertain"] else ""}
            for r in self.rows
        ]  # fmt: skip
        whole = {"decision": text("shares_all", lang), "historical": self.gap["total"], "shapley": self.gap["total"],
                 "shapley_se": self.gap["total_se"], "last_in": self.gap["sum_of_last_in"]}  # fmt: skip
        rows.append({k: v if isinstance(v, str) else self.scale * v for k, v in whole.items()})
        return DataTable(columns, rows)


def shares_picture(content: Row, lang: Language, key: Key, year: int | None = None, most: int = MOST) -> Picture:
    """Return the three figures of each decision, decisions by date and never by size.

    Parameters
    ----------
    content
        What `attribute` printed or saved; it carries all that is drawn.
    lang
        Of the words.
    key
        Hospital, measure and statistic (`key_of`).
    year
        0 or the last year; the last if None.
    most
        How many decisions have bars of their own; the others share one.

    Raises
    ------
    SettingError
        If the answer does not share out that.
    """
    import altair as alt

    last = int(content["manifest"]["years"])
    reading = AttributionReading(NamedNodes(content["nodes"]), content, lang, last if year is None else year)
    if key not in reading.keys:
        raise SettingError(f"{' '.join(key)}: the answer does not share out that")
    drawn = _Drawn(reading, key, most)
    if not drawn.shown:
        raise SettingError(f"{' '.join(key)}: no decision has a visible share in that year")
    domain = drawn.domain()
    panels = alt.hconcat(*(drawn.panel(f, domain, first=f == FIGURES[0]) for f in FIGURES), spacing=30)
    when = date.fromisoformat(content["manifest"]["dataset"]["as_of"]).year + reading.year_of(key)
    name, hospital = reading.plain(key), reading.names[key[0]]
    return Picture(
        lang=lang,
        title=text("shares_title", lang, hospital=hospital, measure=name, year=when),
        description=text(
            "shares_alt", lang, hospital=hospital, measure=name, year=when, shown=len(drawn.shown),
            rest=len(drawn.rest), total=drawn.number(drawn.gap["total"]),
        ),
        notes=[text(f"shares_{f}_is", lang) for f in FIGURES] + [text("shares_note", lang)],
        footer=manifest_footer(content["manifest"], lang),
        chart=alt.vconcat(drawn.legend(), panels, spacing=12).resolve_scale(
            fill="independent", stroke="independent", strokeDash="independent"
        ),
        table=drawn.table(),
        width=LABELS + 3 * PANEL + 60,
        indent=LABELS,
    )  # fmt: skip
