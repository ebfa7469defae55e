"""Which hospitals an area may go to: what the model learns, from what, and how sets are drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from graph_schema import CareSystem
from scenarios.allocation import AllocationModel, allocation_sets, candidates, draw_sets, set_probabilities
from scenarios.past_decisions import past_decisions
from tests.synthetic import make_system

AS_OF = dt.date(2025, 1, 1)
UNITS = ("a", "b", "c", "d", "e", "f", "g")
TRUE = dict(zip(UNITS, (2.0, 1.5, 1.0, 0.0, -0.5, -1.5, -2.0), strict=True))


def permit(hospital: str, area: str, first: str = "2022-01-01") -> dict[str, Any]:
    return {"source_id": hospital, "target_id": area, "permit": True, "valid_from": first}


def world(
    decided: Mapping[str, Sequence[str]],
    units: Sequence[str] = UNITS,
    late: Sequence[dict[str, Any]] = (),
    **extra: Any,
) -> CareSystem:
    """University hospitals `units`; each area of `decided` has its permits since 2022; `new` is undecided."""
    rows = [permit(h, area) for area, members in decided.items() for h in members]
    tables: dict[str, Any] = {
        "CareRegion": [{"id": "cr"}],
        "Region": [{"id": "reg"}, {"id": "reg_other"}],
        "Hospital": [{"id": h} for h in units],
        "CareArea": [{"id": a} for a in (*decided, "new")],
        "PART_OF": [{"source_id": r, "target_id": "cr"} for r in ("reg", "reg_other")],
        "LOCATED_IN": [{"source_id": h, "target_id": "reg"} for h in units],
        "PROVIDES": [*rows, *late],
    }
    for name, more in extra.items():
        tables[name] = [*tables.get(name, ()), *more]
    return make_system(**tables)


def signal(areas: int = 40, seed: int = 3) -> dict[str, tuple[str, ...]]:
    """Decisions drawn from the true coefficients by enumeration of all sets."""
    generator = np.random.default_rng(seed)
    found: dict[str, tuple[str, ...]] = {}
    for i in range(areas):
        sets = allocation_sets(UNITS, 1 + i % 4)
        weight = np.exp([sum(TRUE[h] for h in members) for members in sets])
        found[f"area_{i:02d}"] = sets[int(generator.choice(len(sets), p=weight / weight.sum()))]
    return found


def test_probabilities_sum_to_one_for_each_number_of_units() -> None:
    system = world(signal(12))
    model = AllocationModel.fit(system, AS_OF, "new")
    for n in range(1, 6):
        found = set_probabilities(model, "new", n)
        assert tuple(found) == allocation_sets(UNITS, n)
        assert sum(found.values()) == pytest.approx(1, abs=1e-12)


def test_both_ways_to_the_probabilities_agree() -> None:
    system = world(signal(12))
    model = AllocationModel.fit(system, AS_OF, "new")
    found = set_probabilities(model, "new", 3)
    again = model.probabilities(system, "new", tuple(found))
    np.testing.assert_allclose(list(found.values()), again, rtol=1e-12)


def test_a_true_signal_beats_uniform_and_is_found() -> None:
    model = AllocationModel.fit(world(signal()), AS_OF, "new")
    assert model.log_likelihood > model.uniform_log_likelihood + 5
    order = sorted(UNITS, key=lambda h: -model.hospitals[h])
    ranks = [order.index(h) for h in UNITS]
    assert np.corrcoef(ranks, range(7))[0, 1] > 0.8


def test_without_a_signal_the_penalty_keeps_close_to_uniform() -> None:
    generator = np.random.default_rng(5)
    decided = {f"area_{i:02d}": tuple(generator.choice(UNITS, 2, replace=False)) for i in range(40)}
    model = AllocationModel.fit(world(decided), AS_OF, "new")
    assert model.log_likelihood > model.uniform_log_likelihood - 2
    assert max(set_probabilities(model, "new", 2).values()) < 3 / 21


def test_having_done_it_before_counts() -> None:
    decided = {f"area_{i:02d}": (UNITS[i % 7], UNITS[(i + 3) % 7]) for i in range(21)}
    before = [{"source_id": h, "target_id": a} for a, members in decided.items() for h in (members[0], "g")]
    unique = {(r["source_id"], r["target_id"]): r for r in before}
    extra = [{"source_id": "d", "target_id": "new", "share": 0.5}]
    model = AllocationModel.fit(world(decided, PROVIDED_BEFORE=[*unique.values(), *extra]), AS_OF, "new")
    assert model.before > 0.3
    score = dict(zip(UNITS, model.scores(model.system, "new", UNITS), strict=True))
    assert score["d"] - model.hospitals["d"] == pytest.approx(model.before)


def test_a_present_provider_did_it_before() -> None:
    system = world(signal(12), late=[{"source_id": "f", "target_id": "new"}])
    model = AllocationModel.fit(system, AS_OF, "new")
    score = model.scores(system, "new", ("f",))[0]
    assert score == pytest.approx(model.hospitals["f"] + model.before)


LATER: dict[str, dict[str, Any]] = {
    "a permit from the as-of date on": {"late": [permit("g", "new", "2025-01-01")]},
    "a permit years later": {"late": [permit("g", "new", "2029-01-01"), permit("f", "new", "2029-01-01")]},
    "care without a permit that begins later": {
        "late": [{"source_id": "g", "target_id": "new", "valid_from": "2025-06-01"}]},
    "a refusal that comes later": {
        "Decision": [{"id": "dec", "body": "board", "kind": "refused", "date": "2025-01-01"}],
        "CONCERNS": [{"source_id": "dec", "target_id": "area_00"}],
        "REFUSES": [{"source_id": "dec", "target_id": "g"}]},
}  # fmt: skip


@pytest.mark.parametrize("case", LATER)
def test_nothing_later_than_as_of_is_used(case: str) -> None:
    decided = signal(12)
    plain = AllocationModel.fit(world(decided), AS_OF, "area_03")
    later = AllocationModel.fit(world(decided, **LATER[case]), AS_OF, "area_03")
    assert later.hospitals == plain.hospitals
    assert (later.before, later.applied, later.ridge) == (plain.before, plain.applied, plain.ridge)
    assert set_probabilities(later, "area_03", 2) == set_probabilities(plain, "area_03", 2)
    new = set_probabilities(AllocationModel.fit(world(decided, **LATER[case]), AS_OF, "new"), "new", 2)
    assert new == set_probabilities(AllocationModel.fit(world(decided), AS_OF, "new"), "new", 2)


def test_permits_from_before_the_law_and_the_area_itself_are_left_out() -> None:
    system = world({"x": ("a",)}, late=[permit("b", "new", "2018-07-01")])
    assert [d.area for d in past_decisions(system, AS_OF)] == ["x"]
    assert past_decisions(system, AS_OF, "x") == ()
    assert past_decisions(system, dt.date(2022, 1, 1)) == ()
    assert [d.area for d in past_decisions(system, dt.date(2022, 1, 2))] == ["x"]


def test_the_left_out_area_does_not_matter() -> None:
    decided = signal(12)
    other = {**decided, "area_00": ("f", "g")}
    one = AllocationModel.fit(world(decided), AS_OF, "area_00")
    two = AllocationModel.fit(world(other), AS_OF, "area_00")
    assert one.hospitals == two.hospitals


def refusal(kind: str, hospital: str) -> dict[str, Any]:
    name = f"dec_{kind.lower()}"
    return {
        "Decision": [{"id": name, "body": "board", "kind": "other", "date": "2021-01-01"}],
        "CONCERNS": [{"source_id": name, "target_id": "x"}],
        kind: [{"source_id": name, "target_id": hospital}],
    }


def test_applications_count_only_where_a_refusal_is_named() -> None:
    grants = world({"x": ("a",)}, **refusal("GRANTS", "a"))
    assert [t[1] for t in past_decisions(grants, AS_OF)[0].traits] == [0] * 7
    tables: dict[str, list[Any]] = {}
    for part in (refusal("GRANTS", "a"), refusal("REFUSES", "g")):
        for name, rows in part.items():
            tables.setdefault(name, []).extend(rows)
    both = world({"x": ("a",)}, **tables)
    assert [t[1] for t in past_decisions(both, AS_OF)[0].traits] == [1, 0, 0, 0, 0, 0, 1]


def test_an_unnamed_holder_stands_for_the_university_hospital_of_its_region() -> None:
    extra = {
        "Hospital": [{"id": "unnamed", "kind": "unnamed"}, {"id": "far", "kind": "university"}],
        "LOCATED_IN": [
            {"source_id": "unnamed", "target_id": "reg_other"}, {"source_id": "far", "target_id": "reg_other"}],
    }  # fmt: skip
    system = world({"x": ("unnamed",)}, **extra)
    assert past_decisions(system, AS_OF)[0].chosen == {"far"}


def test_without_decisions_all_sets_are_equal() -> None:
    model = AllocationModel.fit(world({}), AS_OF)
    np.testing.assert_allclose(list(set_probabilities(model, "new", 2).values()), 1 / 21)
    uniform = AllocationModel.uniform(world(signal(12)), AS_OF)
    np.testing.assert_allclose(list(set_probabilities(uniform, "new", 3).values()), 1 / 35)


def test_where_everybody_got_one_nothing_is_learnt() -> None:
    assert past_decisions(world({"x": ("a", "b")}, units=("a", "b")), AS_OF) == ()


def test_candidates_are_those_of_the_area() -> None:
    assert candidates(world({}), "new", AS_OF) == UNITS


def test_draws_follow_the_probabilities_to_within_one() -> None:
    probabilities = np.array([0.5, 0.0, 0.301, 0.199, 0.0])
    for draws in (2, 7, 100, 1000):
        counts = np.bincount(draw_sets(probabilities, 1, draws, "x"), minlength=5)
        assert counts.sum() == draws
        assert (np.abs(counts - draws * probabilities) < 1).all()
        assert counts[1] == counts[4] == 0


def test_draws_depend_on_seed_number_and_area_alone() -> None:
    probabilities = np.full(21, 1 / 21)
    first = draw_sets(probabilities, 1, 500, "x")
    np.testing.assert_array_equal(first, draw_sets(probabilities, 1, 500, "x"))
    assert (first != draw_sets(probabilities, 2, 500, "x")).any()
    assert (first != draw_sets(probabilities, 1, 500, "y")).any()


def test_draws_do_not_follow_the_draw_numbers_or_another_area() -> None:
    probabilities = np.full(10, 0.1)
    x, y = (draw_sets(probabilities, 0, 2000, area) for area in "xy")
    assert abs(np.corrcoef(x, np.arange(2000))[0, 1]) < 0.07
    assert abs(np.corrcoef(x, y)[0, 1]) < 0.07
    assert abs(np.corrcoef(x[1:], x[:-1])[0, 1]) < 0.07
