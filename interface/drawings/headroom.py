"""How many more decisions each hospital takes before it falls below a floor, from a saved answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impact import load_measures
from interface.drawings.palette import BLUE, INK, OCHRE, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, manifest_footer
from interface.named_nodes import NamedNodes
from interface.numbers import format_share
from interface.texts import Language, text

__all__ = ["headroom_picture"]

LEFT, RISK, LABELS = 430, 230, 235
ROW = 50
BELOW = -3  # where the axis has those that are below already
ENDS: Mapping[str, str] = {"strict": "diamond", "lenient": "square"}
Row = Mapping[str, Any]


class _Drawing:
    """The answer, in a language."""

    def __init__(self, content: Row, lang: Language) -> None:
        self.content = content
        self.lang: Language = lang
        self.names = NamedNodes(content["nodes"]).names(lang)
        self.most = len(content["pipeline"])
        self.rows = content["rows"]
        self.order = [self.names[r["hospital"]] for r in self.rows]

    def words(self, left: int | None, *, whole: bool) -> str:
        """Decisions left as they are read."""
        if left is None:
            return text("headroom_none", self.lang)
        return text("headroom_all", self.lang, number=left) if whole else str(left)

    def _y(self, *, labels: bool) -> Any:
        import altair as alt

        axis = alt.Axis(minExtent=LABELS, maxExtent=LABELS, domain=False, ticks=False) if labels else None
        return alt.Y("hospital:N", sort=self.order, title=None, axis=axis)

    def left(self) -> Any:
        """Bars of the decisions left with the range over the draws, and below each the strictest and mildest floors."""
        import altair as alt

        bars: list[dict[str, Any]] = []
        ends: list[dict[str, Any]] = []
        for row in self.rows:
            name, left = self.names[row["hospital"]], row["decisions_left"]
            bars.append({"hospital": name, "zero": 0, "left": BELOW if left is None else left, "low": row["low"],
                         "high": row["high"], "words": self.words(left, whole=row["whole_pipeline"])})  # fmt: skip
            if row["strict"] is None or row["lenient"] is None:
                continue
            places = {e: row[e]["decisions_left"] for e in ENDS}
            shown = {e: BELOW if v is None else v for e, v in places.items()}
            ends += [
                {"hospital": name, "left": shown[e], "first": shown["strict"], "last": shown["lenient"],
                 "end": text(f"headroom_at_{e}", self.lang)}
                for e in ENDS
            ]  # fmt: skip
        ticks = [BELOW, *range(0, self.most + 1, 5 if self.most > 10 else 1)]
        below = "".join(f"'{word}'," for word in text("headroom_none", self.lang).split())
        axis = alt.Axis(values=ticks, labelExpr=f"datum.value < 0 ? [{below}] : datum.label", labelOverlap=False)
        x_of = alt.Scale(domain=[BELOW - 1, self.most + 3], nice=False)
        x = alt.X("left:Q", title=text("headroom_axis", self.lang, most=self.most), axis=axis, scale=x_of)
        y = self._y(labels=True)
        base = alt.Chart(alt.Data(values=bars))
        bar = base.mark_bar(height=13, color="#9cc7e3", stroke=BLUE, yOffset=-9).encode(x=x, x2="zero:Q", y=y)
        spread = base.mark_rule(color=INK, strokeWidth=1.4, yOffset=-9).encode(
            x=alt.X("low:Q", scale=x_of), x2="high:Q", y=y
        )
        label = base.mark_text(align="left", dx=6, dy=-21, fontSize=11.5, fontWeight="bold", color=INK).encode(
            x=alt.X("left:Q", scale=x_of), y=y, text="words:N"
        )
        zero = alt.Chart(alt.Data(values=[{"x": 0}])).mark_rule(color=INK).encode(x=alt.X("x:Q", scale=x_of))
        own = alt.Chart(alt.Data(values=ends))
        words = [text(f"headroom_at_{e}", self.lang) for e in ENDS]
        shape = alt.Shape(
            "end:N", scale=alt.Scale(domain=words, range=list(ENDS.values())),
            legend=alt.Legend(title=None, orient="top", symbolStrokeColor=OCHRE),
        )  # fmt: skip
        line = own.mark_rule(color=OCHRE, strokeWidth=2, yOffset=9).encode(
            x=alt.X("first:Q", scale=x_of), x2="last:Q", y=y
        )
        mark: dict[str, Any] = {"opacity": 1, "color": OCHRE, "yOffset": 9}
        marks = [  # hollow and larger at the mildest floor, so that both are seen where they are one
            alt.Chart(alt.Data(values=[e for e in ends if e["end"] == word]))
            .mark_point(**mark, filled=filled, size=size)
            .encode(x=alt.X("left:Q", scale=x_of), y=y, shape=shape)
            for word, filled, size in zip(words, (True, False), (70, 130), strict=True)
        ]
        title: Any = alt.TitleParams(
            text("headroom_left_title", self.lang), anchor="start", fontSize=13, color=INK, frame="group", limit=0
        )
        return alt.layer(bar, spread, zero, label, line, *marks).properties(
            width=LEFT, height=ROW * len(self.order), title=title
        )

    def risk(self) -> Any:
        """The risk of lying below a floor with no further decision and with all, against what is put up with."""
        import altair as alt

        words = {k: text(f"headroom_risk_{k}", self.lang) for k in ("without", "with_all")}
        x_of, kinds = alt.Scale(domain=[0, 100]), dict[str, Any](domain=list(words.values()))
        y = self._y(labels=False)
        colour = alt.Color("what:N", scale=alt.Scale(**kinds, range=[BLUE, VERMILLION]),
                           legend=alt.Legend(title=None, orient="top"))  # fmt: skip
        shape = alt.Shape("what:N", scale=alt.Scale(**kinds, range=["circle", "triangle-right"]))
        x = alt.X("risk:Q", title=text("headroom_risk_axis", self.lang), scale=x_of, axis=alt.Axis(tickCount=5))
        marks = [
            alt.Chart(
                alt.Data(values=[
                    {"hospital": self.names[r["hospital"]], "risk": 100 * r[f"p_below_{k}"], "what": w}
                    for r in self.rows
                ])
            ).mark_point(filled=True, size=85, opacity=1, yOffset=shift).encode(x=x, y=y, color=colour, shape=shape)
            for (k, w), shift in zip(words.items(), (-8, 8), strict=True)
        ]  # fmt: skip
        border = (
            alt.Chart(alt.Data(values=[{"x": 100 * self.content["alpha"]}]))
            .mark_rule(color=INK, strokeDash=[4, 3])
            .encode(x=alt.X("x:Q", scale=x_of))
        )
        title: Any = alt.TitleParams(
            text("headroom_risk_title", self.lang), anchor="start", fontSize=13, color=INK, frame="group", limit=0
        )
        return alt.layer(border, *marks).properties(width=RISK, height=ROW * len(self.order), title=title)

    def _set(self, row: Row) -> str:
        chosen = row["smallest_breaking_set"]
        if not chosen:
            return ""
        share = format_share(row["p_below_with_set"], self.lang)
        areas = text("headroom_set_p", self.lang, areas=", ".join(self.names[a] for a in chosen), share=share)
        return areas if row["exact"] else text("headroom_not_exact", self.lang, areas=areas)

    def table(self) -> DataTable:
        lang, measures = self.lang, load_measures()
        columns = (
            Column("hospital", text("hospital", lang)),
            Column("decisions_left", text("headroom_left_word", lang)),
            Column("low", text("draw_low", lang), decimals=0),
            Column("high", text("draw_high", lang), decimals=0),
            Column("strict", text("headroom_strict", lang)),
            Column("lenient", text("headroom_lenient", lang)),
            Column("p_below_without", text("headroom_risk_without", lang), "%", 0),
            Column("p_below_with_all", text("headroom_risk_with_all", lang), "%", 0),
            Column("first", text("headroom_first_word", lang)),
            Column("set", text("headroom_set_word", lang)),
        )
        rows = [
            {"hospital": self.names[r["hospital"]], "low": r["low"], "high": r["high"],
             "decisions_left": self.words(r["decisions_left"], whole=r["whole_pipeline"]),
             **{e: "" if r[e] is None else self.words(r[e]["decisions_left"], whole=r[e]["whole_pipeline"])
                for e in ENDS},
             "p_below_without": 100 * r["p_below_without"], "p_below_with_all": 100 * r["p_below_with_all"],
             "first": "" if r["first_floor_measure"] is None else measures[r["first_floor_measure"]].short[lang],
             "set": self._set(r)}
            for r in self.rows
        ]  # fmt: skip
        return DataTable(columns, rows)


def headroom_picture(content: Row, lang: Language) -> Picture:
    """Return the decisions left at each hospital with their range, north to south, and the risk of lying below.

    Parameters
    ----------
    content
        What `headroom` printed or saved; it carries all that is drawn.
    lang
        Of the words.
    """
    import altair as alt

    drawing, manifest = _Drawing(content, lang), content["manifest"]
    alpha = format_share(content["alpha"], lang)
    told = "; ".join(
        f"{name} {drawing.words(r['decisions_left'], whole=r['whole_pipeline'])}"
        for name, r in zip(drawing.order, drawing.rows, strict=True)
    )
    return Picture(
        lang=lang,
        title=text("headroom_picture_title", lang, as_of=manifest["dataset"]["as_of"]),
        description=text(
            "headroom_alt", lang, count=len(drawing.order), most=drawing.most, alpha=alpha, years=manifest["years"],
            told=told,
        ),
        notes=[
            text("headroom_note", lang, alpha=alpha, years=manifest["years"], most=drawing.most),
            text("headroom_note_ends", lang),
        ],
        footer=manifest_footer(manifest, lang),
        chart=alt.hconcat(drawing.left(), drawing.risk(), spacing=34).resolve_scale(
            color="independent", shape="independent"
        ),
        table=drawing.table(),
        width=LEFT + RISK + LABELS + 34,
        indent=LABELS,
    )  # fmt: skip
