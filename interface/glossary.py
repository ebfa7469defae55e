"""The glossary: words of the field and of the model, in Swedish and English."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from functools import cache
from importlib import resources

from graph_schema import UnknownNode

__all__ = ["find_terms"]


@cache
def _entries() -> tuple[Mapping[str, str], ...]:
    content = resources.files("interface").joinpath("glossary.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(content.splitlines()))


def find_terms(word: str) -> list[Mapping[str, str]]:
    """Return the entries whose Swedish, English or code word holds `word`.

    Raises
    ------
    UnknownNode
        If none does; the message suggests near words.

    Examples
    --------
    >>> [entry["en"] for entry in find_terms("undanträngning")]
    ['displacement']
    """
    wanted = word.casefold()
    found = [e for e in _entries() if any(wanted in e[k].casefold() for k in ("sv", "en", "code"))]
    if not found:
        words = [e[k] for e in _entries() for k in ("sv", "en")]
        near = difflib.get_close_matches(wanted, words, n=3, cutoff=0.5)
        raise UnknownNode(f"{word!r} is not in the glossary" + (f"; near: {', '.join(near)}" if near else ""))
    return found
