"""The care system: nothing in it changes, and its hash names its content and nothing else."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from graph_schema import CareSystem, RawRow, RawTable, Record, SchemaViolation, UnknownNode, assemble, load_schema
from tests.synthetic import default_parameters, make_system, make_tables, two_hospitals

FLOOR = {
    "id": "floor_a", "hospital_kind": "university", "measure": "m", "unit": "number", "threshold": 3,
    "direction": "at_least", "basis": "absolute", "hardness": "hard", "grade": "reported", "source": "s_test",
}  # fmt: skip
TABLES: Mapping[str, list[dict[str, Any]]] = {
    "CareRegion": [{"id": "cr", "name_sv": "Öst"}],
    "Region": [
        {"id": "reg_a", "population": (1000, 900, 1100), "latitude": 59.5},
        {"id": "reg_b", "population": 2000, "latitude": 3, "name_en": "B"},
    ],
    "PART_OF": [{"source_id": "reg_a", "target_id": "cr"}, {"source_id": "reg_b", "target_id": "cr"}],
    "Function": [{"id": "fn"}],
    "floors": [FLOOR],
}


def raw(parameters: list[dict[str, str]] | None = None) -> dict[str, RawTable]:
    return make_tables(parameters or default_parameters(), **TABLES)


def changed(file: str, row: int, **cells: str) -> CareSystem:
    """The system with some cells of one row replaced."""
    tables = raw()
    table = tables[file]
    rows = [RawRow(r.row, {**r.cells, **cells}) if i == row else r for i, r in enumerate(table.rows)]
    return assemble({**tables, file: RawTable(table.file, table.columns, rows)})


@pytest.fixture(scope="module")
def system() -> CareSystem:
    return assemble(raw())


# ---------------------------------------------------------------------------------------- immutable


def test_no_field_can_be_set(system: CareSystem) -> None:
    for name in ("tables", "rows", "nodes", "settings", "content_hash"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(system, name, {})
    record = system.node("reg_a")
    for name in ("type", "values"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(record, name, {})


@pytest.mark.parametrize(
    "mapping",
    [
        lambda s: s.rows, lambda s: s.tables, lambda s: s.nodes, lambda s: s.settings, lambda s: s.quantities,
        lambda s: s.node("reg_a").values, lambda _: load_schema(),
    ],
    ids=["rows", "tables", "nodes", "settings", "quantities", "values", "schema"],
)  # fmt: skip
def test_no_mapping_can_be_changed(system: CareSystem, mapping: Callable[[CareSystem], Any]) -> None:
    found = mapping(system)
    name = next(iter(found))
    with pytest.raises(TypeError):
        found[name] = None
    with pytest.raises(TypeError):
        del found[name]
    assert not hasattr(found, "clear")


def test_rows_are_tuples(system: CareSystem) -> None:
    assert all(isinstance(records, tuple) for records in system.rows.values())
    assert isinstance(system.outgoing("PART_OF", "reg_a"), tuple)
    assert isinstance(system.incoming("PART_OF", "cr"), tuple)


def test_what_it_was_made_from_can_change_without_it() -> None:
    values = {"id": "fn", "name_sv": "intensivvård"}
    rows = [Record("Function", values)]
    tables = {"Function": rows}
    made = CareSystem(tables)
    before = made.content_hash
    values["name_sv"] = "annat"
    rows.append(Record("Function", {"id": "fn_2"}))
    tables.clear()
    assert made.node("fn").text("name_sv") == "intensivvård"
    assert CareSystem(made.rows).content_hash == before


def test_replace_makes_a_new_system(system: CareSystem) -> None:
    smaller = system.replace(Function=[])
    assert "fn" not in smaller.nodes
    assert "fn" in system.nodes
    assert smaller != system
    assert smaller.replace(Function=system.rows["Function"]) == system


def test_replace_refuses_a_type_that_the_schema_has_not(system: CareSystem) -> None:
    with pytest.raises(UnknownNode, match="no type Functions"):
        system.replace(Functions=[])


def test_with_values_fixes_quantities_and_leaves_the_system(system: CareSystem) -> None:
    before = system.quantities["reg_a.population"]
    fixed = system.with_values({"reg_a.population": 950})
    assert fixed.quantities["reg_a.population"] == before.with_value(950, fixed.quantities["reg_a.population"].source)
    assert system.quantities["reg_a.population"] == before
    assert fixed.content_hash != system.content_hash
    assert system.with_values({}) is system
    with pytest.raises(UnknownNode, match=r"reg_c\.population"):
        system.with_values({"reg_c.population": 1})


# --------------------------------------------------------------------------------------------- hash


def test_order_of_rows_and_columns_does_not_count(system: CareSystem) -> None:
    turned = {
        name: RawTable(
            table.file,
            list(reversed(table.columns)),
            [RawRow(r.row, dict(reversed(r.cells.items()))) for r in reversed(table.rows)],
        )
        for name, table in reversed(raw().items())
    }
    assert assemble(turned).content_hash == system.content_hash
    assert assemble(turned) == system
    assert hash(assemble(turned)) == hash(system)


@pytest.mark.parametrize(
    ("file", "row", "cells"),
    [
        ("Region", 1, {"latitude": "3.0"}),
        ("Region", 1, {"latitude": "+3e0"}),
        ("Region", 1, {"population": "2000.0", "population_low": "2e3"}),
        ("Region", 0, {"name_en": ""}),
        ("Region", 0, {"name_en": "  \t"}),
        ("Region", 1, {"name_en": " B\n"}),
        ("CareRegion", 0, {"name_sv": unicodedata.normalize("NFD", "Öst")}),
    ],
)
def test_spelling_does_not_count(system: CareSystem, file: str, row: int, cells: dict[str, str]) -> None:
    assert changed(file, row, **cells).content_hash == system.content_hash


def test_nfc_holds_for_keys_too() -> None:
    area = {"source_id": "hosp_a", "target_id": "area"}
    names = [unicodedata.normalize(form, name) for form, name in (("NFD", "é"), ("NFC", "f"))]
    one, other = (
        two_hospitals(PROVIDES=[{**area, "sub_permit": unicodedata.normalize(form, n)} for n in names])
        for form in ("NFC", "NFD")
    )
    assert one.content_hash == other.content_hash
    volumes = [{**area, "sub_permit": names[0], "year": 2024, "patients": 3}]
    composed = [{**area, "sub_permit": unicodedata.normalize("NFC", names[0])}]
    assert two_hospitals(PROVIDES=composed, PROVIDES_VOLUME=volumes).rows["PROVIDES_VOLUME"]


@pytest.mark.parametrize(
    ("file", "row", "cells"),
    [
        ("Region", 0, {"population": "1001"}),
        ("Region", 0, {"population_low": "901"}),
        ("Region", 0, {"population_high": "1101"}),
        ("Region", 0, {"population_grade": "reported", "population_source": "s_test"}),
        ("Region", 0, {"population_source": "a_test;s_test"}),
        ("Region", 0, {"latitude": "59.50000001"}),
        ("Region", 0, {"name_sv": "A"}),
        ("Region", 0, {"name_en": "A"}),
        ("Region", 0, {"source": "s_test"}),
        ("assumptions", 0, {"statement": "other"}),
        ("assumptions", 0, {"quality": "high"}),
        ("sources", 0, {"title": "other"}),
        ("sources", 0, {"place": "table 3"}),
        ("floors", 0, {"threshold": "4"}),
        ("floors", 0, {"hardness": "soft"}),
        ("parameters", 0, {"minimum": "2"}),
        ("parameters", 0, {"scale": "linear"}),
        ("parameters", 0, {"meaning": "other"}),
        ("dataset", 0, {"value": "other"}),
    ],
)
def test_every_content_counts(system: CareSystem, file: str, row: int, cells: dict[str, str]) -> None:
    assert changed(file, row, **cells).content_hash != system.content_hash


def test_the_schema_version_counts(system: CareSystem, monkeypatch: pytest.MonkeyPatch) -> None:
    import graph_schema.care_system as module

    monkeypatch.setattr(module, "SCHEMA_VERSION", "other")
    assert CareSystem(system.rows).content_hash != system.content_hash


def test_a_system_equals_only_a_system_of_the_same_content(system: CareSystem) -> None:
    assert system == CareSystem(system.rows)
    assert system != system.content_hash
    assert len({system, CareSystem(system.rows)}) == 1


# -------------------------------------------------------------------------------------- asking it


def test_unknown_node_suggests_near_ids(system: CareSystem) -> None:
    with pytest.raises(UnknownNode, match=r"no node has the id 'reg_c'; did you mean .*reg_a"):
        system.node("reg_c")
    with pytest.raises(UnknownNode) as raised:
        system.node("zzzzzzzz")
    assert "did you mean" not in str(raised.value)


def test_a_node_of_another_type_is_unknown(system: CareSystem) -> None:
    assert system.node("reg_a", "Region").type == "Region"
    with pytest.raises(UnknownNode, match=r"no Hospital has the id 'reg_a'$"):
        system.node("reg_a", "Hospital")


def test_rows_are_found_by_key_and_by_end(system: CareSystem) -> None:
    assert [r.text("source_id") for r in system.incoming("PART_OF", "cr")] == ["reg_a", "reg_b"]
    assert [r.text("target_id") for r in system.outgoing("PART_OF", "reg_a")] == ["cr"]
    assert system.outgoing("PART_OF", "cr") == ()
    assert system.get("PART_OF", "reg_a", "cr") is system.outgoing("PART_OF", "reg_a")[0]
    assert system.get("PART_OF", "cr", "reg_a") is None


def test_a_record_answers_by_type(system: CareSystem) -> None:
    region = system.node("reg_b")
    assert region.text("name_en") == "B"
    assert region.text("county_code", "none") == "none"
    assert region.number("latitude") == 3
    assert region.number("longitude") is None
    assert region.number("population") is None
    assert region.quantity("latitude") is None
    assert "name_en" in region
    assert "county_code" not in region
    assert region.flag("name_en") is False
    assert two_hospitals().rows["Competence"][0].flag("is_base_specialty") is True


def test_quantity_ids_are_unique_and_say_where() -> None:
    system = two_hospitals(
        PROVIDES=[{"source_id": "hosp_a", "target_id": "area", "valid_from": "2020-01-01"}],
        PROVIDES_VOLUME=[
            {"source_id": "hosp_a", "target_id": "area", "valid_from": "2020-01-01", "year": y, "patients": 3}
            for y in (2021, 2022)
        ],
    )
    count = sum(1 for records in system.rows.values() for r in records for _ in r.quantities())
    assert len(system.quantities) == count
    assert "hosp_a.provides_volume.area._.2020-01-01._.2021.patients" in system.quantities
    assert "area.requires.comp.criticality" in system.quantities
    assert "route_share" in system.quantities


def test_every_type_has_a_table_even_when_empty() -> None:
    system = make_system()
    assert set(system.rows) == set(load_schema())
    assert system.rows["Hospital"] == ()


def test_half_a_character_is_refused() -> None:
    with pytest.raises(SchemaViolation, match=r"nodes/function\.csv, row 2, name_en = .*lone surrogate"):
        changed("Function", 0, name_en="a\ud800")


def test_a_type_without_a_table_is_missing() -> None:
    tables = raw()
    del tables["Hospital"]
    with pytest.raises(SchemaViolation) as raised:
        assemble(tables)
    assert [(p.file, p.rule) for p in raised.value.problems] == [("nodes/hospital.csv", "missing table")]
