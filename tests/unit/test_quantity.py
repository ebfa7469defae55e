"""Quantities: what they say of themselves and how one is fixed for a run."""

from __future__ import annotations

import dataclasses
import math

import pytest

from graph_schema import GRADES, Quantity
from graph_schema.quantity import SCALES, natural_scale

RANGE = Quantity(3, 2, 6, "patients/year", "reported", "s_a;s_b", "log", 0, 100)


def test_a_range_without_width_is_certain() -> None:
    assert not RANGE.is_certain
    assert Quantity(3, 3, 3, "1", "assumed", "a").is_certain


def test_sources_are_separated_by_semicolons() -> None:
    assert RANGE.sources == ("s_a", "s_b")
    assert Quantity(1, 1, 1, "1", "assumed", "").sources == ()


def test_nothing_of_it_can_be_set() -> None:
    for field in dataclasses.fields(RANGE):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(RANGE, field.name, 1)


def test_a_value_fixed_for_a_run_is_assumed_and_keeps_unit_scale_and_limits() -> None:
    fixed = RANGE.with_value(7, "set for this run")
    assert (fixed.value, fixed.low, fixed.high) == (7, 7, 7)
    assert (fixed.grade, fixed.source) == ("assumed", "set for this run")
    assert (fixed.unit, fixed.scale, fixed.minimum, fixed.maximum) == ("patients/year", "log", 0, 100)
    assert RANGE.value == 3


@pytest.mark.parametrize(
    ("minimum", "maximum", "scale"),
    [
        (0, 1, "logit"),
        (0, math.inf, "log"),
        (1, math.inf, "log"),
        (0, 48, "linear"),
        (-0.5, 0.5, "linear"),
        (-math.inf, math.inf, "linear"),
    ],
)
def test_natural_scale_follows_the_limits(minimum: float, maximum: float, scale: str) -> None:
    assert natural_scale(minimum, maximum) == scale


def test_grades_and_scales_are_the_designs() -> None:
    assert GRADES == ("reported", "derived", "assumed")
    assert set(SCALES) == {"linear", "log", "logit", "uniform", "log_uniform"}
