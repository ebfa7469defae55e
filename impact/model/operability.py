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
from impact.model.dependencies import Dependencies, pool_best
from impact.model.reads import criticalities, kept_of

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

    @property
    def worth(self) -> Floats:
        """Worth of what stands in the country and in the care region, shape (2, N)."""
        return np.stack([self.network, self.in_reach])


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
    links = dependencies.competence_links
    critical = criticalities(links.reads, kappa)
    kept = kept_of(links.reads, levels, pool_best(links.pools, levels), critical, shares.worth)
    if shares.full_product:
        product[dependencies.nodes_with_families] = dependencies.node_links.product(kept)
        return product
    family = dependencies.families.least(kept)
    families, members, segments = dependencies.any_of_several
    if len(families):
        family[families] = segments.largest(kept[members])
    product[dependencies.nodes_with_families] = dependencies.node_families.product(family)
    return product


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
    nodes, is_pair = links.nodes, np.flatnonzero(links.nodes < len(provided))
    value, columns = base.copy(), int(base.shape[1])
    draws: Integers = np.arange(columns)
    now = own = base[nodes]
    read, present, worth = value[: len(provided)] * provided, provided[nodes[is_pair]], shares.worth
    critical = criticalities(links.reads, kappa)
    residual = np.zeros(0)
    for _ in range(MAX_ROUNDS):
        kept = kept_of(links.reads, read, pool_best(links.pools, read), critical, worth)
        new = own * links.by_node.product(kept) if shares.full_product else np.minimum(own, links.by_node.least(kept))
        residual = np.max(np.abs(new - now), axis=0, initial=0.0)
        value[nodes[:, None], draws] = new
        moving = np.flatnonzero(residual > TOLERANCE)
        if len(moving) == 0:
            return value
        if len(moving) < len(draws):  # a draw that stands is left alone, so that blocks only group draws
            draws, worth = draws[moving], worth[:, moving]
            own, new, read, present = own[:, moving], new[:, moving], read[:, moving], present[:, moving]
            critical = critical.columns(moving)
        now = new
        read[nodes[is_pair]] = now[is_pair] * present
    warnings.warn(
        f"operability stopped after {MAX_ROUNDS} rounds with residual {residual.max():.1e}", ConvergenceWarning,
        stacklevel=2,
    )  # fmt: skip
    return value
