"""A paragraph in plain words that a member can read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interface.effect_selection import is_shown
from interface.numbers import format_share, format_value
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


def _change(row: Row, lang: Language) -> str:
    """Rises or falls by so much, with the interval."""
    decimals = _spoken_decimals(row)
    rounded = round(row["effect"], decimals)
    direction = "spoken_up" if rounded > 0 else "spoken_down" if rounded < 0 else "spoken_same"
    return text(
        direction, lang, value=format_value(abs(rounded), decimals, lang),
        low=format_value(row["low"], decimals, lang, signed=True),
        high=format_value(row["high"], decimals, lang, signed=True),
        per=text("spoken_per_year", lang) if row["unit"] == "patients/year" else "",
    )  # fmt: skip


def _clause(row: Row, lang: Language) -> str:
    return text(f"spoken_{row['measure']}", lang, change=_change(row, lang))


def _hospital(rows: Sequence[Row], hospital: str, name: str, lang: Language) -> str | None:
    found = [r for r in (_pick(rows, hospital, m) for m in SPOKEN) if r is not None]
    if not found:
        return None
    shown = [r for r in found if is_shown(r)]
    if not shown:
        return text("spoken_unchanged", lang, name=name)
    return text("spoken_hospital", lang, name=name, clauses="; ".join(_clause(r, lang) for r in shown))


def summary_paragraph(
    rows: Sequence[Row], opening: str, names: Mapping[str, str], lang: Language, also: Sequence[str] = ()
) -> str:
    """Return the summary of a run: the area's own patients, then the smaller university hospitals.

    Parameters
    ----------
    rows
        Effect rows of one year.
    opening
        First sentence: what is decided, from when.
    names
        Node id to name in the language.
    lang
        ``sv`` or ``en``.
    also
        Hospitals to name before the smaller university hospitals (those of an event).

    Returns
    -------
    str
        One paragraph; numbers with their interval; says so where nothing changes visibly. In a dataset without the
        smaller university hospitals of Sweden the first hospitals from the north are named.
    """
    present = list(dict.fromkeys(str(r["hospital"]) for r in rows if "hospital" in r))
    smaller = [h for h in SMALLER if h in present]
    told = smaller or present[: len(SMALLER)]
    sentences = [opening]
    gain = _pick(rows, "national", "patients_at_needed_volume")
    if gain is not None and is_shown(gain):
        sentences.append(text("spoken_own", lang, change=_change(gain, lang)))
    parts = (_hospital(rows, h, names.get(h, h), lang) for h in dict.fromkeys((*also, *told)))
    sentences.extend(s for s in parts if s is not None)
    if "(" in "".join(sentences[1:]):
        sentences.append(text("spoken_interval", lang))
    shares = [r["assumed_share"] for r in rows if r.get("hospital") in told and r["assumed_share"] is not None]
    if shares:
        where = text("spoken_smaller" if smaller else "spoken_all", lang)
        sentences.append(text("spoken_assumed", lang, where=where, share=format_share(sum(shares) / len(shares), lang)))
    return " ".join(sentences)
