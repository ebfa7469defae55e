"""Reductions over runs of rows beside numpy's own, for single rows and for long runs; terms of links read once."""

from __future__ import annotations

import numpy as np
import pytest

from impact.model.reads import compile_reads, criticalities, kept_of
from impact.model.segments import Segments

pytestmark = pytest.mark.unit


@pytest.mark.parametrize("most", [1, 2, 9])
@pytest.mark.parametrize("shape", [(), (3,)])
def test_segments_reduce_as_numpy_does(most: int, shape: tuple[int, ...]) -> None:
    random = np.random.default_rng(most)
    sizes = np.where(random.random(40) < 0.9, 1, most) if most < 9 else random.integers(1, most, 40)
    start = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    values = random.random((*shape, int(sizes.sum()), 5))
    segments = Segments(start, int(sizes.sum()))
    kept = values.copy()
    for found, operation in (
        (segments.total(values), np.add), (segments.product(values), np.multiply),
        (segments.least(values), np.minimum), (segments.largest(values), np.maximum),
    ):  # fmt: skip
        np.testing.assert_allclose(found, operation.reduceat(values, start, axis=-2), rtol=1e-14)
    assert (values == kept).all()


def test_a_link_keeps_what_the_better_of_own_and_elsewhere_leaves() -> None:
    random = np.random.default_rng(2)
    own = np.array([0, -1, 2, 1, 0, -1])
    pool = np.array([0, 0, 1, -1, 0, -1])
    reach = np.array([1, 1, 2, 0, 0, 1])
    slots = np.array([0, 0, 1, 2, 0, 3])  # the first two share their term from elsewhere
    kappa = random.random((4, 7))[slots]
    values, best, worth = random.random((3, 7)), random.random((2, 7)), random.random((2, 7))
    reads = compile_reads(own, pool, reach, slots)
    assert len(reads.pool) == 5
    found = kept_of(reads, values, best, criticalities(reads, kappa), worth)
    for e in range(6):
        there = worth[1 if reach[e] == 1 else 0] * best[pool[e]] if reach[e] and pool[e] >= 0 else np.zeros(7)
        here = values[own[e]] if own[e] >= 0 else np.zeros(7)
        np.testing.assert_allclose(found[e], 1 - kappa[e] * (1 - np.maximum(here, there)), rtol=1e-15)
