"""What changed between two datasets: nothing missed, nothing invented."""

from __future__ import annotations

from typing import Any

import pytest

from impact.questions.data_diff import diff_systems
from tests.synthetic import two_hospitals


def area(**changes: Any) -> dict[str, Any]:
    return {"CareArea": [{"id": "area", "volume": (10, 5, 20), **changes}]}


def test_the_same_content_has_no_difference() -> None:
    diff = diff_systems(two_hospitals(), two_hospitals())
    assert (diff["same"], diff["counts"], diff["rows"]) == (True, {}, [])
    assert diff["hash_a"] == diff["hash_b"] == two_hospitals().content_hash


def test_a_row_added_is_removed_the_other_way() -> None:
    small = two_hospitals()
    large = two_hospitals(Function=[{"id": "fn"}])
    there, back = diff_systems(small, large), diff_systems(large, small)
    assert there["counts"] == {"Function": {"added": 1, "removed": 0, "changed": 0}}
    assert [(r["change"], r["type"], r["key"]) for r in there["rows"]] == [("added", "Function", ["fn"])]
    assert [(r["change"], r["type"], r["key"]) for r in back["rows"]] == [("removed", "Function", ["fn"])]
    assert not there["same"]


def test_a_changed_text() -> None:
    rows = diff_systems(two_hospitals(**area()), two_hospitals(**area(motive="volume")))["rows"]
    assert [(r["property"], r["from"], r["to"], r["grade_to"]) for r in rows] == [("motive", None, "volume", None)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"volume": (12, 5, 20)}, {"volume": (10, 12)}),
        ({"volume": (10, 5, 30)}, {"volume_high": (20, 30)}),
        (
            {"volume_grade": "derived"},
            {"volume_grade": ("assumed", "derived"), "volume_source": ("a_test", "s_test")},
        ),
    ],
)
def test_a_changed_quantity_shows_the_columns_that_differ(
    change: dict[str, Any], expected: dict[str, tuple[Any, Any]]
) -> None:
    diff = diff_systems(two_hospitals(**area()), two_hospitals(**area(**change)))
    assert {r["property"]: (r["from"], r["to"]) for r in diff["rows"]} == expected
    assert {r["grade_from"] for r in diff["rows"]} == {"assumed"}
    assert diff["counts"]["CareArea"] == {"added": 0, "removed": 0, "changed": 1}


def test_a_quantity_that_came_has_one_row_with_its_grade() -> None:
    rows = diff_systems(two_hospitals(**area()), two_hospitals(**area(growth=0.1)))["rows"]
    assert [(r["property"], r["from"], r["to"], r["grade_from"], r["grade_to"]) for r in rows] == [
        ("growth", None, 0.1, None, "assumed")
    ]


def test_relationships_are_found_by_their_whole_key() -> None:
    a = two_hospitals()
    b = a.replace(PROVIDES=a.rows["PROVIDES"][:1])
    row = diff_systems(a, b)["rows"][0]
    assert (row["change"], row["key"]) == ("removed", ["hosp_b", "area", "", ""])
