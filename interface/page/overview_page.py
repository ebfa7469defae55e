"""The page Översikt: map, matrix and steps of the process, and the card of an area or a hospital."""

from __future__ import annotations

import streamlit as st

from graph_schema import RandzonError
from interface.node_names import names_in
from interface.page.service.cards import card_of, section_markup
from interface.page.service.pictures import Drawn, drawn_map, drawn_matrix, drawn_pipeline
from interface.page.service.question import areas_by_name
from interface.page.shared import chosen, language, registers, show_picture, system
from interface.texts import Language, text

__all__ = ["show"]

VIEWS = ("page_map", "page_matrix", "page_pipeline")


@st.cache_data(show_spinner=False, max_entries=40)
def _drawn(content_hash: str, view: str, area: str | None, flows: bool, lang: Language) -> Drawn:
    """A picture; the hash of the dataset is part of what it is kept under."""
    assert system().content_hash == content_hash
    if view == "page_map":
        return drawn_map(system(), area, lang, flows=flows)
    return drawn_matrix(system(), lang) if view == "page_matrix" else drawn_pipeline(system(), lang)


def _picture(lang: Language) -> None:
    view = st.radio(text("page_view", lang), VIEWS, horizontal=True, format_func=lambda v: text(v, lang), key="view")
    area, flows = None, False
    if view == "page_map":
        names = areas_by_name(system(), lang)
        area = chosen(
            st.selectbox(
                text("area", lang), ["", *names], key="map_area",
                format_func=lambda a: names.get(a) or text("page_all_areas", lang),
            )
        )  # fmt: skip
        flows = st.checkbox(text("page_flows", lang), key="flows")
    try:
        with st.spinner(text("page_drawing", lang)):
            found = _drawn(system().content_hash, view, area, flows, lang)
        show_picture(f"randzon-{view.removeprefix('page_')}", lambda: found)
    except RandzonError as error:
        st.error(str(error))


def _card(lang: Language) -> None:
    st.subheader(text("page_card", lang))
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
    st.markdown(f"### {card.title}")
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
