"""The error tree: one root, the built-in classes beside it, messages that name place and remedy."""

from __future__ import annotations

import pickle

import pytest

import graph_schema
from graph_schema import (
    ConvergenceWarning,
    MemoryUseWarning,
    Problem,
    RandzonError,
    ScenarioConflict,
    SchemaViolation,
    SettingError,
    StoreError,
    UnknownNode,
)
from graph_schema.errors import VALUE_WIDTH

FIRST = Problem("nodes/region.csv", 3, "population", "-4", "below 1", "write the inhabitants")
SECOND = Problem("dataset.csv", None, None, None, "missing file", "write it")


@pytest.mark.parametrize(
    ("error", "builtin"),
    [
        (SchemaViolation, ValueError),
        (ScenarioConflict, ValueError),
        (SettingError, ValueError),
        (UnknownNode, KeyError),
        (StoreError, OSError),
    ],
)
def test_each_error_has_the_root_and_a_builtin_parent(error: type, builtin: type) -> None:
    assert issubclass(error, RandzonError)
    assert issubclass(error, builtin)


def test_all_exported_exceptions_stand_in_the_tree() -> None:
    exported = [getattr(graph_schema, name) for name in graph_schema.__all__]
    errors = [e for e in exported if isinstance(e, type) and issubclass(e, BaseException)]
    assert {e for e in errors if not issubclass(e, RandzonError)} == {ConvergenceWarning, MemoryUseWarning}
    assert issubclass(ConvergenceWarning, UserWarning)


def test_a_problem_names_place_value_rule_and_remedy() -> None:
    assert str(FIRST) == "nodes/region.csv, row 3, population = '-4': below 1. Remedy: write the inhabitants."
    assert str(SECOND) == "dataset.csv: missing file. Remedy: write it."


def test_a_long_value_is_cut_and_control_characters_are_escaped() -> None:
    text = str(Problem("f.csv", 2, "note", "x" * 1_000_000, "too long", "cut it"))
    assert len(text) < VALUE_WIDTH + 80
    assert "…" in text
    assert "\n" not in str(Problem("f.csv", 2, "note", "a\nb\x1b[31m", "wrong", "mend it"))


@pytest.mark.parametrize("error", [SchemaViolation, ScenarioConflict])
def test_a_list_of_problems_is_shown_whole_and_kept(error: type[SchemaViolation | ScenarioConflict]) -> None:
    raised = error(iter([FIRST, SECOND]))
    assert raised.problems == (FIRST, SECOND)
    lines = str(raised).splitlines()
    assert "2 problem(s)" in lines[0]
    assert [line.strip() for line in lines[1:]] == [str(FIRST), str(SECOND)]


@pytest.mark.parametrize("error", [SchemaViolation([FIRST, SECOND]), ScenarioConflict([SECOND])])
def test_a_list_of_problems_survives_the_way_between_processes(error: SchemaViolation | ScenarioConflict) -> None:
    back = pickle.loads(pickle.dumps(error))  # noqa: S301  # our own bytes
    assert type(back) is type(error)
    assert back.problems == error.problems
    assert str(back) == str(error)


def test_unknown_node_has_no_quotes_round_its_message() -> None:
    assert str(UnknownNode("no node has the id 'x'")) == "no node has the id 'x'"
    assert str(UnknownNode()) == ""
