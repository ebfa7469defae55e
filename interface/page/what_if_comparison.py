"""Scenarios side by side on the page Tänk om: keep up to four answers, compare them, save and reopen."""

from __future__ import annotations

import streamlit as st

from interface.drawings.comparison import letters
from interface.page.asking import ask_one
from interface.page.kept_picture import show_kept_picture
from interface.page.running import computed
from interface.page.service.answered import Answered
from interface.page.service.comparison import (
    MOST,
    compared,
    comparison_key,
    comparison_table,
    differing_inputs,
    drawn_comparison,
    labels_of,
)
from interface.page.service.effects_table import SCALES
from interface.page.service.markup import table_markup
from interface.page.service.outcome import Outcome
from interface.texts import Language, text

__all__ = ["ask_keep", "show_comparison", "take_comparison"]


def _kept() -> dict[str, Outcome]:
    """The answers that this session keeps, in the order in which they were kept."""
    return st.session_state.setdefault("kept", {})


def take_comparison(found: Answered) -> None:
    """Show a comparison that was opened from a file."""
    st.session_state["comparison"] = found


def _keep(outcome: Outcome, key: str) -> None:
    """Keep or drop an answer, as its box says; saying it twice changes nothing."""
    if not st.session_state.get(key):
        _drop(outcome)
    elif len(_kept()) < MOST:
        _kept()[outcome.identity] = outcome


def _drop(outcome: Outcome) -> None:
    _kept().pop(outcome.identity, None)


def ask_keep(outcome: Outcome, lang: Language) -> None:
    """Offer to keep an answer for comparison.

    Parameters
    ----------
    outcome
        The answer that is shown.
    lang
        Of the words.
    """
    kept = _kept()
    is_kept, is_full = outcome.identity in kept, len(kept) >= MOST
    key = f"keep_{outcome.identity[:10]}"
    st.session_state[key] = is_kept
    note = None if outcome.system is not None else text("what_if_keep_whole", lang)
    if is_full and not is_kept:
        note = text("what_if_keep_full", lang)
    st.checkbox(
        text("what_if_keep", lang), key=key, on_change=_keep, args=(outcome, key), disabled=note is not None, help=note
    )


def _list(outcomes: list[Outcome], lang: Language) -> None:
    labels = labels_of(outcomes, lang)
    short = letters(labels)
    for outcome, label in zip(outcomes, labels, strict=True):
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.text(f"{short[label]}: {label}")
        right.button(
            text("what_if_drop", lang, letter=short[label]),
            on_click=_drop,
            args=(outcome,),
            key=f"drop_{outcome.identity[:10]}",
        )


def _ordered(outcomes: list[Outcome], lang: Language) -> list[Outcome]:
    """The answers with the one first that the others are compared with."""
    if len(outcomes) < 2:
        return outcomes
    titles = {o.identity: label for o, label in zip(outcomes, labels_of(outcomes, lang), strict=True)}
    first = ask_one(text("what_if_first", lang), titles, "compare_first", lang, first=outcomes[0].identity)
    return sorted(outcomes, key=lambda o: o.identity != first)


def _ask(outcomes: list[Outcome], lang: Language) -> None:
    last = min(int(o.manifest["years"]) for o in outcomes)
    since = text("page_year", lang, as_of=outcomes[0].manifest["dataset"]["as_of"])
    year = int(st.selectbox(since, range(last + 1), last, key=f"compare_year_{last}"))
    if st.button(text("what_if_compare_run", lang), type="primary", key="compare_run"):
        key = comparison_key(outcomes, lang, year)
        found = computed(key, lambda progress: compared(outcomes, lang, year, progress), lang)
        if found is not None:
            st.session_state["comparison"] = found


def _shown(found: Answered, lang: Language) -> None:
    document = found.document
    labels = document["labels"]
    as_of = int(str(document["manifests"][0]["dataset"]["as_of"])[:4])
    named = [f"{letter}: {label}" for label, letter in letters(labels).items()]
    others = ", ".join(list(letters(labels).values())[1:])
    st.subheader(text("draw_compare_title", lang, others=others, year=as_of + int(document["year"])))
    st.text("\n".join(named))
    for sentence in differing_inputs(document, lang):
        st.warning(sentence)
    show_all = st.checkbox(text("page_show_all", lang), key="compare_all")
    tables = {s: comparison_table(document, lang, s, show_all=show_all) for s in SCALES}
    for scale, table in tables.items():
        if table is not None:
            place = st.expander(table.caption) if scale == "region" else st.container()
            place.html(table_markup(table))
    if any(tables.values()):
        st.caption(text("what_if_compare_note", lang))
        show_kept_picture(
            "randzon-compare", lambda: drawn_comparison(document, lang, show_all=show_all),
            text("draw_compare_nothing", lang), comparison=found.file_name, lang=lang, all=show_all,
        )  # fmt: skip
    else:
        st.info(text("draw_compare_nothing", lang))
    with st.expander(text("what_if_compare_text", lang)):
        st.html(found.markup(lang))
    place = st.container(horizontal=True)
    name = found.file_name
    place.download_button(text("page_save_json", lang), found.json_file, f"{name}.json", "application/json",
                         key="save_comparison", on_click="ignore")  # fmt: skip
    place.download_button(text("page_save_csv", lang), found.csv_file(lang), f"{name}.csv", "text/csv",
                          key="save_comparison_csv", on_click="ignore")  # fmt: skip


def show_comparison(lang: Language) -> None:
    """Show what is kept for comparison, and the comparison that was made or opened last.

    Parameters
    ----------
    lang
        Of the words.
    """
    outcomes = list(_kept().values())
    found: Answered | None = st.session_state.get("comparison")
    if not outcomes and found is None:
        return
    st.header(text("what_if_comparison", lang))
    st.text(text("what_if_comparison_lead", lang))
    outcomes = _ordered(outcomes, lang)
    _list(outcomes, lang)
    if len(outcomes) >= 2:
        _ask(outcomes, lang)
    elif outcomes:
        st.caption(text("what_if_compare_one", lang))
    found = st.session_state.get("comparison")
    if found is not None:
        _shown(found, lang)
