"""What is wrong between a scenario and a dataset; every problem with place and remedy."""

from __future__ import annotations

import datetime as dt
import difflib

from graph_schema import CareSystem
from scenarios.area_state import DAY
from scenarios.conflicts import Conflicts, intrinsic_conflicts, named, same_day
from scenarios.scenario import Scenario
from scenarios.values import ChangeScope, Decision, Event, SofterForm

__all__ = ["find_conflicts"]

REFERENCES = {
    "area": "CareArea",
    "with_area": "CareArea",
    "hospital": "Hospital",
    "from_hospital": "Hospital",
    "to_hospital": "Hospital",
    "hospitals": "Hospital",
    "resource": "Resource",
    "competence": "Competence",
    "region": "Region",
}


def _references(place: str, value: Decision | Event, system: CareSystem, conflicts: Conflicts) -> None:
    for name, node_type in REFERENCES.items():
        for node_id in named(value, name):
            node = system.nodes.get(node_id)
            if node is not None and node.type == node_type:
                continue
            known = [r.key[0] for r in system.rows[node_type]]
            near = difflib.get_close_matches(node_id, known, n=3, cutoff=0.5)
            code = ("unknown_id" if node is None else "other_type") + ("_near" if near else "")
            found = "" if node is None else node.type
            conflicts.add(f"{place}.{name}", node_id, code, type=node_type, found=found, near=", ".join(near))


def _not_before(place: str, value: Decision | Event, as_of: dt.date, conflicts: Conflicts) -> None:
    for name in ("date", "date_from"):
        day = getattr(value, name, None)
        if isinstance(day, dt.date) and day < as_of:
            conflicts.add(f"{place}.{name}", day.isoformat(), "before_as_of", as_of=as_of.isoformat())


def _absent(place: str, value: Decision | Event, system: CareSystem, conflicts: Conflicts) -> None:
    """Report an event on a resource or competence that the hospital does not have: it would change nothing."""
    for name, relationship in (("resource", "OPERATES"), ("competence", "STAFFS")):
        target, hospital = getattr(value, name, None), getattr(value, "hospital", None)
        if not isinstance(hospital, str) or target not in system.nodes or hospital not in system.nodes:
            continue
        if not any(r.text("target_id") == target for r in system.outgoing(relationship, hospital)):
            conflicts.add(f"{place}.{name}", target, "not_there", hospital=hospital, relationship=relationship)


def _merged_days(scenario: Scenario, as_of: dt.date, conflicts: Conflicts) -> None:
    """Report contradictions between a decision without a date and one that states the day after as-of."""
    days: dict[tuple[str, dt.date], list[tuple[str, Decision]]] = {}
    for i, d in enumerate(scenario.decisions, start=1):
        if not isinstance(d, ChangeScope | SofterForm):
            days.setdefault((d.area, d.date or as_of + DAY), []).append((f"decisions[{i}]", d))
    for items in days.values():
        same_day(items, conflicts)


def find_conflicts(scenario: Scenario, system: CareSystem, as_of: dt.date) -> Conflicts:
    """Return what is wrong with a scenario by itself and with a dataset.

    What only shows when the decisions are walked through in time is found by `scenarios.permits`.
    """
    conflicts = intrinsic_conflicts(scenario)
    for place, value in scenario.places():
        _references(place, value, system, conflicts)
        _absent(place, value, system, conflicts)
        if not scenario.historic:
            _not_before(place, value, as_of, conflicts)
    _merged_days(scenario, as_of, conflicts)
    return conflicts
