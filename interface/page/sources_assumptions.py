"""The part of the page Källor with the register of assumptions: what each moves, who could answer, what to ask."""

from __future__ import annotations

import streamlit as st

from impact.questions.grades import sources_table
from interface.evidence_commands import ASSUMPTIONS
from interface.evidence_contents import assumptions_content
from interface.page.service.answered import answer_key, answered
from interface.page.service.assumption_table import assumption_table, assumptions_csv
from interface.page.service.markup import table_markup
from interface.page.service.number_list import told_apart
from interface.page.shared import system
from interface.page.sources_shared import number_list, on_demand, pages
from interface.texts import Language, text
from scenarios import library

__all__ = ["show_assumptions"]

DRAWS, FEWEST, MOST = 1000, 100, 5000
MOST_SHOWN = 20  # by `randzon show`, as the command does
FIRST = "hocm"  # the what-if whose answers are read, as the command's default


def _asked(lang: Language) -> tuple[str, int, int]:
    names = told_apart({name: titles[lang == "en"] for name, titles in library().items()})
    left, middle, right = st.columns([3, 1, 1])
    scenario = left.selectbox(
        text("sources_scenario", lang), list(names), list(names).index(FIRST) if FIRST in names else 0,
        format_func=lambda n: names[n], key="assumptions_scenario",
    )  # fmt: skip
    draws = middle.number_input(text("page_draws", lang), FEWEST, MOST, DRAWS, key="assumptions_draws")
    seed = right.number_input(text("page_seed", lang), 0, None, 1, key="assumptions_seed")
    return str(scenario), int(draws), int(seed)


def show_assumptions(lang: Language) -> None:
    """Show the register; by importance at first, by influence once that is computed."""
    st.text(text("sources_assumptions_lead", lang))
    scenario, draws, seed = _asked(lang)
    care = system()
    key = answer_key("data assumptions", care, scenario=scenario, draws=draws, seed=seed)
    found = on_demand(
        "assumptions", "sources_influence", key,
        lambda progress: answered(
            ASSUMPTIONS, assumptions_content(care, scenario, (seed, draws), "sv", progress), care, most=MOST_SHOWN
        ),
        lang,
    )  # fmt: skip
    rows = sources_table(care)["assumptions"] if found is None else found.document["rows"]
    first, size = pages("assumptions", len(rows), key if found else "", lang)
    st.html(table_markup(assumption_table(rows, number_list(lang), first, size)))
    st.caption(text("sources_by_importance" if found is None else "sources_by_influence", lang))
    left, right, _ = st.columns([1, 1, 3])
    name = "randzon-assumptions" if found is None else found.file_name
    content = assumptions_csv(rows) if found is None else found.csv_file(lang)
    left.download_button(text("page_save_csv", lang), content, f"{name}.csv", "text/csv", key="assumptions_csv",
                         on_click="ignore")  # fmt: skip
    if found is not None:
        right.download_button(text("page_save_json", lang), found.json_file, f"{name}.json", "application/json",
                              key="assumptions_json", on_click="ignore")  # fmt: skip
