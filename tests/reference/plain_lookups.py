"""A care system as a networkx graph, with what the plain answers of the cookbook look up in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from graph_schema import CareSystem, Quantity, to_networkx

__all__ = ["Plain", "Row", "in_force", "interval", "value"]

Row = dict[str, Any]


class Plain:
    """A system as a graph, with what the answers look up in it."""

    def __init__(self, system: CareSystem) -> None:
        self.system = system
        self.graph = to_networkx(system)

    def all(self, type_name: str, /, **wanted: Any) -> list[str]:
        found = [n for n, d in self.graph.nodes(data=True) if d["type"] == type_name]
        return sorted(n for n in found if all(self.graph.nodes[n].get(k) == v for k, v in wanted.items()))

    def get(self, node: str, name: str) -> Any:
        return value(self.graph.nodes[node].get(name))

    def out(self, node: str, kind: str) -> list[tuple[str, Row]]:
        return [(b, d) for _, b, d in self.graph.out_edges(node, data=True) if d["type"] == kind]

    def into(self, node: str, kind: str) -> list[tuple[str, Row]]:
        return [(a, d) for a, _, d in self.graph.in_edges(node, data=True) if d["type"] == kind]

    def sources(self, node: str, kind: str) -> list[str]:
        return sorted({a for a, _ in self.into(node, kind)})

    def region(self, hospital: str) -> str | None:
        return next((b for b, _ in self.out(hospital, "LOCATED_IN")), None)

    def holders(self, area: str, as_of: dt.date, permit: bool = False) -> list[str]:
        return sorted({h for h, d in self.into(area, "PROVIDES") if in_force(d, as_of, permit)})

    def held(self, hospital: str, as_of: dt.date, permit: bool = False) -> list[str]:
        return sorted({a for a, d in self.out(hospital, "PROVIDES") if in_force(d, as_of, permit)})

    def needs(self, thing: str, criticality: float = 0.0) -> dict[str, Row]:
        return {c: d for c, d in self.out(thing, "REQUIRES") if value(d["criticality"]) >= criticality}

    def hours(self, region: str | None, hospital: str) -> float | None:
        rows = [d for h, d in self.out(region, "TRAVELS") if h == hospital] if region else []
        return value(rows[0]["hours_p50"]) if rows else None

    def patients(self, hospital: str, area: str, as_of: dt.date) -> tuple[float, str]:
        reported: dict[int, float] = {}
        for h, d in self.into(area, "PROVIDES_VOLUME"):
            if h == hospital and "sub_permit" not in d and "home_region" not in d and d["year"] <= as_of.year:
                reported[d["year"]] = reported.get(d["year"], 0.0) + value(d["patients"])
        if reported:
            return reported[max(reported)], "by_year"
        rows = [d for h, d in self.into(area, "PROVIDES") if h == hospital and in_force(d, as_of)]
        estimates = [value(d["patients"]) for d in rows if "patients" in d]
        if estimates:
            return max(estimates), "estimate"
        return self.get(area, "volume") / len(self.holders(area, as_of)), "even_split"


def value(found: Any) -> Any:
    return found.value if isinstance(found, Quantity) else found


def in_force(permit: Row, as_of: dt.date, must_be_permit: bool = False) -> bool:
    first, last = permit.get("valid_from"), permit.get("valid_to")
    return (
        permit["role"] == "holder"
        and "sub_permit" not in permit
        and (permit["permit"] or not must_be_permit)
        and (first is None or dt.date.fromisoformat(first) <= as_of)
        and (last is None or as_of <= dt.date.fromisoformat(last))
    )


def interval(quantity: Quantity | None, name: str) -> Row:
    parts = (None, None, None) if quantity is None else (quantity.low, quantity.high, quantity.grade)
    return dict(zip((f"{name}_low", f"{name}_high", "grade"), parts, strict=True))
