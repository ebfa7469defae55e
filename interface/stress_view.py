"""Stress as a page for people, and as rows of a CSV file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from interface.explain_text import ARROW
from interface.numbers import decimals_for, format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["csv_rows", "stress_view"]

Row = Mapping[str, Any]
EXPLAINED = 3  # rows of a table whose causes are told, without --all
SHOWN = 12  # rows of a table, without --all
COLUMNS = (
    "hospital", "stress_what", "stress_providers", "patients", "stress_received", "stress_missed", "stress_assumed",
    "stress_displaced", "stress_lost", "stress_recovery",
)  # fmt: skip
NAMED = 3  # receivers that a row names
COMMON = re.compile(r"\b(universitetssjukhus(et)?( i\b)?|university hospital|sjukhuset i .*)", re.IGNORECASE)


def _spread(row: Row, key: str, lang: Language, low: str | None = None, high: str | None = None) -> str:
    """A mean with its interval; nothing at 0."""
    ends = row[low or f"{key}_low"], row[high or f"{key}_high"]
    decimals = min(decimals_for(*ends), 1) if ends[0] != ends[1] else int(row[key] < 10)
    mean, first, last = (format_value(x, decimals, lang) for x in (row[key], *ends))
    if first == last == format_value(0, decimals, lang) == mean:
        return ""
    return mean if first == last else f"{mean} ({first}–{last})"


def _short(name: str) -> str:
    """A hospital's name without what all of them are called.

    Examples
    --------
    >>> _short("Akademiska sjukhuset i Uppsala"), _short("Universitetssjukhuset i Linköping")
    ('Akademiska', 'Linköping')
    """
    return re.sub(r"\s+", " ", COMMON.sub("", name)).strip() or name


def _listed(parts: Sequence[str], lang: Language) -> str:
    rest = len(parts) - NAMED
    return ", ".join([*parts[:NAMED], *([text("stress_and_more", lang, count=rest)] if rest > 0 else [])])


class _Page:
    """The cells of the rows, in a language."""

    def __init__(self, names: Mapping[str, str], lang: Language, years: int) -> None:
        self.lang: Language = lang
        self.names, self.years = names, years

    def count(self, patients: float) -> str:
        return format_value(patients, int(patients < 10), self.lang)

    def hospital(self, row: Row) -> str:
        return _short(self.names[row["hospital"]]) if row["hospital"] else text("stress_country", self.lang)

    def what(self, row: Row) -> str:
        found = next((row[k] for k in ("area", "resource", "competence") if row[k]), None)
        return "" if found is None else self.names[found]

    def received(self, row: Row) -> str:
        rows = sorted(row["receivers"], key=lambda r: -r["patients"])
        return _listed([f"{_short(self.names[r['hospital']])} {self.count(r['patients'])}" for r in rows], self.lang)

    def lost(self, row: Row) -> str:
        nodes = [(r["hospital"], r["function"]) for r in row["lost_functions"]]
        nodes += [(r["hospital"], r["area"]) for r in row["lost_areas"]]
        parts = [
            self.names[n] if h == row["hospital"] else f"{self.names[n]} ({_short(self.names[h])})" for h, n in nodes
        ]  # fmt: skip
        return _listed(parts, self.lang)

    def recovery(self, row: Row) -> str:
        def shown(years: float | None) -> str:
            if years is None:
                return text("stress_beyond", self.lang, years=self.years)
            return format_value(years, 0, self.lang)

        low, middle, high = (shown(row[k]) for k in ("recovery_low", "recovery_years", "recovery_high"))
        return "" if high == "0" else f"{middle} ({low}–{high})"

    def cells(self, row: Row) -> dict[str, Any]:
        share = row["not_taken_assumed_share"]
        return {
            "hospital": self.hospital(row),
            "stress_what": self.what(row),
            "stress_providers": row["providers"],
            "patients": self.count(row["patients"]) if row["patients"] else "",
            "stress_received": self.received(row),
            "stress_missed": _spread(row, "not_taken", self.lang),
            "stress_assumed": "" if share is None else format_share(share, self.lang),
            "stress_displaced": _spread(row, "displaced", self.lang),
            "stress_lost": self.lost(row),
            "stress_recovery": self.recovery(row),
        }

    def pair(self, row: Row) -> dict[str, Any]:
        return {
            "hospital": " + ".join(_short(self.names[row[k]]) for k in ("hospital_a", "hospital_b")),
            "area": self.names[row["area"]],
            "patients": self.count(row["patients"]),
            "stress_missed": _spread(row, "not_taken", self.lang),
            "stress_together": _spread(row, "together_minus_apart", self.lang, "together_low", "together_high"),
        }


def _severity(row: Row) -> tuple[bool, float, float]:
    return (row["providers"] != 1, -row["not_taken"], -row["displaced"])


def _tables(content: Row, page: _Page, lang: Language, *, show_all: bool) -> list[RenderableType]:
    found: list[RenderableType] = []
    headings = {"unit": text("stress_unit", lang), "resource": text("stress_resource", lang),
                "competence": text("stress_competence", lang)}  # fmt: skip
    kinds = dict.fromkeys(r["event"] for r in content["events"])
    for kind in kinds:
        rows = sorted((r for r in content["events"] if r["event"] == kind), key=_severity)
        shown = rows if show_all else rows[:SHOWN]
        title = headings.get(kind, text("stress_event", lang))
        cells = [page.cells(r) for r in shown]
        if len({r["hospital"] for r in content["events"]}) == 1 < len(cells):  # the heading names it
            cells = [{**c, "hospital": None} for c in cells]
        found.append(plain_table(title, cells, lang, COLUMNS))
        if len(shown) < len(rows):
            found.append(Text(text("stress_more", lang, count=len(rows) - len(shown)), style="dim"))
        found += _causes(shown if show_all else shown[:EXPLAINED], lang)
        found.append(Text())
    return found


def _causes(rows: Sequence[Row], lang: Language) -> list[RenderableType]:
    """The chain behind the worst values of some rows; of what falls, the first of each row."""
    lines: list[str] = []
    for row in rows:
        told: set[str] = set()
        for cause in row["causes"]:
            kind = "lost" if cause["measure"].startswith("lost") else cause["measure"]
            if kind not in told:
                start, rest = cause[f"text_{lang}"].split(ARROW, 1)
                lines += [f"    {ARROW.lstrip()}{rest}"] if told else [f"  {start}", f"    {ARROW.lstrip()}{rest}"]
            told.add(kind)
    return [Text(text("stress_causes", lang)), *(Text(line, style="dim") for line in lines)] if lines else []


def _summary(content: Row, lang: Language) -> list[RenderableType]:
    units = [r for r in content["events"] if r["event"] == "unit"]
    alone = [r for r in units if r["providers"] == 1]
    if not alone:
        return []
    missed = format_value(sum(r["not_taken"] for r in alone), 0, lang)
    return [Text(text("stress_summary", lang, units=len(units), sole=len(alone), missed=missed))]


def stress_view(
    content: Row, names: Mapping[str, str], lang: Language, heading: str, *, show_all: bool
) -> RenderableType:
    """Return what a person reads: the worst outages of each kind, the worst pairs, limits.

    Parameters
    ----------
    content
        The object that `stress` prints as JSON.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.
    heading
        Of the page.
    show_all
        All rows, not the worst of each kind.
    """
    page = _Page(names, lang, content["manifest"]["years"])
    pairs: list[RenderableType] = []
    if content["pairs"]:
        rows = content["pairs"] if show_all else content["pairs"][:SHOWN]
        pairs = [plain_table(text("stress_pairs", lang), [page.pair(r) for r in rows], lang),
                 Text(text("stress_pair_note", lang), style="dim"), Text()]  # fmt: skip
    elif content["pairs_tried"]:
        pairs = [Text(text("stress_none", lang)), Text()]
    return Group(
        Text(heading, style="bold"),
        *_summary(content, lang),
        Text(text("stress_patients_note", lang), style="dim"),
        Text(),
        *_tables(content, page, lang, show_all=show_all),
        *pairs,
        Text("\n".join(content["limits"])),
    )


def csv_rows(content: Row) -> list[dict[str, Any]]:
    """Return the outages as flat rows: receivers as ``hospital:patients``."""
    found: list[dict[str, Any]] = []
    for row in content["events"]:
        lists = {
            "receivers": [f"{r['hospital']}:{r['patients']:.4g}" for r in row["receivers"]],
            "displaced_at": [f"{r['hospital']}:{r['patients']:.4g}" for r in row["displaced_at"]],
            "lost_functions": [f"{r['hospital']}:{r['function']}" for r in row["lost_functions"]],
            "lost_areas": [f"{r['hospital']}:{r['area']}" for r in row["lost_areas"]],
            "causes": [c["text_en"] for c in row["causes"]],
            "slowest": None if row["slowest"] is None else ":".join(row["slowest"].values()),
        }
        found.append({**row, **lists})
    return found
