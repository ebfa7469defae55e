"""The part of the page Källor in which a reader changes numbers in a copy: choose, type, gather, save, open again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from graph_schema import RandzonError
from impact.questions.stated_numbers import source_of
from interface.page.running import show_answered
from interface.page.service.markup import table_markup
from interface.page.service.number_list import Wanted, told_apart
from interface.page.service.reader_copy import (
    Typed,
    copy_of,
    diff_of,
    edits_table,
    flaw_words,
    stands_typed,
    target_words,
    typed_edit,
    zip_of,
)
from interface.page.shared import chosen, mask, registers, system
from interface.page.sources_effects import show_effects
from interface.page.sources_shared import asked, number_list
from interface.texts import Language, text
from loaders.edit_files import edits_file, read_edits
from loaders.edit_rules import Flaw, flaws_of
from loaders.edits import Edit, resting_on

__all__ = ["show_copy"]

MOST_FOUND = 200  # numbers among which one is chosen
EDITS, COPY = "edits", "copy"  # what the session keeps; the copy is there as long as there are edits and all are right
PARTS = {"value": "value", "low": "sources_low", "high": "sources_high"}


def _edits() -> tuple[Edit, ...]:
    return tuple(st.session_state.get(EDITS, ()))


def _keep(edits: tuple[Edit, ...]) -> None:
    st.session_state[EDITS] = edits


def _told(flaws: tuple[Flaw, ...], show: Callable[[str], object], lead: str, lang: Language) -> None:
    words = number_list(lang).words
    show("\n".join([text(lead, lang), "", *(f"- {flaw_words(f, words)}" for f in flaws)]))


def _number(lang: Language) -> str | None:
    """Ask for a number of the dataset."""
    numbers = number_list(lang)
    target = asked()
    left, right = st.columns([2, 1])
    words = left.text_input(text("sources_words", lang), key="copy_words", help=text("sources_words_help", lang))
    of_type = right.selectbox(
        text("sources_of_type", lang), ["", *numbers.types], key="copy_type",
        format_func=lambda t: numbers.types[t] if t else text("sources_all", lang),
    )  # fmt: skip
    about = target if target in numbers.nodes or target in system().quantities else ""
    wanted = Wanted(words, chosen(of_type) or "", node=about)
    care = system()
    found = [n for n in numbers.chosen(wanted) if n.id in care.quantities or n.type == "floors"]
    if not found:
        st.info(text("sources_none", lang))
        return None
    if len(found) > MOST_FOUND:
        st.caption(text("sources_narrow", lang, count=numbers.count(len(found)), shown=MOST_FOUND))
    labels = told_apart({n.id: numbers.words.label(n) for n in found[:MOST_FOUND]})
    return chosen(
        st.selectbox(
            text("sources_choose_number", lang), list(labels), 0 if len(labels) == 1 else None, key="copy_number",
            format_func=lambda i: labels[i], placeholder=text("page_choose", lang),
        )
    )  # fmt: skip


def _assumption(lang: Language) -> str | None:
    """Ask for an assumption on which numbers rest."""
    numbers = number_list(lang)
    register = {r.key[0] for r in system().rows["assumptions"]}
    names = {i: told for i, told in numbers.sources.items() if i in register}
    first = list(names).index(asked()) if asked() in names else None
    found = chosen(
        st.selectbox(
            text("assumption", lang), list(names), first, key="copy_assumption", format_func=lambda i: names[i],
            placeholder=text("page_choose", lang),
        )
    )  # fmt: skip
    if found is not None:
        count = len(resting_on(system(), found))
        st.text(text("sources_rest_on_it", lang, count=numbers.count(count)))
    return found


def _typed(target: str, *, with_factor: bool, lang: Language) -> Typed | None:
    """Ask for the new number and the reason; None until the reader adds it."""
    with st.form(f"edit_{target}", enter_to_submit=False):
        numbers: dict[str, str] = {}
        if with_factor:
            numbers["factor"] = st.text_input(text("sources_factor", lang), "1", key=f"factor_{target}")
        else:
            stands = stands_typed(source_of(system(), target)[0], lang, mask() or None)
            for place, (part, label) in zip(st.columns(3), PARTS.items(), strict=True):
                numbers[part] = place.text_input(text(label, lang), stands[part], key=f"{part}_{target}")
            st.caption(text("sources_range_help", lang))
        reason = st.text_area(text("sources_why", lang), key=f"why_{target}", height=80)
        is_added = st.form_submit_button(text("sources_add", lang), type="primary")
    day = datetime.now().astimezone().date().isoformat()
    return Typed(target, numbers, reason, day) if is_added else None


def _add(typed: Typed, lang: Language) -> None:
    edit = typed_edit(typed)
    flaws = flaws_of(system(), [edit], alone=True)
    if flaws:
        _told(flaws, st.error, "sources_not_added", lang)
        return
    _keep((*(e for e in _edits() if e.target != edit.target), edit))
    st.success(text("sources_added", lang))


def _change(lang: Language) -> None:
    """Choose a number, see what it rests on, and type another."""
    way = st.radio(
        text("sources_change_what", lang), ("sources_one", "sources_many"), horizontal=True,
        format_func=lambda w: text(w, lang), key="copy_way",
    )  # fmt: skip
    with_factor = way == "sources_many"
    target = _assumption(lang) if with_factor else _number(lang)
    if target is None:
        return
    if not with_factor:
        numbers = number_list(lang)
        number = source_of(system(), target)[0]
        st.html(table_markup(numbers.table([number], 0, 1, mask() or None)))
        if number.grade != "assumed":
            st.info(text("sources_is_fact", lang))
    typed = _typed(target, with_factor=with_factor, lang=lang)
    if typed is not None:
        _add(typed, lang)


def _open(lang: Language) -> None:
    file = st.file_uploader(text("sources_open_edits", lang), ["json"], key="edits_file")
    if file is None or st.session_state.get("edits_opened") == file.file_id:
        return
    st.session_state["edits_opened"] = file.file_id
    try:
        found = read_edits(file.getvalue(), file.name)
    except RandzonError as error:
        st.error(str(error))
        return
    flaws = flaws_of(system(), found.edits, alone=True)
    if flaws:
        _told(flaws, st.error, "sources_not_opened", lang)
        return
    if found.system_hash != system().content_hash:
        st.warning(text("sources_other_dataset", lang, of=found.system_hash[:10], here=system().content_hash[:10]))
    _keep(found.edits)
    st.success(text("sources_opened", lang, count=len(found.edits)))


def _undo(lang: Language) -> None:
    words = number_list(lang).words

    def without(target: str) -> None:
        _keep(tuple(e for e in _edits() if e.target != target))

    for edit in _edits():
        label = text("sources_undo", lang, what=target_words(edit.target, words))
        st.button(label, key=f"undo_{edit.target}", on_click=without, args=(edit.target,))
    st.button(text("sources_undo_all", lang), key="undo_all", on_click=_keep, args=((),))


def _card(lang: Language) -> None:
    """The edits of the copy, both hashes, what differs, and the files."""
    care, edits = system(), _edits()
    copy, flaws = copy_of(care, edits)
    st.session_state.pop(COPY, None)
    if not edits:
        st.info(text("sources_no_edits", lang))
        return
    st.html(table_markup(edits_table(care, edits, number_list(lang).words, mask() or None)))
    _undo(lang)
    if flaws:
        _told(flaws, st.warning, "sources_not_sound", lang)
    else:
        st.session_state[COPY] = copy
        st.text(text("sources_hashes", lang, dataset=care.content_hash, copy=copy.content_hash))
    name = f"randzon-{copy.content_hash[:10]}"
    left, right, _ = st.columns([1, 1, 2])
    left.download_button(text("sources_save_edits", lang), edits_file(care, edits), f"{name}-edits.json",
                         "application/json", key="save_edits", on_click="ignore")  # fmt: skip
    if flaws:
        return
    evidence = registers()
    if mask():  # the file holds every count of patients
        st.caption(text("sources_no_copy_file", lang))
    else:
        right.download_button(text("sources_save_copy", lang), lambda: zip_of(copy, evidence), f"{name}.zip",
                              "application/zip", key="save_copy", on_click="ignore")  # fmt: skip
        st.caption(text("sources_files_help", lang))
    if st.checkbox(text("sources_diff", lang), key="show_diff"):
        show_answered(diff_of(care, copy, lang, mask() or None), lang)


def show_copy(lang: Language) -> None:
    """Show the copy: change a number, its card, what it does to an answer."""
    st.text(text("sources_copy_lead", lang))
    st.subheader(text("sources_step_change", lang))
    _change(lang)
    st.subheader(text("sources_step_copy", lang))
    _open(lang)
    _card(lang)
    st.subheader(text("sources_step_effect", lang))
    show_effects(system(), st.session_state.get(COPY), lang)
