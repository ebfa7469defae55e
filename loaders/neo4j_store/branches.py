"""Scenarios beside a version, as overlays that change nothing of it, and the summaries of their results.

A scenario comes as plain tables (`Branch`), a result as its manifest and rows; both are written whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, cast

from graph_schema import StoreError, UnknownNode, canonical_json
from loaders.neo4j_store.connection import Database, Transaction
from loaders.neo4j_store.layout import CHANGES, KEY, VERSION, key_of
from loaders.neo4j_store.versions import Version

__all__ = ["Branch", "Change", "Part", "find_branch", "flat", "push_branch", "push_result"]

ROLES: Mapping[str, str] = {
    "area": "CareArea",
    "with_area": "CareArea",
    "hospital": "Hospital",
    "hospitals": "Hospital",
    "from_hospital": "Hospital",
    "to_hospital": "Hospital",
    "resource": "Resource",
    "competence": "Competence",
    "region": "Region",
}
ENDS: Mapping[str, tuple[str, str]] = {
    "PROVIDES_CHANGE": ("Hospital", "CareArea"),
    "OPERATES_CHANGE": ("Hospital", "Resource"),
    "STAFFS_CHANGE": ("Hospital", "Competence"),
}
QUANTITY = ("low", "high", "unit", "grade", "source")
FIND = f"MATCH (s:RandzonScenario {{{VERSION}: $version, {KEY}: $key}}) RETURN s.name AS name"
CREATE = f"""
MATCH (v:RandzonVersion {{{VERSION}: $version}})
CREATE (s:RandzonScenario)-[:BRANCHES_FROM {{{VERSION}: $version}}]->(v)
SET s = $about, s.{VERSION} = $version, s.{KEY} = $key, s.pushed_at = datetime() RETURN s.name AS name
"""
PARTS = f"""
UNWIND $rows AS row MATCH (s:RandzonScenario {{{VERSION}: $version, {KEY}: $key}})
CREATE (s)-[:HAS_PART {{{VERSION}: $version}}]->(p:RandzonPart) SET p = row, p.{VERSION} = $version
RETURN count(p) AS made
"""
RESULT = f"""
MATCH (s:RandzonScenario {{{VERSION}: $version, {KEY}: $scenario}})
MERGE (r:RandzonResult {{{VERSION}: $version, {KEY}: $key}})
ON CREATE SET r += $about, r.pushed_at = datetime(), r.fresh = true
WITH s, r, r.fresh AS fresh REMOVE r.fresh
MERGE (r)-[l:RESULT_OF]->(s) ON CREATE SET l.{VERSION} = $version RETURN fresh
"""
EFFECTS = f"""
UNWIND $rows AS row MATCH (r:RandzonResult {{{VERSION}: $version, {KEY}: $key}})
CREATE (r)-[:HAS_EFFECT {{{VERSION}: $version}}]->(e:RandzonEffect) SET e = row, e.{VERSION} = $version
RETURN count(e) AS made
"""
NEWEST = f"""
MATCH (s:RandzonScenario) WHERE s.{VERSION} = $version AND s.{KEY} IS NOT NULL AND s.name = $name
RETURN s.content AS content ORDER BY s.pushed_at DESC LIMIT 1
"""


@dataclass(frozen=True)
class Part:
    """A decision or an event as plain content: its place (``decisions[1]``) and its properties."""

    place: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Change:
    """A relationship that the scenario changes: ``PROVIDES_CHANGE``, ``OPERATES_CHANGE`` or ``STAFFS_CHANGE``."""

    type: Literal["PROVIDES_CHANGE", "OPERATES_CHANGE", "STAFFS_CHANGE"]
    hospital: str
    target: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Branch:
    """A scenario as plain tables.

    Attributes
    ----------
    about
        Name, titles, descriptions.
    content
        The whole scenario as plain mappings, from which it can be made again.
    """

    scenario_hash: str
    about: Mapping[str, Any]
    content: Mapping[str, Any]
    parts: Sequence[Part] = field(default_factory=tuple[Part])
    changes: Sequence[Change] = field(default_factory=tuple[Change])

    @property
    def key(self) -> str:
        """Its key in the graph."""
        return key_of(self.scenario_hash)


def flat(properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return properties as the graph keeps them: a quantity as six, days as dates, nothing nested, nothing absent.

    Examples
    --------
    >>> flat({"units": 2, "date": None, "share": {"value": 0.5, "low": 0.4, "high": 0.6, "unit": "1"}})
    {'units': 2, 'share': 0.5, 'share_low': 0.4, 'share_high': 0.6, 'share_unit': '1'}
    """
    found: dict[str, Any] = {}
    for name, value in properties.items():
        if isinstance(value, Mapping):
            stated = cast(Mapping[str, Any], value)
            if "value" in stated:
                found[name] = stated["value"]
            found.update({f"{name}_{part}": stated[part] for part in QUANTITY if part in stated})
        elif isinstance(value, list | tuple):
            texts = [item for item in cast(Sequence[Any], value) if isinstance(item, str)]
            found[name] = texts
        elif isinstance(value, str) and (name == "date" or name.startswith("date_")):
            found[name] = date.fromisoformat(value)
        elif value is not None:
            found[name] = value
    return found


def _named(part: Part) -> list[tuple[str, str]]:
    """(role, node) of what a part names."""
    found: list[tuple[str, str]] = []
    for role in ROLES:
        value = part.properties.get(role)
        nodes = cast(Sequence[Any], value) if isinstance(value, list | tuple) else [value]
        found.extend((role, str(node)) for node in nodes if node is not None)
    return found


def _create(transaction: Transaction, version: str, branch: Branch) -> None:
    rows = [{**flat(p.properties), "place": p.place, KEY: key_of(branch.scenario_hash, p.place)} for p in branch.parts]
    transaction.run(PARTS, version=version, key=branch.key, rows=rows)
    for role, label in ROLES.items():
        named = [
            {"part": key_of(branch.scenario_hash, part.place), "node": node}
            for part in branch.parts
            for name, node in _named(part)
            if name == role
        ]
        transaction.run(
            f"UNWIND $rows AS row MATCH (p:RandzonPart {{{VERSION}: $version, {KEY}: row.part}}) "
            f"MATCH (n:{label} {{{VERSION}: $version, id: row.node}}) "
            f"CREATE (p)-[:NAMES {{{VERSION}: $version, role: $role}}]->(n)",
            version=version, role=role, rows=named,
        )  # fmt: skip
    for name in CHANGES:
        source, target = ENDS[name]
        changes = [
            {
                "hospital": change.hospital,
                "target": change.target,
                "properties": {**flat(change.properties), KEY: key_of(branch.scenario_hash, name, str(number)),
                               "scenario": branch.about["name"], "scenario_hash": branch.scenario_hash},
            }
            for number, change in enumerate(branch.changes)
            if change.type == name
        ]  # fmt: skip
        transaction.run(
            f"UNWIND $rows AS row MATCH (h:{source} {{{VERSION}: $version, id: row.hospital}}) "
            f"MATCH (t:{target} {{{VERSION}: $version, id: row.target}}) "
            f"CREATE (h)-[r:{name}]->(t) SET r = row.properties, r.{VERSION} = $version",
            version=version, rows=changes,
        )  # fmt: skip


def push_branch(database: Database, version: Version, branch: Branch, who: str) -> bool:
    """Store a scenario beside a version; False where it is there already.

    Raises
    ------
    StoreError
        If the version is gone, or the database refuses; then nothing of the scenario is there.
    """
    about = {
        **flat(branch.about),
        "scenario_hash": branch.scenario_hash,
        "content": canonical_json(branch.content),
        "pushed_by": who,
    }

    def work(transaction: Transaction) -> bool:
        if transaction.one(FIND, version=version.version, key=branch.key) is not None:
            return False
        if transaction.one(CREATE, version=version.version, key=branch.key, about=about) is None:
            raise StoreError(f"version {version.short} is gone: somebody removed it")
        _create(transaction, version.version, branch)
        return True

    return database.write(work)


def push_result(
    database: Database,
    version: Version,
    branch: Branch,
    manifest: Mapping[str, Any],
    effects: Sequence[Mapping[str, Any]],
) -> bool:
    """Store the summary of a result beside its scenario; False where it is there already.

    Parameters
    ----------
    version, branch
        Where the scenario stands; it is stored already.
    manifest
        Of the result; with the same manifest it is the same result.
    effects
        Rows of one year or more: scalars, and lists of ids.

    Raises
    ------
    StoreError
        If the scenario is gone, or the database refuses; then nothing of the result is there.
    """
    dataset = {f"dataset_{name}": value for name, value in manifest.get("dataset", {}).items()}
    about = {**{k: v for k, v in flat(manifest).items() if not isinstance(v, list)}, **dataset}
    key = key_of(branch.scenario_hash, canonical_json(manifest))
    rows: list[dict[str, Any]] = []
    for number, effect in enumerate(effects):
        place = effect.get("hospital") or effect.get("region") or "national"
        rows.append({**flat(effect), "entity": place, KEY: key_of(key, str(number))})

    def work(transaction: Transaction) -> bool:
        given = {"version": version.version, "key": key}
        state = transaction.one(RESULT, scenario=branch.key, about=about, **given)
        if state is None:
            raise StoreError(f"scenario {branch.about['name']} is gone: somebody removed it")
        if not state["fresh"]:
            return False
        transaction.run(EFFECTS, rows=rows, **given)
        for role in ("hospital", "region"):
            transaction.run(
                f"MATCH (r:RandzonResult {{{VERSION}: $version, {KEY}: $key}})-[:HAS_EFFECT]->(e:RandzonEffect) "
                f"MATCH (n:{ROLES[role]} {{{VERSION}: $version, id: e.{role}}}) "
                f"CREATE (e)-[:ON {{{VERSION}: $version}}]->(n)",
                **given,
            )
        return True

    return database.write(work)


def find_branch(database: Database, version: Version, name: str) -> dict[str, Any]:
    """Return the content of the scenario of a name that was stored last beside a version.

    Raises
    ------
    UnknownNode
        If there is none; says which there are.
    """
    rows = database.read(NEWEST, version=version.version, name=name)
    if not rows:
        there = ", ".join(version.scenarios) or "none"
        raise UnknownNode(f"version {version.short} has no scenario {name}; it has: {there}")
    return json.loads(rows[0]["content"])
