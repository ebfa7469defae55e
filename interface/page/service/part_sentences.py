"""A decision or an event as one sentence that names everything in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from graph_schema import Quantity
from interface.numbers import decimals_of_size, format_value
from interface.page.service.parts import per_cent
from interface.texts import Language, text
from scenarios import Decision, Event

__all__ = ["part_sentence", "part_title", "place_words"]

Names = Mapping[str, str]
DAY = timedelta(days=1)


def _listed(ids: Iterable[str], names: Names, lang: Language) -> str:
    found = [names.get(i, i) for i in ids]
    word = text("what_if_and", lang)
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {word} {found[-1]}"


def _share(quantity: Quantity, lang: Language) -> str:
    """A share or factor in per cent, with its range where it has one."""
    numbers = per_cent(quantity)
    decimals = max(decimals_of_size(n, 1) if n != round(n) else 0 for n in numbers)
    value, low, high = (format_value(n, decimals, lang) for n in numbers)
    return f"{value} %" if quantity.is_certain else f"{value} % ({low}–{high} %)"


def _concerned(value: Decision | Event, names: Names, lang: Language) -> dict[str, str]:
    """What stands in the braces of a kind's sentence."""
    found: dict[str, str] = {}
    for name in ("area", "hospital", "from_hospital", "to_hospital", "resource", "competence", "region", "with_area"):
        node = getattr(value, name, None)
        found[name] = names.get(node, node) if isinstance(node, str) else text(f"what_if_all_{name}", lang)
    hospitals = getattr(value, "hospitals", None)
    found["hospitals"] = _listed(hospitals, names, lang) if hospitals else text("what_if_all_hospitals", lang)
    for name in ("volume_share", "factor"):
        quantity = getattr(value, name, None)
        found[name] = _share(quantity, lang) if isinstance(quantity, Quantity) else ""
    for name in ("part", "form"):
        word = getattr(value, name, None)
        found[name] = text(f"what_if_{name}_{word}", lang).lower() if word else ""
    for name in ("units", "days"):
        found[name] = str(getattr(value, name, ""))
    return found


def _key(value: Decision | Event) -> str:
    """The sentence of a kind; some kinds have several."""
    if value.kind == "concentrate":
        known = "given" if value.hospitals else "one" if value.units == 1 else "unknown"
        return f"what_if_told_concentrate_{known}"
    if value.kind == "open_area" and not value.permit:
        return "what_if_told_open_area_regional"
    return f"what_if_told_{value.kind}"


def part_title(value: Decision | Event, names: Names, lang: Language) -> str:
    """Return a decision or event as a title, without its dates.

    Parameters
    ----------
    value
        What is decided or happens.
    names
        Node id to name in the language.
    lang
        ``sv`` or ``en``.
    """
    return text(_key(value), lang, **_concerned(value, names, lang))


def part_sentence(value: Decision | Event, names: Names, lang: Language) -> str:
    """Return a decision or event as a sentence, with its dates; of an event the last day is named.

    Parameters
    ----------
    value, names, lang
        As for `part_title`.
    """
    told = part_title(value, names, lang)
    first, day = getattr(value, "date_from", None), getattr(value, "date", None)
    if first is not None:
        last = getattr(value, "date_to") - DAY  # noqa: B009 - a delay has no dates
        return text("what_if_period", lang, told=told, first=first.isoformat(), last=last.isoformat())
    if day is not None:
        return text("what_if_from", lang, told=told, date=day.isoformat())
    return f"{told}."


def place_words(place: str, lang: Language) -> str:
    """Return where something stands in a scenario, in words.

    Examples
    --------
    >>> place_words("decisions[2].area", "sv")
    'beslut 2'
    """
    part, _, rest = place.partition("[")
    number = rest.partition("]")[0]
    return text(f"what_if_place_{part}", lang, number=number) if number else text("what_if_place_scenario", lang)
