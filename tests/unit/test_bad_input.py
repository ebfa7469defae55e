"""Each way in which the cells and rows of a dataset folder can be wrong: one error with place, rule and remedy.

Every case changes one thing in a sound folder and states the problems that must be listed, all and only those.
"""

from __future__ import annotations

import pytest

from graph_schema import SchemaViolation
from loaders import read_dataset
from tests.spoiled import FILES, Folder, sound_system


def test_the_sound_folder_is_sound(folder: Folder) -> None:
    assert folder.problems() == []
    assert read_dataset(folder.path) == sound_system()


# --------------------------------------------------------------------------------------- cells, one each

# type, row, cells, then the problem: property, value shown, rule
CELLS: list[tuple[str, int, dict[str, str], str | None, str | None, str]] = [
    ("Region", 2, {"population": "1 000"}, "population", "1 000", "not a number"),
    ("Region", 2, {"population": "many"}, "population", "many", "not a number"),
    ("Region", 2, {"population": "1,5"}, "population", "1,5", "not a number"),
    ("Region", 2, {"population": "1_000"}, "population", "1_000", "not a number"),
    ("Region", 2, {"population": "١٢"}, "population", "١٢", "not a number"),
    ("Region", 2, {"population": "nan"}, "population", "nan", "not a number"),
    ("Region", 2, {"population_high": "inf"}, "population_high", "inf", "not a number"),
    ("Region", 2, {"population_low": "-Infinity"}, "population_low", "-Infinity", "not a number"),
    ("Region", 2, {"population": "1e999"}, "population", "1e999", "not a number"),
    ("Region", 2, {"population": "0x10"}, "population", "0x10", "not a number"),
    ("Region", 2, {"latitude": "north"}, "latitude", "north", "not a number"),
    ("Region", 2, {"latitude": "nan"}, "latitude", "nan", "not a number"),
    ("Region", 2, {"latitude": "91"}, "latitude", "91", "outside -90 to 90"),
    ("Region", 2, {"population_low": "0"}, "population_low", "0", "below the least value 1"),
    ("Region", 2, {"population": ""}, "population", None, "missing"),
    ("Region", 2, {"population_high": ""}, "population_high", None, "missing"),
    ("REQUIRES", 2, {"criticality_high": "1.1"}, "criticality_high", "1.1", "outside 0 to 1"),
    ("Region", 2, {"population_low": "1500", "population_high": "900"}, "population_low", "1500",
     "low is above high (900)"),
    ("Region", 2, {"population": "2000", "population_high": "1500"}, "population", "2000", "outside its own range"),
    ("Region", 2, {"population": "900"}, "population", "900", "outside its own range"),
    ("Region", 2, {"population_unit": "heads"}, "population_unit", "heads", "wrong unit"),
    ("Region", 2, {"population_unit": ""}, "population_unit", None, "missing unit"),
    ("USES", 2, {"amount_unit": ""}, "amount_unit", None, "missing unit"),
    ("USES", 2, {"amount_unit": "theatre hours"}, "amount_unit", "theatre hours", "wrong unit"),
    ("OPERATES", 2, {"capacity_unit": "rooms"}, "capacity_unit", "rooms", "wrong unit"),
    ("OPERATES", 2, {"other_amount_unit": "hours"}, "other_amount_unit", "hours", "wrong unit"),
    ("Region", 2, {"population_grade": "guessed"}, "population_grade", "guessed", "unknown grade"),
    ("Region", 2, {"population_grade": ""}, "population_grade", None, "missing grade"),
    ("Region", 2, {"population_source": ""}, "population_source", None, "missing source"),
    ("Region", 2, {"source": ""}, "source", None, "missing"),
    ("Region", 2, {"source": "s_nowhere"}, "source", "s_nowhere", "unknown source"),
    ("Region", 2, {"source": "s_test;s_nowhere"}, "source", "s_nowhere", "unknown source"),
    ("Region", 2, {"source": ";"}, "source", ";", "not a list of source ids"),
    ("Region", 2, {"source": "s_test; a_test"}, "source", "s_test; a_test", "not a list of source ids"),
    ("Region", 2, {"population_source": "a_test;"}, "population_source", "a_test;", "not a list of source ids"),
    ("Region", 2, {"population_source": "a_test;a_no"}, "population_source", "a_no", "unknown source"),
    ("parameters", 2, {"value_source": "a_test;a_no"}, "value_source", "a_no", "unknown source"),
    ("floors", 2, {"source": "s_nowhere"}, "source", "s_nowhere", "unknown source"),
    ("Region", 2, {"population_source": "s_test"}, "population_source", "s_test",
     "an assumed number without an assumption"),
    ("Region", 2, {"population_grade": "reported"}, "population_source", "a_test",
     "a reported number without a document"),
    ("Region", 2, {"population_grade": "derived"}, "population_source", "a_test",
     "a derived number without a document"),
    ("Hospital", 2, {"kind": "clinic"}, "kind", "clinic", "not an allowed value"),
    ("Hospital", 2, {"kind": "University"}, "kind", "University", "not an allowed value"),
    ("Hospital", 2, {"name_sv": ""}, "name_sv", None, "missing"),
    ("Hospital", 2, {"name_sv": "  \t "}, "name_sv", None, "missing"),
    ("PROVIDES", 3, {"permit": "yes"}, "permit", "yes", "not a truth value"),
    ("PROVIDES", 3, {"permit": "True"}, "permit", "True", "not a truth value"),
    ("PROVIDES", 3, {"valid_to": "31/12/2024"}, "valid_to", "31/12/2024", "not a date"),
    ("PROVIDES", 3, {"valid_to": "2023-02-29"}, "valid_to", "2023-02-29", "not a date"),
    ("PROVIDES", 3, {"valid_to": "20241231"}, "valid_to", "20241231", "not a date"),
    ("PROVIDES", 3, {"valid_to": "2019-12-31"}, "valid_to", "2019-12-31", "before valid_from 2020-01-01"),
    ("PROVIDES", 3, {"valid_from": ""}, "valid_from", None, "a permit without a first day"),
    ("PROVIDES", 3, {"target_id": "aera"}, "target_id", "aera", "unknown id"),
    ("PROVIDES", 3, {"target_id": "hosp_a"}, "target_id", "hosp_a", "is a Hospital, not CareArea"),
    ("PROVIDES", 3, {"source_id": ""}, "source_id", None, "missing"),
    ("PROVIDES_VOLUME", 2, {"home_region": "reg_c"}, "home_region", "reg_c", "unknown id"),
    ("PROVIDES_VOLUME", 2, {"year": "2023.5"}, "year", "2023.5", "not a whole number"),
    ("PROVIDES_VOLUME", 2, {"year": "1900"}, "year", "1900", "outside 1990 to 2100"),
    ("PROVIDES_VOLUME", 2, {"valid_from": "2021-01-01"}, None, "hosp_a, area, , 2021-01-01", "no such PROVIDES row"),
    ("PROVIDES_VOLUME", 2, {"sub_permit": "part"}, None, "hosp_a, area, part, 2020-01-01", "no such PROVIDES row"),
    ("PART_OF", 2, {"target_id": "comp"}, "target_id", "comp", "a Region is no part of a Competence"),
    ("PART_OF", 4, {"target_id": "skill"}, "target_id", "skill", "cycle in PART_OF"),
    ("CareArea", 2, {"p_new": "0.5", "p_new_high": "0.5"}, "p_new", "1.5",
     "the four probabilities of its history do not sum to 1"),
    ("TRAVELS", 2, {"hours_p50": "3", "hours_p50_high": "3"}, "hours_p50", "[0.5, 3.0, 2.0]",
     "the percentiles are not in order"),
    ("Decision", 2, {"step": "9"}, "step", "9", "outside 1 to 8"),
    ("Decision", 2, {"date": "June 2019"}, "date", "June 2019", "not a date"),
    ("Function", 2, {"id": "Fn å"}, "id", "Fn å", "an id holds only a-z, 0-9 and _"),
    ("Function", 2, {"id": ""}, "id", None, "missing"),
    ("floors", 2, {"threshold": ""}, "threshold", None, "an absolute floor without a threshold"),
    ("parameters", 2, {"scale": "sqrt"}, "scale", "sqrt", "not an allowed value"),
    ("parameters", 2, {"scale": ""}, "scale", None, "missing"),
    ("parameters", 2, {"minimum": "low"}, "minimum", "low", "not a number"),
    ("parameters", 2, {"maximum": "2"}, "value_high", "95000", "outside 1 to 2"),
    ("dataset", 2, {"value": "2025-13-01"}, "value", "2025-13-01", "not a date"),
    ("dataset", 3, {"value": "2018"}, "value", "2018", "not a date"),
    ("dataset", 3, {"value": "2026-01-01"}, "value", "2026-01-01", "history_start is after as_of 2025-12-31"),
    ("dataset", 3, {"id": "histroy_start"}, "id", "histroy_start", "unknown setting"),
    ("dataset", 3, {"id": "schema_version", "value": "0"}, "value", "0", "this program reads schema version 1"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "row", "cells", "prop", "value", "rule"),
    CELLS,
    ids=[f"{name}-{'-'.join(f'{k}={v}' for k, v in cells.items())}" for name, _, cells, *_ in CELLS],
)
def test_a_wrong_cell(
    folder: Folder, name: str, row: int, cells: dict[str, str], prop: str | None, value: str | None, rule: str
) -> None:
    folder.set(name, row, **cells)
    found = folder.problems()
    assert (FILES[name], row, prop, value, rule) in found
    assert {(file, line) for file, line, *_ in found} == {(FILES[name], row)}


def test_a_decimal_comma_is_told_to_become_a_point(folder: Folder) -> None:
    folder.set("Region", 2, population="1000,5")
    with pytest.raises(SchemaViolation, match="decimal point instead of the comma"):
        read_dataset(folder.path)


def test_a_logarithmic_range_needs_a_positive_low(folder: Folder) -> None:
    rows = folder.read("parameters")
    row = next(i for i, cells in enumerate(rows, start=1) if cells[0] == "distance_decay")
    folder.set("parameters", row, scale="log_uniform", value_low="0")
    rule = "not above 0, which a logarithmic scale needs"
    assert folder.problems() == [("parameters.csv", row, "value_low", "0", rule)]


# ------------------------------------------------------------------------------------------ rows and ids


@pytest.mark.parametrize(("name", "key"), [("Function", "fn"), ("sources", "s_test"), ("TRAVELS", "reg_a, hosp_a")])
def test_a_row_twice(folder: Folder, name: str, key: str) -> None:
    folder.copy_row(name, 2)
    last = len(folder.read(name))
    assert folder.problems() == [(FILES[name], last, None, key, "duplicate of row 2")]


def test_an_id_of_two_types(folder: Folder) -> None:
    folder.copy_row("Function", 2, id="comp")
    assert folder.problems() == [(FILES["Function"], 3, "id", "comp", "the id is also a Competence")]


def test_an_id_that_is_document_and_assumption(folder: Folder) -> None:
    folder.copy_row("assumptions", 2, id="s_test")
    assert folder.problems() == [("assumptions.csv", 3, "id", "s_test", "the id is also a row of sources.csv")]


def test_a_region_in_no_care_region(folder: Folder) -> None:
    folder.drop_row("PART_OF", 2)
    assert folder.problems() == [(FILES["Region"], 2, "id", "reg_a", "stands in 0 care regions")]


def test_a_region_in_two_care_regions(folder: Folder) -> None:
    folder.copy_row("CareRegion", 2, id="cr_2")
    folder.copy_row("PART_OF", 2, target_id="cr_2")
    assert folder.problems() == [(FILES["Region"], 2, "id", "reg_a", "stands in 2 care regions")]


def test_a_hospital_in_no_region(folder: Folder) -> None:
    folder.drop_row("LOCATED_IN", 3)
    assert folder.problems() == [(FILES["Hospital"], 3, "id", "hosp_b", "stands in 0 regions")]


def test_a_row_without_an_id_is_only_that(folder: Folder) -> None:
    folder.copy_row("Hospital", 2, id="")
    folder.copy_row("Hospital", 2, id="")
    assert folder.problems() == [(FILES["Hospital"], row, "id", None, "missing") for row in (4, 5)]


def test_a_longer_cycle(folder: Folder) -> None:
    folder.copy_row("PART_OF", 4, source_id="comp", target_id="skill")
    assert folder.problems() == [(FILES["PART_OF"], 4, "target_id", "comp → skill", "cycle in PART_OF")]


@pytest.mark.parametrize("setting", ["name", "version", "as_of"])
def test_a_missing_setting(folder: Folder, setting: str) -> None:
    rows = folder.read("dataset")
    folder.write("dataset", [row for row in rows if row[0] != setting])
    assert folder.problems() == [("dataset.csv", None, setting, None, "missing setting")]


def test_a_wrong_row_of_two_with_one_key_is_named_itself(folder: Folder) -> None:
    folder.copy_row("Function", 2, source="s_nowhere")
    rules = [(row, rule) for _, row, _, _, rule in folder.problems()]
    assert rules == [(3, "duplicate of row 2"), (3, "unknown source")]


# ------------------------------------------------------------------------------------- several at once


def test_all_problems_are_listed_at_once(folder: Folder) -> None:
    folder.set("Region", 2, population="12,5", latitude="north")
    folder.set("PROVIDES", 3, valid_to="2019-12-31", source="s_nowhere")
    folder.set("Hospital", 2, kind="clinic")
    folder.add_column("Function", "colour", "red")
    folder.drop_row("PART_OF", 3)
    folder.file("Decision").write_bytes(b"")
    folder.file("GRANTS").unlink()
    with pytest.raises(SchemaViolation) as raised:
        read_dataset(folder.path)
    assert len(raised.value.problems) == 9
    text = str(raised.value)
    assert text.startswith("The dataset has 9 problem(s):\n")
    regions, provides = FILES["Region"], FILES["PROVIDES"]
    for line in (
        f"{regions}, row 2, population = '12,5': not a number. Remedy: write a decimal point instead of the comma.",
        f"{regions}, row 2, latitude = 'north': not a number. Remedy: write a finite number.",
        f"{regions}, row 3, id = 'reg_b': stands in 0 care regions. Remedy: write one PART_OF row.",
        f"{provides}, row 3, valid_to = '2019-12-31': before valid_from 2020-01-01. Remedy: swap the dates.",
        f"{provides}, row 3, source = 's_nowhere': unknown source. Remedy: add it to sources.csv or assumptions.csv.",
        "nodes/hospital.csv, row 2, kind = 'clinic': not an allowed value. Remedy: choose one of university, county",
        "nodes/function.csv, row 1, colour: unknown column. Remedy: remove it or correct its name.",
        "nodes/decision.csv: empty file. Remedy: write at least the header line.",
        "relationships/grants.csv: missing file. Remedy: write the file; a header line is enough.",
    ):
        assert f"\n  {line}" in text
