"""What the links of a network read, each distinct term once: indices in, what every link keeps of its node out.

A link keeps ``1 − κ(1 − x)`` where ``x`` is the larger of the value at the node's own hospital and the discounted best
within reach. That is the larger of what it keeps by either, so the two are computed apart: many links share a
criticality and what stands elsewhere, and that part is computed once for all of them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from impact.model.arrays import Floats, Integers

__all__ = ["IN_REACH", "SAME_SITE", "Criticalities", "Reads", "compile_reads", "criticalities", "kept_of"]

SAME_SITE, IN_REACH = 0, 1


@dataclass(frozen=True)
class Reads:
    """The distinct terms of some links.

    Attributes
    ----------
    own_link, own_value
        Links that read a value at their own hospital, and which; shape (O,).
    pool, in_reach, far_link
        The distinct terms from elsewhere: pool, whether it lies within the care region, and one link whose criticality
        it has; shape (T,). A pool of -1 holds nothing.
    term
        The term of each link, shape (E,).
    """

    own_link: Integers
    own_value: Integers
    pool: Integers
    in_reach: Integers
    far_link: Integers
    term: Integers


def compile_reads(own: Integers, pool: Integers, reach: Integers, kappa_slots: Integers) -> Reads:
    """Return the distinct terms of links.

    Parameters
    ----------
    own, pool, reach, kappa_slots
        As in `Links`, each of shape (E,).
    """
    elsewhere = np.where(reach == SAME_SITE, -1, pool)
    keys = np.stack([kappa_slots, elsewhere, np.where(elsewhere < 0, 0, reach)])
    _, first, term = np.unique(keys, axis=1, return_index=True, return_inverse=True)
    own_link = np.flatnonzero(own >= 0)
    return Reads(
        own_link=own_link,
        own_value=own[own_link],
        pool=elsewhere[first],
        in_reach=(reach[first] == IN_REACH).astype(np.int64),
        far_link=first,
        term=term.reshape(-1),
    )


@dataclass(frozen=True)
class Criticalities:
    """Criticality of the terms of a block: own links, shape (O, N), and terms from elsewhere, (T, N)."""

    own: Floats
    far: Floats

    def columns(self, which: Integers) -> Criticalities:
        """Return those of some draws."""
        return Criticalities(np.take(self.own, which, axis=1), np.take(self.far, which, axis=1))


def criticalities(reads: Reads, kappa: Floats) -> Criticalities:
    """Return κ by term from κ by link, shape (E, N)."""
    return Criticalities(np.take(kappa, reads.own_link, axis=0), np.take(kappa, reads.far_link, axis=0))


def kept_of(reads: Reads, values: Floats, best: Floats, kappa: Criticalities, worth: Floats) -> Floats:
    """Return what each link keeps of its node, ``max(1 − κ(1 − own), 1 − κ(1 − worth·best))``; shape (E, N).

    Parameters
    ----------
    reads
        The terms.
    values
        What is read, 0–1, shape (V, N).
    best
        The best value of each pool, shape (pools, N).
    kappa
        Criticality by term.
    worth
        Of what stands in the country and in the care region, shape (2, N).
    """
    padded = np.concatenate([best, np.zeros((1, values.shape[1]))])  # pool -1 is the last row
    far = np.take(padded, reads.pool, axis=0, mode="wrap")
    far *= np.take(worth, reads.in_reach, axis=0)
    kept = np.take(_lowered(far, kappa.far), reads.term, axis=0)
    if len(reads.own_link) == len(kept):
        return np.maximum(kept, _lowered(np.take(values, reads.own_value, axis=0), kappa.own), out=kept)
    own = _lowered(np.take(values, reads.own_value, axis=0), kappa.own)
    kept[reads.own_link] = np.maximum(kept[reads.own_link], own)
    return kept


def _lowered(read: Floats, kappa: Floats) -> Floats:
    """Return 1 − κ(1 − read), in the memory of `read`."""
    np.subtract(1, read, out=read)
    read *= kappa
    return np.subtract(1, read, out=read)
