"""Addresses of the pages, so that one can link to another and to a node on it."""

from __future__ import annotations

from urllib.parse import urlencode

__all__ = ["PATHS", "page_address"]

PATHS = {
    "overview": "",  # Streamlit gives the first page no path of its own
    "what_if": "tank-om",
    "together": "samlat",
    "dependencies": "beroenden",
    "questions": "fragor",
    "followup": "uppfoljning",
    "sources": "kallor",
}


def page_address(page: str, node: str | None = None) -> str:
    """Return the address of a page, relative to any other page.

    Parameters
    ----------
    page
        Key of `PATHS`.
    node
        Id of the node that it is opened at, or None.

    Examples
    --------
    >>> page_address("sources", node="hocm")
    './kallor?node=hocm'
    """
    found = f"./{PATHS[page]}"
    return found if node is None else f"{found}?{urlencode({'node': node})}"
