"""The schema table is sane, and its JSON Schema accepts what is exported."""

from __future__ import annotations

import copy
import csv
import math
import re
from importlib import resources
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

from graph_schema import CareSystem, PropertySpec, TypeSpec, dataset_json_schema, load_schema
from graph_schema.quantity import SCALES
from graph_schema.schema import QUANTITY_SUFFIXES, Dtype
from loaders import write_dataset
from tests.synthetic import two_hospitals

ROWS = list(
    csv.DictReader(resources.files("graph_schema").joinpath("schema.csv").read_text(encoding="utf-8").splitlines())
)
SCHEMA = load_schema()
PROPERTIES = [(t, p) for t in SCHEMA.values() for p in t.properties]
NODES = {name for name, spec in SCHEMA.items() if spec.kind == "node"}
each_row = pytest.mark.parametrize("row", ROWS, ids=lambda r: f"{r['type']}.{r['property']}")
each_property = pytest.mark.parametrize(("spec", "prop"), PROPERTIES, ids=lambda x: x.name)
each_type = pytest.mark.parametrize("spec", SCHEMA.values(), ids=lambda t: t.name)


@each_row
def test_words_of_a_row_are_known(row: dict[str, str]) -> None:
    assert row["kind"] in ("node", "relationship", "table")
    assert row["dtype"] in get_args(Dtype)
    assert row["required"] in ("yes", "")
    assert row["key"] in ("yes", "")
    assert re.fullmatch(r"[a-z][a-z0-9_]*", row["property"])
    assert row["meaning"].strip() == row["meaning"] != ""
    assert None not in row  # no more cells than columns
    assert None not in row.values()


@each_property
def test_a_property_fits_its_dtype(spec: TypeSpec, prop: PropertySpec) -> None:
    assert prop.minimum <= prop.maximum
    numeric = prop.dtype in ("number", "integer", "quantity")
    assert numeric or math.isinf(prop.minimum)
    assert numeric or math.isinf(prop.maximum)
    assert bool(prop.values) == (prop.dtype in ("enum", "reference"))
    assert len(set(prop.values)) == len(prop.values)
    assert (prop.unit != "") >= (prop.dtype == "quantity")
    assert prop.scale in SCALES
    if prop.dtype == "reference":
        assert set(prop.values) <= NODES
    if spec.kind == "node":
        assert prop.key == (prop.name == "id")


@each_type
def test_a_type_has_a_key_and_no_column_twice(spec: TypeSpec) -> None:
    assert spec.key
    assert len(set(spec.columns)) == len(spec.columns)
    assert spec.properties[0].required
    assert spec.properties[0].key
    if spec.kind == "relationship":
        assert spec.key[:2] == ("source_id", "target_id")
        assert all(spec.property(end).dtype == "reference" for end in spec.key[:2])
    else:
        assert spec.key == ("id",)
    assert re.fullmatch(r"[A-Z_]+" if spec.kind == "relationship" else r"[A-Za-z]+", spec.name)


def test_a_type_has_one_kind_and_its_rows_stand_together() -> None:
    kinds: dict[str, set[str]] = {}
    for row in ROWS:
        kinds.setdefault(row["type"], set()).add(row["kind"])
    assert {name: kind for name, kind in kinds.items() if len(kind) > 1} == {}
    order = [row["type"] for row in ROWS]
    assert sorted(set(order), key=order.index) == [t for i, t in enumerate(order) if i == 0 or order[i - 1] != t]


def test_the_designs_types_are_there() -> None:
    nodes = {"CareRegion", "Region", "Hospital", "CareArea", "Competence", "Resource", "Function", "Decision"}
    assert nodes == NODES
    relationships = {
        "PART_OF", "LOCATED_IN", "PROVIDES", "REFERS_TO", "PROVIDED_BEFORE", "REQUIRES", "USES", "DEPENDS_ON",
        "STAFFS", "OPERATES", "PERFORMS", "TRAVELS", "CONCERNS", "GRANTS", "REFUSES",
    }  # fmt: skip
    assert relationships <= set(SCHEMA)
    assert {"sources", "assumptions", "parameters", "floors", "dataset"} <= set(SCHEMA)


def test_files_are_snake_case_in_a_folder_for_each_kind_and_unique() -> None:
    files = {name: spec.file for name, spec in SCHEMA.items()}
    assert files["CareArea"] == "nodes/care_area.csv"
    assert files["PROVIDES_VOLUME"] == "relationships/provides_volume.csv"
    assert files["sources"] == "sources.csv"
    assert len({file.lower() for file in files.values()}) == len(files)
    assert all(re.fullmatch(r"((nodes|relationships)/)?[a-z_]+\.csv", file) for file in files.values())


def test_a_quantity_takes_six_columns() -> None:
    spec = SCHEMA["Region"].property("population")
    assert spec.columns == ("population", *("population" + suffix for suffix in QUANTITY_SUFFIXES))
    assert SCHEMA["Region"].property("name_sv").columns == ("name_sv",)


def test_an_unknown_property_is_named() -> None:
    with pytest.raises(KeyError, match="Region has no property 'size'"):
        SCHEMA["Region"].property("size")


def test_the_schema_cannot_be_changed() -> None:
    with pytest.raises(TypeError):
        SCHEMA["Ward"] = SCHEMA["Region"]  # type: ignore[index]


# ------------------------------------------------------------------------------------------ JSON Schema


def full_system() -> CareSystem:
    """A system with a row of nearly every kind of cell."""
    return two_hospitals(
        Resource=[{"id": "icu"}],
        USES=[{"source_id": "area", "target_id": "icu", "amount": (1, 0.5, 2)}],
        OPERATES=[{"source_id": "hosp_a", "target_id": "icu"}],
        Region=[{"id": "reg_a", "latitude": -1.5, "county_code": "01"}, {"id": "reg_b", "name_en": 'Å, "b"'}],
        Decision=[{"id": "d1", "body": "board", "kind": "granted", "date": "2024-02-29", "units": 2}],
        CONCERNS=[{"source_id": "d1", "target_id": "area"}],
    )


def typed(spec: TypeSpec, cells: dict[str, str]) -> dict[str, Any]:
    """A row of text as JSON would hold it: empty cells left out, numbers and truth values as such."""
    found: dict[str, Any] = {}
    for prop in spec.properties:
        for column in prop.columns:
            text = cells[column]
            if text == "":
                continue
            numeric = prop.dtype == "quantity" and column in (prop.name, prop.name + "_low", prop.name + "_high")
            if prop.dtype == "boolean":
                found[column] = {"true": True, "false": False}[text]
            elif prop.dtype == "integer":
                found[column] = int(text)
            elif prop.dtype == "number" or numeric:
                found[column] = float(text)
            else:
                found[column] = text
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("export") / "dataset"
    write_dataset(full_system(), folder)
    return {
        spec.file: [typed(spec, row) for row in csv.DictReader(read(folder, spec).splitlines())]
        for spec in SCHEMA.values()
    }


def read(folder: Path, spec: TypeSpec) -> str:
    return folder.joinpath(spec.file).read_text(encoding="utf-8")


def validator() -> jsonschema.Draft202012Validator:
    checker = jsonschema.Draft202012Validator.FORMAT_CHECKER
    return jsonschema.Draft202012Validator(dataset_json_schema(), format_checker=checker)


def test_the_json_schema_is_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(dataset_json_schema())


def test_it_accepts_an_export(exported: dict[str, Any]) -> None:
    assert [error.message for error in validator().iter_errors(exported)] == []


@pytest.mark.parametrize(
    ("file", "column", "value"),
    [
        ("nodes/region.csv", "population", 0),
        ("nodes/region.csv", "population_unit", "heads"),
        ("nodes/region.csv", "population_grade", "guessed"),
        ("nodes/region.csv", "population_source", "a test"),
        ("nodes/region.csv", "population_low", None),
        ("nodes/region.csv", "id", "Region A"),
        ("nodes/region.csv", "latitude", 91),
        ("nodes/region.csv", "name_sv", None),
        ("nodes/region.csv", "name_sv", ""),
        ("nodes/region.csv", "size", 3),
        ("nodes/hospital.csv", "kind", "clinic"),
        ("nodes/decision.csv", "date", "2023-02-29"),
        ("nodes/decision.csv", "units", 1.5),
        ("relationships/provides.csv", "permit", "true"),
        ("relationships/part_of.csv", "source_id", None),
        ("relationships/part_of.csv", "source", ";"),
    ],
)
def test_it_refuses_a_wrong_cell(exported: dict[str, Any], file: str, column: str, value: object) -> None:
    wrong = copy.deepcopy(exported)
    row = wrong[file][0]
    if value is None:
        del row[column]
    else:
        row[column] = value
    assert not validator().is_valid(wrong)


def test_it_refuses_a_missing_file(exported: dict[str, Any]) -> None:
    assert not validator().is_valid({file: rows for file, rows in exported.items() if file != "sources.csv"})


def test_each_column_is_described_or_plain() -> None:
    files = dataset_json_schema()["properties"]
    for spec in SCHEMA.values():
        assert tuple(files[spec.file]["items"]["properties"]) == spec.columns
