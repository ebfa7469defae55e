"""Questions to letters, one for each who is asked: as a page, as a Word file, all in one archive."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from graph_schema import SettingError
from interface.page.service.reasons import NumberAsked
from interface.texts import Language, text

__all__ = ["AskedOf", "Letter", "archive", "docx_bytes", "html_letter", "letter_text"]

EXTRA = "the Word file needs the extra 'report': pip install 'randzon[report]'; the HTML letter needs nothing"
MOST_NUMBERS = 6  # of a question that a letter lists; the tracking file lists all
COLUMNS = ("letter_number", "unit", "letter_today", "letter_range", "letter_basis", "letter_answer")
STYLE = """<style>
body { font-family: Arial, Helvetica, sans-serif; color: #1b1b1b; margin: 2rem auto; max-width: 48rem;
  padding: 0 1rem; line-height: 1.4; }
h1 { font-size: 1.3rem; } h2 { font-size: 1.05rem; margin: 1.5rem 0 0.3rem; break-after: avoid; }
.why { color: #4a4a4a; } table { border-collapse: collapse; width: 100%; font-size: 0.9rem; break-inside: avoid; }
th, td { text-align: left; vertical-align: top; padding: 0.25rem 0.5rem; border: 1px solid #8a8a8a; }
th:last-child, td:last-child { width: 22%; } caption { text-align: left; padding: 0.3rem 0; color: #4a4a4a; }
@page { size: A4; margin: 18mm; } @media print { body { margin: 0; max-width: none; } }
</style>"""


@dataclass(frozen=True)
class AskedOf:
    """A question as a letter asks it.

    Attributes
    ----------
    id
        Of the question.
    words
        As the sender worded it.
    reasons
        Why it is asked, as sentences.
    numbers
        That the answer would replace.
    about
        Name of what they are all about, which their labels leave out; empty where they name it.
    """

    id: str
    words: str
    reasons: Sequence[str]
    numbers: Sequence[NumberAsked]
    about: str = ""

    @property
    def listed(self) -> Sequence[NumberAsked]:
        """The numbers that the letter lists."""
        return self.numbers[:MOST_NUMBERS]

    @property
    def more(self) -> int:
        """How many it does not list."""
        return len(self.numbers) - len(self.listed)


@dataclass(frozen=True)
class Letter:
    """A letter.

    Attributes
    ----------
    recipient, sender, subject, contact
        As they stand in it.
    written, reply_by
        Dates.
    questions
        In order.
    made_of
        Dataset and version that the numbers stand in.
    lang
        Of its words.
    """

    recipient: str
    sender: str
    subject: str
    contact: str
    written: date
    reply_by: date
    questions: Sequence[AskedOf]
    made_of: str
    lang: Language = "sv"

    @property
    def file_name(self) -> str:
        """Name of its files, without ending: plain letters only."""
        plain = unicodedata.normalize("NFKD", self.recipient).encode("ascii", "ignore").decode().casefold()
        return "fragor-" + (re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:50] or "mottagare")

    @property
    def opening(self) -> list[str]:
        """What stands before the questions: paragraphs."""
        lead = text("letter_lead", self.lang, sender=self.sender)
        how = text("letter_answer_how", self.lang, reply_by=self.reply_by.isoformat())
        return [lead, how, text("letter_privacy", self.lang)]

    @property
    def closing(self) -> list[str]:
        """What stands after them."""
        contact = [text("letter_contact", self.lang, contact=self.contact)] if self.contact else []
        return [
            text("letter_no_stand", self.lang),
            *contact,
            text("letter_thanks", self.lang),
            self.sender,
            self.made_of,
        ]

    def cells(self, number: NumberAsked) -> list[str]:
        """A number as the cells of its row; the last is for the answer."""
        return [number.label, number.unit, number.value, number.span or "–", number.basis, ""]

    def caption(self, question: AskedOf) -> str:
        """What the table of a question's numbers shows."""
        words = text("letter_numbers_caption", self.lang)
        return f"{words}: {question.about}" if question.about else words

    def rest(self, question: AskedOf) -> str:
        """That more numbers hang on a question than are listed; empty where none do."""
        return text("letter_more_numbers", self.lang, count=question.more) if question.more else ""


def letter_text(letter: Letter) -> str:
    """Return a letter as plain text, for an e-mail."""
    lines = [letter.recipient, "", letter.subject, "", *letter.opening, ""]
    for place, question in enumerate(letter.questions, start=1):
        lines += [f"{place}. {question.words}"]
        for number in question.listed:
            label, unit, value, span, basis, _ = letter.cells(number)
            lines.append(f"   – {label}: {value} ({span}) {unit}; {basis}")
        lines += [f"   {line}" for line in (letter.rest(question), *question.reasons) if line]
        lines += [f"   {text('letter_answer', letter.lang)}:", ""]
    return "\n".join([*lines, *letter.closing]) + "\n"


def _table(letter: Letter, question: AskedOf) -> str:
    if not question.numbers:
        answer = escape(text("letter_answer", letter.lang))
        return f"<table><tbody><tr><th scope='row'>{answer}</th><td>&nbsp;</td></tr></tbody></table>"
    head = "".join(f'<th scope="col">{escape(text(c, letter.lang))}</th>' for c in COLUMNS)
    rows = "".join(
        "<tr>" + "".join(
            f'<th scope="row">{escape(c)}</th>' if i == 0 else f"<td>{escape(c) or '&nbsp;'}</td>"
            for i, c in enumerate(letter.cells(n))
        ) + "</tr>"
        for n in question.listed
    )  # fmt: skip
    return (
        f"<table><caption>{escape(letter.caption(question))}</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )


def html_letter(letter: Letter, *, whole: bool = True) -> str:
    """Return a letter as HTML.

    Parameters
    ----------
    letter
        The letter.
    whole
        A page of its own; else what stands in its body, for the page.
    """
    parts = [
        f"<p>{escape(letter.sender)}<br>{letter.written.isoformat()}</p>",
        f"<p>{escape(text('letter_to', letter.lang, recipient=letter.recipient))}</p>",
        *(f"<p>{escape(p)}</p>" for p in letter.opening),
    ]
    level = "h2" if whole else "h4"
    for place, question in enumerate(letter.questions, start=1):
        why = " ".join(question.reasons)
        parts += [
            f"<{level}>{place}. {escape(question.words)}</{level}>",
            f'<p class="why">{escape(text("letter_why", letter.lang, why=why))}</p>' if why else "",
            _table(letter, question),
            f"<p>{escape(letter.rest(question))}</p>" if question.more else "",
        ]
    parts += [f"<p>{escape(p)}</p>" for p in letter.closing]
    body = "".join(parts)
    title = escape(letter.subject)
    if not whole:
        return f'<div class="randzon randzon-page"><h3>{title}</h3>{body}</div>'
    return (
        f'<!doctype html><html lang="{letter.lang}"><head><meta charset="utf-8"><title>{title}</title>{STYLE}</head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>\n"
    )


def _add_question(document: Any, letter: Letter, title: str, question: AskedOf) -> None:
    document.add_heading(title, level=2)
    if question.reasons:
        document.add_paragraph(text("letter_why", letter.lang, why=" ".join(question.reasons)))
    if not question.numbers:
        document.add_paragraph(f"{text('letter_answer', letter.lang)}: ")
        return
    document.add_paragraph(letter.caption(question), style="Caption")
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    for cell, key in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.text = text(key, letter.lang)
    for number in question.listed:
        for cell, words in zip(table.add_row().cells, letter.cells(number), strict=True):
            cell.text = words
    if question.more:
        document.add_paragraph(letter.rest(question))


def docx_bytes(letter: Letter) -> bytes:
    """Return a letter as the bytes of a Word file.

    Raises
    ------
    SettingError
        If the extra ``report`` is not installed.
    """
    try:
        from docx import Document
        from docx.oxml.ns import qn
    except ImportError as error:
        raise SettingError(EXTRA) from error
    document = Document()
    code = {"sv": "sv-SE", "en": "en-GB"}[letter.lang]
    document.core_properties.title, document.core_properties.language = letter.subject, code
    document.core_properties.author = letter.sender
    every: Any = document.styles.element
    for style in every.iter(qn("w:lang")):
        style.set(qn("w:val"), code)
    document.add_paragraph(f"{letter.sender}\n{letter.written.isoformat()}")
    document.add_paragraph(text("letter_to", letter.lang, recipient=letter.recipient))
    document.add_heading(letter.subject, level=1)
    for paragraph in letter.opening:
        document.add_paragraph(paragraph)
    for place, question in enumerate(letter.questions, start=1):
        _add_question(document, letter, f"{place}. {question.words}", question)
    for paragraph in letter.closing:
        document.add_paragraph(paragraph)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def archive(letters: Sequence[Letter], ending: str) -> bytes:
    """Return all letters in one archive.

    Parameters
    ----------
    letters
        Their names are told apart by a number where they are the same.
    ending
        ``docx`` or ``html``.

    Raises
    ------
    SettingError
        As `docx_bytes`.
    """
    write: Callable[[Letter], bytes] = docx_bytes if ending == "docx" else lambda one: html_letter(one).encode()
    out, seen = io.BytesIO(), dict[str, int]()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for letter in letters:
            seen[letter.file_name] = seen.get(letter.file_name, 0) + 1
            count = seen[letter.file_name]
            folder.writestr(f"{letter.file_name}{'' if count == 1 else f'-{count}'}.{ending}", write(letter))
    return out.getvalue()
