"""Which of many decisions stands first in a chain of causes: the one that moves most of what the chain goes through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.measures import PERSPECTIVES
from impact.model.arrays import Floats
from impact.model.structure import Structure

__all__ = ["chains_from_decisions"]

NOTHING = 1e-9


def _weights(system: CareSystem, node: str) -> Mapping[str, float]:
    """Areas that use a competence (or a part of it) or a resource, and how much a patient takes."""
    kind = system.nodes[node].type
    found: dict[str, float] = {}
    if kind == "Competence":
        parts = [node, *(r.text("source_id") for r in system.incoming("PART_OF", node))]
        for part in parts:
            for record in system.incoming("REQUIRES", part):
                cases = record.quantity("head_cases")
                area = record.text("source_id")
                found[area] = max(found.get(area, 0.0), 1.0 if cases is None else cases.value)
    elif kind == "Resource":
        for record in system.incoming("USES", node):
            amount = record.quantity("amount")
            found[record.text("source_id")] = 1.0 if amount is None else amount.value
    elif kind == "CareArea":
        found[node] = 1.0
    return found


class _Movers:
    """The mean change in patients of every decided area at every hospital."""

    def __init__(self, system: CareSystem, structure: Structure, change: Floats) -> None:
        self.system, self.structure = system, structure
        areas, hospitals = structure.activity.areas, structure.places.hospitals
        self.change = np.zeros((len(areas), len(hospitals)))
        self.change[structure.activity.pair_area, structure.activity.pair_hospital] = change
        self.focus = list(structure.focus)

    def first(self, hospitals: Sequence[int], node: str | None) -> list[str]:
        """The decided area that moves most of what the node needs there; of all, where none needs it."""
        moved = np.abs(self.change[:, list(hospitals)]).sum(axis=1)
        for weights in ([_weights(self.system, node)] if node is not None else []) + [None]:
            size = {
                a: float(moved[a]) * (1.0 if weights is None else weights.get(self.structure.activity.areas[a], 0.0))
                for a in self.focus
            }
            best = max(size, key=lambda a: size[a], default=None)
            if best is not None and size[best] > NOTHING:
                return [self.structure.activity.areas[best]]
        return []


def chains_from_decisions(
    system: CareSystem, structure: Structure, change: Floats, rows: Sequence[Mapping[str, Any]]
) -> list[Mapping[str, Any]]:
    """Return cause chains of many decisions: each begins with the decision that moves most of what follows.

    Parameters
    ----------
    system
        What links areas to competences and resources.
    structure
        Compiled system; its focus are the decided areas.
    change
        Mean change in patients a year of each pair, shape (P,).
    rows
        Of `cause_rows`.

    Returns
    -------
    list
        The rows, and one for each region and the nation.
    """
    movers, places = _Movers(system, structure, change), structure.places
    first = [structure.activity.areas[a] for a in structure.focus][:1]
    index = {h: i for i, h in enumerate(places.hospitals)}
    found: list[Mapping[str, Any]] = []
    for row in rows:
        inner = [n for n in row["chain"][:-1] if n not in first]
        node = inner[0] if inner else None
        if "measure" in row and row["measure"] == "research_caseload" and not inner:
            node = row["chain"][0]  # the first decision itself is the area whose patients count
        begin = movers.first([index[row["entity"]]], node)
        found.append({**row, "chain": [*dict.fromkeys([*begin, *inner, row["entity"]])]})
    wholes = {r: np.flatnonzero(places.hospital_region == i).tolist() for i, r in enumerate(places.regions)}
    wholes["national"] = list(range(len(places.hospitals)))
    for entity, hospitals in wholes.items():
        begin = movers.first(hospitals, None) or movers.first(wholes["national"], None)
        found += [{"entity": entity, "perspective": p, "chain": [*begin, entity]} for p in PERSPECTIVES]
    return found
