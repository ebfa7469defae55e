"""The care system as a typed networkx graph, for analysts and for the reference implementation."""

from __future__ import annotations

from typing import Any

import networkx as nx

from graph_schema.care_system import CareSystem
from graph_schema.schema import load_schema

__all__ = ["to_networkx"]


def to_networkx(system: CareSystem) -> nx.MultiDiGraph[str]:
    """Return a copy of the system as a directed multigraph.

    Nodes carry ``type`` and their properties; edges have the relationship type as ``type``, the
    full row key as edge key and their properties (quantities stay `Quantity`). The graph is a copy:
    changing it never changes the system.

    Parameters
    ----------
    system
        A validated system.

    Returns
    -------
    networkx.MultiDiGraph
        Node ids are the ids of the dataset.
    """
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    graph.graph.update(system.settings, system_hash=system.content_hash)
    for node_id, record in system.nodes.items():
        properties: dict[str, Any] = dict(record.values)
        graph.add_node(node_id, **{**properties, "type": record.type})
    for name, spec in load_schema().items():
        if spec.kind != "relationship":
            continue
        for record in system.rows[name]:
            properties = {k: v for k, v in record.values.items() if k not in ("source_id", "target_id")}
            graph.add_edge(
                record.text("source_id"),
                record.text("target_id"),
                key="|".join((name, *record.key)),
                **{**properties, "type": name},
            )
    return graph
