"""The part of the page Källor that runs a question on the dataset and on the copy, and shows both effects."""

from __future__ import annotations

import streamlit as st

from graph_schema import CareSystem
from impact import Result
from interface.page.running import show_answered
from interface.page.service.copy_effects import SCALES, compared, comparison_key, comparison_table, differs
from interface.page.service.kept import Kept
from interface.page.service.markup import table_markup
from interface.page.service.number_list import told_apart
from interface.page.service.question import MOST_YEARS, YEARS, Question, areas_by_name, candidate_names
from interface.page.sources_shared import on_demand
from interface.texts import Language, text

__all__ = ["show_effects"]

FIRST = "hocm"  # the area that is chosen at first, where the dataset has it
DRAWS, MOST_DRAWS = 200, 1000
KEPT_SIDES = 2  # runs are large


@st.cache_resource(show_spinner=False)
def _sides() -> Kept[Result]:
    """Runs of one side: the dataset's serves every copy."""
    return Kept(KEPT_SIDES)


def _question(care: CareSystem, lang: Language) -> Question | None:
    areas = told_apart(areas_by_name(care, lang))
    first = list(areas).index(FIRST) if FIRST in areas else 0
    left, right = st.columns(2)
    area = str(
        left.selectbox(text("area", lang), list(areas), first, format_func=lambda a: areas[a], key="effect_area")
    )  # fmt: skip
    names = candidate_names(care, area, lang)
    most = max(len(names), 1)
    units = int(right.number_input(text("page_units", lang), 1, most, min(2, most), key=f"effect_units_{most}"))
    given = st.multiselect(
        text("sources_exactly", lang), list(names), key=f"effect_hospitals_{area}", format_func=lambda h: names[h],
        placeholder=text("page_unknown", lang),
    )  # fmt: skip
    columns = st.columns(3)
    draws = columns[0].number_input(text("page_draws", lang), 2, MOST_DRAWS, DRAWS, key="effect_draws")
    years = columns[1].number_input(text("page_years", lang), 1, MOST_YEARS, YEARS, key="effect_years")
    seed = columns[2].number_input(text("page_seed", lang), 0, None, 1, key="effect_seed")
    hospitals = tuple(h for h in names if h in given) or None
    return Question(area, len(hospitals or ()) or units, hospitals, int(draws), int(years), int(seed))


def show_effects(care: CareSystem, copy: CareSystem | None, lang: Language) -> None:
    """Ask a question, run it on both, and show the effects side by side with the paired difference.

    Parameters
    ----------
    care
        The dataset.
    copy
        The dataset with the edits; None where there are none, or some are wrong.
    lang
        Of the words.
    """
    st.text(text("sources_effect_lead", lang))
    question = _question(care, lang)
    if question is None:
        return
    other = care if copy is None else copy
    kept = _sides()
    found = on_demand(
        "effects", "sources_run_both", comparison_key(care, other, question),
        lambda progress: compared(care, other, question, kept, progress), lang, is_ready=copy is not None,
    )  # fmt: skip
    if copy is None:
        st.caption(text("sources_needs_edit", lang))
    if found is None:
        return
    rows = found.document["rows"]
    count = sum(differs(r) for r in rows)
    told = "sources_none_differs" if count == 0 else "sources_some_differ"
    st.text(f"{question.title(care, lang)}. {text(told, lang, count=count, of=len(rows), year=question.years)}")
    show_all = st.checkbox(text("page_show_all", lang), key="effects_all")
    for scale in SCALES:
        table = comparison_table(rows, found.names(lang), lang, scale, show_all=show_all)
        if table is not None:
            place = st.expander(table.caption) if scale == "region" else st.container()  # 21 regions are long
            place.html(table_markup(table))
    st.caption(text("sources_paired", lang))
    manifest = found.document["manifests"][1]
    st.caption(
        text("page_made", lang, seed=manifest["seed"], draws=manifest["draws"], start=manifest["start"],
             hash=manifest["system_hash"][:10], code=manifest["code_version"])
    )  # fmt: skip
    with st.expander(text("sources_as_command", lang)):
        show_answered(found, lang)
