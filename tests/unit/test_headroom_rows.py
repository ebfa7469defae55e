"""Rows of headroom solved by hand: margins in counts, before the decisions, strict and lenient floors; the screen."""

from __future__ import annotations

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from impact.model.arrays import Booleans, Floats
from impact.questions.breaking_sets import smallest_breaking_set
from impact.questions.floor_watch import FloorRow, Outcome
from impact.questions.floors import Floor
from impact.questions.headroom import HeadroomSettings, headroom
from impact.questions.headroom_rows import HeadroomRows
from impact.questions.pipeline_runs import PipelineRuns
from impact.questions.set_runs import SetRuns
from tests.courses import AS_OF
from tests.small_system import small_system

LOST = Floor(
    "lost", "university", "competences_lost", "absolute", "at_most", is_hard=True, threshold=10.0, low=5.0, high=20.0
)
BREADTH = Floor(
    "breadth",
    "university",
    "education_breadth",
    "absolute",
    "at_least",
    is_hard=True,
    threshold=42.0,
    low=40.0,
    high=44.0,
)
STANDING = np.array([[3.0, 6, 9, 11], [4.0, 7, 11, 12], [6.0, 10, 21, 21]])  # after 0, 1, 2 decisions; four draws
BEFORE = np.array([2.0, 3, 4, 11])


def runs(floor: Floor, before: Floats) -> PipelineRuns:
    structure = SimpleNamespace(
        competences=SimpleNamespace(level_hospital=np.array([0, 0, 0, 1]), is_base=np.array([True, False, True, True])),
        dependencies=SimpleNamespace(
            function_kinds=("emergency", "research"), performed_function=[0, 1], performed_hospital=np.array([0, 0])
        ),
    )
    found = SimpleNamespace(rows=(FloorRow(floor, 0, 0),), before=before[None], tolerance=0.1, hospitals=("a",),
                            structure=structure)  # fmt: skip
    return cast(PipelineRuns, found)


def outcome(floor: Floor, standing: Floats) -> Outcome:
    beyond = standing > 10 if floor.direction == "at_most" else standing < 42
    return Outcome(beyond.astype(np.int64)[None], np.zeros((1, len(standing))), standing[None])


def row(floor: Floor, standing: Floats, before: Floats, alpha: float) -> dict[str, Any]:
    found = HeadroomRows(runs(floor, before), [outcome(floor, s) for s in standing], alpha).row(0, [0])
    return {**found, "part": found["floors"][0]}


def test_margins_and_decisions_left_by_hand() -> None:
    found = row(LOST, STANDING, BEFORE, alpha=0.25)
    assert (found["decisions_left"], found["p_below_by_number"]) == (0, [0.25, 0.5, 0.5])
    part = found["part"]
    assert part["before"]["median"] == 3.5
    assert part["now"]["median"] == 7.5
    assert part["with_all"]["median"] == 15.5
    assert part["margin"]["median"] == 2.5  # of 7, 4, 1 and −1
    assert part["p_below_before"] == 0.25  # the draw with 11 before any decision
    assert part["of"] == 3


def test_strict_and_lenient_floors_by_hand() -> None:
    found = row(LOST, STANDING, BEFORE, alpha=0.25)
    assert found["strict"]["decisions_left"] is None  # above 5 already in three of four
    assert found["strict"]["p_below_without"] == 0.75
    assert found["lenient"] == {"decisions_left": 1, "whole_pipeline": False, "p_below_without": 0.0,
                                "p_below_with_all": 0.5}  # fmt: skip


def test_the_strict_end_of_a_least_count_is_its_largest() -> None:
    standing = np.array([[45.0, 45, 43, 43], [44.0, 44, 43, 41]])
    found = row(BREADTH, standing, np.full(4, 45.0), alpha=0.25)
    assert (found["decisions_left"], found["p_below_by_number"]) == (1, [0.0, 0.25])
    assert found["strict"]["p_below_without"] == 0.5  # two stand at 43
    assert found["lenient"]["p_below_with_all"] == 0.0
    assert found["part"]["margin"]["median"] == 2.0
    assert (found["part"]["of"], found["p_below_before"]) == (2, 0.0)


def test_a_floor_without_a_range_has_no_strict_end() -> None:
    plain = Floor("lost", "university", "competences_lost", "absolute", "at_most", is_hard=True, threshold=10.0)
    found = row(plain, STANDING, BEFORE, alpha=0.25)
    assert found["strict"] is None
    assert found["lenient"] is None


def test_a_measure_that_is_not_there_has_no_levels() -> None:
    found = row(LOST, np.full((2, 4), np.nan), np.full(4, np.nan), alpha=0.25)
    assert [found["part"][k] for k in ("before", "now", "with_all", "margin")] == [None] * 4


def test_the_ends_of_a_range_are_the_answers_at_those_thresholds() -> None:
    def answer(threshold: float, low: float | None = None, high: float | None = None) -> list[dict[str, Any]]:
        floor = Floor("a", "university", "research_caseload", "absolute", "at_least", is_hard=True,
                      threshold=threshold, low=low, high=high)  # fmt: skip
        return headroom(small_system(), (floor,), AS_OF, settings=HeadroomSettings(draws=20, years=3))["rows"]

    for ranged, strict, lenient in zip(answer(60, 50, 70), answer(70), answer(50), strict=True):
        for end, alone in (("strict", strict), ("lenient", lenient)):
            assert ranged[end] == {k: alone[k] for k in ranged[end]}
    assert {r["strict"]["p_below_without"] for r in answer(60, 0, 1e9)} == {1.0}


class Weights:
    """Runs in which each decision adds to a level, and some pairs add more together."""

    workers, draws, hospitals, tolerance = 1, 4, ("a",), 0.0
    rows = (FloorRow(LOST, 0, 0),)
    before = np.zeros((1, 4))

    def outcome(self, inside: Booleans) -> Outcome:
        single = np.array([[1.0, 2, 3, 4], [4.0, 0, 1, 2], [3.0, 3, 3, 3], [0.0, 0, 0, 1]])
        level = (single * inside).sum(axis=0) + 4.0 * (inside[0] & inside[3])
        return Outcome((level > 10)[None].astype(np.int64), (level / 10 - 1)[None], level[None])


def test_the_screen_is_exact_where_only_pairs_act_together() -> None:
    found = SetRuns(cast(PipelineRuns, Weights()), 4, lambda: None)
    sets = [frozenset(s) for s in ((0, 1, 2), (0, 1, 3), (0, 2, 3), (1, 2, 3))]
    assert found.screen(sets, 0).tolist() == [found(s)[0][0] for s in sets] == [0.0, 0.25, 0.25, 0.0]


def below(chosen: frozenset[int]) -> tuple[Floats, Floats]:
    """Greedy takes 0, 1, 2 and 3, which break together; 4, 5 and 6 do too."""
    broken = {4, 5, 6} <= chosen or {0, 1, 2, 3} <= chosen
    weight = (0.5, 0.4, 0.3, 0.3, 0.1, 0.1, 0.1)
    return np.array([0.5 if broken else 0.0]), np.array([sum(weight[d] for d in chosen)])


@pytest.mark.parametrize(
    ("wanted", "found", "exact"), [(frozenset({4, 5, 6}), (4, 5, 6), True), (frozenset[int](), (0, 1, 2, 3), False)]
)
def test_a_screened_set_of_three_is_exact_only_if_it_breaks_when_run(
    wanted: frozenset[int], found: tuple[int, ...], exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("impact.questions.breaking_sets.VERIFIED", 1)

    def screen(sets: Sequence[frozenset[int]], hospital: int) -> Floats:
        return np.array([float(s == wanted and hospital == 0) for s in sets])

    assert smallest_breaking_set(below, 7, 0, 0.1, most_runs=25, screen=screen) == (found, exact)
    assert smallest_breaking_set(below, 7, 0, 0.1, most_runs=25) == ((0, 1, 2, 3), False)
