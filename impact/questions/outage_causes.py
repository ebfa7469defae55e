"""The chain of causes behind each worst value of an outage: what is taken out, what that moves, where it hurts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from impact.model.arrays import Integers
from impact.questions.outages import HALF, Bench, Loss
from impact.questions.stress_cases import Case

__all__ = ["EVENT_NODE", "LEAST", "cause_rows"]

LEAST = 0.05  # patients: fewer are nobody's worst value
EVENT_NODE = "event"  # stands where what is taken out has no node of its own
EMPTY = (
    "area",
    "resource",
    "competence",
    "function",
    "patients",
    "taken",
    "others",
    "level_lost",
    "value",
    "total",
    "p",
)


class _Causes:
    """The links of one outage, by index; each answer is a row."""

    def __init__(self, bench: Bench, case: Case, loss: Loss) -> None:
        self.bench, self.case, self.loss, self.trace = bench, case, loss, loss.trace
        s = bench.structure
        self.activity, self.places, self.facilities, self.levels = s.activity, s.places, s.facilities, s.competences
        self.dependencies = s.dependencies
        rows = bench.closed_rows(case.outage.closures)
        self.shut = frozenset(self.activity.row_pair[rows].tolist())  # directly, whatever else would stop them
        self.cut_facilities = self._cut("capacity")
        self.cut_levels = self._cut("staffing")

    def _cut(self, kind: str) -> frozenset[int]:
        changes = [c for c in self.case.outage.factors if c.kind == kind and c.factor.value < 1]
        return frozenset(int(i) for c in changes for i in self.bench.targets(c))

    def area(self, pair: int) -> str:
        return self.activity.areas[int(self.activity.pair_area[pair])]

    def at(self, pair: int) -> str:
        return self.places.hospitals[int(self.activity.pair_hospital[pair])]

    def competence(self, level: int) -> str:
        return self.levels.competences[int(self.levels.level_competence[level])]

    def node(self, node: int) -> str:
        pairs = len(self.activity.pair_area)
        if node < pairs:
            return self.area(node)
        return self.dependencies.functions[int(self.dependencies.performed_function[node - pairs])]

    def row(self, measure: str, hospital: str, nodes: Sequence[str], **facts: Any) -> dict[str, Any]:
        """One chain: it begins with what is taken out and ends with the hospital."""
        first = self.case.area or self.case.resource or self.case.competence or EVENT_NODE
        chain = [*dict.fromkeys([first, *nodes])]
        return {"measure": measure, "hospital": hospital, "nodes": [*chain, hospital], **dict.fromkeys(EMPTY), **facts}

    def why_stopped(self, pair: int) -> list[str]:
        """The competence and the areas by which a pair stopped that was not closed."""
        branch = self.trace.branches.get(pair) if self.loss.halted[pair] else None
        if branch is None or pair in self.shut:
            return []
        cause = self.competence(branch.index) if branch.is_level else self.area(branch.index)
        return [cause, *(self.area(p) for p in branch.chain)]

    def not_taken(self) -> dict[str, Any] | None:
        """The area most of whose patients nobody takes, and how many units are left to take them."""
        if self.loss.not_taken.mean() < LEAST or self.trace.missed.max(initial=0.0) < LEAST:
            return None
        area = int(np.argmax(self.trace.missed))
        pairs = np.flatnonzero(self.activity.pair_area == area)
        moved = self.trace.moved[pairs]
        lost = int(pairs[np.argmin(moved)])
        closed = set(self.loss.closed.tolist())
        working = set(self.activity.row_pair[self.bench.phases(1)[0].active].tolist())
        return self.row(
            "not_taken", self.at(lost), [*self.why_stopped(lost), self.activity.areas[area]],
            area=self.activity.areas[area], patients=float(-moved[moved < 0].sum()),
            taken=float(moved[moved > 0].sum()), others=sum(p in working and p not in closed for p in pairs.tolist()),
            value=float(self.trace.missed[area]), total=float(self.loss.not_taken.mean()),
        )  # fmt: skip

    def displaced(self) -> dict[str, Any] | None:
        """The resource where most others are pushed aside, and what presses it most."""
        pressed = self.loss.pressed
        if len(pressed) == 0 or pressed.max() < LEAST:
            return None
        facility = int(np.argmax(pressed))
        hospital = self.places.hospitals[int(self.facilities.hospital[facility])]
        resource = self.facilities.names[int(self.facilities.resource[facility])]
        total = float(np.maximum(self.loss.displaced, 0.0).sum(axis=0).mean())
        facts: dict[str, Any] = {"resource": resource, "value": float(pressed[facility]), "total": total}
        if facility in self.cut_facilities:
            return self.row("displaced", hospital, [resource], **facts)
        uses: Integers = np.flatnonzero(self.facilities.use_facility == facility)
        if len(uses) == 0 or self.trace.used[uses].max() <= 0:
            return None
        pair = int(self.facilities.use_pair[uses[np.argmax(self.trace.used[uses])]])
        return self.row(
            "displaced", hospital, [self.area(pair), resource], area=self.area(pair),
            patients=float(self.trace.moved[pair]), **facts,
        )  # fmt: skip

    def lost(self) -> list[dict[str, Any]]:
        """For each area or function that falls below one half, the competence or area by which it falls."""
        pairs = len(self.activity.pair_area)
        closed = set(self.loss.closed.tolist()) - set(np.flatnonzero(self.loss.halted).tolist())
        working = set(self.activity.row_pair[self.bench.structure.standing.active].tolist())
        found: list[dict[str, Any]] = []
        for node in np.flatnonzero(self.loss.stopped > HALF).tolist():
            branch = self.trace.branches.get(node)
            if branch is None or node in closed or (node < pairs and node not in working):
                continue
            name = self.node(node)
            facts = {"area": name} if node < pairs else {"function": name}
            cause = self.area(branch.index)
            if branch.is_level:
                cause = facts["competence"] = self.competence(branch.index)
            nodes = [name] if node in self.shut else [cause, *(self.area(p) for p in branch.chain), name]
            hospital = self.places.hospitals[int(self.dependencies.node_hospital[node])]
            measure = "lost_areas" if node < pairs else "lost_functions"
            found.append(self.row(measure, hospital, nodes, p=float(self.loss.stopped[node]), **facts))
        return found

    def recovery(self, years: float) -> dict[str, Any] | None:
        """The competence that takes longest to return, and whether its people were away or its patients."""
        level = self.loss.slowest
        if level < 0 or years <= 0:
            return None
        hospital = self.places.hospitals[int(self.levels.level_hospital[level])]
        facts: dict[str, Any] = {
            "competence": self.competence(level), "level_lost": float(self.trace.level_lost[level]), "value": years,
        }  # fmt: skip
        nodes = [self.competence(level)]
        edges: Integers = np.flatnonzero(self.levels.edge_level == level)
        if level not in self.cut_levels and len(edges) and self.trace.cases[edges].min() < 0:
            pair = int(self.levels.edge_pair[edges[np.argmin(self.trace.cases[edges])]])
            facts |= {"area": self.area(pair), "patients": float(-self.trace.moved[pair])}
            nodes = [*self.why_stopped(pair), self.area(pair), *nodes]
        return self.row("recovery_years", hospital, nodes, **facts)


def cause_rows(bench: Bench, case: Case, loss: Loss, years: float) -> list[dict[str, Any]]:
    """Return the chains of causes of a case, one for each worst value.

    Parameters
    ----------
    bench, case, loss
        Of `losses`.
    years
        Median of the recovery.

    Returns
    -------
    list of dict
        ``measure`` (``not_taken``, ``displaced``, ``lost_functions``, ``lost_areas``, ``recovery_years``),
        ``hospital``, ``nodes`` from what is taken out to the hospital, ``value`` (patients or years; ``total`` of the
        case) or ``p``, and the facts that a sentence tells: ``patients`` who move, ``taken`` by ``others`` units,
        ``level_lost``. A chain names the link along which most goes; it does not sum.
    """
    causes = _Causes(bench, case, loss)
    found = [causes.not_taken(), causes.displaced(), *causes.lost(), causes.recovery(years)]
    return [row for row in found if row is not None]
