"""A file that somebody opens on the page, to what is in it: a scenario, an answer, or a comparison."""

from __future__ import annotations

import json
from pathlib import Path

from interface.compare_command import KIND as COMPARE
from interface.page.service.answered import Answered, opened_answer
from interface.page.service.composition import scenario_of_file
from interface.page.service.outcome import Outcome, opened
from scenarios import Scenario

__all__ = ["ENDINGS", "opened_file"]

ENDINGS = ("toml", "nc", "json")


def _is_comparison(content: bytes) -> bool:
    try:
        document = json.loads(content)
        return bool(document["answer"]["command"] == COMPARE.command)
    except (ValueError, RecursionError, KeyError, TypeError):
        return False


def opened_file(name: str, content: bytes) -> Scenario | Outcome | Answered:
    """Return what is in a file.

    Parameters
    ----------
    name
        Of the file; its ending tells the format.
    content
        Its bytes.

    Raises
    ------
    ScenarioConflict
        If it is a TOML file and no scenario; lists every problem.
    StoreError
        If it is another file and no answer of `run` or `compare`.
    """
    suffix = Path(name).suffix.lower()
    if suffix == ".toml":
        return scenario_of_file(name, content)
    if suffix == ".json" and _is_comparison(content):
        return opened_answer(name, content, {COMPARE.command: COMPARE})
    return opened(name, content)
