"""A compiled system and the settings of a run to the memory it will keep, with a warning where that is much."""

from __future__ import annotations

import warnings

from graph_schema import MemoryUseWarning
from impact.measures import load_measures
from impact.model.structure import Structure
from impact.questions.recording import entities

__all__ = ["bytes_per_draw", "warn_of_memory"]

NUMBER = 8  # bytes of a float64
LIMIT = 4 * 2**30  # bytes
WORLDS = 2 + 1  # without and with, and their difference when the effects are read
ENDS = 3  # none of the decisions, the effect with mixed draws and the one without assumed dependencies
DRAWN = 2  # values of the quantities, and mixed ones


def bytes_per_draw(structure: Structure, years: int) -> int:
    """Return the memory that a run keeps for each draw.

    Parameters
    ----------
    structure
        Compiled system.
    years
        Years kept, year 0 among them.

    Returns
    -------
    int
        Bytes: ``8 (2 · quantities + (3 · years + 3) · entities · measures + years · entities)``.
    """
    places, measures = len(entities(structure)), len(load_measures())
    kept = (WORLDS * years + ENDS) * places * measures + years * places
    return NUMBER * (DRAWN * len(structure.table.ids) + kept)


def warn_of_memory(structure: Structure, draws: int, years: int, limit: int = LIMIT) -> None:
    """Warn before a run that will keep more than a limit.

    Parameters
    ----------
    structure
        Compiled system.
    draws, years
        Number of draws and of years kept.
    limit
        Bytes.

    Warns
    -----
    MemoryUseWarning
        If the draws keep more than the limit together.
    """
    each = bytes_per_draw(structure, years)
    if draws * each > limit:
        warnings.warn(
            f"{draws} draws of {years} years keep about {draws * each / 2**30:.1f} GiB of memory; "
            f"{limit // each} draws keep {limit / 2**30:.0f} GiB. Choose fewer draws or years if the machine has less.",
            MemoryUseWarning, stacklevel=3,
        )  # fmt: skip
