"""Decisions and events as frozen values, their files, and the course of changes that the model reads."""

from scenarios.course import (
    Closure,
    Course,
    Delay,
    FactorChange,
    HolderChange,
    ReachChange,
    ShareChange,
    course_of,
)
from scenarios.files import library, parse_scenario, read_scenario, scenario_from_content, scenario_json_schema
from scenarios.holders import allocation_sets, candidates, holders
from scenarios.quantities import factor, share
from scenarios.scenario import Scenario, scenario_content, scenario_hash
from scenarios.template import template_text, write_template
from scenarios.values import (
    CapacityEvent,
    ChangeScope,
    CloseArea,
    Concentrate,
    Decision,
    DelayedStart,
    DemandEvent,
    Event,
    Grant,
    Move,
    OpenArea,
    Refuse,
    SofterForm,
    StaffingEvent,
    UnitClosed,
    Withdraw,
)
from scenarios.writing import scenario_toml

__all__ = [
    "CapacityEvent",
    "ChangeScope",
    "CloseArea",
    "Closure",
    "Concentrate",
    "Course",
    "Decision",
    "Delay",
    "DelayedStart",
    "DemandEvent",
    "Event",
    "FactorChange",
    "Grant",
    "HolderChange",
    "Move",
    "OpenArea",
    "ReachChange",
    "Refuse",
    "Scenario",
    "ShareChange",
    "SofterForm",
    "StaffingEvent",
    "UnitClosed",
    "Withdraw",
    "allocation_sets",
    "candidates",
    "course_of",
    "factor",
    "holders",
    "library",
    "parse_scenario",
    "read_scenario",
    "scenario_content",
    "scenario_from_content",
    "scenario_hash",
    "scenario_json_schema",
    "scenario_toml",
    "share",
    "template_text",
    "write_template",
]
