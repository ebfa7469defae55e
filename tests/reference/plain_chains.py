"""Plain answers of the cookbook on chains of dependence and on where numbers come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import networkx as nx
import pandas as pd

from graph_schema import Quantity, Record
from tests.reference.plain_lookups import Plain, Row, value

__all__ = ["dependency_path", "dependents", "evidence_of_areas", "functions_beside", "sources_of_area"]


def _dependence(s: Plain) -> nx.DiGraph[str]:
    found: nx.DiGraph[str] = nx.DiGraph()
    for a, b, d in s.graph.edges(data=True):
        if d["type"] == "DEPENDS_ON":
            found.add_edge(a, b, weight=value(d["criticality"]))
    return found


def _strength(graph: nx.DiGraph[str], chain: list[str]) -> float:
    product = 1.0
    for a, b in pairwise(chain):
        product *= graph.edges[a, b]["weight"]
    return product


def dependency_path(s: Plain, **ends: str) -> list[Row]:
    graph, rows = _dependence(s), list[Row]()
    for a, b in ((ends["from"], ends["to"]), (ends["to"], ends["from"])):
        if a != b and a in graph and b in graph and nx.has_path(graph, a, b):
            rows += [{"chain": chain, "steps": len(chain) - 1, "strength": _strength(graph, chain)}
                     for chain in nx.all_shortest_paths(graph, a, b)]  # fmt: skip
    return sorted(rows, key=lambda r: (r["steps"], -r["strength"], r["chain"]))


def _chains(graph: nx.DiGraph[str], area: str, depth: int) -> Iterator[list[str]]:
    if area in graph:
        back = graph.reverse()
        for n in graph:
            if n != area:
                yield from (chain[::-1] for chain in nx.all_simple_paths(back, area, n, cutoff=depth))


def dependents(s: Plain, area: str, depth: int, strength: float) -> list[Row]:
    graph = _dependence(s)
    found: dict[str, list[tuple[float, int, list[str]]]] = {}
    for chain in _chains(graph, area, depth):
        if _strength(graph, chain) >= strength:
            found.setdefault(chain[0], []).append((-_strength(graph, chain), len(chain) - 1, chain[1:-1]))
    rows = [{"node": n, "steps": min(c[1] for c in chains), "strength": -min(chains)[0], "through": min(chains)[2]}
            for n, chains in found.items()]  # fmt: skip
    return sorted(rows, key=lambda r: (-r["strength"], r["node"]))


def functions_beside(s: Plain, area: str, criticality: float) -> list[Row]:
    rows: list[Row] = []
    for f in s.all("Function"):
        both = sorted(s.needs(area, criticality).keys() & s.needs(f, criticality).keys())
        direct = max((value(d["criticality"]) for b, d in s.out(f, "DEPENDS_ON") if b == area), default=None)
        if both or direct is not None:
            rows.append({"function": f, "kind": s.get(f, "kind"), "depends": direct, "shared": len(both),
                         "competences": both, "hospital_count": len(s.sources(f, "PERFORMS"))})  # fmt: skip
    return sorted(rows, key=lambda r: (-r["shared"], r["function"]))


def _numbers(s: Plain, area: str) -> list[Quantity]:
    records: list[Record] = [s.system.node(area)]
    for kind in ("REQUIRES", "USES", "DEPENDS_ON"):
        records += s.system.outgoing(kind, area)
    for kind in ("PROVIDES", "PROVIDES_VOLUME", "PROVIDED_BEFORE"):
        records += s.system.incoming(kind, area)
    return [quantity for record in records for _, quantity in record.quantities()]


def evidence_of_areas(s: Plain, share: float, status: str) -> list[Row]:
    rows: list[Row] = []
    for a in s.all("CareArea", status=status):
        grades = pd.Series([q.grade for q in _numbers(s, a)]).value_counts()
        counts = {g: int(grades.get(g, 0)) for g in ("reported", "derived", "assumed")}
        numbers = sum(counts.values())
        rows.append({"area": a, "numbers": numbers, **counts, "share_assumed": counts["assumed"] / numbers})
    kept = [r for r in rows if r["share_assumed"] >= share]
    return sorted(kept, key=lambda r: (-r["share_assumed"], -r["numbers"], r["area"]))


def sources_of_area(s: Plain, area: str) -> list[Row]:
    cited = Counter(source for q in _numbers(s, area) for source in q.source.split(";"))
    rows: list[Row] = []
    for name, count in cited.items():
        record = s.system.source(name)
        is_source = record.type == "sources"
        title = record.text("title" if is_source else "statement")
        rows.append({"source": name, "kind": "source" if is_source else "assumption", "title": title,
                     "quality": None if is_source else record.text("quality"), "numbers": count})  # fmt: skip
    return sorted(rows, key=lambda r: (-r["numbers"], r["source"]))
