"""The page Översikt: what opens a meeting, what has happened since, the pictures of the whole, and the cards."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import escape
from typing import Any

import streamlit as st

from graph_schema import RandzonError
from impact.questions.overview import overview
from interface.node_names import names_in
from interface.page.links import CARD, ask_for, link_to
from interface.page.service.cards import card_of, section_markup
from interface.page.service.case_log import log_words
from interface.page.service.competences import drawn_competences, kind_names
from interface.page.service.handout import Section, handout
from interface.page.service.markup import HtmlTable, table_markup
from interface.page.service.meeting import Case, case_of, cases_by_name, counts_table
from interface.page.service.pictures import Drawn, drawn_map, drawn_matrix, drawn_pipeline, group_names
from interface.page.service.question import areas_by_name, today_of
from interface.page.service.since import a_year_before, happened
from interface.page.shared import chosen, language, mask, node_asked, registers, show_picture, system
from interface.texts import Language, text

__all__ = ["show"]

VIEWS = ("page_map", "page_matrix", "page_competences", "page_pipeline")
BREAK = '<div class="randzon-break"></div>'  # a new sheet in print


@st.cache_data(show_spinner=False, max_entries=8)
def _found(content_hash: str, hidden: int, since: date | None = None) -> dict[str, Any]:
    assert system().content_hash == content_hash
    return overview(system(), since=since, mask=hidden)


@st.cache_data(show_spinner=False, max_entries=60)
def _case(content_hash: str, area: str, hidden: int, lang: Language) -> Case:
    return case_of(system(), _found(content_hash, hidden), area, registers(), hidden, lang)


@st.cache_data(show_spinner=False, max_entries=40)
def _drawn(
    content_hash: str, view: str, part: str | None, kind: str | None, flows: bool, hidden: int, lang: Language
) -> Drawn:
    """A picture of one area or group of areas; the hash of the dataset is part of what it is kept under."""
    assert system().content_hash == content_hash
    if view == "page_map":
        return drawn_map(system(), part, lang, flows=flows, mask=hidden)
    if view == "page_matrix":
        return drawn_matrix(system(), part, lang, hidden)
    return (
        drawn_competences(system(), lang, kind, part) if view == "page_competences" else drawn_pipeline(system(), lang)
    )


def _table(table: HtmlTable | None) -> None:
    if table is not None:
        st.html(table_markup(table))


def _cases(lang: Language) -> list[Case]:
    """Ask for the cases on the table; at first the one that the address names."""
    names = cases_by_name(_found(system().content_hash, mask()), names_in(system(), lang), lang)
    asked = node_asked()
    st.session_state.setdefault("cases", [asked] if asked in names else [])
    found = st.multiselect(
        text("meeting_choose", lang), list(names), key="cases", format_func=lambda a: names[a],
        placeholder=text("page_choose", lang), help=text("meeting_choose_help", lang),
    )  # fmt: skip
    return [_case(system().content_hash, area, mask(), lang) for area in found]


def _links(case: Case, lang: Language) -> None:
    places = st.columns(5)
    for place, page, key in zip(
        places, ("overview", "what_if", "dependencies", "sources", "questions"),
        ("meeting_to_card", "meeting_to_what_if", "meeting_to_dependencies", "meeting_to_sources",
         "meeting_to_questions"), strict=True,
    ):  # fmt: skip
        with place:
            link_to(page, text(key, lang), case.area)


def _show_case(case: Case, lang: Language) -> None:
    st.html(BREAK)
    st.subheader(case.name)
    _links(case, lang)
    _table(case.state)
    _table(case.volumes)
    _table(case.log)
    if case.log is None:
        st.text(text("meeting_no_log", lang))
    _table(case.kin)
    if case.kin is None:
        st.text(text("meeting_no_kin", lang))
    st.html(case.cluster_markup(lang))


def _opening(lang: Language) -> list[Section]:
    """Show the counts and the cases; return them for the file."""
    st.header(text("meeting_opening", lang))
    counts = counts_table(system(), _found(system().content_hash, mask()), lang)
    _table(counts)
    cases = _cases(lang)
    if not cases:
        st.info(text("meeting_none", lang))
    for case in cases:
        _show_case(case, lang)
    first = Section(text("meeting_opening", lang), table_markup(counts))
    return [first, *(Section(case.name, case.markup(lang)) for case in cases)]


def _since(lang: Language) -> Section | None:
    st.html(BREAK)
    st.header(text("since_title", lang))
    today = today_of(system())
    day = st.date_input(
        text("since_date", lang), a_year_before(today), max_value=today, format="YYYY-MM-DD", key="since",
        help=text("since_help", lang),
    )  # fmt: skip
    table = happened(system(), _found(system().content_hash, mask(), day), day, log_words(registers()), lang)
    if table is None:
        st.text(text("since_none", lang, since=day.isoformat()))
        return None
    _table(table)
    return Section(text("since_title", lang), table_markup(table))


def _part(label: str, names: Mapping[str, str], everything: str, lang: Language) -> str | None:
    """Ask for one of several, or for all."""
    return chosen(
        st.selectbox(
            text(label, lang), ["", *names], key=f"of_{label}",
            format_func=lambda i: names[i] if i else text(everything, lang),
        )
    )  # fmt: skip


def _picture(lang: Language) -> None:
    st.html(BREAK)
    st.header(text("page_whole", lang))
    view = st.radio(text("page_view", lang), VIEWS, horizontal=True, format_func=lambda v: text(v, lang), key="view")
    part, kind, flows = None, None, False
    if view == "page_map":
        part = _part("area", areas_by_name(system(), lang), "page_all_areas", lang)
        flows = st.checkbox(text("page_flows", lang), key="flows")
    elif view != "page_pipeline":
        part = _part("page_group", group_names(system(), lang), "page_all_groups", lang)
    if view == "page_competences":
        kinds = kind_names(lang)
        kind = st.selectbox(text("page_kind", lang), list(kinds), format_func=lambda k: kinds[k], key="kind")
    try:
        with st.spinner(text("page_drawing", lang)):
            found = _drawn(system().content_hash, view, part, kind, flows, mask(), lang)
        if found.linked:
            st.html(f'<p class="randzon-screen">{escape(text("page_open_help", lang))}</p>')
        show_picture(f"randzon-{view.removeprefix('page_')}", lambda: found)
    except RandzonError as error:
        st.error(str(error))


def _asked_card(names: Mapping[str, str], lang: Language) -> str | None:
    """Ask for a node; the one that the address names is chosen, and the address names the one that is chosen."""
    asked = node_asked()
    asked = asked if asked in names else None
    if "card" not in st.session_state or asked != st.session_state.get("card_asked"):
        st.session_state["card"] = asked
        st.session_state["card_asked"] = asked
    return chosen(
        st.selectbox(
            text("page_choose_card", lang), list(names), index=None, key="card", format_func=lambda i: names[i],
            placeholder=text("page_choose", lang), on_change=lambda: ask_for(chosen(st.session_state["card"])),
        )
    )  # fmt: skip


def _card(lang: Language) -> None:
    st.header(text("page_card", lang), anchor=CARD)
    names = names_in(system(), lang)
    hospitals = [r.key[0] for r in system().rows["Hospital"]]
    hospitals.sort(key=lambda h: -(system().node(h).number("latitude") or 0.0))
    node = _asked_card({n: names[n] for n in (*areas_by_name(system(), lang), *hospitals)}, lang)
    if node is None:
        return
    card = card_of(system(), node, registers(), lang, mask())
    st.subheader(card.title)
    if lang == "sv":
        st.caption(text("page_card_language", lang))
    st.text("\n".join(card.facts))
    for section in card.sections:
        st.html(section_markup(system(), section, lang))
    st.text(card.closing)


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_overview", lang))
    sections = _opening(lang)
    later = _since(lang)
    title = text("handout_title", lang, as_of=today_of(system()).isoformat())
    file = handout(system(), title, [*sections, *([later] if later else [])], lang)
    st.download_button(
        text("meeting_handout", lang), file, "randzon-underlag.html", "text/html", key="handout", on_click="ignore",
        help=text("meeting_print", lang),
    )  # fmt: skip
    _picture(lang)
    _card(lang)
