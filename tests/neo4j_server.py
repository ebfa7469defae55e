"""A real Neo4j server for the tests, and what they look up in it behind our back."""

from __future__ import annotations

import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from loaders.neo4j_store import Database, open_database
from scripts.neo4j_server import Server, ServerProblem

__all__ = ["SETTINGS", "Store", "started_server"]

# No lock after wrong passwords: several tests try them.
SETTINGS = {"dbms.security.auth_max_failed_attempts": "0", "db.tx_log.preallocate": "false"}


@dataclass(frozen=True)
class Store:
    """A running server."""

    server: Server

    @property
    def environment(self) -> dict[str, str]:
        """What a command needs to find it."""
        return {"RANDZON_NEO4J_URI": self.server.uri, "RANDZON_NEO4J_PASSWORD": self.server.password}

    @contextmanager
    def open(self, **options: Any) -> Generator[Database]:
        """The database through our door."""
        given: dict[str, Any] = {
            "uri": self.server.uri, "user": "neo4j", "password": self.server.password, "wait_s": 5.0, **options,
        }  # fmt: skip
        with open_database(**given) as database:
            yield database

    def cypher(self, statement: str, **parameters: Any) -> list[list[Any]]:
        """Run anything, as another program would."""
        import neo4j

        auth = ("neo4j", self.server.password)
        with neo4j.GraphDatabase.driver(self.server.uri, auth=auth, notifications_min_severity="OFF") as driver:
            records, _, _ = driver.execute_query(statement, parameters, database_="neo4j")
            return [list(record.values()) for record in records]

    def empty(self) -> None:
        """Remove everything, also what others left; our own constraints may stay."""
        self.cypher("MATCH (n) DETACH DELETE n")
        for (name,) in self.cypher("SHOW CONSTRAINTS YIELD name WHERE NOT name STARTS WITH 'randzon_' RETURN name"):
            self.cypher(f"DROP CONSTRAINT `{name}`")


@contextmanager
def started_server(home: Path, settings: dict[str, str] | None = None) -> Generator[Store]:
    """A server that is killed at the end; where it cannot be had the test is skipped, which fails in CI."""
    server = Server(home, secrets.token_urlsafe(16), settings={**SETTINGS, **(settings or {})}, throwaway=True)
    try:
        server.start()
    except ServerProblem as problem:
        if os.environ.get("CI"):
            raise
        pytest.skip(str(problem))
    try:
        yield Store(server)
    finally:
        server.kill()
