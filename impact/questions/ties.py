"""What binds care areas to each other: dependence, scarce narrow competences, scarce resources; strength 0–1.

The only measure of how areas hang together: an area's neighbours and the clusters both read it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from graph_schema import CareSystem, Record

__all__ = ["PIPELINE", "REVIEWED", "Pair", "Tie", "pair_strength", "ties_between"]

Kind = Literal["depends_on", "shares_competence", "shares_resource"]
Pair = tuple[str, str]
PIPELINE = ("in_process", "tabled", "proposed")
REVIEWED = ("decided", *PIPELINE)
FEW_HEADS = 3.0  # heads a hospital from which on a competence is less scarce
FEW_OPERATORS = 13  # hospitals that operate a resource; one that more operate binds nobody
LEAST = 0.02  # weaker ties bind nobody
DAYS, WORKING_DAYS = 365.0, 220.0


@dataclass(frozen=True, slots=True)
class Tie:
    """One thing that binds two areas; strength 0–1.

    Attributes
    ----------
    a, b
        Of a dependence `a` is the one that depends; else in the order of their ids.
    what
        The competence or resource; None of a dependence.
    reason
        Of a dependence, as the dataset states it.
    """

    kind: Kind
    a: str
    b: str
    strength: float
    what: str | None = None
    reason: str = ""


def _value(record: Record, name: str, absent: float = 0.0) -> float:
    quantity = record.quantity(name)
    return absent if quantity is None else quantity.value


def _dependences(system: CareSystem, areas: frozenset[str]) -> Iterator[Tie]:
    for area in sorted(areas):
        for record in system.outgoing("DEPENDS_ON", area):
            other = record.text("target_id")
            if other in areas and other != area:
                yield Tie("depends_on", area, other, _value(record, "criticality"), None, record.text("reason"))


def _scarcity(system: CareSystem, competence: str) -> float:
    """1 where a hospital has at most three heads on average or nobody states how many; falls as there are more."""
    heads = [_value(r, "specialists") or _value(r, "fte") for r in system.incoming("STAFFS", competence)]
    known = [h for h in heads if h > 0]
    return min(1.0, FEW_HEADS / (sum(known) / len(known))) if known else 1.0


def _areas_of(system: CareSystem, records: Iterable[Record], name: str) -> dict[str, float]:
    """Areas (not functions) among the sources of relationships, with a number of each relationship."""
    ends = ((r.text("source_id"), _value(r, name)) for r in records)
    return {source: value for source, value in ends if system.node(source).type == "CareArea"}


def _competences(system: CareSystem, areas: frozenset[str]) -> Iterator[Tie]:
    for node in system.rows["Competence"]:
        if node.text("kind") == "profession" or node.flag("is_base_specialty"):
            continue
        needs = _areas_of(system, system.incoming("REQUIRES", node.key[0]), "criticality")
        scarce = _scarcity(system, node.key[0])
        counted = {a for a in needs if system.node(a).text("status") in REVIEWED}
        for a, b in combinations(sorted(areas & needs.keys()), 2):
            # What two areas alone share binds them more than what many share.
            strength = needs[a] * needs[b] * scarce / (len(counted | {a, b}) - 1)
            yield Tie("shares_competence", a, b, strength, node.key[0])


def _resources(system: CareSystem, areas: frozenset[str]) -> Iterator[Tie]:
    for node in system.rows["Resource"]:
        operated = [_value(r, "capacity") for r in system.incoming("OPERATES", node.key[0])]
        days = DAYS if node.text("kind") == "loss" else WORKING_DAYS
        if not sum(operated) or len(operated) > FEW_OPERATORS:
            continue
        amounts = _areas_of(system, system.incoming("USES", node.key[0]), "amount")
        loads = {a: n * _value(system.node(a), "volume") / (days * sum(operated)) for a, n in amounts.items()}
        enough = [a for a in sorted(areas & loads.keys()) if 2 * loads[a] >= LEAST]
        for a, b in combinations(enough, 2):
            yield Tie("shares_resource", a, b, min(1.0, 2 * min(loads[a], loads[b])), node.key[0])


def ties_between(system: CareSystem, areas: Iterable[str]) -> dict[Pair, list[Tie]]:
    """Return what binds each pair of areas, strongest first; pairs that nothing binds are left out.

    A dependence binds with its criticality κ; a competence (neither a base specialty nor a profession) with
    κ·κ′·min(1, 3 / heads a hospital) / (number of other areas, decided or on their way, that require it; the second
    of the pair always counts); a resource that few hospitals operate with twice the smaller of the shares of the
    nation's capacity that the two use; ties below 0.02 bind nobody. What binds a pair does not depend on which other
    areas are asked for.

    Parameters
    ----------
    system
        A validated system.
    areas
        Ids.
    """
    known = frozenset(areas)
    found: dict[Pair, list[Tie]] = {}
    for find in (_dependences, _competences, _resources):
        for tie in find(system, known):
            if tie.strength >= LEAST:
                found.setdefault((min(tie.a, tie.b), max(tie.a, tie.b)), []).append(tie)
    return {pair: sorted(ties, key=lambda t: (-t.strength, t.kind, t.what or "")) for pair, ties in found.items()}


def pair_strength(ties: Sequence[Tie] | Mapping[int, Tie]) -> float:
    """Return how strongly a pair is bound, ``1 − Π(1 − s)`` over its ties.

    Examples
    --------
    >>> pair_strength([Tie("depends_on", "a", "b", 0.5), Tie("shares_competence", "a", "b", 0.5)])
    0.75
    """
    rows = list(ties.values()) if isinstance(ties, Mapping) else list(ties)
    return 1 - math.prod(1 - t.strength for t in rows)
