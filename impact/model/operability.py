"""Operability: which share of an area's or function's patients can be treated at full standard.

``o = min(Π_families f, min_areas (1 − κ(1 − o_b)))`` with ``f`` the best (`any`) or the weakest (`all`)
of ``1 − κ(1 − level)`` over a family's members; the greatest fixed point of this monotone map, reached from 1.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass

import numpy as np

from graph_schema import ConvergenceWarning
from impact.model.arrays import Floats, Integers
from impact.model.dependencies import IN_REACH, Dependencies, Links, pool_best
from impact.model.segments import Segments

__all__ = ["ReachShares", "family_product", "operability"]

TOLERANCE = 1e-12
MAX_ROUNDS = 200


@dataclass(frozen=True)
class ReachShares:
    """How links are read.

    Attributes
    ----------
    in_reach, network
        Worth of what stands elsewhere in the care region and in the country, shape (N,).
    full_product
        Multiply over all links instead of taking the weakest (a sensitivity reading, never the main one: a shared
        cause then counts again round every cycle).
    """

    in_reach: Floats
    network: Floats
    full_product: bool = False


def _read(links: Links, values: Floats, shares: ReachShares, rows: Integers | None = None) -> Floats:
    """Return what each link (or some rows of them) reads: its own value, or the discounted best within reach."""
    links_own, far, absent = links.own, links.far, links.absent
    if rows is not None:
        links_own = links.own[rows]
        absent, far = np.flatnonzero(links_own < 0), np.flatnonzero(links.is_far[rows])
    found = values[np.maximum(links_own, 0)]
    found[absent] = 0.0
    if len(far):
        which = far if rows is None else rows[far]
        best = pool_best(links.pools, values)[links.pool[which]]
        discount = np.where((links.reach[which] == IN_REACH)[:, None], shares.in_reach, shares.network)
        found[far] = np.maximum(found[far], discount * best)
    return found


def family_product(dependencies: Dependencies, levels: Floats, kappa: Floats, shares: ReachShares) -> Floats:
    """Return the part of operability that competences carry.

    Parameters
    ----------
    dependencies
        Compiled links.
    levels
        Competence levels, shape (L, N), 0–1.
    kappa
        Criticality of each competence link, shape (E, N).
    shares
        Worth of what stands elsewhere.

    Returns
    -------
    array, shape (P + F, N)
        1 for nodes that require no competence.
    """
    product = np.ones((len(dependencies.node_hospital), kappa.shape[1]))
    if len(dependencies.family_start) == 0:
        return product
    kept = 1 - kappa * (1 - _read(dependencies.competence_links, levels, shares))
    if shares.full_product:
        product[dependencies.nodes_with_families] = dependencies.node_links.product(kept)
        return product
    family = dependencies.families.least(kept)
    if dependencies.family_is_any.any():
        best = dependencies.families.largest(kept)
        family = np.where(dependencies.family_is_any[:, None], best, family)
    product[dependencies.nodes_with_families] = dependencies.node_families.product(family)
    return product


def _readers(links: Links, changed: Integers) -> Integers:
    """Positions among the links' nodes of those that read one of the changed values: nothing else can move next."""
    if len(changed) == 0:
        return np.zeros(0, dtype=np.int64)
    flags = np.zeros(links.readers.shape[1])
    flags[changed[changed < len(flags)]] = 1.0
    return np.flatnonzero(links.readers @ flags)


def _weakest(
    links: Links, positions: Integers, base: Floats, values: Floats, kappa: Floats, shares: ReachShares
) -> Floats:
    """Return the next value of some of the nodes that have links, shape (len(positions), N)."""
    own = base[links.nodes[positions]]
    if len(positions) == len(links.nodes):
        kept = 1 - kappa * (1 - _read(links, values, shares))
        return own * links.by_node.product(kept) if shares.full_product else np.minimum(own, links.by_node.least(kept))
    if len(positions) == 0:
        return own
    rows, begin = links.rows_of(positions)
    kept = 1 - kappa[rows] * (1 - _read(links, values, shares, rows))
    some = Segments(begin, len(rows))
    return own * some.product(kept) if shares.full_product else np.minimum(own, some.least(kept))


def operability(
    dependencies: Dependencies, base: Floats, provided: Floats, kappa: Floats, shares: ReachShares
) -> Floats:
    """Return the operability of all nodes: the greatest fixed point at or below `base`.

    Parameters
    ----------
    dependencies
        Compiled links.
    base
        `family_product`, shape (P + F, N).
    provided
        1 where the pair is active now, 0 where not, shape (P, N): an area that is not provided reads 0.
    kappa
        Criticality of each area link, shape (D, N).
    shares
        Worth of what stands elsewhere.

    Returns
    -------
    array, shape (P + F, N)
        0–1.

    Warns
    -----
    ConvergenceWarning
        If the residual is above 1e-12 after 200 rounds.
    """
    links = dependencies.area_links
    if len(links.node) == 0:
        return base
    residual = np.full(base.shape[1], np.inf)
    value, touched = base, np.arange(len(links.nodes))
    for _ in range(MAX_ROUNDS):
        new = _weakest(links, touched, base, value[: len(provided)] * provided, kappa, shares)
        nodes = links.nodes[touched]
        old = value[nodes]
        moving = residual > TOLERANCE  # a draw that stands is left alone, so that blocks only group draws
        residual = np.where(moving, np.max(np.abs(new - old), axis=0, initial=0.0), residual)
        new = np.where(moving, new, old)
        changed = nodes[(new != old).any(axis=1)]
        value = value.copy() if value is base else value
        value[nodes] = new
        if not (residual > TOLERANCE).any():
            return value
        touched = _readers(links, changed[changed < len(provided)])
    warnings.warn(
        f"operability stopped after {MAX_ROUNDS} rounds with residual {residual.max():.1e}", ConvergenceWarning,
        stacklevel=2,
    )  # fmt: skip
    return value
