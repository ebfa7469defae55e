"""What is wrong with a report, in the reader's language: each problem with its cell, its content and a remedy."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib import resources

from graph_schema import Problem
from interface.texts import Language, text
from loaders.followup import load_columns, load_measures

__all__ = ["CellProblem", "cell_problems", "in_words"]

CELL = re.compile(r"cell (\w+) \((\w+)\)")
ROW = re.compile(r"\brow (\d+)\b")
WORD = re.compile(r"\b[a-z_]+\b")
BY = {"treated and only assessed": "behandlade och bara bedömda"}
MOST = 80  # signs of a cell that are shown


@dataclass(frozen=True, slots=True)
class CellProblem:
    """One problem in words.

    Attributes
    ----------
    place
        Cell of a workbook, or row and column of a text file; the sheet or file where neither is known.
    content
        What stands there; empty where nothing does.
    rule, remedy
        What is wrong, and what to do.
    """

    place: str
    content: str
    rule: str
    remedy: str


@cache
def _patterns() -> Sequence[tuple[re.Pattern[str], str]]:
    content = resources.files("interface").joinpath("report_problems.csv").read_text(encoding="utf-8")
    return [(re.compile(row["en"]), row["sv"]) for row in csv.DictReader(content.splitlines())]


@cache
def _names() -> Mapping[str, str]:
    """Ids of columns, measures and units to their Swedish names."""
    units = {m.units["en"]: m.units["sv"] for m in load_measures().values()}
    measures = {m.id: m.names["sv"] for m in load_measures().values()}
    return {**{c.id: c.names["sv"] for c in load_columns().values()}, **measures, **units, **BY}


def _named(words: str) -> str:
    """Ids inside a sentence as readers know them; rows and cells too."""
    if words in _names():
        return _names()[words]
    found = ROW.sub(r"rad \1", CELL.sub(lambda m: f"cell {m[1]}", words))
    return WORD.sub(lambda m: _names().get(m[0], m[0]) if m[0] not in {"cell", "rad"} else m[0], found)


def _part(parts: Sequence[str], place: re.Match[str]) -> str:
    return _named(parts[int(place[1]) - 1])


def in_words(sentence: str, lang: Language) -> str:
    """Return a rule or a remedy in a language; as it stands where there is no translation.

    Examples
    --------
    >>> in_words("lead_time_median is not divided by sex", "sv"), in_words("not a whole number of patients", "sv")
    ('måttet ”Ledtid i median” delas inte upp på Kön', 'inte ett helt antal patienter')
    """
    if lang == "en":
        return sentence
    for pattern, swedish in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            parts = found.groups()
            return re.sub(r"\\(\d)", partial(_part, parts), swedish)
    return sentence


def _place(problem: Problem, lang: Language) -> str:
    columns = load_columns()
    cell = CELL.fullmatch(problem.property or "")
    if cell is not None:
        column = columns[cell[2]].names[lang] if cell[2] in columns else cell[2]
        return text("report_cell", lang, cell=cell[1], column=column)
    named = columns.get(problem.property or "")
    column = named.names[lang] if named is not None else problem.property or ""
    if problem.row is not None:
        row = text("report_row", lang, row=problem.row)
        return f"{row}, {column}" if column else row
    return column or problem.file


def cell_problems(problems: Sequence[Problem], lang: Language) -> list[CellProblem]:
    """Return the problems of a report in words, in their order.

    Parameters
    ----------
    problems
        Of `graph_schema.ReportViolation`.
    lang
        ``sv`` or ``en``.
    """
    return [
        CellProblem(
            _place(p, lang), "" if p.value is None else p.value[:MOST] + ("…" if len(p.value) > MOST else ""),
            in_words(p.rule, lang), in_words(p.remedy, lang),
        )
        for p in problems
    ]  # fmt: skip
