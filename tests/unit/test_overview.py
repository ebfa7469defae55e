"""The overview: permits, totals, patients, neighbours and case log at a date."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from graph_schema import CareSystem, SettingError
from impact.questions.overview import overview
from tests.synthetic import two_hospitals

LATE = date(2030, 1, 1)


def permit(hospital: str, area: str = "area", **values: Any) -> dict[str, Any]:
    return {"source_id": hospital, "target_id": area, "permit": True, "valid_from": "2020-01-01", **values}


def volume(hospital: str, year: int, patients: float, **values: Any) -> dict[str, Any]:
    return {
        "source_id": hospital, "target_id": "area", "valid_from": "2020-01-01", "year": year, "patients": patients,
        **values,
    }  # fmt: skip


def decision(name: str, kind: str, **values: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "body": "board", **values}


def small_system(**extra: Any) -> CareSystem:
    tables: dict[str, Any] = {
        "Hospital": [
            {"id": "hosp_a", "latitude": 55},
            {"id": "hosp_b", "latitude": 63},
            {"id": "unnamed_b", "kind": "unnamed"},
        ],
        "LOCATED_IN": [
            {"source_id": "hosp_a", "target_id": "reg_a"},
            {"source_id": "hosp_b", "target_id": "reg_b"},
            {"source_id": "unnamed_b", "target_id": "reg_b"},
        ],
        "CareArea": [{"id": "area", "units_decided": 4, "step": 8}],
        "PROVIDES": [
            permit("hosp_a"),
            permit("hosp_a", sub_permit="rare part"),
            permit("hosp_b", valid_from="2026-06-01"),
            permit("unnamed_b", valid_from="2021-01-01"),
            permit("unnamed_b", role="partner", valid_from="2022-01-01"),
        ],
    }
    tables.update(extra)
    return two_hospitals(**tables)


def only_area(system: CareSystem, **options: Any) -> dict[str, Any]:
    return next(row for row in overview(system, **options)["areas"] if row["id"] == "area")


def test_units_leave_out_partners_and_sub_permits_and_count_what_has_not_begun() -> None:
    totals = overview(small_system())["totals"]
    assert (totals["areas"], totals["units"]) == (1, 3)
    assert totals["units_by_region"] == {"reg_a": 1, "reg_b": 2}
    assert totals["units_by_hospital"] == {"hosp_b": 1, "hosp_a": 1}
    assert list(totals["units_by_hospital"]) == ["hosp_b", "hosp_a"]  # north to south
    assert totals["units_of_unnamed"] == 1


def test_the_date_is_the_datasets_own() -> None:
    assert overview(small_system())["as_of"] == "2025-12-31"
    assert overview(small_system(), as_of=LATE)["as_of"] == "2030-01-01"


def test_holders_with_their_role_and_sub_permit() -> None:
    rows = only_area(small_system())["holders"]
    assert [(r["hospital"], r["region"], r["role"], r["sub_permit"]) for r in rows] == [
        ("hosp_b", "reg_b", "holder", None),
        ("hosp_a", "reg_a", "holder", None),
        ("hosp_a", "reg_a", "holder", "rare part"),
        (None, "reg_b", "holder", None),
        (None, "reg_b", "partner", None),
    ]
    assert only_area(small_system())["vacant"] == 1


def test_care_without_a_permit_is_no_unit() -> None:
    totals = overview(two_hospitals())["totals"]
    assert (totals["areas"], totals["units"], totals["units_by_hospital"]) == (0, 0, {})
    assert only_area(two_hospitals())["vacant"] is None


def test_looking_back_leaves_out_what_was_neither_begun_nor_granted() -> None:
    totals = overview(small_system(), as_of=date(2020, 6, 30))["totals"]
    assert totals["units_by_region"] == {"reg_a": 1}
    assert overview(small_system(), as_of=date(2019, 6, 30))["totals"]["areas"] == 0
    assert only_area(small_system(), as_of=date(2019, 6, 30))["status"] == "proposed"


def granted_in_2024() -> CareSystem:
    return small_system(
        Decision=[decision("dec", "granted", date="2024-03-01", step=7, applications=5, refusals=2)],
        CONCERNS=[{"source_id": "dec", "target_id": "area"}],
        GRANTS=[{"source_id": "dec", "target_id": "hosp_b"}],
        PROVIDES=[permit("hosp_b", valid_from="2024-09-01")],
    )


def test_a_dated_grant_counts_before_the_permit_begins() -> None:
    system = granted_in_2024()
    row = only_area(system, as_of=date(2024, 4, 1))
    assert (row["status"], row["step"], len(row["holders"])) == ("decided", 7, 1)
    assert only_area(system, as_of=date(2024, 10, 1))["step"] == 8
    assert only_area(system, as_of=date(2024, 2, 1))["holders"] == []


def test_applications_and_refusals_are_known_from_the_day_of_the_grant() -> None:
    row = only_area(granted_in_2024())
    assert (row["applications"], row["refusals"]) == (5, 2)
    row = only_area(granted_in_2024(), as_of=date(2024, 2, 1))
    assert (row["applications"], row["refusals"]) == (None, None)


def test_an_ended_permit_no_longer_counts() -> None:
    system = small_system(PROVIDES=[permit("hosp_a", valid_to="2024-12-31"), permit("hosp_b")])
    assert overview(system)["totals"]["units_by_hospital"] == {"hosp_b": 1}
    assert overview(system, as_of=date(2024, 12, 31))["totals"]["units"] == 2


def test_renewed_permits_are_one_unit() -> None:
    system = small_system(PROVIDES=[permit("hosp_a"), permit("hosp_a", valid_from="2023-01-01")])
    assert overview(system)["totals"]["units"] == 1
    assert only_area(system)["vacant"] == 3


@pytest.mark.parametrize(
    ("kind", "status"), [("started", "in_process"), ("closed", "closed"), ("tabled", "tabled"), ("other", "proposed")]
)
def test_looking_back_the_log_tells_the_standing(kind: str, status: str) -> None:
    system = two_hospitals(
        Decision=[decision("dec", kind, date="2022-01-01", step=3)],
        CONCERNS=[{"source_id": "dec", "target_id": "area"}],
    )
    assert only_area(system, as_of=date(2023, 1, 1))["status"] == status


def reported() -> CareSystem:
    return small_system(
        PROVIDES=[permit("hosp_a"), permit("hosp_a", sub_permit="rare part"), permit("hosp_b")],
        PROVIDES_VOLUME=[
            volume("hosp_a", 2023, 30, patients_grade="reported"),
            volume("hosp_a", 2023, 7, sub_permit="rare part"),
            volume("hosp_a", 2023, 20, home_region="reg_b"),
            volume("hosp_b", 2023, 1, home_region="reg_a", patients_grade="reported"),
            volume("hosp_b", 2023, 2, home_region="reg_b"),
            volume("hosp_b", 2025, 9),
        ],
    )


def test_patients_are_neither_lost_nor_counted_twice() -> None:
    rows = only_area(reported())["patients"]
    assert [(r["hospital"], r["year"], r["value"], r["grade"]) for r in rows] == [
        ("hosp_b", 2023, 3, "assumed"),
        ("hosp_b", 2025, 9, "assumed"),
        ("hosp_a", 2023, 30, "reported"),
    ]
    assert overview(reported())["totals"]["patients_by_year"] == {"2023": 33, "2025": 9}


def test_a_year_that_is_not_over_has_no_patients() -> None:
    years = overview(reported(), as_of=date(2025, 12, 30))["totals"]["patients_by_year"]
    assert years == {"2023": 33}


def test_small_numbers_are_masked_and_cannot_be_computed_from_the_total() -> None:
    answer = overview(reported(), mask=5)
    rows = next(row for row in answer["areas"] if row["id"] == "area")["patients"]
    assert [(r["value"], r.get("masked", False)) for r in rows] == [(None, True), (9, False), (30, False)]
    assert answer["totals"]["patients_by_year"] == {"2023": None, "2025": 9}
    assert only_area(reported(), mask=3)["patients"][0]["value"] == 3


def logged() -> CareSystem:
    return small_system(
        Decision=[
            decision("dec_c", "other", step=2),
            decision("dec_b", "granted", date="2024-03-01", step=7, outcome="granted", reason="nearness"),
            decision("dec_a", "started", date="2020-01-01", date_precision="year", step=2),
            decision("dec_later", "review_due", date="2027-01-01"),
            decision("dec_all", "reported", date="2023-01-01"),
        ],
        CONCERNS=[{"source_id": f"dec_{x}", "target_id": "area"} for x in ("a", "b", "c", "later")],
    )


def test_the_log_stands_in_order_of_time_undated_last() -> None:
    answer = overview(logged())
    log = next(row for row in answer["areas"] if row["id"] == "area")["log"]
    assert [entry["id"] for entry in log] == ["dec_a", "dec_b", "dec_later", "dec_c"]
    assert log[1] | {"reason": "nearness", "outcome": "granted", "step": 7} == log[1]
    assert (log[0]["date_precision"], log[3]["date"]) == ("year", None)
    assert [entry["id"] for entry in answer["log"]] == ["dec_all"]


def test_since_keeps_what_came_on_or_after_it() -> None:
    assert [e["id"] for e in only_area(logged(), since=date(2024, 3, 1))["log"]] == ["dec_b", "dec_later"]
    assert [e["id"] for e in only_area(logged(), since=date(2024, 3, 2))["log"]] == ["dec_later"]
    assert overview(logged(), since=date(2024, 1, 1))["log"] == []


def test_looking_back_knows_nothing_later() -> None:
    assert [e["id"] for e in only_area(logged(), as_of=date(2021, 1, 1))["log"]] == ["dec_a"]


def bound_together() -> CareSystem:
    areas = ["area", "near", "far", "kin", *(f"other_{i}" for i in range(8))]
    return two_hospitals(
        CareArea=[{"id": a, "cluster": "one" if a in ("area", "kin") else a} for a in areas],
        Competence=[
            {"id": "comp"},
            {"id": "skill", "kind": "narrow_skill", "is_base_specialty": False},
            {"id": "nurse", "kind": "profession", "is_base_specialty": False},
        ],
        Function=[{"id": "fn"}],
        REQUIRES=[
            *({"source_id": a, "target_id": "comp", "criticality": 1} for a in areas),
            *({"source_id": a, "target_id": "nurse", "criticality": 1} for a in areas),
            *({"source_id": a, "target_id": "skill"} for a in ("area", "far")),
        ],
        DEPENDS_ON=[
            {"source_id": "near", "target_id": "area", "criticality": 0.9, "reason": "rescue"},
            {"source_id": "fn", "target_id": "area", "criticality": 1},
            *({"source_id": "area", "target_id": f"other_{i}", "criticality": 0.03} for i in range(4)),
            *({"source_id": "area", "target_id": f"other_{i}", "criticality": 0.01} for i in range(4, 8)),
        ],
    )


def test_neighbours_by_dependence_narrow_competence_and_cluster() -> None:
    rows = only_area(bound_together())["neighbours"]
    assert [row["area"] for row in rows] == ["near", "far", *(f"other_{i}" for i in range(4)), "kin"]
    assert [round(row["importance"], 9) for row in (*rows[:2], rows[-1])] == [0.9, 0.25, 0]
    assert rows[0]["why"] == "behövs av det (kritikalitet 0,9)"
    assert rows[0]["ties"][0]["reason"] == "rescue"
    assert (rows[1]["why"], rows[-1]["why"]) == ("delar skill", "samma kluster")
    assert rows[2]["why"] == "är beroende av det (kritikalitet 0,03)"


def test_an_area_alone_has_no_neighbours() -> None:
    assert only_area(two_hospitals())["neighbours"] == []


@pytest.mark.parametrize(
    ("options", "words"),
    [({"since": date(2026, 1, 1)}, "later than 2025-12-31"), ({"mask": -1}, "negative")],
)
def test_impossible_options_are_refused(options: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingError, match=words):
        overview(small_system(), **options)


def test_the_answer_is_plain_json() -> None:
    json.dumps(overview(reported(), mask=5), allow_nan=False)
