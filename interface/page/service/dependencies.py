"""The network around a node as the page shows it: the drawing of `randzon draw network`, its tables, every number."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from graph_schema import GRADES, CareSystem
from impact.questions.as_of import SystemAt
from interface.drawings.files import render, table_csv
from interface.drawings.network import network_drawing, network_picture
from interface.drawings.node_markup import CardMarkup
from interface.drawings.page import frame_of
from interface.drawings.picture import Picture
from interface.drawings.surroundings import DIRECTIONS, KINDS_OF_NODE, Choice
from interface.node_card import NodeCard, NodeCards, Number
from interface.node_names import names_in
from interface.node_words import source_words
from interface.page.service.pictures import data_table_markup
from interface.texts import Language, text

__all__ = [
    "EVIDENCE", "HEIGHT", "KINDS", "Dependencies", "NodeTables", "Wanted", "dependencies", "directions_of",
    "first_node", "node_tables", "nodes_by_name", "saved_page",
]  # fmt: skip

KINDS = ("CareArea", "Hospital", "Competence", "Resource", "Function")  # in the order of the page
EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "every": GRADES, "without_assumed": ("reported", "derived"), "reported": ("reported",)
}  # fmt: skip
FIRST = "hocm"  # the area that is chosen at first, where the dataset has it
HEIGHT = 1040  # pixels of the frame


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the network somebody wants to see.

    Attributes
    ----------
    node
        Id of the node in the middle.
    depth
        Links from it, 1 to 3.
    direction
        One of `directions_of` its type.
    evidence
        Key of `EVIDENCE`.
    kinds
        Types of node beside the middle.
    """

    node: str
    depth: int = 1
    direction: str = "both"
    evidence: str = "every"
    kinds: tuple[str, ...] = KINDS_OF_NODE

    @property
    def choice(self) -> Choice:
        """The same as the drawing takes it."""
        return Choice(self.direction, EVIDENCE[self.evidence], self.kinds)


@dataclass(frozen=True)
class Dependencies:
    """The network as the page shows it.

    Attributes
    ----------
    picture
        As `randzon draw network` draws it.
    frame
        The document in the frame.
    nodes, links
        Markup of the tables of all that is drawn.
    """

    wanted: Wanted
    picture: Picture
    frame: str
    nodes: str
    links: str

    @property
    def alternative(self) -> str:
        """What the frame holds, for those who cannot see it."""
        return f"{self.picture.title}. {self.picture.description}"

    @property
    def svg(self) -> bytes:
        """The drawing as a file."""
        return render(self.picture, ".svg")

    @property
    def csv(self) -> bytes:
        """The links as a file."""
        return table_csv(self.picture)


@dataclass(frozen=True)
class NodeTables:
    """Everything that the dataset holds of a node, as the page shows it.

    Attributes
    ----------
    name, kind
        What it is called, and the word for its type.
    facts, numbers, sources
        Markup; the numbers in the tables lead to the list of sources.
    relations
        Heading with a count to the markup of a table.
    csv
        Every number of it as a file: decimal point, all digits, sources in full.
    """

    name: str
    kind: str
    facts: str
    numbers: str
    relations: Mapping[str, str]
    sources: str
    csv: bytes


def nodes_by_name(system: CareSystem, kind: str, lang: Language) -> dict[str, str]:
    """Return the nodes of a type to their names: hospitals from north to south, others by name."""
    names = names_in(system, lang)
    if kind == "Hospital":
        view = SystemAt(system, system.settings["as_of"], is_present=True)
        return {h: names[h] for h in view.hospitals}
    found = {r.key[0]: names[r.key[0]] for r in system.rows[kind]}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def first_node(system: CareSystem, names: Mapping[str, str]) -> str:
    """Return the node that is chosen at first: `FIRST`, or the first university hospital, or the first of all."""
    university = [n for n in names if system.node(n).text("kind") == "university"]
    return FIRST if FIRST in names else next(iter([*university, *names]))


def directions_of(kind: str) -> tuple[str, ...]:
    """Return the directions that one can ask for from a type: nothing needs a hospital, a competence needs nothing."""
    without = {"Hospital": ("both", "needed_by"), "Competence": ("needs",), "Resource": ("needs",)}.get(kind, ())
    return tuple(d for d in DIRECTIONS if d not in without)


def dependencies(
    system: CareSystem, wanted: Wanted, lang: Language, mask: int, addresses: Mapping[str, str]
) -> Dependencies:  # fmt: skip
    """Return the network around a node.

    Parameters
    ----------
    system
        The dataset.
    wanted
        Which part of it.
    lang
        Of the words.
    mask
        Reported counts of patients below it are withheld.
    addresses
        ``node``, ``source``: where the page shows one, with a brace for its id.

    Raises
    ------
    UnknownNode, SettingError
        As `interface.drawings.network.network_picture`.
    """
    found = network_drawing(system, lang, wanted.node, wanted.depth, None, wanted.choice, mask, addresses)
    picture, links = found.picture, found.picture.table
    return Dependencies(
        wanted,
        picture,
        frame_of(picture),
        data_table_markup(found.nodes, text("dependencies_nodes", lang, count=len(found.nodes.rows)), lang),
        data_table_markup(links, text("dependencies_links", lang, count=len(links.rows)), lang),
    )


def saved_page(system: CareSystem, wanted: Wanted, lang: Language, mask: int = 0) -> bytes:
    """Return the network as the page of a file that needs no server, as `randzon draw network` writes it."""
    return render(network_picture(system, lang, wanted.node, wanted.depth, None, wanted.choice, mask), ".html")


def _csv_rows(card: NodeCard) -> Iterator[tuple[str, str, Number]]:
    """Heading of the relationship, the other node, and each number; those of the node itself first."""
    yield from (("", "", number) for number in card.numbers)
    for heading, rows in card.relations.items():
        yield from ((heading, row.name, number) for row in rows for number in row.numbers)


def _csv(system: CareSystem, card: NodeCard, lang: Language) -> bytes:
    """Every number as people's words and programs' digits; the mark first by which Excel knows UTF-8."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("relation", "other", "what", "value", "low", "high", "unit", "grade", "sources", "id"))
    told = {s: source_words(system, s, lang) for s in card.cited()}
    for relation, other, number in _csv_rows(card):
        q = number.quantity
        digits = (number.value, "", "", "") if q is None else (q.value, q.low, q.high, q.unit)
        sources = "; ".join(f"{told[s].kind}: {told[s].words}" for s in number.sources)
        writer.writerow((relation, other, number.label, *digits, number.grade, sources, number.id))
    return ("\ufeff" + out.getvalue()).encode("utf-8")


def node_tables(
    system: CareSystem, node: str, lang: Language, mask: int, addresses: Mapping[str, str]
) -> NodeTables:  # fmt: skip
    """Return everything that the dataset holds of a node.

    Parameters
    ----------
    system
        The dataset.
    node
        Id of a node of any type.
    lang
        Of the words.
    mask
        Reported counts of patients below it are withheld.
    addresses
        ``source``: where the page shows a source, with a brace for its id.

    Raises
    ------
    UnknownNode
        If there is no such node.
    """
    card = NodeCards(system, lang, mask).card(node)
    markup = CardMarkup(system, card, lang)
    relations = {f"{h} ({len(card.relations[h])})": table for h, table in markup.relations().items()}
    return NodeTables(
        card.name,
        card.kind,
        markup.facts(),
        markup.numbers(),
        relations,
        markup.sources(addresses.get("source", "")),
        _csv(system, card, lang),
    )
