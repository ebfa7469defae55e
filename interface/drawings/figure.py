"""A chart to a finished figure: the common style, title and notes around it, the language's numbers and dates."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from typing import Any, cast

from interface.drawings.palette import BACKGROUND, FAINT, INK, LINE, MUTED
from interface.drawings.picture import Picture
from interface.numbers import NARROW_SPACE
from interface.texts import Language

__all__ = ["FONT", "figure", "locale_of", "styled"]

FONT = "Liberation Sans, Arial, Helvetica, DejaVu Sans, sans-serif"
TITLE_SIZE, NOTE_SIZE, LEADING = 17, 11, 1.35
WIDTH_OF_SIGN = 0.52  # of its size, on average
TIME_NAMES: Mapping[str, Any] = {"sv": "sv-SE", "en": "en-GB"}
# Month names as Swedes write them; the library's own begin with a capital.
MONTHS = ("januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober",
          "november", "december")  # fmt: skip


def locale_of(lang: Language) -> dict[str, Any]:
    """Return how numbers and dates are written: decimal comma or point, a narrow space between thousands."""
    import vl_convert

    times: dict[str, Any] = dict(vl_convert.get_time_format_locale(TIME_NAMES[lang]))
    if lang == "sv":
        times |= {"months": list(MONTHS), "shortMonths": [m[:3] for m in MONTHS]}
    numbers = {"decimal": "," if lang == "sv" else ".", "thousands": NARROW_SPACE, "grouping": [3],
               "currency": ["", ""]}  # fmt: skip
    return {"formatLocale": numbers, "timeFormatLocale": times}


def styled(chart: Any) -> Any:
    """Return a chart in the common style: no colours of its own, labels never cut, nothing read twice aloud."""
    words: Mapping[str, Any] = {"labelColor": INK, "titleColor": INK, "labelLimit": 0, "titleLimit": 0}
    return (
        chart.configure(font=FONT, background=BACKGROUND, aria=False, padding=12)
        .configure_axis(
            **words, labelFontSize=11, titleFontSize=12, titleFontWeight="normal", gridColor=FAINT, domainColor=LINE,
            tickColor=LINE,
        )
        .configure_legend(**words, labelFontSize=11, titleFontSize=12, titleFontWeight="normal", symbolStrokeWidth=1.5)
        .configure_header(**words, labelFontSize=12, titleFontSize=12)
        .configure_view(stroke=None)
        .configure_concat(spacing=16)
    )  # fmt: skip


def _broken(words: str, width: int, size: float) -> list[str]:
    return textwrap.wrap(words, max(int(width / (size * WIDTH_OF_SIGN)), 30))


def figure(picture: Picture) -> Any:
    """Return the chart with title above and notes, source, date and hash below, in the common style."""
    import altair as alt

    lines = [line for note in (*picture.notes, picture.footer) for line in _broken(note, picture.width, NOTE_SIZE)]
    rows = [{"place": i * NOTE_SIZE * LEADING, "line": line} for i, line in enumerate(lines)]
    height = len(lines) * NOTE_SIZE * LEADING
    below = (
        alt.Chart(alt.Data(values=rows), width=picture.width - picture.indent, height=height)
        .mark_text(align="left", baseline="top", fontSize=NOTE_SIZE, color=MUTED)
        .encode(
            x=alt.value(-picture.indent),
            y=alt.Y("place:Q", axis=None, scale=alt.Scale(domain=[0, height], reverse=True, nice=False)),
            text="line:N",
        )
    )
    title = alt.TitleParams(
        _broken(picture.title, picture.width, TITLE_SIZE), anchor="start", fontSize=TITLE_SIZE, fontWeight="bold",
        color=INK, offset=14, limit=0,
    )  # fmt: skip
    whole = alt.vconcat(picture.chart, below, title=title, description=picture.description)
    # Else the legends would stand below the notes.
    own = dict.fromkeys(
        ("color", "fill", "stroke", "shape", "size", "strokeWidth", "strokeDash", "opacity"), "independent"
    )
    return styled(cast(Any, whole).resolve_scale(**own))
