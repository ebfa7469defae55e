"""The screening score: what it counts, what it does not, and who changes nothing."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from graph_schema import CareSystem, SettingError, UnknownNode, load_schema
from impact.model.block import prepare
from impact.model.path import follow, opening_state
from impact.model.perspectives import hospital_measures
from impact.model.structure import compile_structure
from impact.questions.screen import screen, spearman, triage_of
from impact.questions.screen_measures import HEADLINES, headline_values
from impact.questions.screen_plan import plan_areas
from impact.questions.screen_runs import AreaDraws, ScreenSettings, area_phases, screen_draws
from impact.questions.screening_score import other_patients
from loaders import load_sweden, system_from_mapping, system_to_mapping
from scenarios import Course, HolderChange
from tests.small_system import small_system
from tests.synthetic import fixed_parameters, two_hospitals

FEW = ScreenSettings(draws=6, years=3)
TODAY = dt.date(2025, 12, 31)


def land(areas: dict[str, float], **extra: Any) -> CareSystem:
    """Two hospitals that both do every area; nothing is uncertain but the allocation."""
    given: dict[str, Any] = {
        "CareArea": [{"id": a, "volume": v, "status": "proposed"} for a, v in areas.items()],
        "PROVIDES": [{"source_id": h, "target_id": a, "patients": v / 2} for a, v in areas.items()
                     for h in ("hosp_a", "hosp_b")],
        "Competence": [], "REQUIRES": [],
    }  # fmt: skip
    return two_hospitals(parameters=fixed_parameters(), **{**given, **extra})


def needing(*pairs: tuple[str, str], kappa: float = 0.8) -> dict[str, Any]:
    """Narrow skills that live on their areas; (area, skill) each."""
    skills = dict.fromkeys(skill for _, skill in pairs)
    return {
        "Competence": [{"id": s, "kind": "narrow_skill", "is_base_specialty": False} for s in skills],
        "REQUIRES": [{"source_id": a, "target_id": s, "criticality": kappa} for a, s in pairs],
        "STAFFS": [{"source_id": h, "target_id": s, "outside_caseload": 1, "margin": 1.2}
                   for h in ("hosp_a", "hosp_b") for s in skills],
    }  # fmt: skip


def draws_of(system: CareSystem, *areas: str, units: int = 1, settings: ScreenSettings = FEW) -> dict[str, AreaDraws]:
    chosen = areas or tuple(r.key[0] for r in system.rows["CareArea"])
    return screen_draws(system, plan_areas(system, chosen, TODAY, units), settings)


def test_an_area_that_shares_nothing_scores_exactly_zero() -> None:
    system = land({"alone": 10, "x": 10, "y": 10}, **needing(("x", "skill"), ("y", "skill")))
    found = draws_of(system)
    assert (found["alone"].score == 0).all()
    assert (found["alone"].moved > 0).all()
    assert (found["x"].score > 0).all()


def test_an_area_with_at_most_that_many_holders_scores_exactly_zero() -> None:
    system = land({"x": 10, "y": 10}, **needing(("x", "skill"), ("y", "skill")))
    one, two = draws_of(system, "x", units=1)["x"], draws_of(system, "x", units=2)["x"]
    assert (one.score > 0).all()
    for values in (two.score, two.moved, two.units_lost, two.own_gain, two.perspectives):
        assert (values == 0).all()
    assert two.unchanged.all()
    assert plan_areas(system, ["x"], TODAY, 2)[0].unchanged == "few_holders"


def test_a_decided_area_that_stood_so_before_its_decision_scores_exactly_zero() -> None:
    shares = {"liver.p_new": 0.0, "liver.p_regional": 0.0, "liver.p_spread": 0.0}
    same = small_system().with_values({**shares, "liver.p_already_concentrated": 1.0})
    row = screen(same, ["liver"], settings=FEW)["areas"][0]
    assert (row["score"], row["patients_moved"], row["changes_nothing"]) == (0, 0, True)
    assert row["why_nothing"] == "already_concentrated"
    assert screen(small_system(), ["liver"], settings=FEW)["areas"][0]["score"] > 0


def test_the_score_by_hand() -> None:
    """Two hospitals, one skill: x goes to one of them; y's patients at the other lose what the level loses."""
    system = land({"x": 10, "y": 10}, **needing(("x", "skill"), ("y", "skill"), kappa=1.0))
    found = draws_of(system, "x", settings=ScreenSettings(draws=4, years=1))["x"]
    # Caseload outside 1, from x 5 and from y 5: V = 11, need 11 / 1.2. Without x 6: u = 0.6545...
    parameters = {r.key[0]: r.quantity("value") for r in system.rows["parameters"]}
    exponent, loss = (parameters[name] for name in ("level_exponent", "t90_loss"))
    assert exponent is not None
    assert loss is not None

    def curve(u: float) -> float:
        return u**exponent.value / (u**exponent.value + 1 / 9)

    before, target = curve(1.2), curve(6 / (11 / 1.2))
    level = target + (before - target) * np.exp(-np.log(10) / loss.value)
    np.testing.assert_allclose(found.score, 5 * (before - level), rtol=1e-9)
    np.testing.assert_allclose(found.moved, 5, rtol=1e-9)
    np.testing.assert_allclose(found.units_lost, 1)


def test_areas_that_touch_disjoint_parts_add_up() -> None:
    system = land({"x": 10, "y": 10, "v": 8, "w": 12},
                  **needing(("x", "one"), ("y", "one"), ("v", "two"), ("w", "two")))  # fmt: skip
    changes = tuple(HolderChange(TODAY + dt.timedelta(days=1), a, removed=("hosp_b",)) for a in ("v", "x"))
    structure = compile_structure(system, Course(TODAY, holder_changes=changes), 3, "standing")
    block = prepare(structure, structure.table.draw(1, 0, 4), ())
    state = opening_state(structure, block, structure.without.past)
    without = [o for o, _ in follow(structure, block, structure.without.future, state)]

    def score(*areas: str) -> np.ndarray:
        focus = np.array([structure.activity.areas.index(a) for a in areas], dtype=np.int64)
        scenario = [o for o, _ in follow(structure, block, area_phases(structure, focus.tolist()), state)]
        pushed = [hospital_measures(structure, block, o, focus)["patients_displaced"]
                  for o in (without[-1], scenario[-1])]  # fmt: skip
        return other_patients(structure, block, without[-1], scenario[-1], focus, pushed[1] - pushed[0]).total.sum(0)

    assert (score("x") > 0).all()
    np.testing.assert_allclose(score("x", "v"), score("x") + score("v"), rtol=1e-12)


@pytest.mark.parametrize("copies", [2, 4])
def test_recording_a_competence_again_changes_nothing(copies: int) -> None:
    names = [f"skill_{i}" for i in range(copies)]
    once = needing(("x", "skill_0"), ("y", "skill_0"))
    again = needing(*((a, s) for a in ("x", "y") for s in names))
    again["REQUIRES"] = [{**row, "family": "same", "family_rule": "all"} for row in again["REQUIRES"]]
    areas = {"x": 10.0, "y": 10.0}
    first, second = (draws_of(land(areas, **rows), "x")["x"].score for rows in (once, again))
    assert (first > 0).all()
    np.testing.assert_allclose(second, first, rtol=1e-12)


@pytest.mark.parametrize("count", [1, 3])
def test_an_outside_patient_who_needs_several_competences_counts_once(count: int) -> None:
    names = [f"spec_{i}" for i in range(count)]
    hospitals = [{"id": h, "anchor_patients": 90, "kind": "other"} for h in ("hosp_a", "hosp_b")]
    system = land(
        {"x": 100}, Hospital=hospitals,
        Competence=[{"id": s} for s in names],
        REQUIRES=[{"source_id": "x", "target_id": s, "criticality": 0} for s in names],
        STAFFS=[{"source_id": h, "target_id": s, "outside_caseload": 10, "margin": 1.0}
                for h in ("hosp_a", "hosp_b") for s in names],
    )  # fmt: skip
    found = draws_of(system, "x", settings=ScreenSettings(draws=4, years=40))["x"]
    outside = found.parts[1].sum(axis=0)
    assert (outside < 90).all()
    one = draws_of(
        land({"x": 100}, Hospital=hospitals, Competence=[{"id": "s"}],
             REQUIRES=[{"source_id": "x", "target_id": "s", "criticality": 0}],
             STAFFS=[{"source_id": h, "target_id": "s", "outside_caseload": 10, "margin": 1.0}
                     for h in ("hosp_a", "hosp_b")]),
        "x", settings=ScreenSettings(draws=4, years=40),
    )["x"].parts[1].sum(axis=0)  # fmt: skip
    assert (one > 50).all()
    np.testing.assert_allclose(outside, one, rtol=1e-9)


def test_an_area_scores_the_same_alone_and_among_others() -> None:
    system = small_system()
    every = draws_of(system, units=2)
    for area in ("heart", "valve"):
        alone = draws_of(system, area, units=2)[area]
        np.testing.assert_allclose(alone.parts, every[area].parts, rtol=1e-9, atol=1e-12)


def test_threads_change_nothing() -> None:
    system = small_system()
    one, two = (draws_of(system, units=2, settings=replace(FEW, workers=w)) for w in (1, 3))
    for area, draws in one.items():
        np.testing.assert_array_equal(draws.parts, two[area].parts)


def test_plans_take_the_day_before_the_decision_and_the_units_on_record() -> None:
    plans = {p.area: p for p in plan_areas(small_system(), ["heart", "valve", "liver"], TODAY)}
    liver, heart = plans["liver"], plans["heart"]
    assert (liver.as_of, liver.units, liver.units_from) == (dt.date(2021, 6, 30), 2, "decided")
    assert liver.stands_in_history
    assert (heart.as_of, heart.units, heart.units_from) == (TODAY, 2, "default")
    assert heart.holders == ("middle", "north", "south")
    before = {p.area: p for p in plan_areas(small_system(), ["liver"], dt.date(2020, 1, 1), 1)}
    assert (before["liver"].as_of, before["liver"].units_from) == (dt.date(2020, 1, 1), "given")


def test_a_proposal_of_the_case_log_gives_the_units() -> None:
    entry = {"id": "d", "body": "socialstyrelsen", "kind": "proposal", "units": 1, "date": "2025-01-01"}
    system = land({"x": 10}, Decision=[entry], CONCERNS=[{"source_id": "d", "target_id": "x"}])
    plan = plan_areas(system, ["x"], TODAY)[0]
    assert (plan.units, plan.units_from) == (1, "proposed")
    earlier = plan_areas(system, ["x"], dt.date(2024, 12, 31))[0]
    assert (earlier.units, earlier.units_from) == (2, "default")


def test_no_gain_outweighs_a_harm_in_a_perspective() -> None:
    zero = {m: np.zeros((2, 1)) for m in HEADLINES.values()}
    moved = {**zero, "patients_displaced": np.array([[5.0], [-7.0]]), "research_caseload": np.array([[-3.0], [3.0]])}
    moved["hours_mean"] = np.array([[2.0], [np.nan]])
    values = headline_values(zero, moved, np.array([[1.0], [3.0]]))
    found = dict(zip(HEADLINES, values[:, 0], strict=True))
    assert (found["displacement"], found["education_research"], found["geography"]) == (5, 3, 2)
    moved["hours_mean"] = np.full((2, 1), np.nan)
    unknown = headline_values(zero, moved, np.array([[1.0], [3.0]]))
    assert {p for p, v in zip(HEADLINES, unknown[:, 0], strict=True) if np.isnan(v)} == {"geography"}


def test_triage() -> None:
    assert triage_of(0.6, 0, [10], changes=True) == "deep"
    assert triage_of(0.0, 0.5, [10], changes=True) == "deep"
    assert triage_of(0.0, 0.0, [10, None], changes=True) == "pass"
    assert triage_of(0.0, 0.0, [95], changes=True) == "ordinary"
    assert triage_of(None, 0.0, [10], changes=True) == "ordinary"
    assert triage_of(0.9, 1.0, [95], changes=False) == "nothing"


def test_rank_correlation() -> None:
    assert spearman([1, 2, 3, 4], [1, 4, 9, 16]) == 1
    assert spearman([1, 2, 3], [3, 2, 1]) == -1
    assert spearman([1, 2, 2], [5, 7, 7]) == 1
    assert spearman([1, 1], [1, 2]) is None


@pytest.mark.parametrize(("count", "is_told"), [(9, False), (10, True)])
def test_the_rank_correlation_of_a_few_areas_is_not_told(count: int, is_told: bool) -> None:
    areas = {f"a{i:02d}": 10.0 + i for i in range(count)}
    found = screen(land(areas, **needing(*((a, "skill") for a in areas))), units=1, settings=FEW)
    assert (found["rivals"]["patients_moved"] is not None) == is_told


def test_the_ten_highest_are_counted_by_draw() -> None:
    areas = {f"a{i:02d}": 10.0 + i for i in range(12)}
    skills = needing(*((a, "skill") for a in areas))
    rows = screen(land(areas, **skills), units=1, settings=FEW)["areas"]
    assert [r["score"] for r in rows] == sorted((r["score"] for r in rows), reverse=True)
    assert sum(r["p_top10"] for r in rows) == pytest.approx(10)
    assert screen(land({"x": 10}), units=1, settings=FEW)["areas"][0]["p_top10"] is None


def test_impossible_wishes_are_refused() -> None:
    with pytest.raises(UnknownNode, match="nowhere"):
        screen(small_system(), ["nowhere"])
    with pytest.raises(SettingError, match="1 to 5"):
        screen(small_system(), units=6)
    with pytest.raises(SettingError, match="draws = 1"):
        screen(small_system(), settings=ScreenSettings(draws=1))


def shuffled(system: CareSystem, areas: list[str]) -> CareSystem:
    """The system in which each area has the requirements, uses and dependences of another one."""
    order: list[int] = np.random.default_rng(5).permutation(len(areas)).tolist()
    other = {a: areas[i] for a, i in zip(areas, order, strict=True)}
    content = system_to_mapping(system)
    for name in ("REQUIRES", "USES", "DEPENDS_ON"):
        file = load_schema()[name].file
        table: list[list[str]] = [list(row) for row in content[file]]
        header, rows = table[0], table[1:]
        source, target = header.index("source_id"), header.index("target_id")
        changed = [[*r[:source], other.get(r[source], r[source]), *r[source + 1 :]] for r in rows]
        content[file] = [header, *(r for r in changed if r[source] != r[target])]
    return system_from_mapping(content)


def test_dependencies_shuffled_between_areas_change_the_ranking() -> None:
    """Else the recorded links would add nothing to volume. All numbers at their medians: no noise of other draws."""
    packaged = load_sweden()
    system = packaged.with_values({name: q.value for name, q in packaged.quantities.items()})
    areas = [r.key[0] for r in system.rows["CareArea"] if r.text("status") in ("in_process", "tabled", "proposed")]
    settings = ScreenSettings(draws=2, years=2)
    found = draws_of(system, *areas, units=2, settings=settings)
    mixed = draws_of(shuffled(system, areas), *areas, units=2, settings=settings)
    for parts in (slice(0, 3), slice(0, 4)):  # without full competence; with displacement
        scores = [[float(d[a].parts[parts].sum(axis=(0, 1)).mean()) for a in areas] for d in (found, mixed)]
        correlation = spearman(*scores)
        assert correlation is not None
        assert correlation < 0.95, parts


def decided(**area: Any) -> CareSystem:
    """Since 2019 the area is at B alone; before, A had 6 of its 10 patients and B 4. Each region has 5 of them."""
    before = [{"source_id": h, "target_id": "area", "share": s} for h, s in (("hosp_a", 0.6), ("hosp_b", 0.4))]
    return two_hospitals(
        parameters=fixed_parameters(would_have_concentrated=0, capacity_multiple=1.5, route_share=0.5),
        settings={"history_start": "2018-07-01"},
        CareArea=[{"id": "area", "units_decided": 1, **area}],
        PROVIDES=[{"source_id": "hosp_b", "target_id": "area", "permit": True, "valid_from": "2019-01-01",
                   "patients": 10}],
        PROVIDED_BEFORE=[] if area else before,
    )  # fmt: skip


def test_ways_before_a_decision_by_hand() -> None:
    system = decided()
    draws = draws_of(system, "area", settings=ScreenSettings(draws=8, years=2))["area"]
    values = dict(zip(HEADLINES, draws.perspectives, strict=True))
    near, far = (travel_hours(system, h) for h in ("hosp_a", "hosp_b"))
    share = system.quantities["default_transport_share"].value
    # Before, x of region a's five go to B and 1 + x of b's to A: free referral mixes them, and fitting to A's six and
    # B's four keeps the odds ratio (5 − x)(4 − x) / (x (1 + x)) of the referral. All at A: 4 − x more of b travel;
    # all at B: 5 − x of a do, and b's 1 + x who come home outweigh nobody's longer way.
    decay = system.quantities["distance_decay"].value
    free = 0.5 / (1 + np.exp(decay))  # half is free, to a hospital one hour further away
    ratio = ((1 - free) / free) ** 2
    x = float(np.max(np.roots([ratio - 1, ratio + 9, -20])))
    moved = values["transport"] / share
    expected = np.where(moved > 4.5 - x, 5 - x, 4 - x)
    assert 0 < x < 1
    np.testing.assert_allclose(moved, expected, rtol=2e-3)
    np.testing.assert_allclose(values["geography"], 0.5 * expected / 5 * (far - near), rtol=2e-3)
    # One unit stops: before 6 less B's room of 0.5 · 4; after all 10.
    np.testing.assert_allclose(values["redundancy"], 10 - (6 - 0.5 * 4), rtol=2e-3)


def travel_hours(system: CareSystem, hospital: str) -> float:
    """Mean hours from region a, log-normal over its inhabitants."""
    row = next(r for r in system.rows["TRAVELS"] if r.text("source_id") == "reg_a" and r.text("target_id") == hospital)
    low, middle, high = (q.value for p in (5, 50, 95) if (q := row.quantity(f"hours_p{p}")) is not None)
    return middle * float(np.exp((np.log(high / low) / (2 * 1.6448536269514722)) ** 2 / 2))


def test_who_had_no_care_before_had_no_way_to_it() -> None:
    system = decided(p_new=1, p_regional=0, new_share=1)
    (row,) = screen(system, ["area"], settings=FEW)["areas"]
    unknown = {p["perspective"]: p["why_unknown"] for p in row["perspectives"] if p["value"] is None}
    assert unknown == {"geography": "new_care"}
    assert row["triage"] in ("ordinary", "deep")
    (known,) = screen(decided(), ["area"], settings=FEW)["areas"]
    assert all(p["value"] is not None and p["why_unknown"] is None for p in known["perspectives"])
