"""Reports that are read, and bad ones: every problem named by its cell, all at once."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from graph_schema import CareSystem, ReportViolation, SettingError, StoreError
from loaders.followup import load_columns, load_measures, load_triggers, read_report, write_template
from loaders.followup.template import template_rows
from tests.reports import TODAY, excel, problems_of, row, text_report
from tests.small_system import small_system

pytestmark = pytest.mark.unit


@pytest.fixture(scope="module")
def system() -> CareSystem:
    return small_system()


BAD_LINES = {
    "unknown area": ("livr,middle,2024,patients,5", "area", "no CareArea is called so", "near names: liver"),
    "unknown hospital": ("liver,nowhere,2024,patients,5", "hospital", "no Hospital is called so", "template's lists"),
    "unknown measure": ("liver,middle,2024,patient,5", "measure", "unknown measure", "near: patient"),
    "negative": ("liver,middle,2024,patients,-5", "value", "outside 0 to 100000 patients", "check the number"),
    "future year": ("liver,middle,2031,patients,5", "year", "a year in the future", "check the year"),
    "year not over": ("liver,middle,2026,patients,5", "year", "the year is not over", "2026-12-31"),
    "no year": ("liver,middle,24,patients,5", "year", "not a year", "from 1990 on"),
    "text": ("liver,middle,2024,patients,about 5", "value", "not a number (patients)", "digits only"),
    "thousands": ("liver,middle,2024,patients,1 234", "value", "not a number (patients)", "without blanks"),
    "part of a patient": ("liver,middle,2024,patients,5.5", "value", "not a whole number of patients", "whole number"),
    "not finite": ("liver,middle,2024,lead_time_median,nan", "value", "not a number (days)", "digits only"),
    "percent": ("liver,middle,2024,prom_better,101", "value", "outside 0 to 100 per cent", "check the number"),
    "hospital missing": ("liver,,2024,patients,5", "hospital", "missing", "fill it in"),
    "area missing": (",middle,2024,patients,5", "area", "missing: patients is of a care area", "fill it in"),
    "area of competence": ("liver,middle,2024,posts,5,,,,,surgery,reg", "area", "of no single area", "leave the cell"),
    "no condition": ("liver,middle,2024,condition,ja", "subject", "missing: condition needs", "fill it in"),
    "bad condition": ("liver,middle,2024,condition,maybe,,,,,x", "value", "not one of the allowed words", "delvis"),
    "no source": ("liver,middle,2024,register_patients,4", "source", "needs the register", "fill it in"),
    "not divided": ("liver,middle,2024,studies,4,,3", "month", "studies is not divided by month", "leave the cell"),
    "month": ("liver,middle,2024,patients,4,,13", "month", "not a month", "1 to 12"),
    "sex": ("liver,middle,2024,patients,4,,,x", "sex", "not one of the allowed words", "kvinna"),
    "region": ("liver,middle,2024,patients,4,zz", "home_region", "no Region is called so", "lists"),
    "too many cells": ("liver,middle,2024,patients,4,,,,,,,,,x", None, "14 cells under 13 columns", "double quotes"),
}


@pytest.mark.parametrize("name", BAD_LINES)
def test_a_bad_line_is_named_with_its_cell(name: str, system: CareSystem, tmp_path: Path) -> None:
    line, column, rule, remedy = BAD_LINES[name]
    (problem,) = problems_of(text_report(tmp_path, line), system)
    assert (problem.file, problem.row, problem.property) == ("r.csv", 2, column)
    assert rule in problem.rule
    assert remedy in problem.remedy


def test_all_problems_are_told_at_once_in_the_order_of_the_file(system: CareSystem, tmp_path: Path) -> None:
    path = text_report(tmp_path, *(line for line, column, *_ in BAD_LINES.values() if column is not None))
    found = problems_of(path, system)
    assert len(found) == len(BAD_LINES) - 1
    assert [p.row for p in found] == list(range(2, len(BAD_LINES) + 1))


def test_a_duplicate_names_the_first(system: CareSystem, tmp_path: Path) -> None:
    line = "liver,middle,2024,patients,{},n"
    (problem,) = problems_of(text_report(tmp_path, line.format(4), line.format(5)), system)
    assert (problem.row, problem.rule) == (3, "stands already in row 2")


def test_decimal_comma_or_point_but_not_both(system: CareSystem, tmp_path: Path) -> None:
    lines = ['liver,middle,2023,lead_time_median,"12,5"', 'liver,middle,2024,lead_time_median,"13,5"']
    commas = read_report(text_report(tmp_path, *lines), system, TODAY)
    assert [r.value for r in commas] == [12.5, 13.5]
    mixed = text_report(tmp_path, *lines, "liver,south,2024,lead_time_median,14.5")
    (problem,) = problems_of(mixed, system)
    assert (problem.row, problem.property, problem.value) == (4, "value", "14.5")
    assert problem.rule == "decimal point here but decimal comma in row 2 (12,5)"


def test_parts_are_no_more_than_the_whole(system: CareSystem, tmp_path: Path) -> None:
    lines = ["liver,middle,2024,patients,10", "liver,middle,2024,patients,6,n", "liver,middle,2024,patients,5,m"]
    (problem,) = problems_of(text_report(tmp_path, *lines), system)
    assert (problem.row, problem.value) == (2, "10")
    assert "less than the sum 11 of its parts by home_region (row 3, row 4)" in problem.rule
    assert len(read_report(text_report(tmp_path, *lines[:2]), system, TODAY)) == 2
    kinds = [lines[0], "liver,middle,2024,treated,7", "liver,middle,2024,assessed_only,4"]
    (problem,) = problems_of(text_report(tmp_path, *kinds), system)
    assert "treated and only assessed" in problem.rule
    months = [lines[0], "liver,middle,2024,patients,6,,1", "liver,middle,2024,patients,6,,2"]
    assert len(read_report(text_report(tmp_path, *months), system, TODAY)) == 3


def test_empty_rows_are_left_out_and_an_empty_report_is_refused(system: CareSystem, tmp_path: Path) -> None:
    assert read_report(text_report(tmp_path, "liver,middle,2024,patients,", ",,,,", "liver,middle,2024,studies,0"),
                       system, TODAY) == (row(0.0, "studies"),)  # fmt: skip
    (problem,) = problems_of(text_report(tmp_path, "liver,middle,2024,patients,"), system)
    assert problem.rule == "no value is filled in"


def test_names_words_and_separators_are_taken_as_people_write_them(system: CareSystem, tmp_path: Path) -> None:
    head = "Vårdområde;Enhet;År;Mått;Värde;Hemregion;Kön;Ålder;Avser"
    lines = ["LEVERVÅRD;mellersta sjukhuset;2024;Patienter;4;Region Nord;Kvinna;barn;",
             "liver;middle;2024;Villkor uppfyllt;Delvis;;;;Vårdprogram",
             "liver;middle;2024;patients;utgår;okänd;;;"]  # fmt: skip
    found = read_report(text_report(tmp_path, "", *lines, head=f"Rapport 2024\n{head}"), system, TODAY)
    assert found == (
        row(4.0, home_region="n", sex="woman", age="child"),
        row("partly", "condition", subject="Vårdprogram"),
        row(None, home_region="unknown"),
    )


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "no header row found"),
        (b"a,b,c\n1,2,3\n", "no header row found"),
        ("area,hospital,year,measure,value\nå".encode("cp1252"), "not UTF-8"),
        (b'area,hospital,year,measure,value\n"liver', "not readable as CSV"),
        (b"area,hospital,year,measure\nliver,middle,2024,patients\n", "missing column"),
        (b"area,hospital,year,measure,value,value\nliver,middle,2024,patients,3,4\n", "column stands twice"),
    ],
)
def test_a_file_that_is_no_report_is_refused(content: bytes, rule: str, system: CareSystem, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(content)
    assert any(rule in p.rule for p in problems_of(path, system))


def test_a_workbook_names_sheet_and_cell(system: CareSystem, tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["liver", "middle", 2024, "patients", -4],
        ["liver", "middle", 2024, "patients", "fem"],
        ["liver", "middle", 2024, "patients", "=2+3"],
        ["liver", "middle", 2024, "patients", datetime(2024, 5, 1)],  # noqa: DTZ001 - as a workbook holds it
        ["liver", "middle", 2024, "patients", True],
        ["liver", "middle", 2024, "patients", 4.5],
        ["livr", "middle", 2024, "patients", 4],
    ]
    found = problems_of(excel(tmp_path, rows), system)
    assert {p.file for p in found} == {"r.xlsx, sheet rapport"}
    told = {str(p.property): p.rule for p in found}
    assert told["cell E2 (value)"].startswith("outside 0")
    assert told["cell E3 (value)"].startswith("not a number")
    assert told["cell E4 (value)"] == "holds a formula"
    assert told["cell E5 (value)"] == "holds a date"
    assert told["cell E6 (value)"] == "holds a truth value"
    assert told["cell E7 (value)"].startswith("not a whole number")
    assert told["cell A8 (area)"] == "no CareArea is called so"


def test_merged_cells_are_refused(system: CareSystem, tmp_path: Path) -> None:
    rows = [["liver", "middle", 2023, "patients", 4], ["liver", "middle", 2024, "patients", 5]]
    found = problems_of(excel(tmp_path, rows, merge="E2:E3"), system)
    assert any(p.property == "cells E2:E3" and "merged" in p.rule for p in found)


def test_mixed_decimals_are_found_in_a_workbook_too(system: CareSystem, tmp_path: Path) -> None:
    rows: list[list[Any]] = [["liver", "middle", y, "lead_time_median", v] for y, v in ((2022, "12,5"), (2023, "12.5"))]
    (problem,) = problems_of(excel(tmp_path, rows), system)
    assert problem.property == "cell E3 (value)"
    assert problem.rule == "decimal point here but decimal comma in cell E2 (value) (12,5)"


def test_a_broken_workbook_and_another_kind_of_file_are_refused(system: CareSystem, tmp_path: Path) -> None:
    broken = tmp_path / "r.xlsx"
    broken.write_bytes(b"no workbook")
    with pytest.raises(ReportViolation, match="not readable as an Excel workbook"):
        read_report(broken, system, TODAY)
    other = tmp_path / "r.xls"
    other.write_bytes(b"x")
    with pytest.raises(StoreError, match=r"ends in \.xlsx or \.csv"):
        read_report(other, system, TODAY)
    with pytest.raises(StoreError, match="does not exist"):
        read_report(tmp_path / "none.csv", system, TODAY)


@pytest.mark.parametrize("kind", ["permit", "adjacent"])
@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_an_unfilled_template_holds_every_measure_with_its_definition(
    kind: Any, lang: Any, suffix: str, system: CareSystem, tmp_path: Path
) -> None:
    rows = template_rows(kind, lang)
    measures = [m for m in load_measures().values() if m.template == kind]
    assert [r["measure"] for r in rows] == [m.names[lang] for m in measures]
    assert all(m.definitions[lang] in r["definition"] for r, m in zip(rows, measures, strict=True))
    path = tmp_path / f"t{suffix}"
    write_template(path, kind, system, lang)
    (problem,) = problems_of(path, system)
    assert problem.rule == "no value is filled in"
    with pytest.raises(StoreError, match="exists already"):
        write_template(path, kind, system, lang)
    with pytest.raises(SettingError, match=r"\.xlsx or \.csv"):
        write_template(tmp_path / "t.txt", kind, system, lang)


def test_registers_state_both_languages_and_their_limits() -> None:
    for measure in load_measures().values():
        assert measure.definitions["sv"].endswith(".")
        assert measure.definitions["en"].endswith(".")
        assert set(measure.breakdowns) <= set(load_columns())
        assert measure.minimum < measure.maximum
    for trigger in load_triggers().values():
        assert trigger.low <= trigger.value <= trigger.high
        assert trigger.grade in ("reported", "assumed")
        assert trigger.source


def test_the_year_that_just_ended_can_be_reported(system: CareSystem, tmp_path: Path) -> None:
    path = text_report(tmp_path, "liver,middle,2025,patients,4")
    assert read_report(path, system, date(2026, 1, 1))[0].year == 2025
    with pytest.raises(ReportViolation, match="the year is not over"):
        read_report(path, system, date(2025, 12, 31))


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(
    system: CareSystem, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = excel(tmp_path, [["liver", "middle", 2024, "patients", 5]])
    assert len(read_report(path, system, TODAY)) == 1
    monkeypatch.setattr("loaders.followup.sheets.MAX_UNPACKED_BYTES", 100)
    (problem,) = problems_of(path, system)
    assert problem.rule.startswith("unpacks to more than")
