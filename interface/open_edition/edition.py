"""All files of the open edition: pages, tables, and the list of them with their hashes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from impact.version import code_version
from interface.followed.content import Followed
from interface.html_report import check_report
from interface.open_edition.area_page import area_page
from interface.open_edition.common import Place, finished
from interface.open_edition.hospital_page import hospital_page
from interface.open_edition.index_page import choice_page, hospitals_shown, index_page
from interface.open_edition.page import StaticPage, page_html
from interface.texts import Language

__all__ = ["FORMAT", "LIST", "Edition", "edition_files"]

FORMAT = "randzon-open-edition-1"
LIST = "edition.json"  # names every file; by it a folder is known as an edition


@dataclass(frozen=True)
class Edition:
    """What an edition is made of.

    Attributes
    ----------
    found
        The follow-up with its mask.
    langs
        Languages, the first of which greets the reader.
    """

    found: Followed
    langs: tuple[Language, ...] = ("sv", "en")

    @property
    def places(self) -> list[Place]:
        """Every page, by language: the first page, areas, hospitals."""
        areas = [r.key[0] for r in self.found.system.rows["CareArea"]]
        hospitals = hospitals_shown(self.found)
        return [
            place
            for lang in self.langs
            for place in (
                Place(lang),
                *(Place(lang, "area", a) for a in areas),
                *(Place(lang, "hospital", h) for h in hospitals),
            )
        ]


def _page(found: Followed, place: Place) -> StaticPage:
    if place.kind == "area":
        return area_page(found, place.id, place)
    return hospital_page(found, place.id, place) if place.kind else index_page(found, place)


def _list(edition: Edition, files: dict[str, bytes]) -> bytes:
    """What the edition is of, and its files with their hashes; the same input gives the same bytes."""
    system = edition.found.system
    content = {
        "format": FORMAT, "dataset": system.settings.get("name", ""), "version": system.settings.get("version", ""),
        "as_of": system.settings["as_of"], "system_hash": system.content_hash, "code_version": code_version(),
        "mask": edition.found.mask, "languages": list(edition.langs),
        "files": {path: hashlib.sha256(content).hexdigest() for path, content in sorted(files.items())},
    }  # fmt: skip
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8")


def edition_files(edition: Edition, progress: Callable[[int, int], None] | None = None) -> dict[str, bytes]:
    """Return every file of an edition by its path.

    Parameters
    ----------
    edition
        What it is made of.
    progress
        Called with (pages done, pages in all).

    Raises
    ------
    SettingError
        If the extra ``report`` or ``draw`` is not installed.
    """
    check_report()
    files = {"index.html": page_html(choice_page(edition.langs))}
    places: Sequence[Place] = edition.places
    for number, place in enumerate(places):
        if progress is not None:
            progress(number, len(places))
        page, tables = finished(edition.found, place, edition.langs, _page(edition.found, place))
        files[page.path] = page_html(page)
        files |= tables
    if progress is not None:
        progress(len(places), len(places))
    return {**files, LIST: _list(edition, files)}
