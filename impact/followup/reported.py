"""What was reported: the dataset's own years and the standing values of the store, one figure a unit and year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_schema import CareSystem, Record
from impact.questions.as_of import SystemAt
from loaders.followup import Standing, load_measures

__all__ = ["Figure", "Reported", "UnitYear"]

UnitYear = tuple[str, str, int]  # area, hospital, year
DIVIDED = ("month", "home_region", "sex", "age")
NO_REGION = ("unknown", "abroad")


@dataclass(frozen=True, slots=True)
class Figure:
    """A reported number and where it comes from.

    Attributes
    ----------
    origin
        ``dataset``, ``report`` (of the holder) or ``register``.
    source
        Ids of the dataset's sources, number of the version, or name of the register.
    """

    value: float
    origin: str
    source: str


def _is_in_force(permit: Record, year: int) -> bool:
    ends = permit.text("valid_to") or "9999"
    return permit.text("valid_from") <= f"{year}-12-31" and f"{year}-01-01" <= ends


@dataclass(frozen=True)
class Reported:
    """All that was reported.

    Parameters
    ----------
    system
        The dataset; its yearly numbers graded ``reported`` are the first reports.
    standing
        Values of the store.
    """

    system: CareSystem
    standing: Sequence[Standing]

    @cached_property
    def at(self) -> SystemAt:
        """The system with every permit that is on record."""
        return SystemAt(self.system, "9999-12-31", is_present=True)

    @cached_property
    def in_dataset(self) -> Mapping[UnitYear, Figure]:
        """Patients by unit and year that the dataset has as reported; its sub-permits left out."""
        sources = {
            (r.text("target_id"), r.text("source_id"), int(r.number("year") or 0)): q.source
            for r in self.system.rows["PROVIDES_VOLUME"]
            if (q := r.quantity("patients")) is not None and not r.text("sub_permit")
        }
        return {
            (area, hospital, year): Figure(value, "dataset", sources[area, hospital, year])
            for area, units in self.at.patients.items()
            for (hospital, year), (value, grade) in units.items()
            if grade == "reported"
        }

    def rows(self, measure: str) -> list[Standing]:
        """Return the standing values of a measure."""
        return [s for s in self.standing if s.row.measure == measure]

    def whole(self, measure: str) -> dict[UnitYear, Figure]:
        """Return the undivided numbers of a holder's measure by unit and year; else the sum over home regions.

        Patients who were diverted may also be stated by month alone; others may come in several months.
        """
        found: dict[UnitYear, Figure] = {}
        sums: dict[str, dict[UnitYear, float]] = {"home_region": {}, "month": {}}
        for entry in self.rows(measure):
            row = entry.row
            if not isinstance(row.value, float | int):
                continue
            key = (row.area, row.hospital, row.year)
            divided = [name for name in DIVIDED if getattr(row, name)]
            if not divided:
                found[key] = Figure(float(row.value), "report", str(entry.version.number))
            elif len(divided) == 1 and divided[0] in sums:
                summed = sums[divided[0]]
                summed[key] = summed.get(key, 0.0) + float(row.value)
        for name, summed in sums.items():
            if load_measures()[measure].kind == "count" and (name != "month" or measure == "diverted"):
                for key, value in summed.items():
                    found.setdefault(key, Figure(value, "report", ""))
        return found

    @cached_property
    def patients(self) -> Mapping[UnitYear, Figure]:
        """Patients by unit and year: the holder's report, where there is none the dataset's number."""
        return {**self.in_dataset, **self.whole("patients")}

    @cached_property
    def by_home(self) -> Mapping[UnitYear, Mapping[str, float]]:
        """Patients of a unit and year by home region (ids, ``unknown``, ``abroad``), where reported."""
        found: dict[UnitYear, dict[str, float]] = {}
        for entry in self.rows("patients"):
            row = entry.row
            if row.home_region and not (row.month or row.sex or row.age) and isinstance(row.value, float | int):
                found.setdefault((row.area, row.hospital, row.year), {})[row.home_region] = float(row.value)
        for record in self.system.rows["PROVIDES_VOLUME"]:
            home, quantity = record.text("home_region"), record.quantity("patients")
            key = (record.text("target_id"), record.text("source_id"), int(record.number("year") or 0))
            if home and quantity is not None and quantity.grade == "reported" and key not in found:
                found[key] = {**found.get(key, {}), home: quantity.value}
        return found

    @cached_property
    def holders(self) -> Mapping[tuple[str, str], Sequence[Record]]:
        """Permits by area and hospital, also those that have ended; a partner or sub-permit allows to provide too."""
        found: dict[tuple[str, str], list[Record]] = {}
        for record in self.system.rows["PROVIDES"]:
            if record.flag("permit"):
                found.setdefault((record.text("target_id"), record.text("source_id")), []).append(record)
        return found

    def may_provide(self, area: str, hospital: str, year: int) -> bool:
        """Whether the hospital had a permit for the area, or a share in one, at any time of the year."""
        return any(_is_in_force(p, year) for p in self.holders.get((area, hospital), ()))

    def reporting(self, area: str, year: int) -> set[str]:
        """Return the hospitals that report the year: holders of a main permit in force during it."""
        return {
            hospital
            for (a, hospital), permits in self.holders.items()
            if a == area
            for p in permits
            if p.text("role") == "holder" and not p.text("sub_permit") and _is_in_force(p, year)
        }

    def began(self, area: str, hospital: str = "") -> str:
        """Return the day on which the area's (or the unit's) first permit begins; empty without one."""
        days = [
            p.text("valid_from")
            for (a, h), permits in self.holders.items()
            for p in permits
            if a == area and hospital in ("", h)
        ]
        return min(days, default="")
