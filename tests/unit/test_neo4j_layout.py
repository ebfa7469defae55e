"""How a system stands in the graph, without a server: labels, properties, constraints, batches, addresses."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from typing import Any

import pytest

from graph_schema import CareSystem, Quantity, RawRow, RawTable, SettingError, StoreError, assemble, load_schema
from interface.neo4j_access import opened, password_of
from interface.neo4j_branch import branch_of
from loaders import load_sweden
from loaders.neo4j_store import check_address, open_database
from loaders.neo4j_store.connection import _check_agent
from loaders.neo4j_store.layout import (
    BRANCHES,
    KEY,
    REGISTERS,
    VERSION,
    batches_of,
    cells_of,
    constraints,
    label_of,
    properties_of,
    types,
)
from scenarios import library, read_scenario
from tests.command_line import environment
from tests.small_system import EVENT, GIVEN, small_system

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def test_labels_types_and_properties_need_no_quoting_and_do_not_collide() -> None:
    labels = [label_of(spec) for spec in types(relationships=False)]
    assert len({*labels, *BRANCHES, *REGISTERS}) == len(labels) + len(BRANCHES) + len(REGISTERS)
    for spec in load_schema().values():
        assert NAME.fullmatch(spec.name)
        assert all(NAME.fullmatch(column) for column in spec.columns)
        assert not {VERSION, KEY} & set(spec.columns)


def test_every_type_has_a_uniqueness_constraint() -> None:
    rules = " ".join(constraints().values())
    for spec in types(relationships=False):
        assert f"(n:{label_of(spec)}) REQUIRE (n.{VERSION}, n.id) IS UNIQUE" in rules
    for spec in types(relationships=True):
        assert f"[r:{spec.name}]-() REQUIRE (r.{VERSION}, r.{KEY}) IS UNIQUE" in rules


def through_properties(system: CareSystem) -> CareSystem:
    tables: dict[str, RawTable] = {}
    for name, spec in load_schema().items():
        rows = [
            RawRow(i, cells_of(spec, {**properties_of(r), **{e: r.text(e) for e in ("source_id", "target_id")}}))
            for i, r in enumerate(system.rows[name], start=2)
        ]
        tables[name] = RawTable(spec.file, spec.columns, rows)
    return assemble(tables)


def test_properties_give_the_system_back() -> None:
    system = load_sweden()
    assert through_properties(system).content_hash == system.content_hash


def test_properties_are_flat_and_typed() -> None:
    system = small_system()
    provides = properties_of(next(r for r in system.rows["PROVIDES"] if r.flag("permit")))
    assert (provides["valid_from"], provides["permit"]) == (date(2021, 7, 1), True)
    assert "source_id" not in provides
    area = properties_of(system.node("heart"))
    quantity = system.node("heart").quantity("volume")
    assert isinstance(quantity, Quantity)
    assert (area["volume"], area["volume_low"], area["volume_high"]) == (60.0, quantity.low, quantity.high)
    assert (area["volume_unit"], area["volume_grade"], area["volume_source"]) == ("patients/year", "derived", "s_test")
    assert not [v for v in area.values() if isinstance(v, dict | list)]


def test_batches_hold_every_row_once_and_name_types_only() -> None:
    system = small_system()
    batches = batches_of(system, 5)
    assert max(len(b.records) for b in batches) == 5
    assert sorted(id(r) for b in batches for r in b.records) == sorted(id(r) for rs in system.rows.values() for r in rs)
    assert [(b.statement, b.rows()) for b in batches] == [(b.statement, b.rows()) for b in batches_of(system, 5)]
    values = {v for r in system.nodes.values() for v in r.values.values() if isinstance(v, str) and len(v) > 3}
    words = {word for b in batches for word in re.findall(r"\w+", b.statement)}
    assert not values & words - {"source", "volume"}


@pytest.mark.parametrize(
    "uri", ["localhost:7687", "http://localhost", "bolt://", "bolt://neo4j:hush@localhost", "neo4j:hush@localhost"]
)
def test_an_address_is_refused_without_repeating_a_password(uri: str) -> None:
    with pytest.raises(SettingError) as caught:
        check_address(uri)
    assert "hush" not in str(caught.value)


@pytest.mark.parametrize("agent", ["Neo4j/4.4.12", "Neo4j/5.6.0", "Memgraph/2", ""])
def test_an_old_or_other_server_is_refused(agent: str) -> None:
    with pytest.raises(StoreError, match=re.escape(repr(agent))):
        _check_agent(agent, "bolt://x")
    for good in ("Neo4j/5.7.0", "Neo4j/5.26.18", "Neo4j/2025.01.0"):
        _check_agent(good, "bolt://x")


def test_without_the_driver_one_error_names_the_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    with (
        pytest.raises(StoreError, match=r"pip install 'randzon\[neo4j\]'"),
        open_database("bolt://localhost", "neo4j", "hush"),
    ):
        pass


def test_without_the_driver_nobody_is_asked_for_a_password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "neo4j", None)
    monkeypatch.delenv("RANDZON_NEO4J_PASSWORD", raising=False)
    with (
        pytest.raises(StoreError, match=r"pip install 'randzon\[neo4j\]'"),
        opened("bolt://localhost", "neo4j", "neo4j"),
    ):
        pass


def test_the_driver_is_loaded_by_no_other_command() -> None:
    code = "import sys, interface.application; sys.exit('neo4j' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], env=environment(), check=False).returncode == 0


def test_the_password_comes_from_the_environment_or_the_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    class Keyring:
        @staticmethod
        def get_password(service: str, name: str) -> str | None:
            return {"neo4j@bolt://here": "kept"}.get(name) if service == "randzon" else None

    monkeypatch.setitem(sys.modules, "keyring", Keyring)  # type: ignore[arg-type]
    monkeypatch.setattr("importlib.util.find_spec", lambda _: Keyring)
    monkeypatch.setattr("sys.stdin.isatty", lambda: False, raising=False)
    monkeypatch.delenv("RANDZON_NEO4J_PASSWORD", raising=False)
    assert password_of("bolt://here", "neo4j") == "kept"
    with pytest.raises(SettingError, match="RANDZON_NEO4J_PASSWORD"):
        password_of("bolt://there", "neo4j")
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("getpass.getpass", lambda prompt: f"typed at {prompt}")
    assert password_of("bolt://there", "neo4j") == "typed at neo4j@bolt://there: "
    monkeypatch.setenv("RANDZON_NEO4J_PASSWORD", "given")
    assert password_of("bolt://here", "neo4j") == "given"


def changes(toml: str) -> list[tuple[str, str, str, Any]]:
    from scenarios import parse_scenario

    branch = branch_of(parse_scenario(toml.encode("utf-8"), "test"), small_system())
    return sorted((c.type, c.hospital, c.target, c.properties["change"]) for c in branch.changes)


def test_a_scenario_names_the_relationships_that_it_changes() -> None:
    assert changes(GIVEN) == [
        ("PROVIDES_CHANGE", "middle", "heart", "ends"),
        ("PROVIDES_CHANGE", "north", "heart", "ends"),
    ]
    assert changes(EVENT) == [("OPERATES_CHANGE", "middle", "icu", "factor")]


def test_every_ready_scenario_is_a_branch() -> None:
    system = load_sweden()
    for name in library():
        branch = branch_of(read_scenario(name), system)
        assert branch.parts
        assert branch.about["name"] == name
