"""The model and its questions: what a change does to the system, with honest uncertainty."""

from impact.measures import PERSPECTIVES, Measure, load_measures
from impact.questions.effects import effect_rows
from impact.questions.run_scenario import run_scenario
from impact.questions.what_if import Settings, what_if
from impact.result import Result, open_result

__all__ = [
    "PERSPECTIVES",
    "Measure",
    "Result",
    "Settings",
    "effect_rows",
    "load_measures",
    "open_result",
    "run_scenario",
    "what_if",
]
