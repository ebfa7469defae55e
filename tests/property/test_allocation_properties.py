"""What holds for any allocation: names do not matter, sets sum to one, draws are unbiased."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema import CareSystem
from scenarios.allocation import AllocationModel, draw_sets, set_probabilities
from tests.synthetic import make_system

AS_OF = dt.date(2025, 1, 1)
UNITS = 6


@st.composite
def histories(draw: st.DrawFn) -> list[tuple[frozenset[int], frozenset[int]]]:
    """Per area: which of the hospitals did it before, and which got the permits."""
    some = st.frozensets(st.integers(0, UNITS - 1), max_size=UNITS)
    chosen = st.frozensets(st.integers(0, UNITS - 1), min_size=1, max_size=4)
    return draw(st.lists(st.tuples(some, chosen), min_size=1, max_size=7))


def build(names: list[str], history: list[tuple[frozenset[int], frozenset[int]]]) -> CareSystem:
    provides: list[dict[str, Any]] = [
        {"source_id": names[h], "target_id": f"area_{a}", "permit": True, "valid_from": "2022-01-01"}
        for a, (_, chosen) in enumerate(history)
        for h in sorted(chosen)
    ]
    before = [
        {"source_id": names[h], "target_id": f"area_{a}"} for a, (some, _) in enumerate(history) for h in sorted(some)
    ]
    return make_system(
        CareRegion=[{"id": "cr"}],
        Region=[{"id": "reg"}],
        Hospital=[{"id": name} for name in names],
        CareArea=[{"id": a} for a in ("new", *(f"area_{a}" for a in range(len(history))))],
        PART_OF=[{"source_id": "reg", "target_id": "cr"}],
        LOCATED_IN=[{"source_id": name, "target_id": "reg"} for name in names],
        PROVIDES=[*provides, {"source_id": names[0], "target_id": "new"}],
        PROVIDED_BEFORE=before,
    )


@given(history=histories(), order=st.permutations(range(UNITS)), n=st.integers(1, 5))
@settings(max_examples=15)
def test_relabelling_hospitals_relabels_results(
    history: list[tuple[frozenset[int], frozenset[int]]], order: list[int], n: int
) -> None:
    names = [f"h{i}" for i in range(UNITS)]
    others = [f"h{i}" for i in order]
    found = set_probabilities(AllocationModel.fit(build(names, history), AS_OF), "new", n)
    again = set_probabilities(AllocationModel.fit(build(others, history), AS_OF), "new", n)
    assert abs(sum(found.values()) - 1) < 1e-12
    relabelled = {frozenset(others[names.index(h)] for h in members): p for members, p in found.items()}
    for members, p in again.items():
        assert abs(relabelled[frozenset(members)] - p) < 1e-8


@given(
    weights=st.lists(st.floats(0, 1), min_size=1, max_size=40).filter(lambda w: sum(w) > 0.01),
    draws=st.integers(2, 3000),
    seed=st.integers(0, 2**63 - 1),
)
@settings(max_examples=60)
def test_every_set_gets_its_share_of_the_draws(weights: list[float], draws: int, seed: int) -> None:
    probabilities = np.array(weights) / np.sum(weights)
    counts = np.bincount(draw_sets(probabilities, seed, draws, "x"), minlength=len(weights))
    assert counts.sum() == draws
    assert (np.abs(counts - draws * probabilities) < 1 + 1e-6).all()
    assert (counts[probabilities == 0] == 0).all()
