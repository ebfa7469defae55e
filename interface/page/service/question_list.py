"""The open questions of some cases in one list for the page: gathered, grouped by who can answer, and to letters."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_schema import CareSystem
from impact.questions.card_parts import Registers
from interface.drawings.picture import footer_of
from interface.page.service.letters import AskedOf, Letter
from interface.page.service.markup import HtmlTable, TableColumn
from interface.page.service.number_words import NumberWords
from interface.page.service.open_questions import (
    ADDRESSEES,
    LEVELS,
    OpenQuestion,
    gap_questions,
    open_questions,
    told_questions,
)
from interface.page.service.reasons import numbers_asked, reasons
from interface.page.service.recipients import NAMED, hospitals_of, recipients_of
from interface.texts import Language, text

__all__ = [
    "Sending",
    "Wanted",
    "choices",
    "default_recipients",
    "gathered",
    "letters",
    "numbers_table",
    "question_facts",
]

FEW = 7  # recipients that are all chosen at first
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which questions are asked for.

    Attributes
    ----------
    areas
        Ids of the cases.
    general
        Also those that are about no area.
    gaps
        Also what the documents leave open.
    least
        One of `LEVELS`: those of smaller importance are left out, unless an answer tells them from chance.
    """

    areas: tuple[str, ...]
    general: bool = False
    gaps: bool = False
    least: str = LEVELS[-1]


@dataclass(frozen=True)
class Sending:
    """Who sends, whom to, until when.

    Attributes
    ----------
    sender, contact
        As they stand in the letters.
    recipients
        Addressee to the ids of hospitals or regions, or the names of others.
    written, reply_by
        Dates.
    """

    sender: str
    contact: str
    recipients: Mapping[str, Sequence[str]]
    written: date
    reply_by: date


def gathered(
    system: CareSystem, registers: Registers, wanted: Wanted, lang: Language,
    told: tuple[Row, float] | None = None,
) -> dict[str, list[OpenQuestion]]:  # fmt: skip
    """Return the questions by who can answer; those that an answer of `unknowns` tells from chance come first.

    Parameters
    ----------
    system, registers
        The dataset and its registers of evidence.
    wanted
        Which.
    lang
        Of the words.
    told
        An answer of `unknowns` and the threshold of objection that is read.
    """
    found = open_questions(system, wanted.areas, lang, general=wanted.general)
    if told is not None:
        found = told_questions(system, *told, found, lang)
    most = LEVELS.index(wanted.least)
    found = [q for q in found if q.told is not None or not q.importance or LEVELS.index(q.importance) <= most]
    if wanted.gaps:
        found += gap_questions(system, wanted.areas, registers.get("statements", ()), lang)
    return {a: mine for a in ADDRESSEES if (mine := [q for q in found if q.addressee == a])}


def question_facts(question: OpenQuestion, lang: Language) -> str:
    """Return in one line what is known of a question: importance, basis, numbers, whether it was told from chance."""
    parts: list[str] = []
    if question.told is not None:
        parts.append(text("questions_told", lang))
    if question.importance:
        parts.append(text("questions_importance", lang, level=text(f"letter_importance_{question.importance}", lang)))
        parts.append(text("questions_quality", lang, level=text(f"letter_quality_{question.quality}", lang)))
    if question.numbers:
        parts.append(text("questions_numbers", lang, count=len(question.numbers)))
    return " · ".join(parts) or text("questions_gap", lang)


def numbers_table(question: OpenQuestion, words: NumberWords, mask: int) -> HtmlTable | None:
    """Return the numbers that an answer would replace, as a table; None where there are none.

    Parameters
    ----------
    question
        The question.
    words
        For names, units and grades.
    mask
        Reported numbers of patients below it are withheld.
    """
    lang = words.lang
    rows = [
        {"label": n.label, "value": n.value, "span": n.span, "unit": n.unit, "basis": n.basis}
        for n in numbers_asked(question, words, mask)
    ]  # fmt: skip
    columns = [
        TableColumn("label", text("letter_number", lang)),
        TableColumn("value", text("letter_today", lang), is_number=True),
        TableColumn("span", text("letter_range", lang), is_number=True),
        TableColumn("unit", text("unit", lang)),
        TableColumn("basis", text("letter_basis", lang)),
    ]
    return HtmlTable(text("letter_numbers_caption", lang), columns, {"": rows}) if rows else None


def choices(
    system: CareSystem, questions: Sequence[OpenQuestion], areas: Collection[str], words: NumberWords
) -> dict[str, dict[str, str]]:
    """Return addressee to the hospitals or regions by name that can answer some questions, north to south.

    Parameters
    ----------
    system
        The dataset.
    questions
        That are to be sent.
    areas
        Ids of the cases.
    words
        For names.
    """
    found: dict[str, dict[str, str]] = {}
    for addressee in NAMED:
        nodes = {r for q in questions if q.addressee == addressee for r in recipients_of(system, q, areas)}
        order = sorted(nodes, key=lambda n: (-(system.node(n).number("latitude") or 0.0), n))
        if order:
            found[addressee] = {n: words.node(n) for n in order}
    return found


def default_recipients(system: CareSystem, named: Collection[str]) -> list[str]:
    """Return whom to ask at first: all where they are few, else the university hospitals or their regions."""
    if len(named) <= FEW:
        return list(named)
    university = {r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"}
    return [n for n in named if university & hospitals_of(system, n)]


def letters(
    system: CareSystem, questions: Sequence[tuple[OpenQuestion, str]], wanted: Wanted, sending: Sending,
    words: NumberWords, mask: int,
) -> list[Letter]:  # fmt: skip
    """Return one letter for each recipient who can answer any of the questions.

    Parameters
    ----------
    system
        The dataset.
    questions
        Each with the words that the sender gave it.
    wanted
        The cases, which the subject names.
    sending
        Who sends, whom to, until when.
    words
        For names, units and grades.
    mask
        Reported numbers of patients below it are withheld.
    """
    lang = words.lang
    about = wanted.areas[0] if len(wanted.areas) == 1 else ""
    names = ", ".join(words.node(a) for a in wanted.areas)
    subject = text("letter_subject", lang, areas=names) if names else text("letter_subject_general", lang)
    found: list[Letter] = []
    for addressee in ADDRESSEES:
        mine = [(q, asked) for q, asked in questions if q.addressee == addressee]
        for recipient in sending.recipients.get(addressee, ()) if mine else ():
            own = hospitals_of(system, recipient) if addressee in NAMED else set[str]()
            told = [
                _asked(system, question, asked, words, mask, own, about)
                for question, asked in mine
                if addressee not in NAMED or recipient in recipients_of(system, question, wanted.areas)
            ]  # fmt: skip
            if told:
                name = words.node(recipient) if recipient in system.nodes else recipient
                found.append(
                    Letter(name, sending.sender, subject, sending.contact, sending.written, sending.reply_by, told,
                           footer_of(system, lang), lang)
                )  # fmt: skip
    return found


def _asked(
    system: CareSystem, question: OpenQuestion, asked: str, words: NumberWords, mask: int, own: set[str], about: str
) -> AskedOf:
    is_about = bool(question.numbers) and all(about in n.nodes for n in question.numbers)
    name = about if is_about else ""
    numbers = numbers_asked(question, words, mask, own, name)
    return AskedOf(question.id, asked, reasons(question, system, words.lang), numbers, words.node(name) if name else "")
