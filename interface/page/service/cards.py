"""The card of a care area or a hospital, as `randzon data area` and `data hospital` show it, to markup."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from graph_schema import CareSystem
from impact.questions.card_parts import Registers
from impact.questions.cards import area_card, hospital_card
from interface.card_view import CardView, Section, area_view, hospital_view
from interface.citations import documents
from interface.drawings.linked import href_of
from interface.drawings.matrix import cluster_name
from interface.node_names import names_in
from interface.page.service.case_log import Words, area_words, log_words, told
from interface.page.service.markup import HtmlTable, Linked, TableColumn, table_markup
from interface.page.service.number_words import unit_word
from interface.texts import Language, text

__all__ = ["CARDS", "card_of", "section_markup"]

CARDS = ("CareArea", "Hospital")  # types that have a card
SHORT = ("date", "valid_from", "shown_value", "patients")  # columns that stay on one line


def card_of(system: CareSystem, node: str, registers: Registers, lang: Language, mask: int = 0) -> CardView:
    """Return the card of a care area or a hospital.

    Parameters
    ----------
    system, registers
        The dataset and its registers of evidence.
    node
        Id of a care area or a hospital.
    lang
        Of the words.
    mask
        Reported numbers of patients below it are withheld.
    """
    words, title = log_words(registers), names_in(system, lang)[node]
    source = documents(system, system.node(node).text("source"), lang)
    if system.node(node).type == "CareArea":
        card = area_card(system, node, registers)
        group = cluster_name(card["cluster"], lang) if card["cluster"] else None
        log = [_in_words(e, words, lang) for e in card["log"]]
        said = area_words(registers, card, lang)
        return _titled(area_view({**card, **said, "cluster": group, "log": log, "source": source}, lang, mask), title)
    card = hospital_card(system, node, registers)
    refusals = [_in_words(e, words, lang) for e in card["refusals"]]
    region = names_in(system, lang).get(card["region"], card["region"])
    return _titled(hospital_view({**card, "region": region, "refusals": refusals, "source": source}, lang, mask), title)


def _titled(view: CardView, title: str) -> CardView:
    """The card under the node's name in the language of the page."""
    return replace(view, title=title)


def _in_words(entry: Mapping[str, Any], words: Words, lang: Language) -> dict[str, Any]:
    said = told(entry, words, lang)
    return {**entry, "outcome": said.outcome or None, "reason": said.reason or None}


def _is_numeric(values: Sequence[object]) -> bool:
    return all(isinstance(v, int | float) or v in (None, "") for v in values)


def _cell(system: CareSystem, name: str, value: object, lang: Language) -> str:
    """A cell as one reads it: nodes by their names, units in words, sources as documents."""
    shown = "" if value is None else str(value)
    if name == "source" and shown:
        return documents(system, shown.replace("; ", ";"), lang)
    if name == "unit":
        return unit_word(shown, lang)
    if shown in system.nodes:
        named = names_in(system, lang)[shown]
        return Linked(named, href_of(shown)) if system.node(shown).type in CARDS else named
    return shown


def section_markup(system: CareSystem, section: Section, lang: Language) -> str:
    """Return a section of a card as an HTML table under its heading.

    Parameters
    ----------
    system
        The dataset.
    section
        Of a card.
    lang
        Of the words.
    """
    names = list(section.columns or dict.fromkeys(name for row in section.rows for name in row))
    columns = [
        TableColumn(n, text(n, lang).replace("\\n", " "), _is_numeric([r.get(n) for r in section.rows]), n in SHORT)
        for n in names
    ]
    rows = [{n: _cell(system, n, r.get(n), lang) for n in names} for r in section.rows]
    return table_markup(HtmlTable(text(section.name, lang), columns, {"": rows}))
