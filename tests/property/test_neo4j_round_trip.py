"""Any system survives the way through a real server, whatever its texts hold."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings

from graph_schema import CareSystem
from loaders import load_sweden
from loaders.neo4j_store import find_version, pull, push
from tests.neo4j_server import Store
from tests.property.strategies import care_systems
from tests.random_systems import random_system
from tests.synthetic import two_hospitals

FEW = settings(
    max_examples=5,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
NASTY = [
    "'; MATCH (n) DETACH DELETE n //",
    '"}) DETACH DELETE n RETURN "',
    "`Hospital`) SET n:`Owned",
    "$version {x: 1} \\u0027 \\ ' \" ` ; /* */",
    "RandzonVersion",
    "a\nb\tc \u2028 å \U0001f3e5 \ufeff",
]


def back(store: Store, system: CareSystem) -> CareSystem:
    with store.open() as database:
        pushed = push(database, system, "test", "0")
        return pull(database, find_version(database, pushed.version))


@FEW
@given(system=care_systems())
def test_any_system_survives(neo4j_server: Store, system: CareSystem) -> None:
    found = back(neo4j_server, system)
    assert found.content_hash == system.content_hash
    assert dict(found.quantities) == dict(system.quantities)
    for name, records in system.rows.items():
        assert [dict(r.values) for r in found.rows[name]] == [dict(r.values) for r in records]


def test_a_random_country_survives(neo4j_server: Store) -> None:
    system = random_system(3)
    assert back(neo4j_server, system).content_hash == system.content_hash


def test_the_packaged_system_survives(neo4j_server: Store) -> None:
    system = load_sweden()
    assert back(neo4j_server, system).content_hash == system.content_hash


def test_quotes_backticks_and_cypher_are_text(neo4j_store: Store) -> None:
    functions = [{"id": f"fn_{i}", "name_sv": text, "note": text * 50} for i, text in enumerate(NASTY)]
    permits = [{"source_id": "hosp_a", "target_id": "area", "sub_permit": text, "patients": 5} for text in NASTY]
    system = two_hospitals(
        Function=functions,
        PROVIDES=[{"source_id": h, "target_id": "area", "patients": 5} for h in ("hosp_a", "hosp_b")] + permits,
        DEVIATES_FROM=[
            {"source_id": "hosp_a", "target_id": "area", "year": 2024, "condition": text * 300, "fulfilment": "no"}
            for text in NASTY
        ],
    )
    neo4j_store.cypher("CREATE (:Hospital {name: 'of others'})-[:PROVIDES]->(:Thing)")
    with neo4j_store.open() as database:
        push(database, system, NASTY[0], NASTY[1])
        found = pull(database, find_version(database))
    assert found.content_hash == system.content_hash
    assert [found.node(f"fn_{i}").text("name_sv") for i in range(len(NASTY))] == [
        system.node(f"fn_{i}").text("name_sv") for i in range(len(NASTY))
    ]
    assert neo4j_store.cypher("MATCH (h:Hospital {name: 'of others'})-[:PROVIDES]->(t:Thing) RETURN count(*)") == [[1]]
    labels = {label for (label,) in neo4j_store.cypher("CALL db.labels() YIELD label RETURN label")}
    assert not labels & {"Owned", "`Hospital`"}
