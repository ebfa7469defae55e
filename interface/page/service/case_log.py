"""Entries of the case log as members read them: who did what when, why, and where that is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from impact.questions.card_parts import Registers
from interface.citations import cited
from interface.page.service.markup import DETAIL, HtmlTable, TableColumn
from interface.texts import Language, text

__all__ = ["SWEDISH_AREAS", "SWEDISH_LOG", "Told", "area_words", "dated", "log_table", "log_words", "told"]

SWEDISH_LOG = "case_log"  # the register with outcomes and reasons in Swedish
YEAR, MONTH = 4, 7  # signs of a date in ISO form
SWEDISH_AREAS = "care_areas"  # the register with definitions and motives in Swedish
Row = Mapping[str, Any]
Words = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Told:
    """What came out of an entry, and why; empty where nothing is stated."""

    outcome: str
    reason: str


def log_words(registers: Registers) -> Words:
    """Return the entries' outcomes and reasons in Swedish by the entry's id.

    Parameters
    ----------
    registers
        Of the dataset; without the register `SWEDISH_LOG` there are none.
    """
    return {row["id"]: row for row in registers.get(SWEDISH_LOG, ())}


def area_words(registers: Registers, area: Row, lang: Language) -> dict[str, str]:
    """Return ``definition`` and ``motive`` of a care area; in the dataset's own language where nobody translated them.

    Parameters
    ----------
    registers
        Of the dataset.
    area
        ``id``, ``definition``, ``motive``.
    lang
        Of the page.
    """
    known = {row["id"]: row for row in registers.get(SWEDISH_AREAS, ())} if lang == "sv" else {}
    swedish: Mapping[str, str] = known.get(str(area["id"]), {})
    return {part: str(swedish.get(f"{part}_sv") or area.get(part) or "") for part in ("definition", "motive")}


def told(entry: Row, words: Words, lang: Language) -> Told:
    """Return outcome and reason of an entry; in the dataset's own language where nobody put them into Swedish.

    Parameters
    ----------
    entry
        Of `impact.questions.overview` or a card.
    words
        Of `log_words`.
    lang
        Of the page.

    Examples
    --------
    >>> told({"id": "d", "outcome": "Decided: 2 units", "reason": None}, {}, "sv")
    Told(outcome='Decided: 2 units', reason='')
    """
    swedish: Mapping[str, str] = words.get(str(entry["id"]), {}) if lang == "sv" else {}
    outcome, reason = (str(swedish.get(f"{part}_sv") or entry[part] or "") for part in ("outcome", "reason"))
    return Told(outcome, reason)


def dated(day: str | None, precision: str | None, lang: Language) -> str:
    """Return a date no more exactly than it is known.

    Parameters
    ----------
    day
        In ISO form; None where it is not known.
    precision
        ``day``, ``month`` or ``year``; None counts as ``day``.
    lang
        Of the words.

    Examples
    --------
    >>> dated("2024-11-01", "month", "sv"), dated("2021-01-01", "year", "sv"), dated(None, None, "en")
    ('2024-11', '2021', 'not dated')
    """
    if not day:
        return text("meeting_undated", lang)
    return day[: YEAR if precision == "year" else MONTH if precision == "month" else len(day)]


def log_table(
    caption: str, entries: Sequence[tuple[Row, str]], words: Words, lang: Language, *, with_area: bool = False
) -> HtmlTable:
    """Return a table of entries, in the order given: date, who, what came out; below it why and the source.

    Parameters
    ----------
    caption
        Of the table.
    entries
        Each with the name of its care area, empty where it concerns none.
    words
        Of `log_words`.
    lang
        Of the words.
    with_area
        Whether the table says which area.
    """
    columns = [
        TableColumn("date", text("date", lang), is_short=True),
        *([TableColumn("area", text("area", lang))] if with_area else []),
        TableColumn("body", text("meeting_who", lang)),
        TableColumn("event", text("event", lang)),
    ]
    rows: list[dict[str, str]] = []
    for entry, area in entries:
        words_of = told(entry, words, lang)
        event = text(f"entry_{entry['kind']}", lang)
        below = [text("meeting_reason", lang, reason=words_of.reason)] if words_of.reason else []
        if entry["source"]:
            below.append(text("meeting_source", lang, source=cited(entry["source"], lang)))
        rows.append(
            {"date": dated(entry["date"], entry.get("date_precision"), lang), "area": area,
             "body": text(f"body_{entry['body']}", lang),
             "event": f"{event[:1].upper()}{event[1:]}: {words_of.outcome}" if words_of.outcome else event,
             DETAIL: "\n".join(below)}
        )  # fmt: skip
    return HtmlTable(caption, columns, {"": rows})
