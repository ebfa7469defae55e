"""Stated totals against recomputed ones: each kind of count, each relation, and each refusal."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from graph_schema import CareSystem, SchemaViolation, StoreError
from impact.questions.data_check import check_totals
from impact.questions.tallies import FILTERS, TALLIES
from loaders.stated_totals import RELATIONS, Statement, packaged_totals, read_stated_totals
from tests.synthetic import two_hospitals

ROOT = Path(__file__).resolve().parents[2]
HEADER = "id,statement,source,relation,stated,compute,filters,contradiction,note\n"
ROW = "t1,Units,s_test,equals,3,units,class=nhv,,\n"


def statement(compute: str, stated: float = 0, relation: str = "equals", **filters: str) -> Statement:
    filters = {name.removesuffix("_"): value for name, value in filters.items()}
    return Statement("t", 2, "Something", "s_test", relation, stated, compute, filters, "", "")


def permit(hospital: str, area: str, first: str, **values: Any) -> dict[str, Any]:
    return {"source_id": hospital, "target_id": area, "permit": True, "valid_from": first, **values}


def patients(hospital: str, area: str, first: str, number: float) -> dict[str, Any]:
    return {"source_id": hospital, "target_id": area, "valid_from": first, "year": 2023, "patients": number}


def decision(name: str, kind: str, **values: Any) -> dict[str, Any]:
    return {"id": name, "kind": kind, "body": "board", "source": "s_test", **values}


def system(**extra: Any) -> CareSystem:
    tables: dict[str, Any] = {
        "settings": {"history_start": "2018-07-01"},
        "Hospital": [{"id": "hosp_a"}, {"id": "hosp_b"}, {"id": "unnamed_b", "kind": "unnamed"}],
        "LOCATED_IN": [{"source_id": h, "target_id": f"reg_{h[-1]}"} for h in ("hosp_a", "hosp_b", "unnamed_b")],
        "CareArea": [{"id": "old"}, {"id": "new", "units_decided": 5, "volume": (40, 30, 60)}, {"id": "late"}],
        "PROVIDES": [
            permit("hosp_a", "old", "2018-06-30"),
            permit("hosp_a", "old", "2021-01-01"),
            permit("hosp_a", "new", "2020-07-01"),
            permit("hosp_b", "new", "2020-07-01"),
            permit("unnamed_b", "new", "2020-07-02"),
            permit("hosp_a", "new", "2020-07-01", sub_permit="rare"),
            permit("unnamed_b", "new", "2022-01-01", role="partner"),
            permit("hosp_b", "late", "2023-07-02"),
            {"source_id": "hosp_b", "target_id": "old"},
        ],
        "REQUIRES": [],
        "PROVIDES_VOLUME": [
            patients("hosp_a", "old", "2018-06-30", 10),
            patients("hosp_a", "new", "2020-07-01", 7),
            patients("hosp_a", "new", "2020-07-01", 3) | {"sub_permit": "rare"},
        ],
        "Decision": [
            decision("dec_1", "granted", applications=5, refusals=2, date="2020-01-01", step=7),
            decision("dec_2", "granted", applications=4, step=7),
            decision("dec_3", "regional_proposal"),
            decision("dec_4", "regional_proposal"),
            decision("dec_5", "regional_proposal", source="a_test"),
        ],
        "CONCERNS": [
            {"source_id": f"dec_{i}", "target_id": a}
            for i, a in ((1, "new"), (1, "late"), (2, "new"), (3, "new"), (4, "new"), (5, "old"))
        ],
        "DEVIATES_FROM": [
            {"source_id": h, "target_id": a, "year": 2023, "condition": c, "fulfilment": f}
            for h, a, c, f in (
                ("hosp_a", "old", "contribution to research", "no"),
                ("hosp_a", "new", "general conditions (cooperation; research)", "partly"),
                ("hosp_a", "new", "common care programme", "partly"),
                ("hosp_b", "late", "common care programme", "partly"),
            )
        ],
    }
    tables.update(extra)
    return two_hospitals(**tables)


CASES: list[tuple[str, dict[str, str], float | None]] = [
    ("units", {}, 5),
    ("units", {"class_": "all"}, 5),
    ("units", {"class_": "rikssjukvard"}, 1),
    ("units", {"class_": "nhv"}, 5),
    ("units", {"region": "reg_b"}, 3),
    ("units", {"hospital": "hosp_b"}, 2),
    ("units", {"area": "new"}, 3),
    ("units", {"holder_kind": "unnamed"}, 1),
    ("units", {"holder_kind": "unnamed", "without_area": "new"}, 0),
    ("areas", {}, 3),
    ("areas", {"from_year": "2020"}, 1),
    ("areas", {"from_date": "2018-06-30"}, 1),
    ("areas", {"units": "3"}, 1),
    ("areas", {"units": "1"}, 2),
    ("units_per_area", {"statistic": "max"}, 3),
    ("units_per_area", {"statistic": "mean"}, 5 / 3),
    ("units_per_area", {"statistic": "max", "area": "nowhere"}, None),
    ("sub_permits", {"area": "new"}, 1),
    ("partners", {"area": "new"}, 1),
    ("units_decided", {"area": "new"}, 5),
    ("units_decided", {"area": "old"}, None),
    ("units_decided", {"area": "nowhere"}, None),
    ("areas_reporting", {"year": "2020"}, 2),
    ("areas_reporting", {"year": "2020", "first": "true"}, 1),
    ("areas_reporting", {"year": "2024"}, 3),
    ("units_reporting", {"year": "2020"}, 3),
    ("units_reporting", {"year": "2021"}, 4),
    ("patients", {"year": "2023"}, 17),
    ("patients", {"year": "2023", "hospital": "hosp_a", "area": "new"}, 7),
    ("patients", {"year": "2022"}, None),
    ("least_patients", {"areas": "old+new"}, 7),
    ("least_patients", {"areas": "late"}, None),
    ("expected_patients", {"year": "2023"}, 50),
    ("expected_patients", {"year": "2010"}, None),
    ("applications", {}, 5),
    ("refusals", {}, 2),
    ("areas_concerned", {"kind": "granted"}, 2),
    ("areas_concerned", {"source": "a_test"}, 1),
    ("areas_concerned", {"step": "7", "year": "2020"}, 2),
    ("headings", {"kind": "regional_proposal"}, 2),
    ("headings", {"kind": "regional_proposal", "each": "new"}, 3),
    ("deviations", {}, 4),
    ("deviations", {"fulfilment": "no"}, 1),
    ("deviations", {"hospitals": "hosp_b+unnamed_b"}, 1),
    ("deviations", {"condition": "research"}, 1),
    ("deviations", {"condition": "general"}, 1),
    ("areas_deviating", {}, 3),
    ("areas_deviating", {"condition": "programme"}, 2),
    ("areas_deviating", {"class_": "rikssjukvard"}, 1),
    ("areas_deviating", {"newest_from": "2021", "newest_to": "2022"}, 1),
    ("units_deviating", {"exactly": "1"}, 2),
    ("units_deviating", {"at_least": "2"}, 1),
]


@pytest.mark.parametrize(("compute", "filters", "ours"), CASES)
def test_count(compute: str, filters: dict[str, str], ours: float | None) -> None:
    row = check_totals(system(), [statement(compute, ours or 0, **filters)])[0]
    assert row["ours"] == (None if ours is None else pytest.approx(ours))
    assert row["agrees"] is (None if ours is None else True)


@pytest.mark.parametrize(("compute", "filters", "ours"), [case for case in CASES if case[2] is not None])
def test_a_wrong_statement_is_seen(compute: str, filters: dict[str, str], ours: float) -> None:
    row = check_totals(system(), [statement(compute, ours + 1, **filters)])[0]
    assert row["agrees"] is False
    assert "not a listed contradiction" in row["note"]


def test_each_kind_and_each_filter_has_a_case() -> None:
    assert {compute for compute, _, _ in CASES} == set(TALLIES)
    used = {name for kind in TALLIES.values() for name in kind.required | kind.optional}
    assert used == set(FILTERS)
    assert {name.removesuffix("_") for _, filters, _ in CASES for name in filters} == used


@pytest.mark.parametrize(
    ("relation", "agreeing", "differing"),
    [
        ("equals", [5], [4, 6]),
        ("over", [4], [5, 6]),
        ("at_least", [4, 5], [6]),
        ("just_under", [6], [5, 7]),
        ("about", [5], [4, 6]),
    ],
)
def test_relation(relation: str, agreeing: list[float], differing: list[float]) -> None:
    rows = check_totals(system(), [statement("units", n, relation) for n in [*agreeing, *differing]])
    assert [row["agrees"] for row in rows] == [True] * len(agreeing) + [False] * len(differing)


def test_each_relation_has_a_case() -> None:
    assert set(RELATIONS) == {"equals", "over", "at_least", "just_under", "about"}


def test_about_reads_the_range_of_the_sum() -> None:
    rows = check_totals(system(), [statement("expected_patients", n, "about", year="2023") for n in (39, 40, 70, 71)])
    assert [row["agrees"] for row in rows] == [False, True, True, False]
    assert "90 % range 40–70" in rows[0]["note"]


def test_what_cannot_be_recomputed_says_why() -> None:
    unknown = Statement("t", 2, "Areas of 2026", "s_test", "at_least", 7, "", {}, "", "not named")
    row = check_totals(system(), [unknown])[0]
    assert (row["ours"], row["agrees"], row["note"]) == (None, None, "not named")
    row = check_totals(system(), [statement("patients", year="1999")])[0]
    assert (row["agrees"], row["note"]) == (None, "the dataset holds nothing to count")


def test_a_listed_contradiction_is_named() -> None:
    listed = Statement("t", 2, "Units", "s_test", "equals", 4, "units", {}, "3", "why")
    row = check_totals(system(), [listed])[0]
    assert (row["agrees"], row["note"]) == (False, "why; contradiction 3 of docs/contradictions.md")
    assert (row["place"], row["stated"]) == ("test", 4)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (statement("unit"), "'unit': unknown kind of count. Remedy: choose one of units"),
        (statement("units", year="2020"), "'year': units has no such filter. Remedy: choose one of area, class"),
        (statement("applications", year="2020"), "choose one of none"),
        (statement("patients"), "patients without the filter year"),
        (statement("patients", year="last"), "'last': no value of the filter year"),
        (statement("units", class_="other"), "no value of the filter class"),
    ],
)
def test_a_statement_outside_the_vocabulary_is_refused(wrong: Statement, words: str) -> None:
    with pytest.raises(SchemaViolation, match=re.escape(words)):
        check_totals(system(), [statement("units"), wrong])


def test_all_problems_are_listed_at_once() -> None:
    with pytest.raises(SchemaViolation) as caught:
        check_totals(system(), [statement("unit"), statement("patients"), statement("area")])
    assert len(caught.value.problems) == 3


def test_classes_need_the_start_of_the_process() -> None:
    with pytest.raises(SchemaViolation, match="history_start"):
        check_totals(system(settings={}), [statement("units", class_="nhv")])


def written(folder: Path, text: str | bytes) -> Path:
    file = folder / "stated_totals.csv"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def test_a_file_is_read(tmp_path: Path) -> None:
    found = read_stated_totals(written(tmp_path, HEADER + ROW + 't2,"A, b",s,over,1.5,,,3,why\n'))
    assert found[0] == Statement("t1", 2, "Units", "s_test", "equals", 3, "units", {"class": "nhv"}, "", "")
    assert (found[1].statement, found[1].stated, found[1].contradiction, found[1].row) == ("A, b", 1.5, "3", 3)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,statement\n", "missing column"),
        ("", "missing column"),
        (HEADER + ROW.replace(",3,", ",3;,"), "'3;': not a finite number"),
        (HEADER + ROW.replace(",3,", ",nan,"), "not a finite number"),
        (HEADER + ROW.replace("equals", "exactly"), "unknown relation"),
        (HEADER + ROW.replace("class=nhv", "nhv"), "not name=value parts"),
        (HEADER + ROW.replace("class=nhv", "class=nhv;class=all"), "not name=value parts"),
        (HEADER + ROW.replace("units,", ","), "neither a way to recompute nor a reason"),
        (HEADER + ROW.replace("Units", ""), "statement = '': missing value"),
        (HEADER + ROW + ROW, "duplicate of row 2"),
        (HEADER + 't1,"Units', "not readable as CSV"),
        (HEADER.encode() + b"t1,\xe5", "not UTF-8"),
    ],
)
def test_a_broken_file_is_refused(tmp_path: Path, text: str | bytes, words: str) -> None:
    with pytest.raises(SchemaViolation, match=re.escape(words)):
        read_stated_totals(written(tmp_path, text))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read_stated_totals(tmp_path / "none.csv")


def test_each_contradiction_that_a_statement_names_is_described() -> None:
    text = (ROOT / "docs" / "contradictions.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^\| (\d+) \|", text, flags=re.MULTILINE)
    assert numbers == [str(i + 1) for i in range(len(numbers))]
    named = {s.contradiction for s in packaged_totals() if s.contradiction}
    assert named
    assert named - set(numbers) == set()
