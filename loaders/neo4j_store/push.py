"""A care system into the database: in batches, each wholly or not at all, visible only when all are there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from graph_schema import SCHEMA_VERSION, CareSystem, StoreError
from loaders.neo4j_store.connection import Database, Transaction
from loaders.neo4j_store.layout import LAYOUT, VERSION, Batch, batches_of, types
from loaders.neo4j_store.versions import NEWEST, lock_store, prepare
from loaders.portable import system_from_mapping, system_to_mapping

__all__ = ["Pushed", "push"]

Progress = Callable[[int, int], None]
ROWS = 1000  # in a batch
UNDER_WAY = f"MATCH (p:RandzonPush {{{VERSION}: $version}})"
THERE = f"""
MATCH (v:RandzonVersion {{{VERSION}: $version}}) SET v.pushed_at = datetime(), v.pushed_by = $who,
v.code_version = $code RETURN v.{VERSION} AS found
"""
BEGIN = f"""
MERGE (p:RandzonPush {{{VERSION}: $version}})
ON CREATE SET p += $about, p.first_pushed_at = datetime(), p.done = 0, p.batches = $batches, p.rows = $rows
SET p.pushed_at = datetime(), p.pushed_by = $who, p.code_version = $code
RETURN p.done AS done, p.batches AS batches, p.rows AS rows, p.layout AS layout, p.pruning AS pruning
"""
FINISH = f"""
{UNDER_WAY} WHERE p.done = p.batches
REMOVE p:RandzonPush, p.done, p.batches, p.rows SET p:RandzonVersion, p.pushed_at = datetime()
RETURN p.{VERSION} AS found
"""


@dataclass(frozen=True)
class Pushed:
    """What a push did.

    Attributes
    ----------
    version
        The hash under which the system stands.
    outcome
        ``new``; ``resumed`` (an earlier push had begun it); ``there`` (it stood there already and is current now).
    nodes, relationships
        In the version.
    """

    version: str
    outcome: Literal["new", "resumed", "there"]
    nodes: int
    relationships: int


def _check_storable(system: CareSystem) -> None:
    """Refuse a system, changed by hand, that would not come back as it is."""
    if system_from_mapping(system_to_mapping(system)).content_hash != system.content_hash:
        raise StoreError("the system holds values that the schema does not keep: make it with graph_schema.assemble")


def _about(system: CareSystem, counts: tuple[int, int]) -> dict[str, Any]:
    settings = system.settings
    return {
        "layout": LAYOUT,
        "schema_version": SCHEMA_VERSION,
        "name": settings.get("name", ""),
        "dataset_version": settings.get("version", ""),
        "as_of": settings.get("as_of", ""),
        "nodes": counts[0],
        "relationships": counts[1],
    }


class _Push:
    """One push: its transactions, each of which may be repeated."""

    def __init__(self, database: Database, system: CareSystem, who: str, code: str) -> None:
        self.database, self.system, self.who, self.code = database, system, who, code
        self.version = system.content_hash
        nodes, relationships = (
            sum(len(system.rows[spec.name]) for spec in types(relationships=kind)) for kind in (False, True)
        )
        self.counts = nodes, relationships

    def begin(self, transaction: Transaction, batches: int) -> dict[str, Any] | None:
        """Claim the version; None where it stands there already."""
        lock_store(transaction)
        given: dict[str, Any] = {"version": self.version, "who": self.who, "code": self.code}
        if transaction.one(THERE, **given) is not None:
            transaction.run(NEWEST)
            return None
        about = _about(self.system, self.counts)
        return transaction.one(BEGIN, about=about, batches=batches, rows=ROWS, **given)

    def write(self, transaction: Transaction, number: int, batch: Batch) -> int:
        """Write a batch unless it is there; return how many are there now."""
        transaction.run(f"{UNDER_WAY} SET p.pushed_at = datetime()", version=self.version)  # locks out the like
        state = transaction.one(f"{UNDER_WAY} RETURN p.done AS done, p.pruning AS pruning", version=self.version)
        if state is None or state["pruning"]:
            there = transaction.one(f"MATCH (v:RandzonVersion {{{VERSION}: $version}}) RETURN v.nodes AS nodes",
                                    version=self.version)  # fmt: skip
            if there is None:
                raise StoreError("the version was removed while it was being pushed")
            return number + 1  # another push of the same content was quicker
        if state["done"] > number:
            return int(state["done"])
        made = transaction.one(batch.statement, version=self.version, rows=batch.rows())
        if made is None or made["made"] != len(batch.records):
            raise StoreError(
                "the half-finished push was changed by hand: remove it with 'randzon neo4j prune --unfinished'"
            )
        transaction.run(f"{UNDER_WAY} SET p.done = $done", version=self.version, done=number + 1)
        return number + 1

    def finish(self, transaction: Transaction) -> None:
        """Make the version visible and current, in one step."""
        lock_store(transaction)
        found = transaction.one(FINISH, version=self.version)
        if found is None and transaction.one(THERE, version=self.version, who=self.who, code=self.code) is None:
            raise StoreError("the version was removed while it was being pushed")
        transaction.run(NEWEST)


def push(
    database: Database, system: CareSystem, who: str, code_version: str, progress: Progress | None = None
) -> Pushed:
    """Write a system as a version and make it the current one; what an earlier push wrote is not written again.

    Parameters
    ----------
    database
        Of `open_database`.
    system
        A validated system.
    who, code_version
        Kept with the version.
    progress
        Called with (batches written, in all).

    Returns
    -------
    Pushed
        The version and what was done.

    Raises
    ------
    StoreError
        If the database refuses or goes away; what is written so far stays hidden, and the same call goes on.
    """
    _check_storable(system)
    prepare(database)
    this = _Push(database, system, who, code_version)
    batches = batches_of(system, ROWS)
    state = database.write(lambda tx: this.begin(tx, len(batches)))
    if state is None:
        return Pushed(this.version, "there", *this.counts)
    if state["pruning"]:
        raise StoreError("this version is half removed: finish with 'randzon neo4j prune --unfinished', then push")
    if (state["rows"], state["layout"]) != (ROWS, LAYOUT):
        batches = batches_of(system, int(state["rows"]))
    if (state["batches"], state["layout"]) != (len(batches), LAYOUT):
        raise StoreError(
            "another program version began this push: remove it with 'randzon neo4j prune --unfinished' and push again"
        )
    resumed = int(state["done"])
    try:
        _write(this, batches, resumed, progress)
    except StoreError as error:
        raise StoreError(f"{error}. What is not finished stays hidden; the same command goes on from there") from error
    return Pushed(this.version, "resumed" if resumed else "new", *this.counts)


def _write(this: _Push, batches: list[Batch], done: int, progress: Progress | None) -> None:
    """Write the batches from a number on, then make the version visible."""
    while done < len(batches):
        if progress is not None:
            progress(done, len(batches))
        number, batch = done, batches[done]
        done = this.database.write(lambda tx, number=number, batch=batch: this.write(tx, number, batch))
    if progress is not None:
        progress(len(batches), len(batches))
    this.database.write(this.finish)
