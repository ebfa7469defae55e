"""Places on the page: the counties' outlines, and longitude and latitude to pixels."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

__all__ = ["Frame", "counties", "frame_of", "projected"]

MERIDIAN = 16.5  # in the middle of Sweden
Point = tuple[float, float]


@cache
def counties() -> tuple[Mapping[str, Any], ...]:
    """Return the outlines of the 21 counties as GeoJSON features (see counties.md)."""
    content = resources.files("interface.drawings").joinpath("counties.geojson").read_text(encoding="utf-8")
    return tuple(json.loads(content)["features"])


def _transverse(longitude: float, latitude: float) -> Point:
    """Transverse Mercator on a sphere of radius 1, east and south positive (Snyder 1987, eqs. 8-1 and 8-3)."""
    turn, up = math.radians(longitude - MERIDIAN), math.radians(latitude)
    return math.atanh(math.cos(up) * math.sin(turn)), -math.atan2(math.tan(up), math.cos(turn))


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the map lies on the page: scale and shift of the projected sphere, height and width in pixels."""

    scale: float
    left: float
    top: float
    width: float
    height: float

    def pixel(self, longitude: float, latitude: float) -> Point:
        """Return the place on the page, from its upper left corner."""
        x, y = _transverse(longitude, latitude)
        return round(self.scale * x - self.left, 1), round(self.scale * y - self.top, 1)


def frame_of(points: Iterable[Point], height: float, margin: float = 12.0) -> Frame:
    """Return the frame in which all points (longitude, latitude) fit into a height.

    Raises
    ------
    ValueError
        If there is no point.
    """
    flat = [_transverse(*p) for p in points]
    xs, ys = [p[0] for p in flat], [p[1] for p in flat]
    scale = (height - 2 * margin) / max(max(ys) - min(ys), (max(xs) - min(xs)) / 2, 1e-6)
    width = scale * (max(xs) - min(xs)) + 2 * margin
    return Frame(scale, scale * min(xs) - margin, scale * min(ys) - margin, width, height)


def projected(frame: Frame, codes: Collection[str], shift: float) -> list[dict[str, Any]]:
    """Return the counties of some codes in pixels, moved right by `shift`."""
    found: list[dict[str, Any]] = []
    for feature in counties():
        if feature["id"] not in codes:
            continue
        shapes = [
            [[[round(x + shift, 1), y] for x, y in (frame.pixel(*p) for p in ring)] for ring in polygon]
            for polygon in feature["geometry"]["coordinates"]
        ]
        geometry = {"type": "MultiPolygon", "coordinates": shapes}
        found.append({"type": "Feature", "name": feature["properties"]["name_sv"], "geometry": geometry})
    return found
