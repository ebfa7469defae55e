"""Where the numbers come from: every quantity counted once, every citation found."""

from __future__ import annotations

from typing import Any

import pytest

from graph_schema import CareSystem
from impact.questions.grades import citation, count_grades, sources_table
from tests.synthetic import make_system

REGISTERS: dict[str, Any] = {
    "sources": [
        {"id": "s_one", "kind": "document", "title": "Report", "place": "Annex 3"},
        {"id": "s_two", "kind": "document", "title": "Report", "place": "Annex 4"},
        {"id": "s_unused", "kind": "register", "title": "Register"},
    ],
    "assumptions": [
        {"id": "a_small", "statement": "A", "quality": "low", "importance": "low"},
        {"id": "a_shaky", "statement": "B", "quality": "low", "importance": "high"},
        {"id": "a_firm", "statement": "C", "quality": "high", "importance": "high"},
    ],
}


@pytest.fixture
def system() -> CareSystem:
    return make_system(
        parameters=[],
        Region=[
            {"id": "reg_a", "population": 10, "population_grade": "reported", "population_source": "s_one;s_two"},
            {"id": "reg_b", "population": 10, "population_source": "a_shaky", "source": "s_one"},
            {"id": "reg_c", "population": 10, "population_grade": "derived", "population_source": "s_one;a_firm"},
        ],
        PART_OF=[{"source_id": f"reg_{x}", "target_id": "cr"} for x in "abc"],
        CareRegion=[{"id": "cr"}],
        Hospital=[{"id": "hosp", "anchor_share": 0.5, "anchor_share_source": "a_shaky"}],
        LOCATED_IN=[{"source_id": "hosp", "target_id": "reg_a"}],
        **REGISTERS,
    )


def test_each_quantity_counts_once(system: CareSystem) -> None:
    counts = count_grades(system)
    assert counts["total"] == len(system.quantities) == 4
    assert [counts[grade] for grade in ("reported", "derived", "assumed")] == [1, 1, 2]
    assert counts["share_assumed"] == 0.5


def test_types_sum_to_the_whole(system: CareSystem) -> None:
    rows = count_grades(system)["by_type"]
    assert {row["type"]: row["total"] for row in rows} == {"Region": 3, "Hospital": 1}
    assert {row["type"]: row["share_assumed"] for row in rows}["Hospital"] == 1


def test_nothing_to_count_has_no_share() -> None:
    assert count_grades(CareSystem({})) == {
        "reported": 0, "derived": 0, "assumed": 0, "total": 0, "share_assumed": None, "by_type": [],
    }  # fmt: skip


def test_sources_with_their_use(system: CareSystem) -> None:
    rows = {row["id"]: (row["numbers"], row["rows"]) for row in sources_table(system)["sources"]}
    assert rows["s_one"] == (2, 1)
    assert rows["s_two"] == (1, 0)
    assert rows["s_unused"] == (0, 0)
    assert sources_table(system)["sources"][0]["id"] == "s_one"


def test_important_and_weak_assumptions_stand_first(system: CareSystem) -> None:
    rows = sources_table(system)["assumptions"]
    assert [row["id"] for row in rows[:2]] == ["a_shaky", "a_firm"]
    assert rows[0]["numbers"] == 2
    assert rows[0]["statement"] == "B"


def test_an_id_cited_twice_in_one_number_counts_once() -> None:
    system = make_system(
        parameters=[], **REGISTERS, Region=[{"id": "reg", "population": 1, "population_source": "a_firm;a_firm"}],
        CareRegion=[{"id": "cr"}], PART_OF=[{"source_id": "reg", "target_id": "cr"}],
    )  # fmt: skip
    assert {row["id"]: row["numbers"] for row in sources_table(system)["assumptions"]}["a_firm"] == 1


@pytest.mark.parametrize(
    ("ids", "text"),
    [
        ("s_one", "Report, Annex 3"),
        ("s_one;s_two", "Report, Annex 3, Annex 4"),
        ("s_unused;a_shaky", "Register; assumption: B"),
        ("elsewhere", "elsewhere"),
        ("", ""),
    ],
)
def test_citation(system: CareSystem, ids: str, text: str) -> None:
    assert citation(system, ids) == text
