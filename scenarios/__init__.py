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
from scenarios.files import library, parse_scenario, read_scenario, scenario_json_schema
from scenarios.holders import allocation_sets, candidates, holders
from scenarios.scenario import Scenario, scenario_hash
from scenarios.template import template_text, write_template

__all__ = [
    "Closure",
    "Course",
    "Delay",
    "FactorChange",
    "HolderChange",
    "ReachChange",
    "Scenario",
    "ShareChange",
    "allocation_sets",
    "candidates",
    "course_of",
    "holders",
    "library",
    "parse_scenario",
    "read_scenario",
    "scenario_hash",
    "scenario_json_schema",
    "template_text",
    "write_template",
]
