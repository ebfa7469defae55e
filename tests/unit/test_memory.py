"""The memory that a run keeps, reckoned before it starts."""

from __future__ import annotations

import warnings

import pytest

from graph_schema import MemoryUseWarning
from impact.measures import load_measures
from impact.model.structure import Structure, compile_structure
from impact.questions.memory import bytes_per_draw, warn_of_memory
from impact.questions.what_if import Settings, what_if
from interface import cli
from scenarios import Course
from tests.courses import AS_OF
from tests.synthetic import two_hospitals


def _structure() -> Structure:
    return compile_structure(two_hospitals(), Course(AS_OF), 1, "standing")


def test_what_a_draw_keeps_is_at_least_what_the_result_holds_of_it() -> None:
    result = what_if(two_hospitals(), Course(AS_OF), Settings(draws=10, years=2))
    held = sum(array.nbytes for array in result.data.data_vars.values()) / 10
    quantities = 2 * 8 * len(_structure().table.ids)
    worth = bytes_per_draw(_structure(), 3) - quantities
    difference = 3 * 5 * len(load_measures()) * 8  # the effects: two hospitals, two regions and the nation
    assert worth == pytest.approx(held + difference, rel=0.05)


def test_a_run_that_keeps_more_than_the_limit_is_warned_of_with_a_number_of_draws_that_keeps_less() -> None:
    structure = _structure()
    limit = 100 * bytes_per_draw(structure, 11)
    with pytest.warns(MemoryUseWarning, match="101 draws of 11 years.*100 draws keep"):
        warn_of_memory(structure, 101, 11, limit)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_of_memory(structure, 100, 11, limit)


def test_a_warning_on_the_command_line_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    cli._show_warning(MemoryUseWarning("much memory"), MemoryUseWarning, "file.py", 3)
    assert capsys.readouterr().err == "randzon: much memory\n"
