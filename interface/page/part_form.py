"""The form of one decision or event: a question for each property, with the choices that the dataset gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any

import streamlit as st

from graph_schema import Quantity
from interface.page.asking import ask_one, ask_several, ask_way
from interface.page.service.parts import KINDS, Ask, asks_of, choices, made, missing, per_cent, quantity_of
from interface.page.service.question import today_of
from interface.page.shared import system
from interface.texts import Language, text
from scenarios import Concentrate, Decision, Event, Scenario

__all__ = ["ask_hospitals", "ask_part"]

DAY = timedelta(days=1)
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
MOST_UNITS = 12
Keep = Callable[[Decision | Event], None]


def ask_hospitals(
    area: str, names: Mapping[str, str], key: str, lang: Language, before: Concentrate | None = None
) -> tuple[int, tuple[str, ...] | None]:
    """Ask for a number of units that nobody knows, or for exact hospitals.

    Parameters
    ----------
    area
        Id of the care area.
    names
        The hospitals that come into question.
    key
        Of the widgets.
    lang
        Of the words.
    before
        The concentration that is changed, or None.

    Returns
    -------
    int, tuple or None
        Units; the hospitals in the order of `names`, None where nobody knows.
    """
    stated = None if before is None else before.hospitals
    ways = {w: text(w, lang) for w in ("page_unknown", "page_given")}
    way = ask_way(text("page_where", lang), ways, f"where{key}", lang, first="page_given" if stated else None)
    if way == "page_unknown":
        most = max(min(len(names), MOST_UNITS), 1)
        units = min(before.units if before is not None else 2, most)
        return int(st.number_input(text("page_units", lang), 1, most, units, key=f"units_{most}{key}")), None
    found = ask_several(text("page_hospitals", lang), names, f"hospitals{key}_{area}", lang, first=stated or ())
    return len(found), found


def _select(ask: Ask, names: Mapping[str, str], before: Any, key: str, lang: Language) -> str | None:
    label = text(f"what_if_ask_{ask.name}", lang)
    empty = text(f"what_if_optional_{ask.name}", lang) if ask.optional else None
    only = next(iter(names)) if len(names) == 1 and not ask.optional else None
    return ask_one(label, names, key, lang, first=before or only, empty=empty)


def _day(ask: Ask, before: date | None, key: str, lang: Language) -> date | None:
    """A day; of an event the last one, where the scenario states the day after it."""
    as_of = today_of(system()).isoformat()
    shown = before - DAY if before is not None and ask.sort == "last" else before
    note = text("what_if_optional_date", lang, as_of=as_of) if ask.optional else None
    found = st.date_input(
        text(f"what_if_ask_{ask.name}", lang), shown, FIRST_DAY, LAST_DAY, key=key, format="YYYY-MM-DD", help=note
    )
    if not isinstance(found, date):
        return None
    return found + DAY if ask.sort == "last" else found


def _quantity(ask: Ask, before: Quantity | None, key: str, lang: Language) -> Quantity | None:
    """A share or factor in per cent, with a range and its source where it is uncertain."""
    if ask.optional and not st.checkbox(text("what_if_keep_hours", lang), before is not None, key=f"{key}_kept"):
        return None
    value, low, high = per_cent(before) if before is not None else (None, None, None)
    most = None if ask.name == "factor" else 100.0
    told = st.number_input(
        text(f"what_if_ask_{ask.name}", lang),
        0.0,
        most,
        value,
        5.0,
        "%g",
        key=key,
        placeholder=text("page_choose", lang),
    )
    is_uncertain = st.checkbox(
        text("what_if_uncertain", lang), before is not None and not before.is_certain, key=f"{key}_uncertain"
    )
    if told is None:
        return None
    told = float(told)
    ends = (told, told)
    source = before.source if before is not None else text("what_if_source_assumed", lang)
    if is_uncertain:
        left, middle, right = st.columns([1, 1, 2])
        low = left.number_input(text("what_if_low", lang), 0.0, most, low if low is not None else told, 5.0, "%g",
                                key=f"{key}_low", help=text("what_if_range_help", lang))  # fmt: skip
        high = middle.number_input(text("what_if_high", lang), 0.0, most, high if high is not None else told, 5.0, "%g",
                                   key=f"{key}_high")  # fmt: skip
        source = right.text_input(text("what_if_source", lang), source, key=f"{key}_source", max_chars=300)
        ends = (float(low), float(high))
    fallback = text("what_if_source_assumed", lang)
    return quantity_of(ask.name, (told, *ends), source.strip() or fallback, before)


def _answer(ask: Ask, kind: str, scenario: Scenario, given: dict[str, Any], key: str, lang: Language) -> Any:
    before = given.get(ask.name)
    match ask.sort:
        case "area" | "hospital" | "target" | "word":
            return _select(ask, choices(ask, kind, system(), scenario, given, lang), before, key, lang)
        case "hospitals":
            names = choices(ask, kind, system(), scenario, given, lang)
            nothing = text("what_if_optional_hospitals", lang) if ask.optional else None
            label = text(f"what_if_ask_{ask.name}", lang)
            return ask_several(label, names, key, lang, first=before or (), nothing=nothing)
        case "day" | "first" | "last":
            return _day(ask, before, key, lang)
        case "days":
            days = st.number_input(text("what_if_ask_days", lang), 1, 3650, before, key=key,
                                   placeholder=text("page_choose", lang))  # fmt: skip
            return None if days is None else int(days)
        case "flag":
            return st.checkbox(text(f"what_if_ask_{ask.name}", lang), before is not False, key=key)
        case "quantity":
            return _quantity(ask, before, key, lang)
        case "units":
            return None  # asked together with the hospitals


def _answers(kind: str, scenario: Scenario, before: Decision | Event | None, key: str, lang: Language
             ) -> dict[str, Any]:  # fmt: skip
    known = before is not None and before.kind == kind
    given: dict[str, Any] = {a.name: getattr(before, a.name) for a in asks_of(kind)} if known else {}
    found: dict[str, Any] = {}
    for ask in asks_of(kind):
        if ask.name == "with_area" and found["part"] != "overlap":
            continue
        if kind == "concentrate" and ask.name in ("units", "hospitals"):
            if ask.name == "hospitals" and found["area"] is not None:
                names = choices(ask, kind, system(), scenario, {**given, **found}, lang)
                own = before if isinstance(before, Concentrate) and before.area == found["area"] else None
                found["units"], found["hospitals"] = ask_hospitals(found["area"], names, key, lang, own)
            continue
        found[ask.name] = _answer(ask, kind, scenario, {**given, **found}, f"{key}_{kind}_{ask.name}", lang)
    return found


def ask_part(
    scenario: Scenario, before: Decision | Event | None, key: str, lang: Language, keep: Keep,
    cancel: Callable[[], None],
) -> None:  # fmt: skip
    """Ask for a decision or an event.

    Parameters
    ----------
    scenario
        What is composed so far.
    before
        The part that is changed; None: a new one.
    key
        Of the widgets: another for each time that the form is opened.
    lang
        Of the words.
    keep, cancel
        Called with what was answered, or when nothing is to be changed.
    """
    kinds = {k: text(f"what_if_kind_{k}", lang) for k in KINDS}
    first = next(iter(kinds)) if before is None else before.kind
    kind = ask_one(text("what_if_ask_kind", lang), kinds, f"{key}_kind", lang, first=first) or first
    given = _answers(kind, scenario, before, key, lang)
    lacking = missing(kind, given)
    if kind == "concentrate" and given.get("hospitals") == ():
        lacking = ["hospitals"]
    if kind == "concentrate" and given.get("area") is None:
        lacking = ["area"]
    place = st.container(horizontal=True)
    label = text("what_if_put_in" if before is None else "what_if_save_change", lang)
    if lacking:
        place.button(label, disabled=True, key=f"{key}_keep")
        labels = (text(f"what_if_ask_{n}", lang).partition(" (")[0] for n in lacking)
        st.caption(text("what_if_missing", lang, names=", ".join(labels)))
    else:
        value = made(kind, given, before if before is not None and before.kind == kind else None)
        place.button(label, type="primary", on_click=keep, args=(value,), key=f"{key}_keep")
    place.button(text("what_if_cancel", lang), on_click=cancel, key=f"{key}_cancel")
