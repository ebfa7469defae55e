"""Clusters by hand: what binds, how groups form, which case waits, what two do together."""

from __future__ import annotations

from typing import Any

import pytest

from graph_schema import CareSystem, SettingError
from impact.questions.clusters import clusters, clusters_of, reviewed_areas, strongest_pairs, waits
from impact.questions.interplay import pair_interactions, smaller_university_hospitals
from impact.questions.screen_runs import ScreenSettings
from impact.questions.ties import Tie, pair_strength, ties_between
from tests.small_system import small_system
from tests.synthetic import fixed_parameters, two_hospitals

FEW = ScreenSettings(draws=4, years=2)


def land(steps: dict[str, int], heads: float = 3, **extra: Any) -> CareSystem:
    """Areas on their way at steps of the process; `skill` is narrow, `broad` a base specialty."""
    hospitals = ("hosp_a", "hosp_b")
    given: dict[str, Any] = {
        "CareArea": [{"id": a, "volume": 10, "status": "in_process", "step": s} for a, s in steps.items()],
        "PROVIDES": [{"source_id": h, "target_id": a, "patients": 5} for a in steps for h in hospitals],
        "Competence": [{"id": "skill", "kind": "narrow_skill", "is_base_specialty": False}, {"id": "broad"}],
        "REQUIRES": [],
        "STAFFS": [{"source_id": h, "target_id": c, "specialists": heads, "outside_caseload": 1, "margin": 1.2}
                   for h in hospitals for c in ("skill", "broad")],
    }  # fmt: skip
    return two_hospitals(parameters=fixed_parameters(), **{**given, **extra})


def requires(*areas: str, kappa: float = 0.8, what: str = "skill") -> list[dict[str, Any]]:
    return [{"source_id": a, "target_id": what, "criticality": kappa} for a in areas]


def strength(system: CareSystem, a: str, b: str) -> float:
    return pair_strength(ties_between(system, reviewed_areas(system)).get((a, b), []))


def test_strengths_by_hand() -> None:
    two = {"x": 1, "y": 1}
    assert strength(land(two, REQUIRES=requires("x", "y")), "x", "y") == pytest.approx(0.64)
    assert strength(land(two, heads=6, REQUIRES=requires("x", "y")), "x", "y") == pytest.approx(0.32)
    assert strength(land(two, REQUIRES=requires("x", "y", what="broad")), "x", "y") == 0
    three = land({**two, "z": 1}, REQUIRES=requires("x", "y", "z"))
    assert strength(three, "x", "y") == pytest.approx(0.32)  # what many share binds each pair less
    on = [{"source_id": "x", "target_id": "y", "criticality": 0.5}]
    assert strength(land(two, DEPENDS_ON=on), "x", "y") == pytest.approx(0.5)
    both = land(two, DEPENDS_ON=on, REQUIRES=requires("x", "y"))
    assert strength(both, "x", "y") == pytest.approx(1 - 0.5 * 0.36)


def test_a_resource_that_few_operate_binds_by_the_smaller_share() -> None:
    system = land(
        {"x": 1, "y": 1},
        Resource=[{"id": "ecmo"}],
        OPERATES=[{"source_id": "hosp_a", "target_id": "ecmo", "capacity": 1}],
        USES=[{"source_id": a, "target_id": "ecmo", "amount": n} for a, n in (("x", 3.65), ("y", 7.3))],
    )
    # 10 patients of 3.65 days are a tenth of the nation's single bed.
    assert strength(system, "x", "y") == pytest.approx(0.2)


def test_groups_form_above_the_limit_and_split_at_a_weak_bridge() -> None:
    ring = {("a", "b"): 0.9, ("a", "c"): 0.9, ("b", "c"): 0.9, ("d", "e"): 0.8, ("d", "f"): 0.8, ("e", "f"): 0.8}
    bridged = {**ring, ("c", "d"): 0.21}
    assert clusters_of(bridged, 0.2) == [["a", "b", "c"], ["d", "e", "f"]]
    assert clusters_of(bridged, 0.95) == []
    assert strongest_pairs(bridged, [["a", "b", "c"], ["d", "e", "f"]], 0.85) == [("a", "b"), ("a", "c"), ("b", "c")]


def test_the_one_that_depends_waits_else_the_one_at_the_earlier_step() -> None:
    system = land({"x": 3, "y": 1, "z": 1})
    dependence = [Tie("depends_on", "x", "y", 0.5, None, "why")]
    assert waits(system, ("x", "y"), dependence) == {
        "area": "x", "waits_for": "y", "why": "depends_on", "reason": "why",
    }  # fmt: skip
    weak = [Tie("depends_on", "x", "y", 0.05)]
    found = waits(system, ("x", "y"), weak)
    assert found is not None
    assert (found["area"], found["waits_for"], found["why"]) == ("y", "x", "earlier_step")
    assert waits(system, ("y", "z"), [Tie("shares_competence", "y", "z", 0.5, "skill")]) is None
    mutual = [Tie("depends_on", "y", "z", 0.5), Tie("depends_on", "z", "y", 0.5)]
    assert waits(system, ("y", "z"), mutual) is None


def test_nobody_waits_for_what_is_decided() -> None:
    areas = [{"id": "x", "status": "in_process", "step": 1}, {"id": "y", "status": "decided", "step": 8}]
    system = land({"x": 1, "y": 1}, CareArea=areas, DEPENDS_ON=[{"source_id": "x", "target_id": "y"}])
    found = clusters(system)
    assert [c["areas"] for c in found] == [["x", "y"]]
    assert found[0]["wait_for"] == []


def test_closed_areas_are_not_reviewed() -> None:
    areas = [{"id": "x", "status": "closed"}, {"id": "y", "status": "decided"}]
    system = land({"x": 1, "y": 1}, CareArea=areas, DEPENDS_ON=[{"source_id": "x", "target_id": "y"}])
    assert reviewed_areas(system) == ["y"]
    assert clusters(system) == []


def test_areas_that_share_nothing_do_nothing_together() -> None:
    steps = {"x": 1, "y": 1, "v": 1, "w": 1}
    skills: dict[str, Any] = {
        "Competence": [{"id": s, "kind": "narrow_skill", "is_base_specialty": False} for s in ("one", "two")],
        "REQUIRES": [*requires("x", "v", what="one"), *requires("y", "w", what="two")],
        "STAFFS": [{"source_id": h, "target_id": c, "outside_caseload": 1, "margin": 1.2}
                   for h in ("hosp_a", "hosp_b") for c in ("one", "two")],
    }  # fmt: skip
    # By default they would go to two units, as they stand; the case log proposes one.
    entry = {"id": "d", "body": "socialstyrelsen", "kind": "proposal", "units": 1, "date": "2025-01-01"}
    concerns = [{"source_id": "d", "target_id": a} for a in ("x", "y")]
    assert pair_interactions(land(steps, **skills), [("x", "y")], FEW) == {}
    found = pair_interactions(land(steps, Decision=[entry], CONCERNS=concerns, **skills), [("x", "y")], FEW)["x", "y"]
    assert found["together"] > 0
    assert found["interaction"] == pytest.approx(0, abs=1e-12)


def test_two_that_live_on_one_skill_do_more_together_than_apart() -> None:
    """Apart a hospital keeps the skill, together it loses it: a third area's patients there pay."""
    entry = {"id": "d", "body": "socialstyrelsen", "kind": "proposal", "units": 1, "date": "2025-01-01"}
    hospitals = ("hosp_a", "hosp_b")
    system = land(
        {"x": 1, "y": 1, "z": 1},
        REQUIRES=requires("x", "y", "z", kappa=1.0),
        STAFFS=[{"source_id": h, "target_id": "skill", "outside_caseload": 5, "margin": 1.5} for h in hospitals],
        Decision=[entry], CONCERNS=[{"source_id": "d", "target_id": a} for a in ("x", "y")],
    )  # fmt: skip
    found = pair_interactions(system, [("x", "y")], FEW)["x", "y"]
    assert found["together"] > found["apart"] > 0
    assert found["interaction"] == pytest.approx(found["together"] - found["apart"])
    assert found["interaction"] == pytest.approx(found["without_full_competence"] + found["displaced"])
    assert found["low"] <= found["interaction"] <= found["high"]


def test_a_decided_area_is_held_back() -> None:
    found = pair_interactions(small_system(), [("heart", "liver")], FEW)
    assert set(found) == {("heart", "liver")}
    assert found["heart", "liver"]["together"] > 0


def test_smaller_university_hospitals_lie_below_the_median_share() -> None:
    assert smaller_university_hospitals(small_system()) == ["north"]


@pytest.mark.parametrize("least", [0, -0.1, 1.1])
def test_impossible_strengths_are_refused(least: float) -> None:
    with pytest.raises(SettingError, match="min"):
        clusters(small_system(), least)
