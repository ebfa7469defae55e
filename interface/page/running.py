"""Long work on a page: a key and a function to its result, with progress and Stop; and a command's answer, shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from graph_schema import RandzonError
from interface.page.service.answered import Answered
from interface.page.service.job import Job
from interface.page.service.kept import Kept
from interface.page.shared import answers
from interface.texts import Language, text

__all__ = ["computed", "save_answered", "show_answered"]

T = TypeVar("T")
Progress = Callable[[int, int], None]
POLL = 0.2  # seconds between two looks at a run; each is a chance for Stop


def computed(key: str, work: Callable[[Progress], T], lang: Language, kept: Kept[T] | None = None) -> T | None:
    """Return what is kept under a key; else compute it in a thread of its own, with progress and Stop.

    Stop, or any other choice on the page, ends the work at its next step; other sessions go on meanwhile.

    Parameters
    ----------
    key
        Hash of all that the result depends on.
    work
        Gets a function of (steps done, steps in all), which it calls after each step.
    lang
        Of the words.
    kept
        Where results are kept for all sessions; that of the answers if None.

    Returns
    -------
    T or None
        None where it failed; then the error stands on the page.
    """
    store: Kept[T] = answers() if kept is None else kept
    found = store.get(key)
    if found is not None:
        return found
    place = st.empty()
    with place.container():
        bar = st.progress(0.0, text("page_preparing", lang))
        st.button(text("page_stop", lang), key=f"stop_{key[:10]}")
    job = Job(work)
    try:
        while not job.wait(POLL):
            done, total = job.steps
            told = text("page_running", lang, done=done, total=total) if total else text("page_preparing", lang)
            bar.progress(min(done / max(total, 1), 1.0), told)  # here Streamlit ends the script where it was wished
        found = job.result()
    except RandzonError as error:
        st.error(str(error))
        return None
    finally:
        job.stop()
        place.empty()
    store.keep(key, found)
    return found


def show_answered(found: Answered, lang: Language) -> None:
    """Show what a command prints of an answer, and offer it as files.

    Parameters
    ----------
    found
        The answer.
    lang
        Of the words.
    """
    st.html(found.markup(lang))
    save_answered(found, lang)


def save_answered(found: Answered, lang: Language) -> None:
    """Offer an answer as files.

    Parameters
    ----------
    found, lang
        As for `show_answered`.
    """
    place, name = st.container(horizontal=True), found.file_name
    place.download_button(
        text("page_save_json", lang), found.json_file, f"{name}.json", "application/json", key=f"{name}_json",
        on_click="ignore",
    )  # fmt: skip
    place.download_button(
        text("page_save_csv", lang), found.csv_file(lang), f"{name}.csv", "text/csv", key=f"{name}_csv",
        on_click="ignore",
    )  # fmt: skip
    st.caption(text("page_save_help", lang))
