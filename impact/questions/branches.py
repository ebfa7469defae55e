"""How operability of a node hangs on levels and areas: derivatives along the active branches of the dependencies.

The states without and with the scenario are joined by a straight line; at Gauss nodes on it operability is solved, and
its derivative is followed back: through the weakest area where that is what binds, else through the competence
families, each read by its best or weakest member. Every column of an array is one draw at one node of the line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import Block
from impact.model.dependencies import Dependencies, Links, pool_best
from impact.model.operability import ReachShares, family_product, operability
from impact.model.reads import IN_REACH, SAME_SITE

__all__ = ["GAUSS_NODES", "Branches", "Leaf", "Line", "line_of"]

GAUSS_NODES = 8
DEEPEST = 8  # areas on one path; what lies further is left to the rest


@dataclass(frozen=True)
class Line:
    """Gauss nodes on the straight line between two states of N draws.

    Attributes
    ----------
    times, weights
        Shape (nodes,); weights sum to 1.
    """

    times: Floats
    weights: Floats

    def between(self, before: Floats, after: Floats) -> Floats:
        """Return the states on the line, shape (rows, nodes · N)."""
        return np.concatenate([(1 - t) * before + t * after for t in self.times], axis=1)

    def repeated(self, values: Floats) -> Floats:
        """Return what does not change along the line, once for each node."""
        return np.concatenate([values] * len(self.times), axis=-1)

    def mean(self, values: Floats) -> Floats:
        """Return the integral along the line of values of shape (nodes · N,); shape (N,)."""
        parts = values.reshape(len(self.times), -1)
        found = self.weights[0] * parts[0]
        for weight, part in zip(self.weights[1:], parts[1:], strict=True):
            found = found + weight * part
        return found


def line_of(edges: Sequence[float] = (0.0, 1.0)) -> Line:
    """Return eight Gauss–Legendre nodes in each panel of [0, 1].

    Parameters
    ----------
    edges
        Of the panels, from 0 to 1.

    Examples
    --------
    >>> len(line_of((0, 0.1, 1)).times), float(line_of((0, 0.1, 1)).weights.sum().round(12))
    (16, 1.0)
    """
    nodes, weights = np.polynomial.legendre.leggauss(GAUSS_NODES)
    widths = np.diff(np.array(edges, dtype=np.float64))[:, None]
    times = np.array(edges[:-1], dtype=np.float64)[:, None] + widths * 0.5 * (nodes + 1)
    return Line(times.ravel(), (0.5 * weights * widths).ravel())


Ends = tuple[Floats, Floats]


@dataclass(frozen=True)
class Leaf:
    """Where a branch ends: the derivative with respect to one level, or to whether one pair is provided.

    Attributes
    ----------
    is_level
        Else `index` is a pair.
    chain
        Pairs between the node and the leaf, the node's own first.
    slope
        Derivative, shape (columns,).
    assumed
        Whether a criticality on the branch is an assumption.
    """

    is_level: bool
    index: int
    chain: tuple[int, ...]
    slope: Floats
    assumed: bool


@dataclass(frozen=True)
class _Step:
    """From a node: weight so far, pairs on the way, whether an assumption lies on it."""

    node: int
    weight: Floats
    chain: tuple[int, ...] = ()
    assumed: bool = False


class _Reader:
    """What each link reads and from where: its own value or the best within reach."""

    def __init__(self, links: Links, values: Floats, shares: ReachShares) -> None:
        self.links, self.values, self.shares = links, values, shares
        self.best = pool_best(links.pools, values)
        self.stop = np.append(links.pools.start[1:], len(links.pools.members))

    def _elsewhere(self, edge: int) -> Floats:
        links = self.links
        if links.reach[edge] == SAME_SITE or links.pool[edge] < 0:
            return np.zeros(int(self.values.shape[1]))
        return self.discount(edge) * self.best[int(links.pool[edge])]

    def discount(self, edge: int) -> Floats:
        return self.shares.in_reach if self.links.reach[edge] == IN_REACH else self.shares.network

    def read(self, edge: int) -> Floats:
        """Return the value that the link reads, shape (columns,)."""
        own = int(self.links.own[edge])
        elsewhere = self._elsewhere(edge)
        return elsewhere if own < 0 else np.maximum(self.values[own], elsewhere)

    def sources(self, edge: int, weight: Floats) -> Iterator[tuple[int, Floats]]:
        """Yield the values that the link reads and the weight on each."""
        own, elsewhere = int(self.links.own[edge]), self._elsewhere(edge)
        mine = self.values[own] >= elsewhere if own >= 0 else np.zeros(len(weight), dtype=np.bool_)
        if own >= 0 and (kept := np.where(mine, weight, 0.0)).any():
            yield own, kept
        other = np.where(mine, 0.0, weight)
        if self.links.reach[edge] == SAME_SITE or self.links.pool[edge] < 0 or not other.any():
            return
        pool = self.links.pool[edge]
        members = self.links.pools.members[self.links.pools.start[pool] : self.stop[pool]]
        chosen = members[np.argmax(self.values[members], axis=0)]
        for member in np.unique(chosen[other != 0]):
            yield int(member), np.where(chosen == member, other * self.discount(edge), 0.0)


class Branches:
    """Operability at every column, and the branches on which it hangs.

    Parameters
    ----------
    dependencies
        Compiled links.
    block
        The draws; criticality and worth of what stands elsewhere are its own, repeated along the line.
    line
        Nodes of the line.
    levels, provided
        At both ends: levels (L, N), and whether pairs are provided (P, N).
    """

    def __init__(self, dependencies: Dependencies, block: Block, line: Line, levels: Ends, provided: Ends) -> None:
        self._prepare(dependencies, block, line, line.between(*levels), line.between(*provided))

    def _prepare(self, dependencies: Dependencies, block: Block, line: Line, levels: Floats, provided: Floats) -> None:
        self.dependencies, self.provided = dependencies, provided
        shares = ReachShares(line.repeated(block.shares.in_reach), line.repeated(block.shares.network))
        self.kappa = line.repeated(block.criticality.competence)
        self.kappa_areas = line.repeated(block.criticality.area)
        self.base = family_product(dependencies, levels, self.kappa, shares)
        self.value = operability(dependencies, self.base, provided, self.kappa_areas, shares)
        self.skills = _Reader(dependencies.competence_links, levels, shares)
        pairs = len(provided)
        self.areas = _Reader(dependencies.area_links, self.value[:pairs] * provided, shares)
        links = dependencies.area_links.node
        nodes = len(dependencies.node_hospital)
        self.first = np.searchsorted(links, np.arange(nodes), side="left")
        self.last = np.searchsorted(links, np.arange(nodes), side="right")
        self.families = np.searchsorted(dependencies.family_node, np.arange(nodes), side="left")
        self.families_stop = np.searchsorted(dependencies.family_node, np.arange(nodes), side="right")
        self.members_stop = np.append(dependencies.family_start[1:], len(dependencies.competence_links.node))

    def _members(self, family: int) -> Integers:
        first, last = int(self.dependencies.family_start[family]), int(self.members_stop[family])
        return np.arange(first, last, dtype=np.int64)

    def _through_areas(self, step: _Step) -> tuple[Booleans, Iterator[tuple[int, Floats, bool]]]:
        """Where an area binds rather than the competences, and the pairs with their weight."""
        edges = np.arange(int(self.first[step.node]), int(self.last[step.node]), dtype=np.int64)
        if len(edges) == 0:
            return np.zeros(len(step.weight), dtype=np.bool_), iter(())
        kept = np.stack([1 - self.kappa_areas[e] * (1 - self.areas.read(int(e))) for e in edges])
        binds = kept.min(axis=0) < self.base[step.node]
        weakest = edges[np.asarray(np.argmin(kept, axis=0), dtype=np.int64)]

        def pairs() -> Iterator[tuple[int, Floats, bool]]:
            for edge in edges:
                weight = np.where(binds & (weakest == edge), step.weight * self.kappa_areas[edge], 0.0)
                if weight.any():
                    assumed = bool(self.dependencies.area_links.kappa_assumed[edge])
                    yield from ((p, w, assumed) for p, w in self.areas.sources(int(edge), weight))

        return binds, pairs()

    def _through_skills(self, step: _Step, weight: Floats) -> Iterator[Leaf]:
        families = range(self.families[step.node], self.families_stop[step.node])
        kept = {f: np.stack([1 - self.kappa[e] * (1 - self.skills.read(e)) for e in self._members(f)])
                for f in families}  # fmt: skip
        is_any = self.dependencies.family_is_any
        value = {f: kept[f].max(axis=0) if is_any[f] else kept[f].min(axis=0) for f in families}
        for f in families:
            others = weight.copy()
            for g in families:
                if g != f:
                    others = others * value[g]
            chosen = np.argmax(kept[f], axis=0) if is_any[f] else np.argmin(kept[f], axis=0)
            for i, edge in enumerate(self._members(f)):
                slope = np.where(chosen == i, others * self.kappa[edge], 0.0)
                if slope.any():
                    assumed = step.assumed or bool(self.dependencies.competence_links.kappa_assumed[edge])
                    for level, part in self.skills.sources(int(edge), slope):
                        yield Leaf(is_level=True, index=level, chain=step.chain, slope=part, assumed=assumed)

    def leaves(self, node: int, weight: Floats) -> Iterator[Leaf]:
        """Yield the ends of all branches of a node.

        Parameters
        ----------
        node
            Index of a pair or function.
        weight
            What one unit of its operability is worth, shape (columns,).
        """
        waiting = [_Step(node, weight)]
        while waiting:
            step = waiting.pop()
            binds, pairs = self._through_areas(step)
            yield from self._through_skills(step, np.where(binds, 0.0, step.weight))
            for pair, part, assumed in pairs:
                chain, doubtful = (*step.chain, pair), step.assumed or assumed
                yield Leaf(is_level=False, index=pair, chain=chain, slope=part * self.value[pair], assumed=doubtful)
                if len(chain) < DEEPEST:
                    waiting.append(_Step(pair, part * self.provided[pair], chain, doubtful))
