"""Headroom: K by hand, decisions left, the smallest breaking set, the pipeline of the small country."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from graph_schema import SettingError
from impact import Settings, what_if
from impact.model.arrays import Floats
from impact.questions.breaking_sets import Evaluate, smallest_breaking_set
from impact.questions.floors import Floor, floors_of
from impact.questions.headroom import HeadroomSettings, headroom
from impact.questions.headroom_rows import breaking_numbers, decisions_left
from impact.questions.pipeline import PipelineArea, order_ranks, pipeline
from impact.questions.pipeline_runs import PipelineRuns
from scenarios import Course
from tests.courses import AS_OF
from tests.small_system import small_system
from tests.synthetic import two_hospitals

THREE = np.array([
    # draws: never, third, second, from the start, second for a while only
    [False, False, False, True, False],
    [False, False, False, True, False],
    [False, False, True, True, True],
    [False, True, True, True, False],
])  # fmt: skip


def test_the_breaking_number_of_three_decisions_by_hand() -> None:
    assert breaking_numbers(THREE).tolist() == [4, 3, 2, 0, 2]


def test_decisions_left_of_three_decisions_by_hand() -> None:
    numbers = np.array([4, 3, 2, 2, 1])  # P(K <= 0, 1, 2, 3) = 0, .2, .6, .8
    assert [decisions_left(numbers, a, 3) for a in (0.0, 0.1, 0.2, 0.6, 0.79, 0.8)] == [0, 0, 1, 2, 2, 3]


def test_already_broken_gives_null() -> None:
    assert decisions_left(np.array([0, 4, 4, 4]), 0.1, 3) is None
    assert decisions_left(np.array([0, 4, 4, 4]), 0.25, 3) == 3


def test_headroom_never_falls_when_alpha_rises() -> None:
    generator = np.random.default_rng(1)
    for _ in range(50):
        numbers = generator.integers(0, 8, 40)
        found = [decisions_left(numbers, a, 6) for a in np.linspace(0, 0.95, 20)]
        assert [-1 if n is None else n for n in found] == sorted(-1 if n is None else n for n in found)


def additive(*weights: float) -> Evaluate:
    """A system in which the probability of being below is the sum of the decisions' weights."""

    def evaluate(chosen: frozenset[int]) -> tuple[Floats, Floats]:
        total = np.array([sum(weights[d] for d in chosen)])
        return np.minimum(total, 1.0), total

    return evaluate


@pytest.mark.parametrize(
    ("weights", "found", "exact"),
    [
        ((0.2, 0.05, 0.02), (0,), True),
        ((0.04, 0.07, 0.06), (1, 2), True),
        ((0.04, 0.04, 0.04, 0.01), (0, 1, 2), True),
        ((0.03, 0.03, 0.03, 0.03), (0, 1, 2, 3), True),
        ((0.01, 0.01), None, False),
    ],
)
def test_the_smallest_breaking_set(weights: tuple[float, ...], found: tuple[int, ...] | None, exact: bool) -> None:
    assert smallest_breaking_set(additive(*weights), len(weights), 0, 0.1) == (found, exact)


def test_a_pair_that_hurts_only_together_is_found_where_greedy_misses_it() -> None:
    def evaluate(chosen: frozenset[int]) -> tuple[Floats, Floats]:
        below = 0.5 if {2, 3} <= chosen or {0, 1, 4} <= chosen else 0.0
        return np.array([below]), np.array([sum((0.5, 0.4, 0.1, 0.1, 0.3)[d] for d in chosen)])

    assert smallest_breaking_set(evaluate, 5, 0, 0.1) == ((2, 3), True)
    assert smallest_breaking_set(evaluate, 5, 0, 0.1, most_runs=3) == ((0, 1, 4), False)


def area(name: str, step: int) -> PipelineArea:
    return PipelineArea(name, 2, "assumed", step, ("a", "b", "c"), ("a", "b", "c"))


def test_every_draw_orders_every_area_and_later_steps_tend_to_come_first() -> None:
    areas = (area("early", 1), area("late", 6), area("unknown", 0))
    ranks = order_ranks(areas, 1, 4000)
    assert (np.sort(ranks, axis=0) == np.arange(3)[:, None]).all()
    assert float((ranks[1] < ranks[0]).mean()) == pytest.approx(6 / 7, abs=0.03)
    assert float((ranks[2] < ranks[0]).mean()) == pytest.approx(1 / 2, abs=0.03)


def test_an_order_does_not_depend_on_what_else_is_under_way() -> None:
    few, more = (area("x", 1), area("y", 3)), (area("x", 1), area("y", 3), area("z", 2))
    alone, among = order_ranks(few, 1, 200), order_ranks(more, 1, 200)
    assert ((alone[0] < alone[1]) == (among[0] < among[1])).all()


def test_the_pipeline_is_what_is_under_way_and_provided() -> None:
    found = pipeline(small_system(), AS_OF)
    assert [(a.area, a.units, a.units_from, a.step) for a in found] == [("heart", 2, "assumed", 4)]
    assert pipeline(small_system(), AS_OF, units=1)[0].units == 1
    assert pipeline(small_system(), AS_OF, units=1)[0].units_from == "given"


def test_no_decision_taken_is_the_world_without_a_scenario() -> None:
    system = small_system()
    areas, floors = pipeline(system, AS_OF), floors_of(system)
    runs = PipelineRuns(system, areas, floors, AS_OF, draws=20, years=3)
    found = runs.outcome(np.zeros((1, 20), dtype=np.bool_))
    data = what_if(system, Course(AS_OF), Settings(draws=20, years=3, grade_shares=False, sets=False)).data
    values = data["without"].sel(measure="research_caseload", entity=list(runs.hospitals)).values[:, 1:]
    beyond = (60 - values) / 60
    assert found.excess == pytest.approx(beyond.max(axis=1).T, abs=1e-9)


def test_a_decision_taken_in_some_draws_leaves_the_others_alone() -> None:
    system = small_system()
    runs = PipelineRuns(system, pipeline(system, AS_OF), floors_of(system), AS_OF, draws=20, years=3)
    none = runs.outcome(np.zeros((1, 20), dtype=np.bool_)).excess
    half = runs.outcome((np.arange(20) % 2 == 0)[None]).excess
    every = runs.outcome(np.ones((1, 20), dtype=np.bool_)).excess
    assert half[:, 1::2] == pytest.approx(none[:, 1::2], abs=1e-12)
    assert half[:, ::2] == pytest.approx(every[:, ::2], abs=1e-12)
    assert np.abs(none - every).max() > 1e-6


def floor(name: str, threshold: float) -> Floor:
    return Floor(name, "university", "research_caseload", "absolute", "at_least", is_hard=True, threshold=threshold)


def answer(*floors: Floor, alpha: float = 0.1) -> dict[str, dict[str, Any]]:
    settings = HeadroomSettings(draws=20, years=3, alpha=alpha)
    found = headroom(small_system(), floors, AS_OF, settings=settings)
    return {row["hospital"]: row for row in found["rows"]}


def test_two_identical_rows_together_are_as_each() -> None:
    one, two = answer(floor("a", 60)), answer(floor("a", 60), floor("b", 60))
    for hospital, row in one.items():
        assert two[hospital]["p_below_by_number"] == row["p_below_by_number"]
        assert [f["p_below_by_number"] for f in two[hospital]["floors"]] == [row["p_below_by_number"]] * 2


def test_a_floor_out_of_reach_is_broken_already_and_one_at_the_ground_never() -> None:
    high, low = answer(floor("a", 1e9)), answer(floor("a", 0))
    assert {r["decisions_left"] for r in high.values()} == {None}
    assert all(r["smallest_breaking_set"] == [] and r["exact"] for r in high.values())
    assert {r["first_floor_broken"] for r in high.values()} == {"a"}
    assert {(r["decisions_left"], r["whole_pipeline"]) for r in low.values()} == {(1, True)}
    assert all(r["smallest_breaking_set"] is None and r["first_floor_broken"] is None for r in low.values())


def test_without_uncertainty_only_zero_or_one() -> None:
    tables = {"CareArea": [{"id": "area", "status": "in_process", "step": 2}]}
    system = two_hospitals(**tables)
    found = headroom(system, (floor("a", 6),), AS_OF, settings=HeadroomSettings(draws=4, years=3, units=2))
    assert {p for row in found["rows"] for p in row["p_below_by_number"]} <= {0.0, 1.0}


def test_bad_settings_and_nothing_to_ask_are_refused() -> None:
    with pytest.raises(SettingError, match="alpha = 2"):
        HeadroomSettings(alpha=2).check()
    with pytest.raises(SettingError, match="pipeline"):
        headroom(two_hospitals(), (floor("a", 6),), date(2025, 12, 31))
    soft = Floor("a", "university", "research_caseload", "absolute", "at_least", is_hard=False, threshold=6)
    with pytest.raises(SettingError, match="no hard floor"):
        headroom(small_system(), (soft,), AS_OF, settings=HeadroomSettings(draws=4, years=2))
