"""The page Tänk om: ask about a concentration, run it with progress and stop, read, save and reopen the answer."""

from __future__ import annotations

import streamlit as st

from graph_schema import RandzonError
from interface.manifest import limits_of
from interface.page.running import computed
from interface.page.service.effects_table import SCALES, effects_table, hidden_count
from interface.page.service.markup import table_markup
from interface.page.service.outcome import Outcome, answer, opened
from interface.page.service.pictures import drawn_effects
from interface.page.service.question import (
    DRAWS,
    MOST_DRAWS,
    MOST_YEARS,
    YEARS,
    Question,
    areas_by_name,
    candidate_names,
)
from interface.page.shared import language, outcomes, registers, show_picture, system
from interface.texts import Language, text

__all__ = ["show"]

FIRST = "hocm"  # the area that is chosen at first, where the dataset has it


def _hospitals(area: str, lang: Language) -> tuple[int, tuple[str, ...] | None]:
    """Ask for a number of units, or for exact hospitals."""
    names = candidate_names(system(), area, lang)
    way = st.radio(
        text("page_where", lang), ("page_unknown", "page_given"), horizontal=True, key="where",
        format_func=lambda w: text(w, lang),
    )  # fmt: skip
    if way == "page_unknown":
        most = max(len(names), 1)
        return int(st.number_input(text("page_units", lang), 1, most, min(2, most), key=f"units_{most}")), None
    found = st.multiselect(
        text("page_hospitals", lang), list(names), key=f"hospitals_{area}", format_func=lambda h: names[h],
        placeholder=text("page_choose", lang),
    )  # fmt: skip
    in_order = tuple(h for h in names if h in found)
    return len(in_order), in_order


def _question(lang: Language) -> Question | None:
    areas = areas_by_name(system(), lang)
    first = list(areas).index(FIRST) if FIRST in areas else 0
    area = st.selectbox(text("area", lang), list(areas), first, format_func=lambda a: areas[a], key="area")
    units, hospitals = _hospitals(str(area), lang)
    columns = st.columns(3)
    draws = columns[0].number_input(text("page_draws", lang), 2, MOST_DRAWS, DRAWS, key="draws")
    years = columns[1].number_input(text("page_years", lang), 1, MOST_YEARS, YEARS, key="years")
    seed = columns[2].number_input(text("page_seed", lang), 0, None, 1, key="seed")
    st.caption(text("page_draws_help", lang))
    if hospitals is not None and not hospitals:
        st.info(text("page_choose_hospitals", lang))
        return None
    return Question(str(area), units, hospitals, int(draws), int(years), int(seed))


def _run(question: Question, lang: Language) -> None:
    """Run a question, and show its answer from then on."""
    key, care, evidence = question.key(system()), system(), registers()
    if computed(key, lambda progress: answer(care, question, evidence, progress), lang, outcomes()) is not None:
        st.session_state["shown"] = key


def _files(outcome: Outcome, lang: Language) -> None:
    left, right, _ = st.columns([1, 1, 3])
    if outcome.netcdf_file is not None:
        left.download_button(
            text("page_save_nc", lang), outcome.netcdf_file, f"{outcome.file_name}.nc", key="save_nc",
            on_click="ignore",
        )  # fmt: skip
    right.download_button(
        text("page_save_json", lang), outcome.json_file, f"{outcome.file_name}.json", "application/json",
        key="save_json", on_click="ignore",
    )  # fmt: skip
    st.caption(text("page_save_help", lang))


def _shown(outcome: Outcome, lang: Language) -> None:
    manifest, rows = outcome.manifest, outcome.document["effects"]
    st.header(outcome.title(lang))
    st.text(str(outcome.document[f"summary_{lang}"]))
    years = list(range(int(manifest["years"]) + 1))
    left, right = st.columns(2)
    since = text("page_year", lang, as_of=manifest["dataset"]["as_of"])
    year = int(left.selectbox(since, years, years[-1], key=f"year_{len(years)}"))
    show_all = right.checkbox(text("page_show_all", lang), key="show_all")
    tables = {s: effects_table(rows, outcome.nodes, lang, year, s, show_all=show_all) for s in SCALES}
    for scale, table in tables.items():
        if table is not None:
            place = st.expander(table.caption) if scale == "region" else st.container()  # 21 regions are long
            place.html(table_markup(table))
    if not any(tables.values()):
        st.info(text("page_nothing", lang))
    if not show_all:
        st.caption(text("page_hidden", lang, count=hidden_count(rows, year)))
    st.caption(text("page_reading", lang))
    st.subheader(text("page_chart", lang))
    try:
        show_picture("randzon-effects", lambda: drawn_effects(outcome, system(), lang, year, show_all=show_all))
    except RandzonError as error:
        st.info(str(error))
    st.subheader(text("page_limits", lang))
    st.text("\n".join(limits_of("run", lang)))
    st.caption(
        text("page_made", lang, seed=manifest["seed"], draws=manifest["draws"], start=manifest["start"],
             hash=manifest["system_hash"][:10], code=manifest["code_version"])
    )  # fmt: skip
    _files(outcome, lang)


def _open(lang: Language) -> None:
    with st.expander(text("page_open", lang)):
        file = st.file_uploader(text("page_open_file", lang), ["nc", "json"], key="file")
        if file is None:
            return
        key = f"file {file.file_id}"
        if st.session_state.get("opened") == key:
            return
        st.session_state["opened"] = key
        try:
            outcomes().keep(key, opened(file.name, file.getvalue()))
            st.session_state["shown"] = key
        except RandzonError as error:
            st.error(str(error))


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_what_if", lang))
    st.text(text("page_what_if_lead", lang))
    question = _question(lang)
    if st.button(text("page_run", lang), type="primary", disabled=question is None, key="run") and question:
        _run(question, lang)
    _open(lang)
    outcome = outcomes().get(st.session_state.get("shown", ""))
    if outcome is not None:
        _shown(outcome, lang)
