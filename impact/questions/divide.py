"""The change of a node's operability divided over what moved it, finer where the straight line has a kink.

Where another competence or area begins to bind between the two states, eight Gauss nodes on the whole line are too
few; such draws are divided again on a finer line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import Block, Criticality
from impact.model.dependencies import Dependencies
from impact.model.operability import ReachShares
from impact.questions.branches import Branches, Line, line_of
from impact.questions.unrolled import Parts

__all__ = ["Ends", "Route", "divided"]

MISSED = 0.01  # share of a change that the coarse line may miss
SMALL = 1e-7  # change of operability that is not worth a finer line
NEAR_END = (0.0, 1 / 512, 1 / 128, 1 / 32)  # what is closed at one end often binds only near the other
FINE = (*NEAR_END, *(i / 8 for i in range(1, 8)), *(1 - x for x in reversed(NEAR_END)))
FINE_DRAWS = 8  # divided on the fine line at a time


@dataclass(frozen=True, slots=True)
class Route:
    """A way through the graph to a hospital.

    Attributes
    ----------
    source
        Index of the decision's area, or EVENT.
    level
        Index of the level that moves, -1 where none does.
    resource
        Index of the facility, -1 where none.
    nodes
        Pairs and functions between the level (or the area itself) and the hospital, the last suffers.
    assumed
        Whether a criticality or an amount on the way is an assumption.
    """

    source: int
    level: int = -1
    resource: int = -1
    nodes: tuple[int, ...] = ()
    assumed: bool = False


@dataclass(frozen=True)
class Ends:
    """Both ends of the line, and the sources' parts of what changes on it.

    Attributes
    ----------
    levels, provided
        Without and with, shapes (L, N), (P, N).
    level_parts, provided_parts
        Source to its part of the change.
    """

    dependencies: Dependencies
    levels: tuple[Floats, Floats]
    provided: tuple[Floats, Floats]
    level_parts: Parts
    provided_parts: Parts

    def of(self, draws: Integers) -> Ends:
        """Return the ends of some draws."""
        levels, provided = ((ends[0][:, draws], ends[1][:, draws]) for ends in (self.levels, self.provided))
        level_parts, provided_parts = (
            {s: v[:, draws] for s, v in parts.items()} for parts in (self.level_parts, self.provided_parts)
        )
        return Ends(self.dependencies, levels, provided, level_parts, provided_parts)


def _of_draws(block: Block, draws: Integers) -> Block:
    """The block with what branches read of it cut to some draws."""
    kappa, shares = block.criticality, block.shares
    return replace(
        block, criticality=Criticality(kappa.competence[:, draws], kappa.area[:, draws]),
        shares=ReachShares(shares.in_reach[draws], shares.network[draws]),
    )  # fmt: skip


def _routes(branches: Branches, line: Line, ends: Ends, node: int) -> dict[Route, Floats]:
    """The routes of one node with their part of the change of its operability, shape (N,)."""
    found: dict[Route, Floats] = {}
    ones = np.ones(ends.levels[0].shape[1] * len(line.times))
    for leaf in branches.leaves(node, ones):
        slope = line.mean(leaf.slope)
        chain = (*reversed(leaf.chain), node)
        # A pair that is no longer provided is the decision's own area, so it stands at the path's beginning.
        nodes = chain if leaf.is_level else chain[1:]
        for source, change in (ends.level_parts if leaf.is_level else ends.provided_parts).items():
            if change[leaf.index].any():
                route = Route(source, leaf.index if leaf.is_level else -1, -1, nodes, leaf.assumed)
                value = slope * change[leaf.index]
                found[route] = found[route] + value if route in found else value
    return found


def _missed(change: Floats, routes: dict[Route, Floats]) -> Floats:
    return change - sum(routes.values(), np.zeros_like(change))


def divided(
    block: Block, ends: Ends, change: Floats, targets: Sequence[tuple[str, int, Floats]]
) -> list[dict[Route, Floats]]:
    """Return, for each target, the routes with their part of the change of operability.

    Parameters
    ----------
    block
        The draws.
    ends
        The two states.
    change
        Of operability between them, shape (P + F, N).
    targets
        (measure, node, worth); only the node is read.
    """
    line = line_of()
    coarse = Branches(ends.dependencies, block, line, ends.levels, ends.provided)
    found = [_routes(coarse, line, ends, node) for _, node, _ in targets]
    doubtful = np.zeros((len(targets), change.shape[1]), dtype=np.bool_)
    for i, (_, node, _) in enumerate(targets):
        size = np.abs(change[node])
        doubtful[i] = (np.abs(_missed(change[node], found[i])) > MISSED * size) & (size > SMALL)
    fine = line_of(FINE)
    draws = np.flatnonzero(doubtful.any(axis=0))
    for first in range(0, len(draws), FINE_DRAWS):
        some = draws[first : first + FINE_DRAWS]
        part = ends.of(some)
        branches = Branches(ends.dependencies, _of_draws(block, some), fine, part.levels, part.provided)
        for i in (int(i) for i in np.flatnonzero(doubtful[:, some].any(axis=1))):
            again = _routes(branches, fine, part, targets[i][1])
            chosen: Booleans = doubtful[i][some]
            for route in {**found[i], **again}:
                values = found[i].get(route, np.zeros(int(change.shape[1]))).copy()
                finer: Floats = again.get(route, np.zeros(len(some)))
                values[some[chosen]] = finer[chosen]
                found[i][route] = values
    return found
