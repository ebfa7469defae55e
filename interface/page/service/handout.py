"""What opens a meeting as one page of its own, to print and to send: no script, no request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from graph_schema import CareSystem
from interface.drawings.picture import footer_of
from interface.page.service.markup import styles
from interface.texts import Language

__all__ = ["Section", "handout"]

STYLE = """<style>
body { font-family: Arial, Helvetica, sans-serif; color: #1b1b1b; margin: 2rem auto; max-width: 60rem;
  padding: 0 1rem; line-height: 1.35; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.2rem; margin: 1.5rem 0 0.3rem; }
footer { color: #4a4a4a; font-size: 0.8rem; }
.randzon a { color: inherit; text-decoration: none; }
@media print { body { margin: 0; max-width: none; } section + section { break-before: page; } }
</style>"""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of it: heading, and markup that the service made."""

    title: str
    markup: str


def handout(system: CareSystem, title: str, sections: Sequence[Section], lang: Language) -> bytes:
    """Return the page as the bytes of an HTML file.

    Parameters
    ----------
    system
        The dataset, which the last line names.
    title
        Of the page.
    sections
        In order; each begins a new sheet in print.
    lang
        Of the words.
    """
    parts = "".join(f"<section><h2>{escape(s.title)}</h2>{s.markup}</section>" for s in sections)
    head = (
        f'<meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"{styles()}{STYLE}"
    )
    return (
        f'<!doctype html><html lang="{lang}"><head>{head}</head><body><main><h1>{escape(title)}</h1>{parts}</main>'
        f"<footer><p>{escape(footer_of(system, lang))}</p></footer></body></html>\n"
    ).encode()
