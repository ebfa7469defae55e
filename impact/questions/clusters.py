"""Groups of areas that ought to be reviewed together, why, and which case should wait for which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, cast

import networkx as nx

from graph_schema import CareSystem, SettingError
from impact.questions.ties import PIPELINE, REVIEWED, Pair, Tie, pair_strength, ties_between

__all__ = ["PIPELINE", "clusters", "clusters_of", "reviewed_areas", "strongest_pairs", "waits"]

LEAST_DEPENDENCE = 0.1  # criticality from which on one case waits for another


def reviewed_areas(system: CareSystem) -> list[str]:
    """Return the ids of the areas that are decided or on their way."""
    return [r.key[0] for r in system.rows["CareArea"] if r.text("status") in REVIEWED]


def clusters_of(strengths: Mapping[Pair, float], least: float) -> list[list[str]]:
    """Return the groups of areas by greedy modularity over the pairs bound at least so strongly.

    Parameters
    ----------
    strengths
        Pair to how strongly it is bound, 0–1.
    least
        Weaker pairs do not count.

    Returns
    -------
    list
        Groups of at least two, sorted inside; the strongest group first.

    Examples
    --------
    >>> clusters_of({("a", "b"): 0.5, ("b", "c"): 0.1, ("d", "e"): 0.9}, 0.2)
    [['d', 'e'], ['a', 'b']]
    """
    graph = cast(Any, nx.Graph())
    kept = {pair: s for pair, s in sorted(strengths.items()) if s >= least}
    if not kept:
        return []
    for (a, b), strength in kept.items():
        graph.add_edge(a, b, weight=strength)
    communities: Any = nx.community.greedy_modularity_communities(graph, weight="weight")  # pyright: ignore[reportUnknownMemberType]
    found = [sorted(str(node) for node in group) for group in communities]
    found = [group for group in found if len(group) > 1]

    def strongest(group: list[str]) -> float:
        return max((kept.get(pair, 0.0) for pair in combinations(group, 2)), default=0.0)

    return sorted(found, key=lambda group: (-strongest(group), group))


def strongest_pairs(strengths: Mapping[Pair, float], groups: Sequence[Sequence[str]], least: float) -> list[Pair]:
    """Return the pairs inside groups that are bound at least so strongly, strongest first."""
    inside = [p for group in groups for p in combinations(group, 2) if strengths.get(p, 0.0) >= least]
    return sorted(inside, key=lambda p: (-strengths[p], p))


def _dependence(ties: Sequence[Tie], area: str) -> Tie | None:
    return next((t for t in ties if t.kind == "depends_on" and t.a == area), None)


def _wait(area: str, other: str, why: str, reason: str = "") -> dict[str, Any]:
    return {"area": area, "waits_for": other, "why": why, "reason": reason}


def waits(system: CareSystem, pair: Pair, ties: Sequence[Tie]) -> dict[str, Any] | None:
    """Return which of two cases should wait for the other, or None.

    Only of cases that are not decided yet: the one that depends more on the other (criticality at least 0.1);
    without dependence, the one at the earlier step of the process.

    Parameters
    ----------
    system
        For status and step.
    pair, ties
        Two areas and what binds them.
    """
    a, b = pair
    if any(system.node(area).text("status") not in PIPELINE for area in pair):
        return None
    on_b, on_a = _dependence(ties, a), _dependence(ties, b)
    first, second = (0.0 if t is None else t.strength for t in (on_b, on_a))
    if max(first, second) >= LEAST_DEPENDENCE and first != second:
        tie = on_b if first > second else on_a
        assert tie is not None  # the stronger one exists
        return _wait(tie.a, tie.b, "depends_on", tie.reason)
    steps = [system.node(area).number("step") or 0 for area in pair]
    if steps[0] == steps[1]:
        return None
    return _wait(a, b, "earlier_step") if steps[0] < steps[1] else _wait(b, a, "earlier_step")


def _row(
    system: CareSystem, group: Sequence[str], ties: Mapping[Pair, Sequence[Tie]], least: float,
    interactions: Mapping[Pair, Mapping[str, Any]],
) -> dict[str, Any]:  # fmt: skip
    bound = [p for p in combinations(group, 2) if p in ties]
    strengths = {p: pair_strength(ties[p]) for p in bound}
    strong = [p for p in bound if strengths[p] >= least]
    shared = sorted((t for p in bound for t in ties[p]), key=lambda t: (-t.strength, t.a, t.b))
    known = [interactions[p]["interaction"] for p in bound if p in interactions]
    found = [waits(system, p, ties[p]) for p in strong]
    return {
        "areas": list(group),
        "strength": max(strengths.values()),
        "shared": [
            {"kind": t.kind, "a": t.a, "b": t.b, "what": t.what, "strength": t.strength, "reason": t.reason or None}
            for t in shared
        ],
        "interaction": sum(known) if known else None,
        "pairs": [
            {"a": p[0], "b": p[1], "strength": strengths[p],
             **(interactions.get(p) or {"interaction": None, "low": None, "high": None})}
            for p in sorted(bound, key=lambda p: (-strengths[p], p)) if p in strong or p in interactions
        ],
        "wait_for": [w for w in found if w is not None],
    }  # fmt: skip


def clusters(
    system: CareSystem, least: float = 0.2, interactions: Mapping[Pair, Mapping[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """Return the groups of decided and coming areas that ought to be reviewed together.

    Parameters
    ----------
    system
        A validated system.
    least
        Strength from which on two areas are bound, above 0 and up to 1.
    interactions
        Pair to ``interaction``, ``low`` and ``high`` [patients/year]; empty where they were not computed.

    Returns
    -------
    list of dict
        ``areas``, ``shared``, ``interaction`` (sum over its pairs, None where not computed), ``pairs``,
        ``wait_for``; strongest first.

    Raises
    ------
    SettingError
        If the strength is impossible.
    """
    if not 0 < least <= 1:
        raise SettingError(f"min = {least}: choose a strength above 0 and up to 1")
    ties = ties_between(system, reviewed_areas(system))
    groups = clusters_of({pair: pair_strength(found) for pair, found in ties.items()}, least)
    return [_row(system, group, ties, least, interactions or {}) for group in groups]
