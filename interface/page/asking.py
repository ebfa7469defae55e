"""Choices that outlive a change of language.

Streamlit keeps a choice as the words that were shown: in another language they are no option any more, and the choice
would fall back to the first. Here the choice is kept as an id beside the widget, which has a key for each language.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import streamlit as st

from interface.page.service.number_list import told_apart
from interface.texts import Language, text

__all__ = ["ask_one", "ask_several", "ask_way"]


def _known(key: str, first: Any) -> Any:
    return st.session_state.get(f"chosen_{key}", first)


def _keep(key: str, found: Any) -> None:
    st.session_state[f"chosen_{key}"] = found


def ask_one(
    label: str, names: Mapping[str, str], key: str, lang: Language, *, first: str | None = None,
    empty: str | None = None, place: Any = st, taken: Callable[[str], None] | None = None,
) -> str | None:  # fmt: skip
    """Ask for one of several in a select box.

    Parameters
    ----------
    label
        Words beside it.
    names
        Id to name.
    key
        Of the choice.
    lang
        Of the words.
    first
        What is chosen at first; None: nothing.
    empty
        Words of "none of them", where that may be chosen.
    place
        Where it stands.
    taken
        Called with an id when somebody chooses it.

    Returns
    -------
    str or None
        The id; None where nothing is chosen.
    """
    names = told_apart(names)
    options = list(names) if empty is None else ["", *names]
    before = _known(key, first)
    index = options.index(before) if before in options else None if empty is None else 0
    widget = f"{key}_{lang}"

    def shown(choice: str) -> str:
        return names[choice] if choice else str(empty)

    def changed() -> None:
        found = st.session_state.get(widget)
        if taken is not None and found:
            taken(str(found))

    found = place.selectbox(
        label, options, index, key=widget, format_func=shown,
        placeholder=text("page_choose", lang), on_change=changed,
    )  # fmt: skip
    _keep(key, found)
    return found or None


def ask_way(label: str, names: Mapping[str, str], key: str, lang: Language, *, first: str | None = None) -> str:
    """Ask for one of a few, all seen at once; parameters as `ask_one`."""
    options = list(names)
    before = _known(key, first)
    index = options.index(before) if before in options else 0
    found = st.radio(label, options, index, horizontal=True, key=f"{key}_{lang}", format_func=lambda i: names[i])
    _keep(key, found)
    return str(found)


def ask_several(
    label: str, names: Mapping[str, str], key: str, lang: Language, *, first: Iterable[str] = (),
    nothing: str | None = None,
) -> tuple[str, ...]:  # fmt: skip
    """Ask for several.

    Parameters
    ----------
    label, names, key, lang
        As for `ask_one`.
    first
        What is chosen at first.
    nothing
        Words that stand where nothing is chosen.

    Returns
    -------
    tuple
        Ids in the order of `names`.
    """
    names = told_apart(names)
    before = [i for i in _known(key, list(first)) if i in names]
    found = st.multiselect(
        label, list(names), before, key=f"{key}_{lang}", format_func=lambda i: names[i],
        placeholder=nothing or text("page_choose", lang),
    )  # fmt: skip
    _keep(key, list(found))
    return tuple(i for i in names if i in found)
