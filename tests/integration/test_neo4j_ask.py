"""The command ``neo4j ask`` on a real server: the cookbook as people type it, free queries, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graph_schema import CareSystem, Record
from loaders.neo4j_store import push
from tests.command_line import Server, Shell
from tests.neo4j_server import Store
from tests.small_system import small_system

pytestmark = pytest.mark.integration

ODD = "Hjärt`) DETACH DELETE (n) // ' \" $version {id: 'x'} \\u0027"
COUNT = "MATCH (n) OPTIONAL MATCH (n)-[r]->() RETURN count(DISTINCT n), count(r)"


def _named_oddly(system: CareSystem) -> CareSystem:
    rows = [
        Record(r.type, {**r.values, "name_sv": ODD}) if r.key[0] == "middle" else r for r in system.rows["Hospital"]
    ]
    return system.replace(Hospital=rows)


@pytest.fixture(scope="module")
def database(neo4j_server: Store) -> Iterator[Store]:
    """The small country, and as the current version the same with a hospital of an odd name."""
    neo4j_server.empty()
    with neo4j_server.open() as found:
        for system in (small_system(), _named_oddly(small_system())):
            push(found, system, "tests", "0")
    before = neo4j_server.cypher(COUNT)
    yield neo4j_server
    assert neo4j_server.cypher(COUNT) == before, "a command of this module wrote"


@pytest.fixture
def neo(tmp_path: Path, small_dataset: Path, server: Server, database: Store) -> Shell:
    return Shell(tmp_path, small_dataset, server, database.environment)


def test_the_cookbook_is_listed_and_shown_without_a_server(tmp_path: Path, small_dataset: Path, server: Server) -> None:
    shell = Shell(tmp_path, small_dataset, server, {"RANDZON_NEO4J_URI": "bolt://127.0.0.1:1"})
    listed = shell("neo4j", "ask")
    assert (listed.code, listed.err) == (0, "")
    assert "Kokboken: 29 färdiga frågor" in listed.out
    assert "thin_areas" in listed.out
    queries = shell("neo4j", "ask", "--format", "json").json("neo4j-cookbook")["queries"]
    assert [q["name"] for q in queries] == [row["name"] for row in shell("neo4j", "ask", "--format", "csv").csv()]
    shown = shell("neo4j", "ask", "thin_areas", "--show", "--lang", "en").out
    assert "Areas that hang on one or two competences" in shown
    assert "must be given" in shown
    assert "WITH a, count(DISTINCT coalesce('family ' + r.family, c.id)) AS needs" in shown
    assert len(shell("neo4j", "ask", "thin-areas", "--show", "--format", "json").json("neo4j-cookbook")["queries"]) == 1
    shell("neo4j", "ask", "thin_area").refusal("no query 'thin_area'; near: thin_areas")


def test_an_answer_reads_the_same_in_every_format(neo: Shell) -> None:
    asked = ("neo4j", "ask", "if_area_leaves", "sjukhus=Norra", "område=hjärtvård")
    answer = neo(*asked, "--format", "json").json("neo4j-ask")
    assert answer["parameters"] == {"hospital": "north", "area": "heart", "as_of": "2025-12-31"}
    assert answer["names"]["septal"] == {"sv": "septumablation", "en": "septal ablation"}
    assert [row["competence"] for row in answer["rows"]] == [
        r["competence"] for r in neo(*asked, "--format", "csv").csv()
    ]
    assert neo(*asked, "--format", "csv").csv()[0]["competence_name"] in ("kardiologi", "septumablation")
    shown = neo(*asked)
    assert (shown.code, shown.err) == (0, "")
    for word in ("Vad ett sjukhus förlorar med ett område", "septumablation", "Klaffvård", "antagna tal är antagna"):
        assert word in shown.out
    english = neo(*asked, "--lang", "en").out
    assert "What a hospital would lose with an area" in english
    assert "septal ablation" in english
    nothing = neo("neo4j", "ask", "lost_since_before", "hospital=south")
    assert "Inget i datamängden svarar mot frågan." in nothing.out


def test_an_older_version_can_be_asked(neo: Shell) -> None:
    old = small_system().content_hash
    answer = neo("neo4j", "ask", "hospitals_by_permits", "--version", old[:10], "--format", "json").json("neo4j-ask")
    assert answer["manifest"]["system_hash"] == old
    assert answer["names"]["middle"]["sv"] == "Mellersta sjukhuset"
    current = neo("neo4j", "ask", "hospitals_by_permits", "--format", "json").json("neo4j-ask")
    assert current["names"]["middle"]["sv"] == ODD
    assert current["rows"] == answer["rows"]


@pytest.mark.parametrize("value", ["x' OR true //", "`", '"', "$version", "'}) DETACH DELETE n //", "\\", "MATCH (n)"])
def test_values_are_data_whatever_they_hold(neo: Shell, value: str) -> None:
    version = ("--version", small_system().content_hash)
    told = neo("neo4j", "ask", "permits_of_hospital", f"hospital={value}", *version)
    told.refusal(f"hospital={value}: no hospital is called so")
    free = neo("neo4j", "ask", "--cypher", "RETURN $value AS value", f"value={value}", "--format", "json")
    assert free.json("neo4j-cypher")["rows"] == [{"value": value}]


def test_a_name_that_is_cypher_finds_its_hospital(neo: Shell) -> None:
    answer = neo("neo4j", "ask", "permits_of_hospital", f"hospital={ODD}", "--format", "json").json("neo4j-ask")
    assert answer["parameters"]["hospital"] == "middle"
    assert [row["area"] for row in answer["rows"]] == ["liver"]
    free = neo("neo4j", "ask", "--cypher", "MATCH (h:Hospital {randzon_version: $version, name_sv: $name}) RETURN h.id",
               f"name={ODD}", "--format", "csv")  # fmt: skip
    assert free.csv() == [{"h.id": "middle"}]


def test_wrong_words_are_told_together(neo: Shell) -> None:
    neo("neo4j", "ask", "cluster_gaps", "kind=big", "clutser=heart", "as_of=now").refusal(
        "clutser: cluster_gaps has no such parameter; near: cluster", "cluster is missing",
        "kind=big: no such word; choose one of university, county, other", "as_of=now: no date",
    )  # fmt: skip
    neo("neo4j", "ask", "thin_areas", "hospital=sjukhuset").refusal("hospitals are meant; write one of the ids")


WRITES = (
    "CREATE (n:Hospital {id: 'x'})", "MATCH (n) DETACH DELETE n", "MATCH (n:Hospital) SET n.name_sv = 'x'",
    "MERGE (n:Note) RETURN n", "CREATE INDEX mine FOR (n:Note) ON n.a", "DROP CONSTRAINT randzon_hospital",
    "CALL { CREATE (n) RETURN n } RETURN n", "MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS",
    "CALL db.createLabel('Mine')", "CREATE USER eve SET PASSWORD 'abcdefgh1'",
    "ALTER CURRENT USER SET PASSWORD FROM 'a' TO 'abcdefgh1'",
)  # fmt: skip


@pytest.mark.parametrize("query", WRITES)
def test_a_query_that_writes_is_refused_by_the_server(neo: Shell, query: str) -> None:
    neo("neo4j", "ask", "--cypher", query).refusal("the query writes, and only queries that read are let through")


GRAPH = """
MATCH path = (h:Hospital {randzon_version: $version, id: $hospital})-[p:PROVIDES]->(a:CareArea {id: 'liver'})
RETURN h, p, path, p.valid_from AS day, [1, null] AS list, 0.5 AS half, duration('P1D') AS long LIMIT $n
"""


def test_a_free_query_prints_graphs_readably(neo: Shell) -> None:
    (neo.folder / "q.cypher").write_text(GRAPH, encoding="utf-8")
    asked = ("neo4j", "ask", "--file", "q.cypher", "hospital=south", "n=1")
    answer = neo(*asked, "--format", "json").json("neo4j-cypher")
    row: dict[str, Any] = answer["rows"][0]
    assert answer["columns"] == ["h", "p", "path", "day", "list", "half", "long"]
    assert row["h"]["labels"] == ["Hospital"]
    assert row["h"]["properties"]["name_sv"] == "Södra sjukhuset"
    assert (row["p"]["type"], row["p"]["properties"]["permit"]) == ("PROVIDES", True)
    assert [n["properties"]["id"] for n in row["path"]["nodes"]] == ["south", "liver"]
    assert (row["day"], row["list"], row["half"], row["long"]) == ("2021-07-01", [1, None], 0.5, "P1D")
    shown = "".join(neo(*asked).out.split())
    assert '(Hospitalsouth"Södra' in shown
    assert "-[PROVIDES]->" in "".join(
        neo("neo4j", "ask", "--cypher", "MATCH p=()-[:PROVIDES]->() RETURN p LIMIT 1").out
    )


def test_a_free_query_has_limits(neo: Shell) -> None:
    cut = neo("neo4j", "ask", "--cypher", "UNWIND range(1, 9) AS i RETURN i", "--limit", "3", "--format", "csv")
    assert [row["i"] for row in cut.csv()] == ["1", "2", "3"]
    assert cut.err == "Fler än 3 rader: bara de första visas. Snäva in frågan, eller ge --limit.\n"
    whole = neo("neo4j", "ask", "--cypher", "UNWIND range(1, 3) AS i RETURN i", "--limit", "3", "--format", "json")
    assert (whole.json("neo4j-cypher")["more"], whole.err) == (False, "")
    long = "UNWIND range(1, 100000000000) AS i RETURN count(i)"
    neo("neo4j", "ask", "--cypher", long, "--timeout", "0.2").refusal("took too long and was stopped")
    neo("neo4j", "ask", "--cypher", long, "--limit", "0").refusal("--limit 0: choose 1 to")
    neo("neo4j", "ask", "--cypher", long, "--timeout", "nan").refusal("--timeout nan: choose")


def test_a_free_query_that_is_wrong_is_told(neo: Shell) -> None:
    neo("neo4j", "ask", "--cypher", "MATCH (n RETURN n").refusal("the Cypher is not understood", "line 1, column 10")
    neo("neo4j", "ask", "--cypher", "RETURN $x").refusal("parameters without a value", "write NAME=VALUE")
    neo("neo4j", "ask", "--cypher", " ").refusal("the query is empty")
    neo("neo4j", "ask", "--file", "none.cypher").refusal("none.cypher cannot be read")
    neo("neo4j", "ask", "--cypher", "RETURN 1", "--file", "q").refusal("give one of them")
    neo("neo4j", "ask", "volumes", "--cypher", "RETURN 1").refusal("a query of your own stands alone")
    neo("neo4j", "ask", "--cypher", "RETURN 1", "version=x").refusal("version: every query has it already")
    neo("neo4j", "ask", "volumes", "--version", "ffff").refusal("--version ffff: there is none")
