"""A system as it stood at a date: which permits count, what the case log knew, who had reported.

A permit counts at a date if it has not ended and has begun or was granted by a dated decision. At the dataset's own
date or later every permit in it counts, begun or not. Looking further back only what is dated is known: undated
decisions are left out, and a permit with an undated decision counts from its first day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from graph_schema import GRADES, CareSystem, Record

__all__ = ["SystemAt", "Unit"]

Unit = tuple[str, str]  # hospital, area


@dataclass(frozen=True)
class SystemAt:
    """A system seen at a date.

    Parameters
    ----------
    system
        A validated system.
    as_of
        The date in ISO form.
    is_present
        Whether it is the dataset's own date or later.
    """

    system: CareSystem
    as_of: str
    is_present: bool

    @cached_property
    def hospitals(self) -> Mapping[str, Record]:
        """Hospitals by id, north to south, those without a name last."""
        records = sorted(
            self.system.rows["Hospital"],
            key=lambda r: (r.text("kind") == "unnamed", -(r.number("latitude") or 0.0), r.key),
        )
        return {r.key[0]: r for r in records}

    @cached_property
    def region_of(self) -> Mapping[str, str]:
        """Region of each hospital."""
        return {r.text("source_id"): r.text("target_id") for r in self.system.rows["LOCATED_IN"]}

    @cached_property
    def granted(self) -> frozenset[tuple[str, str, str]]:
        """Day, hospital and area of the grants on record by the date."""
        return frozenset(
            (entry.text("date"), grant.text("target_id"), concern.text("target_id"))
            for entry in self.system.rows["Decision"]
            if entry.text("kind") == "granted" and "" < entry.text("date") <= self.as_of
            for grant in self.system.outgoing("GRANTS", entry.key[0])
            for concern in self.system.outgoing("CONCERNS", entry.key[0])
        )

    def counts(self, permit: Record) -> bool:
        """Whether a row of PROVIDES is a permit that counts at the date."""
        first, last = permit.text("valid_from"), permit.text("valid_to")
        if not permit.flag("permit") or (last and last < self.as_of):
            return False
        if self.is_present or first <= self.as_of:
            return True
        unit = (permit.text("source_id"), permit.text("target_id"))
        return any((hospital, area) == unit and day <= first for day, hospital, area in self.granted)

    @cached_property
    def permits(self) -> Mapping[str, Sequence[Record]]:
        """Permits that count, by area; holders from north to south, partners and sub-permits after the permit."""
        order = {h: i for i, h in enumerate(self.hospitals)}
        found: dict[str, list[Record]] = {}
        for record in self.system.rows["PROVIDES"]:
            if self.counts(record):
                found.setdefault(record.text("target_id"), []).append(record)
        for records in found.values():
            records.sort(key=lambda r: (r.text("role") == "partner", order[r.text("source_id")], r.key))
        return found

    @cached_property
    def units(self) -> Sequence[Unit]:
        """Hospital and area of each unit: holders of a main permit, each once."""
        found = {
            (r.text("source_id"), area): None
            for area, records in self.permits.items()
            for r in records
            if r.text("role") == "holder" and not r.text("sub_permit")
        }
        return tuple(found)

    def is_known(self, entry: Record) -> bool:
        """Whether an entry of the case log is known at the date; a review may be due later."""
        day = entry.text("date")
        return (self.is_present and (not day or entry.text("kind") == "review_due")) or "" < day <= self.as_of

    @cached_property
    def entries(self) -> Mapping[str, Sequence[Record]]:
        """Entries of the case log by area, by date, undated ones by step after them; those of no area under ``""``."""
        known = [e for e in self.system.rows["Decision"] if self.is_known(e)]
        known.sort(key=lambda e: (e.text("date") or "9999", e.number("step") or 0, e.key))
        found: dict[str, list[Record]] = {"": []}
        for entry in known:
            concerned = [c.text("target_id") for c in self.system.outgoing("CONCERNS", entry.key[0])]
            for area in concerned or [""]:
                found.setdefault(area, []).append(entry)
        return found

    @cached_property
    def patients(self) -> Mapping[str, Mapping[tuple[str, int], tuple[float, str]]]:
        """Patients and grade by area, hospital and completed year; sub-permits ("of which") left out."""
        rows = [r for r in self.system.rows["PROVIDES_VOLUME"] if not r.text("sub_permit")]
        whole = {(*r.key[:4], r.key[5]) for r in rows if not r.text("home_region")}
        found: dict[str, dict[tuple[str, int], tuple[float, str]]] = {}
        for record in rows:
            quantity, year = record.quantity("patients"), int(record.number("year") or 0)
            is_part = record.text("home_region") and (*record.key[:4], record.key[5]) in whole
            if quantity is None or is_part or f"{year}-12-31" > self.as_of:
                continue
            units = found.setdefault(record.text("target_id"), {})
            value, grade = units.get((record.text("source_id"), year), (0.0, GRADES[0]))
            worst = max(grade, quantity.grade, key=GRADES.index)
            units[record.text("source_id"), year] = (value + quantity.value, worst)
        return found
