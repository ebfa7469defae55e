"""The squeeze by hand: level curve, need, and how levels move."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from impact.model.block import Block, prepare
from impact.model.levels import Squeeze, is_lost, level_curve, relative_load, squeeze_of, step_levels, sustained
from impact.model.structure import Structure, compile_structure
from scenarios import Course
from tests.courses import AS_OF
from tests.synthetic import fixed_parameters, two_hospitals

TWO = np.ones(2)
PARTS = {"id": "part", "kind": "narrow_skill"}


def _squeeze(loss: float = 3.5, build: float = 12.0) -> Squeeze:
    empty: Any = None
    return Squeeze(empty, TWO, TWO, TWO, TWO > 0, 3 * TWO, loss / np.log(10) * TWO, build / np.log(10) * TWO)


def _standing(**tables: Any) -> tuple[Structure, Block]:
    structure = compile_structure(two_hospitals(**tables), Course(AS_OF), 1, "standing")
    return structure, prepare(structure, structure.table.draw(1, 0, 2), ())


def _level(structure: Structure, hospital: str, competence: str) -> int:
    skills = structure.competences
    key = structure.places.hospitals.index(hospital), skills.competences.index(competence)
    return skills.level_index[key]


def test_level_curve_is_nine_tenths_at_need_for_any_exponent() -> None:
    assert level_curve(np.ones((1, 3)), np.array([2.0, 3.0, 5.0]))[0] == pytest.approx([0.9] * 3, rel=1e-14)


def test_level_curve_by_hand() -> None:
    # k = 2, u = 1/3: (1/9) / (1/9 + 1/9) = 1/2; u = 2: 4 / (4 + 1/9) = 36/37
    assert level_curve(np.array([[1 / 3, 2.0]]), 2 * TWO)[0] == pytest.approx([0.5, 36 / 37], rel=1e-14)
    assert level_curve(np.zeros((1, 2)), 2 * TWO).tolist() == [[0.0, 0.0]]


def test_ninety_per_cent_of_a_loss_has_happened_after_its_time() -> None:
    found = step_levels(_squeeze(), np.array([[1.0, 0.8]]), np.zeros((1, 2)), 3.5)
    assert found[0] == pytest.approx([0.1, 0.08], rel=1e-12)


def test_rebuilding_takes_its_own_time() -> None:
    found = step_levels(_squeeze(), np.zeros((1, 2)), np.array([[1.0, 0.5]]), 12.0)
    assert found[0] == pytest.approx([0.9, 0.45], rel=1e-12)


def test_two_halves_of_a_year_are_a_year() -> None:
    squeeze, target = _squeeze(), np.array([[0.2, 0.9]])
    whole = step_levels(squeeze, np.array([[0.7, 0.7]]), target, 1.0)
    half = step_levels(squeeze, step_levels(squeeze, np.array([[0.7, 0.7]]), target, 0.5), target, 0.5)
    assert half == pytest.approx(whole, rel=1e-13)


def test_need_is_the_standing_caseload_over_the_margin() -> None:
    structure, block = _standing(
        STAFFS=[{"source_id": "hosp_a", "target_id": "comp", "outside_caseload": 45, "margin": 2.5}]
    )
    level = _level(structure, "hosp_a", "comp")
    assert block.squeeze.need[level, 0] == pytest.approx((45 + 5) / 2.5, rel=1e-12)
    assert relative_load(structure.competences, block.squeeze, block.volume)[level, 0] == pytest.approx(2.5, rel=1e-12)


def test_staffing_times_usual_caseload_less_our_part_is_outside() -> None:
    structure, block = _standing(
        STAFFS=[{"source_id": "hosp_a", "target_id": "comp", "specialists": 3}],
        Competence=[{"id": "comp", "usual_caseload": 20}],
    )
    assert block.squeeze.outside[_level(structure, "hosp_a", "comp"), 0] == pytest.approx(3 * 20 - 5, rel=1e-12)


def test_a_ratio_where_neither_count_nor_staffing_is_known() -> None:
    structure, block = _standing(parameters=fixed_parameters(outside_ratio=4))
    assert block.squeeze.outside[_level(structure, "hosp_b", "comp"), 0] == pytest.approx(4 * 5, rel=1e-12)


def test_without_caseload_the_rota_sets_the_need() -> None:
    structure, block = _standing(
        Competence=[{"id": "comp"}, {"id": "idle", "v_min": 12}],
        STAFFS=[{"source_id": "hosp_a", "target_id": "idle", "rota_heads": 3}],
    )
    level = _level(structure, "hosp_a", "idle")
    assert block.squeeze.need[level, 0] == pytest.approx(36, rel=1e-12)
    assert block.levels[level, 0] == 0


def test_a_narrow_skill_also_keeps_its_parent_and_a_patient_counts_once() -> None:
    # area: 2 head-cases in the part, 1 in the whole; half of the part's climb = 1: the larger counts, not the sum
    structure, block = _standing(
        Competence=[{"id": "comp"}, PARTS],
        PART_OF=[
            {"source_id": "reg_a", "target_id": "cr"}, {"source_id": "reg_b", "target_id": "cr"},
            {"source_id": "part", "target_id": "comp", "parent_share": 0.9},
        ],
        REQUIRES=[
            {"source_id": "area", "target_id": "comp"}, {"source_id": "area", "target_id": "part", "head_cases": 2},
        ],
        STAFFS=[{"source_id": "hosp_a", "target_id": c, "outside_caseload": 0, "margin": 1} for c in ("comp", "part")],
    )  # fmt: skip
    assert block.squeeze.need[_level(structure, "hosp_a", "part"), 0] == pytest.approx(2 * 5, rel=1e-12)
    assert block.squeeze.need[_level(structure, "hosp_a", "comp"), 0] == pytest.approx(1.8 * 5, rel=1e-12)


def test_at_the_switching_value_of_the_outside_caseload_the_competence_just_stands() -> None:
    # E* = (A0 − m·A1)/(m − 1): with A0 = 10, A1 = 4 and m = 1.5 it is 8
    margin, before, after = 1.5, 10.0, 4.0
    outside = (before - margin * after) / (margin - 1)
    structure, block = _standing(
        PROVIDES=[{"source_id": "hosp_a", "target_id": "area", "patients": before}],
        STAFFS=[{"source_id": "hosp_a", "target_id": "comp", "outside_caseload": outside, "margin": margin}],
    )
    volume = block.volume * after / before
    level = _level(structure, "hosp_a", "comp")
    assert relative_load(structure.competences, block.squeeze, volume)[level, 0] == pytest.approx(1, rel=1e-12)


def test_head_cases_and_need_doubled_together_leave_the_level() -> None:
    levels: list[float] = []
    for times in (1, 2):
        structure, block = _standing(
            parameters=fixed_parameters(outside_ratio=4),
            REQUIRES=[{"source_id": "area", "target_id": "comp", "head_cases": 1.3 * times}],
        )
        again = squeeze_of(structure.competences, block.values, block.volume, block.volume, dict(block.parameters))
        assert again.need == pytest.approx(block.squeeze.need, rel=1e-13)
        level = _level(structure, "hosp_a", "comp")
        load = relative_load(structure.competences, block.squeeze, 0.6 * block.volume)
        levels.append(float(level_curve(load, block.squeeze.exponent)[level, 0]))
    assert levels[0] == pytest.approx(levels[1], rel=1e-13)


def test_what_never_had_a_caseload_is_not_lost_and_lacks_no_posts() -> None:
    known, load = np.array([[True], [False], [False], [True]]), np.array([[0.0], [0.0], [0.25], [1.0]])
    assert is_lost(known, load, load)[:, 0].tolist() == [True, False, True, False]
    assert not is_lost(known, load, np.ones_like(load)).any()
    assert sustained(known, load)[:, 0].tolist() == [0.0, 1.0, 0.5, 1.0]
