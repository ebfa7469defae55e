"""Everything that a dataset holds of a node: attributes and relationships, with number, range, grade and source."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graph_schema import CareSystem, Quantity, Record, load_schema
from impact.questions.as_of import SystemAt
from interface.node_words import ENGLISH, node_title, property_label, unit_label, value_words
from interface.numbers import decimals_for, decimals_of_size, format_value
from interface.texts import Language, text

__all__ = ["Fact", "NodeCard", "NodeCards", "Number", "Relation"]

# Relationships in the order in which a card tells them.
ORDER = ("REQUIRES", "USES", "DEPENDS_ON", "PROVIDES", "PROVIDES_VOLUME", "PERFORMS", "STAFFS", "OPERATES", "PART_OF",
         "LOCATED_IN", "PROVIDED_BEFORE", "REFERS_TO", "DEVIATES_FROM", "CONCERNS", "GRANTS", "REFUSES",
         "TRAVELS")  # fmt: skip
UNTOLD = frozenset({"id", "name_sv", "source", "source_id", "target_id", "latitude", "longitude", "family",
                    "family_rule"})  # fmt: skip
MOST_SHARE = 1.5  # an occupancy may lie above 1
COUNTED = "patients/year"  # unit of what a small-number rule hides


@dataclass(frozen=True, slots=True)
class Fact:
    """A property that is no number: its name, what it says, and whether it says it in English."""

    label: str
    words: str
    is_english: bool = False


@dataclass(frozen=True, slots=True)
class Number:
    """A quantity as people read it.

    Attributes
    ----------
    id
        Of the quantity in the dataset.
    label
        What it is.
    value, unit, interval, grade
        As people read them; the interval holds 90 % and is empty where there is one value only, or where the number
        is withheld.
    quantity
        As the dataset has it; None where the number is withheld.
    sources
        Ids of what it rests on.
    """

    id: str
    label: str
    value: str
    unit: str
    interval: str
    grade: str
    quantity: Quantity | None
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A relationship, seen from one of its nodes.

    Attributes
    ----------
    other, name
        The node at the other end and what it is called.
    facts, numbers
        Its properties.
    sources
        Ids of what it rests on as a whole.
    """

    type: str
    is_outgoing: bool
    other: str
    name: str
    facts: tuple[Fact, ...]
    numbers: tuple[Number, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True)
class NodeCard:
    """What a dataset holds of a node.

    Attributes
    ----------
    node, name, kind
        Its id, what it is called, and the word for its type.
    facts, numbers
        Its attributes.
    sources
        Ids of what it rests on as a whole.
    relations
        Heading to relationships.
    elsewhere
        Heading to the number of relationships with nodes that were not asked for.
    """

    node: str
    name: str
    kind: str
    facts: tuple[Fact, ...]
    numbers: tuple[Number, ...]
    sources: tuple[str, ...]
    relations: Mapping[str, tuple[Relation, ...]]
    elsewhere: Mapping[str, int]

    def cited(self) -> list[str]:
        """Return the ids of all sources, each once, in the order in which they are read."""
        found = [*self.sources, *(s for n in self.numbers for s in n.sources)]
        for relation in (r for rows in self.relations.values() for r in rows):
            found += [*(s for n in relation.numbers for s in n.sources), *relation.sources]
        return list(dict.fromkeys(found))


def _decimals(quantity: Quantity) -> int:
    if quantity.low != quantity.high:
        return decimals_for(quantity.low, quantity.high)
    return 0 if float(quantity.value).is_integer() else decimals_of_size(quantity.value, 3)


def _number(record: Record, name: str, quantity: Quantity, mask: int, lang: Language) -> Number:
    """A quantity; a reported count of patients below the mask is withheld."""
    withheld = quantity.unit == COUNTED and quantity.grade == "reported" and quantity.value < mask
    decimals = _decimals(quantity)
    value, low, high = (format_value(v, decimals, lang) for v in (quantity.value, quantity.low, quantity.high))
    until = text("node_until", lang)
    between = "–" if quantity.low >= 0 else f" {until} "
    return Number(
        id=record.quantity_id(name),
        label=property_label(name, lang),
        value=f"<{mask}" if withheld else value,
        unit=unit_label(quantity.unit, lang, is_share=quantity.minimum >= 0 and quantity.maximum <= MOST_SHARE),
        interval="" if withheld or quantity.low == quantity.high else f"{low}{between}{high}",
        grade=text(f"draw_grade_{quantity.grade}", lang),
        quantity=None if withheld else quantity,
        sources=quantity.sources,
    )


class NodeCards:
    """The cards of a dataset in one language.

    Parameters
    ----------
    system
        A validated system.
    lang
        Of the words.
    mask
        Reported counts of patients below it are withheld.
    """

    def __init__(self, system: CareSystem, lang: Language, mask: int = 0) -> None:
        self.system, self.mask = system, mask
        self.lang: Language = lang
        self.names = {i: node_title(r, lang) for i, r in system.nodes.items()}
        view = SystemAt(system, system.settings["as_of"], is_present=True)
        self._north = {h: i for i, h in enumerate(view.hospitals)}
        self._permit = Fact(property_label("permit", lang), text("node_value_permit_true", lang))
        self._in_title = {property_label(n, lang) for n in ("date", "kind")}

    def card(self, node: str, among: Collection[str] | None = None) -> NodeCard:
        """Return the card of a node.

        Parameters
        ----------
        node
            Its id.
        among
            Only relationships with these nodes; the others are counted. All if None.

        Raises
        ------
        UnknownNode
            If the system has no such node.
        """
        record = self.system.node(node)
        relations: dict[str, tuple[Relation, ...]] = {}
        elsewhere: dict[str, int] = {}
        for heading, is_outgoing, rows in self._relationships(node):
            end = "target_id" if is_outgoing else "source_id"
            told = [r for r in rows if among is None or r.text(end) in among]
            if told:
                found = (self._relation(r, is_outgoing=is_outgoing) for r in told)
                relations[heading] = tuple(sorted(found, key=self._place))
            if len(told) < len(rows):
                elsewhere[heading] = len(rows) - len(told)
        return NodeCard(
            node, self.names[node], text(f"node_type_{record.type}", self.lang), tuple(self._facts(record)),
            self._numbers(record), _sources(record), relations, elsewhere,
        )  # fmt: skip

    def _relationships(self, node: str) -> Iterator[tuple[str, bool, Sequence[Record]]]:
        """Heading, whether they leave the node, and rows of each kind of relationship that there is."""
        for name in ORDER:
            for is_outgoing in (True, False):
                read = self.system.outgoing if is_outgoing else self.system.incoming
                rows = read(name, node)
                if rows:
                    yield text(f"node_{'out' if is_outgoing else 'in'}_{name}", self.lang), is_outgoing, rows

    def _relation(self, record: Record, *, is_outgoing: bool) -> Relation:
        other = record.text("target_id" if is_outgoing else "source_id")
        end = self.system.node(other)
        facts, name, sources = [*self._facts(record), *self._family(record)], self.names[other], _sources(record)
        if end.type == "Decision":  # a step of a case is told by what was done, and where
            facts += [f for f in self._facts(end) if f.label not in self._in_title]
            sources = _sources(end)
            if record.type != "CONCERNS":
                areas = [r.text("target_id") for r in self.system.outgoing("CONCERNS", other)]
                name += "".join(f", {self.names[a]}" for a in areas)
        return Relation(record.type, is_outgoing, other, name, tuple(facts), self._numbers(record), sources)

    def _facts(self, record: Record) -> Iterator[Fact]:
        for spec in record.spec.properties:
            told = spec.dtype not in ("quantity", "source") and spec.name not in UNTOLD and spec.name in record
            if told and (spec.name, record.values[spec.name]) != ("role", "holder"):
                words = value_words(spec, record, self.lang, self.names)
                yield Fact(property_label(spec.name, self.lang), words, spec.name in ENGLISH)

    def _family(self, record: Record) -> Iterator[Fact]:
        """With which other requirements one is read together."""
        family = record.text("family")
        others = [
            r.text("target_id") for r in self.system.outgoing("REQUIRES", record.text("source_id"))
            if family and r.text("family") == family and r.key != record.key
        ]  # fmt: skip
        if others:
            told = ", ".join(self.names[o] for o in others)
            yield Fact("", text(f"node_family_{record.text('family_rule') or 'any'}", self.lang, names=told))

    def _numbers(self, record: Record) -> tuple[Number, ...]:
        return tuple(_number(record, n, q, self.mask, self.lang) for n, q in record.quantities())

    def _place(self, relation: Relation) -> tuple[int, float, str, str]:
        """Hospitals north to south, events by date, regions by nearness, permits first, others by number, then year."""
        north = self._north.get(relation.other)
        year = next((f.words for f in relation.facts if f.label == property_label("year", self.lang)), "")
        if north is not None:
            return (0, float(north), year, relation.other)
        quantity = relation.numbers[0].quantity if relation.numbers else None
        value = 0.0 if quantity is None or year else quantity.value
        if relation.type == "PROVIDES" and self._permit not in relation.facts:
            return (2, -value, relation.name, year)
        return (1, value if relation.type == "TRAVELS" else -value, relation.name, year)


def _sources(record: Record) -> tuple[str, ...]:
    """Sources of a row as a whole."""
    return tuple(_ids(record.text(p.name) for p in record.spec.properties if p.dtype == "source"))


def _ids(cells: Iterable[str]) -> list[str]:
    return [s for cell in cells for s in cell.split(";") if s]


assert set(ORDER) == {n for n, t in load_schema().items() if t.kind == "relationship"}
