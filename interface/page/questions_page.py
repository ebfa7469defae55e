"""The page Frågor: what is not known that matters, whom to ask, and the letters to them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import streamlit as st

from graph_schema import RandzonError, canonical_hash
from interface.node_names import names_in
from interface.page.links import link_to
from interface.page.service.letters import Letter, archive, docx_bytes, html_letter, letter_text
from interface.page.service.markup import table_markup
from interface.page.service.number_words import NumberWords
from interface.page.service.open_questions import ADDRESSEES, LEVELS, OpenQuestion
from interface.page.service.question import areas_by_name
from interface.page.service.question_list import (
    Sending,
    Wanted,
    choices,
    default_recipients,
    gathered,
    letters,
    numbers_table,
    question_facts,
)
from interface.page.service.reasons import reasons
from interface.page.service.tracking import tracking_csv, tracking_excel
from interface.page.shared import language, mask, node_asked, registers, system
from interface.page.unknowns_part import ask_unknowns
from interface.texts import Language, text

__all__ = ["show"]

DAYS_TO_REPLY = 30
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIGNS = re.compile(r"([\\`*_{}\[\]$~#<>|:])")  # that a label would read as layout


@st.cache_resource(show_spinner=False)
def _words(content_hash: str, lang: Language) -> NumberWords:
    assert system().content_hash == content_hash
    return NumberWords(system(), registers(), lang)


def _wanted(lang: Language) -> Wanted:
    areas = areas_by_name(system(), lang)
    asked = node_asked()
    st.session_state.setdefault("question_areas", [asked] if asked in areas else [])
    chosen = st.multiselect(
        text("questions_areas", lang), list(areas), key="question_areas", format_func=lambda a: areas[a],
        placeholder=text("page_choose", lang),
    )  # fmt: skip
    general = st.checkbox(text("questions_general", lang), key="question_general")
    gaps = st.checkbox(text("questions_gaps", lang), key="question_gaps")
    least = st.selectbox(
        text("questions_least", lang), LEVELS, len(LEVELS) - 1, key="question_least",
        format_func=lambda level: text(f"questions_level_{level}", lang),
    )  # fmt: skip
    return Wanted(tuple(chosen), general, gaps, str(least))


def _question(question: OpenQuestion, kept: dict[str, str], lang: Language) -> None:
    """A question to tick; a ticked one is shown whole, and its words can be changed."""
    mark = canonical_hash([question.id, question.words])[:12]
    label = SIGNS.sub(r"\\\1", question.words)
    ticked = st.checkbox(label, question.id in kept, key=f"tick_{mark}")
    st.caption(question_facts(question, lang))
    if not ticked:
        kept.pop(question.id, None)
        return
    kept[question.id] = st.text_area(
        text("questions_words", lang), kept.get(question.id, question.words), key=f"words_{mark}"
    )
    st.text(text("letter_why", lang, why=" ".join(reasons(question, system(), lang))))
    table = numbers_table(question, _words(system().content_hash, lang), mask())
    if table is not None:
        st.html(table_markup(table))
    if question.importance:  # of the register
        link_to("sources", text("meeting_to_sources", lang), question.id)


def _list(found: dict[str, list[OpenQuestion]], lang: Language) -> list[tuple[OpenQuestion, str]]:
    kept: dict[str, str] = st.session_state.setdefault("asked_questions", {})
    for addressee, questions in found.items():
        st.subheader(text(f"questions_to_{addressee}", lang, count=len(questions)))
        for question in questions:
            _question(question, kept, lang)
    return [(q, kept[q.id]) for questions in found.values() for q in questions if q.id in kept]


def _recipients(chosen: list[tuple[OpenQuestion, str]], wanted: Wanted, lang: Language) -> dict[str, list[str]]:
    """Ask whom to send to: hospitals and regions by name, others in words."""
    named = choices(system(), [q for q, _ in chosen], wanted.areas, _words(system().content_hash, lang))
    found: dict[str, list[str]] = {}
    for addressee in ADDRESSEES:
        if not any(q.addressee == addressee for q, _ in chosen):
            continue
        label = text(f"questions_recipient_{addressee}", lang)
        if addressee in named:
            names = named[addressee]
            found[addressee] = st.multiselect(
                label, list(names), default_recipients(system(), names), format_func=lambda n: names[n],  # noqa: B023
                key=f"recipients_{addressee}_{canonical_hash(list(names))[:8]}", placeholder=text("page_choose", lang),
            )  # fmt: skip
        else:
            first = text(f"questions_default_{addressee}", lang)
            found[addressee] = [st.text_input(label, first, key=f"recipient_{addressee}")]
    return found


def _sending(chosen: list[tuple[OpenQuestion, str]], wanted: Wanted, lang: Language) -> Sending:
    left, right = st.columns(2)
    sender = left.text_input(text("questions_sender", lang), text("questions_sender_first", lang), key="sender")
    contact = right.text_input(text("questions_contact", lang), key="contact")
    today = date.today()  # a letter has the day on which it is written  # noqa: DTZ011
    reply = st.date_input(
        text("questions_reply_by", lang), today + timedelta(days=DAYS_TO_REPLY), format="YYYY-MM-DD", key="reply_by"
    )
    return Sending(sender, contact, _recipients(chosen, wanted, lang), today, reply)


def _save(label: str, work: Any, name: str, kind: str, key: str) -> None:
    """Offer a file that is made when it is asked for; one that cannot be made says why."""
    try:
        st.download_button(label, work(), name, kind, key=key, on_click="ignore")
    except RandzonError as error:
        st.info(str(error))


def _files(found: list[Letter], letter: Letter, lang: Language) -> None:
    name = letter.file_name
    with st.container(horizontal=True):
        _save(text("questions_save_docx", lang), lambda: docx_bytes(letter), f"{name}.docx", WORD, "save_docx")
        _save(text("questions_save_html", lang), lambda: html_letter(letter), f"{name}.html", "text/html", "save_html")
        _save(text("questions_save_text", lang), lambda: letter_text(letter), f"{name}.txt", "text/plain", "save_text")
    with st.container(horizontal=True):
        zipped = "application/zip"
        _save(text("questions_save_all", lang, count=len(found)), lambda: archive(found, "docx"), "fragor.zip", zipped,
              "save_all")  # fmt: skip
        _save(text("questions_save_csv", lang), lambda: tracking_csv(found), "fragor-uppfoljning.csv", "text/csv",
              "save_tracking_csv")  # fmt: skip
        _save(text("questions_save_excel", lang), lambda: tracking_excel(found, lang), "fragor-uppfoljning.xlsx", EXCEL,
              "save_tracking_excel")  # fmt: skip


def _letters(chosen: list[tuple[OpenQuestion, str]], wanted: Wanted, lang: Language) -> None:
    st.header(text("questions_letters", lang))
    if not chosen:
        st.info(text("questions_tick", lang))
        return
    sending = _sending(chosen, wanted, lang)
    found = letters(system(), chosen, wanted, sending, _words(system().content_hash, lang), mask())
    if not found:
        st.info(text("questions_no_recipient", lang))
        return
    labels = [f"{letter.recipient} ({len(letter.questions)})" for letter in found]
    place = st.selectbox(
        text("questions_preview", lang, count=len(found)), list(range(len(found))), key=f"preview_{len(found)}",
        format_func=labels.__getitem__,
    )  # fmt: skip
    letter = found[place]
    _files(found, letter, lang)
    st.html(html_letter(letter, whole=False))


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_questions", lang))
    st.text(text("questions_lead", lang))
    wanted = _wanted(lang)
    told = ask_unknowns(wanted.areas, names_in(system(), lang))
    st.header(text("questions_list", lang))
    if not wanted.areas and not wanted.general and told is None:
        st.info(text("questions_choose_area", lang))
        return
    found = gathered(system(), registers(), wanted, lang, told)
    chosen = _list(found, lang)
    _letters(chosen, wanted, lang)
