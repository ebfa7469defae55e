"""A scenario on a system to a result that carries what its page says beside the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph_schema import CareSystem
from impact import Result, Settings, run_scenario
from impact.questions.benefit import outcome_evidence
from impact.questions.card_parts import Registers
from impact.questions.what_if import Progress
from scenarios import Concentrate, Course, Scenario

__all__ = ["run_noted"]


def _brief(scenario: Scenario, course: Course) -> dict[str, Any]:
    first = min((c.date for c in course.holder_changes), default=None)
    given = [d.hospitals for d in scenario.decisions if isinstance(d, Concentrate) and d.hospitals]
    events = [*course.factor_changes, *course.closures]
    only_events = events and not course.holder_changes and not course.share_changes
    return {
        "name": scenario.name,
        "title_sv": scenario.title_sv,
        "title_en": scenario.title_en or scenario.title_sv,
        "date": first.isoformat() if first else None,
        "units": list(given[0]) if len(given) == 1 else [],
        "year": max(min(e.date_from for e in events).year - course.as_of.year, 0) if only_events else None,
        "event_hospitals": sorted({e.hospital for e in events if e.hospital}),
    }


def run_noted(
    system: CareSystem,
    scenario: Scenario,
    course: Course,
    registers: Registers,
    settings: Settings,
    progress: Progress | None = None,
    changed: Mapping[str, float] | None = None,
) -> Result:
    """Return a run with its scenario in brief, the evidence of outcomes, and what was fixed for it.

    Parameters
    ----------
    system, scenario, settings, progress
        As for `impact.run_scenario`.
    course
        Of the scenario on the system; its as-of date is today.
    registers
        Of evidence, of the same dataset.
    changed
        Quantities that were fixed at other values before the run; stands in the manifest.
    """
    result = run_scenario(system, scenario, course.as_of, settings, progress)
    evidence = outcome_evidence(registers, result.notes["focus"])
    notes = {**result.notes, "scenario": _brief(scenario, course), "outcome_evidence": evidence}
    return Result(result.data, {**result.manifest, "set": dict(changed or {})}, notes)
