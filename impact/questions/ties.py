"""What binds care areas to each other: dependence, scarce narrow competences, scarce resources; strength 0–1."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

from graph_schema import CareSystem, Record

__all__ = ["Pair", "Tie", "pair_strength", "ties_between"]

Kind = Literal["depends_on", "shares_competence", "shares_resource"]
Pair = tuple[str, str]
FEW_HEADS = 3.0  # heads a hospital from which on a competence is less scarce
FEW_OPERATORS = 13  # hospitals that operate a resource; one that more operate binds nobody
LEAST = 0.02  # weaker ties are left out
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


def _dependences(system: CareSystem, areas: Sequence[str]) -> Iterator[Tie]:
    for area in areas:
        for record in system.outgoing("DEPENDS_ON", area):
            other = record.text("target_id")
            if other in areas and other != area:
                yield Tie("depends_on", area, other, _value(record, "criticality"), None, record.text("reason"))


def _scarcity(system: CareSystem, competence: str) -> float:
    """1 where a hospital has at most three heads on average or nobody states how many; falls as there are more."""
    heads = [_value(r, "specialists") or _value(r, "fte") for r in system.incoming("STAFFS", competence)]
    known = [h for h in heads if h > 0]
    return min(1.0, FEW_HEADS / (sum(known) / len(known))) if known else 1.0


def _competences(system: CareSystem, areas: Sequence[str]) -> Iterator[Tie]:
    for node in system.rows["Competence"]:
        if node.text("kind") == "profession" or node.flag("is_base_specialty"):
            continue
        needs = {
            r.text("source_id"): _value(r, "criticality")
            for r in system.incoming("REQUIRES", node.key[0])
            if r.text("source_id") in areas
        }
        scarce = _scarcity(system, node.key[0])
        for a, b in combinations(sorted(needs), 2):
            # What two areas alone share binds them more than what many share.
            strength = needs[a] * needs[b] * scarce / (len(needs) - 1)
            yield Tie("shares_competence", a, b, strength, node.key[0])


def _resources(system: CareSystem, areas: Sequence[str]) -> Iterator[Tie]:
    for node in system.rows["Resource"]:
        operated = [_value(r, "capacity") for r in system.incoming("OPERATES", node.key[0])]
        days = DAYS if node.text("kind") == "loss" else WORKING_DAYS
        if not sum(operated) or len(operated) > FEW_OPERATORS:
            continue
        loads = {
            r.text("source_id"): _value(r, "amount") * _value(system.node(r.text("source_id")), "volume")
            / (days * sum(operated))
            for r in system.incoming("USES", node.key[0])
            if r.text("source_id") in areas
        }  # fmt: skip
        for a, b in combinations(sorted(loads), 2):
            yield Tie("shares_resource", a, b, min(1.0, 2 * min(loads[a], loads[b])), node.key[0])


def ties_between(system: CareSystem, areas: Sequence[str]) -> dict[Pair, list[Tie]]:
    """Return what binds each pair of areas, strongest first; pairs that nothing binds are left out.

    A dependence binds with its criticality κ; a competence (neither a base specialty nor a profession) with
    κ·κ′·min(1, 3 / heads a hospital) / (number of other areas that require it); a resource that few hospitals
    operate with twice the smaller of the shares of the nation's capacity that the two use.

    Parameters
    ----------
    system
        A validated system.
    areas
        Ids.
    """
    known = sorted(set(areas))
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
