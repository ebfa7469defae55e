"""What all pages of the open edition share: where they stand, what they link to, what is said at their end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from interface.drawings.picture import footer_of
from interface.followed.content import Followed
from interface.followed.parts import Part, csv_bytes
from interface.manifest import limits_of
from interface.open_edition.page import Linked, Section, StaticPage
from interface.texts import Language, text

__all__ = ["Place", "finished", "limits", "section_of"]

LIMITS = 3  # sentences of the edition itself


@dataclass(frozen=True)
class Place:
    """Where a page stands.

    Attributes
    ----------
    lang
        Language, and the first folder of its path.
    kind
        ``area``, ``hospital``, or empty for the first page.
    id
        Of the area or hospital.
    """

    lang: Language
    kind: str = ""
    id: str = ""

    @property
    def path(self) -> str:
        """Of the page's file."""
        return f"{self.lang}/{self.kind}/{self.id}.html" if self.kind else f"{self.lang}/index.html"

    @property
    def up(self) -> str:
        """From the page to the folder of its language."""
        return "../" if self.kind else ""

    def to(self, kind: str, node: str) -> str:
        """Return the address of another page of the same language."""
        return f"{self.up}{kind}/{node}.html"

    def link(self, kind: str, node: str, names: Mapping[str, str]) -> str:
        """Return a name that leads to its page."""
        return Linked(names[node], self.to(kind, node))

    def file(self, part: str) -> str:
        """Path of the CSV file of a table of the page."""
        stem = f"{self.kind}-{self.id}-{part}" if self.kind else part
        return f"{self.lang}/data/{stem}.csv"

    def address(self, part: str) -> str:
        """Address of that file from the page."""
        return f"{self.up}{self.file(part).removeprefix(f'{self.lang}/')}"


def section_of(place: Place, part: Part, **more: object) -> Section:
    """Return a section with a table, which is offered as a file where it has rows."""
    return replace(
        Section(part.name, part.title, part=part, csv=place.address(part.name) if part.rows else ""),
        **more,  # type: ignore[arg-type]
    )


def limits(lang: Language) -> list[str]:
    """Return what the numbers cannot say."""
    return [*limits_of("edition", lang), *limits_of("followup", lang)]


def finished(
    found: Followed, place: Place, langs: Sequence[Language], page: StaticPage
) -> tuple[StaticPage, dict[str, bytes]]:
    """Return a page with its head and foot, and the files of its tables.

    Parameters
    ----------
    found
        The follow-up.
    place
        Of the page.
    langs
        Of the edition.
    page
        Its content.
    """
    lang = place.lang
    others: dict[str, str] = {
        other: f"{place.up}../{replace(place, lang=other).path}" for other in langs if other != lang
    }
    trail = [(text("edition_edition", lang), f"{place.up}index.html")] if place.kind else []
    mask = text("edition_mask", lang, mask=found.mask) if found.mask else text("edition_no_mask", lang)
    footer = [footer_of(found.system, lang), found.system.content_hash, mask, text("edition_by", lang)]
    whole = replace(page, others=others, trail=trail, footer=footer, limits=limits(lang))
    files = {
        place.file(s.part.name): csv_bytes(s.part, lang) for s in page.sections if s.part is not None and s.csv
    }  # fmt: skip
    return whole, files
