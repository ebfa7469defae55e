"""A scenario on a system to the plain tables that the database keeps, and a result to its rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from graph_schema import CareSystem, Quantity, canonical_json
from loaders.neo4j_store import Branch, Change, Part
from scenarios import Course, FactorChange, Scenario, course_of, scenario_content, scenario_hash

__all__ = ["branch_of", "summary_rows"]

ABOUT = ("name", "title_sv", "title_en", "description_sv", "description_en", "notes")
LISTS = ("cause", "worst_units", "best_units")


def _quantity(quantity: Quantity) -> dict[str, Any]:
    names = ("value", "low", "high", "unit", "grade", "source")
    return {name: getattr(quantity, name) for name in names}


def _holders(course: Course) -> Iterator[Change]:
    for change in course.holder_changes:
        given = {
            "begins": change.added,
            "ends": change.removed,
            "candidate": change.candidates if change.unknown_units else (),
        }
        for what, hospitals in given.items():
            for hospital in hospitals:
                row = {"change": what, "date": change.date.isoformat(), "units": change.unknown_units or None}
                yield Change("PROVIDES_CHANGE", hospital, change.area, row)


def _factors(system: CareSystem, change: FactorChange) -> Iterator[Change]:
    if change.kind == "demand":
        return
    row = {
        "change": "factor",
        "factor": _quantity(change.factor),
        "date_from": change.date_from.isoformat(),
        "date_to": change.date_to.isoformat(),
    }
    base = "OPERATES" if change.kind == "capacity" else "STAFFS"
    ends = {r.key[:2] for r in system.rows[base]}
    for hospital, target in sorted(ends):
        if change.hospital in (None, hospital) and change.target in (None, target):
            yield Change("OPERATES_CHANGE" if base == "OPERATES" else "STAFFS_CHANGE", hospital, target, row)


def _changes(system: CareSystem, course: Course) -> Iterator[Change]:
    yield from _holders(course)
    for delay in course.delays:
        yield Change("PROVIDES_CHANGE", delay.hospital, delay.area, {"change": "delayed", "days": delay.days})
    for closure in course.closures:
        dates = {"date_from": closure.date_from.isoformat(), "date_to": closure.date_to.isoformat()}
        areas = {r.key[1] for r in system.outgoing("PROVIDES", closure.hospital)}
        for area in sorted(areas if closure.area is None else {closure.area}):
            yield Change("PROVIDES_CHANGE", closure.hospital, area, {"change": "closed", **dates})
    for factor in course.factor_changes:
        yield from _factors(system, factor)


def branch_of(scenario: Scenario, system: CareSystem, as_of: date | None = None) -> Branch:
    """Return a scenario as plain tables: its decisions and events, and the relationships that it changes.

    Parameters
    ----------
    scenario
        What is decided and what happens.
    system
        The version's system; not changed.
    as_of
        Date of today; the dataset's own if None.

    Raises
    ------
    ScenarioConflict
        If the scenario contradicts itself or the system; lists all.
    """
    course = course_of(scenario, system, as_of or date.fromisoformat(system.settings["as_of"]))
    content: dict[str, Any] = json.loads(canonical_json(scenario_content(scenario)))
    parts = [
        Part(f"{group}[{number}]", part)
        for group in ("decisions", "events")
        for number, part in enumerate(content.get(group, []), start=1)
    ]
    about = {name: content[name] for name in ABOUT if name in content}
    return Branch(scenario_hash(scenario), about, content, parts, tuple(_changes(system, course)))


def summary_rows(effects: list[dict[str, Any]], year: int | None) -> list[Mapping[str, Any]]:
    """Return the effect rows of a year (of all where None) that hold scalars and lists of ids only."""
    return [
        {k: v for k, v in row.items() if k in LISTS or not isinstance(v, list | dict)}
        for row in effects
        if year is None or row["year"] == year
    ]
