"""Words that people read, in Swedish and English."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Literal

__all__ = ["Language", "has_text", "text"]

Language = Literal["sv", "en"]


def _folder() -> Traversable:
    """One CSV file for the common words, one for those of each command; ids are unique over all."""
    return resources.files("interface").joinpath("wording")


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    files = sorted(f.name for f in _folder().iterdir() if f.name.endswith(".csv"))
    contents = (_folder().joinpath(name).read_text(encoding="utf-8") for name in files)
    return {row["id"]: row for content in contents for row in csv.DictReader(content.splitlines())}


def has_text(key: str) -> bool:
    """Return whether there is a text of that id."""
    return key in _texts()


def text(key: str, lang: Language, **values: object) -> str:
    """Return a text in a language, with values put in.

    Parameters
    ----------
    key
        Id of the text.
    lang
        ``sv`` or ``en``.
    values
        For the braces of the text.

    Examples
    --------
    >>> text("title_run", "sv", name="HOCM", year=10, as_of="2025-12-31")
    'HOCM: vad som händer 10 år efter 2025-12-31'
    """
    row = _texts().get(key)
    template = key if row is None else row[lang]
    return template.format(**values) if values else template
