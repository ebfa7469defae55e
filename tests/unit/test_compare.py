"""Comparison of results: nothing against itself; the model's part and the inputs' part add up to the difference."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from graph_schema import StoreError
from impact import Result, Settings, run_scenario
from impact.questions.compare import Side, compare_rows, named_differences, run_again, told_year
from scenarios import parse_scenario
from tests.small_system import CONCENTRATE, EVENT, GIVEN, small_system

SETTINGS = Settings(draws=12, years=2, grade_shares=False)


@cache
def saved(content: str = CONCENTRATE, volume: float | None = None, draws: int = 12, years: int = 2) -> Result:
    system = small_system() if volume is None else small_system().with_values({"heart.needed_volume": volume})
    settings = replace(SETTINGS, draws=draws, years=years)
    return run_scenario(system, parse_scenario(content.encode(), "x"), settings=settings)


def side(label: str, result: Result) -> Side:
    return Side(label, result, run_again(label, result, 1))


@pytest.mark.parametrize("content", [CONCENTRATE, GIVEN, EVENT])
def test_a_result_run_again_by_the_same_code_is_itself(content: str) -> None:
    result = saved(content)
    again = run_again("x", result, 1)
    assert again.manifest["scenario_hash"] == result.manifest["scenario_hash"]
    assert again.manifest["system_hash"] == result.manifest["system_hash"]
    for world in ("with", "without"):
        assert again.data[world].equals(result.data[world])


def test_a_result_against_itself_is_nothing() -> None:
    one = side("a", saved())
    rows = compare_rows(one, replace(one, label="b"), 2)
    assert rows
    assert {(r["difference"], r["low"], r["high"], r["from_model"], r["from_system"]) for r in rows} == {
        (0, 0, 0, 0, 0)
    }
    assert named_differences(one, one) == []


def test_another_scenario_is_a_difference_of_the_inputs() -> None:
    one, two = side("a", saved()), side("b", saved(GIVEN))
    rows = compare_rows(one, two, 2)
    assert max(abs(r["difference"]) for r in rows) > 0
    for row in rows:
        assert row["difference"] == pytest.approx(row["b"] - row["a"])
        assert row["from_system"] == pytest.approx(row["difference"], abs=1e-9)
        assert row["from_model"] == pytest.approx(0, abs=1e-9)
        assert row["of"] == "b"
    assert [d["input"] for d in named_differences(one, two)] == ["scenario_hash"]


def test_another_model_is_told_from_another_dataset() -> None:
    """B was saved by a model that doubled every effect, on a dataset with another needed volume."""
    one, now = saved(), saved(volume=30)
    data = now.data.assign({"with": now.data["without"] + 2 * (now.data["with"] - now.data["without"])})
    two = Side("b", Result(data, {**now.manifest, "code_version": "0.0.1"}, now.notes), now)
    rows = compare_rows(Side("a", one, one), two, 2)
    (row,) = (r for r in rows if "national" in r and r["measure"] == "patients_at_needed_volume")
    effects = [
        float((r.data["with"] - r.data["without"]).sel(entity="national", measure=row["measure"], year=2).mean())
        for r in (one, now)
    ]
    assert row["b"] == pytest.approx(2 * effects[1])
    assert row["from_system"] == pytest.approx(effects[1] - effects[0])
    assert row["from_model"] == pytest.approx(effects[1])
    assert abs(row["from_system"]) > 0
    assert {d["input"] for d in named_differences(Side("a", one, one), two)} == {"system_hash", "code_version"}


def test_other_draws_and_years_are_named_and_have_no_interval() -> None:
    one, two = Side("a", saved(), None), Side("b", saved(draws=8, years=3), None)
    assert told_year([one, two]) == 2
    assert {d["input"] for d in named_differences(one, two)} == {"draws", "years"}
    rows = compare_rows(one, two, 2)
    assert {(r["low"], r["high"], r["paired"], r["from_model"], r["from_system"]) for r in rows} == {
        (None, None, False, None, None)
    }


def test_a_result_without_its_system_cannot_be_run_again() -> None:
    result = saved()
    with pytest.raises(StoreError, match="no system and scenario"):
        run_again("x.nc", Result(result.data, result.manifest, {}), 1)
