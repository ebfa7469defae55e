"""The page Beroenden: the network around a node, with every number and source of what is drawn and of the node."""

from __future__ import annotations

from typing import TypeVar

import streamlit as st

from graph_schema import RandzonError
from interface.page.addresses import page_address
from interface.page.service.dependencies import (
    EVIDENCE,
    HEIGHT,
    KINDS,
    Dependencies,
    NodeTables,
    Wanted,
    dependencies,
    directions_of,
    first_node,
    node_tables,
    nodes_by_name,
    saved_page,
)
from interface.page.shared import language, mask, node_asked, system
from interface.texts import Language, text

__all__ = ["show"]

DEPTHS = (1, 2, 3)
T = TypeVar("T")
ADDRESSES = {"node": f"{page_address('dependencies')}?node={{}}", "source": f"{page_address('sources')}?node={{}}"}


@st.cache_resource(show_spinner=False, max_entries=12)
def _dependencies(content_hash: str, wanted: Wanted, lang: Language, hidden: int) -> Dependencies:
    """The network; the hash of the dataset is part of what it is kept under."""
    assert system().content_hash == content_hash
    return dependencies(system(), wanted, lang, hidden, ADDRESSES)


@st.cache_resource(show_spinner=False, max_entries=12)
def _tables(content_hash: str, node: str, lang: Language, hidden: int) -> NodeTables:
    assert system().content_hash == content_hash
    return node_tables(system(), node, lang, hidden, ADDRESSES)


def _key(name: str, lang: Language, first: object) -> str:
    """Key of a widget whose words depend on the language; what was chosen is carried over.

    Streamlit knows a choice by its words: after a change of language it would fall back to the first one.
    """
    key = f"dependencies_{name}_{lang}"
    if key not in st.session_state:
        st.session_state[key] = st.session_state.get(f"dependencies_{name}", first)
    return key


def _keep(name: str, chosen: T) -> T:
    st.session_state[f"dependencies_{name}"] = chosen
    return chosen


def _from_address(lang: Language) -> str | None:
    """Put what the address asks for into the select boxes, once; return a node that is not drawn."""
    written = st.query_params.get("node")
    asked = node_asked()
    if written and asked is None:
        st.warning(text("dependencies_unknown", lang, node=written))
    if asked is None:
        return None
    kind = system().node(asked).type
    if kind not in KINDS:
        return asked
    if st.session_state.get("dependencies_asked") != asked:
        st.session_state["dependencies_asked"] = asked
        for name, value in (("kind", kind), (kind, asked)):
            st.session_state[f"dependencies_{name}_{lang}"] = _keep(name, value)
    return None


def _moved() -> None:
    st.session_state["dependencies_moved"] = True


def _middle(lang: Language) -> str:
    """Ask what stands in the middle."""
    left, right = st.columns([1, 2])
    kind = left.selectbox(
        text("dependencies_kind", lang), KINDS, key=_key("kind", lang, KINDS[0]), on_change=_moved,
        format_func=lambda k: text(f"draw_kind_{k}", lang),
    )  # fmt: skip
    names = nodes_by_name(system(), _keep("kind", kind), lang)
    first = first_node(system(), names)
    node = right.selectbox(
        text(f"draw_kind_{kind}", lang), list(names), key=_key(kind, lang, first), on_change=_moved,
        format_func=lambda n: names[n],
    )  # fmt: skip
    return _keep(kind, node)


def _wanted(node: str, lang: Language) -> Wanted:
    left, middle, right = st.columns(3)
    depth = left.radio(
        text("dependencies_depth", lang), DEPTHS, horizontal=True, key=_key("depth", lang, DEPTHS[0])
    )  # fmt: skip
    directions = directions_of(system().node(node).type)
    direction = directions[0]
    if len(directions) > 1:
        name = f"direction_{len(directions)}"
        direction = middle.radio(
            text("dependencies_direction", lang), directions, horizontal=True, key=_key(name, lang, directions[0]),
            format_func=lambda d: text(f"dependencies_direction_{d}", lang),
        )  # fmt: skip
        _keep(name, direction)
    evidence = right.radio(
        text("dependencies_evidence", lang), list(EVIDENCE), horizontal=True,
        key=_key("evidence", lang, next(iter(EVIDENCE))),
        format_func=lambda e: text(f"dependencies_evidence_{e}", lang),
    )  # fmt: skip
    kinds = st.multiselect(
        text("dependencies_kinds", lang), KINDS, key=_key("kinds", lang, list(KINDS)),
        format_func=lambda k: text(f"draw_kind_{k}", lang), placeholder=text("dependencies_kinds_none", lang),
    )  # fmt: skip
    return Wanted(node, _keep("depth", depth), direction, _keep("evidence", evidence), tuple(_keep("kinds", kinds)))


def _picture(wanted: Wanted, lang: Language) -> None:
    care, hidden = system(), mask()
    try:
        with st.spinner(text("page_drawing", lang)):
            found = _dependencies(care.content_hash, wanted, lang, hidden)
    except RandzonError as error:
        st.error(str(error))
        return
    st.header(found.picture.title)
    if not found.picture.table.rows:
        st.info(text("dependencies_nothing", lang))
    st.iframe(found.frame, height=HEIGHT, alt=found.alternative)
    for note in found.picture.notes:
        st.caption(note)
    name = f"randzon-{wanted.node}"
    places = st.columns(3)
    for place, label, content, ending in (
        (places[0], "dependencies_save_page", lambda: saved_page(care, wanted, lang, hidden), "html"),
        (places[1], "page_save_svg", lambda: found.svg, "svg"),
        (places[2], "dependencies_save_links", lambda: found.csv, "csv"),
    ):
        place.download_button(
            text(label, lang), content, f"{name}.{ending}", key=f"dependencies_save_{ending}", on_click="ignore"
        )
    for label, markup in (("dependencies_nodes", found.nodes), ("dependencies_links", found.links)):
        count = markup.count("<tr>") - 1
        with st.expander(text(label, lang, count=count)):
            st.html(markup)


def _card(node: str, lang: Language) -> None:
    found = _tables(system().content_hash, node, lang, mask())
    st.header(text("dependencies_card", lang, name=found.name))
    st.caption(text("dependencies_card_lead", lang))
    st.html(found.facts + found.numbers)
    for heading, table in found.relations.items():
        with st.expander(heading):
            st.html(table)
    st.subheader(text("node_sources", lang))
    st.html(found.sources)
    st.download_button(
        text("dependencies_save_numbers", lang), found.csv, f"randzon-{node}-numbers.csv", "text/csv",
        key="dependencies_save_numbers", on_click="ignore",
    )  # fmt: skip


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_dependencies", lang))
    st.text(text("dependencies_lead", lang))
    has_moved = st.session_state.pop("dependencies_moved", False)
    undrawn = None if has_moved else _from_address(lang)
    if undrawn is not None:
        found = _tables(system().content_hash, undrawn, lang, mask())
        st.info(text("dependencies_without", lang, name=found.name, kind=found.kind))
    node = _middle(lang)
    if has_moved:  # the address leads to what is shown
        st.query_params["node"] = st.session_state["dependencies_asked"] = node
    _picture(_wanted(node, lang), lang)
    _card(node if undrawn is None else undrawn, lang)
