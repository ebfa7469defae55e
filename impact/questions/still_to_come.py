"""What areas on their way would add: those without a permit in force for which a number of units is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from graph_schema import CareSystem
from impact.questions.what_if import Progress, Settings, what_if
from impact.result import Result
from scenarios import Concentrate, Scenario, course_of
from scenarios.area_state import MOST_PERMITS
from scenarios.holders import permits

__all__ = ["Pipeline", "pipeline_areas", "run_pipeline"]

STATUS = ("decided", "in_process", "tabled", "proposed")


@dataclass(frozen=True)
class Pipeline:
    """Areas on their way, and the effect of all with a number of units together, nobody knows which units.

    Attributes
    ----------
    areas
        ``area``, ``status``, ``units`` (None: no number is known), ``assumed`` (the number was given by the user).
    result
        None where no number is known.
    """

    areas: tuple[dict[str, Any], ...]
    result: Result | None


def pipeline_areas(system: CareSystem, as_of: date, assumed_units: int | None = None) -> tuple[dict[str, Any], ...]:
    """Return the areas on their way without a permit, by id.

    Parameters
    ----------
    system
        The dataset.
    as_of
        Areas with any permit, begun or to begin, are no part.
    assumed_units
        Number of units for areas without one; None: they stay without.
    """
    found: list[dict[str, Any]] = []
    for record in system.rows["CareArea"]:
        area = record.key[0]
        granted = any(r.flag("permit") for r in system.incoming("PROVIDES", area))
        if record.text("status") not in STATUS or granted or permits(system, area, as_of):
            continue
        stated = record.number("units_decided")
        units = int(stated) if stated else assumed_units
        found.append(
            {"area": area, "name": record.text("name_sv"), "status": record.text("status"), "units": units,
             "assumed": not stated and units is not None}
        )  # fmt: skip
    return tuple(found)


def run_pipeline(
    system: CareSystem,
    as_of: date | None = None,
    settings: Settings | None = None,
    assumed_units: int | None = None,
    progress: Progress | None = None,
) -> Pipeline:
    """Return what the areas on their way would add to the decisions in force, from the day after the as-of date.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of, settings, progress
        As `what_if`; every draw carries one plausible set of units for each area.
    assumed_units
        Number of units for areas without one (1–5); None leaves them out.
    """
    today = as_of or date.fromisoformat(system.settings["as_of"])
    areas = pipeline_areas(system, today, assumed_units)
    decisions = tuple(Concentrate(a["area"], a["units"]) for a in areas if a["units"] and a["units"] <= MOST_PERMITS)
    if not decisions:
        return Pipeline(areas, None)
    course = course_of(Scenario("pipeline", decisions=decisions), system, today)
    settings = replace(settings or Settings(), grade_shares=False, sets=False)
    return Pipeline(areas, what_if(system, course, settings, progress))
