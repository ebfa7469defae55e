"""Run the array kernel and the plain loop on the same draws and compare every number."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from graph_schema import CareSystem, to_networkx
from impact.measures import load_measures
from impact.model.block import Block, prepare
from impact.model.path import YearOutcome, follow, opening_state, state_without_decisions
from impact.model.structure import Structure, compile_structure
from impact.questions.recording import entities, measured
from tests.reference.plain_measures import measures, national_first
from tests.reference.plain_model import PlainModel, Year

__all__ = ["compare", "disagreements"]

DRAWS = 2
RELATIVE = 1e-9


class Differences:
    def __init__(self) -> None:
        self.found: list[str] = []
        self.compared = 0

    def check(self, where: str, kernel: float, plain: float, scale: float = 1.0) -> None:
        self.compared += 1
        if math.isnan(kernel) and math.isnan(plain):
            return
        limit = RELATIVE * max(abs(kernel), abs(plain), scale)
        if not abs(kernel - plain) <= limit:
            self.found.append(f"{where}: kernel {kernel!r}, plain {plain!r}")


def _members(structure: Structure, rng: np.random.Generator) -> tuple[Any, ...]:
    found: list[Any] = []
    for unknown in structure.unknowns:
        members = np.zeros((len(unknown.hospitals), DRAWS), dtype=np.bool_)
        for n in range(DRAWS):
            members[rng.choice(len(unknown.hospitals), unknown.units, replace=False), n] = True
        found.append(members)
    return tuple(found)


def _named(structure: Structure) -> dict[str, list[tuple[str, str]]]:
    h, activity, deps = structure.places.hospitals, structure.activity, structure.dependencies
    pairs = [(h[p], activity.areas[a]) for p, a in zip(activity.pair_hospital, activity.pair_area, strict=True)]
    functions = [(h[p], deps.functions[f]) for p, f in
                 zip(deps.performed_hospital, deps.performed_function, strict=True)]  # fmt: skip
    skills = structure.competences
    levels = [(h[p], skills.competences[c]) for p, c in
              zip(skills.level_hospital, skills.level_competence, strict=True)]  # fmt: skip
    return {"pairs": pairs, "nodes": pairs + functions, "levels": levels}


def _year(
    diff: Differences, structure: Structure, block: Block, kernel: YearOutcome, plain: tuple[PlainModel, Year], n: int,
    *, regions: bool = True, name: str = "",
) -> None:  # fmt: skip
    model, year = plain
    names, where = _named(structure), f"{name} draw {n} year {year.year}"
    for i, pair in enumerate(names["pairs"]):
        diff.check(f"{where} volume {pair}", kernel.volume[i, n], year.volume[pair], 1e-3)
    for i, node in enumerate(names["nodes"]):
        diff.check(f"{where} operability {node}", kernel.operability[i, n], year.operability[node])
    for i, level in enumerate(names["levels"]):
        diff.check(f"{where} level {level}", kernel.levels[i, n], year.levels[level])
        diff.check(f"{where} load {level}", kernel.load[i, n], year.load[level])
    focus = {structure.activity.areas[a] for a in structure.focus}
    found, first = measured(structure, block, kernel, with_regions=regions)
    values = measures(model, year, focus, regions=regions)
    ids = entities(structure)
    for m, measure in enumerate(load_measures()):
        for entity, x in values.get(measure, {}).items():
            scale = 1e3 if measure.startswith("inhabitants") else 1.0
            diff.check(f"{where} {measure} {entity}", found[ids.index(entity), m, n], x, scale)
    for h in model.hospitals:
        diff.check(f"{where} national first {h}", first[ids.index(h), n], national_first(model, year, h))


def compare(
    system: CareSystem, course: Any, start: str, years: int = 4, *, seed: int = 1, compared: int = DRAWS
) -> Differences:
    """Compare both implementations in both worlds, year by year, and with none of the decisions."""
    structure = compile_structure(system, course, years, start)
    values = structure.table.draw(seed, 0, DRAWS)
    members = _members(structure, np.random.default_rng(seed))
    block = prepare(structure, values, members)
    graph, diff = to_networkx(system), Differences()
    worlds = {False: structure.without, True: structure.scenario}
    outcomes = {
        w: [o for o, _ in follow(structure, block, run.future, opening_state(structure, block, run.past))]
        for w, run in worlds.items()
    }
    none = state_without_decisions(structure, block)
    for n in range(compared):
        drawn = {name: float(values[i, n]) for i, name in enumerate(structure.table.ids)}
        chosen: dict[str, frozenset[str]] = {}
        for unknown, member in zip(structure.unknowns, members, strict=True):
            names = [structure.places.hospitals[h] for h in unknown.hospitals]
            chosen[structure.activity.areas[unknown.area]] = frozenset(
                h for h, inside in zip(names, member[:, n], strict=True) if inside
            )
        model = PlainModel(graph, course, drawn, years=years, start=start, members=chosen)
        assert sorted(_named(structure)["pairs"]) == model.pairs
        assert sorted(_named(structure)["levels"]) == sorted(model.level_keys)
        for i, pair in enumerate(_named(structure)["pairs"]):
            diff.check(f"draw {n} standing volume {pair}", block.volume[i, n], model.volume0[pair], 1e-3)
        for w in worlds:
            plain = list(model.run(scenario=w))
            assert [y.year for y in plain] == [o.year for o in outcomes[w]]
            for kernel, year in zip(outcomes[w], plain, strict=True):
                _year(diff, structure, block, kernel, (model, year), n, name="with" if w else "without")
        _year(diff, structure, block, none, (model, model.none_of_the_decisions()), n, regions=False, name="none")
    return diff


def disagreements(system: CareSystem, course: Any, start: str, years: int = 4) -> list[str]:
    """Where the two differ by more than 1e-9 relative."""
    found = compare(system, course, start, years)
    assert found.compared > 0
    return found.found
