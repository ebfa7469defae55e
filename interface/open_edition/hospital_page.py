"""The page of a hospital in the open edition."""

from __future__ import annotations

from interface.citations import documents
from interface.followed.condition_tables import condition_table, review_table
from interface.followed.content import Followed
from interface.followed.other_tables import other_table
from interface.followed.reported_tables import reported_table
from interface.open_edition.area_page import permit_table
from interface.open_edition.common import Place, section_of
from interface.open_edition.page import Fact, StaticPage
from interface.texts import text

__all__ = ["hospital_page"]


def hospital_page(found: Followed, hospital: str, place: Place) -> StaticPage:
    """Return the page of a hospital: its permits, what it reported, conditions, reviews, specialists and posts.

    Parameters
    ----------
    found
        The follow-up, with its mask.
    hospital
        Id of the hospital.
    place
        Of the page.
    """
    lang = place.lang
    names, record = found.names(lang), found.system.node(hospital)
    region = found.at.region_of.get(hospital, "")
    facts = [
        Fact(
            text("kind", lang),
            text(f"kind_{record.text('kind')}", lang),
            documents(found.system, record.text("source"), lang),
        )
    ]
    if region:
        facts.append(Fact(text("region", lang), names[region]))
    always = (
        permit_table(found, place, hospital=hospital),
        reported_table(found, lang, hospital=hospital),
        condition_table(found, lang, hospital=hospital),
        review_table(found, lang, hospital=hospital, with_free_text=False),
    )
    competences = other_table(found, "competences", lang, hospital=hospital)
    parts = [section_of(place, p) for p in (*always, *([competences] if competences.rows else []))]
    return StaticPage(place.path, lang, names[hospital], [text("edition_hospital_lead", lang)], facts, parts)
