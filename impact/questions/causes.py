"""Cause chains: from the decision over what it takes away to what suffers, by the largest mean change.

The chain names, for each hospital and perspective, the link along which the mean effect of the last year is
largest in the direction of the whole; it is a pointer into the graph, not a decomposition that sums. Measures of a
perspective that come about in another way than its first have a chain of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any

import numpy as np

from impact.measures import load_measures
from impact.model.arrays import Floats, Integers
from impact.model.block import Block
from impact.model.levels import area_caseload, relative_load
from impact.model.path import YearOutcome
from impact.model.perspectives import outside_patients
from impact.model.structure import Structure

__all__ = ["CauseSums", "cause_rows", "strongest"]

LOW_MARGIN = 1.1
FEEBLE = 0.5
NOTHING = 1e-9


def _switching(structure: Structure, block: Block, scenario: YearOutcome) -> Floats:
    """Outside caseload below which each competence breaks with the scenario, shape (L, N)."""
    squeeze, names = block.squeeze, structure.competences
    after = area_caseload(names, squeeze.cases, squeeze.incidence, scenario.volume)
    margin = block.values[names.margin_slots]
    before = squeeze.need * margin - squeeze.outside  # the areas' part of the caseload that the need rests on
    spare = margin - 1
    return np.where(spare > 0, np.maximum(before - margin * after, 0.0) / np.maximum(spare, 1e-9), 0.0)


def _is_lost(outcome: YearOutcome) -> Floats:
    """1 where a competence stands below its need this year and last, shape (L, N)."""
    return ((outcome.load < 1) & (outcome.load_before < 1)).astype(np.float64)


class CauseSums:
    """Sums over draws of what cause chains and the hindcast read; blocks add in any order, sums go in draw order."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._parts: dict[int, dict[str, Floats]] = {}

    def add(self, structure: Structure, block: Block, without: YearOutcome, scenario: YearOutcome, start: int) -> None:
        """Keep the means of one block."""
        competences = structure.competences
        kappa = block.criticality.competence
        links = structure.dependencies.competence_links
        own = np.maximum(links.own, 0)
        drop = kappa * (without.levels - scenario.levels)[own] * (links.own >= 0)[:, None]
        anchor, part = outside_patients(structure, block)
        outside = anchor[competences.level_hospital] * part * (without.levels - scenario.levels)
        posts = block.values[competences.posts_slots]
        kept = np.minimum(1, np.sqrt(without.load)) - np.minimum(1, np.sqrt(scenario.load))
        pairs = len(structure.activity.pair_area)
        share = block.values[structure.area_slots["research_share"]][structure.activity.pair_area]
        margin = relative_load(competences, block.squeeze, block.volume)
        lost = without.operability - scenario.operability
        found = {
            "link_drop": drop.sum(axis=1),
            "node_lost": lost.sum(axis=1),
            "pair_harm": (scenario.volume * -scenario.operability[:pairs] + without.volume * without.operability[:pairs]
                          + scenario.volume - without.volume).sum(axis=1),
            "outside_lost": outside.sum(axis=1),
            "posts_lost": (posts * kept).sum(axis=1),
            "lost": (_is_lost(scenario) - _is_lost(without)).sum(axis=1),
            "broad": ((without.levels >= FEEBLE).astype(np.float64) - (scenario.levels >= FEEBLE)).sum(axis=1),
            "studied": (share * (scenario.volume - without.volume)).sum(axis=1),
            "displaced": (scenario.displaced.equal - without.displaced.equal).sum(axis=1),
            "volume": (scenario.volume - without.volume).sum(axis=1),
            "feeble": (block.operability[pairs:] < FEEBLE).sum(axis=1).astype(np.float64),
            "thin": (margin < LOW_MARGIN).sum(axis=1).astype(np.float64),
            "margin": margin.sum(axis=1),
            "cases": ((without.load - 1) * block.squeeze.need).sum(axis=1),
            "outside": block.squeeze.outside.sum(axis=1),
            "switching": _switching(structure, block, scenario).sum(axis=1),
            "below_without": (without.load < 1).sum(axis=1).astype(np.float64),
            "below_with": (scenario.load < 1).sum(axis=1).astype(np.float64),
            "count": np.array([float(block.values.shape[1])]),
        }  # fmt: skip
        with self._lock:
            self._parts[start] = found

    def part(self, start: int) -> dict[str, Floats]:
        """Return what was kept of the block that begins at a draw."""
        return self._parts[start]

    def put(self, start: int, found: dict[str, Floats]) -> None:
        """Put back what was kept of a block."""
        with self._lock:
            self._parts[start] = found

    def mean(self, name: str) -> Floats:
        """Return the mean over all draws of one of the kept quantities."""
        parts = [self._parts[start] for start in sorted(self._parts)]
        total = sum(float(p["count"][0]) for p in parts)
        found = np.zeros_like(parts[0][name])
        for part in parts:
            found = found + part[name]
        return found / total

    def known_functions(self, structure: Structure) -> list[dict[str, Any]]:
        """Return, for each function known to run today, P(operability at `standing` below one half)."""
        feeble = self.mean("feeble")
        dependencies = structure.dependencies
        return [
            {
                "hospital": structure.places.hospitals[dependencies.performed_hospital[i]],
                "function": dependencies.functions[dependencies.performed_function[i]],
                "p_below_half": float(feeble[i]),
            }
            for i in np.flatnonzero(dependencies.known_to_run)
        ]

    def margins(self, structure: Structure) -> list[dict[str, Any]]:
        """Return what each competence of the decision has to spare, at each hospital, and what would break it.

        ``switching`` is the outside caseload below which it breaks, E* = max(0, (A⁰ − m·A¹)/(m − 1)), mean over the
        draws with a margin above 1; draws with less are below need already today.
        """
        names = structure.competences
        touched = names.case_competence[np.isin(names.case_area, structure.focus)]
        columns = {
            "margin": self.mean("margin"),
            "p_margin_below_1_1": self.mean("thin"),
            "cases_to_breaking": self.mean("cases"),
            "outside_caseload": self.mean("outside"),
            "switching": self.mean("switching"),
            "p_below_need": self.mean("below_with"),
            "p_below_need_without": self.mean("below_without"),
        }
        return [
            {
                "hospital": structure.places.hospitals[names.level_hospital[i]],
                "competence": names.competences[names.level_competence[i]],
                **{name: float(values[i]) for name, values in columns.items()},
            }
            for i in np.flatnonzero(np.isin(names.level_competence, touched))
        ]


def strongest(values: Floats, members: Integers) -> int | None:
    """Return the member that changes most in the direction of the members' sum; None where none does."""
    if len(members) == 0:
        return None
    way = 1.0 if values[members].sum() >= 0 else -1.0
    best = int(members[np.argmax(way * values[members])])
    return best if way * values[best] > NOTHING else None


class _Chains:
    def __init__(self, structure: Structure, sums: CauseSums) -> None:
        self.structure, self.sums = structure, sums
        self.names = structure.competences
        self.areas = structure.activity.areas
        self.decided = [self.areas[a] for a in structure.focus][:1]

    def node_name(self, node: int) -> str:
        pairs = len(self.structure.activity.pair_area)
        if node < pairs:
            return self.areas[int(self.structure.activity.pair_area[node])]
        dependencies = self.structure.dependencies
        return dependencies.functions[int(dependencies.performed_function[node - pairs])]

    def through(self, node: int) -> list[str]:
        """From a node that loses operability back over the competence or area that takes it."""
        dependencies = self.structure.dependencies
        links = dependencies.competence_links
        best = strongest(self.sums.mean("link_drop"), np.flatnonzero(links.node == node))
        if best is not None and links.own[best] >= 0:
            return [
                self.names.competences[self.names.level_competence[links.own[best]]],
                self.node_name(node),
            ]
        edges = np.flatnonzero(dependencies.area_links.node == node)
        areas = [self.node_name(int(dependencies.area_links.own[e])) for e in edges
                 if dependencies.area_links.own[e] >= 0]  # fmt: skip
        decided = [a for a in areas if a in self.decided]
        return [*decided[:1], self.node_name(node)]

    def functions(self, hospital: int) -> list[str]:
        structure = self.structure
        pairs = len(structure.activity.pair_area)
        members = pairs + np.flatnonzero(structure.dependencies.performed_hospital == hospital)
        best = strongest(self.sums.mean("node_lost"), members)
        return [] if best is None else self.through(best)

    def neighbours(self, hospital: int) -> list[str]:
        structure = self.structure
        members = np.flatnonzero(structure.activity.pair_hospital == hospital)
        members = members[~np.isin(structure.activity.pair_area[members], structure.focus)]
        pair_harm, outside = self.sums.mean("pair_harm"), self.sums.mean("outside_lost")
        pair = strongest(pair_harm, members)
        level = strongest(outside, np.flatnonzero(self.names.level_hospital == hospital))
        if level is not None and pair is not None and outside[level] * pair_harm[pair] < 0:  # they pull apart
            whole = outside[self.names.level_hospital == hospital].sum() + pair_harm[members].sum()
            level, pair = (level, None) if outside[level] * whole > 0 else (None, pair)
        if level is not None and (pair is None or abs(outside[level]) >= abs(pair_harm[pair])):
            return [self.names.competences[self.names.level_competence[level]]]
        return [] if pair is None else self.through(pair)

    def competence(self, hospital: int, what: str = "posts_lost") -> list[str]:
        """The competence that changes most in posts, in being lost, or in breadth."""
        here = self.names.level_hospital == hospital
        if what == "broad":
            here &= self.names.is_base
        best = strongest(self.sums.mean(what), np.flatnonzero(here))
        return [] if best is None else [self.names.competences[self.names.level_competence[best]]]

    def research(self, hospital: int) -> list[str]:
        """The area whose patients are more or fewer: research draws on patients, no competence lies between."""
        activity = self.structure.activity
        best = strongest(self.sums.mean("studied"), np.flatnonzero(activity.pair_hospital == hospital))
        return [] if best is None else [self.areas[int(activity.pair_area[best])]]

    def resource(self, hospital: int) -> list[str]:
        facilities = self.structure.facilities
        best = strongest(self.sums.mean("displaced"), np.flatnonzero(facilities.hospital == hospital))
        return [] if best is None else [facilities.names[facilities.resource[best]]]


def cause_rows(structure: Structure, sums: CauseSums) -> list[Mapping[str, Any]]:
    """Return the main cause chain of each hospital and perspective, and of some measures, as lists of node ids.

    Parameters
    ----------
    structure
        Compiled system.
    sums
        Means over the draws of the last year.
    """
    chains = _Chains(structure, sums)
    rows: list[Mapping[str, Any]] = []
    for h, hospital in enumerate(structure.places.hospitals):
        found = {
            "emergency_care": chains.functions(h),
            "neighbouring_areas": chains.neighbours(h),
            "competence_supply": chains.competence(h),
            "education_research": chains.competence(h, "broad"),
            "displacement": chains.resource(h),
            "redundancy": [],
            "own_care": [],
        }
        own = {"competences_lost": chains.competence(h, "lost"), "research_caseload": chains.research(h)}
        keys = [{"perspective": p} for p in found] + [
            {"perspective": load_measures()[m].perspective, "measure": m} for m in own
        ]  # fmt: skip
        for key, chain in zip(keys, [*found.values(), *own.values()], strict=True):
            nodes = [n for n in chain if n not in chains.decided]
            rows.append({"entity": hospital, **key, "chain": [*chains.decided, *nodes, hospital]})
    return rows
