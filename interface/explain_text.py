"""A path of an explanation as one plain sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from impact import load_measures
from interface.numbers import format_value
from interface.texts import Language, text

__all__ = ["ARROW", "few_digits", "path_sentence"]

ARROW = " → "
EVENT_NODE = "event"


def few_digits(value: float, lang: Language, digits: int = 2, *, signed: bool = False) -> str:
    """Return a number with that many digits that count; whole numbers as they are.

    Examples
    --------
    >>> few_digits(0.01234, "sv"), few_digits(123.4, "en"), few_digits(-2.56, "en", signed=True)
    ('0,012', '123', '−2.6')
    """
    size = abs(value)
    decimals = 0 if size == 0 else min(max(digits - 1 - math.floor(math.log10(size)), 0), 6)
    return format_value(value, decimals, lang, signed)


def _way(value: float) -> str:
    return "more" if value > 0 else "fewer"


def _beginning(path: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> str:
    source = path["nodes"][0]
    if source == EVENT_NODE:
        return text("explain_event", lang)
    place = names[path["elsewhere"] or path["nodes"][-1]]
    change = path["volume_change"]
    if change is None or abs(change) < 0.005:
        return text("explain_area", lang, area=names[source])
    if change > 0:
        return text("explain_area_more", lang, area=names[source], change=few_digits(change, lang), place=place)
    return text("explain_area_fewer", lang, area=names[source], change=few_digits(-change, lang), place=place)


def _level(path: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> str:
    name, change = names[path["nodes"][1]], path["level_change"]
    if not change:
        return text("explain_level", lang, name=name)
    share = few_digits(100 * abs(change), lang)
    if change > 0:
        return text("explain_level_more", lang, name=name, share=share)
    return text("explain_level_fewer", lang, name=name, share=share)


def _end(path: Mapping[str, Any], measure: str, suffers: str | None, lang: Language) -> str:
    value = path["value"]
    key = f"explain_{measure}_{_way(value)}"
    number = few_digits(100 * abs(value) if measure == "competences_lost" else abs(value), lang)
    found = text(key, lang, value=number)
    return found if suffers is None else f"{found} {text('explain_in', lang, name=suffers)}"


def path_sentence(path: Mapping[str, Any], measure: str, names: Mapping[str, str], lang: Language) -> str:
    """Return one sentence on a path: what the decision does, what that moves, who is concerned.

    Parameters
    ----------
    path
        Row of `impact.questions.path_rows`.
    measure
        Id of the measure explained.
    names
        Node id to name in the language.
    lang
        ``sv`` or ``en``.
    """
    middle: Sequence[str] = path["nodes"][1:-1]
    parts = [_beginning(path, names, lang)]
    kinds = path["relationships"]
    is_level = kinds[0] in ("REQUIRES", "PART_OF") and len(middle) > 0
    if is_level:
        parts.append(_level(path, names, lang))
        middle = middle[1:]
    elif kinds[0] == "USES":
        parts.append(text("explain_resource", lang, name=names[middle[0]]))
        middle = middle[1:]
    suffers: str | None = names[middle[-1]] if middle else None
    worse = (path["value"] > 0) == (load_measures()[measure].harm == "up")
    moved = "explain_weaker" if worse else "explain_stronger"
    parts += [text(moved, lang, name=names[node]) for node in middle[:-1]]
    if suffers is None and is_level and measure == "patients_without_full_competence":
        suffers = text("explain_outside", lang)
    return ARROW.join([*parts, _end(path, measure, suffers, lang)]) + "."
