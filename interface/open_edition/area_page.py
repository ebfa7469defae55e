"""The page of a care area in the open edition."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from graph_schema import SettingError
from interface.citations import cited_sources, documents
from interface.drawings.files import inline_svg
from interface.drawings.reported import reported_picture
from interface.followed.condition_tables import condition_table, review_table
from interface.followed.content import Followed
from interface.followed.divided_tables import DIVISIONS, divided_table
from interface.followed.near_tables import kin_table
from interface.followed.other_tables import other_table
from interface.followed.parts import Part, columns_of
from interface.followed.reported_tables import confronted_table, reported_table
from interface.numbers import decimals_for, format_value
from interface.open_edition.common import Place, section_of
from interface.open_edition.page import English, Fact, Section, StaticPage
from interface.texts import Language, text

__all__ = ["area_page", "permit_table"]

OTHERS = ("regions", "groups", "without_permit", "stated")
LISTS = ("status", "age", "urgency")


def _word(name: str, value: str, lang: Language) -> str:
    return text(value if name == "status" else f"{name}_{value}", lang)


def _volume(found: Followed, area: str, lang: Language) -> list[Fact]:
    """The national volume with range and grade; left out where a hidden number could be reckoned from it."""
    record = found.system.node(area)
    quantity = record.quantity("volume")
    if quantity is None or any(a == area for a, _ in found.hidden):
        return []
    decimals = decimals_for(quantity.low, quantity.high)
    value, low, high = (format_value(v, decimals, lang) for v in (quantity.value, quantity.low, quantity.high))
    span = value if quantity.low == quantity.high else f"{value} ({low}–{high})"
    grade = text(f"followup_grade_{quantity.grade}", lang)
    return [Fact(text("property_volume", lang), f"{span}, {grade}", documents(found.system, quantity.source, lang))]


def _facts(found: Followed, area: str, lang: Language) -> list[Fact]:
    record = found.system.node(area)
    source, words = documents(found.system, record.text("source"), lang), record.text("definition")
    facts = [
        Fact(text("definition", lang), found.said(words, lang), source, is_english=not found.is_said(words)),
    ]
    facts += [
        Fact(text(name, lang), _word(name, record.text(name), lang)) for name in LISTS if record.text(name)
    ]  # fmt: skip
    decided = record.number("units_decided")
    if decided is not None:
        facts.append(Fact(text("edition_units_decided", lang), str(int(decided))))
    began = found.began(area)
    if began:
        facts.append(Fact(text("edition_began", lang), began))
    return [f for f in [*facts, *_volume(found, area, lang)] if f.words]


def permit_table(found: Followed, place: Place, area: str | None = None, hospital: str | None = None) -> Part:
    """Return the permits of an area or a hospital.

    Parameters
    ----------
    found
        The follow-up.
    place
        Of the page.
    area, hospital
        Only these.
    """
    lang = place.lang
    names = found.names(lang)
    permits = [
        r for records in found.at.permits.values() for r in records
        if area in (None, r.text("target_id")) and hospital in (None, r.text("source_id"))
    ]  # fmt: skip
    order = {h: i for i, h in enumerate(found.at.hospitals)}
    permits.sort(key=lambda r: (names[r.text("target_id")].casefold(), order[r.text("source_id")], r.key))
    rows = [
        {
            "area": place.link("area", r.text("target_id"), names),
            "hospital": place.link("hospital", r.text("source_id"), names),
            "region": names.get(found.at.region_of.get(r.text("source_id"), ""), ""),
            "role": text(f"edition_role_{r.text('role')}", lang), "sub_permit": r.text("sub_permit"),
            "valid_from": r.text("valid_from"), "edition_valid_to": r.text("valid_to"),
            "followup_source": cited_sources(found.system, r.text("source"), lang),
        }
        for r in permits
    ]  # fmt: skip
    first = ("hospital", "region") if area is not None else ("area",)
    keys = (*first, "role", "sub_permit", "valid_from", "edition_valid_to", "followup_source")
    return Part(
        "permits", text("edition_permits", lang), columns_of(lang, *keys), rows, "", text("followed_no_permit", lang)
    )


def _outcome(found: Followed, words: str, lang: Language) -> str:
    return found.said(words, lang) if lang == "en" or found.is_said(words) else English(words)


def _decisions(found: Followed, area: str, lang: Language) -> Part:
    rows = [
        {
            "edition_date": e.text("date") or text("edition_undated", lang),
            "event": text(f"entry_{e.text('kind')}", lang),
            "edition_outcome": _outcome(found, e.text("outcome"), lang),
            "edition_number": "" if e.number("units") is None else str(int(e.number("units") or 0)),
            "followup_source": cited_sources(found.system, e.text("source"), lang),
        }
        for e in found.at.entries.get(area, ())
        if e.text("kind") != "reported"
    ]
    keys = ("edition_date", "event", "edition_number", "edition_outcome", "followup_source")
    columns = columns_of(lang, *keys, numbers=("edition_number",))
    return Part("decisions", text("edition_decisions", lang), columns, rows, "", text("edition_no_decisions", lang))


def _reported(found: Followed, place: Place, area: str) -> Section:
    """Picture and table; without the picture where nothing is reported."""
    section = section_of(place, reported_table(found, place.lang, area))
    try:
        picture = reported_picture(found.system, found.content["rows"], area, place.lang, mask=found.mask)
    except SettingError:
        return section
    svg = inline_svg(picture, f"{area}-picture")
    return section_of(place, reported_table(found, place.lang, area), svg=svg, notes=picture.notes[:1])


def area_page(found: Followed, area: str, place: Place) -> StaticPage:
    """Return the page of a care area.

    Parameters
    ----------
    found
        The follow-up, with its mask.
    area
        Id of the area.
    place
        Of the page.
    """
    lang = place.lang
    parts: list[Section] = [section_of(place, permit_table(found, place, area)), _reported(found, place, area)]
    always = (condition_table(found, lang, area), review_table(found, lang, area, with_free_text=False))
    divided = [divided_table(found, by, lang, area) for by in DIVISIONS]
    others = [other_table(found, name, lang, area, with_free_text=False) for name in OTHERS]
    optional: Sequence[Any] = (confronted_table(found, lang, area), kin_table(found, lang, area), *divided, *others)
    parts += [section_of(place, p) for p in always]
    parts += [section_of(place, p) for p in optional if p.rows]
    parts.append(section_of(place, _decisions(found, area, lang)))
    return StaticPage(
        place.path, lang, found.names(lang)[area], [text("edition_area_lead", lang)], _facts(found, area, lang), parts
    )
