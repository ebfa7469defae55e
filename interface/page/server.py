"""The server that Streamlit runs: the script of the pages, behind the gate where a password is asked for."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from interface.page.password_gate import PasswordGate, read_password
from interface.page.served_with import served_with

__all__ = ["app"]


def _gate() -> list[Middleware]:
    asked = served_with()
    if asked.password_file is None:
        return []
    password = read_password(asked.password_file)
    return [Middleware(PasswordGate, password=password, base_url=asked.base_url, lang=asked.lang)]


app = st.App(Path(__file__).with_name("app.py"), middleware=_gate())
