"""A picture to the bytes of a file: page, SVG, PNG or PDF, and its table as CSV."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Mapping
from html import escape
from types import MappingProxyType
from typing import Any

from interface.drawings.figure import figure, locale_of, styled
from interface.drawings.page import page_of
from interface.drawings.picture import Picture

__all__ = ["FORMATS", "inline_svg", "render", "table_csv"]

FORMATS = (".html", ".svg", ".png", ".pdf")
INNER_ROLE = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')
SCALE = 2  # pixels of a PNG for each of the chart


def _common(picture: Picture, *, whole: bool = True) -> dict[str, Any]:
    """What the renderer needs of the whole figure, or of the chart alone."""
    import altair as alt

    locale = locale_of(picture.lang)
    return {
        "vl_spec": (figure(picture) if whole else styled(picture.chart)).to_dict(),
        "vl_version": "_".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2]),
        "format_locale": locale["formatLocale"],
        "time_format_locale": locale["timeFormatLocale"],
    }


def _html(picture: Picture) -> bytes:
    return page_of(picture).encode("utf-8")


def _svg(picture: Picture) -> bytes:
    """The drawing with title and description inside, so that a reader of the file alone has them too."""
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(**_common(picture))
    head, rest = drawn.split(">", 1)
    named = f"<title>{escape(picture.title)}</title><desc>{escape(picture.description)}</desc>"
    return f'{head} role="img" lang="{picture.lang}">{named}{rest}'.encode()


def inline_svg(picture: Picture, prefix: str) -> str:
    """Return the chart alone, without title, notes and footer, to stand inside a page that has them.

    Parameters
    ----------
    picture
        The picture.
    prefix
        Before every id in the drawing, so that several may stand in one page.
    """
    import vl_convert

    drawn: str = vl_convert.vegalite_to_svg(**_common(picture, whole=False))
    head, rest = drawn.split(">", 1)
    for pattern in (r'(\bid=")', r"(url\(#)", r'(href="#)'):
        rest = re.sub(pattern, rf"\g<1>{prefix}-", rest)
    rest = INNER_ROLE.sub("", rest)  # the whole is one picture with one alternative text
    named = escape(f"{picture.title}. {picture.description}", quote=True)
    return f'{head} role="img" aria-label="{named}">{rest}'


def _png(picture: Picture) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_png(**_common(picture), scale=SCALE))


def _pdf(picture: Picture) -> bytes:
    import vl_convert

    return bytes(vl_convert.vegalite_to_pdf(**_common(picture)))


_WRITERS: Mapping[str, Callable[[Picture], bytes]] = MappingProxyType(
    {".html": _html, ".svg": _svg, ".png": _png, ".pdf": _pdf}
)


def render(picture: Picture, suffix: str) -> bytes:
    """Return a picture as the bytes of a file.

    Parameters
    ----------
    picture
        The picture.
    suffix
        One of `FORMATS`.

    Raises
    ------
    KeyError
        If the suffix is none of them.
    """
    return _WRITERS[suffix](picture)


def _plain(value: Any) -> str:
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    return str(value)


def table_csv(picture: Picture) -> bytes:
    """Return the table as CSV for programs: decimal point, the unit in the heading, all digits."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    columns = picture.table.columns
    writer.writerow([f"{c.key} ({c.unit})" if c.unit else c.key for c in columns])
    for row in picture.table.rows:
        writer.writerow([_plain(row.get(c.key)) for c in columns])
    return out.getvalue().encode("utf-8")
