"""What the page of accumulated effects can draw of an answer, as choices and as pictures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from impact import load_measures
from interface.accumulate_view import coming_lines, hospitals_shown
from interface.attribution_reading import AttributionReading, Key
from interface.drawings.growth import growth_measures, growth_picture
from interface.drawings.headroom import headroom_picture
from interface.drawings.interactions import interaction_keys, interactions_picture, least_drawn
from interface.drawings.shares import shares_picture
from interface.named_nodes import NamedNodes
from interface.page.service.pictures import Drawn, drawn
from interface.texts import Language, text

__all__ = [
    "coming_words",
    "drawn_growth",
    "drawn_headroom",
    "drawn_pairs",
    "drawn_shares",
    "hospitals_in",
    "measures_grown",
    "measures_of_pairs",
    "measures_shared",
    "thresholds",
    "years_in",
]

Document = Mapping[str, Any]
SHARES = (0.25, 0.5)  # of the largest pair, from which on others may be left out


def _reading(document: Document, lang: Language, year: int) -> AttributionReading:
    return AttributionReading(NamedNodes(document["nodes"]), document, lang, year)


def hospitals_in(document: Document, part: str, lang: Language) -> dict[str, str]:
    """Return the hospitals that a part of an answer has rows of, in its order, to their names.

    Parameters
    ----------
    document
        The answer.
    part
        Name of its rows: ``timeline``, ``last_in_gap``.
    lang
        Of the names.
    """
    names = NamedNodes(document["nodes"]).names(lang)
    return {h: names[h] for h in dict.fromkeys(r["hospital"] for r in document[part] if "hospital" in r)}


def years_in(document: Document) -> dict[int, int]:
    """Return year 0 and the last year of an answer, to the calendar."""
    first = date.fromisoformat(document["manifest"]["dataset"]["as_of"]).year
    return {y: first + y for y in (0, int(document["manifest"]["years"]))}


def measures_grown(document: Document, lang: Language, hospital: str | None) -> dict[str, str]:
    """Return the measures whose growth can be drawn, of one hospital or of all, to names with units."""
    registry = load_measures()
    return {m: f"{registry[m].short[lang]} ({text(registry[m].unit, lang)})"
            for m in growth_measures(document, hospital)}  # fmt: skip


def _labelled(reading: AttributionReading, keys: list[Key]) -> dict[Key, str]:
    return {key: f"{reading.plain(key)} ({reading.unit(key)})" for key in keys}


def measures_shared(document: Document, lang: Language, year: int, hospital: str) -> dict[Key, str]:
    """Return what an answer shares out visibly at a hospital, to names with units."""
    reading = _reading(document, lang, year)
    return _labelled(reading, reading.visible_keys(hospital))


def measures_of_pairs(document: Document, lang: Language, year: int, hospital: str) -> dict[Key, str]:
    """Return what an answer has visible pairs of at a hospital, to names with units."""
    reading = _reading(document, lang, year)
    return _labelled(reading, interaction_keys(reading, hospital))


def thresholds(document: Document, lang: Language, year: int, key: Key) -> dict[float, str]:
    """Return the sizes from which pairs can be drawn to their words; the second is that which is drawn at first.

    Parameters
    ----------
    document, lang, year
        The answer, the language, 0 or the last year.
    key
        One of `measures_of_pairs`.
    """
    reading = _reading(document, lang, year)
    largest = reading.scale(key) * max(abs(r["value"]) for r in reading.rows("interactions", key))
    usual = least_drawn(reading, key)
    sizes = [usual, *(share * largest for share in SHARES if share * largest > usual)]
    words = {s: text("together_from", lang, least=reading.amount(key, s)) for s in sizes}
    return {0.0: text("together_all_pairs", lang)} | words


def coming_words(document: Document, lang: Language) -> str:
    """Return what is decided and not begun and what is on its way, a paragraph each."""
    nodes = NamedNodes(document["nodes"])
    _, closest = hospitals_shown(nodes, document, document["answer"]["shown"]["hospital"])
    return "\n".join(coming_lines(document, nodes.names(lang), lang, closest, hints=False))


def drawn_growth(document: Document, lang: Language, measure: str, hospital: str | None) -> Drawn:
    """Return how the effect grew, as the page shows it."""
    return drawn(growth_picture(document, lang, measure, hospital))


def drawn_shares(document: Document, lang: Language, key: Key, year: int, most: int) -> Drawn:
    """Return the three figures of each decision, as the page shows them."""
    return drawn(shares_picture(document, lang, key, year, most))


def drawn_pairs(document: Document, lang: Language, key: Key, year: int, least: float) -> Drawn:
    """Return the network of pairs, as the page shows it."""
    return drawn(interactions_picture(document, lang, key, year, least))


def drawn_headroom(document: Document, lang: Language) -> Drawn:
    """Return the decisions left, as the page shows them."""
    return drawn(headroom_picture(document, lang))
