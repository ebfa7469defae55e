"""Operability by hand: noisy-AND over families, the weakest along dependencies, and what is in reach."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from impact.model.block import Block, prepare
from impact.model.operability import ReachShares, family_product, operability
from impact.model.structure import Structure, compile_structure
from scenarios import Course
from tests.courses import AS_OF
from tests.synthetic import two_hospitals

BOTH = ("hosp_a", "hosp_b")
SHARES = ReachShares(np.full(2, 0.8), np.full(2, 0.5))
PROVIDED = [{"source_id": h, "target_id": a, "patients": 5} for a in ("area", "other") for h in BOTH]
AREAS = [{"id": "area"}, {"id": "other"}]


def _compiled(**tables: Any) -> tuple[Structure, Block]:
    structure = compile_structure(two_hospitals(**tables), Course(AS_OF), 1, "standing")
    return structure, prepare(structure, structure.table.draw(1, 0, 2), ())


def _node(structure: Structure, hospital: str, area: str) -> int:
    return structure.activity.pair_index[
        structure.places.hospitals.index(hospital), structure.activity.areas.index(area)
    ]


def _value(levels: dict[tuple[str, str], float], node: tuple[str, str] = ("hosp_a", "area"), **tables: Any) -> float:
    """Operability of a node where these levels stand at the hospitals, all others 1."""
    structure, block = _compiled(**tables)
    skills = structure.competences
    values = np.ones_like(block.levels)
    for (hospital, competence), level in levels.items():
        key = structure.places.hospitals.index(hospital), skills.competences.index(competence)
        values[skills.level_index[key]] = level
    base = family_product(structure.dependencies, values, block.criticality.competence, SHARES)
    provided = np.ones((len(structure.activity.pair_area), 2))
    found = operability(structure.dependencies, base, provided, block.criticality.area, SHARES)
    return float(found[_node(structure, *node), 0])


def _requires(*rows: tuple[str, float], **extra: Any) -> dict[str, Any]:
    skills = [{"id": c} for c, _ in rows]
    needs = [{"source_id": "area", "target_id": c, "criticality": k, **extra} for c, k in rows]
    return {"Competence": skills, "REQUIRES": needs}


def test_all_is_lost_with_a_fully_critical_competence_and_nothing_with_an_uncritical_one() -> None:
    assert _value({("hosp_a", "c"): 0.0}, **_requires(("c", 1.0))) == 0
    assert _value({("hosp_a", "c"): 0.0}, **_requires(("c", 0.0))) == 1


def test_families_multiply() -> None:
    found = _value({("hosp_a", "c"): 0.5, ("hosp_a", "d"): 0.25}, **_requires(("c", 0.4), ("d", 0.8)))
    assert found == pytest.approx((1 - 0.4 * 0.5) * (1 - 0.8 * 0.75), rel=1e-14)


@pytest.mark.parametrize(("rule", "wanted"), [("any", 1 - 0.4 * 0.5), ("all", 1 - 0.8 * 0.75)])
def test_a_family_is_read_by_its_best_or_its_weakest_member(rule: str, wanted: float) -> None:
    tables = _requires(("c", 0.4), ("d", 0.8), family="team", family_rule=rule)
    assert _value({("hosp_a", "c"): 0.5, ("hosp_a", "d"): 0.25}, **tables) == pytest.approx(wanted, rel=1e-14)


def test_competences_under_one_root_are_one_cause() -> None:
    tables = _requires(("c", 0.4), ("d", 0.8))
    tables["PART_OF"] = [
        {"source_id": "reg_a", "target_id": "cr"}, {"source_id": "reg_b", "target_id": "cr"},
        {"source_id": "d", "target_id": "c", "parent_share": 0.5},
    ]  # fmt: skip
    found = _value({("hosp_a", "c"): 0.5, ("hosp_a", "d"): 0.25}, **tables)
    assert found == pytest.approx(1 - 0.8 * 0.75, rel=1e-14)


@pytest.mark.parametrize(
    ("reach", "wanted"),
    [("same_site", 0.1), ("in_reach", 0.8 * 0.9), ("network", 0.5 * 0.9)],
)
def test_reach_reads_what_stands_elsewhere_at_a_discount(reach: str, wanted: float) -> None:
    found = _value({("hosp_a", "c"): 0.1, ("hosp_b", "c"): 0.9}, **_requires(("c", 1.0), reach=reach))
    assert found == pytest.approx(wanted, rel=1e-14)


def test_the_own_level_counts_where_it_is_better() -> None:
    found = _value({("hosp_a", "c"): 0.8, ("hosp_b", "c"): 0.9}, **_requires(("c", 1.0), reach="in_reach"))
    assert found == pytest.approx(0.8, rel=1e-14)


def test_another_care_region_is_not_in_reach() -> None:
    tables = _requires(("c", 1.0), reach="in_reach")
    tables |= {
        "CareRegion": [{"id": "cr"}, {"id": "cs"}],
        "PART_OF": [{"source_id": "reg_a", "target_id": "cr"}, {"source_id": "reg_b", "target_id": "cs"}],
    }
    assert _value({("hosp_a", "c"): 0.1, ("hosp_b", "c"): 0.9}, **tables) == pytest.approx(0.1, rel=1e-14)


def _chain(**extra: Any) -> dict[str, Any]:
    return {
        "CareArea": AREAS, "PROVIDES": PROVIDED, "Competence": [{"id": "c"}],
        "REQUIRES": [{"source_id": "other", "target_id": "c", "criticality": 1}],
        "DEPENDS_ON": [{"source_id": "area", "target_id": "other", "criticality": 0.6, **extra}],
    }  # fmt: skip


def test_an_area_passes_its_loss_on_by_its_criticality() -> None:
    assert _value({("hosp_a", "c"): 0.5}, **_chain()) == pytest.approx(1 - 0.6 * 0.5, rel=1e-14)


def test_along_dependencies_the_weakest_counts_not_the_product() -> None:
    tables = _chain()
    tables["REQUIRES"] += [{"source_id": "area", "target_id": "c", "criticality": 0.9}]
    found = _value({("hosp_a", "c"): 0.5}, **tables)
    assert found == pytest.approx(min(1 - 0.9 * 0.5, 1 - 0.6 * 0.5), rel=1e-14)


def test_an_area_that_is_not_provided_here_reads_nothing() -> None:
    tables = _chain()
    tables["PROVIDES"] = [p for p in PROVIDED if (p["source_id"], p["target_id"]) != ("hosp_a", "other")]
    assert _value({}, **tables) == pytest.approx(1 - 0.6, rel=1e-14)
    tables["DEPENDS_ON"][0]["reach"] = "network"
    assert _value({}, **tables) == pytest.approx(1 - 0.6 * 0.5, rel=1e-14)


def test_a_dependency_on_care_that_nobody_provides_is_left_out_and_named() -> None:
    structure, block = _compiled(
        CareArea=AREAS, DEPENDS_ON=[{"source_id": "area", "target_id": "other", "criticality": 1}]
    )
    assert structure.dependencies.dropped == ("area → other",)
    assert block.operability[_node(structure, "hosp_a", "area"), 0] > 0


def test_a_shared_cause_counts_once_round_a_cycle() -> None:
    tables = _chain()
    tables["DEPENDS_ON"] += [{"source_id": "other", "target_id": "area", "criticality": 0.7}]
    assert _value({("hosp_a", "c"): 0.5}, ("hosp_a", "other"), **tables) == pytest.approx(0.5, rel=1e-14)
    assert _value({("hosp_a", "c"): 0.5}, ("hosp_a", "area"), **tables) == pytest.approx(0.7, rel=1e-14)


def test_without_cause_a_cycle_of_full_criticality_loses_nothing() -> None:
    tables = _chain()
    tables["DEPENDS_ON"] = [
        {"source_id": "area", "target_id": "other", "criticality": 1},
        {"source_id": "other", "target_id": "area", "criticality": 1},
    ]
    assert _value({}, **tables) == 1
    assert _value({("hosp_a", "c"): 0.3}, **tables) == pytest.approx(0.3, rel=1e-14)


def test_operability_rises_with_every_level() -> None:
    tables = _chain()
    tables["DEPENDS_ON"] += [{"source_id": "other", "target_id": "area", "criticality": 0.7}]
    found = [_value({("hosp_a", "c"): level}, **tables) for level in np.linspace(0, 1, 9)]
    assert found == sorted(found)
    assert found[-1] == 1


def test_a_university_hospital_without_competences_still_depends_on_other_areas() -> None:
    tables = _chain() | {"Competence": [], "REQUIRES": []}
    tables["PROVIDES"] = [p for p in PROVIDED if (p["source_id"], p["target_id"]) != ("hosp_a", "other")]
    assert _value({}, **tables) == pytest.approx(1 - 0.6, rel=1e-14)
