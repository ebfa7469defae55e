"""The part of the page Källor with what the documents say: claims, gaps, balance, totals, what rests on a source."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from interface.data_commands import CHECK, check_content
from interface.evidence_commands import BALANCE, CLAIMS, GAPS, SOURCE
from interface.evidence_contents import balance_content, claims_content, gaps_content, source_content
from interface.page.running import show_answered
from interface.page.service.answered import Answered, answer_key, answered
from interface.page.service.number_list import told_apart
from interface.page.service.question import areas_by_name
from interface.page.service.small_counts import without_small_counts
from interface.page.shared import chosen, mask, registers, system
from interface.page.sources_shared import asked, number_list, on_demand
from interface.texts import Language, text

__all__ = ["show_documents"]

DRAWS, MOST = 200, 2000
Progress = Callable[[int, int], None]


def _node(label: str, names: Mapping[str, str], lang: Language, everything: str | None) -> str | None:
    """A node by name; all of them where that has a word."""
    options = ([""] if everything else []) + list(names)
    first = options.index(asked()) if asked() in options else 0
    found = st.selectbox(
        text(label, lang), options, first, key=f"documents_{label}",
        format_func=lambda i: names[i] if i else text(everything or "", lang),
    )  # fmt: skip
    return chosen(found)


def _hospitals(lang: Language) -> dict[str, str]:
    names = number_list(lang).words.names
    return told_apart({r.key[0]: names[r.key[0]] for r in system().rows["Hospital"]})


def _how(lang: Language) -> tuple[int, int]:
    """Seed and draws."""
    left, right, _ = st.columns([1, 1, 3])
    draws = left.number_input(text("page_draws", lang), 2, MOST, DRAWS, key="documents_draws")
    seed = right.number_input(text("page_seed", lang), 0, None, 1, key="documents_seed")
    return int(seed), int(draws)


def _claims(lang: Language) -> Answered | None:
    care, evidence = system(), registers()
    wanted = {
        "area": _node("area", told_apart(areas_by_name(care, lang)), lang, "sources_all"),
        "hospital": _node("hospital", _hospitals(lang), lang, "sources_all"),
    }
    how = _how(lang)
    return on_demand(
        "claims", "page_run", answer_key("data claims", care, how=list(how), **wanted),
        lambda _: answered(CLAIMS, claims_content(care, evidence, wanted, how, "sv"), care), lang,
    )  # fmt: skip


def _balance(lang: Language) -> Answered | None:
    care, evidence = system(), registers()
    hospital = _node("hospital", _hospitals(lang), lang, "sources_all")
    show_all = st.checkbox(text("sources_all_rows", lang), key="balance_all")
    how = _how(lang)

    def work(progress: Progress) -> Answered:
        content = balance_content(care, evidence, hospital, how, "sv", progress)
        return answered(BALANCE, content, care, all=show_all)

    key = answer_key("data balance", care, hospital=hospital, how=list(how), all=show_all)
    return on_demand("balance", "page_run", key, work, lang)


def _gaps(lang: Language) -> Answered | None:
    area = _node("area", told_apart(areas_by_name(system(), lang)), lang, None)
    return None if area is None else answered(GAPS, gaps_content(system(), registers(), area, "sv"), system())


def _check(_: Language) -> Answered | None:
    return answered(CHECK, check_content(system(), "sv"), system())


def _rests(lang: Language) -> Answered | None:
    source = _node("sources_of_source", number_list(lang).sources, lang, None)
    if source is None:
        return None
    content, withheld = without_small_counts(source_content(system(), registers(), source, "sv"), mask())
    if withheld:
        st.caption(text("sources_withheld", lang, count=withheld, mask=mask()))
    return answered(SOURCE, content, system())


PARTS: Mapping[str, Callable[[Language], Answered | None]] = {
    "sources_claims": _claims, "sources_gaps": _gaps, "sources_balance": _balance, "sources_check": _check,
    "sources_rests": _rests,
}  # fmt: skip


def show_documents(lang: Language) -> None:
    """Show one of the answers as its command prints it."""
    part = st.radio(
        text("sources_part", lang), list(PARTS), format_func=lambda p: text(p, lang), horizontal=True,
        key="sources_part",
    )  # fmt: skip
    st.text(text(f"sources_lead_{str(part).removeprefix('sources_')}", lang))
    found = PARTS[str(part)](lang)
    if found is not None:
        show_answered(found, lang)
