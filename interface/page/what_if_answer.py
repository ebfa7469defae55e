"""An answer on the page Tänk om: consequences, allocation, travel, displacement and why, a view at a time."""

from __future__ import annotations

import streamlit as st
from rich.console import Group
from rich.text import Text

from interface.benefit_view import benefit_lines
from interface.competence_table import competence_table
from interface.manifest import limits_of
from interface.page.asking import ask_one, ask_way
from interface.page.kept_picture import show_kept_picture
from interface.page.running import computed
from interface.page.service.allocation_table import allocation_table, sets_table
from interface.page.service.answered import Answered, answer_key
from interface.page.service.effects_table import SCALES, effects_table, hidden_count
from interface.page.service.explained import explained, explained_hospitals, explained_measures, explanation_markup
from interface.page.service.markup import table_markup
from interface.page.service.moved import drawn_displaced, flows_table, moved
from interface.page.service.outcome import Outcome
from interface.page.service.pictures import drawn_effects, drawn_travel
from interface.page.service.rendered import rendered_markup
from interface.page.shared import mask, system
from interface.texts import Language, text

__all__ = ["show_outcome"]

VIEWS = ("effects", "allocation", "travel", "displaced", "why")


def _effects(outcome: Outcome, year: int, show_all: bool, lang: Language) -> None:
    rows = outcome.document["effects"]
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
    gains = benefit_lines(outcome.document["benefit"], outcome.nodes.names(lang), lang)
    if gains:
        st.subheader(text("what_if_benefit", lang))
        st.html(rendered_markup(Group(*(Text(line) for line in gains))))
    st.subheader(text("page_chart", lang))
    show_kept_picture(
        "randzon-effects", lambda: drawn_effects(outcome, system(), lang, year, show_all=show_all),
        text("page_nothing", lang), answer=outcome.identity, lang=lang, year=year, all=show_all,
    )  # fmt: skip


def _allocation(outcome: Outcome, year: int, show_all: bool, lang: Language) -> None:
    allocations = outcome.document["allocations"]
    if not allocations:
        st.info(text("what_if_allocation_known", lang))
        return
    table = allocation_table(outcome.document["effects"], outcome.nodes, lang, year, show_all=show_all)
    if table is None:
        st.info(text("what_if_allocation_same", lang))
    else:
        st.html(table_markup(table))
    st.caption(text("what_if_allocation_note", lang))
    with st.expander(text("what_if_sets", lang, count=len(allocations))):
        st.html(table_markup(sets_table(allocations, outcome.nodes, lang)))


def _travel(outcome: Outcome, year: int, _: bool, lang: Language) -> None:
    measures = outcome.travel_measures(year, lang)
    if not measures:
        st.info(text("what_if_travel_nothing", lang))
        return
    first = next(iter(measures))
    measure = ask_one(text("what_if_travel_measure", lang), measures, "travel_measure", lang, first=first) or first
    show_kept_picture(
        f"randzon-travel-{measure}", lambda: drawn_travel(outcome, system(), lang, measure, year),
        text("what_if_no_map", lang), answer=outcome.identity, lang=lang, year=year,
    )  # fmt: skip


def _displaced(outcome: Outcome, year: int, _: bool, lang: Language) -> None:
    st.text(text("what_if_displaced_lead", lang))
    if outcome.system is None:
        st.info(text("what_if_keep_whole", lang))
        return
    key = answer_key("moved", outcome.system, answer=outcome.identity, year=year)
    asked = st.button(text("what_if_displaced_run", lang), key="displaced_run")
    if not asked and st.session_state.get("moved") != key:
        return
    found = computed(key, lambda progress: moved(outcome, year, progress), lang)
    if found is None:
        return
    st.session_state["moved"] = key
    st.subheader(text("what_if_flows", lang))
    table = flows_table(found.flows, outcome, lang, mask(), by_region=False)
    if table is None:
        st.info(text("what_if_flows_none", lang))
    else:
        st.html(table_markup(table))
        ways = flows_table(found.flows, outcome, lang, mask(), by_region=True)
        with st.expander(text("what_if_flows_regions", lang)):
            st.html("" if ways is None else table_markup(ways))
        st.caption(text("what_if_flows_note", lang))
    st.subheader(text("what_if_displaced", lang))
    show_kept_picture(
        "randzon-displaced", lambda: drawn_displaced(found, outcome, lang), text("draw_displaced_nothing", lang),
        answer=outcome.identity, lang=lang, year=year,
    )  # fmt: skip


def _why(outcome: Outcome, year: int, _: bool, lang: Language) -> None:
    st.text(text("what_if_why_lead", lang))
    if outcome.system is None:
        st.info(text("what_if_keep_whole", lang))
        return
    hospitals, measures = explained_hospitals(outcome, lang), explained_measures(lang)
    left, right = st.columns(2)
    first, largest = next(iter(hospitals)), text("what_if_why_largest", lang)
    hospital = ask_one(text("hospital", lang), hospitals, "why_hospital", lang, first=first, place=left) or first
    wanted = ask_one(text("measure", lang), measures, "why_measure", lang, empty=largest, place=right)
    worst = bool(outcome.document["allocations"]) and st.checkbox(text("what_if_why_worst", lang), key="why_worst")
    key = answer_key("explain", outcome.system, answer=outcome.identity, hospital=hospital, measure=wanted, worst=worst,
                     year=year)  # fmt: skip
    if st.button(text("what_if_why_run", lang), key="why_run") or st.session_state.get("why") == key:
        found = computed(
            key, lambda progress: explained(outcome, hospital, wanted, year, lang, progress, worst=worst), lang
        )  # fmt: skip
        if found is not None:
            st.session_state["why"] = key
            st.html(explanation_markup(found, lang))
            _save(found, "explanation", lang)
    table = competence_table(outcome.document["margins"], outcome.nodes.names(lang), lang)
    if table is not None:
        st.subheader(text("what_if_margins", lang))
        st.html(rendered_markup(table))


def _save(found: Answered, key: str, lang: Language) -> None:
    place = st.container(horizontal=True)
    name = found.file_name
    place.download_button(text("page_save_json", lang), found.json_file, f"{name}.json", "application/json",
                         key=f"save_{key}", on_click="ignore")  # fmt: skip
    place.download_button(text("page_save_csv", lang), found.csv_file(lang), f"{name}.csv", "text/csv",
                          key=f"save_{key}_csv", on_click="ignore")  # fmt: skip


SHOW = {"effects": _effects, "allocation": _allocation, "travel": _travel, "displaced": _displaced, "why": _why}


def _files(outcome: Outcome, lang: Language) -> None:
    place = st.container(horizontal=True)
    if outcome.netcdf_file is not None and not mask():  # the file holds the dataset, with every count of patients
        place.download_button(
            text("page_save_nc", lang), outcome.netcdf_file, f"{outcome.file_name}.nc", key="save_nc",
            on_click="ignore",
        )  # fmt: skip
    place.download_button(
        text("page_save_json", lang), outcome.json_file, f"{outcome.file_name}.json", "application/json",
        key="save_json", on_click="ignore",
    )  # fmt: skip
    st.caption(text("what_if_no_result_file" if mask() and outcome.netcdf_file is not None else "page_save_help", lang))


def show_outcome(outcome: Outcome, lang: Language) -> None:
    """Show an answer.

    Parameters
    ----------
    outcome
        The answer.
    lang
        Of the words.
    """
    manifest = outcome.manifest
    st.text(str(outcome.document[f"summary_{lang}"]))
    years = list(range(int(manifest["years"]) + 1))
    left, right = st.columns(2, vertical_alignment="bottom")
    since = text("page_year", lang, as_of=manifest["dataset"]["as_of"])
    year = int(left.selectbox(since, years, outcome.told_year, key=f"year_{outcome.identity[:10]}"))
    show_all = right.checkbox(text("page_show_all", lang), key="show_all")
    views = {v: text(f"what_if_view_{v}", lang) for v in VIEWS}
    view = ask_way(text("what_if_view", lang), views, "answer_view", lang)
    SHOW[view](outcome, year, show_all, lang)
    st.subheader(text("page_limits", lang))
    st.text("\n".join(limits_of("run", lang)))
    start = text(f"what_if_start_{manifest['start']}", lang)
    st.caption(
        text("page_made", lang, seed=manifest["seed"], draws=manifest["draws"], start=start,
             hash=manifest["system_hash"][:10], code=manifest["code_version"])
    )  # fmt: skip
    _files(outcome, lang)
