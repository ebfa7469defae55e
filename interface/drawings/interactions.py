"""What pairs of decisions do together beyond each by itself, as a network, from a saved answer. Always the same places.

Decisions stand on a circle by date, clockwise from the top. A line is a pair: its width is the size, colour and sign
the direction, dots an uncertain figure; pairs below a threshold stand in the table alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_schema import SettingError
from interface.attribution_reading import HALF, AttributionReading, Key
from interface.drawings.labels import wrapped
from interface.drawings.palette import BACKGROUND, BLUE, INK, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, manifest_footer
from interface.drawings.shares import OF_ERROR
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from interface.texts import Language, text

__all__ = ["interaction_keys", "interactions_picture", "least_drawn"]

SIZE, RADIUS = 760, 205  # pixels: of the square, of the circle
HEIGHT = 520
NAME_SIGNS, NAME_LINES = 22, 3
WIDEST, THINNEST = 11.0, 1.5  # pixels of a line
MOST = 20  # pairs that are drawn, the largest
LEAST = 0.1  # of the largest, below which a pair is not drawn
PLACES = (
    0.5,
    *(0.5 + side * step / 100 for step in range(6, 36, 3) for side in (-1, 1)),
)  # along a line, where its figure may stand
APART = (62.0, 17.0)  # pixels that two figures need
# Colour and dashes by direction; an uncertain figure is dotted.
LINES: Mapping[str, tuple[str, list[int]]] = {
    "interactions_worse": (VERMILLION, [1, 0]), "interactions_better": (BLUE, [12, 4]),
    "interactions_worse_uncertain": (VERMILLION, [2, 5]), "interactions_better_uncertain": (BLUE, [2, 5]),
}  # fmt: skip
Row = Mapping[str, Any]
Point = tuple[float, float]


def interaction_keys(reading: AttributionReading, hospital: str | None = None) -> list[Key]:
    """Return what the answer has visible pairs of: (hospital, measure, statistic).

    Parameters
    ----------
    reading
        The answer.
    hospital
        Only of this one; all if None.
    """
    keys = [key for key in reading.keys if hospital in (None, key[0])]
    return [k for k in keys if any(reading.is_visible(k, r["value"]) for r in reading.rows("interactions", k))]


def least_drawn(reading: AttributionReading, key: Key) -> float:
    """Return the size from which a pair is drawn where nothing else is asked for, in the unit that is read.

    A tenth of the largest, and no less than what the measure shows as a change.

    Parameters
    ----------
    reading, key
        The answer and what is drawn of it.
    """
    rows = [r for r in reading.rows("interactions", key) if reading.is_visible(key, r["value"])]
    largest = max((abs(r["value"]) for r in rows), default=0.0)
    visible = min((abs(r["value"]) for r in rows), default=0.0)
    return reading.scale(key) * max(LEAST * largest, visible)


@dataclass(frozen=True, slots=True)
class _Line:
    """A pair as it is drawn: ends, width, look, and where its figure stands."""

    row: Row
    ends: tuple[Point, Point]
    width: float
    style: str
    label: str
    at: Point


def _along(ends: tuple[Point, Point], share: float) -> Point:
    (x1, y1), (x2, y2) = ends
    return x1 + share * (x2 - x1), y1 + share * (y2 - y1)


def _distance(point: Point, ends: tuple[Point, Point]) -> float:
    """From a point to a line between two others."""
    (x, y), (x1, y1), (x2, y2) = point, *ends
    dx, dy = x2 - x1, y2 - y1
    share = min(max(((x - x1) * dx + (y - y1) * dy) / (dx * dx + dy * dy), 0.0), 1.0)
    return math.hypot(x - x1 - share * dx, y - y1 - share * dy)


def _free(ends: tuple[Point, Point], taken: Sequence[Point], lines: Sequence[tuple[Point, Point]]) -> Point:
    """The first place along a line where its figure meets no other figure, and where possible no other line."""
    places = [_along(ends, share) for share in PLACES]
    apart = [
        (x, y) for x, y in places if all(abs(x - a) >= APART[0] or abs(y - b) >= APART[1] for a, b in taken)
    ]  # fmt: skip
    clear = [p for p in apart if all(_distance(p, other) >= APART[1] for other in lines if other != ends)]
    return [*clear, *apart, *places][0]


class _Network:
    """The decisions of an answer's pairs on a circle, and the pairs of one measure at one hospital."""

    def __init__(self, reading: AttributionReading, key: Key, least: float | None) -> None:
        self.reading, self.key = reading, key
        self.lang: Language = reading.lang
        self.scale = reading.scale(key)
        self.rows = sorted(reading.rows("interactions", key), key=lambda r: -abs(r["value"]))
        self.least = least_drawn(reading, key) if least is None else least
        big = [r for r in self.rows if self.scale * abs(r["value"]) >= self.least and r["value"]]
        self.drawn = big[:MOST]
        self.largest = self.scale * max((abs(r["value"]) for r in self.rows), default=0.0)
        self.decimals = decimals_for(0, self.largest)
        players = {p for r in reading.content["interactions"] if r["hospital"] == key[0] for p in (r["a"], r["b"])}
        self.decisions = sorted(players, key=self.place)

    def place(self, decision: str) -> tuple[str, str]:
        return self.reading.decisions[decision]["dates"][0], self.reading.name(decision).casefold()

    def number(self, value: float) -> str:
        return format_value(self.scale * value, self.decimals, self.lang, signed=True)

    def word(self, row: Row) -> str:
        """Key of the direction of a pair, and whether it is uncertain."""
        worse = (row["value"] > 0) == self.reading.harm_is_up(self.key)
        word = "interactions_worse" if worse else "interactions_better"
        return f"{word}_uncertain" if row["se"] > HALF * abs(row["value"]) else word

    def points(self) -> dict[str, Point]:
        """Decision to its place, x to the right and y down, the middle at 0; clockwise from the top by date."""
        size = max(len(self.decisions), 1)
        angles = {d: 2 * math.pi * (i + 0.5 * (size == 2)) / size for i, d in enumerate(self.decisions)}
        return {d: (RADIUS * math.sin(a), -RADIUS * math.cos(a)) for d, a in angles.items()}

    def lines(self) -> list[_Line]:
        points, taken, found = self.points(), list[Point](), list[_Line]()
        every = [(points[row["a"]], points[row["b"]]) for row in self.drawn]
        for row, ends in zip(self.drawn, every, strict=True):
            at = _free(ends, taken, every)
            taken.append(at)
            width = THINNEST + (WIDEST - THINNEST) * self.scale * abs(row["value"]) / self.largest
            word = self.word(row)
            unsure = " ?" if word.endswith("_uncertain") else ""
            found.append(_Line(row, ends, width, text(word, self.lang), self.number(row["value"]) + unsure, at))
        return found

    def chart(self) -> Any:
        import altair as alt

        x_of = alt.Scale(domain=[-SIZE / 2, SIZE / 2], nice=False)
        y_of = alt.Scale(domain=[HEIGHT / 2, -HEIGHT / 2], nice=False)
        styles = {text(w, self.lang): look for w, look in LINES.items()}
        kinds: dict[str, Any] = {"domain": list(styles)}
        lines, points = self.lines(), self.points()
        values = [
            {"x": n.ends[0][0], "y": n.ends[0][1], "x2": n.ends[1][0], "y2": n.ends[1][1], "width": n.width,
             "style": n.style, "lx": n.at[0], "ly": n.at[1], "label": n.label}
            for n in lines
        ]  # fmt: skip
        base = alt.Chart(alt.Data(values=values))
        x, y = alt.X("x:Q", axis=None, scale=x_of), alt.Y("y:Q", axis=None, scale=y_of)
        colour = alt.Color(
            "style:N", scale=alt.Scale(**kinds, range=[c for c, _ in styles.values()]),
            legend=alt.Legend(title=text("interactions_legend", self.lang), orient="top", columns=2,
                              symbolType="stroke", symbolSize=400, symbolStrokeWidth=3),
        )  # fmt: skip
        dash = alt.StrokeDash("style:N", scale=alt.Scale(**kinds, range=[d for _, d in styles.values()]))
        strokes = base.mark_rule().encode(
            x=x, y=y, x2="x2:Q", y2="y2:Q", color=colour, strokeDash=dash,
            strokeWidth=alt.StrokeWidth("width:Q", scale=None),
        )  # fmt: skip
        label_x, label_y = alt.X("lx:Q", axis=None, scale=x_of), alt.Y("ly:Q", axis=None, scale=y_of)
        halo = base.mark_text(fontSize=12, stroke=BACKGROUND, strokeWidth=5, color=BACKGROUND).encode(
            x=label_x, y=label_y, text="label:N"
        )
        figures = base.mark_text(fontSize=12, color=INK).encode(x=label_x, y=label_y, text="label:N")
        nodes = alt.Chart(alt.Data(values=[{"x": a, "y": b} for a, b in points.values()]))
        dots = nodes.mark_circle(size=260, color=INK, opacity=1).encode(x=x, y=y)
        names = [self._names(side, points, x_of, y_of) for side in ("left", "right", "center")]
        return alt.layer(strokes, halo, figures, dots, *names).properties(width=SIZE, height=HEIGHT)

    def _names(self, side: str, points: Mapping[str, Point], x_of: Any, y_of: Any) -> Any:
        """The names of the decisions on one side of the circle, outside it."""
        import altair as alt

        values: list[dict[str, Any]] = []
        for decision, (a, b) in points.items():
            where = "center" if abs(a) < 1 else "left" if a > 0 else "right"
            if where != side:
                continue
            words = [*wrapped(self.reading.name(decision), NAME_SIGNS, NAME_LINES), self.place(decision)[0]]
            shift = 0.0 if side == "center" else 16.0 if a > 0 else -16.0
            down = -22.0 - 13.5 * (len(words) - 1) if b < 0 and side == "center" else 24.0 if side == "center" else 0.0
            first = b + down - (0.0 if side == "center" else 13.5 * (len(words) - 1) / 2)
            values += [{"x": a + shift, "y": first + 13.5 * i, "words": w} for i, w in enumerate(words)]
        mark: dict[str, Any] = {"align": side, "baseline": "middle", "fontSize": 11.5, "color": INK}
        return alt.Chart(alt.Data(values=values)).mark_text(**mark).encode(
            x=alt.X("x:Q", axis=None, scale=x_of), y=alt.Y("y:Q", axis=None, scale=y_of), text="words:N"
        )  # fmt: skip

    def table(self) -> DataTable:
        lang, unit = self.lang, self.reading.unit(self.key)
        columns = (
            Column("a", text("interactions_a", lang)),
            Column("b", text("interactions_b", lang)),
            Column("value", text("interactions_value", lang), unit, self.decimals, signed=True),
            Column("low", text("interactions_low", lang), unit, self.decimals, signed=True),
            Column("high", text("interactions_high", lang), unit, self.decimals, signed=True),
            Column("direction", text("direction", lang)),
            Column("drawn", text("interactions_drawn", lang)),
        )
        drawn = {(r["a"], r["b"]) for r in self.drawn}
        rows: list[dict[str, Any]] = []
        for r in sorted(self.rows, key=lambda r: (self.place(r["a"]), self.place(r["b"]))):
            first, second = sorted((r["a"], r["b"]), key=self.place)
            value, margin = self.scale * r["value"], OF_ERROR * self.scale * r["se"]
            rows.append(
                {"a": self.reading.name(first), "b": self.reading.name(second), "value": value, "low": value - margin,
                 "high": value + margin, "direction": text(self.word(r), lang),
                 "drawn": text("yes" if (r["a"], r["b"]) in drawn else "no", lang)}
            )  # fmt: skip
        return DataTable(columns, rows)


def interactions_picture(
    content: Row, lang: Language, key: Key, year: int | None = None, least: float | None = None
) -> Picture:
    """Return the pairs of decisions as a network: decisions on a circle by date, a line for each pair.

    Parameters
    ----------
    content
        What `attribute --interactions` printed or saved; it carries all that is drawn.
    lang
        Of the words.
    key
        Hospital, measure and statistic (`interaction_keys`).
    year
        0 or the last year; the last if None.
    least
        Size from which a pair is drawn, in the measure's unit or percentage points; None: `least_drawn`.

    Raises
    ------
    SettingError
        If the answer has no pairs of that, or none is as large.
    """
    last = int(content["manifest"]["years"])
    reading = AttributionReading(NamedNodes(content["nodes"]), content, lang, last if year is None else year)
    if not reading.rows("interactions", key):
        raise SettingError(f"{' '.join(key)}: the answer has no pairs of that; ask 'randzon attribute' with "
                           "--interactions")  # fmt: skip
    network = _Network(reading, key, least)
    if not network.drawn:
        raise SettingError(f"{' '.join(key)}: no pair is as large as {network.least:g}; choose a smaller threshold")
    when = date.fromisoformat(content["manifest"]["dataset"]["as_of"]).year + reading.year_of(key)
    name, hospital = reading.plain(key), reading.names[key[0]]
    counted = [network.word(r) for r in network.drawn]
    strongest = network.drawn[0]
    pair = f"{reading.name(strongest['a'])} + {reading.name(strongest['b'])}"
    return Picture(
        lang=lang,
        title=text("interactions_title", lang, hospital=hospital, measure=name, year=when),
        description=text(
            "interactions_alt", lang, hospital=hospital, measure=name, year=when, decisions=len(network.decisions),
            drawn=len(network.drawn), pairs=len(network.rows),
            worse=sum(w.startswith("interactions_worse") for w in counted),
            better=sum(w.startswith("interactions_better") for w in counted),
            uncertain=sum(w.endswith("_uncertain") for w in counted), pair=pair,
            value=network.number(strongest["value"]),
        ),
        notes=[
            text("interactions_note", lang, unit=reading.unit(key)),
            text("interactions_least", lang, drawn=len(network.drawn), pairs=len(network.rows),
                 least=reading.amount(key, network.least)),
            text("interactions_which", lang, decisions=len(network.decisions)),
        ],
        footer=manifest_footer(content["manifest"], lang),
        chart=network.chart(),
        table=network.table(),
        width=SIZE,
    )  # fmt: skip
