"""JSON Schemas of what the commands print, and of the files that they read."""

from __future__ import annotations

import json
from importlib import resources
from typing import Any

from graph_schema import SettingError, dataset_json_schema
from scenarios import scenario_json_schema

__all__ = ["output_schema", "schema_names"]

GENERATED = {"dataset": dataset_json_schema, "scenario": scenario_json_schema}


def _stored() -> dict[str, Any]:
    folder = resources.files("interface").joinpath("answer_schemas")
    files = sorted(f.name for f in folder.iterdir() if f.name.endswith(".json"))
    contents = (json.loads(folder.joinpath(name).read_text(encoding="utf-8")) for name in files)
    return {name: schema for content in contents for name, schema in content.items()}


def schema_names() -> tuple[str, ...]:
    """Return the names that `output_schema` knows."""
    return (*GENERATED, *(name for name in _stored() if not name.startswith("$")))


def output_schema(name: str) -> dict[str, Any]:
    """Return a JSON Schema by name.

    Parameters
    ----------
    name
        ``dataset``, ``scenario`` or a command (``run``, ``overview``, ``data-check`` …).

    Raises
    ------
    SettingError
        If there is none of that name.

    Examples
    --------
    >>> output_schema("run")["type"]
    'object'
    """
    if name in GENERATED:
        return GENERATED[name]()
    stored = _stored()
    if name not in stored or name.startswith("$"):
        raise SettingError(f"schema {name}: choose one of {', '.join(schema_names())}")
    found = stored[name]
    if "limits" in found["properties"]:  # an answer: it carries what 'show' needs
        also = {part: {"$ref": f"#/$defs/{part}"} for part in ("answer", "failed_runs", "nodes")}
        found = {**found, "properties": {**found["properties"], **also}}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$defs": stored["$defs"], **found}
