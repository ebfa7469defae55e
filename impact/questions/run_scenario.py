"""A scenario on a system to a result that carries both inside."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from graph_schema import CareSystem, canonical_json
from impact.questions.grade_shares import with_grade_shares
from impact.questions.what_if import Progress, Settings, what_if
from impact.result import Result
from loaders import system_to_mapping
from scenarios import Scenario, course_of, scenario_content, scenario_hash

__all__ = ["run_scenario"]


def run_scenario(
    system: CareSystem,
    scenario: Scenario,
    as_of: date | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Result:
    """Return the effect of a scenario, with the system, the scenario and their hashes inside the result.

    Parameters
    ----------
    system
        A validated system; never changed.
    scenario
        What is decided and what happens.
    as_of
        Date of today; the dataset's own if None.
    settings
        Seed, draws, years, start; see `Settings`.
    progress
        Called with (steps done, steps in all).

    Returns
    -------
    Result
        ``notes["system"]`` and ``notes["scenario_content"]`` hold the inputs, ``manifest`` their hashes.

    Raises
    ------
    ScenarioConflict
        If the scenario contradicts itself or the system; lists all.
    SettingError, SchemaViolation
        As `what_if`.
    """
    today = as_of or date.fromisoformat(system.settings["as_of"])
    result = what_if(system, course_of(scenario, system, today), settings, progress)
    manifest = {**result.manifest, "scenario_hash": scenario_hash(scenario)}
    content: dict[str, Any] = json.loads(canonical_json(scenario_content(scenario)))
    notes = {**result.notes, "system": system_to_mapping(system), "scenario_content": content}
    return Result(with_grade_shares(result), manifest, notes)
