"""The first page of the open edition: all areas with their permits, all hospitals; and the choice of language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph_schema import SettingError
from interface.drawings.files import inline_svg
from interface.drawings.funnel import funnel_picture
from interface.followed.condition_tables import recurring_table
from interface.followed.content import Followed
from interface.followed.parts import Part, columns_of
from interface.followed.reported_tables import reported_table
from interface.open_edition.common import Place, section_of
from interface.open_edition.page import Section, StaticPage
from interface.texts import Language, text

__all__ = ["choice_page", "hospitals_shown", "index_page"]

GROUPS = (("decided",), ("in_process", "proposed", "tabled"), ("closed", "never"))


def hospitals_shown(found: Followed) -> list[str]:
    """Return the hospitals that have a page: with a permit or a report, north to south."""
    shown = {hospital for _, hospital in found.units}
    return [h for h in found.at.hospitals if h in shown]


def _areas(found: Followed, place: Place, number: int) -> Part:
    """One group of areas: with permits, under way, ended."""
    lang = place.lang
    names = found.names(lang)
    latest: dict[str, int] = {}
    for row in found.content["rows"]:
        latest[row["area"]] = max(latest.get(row["area"], 0), row["year"])
    records = [r for r in found.system.rows["CareArea"] if r.text("status") in GROUPS[number]]
    rows = [
        {
            "area": place.link("area", r.key[0], names), "status": text(r.text("status"), lang),
            "edition_units": str(len(held)) if held else "",
            "edition_where": "; ".join(names[h] for h in held),
            "edition_began": found.began(r.key[0]),
            "edition_latest": str(latest[r.key[0]]) if r.key[0] in latest else "",
        }
        for r in sorted(records, key=lambda r: names[r.key[0]].casefold())
        for held in [_held(found, r.key[0])]
    ]  # fmt: skip
    keys = ("area", "status", "edition_units", "edition_where", "edition_began", "edition_latest")
    columns = columns_of(lang, *keys, numbers=("edition_units",))
    return Part(f"areas-{number + 1}", text(f"edition_areas_{number + 1}", lang), columns, rows, "",
                text("edition_no_areas", lang))  # fmt: skip


def _held(found: Followed, area: str) -> list[str]:
    """Holders of a main permit, north to south."""
    return list(dict.fromkeys(
        r.text("source_id") for r in found.at.permits.get(area, ())
        if r.text("role") == "holder" and not r.text("sub_permit")
    ))  # fmt: skip


def _hospitals(found: Followed, place: Place) -> Part:
    lang = place.lang
    names = found.names(lang)
    rows = [
        {
            "hospital": place.link("hospital", h, names), "region": names.get(found.at.region_of.get(h, ""), ""),
            "edition_permit_count": str(sum(h in _held(found, a) for a in found.at.permits)),
        }
        for h in hospitals_shown(found)
    ]  # fmt: skip
    keys = ("hospital", "region", "edition_permit_count")
    columns = columns_of(lang, *keys, numbers=("edition_permit_count",))
    return Part("hospitals", text("edition_hospitals", lang), columns, rows, "", text("edition_no_hospitals", lang))


def _funnel(found: Followed, place: Place) -> Section:
    part = reported_table(found, place.lang)
    try:
        picture = funnel_picture(found.system, found.content["rows"], place.lang, mask=found.mask)
    except SettingError:
        return section_of(place, part)
    return section_of(place, part, svg=inline_svg(picture, "funnel"), notes=picture.notes[:1])


def index_page(found: Followed, place: Place) -> StaticPage:
    """Return the first page of a language.

    Parameters
    ----------
    found
        The follow-up, with its mask.
    place
        Of the page.
    """
    lang = place.lang
    parts: Sequence[Any] = [_areas(found, place, i) for i in range(len(GROUPS))]
    sections = [section_of(place, p) for p in (*parts, _hospitals(found, place)) if p.rows]
    lead = [text(f"edition_lead_{i}", lang) for i in (1, 2, 3)]
    sections += [_funnel(found, place), section_of(place, recurring_table(found, lang))]
    return StaticPage(place.path, lang, text("edition_title", lang), lead, (), sections)


def choice_page(langs: Sequence[Language]) -> StaticPage:
    """Return the page at the top of the folder, where one chooses the language."""
    lang = langs[0]
    return StaticPage(
        "index.html", lang, text("edition_title", lang),
        links=[(text("edition_choose", one), f"{one}/index.html", one) for one in langs],
    )  # fmt: skip
