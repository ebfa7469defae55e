"""Data frames and pictures to what a marimo notebook shows, with numbers as the language writes them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from interface.drawings.files import render
from interface.drawings.picture import Picture
from interface.numbers import format_value
from interface.texts import Language

if TYPE_CHECKING:
    from marimo import Html

__all__ = ["format_number", "frame_view", "page_view", "picture_view"]

MOST_DECIMALS = 4
LONG = 60  # characters of a text that is broken into lines
PAGE_SIZE = 15  # rows of a table shown at once
FRAME = "width: 100%; height: 1050px; border: 1px solid #ddd"


def format_number(value: Any, lang: Language) -> str:
    """Return a number of a data frame with the decimals that it has; empty where there is none.

    Examples
    --------
    >>> format_number(1234.5, "sv"), format_number(0.012, "en"), format_number(float("nan"), "sv")
    ('1\u202f234,5', '0.012', '')
    """
    if value is None or pd.isna(value):
        return ""
    decimals = len(f"{float(value):.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2])
    return format_value(float(value), decimals, lang)


def frame_view(frame: pd.DataFrame, lang: Language) -> Html:
    """Return a data frame as a table that can be searched, sorted and saved.

    Parameters
    ----------
    frame
        Of `interface.answer_frame`.
    lang
        Of the decimal sign.
    """
    import marimo

    numeric = [str(name) for name in frame.columns if pd.api.types.is_numeric_dtype(frame[name])]
    long = [str(n) for n in frame.columns if str(n) not in numeric and frame[n].astype("str").str.len().max() > LONG]
    formats: dict[str, str | Callable[..., Any]] = dict.fromkeys(numeric, partial(format_number, lang=lang))
    return marimo.ui.table(
        frame, selection=None, page_size=PAGE_SIZE, format_mapping=formats, show_column_summaries=False,
        show_data_types=False, wrapped_columns=long,
    )  # fmt: skip


def picture_view(picture: Picture) -> Html:
    """Return a picture as a drawing that is never wider than the page."""
    import marimo

    drawing = render(picture, ".svg").decode("utf-8")
    return marimo.Html(drawing.replace("<svg ", '<svg style="max-width: 100%; height: auto" ', 1))


def page_view(picture: Picture) -> Html:
    """Return a picture as its own page in a frame, for one that can be clicked in."""
    import marimo

    # Not marimo.iframe: it grows with its content, and a picture that fills its window grows with that.
    content = escape(render(picture, ".html").decode("utf-8"), quote=True)
    title = escape(picture.title, quote=True)
    return marimo.Html(f'<iframe title="{title}" srcdoc="{content}" style="{FRAME}"></iframe>')
