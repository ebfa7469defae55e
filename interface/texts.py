"""Words that people read, in Swedish and English."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Literal

__all__ = ["Language", "text"]

Language = Literal["sv", "en"]


@cache
def _texts() -> Mapping[str, Mapping[str, str]]:
    content = resources.files("interface").joinpath("texts.csv").read_text(encoding="utf-8")
    return {row["id"]: row for row in csv.DictReader(content.splitlines())}


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
