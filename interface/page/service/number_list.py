"""The numbers of a dataset to search, to page through, to count by grade, and as a file (Q12)."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_schema import GRADES, CareSystem
from impact.questions.card_parts import Registers
from impact.questions.stated_numbers import UNGRADED, StatedNumber, register_numbers, stated_numbers
from interface.numbers import format_value
from interface.page.service.markup import DETAIL, HtmlTable, TableColumn
from interface.page.service.number_words import NumberWords, grade_word, is_hidden, range_words, unit_word
from interface.texts import Language, text

__all__ = ["EVERY_GRADE", "NumberList", "Wanted", "grade_counts", "told_apart"]

EVERY_GRADE = (*GRADES, UNGRADED)
COLUMNS = ("number", "value", "low", "high", "unit", "grade", "sources", "stands_in", "source_years", "reason", "type",
           "id", "nodes")  # fmt: skip
Hidden = int | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which numbers are asked for; what is empty asks for nothing in particular.

    Attributes
    ----------
    words
        All of them stand somewhere in what is told of the number.
    type, grade
        Of the number.
    node
        Id of a node that the number is about, or of the number itself.
    source
        Id of a source or an assumption that it rests on.
    """

    words: str = ""
    type: str = ""
    grade: str = ""
    node: str = ""
    source: str = ""


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return names by id, with the id behind where several have the same: a list tells its lines by their words.

    Examples
    --------
    >>> told_apart({"a": "x", "b": "x", "c": "y"})
    {'a': 'x [a]', 'b': 'x [b]', 'c': 'y'}
    """
    count = Counter(names.values())
    return {i: f"{name} [{i}]" if count[name] > 1 else name for i, name in names.items()}


def _is_wanted(number: StatedNumber, wanted: Wanted) -> bool:
    return (
        wanted.type in ("", number.type)
        and wanted.grade in ("", number.grade)
        and (wanted.node in ("", number.id) or wanted.node in number.nodes)
        and (not wanted.source or wanted.source in number.sources)
    )


class NumberList:
    """Every number of a dataset and its registers, in a language; made once for each content.

    Parameters
    ----------
    system, registers
        The dataset and its registers of evidence.
    lang
        Of the words.
    """

    def __init__(self, system: CareSystem, registers: Registers, lang: Language) -> None:
        self.lang: Language = lang
        self.words = NumberWords(system, registers, lang)
        found = (*stated_numbers(system), *register_numbers(registers))
        self.numbers = tuple(sorted(found, key=lambda n: n.grade == UNGRADED))  # those with a grade first
        self._told = [self.words.told(n) for n in self.numbers]

    def chosen(self, wanted: Wanted) -> list[StatedNumber]:
        """Return the numbers that are asked for, in the order of the dataset; those without a grade last."""
        parts = wanted.words.casefold().split()
        pairs = zip(self.numbers, self._told, strict=True)
        return [n for n, told in pairs if _is_wanted(n, wanted) and all(p in told for p in parts)]

    @cached_property
    def types(self) -> dict[str, str]:
        """Types of which there are numbers, in the order of the dataset, in words."""
        return {t: self.words.type(t) for t in dict.fromkeys(n.type for n in self.numbers)}

    @cached_property
    def nodes(self) -> dict[str, str]:
        """Nodes of which there are numbers, by name."""
        decisions = {r.key[0] for r in self.words.system.rows["Decision"]}
        names = {i: self.words.node(i) for n in self.numbers for i in n.nodes if i not in decisions}
        count = Counter(names.values())
        kinds = {i: self.words.kind(i) if count[name] > 1 else "" for i, name in names.items()}
        found = told_apart({i: f"{name} ({kinds[i]})" if kinds[i] else name for i, name in names.items()})
        return dict(sorted(found.items(), key=lambda item: item[1].casefold()))

    @cached_property
    def sources(self) -> dict[str, str]:
        """Sources and assumptions on which numbers rest, by what is told of them."""
        found = told_apart({i: self.words.source(i) for n in self.numbers for i in n.sources})
        return dict(sorted(found.items(), key=lambda item: item[1].casefold()))

    def table(self, numbers: Sequence[StatedNumber], first: int, count: int, mask: Hidden) -> HtmlTable:
        """Return some of the numbers as a table.

        Parameters
        ----------
        numbers
            All that are asked for.
        first, count
            Which of them, from 0, and how many.
        mask
            Counts of patients below it are hidden.
        """
        lang = self.lang
        columns = [
            TableColumn("number", text("sources_number", lang)),
            TableColumn("value", text("value", lang), is_number=True),
            TableColumn("range", text("interval", lang), is_number=True),
            TableColumn("unit", text("unit", lang)),
            TableColumn("grade", text("grade", lang)),
            TableColumn("source", text("sources_source", lang)),
        ]
        shown = numbers[first : first + count]
        caption = self.caption(len(numbers), first, len(shown))
        return HtmlTable(caption, columns, {"": [self._row(n, mask) for n in shown]})

    def caption(self, of: int, first: int, count: int) -> str:
        """Return which of the numbers are shown."""
        one, last, total = (self.count(n) for n in (min(first + 1, of), first + count, of))
        return text("sources_shown", self.lang, first=one, last=last, total=total)

    def count(self, number: int) -> str:
        """Return a count with its thousands apart."""
        return format_value(number, 0, self.lang)

    def _row(self, number: StatedNumber, mask: Hidden) -> dict[str, str]:
        value, span = range_words(number, self.lang, mask)
        reason = self.words.reasons(number)
        told = [text("sources_reason", self.lang, reason=reason)] if reason else []
        return {
            "number": self.words.label(number), "value": value, "range": span,
            "unit": unit_word(number.unit, self.lang, together=True), "grade": grade_word(number.grade, self.lang),
            "source": self.words.sources(number),
            DETAIL: "\n".join([*told, text("sources_id", self.lang, id=number.id, type=self.words.type(number.type))]),
        }  # fmt: skip

    def csv(self, numbers: Sequence[StatedNumber], mask: Hidden) -> bytes:
        """Return numbers as CSV for programs: decimal point, all digits, ids beside the words.

        Parameters
        ----------
        numbers
            All that are asked for.
        mask
            Counts of patients below it are hidden.
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(COLUMNS)
        for n in numbers:
            stated = [n.written if n.value is None else n.value, n.low, n.high]
            digits = [f"<{mask}", "", ""] if is_hidden(n, mask) else ["" if x is None else x for x in stated]
            writer.writerow(
                [self.words.label(n), *digits, n.unit, n.grade, ";".join(n.sources), self.words.sources(n),
                 self.words.years(n), self.words.reasons(n), n.type, n.id, ";".join(n.nodes)]
            )  # fmt: skip
        return out.getvalue().encode("utf-8")


def grade_counts(numbers: Sequence[StatedNumber]) -> dict[str, Mapping[str, int]]:
    """Return type → grade → how many, for the types that occur; grades in the order of `EVERY_GRADE`."""
    found: dict[str, Counter[str]] = {}
    for number in numbers:
        found.setdefault(number.type, Counter())[number.grade] += 1
    return {name: {grade: counts[grade] for grade in EVERY_GRADE} for name, counts in found.items()}
