"""Routes through the compiled arrays to rows of a path: node ids, relationships, value and interval."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.model.structure import Structure
from impact.questions.divide import Route
from impact.questions.unrolled import EVENT

__all__ = ["EVENT_NODE", "Means", "path_rows"]

LOW, HIGH = 0.05, 0.95
EVENT_NODE = "event"  # stands where a decision's area would


@dataclass(frozen=True)
class Means:
    """Means over the draws that a sentence on a path tells.

    Attributes
    ----------
    volume
        Change of the pairs' patients a year, shape (P,).
    levels_before
        Without the scenario, shape (L,).
    levels
        Source to its part of the change of the levels, shape (L,).
    """

    volume: Floats
    levels_before: Floats
    levels: Mapping[int, Floats]

    @classmethod
    def over(cls, sums: Sequence[Means], draws: int) -> Means:
        """Return the means from the sums of blocks, added in their order."""
        levels = {s: sum((m.levels[s] for m in sums[1:]), sums[0].levels[s]) / draws for s in sums[0].levels}
        volume = sum((m.volume for m in sums[1:]), sums[0].volume) / draws
        before = sum((m.levels_before for m in sums[1:]), sums[0].levels_before) / draws
        return cls(volume, before, levels)


class _Rows:
    def __init__(self, structure: Structure, means: Means, hospital: int, measure: str) -> None:
        self.structure, self.means, self.hospital, self.measure = structure, means, hospital, measure
        names = structure.competences
        self.direct = {
            (int(names.case_area[k]), int(names.case_competence[k])) for k in np.flatnonzero(names.case_slots >= 0)
        }  # fmt: skip

    def _node(self, node: int) -> str:
        structure = self.structure
        pairs = len(structure.activity.pair_area)
        if node < pairs:
            return structure.activity.areas[int(structure.activity.pair_area[node])]
        return structure.dependencies.functions[int(structure.dependencies.performed_function[node - pairs])]

    def _place(self, route: Route) -> int:
        """Hospital at which the route begins to act."""
        if route.level >= 0:
            return int(self.structure.competences.level_hospital[route.level])
        return self.hospital

    def nodes(self, route: Route) -> list[str]:
        """Return the ids from the decision's area to the hospital."""
        structure = self.structure
        found = [EVENT_NODE if route.source == EVENT else structure.activity.areas[route.source]]
        if route.level >= 0:
            found.append(structure.competences.competences[int(structure.competences.level_competence[route.level])])
        if route.resource >= 0:
            found.append(structure.facilities.names[int(structure.facilities.resource[route.resource])])
        found += [self._node(n) for n in route.nodes]
        return [*found, structure.places.hospitals[self.hospital]]

    def relationships(self, route: Route) -> list[str]:
        """Return the type of the relationship between each two nodes that follow each other."""
        names, pairs = self.structure.competences, len(self.structure.activity.pair_area)
        found: list[str] = []
        if route.level >= 0:
            competence = int(names.level_competence[route.level])
            is_direct = route.source == EVENT or (route.source, competence) in self.direct
            found.append("REQUIRES" if is_direct else "PART_OF")
        if route.resource >= 0:
            found.append("USES")
        if not route.nodes:
            return [*found, "OPERATES" if route.resource >= 0 else "STAFFS" if route.level >= 0 else "PROVIDES"]
        found.append("REQUIRES" if route.level >= 0 else "DEPENDS_ON")
        found += ["DEPENDS_ON"] * (len(route.nodes) - 1)
        return [*found, "PROVIDES" if route.nodes[-1] < pairs else "PERFORMS"]

    def _volume_change(self, route: Route) -> float | None:
        pair = self.structure.activity.pair_index.get((self._place(route), route.source))
        return None if pair is None else float(self.means.volume[pair])

    def _level_change(self, route: Route) -> float | None:
        """Change of the level by this source, as a share of the level without the scenario."""
        if route.level < 0 or route.source not in self.means.levels:
            return None
        before = self.means.levels_before[route.level]
        return float(self.means.levels[route.source][route.level] / before) if before > 0 else None

    def row(self, route: Route, values: Floats) -> dict[str, Any]:
        place = self._place(route)
        return {
            "nodes": self.nodes(route),
            "relationships": self.relationships(route),
            "value": float(values.mean()),
            "low": float(np.quantile(values, LOW)),
            "high": float(np.quantile(values, HIGH)),
            "unit": load_measures()[self.measure].unit,
            "elsewhere": None if place == self.hospital else self.structure.places.hospitals[place],
            "volume_change": self._volume_change(route),
            "level_change": self._level_change(route),
            "through_assumption": route.assumed,
        }


def path_rows(
    structure: Structure, routes: Mapping[Route, Floats], means: Means, hospital: int, measure: str
) -> list[dict[str, Any]]:
    """Return a row for each route, the largest mean first.

    Parameters
    ----------
    structure
        Compiled system.
    routes
        With their value in every draw, shape (N,).
    means
        Of volumes and levels.
    hospital
        Index of the hospital that is explained.
    measure
        Id.

    Returns
    -------
    list of dict
        ``nodes``, ``relationships`` (one fewer), ``value``, ``low``, ``high``, ``unit``; ``elsewhere``: the hospital at
        which the level stands if it is another; ``volume_change`` (patients a year of the decision's area there),
        ``level_change`` (share of the level), ``through_assumption``.
    """
    rows = _Rows(structure, means, hospital, measure)
    found = [rows.row(route, values) for route, values in routes.items()]
    return sorted(found, key=lambda r: (-abs(r["value"]), r["nodes"], r["elsewhere"] or ""))
