"""A picture that is drawn once and kept for all sessions: drawing takes seconds, and every choice shows it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from graph_schema import SettingError, canonical_hash
from impact.version import code_version
from interface.page.service.pictures import Drawn
from interface.page.shared import answers, show_picture

__all__ = ["show_kept_picture"]


def show_kept_picture(name: str, draw: Callable[[], Drawn], otherwise: str, **depends_on: Any) -> None:
    """Show a picture with its table and both as files.

    Parameters
    ----------
    name
        Of the files and the widgets.
    draw
        Returns the picture.
    otherwise
        What stands in its place where there is nothing to draw.
    depends_on
        JSON values: all that the picture depends on but the code.
    """
    key = canonical_hash({"picture": name, "code": code_version(), "of": depends_on})

    def once() -> Drawn:
        found: Drawn | None = answers().get(key)
        if found is None:
            found = draw()
            answers().keep(key, found)
        return found

    try:
        show_picture(name, once)
    except SettingError:
        st.info(otherwise)
