"""Referral by hand: routes, attraction, fitting, overflow, and what happens when nobody works."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from impact.model.block import Block, prepare
from impact.model.path import YearOutcome, follow, opening_state
from impact.model.referral import attraction, flows, overflow, routes
from impact.model.structure import Structure, compile_structure
from scenarios import Course
from tests.courses import AS_OF, holders_change
from tests.synthetic import fixed_parameters, two_hospitals

BOTH = ("hosp_a", "hosp_b")
ZERO = np.zeros((2, 2))


def _compiled(course: Course | None = None, **tables: Any) -> tuple[Structure, Block]:
    tables.setdefault("parameters", fixed_parameters(route_share=0.8, distance_decay=0.5, region_factor=3))
    structure = compile_structure(two_hospitals(**tables), course or Course(AS_OF), 2, "standing")
    return structure, prepare(structure, structure.table.draw(1, 0, 2), ())


def _years(course: Course | None = None, **tables: Any) -> tuple[Structure, Block, list[YearOutcome]]:
    structure, block = _compiled(course, **tables)
    state = opening_state(structure, block, structure.scenario.past)
    return structure, block, [o for o, _ in follow(structure, block, structure.scenario.future, state)]


def _row(structure: Structure, hospital: str) -> int:
    index = structure.places.hospitals.index(hospital)
    return next(w for w, p in enumerate(structure.activity.row_pair) if structure.activity.pair_hospital[p] == index)


def _on(structure: Structure, *hospitals: str) -> Any:
    active = np.zeros((len(structure.activity.row_pair), 2), dtype=np.bool_)
    for hospital in hospitals:
        active[_row(structure, hospital)] = True
    return active


def test_a_region_without_routes_follows_the_nearest_holder() -> None:
    structure, block = _compiled()
    a, b = _row(structure, "hosp_a"), _row(structure, "hosp_b")
    fixed = routes(structure.activity, block.referral, _on(structure, *BOTH))[:, :, 0]
    assert fixed[:, [a, b]].tolist() == [[1, 0], [0, 1]]
    alone = routes(structure.activity, block.referral, _on(structure, "hosp_b"))[:, :, 0]
    assert alone[:, [a, b]].tolist() == [[0, 1], [0, 1]]


def test_the_nearest_of_the_own_care_region_comes_first() -> None:
    structure, block = _compiled(
        CareRegion=[{"id": "cr"}, {"id": "cs"}],
        Region=[{"id": "reg_a"}, {"id": "reg_b"}],
        PART_OF=[{"source_id": "reg_a", "target_id": "cr"}, {"source_id": "reg_b", "target_id": "cs"}],
        TRAVELS=[
            {"source_id": r, "target_id": h, "hours_p50": 1 if h == "hosp_b" else 1.9}
            for r in ("reg_a", "reg_b") for h in BOTH
        ],
    )  # fmt: skip
    fixed = routes(structure.activity, block.referral, _on(structure, *BOTH))[:, :, 0]
    assert fixed[0, _row(structure, "hosp_a")] == 1


def test_stated_routes_are_renormalised_over_the_working_holders() -> None:
    shares = [
        {"source_id": "reg_a", "target_id": h, "area": "area", "share": s}
        for h, s in zip(BOTH, (0.3, 0.5), strict=True)
    ]
    structure, block = _compiled(REFERS_TO=shares)
    a, b = _row(structure, "hosp_a"), _row(structure, "hosp_b")
    fixed = routes(structure.activity, block.referral, _on(structure, *BOTH))[0, [a, b], 0]
    assert fixed == pytest.approx([0.375, 0.625], rel=1e-14)
    assert routes(structure.activity, block.referral, _on(structure, "hosp_a"))[0, [a, b], 0].tolist() == [1, 0]


def test_attraction_by_hand() -> None:
    # region a: hours 1 to a, 2 to b, same care region: P = e^{-1/2} : e^{-1}; M = 0.8·R + 0.2·P
    structure, block = _compiled()
    active = _on(structure, *BOTH)
    fixed = routes(structure.activity, block.referral, active)
    found = attraction(structure.activity, block.referral, fixed, active, np.ones((2, 2)))
    near = 1 / (1 + np.exp(-0.5))
    row = found[0, [_row(structure, h) for h in BOTH], 0]
    assert row == pytest.approx([0.8 + 0.2 * near, 0.2 * (1 - near)], rel=1e-14)


def test_a_weaker_unit_attracts_less_but_never_below_the_floor() -> None:
    structure, block = _compiled(
        parameters=fixed_parameters(route_share=0, attraction_exponent=0.5, attraction_floor=0.2, distance_decay=0)
    )
    active, a = _on(structure, *BOTH), _row(structure, "hosp_a")
    fixed = routes(structure.activity, block.referral, active)
    for relative, wanted in ((0.5, 0.5), (0.0, 0.2), (4.0, 4.0)):
        seen = np.ones((2, 2))
        seen[a] = relative
        found = attraction(structure.activity, block.referral, fixed, active, seen)
        assert found[0, a, 0] == pytest.approx(wanted**0.5 / (wanted**0.5 + 1), rel=1e-14)


@pytest.mark.parametrize("counts", [(5, 5), (1, 99), (0.01, 40), (60, 3)])
def test_the_fit_gives_exactly_the_known_volumes(counts: tuple[float, float]) -> None:
    rows = [{"source_id": h, "target_id": "area", "patients": n} for h, n in zip(BOTH, counts, strict=True)]
    structure, block = _compiled(PROVIDES=rows)
    activity, active = structure.activity, _on(structure, *BOTH)
    fixed = routes(activity, block.referral, active)
    mixed = attraction(activity, block.referral, fixed, active, np.ones((2, 2)))
    demand = block.referral.population_share[:, None] * block.national[activity.group_area]
    sent = flows(activity, block.weights, mixed, demand)
    assert sent.sum(axis=0)[[_row(structure, h) for h in BOTH], 0] == pytest.approx(counts, rel=1e-12)
    assert sent.sum(axis=1) == pytest.approx(demand[:, 0], rel=1e-13)


def test_a_holder_that_reports_nobody_gets_nobody_and_nothing_drifts() -> None:
    rows = [
        {"source_id": h, "target_id": "area", "patients": n, "capacity": 100} for h, n in zip(BOTH, (7, 0), strict=True)
    ]
    structure, block, years = _years(PROVIDES=rows)
    for year in years:
        assert year.volume == pytest.approx(block.volume, abs=1e-13)
    assert block.volume[structure.activity.pair_hospital == structure.places.hospitals.index("hosp_b")].max() == 0


def test_the_last_holder_takes_all_even_if_it_had_nobody() -> None:
    rows = [{"source_id": h, "target_id": "area", "patients": n, "capacity": 100} for h, n in
            zip(BOTH, (7, 0), strict=True)]  # fmt: skip
    structure, _, years = _years(holders_change("area", (), ("hosp_a",)), PROVIDES=rows)
    mine = structure.activity.pair_hospital == structure.places.hospitals.index("hosp_b")
    assert years[-1].volume[mine, 0] == pytest.approx([7], rel=1e-12)


def test_what_exceeds_a_unit_goes_to_the_other_and_the_rest_is_not_taken() -> None:
    structure, _ = _compiled()
    a, b = _row(structure, "hosp_a"), _row(structure, "hosp_b")
    flow = np.zeros((2, 2, 2))
    flow[:, a], flow[:, b] = [[6.0, 6.0], [4.0, 4.0]], 1.0
    limit = np.zeros((2, 2))
    limit[a], limit[b] = 5.0, [4.0, 20.0]
    taken, left = overflow(structure.activity, flow, limit, _on(structure, *BOTH))
    # a takes half of each region; 5 are over; b has room for 2 in the first draw and for all in the second
    assert taken[:, a, 0] == pytest.approx([3, 2], rel=1e-14)
    assert taken[:, b, 0] == pytest.approx([1 + 2 * 0.6, 1 + 2 * 0.4], rel=1e-14)
    assert left[:, 0, 0] == pytest.approx([3 * 0.6, 3 * 0.4], rel=1e-14)
    assert taken[:, b, 1] == pytest.approx([4, 3], rel=1e-14)
    assert left[:, 0, 1] == pytest.approx([0, 0], abs=1e-14)


def test_without_any_holder_all_of_the_demand_is_not_taken() -> None:
    _, block, years = _years(holders_change("area", (), BOTH))
    last = years[-1]
    assert last.volume.max() == 0
    assert last.not_taken[:, 0] == pytest.approx(block.referral.population_share * block.national[0], rel=1e-14)
    assert np.isfinite(last.operability).all()
    assert np.isfinite(last.levels).all()


def test_nobody_provides_a_new_area_before_its_date() -> None:
    areas = [{"id": "area"}, {"id": "new", "volume": 20}]
    structure, _, years = _years(holders_change("new", ("hosp_a",)), CareArea=areas)
    mine = structure.activity.pair_area == structure.activity.areas.index("new")
    assert years[0].volume[mine].sum() == 0
    assert years[0].not_taken.sum(axis=(0, 1)) == pytest.approx([20, 20])
    assert years[1].volume[mine].sum(axis=0) == pytest.approx([20, 20])


def test_a_new_unit_without_history_has_patients_in_its_first_year() -> None:
    rows = [{"source_id": "hosp_a", "target_id": "area", "patients": 10}]
    structure, _, years = _years(holders_change("area", ("hosp_b",)), PROVIDES=rows)
    mine = structure.activity.pair_hospital == structure.places.hospitals.index("hosp_b")
    assert years[0].volume[mine, 0].tolist() == [0]
    assert years[1].volume[mine, 0] == pytest.approx([5], rel=1e-12)  # the median of its kind: equal weights


def test_the_dataset_may_state_a_permit_that_the_scenario_refuses_on_the_same_day() -> None:
    rows = [
        {"source_id": h, "target_id": "area", "permit": True, "valid_from": d, "patients": 5}
        for h, d in zip(BOTH, ("2016-01-01", "2026-01-01"), strict=True)
    ]
    system = two_hospitals(PROVIDES=rows, settings={"history_start": "2018-07-01"})
    structure = compile_structure(system, holders_change("area", (), ("hosp_b",)), 1, "today")
    block = prepare(structure, structure.table.draw(1, 0, 2), ())
    for run, holders in ((structure.without, 2), (structure.scenario, 1)):
        state = opening_state(structure, block, run.past)
        last = [o for o, _ in follow(structure, block, run.future, state)][-1]
        assert (last.volume[:, 0] > 0).sum() == holders
