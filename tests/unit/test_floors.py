"""Floors: broken where a measure lies beyond its floor two years running, draw by draw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from graph_schema import Record, SchemaViolation
from impact import Settings, effect_rows, what_if
from impact.questions.effects import EffectTable
from impact.questions.floors import Floor, floors_for, floors_of, is_beyond, is_broken, worst_standing
from loaders import load_sweden
from scenarios import Course, course_of, parse_scenario
from tests.courses import AS_OF
from tests.small_system import GIVEN, small_system
from tests.synthetic import two_hospitals

AT_LEAST = Floor("f", "university", "research_caseload", "absolute", "at_least", is_hard=True, threshold=10)
AT_MOST = Floor("f", "university", "competences_lost", "relative", "at_most", is_hard=True, threshold=None)


def broken(floor: Floor, *years: float, none: float = 10.0, tolerance: float = 0.0) -> list[bool]:
    values = np.array([years], dtype=np.float64)
    return [bool(b) for b in is_broken(floor, values, np.array([none]), tolerance)[0]]


def test_one_year_below_is_not_broken() -> None:
    assert broken(AT_LEAST, 12, 9, 12, 9) == [False] * 4


def test_the_second_year_below_is_broken_until_it_recovers() -> None:
    assert broken(AT_LEAST, 12, 9, 9, 9, 11, 9) == [False, False, True, True, False, False]


def test_never_in_year_zero_and_counted_from_it() -> None:
    assert broken(AT_LEAST, 9, 9) == [False, True]


def test_on_the_floor_is_not_below_it() -> None:
    assert broken(AT_LEAST, 10, 10, 10 - 1e-12) == [False] * 3
    assert broken(AT_MOST, 10, 10, 10 + 1e-12) == [False] * 3


def test_a_relative_floor_is_against_none_of_the_decisions_with_slack() -> None:
    assert broken(AT_MOST, 12, 12, none=10) == [False, True]
    assert broken(AT_MOST, 10.9, 10.9, none=10, tolerance=0.1) == [False, False]
    assert broken(AT_MOST, 11.1, 11.1, none=10, tolerance=0.1) == [False, True]
    least = Floor("f", "university", "x", "relative", "at_least", is_hard=True, threshold=None)
    assert broken(least, 9.1, 9.1, none=10, tolerance=0.1) == [False, False]
    assert broken(least, 8.9, 8.9, none=10, tolerance=0.1) == [False, True]


def test_a_count_breaks_when_one_more_than_it_is_lost_two_years_running() -> None:
    ten = Floor("f", "university", "competences_lost", "absolute", "at_most", is_hard=True, threshold=10)
    assert broken(ten, 10, 10, none=1) == [False, False]
    assert broken(ten, 11, 10, 11, none=1) == [False, False, False]
    assert broken(ten, 11, 11, none=1) == [False, True]


@pytest.mark.parametrize("floor", [AT_LEAST, AT_MOST])
def test_the_worst_standing_is_beyond_a_floor_where_it_is_broken_in_some_year(floor: Floor) -> None:
    values = np.random.default_rng(1).integers(7, 14, (200, 5)).astype(np.float64)
    none = np.full(200, 10.0)
    expected = is_broken(floor, values, none, 0.1).any(axis=1)
    assert 0 < expected.mean() < 1
    assert (is_beyond(floor, worst_standing(floor, values), none, 0.1) == expected).all()


def test_the_floors_of_the_swedish_dataset_say_where_they_come_from() -> None:
    rows = load_sweden().rows["floors"]
    hard = [r for r in rows if r.text("hardness") == "hard"]
    assert hard
    assert all(r.text("basis") == "absolute" for r in hard)  # a share of a small count breaks at one
    for record in rows:
        assert record.text("note"), record.key
        assert record.text("note_sv"), record.key
        if record.text("basis") == "absolute":
            low, middle, high = (record.number(n) for n in ("threshold_low", "threshold", "threshold_high"))
            assert low is not None
            assert middle is not None
            assert high is not None
            assert low < middle < high, record.key
            assert any(s.startswith("a_") for s in record.text("source").split(";")), record.key


def test_a_threshold_outside_its_range_is_refused() -> None:
    floor = {"id": "a", "measure": "competences_lost", "hospital_kind": "university", "unit": "number",
             "direction": "at_most", "hardness": "hard", "grade": "assumed", "basis": "absolute", "threshold": 3,
             "threshold_low": 4, "threshold_high": 6}  # fmt: skip
    with pytest.raises(SchemaViolation, match="outside its range"):
        two_hospitals(floors=[floor])


def test_floors_hold_for_their_kind_of_hospital_and_measure() -> None:
    kinds = {"a": "university", "b": "county"}
    assert floors_for((AT_LEAST, AT_MOST), kinds, "a", "research_caseload") == (AT_LEAST,)
    assert floors_for((AT_LEAST, AT_MOST), kinds, "b", "research_caseload") == ()
    assert floors_for((AT_LEAST, AT_MOST), kinds, "national", "research_caseload") == ()


def test_a_floor_of_an_unknown_measure_is_refused() -> None:
    common = {"hospital_kind": "university", "unit": "number", "direction": "at_most", "hardness": "hard",
              "grade": "assumed", "basis": "relative"}  # fmt: skip
    system = two_hospitals(floors=[{"id": i, "measure": f"nothing_{i}", **common} for i in ("a", "b")])
    with pytest.raises(SchemaViolation) as caught:
        floors_of(system)
    assert [p.value for p in caught.value.problems] == ["nothing_a", "nothing_b"]
    assert all("competences_lost" in p.remedy for p in caught.value.problems)


def test_an_absolute_floor_has_a_threshold() -> None:
    floor = {"id": "a", "measure": "competences_lost", "hospital_kind": "university", "unit": "number",
             "direction": "at_most", "hardness": "hard", "grade": "assumed", "basis": "absolute"}  # fmt: skip
    with pytest.raises(SchemaViolation, match="threshold"):
        two_hospitals(floors=[floor])


def test_no_decision_makes_both_probabilities_equal() -> None:
    system = small_system()
    rows = effect_rows(what_if(system, Course(AS_OF), Settings(draws=30, years=3)), system)
    floored = [r for r in rows if r["p_below_floor"] is not None]
    assert floored
    assert all(r["p_below_floor"] == r["p_below_floor_without"] for r in floored)
    assert {r["measure"] for r in floored} == {"competences_lost", "research_caseload"}
    assert not any(r["year"] == 0 for r in floored)


def test_two_identical_rows_are_as_one() -> None:
    found = []
    for copies in (1, 2):
        system = small_system()
        rows = [r for r in system.rows["floors"] for _ in range(copies)]
        table = effect_table(rows)
        found.append([(r["p_below_floor"], r["p_below_floor_without"]) for r in table])
    assert found[0] == found[1]


def effect_table(records: list[Record]) -> list[dict[str, Any]]:
    """Effect rows of the small country with the floors of the given records."""
    system = small_system()
    course = course_of(parse_scenario(GIVEN.encode(), "x"), system, AS_OF)
    table = EffectTable(what_if(system, course, Settings(draws=20, years=3)), system)
    by_id = {f.id: f for f in floors_of(system)}
    table.floors = tuple(by_id[r.key[0]] for r in records)
    return list(table.rows())


def test_without_uncertainty_only_zero_or_one() -> None:
    system = two_hospitals(
        floors=[
            {"id": "a", "hospital_kind": "university", "measure": "research_caseload", "unit": "patients/year",
             "basis": "absolute", "threshold": 6, "direction": "at_least", "hardness": "hard", "grade": "assumed"},
        ]
    )  # fmt: skip
    rows = effect_rows(what_if(system, Course(AS_OF), Settings(draws=4, years=3)), system)
    found = {r[k] for r in rows for k in ("p_below_floor", "p_below_floor_without") if r[k] is not None}
    assert found
    assert found <= {0.0, 1.0}
