"""The words around the drawn network: search, filters and legend, and the numbers of every node and link."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from html import escape

from graph_schema import CareSystem
from interface.drawings.node_markup import CardMarkup, in_language, sources_markup
from interface.drawings.palette import DASHES, KINDS, MUTED, TINTS
from interface.drawings.surroundings import DIRECTIONS, Surroundings
from interface.node_card import NodeCard, NodeCards
from interface.texts import Language, text

__all__ = ["NetworkWords", "cards_markup", "links_markup", "panel_markup"]


class NetworkWords:
    """What is told of a drawn network, each source under one number.

    Parameters
    ----------
    system
        The dataset.
    found
        What is drawn.
    cards
        Tells every number of a node.
    titles
        A sentence for each link.
    """

    def __init__(self, system: CareSystem, found: Surroundings, cards: NodeCards, titles: Sequence[str]) -> None:
        self.system, self.found, self.cards, self.titles = system, found, cards, titles
        self.lang: Language = cards.lang

    @cached_property
    def drawn(self) -> list[NodeCard]:
        """The card of each node, with its relationships to the others that are drawn."""
        return [self.cards.card(node, among=self.found.nodes) for node in self.found.nodes]

    @cached_property
    def cited(self) -> list[str]:
        """All sources of the cards and the links, each once."""
        found = [s for card in self.drawn for s in card.cited()]
        found += [s for link in self.found.links for s in link.evidence.split(";") if s]
        return list(dict.fromkeys(found))


def _line_style(grade: str, lang: Language) -> str:
    dashes = "none" if grade == "reported" else " ".join(map(str, DASHES[grade]))
    return (
        f'<svg width="44" height="8" aria-hidden="true"><line x1="0" x2="44" y1="4" y2="4" stroke="{MUTED}" '
        f'stroke-width="2" stroke-dasharray="{dashes}"/></svg> {escape(text(f"draw_grade_{grade}", lang))}'
    )


def _types(found: Surroundings, lang: Language) -> str:
    counts = {k: sum(kind == k for kind in found.nodes.values()) for k in KINDS}
    return "\n".join(
        f'<label><input type="checkbox" data-kind="{kind}" checked> '
        f'<span class="chip" style="background:{TINTS[kind]};border-color:{KINDS[kind]}"></span> '
        f"{escape(text(f'draw_kind_{kind}', lang))} ({count})</label>"
        for kind, count in counts.items()
        if count
    )


def _grades(found: Surroundings, lang: Language) -> str:
    counts = {g: sum(link.grade == g for link in found.links) for g in DASHES}
    return "\n".join(
        f'<label><input type="checkbox" data-grade="{grade}" checked> {_line_style(grade, lang)} ({count})</label>'
        for grade, count in counts.items()
        if count
    )


def panel_markup(words: NetworkWords, alternative: str) -> str:
    """Return search, filters, legend and buttons, the place of the drawing, and that of what is chosen.

    Parameters
    ----------
    words
        What is told.
    alternative
        What the drawing is, for those who cannot see it; ready markup.
    """
    lang, found, names = words.lang, words.found, words.cards.names
    options = "\n".join(
        f'<option value="{escape(names[n], quote=True)}"></option>' for n in sorted(found.nodes, key=lambda n: names[n])
    )
    follow = "\n".join(
        f'<option value="{name}">{escape(text(f"draw_follow_{name}", lang))}</option>' for name in DIRECTIONS
    )
    buttons = "\n".join(
        f'<button type="button" id="{name}">{escape(text(f"draw_button_{name}", lang))}</button>'
        for name in ("show_all", "larger", "smaller")
    )
    label = escape(text("draw_word_chosen", lang), quote=True)
    return f"""<div class="panel">
<form id="search"><label for="wanted">{escape(text("draw_search", lang))}</label>
<input id="wanted" list="names" autocomplete="off"><datalist id="names">
{options}
</datalist> <button type="submit">{escape(text("draw_button_search", lang))}</button></form>
<p class="field"><label for="follow">{escape(text("draw_follow", lang))}</label>
<select id="follow">{follow}</select></p>
<fieldset><legend>{escape(text("draw_types", lang))}</legend>
{_types(found, lang)}
</fieldset>
<fieldset><legend>{escape(text("draw_line_grade", lang))}</legend>
{_grades(found, lang)}
</fieldset>
<div class="buttons">{buttons}</div>
</div>
<p class="hint">{escape(text("draw_network_hint", lang))}</p>
<div class="scroll" id="view" tabindex="0" role="region" aria-label="{escape(text("draw_picture", lang), quote=True)}">
<div id="mynetwork" role="group" aria-label="{alternative}"></div></div>
<p id="told" class="unseen" role="status"></p>
<section id="chosen" tabindex="0" aria-label="{label}"><p>{escape(text("draw_word_none_chosen", lang))}</p></section>"""


def links_markup(words: NetworkWords) -> list[str]:
    """Return what is told of each link: the sentence, the reason, the sources by their numbers."""
    place = {s: i for i, s in enumerate(words.cited, 1)}
    found: list[str] = []
    for link, title in zip(words.found.links, words.titles, strict=True):
        reason = ""
        if link.reason:
            told = in_language(link.reason, words.lang, is_english=True)
            reason = f"<p>{escape(text('reason', words.lang))}: {told}</p>"
        numbers = sorted(place[s] for s in link.evidence.split(";") if s)
        sources = " ".join(f'<a href="#source-{i}">[{i}]</a>' for i in numbers)
        found.append(f"<p>{escape(title)}. {sources}</p>{reason}")
    return found


def cards_markup(words: NetworkWords, address: str = "") -> str:
    """Return the card of every node, folded, and below them all sources in full.

    Parameters
    ----------
    words
        What is told.
    address
        Where a page shows a source, with a brace for its id; empty where there is none.
    """
    lang = words.lang
    cards: list[str] = []
    for card in words.drawn:
        told = CardMarkup(words.system, card, lang, 3, words.cited)
        more = ", ".join(f"{heading.lower()}: {count}" for heading, count in card.elsewhere.items())
        rest = f'<p class="rest">{escape(text("draw_card_elsewhere", lang, more=more))}</p>' if more else ""
        cards.append(
            f'<details id="node-{escape(card.node, quote=True)}"><summary>{escape(card.name)} ({escape(card.kind)})'
            f'</summary><div class="card">{told.told()}{rest}</div></details>'
        )
    listed = sources_markup(words.system, words.cited, lang, "source-", address)
    return (
        f'<section id="cards"><h2>{escape(text("draw_cards", lang))}</h2>{"".join(cards)}'
        f'<h2 id="sources">{escape(text("node_sources", lang))}</h2>{listed}</section>'
    )
