"""Areas that an area hangs together with, most important first, and why in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from graph_schema import CareSystem
from impact.questions.ties import Pair, Tie, pair_strength, ties_between

__all__ = ["all_ties", "neighbours_of"]

MOST = 8
NAMED = 3  # competences or resources that a sentence names

Kind = Literal["depends_on", "needed_by", "shares_competence", "shares_resource", "same_cluster"]


def all_ties(system: CareSystem) -> dict[Pair, list[Tie]]:
    """Return what binds all areas of a system to each other; see `ties_between`."""
    return ties_between(system, (r.key[0] for r in system.rows["CareArea"]))


def _same_cluster(system: CareSystem, area: str) -> list[str]:
    """Areas that the dataset groups with it: people's grouping, no link, and so without strength."""
    cluster = system.node(area).text("cluster")
    rows = system.rows["CareArea"] if cluster else ()
    return [r.key[0] for r in rows if r.key[0] != area and r.text("cluster") == cluster]


def _kind(tie: Tie, area: str) -> Kind:
    if tie.kind == "depends_on":
        return "depends_on" if tie.a == area else "needed_by"
    return tie.kind


def _rows(area: str, ties: Sequence[Tie], *, is_grouped: bool) -> list[dict[str, Any]]:
    """What binds a pair, seen from one of the two."""
    order = ("depends_on", "needed_by", "shares_competence", "shares_resource")
    found = [
        {
            "kind": _kind(t, area),
            "competence": t.what if t.kind == "shares_competence" else None,
            "resource": t.what if t.kind == "shares_resource" else None,
            "strength": t.strength,
            "reason": t.reason or None,
        }
        for t in ties
    ]
    found.sort(key=lambda row: order.index(str(row["kind"])))
    if is_grouped:
        found.append({"kind": "same_cluster", "competence": None, "resource": None, "strength": 0.0, "reason": None})
    return found


def _why(system: CareSystem, rows: Sequence[Mapping[str, Any]]) -> str:
    kinds = {row["kind"]: [r for r in rows if r["kind"] == row["kind"]] for row in rows}
    parts: list[str] = []
    for kind, text in (("depends_on", "är beroende av det"), ("needed_by", "behövs av det")):
        if kind in kinds:
            share = f"{max(r['strength'] for r in kinds[kind]):.2g}".replace(".", ",")
            parts.append(f"{text} (kritikalitet {share})")
    shared = [r["competence"] or r["resource"] for r in rows if r["competence"] or r["resource"]]
    if shared:
        names = [system.node(c).text("name_sv") for c in shared[:NAMED]]
        more = f" och {len(shared) - NAMED} till" if len(shared) > NAMED else ""
        parts.append(f"delar {', '.join(names)}{more}")
    if "same_cluster" in kinds:
        parts.append("samma kluster")
    return "; ".join(parts)


def neighbours_of(
    system: CareSystem, area: str, ties: Mapping[Pair, Sequence[Tie]] | None = None, most: int | None = MOST
) -> list[dict[str, Any]]:
    """Return the areas that an area hangs together with, most important first, at most eight unless told otherwise.

    The importance is the strength of the pair, ``1 − Π(1 − s)`` (`ties_between`), the same as in clusters. The same
    cluster of the dataset is a reason that adds nothing: areas with that alone come last.

    Parameters
    ----------
    system
        A validated system.
    area
        Id of a care area.
    ties
        Of `all_ties`, where they are known already.
    most
        How many at most; None: all.

    Returns
    -------
    list of dict
        ``area``, ``name_sv``, ``importance`` (0–1), ``why`` (Swedish) and ``ties``: ``kind`` (``depends_on``,
        ``needed_by``, ``shares_competence``, ``shares_resource``, ``same_cluster``), ``competence``, ``resource``,
        ``strength``, ``reason``.

    Raises
    ------
    UnknownNode
        If there is no such area.
    """
    system.node(area, "CareArea")
    known = all_ties(system) if ties is None else ties
    bound = {(b if a == area else a): found for (a, b), found in known.items() if area in (a, b)}
    grouped = _same_cluster(system, area)
    importance = {other: pair_strength(bound.get(other, ())) for other in (*bound, *grouped)}
    found: list[dict[str, Any]] = []
    for other in sorted(importance, key=lambda other: (-importance[other], other))[:most]:
        rows = _rows(area, bound.get(other, ()), is_grouped=other in grouped)
        found.append(
            {
                "area": other,
                "name_sv": system.node(other).text("name_sv"),
                "importance": importance[other],
                "why": _why(system, rows),
                "ties": rows,
            }
        )
    return found
