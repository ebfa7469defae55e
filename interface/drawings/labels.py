"""Long names broken into a few short lines."""

from __future__ import annotations

import textwrap

__all__ = ["wrapped"]


def wrapped(words: str, signs: int, lines: int = 2) -> list[str]:
    """Return a name in at most so many lines of about so many signs; what is left out becomes an ellipsis.

    Examples
    --------
    >>> wrapped("Region Skåne, vårdenhet ej namngiven", 14)
    ['Region Skåne,', 'vårdenhet ej …']
    """
    found = textwrap.wrap(words, signs) or [""]
    return found if len(found) <= lines else [*found[: lines - 1], found[lines - 1] + " …"]
