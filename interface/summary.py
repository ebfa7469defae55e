"""A paragraph in plain words that a member can read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interface.numbers import format_share, format_value
from interface.run_tables import is_shown
from interface.texts import Language, text

__all__ = ["summary_paragraph"]

SMALLER = ("nus", "linkoping", "orebro")
SPOKEN = (
    "patients_without_full_competence",
    "patients_relying",
    "competences_lost",
    "posts_not_sustained",
    "patients_displaced",
)
Row = Mapping[str, Any]


def _pick(rows: Sequence[Row], entity: str, measure: str) -> Row | None:
    for row in rows:
        owner = row.get("hospital", row.get("national"))
        if owner == entity and row["measure"] == measure and row["reading"] != "national_first":
            return row
    return None


def _spoken_decimals(row: Row) -> int:
    """Whole numbers where the interval reaches two, else one decimal: nobody reads more aloud."""
    return 0 if max(abs(row["low"]), abs(row["high"])) >= 2 else 1


def _numbers(row: Row, lang: Language) -> dict[str, str]:
    decimals = _spoken_decimals(row)
    return {
        "value": format_value(abs(row["effect"]), decimals, lang),
        "signed": format_value(row["effect"], decimals, lang, signed=True),
        "low": format_value(row["low"], decimals, lang),
        "high": format_value(row["high"], decimals, lang),
    }


def _clause(row: Row, lang: Language) -> str:
    more = text("fewer" if row["effect"] < 0 else "more", lang)
    return text(f"spoken_{row['measure']}", lang, more=more, **_numbers(row, lang))


def _hospital(rows: Sequence[Row], hospital: str, lang: Language) -> str | None:
    found = [r for r in (_pick(rows, hospital, m) for m in SPOKEN) if r is not None]
    if not found:
        return None
    shown = [r for r in found if is_shown(r)]
    if not shown:
        return text("spoken_unchanged", lang, name=found[0]["name"])
    return text("spoken_hospital", lang, name=found[0]["name"], clauses="; ".join(_clause(r, lang) for r in shown))


def summary_paragraph(rows: Sequence[Row], opening: str, lang: Language, also: Sequence[str] = ()) -> str:
    """Return the summary of a run: the area's own patients, then the smaller university hospitals.

    Parameters
    ----------
    rows
        Effect rows of one year.
    opening
        First sentence: what is decided, from when.
    lang
        ``sv`` or ``en``.
    also
        Hospitals to name before the smaller university hospitals (those of an event).

    Returns
    -------
    str
        One paragraph; numbers with their interval; says so where nothing changes visibly.
    """
    sentences = [opening]
    gain = _pick(rows, "national", "patients_at_needed_volume")
    if gain is not None and is_shown(gain):
        sentences.append(text("spoken_own", lang, **_numbers(gain, lang)))
    sentences.extend(s for s in (_hospital(rows, h, lang) for h in dict.fromkeys((*also, *SMALLER))) if s is not None)
    shares = [r["assumed_share"] for r in rows if r.get("hospital") in SMALLER and r["assumed_share"] is not None]
    if shares:
        share = format_share(sum(shares) / len(shares), lang)
        sentences.append(text("spoken_assumed", lang, share=share))
    return " ".join(sentences)
