"""Units, areas and patients recomputed from the permits of a dataset.

A unit is a hospital that holds the main permit of an area; partners and sub-permits are no units. The class
``rikssjukvard`` are the permits that began before the process of national highly specialised care took effect
(``history_start`` of the dataset), ``nhv`` the later ones.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from graph_schema import CareSystem, Problem, Record, SchemaViolation

__all__ = [
    "Filters",
    "Tally",
    "areas",
    "areas_reporting",
    "exact",
    "expected_patients",
    "has_class",
    "least_patients",
    "main_permits",
    "partners",
    "patients",
    "sub_permits",
    "units",
    "units_decided",
    "units_per_area",
    "units_reporting",
]

Filters = Mapping[str, str]
MIDSUMMER = "07-01"  # units that began by this day report the year


class Tally(NamedTuple):
    """A recomputed number with its 90 % range (no width where it is a count)."""

    value: float
    low: float
    high: float


def exact(value: float) -> Tally:
    """Return a count."""
    return Tally(value, value, value)


def _history_start(system: CareSystem) -> str:
    start = system.settings.get("history_start", "")
    if not start:
        remedy = "add a row with id history_start: the day the present process took effect"
        raise SchemaViolation([Problem("dataset.csv", None, "history_start", None, "missing setting", remedy)])
    return start


def main_permits(system: CareSystem) -> list[Record]:
    """Return the main permits of holders."""
    rows = system.rows["PROVIDES"]
    return [r for r in rows if r.flag("permit") and r.text("role") == "holder" and not r.text("sub_permit")]


def has_class(system: CareSystem, permit: Record, name: str) -> bool:
    """Whether a permit is of the class ``rikssjukvard``, ``nhv`` or ``all``."""
    if name == "all":
        return True
    return (permit.text("valid_from") < _history_start(system)) == (name == "rikssjukvard")


def _permits(system: CareSystem, filters: Filters) -> list[Record]:
    located = {r.text("source_id"): r.text("target_id") for r in system.rows["LOCATED_IN"]}
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Hospital"]}
    tests: Mapping[str, Callable[[Record, str], bool]] = {
        "class": lambda r, v: has_class(system, r, v),
        "region": lambda r, v: located.get(r.text("source_id")) == v,
        "hospital": lambda r, v: r.text("source_id") == v,
        "holder_kind": lambda r, v: kinds[r.text("source_id")] == v,
        "area": lambda r, v: r.text("target_id") == v,
        "without_area": lambda r, v: r.text("target_id") != v,
        "from_year": lambda r, v: r.text("valid_from").startswith(v),
        "from_date": lambda r, v: r.text("valid_from") == v,
    }
    chosen = [(tests[name], value) for name, value in filters.items() if name in tests]
    return [r for r in main_permits(system) if all(test(r, value) for test, value in chosen)]


def _pairs(rows: Sequence[Record]) -> set[tuple[str, str]]:
    return {(r.text("source_id"), r.text("target_id")) for r in rows}


def units(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of units."""
    return exact(len(_pairs(_permits(system, filters))))


def units_per_area(system: CareSystem, filters: Filters) -> Tally | None:
    """Return the greatest or mean number of units of an area; None without areas."""
    counts = Counter(area for _, area in _pairs(_permits(system, filters)))
    if not counts:
        return None
    return exact(max(counts.values()) if filters["statistic"] == "max" else fmean(counts.values()))


def areas(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of areas that have units (`units`: exactly so many)."""
    counts = Counter(area for _, area in _pairs(_permits(system, filters)))
    units = filters.get("units")
    return exact(sum(1 for n in counts.values() if units is None or n == int(units)))


def sub_permits(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of sub-permits of an area."""
    return exact(sum(1 for r in system.incoming("PROVIDES", filters["area"]) if r.text("sub_permit")))


def partners(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of partners under an area's permits."""
    return exact(sum(1 for r in system.incoming("PROVIDES", filters["area"]) if r.text("role") == "partner"))


def units_decided(system: CareSystem, filters: Filters) -> Tally | None:
    """Return the number of units decided for an area; None if the dataset has none."""
    area = system.get("CareArea", filters["area"])
    number = None if area is None else area.number("units_decided")
    return None if number is None else exact(number)


def _reporting(system: CareSystem, year: int) -> set[str]:
    first: dict[str, str] = {}
    for permit in main_permits(system):
        area, day = permit.text("target_id"), permit.text("valid_from")
        first[area] = min(first.get(area, day), day)
    return {area for area, day in first.items() if day <= f"{year}-{MIDSUMMER}"}


def areas_reporting(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of areas that report a year of operation (`first`: and did not the year before)."""
    year = int(filters["year"])
    before = _reporting(system, year - 1) if filters.get("first") == "true" else set[str]()
    return exact(len(_reporting(system, year) - before))


def units_reporting(system: CareSystem, filters: Filters) -> Tally:
    """Return the number of units that report a year of operation."""
    year = int(filters["year"])
    rows = [r for r in main_permits(system) if r.text("valid_from") <= f"{year}-{MIDSUMMER}"]
    return exact(len(_pairs(rows)))


def _volumes(system: CareSystem, filters: Filters) -> list[Record]:
    named = {"hospital": "source_id", "area": "target_id", "year": "year"}
    return [
        r
        for r in system.rows["PROVIDES_VOLUME"]
        if not r.text("sub_permit")
        and not r.text("home_region")
        and all(str(r.values[named[name]]) == value for name, value in filters.items() if name in named)
    ]


def _sum(rows: Sequence[Record]) -> Tally | None:
    """Return the sum of patients; the errors of the rows are independent. None without rows."""
    parts = [q for r in rows for name, q in r.quantities() if name in ("patients", "volume")]
    if not parts:
        return None
    total = math.fsum(q.value for q in parts)
    below = math.sqrt(math.fsum((q.value - q.low) ** 2 for q in parts))
    above = math.sqrt(math.fsum((q.high - q.value) ** 2 for q in parts))
    return Tally(total, total - below, total + above)


def patients(system: CareSystem, filters: Filters) -> Tally | None:
    """Return the patients printed for a year, of a hospital or area; None if none are printed."""
    return _sum(_volumes(system, filters))


def least_patients(system: CareSystem, filters: Filters) -> Tally | None:
    """Return the least printed patients of a unit and year in the areas; None if none are printed."""
    areas = filters["areas"].split("+")
    found = [q.value for r in _volumes(system, {}) if r.text("target_id") in areas for _, q in r.quantities()]
    return exact(min(found)) if found else None


def expected_patients(system: CareSystem, filters: Filters) -> Tally | None:
    """Return the patients of the areas that report a year: printed ones where all units have them, else the volume."""
    year = int(filters["year"])
    rows: list[Record] = []
    for area in sorted(_reporting(system, year)):
        printed = _volumes(system, {"area": area, "year": str(year)})
        first_days = [p for p in _permits(system, {"area": area}) if p.text("valid_from") <= f"{year}-{MIDSUMMER}"]
        is_whole = {r.text("source_id") for r in printed} == {p.text("source_id") for p in first_days}
        rows.extend(printed if is_whole else [system.node(area)])
    return _sum(rows)
