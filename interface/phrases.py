"""Sentences of the packaged tables that stand in English, in Swedish: conditions of permits, the case log, limits."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from graph_schema import CareSystem
from impact.questions.grades import citation
from interface.texts import Language

__all__ = ["cited", "documents", "is_translated", "phrase"]

# Where in a document something stands: the registers say it in English.
PLACES = (
    (r"\bSection (?=\d)", "avsnitt "), (r"\bSections (?=\d)", "avsnitt "), (r"\bAnnex (?=\d)", "bilaga "),
    (r"\bChapter (?=\d)", "kapitel "), (r"\bAvsnitt (?=\d)", "avsnitt "), (r"\bTable (?=\d)", "tabell "),
    (r"\bpage (?=\d)", "sida "), (r", Abstract\b", ", sammanfattning"), (r", summary\b", ", sammanfattning"),
    (r"(^|; )assumption: ", r"\1antagande: "),
)  # fmt: skip


@cache
def _swedish() -> Mapping[str, str]:
    content = resources.files("interface").joinpath("phrases.csv").read_text(encoding="utf-8")
    return {row["en"]: row["sv"] for row in csv.DictReader(content.splitlines())}


def is_translated(words: str) -> bool:
    """Return whether there is a Swedish wording of a sentence."""
    return words in _swedish()


def phrase(words: str, lang: Language) -> str:
    """Return a sentence of the dataset in a language; as it stands where nobody has translated it.

    Examples
    --------
    >>> phrase("contribution to research in the area", "sv")
    'bidrag till forskning inom området'
    >>> phrase("contribution to research in the area", "en"), phrase("Egna ord", "sv")
    ('contribution to research in the area', 'Egna ord')
    """
    return _swedish().get(words, words) if lang == "sv" else words


def cited(system: CareSystem, sources: str, lang: Language) -> str:
    """Return sources as a reader of the language knows them: title and place.

    Parameters
    ----------
    system
        Its registers name them.
    sources
        Ids separated by semicolons.
    lang
        ``sv`` or ``en``.
    """
    found = citation(system, sources)
    if lang == "sv":
        for pattern, words in PLACES:
            found = re.sub(pattern, words, found)
    return found


def documents(system: CareSystem, sources: str, lang: Language) -> str:
    """Return the documents among sources: assumptions and derivations of the dataset are left out."""
    return cited(system, ";".join(s for s in sources.split(";") if system.get("sources", s) is not None), lang)
