"""The page Källor: every number with its source, the register of assumptions, the documents, and a copy to change."""

from __future__ import annotations

import streamlit as st

from interface.page.shared import language
from interface.page.sources_assumptions import show_assumptions
from interface.page.sources_copy import show_copy
from interface.page.sources_documents import show_documents
from interface.page.sources_numbers import show_numbers
from interface.texts import text

__all__ = ["show"]

VIEWS = {
    "sources_view_numbers": show_numbers,
    "sources_view_assumptions": show_assumptions,
    "sources_view_documents": show_documents,
    "sources_view_copy": show_copy,
}


def show() -> None:
    """Show the page."""
    lang = language()
    st.title(text("page_sources", lang))
    st.text(text("sources_lead", lang))
    view = st.radio(text("page_view", lang), list(VIEWS), horizontal=True, format_func=lambda v: text(v, lang),
                    key="sources_view")  # fmt: skip
    st.header(text(str(view), lang))
    VIEWS[str(view)](lang)
