"""What is asked on the page Tänk om: one concentration in one line, or a scenario of several decisions and events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from interface.node_names import names_in
from interface.page.asking import ask_one
from interface.page.part_form import ask_hospitals, ask_part
from interface.page.service.composition import (
    automatic_title,
    part_at,
    ready_scenario,
    scenario_title,
    titled,
    with_part,
    with_title,
    without_part,
)
from interface.page.service.conflict_sentences import conflicts_of
from interface.page.service.part_sentences import part_sentence, place_words
from interface.page.service.question import areas_by_name, candidate_names, concentration, today_of
from interface.page.shared import system
from interface.texts import Language, text
from scenarios import Decision, Event, Scenario

__all__ = ["add_buttons", "ask_scenario", "begin", "take_ready"]

FIRST = "hocm"  # the area that is chosen at first, where the dataset has it
NEW = "new"


def begin(scenario: Scenario | None, editing: str | None = None) -> None:
    """Take a scenario as the one that is composed; None: the one line of questions.

    Parameters
    ----------
    scenario
        Composed elsewhere, from the library or from a file.
    editing
        Place of the part whose form is open; ``new``: of a part that is not there yet.
    """
    st.session_state["scenario"] = scenario
    st.session_state["editing"] = editing
    st.session_state["form"] = st.session_state.get("form", 0) + 1  # widgets of a new form begin anew


def take_ready(name: str) -> None:
    """Take a ready scenario as the one that is composed."""
    begin(ready_scenario(name))


def _edit(place: str | None) -> None:
    begin(st.session_state["scenario"], place)


def _keep(value: Decision | Event) -> None:
    scenario, place = st.session_state["scenario"], st.session_state["editing"]
    begin(with_part(scenario, value, None if place == NEW else place))


def _remove(place: str) -> None:
    begin(without_part(st.session_state["scenario"], place))


def _simple(lang: Language) -> Scenario | None:
    areas = areas_by_name(system(), lang)
    first = FIRST if FIRST in areas else next(iter(areas))
    area = ask_one(text("area", lang), areas, "area", lang, first=first) or first
    units, hospitals = ask_hospitals(area, candidate_names(system(), area, lang), "", lang)
    if hospitals is not None and not hospitals:
        st.info(text("page_choose_hospitals", lang))
        return None
    return concentration(area, units, hospitals)


def _told(sentences: Sequence[str]) -> None:
    for sentence in sentences:
        st.error(sentence)


def _part(scenario: Scenario, place: str, value: Decision | Event, lang: Language) -> None:
    """One part: its sentence, or its form."""
    if st.session_state.get("editing") == place:
        with st.container(border=True):
            _form(scenario, place, lang)
        return
    left, middle, right = st.columns([4, 1, 1], vertical_alignment="center")
    where = place_words(place, lang)
    left.text(f"{where.capitalize()}: {part_sentence(value, names_in(system(), lang), lang)}")
    middle.button(text("what_if_change", lang, place=where), on_click=_edit, args=(place,), key=f"change_{place}")
    right.button(text("what_if_remove", lang, place=where), on_click=_remove, args=(place,), key=f"remove_{place}")


def _form(scenario: Scenario, place: str, lang: Language) -> None:
    before = None if place == NEW else part_at(scenario, place)
    ask_part(scenario, before, f"form{st.session_state['form']}", lang, _keep, lambda: _edit(None))


def _about(scenario: Scenario, lang: Language) -> Scenario:
    """Title and whether dates may lie in the past."""
    with st.expander(text("what_if_about", lang)):
        form, as_of = st.session_state["form"], today_of(system()).isoformat()
        title = st.text_input(
            text("what_if_title", lang), scenario.title_sv, 200, key=f"title_{form}",
            placeholder=automatic_title(scenario, system(), lang),
        )  # fmt: skip
        historic = st.checkbox(text("what_if_historic", lang, as_of=as_of), scenario.historic, key=f"historic_{form}")
    changed = replace(with_title(scenario, title.strip()), historic=historic)
    st.session_state["scenario"] = changed
    return changed


def _composed(scenario: Scenario, lang: Language) -> Scenario | None:
    st.header(text("what_if_parts", lang))
    if scenario.title_sv:
        st.text(scenario_title(scenario, lang))
    wrong = conflicts_of(scenario, system(), lang)
    editing = st.session_state.get("editing")
    for place, value in scenario.places():
        _part(scenario, place, value, lang)
        _told(wrong.get(place, ()))
    if editing == NEW:
        with st.container(border=True):
            st.subheader(text("what_if_new", lang))
            _form(scenario, NEW, lang)
    elif not editing:
        _told(wrong.get("", ()))
    scenario = _about(scenario, lang)
    if editing:
        st.caption(text("what_if_finish", lang))
        return None
    if conflicts_of(scenario, system(), lang):
        st.caption(text("what_if_mend", lang))
        return None
    return scenario


def ask_scenario(lang: Language) -> Scenario | None:
    """Ask what is decided and what happens.

    Parameters
    ----------
    lang
        Of the words.

    Returns
    -------
    Scenario or None
        With a title; None where something is missing or contradicts itself, which then stands on the page.
    """
    scenario: Scenario | None = st.session_state.get("scenario")
    if scenario is not None:
        found = _composed(scenario, lang)
    else:
        found = _simple(lang)
        if found is not None and (wrong := conflicts_of(found, system(), lang)):
            _told([sentence for sentences in wrong.values() for sentence in sentences])
            found = None
    return None if found is None else titled(found, system())


def add_buttons(found: Scenario | None, place: Any, lang: Language) -> None:
    """Offer one more part, and to begin again.

    Parameters
    ----------
    found
        Of `ask_scenario`.
    place
        Where the buttons go.
    lang
        Of the words.
    """
    composed: Scenario | None = st.session_state.get("scenario")
    current = composed if composed is not None else found
    place.button(
        text("what_if_add", lang), on_click=begin, args=(_untitled(current, composed), NEW), key="add",
        disabled=current is None or bool(st.session_state.get("editing")), help=text("what_if_add_help", lang),
    )  # fmt: skip
    if composed is not None:
        place.button(text("what_if_begin_again", lang), on_click=begin, args=(None,), key="begin_again")


def _untitled(current: Scenario | None, composed: Scenario | None) -> Scenario | None:
    """The one line of questions as the first part: its title follows the parts that are added."""
    if current is None or composed is not None:
        return current
    return replace(current, title_sv="", title_en="")
