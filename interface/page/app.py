"""The script that Streamlit runs: pages, language and style; `randzon serve` starts it."""

from __future__ import annotations

import streamlit as st

from interface.page import overview_page, what_if_page
from interface.page.shared import ask_language, language
from interface.texts import text

__all__: list[str] = []


def _main() -> None:
    lang = language()
    st.set_page_config(page_title="Randzon", layout="wide")
    pages = [
        st.Page(overview_page.show, title=text("page_overview", lang), url_path="oversikt", default=True),
        st.Page(what_if_page.show, title=text("page_what_if", lang), url_path="tank-om"),
    ]
    page = st.navigation(pages)
    ask_language()
    st.sidebar.caption(text("page_no_ranking", lang))
    page.run()


if __name__ == "__main__":
    _main()
