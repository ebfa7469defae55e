"""The list by which answers are followed: one row for each question and recipient, and each number it is about."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from graph_schema import SettingError
from interface.page.service.letters import Letter
from interface.texts import Language, text

__all__ = ["tracking_csv", "tracking_excel"]

EXTRA = "the Excel file needs the extra 'report': pip install 'randzon[report]'; the CSV file needs nothing"
QUESTIONS = ("asked_on", "reply_by", "recipient", "place", "question", "question_id", "why", "numbers", "answer",
             "answer_source", "answered_on", "state")  # fmt: skip
NUMBERS = ("recipient", "place", "question_id", "number_id", "number", "unit", "value", "low", "high", "grade",
           "answer", "answer_low", "answer_high", "answer_source")  # fmt: skip
MARK = "\ufeff"  # by which Excel knows UTF-8
WIDE = {"question": 60, "why": 60, "number": 50, "recipient": 30}


def _questions(letters: Sequence[Letter]) -> list[list[object]]:
    return [
        [letter.written.isoformat(), letter.reply_by.isoformat(), letter.recipient, place, q.words, q.id,
         " ".join(q.reasons), len(q.numbers), "", "", "", ""]
        for letter in letters for place, q in enumerate(letter.questions, start=1)
    ]  # fmt: skip


def _numbers(letters: Sequence[Letter]) -> list[list[object]]:
    rows: list[list[object]] = []
    for letter in letters:
        for place, question in enumerate(letter.questions, start=1):
            for n in question.numbers:
                hidden = n.value.startswith("<")
                stated = (n.value, "", "") if hidden else (n.number.value, n.number.low, n.number.high)
                rows.append([letter.recipient, place, question.id, n.id, n.label, n.number.unit, *stated,
                             n.number.grade, "", "", "", ""])  # fmt: skip
    return rows


def tracking_csv(letters: Sequence[Letter]) -> bytes:
    """Return one row for each question and recipient as CSV, with the mark by which Excel knows UTF-8.

    Parameters
    ----------
    letters
        That are sent; ``answer`` and what follows it are empty, to be filled in.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerows([QUESTIONS, *_questions(letters)])
    return (MARK + out.getvalue()).encode("utf-8")


def tracking_excel(letters: Sequence[Letter], lang: Language) -> bytes:
    """Return a workbook: a sheet of the questions, and one of the numbers with room for value and range.

    Parameters
    ----------
    letters
        That are sent.
    lang
        Of the names of the sheets and columns.

    Raises
    ------
    SettingError
        If the extra ``report`` is not installed.
    """
    try:
        from openpyxl import Workbook
        from openpyxl.styles import Alignment, Font
        from openpyxl.utils import get_column_letter
    except ImportError as error:
        raise SettingError(EXTRA) from error
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, columns, rows in (("questions", QUESTIONS, _questions(letters)), ("numbers", NUMBERS, _numbers(letters))):
        sheet = book.create_sheet(text(f"letter_sheet_{name}", lang))
        sheet.append([text(f"letter_column_{c}", lang) for c in columns])
        for row in rows:
            sheet.append(row)
        for place, column in enumerate(columns, start=1):
            sheet.cell(1, place).font = Font(bold=True)
            sheet.column_dimensions[get_column_letter(place)].width = WIDE.get(column, 16)
        for line in sheet.iter_rows(min_row=2):
            for cell in line:
                cell.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
