"""The part of the page Frågor that computes which questions could change the opinion on a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from graph_schema import RandzonError, SettingError
from impact.questions.floor_breaks import smaller_university_hospitals
from impact.questions.unknowns import ENOUGH, LEAST, THRESHOLDS, Asked
from interface.numbers import format_share, format_value
from interface.page.running import computed, show_answered
from interface.page.service.answered import Answered, answer_key, answered, opened_answer
from interface.page.service.question import Question, candidate_names
from interface.page.shared import answers, language, system
from interface.texts import Language, text
from interface.unknowns_command import KIND, unknowns_content

__all__ = ["ask_unknowns"]

DRAWS, MOST_DRAWS = 400, 10_000
COUNTED = ("new", "deeper", "all")
SHOWN = "unknowns_shown"  # in the session: key of the answer that is shown


def _places(area: str, lang: Language) -> tuple[int, tuple[str, ...] | None]:
    """Ask for a number of units, or for exact hospitals."""
    names = candidate_names(system(), area, lang)
    most = max(len(names), 1)
    left, right = st.columns(2)
    units = left.number_input(text("page_units", lang), 1, most, min(2, most), key=f"unknowns_units_{area}")
    found = right.multiselect(
        text("questions_units_given", lang), list(names), key=f"unknowns_given_{area}",
        format_func=lambda h: names[h], placeholder=text("page_unknown", lang),
    )  # fmt: skip
    return (len(found), tuple(h for h in names if h in found)) if found else (int(units), None)


def _watched(names: Mapping[str, str], lang: Language) -> tuple[str, ...]:
    university = [r.key[0] for r in system().rows["Hospital"] if r.text("kind") == "university"]
    university.sort(key=lambda h: -(system().node(h).number("latitude") or 0.0))
    found = st.multiselect(
        text("questions_watched", lang), university, list(smaller_university_hospitals(system())),
        key="unknowns_watched", format_func=lambda h: names[h], placeholder=text("page_choose", lang),
    )  # fmt: skip
    return tuple(h for h in university if h in found)


def _asked(areas: Sequence[str], names: Mapping[str, str], lang: Language) -> tuple[Question, Asked] | None:
    area = st.selectbox(text("area", lang), list(areas), key="unknowns_area", format_func=lambda a: names[a])
    units, hospitals = _places(str(area), lang)
    watched = _watched(names, lang)
    thresholds = st.multiselect(
        text("questions_thresholds", lang), list(THRESHOLDS), list(THRESHOLDS), key="unknowns_thresholds",
        format_func=lambda t: format_share(t, lang), placeholder=text("page_choose", lang),
    )  # fmt: skip
    counted = st.radio(
        text("questions_counted", lang), COUNTED, key="unknowns_counted",
        format_func=lambda c: text(f"questions_counted_{c}", lang),
    )  # fmt: skip
    draws, years, seed = st.columns(3)
    settings = (
        int(draws.number_input(text("page_draws", lang), LEAST, MOST_DRAWS, DRAWS, 100, key="unknowns_draws")),
        int(years.number_input(text("page_years", lang), 1, 30, 10, key="unknowns_years")),
        int(seed.number_input(text("page_seed", lang), 0, None, 1, key="unknowns_seed")),
    )
    st.caption(text("questions_draws_help", lang, enough=format_value(ENOUGH, 0, lang)))
    if not watched or not thresholds:
        st.info(text("questions_choose_both", lang))
        return None
    return Question(str(area), units, hospitals, *settings), Asked(watched, tuple(sorted(thresholds)), counted)


def _compute(question: Question, asked: Asked, lang: Language) -> None:
    care = system()
    scenario = question.scenario(care)
    key = answer_key(
        "unknowns", care, scenario=scenario.scenario_hash, hospitals=list(asked.hospitals),
        thresholds=list(asked.thresholds), counting=asked.counting, draws=question.draws, years=question.years,
        seed=question.seed,
    )  # fmt: skip
    titles = {"title_sv": scenario.title_sv, "title_en": scenario.title_en}

    def work(progress: Any) -> Answered:
        content = unknowns_content(care, scenario, asked, question.settings, "sv", progress=progress)
        return answered(KIND, content, care, all=False, **titles)

    if computed(key, work, lang) is not None:
        st.session_state[SHOWN] = key


def _open(lang: Language) -> None:
    file = st.file_uploader(text("questions_open_file", lang), ["json"], key="unknowns_file")
    if file is None or st.session_state.get("unknowns_opened") == file.file_id:
        return
    st.session_state["unknowns_opened"] = file.file_id
    try:
        found = opened_answer(file.name, file.getvalue(), {KIND.command: KIND})
        if found.document["manifest"]["system_hash"] != system().content_hash:
            raise SettingError(text("questions_other_dataset", lang, name=file.name))
    except RandzonError as error:
        st.error(str(error))
        return
    key = f"file {file.file_id}"
    answers().keep(key, found)
    st.session_state[SHOWN] = key


def ask_unknowns(areas: Sequence[str], names: Mapping[str, str]) -> tuple[Mapping[str, Any], float] | None:
    """Let the reader compute or open an answer of `unknowns`; return it with the threshold that is read.

    Parameters
    ----------
    areas
        Ids of the cases.
    names
        Of nodes.
    """
    lang = language()
    st.header(text("questions_verdict", lang))
    with st.expander(text("questions_compute", lang)):
        st.text(text("questions_compute_lead", lang))
        asked = _asked(areas, names, lang) if areas else None
        if not areas:
            st.info(text("questions_choose_area", lang))
        if st.button(text("page_run", lang), type="primary", disabled=asked is None, key="unknowns_run") and asked:
            _compute(*asked, lang)
        _open(lang)
    found: Answered | None = answers().get(st.session_state.get(SHOWN, ""))
    if found is None:
        return None
    content = found.document
    with st.expander(text("questions_answer", lang), expanded=True):
        draws, tried = content["manifest"]["draws"], content["verdicts"][0]["questions"]
        told = len({r["quantity"] for r in content["rows"]})
        st.text(text("questions_reliable", lang, draws=format_value(draws, 0, lang), tried=format_value(tried, 0, lang),
                     told=told, enough=format_value(ENOUGH, 0, lang)))  # fmt: skip
        show_answered(found, lang)
    thresholds = [float(v["objection_threshold"]) for v in content["verdicts"]]
    threshold = st.selectbox(
        text("questions_threshold", lang), thresholds, key=f"unknowns_read_{len(thresholds)}",
        format_func=lambda t: format_share(t, lang),
    )  # fmt: skip
    return content, threshold
