"""What has happened since a date: entries of the case log, and permits that begin, in one order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem
from impact.questions.as_of import SystemAt
from impact.questions.grades import citation
from interface.node_names import names_in
from interface.page.service.case_log import Words, log_table
from interface.page.service.markup import HtmlTable
from interface.texts import Language, text

__all__ = ["a_year_before", "happened"]

NAMED = 3  # areas that an entry about many names
Row = Mapping[str, Any]


def a_year_before(day: date) -> date:
    """Return the same day of the year before.

    Examples
    --------
    >>> a_year_before(date(2025, 12, 31)), a_year_before(date(2024, 2, 29))
    (datetime.date(2024, 12, 31), datetime.date(2023, 2, 28))
    """
    try:
        return day.replace(year=day.year - 1)
    except ValueError:  # the leap day
        return day.replace(year=day.year - 1, day=day.day - 1)


def _entries(found: Row, names: Mapping[str, str], lang: Language) -> list[tuple[Row, str]]:
    """Each entry once, with the names of all areas that it concerns."""
    concerned: dict[str, list[str]] = {}
    entries: dict[str, Row] = {}
    for area in found["areas"]:
        for entry in area["log"]:
            entries[entry["id"]] = entry
            concerned.setdefault(entry["id"], []).append(names[area["id"]])
    for entry in found["log"]:
        entries[entry["id"]] = entry
    return [(entry, _listed(concerned.get(i, []), lang)) for i, entry in entries.items()]


def _listed(names: Sequence[str], lang: Language) -> str:
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (text("kin_more", lang, count=rest) if rest > 0 else "")


def _begun(
    system: CareSystem, as_of: str, since: str, names: Mapping[str, str], lang: Language
) -> list[tuple[Row, str]]:
    """Permits that begin on or after a date, as entries: one a care area and day."""
    view = SystemAt(system, as_of, is_present=as_of >= system.settings["as_of"])
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for area, permits in view.permits.items():
        for permit in permits:
            day = permit.text("valid_from")
            if day < since or permit.text("role") != "holder":
                continue
            name = names[permit.text("source_id")]
            part = permit.text("sub_permit")
            one = found.setdefault((day, area), {"names": [], "sources": []})
            one["names"].append(text("since_part", lang, name=name, part=part) if part else name)
            one["sources"] += [s for s in permit.text("source").split(";") if s not in one["sources"]]
    return [
        (
            {"id": f"permit_{area}_{day}", "date": day, "date_precision": "day", "body": "board", "kind": "begins",
             "outcome": ", ".join(dict.fromkeys(one["names"])) + (text("since_coming", lang) if day > as_of else ""),
             "reason": None,
             "source": citation(system, ";".join(one["sources"]))},
            names[area],
        )
        for (day, area), one in found.items()
    ]  # fmt: skip


def happened(system: CareSystem, found: Row, since: date, words: Words, lang: Language) -> HtmlTable | None:
    """Return what has happened since a date, by date; None where nothing has.

    Undated entries of the case log are left out, as `randzon overview --since` leaves them out.

    Parameters
    ----------
    system
        The dataset.
    found
        Of `impact.questions.overview` with the same date.
    since
        The date.
    words
        Of `interface.page.service.case_log.log_words`.
    lang
        Of the words.
    """
    names = names_in(system, lang)
    logged = _entries(found, names, lang)
    begun = _begun(system, found["as_of"], since.isoformat(), names, lang)
    rows = sorted((*logged, *begun), key=lambda one: (one[0]["date"] or "", one[1], one[0]["id"]))
    if not rows:
        return None
    caption = text("since_caption", lang, since=since.isoformat(), entries=len(logged), permits=len(begun))
    return log_table(caption, rows, words, lang, with_area=True)
