"""The versions in a database: which there are, which one is meant, and removing old ones."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from graph_schema import SettingError, StoreError, UnknownNode
from loaders.neo4j_store.connection import Database, Transaction
from loaders.neo4j_store.layout import BRANCHES, KEY, LAYOUT, OURS, VERSION, constraints, label_of, types

__all__ = ["Version", "find_version", "list_versions", "lock_store", "prepare", "prune"]

Progress = Callable[[int, int], None]
ROWS = 2000  # deleted in one transaction
SHORT = 12

VERSIONS = f"""
MATCH (n) WHERE n:RandzonVersion OR n:RandzonPush
OPTIONAL MATCH (s:RandzonScenario) WHERE s.{VERSION} = n.{VERSION} AND s.{KEY} IS NOT NULL
WITH n, collect(s.name) AS scenarios
RETURN properties(n) AS properties, n:RandzonVersion AS complete, scenarios ORDER BY n.pushed_at DESC
"""
OTHERS = f"""
MATCH (n:{OURS}) WHERE n.{VERSION} = $version
MATCH (n)-[r]-() WHERE r.{VERSION} IS NULL RETURN count(r) AS found
"""
HIDE = f"""
MATCH (v:RandzonVersion {{{VERSION}: $version}})
REMOVE v:RandzonVersion SET v:RandzonPush, v.current = false, v.pruning = true
"""
NEWEST = """
MATCH (v:RandzonVersion) WITH v ORDER BY v.pushed_at DESC
WITH collect(v) AS found UNWIND range(0, size(found) - 1) AS i
WITH found[i] AS v, i SET v.current = (i = 0)
"""


@dataclass(frozen=True)
class Version:
    """A system in the database, or one that is being pushed or removed.

    Attributes
    ----------
    version
        Hash of its content.
    complete
        Whether it may be used.
    current
        Whether it is the one that was pushed last.
    done, batches
        How far an unfinished push came.
    scenarios
        Names of the scenarios that branch from it.
    """

    version: str
    complete: bool
    current: bool
    pruning: bool
    name: str
    dataset_version: str
    as_of: str
    pushed_at: datetime | None
    pushed_by: str
    code_version: str
    nodes: int
    relationships: int
    done: int
    batches: int
    scenarios: tuple[str, ...]

    @property
    def short(self) -> str:
        """The beginning of the hash, enough to name it."""
        return self.version[:SHORT]


def _version(row: dict[str, Any]) -> Version:
    stored = row["properties"]
    return Version(
        version=stored[VERSION],
        complete=row["complete"],
        current=bool(row["complete"] and stored.get("current")),
        pruning=bool(stored.get("pruning")),
        name=str(stored.get("name", "")),
        dataset_version=str(stored.get("dataset_version", "")),
        as_of=str(stored.get("as_of", "")),
        pushed_at=stored.get("pushed_at"),
        pushed_by=str(stored.get("pushed_by", "")),
        code_version=str(stored.get("code_version", "")),
        nodes=int(stored.get("nodes", 0)),
        relationships=int(stored.get("relationships", 0)),
        done=int(stored.get("done", 0)),
        batches=int(stored.get("batches", 0)),
        scenarios=tuple(sorted(row["scenarios"])),
    )


def list_versions(database: Database) -> list[Version]:
    """Return every version, finished or not, the one pushed last first.

    Raises
    ------
    StoreError
        If the database cannot be read, or another program version laid it out.
    """
    check_layout(database.read("MATCH (s:RandzonStore) RETURN s.layout AS layout"))
    return [_version(row) for row in database.read(VERSIONS)]


def check_layout(rows: list[dict[str, Any]]) -> None:
    """Raise StoreError where the database holds another layout than ours."""
    found = {row["layout"] for row in rows}
    if found - {LAYOUT}:
        raise StoreError(
            f"the database holds layout {', '.join(map(str, found))} of randzon, this program knows {LAYOUT}: use the "
            "program version that wrote it, or another database"
        )


def find_version(database: Database, wanted: str | None = None) -> Version:
    """Return a finished version: the current one, or that whose hash begins with `wanted`.

    Raises
    ------
    SettingError
        If `wanted` is no beginning of a hash, or of several.
    UnknownNode
        If there is no such version; says what there is.
    """
    if wanted is not None and not re.fullmatch(r"[0-9a-f]{4,64}", wanted):
        raise SettingError(f"--version {wanted}: write at least four of the hexadecimal digits of its hash")
    versions = list_versions(database)
    complete = [v for v in versions if v.complete]
    found = [v for v in complete if (v.current if wanted is None else v.version.startswith(wanted))]
    if len(found) == 1:
        return found[0]
    if found and wanted is not None:
        raise SettingError(f"--version {wanted}: several begin so: {', '.join(v.version for v in found)}")
    if not complete:
        half = " (a push is not finished: repeat it)" if versions else ""
        raise UnknownNode(f"the database holds no system{half}: 'randzon neo4j push' writes one")
    if any(v.version.startswith(wanted or "") for v in versions):
        raise UnknownNode(f"--version {wanted}: its push is not finished; repeat the push")
    raise UnknownNode(f"--version {wanted}: there is none; there are {', '.join(v.short for v in complete)}")


def _foreign_rules(database: Database) -> list[str]:
    """Constraints of others on labels or types that we use: they could refuse our rows."""
    rows = database.read("SHOW CONSTRAINTS YIELD name, type, labelsOrTypes, properties")
    ours = constraints()
    used = {label_of(s) for s in types(relationships=False)} | {s.name for s in types(relationships=True)}
    return [
        f"{row['name']} on {', '.join(row['labelsOrTypes'])} ({', '.join(row['properties'])})"
        for row in rows
        if row["name"] not in ours and used & set(row["labelsOrTypes"]) and VERSION not in row["properties"]
    ]


def prepare(database: Database) -> None:
    """Make the constraints that are missing; nothing where another's would refuse our rows.

    Raises
    ------
    StoreError
        If others have constraints on the same labels or types; names them.
    """
    foreign = _foreign_rules(database)
    if foreign:
        raise StoreError(
            f"the database at {database.uri} has rules of others on our labels: {'; '.join(foreign)}. Use another "
            "server or database, or drop them; nothing was written"
        )
    there = {row["name"] for row in database.read("SHOW CONSTRAINTS YIELD name")}
    for name, rule in constraints().items():
        if name not in there:
            statement = f"CREATE CONSTRAINT {name} IF NOT EXISTS {rule}"
            database.write(lambda tx, statement=statement: tx.run(statement))


def lock_store(transaction: Transaction) -> None:
    """Let no other transaction change the versions until this one ends.

    Raises
    ------
    StoreError
        If another program version laid the database out.
    """
    statement = (
        "MERGE (s:RandzonStore {id: 'randzon'}) ON CREATE SET s.layout = $layout SET s.locked_at = datetime() "
        "RETURN s.layout AS layout"
    )
    check_layout(transaction.run(statement, layout=LAYOUT))


def _hide(version: str) -> Callable[[Transaction], None]:
    def work(transaction: Transaction) -> None:
        lock_store(transaction)
        transaction.run(HIDE, version=version)
        transaction.run(NEWEST)

    return work


def _deletions() -> list[str]:
    """Statements that each delete up to ``$rows`` things of ``$version`` and return how many went."""
    nodes = [(label, KEY) for label in BRANCHES[::-1]] + [(label_of(s), "id") for s in types(relationships=False)]
    return [
        *(
            f"MATCH ()-[r:{spec.name}]->() WHERE r.{VERSION} = $version AND r.{KEY} IS NOT NULL "
            "WITH r LIMIT $rows DELETE r RETURN count(*) AS gone"
            for spec in types(relationships=True)
        ),
        *(
            f"MATCH (n:{label}) WHERE n.{VERSION} = $version AND n.{name} IS NOT NULL "
            "WITH n LIMIT $rows DETACH DELETE n RETURN count(*) AS gone"
            for label, name in nodes
        ),
    ]


def prune(database: Database, version: Version, progress: Progress | None = None, *, force: bool = False) -> None:
    """Remove a version, its scenarios and their results; it is hidden at once, and the work may be repeated.

    Parameters
    ----------
    version
        Of `list_versions`; finished or not.
    progress
        Called with (nodes and relationships gone, in all).
    force
        Also where others have tied relationships of their own to its nodes; these go too.

    Raises
    ------
    StoreError
        If others have tied relationships to it and `force` is not given; nothing is removed.
    """
    tied = database.read(OTHERS, version=version.version)[0]["found"]
    if tied and not force:
        raise StoreError(
            f"{tied} relationship(s) of others are tied to version {version.short}: remove them, or give --force to "
            "have them go too; nothing was removed"
        )
    if version.complete:
        database.write(_hide(version.version))
    gone, total = 0, version.nodes + version.relationships
    for statement in _deletions():
        while True:
            row = database.write(lambda tx, s=statement: tx.one(s, version=version.version, rows=ROWS))
            count = row["gone"] if row else 0
            gone += count
            if progress is not None:
                progress(min(gone, total), total)
            if count < ROWS:
                break
    database.write(lambda tx: tx.run(f"MATCH (p:RandzonPush {{{VERSION}: $version}}) DETACH DELETE p",
                                     version=version.version))  # fmt: skip
