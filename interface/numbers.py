"""Numbers as people read them: rounded to what the interval supports, with the language's decimal sign."""

from __future__ import annotations

import math

from interface.texts import Language

__all__ = ["MINUS", "NARROW_SPACE", "decimals_for", "decimals_of_size", "format_share", "format_value"]

NARROW_SPACE = "\u202f"
MINUS = "\u2212"


def decimals_for(low: float, high: float) -> int:
    """Return the decimals that show a tenth of an interval's width, at most 3.

    Examples
    --------
    >>> decimals_for(0, 40), decimals_for(0.1, 0.5), decimals_for(0, 0)
    (0, 2, 1)
    """
    width = abs(high - low)
    if width <= 0 or not math.isfinite(width):
        return 1
    return min(max(-math.floor(math.log10(width / 10)), 0), 3)


def decimals_of_size(value: float | None, most: int = 2) -> int:
    """Return the decimals that show a number with about three digits, at most so many.

    Examples
    --------
    >>> decimals_of_size(445.12), decimals_of_size(44.5), decimals_of_size(4.45), decimals_of_size(4.45, most=1)
    (0, 1, 2, 1)
    """
    size = abs(value) if value is not None and math.isfinite(value) else 0.0
    return min(0 if size >= 99.5 else 1 if size >= 9.95 else 2, most)


def format_value(value: float | None, decimals: int, lang: Language, signed: bool = False) -> str:
    r"""Return a number with the language's decimal sign, grouped thousands and a true minus.

    Examples
    --------
    >>> format_value(-1234.56, 1, "sv"), format_value(2.5, 1, "en", signed=True), format_value(None, 1, "sv")
    ('−1\u202f234,6', '+2.5', '–')
    """
    if value is None or not math.isfinite(value):
        return "–"
    rounded = round(value, decimals)
    if rounded == 0:
        rounded = 0.0
    shown = f"{abs(rounded):,.{decimals}f}".replace(",", NARROW_SPACE)
    if lang == "sv":
        shown = shown.replace(".", ",")
    sign = MINUS if rounded < 0 else ("+" if signed and rounded > 0 else "")
    return sign + shown


def format_share(share: float | None, lang: Language) -> str:
    """Return a share as a percentage without decimals.

    Examples
    --------
    >>> format_share(0.534, "sv"), format_share(0.005, "sv"), format_share(None, "en")
    ('53 %', '<1 %', '–')
    """
    if share is None:
        return "–"
    if 0 < share <= 0.005:
        return "<1 %"
    return f"{format_value(100 * share, 0, lang)} %"
