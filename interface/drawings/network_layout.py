"""Surroundings to places: a column for each part, ordered so that links cross little. No physics, always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interface.drawings.network_data import Surroundings

__all__ = ["BOX", "Layout", "layout_of"]

BOX = (218.0, 34.0)  # width and height of a node
COLUMN, ROW = 282.0, 44.0  # from one to the next
TALLEST = 24  # nodes in a column, then it is broken
SWEEPS = 8
AROUND_AREA = ("hospitals", "needs_it", "focus", "needed", "competences", "resources", "sharing")
BY_TYPE: Mapping[str, str] = {
    "Hospital": "hospitals", "CareArea": "areas", "Function": "functions", "Competence": "competences",
    "Resource": "resources",
}  # fmt: skip
TYPE_COLUMNS = ("hospitals", "areas", "functions", "competences", "resources")


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes
    ----------
    places
        Node to the middle of its box, x to the right and y down, in pixels.
    headings
        Name of a column (a word of `AROUND_AREA` or of the types), x of its first part.
    width, height
        Of the whole; the upper row of boxes begins at y = 0.
    """

    places: Mapping[str, tuple[float, float]]
    headings: Sequence[tuple[str, float]]
    width: float
    height: float


def _columns(found: Surroundings) -> dict[str, list[str]]:
    focus = found.focus
    if focus is None or found.nodes[focus] == "Hospital":
        columns: dict[str, list[str]] = {name: [] for name in TYPE_COLUMNS}
        for node, kind in found.nodes.items():
            columns[BY_TYPE[kind]].append(node)
        return columns
    needs = {link.source for link in found.links if link.target == focus}
    needed = {link.target for link in found.links if link.source == focus}
    columns = {name: [] for name in AROUND_AREA}
    for node, kind in found.nodes.items():
        if node == focus:
            columns["focus"].append(node)
        elif kind in ("Hospital", "Competence", "Resource"):
            columns[BY_TYPE[kind]].append(node)
        elif node in needed:
            columns["needed"].append(node)
        else:
            columns["needs_it" if node in needs else "sharing"].append(node)
    return columns


def _ordered(columns: dict[str, list[str]], found: Surroundings) -> dict[str, list[str]]:
    """Each column by the mean place of its nodes' neighbours (barycentre), swept to and fro."""
    joined: dict[str, list[str]] = {node: [] for node in found.nodes}
    for link in found.links:
        joined[link.source].append(link.target)
        joined[link.target].append(link.source)
    place: dict[str, float] = {}

    def spread(nodes: Sequence[str]) -> None:
        for i, node in enumerate(nodes):
            place[node] = (i + 0.5) / len(nodes)

    for nodes in columns.values():
        spread(nodes)
    names = [name for name, nodes in columns.items() if nodes]
    for sweep in range(SWEEPS):
        for name in names if sweep % 2 == 0 else reversed(names):
            own = set(columns[name])

            def middle(node: str, own: set[str] = own) -> tuple[float, str]:
                others = [place[n] for n in joined[node] if n not in own]
                return (sum(others) / len(others) if others else place[node], node)

            columns[name] = sorted(columns[name], key=middle)
            spread(columns[name])
    return columns


def layout_of(found: Surroundings) -> Layout:
    """Return the places of all nodes.

    Parameters
    ----------
    found
        Of `surroundings`.
    """
    columns = _ordered(_columns(found), found)
    tallest = max(min(len(nodes), TALLEST) for nodes in columns.values())
    height = tallest * ROW
    places: dict[str, tuple[float, float]] = {}
    headings: list[tuple[str, float]] = []
    x = BOX[0] / 2
    for name, nodes in columns.items():
        if not nodes:
            continue
        headings.append((name, x))
        parts = -(-len(nodes) // TALLEST)
        size = -(-len(nodes) // parts)
        for part in range(parts):
            chunk = nodes[part * size : (part + 1) * size]
            top = (height - len(chunk) * ROW) / 2 + ROW / 2
            for i, node in enumerate(chunk):
                places[node] = (x, round(top + i * ROW, 1))
            x += COLUMN if part == parts - 1 else BOX[0] + 24
    return Layout(places, headings, x - COLUMN + BOX[0] / 2, height)
