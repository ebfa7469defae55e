"""Sources as a reader knows them, with the words for the place in the language of the page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from graph_schema import CareSystem
from impact.questions.grades import citation
from interface.texts import Language, text

__all__ = ["cited", "cited_sources", "documents"]

SWEDISH: Mapping[str, str] = {
    "Annex": "bilaga", "Section": "avsnitt", "Chapter": "kapitel", "Table": "tabell", "summary": "sammanfattning",
    "page": "sida", "Abstract": "sammanfattning", "assumption": "antagande",
}  # fmt: skip
# A word of the place: after the title, before a number or the end; in a title it stays as the publisher wrote it.
PLACE = re.compile(r"(?<=, )(Annex|Section|Chapter|Table|page|Abstract|summary)(?=[ ,;]|$)")


def cited(told: str, lang: Language) -> str:
    """Return a citation with the words for annex, section and so on in a language.

    Parameters
    ----------
    told
        Of `impact.questions.grades.citation`.
    lang
        ``sv`` or ``en``.

    Examples
    --------
    >>> cited("Utvärdering (2024/25:RFR11), Annex 1, Section 7.9.1; assumption: one half", "sv")
    'Utvärdering (2024/25:RFR11), bilaga 1, avsnitt 7.9.1; antagande: one half'
    """
    if lang != "sv":
        return told
    swedish = PLACE.sub(lambda found: SWEDISH[found[1]], told)
    return re.sub(r"(^|; )assumption: ", rf"\1{SWEDISH['assumption']}: ", swedish)


def cited_sources(system: CareSystem, sources: str, lang: Language) -> str:
    """Return sources of a dataset, by their ids separated by semicolons, as a reader of the language knows them."""
    return cited(citation(system, sources), lang)


def documents(system: CareSystem, sources: str, lang: Language) -> str:
    """Return the published documents among some sources; where there is none, that it rests on an assumption.

    Of no sources there is nothing to say. The statements of assumptions and the ways of derivations stand in Källor.

    Parameters
    ----------
    system
        The dataset.
    sources
        Ids separated by semicolons.
    lang
        Of the words.
    """
    if not sources:
        return ""
    kinds = {s: record.text("kind") for s in sources.split(";") if (record := system.get("sources", s)) is not None}
    known = [s for s, kind in kinds.items() if kind != "derivation"]
    if known:
        return cited(citation(system, ";".join(known)), lang)
    return text("meeting_rests_on_derivation" if kinds else "meeting_rests_on_assumption", lang)
