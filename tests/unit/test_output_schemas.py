"""The JSON Schemas of what the commands print: valid, and as strict as the contract asks."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from jsonschema import Draft202012Validator, ValidationError

from graph_schema import SettingError
from impact import Settings, run_scenario
from impact.questions.overview import overview
from interface.manifest import data_manifest, limits_of
from interface.output import without_nan
from interface.output_schemas import output_schema, schema_names
from interface.run_command import run_object
from scenarios import parse_scenario
from tests.small_system import CONCENTRATE, small_system

EFFECT = (
    "name", "perspective", "measure", "unit", "harm", "year", "baseline", "effect", "low", "high", "statistic",
    "reading", "worst", "worst_units", "best", "best_units", "if_granted", "if_not_granted", "p_granted", "committed",
    "p_below_floor", "p_below_floor_without", "assumed_share", "effect_without_assumed", "allocation_share", "cause",
)  # fmt: skip
AREA = (
    "id", "name_sv", "name_in_source", "status", "step", "units_decided", "holders", "applications", "refusals",
    "vacant", "patients", "neighbours", "log",
)  # fmt: skip


@pytest.fixture(scope="module")
def answer() -> dict[str, Any]:
    system = small_system()
    result = run_scenario(system, parse_scenario(CONCENTRATE.encode(), "x"), settings=Settings(draws=4, years=1))
    scenario = {"title_sv": "x", "title_en": "x", "year": None, "units": [], "event_hospitals": []}
    return without_nan(run_object(system, result, scenario, "sv"))


@pytest.mark.parametrize("name", schema_names())
def test_schemas_are_schemas(name: str) -> None:
    found = output_schema(name)
    assert found["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(found)


def test_an_unknown_name_lists_those_that_are() -> None:
    with pytest.raises(SettingError, match=r"choose one of dataset, scenario, .*run"):
        output_schema("$defs")


def test_a_run_has_every_field_of_the_contract(answer: dict[str, Any]) -> None:
    Draft202012Validator(output_schema("run")).validate(answer)
    Draft202012Validator(output_schema("show")).validate(answer)
    for row in answer["effects"]:
        assert set(EFFECT) <= row.keys()


@pytest.mark.parametrize("field", [*EFFECT, "hospital"])
def test_a_row_without_a_field_is_refused(answer: dict[str, Any], field: str) -> None:
    poorer = copy.deepcopy({**answer, "effects": answer["effects"][:1]})
    del poorer["effects"][0][field]
    with pytest.raises(ValidationError):
        Draft202012Validator(output_schema("run")).validate(poorer)


@pytest.mark.parametrize("field", ["manifest", "limits", "summary_sv", "effects", "allocations", "tipping"])
def test_a_run_without_a_part_is_refused(answer: dict[str, Any], field: str) -> None:
    with pytest.raises(ValidationError):
        Draft202012Validator(output_schema("run")).validate({k: v for k, v in answer.items() if k != field})


def test_an_overview_has_every_field_of_the_contract() -> None:
    system = small_system()
    content = {"manifest": data_manifest(system), "limits": limits_of("overview", "sv"), **overview(system)}
    validator = Draft202012Validator(output_schema("overview"))
    validator.validate(content)
    for area in content["areas"]:
        assert set(AREA) <= area.keys()
    for field in AREA:
        poorer = copy.deepcopy(content)
        del poorer["areas"][0][field]
        assert not validator.is_valid(poorer), field


def test_nothing_that_is_not_finite_is_printed() -> None:
    found = without_nan({"a": (float("inf"), 1, None), 2: {"b": float("nan")}})
    assert found == {"a": [None, 1, None], "2": {"b": None}}
