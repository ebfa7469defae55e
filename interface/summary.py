"""A paragraph in plain words that a member can read aloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interface.numbers import decimals_for, format_share, format_value
from interface.texts import Language

__all__ = ["summary_paragraph"]

SMALLER = ("nus", "linkoping", "orebro")
Row = Mapping[str, Any]
SPOKEN = {
    "sv": {
        "patients_without_full_competence": "patienter om året i annan vård utan full kompetens",
        "patients_relying": "patienter om året vid försvagade akutfunktioner",
        "posts_not_sustained": "tjänster som vårdvolymen inte bär",
        "patients_displaced": "undanträngda patienter om året",
    },
    "en": {
        "patients_without_full_competence": "patients a year in other care without full competence",
        "patients_relying": "patients a year at weakened emergency functions",
        "posts_not_sustained": "posts that the volume of care does not sustain",
        "patients_displaced": "displaced patients a year",
    },
}


def _pick(rows: Sequence[Row], entity: str, measure: str) -> Row | None:
    for row in rows:
        if (
            row.get("hospital", row.get("national")) == entity
            and row["measure"] == measure
            and row["reading"] == "main"
        ):
            return row
    return None


def _clause(row: Row, lang: Language) -> str:
    decimals = decimals_for(row["low"], row["high"])
    words = SPOKEN[lang][row["measure"]]
    more = {"sv": ("fler", "färre"), "en": ("more", "fewer")}[lang][row["effect"] < 0]
    to = {"sv": "till", "en": "to"}[lang]
    value = format_value(abs(row["effect"]), decimals, lang)
    low, high = (format_value(row[k], decimals, lang) for k in ("low", "high"))
    return f"{value} {more} {words} ({low} {to} {high})"


def _hospital_sentence(rows: Sequence[Row], hospital: str, lang: Language) -> str | None:
    picked = [_pick(rows, hospital, m) for m in SPOKEN[lang]]
    found = [r for r in picked if r is not None and max(abs(r["low"]), abs(r["high"])) >= 0.05]
    if not found:
        return None
    joined = "; ".join(_clause(r, lang) for r in found)
    granted = next((r for r in found if r["if_granted"] is not None), None)
    extra = ""
    if granted is not None:
        decimals = decimals_for(granted["low"], granted["high"])
        with_it, without = (
            format_value(granted[k], decimals, lang, signed=True) for k in ("if_granted", "if_not_granted")
        )
        words = SPOKEN[lang][granted["measure"]]
        if lang == "sv":
            extra = f" Får sjukhuset tillståndet är ändringen {with_it} {words}, annars {without}."
        else:
            extra = f" If the hospital gets the permit the change is {with_it} {words}, otherwise {without}."
    return f"{found[0]['name']}: {joined}.{extra}"


def summary_paragraph(rows: Sequence[Row], opening: str, lang: Language) -> str:
    """Return the summary of a run: the nation's own patients, then the smaller university hospitals.

    Parameters
    ----------
    rows
        Effect rows of the last year.
    opening
        First sentence: what is decided, from when.
    lang
        ``sv`` or ``en``.

    Returns
    -------
    str
        One paragraph; numbers with interval; says when nothing changes.
    """
    sentences = [opening]
    gain = _pick(rows, "national", "patients_at_needed_volume")
    if gain is not None:
        decimals = decimals_for(gain["low"], gain["high"])
        value = format_value(gain["effect"], decimals, lang, signed=True)
        low, high = (format_value(gain[k], decimals, lang) for k in ("low", "high"))
        if lang == "sv":
            sentences.append(
                f"Områdets egna patienter vid enheter med behövd volym: {value} om året ({low} till {high})."
            )
        else:
            sentences.append(
                f"The area's own patients at units with the needed volume: {value} a year ({low} to {high})."
            )
    found = [s for s in (_hospital_sentence(rows, h, lang) for h in SMALLER) if s]
    sentences.extend(found)
    if not found:
        same = {"sv": "De mindre universitetssjukhusen påverkas inte mätbart i modellen.",
                "en": "The smaller university hospitals do not change measurably in the model."}  # fmt: skip
        sentences.append(same[lang])
    shares = [r["assumed_share"] for r in rows if r.get("hospital") in SMALLER and r["assumed_share"] is not None]
    if shares:
        share = format_share(sum(shares) / len(shares), lang)
        last = {"sv": f"Av osäkerheten vid dessa sjukhus vilar i medeltal {share} på antaganden.",
                "en": f"On average {share} of the uncertainty at these hospitals rests on assumptions."}  # fmt: skip
        sentences.append(last[lang])
    return " ".join(sentences)
