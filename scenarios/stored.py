"""A scenario from the plain content that a saved result carries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, cast

from graph_schema import ScenarioConflict, StoreError
from scenarios.files import scenario_of
from scenarios.scenario import Scenario

__all__ = ["scenario_from_content"]

STATED = ("value", "low", "high", "grade", "source")
DATES = ("date", "date_from", "date_to")


def _stated(name: str, value: Any) -> Any:
    """A value as a file states it: dates and whole numbers as such, quantities without what the property fixes."""
    if name in DATES:
        return dt.date.fromisoformat(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        number = cast(Mapping[str, Any], value)
        return {key: number[key] for key in STATED if key in number}
    return value


def scenario_from_content(content: Mapping[str, Any]) -> Scenario:
    """Return the scenario whose `scenario_content` was stored.

    Parameters
    ----------
    content
        Plain mappings, as JSON gives them back.

    Raises
    ------
    StoreError
        If it is no scenario.
    """
    parts = {
        name: [{k: _stated(k, v) for k, v in part.items() if v is not None} for part in content.get(name, [])]
        for name in ("decisions", "events")
    }
    try:
        return scenario_of({**content, **parts}, "scenario")
    except ScenarioConflict as error:
        raise StoreError(f"the stored scenario cannot be read: {error}") from error
