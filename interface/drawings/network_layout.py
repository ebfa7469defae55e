"""Surroundings to places: a column for each part, ordered so that links cross little. No physics, always the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from interface.drawings.labels import fitted
from interface.drawings.network_data import Link
from interface.drawings.surroundings import Surroundings

__all__ = [
    "BULGE",
    "COLUMN",
    "FONT_SIZE",
    "HEADING",
    "INSIDE",
    "LINE_HEIGHT",
    "TALLEST",
    "WIDTH",
    "Box",
    "Layout",
    "curve_of",
    "layout_of",
]

WIDTH = 180.0  # of a box, in pixels
INSIDE = 8.0  # from its border to its words
FONT_SIZE, LINE_HEIGHT = 12.0, 14.5
COLUMN, PART = 228.0, 196.0  # from one column to the next; from one part of a column to the next
BETWEEN = 9.0  # between boxes above each other
HEADING = 34.0  # above the boxes
TALLEST, TALLER = 920.0, 1300.0  # height of a column, then it is broken; where there would be too many columns
MOST_COLUMNS = 7
SWEEPS = 8
BULGE = 30.0  # how far a link inside a column swings out
AROUND = ("hospitals", "functions", "needs_it", "focus", "needed", "competences", "resources", "sharing")
OF_HOSPITAL = ("hospitals", "permits", "provided", "functions", "needed", "competences", "resources")
BY_TYPE: Mapping[str, str] = {
    "Hospital": "hospitals", "CareArea": "areas", "Function": "functions", "Competence": "competences",
    "Resource": "resources",
}  # fmt: skip
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Box:
    """A node's place: the middle of its box, x to the right and y down, its height, and its name in lines."""

    x: float
    y: float
    height: float
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Layout:
    """Where everything stands.

    Attributes
    ----------
    boxes
        Of each node; the upper row begins at y = 0.
    headings
        Name of a column, x of its first part.
    width, height
        Of the whole, in pixels.
    """

    boxes: Mapping[str, Box]
    headings: Sequence[tuple[str, float]]
    width: float
    height: float


def _joined(links: Sequence[Link], start: str, *, forward: bool) -> set[str]:
    """Nodes that a node needs, or that need it, directly or through others."""
    found, waiting = {start}, [start]
    while waiting:
        node = waiting.pop()
        for link in links:
            here, there = (link.source, link.target) if forward else (link.target, link.source)
            if here == node and there not in found:
                found.add(there)
                waiting.append(there)
    return found


def _of_hospital(found: Surroundings) -> dict[str, list[str]]:
    """Columns around a hospital: its permits, what it provides without one, and what these need."""
    own = {link.target: link.is_permit for link in found.links if link.source == found.focus}
    columns: dict[str, list[str]] = {name: [] for name in OF_HOSPITAL}
    for node, kind in found.nodes.items():
        if kind == "CareArea":
            columns["needed" if node not in own else "permits" if own[node] else "provided"].append(node)
        else:
            columns[BY_TYPE[kind]].append(node)
    return columns


def _around(found: Surroundings, focus: str) -> dict[str, list[str]]:
    """Columns around a node: to the left what needs it, to the right what it needs and what shares that with it."""
    needs = {link.source for link in found.links if link.target == focus}
    needed = {link.target for link in found.links if link.source == focus}
    below, above = (_joined(found.links, focus, forward=forward) for forward in (True, False))
    columns: dict[str, list[str]] = {name: [] for name in AROUND}
    for node, kind in found.nodes.items():
        if node == focus:
            columns["focus"].append(node)
        elif kind in ("Hospital", "Competence", "Resource"):
            columns[BY_TYPE[kind]].append(node)
        elif kind == "Function":
            columns["functions" if node in above else "sharing"].append(node)
        elif node in needed or (node in below and node not in needs):
            columns["needed"].append(node)
        else:
            columns["needs_it" if node in above else "sharing"].append(node)
    return columns


def _columns(found: Surroundings) -> dict[str, list[str]]:
    focus = found.focus
    if focus is None:
        columns: dict[str, list[str]] = {name: [] for name in BY_TYPE.values()}
        for node, kind in found.nodes.items():
            columns[BY_TYPE[kind]].append(node)
        return columns
    return _of_hospital(found) if found.nodes[focus] == "Hospital" else _around(found, focus)


def _ordered(columns: dict[str, list[str]], found: Surroundings, north: Mapping[str, int]) -> dict[str, list[str]]:
    """Hospitals from north to south, each other column by the mean place of its nodes' neighbours, swept to and fro."""
    joined: dict[str, list[str]] = {node: [] for node in found.nodes}
    for link in found.links:
        joined[link.source].append(link.target)
        joined[link.target].append(link.source)
    place: dict[str, float] = {}

    def spread(nodes: Sequence[str]) -> None:
        for i, node in enumerate(nodes):
            place[node] = (i + 0.5) / len(nodes)

    columns["hospitals"].sort(key=lambda h: (north.get(h, len(north)), h))
    for nodes in columns.values():
        spread(nodes)
    names = [name for name, nodes in columns.items() if nodes and name != "hospitals"]
    for sweep in range(SWEEPS):
        for name in names if sweep % 2 == 0 else reversed(names):
            own = set(columns[name])

            def middle(node: str, own: set[str] = own) -> tuple[float, str]:
                others = [place[n] for n in joined[node] if n not in own]
                return (sum(others) / len(others) if others else place[node], node)

            columns[name] = sorted(columns[name], key=middle)
            spread(columns[name])
    return columns


def _height(lines: Sequence[str]) -> float:
    return 2 * INSIDE + LINE_HEIGHT * len(lines)


def _parts(nodes: Sequence[str], heights: Mapping[str, float], tallest: float) -> list[Sequence[str]]:
    """A column in parts of about the same number of boxes, none too tall."""
    count = 1
    while True:
        size = -(-len(nodes) // count)
        parts = [nodes[i : i + size] for i in range(0, len(nodes), size)]
        if size <= 1 or all(sum(heights[n] + BETWEEN for n in part) <= tallest for part in parts):
            return parts
        count += 1


def layout_of(found: Surroundings, names: Mapping[str, str], north: Sequence[str] = ()) -> Layout:
    """Return the places of all nodes.

    Parameters
    ----------
    found
        Of `surroundings`.
    names
        Of the nodes.
    north
        Hospitals in the order in which they stand.
    """
    columns = _ordered(_columns(found), found, {h: i for i, h in enumerate(north)})
    lines = {n: tuple(fitted(names[n], WIDTH - 2 * INSIDE, FONT_SIZE)) for n in found.nodes}
    heights = {n: _height(lines[n]) for n in found.nodes}
    parts = {name: _parts(nodes, heights, TALLEST) for name, nodes in columns.items() if nodes}
    if sum(map(len, parts.values())) > MOST_COLUMNS:
        parts = {name: _parts(nodes, heights, TALLER) for name, nodes in columns.items() if nodes}
    tall = {id(p): sum(heights[n] + BETWEEN for n in p) - BETWEEN for ps in parts.values() for p in ps}
    height = max(tall.values())
    boxes: dict[str, Box] = {}
    headings: list[tuple[str, float]] = []
    x = WIDTH / 2
    for name, chunks in parts.items():
        headings.append((name, x))
        for chunk in chunks:
            y = (height - tall[id(chunk)]) / 2
            for node in chunk:
                boxes[node] = Box(x, round(y + heights[node] / 2, 1), heights[node], lines[node])
                y += heights[node] + BETWEEN
            x += PART
        x += COLUMN - PART
    return Layout(boxes, headings, x - COLUMN + WIDTH / 2, height)


def curve_of(layout: Layout, link: Link) -> tuple[Point, Point, Point, Point]:
    """Return a link's line as a cubic curve: from side to side of the boxes, or swinging out inside a column."""
    here, there = layout.boxes[link.source], layout.boxes[link.target]
    half = WIDTH / 2
    if abs(here.x - there.x) < WIDTH:
        left = here.x - half
        return (left, here.y), (left - BULGE, here.y), (left - BULGE, there.y), (left, there.y)
    turn = 1 if there.x > here.x else -1
    start, end = here.x + turn * half, there.x - turn * half
    return (start, here.y), ((start + end) / 2, here.y), ((start + end) / 2, there.y), (end, there.y)
