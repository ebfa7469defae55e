"""Reasons and numbers of the follow-up in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interface.numbers import format_share, format_value
from interface.texts import Language, text
from loaders.followup import load_measures

__all__ = ["count_text", "measure_name", "range_text", "reason_text", "trigger_text"]

Row = Mapping[str, Any]
SMALL = 20  # below it a mean is shown with a decimal
WHOLE = ("low", "high", "outer_low", "outer_high", "reported", "diverted", "value")
MEANS = ("expected", "mean", "mean_high", "needed_low", "days", "limit", "first", "latest")
SHARES = ("share",)
HIDEABLE = ("reported", "expected", "mean", "diverted", "value")


def count_text(value: float | None, lang: Language, masked: bool = False) -> str:
    """Return a number of patients; a word where it is hidden, a dash where there is none.

    Examples
    --------
    >>> count_text(12.0, "sv"), count_text(12.4, "sv"), count_text(None, "sv", masked=True), count_text(None, "sv")
    ('12', '12,4', 'dolt', '–')
    """
    if value is None:
        return text("followup_hidden", lang) if masked else "–"
    whole = float(value).is_integer() or abs(value) >= SMALL
    return format_value(value, 0 if whole else 1, lang)


def range_text(row: Row, lang: Language) -> str:
    """Return the range of a row, or nothing where it has none."""
    if row["low"] is None:
        return ""
    return f"{format_value(row['low'], 0, lang)}–{format_value(row['high'], 0, lang)}"


def measure_name(measure: str, lang: Language) -> str:
    """Return the name of a measure of a report."""
    return load_measures()[measure].names[lang]


def reason_text(trigger: Row, names: Mapping[str, str], lang: Language) -> str:
    """Return one sentence on why something is taken up for review.

    Parameters
    ----------
    trigger
        Of `impact.followup.review_rows`.
    names
        Id to name.
    """
    shown = {name: _number(name, value, lang) for name, value in trigger.items()}
    if trigger["rule"] == "diverted":
        shown["limit"] = format_share(trigger["limit"], lang)
    if "years_used" in trigger:
        shown["years_used"] = f"{trigger['years_used'][0]}–{trigger['years_used'][-1]}"
    if trigger.get("grade"):
        shown["grade"] = text(f"followup_grade_{trigger['grade']}", lang)
    shown |= {n: names.get(str(trigger[n]), str(trigger[n])) for n in ("region", "competence") if n in trigger}
    if "measure" in trigger:
        measure = load_measures()[trigger["measure"]]
        named = measure.units if trigger["rule"] == "without_permit" else measure.names
        shown["measure"] = named[lang].lower()
    if any(trigger[n] is None for n in HIDEABLE if n in trigger):
        what = next((shown[n] for n in ("region", "group", "source") if n in trigger), "")
        return text("followup_why_hidden", lang, year=trigger["year"], what=f" ({what})" if what else "")
    return text(f"followup_why_{trigger['rule']}", lang, **shown)


def _number(name: str, value: object, lang: Language) -> str:
    if name in (*WHOLE, *MEANS, *SHARES):
        if not isinstance(value, float | int):
            return "–"
        return format_share(value, lang) if name in SHARES else count_text(value, lang)
    return "–" if value is None else str(value)


def trigger_text(kind: str, lang: Language) -> str:
    """Return the name of a kind of trigger."""
    return text(f"followup_trigger_{kind}", lang)
