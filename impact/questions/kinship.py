"""Areas that hang together: dependence, shared narrow competences, the same cluster."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from graph_schema import CareSystem, Record

__all__ = ["neighbours_of"]

MOST = 8
NAMED = 3  # competences that a sentence names
CLUSTER = 0.05  # strength of standing in the same cluster


@dataclass(frozen=True, slots=True)
class _Tie:
    """One reason why two areas hang together; strength 0–1."""

    kind: Literal["depends_on", "needed_by", "shares_competence", "same_cluster"]
    area: str
    strength: float
    competence: str | None = None
    reason: str | None = None


def _criticality(record: Record) -> float:
    quantity = record.quantity("criticality")
    return 0.0 if quantity is None else quantity.value


def _is_area(system: CareSystem, node: str) -> bool:
    return system.node(node).type == "CareArea"


def _dependences(system: CareSystem, area: str) -> Iterator[_Tie]:
    for record in system.outgoing("DEPENDS_ON", area):
        yield _Tie("depends_on", record.text("target_id"), _criticality(record), None, record.text("reason") or None)
    for record in system.incoming("DEPENDS_ON", area):
        source = record.text("source_id")
        if _is_area(system, source):
            yield _Tie("needed_by", source, _criticality(record), None, record.text("reason") or None)


def _is_narrow(competence: Record) -> bool:
    return competence.text("kind") != "profession" and not competence.flag("is_base_specialty")


def _shared_competences(system: CareSystem, area: str) -> Iterator[_Tie]:
    for record in system.outgoing("REQUIRES", area):
        competence = record.text("target_id")
        if not _is_narrow(system.node(competence)):
            continue
        others = [
            other
            for other in system.incoming("REQUIRES", competence)
            if other.text("source_id") != area and _is_area(system, other.text("source_id"))
        ]
        for other in others:
            # What two areas alone share binds them more than what many share.
            strength = _criticality(record) * _criticality(other) / len(others)
            yield _Tie("shares_competence", other.text("source_id"), strength, competence)


def _same_cluster(system: CareSystem, area: str) -> Iterator[_Tie]:
    cluster = system.node(area).text("cluster")
    for record in system.rows["CareArea"]:
        if cluster and record.key[0] != area and record.text("cluster") == cluster:
            yield _Tie("same_cluster", record.key[0], CLUSTER)


def _why(system: CareSystem, ties: list[_Tie]) -> str:
    kinds: Mapping[str, list[_Tie]] = {tie.kind: [t for t in ties if t.kind == tie.kind] for tie in ties}
    parts: list[str] = []
    for kind, text in (("depends_on", "är beroende av det"), ("needed_by", "behövs av det")):
        if kind in kinds:
            share = f"{max(t.strength for t in kinds[kind]):.2g}".replace(".", ",")
            parts.append(f"{text} (kritikalitet {share})")
    if shared := [t.competence for t in kinds.get("shares_competence", ()) if t.competence]:
        names = [system.node(c).text("name_sv") for c in shared[:NAMED]]
        more = f" och {len(shared) - NAMED} till" if len(shared) > NAMED else ""
        parts.append(f"delar {', '.join(names)}{more}")
    if "same_cluster" in kinds:
        parts.append("samma kluster")
    return "; ".join(parts)


def neighbours_of(system: CareSystem, area: str) -> list[dict[str, Any]]:
    """Return the areas that an area hangs together with, most important first, at most eight.

    The importance is ``1 − Π(1 − s)`` over the ties: s = κ for a dependence in either direction and, for a
    narrow competence (neither a base specialty nor a profession), s = κ·κ′/(number of other areas that require
    it); the same cluster counts as 0.05.

    Parameters
    ----------
    system
        A validated system.
    area
        Id of a care area.

    Returns
    -------
    list of dict
        ``area``, ``name_sv``, ``importance`` (0–1), ``why`` (Swedish) and ``ties``: ``kind`` (``depends_on``,
        ``needed_by``, ``shares_competence``, ``same_cluster``), ``competence``, ``strength``, ``reason``.

    Raises
    ------
    UnknownNode
        If there is no such area.
    """
    system.node(area, "CareArea")
    ties: dict[str, list[_Tie]] = {}
    for find in (_dependences, _shared_competences, _same_cluster):
        for tie in sorted(find(system, area), key=lambda t: (-t.strength, t.competence or "")):
            if tie.area != area:
                ties.setdefault(tie.area, []).append(tie)
    importance = {other: 1 - math.prod(1 - t.strength for t in found) for other, found in ties.items()}
    nearest = sorted(ties, key=lambda other: (-importance[other], other))[:MOST]
    return [
        {
            "area": other,
            "name_sv": system.node(other).text("name_sv"),
            "importance": importance[other],
            "why": _why(system, ties[other]),
            "ties": [
                {"kind": t.kind, "competence": t.competence, "strength": t.strength, "reason": t.reason}
                for t in ties[other]
            ],
        }
        for other in nearest
    ]
