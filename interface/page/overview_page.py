"""The page Översikt: map, matrix and steps of the process, and the card of an area or a hospital."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from graph_schema import RandzonError
from interface.node_names import names_in
from interface.page.service.cards import card_of, section_markup
from interface.page.service.pictures import Drawn, drawn_map, drawn_matrix, drawn_pipeline, group_names
from interface.page.service.question import areas_by_name
from interface.page.shared import chosen, language, registers, show_picture, system
from interface.texts import Language, text

__all__ = ["show"]

VIEWS = ("page_map", "page_matrix", "page_pipeline")


@st.cache_data(show_spinner=False, max_entries=40)
def _drawn(content_hash: str, view: str, part: str | None, flows: bool, lang: Language) -> Drawn:
    """A picture of one area or group of areas; the hash of the dataset is part of what it is kept under."""
    assert system().content_hash == content_hash
    if view == "page_map":
        return drawn_map(system(), part, lang, flows=flows)
    return drawn_matrix(system(), part, lang) if view == "page_matrix" else drawn_pipeline(system(), lang)


def _part(label: str, names: Mapping[str, str], everything: str, lang: Language) -> str | None:
    """Ask for one of several, or for all."""
    return chosen(
        st.selectbox(
            text(label, lang), ["", *names], key=f"of_{label}",
            format_func=lambda i: names[i] if i else text(everything, lang),
        )
    )  # fmt: skip


def _picture(lang: Language) -> None:
    view = st.radio(text("page_view", lang), VIEWS, horizontal=True, format_func=lambda v: text(v, lang), key="view")
    part, flows = None, False
    if view == "page_map":
        part = _part("area", areas_by_name(system(), lang), "page_all_areas", lang)
        flows = st.checkbox(text("page_flows", lang), key="flows")
    elif view == "page_matrix":
        part = _part("page_group", group_names(system(), lang), "page_all_groups", lang)
    try:
        with st.spinner(text("page_drawing", lang)):
            found = _drawn(system().content_hash, view, part, flows, lang)
        show_picture(f"randzon-{view.removeprefix('page_')}", lambda: found)
    except RandzonError as error:
        st.error(str(error))


def _card(lang: Language) -> None:
    st.header(text("page_card", lang))
    names = names_in(system(), lang)
    hospitals = [r.key[0] for r in system().rows["Hospital"] if r.text("kind") != "unnamed"]
    hospitals.sort(key=lambda h: -(system().node(h).number("latitude") or 0.0))
    node = chosen(
        st.selectbox(
            text("page_choose_card", lang), [*areas_by_name(system(), lang), *hospitals], index=None, key="card",
            format_func=lambda i: names[i], placeholder=text("page_choose", lang),
        )
    )  # fmt: skip
    if node is None:
        return
    card = card_of(system(), node, registers(), lang)
    st.subheader(card.title)
    st.text("\n".join(card.facts))
    for section in card.sections:
        st.html(section_markup(section, lang))
    st.text(card.closing)


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_overview", lang))
    _picture(lang)
    _card(lang)
