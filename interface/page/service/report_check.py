"""A report that somebody holds up to the page: checked cell by cell, put beside what stands, and kept nowhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

from graph_schema import CareSystem, ReportViolation, StoreError
from interface.followed.content import Followed
from interface.followed.parts import Part, columns_of
from interface.followup_text import count_text, measure_name
from interface.masking import is_masked
from interface.report_problems import CellProblem, cell_problems
from interface.texts import Language, text
from loaders.followup import ReportRow, Standing, Version, load_columns, load_measures, read_report, write_template

__all__ = ["CheckedReport", "added_table", "checked_report", "problem_table", "template_file", "with_report"]

DIVIDED = ("home_region", "sex", "age", "month")
NEW, REPLACES, SAME = "new", "replaces", "same"


@dataclass(frozen=True)
class CheckedReport:
    """A report as it was read.

    Attributes
    ----------
    name
        Of the file.
    digest
        SHA-256 of its bytes.
    rows
        Its values; none where anything is wrong.
    problems
        What is wrong, in both languages.
    """

    name: str
    digest: str
    rows: Sequence[ReportRow] = ()
    problems: Mapping[Language, Sequence[CellProblem]] = field(default_factory=dict[Language, Sequence[CellProblem]])


def template_file(
    system: CareSystem, kind: Literal["permit", "adjacent"], suffix: str, lang: Language, **given: Any
) -> bytes:
    """Return a report template as the bytes of a file, as `followup template` writes it.

    Parameters
    ----------
    system
        Names for its lists.
    kind
        ``permit`` or ``adjacent``.
    suffix
        ``.xlsx`` or ``.csv``.
    lang
        Of its words.
    given
        Cells that stand in every row: names of `area` and `hospital`, a `year`.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"report{suffix}"
        write_template(path, kind, system, lang, given={k: v for k, v in given.items() if v})
        return path.read_bytes()


def checked_report(name: str, content: bytes, system: CareSystem, now: datetime) -> CheckedReport:
    """Return a report with everything that is wrong with it.

    Parameters
    ----------
    name
        Of the file; its ending tells the format.
    content
        Its bytes.
    system
        Holds what may be named.
    now
        A year that is not over then is refused.

    Raises
    ------
    StoreError
        If it is no file of a known kind, or too large.
    SettingError
        If the extra that reads Excel is not installed.
    """
    digest = hashlib.sha256(content).hexdigest()
    with TemporaryDirectory() as folder:
        path = Path(folder) / Path(name).name
        path.write_bytes(content)
        try:
            return CheckedReport(name, digest, rows=read_report(path, system, now.date()))
        except StoreError as error:
            raise StoreError(str(error).replace(str(path), name)) from error
        except ReportViolation as error:
            told: dict[Language, Sequence[CellProblem]] = {
                "sv": cell_problems(error.problems, "sv"),
                "en": cell_problems(error.problems, "en"),
            }
            return CheckedReport(name, digest, problems=told)


def problem_table(report: CheckedReport, lang: Language) -> Part:
    """Return what is wrong with a report, a line a cell."""
    rows = [
        {"report_place": p.place, "report_content": p.content, "report_rule": p.rule, "report_remedy": p.remedy}
        for p in report.problems[lang]
    ]
    title = text("report_problems", lang, name=report.name, count=len(rows))
    return Part("problems", title, columns_of(lang, *rows[0]), rows)


def with_report(standing: Sequence[Standing], report: CheckedReport, now: datetime) -> list[Standing]:
    """Return what would stand if the report were taken in; nothing is stored.

    Parameters
    ----------
    standing
        What stands.
    report
        A report without problems.
    now
        When; the values carry it.
    """
    known = {s.row.key: s for s in standing}
    numbers = [s.version.number for s in standing]
    about = {"file": report.name, "file_sha256": report.digest}
    number, day = max(numbers, default=0) + 1, now.isoformat()
    version = Version("reports", number, "", day, report.name, about, [], report.digest)
    for row in report.rows:
        before = known.get(row.key)
        if before is not None and (before.row.value, before.row.note) == (row.value, row.note):
            continue
        replaced = () if before is None else (*before.replaced, before.row.value)
        known[row.key] = Standing(row, version, replaced)
    return [s for s in known.values() if s.row.value is not None]


def _what(row: ReportRow, names: Mapping[str, str], lang: Language) -> str:
    """The measure with what it is about and divided by."""
    divided = [f"{load_columns()[n].names[lang].lower()} {_choice(n, getattr(row, n), names, lang)}"
               for n in DIVIDED if getattr(row, n)]  # fmt: skip
    subject = [names.get(row.subject, row.subject)] if row.subject else []
    more = ", ".join([*subject, *divided])
    return measure_name(row.measure, lang) + (f" ({more})" if more else "")


def _choice(name: str, value: str, names: Mapping[str, str], lang: Language) -> str:
    if name in ("sex", "age"):
        return text(f"followed_{name}_{value}", lang).lower()
    if name == "month":
        return text(f"followed_month_{value}", lang).lower()
    return names[value] if value in names else text(f"followed_region_{value}", lang)


def _shown(value: float | str | None, row: ReportRow, mask: int, lang: Language) -> str:
    if value is None:
        return text("report_withdrawn", lang)
    if isinstance(value, str):
        choice = load_measures()[row.measure].kind == "choice"
        return text(f"followup_state_{value}", lang) if choice else value
    counted = load_measures()[row.measure].kind == "count"
    return f"<{mask}" if counted and is_masked(value, mask) else count_text(value, lang)


def added_table(found: Followed, report: CheckedReport, lang: Language) -> Part:
    """Return what the report would add: each value beside the one that it would replace.

    With a mask neither the earlier value nor whether it is the same is told of counts: a file of guesses would find it.

    Parameters
    ----------
    found
        The follow-up without the report.
    report
        A report without problems.
    lang
        Of the words.
    """
    names = found.names(lang)
    known = {s.row.key: s.row for s in found.standing}
    dataset = {(r["area"], r["hospital"], r["year"]): r["reported"] for r in found.content["rows"]
               if r["origin"] == "dataset"}  # fmt: skip
    rows: list[dict[str, str]] = []
    for row in report.rows:
        before: float | str | None = known[row.key].value if row.key in known else None
        whole = row.measure == "patients" and not any(getattr(row, n) for n in DIVIDED)
        if row.key not in known and whole:
            before = dataset.get((row.area, row.hospital, row.year))
        state = NEW if before is None and row.key not in known else SAME if before == row.value else REPLACES
        secret = bool(found.mask) and load_measures()[row.measure].kind == "count"
        rows.append(
            {
                "area": names.get(row.area, ""), "hospital": names[row.hospital], "followup_year": str(row.year),
                "followup_what": _what(row, names, lang), "report_value": _shown(row.value, row, found.mask, lang),
                "report_before": text("followup_hidden", lang) if secret
                else "–" if state == NEW else _shown(before, row, 0, lang),
                "report_state": text("followup_hidden" if secret else f"report_state_{state}", lang),
            }
        )  # fmt: skip
    title = text("report_added", lang, name=report.name, count=len(rows))
    numbers = ("report_value", "report_before")
    return Part("added", title, columns_of(lang, *rows[0], numbers=numbers), rows, text("report_not_stored", lang))
