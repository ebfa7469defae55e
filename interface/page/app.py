"""The script that Streamlit runs: pages, language and style; `randzon serve` starts it."""

from __future__ import annotations

import streamlit as st

from interface.page import (
    dependencies_page,
    followup_page,
    overview_page,
    questions_page,
    sources_page,
    together_page,
    what_if_page,
)
from interface.page.addresses import PATHS
from interface.page.links import follow_links
from interface.page.served_with import served_with
from interface.page.shared import ask_language, ask_mask, language
from interface.texts import text

__all__: list[str] = []

SHOW = {
    "overview": overview_page.show,
    "what_if": what_if_page.show,
    "together": together_page.show,
    "dependencies": dependencies_page.show,
    "questions": questions_page.show,
    "followup": followup_page.show,
    "sources": sources_page.show,
}


def _main() -> None:
    lang = language()
    pages = [
        st.Page(show, title=text(f"page_{name}", lang), url_path=PATHS[name] or None, default=name == "overview")
        for name, show in SHOW.items()
    ]
    page = st.navigation(pages)
    st.set_page_config(page_title=f"{page.title} – Randzon", layout="wide")
    follow_links()
    ask_language()
    ask_mask()
    st.sidebar.caption(text("page_no_ranking", lang))
    if served_with().password_file is not None:
        st.sidebar.html(f'<a href="./logout">{text("page_leave", lang)}</a>')
    page.run()


if __name__ == "__main__":
    _main()
