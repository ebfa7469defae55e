"""Every query of the cookbook, on a real server, against the same answer from networkx and pandas."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from graph_schema import CareSystem
from loaders import load_sweden
from loaders.neo4j_store import Database, push
from loaders.neo4j_store.graph_values import plain_value
from loaders.neo4j_store.recipes import NODE_TYPES, Parameter, Recipe, recipes
from tests.neo4j_server import Store
from tests.reference.cookbook_systems import varied_system
from tests.reference.plain_cookbook import ANSWERS
from tests.reference.plain_lookups import Plain
from tests.small_system import small_system

pytestmark = pytest.mark.reference

CASES = {"sweden": 6}  # parameter values that are tried: the packaged system is large
OTHER_CASES = 14
DAYS = (date(2025, 12, 31), date(2022, 2, 28), date(2019, 1, 1))
NUMBERS = {"criticality": (0.0, 0.3, 0.5), "hours": (1.0, 2.5, 4.0), "margin": (1.2, 1.5), "occupancy": (0.5, 0.9),
           "share": (0.0, 0.7, 1.0), "strength": (0.0, 0.05, 0.3), "most": (1, 2, 3), "hospitals": (1, 2, 7),
           "missing": (0, 1, 3), "at_least": (1, 4, 10), "depth": (1, 2, 3)}  # fmt: skip


@dataclass(frozen=True)
class Pushed:
    """The systems in one database, side by side."""

    database: Database
    systems: dict[str, Plain]


@pytest.fixture(scope="module")
def pushed(neo4j_server: Store) -> Iterator[Pushed]:
    neo4j_server.empty()
    systems: dict[str, CareSystem] = {"small": small_system(), "sweden": load_sweden()}
    systems |= {f"varied_{seed}": varied_system(seed) for seed in (10, 19, 24)}
    with neo4j_server.open() as database:
        for system in systems.values():
            push(database, system, "tests", "0")
        yield Pushed(database, {name: Plain(system) for name, system in systems.items()})


def choice(r: random.Random, plain: Plain, parameter: Parameter) -> Any:
    if parameter.type in NODE_TYPES:
        nodes = plain.all(NODE_TYPES[parameter.type])
        if parameter.type == "hospital":
            nodes = [h for h in nodes if plain.held(h, DAYS[0])] or nodes
        return None if not parameter.required and not parameter.default and r.random() < 0.5 else r.choice(nodes)
    if parameter.type in ("whole", "number"):
        return r.choice(NUMBERS[parameter.name])
    if parameter.type == "date":
        return r.choice(DAYS)
    if parameter.type == "flag":
        return r.random() < 0.5
    if parameter.type == "cluster":
        return r.choice(sorted({plain.get(a, "cluster") for a in plain.all("CareArea")} - {None}) or ["heart"])
    return r.choice(parameter.values[:2])


def cases(recipe: Recipe, name: str, plain: Plain) -> Iterator[dict[str, Any]]:
    r = random.Random(f"{recipe.name} {name}")  # noqa: S311
    for i in range(CASES.get(name, OTHER_CASES)):
        case = {p.name: choice(r, plain, p) for p in recipe.parameters}
        defaults = {p.name: float(p.default) for p in recipe.parameters if p.type == "number" and p.default}
        yield case | ({**defaults, **({"as_of": DAYS[0]} if "as_of" in case else {})} if i < 2 else {})


def approximately(value: Any) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-12) if isinstance(value, float) else value


@pytest.mark.parametrize("name", recipes())
def test_a_query_answers_as_networkx_and_pandas_do(pushed: Pushed, name: str) -> None:
    recipe, answer = recipes()[name], ANSWERS[name]
    filled: dict[str, int] = {}
    for system, plain in pushed.systems.items():
        for case in cases(recipe, system, plain):
            given = {**case, "version": plain.system.content_hash}
            columns, rows, more = pushed.database.scan(recipe.cypher, given, 100_000, 60)
            assert columns == [column.name for column in recipe.columns]
            assert not more
            found = [dict(zip(columns, map(plain_value, row), strict=True)) for row in rows]
            wanted = [{key: approximately(value) for key, value in row.items()} for row in answer(plain, **case)]
            assert found == wanted, f"{system} {case}"
            filled[system] = filled.get(system, 0) + bool(found)
    assert filled["sweden"], "no case has an answer on the packaged system"
    assert any(filled[system] for system in filled if system.startswith("varied"))


def test_every_query_has_a_plain_answer() -> None:
    assert list(ANSWERS) == list(recipes())
