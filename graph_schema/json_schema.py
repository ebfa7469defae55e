"""JSON Schema of the dataset format, written from the schema table."""

from __future__ import annotations

import math
from typing import Any

from graph_schema.quantity import GRADES
from graph_schema.schema import SCHEMA_VERSION, PropertySpec, TypeSpec, load_schema

__all__ = ["dataset_json_schema"]

SOURCES = "^[a-z0-9_]+(;[a-z0-9_]+)*$"


def _plain(spec: PropertySpec) -> dict[str, Any]:
    described: dict[str, Any] = {"description": spec.meaning}
    if spec.dtype in ("number", "integer", "quantity"):
        described["type"] = "integer" if spec.dtype == "integer" else "number"
        if not math.isinf(spec.minimum):
            described["minimum"] = spec.minimum
        if not math.isinf(spec.maximum):
            described["maximum"] = spec.maximum
    elif spec.dtype == "boolean":
        described["type"] = "boolean"
    else:
        described["type"] = "string"
        if spec.dtype == "enum":
            described["enum"] = list(spec.values)
        if spec.dtype == "date":
            described["format"] = "date"
        if spec.dtype in ("id", "reference"):
            described["pattern"] = "^[a-z0-9_]+$"
        if spec.dtype == "source":
            described["pattern"] = SOURCES
        if spec.dtype == "text":
            described["minLength"] = 1
    return described


def _columns(spec: PropertySpec) -> dict[str, Any]:
    columns = {spec.name: _plain(spec)}
    if spec.dtype != "quantity":
        return columns
    for end, what in (("_low", "5 % quantile"), ("_high", "95 % quantile")):
        columns[spec.name + end] = {**_plain(spec), "description": f"{spec.meaning}: {what}"}
    unit: dict[str, Any] = {"type": "string", "minLength": 1}
    if not spec.has_open_unit:
        unit["const"] = spec.unit
    columns[spec.name + "_unit"] = unit
    columns[spec.name + "_grade"] = {"type": "string", "enum": list(GRADES)}
    columns[spec.name + "_source"] = {"type": "string", "pattern": SOURCES}
    return columns


def _row(spec: TypeSpec) -> dict[str, Any]:
    properties = {name: value for p in spec.properties for name, value in _columns(p).items()}
    return {
        "type": "object",
        "properties": properties,
        "required": [p.name for p in spec.properties if p.required],
        "dependentRequired": {
            column: [c for c in p.columns if c != column]
            for p in spec.properties
            if p.dtype == "quantity"
            for column in p.columns
        },
        "additionalProperties": False,
    }


def dataset_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a dataset: one array of rows per file.

    A row holds the cells that are not empty, numbers and truth values as such. Rules that span columns
    or rows (low <= value <= high, references, sums) are beyond it; `assemble` checks those.

    Returns
    -------
    dict
        A JSON Schema (draft 2020-12); keys are the file names of a dataset folder.

    Examples
    --------
    >>> "nodes/hospital.csv" in dataset_json_schema()["properties"]
    True
    """
    files = {spec.file: {"type": "array", "items": _row(spec)} for spec in load_schema().values()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Randzon dataset",
        "version": SCHEMA_VERSION,
        "type": "object",
        "properties": files,
        "required": list(files),
    }
