"""Small valid care systems for tests, from compact Python rows."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem, RawRow, RawTable, TypeSpec, assemble, load_schema
from loaders import packaged_folder

Row = Mapping[str, Any]
DEFAULTS: Mapping[str, Row] = {
    "Hospital": {"kind": "university"},
    "CareArea": {
        "age": "adult", "urgency": "planned", "status": "decided", "volume": 10,
        "p_new": 0, "p_already_concentrated": 0, "p_regional": 1, "p_spread": 0,
    },
    "Region": {"population": 1000},
    "Competence": {"kind": "specialty", "is_base_specialty": True},
    "Resource": {"kind": "loss", "capacity_unit": "staffed beds", "amount_unit": "bed-days"},
    "Function": {"kind": "emergency"},
    "PROVIDES": {"permit": False, "role": "holder"},
    "REQUIRES": {"criticality": 0.5, "head_cases": 1, "reach": "same_site"},
    "DEPENDS_ON": {"criticality": 0.5, "reach": "same_site"},
    "USES": {"amount": 1, "can_wait": False},
    "OPERATES": {"capacity": 10},
    "PERFORMS": {"patients_relying": 100, "known_to_run": True},
    "TRAVELS": {"hours_p5": 0.5, "hours_p50": 1, "hours_p95": 2},
}  # fmt: skip
UNITS = {"amount": "bed-days", "capacity": "staffed beds", "other_amount": "bed-days"}
SETTINGS = {"name": "synthetic", "version": "1", "as_of": "2025-12-31"}


def _cells(spec: TypeSpec, row: Row) -> dict[str, str]:
    values: dict[str, Any] = {**DEFAULTS.get(spec.name, {}), **row}
    cells: dict[str, str] = {}
    for prop in spec.properties:
        value = values.pop(prop.name, None)
        if prop.dtype == "source":
            value = value or "a_test"
        if value is None and prop.required and prop.dtype == "text":
            value = values.get("id") or row.get("id", "x")
        if value is None:
            continue
        if prop.dtype != "quantity":
            cells[prop.name] = str(value).lower() if isinstance(value, bool) else str(value)
            continue
        middle, low, high = value if isinstance(value, tuple) else (value, value, value)
        unit = values.pop(prop.name + "_unit", UNITS.get(prop.name, "1") if prop.has_open_unit else prop.unit)
        grade = values.pop(prop.name + "_grade", "assumed")
        source = values.pop(prop.name + "_source", "a_test" if grade == "assumed" else "s_test")
        parts = (middle, low, high, unit, grade, source)
        cells.update(dict(zip(prop.columns, map(str, parts), strict=True)))
    if values:
        raise ValueError(f"{spec.name} has no {', '.join(values)}")
    return cells


def default_parameters() -> list[dict[str, str]]:
    """The packaged parameters as raw rows, each resting on the test assumption."""
    text = packaged_folder().joinpath("parameters.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    return [{**row, "value_grade": "assumed", "value_source": "a_test"} for row in rows]


def fixed_parameters(**values: float) -> list[dict[str, str]]:
    """The packaged parameters, each certain at its median or at the value given."""
    rows = default_parameters()
    unknown = set(values) - {row["id"] for row in rows}
    if unknown:
        raise ValueError(f"no such parameter: {', '.join(sorted(unknown))}")
    for row in rows:
        value = str(values.get(row["id"], float(row["value"])))
        row.update(value=value, value_low=value, value_high=value)
    return rows


def make_tables(
    parameters: Sequence[Mapping[str, str]] | None = None,
    settings: Mapping[str, str] | None = None,
    **tables: Sequence[Row],
) -> dict[str, RawTable]:
    """Raw tables of a small system; a number is certain, (value, low, high) is an assumed range."""
    given: dict[str, Sequence[Row]] = dict(tables)
    raw: dict[str, RawTable] = {}
    for name, spec in load_schema().items():
        if name == "parameters":
            rows = [dict(row) for row in (parameters if parameters is not None else fixed_parameters())]
        elif name == "dataset":
            rows = [{"id": k, "value": v} for k, v in {**SETTINGS, **(settings or {})}.items()]
        else:
            extra: list[Row] = []
            if name == "assumptions":
                extra = [{"id": "a_test", "quality": "low", "importance": "low"}]
            if name == "sources":
                extra = [{"id": "s_test", "kind": "document", "title": "test"}]
            rows = [_cells(spec, row) for row in [*extra, *given.pop(name, ())]]
        numbered = [RawRow(i, row) for i, row in enumerate(rows, start=2)]
        raw[name] = RawTable(spec.file, spec.columns, numbered)
    if given:
        raise ValueError(f"unknown tables: {', '.join(given)}")
    return raw


def make_system(
    parameters: Sequence[Mapping[str, str]] | None = None,
    settings: Mapping[str, str] | None = None,
    **tables: Sequence[Row],
) -> CareSystem:
    """A validated small system, see `make_tables`."""
    return assemble(make_tables(parameters, settings, **tables))


def two_hospitals(**extra: Any) -> CareSystem:
    """Two regions with a university hospital each, in one care region, both providing one area."""
    tables: dict[str, Any] = {
        "CareRegion": [{"id": "cr"}],
        "Region": [{"id": "reg_a"}, {"id": "reg_b"}],
        "Hospital": [{"id": "hosp_a"}, {"id": "hosp_b"}],
        "CareArea": [{"id": "area"}],
        "Competence": [{"id": "comp"}],
        "PART_OF": [
            {"source_id": "reg_a", "target_id": "cr"},
            {"source_id": "reg_b", "target_id": "cr"},
        ],
        "LOCATED_IN": [
            {"source_id": "hosp_a", "target_id": "reg_a"},
            {"source_id": "hosp_b", "target_id": "reg_b"},
        ],
        "PROVIDES": [
            {"source_id": "hosp_a", "target_id": "area", "patients": 5},
            {"source_id": "hosp_b", "target_id": "area", "patients": 5},
        ],
        "REQUIRES": [{"source_id": "area", "target_id": "comp"}],
        "TRAVELS": [
            {"source_id": r, "target_id": h, "hours_p50": 1 if r[-1] == h[-1] else 2}
            for r in ("reg_a", "reg_b")
            for h in ("hosp_a", "hosp_b")
        ],
    }
    tables.update(extra)
    return make_system(**tables)
