"""What the pages share: dataset and registers once for all sessions, the language of a session, pictures."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import streamlit as st

from graph_schema import CareSystem
from impact.questions.card_parts import Registers
from interface import options as opt
from interface.page.service.markup import styles
from interface.page.service.outcome import Outcomes
from interface.page.service.pictures import Drawn
from interface.registers import registers_of
from interface.texts import Language, text

__all__ = ["ask_language", "chosen", "language", "outcomes", "registers", "show_picture", "system"]

LANGUAGES = {"sv": "Svenska", "en": "English"}


def _dataset() -> Path | None:
    """The second word after the script's name; `randzon serve` puts it there."""
    return Path(sys.argv[2]) if len(sys.argv) > 2 else None


@st.cache_resource(show_spinner=False)
def system() -> CareSystem:
    """Return the dataset that is served; nobody changes it."""
    return opt.read_system(_dataset())


@st.cache_resource(show_spinner=False)
def registers() -> Registers:
    """Return the registers of evidence of the dataset."""
    return registers_of(_dataset())


@st.cache_resource(show_spinner=False)
def outcomes() -> Outcomes:
    """Return the answers that are kept for all sessions."""
    return Outcomes()


def language() -> Language:
    """Return the language of this session; at first the one that the page was served with."""
    first = sys.argv[1] if len(sys.argv) > 1 else "sv"
    return "en" if st.session_state.setdefault("language", first) == "en" else "sv"


def ask_language() -> None:
    """Let the reader choose the language, and tell the browser which it is."""
    st.sidebar.radio("Språk / Language", list(LANGUAGES), key="language", format_func=lambda code: LANGUAGES[code])
    script = f"<script>document.documentElement.lang = '{language()}';</script>"
    st.html(styles() + script, unsafe_allow_javascript=True)


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
    st.html(found.image)
    with st.expander(text("page_table", lang)):
        st.html(found.table)
    left, right, _ = st.columns([1, 1, 3])
    for place, label, content, ending in ((left, "page_save_svg", found.svg, "svg"),
                                          (right, "page_save_csv", found.csv, "csv")):  # fmt: skip
        place.download_button(text(label, lang), content, f"{name}.{ending}", key=f"{name}_{ending}", on_click="ignore")


def chosen(value: object) -> str | None:
    """Return what a select box gives, as an id or None."""
    return value if isinstance(value, str) and value else None
