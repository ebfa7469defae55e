"""A page of the open edition as a value, and that value as HTML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Self

from interface.followed.parts import Part
from interface.html_report import check_report
from interface.page.service.markup import TableColumn
from interface.texts import Language, text

__all__ = ["English", "Fact", "Linked", "Section", "StaticPage", "page_html"]


class Linked(str):
    """The text of a cell that leads to another page."""

    __slots__ = ("href",)

    def __new__(cls, words: str, href: str) -> Self:
        """Return the words with their address, relative to the page that they stand on."""
        found = super().__new__(cls, words)
        found.href = href
        return found

    href: str


class English(str):
    """The text of a cell that stands in English on a page of another language."""

    __slots__ = ()
    lang = "en"


@dataclass(frozen=True)
class Fact:
    """One thing known: its name, the words, where it comes from; whether the words are in English on any page."""

    name: str
    words: str
    source: str = ""
    is_english: bool = False


@dataclass(frozen=True)
class Section:
    """A part of a page: heading, sentences, a picture, a table.

    Attributes
    ----------
    id
        Anchor.
    title
        Heading.
    sentences
        Above the rest.
    svg
        Of a picture, with its alternative text; empty without one.
    notes
        Below the picture.
    part
        The table, with the address of its CSV file in `csv` (empty: none is offered).
    """

    id: str
    title: str
    sentences: Sequence[str] = ()
    svg: str = ""
    notes: Sequence[str] = ()
    part: Part | None = None
    csv: str = ""

    @property
    def columns(self) -> Sequence[TableColumn]:
        """Columns of the table that hold anything."""
        part = self.part
        return [] if part is None else [c for c in part.columns if any(r.get(c.key) for r in part.rows)]


@dataclass(frozen=True)
class StaticPage:
    """A page.

    Attributes
    ----------
    path
        Of its file in the edition, with slashes.
    lang
        Of its words.
    title, lead
        Heading, and sentences under it.
    facts, sections
        What it tells.
    limits
        What the numbers cannot say.
    footer
        Of which data and code it is.
    trail
        Names and addresses of the pages above it.
    others
        The same page in other languages: code to address.
    links
        Words, address and language of what the page leads to.
    """

    path: str
    lang: Language
    title: str
    lead: Sequence[str] = ()
    facts: Sequence[Fact] = ()
    sections: Sequence[Section] = ()
    limits: Sequence[str] = ()
    footer: Sequence[str] = ()
    trail: Sequence[tuple[str, str]] = ()
    others: Mapping[str, str] = field(default_factory=dict[str, str])
    links: Sequence[tuple[str, str, str]] = ()


WORDS = ("skip", "contents", "facts", "limits", "csv", "trail", "language", "source", "edition")
LANGUAGES = {"sv": "Svenska", "en": "English"}


@cache
def _template() -> Any:
    check_report()
    from jinja2 import Environment, StrictUndefined

    source = resources.files("interface").joinpath("templates", "edition.html").read_text(encoding="utf-8")
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(source)


def page_html(page: StaticPage) -> bytes:
    """Return a page as HTML: no script, no network, its style inside.

    Parameters
    ----------
    page
        Its content.

    Raises
    ------
    SettingError
        If the extra ``report`` is not installed.
    """
    words = {name: text(f"edition_{name}", page.lang) for name in WORDS}
    return _template().render(page=page, words=words, languages=LANGUAGES).encode("utf-8")
