"""What the map shows: the hospitals with their permits, the flows to them, and the labels' places beside the map."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_schema import CareSystem
from impact.questions.as_of import SystemAt
from interface.drawings.labels import wrapped

__all__ = ["LINE_HEIGHT", "MapHospital", "labels_beside", "map_hospitals", "round_values", "shown_flows"]

LABEL_SIGNS = 36
LINE_HEIGHT = 13.0
GAP = 5.0  # between labels
LEAST_SHARE = 0.004  # of all patients: thinner flows are in the table only
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MapHospital:
    """A hospital on the map.

    Attributes
    ----------
    standing
        ``holder``, ``coming`` (permit decided, not begun), ``partner``, ``provides`` (without a permit), ``other``.
    units
        Areas for which it is a unit among those shown.
    valid_from
        Of its permit, where one area is shown.
    """

    id: str
    name: str
    region: str
    longitude: float | None
    latitude: float | None
    standing: str
    units: int
    valid_from: str


def _standing(permits: Sequence[Any], as_of: str, provides: bool) -> str:
    held = [p for p in permits if p.text("role") == "holder" and not p.text("sub_permit")]
    if held:
        return "holder" if any(p.text("valid_from") <= as_of for p in held) else "coming"
    if any(p.text("role") == "partner" for p in permits):
        return "partner"
    return "provides" if provides else "other"


def map_hospitals(
    system: CareSystem, areas: Collection[str], names: Mapping[str, str], as_of: str, providers: Collection[str] = ()
) -> list[MapHospital]:
    """Return every hospital with how it stands to some areas, north to south.

    Parameters
    ----------
    system, names
        The dataset and the names of its nodes.
    areas
        Ids of care areas.
    as_of
        Date of today in ISO form.
    providers
        Hospitals that provide the areas without a permit.
    """
    view = SystemAt(system, as_of, as_of >= system.settings["as_of"])
    found: list[MapHospital] = []
    for hospital, record in view.hospitals.items():
        permits = [p for a in areas for p in view.permits.get(a, ()) if p.text("source_id") == hospital]
        units = {p.text("target_id") for p in permits if p.text("role") == "holder" and not p.text("sub_permit")}
        found.append(
            MapHospital(
                id=hospital,
                name=names[hospital],
                region=names.get(view.region_of.get(hospital, ""), ""),
                longitude=record.number("longitude"),
                latitude=record.number("latitude"),
                standing=_standing(permits, as_of, hospital in providers),
                units=len(units),
                valid_from=min((p.text("valid_from") for p in permits), default="") if len(areas) == 1 else "",
            )
        )
    return found


def shown_flows(flows: Sequence[Row]) -> list[Row]:
    """Return the flows that are drawn as lines, thinnest first: those thicker than a hair."""
    total = sum(f["patients"] for f in flows)
    return sorted((f for f in flows if f["patients"] >= LEAST_SHARE * total), key=lambda f: f["patients"])


def round_values(largest: float) -> list[float]:
    """Return a quarter, a half and all of a largest value as round numbers, for a legend.

    Examples
    --------
    >>> round_values(36), round_values(2354), round_values(0.9)
    ([9, 20, 40], [600, 1000, 2000], [0.2, 0.4, 0.9])
    """
    found: list[float] = []
    for value in (largest / 4, largest / 2, largest):
        step = 10.0 ** math.floor(math.log10(max(value, 1e-9)))
        rounded = round(value / step) * step
        found.append(int(rounded) if rounded >= 1 else round(rounded, 9))
    return list(dict.fromkeys(found))


def labels_beside(wanted: Sequence[tuple[str, float]], height: float) -> list[tuple[list[str], float]]:
    """Return labels in one column so that none covers another, each as near to its point as that allows.

    Parameters
    ----------
    wanted
        Words and the height of their point in pixels, in any order.
    height
        Of the column.

    Returns
    -------
    list
        Lines and the height of the label's middle, in the order of `wanted`.

    Examples
    --------
    >>> labels_beside([("a", 50), ("b", 52)], 100)
    [(['a'], 50), (['b'], 68.0)]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i][1])
    lines = [wrapped(words, LABEL_SIGNS) for words, _ in wanted]
    half = [len(ls) * LINE_HEIGHT / 2 + GAP / 2 for ls in lines]
    place: dict[int, float] = {}
    floor = -1e9
    for i in order:
        place[i] = max(wanted[i][1], floor + half[i])
        floor = place[i] + half[i]
    ceiling = height
    for i in reversed(order):  # what runs out below moves up again
        place[i] = min(place[i], ceiling - half[i])
        ceiling = place[i] - half[i]
    return [(lines[i], place[i]) for i in range(len(wanted))]
