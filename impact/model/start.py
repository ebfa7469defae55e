"""Where a run starts: the choice, what a dataset allows, and the date from which its history is followed."""

from __future__ import annotations

from datetime import date
from typing import Literal

from graph_schema import CareSystem, Problem, SchemaViolation

__all__ = ["Start", "default_start", "history_start_of"]

Start = Literal["standing", "today"]


def default_start(system: CareSystem) -> Start:
    """Return ``today`` where the dataset says when its history begins, else ``standing``."""
    return "today" if system.settings.get("history_start") else "standing"


def history_start_of(system: CareSystem, start: Start) -> date | None:
    """Return the date from which a dataset's history is followed, None where it has none.

    Parameters
    ----------
    system
        A validated system.
    start
        How the run starts.

    Raises
    ------
    SchemaViolation
        If a run from today is asked for and the dataset has no ``history_start``.
    """
    text = system.settings.get("history_start", "")
    if not text and start == "today":
        raise SchemaViolation(
            [Problem("dataset.csv", None, "history_start", None, "a run from today needs it",
                     "add the row or run with --start standing")]
        )  # fmt: skip
    return date.fromisoformat(text) if text else None
