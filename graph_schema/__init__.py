"""What the graph is: types, quantities, the immutable care system, validation and errors."""

from graph_schema.assemble import RawRow, RawTable, assemble
from graph_schema.care_system import CareSystem, Record
from graph_schema.cells import format_number
from graph_schema.content_hash import canonical_hash, canonical_json
from graph_schema.errors import (
    ConvergenceWarning,
    MemoryUseWarning,
    Problem,
    RandzonError,
    ReportViolation,
    ScenarioConflict,
    SchemaViolation,
    SettingError,
    StoreError,
    UnknownNode,
)
from graph_schema.json_schema import dataset_json_schema
from graph_schema.network import to_networkx
from graph_schema.quantity import GRADES, Grade, Quantity
from graph_schema.schema import SCHEMA_VERSION, PropertySpec, TypeSpec, load_schema

__all__ = [
    "GRADES",
    "SCHEMA_VERSION",
    "CareSystem",
    "ConvergenceWarning",
    "Grade",
    "MemoryUseWarning",
    "Problem",
    "PropertySpec",
    "Quantity",
    "RandzonError",
    "RawRow",
    "RawTable",
    "Record",
    "ReportViolation",
    "ScenarioConflict",
    "SchemaViolation",
    "SettingError",
    "StoreError",
    "TypeSpec",
    "UnknownNode",
    "assemble",
    "canonical_hash",
    "canonical_json",
    "dataset_json_schema",
    "format_number",
    "load_schema",
    "to_networkx",
]
