"""The page Tänk om: compose a scenario, run it with progress and stop, read the answer, compare, save and reopen."""

from __future__ import annotations

import streamlit as st

from graph_schema import RandzonError, ScenarioConflict
from interface.page.asking import ask_one
from interface.page.running import computed
from interface.page.service.answered import Answered
from interface.page.service.composition import ready_scenarios, scenario_file
from interface.page.service.conflict_sentences import problem_sentences
from interface.page.service.opening import ENDINGS, opened_file
from interface.page.service.outcome import Outcome, answer
from interface.page.service.question import DRAWS, MOST_DRAWS, MOST_YEARS, YEARS, ScenarioRun
from interface.page.shared import language, outcomes, registers, system
from interface.page.what_if_answer import show_outcome
from interface.page.what_if_comparison import ask_keep, show_comparison, take_comparison
from interface.page.what_if_composition import add_buttons, ask_scenario, begin, take_ready
from interface.texts import Language, text
from scenarios import Scenario

__all__ = ["show"]


def _question(scenario: Scenario | None, lang: Language) -> ScenarioRun | None:
    """Ask how it is run."""
    columns = st.columns(3)
    draws = columns[0].number_input(text("page_draws", lang), 2, MOST_DRAWS, DRAWS, key="draws")
    years = columns[1].number_input(text("page_years", lang), 1, MOST_YEARS, YEARS, key="years")
    seed = columns[2].number_input(text("page_seed", lang), 0, None, 1, key="seed")
    st.caption(text("page_draws_help", lang))
    return None if scenario is None else ScenarioRun(scenario, int(draws), int(years), int(seed))


def _run(question: ScenarioRun, lang: Language) -> None:
    """Run a question, and show its answer from then on."""
    key, care, evidence = question.key(system()), system(), registers()
    if computed(key, lambda progress: answer(care, question, evidence, progress), lang, outcomes()) is not None:
        st.session_state["shown"] = key


def _take(found: Scenario | Outcome | Answered, key: str) -> None:
    if isinstance(found, Scenario):
        begin(found)
        st.rerun()  # the scenario stands above what opened it
    elif isinstance(found, Answered):
        take_comparison(found)
    else:
        outcomes().keep(key, found)
        st.session_state["shown"] = key


def _open(lang: Language) -> None:
    with st.expander(text("what_if_open", lang)):
        ask_one(text("what_if_ready", lang), ready_scenarios(lang), "ready", lang, taken=take_ready)
        file = st.file_uploader(text("what_if_open_file", lang), list(ENDINGS), key="file")
        if file is None:
            return
        key = f"file {file.file_id}"
        if st.session_state.get("opened") == key:
            return
        st.session_state["opened"] = key
        try:
            found = opened_file(file.name, file.getvalue())
        except ScenarioConflict as error:
            for sentence in problem_sentences(error, system(), lang):
                st.error(f"{file.name}: {sentence}")
            return
        except RandzonError as error:
            st.error(text("what_if_not_opened", lang, name=file.name, error=error))
            return
        _take(found, key)


def _answer(outcome: Outcome, lang: Language) -> None:
    st.header(outcome.title(lang))
    left, right = st.columns([3, 1])
    with left:
        ask_keep(outcome, lang)
    if outcome.netcdf_file is not None:
        right.button(text("what_if_edit", lang), on_click=_edit, args=(outcome,), key="edit")
    show_outcome(outcome, lang)


def _edit(outcome: Outcome) -> None:
    begin(outcome.scenario())


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_what_if", lang))
    st.text(text("page_what_if_lead", lang))
    scenario = ask_scenario(lang)
    question = _question(scenario, lang)
    place = st.container(horizontal=True)
    run = place.button(text("page_run", lang), type="primary", disabled=question is None, key="run")
    add_buttons(scenario, place, lang)
    if scenario is not None:
        place.download_button(
            text("what_if_save_scenario", lang), scenario_file(scenario, system()), f"{scenario.name}.toml",
            "application/toml", key="save_scenario", on_click="ignore",
        )  # fmt: skip
    if run and question is not None:
        _run(question, lang)
    _open(lang)
    outcome = outcomes().get(st.session_state.get("shown", ""))
    if outcome is not None:
        _answer(outcome, lang)
    show_comparison(lang)
