"""A picture to one page that needs no network: chart, words, the table below it, for eyes, keyboard and readers."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from importlib import resources
from typing import Any

from interface.drawings.figure import locale_of, styled
from interface.drawings.palette import BACKGROUND, INK, LINE, MUTED
from interface.drawings.picture import Column, DataTable, Live, Picture
from interface.texts import Language, text

__all__ = ["frame_of", "page_of"]

# The browser itself refuses every request: a page may only use what stands in it.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; base-uri 'none'; form-action 'none'"
)


def _safe(value: Any) -> str:
    """JSON that no text in it can break out of a script with."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


def _style() -> str:
    content = resources.files("interface.drawings").joinpath("page.css").read_text(encoding="utf-8")
    for name, colour in (("INK", INK), ("MUTED", MUTED), ("LINE", LINE), ("BACKGROUND", BACKGROUND)):
        content = content.replace(f"${name}", colour)
    return content


def _chart(picture: Picture) -> tuple[str, str]:
    """Markup and script of a chart."""
    import altair as alt
    import vl_convert

    version = "_".join(alt.SCHEMA_VERSION.removeprefix("v").split(".")[:2])
    library: Any = vl_convert  # its stub asks for a snippet, which the function does not need
    bundle: str = library.javascript_bundle(vl_version=version)
    options = {"actions": False, "renderer": "svg", "mode": "vega-lite", **locale_of(picture.lang)}
    spec = _safe(styled(picture.chart).to_dict())
    draw = f"vegaEmbed('#picture', {spec}, {_safe(options)}).catch(console.error);"
    alternative = escape(picture.description, quote=True)
    markup = f'<div id="picture" role="img" aria-label="{alternative}"></div>'
    return markup, f"<script>{bundle}</script>\n<script>{draw}</script>"


def _heading(column: Column) -> str:
    unit = f" <span class='unit'>({escape(column.unit)})</span>" if column.unit else ""
    side = "" if column.decimals is None else " class='number'"
    return f"<th scope='col'{side}>{escape(column.heading)}{unit}</th>"


def _table(table: DataTable, lang: Language, caption: str) -> str:
    head = "".join(_heading(c) for c in table.columns)
    lines: list[str] = []
    for row in table.rows:
        cells: list[str] = []
        for number, column in enumerate(table.columns):
            shown = escape(table.cell(row, column, lang))
            if number == 0:
                cells.append(f"<th scope='row'>{shown}</th>")
            else:
                cells.append(f"<td{'' if column.decimals is None else ' class=number'}>{shown}</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    return (
        f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead>"
        f"<tbody>\n{chr(10).join(lines)}\n</tbody></table>"
    )


def _document(lang: Language, title: str, styles: Sequence[str], body: str, scripts: str) -> str:
    return f"""<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
{"".join(f"<style>{s}</style>{chr(10)}" for s in styles)}</head>
<body>
{body}
{scripts}
</body>
</html>
"""


def _scripts(live: Live) -> str:
    return "\n".join(f"<script>{s}</script>" for s in live.scripts)


def frame_of(picture: Picture) -> str:
    """Return the live part of a picture as a document of its own, for a frame in a page that tells the rest.

    Parameters
    ----------
    picture
        One with a `Live` part.

    Raises
    ------
    ValueError
        If it has none.
    """
    if picture.live is None:
        raise ValueError(f"{picture.title}: has no live part")
    body = f'<main class="frame">{picture.live.markup}</main><div hidden>{picture.live.appendix}</div>'
    styles = [_style(), *picture.live.styles]
    return _document(picture.lang, escape(picture.title), styles, body, _scripts(picture.live))


def page_of(picture: Picture) -> str:
    """Return a whole HTML page: title, description, picture, notes, table, footer.

    Nothing in it refers to another place, and its content security policy forbids the browser to fetch anything.

    Parameters
    ----------
    picture
        The picture; where it has a `Live` part, that stands in the chart's place.
    """
    lang = picture.lang
    styles, appendix = [_style()], ""
    if picture.live is None:
        markup, scripts = _chart(picture)
        label = escape(text("draw_picture", lang), quote=True)
        markup = f'<div class="scroll" tabindex="0" role="region" aria-label="{label}">{markup}</div>'
    else:
        styles.extend(picture.live.styles)
        markup, scripts, appendix = picture.live.markup, _scripts(picture.live), picture.live.appendix
    title = escape(picture.title)
    notes = "\n".join(f"<p>{escape(note)}</p>" for note in picture.notes)
    table = _table(picture.table, lang, text("draw_table_caption", lang, count=len(picture.table.rows)))
    body = f"""<main>
<h1>{title}</h1>
<p class="lead">{escape(picture.description)}</p>
<figure>
{markup}
<figcaption>
{notes}
</figcaption>
</figure>
<h2>{escape(text("draw_table", lang))}</h2>
<div class="scroll table" tabindex="0" role="region" aria-label="{escape(text("draw_table", lang), quote=True)}">
{table}
</div>
{appendix}
</main>
<footer><p>{escape(picture.footer)}</p></footer>"""
    return _document(lang, title, styles, body, scripts)
