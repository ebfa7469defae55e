"""Numbers as people write them in reports: decimal comma or point, but not both in one file."""

from __future__ import annotations

import re
from collections.abc import Sequence

from graph_schema import Problem
from loaders.followup.sheets import RawCell

__all__ = ["check_mixed", "parse_number"]

PLAIN = re.compile(r"[+\-\u2212]?\d+([.,]\d+)?", re.ASCII)
WORDS = {",": "decimal comma", ".": "decimal point"}


def parse_number(text: str) -> float | None:
    """Return the number that a text states with decimal comma or point; None where it is none.

    Blanks and dots that part thousands are not taken, because 1.234 would mean two things.

    Examples
    --------
    >>> parse_number("12,5"), parse_number("12.5"), parse_number("1 234"), parse_number("1.234,5")
    (12.5, 12.5, None, None)
    """
    if not PLAIN.fullmatch(text):
        return None
    return float(text.replace(",", ".").replace("\u2212", "-"))


def _sign(cell: RawCell) -> str | None:
    if not isinstance(cell.value, str) or parse_number(cell.value) is None:
        return None
    return next((sign for sign in WORDS if sign in cell.value), None)


def check_mixed(cells: Sequence[RawCell], problems: list[Problem]) -> None:
    """Add a problem for each cell whose decimal sign is not that of most cells of the file.

    Parameters
    ----------
    cells
        Cells that hold numbers, in the order of the file.
    problems
        Problems go here; each names a cell of the other kind. Where both signs are as frequent the first in the file
        is taken as meant.
    """
    signs = [(cell, sign) for cell in cells if (sign := _sign(cell))]
    used = {sign: [c for c, s in signs if s == sign] for sign in dict.fromkeys(s for _, s in signs)}
    if len(used) < 2:
        return
    usual = max(used, key=lambda sign: len(used[sign]))
    other = next(sign for sign in used if sign != usual)
    first = used[usual][0]
    where = first.place if first.row is None else f"row {first.row}"
    for cell in used[other]:
        rule = f"{WORDS[other]} here but {WORDS[usual]} in {where} ({first.text})"
        problems.append(cell.problem(rule, "write all numbers of the file in one way"))
