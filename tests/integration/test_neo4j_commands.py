"""The commands on a real Neo4j server: push, versions, pull, branch, run from it, prune."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders import read_dataset, write_dataset
from tests.command_line import Server, Shell
from tests.neo4j_server import Store
from tests.small_system import CONCENTRATE, EVENT, GIVEN, small_system

FOREIGN = "CREATE (:Hospital {id: 'middle', name: 'of others'})-[:PROVIDES {x: 1}]->(:Note {text: 'mine'})"
OTHERS = "MATCH (h:Hospital {name: 'of others'})-[r:PROVIDES {x: 1}]->(n:Note) RETURN properties(h), properties(n)"
COMPARE = """
MATCH (a:RandzonScenario {name: 'two_units'})<-[:RESULT_OF]-(:RandzonResult)-[:HAS_EFFECT]->(e:RandzonEffect)
MATCH (b:RandzonScenario {name: 'south_alone'})<-[:RESULT_OF]-(:RandzonResult)-[:HAS_EFFECT]->(f:RandzonEffect)
WHERE f.entity = e.entity AND f.measure = e.measure AND f.year = e.year AND f.reading = e.reading
  AND f.statistic = e.statistic
RETURN e.entity, e.measure, f.effect - e.effect
"""


@pytest.fixture
def neo(tmp_path: Path, small_dataset: Path, server: Server, neo4j_store: Store) -> Shell:
    """A shell that knows the emptied database."""
    shell = Shell(tmp_path, small_dataset, server, neo4j_store.environment)
    for name, content in {"two_units": CONCENTRATE, "south_alone": GIVEN, "summer": EVENT}.items():
        shell.write(f"{name}.toml", content)
    return shell


def test_a_system_goes_there_and_back(neo: Shell, neo4j_store: Store, small_dataset: Path) -> None:
    neo4j_store.cypher(FOREIGN)
    before = neo4j_store.cypher(OTHERS)
    assert "Databasen innehåller inget system" in neo("neo4j", "versions").out
    first = neo("neo4j", "push", small=True)
    assert (first.code, first.err) == (0, "")
    assert "är inlagd och gäller nu" in first.out
    assert "fanns redan" in neo("neo4j", "push", small=True).out
    version = neo("neo4j", "versions", "--format", "json").json("neo4j-versions")["versions"]
    expected = small_system().content_hash
    assert [(v["version"], v["status"], v["name"]) for v in version] == [(expected, "current", "Trelandet")]
    assert expected[:12] in neo("neo4j", "versions").out
    assert neo("neo4j", "versions", "--format", "csv").csv()[0]["version"] == expected
    pulled = neo("neo4j", "pull", "--out", "back", "--lang", "en")
    assert "agrees with its hash" in pulled.out
    assert read_dataset(neo.folder / "back").content_hash == read_dataset(small_dataset).content_hash
    neo("neo4j", "pull", "--out", "back").refusal("choose another path")
    assert neo4j_store.cypher(OTHERS) == before


def test_a_run_from_the_database_is_bit_identical(neo: Shell) -> None:
    neo("neo4j", "push", small=True)
    options = ("--draws", "20", "--years", "2", "--format", "json")
    files = neo("run", "two_units.toml", *options, small=True)
    assert neo("run", "two_units.toml", *options, "--from", "neo4j").out == files.out
    short = small_system().content_hash[:8]
    assert neo("run", "two_units.toml", *options, "--from", f"neo4j:{short}").out == files.out
    assert "är inlagt vid sidan av" in neo("neo4j", "branch", "two_units.toml").out
    (neo.folder / "two_units.toml").unlink()
    assert neo("run", "two_units", *options, "--from", "neo4j").out == files.out
    neo("run", "three_units", "--from", "neo4j").refusal("has no scenario three_units; it has: two_units")
    neo("run", "hocm", "--from", "neo4j", small=True).refusal("--dataset and --from")
    neo("run", "hocm", "--from", "oracle").refusal("--from oracle: write neo4j")


def test_scenarios_and_results_stand_beside_an_untouched_version(neo: Shell, neo4j_store: Store) -> None:
    neo("neo4j", "push", small=True)
    rows = "MATCH (n:Randzon) OPTIONAL MATCH (n)-[r]->(:Randzon) WHERE NOT type(r) ENDS WITH '_CHANGE' " \
           "RETURN properties(n), properties(r)"  # fmt: skip
    before = sorted(map(str, neo4j_store.cypher(rows)))
    for name in ("two_units", "south_alone"):
        neo.run("--out", f"{name}.nc", scenario=f"{name}.toml")
        assert "effekter" in neo("neo4j", "branch", f"{name}.nc").out
        assert "fanns redan" in neo("neo4j", "branch", f"{name}.nc").out
    assert "är inlagt" in neo("neo4j", "branch", "summer.toml").out
    assert "fanns redan" in neo("neo4j", "branch", "summer.toml").out
    assert sorted(map(str, neo4j_store.cypher(rows))) == before
    version = neo("neo4j", "versions", "--format", "json").json("neo4j-versions")["versions"][0]
    assert version["scenarios"] == ["south_alone", "summer", "two_units"]
    compared = neo4j_store.cypher(COMPARE)
    assert {"north", "middle", "south", "national"} <= {row[0] for row in compared}
    assert any(abs(row[2] or 0) > 0 for row in compared)
    ends = "MATCH (h)-[c:PROVIDES_CHANGE {scenario: 'south_alone'}]->(a) RETURN h.id, a.id, c.change ORDER BY h.id"
    assert neo4j_store.cypher(ends) == [["middle", "heart", "ends"], ["north", "heart", "ends"]]
    factor = "MATCH (:Hospital {id: 'middle'})-[c:OPERATES_CHANGE]->({id: 'icu'}) RETURN c.factor, c.factor_low"
    assert neo4j_store.cypher(factor) == [[0.5, 0.4]]
    named = "MATCH (:RandzonScenario {name: 'summer'})-[:HAS_PART]->(p)-[n:NAMES]->(x) RETURN p.kind, n.role, x.id"
    assert sorted(neo4j_store.cypher(named)) == [["capacity", "hospital", "middle"], ["capacity", "resource", "icu"]]


def test_a_result_without_its_system_is_refused(neo: Shell) -> None:
    neo("neo4j", "push", small=True)
    neo.run("--out", "changed.nc", "--set", "route_share=0.9")
    neo("neo4j", "branch", "changed.nc").refusal("changed.nc", "--set", "push that first")
    neo("neo4j", "branch", "two_units.nc").refusal("two_units.nc")


def test_old_versions_stay_until_they_are_pruned(neo: Shell, neo4j_store: Store) -> None:
    for number in "123":
        write_dataset(small_system(version=number), neo.folder / number)
        assert neo("neo4j", "push", "--dataset", number).code == 0
    listed = neo("neo4j", "versions", "--format", "json").json("neo4j-versions")["versions"]
    assert [(v["dataset_version"], v["status"]) for v in listed] == [("3", "current"), ("2", "old"), ("1", "old")]
    oldest = listed[-1]["version"]
    neo("neo4j", "pull", "--out", "old", "--version", oldest[:6])
    assert read_dataset(neo.folder / "old").content_hash == oldest
    neo("neo4j", "push", "--dataset", "1")
    assert neo4j_store.cypher("MATCH (v:RandzonVersion {current: true}) RETURN v.dataset_version") == [["1"]]
    neo("neo4j", "prune").refusal("--keep N")
    assert "inget att ta bort" in neo("neo4j", "prune", "--keep", "3").out
    neo("neo4j", "prune", "--keep", "0").refusal("at least 1")
    neo4j_store.cypher("MATCH (h:Hospital {id: 'north'}) CREATE (:Note)-[:ABOUT]->(h)")
    neo("neo4j", "prune", "--keep", "1").refusal("of others are tied", "nothing was removed")
    done = neo("neo4j", "prune", "--keep", "1", "--force")
    assert done.out.count("är borttagen") == 2
    left = neo4j_store.cypher("MATCH (n) WHERE n.randzon_version IS NOT NULL RETURN DISTINCT n.randzon_version")
    assert left == [[oldest]]
    assert neo4j_store.cypher("MATCH (n:Note) RETURN count(n)") == [[3]]
    neo("neo4j", "pull", "--out", "left")
    assert read_dataset(neo.folder / "left").content_hash == oldest


def test_versions_that_are_not_there(neo: Shell) -> None:
    neo("neo4j", "pull", "--out", "x").refusal("holds no system", "randzon neo4j push")
    neo("neo4j", "push", small=True)
    neo("neo4j", "pull", "--out", "x", "--version", "0000").refusal("there are " + small_system().content_hash[:12])
    neo("neo4j", "pull", "--out", "x", "--version", "'} //").refusal("hexadecimal")
    assert "x" not in neo.files()
