"""The colours of all pictures, in one place: told apart by colour-blind readers, and dark enough on white.

Every distinction is also made by shape, place, line style or a word; colour alone never carries one. The hues follow
Okabe and Ito (2008), "Color Universal Design", darkened until each has a contrast of at least 3 on white
(WCAG 2.1, 1.4.11; text 4.5, 1.4.3).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = [
    "BACKGROUND", "BLUE", "DASHES", "DIRECTIONS", "FAINT", "GREEN", "INK", "KINDS", "LAND", "LINE", "MUTED", "OCHRE",
    "PURPLE", "STATUSES", "STEPS", "TINTS", "UNITS", "VERMILLION", "contrast",
]  # fmt: skip

BACKGROUND = "#ffffff"
INK = "#1a1a1a"
MUTED = "#595959"  # text beside the point
LINE = "#8a8a8a"  # axes, borders
FAINT = "#e4e4e4"  # grids: decoration, carries nothing
LAND = "#eceae4"  # counties on a map
BLUE, VERMILLION, GREEN, OCHRE, PURPLE, GREY = "#0072b2", "#c44601", "#007a5a", "#8f6a00", "#8e3b7a", "#5f6670"

# Types of node in the network.
KINDS: Mapping[str, str] = MappingProxyType(
    {"Region": GREY, "Hospital": PURPLE, "CareArea": BLUE, "Function": VERMILLION, "Competence": OCHRE,
     "Resource": GREEN}
)  # fmt: skip
# Light fills behind dark text, of the same hues.
TINTS: Mapping[str, str] = MappingProxyType(
    {"Region": "#eceef0", "Hospital": "#f3dcee", "CareArea": "#d9ebf7", "Function": "#fbdfd0", "Competence": "#f7e9c2",
     "Resource": "#d3efe4"}
)  # fmt: skip
# How a hospital stands to an area: colour of the cell and of the text in it.
UNITS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "holder": (BLUE, BACKGROUND),
        "coming": ("#a9d3ec", INK),
        "partner": (GREEN, BACKGROUND),
        "provides": ("#f2dfa3", INK),
        "refused": (VERMILLION, BACKGROUND),
        "before": (BACKGROUND, INK),
    }
)
# Standing of an area in the process.
STATUSES: Mapping[str, str] = MappingProxyType(
    {"decided": BLUE, "in_process": OCHRE, "proposed": GREEN, "tabled": PURPLE, "closed": INK, "never": LINE}
)
DIRECTIONS: Mapping[str, str] = MappingProxyType(
    {"harm": VERMILLION, "gain": BLUE, "unclear": MUTED, "draw_unchanged": LINE}
)
# A small count: from which number on, colour of the cell and of the text in it.
STEPS: tuple[tuple[int, str, str], ...] = (
    (1, "#eaf3fa", INK), (2, "#c4dff1", INK), (4, "#8fc3e3", INK), (8, "#4e9fd1", INK), (16, "#005a8c", BACKGROUND),
)  # fmt: skip
# Evidence grade as line style: the weaker the evidence, the more broken the line.
DASHES: Mapping[str, list[int]] = MappingProxyType({"reported": [1, 0], "derived": [8, 3], "assumed": [2, 4]})


def _luminance(colour: str) -> float:
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a: str, b: str) -> float:
    """Return the contrast ratio of two colours, 1–21 (WCAG 2.1).

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    lighter, darker = sorted((_luminance(a), _luminance(b)), reverse=True)
    return round((lighter + 0.05) / (darker + 0.05), 2)
