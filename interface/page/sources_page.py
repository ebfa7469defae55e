"""The page that is named in its title."""

from __future__ import annotations

import streamlit as st

from interface.page.shared import language
from interface.texts import text

__all__ = ["show"]


def show() -> None:
    """Show the page."""
    st.title(text("page_sources", language()))
