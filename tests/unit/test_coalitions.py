"""Coalitions of decisions: all of them is the run of today, none of them moves nothing, each acts where it is."""

from __future__ import annotations

import numpy as np

from impact import Settings, load_measures, what_if
from impact.questions.coalitions import Coalitions
from scenarios import Course
from tests.random_systems import random_sample
from tests.small_system import small_system

DRAWS = 12


def full(runs: Coalitions, *, value: bool) -> np.ndarray:
    return np.full((len(runs.players), DRAWS), value)


def test_all_decisions_together_are_the_run_of_today() -> None:
    for system in (small_system(), *(random_sample(seed).system for seed in (3, 8))):
        runs = Coalitions(system, draws=DRAWS, years=3)
        settings = Settings(draws=DRAWS, years=3, grade_shares=False)
        plain = what_if(system, Course(np.datetime64(system.settings["as_of"]).astype(object)), settings)
        found = runs.outcome(full(runs, value=True), (0, 3))
        for place, year in enumerate((0, 3)):
            expected = plain.data["without"].isel(year=year).transpose("entity", "measure", "draw").values
            np.testing.assert_array_equal(found[place], expected)


def test_a_decision_left_out_changes_nothing_where_its_area_was_already_concentrated() -> None:
    system = small_system()
    same = system.with_values({"liver.p_already_concentrated": 1.0, "liver.p_new": 0.0, "liver.p_regional": 0.0,
                               "liver.p_spread": 0.0})  # fmt: skip
    runs = Coalitions(same, draws=DRAWS, years=2)
    np.testing.assert_array_equal(
        runs.outcome(full(runs, value=True), (2,)), runs.outcome(full(runs, value=False), (2,))
    )


def test_each_draw_has_its_own_coalition() -> None:
    runs = Coalitions(small_system(), draws=DRAWS, years=2)
    assert runs.players == ("liver",)
    mixed = full(runs, value=True)
    mixed[:, ::2] = False
    inside, outside, both = (runs.outcome(m, (2,))[0] for m in (full(runs, value=True), full(runs, value=False), mixed))
    np.testing.assert_array_equal(both[..., 1::2], inside[..., 1::2])
    np.testing.assert_array_equal(both[..., ::2], outside[..., ::2])
    north = runs.entities.index("north")
    volume = list(load_measures()).index("research_caseload")
    assert (inside[north, volume] < outside[north, volume]).any()
