"""What the parts of the page Källor share: the list of numbers, what the address asks for, long tables, runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from interface.page.running import computed
from interface.page.service.kept import Kept
from interface.page.service.number_list import NumberList
from interface.page.shared import answers, registers, system
from interface.texts import Language, text

__all__ = ["asked", "number_list", "on_demand", "pages"]

SIZES = (25, 50, 100)
T = TypeVar("T")
Progress = Callable[[int, int], None]


@st.cache_resource(show_spinner=False, max_entries=4)
def _number_list(content_hash: str, lang: Language) -> NumberList:
    """The list of the dataset; its hash is what it is kept under."""
    assert system().content_hash == content_hash
    return NumberList(system(), registers(), lang)


def number_list(lang: Language) -> NumberList:
    """Return every number of the dataset that is served, made once for all sessions."""
    return _number_list(system().content_hash, lang)


def asked() -> str:
    """Return what the address asks for: id of a node, a number, a source or an assumption; empty where nothing."""
    return str(st.query_params.get("node", ""))


def pages(key: str, count: int, changed: object, lang: Language) -> tuple[int, int]:
    """Ask which rows of a long table are shown: return the first, from 0, and how many.

    Parameters
    ----------
    key
        Of the widgets.
    count
        Of all rows.
    changed
        What the rows depend on: where it is another than before, the first rows are shown.
    lang
        Of the words.
    """
    at, before = f"{key}_first", f"{key}_of"
    size = int(st.session_state.get(f"{key}_size", SIZES[0]))
    if st.session_state.get(before) != (changed, size):
        st.session_state[at], st.session_state[before] = 0, (changed, size)
    first = int(st.session_state[at])

    def move(to: int) -> None:
        st.session_state[at] = to

    back, forward, sizes, _ = st.columns([1, 1, 1, 2], vertical_alignment="bottom")
    back.button(
        text("sources_back", lang), key=f"{key}_back", disabled=first == 0, on_click=move, args=(max(first - size, 0),)
    )
    forward.button(
        text("sources_forward", lang), key=f"{key}_forward", disabled=first + size >= count, on_click=move,
        args=(first + size,),
    )  # fmt: skip
    sizes.selectbox(text("sources_size", lang), SIZES, key=f"{key}_size")
    return first, size


def on_demand(
    name: str, label: str, key: str, work: Callable[[Progress], T], lang: Language, *, is_ready: bool = True
) -> T | None:
    """Show a button that runs something; return what it found, as long as nothing else is asked for.

    Parameters
    ----------
    name
        Of the widgets and of what the session shows.
    label
        Key of the button's text.
    key, work
        As for `computed`.
    lang
        Of the words.
    is_ready
        Whether it can be run.
    """
    store: Kept[T] = answers()
    shown = f"{name}_shown"
    if st.button(text(label, lang), type="primary", key=f"{name}_run", disabled=not is_ready):
        st.session_state.pop(shown, None)
        if computed(key, work, lang, store) is not None:
            st.session_state[shown] = key
    return store.get(key) if st.session_state.get(shown) == key else None
