"""The part of the page Källor that lists every number of the dataset: search, table, file, counts by grade."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from interface.drawings.grades import grades_picture
from interface.page.service.markup import table_markup
from interface.page.service.number_list import EVERY_GRADE, NumberList, Wanted, grade_counts
from interface.page.service.number_words import grade_word
from interface.page.service.pictures import Drawn, drawn
from interface.page.shared import chosen, language, mask, show_picture, system
from interface.page.sources_shared import asked, number_list, pages
from interface.texts import Language, text

__all__ = ["show_numbers"]


@st.cache_data(show_spinner=False, max_entries=40)
def _picture(content_hash: str, wanted: Wanted, lang: Language) -> Drawn:
    assert system().content_hash == content_hash
    found = number_list(lang)
    counts = {found.types[t]: n for t, n in grade_counts(found.chosen(wanted)).items()}
    return drawn(grades_picture(system(), counts, lang))


def _choice(label: str, names: Mapping[str, str], lang: Language, first: str = "") -> str:
    """One of several by name, or all."""
    options = ["", *names]
    found = st.selectbox(
        text(label, lang), options, options.index(first) if first in names else 0, key=f"{label}_{first}",
        format_func=lambda i: names[i] if i else text("sources_all", lang),
    )  # fmt: skip
    return chosen(found) or ""


def _wanted(numbers: NumberList, lang: Language) -> Wanted:
    target = asked()
    words = st.text_input(text("sources_words", lang), key="sources_words", help=text("sources_words_help", lang))
    left, middle, right = st.columns(3)
    with left:
        kind = _choice("sources_of_type", numbers.types, lang)
    with middle:
        grade = _choice("sources_of_grade", {g: grade_word(g, lang) for g in EVERY_GRADE}, lang)
    with right:
        node = _choice("sources_of_node", numbers.nodes, lang, target)
    source = _choice("sources_of_source", numbers.sources, lang, target)
    if target and target not in numbers.nodes and target not in numbers.sources:
        if any(n.id == target for n in numbers.numbers):  # one number by its own id
            st.info(text("sources_one_number", lang, id=target))
            return Wanted(words, kind, grade, target, source)
        st.warning(text("sources_not_known", lang, id=target))
    return Wanted(words, kind, grade, node, source)


def show_numbers(lang: Language) -> None:
    """Show the numbers that are asked for, page by page."""
    assert lang == language()
    numbers, hidden = number_list(lang), mask() or None
    wanted = _wanted(numbers, lang)
    found = numbers.chosen(wanted)
    if not found:
        st.info(text("sources_none", lang))
        return
    first, size = pages("numbers", len(found), wanted, lang)
    st.html(table_markup(numbers.table(found, first, size, hidden)))
    st.caption(text("sources_language", lang))
    st.download_button(
        text("sources_save_numbers", lang, count=numbers.count(len(found))), lambda: numbers.csv(found, hidden),
        "randzon-tal.csv" if lang == "sv" else "randzon-numbers.csv", "text/csv", key="numbers_csv", on_click="ignore",
    )  # fmt: skip
    st.subheader(text("sources_grades_title", lang))
    show_picture("randzon-grades", lambda: _picture(system().content_hash, wanted, lang))
