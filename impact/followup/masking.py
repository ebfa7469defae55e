"""Small numbers hidden so that nothing shown gives them back: not a total, not an expected number, not a limit."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from impact.followup.reported import Reported, UnitYear

__all__ = ["Mask", "hidden_cells", "mask_of", "masked_parts"]

Key = TypeVar("Key", bound=Hashable)
Row = Mapping[str, Any]
OF_COUNT = ("expected", "low", "high", "outer_low", "outer_high", "p_outside")
WITHOUT = ""  # patients without a home region, as one more cell beside the regions


@dataclass(frozen=True)
class Mask:
    """What is hidden.

    Attributes
    ----------
    least
        Numbers below it are hidden; 0 hides nothing.
    units
        Area, hospital and year of hidden patients.
    regions
        Area, region and year of hidden patients; ``""`` for those without a home region.
    totals
        Area and year of which the whole country's number is hidden.
    """

    least: int = 0
    units: frozenset[UnitYear] = field(default_factory=frozenset[UnitYear])
    regions: frozenset[UnitYear] = field(default_factory=frozenset[UnitYear])
    totals: frozenset[tuple[str, int]] = field(default_factory=frozenset[tuple[str, int]])

    def is_small(self, value: float | None) -> bool:
        """Whether a number is to be hidden by itself."""
        return value is not None and value < self.least


def hidden_cells(cells: Mapping[Key, float], least: int) -> frozenset[Key]:
    """Return the cells of a sum to hide: those below `least`, and the next smallest until nothing can be reckoned back.

    The sum may be known. Hidden are no cells at all, all of them, or at least two that together are `least` or more.

    Examples
    --------
    >>> sorted(hidden_cells({"a": 2, "b": 9, "c": 30}, 5)), sorted(hidden_cells({"a": 5, "b": 9}, 5))
    (['a', 'b'], [])
    """
    ordered = sorted(cells, key=lambda k: (cells[k], str(k)))
    hidden = [k for k in ordered if cells[k] < least]
    for key in ordered[len(hidden) :]:
        if sum(cells[k] for k in hidden) >= least or not hidden:
            break
        hidden.append(key)
    return frozenset(hidden)


def mask_of(reported: Reported, least: int, regions: Sequence[Row] = ()) -> Mask:
    """Return what is hidden of the patients by unit and by home region.

    Both are parts of the same total of an area and year, so each is protected as if the total were known; where the
    total itself is small everything of that area and year is hidden.

    Parameters
    ----------
    reported
        What was reported.
    least
        Numbers below it are hidden; 0 hides nothing.
    regions
        Of `region_rows`.
    """
    if least <= 0:
        return Mask()
    units: dict[tuple[str, int], dict[UnitYear, float]] = {}
    homes: dict[tuple[str, int], dict[UnitYear, float]] = {}
    for (area, hospital, year), figure in reported.patients.items():
        units.setdefault((area, year), {})[area, hospital, year] = figure.value
    for row in regions:
        cells = homes.setdefault((row["area"], row["year"]), {})
        cells[row["area"], row["region"], row["year"]] = row["reported"]
        if row["without_region"]:
            cells[row["area"], WITHOUT, row["year"]] = row["without_region"]
    hidden: dict[str, set[UnitYear]] = {"units": set(), "regions": set()}
    small = {k for found in (units, homes) for k, cells in found.items() if sum(cells.values()) < least}
    for name, found in (("units", units), ("regions", homes)):
        for key, cells in found.items():
            hidden[name] |= set(cells) if key in small else hidden_cells(cells, least)
    return Mask(least, frozenset(hidden["units"]), frozenset(hidden["regions"]), frozenset(small))


def _without(row: Row, names: Iterable[str]) -> dict[str, Any]:
    return {**row, **{n: None for n in names if n in row}}


def _unit(row: Row, mask: Mask) -> dict[str, Any]:
    key = (row["area"], row["hospital"], row["year"])
    is_hidden = key in mask.units if row["hospital"] is not None else (row["area"], row["year"]) in mask.totals
    used = any((row["area"], row["hospital"], y) in mask.units for y in row["years_used"])
    found = _without(row, ("reported", "mean_low", "mean_high")) if is_hidden else dict(row)
    return {**(_without(found, OF_COUNT) if used else found), "masked": is_hidden}


def _region(row: Row, mask: Mask) -> dict[str, Any]:
    is_hidden = (row["area"], row["region"], row["year"]) in mask.regions
    found = _without(row, ("reported", "per_million", *OF_COUNT)) if is_hidden else dict(row)
    if (row["area"], WITHOUT, row["year"]) in mask.regions:
        found["without_region"] = None
    return {**found, "masked": is_hidden}


def _group(row: Row, mask: Mask) -> dict[str, Any]:
    is_hidden = mask.is_small(row["reported"])
    found = _without(row, ("reported",)) if is_hidden else dict(row)
    if any(mask.is_small(v) for v in row["earlier"]):
        found = _without(found, ("earlier", *OF_COUNT))
    return {**found, "masked": is_hidden}


def _pair(row: Row, mask: Mask) -> dict[str, Any]:
    unit = (row["area"], row["hospital"], row["year"])
    is_hidden = unit in mask.units or mask.is_small(row["a"]) or mask.is_small(row["b"])
    return {**(_without(row, ("a", "b", "difference")) if is_hidden else row), "masked": is_hidden}


def _outside(row: Row, mask: Mask) -> dict[str, Any]:
    is_hidden = mask.is_small(row["value"])
    return {**(_without(row, ("value",)) if is_hidden else row), "masked": is_hidden}


def masked_parts(parts: Mapping[str, Sequence[Row]], mask: Mask) -> dict[str, list[dict[str, Any]]]:
    """Return the parts of a follow-up with what the mask hides as None, and ``masked`` in each row of patients.

    What was computed from a hidden number is hidden with it: limits from earlier years, the difference of two sources.
    Verdicts stay.

    Parameters
    ----------
    parts
        ``rows``, ``regions``, ``groups``, ``disagreements`` and ``outside``; others pass as they are.
    mask
        Of `mask_of`.
    """
    ways = {"rows": _unit, "regions": _region, "groups": _group, "disagreements": _pair, "outside": _outside}
    return {
        name: [ways[name](row, mask) if name in ways else dict(row) for row in rows] for name, rows in parts.items()
    }
