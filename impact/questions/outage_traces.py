"""What an outage moves on its way, as means over the draws: what a chain of causes is read from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from impact.model.arrays import Floats
from impact.model.block import Block
from impact.model.path import YearOutcome
from impact.model.structure import Structure
from impact.questions.branches import Branches, line_of

__all__ = ["Branch", "Stretch", "Trace", "trace_of"]


@dataclass(frozen=True)
class Stretch:
    """A year of an outage in one block of draws.

    Attributes
    ----------
    length
        Share of the year.
    without, outcome
        The year without the outage, and with it.
    staffing
        What is left of the people of each level, shape (L, N).
    """

    block: Block
    length: float
    without: YearOutcome
    outcome: YearOutcome
    staffing: Floats


@dataclass(frozen=True, slots=True)
class Branch:
    """Where the loss of a node comes from: a level that falls, or a pair that no longer takes patients.

    Attributes
    ----------
    is_level
        Else `index` is a pair.
    chain
        Pairs between, from the cause to the node.
    """

    is_level: bool
    index: int
    chain: tuple[int, ...]


@dataclass(frozen=True)
class Trace:
    """Means over the draws, over the whole outage.

    Attributes
    ----------
    missed
        Patients whom nobody takes, by area, shape (A,).
    moved
        Change of the pairs' patients, shape (P,).
    used
        Change of what each use takes of its resource, shape (U,).
    cases
        Change of the head-cases that each edge gives a level, shape (edges,).
    level_lost
        Share of its level that each loses by the end, shape (L,).
    branches
        Node that falls below one half to the branch by which it loses most.
    """

    missed: Floats
    moved: Floats
    used: Floats
    cases: Floats
    level_lost: Floats
    branches: Mapping[int, Branch]


def _branches(stretch: Stretch, structure: Structure, nodes: Collection[int]) -> dict[int, dict[Branch, float]]:
    """Each node's loss in a year, shared over its branches by Aumann–Shapley as in `explain`; sums over the draws."""
    before, after = stretch.without, stretch.outcome
    levels = before.levels, after.levels * stretch.staffing
    provided = tuple((o.volume > 0).astype(np.float64) for o in (before, after))
    line = line_of()
    found = Branches(structure.dependencies, stretch.block, line, levels, (provided[0], provided[1]))
    changes = {True: levels[1] - levels[0], False: provided[1] - provided[0]}
    ones = np.ones(levels[0].shape[1] * len(line.times))
    lost: dict[int, dict[Branch, float]] = {}
    for node in nodes:
        parts = lost.setdefault(node, {})
        for leaf in found.leaves(node, ones):
            value = -float((line.mean(leaf.slope) * changes[leaf.is_level][leaf.index]).sum())
            between = tuple(reversed(leaf.chain if leaf.is_level else leaf.chain[:-1]))
            branch = Branch(leaf.is_level, leaf.index, between)
            parts[branch] = parts.get(branch, 0.0) + stretch.length * value
    return lost


def _largest(parts: Mapping[Branch, float]) -> Branch | None:
    best = max(parts, key=lambda b: (parts[b], b.is_level, -b.index), default=None)
    return best if best is not None and parts[best] > 0 else None


def trace_of(structure: Structure, stretches: Sequence[Stretch], level_lost: Floats, nodes: Collection[int]) -> Trace:
    """Return what an outage moves.

    Parameters
    ----------
    structure
        Compiled system.
    stretches
        The years of every block.
    level_lost
        Share of its level that each loses by the end, shape (L, N).
    nodes
        Pairs and functions that fall below one half.
    """
    activity, facilities, levels = structure.activity, structure.facilities, structure.competences
    missed = np.zeros(len(activity.areas))
    moved = np.zeros(len(activity.pair_area))
    used, cases = np.zeros(len(facilities.use_pair)), np.zeros(len(levels.edge_pair))
    lost: dict[int, dict[Branch, float]] = {node: {} for node in nodes}
    for stretch in stretches:
        before, after, block = stretch.without, stretch.outcome, stretch.block
        left = stretch.length * (after.not_taken - before.not_taken).sum(axis=(0, 2))
        np.add.at(missed, activity.group_area, left)
        change = stretch.length * (after.volume - before.volume)
        moved += change.sum(axis=1)
        used += (block.load.amounts * change[facilities.use_pair]).sum(axis=1)
        cases += (block.squeeze.cases[levels.edge_case] * change[levels.edge_pair]).sum(axis=1)
        if lost:
            for node, parts in _branches(stretch, structure, lost).items():
                for branch, value in parts.items():
                    lost[node][branch] = lost[node].get(branch, 0.0) + value
    draws = level_lost.shape[1]
    main = {node: _largest(parts) for node, parts in lost.items()}
    return Trace(
        missed=missed / draws,
        moved=moved / draws,
        used=used / draws,
        cases=cases / draws,
        level_lost=level_lost.mean(axis=1),
        branches={node: branch for node, branch in main.items() if branch is not None},
    )
