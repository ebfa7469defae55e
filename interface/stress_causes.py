"""A chain of causes of an outage as one plain sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from interface.explain_text import ARROW, few_digits
from interface.numbers import format_share
from interface.texts import Language, text

__all__ = ["add_sentences", "cause_sentence"]

EVENT_NODE = "event"
FEWEST = 0.05  # patients
WHOLE = 0.95  # share from which on a part is told as the whole


def _start(row: Mapping[str, Any], cause: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> str:
    """What is taken out, and where unless the chain ends there."""
    first = cause["nodes"][0]
    if row["hospital"] is None:
        return text("stress_cause_everywhere", lang)
    place = names[row["hospital"]]
    if first == EVENT_NODE:
        return text("stress_cause_event", lang, place=place)
    return text("stress_cause_out", lang, name=names[first], place=place)


def _between(names_between: Sequence[str], lang: Language) -> list[str]:
    return [text("explain_weaker", lang, name=name) for name in names_between]


def _moved(key: str, cause: Mapping[str, Any], names: Mapping[str, str], lang: Language, **place: str) -> str:
    """So many patients of an area; the area is not named again where it is what is taken out."""
    found = text(key, lang, patients=few_digits(cause["patients"], lang), **place)
    return found if cause["area"] == cause["nodes"][0] else f"{names[cause['area']]}: {found}"


def _of_all(cause: Mapping[str, Any], lang: Language) -> str:
    """Of how many in all, where the chain is of a part."""
    if cause["value"] >= WHOLE * cause["total"]:
        return ""
    return text("stress_cause_of", lang, total=few_digits(cause["total"], lang))


def _not_taken(cause: Mapping[str, Any], names: Mapping[str, str], lang: Language, *, is_area: bool) -> list[str]:
    inner = [names[n] for n in cause["nodes"][1:-1]]
    found = [] if is_area else _between(inner[:-1], lang)
    found.append(_moved("stress_cause_patients", cause, names, lang))
    value = few_digits(cause["value"], lang)
    if cause["others"] == 0:
        return [*found, text("stress_cause_alone", lang, value=value) + _of_all(cause, lang)]
    key = "stress_cause_full_one" if cause["others"] == 1 else "stress_cause_full"
    taken = few_digits(cause["taken"], lang)
    return [*found, text(key, lang, others=cause["others"], taken=taken),
            text("stress_cause_missed", lang, value=value) + _of_all(cause, lang)]  # fmt: skip


def _displaced(cause: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> list[str]:
    place, resource = names[cause["hospital"]], names[cause["resource"]]
    last = text("stress_cause_displaced", lang, value=few_digits(cause["value"], lang)) + _of_all(cause, lang)
    if cause["area"] is None:
        less = [] if cause["nodes"][0] == cause["resource"] else [
            text("stress_cause_less", lang, resource=resource, place=place)]  # fmt: skip
        return [*less, last]
    return [
        _moved("stress_cause_more", cause, names, lang, place=place),
        text("stress_cause_fuller", lang, resource=resource),
        last,
    ]  # fmt: skip


def _lost(row: Mapping[str, Any], cause: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> list[str]:
    inner = [names[n] for n in cause["nodes"][1:-1]]
    last = text("stress_cause_falls", lang, name=names[cause["function"] or cause["area"]])
    if cause["hospital"] != row["hospital"]:
        last = text("stress_cause_at", lang, what=last, place=names[cause["hospital"]])
    share = format_share(cause["p"], lang)
    return [*_between(inner[:-1], lang), text("stress_cause_in_draws", lang, what=last, share=share)]


def _recovery(cause: Mapping[str, Any], names: Mapping[str, str], lang: Language, years: int) -> list[str]:
    found: list[str] = []
    place = names[cause["hospital"]]
    if cause["area"] not in (None, cause["nodes"][0]) and cause["patients"] >= FEWEST:
        found.append(_moved("stress_cause_fewer", cause, names, lang, place=place))
    share = few_digits(100 * cause["level_lost"], lang)
    found.append(text("stress_cause_level", lang, name=names[cause["competence"]], share=share))
    back = text("stress_beyond", lang, years=years) if cause["value"] > years else few_digits(cause["value"], lang)
    return [*found, text("stress_cause_back", lang, years=back)]


def cause_sentence(
    row: Mapping[str, Any], cause: Mapping[str, Any], names: Mapping[str, str], lang: Language, years: int
) -> str:
    """Return one sentence: what is taken out, what that moves, where it hurts and how much.

    Parameters
    ----------
    row
        The case, of `event_row`.
    cause
        One of its causes.
    names
        Node id to name in the language.
    lang
        ``sv`` or ``en``.
    years
        Horizon of the recovery.
    """
    match cause["measure"]:
        case "not_taken":
            rest = _not_taken(cause, names, lang, is_area=row["area"] is not None)
        case "displaced":
            rest = _displaced(cause, names, lang)
        case "recovery_years":
            rest = _recovery(cause, names, lang, years)
        case _:
            rest = _lost(row, cause, names, lang)
    return ARROW.join([_start(row, cause, names, lang), *rest]) + "."


def add_sentences(rows: Sequence[Mapping[str, Any]], names: Mapping[Language, Mapping[str, str]], years: int) -> None:
    """Put ``text_sv`` and ``text_en`` into the causes of rows.

    Parameters
    ----------
    rows
        Of `event_row`; their causes are changed.
    names
        Language to node id to name.
    years
        Horizon of the recovery.
    """
    for row in rows:
        for cause in row["causes"]:
            cause |= {f"text_{lang}": cause_sentence(row, cause, names[lang], lang, years) for lang in names}
