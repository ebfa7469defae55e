"""What the pages share: dataset and registers once for all sessions, the language of a session, pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

from graph_schema import CareSystem, canonical_hash
from impact.questions.card_parts import Registers
from interface import options as opt
from interface.page.links import show_markup
from interface.page.served_with import served_with
from interface.page.service.kept import Kept
from interface.page.service.markup import styles
from interface.page.service.outcome import Outcome
from interface.page.service.pictures import Drawn
from interface.registers import registers_of
from interface.texts import Language, text

__all__ = [
    "answers",
    "ask_language",
    "ask_mask",
    "chosen",
    "language",
    "mask",
    "node_asked",
    "outcomes",
    "registers",
    "show_picture",
    "system",
]

KEPT_RUNS, KEPT_ANSWERS = 8, 64
KEPT_BYTES = 2 * 2**30  # of the files of kept runs together
LANGUAGES = {"sv": "Svenska", "en": "English"}


def _dataset() -> Path | None:
    return served_with().dataset


@st.cache_resource(show_spinner=False)
def system() -> CareSystem:
    """Return the dataset that is served; nobody changes it."""
    return opt.read_system(_dataset())


@st.cache_resource(show_spinner=False)
def registers() -> Registers:
    """Return the registers of evidence of the dataset."""
    return registers_of(_dataset())


@st.cache_resource(show_spinner=False)
def outcomes() -> Kept[Outcome]:
    """Return the runs that are kept for all sessions; they are large."""
    return Kept(KEPT_RUNS, lambda run: run.size, KEPT_BYTES)


@st.cache_resource(show_spinner=False)
def answers() -> Kept[Any]:
    """Return the answers of the other questions that are kept for all sessions."""
    return Kept(KEPT_ANSWERS)


def language() -> Language:
    """Return the language of this session; at first the one that the page was served with."""
    return "en" if st.session_state.setdefault("language", served_with().lang) == "en" else "sv"


def _keep_choices() -> None:
    """Let choices outlive a change of language: Streamlit knows them by the words shown, which now are others."""
    for key, value in list(st.session_state.items()):
        if isinstance(value, str | list) and value:
            st.session_state[key] = value


def ask_language() -> None:
    """Let the reader choose the language, and tell the browser which it is."""
    st.sidebar.radio(
        "Språk / Language", list(LANGUAGES), key="language", format_func=lambda code: LANGUAGES[code],
        on_change=_keep_choices,
    )  # fmt: skip
    script = f"<script>document.documentElement.lang = '{language()}';</script>"
    st.html(styles() + script, unsafe_allow_javascript=True)


def mask() -> int:
    """Return below which number this session hides reported patient counts; 0 hides none."""
    least = served_with().mask
    return max(int(st.session_state.setdefault("mask", least)), least)  # whatever a browser may send


def ask_mask() -> None:
    """Let the reader choose which patient counts are hidden; never fewer than the page was served with."""
    lang = language()
    mask()
    st.sidebar.number_input(
        text("page_mask", lang), served_with().mask, None, key="mask", help=text("page_mask_help", lang)
    )  # fmt: skip


def node_asked() -> str | None:
    """Return the node of the dataset that the address names, or None."""
    found = st.query_params.get("node")
    return found if found is not None and found in system().nodes else None


def show_picture(name: str, draw: Callable[[], Drawn]) -> None:
    """Show a picture, its table on demand, and both as files.

    Parameters
    ----------
    name
        Of the files and the widgets.
    draw
        Returns the picture.
    """
    lang = language()
    found = draw()
    if found.linked:
        show_markup(f"{name} {canonical_hash(found.linked)[:16]}", found.linked)
    else:
        st.html(found.image)
    with st.expander(text("page_table", lang)):
        st.html(found.table)
    place = st.container(horizontal=True)
    for label, content, ending in (("page_save_svg", found.svg, "svg"), ("page_save_csv", found.csv, "csv")):
        place.download_button(text(label, lang), content, f"{name}.{ending}", key=f"{name}_{ending}", on_click="ignore")


def chosen(value: object) -> str | None:
    """Return what a select box gives, as an id or None."""
    return value if isinstance(value, str) and value else None
