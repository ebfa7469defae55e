"""Names broken into a few short lines, by signs or by the width that they take in print."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Mapping

__all__ = ["fitted", "text_width", "wrapped"]

# Widths in thousandths of the size, of Arial, Helvetica and Liberation Sans, which are alike.
_WIDTHS: Mapping[str, int] = {
    sign: width
    for signs, width in (
        ("ijl|'", 222), ("ftI.,:;!/ ", 278), ("r-()–", 333), ("cksvxyzJ", 500), ("FTZ", 611), ("ABEKPSVXYÄÅÉ&", 667),
        ("CDHNRUw", 722), ("GOQÖ", 778), ("mM", 833), ("W…", 970),
    )
    for sign in signs
}  # fmt: skip
_OTHERS = 556
LEAST_REST = 5  # letters of a broken word on the next line
_PARTS = re.compile(r"[^\s/–-]+[/–-]?|[/–-]")  # where a word may be broken: after a stroke or a hyphen


def wrapped(words: str, signs: int, lines: int = 2) -> list[str]:
    """Return a name in at most so many lines of about so many signs; what is left out becomes an ellipsis.

    Examples
    --------
    >>> wrapped("Region Skåne, vårdenhet ej namngiven", 14)
    ['Region Skåne,', 'vårdenhet ej …']
    """
    found = textwrap.wrap(words, signs) or [""]
    return found if len(found) <= lines else [*found[: lines - 1], found[lines - 1] + " …"]


def text_width(words: str, size: float) -> float:
    """Return how wide words are in Arial or one of its likes, in the unit of the size.

    Examples
    --------
    >>> text_width("il", 10), text_width("mM", 10)
    (4.44, 16.66)
    """
    return sum(_WIDTHS.get(sign, _OTHERS) for sign in words) * size / 1000


def _pieces(words: str, width: float, size: float) -> Iterator[tuple[str, str]]:
    """Yield pieces that fit, each with what joins it to the one before: a space or nothing."""
    for word in words.split():
        joint = " "
        parts = _PARTS.findall(word) if text_width(word, size) > width else [word]
        for part in parts:
            rest = part
            while text_width(rest, size) > width:
                end = next(i for i in range(len(rest), 0, -1) if text_width(rest[:i] + "-", size) <= width or i == 1)
                end = max(min(end, len(rest) - LEAST_REST), 1)
                yield joint, rest[:end] + "-"
                joint, rest = "", rest[end:]
            yield joint, rest
            joint = ""


def fitted(words: str, width: float, size: float, lines: int = 3) -> list[str]:
    """Return a name in at most so many lines that are no wider than told; what is left out becomes an ellipsis.

    Parameters
    ----------
    words
        The name.
    width, size
        Of a line and of the letters, in the same unit.
    lines
        Most lines.

    Examples
    --------
    >>> fitted("Trakealresektion/trakealkirurgi", 110, 12)
    ['Trakealresektion/', 'trakealkirurgi']
    """
    found = [""]
    for joint, piece in _pieces(words, width, size):
        longer = found[-1] + (joint if found[-1] else "") + piece
        if text_width(longer, size) <= width:
            found[-1] = longer
        else:
            found.append(piece)
    if len(found) <= lines:
        return found
    last = found[lines - 1]
    while text_width(last + " …", size) > width:
        last = last[:-1].rstrip()
    return [*found[: lines - 1], last + " …"]
