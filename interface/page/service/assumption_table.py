"""The register of assumptions as a table: what each says, how much it moves, who could answer and what to ask."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from impact import load_measures
from interface.numbers import format_share, format_value
from interface.page.service.markup import DETAIL, HtmlTable, TableColumn
from interface.page.service.number_list import NumberList
from interface.texts import Language, has_text, text

__all__ = ["assumption_table", "assumptions_csv"]

Row = Mapping[str, Any]
PEDIGREE = ("pedigree_proxy", "pedigree_empirical", "pedigree_method", "pedigree_validation")
STRONGEST = 4  # highest score of each part of the pedigree


def _pedigree(row: Row, lang: Language) -> str:
    """Between 0 and 1: as the command gives it, or from the scores of the register."""
    if "pedigree" in row:
        found = row["pedigree"]
    else:
        scores = [row[name] for name in PEDIGREE if row.get(name) is not None]
        found = sum(scores) / (STRONGEST * len(scores)) if scores else None
    return "" if found is None else format_value(found, 2, lang)


def _most_on(told: str | None, numbers: NumberList) -> str:
    """The answer that it moves most: the question's name, a hospital and a measure, as the command joins them."""
    if not told:
        return ""
    question, _, rest = told.partition(": ")
    node, _, measure = rest.partition(", ")
    spec = load_measures().get(measure)
    name = measure if spec is None else spec.short[numbers.lang]
    key = f"sources_asked_{question}"
    asked = text(key, numbers.lang) if has_text(key) else numbers.words.node(question)
    return f"{asked}: {numbers.words.node(node)}, {name}"


def _row(row: Row, numbers: NumberList) -> dict[str, str]:
    lang = numbers.lang
    has_influence = "influence" in row
    addressee = row.get("addressee")
    grades = [f"{text(n, lang)}: {text(f'sources_level_{row[n]}', lang)}" for n in ("quality", "importance")]
    reason = text("sources_reason", lang, reason=row["reason"])
    identifier = str(row["assumption"] if has_influence else row["id"])
    return {
        "statement": str(row["statement"]),
        "influence": format_share(row["influence"], lang) if has_influence else "",
        "most_on": _most_on(row.get("most_on"), numbers),
        "pedigree": _pedigree(row, lang),
        "numbers": format_value(float(row["numbers"]), 0, lang),
        "addressee": text(f"unknowns_to_{addressee}", lang) if addressee else "",
        "question": str(row.get("question_sv") or ""),
        DETAIL: f"{reason}\n{'. '.join(grades)}. {text('sources_edit_id', lang, id=identifier)}",
    }  # fmt: skip


def assumption_table(rows: Sequence[Row], numbers: NumberList, first: int, count: int) -> HtmlTable:
    """Return some rows of the register as a table.

    Parameters
    ----------
    rows
        Of `data assumptions`, with influence, or of `data sources`, without.
    numbers
        For names and the language.
    first, count
        Which rows, from 0, and how many.
    """
    lang = numbers.lang
    columns = [
        TableColumn("statement", text("assumption", lang)),
        TableColumn("influence", text("influence", lang), is_number=True),
        TableColumn("most_on", text("most_on", lang)),
        TableColumn("pedigree", text("pedigree", lang), is_number=True),
        TableColumn("numbers", text("sources_resting", lang), is_number=True),
        TableColumn("addressee", text("sources_addressee", lang)),
        TableColumn("question", text("question_sv", lang)),
    ]
    shown = rows[first : first + count]
    caption = text("sources_shown_assumptions", lang, first=first + 1, last=first + len(shown), total=len(rows))
    return HtmlTable(caption, columns, {"": [_row(r, numbers) for r in shown]})


def assumptions_csv(rows: Sequence[Row]) -> bytes:
    """Return the register as CSV, every column of the rows."""
    out = io.StringIO()
    columns = list(rows[0]) if rows else []
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({c: "" if row[c] is None else row[c] for c in columns} for row in rows)
    return ("\ufeff" + out.getvalue()).encode("utf-8")
