"""Rules of the squeeze, of care before its decisions, and of the share from assumptions, in any system."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema import CareSystem
from impact.model.path import state_without_decisions
from impact.model.perspectives import outside_patients
from impact.questions.effects import assumed_share
from tests.courses import holders_change
from tests.model_runs import ModelRun, model_run
from tests.random_systems import random_system
from tests.synthetic import default_parameters, fixed_parameters, two_hospitals

BOTH = ("hosp_a", "hosp_b")
SEEDS = st.integers(0, 1_000_000)
PARTS_OF = [{"source_id": "reg_a", "target_id": "cr"}, {"source_id": "reg_b", "target_id": "cr"}]


def _rows(sources: tuple[str, ...], *targets: str, **extra: Any) -> list[dict[str, Any]]:
    return [{"source_id": s, "target_id": t, **extra} for s in sources for t in targets]


# ------------------------------------------------------------------------------------------------ squeeze
def _shared(outside: float, number: int = 1) -> ModelRun:
    """One area leaves hospital a; another and a function share its competence, recorded once or more often."""
    skills = tuple(f"comp_{i}" for i in range(number))
    things = [{"source_id": a, "target_id": c, "criticality": 0.9, "head_cases": h}
              for c in skills for a, h in (("area", 1.3), ("other", 0.4), ("fn", 0))]  # fmt: skip
    system = two_hospitals(
        parameters=fixed_parameters(),
        CareArea=[{"id": "area"}, {"id": "other"}], PROVIDES=_rows(BOTH, "area", "other", patients=20),
        Competence=[{"id": "root"}, *({"id": c, "kind": "narrow_skill"} for c in skills)],
        PART_OF=[*PARTS_OF, *_rows(skills, "root", parent_share=1)], REQUIRES=things,
        STAFFS=_rows(BOTH, "root", *skills, outside_caseload=outside, margin=1.2),
        Function=[{"id": "fn"}], PERFORMS=_rows(BOTH, "fn"),
    )  # fmt: skip
    return model_run(system, holders_change("area", (), ("hosp_a",)), years=10)


def _lost(run: ModelRun, node: int) -> float:
    return float((run.without[-1].operability - run.scenario[-1].operability)[node, 0])


def test_the_outside_caseload_takes_the_effect_away() -> None:
    runs = [_shared(e) for e in (0, 1, 10, 100, 1e3, 1e5, 1e12)]
    effects = [_lost(r, r.function("hosp_a", "fn")) for r in runs]
    assert effects[0] > 0.1
    assert effects == sorted(effects, reverse=True)
    assert abs(effects[-1]) < 1e-9


@pytest.mark.parametrize("number", [2, 4])
def test_a_competence_recorded_more_than_once_has_the_same_effect(number: int) -> None:
    once, often = _shared(10), _shared(10, number)
    for node in (("function", "fn"), ("pair", "other"), ("pair", "area")):
        nodes = [getattr(r, node[0])("hosp_a", node[1]) for r in (once, often)]
        assert _lost(often, nodes[1]) == pytest.approx(_lost(once, nodes[0]), rel=1e-12)
    assert _lost(once, once.function("hosp_a", "fn")) > 0.05


def test_a_thin_margin_breaks_at_five_per_cent_and_a_wide_one_does_not() -> None:
    system = two_hospitals(
        parameters=fixed_parameters(),
        Competence=[{"id": "comp"}, {"id": "thin"}, {"id": "wide"}],
        REQUIRES=_rows(("area",), "thin", "wide"),
        STAFFS=[
            *_rows(BOTH, "thin", outside_caseload=95, margin=1.02),
            *_rows(BOTH, "wide", outside_caseload=95, margin=3),
        ],
    )
    run = model_run(system, holders_change("area", (), ("hosp_a",)))
    last = run.scenario[-1].load[:, 0]
    assert last[run.level("hosp_a", "thin")] == pytest.approx(1.02 * 0.95, rel=1e-12)
    assert last[run.level("hosp_a", "wide")] == pytest.approx(3 * 0.95, rel=1e-12)
    h = run.entities.index("hosp_a")
    assert run.measures(run.scenario[-1])["competences_lost"][h, 0] == 1
    assert run.measures(run.without[-1])["competences_lost"][h, 0] == 0
    assert run.measures(run.without[-1])["cases_to_breaking"][h, 0] == pytest.approx(100 * (1 - 1 / 1.02), rel=1e-12)


def test_outside_patients_sum_to_the_anchor_and_each_counts_once() -> None:
    system = two_hospitals(
        parameters=default_parameters(),
        Hospital=[{"id": h, "anchor_share": s} for h, s in zip(BOTH, (0.1, 0.2), strict=True)],
        Competence=[{"id": "comp"}, {"id": "more"}, {"id": "narrow", "kind": "narrow_skill"}],
        REQUIRES=_rows(("area",), "comp", "more", "narrow"),
        PART_OF=[*PARTS_OF, *_rows(("narrow",), "more")],
    )
    run = model_run(system, draws=20)
    anchor, part = outside_patients(run.structure, run.block)
    skills, block = run.structure.competences, run.block
    for h, share in zip(BOTH, (0.1, 0.2), strict=True):
        i = run.structure.places.hospitals.index(h)
        mine = skills.level_hospital == i
        assert part[mine].sum(axis=0) == pytest.approx(np.ones(20), rel=1e-12)
        patients = (anchor[i] * part[mine]).sum(axis=0) + block.volume[run.pair(h, "area")]
        episodes = patients * block.parameters["anchor_episodes_per_patient"]
        assert episodes == pytest.approx(share * block.parameters["anchor_episodes"], rel=1e-12)
    assert part[run.level("hosp_a", "narrow")].max() == 0


def test_a_granted_unit_reaches_nine_tenths_of_its_level_after_its_time() -> None:
    system = two_hospitals(
        parameters=fixed_parameters(attraction_exponent=0, t90_build=12),
        PROVIDES=_rows(("hosp_a",), "area", patients=200),
    )
    run = model_run(system, holders_change("area", ("hosp_b",), ("hosp_a",)), years=13)
    level, pair = run.level("hosp_b", "comp"), run.pair("hosp_b", "area")
    assert run.scenario[0].volume[pair, 0] == 0
    assert run.scenario[1].volume[pair, 0] == pytest.approx(200, rel=1e-9)
    load = run.scenario[1].load[level, 0]
    target = load**3 / (load**3 + 1 / 9)
    assert run.scenario[12].levels[level, 0] == pytest.approx(0.9 * target, rel=1e-9)


# ---------------------------------------------------------------------------------- none of the decisions
def _decided(**history: float) -> CareSystem:
    chances = {"p_new": 0, "p_already_concentrated": 0, "p_regional": 0, "p_spread": 0, **history}
    return two_hospitals(
        parameters=default_parameters(),
        settings={"history_start": "2018-07-01"},
        CareArea=[{"id": "area", "volume": (50, 30, 70), "new_share": (0.2, 0.1, 0.4), **chances}, {"id": "other"}],
        PROVIDES=[*_rows(("hosp_a",), "area", permit=True, valid_from="2020-01-01"), *_rows(BOTH, "other")],
        REQUIRES=_rows(("area", "other"), "comp"),
    )


def test_already_concentrated_care_has_no_accumulated_effect_and_no_drift() -> None:
    run = model_run(_decided(p_already_concentrated=1), start="today", draws=30)
    none = state_without_decisions(run.structure, run.block)
    for year in run.without:
        assert year.volume == pytest.approx(none.volume, abs=1e-10)
        assert year.operability == pytest.approx(none.operability, abs=1e-10)
        assert year.levels == pytest.approx(none.levels, abs=1e-10)
    assert none.not_referred == pytest.approx(0, abs=1e-10)


def test_new_care_was_nowhere_before_and_costs_nobody_anything() -> None:
    run = model_run(_decided(p_new=1), start="today", draws=30)
    none = state_without_decisions(run.structure, run.block)
    area = run.structure.activity.areas.index("area")
    mine = run.structure.activity.pair_area == area
    assert none.volume[mine].max() == 0
    assert none.not_referred[area] == pytest.approx(run.block.national[area], rel=1e-12)
    assert (run.without[-1].levels >= none.levels - 1e-12).all()


def test_regional_care_lost_its_place_where_no_permit_came() -> None:
    run = model_run(_decided(p_regional=1), start="today", draws=30)
    none = state_without_decisions(run.structure, run.block)
    pair = run.pair("hosp_b", "area")
    assert none.volume[pair].min() > 0
    assert run.without[-1].volume[pair].max() == 0


@settings(max_examples=20)
@given(seed=SEEDS)
def test_history_conserves_volumes(seed: int) -> None:
    run = model_run(random_system(seed), start="today", years=1)
    structure, block = run.structure, run.block
    none = state_without_decisions(structure, block)
    for a, area in enumerate(structure.activity.areas):
        mine = structure.activity.pair_area == a
        total = none.volume[mine].sum(axis=0) + none.not_referred[a]
        if mine.any() and (block.volume[mine].sum(axis=0) > 0).all():
            assert total == pytest.approx(block.national[a], rel=1e-10), area
        share = block.before.share[mine].sum(axis=0)
        slot = structure.history.new_share_slots[a]
        left = 1 - (block.values[slot] if slot >= 0 else 0.0)
        assert ((share < 1e-12) | (np.abs(share - left) < 1e-9)).all()


def test_a_stated_share_before_stands_and_the_rest_is_shared() -> None:
    system = two_hospitals(
        parameters=default_parameters(),
        settings={"history_start": "2018-07-01"},
        PROVIDES=_rows(("hosp_a",), "area", permit=True, valid_from="2020-01-01"),
        PROVIDED_BEFORE=[*_rows(("hosp_a",), "area", share=0.3), *_rows(("hosp_b",), "area")],
    )
    run = model_run(system, start="today", draws=20)
    share = run.block.before.share
    assert share[run.pair("hosp_a", "area")] == pytest.approx(np.full(20, 0.3), rel=1e-12)
    assert share[run.pair("hosp_b", "area")] == pytest.approx(np.full(20, 0.7), rel=1e-12)


def test_already_concentrated_care_stands_at_its_holders_before_the_permit() -> None:
    run = model_run(_decided(p_already_concentrated=1), start="today", draws=5)
    first = run.structure.without.past[0]
    assert first.before[run.structure.activity.areas.index("area")]
    assert run.without[0].volume[run.pair("hosp_a", "area")] == pytest.approx(run.block.national[0], rel=1e-10)


# ---------------------------------------------------------------------------------- share from assumptions
@pytest.mark.parametrize(("r", "a", "ra"), [(1.0, 1.0, 1.0), (2.0, 0.5, 0.0), (0.3, 1.0, 2.0)])
def test_share_from_assumptions_of_a_sum_and_a_product(r: float, a: float, ra: float) -> None:
    # Y = r·R + a·A + ra·R·A with standard normal R and A: the group A has a² and half of the interaction
    wanted = (a**2 + ra**2 / 2) / (r**2 + a**2 + ra**2)
    found: list[float] = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, y = rng.standard_normal((2, 1000))
        effect = r * x + a * y + ra * x * y
        mixed = r * np.roll(x, -1) + a * y + ra * np.roll(x, -1) * y
        share = assumed_share(effect, mixed)
        assert share is not None
        found.append(share)
    error = float(np.std(found, ddof=1)) / np.sqrt(len(found))
    assert abs(float(np.mean(found)) - wanted) < 3 * error + 2e-3


def test_share_from_assumptions_of_everything_and_of_nothing() -> None:
    rng = np.random.default_rng(1)
    x = rng.standard_normal(4000)
    assert assumed_share(x, x) == pytest.approx(1, abs=0.05)
    assert assumed_share(x, np.roll(x, -1)) == pytest.approx(0, abs=0.05)
    assert assumed_share(np.full(10, 3.0), np.full(10, 3.0)) is None
