"""Scenario files: TOML to a scenario, or one error that lists every problem."""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from graph_schema import Problem, ScenarioConflict, StoreError
from scenarios.conflicts import intrinsic_conflicts
from scenarios.scenario import Scenario
from scenarios.values import Decision, Event, Flag, Id

__all__ = [
    "MAX_FILE_BYTES",
    "library",
    "parse_scenario",
    "read_scenario",
    "scenario_from_content",
    "scenario_json_schema",
    "scenario_of",
]

MAX_FILE_BYTES = 1_000_000
Text = Annotated[str, Field(max_length=10_000)]
LISTS = ("decisions", "events")
CODES: Mapping[str, str] = MappingProxyType({
    "missing": "file_missing", "extra_forbidden": "file_extra", "unexpected_keyword_argument": "file_extra",
    "union_tag_not_found": "file_no_kind", "union_tag_invalid": "file_kind", "string_pattern_mismatch": "file_id",
    "date_type": "file_date", "quantity": "file_quantity",
})  # fmt: skip
LINE = re.compile(r"at line (\d+)")


class _File(BaseModel):
    """What a scenario file holds."""

    model_config = ConfigDict(extra="forbid", title="Scenario")
    name: Id
    title_sv: Text
    title_en: Text = ""
    description_sv: Text = ""
    description_en: Text = ""
    historic: Flag = False
    sources: tuple[Text, ...] = ()
    notes: Text = ""
    decisions: tuple[Annotated[Decision, Field(discriminator="kind")], ...] = ()
    events: tuple[Annotated[Event, Field(discriminator="kind")], ...] = ()


def scenario_json_schema() -> dict[str, Any]:
    """Return the JSON Schema of a scenario file (its TOML read as JSON, dates as ISO text).

    Examples
    --------
    >>> scenario_json_schema()["title"]
    'Scenario'
    """
    schema = _File.model_json_schema()
    for definition in schema["$defs"].values():
        if "kind" in definition["properties"]:  # the kind tells the parts apart, so it has no default
            definition["properties"]["kind"].pop("default", None)
            definition["required"] = ["kind", *definition.get("required", [])]
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _place(location: tuple[int | str, ...]) -> str:
    """Return where an error stands: ``decisions[1].area``; list positions are counted from 1."""
    parts = list(location)
    if len(parts) > 2 and parts[0] in LISTS and isinstance(parts[1], int):
        del parts[2]  # the kind, which pydantic adds
    text = ""
    for part in parts:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _shown(value: object) -> str | None:
    if isinstance(value, Mapping | list | tuple):
        return None
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _problem(file: str, error: ErrorDetails) -> Problem:
    place, kind = _place(error["loc"]), error["type"]
    value = None if kind in ("missing", "union_tag_not_found") else _shown(error["input"])
    remedies = {
        "missing": "write it",
        "extra_forbidden": "remove it or correct its name",
        "unexpected_keyword_argument": "remove it or correct its name",
        "union_tag_not_found": 'write kind = "concentrate" or another kind',
        "union_tag_invalid": "choose one of the kinds named here",
        "string_pattern_mismatch": "write an id: lower-case letters, digits and _",
        "date_type": "write a date without quotes, as 2027-01-01",
        "quantity": "write a number, or { value, low, high, source }",
    }
    rules = {
        "missing": "missing",
        "extra_forbidden": "unknown key",
        "unexpected_keyword_argument": "unknown key",
        "union_tag_not_found": "kind is missing",
    }
    rule = rules.get(kind, f"wrong type or value ({error['msg']})" if kind != "quantity" else error["msg"])
    remedy = remedies.get(kind, "correct the value")
    return Problem(file, None, place or None, value, rule, remedy, CODES.get(kind, "file_value"))


def _decoded(content: bytes, file: str) -> str:
    if len(content) > MAX_FILE_BYTES:
        rule = f"larger than {MAX_FILE_BYTES // 1_000_000} MB"
        raise ScenarioConflict([Problem(file, None, None, None, rule, "a scenario is a page of text", "file_large")])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        shown = repr(content[error.start : error.start + 1])
        problem = Problem(file, line, None, shown, "not UTF-8", "save the file as UTF-8", "file_utf8")
        raise ScenarioConflict([problem]) from error
    if not text.strip():
        remedy = "write a scenario; 'randzon scenarios new FILE' gives a template"
        raise ScenarioConflict([Problem(file, None, None, None, "the file is empty", remedy, "file_empty")])
    return text


def parse_scenario(content: bytes, file: str) -> Scenario:
    """Return the scenario that the bytes of a TOML file state.

    Parameters
    ----------
    content
        The file.
    file
        Its name, for the messages.

    Raises
    ------
    ScenarioConflict
        If it is too large, not UTF-8, not TOML, not of the form, or contradicts itself; lists every problem.
    """
    text = _decoded(content, file)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line = LINE.search(str(error))
        about = (("line", line.group(1) if line else "–"),)
        problem = Problem(file, None, None, None, f"not TOML: {error}", "correct the line", "file_toml", about)
        raise ScenarioConflict([problem]) from error
    except RecursionError:
        problem = Problem(file, None, None, None, "lists or tables nested too deeply", "write it flat", "file_deep")
        raise ScenarioConflict([problem]) from None
    return scenario_of(data, file)


def scenario_of(data: Mapping[str, Any], file: str) -> Scenario:
    """Return the scenario that the content of a file states.

    Parameters
    ----------
    data
        As TOML or JSON gives it.
    file
        Its name, for the messages.

    Raises
    ------
    ScenarioConflict
        If it is not of the form, or contradicts itself; lists every problem.
    """
    try:
        read = _File.model_validate(data)
    except ValidationError as error:
        raise ScenarioConflict([_problem(file, e) for e in error.errors()]) from None
    values = {name: getattr(read, name) for name in _File.model_fields}
    scenario = Scenario(**values)
    conflicts = intrinsic_conflicts(scenario, file)
    if conflicts.problems:
        raise ScenarioConflict(conflicts.problems)
    return scenario


def _plain_part(part: Mapping[str, Any]) -> dict[str, Any]:
    """A decision or event as a file states it: whole numbers are counts, quantities do not name their axis."""
    found: dict[str, Any] = {}
    for name, value in part.items():
        if isinstance(value, Mapping):
            table = cast(Mapping[str, Any], value)
            found[name] = {key: cell for key, cell in table.items() if key != "scale"}
        else:
            found[name] = int(value) if isinstance(value, float) else value
    return found


def scenario_from_content(content: Mapping[str, Any]) -> Scenario:
    """Return the scenario that a saved result carries.

    Parameters
    ----------
    content
        The canonical JSON of `scenario_content`, read.

    Raises
    ------
    ScenarioConflict
        If it is not of the form.

    Examples
    --------
    >>> from graph_schema import canonical_json
    >>> from scenarios.scenario import scenario_content
    >>> hocm = read_scenario("hocm")
    >>> scenario_from_content(json.loads(canonical_json(scenario_content(hocm)))) == hocm
    True
    """
    plain: dict[str, Any] = {"title_sv": "", **content}
    plain |= {name: [_plain_part(part) for part in content.get(name, ())] for name in LISTS}
    try:
        read = _File.model_validate_json(json.dumps(plain))
    except ValidationError as error:
        raise ScenarioConflict([_problem("saved scenario", e) for e in error.errors()]) from None
    return Scenario(**{name: getattr(read, name) for name in _File.model_fields})


def _folder() -> Traversable:
    return resources.files("scenarios").joinpath("library")


def library() -> Mapping[str, tuple[str, str]]:
    """Return the ready scenarios: name to Swedish and English title, sorted by name.

    Examples
    --------
    >>> "hocm" in library()
    True
    """
    files = sorted(f.name for f in _folder().iterdir() if f.name.endswith(".toml"))
    found = (parse_scenario(_folder().joinpath(name).read_bytes(), name) for name in files)
    return MappingProxyType({s.name: (s.title_sv, s.title_en) for s in found})


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        names = ", ".join(library())
        raise StoreError(f"{path}: no such file and no ready scenario; the ready ones are {names}") from None
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}): check the path and its rights") from error


def read_scenario(source: str | Path) -> Scenario:
    """Return a ready scenario by its name, or the scenario of a TOML file.

    Parameters
    ----------
    source
        A name of `library`, or a path.

    Raises
    ------
    ScenarioConflict
        If the file has problems; lists every one.
    StoreError
        If there is no such file, or it cannot be read.

    Examples
    --------
    >>> read_scenario("hocm").decisions[0].units
    2
    """
    if isinstance(source, str) and source.replace("_", "").isalnum():
        ready = _folder().joinpath(f"{source}.toml")
        if ready.is_file():
            return parse_scenario(ready.read_bytes(), f"{source}.toml")
    path = Path(cast(str, source))
    return parse_scenario(_content(path), str(path))
