"""The cookbook: whole in both languages, in step with its Cypher and its page; values are read as their type says."""

from __future__ import annotations

import re
import runpy
from datetime import date
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

import pytest

from graph_schema import CareSystem, Record, SettingError, UnknownNode
from interface.neo4j_parameters import free_values, recipe_values
from interface.texts import has_text
from loaders.neo4j_store.graph_values import one_line, plain_value
from loaders.neo4j_store.recipes import NODE_TYPES, find_recipe, recipes
from tests.small_system import small_system

pytestmark = pytest.mark.unit

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "loaders" / "neo4j_store" / "cookbook"
WRITES = re.compile(r"\b(CREATE|MERGE|SET|DELETE|REMOVE|DROP|LOAD CSV|FOREACH)\b", re.IGNORECASE)
DAY = date(2025, 12, 31)


def values(name: str, *assignments: str, system: CareSystem | None = None) -> dict[str, Any]:
    return recipe_values(find_recipe(name), assignments, system or small_system(), ("heart", "liver"), DAY)


def test_every_query_is_whole() -> None:
    found = recipes()
    assert len(found) >= 24
    assert {f"{name}.cypher" for name in found} == {file.name for file in FOLDER.glob("*.cypher")}
    for recipe in found.values():
        for text in ("title", "question", "note"):
            assert getattr(recipe, f"{text}_sv"), recipe.name
            assert getattr(recipe, f"{text}_en"), recipe.name
        assert recipe.needs
        assert all(re.fullmatch(r"N\d{3}", need) for need in recipe.needs), recipe.name
        used = set(re.findall(r"\$(\w+)", recipe.cypher)) - {"version"}
        assert used == {p.name for p in recipe.parameters}, recipe.name
        assert "randzon_version: $version" in recipe.cypher
        assert not WRITES.search(recipe.cypher), recipe.name
        assert "ORDER BY" in recipe.cypher, recipe.name


def test_every_parameter_is_whole() -> None:
    for recipe in recipes().values():
        for p in recipe.parameters:
            assert p.meaning_sv, (recipe.name, p.name)
            assert p.meaning_en, (recipe.name, p.name)
            assert p.type in {*NODE_TYPES, "cluster", "word", "whole", "number", "date", "flag"}
            assert bool(p.values) == (p.type == "word")
            assert (p.minimum is not None and p.maximum is not None and bool(p.unit)) == (p.type in ("whole", "number"))
            assert p.required != bool(p.default) or p.name in ("hospital", "area")
            assert p.type == "word" or has_text(f"ask_type_{p.type}") or p.minimum is not None


def test_the_page_is_the_cookbook() -> None:
    page = runpy.run_path(str(ROOT / "scripts" / "cookbook_page.py"))["page"]()
    written = (ROOT / "docs" / "neo4j_cookbook.md").read_text(encoding="utf-8")
    assert written == page, "run: python scripts/cookbook_page.py"


def test_values_are_read_as_their_type_says() -> None:
    wanted = {"hospital": "middle", "most": 1, "criticality": 0.25, "as_of": date(2020, 1, 2)}
    assert values("thin_areas", "sjukhus=Mellersta", "högst=1", "kritikalitet=0,25", "dag=2020-01-02") == wanted
    assert values("thin_areas", "hospital=middle") == {
        "hospital": "middle", "most": 2, "criticality": 0.5, "as_of": DAY
    }  # fmt: skip
    assert values("volumes") == {"hospital": None, "area": None}
    assert values("cluster_gaps", "grupp=hjärta", "slag=länssjukhus", "as_of=2020-01-01")["cluster"] == "heart"
    assert values("cluster_gaps", "grupp=hjärta", "slag=länssjukhus")["kind"] == "county"
    assert values("travel_to_holders", "area=lever", "permits=ja")["permits"] is True
    assert values("dependency_path", "från=Hjärtvård", "till=valve") == {"from": "heart", "to": "valve"}


@pytest.mark.parametrize(
    ("assignment", "told"),
    [
        ("hospital=Atlantis", "hospital=Atlantis: no hospital is called so"),
        ("hospital=sjukhuset", "3 hospitals are meant; write one of the ids"),
        ("hospital=x' OR 1=1 //", "no hospital is called so"),
        ("most=two", "most=two: write a whole number from 1 to 20"),
        ("most=1.5", "write a whole number from 1 to 20"),
        ("most=0", "write a whole number from 1 to 20"),
        ("criticality=nan", "write a number from 0 to 1"),
        ("criticality=inf", "write a number from 0 to 1"),
        ("criticality=", "criticality=: empty"),
        ("as_of=yesterday", "as_of=yesterday: no date; write it as YYYY-MM-DD"),
        ("hospitl=north", "hospitl: thin_areas has no such parameter; near: hospital"),
        ("north", "north: write NAME=VALUE, such as hospital=Umeå"),
        ("=north", "=north: write NAME=VALUE"),
    ],
)
def test_a_wrong_value_is_told_with_its_remedy(assignment: str, told: str) -> None:
    given = [assignment] if assignment.startswith("hospital=") else ["hospital=north", assignment]
    with pytest.raises(SettingError) as error:
        values("thin_areas", *given)
    assert told in str(error.value)
    assert "'randzon neo4j ask thin_areas --show' explains the query" in str(error.value)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(SettingError) as error:
        values("cluster_gaps", "cluster=hart", "kind=big", "kind=other", "as_of=1", "what=2", "slag=county")
    told = str(error.value).splitlines()
    assert told[0] == "kind: given twice; give it once"
    assert told[1].startswith("what: cluster_gaps has no such parameter; it has cluster, kind, as_of")
    assert told[2] == "kind: given twice; give it once"
    assert told[3] == "cluster=hart: no such word; near: heart; choose one of heart, liver"
    assert told[4] == "kind=big: no such word; choose one of university, county, other"
    assert told[5].startswith("as_of=1: no date")
    with pytest.raises(SettingError, match=r"area is missing: write area=… \(care area\)"):
        values("dependents")


def test_a_flag_is_yes_or_no() -> None:
    with pytest.raises(SettingError, match="permits=perhaps: write yes or no"):
        values("travel_to_holders", "area=liver", "permits=perhaps")


def test_a_name_that_is_cypher_is_a_name() -> None:
    name = "`) DETACH DELETE (n) //'\""
    record = Record("Hospital", MappingProxyType({"id": "odd", "name_sv": name}))
    assert values("permits_of_hospital", f"hospital={name}", system=CareSystem({"Hospital": [record]})) == {
        "hospital": "odd", "as_of": DAY
    }  # fmt: skip


def test_free_parameters_are_typed_and_guarded() -> None:
    assert free_values(["a=1", "b=0.5", "c=2020-01-01", "d=x=y", "e=nan"], {"version": "v"}) == {
        "version": "v", "a": 1, "b": 0.5, "c": date(2020, 1, 1), "d": "x=y", "e": "nan"
    }  # fmt: skip
    with pytest.raises(SettingError, match="version: every query has it already"):
        free_values(["version=2"], {"version": "v"})


def test_a_query_is_found_by_its_name_or_title() -> None:
    assert find_recipe("Thin-Areas").name == "thin_areas"
    assert find_recipe("sårbara punkter").name == "single_points"
    with pytest.raises(UnknownNode, match=r"no query 'thin_aeras'; near: thin_areas.*'randzon neo4j ask' lists them"):
        find_recipe("thin_aeras")
    with pytest.raises(UnknownNode, match="no query '; MATCH"):
        find_recipe("; MATCH (n) DETACH DELETE n")


class Thing(dict[str, Any]):
    """What the driver's nodes and relationships look like."""

    def __init__(self, properties: dict[str, Any], **attributes: Any) -> None:
        super().__init__(properties)
        for name, value in attributes.items():
            setattr(self, name, value)


def node(name: str, **properties: Any) -> Thing:
    return Thing({"id": name, "randzon_version": "0", **properties}, labels={"Randzon", "Hospital"}, element_id=name)


def test_graph_values_read_as_a_graph() -> None:
    a, b = node("a", name_sv="Å sjukhus"), node("b", when=DAY)
    step = Thing({"patients": 2.0}, type="SENDS", start_node=b, end_node=a)
    path = SimpleNamespace(nodes=[a, b], relationships=[step])
    assert one_line(a) == '(Hospital a "Å sjukhus")'
    assert one_line(step) == "[SENDS patients=2.0]"
    assert one_line(path) == '(Hospital a "Å sjukhus")<-[SENDS]-(Hospital b)'
    assert one_line({"x": [a, None]}) == '{x: (Hospital a "Å sjukhus"), }'
    assert plain_value(step) == {"type": "SENDS", "source": "b", "target": "a", "properties": {"patients": 2.0}}
    assert plain_value(path)["nodes"][1] == {
        "labels": ["Hospital"], "properties": {"id": "b", "when": "2025-12-31"}
    }  # fmt: skip
