"""A card of a node to HTML: tables with value, unit, range, grade and numbered sources, and the sources in full."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from urllib.parse import quote

from graph_schema import CareSystem
from interface.node_card import Fact, NodeCard, Number, Relation
from interface.node_words import source_words
from interface.texts import Language, text

__all__ = ["CardMarkup", "in_language", "sources_markup"]

NUMBER = ("value", "unit", "node_interval", "grade", "node_source")  # columns of a number
RIGHT = ("value", "node_interval")  # those whose cells stand to the right


def in_language(words: str, lang: Language, *, is_english: bool) -> str:
    """Return words as markup that tells a reader aloud where they stand in English."""
    return f'<span lang="en">{escape(words)}</span>' if is_english and lang != "en" else escape(words)


def _told(facts: Sequence[Fact], lang: Language) -> str:
    """Facts a line each."""
    return "<br>".join(
        (f"{escape(f.label)}: " if f.label else "") + in_language(f.words, lang, is_english=f.is_english) for f in facts
    )


def _identified(source: str, address: str) -> str:
    """The id of a source, leading to where a page shows it."""
    code = f"<code>{escape(source)}</code>"
    where = escape(address.replace("{}", quote(source)), quote=True)
    return f'<a href="{where}" target="_blank" rel="noopener">{code}</a>' if address else code


def sources_markup(
    system: CareSystem, cited: Sequence[str], lang: Language, anchor: str, address: str = ""
) -> str:  # fmt: skip
    """Return sources in full as a numbered list.

    Parameters
    ----------
    system
        Its registers name them.
    cited
        Their ids, in the order of the numbers.
    lang
        Of the words.
    anchor
        Beginning of the id of each entry; the number follows.
    address
        Where a page shows a source, with a brace for its id; empty where there is none.
    """
    lines: list[str] = []
    for number, source in enumerate(cited, 1):
        found = source_words(system, source, lang)
        kind = f"{escape(found.kind)}: " if found.kind else ""
        words = in_language(found.words, lang, is_english=found.is_english)
        question = ""
        if found.question and lang == "sv":
            question = f" <em>{escape(text('node_source_question', lang))}</em> {escape(found.question)}"
        lines.append(f'<li id="{anchor}{number}">{kind}{words} {_identified(source, address)}{question}</li>')
    return f'<ol class="sources">{"".join(lines)}</ol>' if lines else ""


class CardMarkup:
    """The markup of one card.

    Parameters
    ----------
    system
        Its registers name the sources.
    card
        What is told.
    lang
        Of the words.
    level
        Of the headings inside, 2 to 6.
    cited
        Sources in the order of their numbers, where several cards share a list; those of the card if None.
    """

    def __init__(
        self, system: CareSystem, card: NodeCard, lang: Language, level: int = 3, cited: Sequence[str] | None = None
    ) -> None:
        self.system, self.card, self.level = system, card, level
        self.lang: Language = lang
        self.cited = card.cited() if cited is None else cited
        self._anchor = f"source-{card.node}-" if cited is None else "source-"
        self._place = {s: i for i, s in enumerate(self.cited, 1)}

    def facts(self) -> str:
        """Return the attributes that are no numbers, as a list of terms."""
        rows = [
            f"<dt>{escape(f.label)}</dt><dd>{in_language(f.words, self.lang, is_english=f.is_english)}</dd>"
            for f in self.card.facts
        ]
        if self.card.sources:
            rows.append(f"<dt>{text('node_source', self.lang)}</dt><dd>{self.places(self.card.sources)}</dd>")
        return f'<dl class="facts">{"".join(rows)}</dl>'

    def numbers(self) -> str:
        """Return the attributes that are numbers, as a table."""
        if not self.card.numbers:
            return ""
        rows = "".join(f'<tr><th scope="row">{escape(n.label)}</th>{self._cells(n)}</tr>' for n in self.card.numbers)
        return self._table(text("node_numbers", self.lang), ("node_what", *NUMBER), rows, is_named=True)

    def relations(self) -> Mapping[str, str]:
        """Return heading of each kind of relationship to its table."""
        return {heading: self._related(heading, rows) for heading, rows in self.card.relations.items()}

    def sources(self, address: str = "") -> str:
        """Return the sources in full; `address` as for `sources_markup`."""
        return sources_markup(self.system, self.cited, self.lang, self._anchor, address)

    def told(self) -> str:
        """Return facts, numbers and relationships under headings."""
        parts = [self.facts(), self.numbers()]
        for heading, table in self.relations().items():
            count = len(self.card.relations[heading])
            parts += [f"<h{self.level}>{escape(heading)} ({count})</h{self.level}>", table]
        return "".join(parts)

    def places(self, sources: Sequence[str]) -> str:
        """Return the numbers of sources, each leading to its entry in the list."""
        found = sorted({self._place[s] for s in sources})
        return " ".join(f'<a href="#{self._anchor}{i}">[{i}]</a>' for i in found)

    def _cells(self, number: Number | None, sources: Sequence[str] = ()) -> str:
        """The cells of a number; where there is none, only the sources."""
        if number is None:
            return "<td></td>" * (len(NUMBER) - 1) + f"<td>{self.places(sources)}</td>"
        return (
            f'<td class="number">{escape(number.value)}</td><td>{escape(number.unit)}</td>'
            f'<td class="number">{escape(number.interval)}</td><td>{escape(number.grade)}</td>'
            f"<td>{self.places(number.sources)}</td>"
        )

    def _unsaid(self, row: Relation) -> bool:
        """Whether a relationship rests on sources that none of its numbers names, and that no cell is for."""
        return bool(row.numbers) and not set(row.sources) <= {s for n in row.numbers for s in n.sources}

    def _related(self, heading: str, rows: Sequence[Relation]) -> str:
        """A line a number, the node over all of its lines, and beside them what else is said of the relationship."""
        with_numbers = any(r.numbers for r in rows)
        with_facts = any(r.facts or self._unsaid(r) for r in rows)
        lines: list[str] = []
        for row in rows:
            over = f' rowspan="{len(row.numbers)}"' if len(row.numbers) > 1 else ""
            name = f'<th scope="row"{over} data-node="{escape(row.other, quote=True)}">{escape(row.name)}</th>'
            told = [_told(row.facts, self.lang)] if row.facts else []
            if with_numbers and self._unsaid(row):
                told.append(f"{escape(text('node_source', self.lang))}: {self.places(row.sources)}")
            facts = f"<td{over}>{'<br>'.join(told)}</td>" if with_facts else ""
            if not with_numbers:
                lines.append(f"<tr>{name}{facts}<td>{self.places(row.sources)}</td></tr>")
                continue
            for i, number in enumerate(row.numbers or (None,)):
                what = "" if number is None else escape(number.label)
                cells = f"<td>{what}</td>{self._cells(number, row.sources)}"
                lines.append(f"<tr>{name}{cells}{facts}</tr>" if i == 0 else f"<tr>{cells}</tr>")
        facts_head = ("node_facts",) if with_facts else ()
        columns = ("name", "node_what", *NUMBER, *facts_head) if with_numbers else ("name", *facts_head, "node_source")
        return self._table(heading, columns, "".join(lines))

    def _table(self, caption: str, columns: Sequence[str], rows: str, *, is_named: bool = False) -> str:
        """A table; where a heading stands above it, its caption is there for readers aloud only."""
        whole = escape(f"{self.card.name}: {caption}", quote=True)
        head = "".join(
            f'<th scope="col"{" class=number" if c in RIGHT else ""}>{escape(text(c, self.lang))}</th>' for c in columns
        )
        look = "" if is_named else ' class="unseen"'
        told = escape(caption) if is_named else whole
        return (
            f'<div class="randzon" tabindex="0" role="region" aria-label="{whole}"><table>'
            f"<caption{look}>{told}</caption><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
        )
