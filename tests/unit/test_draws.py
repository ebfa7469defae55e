"""Quantities to draws: quantiles, streams of their own, pages."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from graph_schema import Quantity
from impact.model.draws import PAGE, Slots, uniforms
from impact.model.structure import compile_structure
from scenarios import Course
from tests.courses import AS_OF
from tests.synthetic import default_parameters, two_hospitals

MANY = 40_000
SHAPES = {
    "linear": Quantity(10, 4, 30, "1", "assumed", "a", "linear"),
    "log": Quantity(10, 4, 90, "1", "assumed", "a", "log", 0),
    "logit": Quantity(0.2, 0.05, 0.7, "1", "assumed", "a", "logit", 0, 1),
    "uniform": Quantity(0.5, 0.05, 0.95, "1", "assumed", "a", "uniform", 0, 1),
    "log_uniform": Quantity(2, 0.308, 12.993, "1", "assumed", "a", "log_uniform", 0.25, 16),
    "share up to one": Quantity(0.9, 0.75, 1, "1", "assumed", "a", "logit", 0, 1),
    "amount from zero": Quantity(3, 0, 8, "1", "assumed", "a", "log", 0),
}


def _drawn(quantity: Quantity, seed: int = 1, number: int = MANY, name: str = "x") -> np.ndarray:
    slots = Slots()
    slots.add(name, quantity)
    return slots.table().draw(seed, 0, number)[0]


@pytest.mark.parametrize("name", SHAPES)
def test_value_low_and_high_are_the_median_and_the_ends_of_the_ninety_per_cent_range(name: str) -> None:
    quantity = SHAPES[name]
    found = _drawn(quantity)
    for limit, share in ((quantity.low, 0.05), (quantity.value, 0.5), (quantity.high, 0.95)):
        if limit in (quantity.minimum, quantity.maximum):
            continue
        error = 4 * np.sqrt(share * (1 - share) / MANY)
        assert abs(float((found <= limit).mean()) - share) < error, limit
    assert found.min() >= quantity.minimum
    assert found.max() <= quantity.maximum


def test_a_certain_number_does_not_vary() -> None:
    assert set(_drawn(Quantity(3, 3, 3, "1", "reported", "s"), number=50)) == {3.0}


def test_uniform_numbers_are_uniform() -> None:
    u = uniforms(5, "anything", 0, MANY)
    assert float(u.mean()) == pytest.approx(0.5, abs=4 / np.sqrt(12 * MANY))
    assert np.histogram(u, 20, (0, 1))[0] == pytest.approx([MANY / 20] * 20, abs=5 * np.sqrt(MANY / 20))


def test_blocks_only_group_draws_across_pages() -> None:
    whole = uniforms(7, "x", 0, 3 * PAGE)
    cuts = [0, 2, 100, PAGE - 1, PAGE, PAGE + 1, 2 * PAGE + 17, 3 * PAGE]
    parts = [uniforms(7, "x", a, b) for a, b in pairwise(cuts)]
    assert np.array_equal(np.concatenate(parts), whole)


def test_more_draws_repeat_the_first() -> None:
    quantity = SHAPES["log"]
    assert np.array_equal(_drawn(quantity, number=1500)[:300], _drawn(quantity, number=300))


def test_seed_id_page_and_family_each_make_another_stream() -> None:
    base = uniforms(1, "x", 0, 200)
    others = [uniforms(2, "x", 0, 200), uniforms(1, "y", 0, 200), uniforms(1, "x", PAGE, PAGE + 200),
              uniforms(1, "x", 0, 200, family=1)]  # fmt: skip
    for other in others:
        assert not np.isin(other, base).any()
        assert abs(float(np.corrcoef(base, other)[0, 1])) < 0.3


def test_seed_zero_is_a_seed() -> None:
    assert np.array_equal(uniforms(0, "x", 0, 9), uniforms(0, "x", 0, 9))


def test_a_new_row_shifts_nobodys_draws() -> None:
    small = two_hospitals(parameters=default_parameters())
    large = two_hospitals(
        parameters=default_parameters(),
        CareArea=[{"id": "aaa", "volume": (30, 20, 50)}, {"id": "area"}],
        Competence=[{"id": "aaa_comp"}, {"id": "comp"}],
        REQUIRES=[{"source_id": a, "target_id": c, "criticality": (0.5, 0.2, 0.7)}
                  for a, c in (("aaa", "aaa_comp"), ("area", "comp"), ("aaa", "comp"))],
    )  # fmt: skip
    tables = [compile_structure(s, Course(AS_OF), 1, "standing").table for s in (small, large)]
    drawn = [dict(zip(t.ids, t.draw(3, 0, 40), strict=True)) for t in tables]
    assert len(drawn[1]) > len(drawn[0])
    changed = {"area.requires.comp.criticality"}
    for name in set(drawn[0]) - changed:
        assert np.array_equal(drawn[0][name], drawn[1][name]), name


def test_one_id_has_one_slot() -> None:
    slots = Slots()
    first = slots.add("x", SHAPES["log"])
    assert slots.add("y", SHAPES["log"]) != first
    assert slots.add("x", SHAPES["linear"]) == first
    assert slots.table().ids == ("x", "y")


def test_only_assumptions_are_marked_assumed() -> None:
    slots = Slots()
    slots.add("a", Quantity(1, 0.5, 2, "1", "assumed", "a"))
    slots.add("b", Quantity(1, 0.5, 2, "1", "derived", "s"))
    slots.unit("c")
    assert slots.table().assumed.tolist() == [True, False, True]
