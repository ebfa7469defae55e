"""What people read of a number of the dataset: whose it is, unit, grade, what it rests on and where that stands."""

from __future__ import annotations

from functools import cached_property

from graph_schema import CareSystem, Record, load_schema
from impact import load_measures
from impact.questions.card_parts import Registers
from impact.questions.stated_numbers import UNGRADED, StatedNumber
from interface.node_names import names_in
from interface.node_words import property_label, unit_label
from interface.numbers import format_value
from interface.texts import Language, has_text, text

__all__ = ["NumberWords", "decimals_of", "grade_word", "is_hidden", "range_words", "unit_word"]

JOINER = "\u2060"
MOST_DECIMALS = 6
AS_STATED, IN_RANGE = 1e-4, 2e-3  # how exactly a number is shown that stands alone, and in a range


def unit_word(unit: str, lang: Language, *, together: bool = False) -> str:
    """Return a unit as people read it; as the dataset prints it where there is no word.

    Parameters
    ----------
    unit
        As the dataset prints it.
    lang
        Of the word.
    together
        Whether a line may not be broken at its slashes.

    Examples
    --------
    >>> unit_word("bed-days", "sv"), unit_word("theatre hours/working day", "sv"), unit_word("% of all", "sv")
    ('vårddygn', 'operationstimmar/arbetsdag', '% of all')
    """
    own = f"sources_unit_{unit}"
    found = text(own, lang) if has_text(own) else unit_label(unit, lang)
    if found == unit and has_text(unit):  # the units of measures have words without a prefix
        found = text(unit, lang)
    return found.replace("/", f"/{JOINER}") if together else found


def grade_word(grade: str, lang: Language) -> str:
    """Return a grade of evidence as people read it."""
    return text(f"sources_grade_{grade}", lang)


def decimals_of(*numbers: float | None, precision: float = AS_STATED) -> int:
    """As few as show every number to within a share of itself.

    Examples
    --------
    >>> decimals_of(157223.0), decimals_of(437.8, 175.1, 1094.0, precision=0.002), decimals_of(0.25, 0.025)
    (0, 0, 3)
    """
    known = [n for n in numbers if n is not None]
    fits = (d for d in range(MOST_DECIMALS) if all(abs(round(n, d) - n) <= precision * abs(n) for n in known))
    return next(fits, MOST_DECIMALS)


def is_hidden(number: StatedNumber, mask: int | None) -> bool:
    """Return whether a number is a count of patients below the mask."""
    return bool(mask and number.is_count and number.value is not None and number.value < mask)


def range_words(number: StatedNumber, lang: Language, mask: int | None) -> tuple[str, str]:
    """Return a number and its 90 % range as text; the range is empty where it has no width.

    Parameters
    ----------
    number
        The number.
    lang
        Of the decimal sign.
    mask
        Counts of patients below it are shown as smaller than it; None hides nothing.
    """
    if number.written and number.value is None:
        return number.written, ""
    if is_hidden(number, mask):
        return f"<{mask}", ""
    value, low, high = number.value, number.low, number.high
    has_range = low is not None and high is not None and low < high
    decimals = decimals_of(value, low, high, precision=IN_RANGE) if has_range else decimals_of(value)
    span = f"{format_value(low, decimals, lang)} … {format_value(high, decimals, lang)}" if has_range else ""
    return format_value(value, decimals, lang), span


class NumberWords:
    """Words for the numbers of a dataset in a language.

    Parameters
    ----------
    system, registers
        The dataset and its registers of evidence.
    lang
        Of the words. What the dataset states in one language only stands as it is there.
    """

    def __init__(self, system: CareSystem, registers: Registers, lang: Language) -> None:
        self.system, self.registers = system, registers
        self.lang: Language = lang
        self.names = names_in(system, lang)
        self._notes: dict[str, str] = {}

    @cached_property
    def _claims(self) -> dict[str, str]:
        return {row["id"]: row[f"statement_{self.lang}"] for row in self.registers.get("claims", ())}

    def node(self, node: str) -> str:
        """Return the name of a node; its id where it has none."""
        return self.names.get(node) or node

    def kind(self, node: str) -> str:
        """Return which kind of node it is; empty where there is no word."""
        record = self.system.nodes.get(node)
        key = f"node_type_{'' if record is None else record.type}"
        return text(key, self.lang) if has_text(key) else ""

    def type(self, name: str) -> str:
        """Return a type of row in words."""
        return text(f"sources_type_{name}", self.lang)

    def property(self, name: str, type_name: str = "") -> str:
        """Return a property in words; as the schema explains it where there is no word."""
        own = f"sources_property_{name}"
        if has_text(own):
            return text(own, self.lang)
        spec = load_schema().get(type_name)
        if spec is not None and not has_text(f"property_{name}"):
            return spec.property(name).meaning
        return property_label(name, self.lang)

    def label(self, number: StatedNumber) -> str:
        """Return whose number it is, and of what."""
        if number.type == "parameters":
            return self._parameter(number.id)
        if number.type == "floors":
            return self._floor(number.id)
        if number.type == "claims":
            return self._claims.get(number.id, number.property)
        nodes = " – ".join(self.node(n) for n in number.nodes)
        if number.type == "literature":
            name, _, other = number.property.rpartition(".")[2].partition(":")
            return f"{nodes}: {self.property(name)}" + (f" ({self.node(other)})" if other else "")
        if number.type == "Decision":
            about = ", ".join(self.node(n) for n in number.nodes[1:])
            nodes = " ".join(part for part in (about, self.system.node(number.nodes[0]).text("date")) if part)
        rest = [part for part in number.key if part and part not in number.nodes]
        more = f" ({', '.join(self._part(p) for p in rest)})" if rest else ""
        return f"{nodes}: {self.property(number.property, number.type)}{more}"

    def _part(self, part: str) -> str:
        key = f"sources_part_{part}"
        return text(key, self.lang) if has_text(key) else part

    def _parameter(self, identifier: str) -> str:
        key = f"sources_parameter_{identifier}"
        if has_text(key):
            return text(key, self.lang)
        record = self.system.get("parameters", identifier)
        return identifier if record is None else record.text("meaning")

    def _floor(self, identifier: str) -> str:
        record = self.system.get("floors", identifier)
        if record is None:
            return identifier
        measure = load_measures().get(record.text("measure"))
        name = record.text("measure") if measure is None else measure.short[self.lang]
        kind = text(f"kind_{record.text('hospital_kind')}", self.lang)
        side = text(f"sources_side_{record.text('direction')}", self.lang)
        return text("sources_floor", self.lang, kind=kind, measure=name, side=side)

    def source(self, identifier: str) -> str:
        """Return a source with publisher, year, number and place, or an assumption with what it says."""
        if identifier not in self._notes:
            self._notes[identifier] = self._source(identifier)
        return self._notes[identifier]

    def _source(self, identifier: str) -> str:
        record = self.system.get("sources", identifier)
        if record is not None:
            return self._document(record)
        assumption = self.system.get("assumptions", identifier)
        if assumption is None:
            return identifier
        return text("sources_assumption", self.lang, statement=assumption.text("statement"))

    def _document(self, record: Record) -> str:
        if record.text("kind") == "derivation":
            return text("sources_derivation", self.lang, method=record.text("title"))
        made = " ".join(p for p in (record.text("publisher"), record.text("year")) if p)
        title = f"{record.text('title')} ({made})" if made else record.text("title")
        return ", ".join(p for p in (title, record.text("identifier"), record.text("place")) if p)

    def sources(self, number: StatedNumber) -> str:
        """Return all that a number rests on, a line each."""
        lines = [self.source(s) for s in number.sources]
        return "\n".join([*lines, *([number.citation] if number.citation else [])])

    def years(self, number: StatedNumber) -> str:
        """Return the years in which its sources were published."""
        records = [self.system.get("sources", s) for s in number.sources]
        found = {r.text("year") for r in records if r is not None and r.text("year")}
        return ", ".join(sorted(found))

    def reasons(self, number: StatedNumber) -> str:
        """Return why the number is as it is: of the row, and of each assumption that an assumed number rests on."""
        lines = [number.reason] if number.reason else []
        if number.grade == "assumed":
            found = [self.system.get("assumptions", s) for s in number.sources]
            lines += [r.text("reason") for r in found if r is not None]
        return " ".join(lines)

    def told(self, number: StatedNumber) -> str:
        """Return everything that a search looks into, in small letters."""
        grade = "" if number.grade == UNGRADED else grade_word(number.grade, self.lang)
        parts = (self.label(number), number.id, self.type(number.type), unit_word(number.unit, self.lang), grade,
                 self.sources(number), " ".join(number.sources), number.reason,
                 *map(self._also, number.nodes))  # fmt: skip
        return " ".join(parts).casefold()

    def _also(self, node: str) -> str:
        """What else a node is called."""
        record = self.system.nodes.get(node)
        return "" if record is None else " ".join(record.text(n) for n in ("name_sv", "name_en", "aliases"))
