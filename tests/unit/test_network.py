"""The networkx view holds the same nodes and edges, and is a copy."""

from __future__ import annotations

import pytest

from graph_schema import CareSystem, Quantity, load_schema, to_networkx
from tests.synthetic import two_hospitals


@pytest.fixture
def system() -> CareSystem:
    return two_hospitals()


def test_nodes_have_their_type_and_properties(system: CareSystem) -> None:
    graph = to_networkx(system)
    assert set(graph) == set(system.nodes)
    assert graph.nodes["hosp_a"]["type"] == "Hospital"
    assert graph.nodes["hosp_a"]["kind"] == "university"  # a property called kind stays
    assert graph.nodes["reg_a"]["population"] == system.node("reg_a").quantity("population")
    assert isinstance(graph.nodes["reg_a"]["population"], Quantity)


def test_each_relationship_is_an_edge_with_its_type(system: CareSystem) -> None:
    graph = to_networkx(system)
    types = [data["type"] for _, _, data in graph.edges(data=True)]
    expected = [n for n, s in load_schema().items() if s.kind == "relationship" for _ in system.rows[n]]
    assert sorted(types) == sorted(expected)
    edge = graph.edges["reg_a", "hosp_b", "TRAVELS|reg_a|hosp_b"]
    assert edge["hours_p50"].value == 2
    assert "source_id" not in edge
    assert "target_id" not in edge


def test_parallel_relationships_stay_apart() -> None:
    provides = [
        {"source_id": "hosp_a", "target_id": "area", "valid_from": day, "valid_to": end, "permit": True}
        for day, end in (("2019-01-01", "2020-12-31"), ("2022-01-01", ""))
    ]
    graph = to_networkx(two_hospitals(PROVIDES=provides))
    keys = set(graph["hosp_a"]["area"])
    assert keys == {"PROVIDES|hosp_a|area||2019-01-01", "PROVIDES|hosp_a|area||2022-01-01"}


def test_the_graph_carries_hash_and_settings(system: CareSystem) -> None:
    graph = to_networkx(system)
    assert graph.graph == {**system.settings, "system_hash": system.content_hash}


def test_changing_the_graph_never_changes_the_system(system: CareSystem) -> None:
    before = system.content_hash
    graph = to_networkx(system)
    graph.nodes["hosp_a"]["kind"] = "county"
    graph.graph["name"] = "other"
    graph.edges["reg_a", "hosp_b", "TRAVELS|reg_a|hosp_b"]["hours_p50"] = None
    graph.remove_node("area")
    assert system.node("hosp_a").text("kind") == "university"
    assert system.settings["name"] == "synthetic"
    assert "area" in system.nodes
    assert CareSystem(system.rows).content_hash == before
    assert set(to_networkx(system)) == set(system.nodes)
