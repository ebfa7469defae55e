"""The array kernel agrees with a plain loop over the networkx view: volumes, levels, operability, every measure."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_schema import CareSystem
from loaders import load_sweden
from scenarios import Closure, Course, HolderChange, ShareChange, course_of, read_scenario
from tests.courses import AS_OF, JANUARY, certain
from tests.random_systems import random_sample
from tests.reference.agreement import compare, disagreements
from tests.reference.plain_model import PlainModel
from tests.synthetic import default_parameters, two_hospitals


def _rows(*names: str, target: str, **extra: Any) -> list[dict[str, Any]]:
    return [{"source_id": n, "target_id": target, **extra} for n in names]


def _functions_and_queues() -> CareSystem:
    beds = {"capacity": (8.5, 8, 10), "occupancy": 0.8, "other_amount": 3}
    theatre = {"capacity": 10, "occupancy": 0.85, "other_amount": 3, "wait_days": 40, "guarantee_days": 90}
    return two_hospitals(
        parameters=default_parameters(),
        Function=[{"id": "fn"}],
        PERFORMS=_rows("hosp_a", "hosp_b", target="fn"),
        REQUIRES=[*_rows("area", target="comp"), *_rows("fn", target="comp", head_cases=0)],
        Resource=[{"id": "icu"}, {"id": "theatre", "kind": "queue"}],
        OPERATES=[*_rows("hosp_a", "hosp_b", target="icu", **beds),
                  *_rows("hosp_a", "hosp_b", target="theatre", **theatre)],
        USES=[*_rows("area", target="icu", amount=(30, 20, 40)), *_rows("area", target="theatre", amount=5)],
    )  # fmt: skip


def _two_areas_in_a_cycle() -> CareSystem:
    areas = [{"id": "area", "volume": 10}, {"id": "other", "volume": 40}]
    return two_hospitals(
        parameters=default_parameters(),
        CareArea=areas,
        PROVIDES=[*_rows("hosp_a", "hosp_b", target="area"), *_rows("hosp_a", target="other")],
        DEPENDS_ON=[*_rows("area", target="other", reach="network"), *_rows("other", target="area", criticality=0.9)],
        REQUIRES=[*_rows("area", "other", target="comp")],
    )


def _decided_in_2020() -> CareSystem:
    return two_hospitals(
        parameters=default_parameters(),
        settings={"history_start": "2018-07-01"},
        PROVIDES=_rows("hosp_a", target="area", permit=True, valid_from="2020-05-01"),
        PROVIDED_BEFORE=[*_rows("hosp_a", target="area", share=(0.3, 0.2, 0.4)), *_rows("hosp_b", target="area")],
    )


TO_ONE = HolderChange(JANUARY, "area", (), ("hosp_b",))
UNKNOWN = HolderChange(date(2026, 9, 1), "area", (), (), 1, ("hosp_a", "hosp_b"))
NOBODY = HolderChange(date(2027, 3, 1), "area", (), ("hosp_a", "hosp_b"))
CASES = {
    "no change": (_functions_and_queues, Course(AS_OF), "standing"),
    "to one unit": (_functions_and_queues, Course(AS_OF, (TO_ONE,)), "standing"),
    "to an unknown unit": (_functions_and_queues, Course(AS_OF, (UNKNOWN,)), "standing"),
    "to nobody": (_two_areas_in_a_cycle, Course(AS_OF, (NOBODY,)), "standing"),
    "closed a summer": (
        _two_areas_in_a_cycle, Course(AS_OF, closures=(Closure(date(2026, 6, 1), date(2026, 9, 1), "hosp_a"),)),
        "standing",
    ),
    "a share moves": (
        _two_areas_in_a_cycle, Course(AS_OF, (TO_ONE,), (ShareChange(JANUARY, "area", certain(0.4), "share"),)),
        "standing",
    ),
    "history": (_decided_in_2020, Course(AS_OF, (HolderChange(JANUARY, "area", ("hosp_b",), ()),)), "today"),
    "another past": (
        _decided_in_2020, Course(AS_OF, (HolderChange(date(2020, 5, 1), "area", ("hosp_b",), ("hosp_a",)),)), "today",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_small_system(case: str) -> None:
    system, course, start = CASES[case]
    assert disagreements(system(), course, start) == []


@pytest.mark.parametrize("seed", range(40))
def test_random_system(seed: int) -> None:
    sample = random_sample(seed)
    assert disagreements(sample.system, sample.course, sample.start, years=3) == []


@settings(max_examples=30)
@given(seed=st.integers(1_000, 1_000_000))
def test_any_random_system(seed: int) -> None:
    sample = random_sample(seed)
    assert disagreements(sample.system, sample.course, sample.start, years=2) == []


def test_the_random_systems_use_every_rule() -> None:
    samples = [random_sample(seed) for seed in range(40)]
    rows = [s.system.rows for s in samples]
    for name in ("DEPENDS_ON", "PART_OF", "PROVIDED_BEFORE", "REFERS_TO", "STAFFS", "USES", "PERFORMS"):
        assert sum(bool(r[name]) for r in rows) > 5, name
    assert {x.text("family_rule") for r in rows for x in r["REQUIRES"]} == {"", "any", "all"}
    assert {x.text("reach") for r in rows for x in r["REQUIRES"]} == {"same_site", "in_reach", "network"}
    courses = [s.course for s in samples]
    assert any(c.unknown_units for k in courses for c in k.holder_changes)
    for kind in ("share_changes", "factor_changes", "closures", "delays"):
        assert any(getattr(k, kind) for k in courses), kind


def test_the_swedish_dataset() -> None:
    system = load_sweden()
    course = course_of(read_scenario("hocm"), system, date.fromisoformat(system.settings["as_of"]))
    found = compare(system, course, "today", years=1, compared=1)
    assert found.compared > 10_000
    assert found.found == []


def test_the_comparison_sees_a_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    stepped = PlainModel.stepped
    monkeypatch.setattr(PlainModel, "stepped", lambda *a: stepped(*a) + 1e-7)
    sample = random_sample(3)
    assert any("level" in line for line in disagreements(sample.system, sample.course, sample.start, years=1))
