"""Hospitals, regions and the travel between them, as indices and slots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph_schema import CareSystem, Problem, SchemaViolation
from impact.model.arrays import Integers, frozen
from impact.model.draws import Slots

__all__ = ["Places", "compile_places"]


@dataclass(frozen=True)
class Places:
    """Where care happens and where patients live.

    Attributes
    ----------
    hospitals
        Ids north to south; hospitals that the documents leave unnamed are not among them.
    hospital_of
        Every hospital id to the index of the hospital that does the work: an unnamed one stands for the
        university hospital of its region.
    regions, care_regions
        Ids.
    region_care, hospital_region, hospital_care
        Indices, shapes (R,), (H,), (H,).
    population_slots
        Shape (R,).
    hours_slots
        Slots of the median travel time, shape (R, H).
    spread_slots
        Slots of the 5 % and 95 % travel times, shape (2, R, H).
    median_hours
        Medians of the data, for ranking who is nearest, shape (R, H).
    """

    hospitals: tuple[str, ...]
    hospital_of: Mapping[str, int]
    kinds: tuple[str, ...]
    regions: tuple[str, ...]
    care_regions: tuple[str, ...]
    region_care: Integers
    hospital_region: Integers
    hospital_care: Integers
    population_slots: Integers
    hours_slots: Integers
    spread_slots: Integers
    median_hours: Mapping[tuple[int, int], float]


def _north_to_south(system: CareSystem) -> list[str]:
    records = [r for r in system.rows["Hospital"] if r.text("kind") != "unnamed"]
    return [r.key[0] for r in sorted(records, key=lambda r: (-(r.number("latitude") or 0.0), r.key))]


def _stand_ins(system: CareSystem, hospitals: list[str], located: Mapping[str, str]) -> dict[str, int]:
    index = {h: i for i, h in enumerate(hospitals)}
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Hospital"]}
    for record in system.rows["Hospital"]:
        if record.text("kind") != "unnamed":
            continue
        region = located[record.key[0]]
        hosts = [h for h in hospitals if located[h] == region]
        hosts.sort(key=lambda h: (kinds[h] != "university", h))
        if not hosts:
            place = Problem(
                "nodes/hospital.csv", None, "id", record.key[0],
                "unnamed and no other hospital stands in its region", "add the region's hospital",
            )  # fmt: skip
            raise SchemaViolation([place])
        index[record.key[0]] = index[hosts[0]]
    return index


def compile_places(system: CareSystem, slots: Slots) -> Places:
    """Return the places of a system.

    Parameters
    ----------
    system
        A validated system.
    slots
        Receives the quantities of population and travel.

    Raises
    ------
    SchemaViolation
        If a TRAVELS row is missing between a region and a hospital; lists all.
    """
    located = {r.text("source_id"): r.text("target_id") for r in system.rows["LOCATED_IN"]}
    part_of = {r.text("source_id"): r.text("target_id") for r in system.rows["PART_OF"]}
    hospitals = _north_to_south(system)
    regions = [r.key[0] for r in system.rows["Region"]]
    care_regions = [r.key[0] for r in system.rows["CareRegion"]]
    hours = np.zeros((len(regions), len(hospitals)), dtype=np.int64)
    spread = np.zeros((2, len(regions), len(hospitals)), dtype=np.int64)
    medians: dict[tuple[int, int], float] = {}
    problems: list[Problem] = []
    for i, region in enumerate(regions):
        for j, hospital in enumerate(hospitals):
            record = system.get("TRAVELS", region, hospital)
            if record is None:
                problems.append(
                    Problem("relationships/travels.csv", None, "source_id", f"{region} to {hospital}",
                            "no travel time", "add the row")
                )  # fmt: skip
                continue
            middle = record.quantity("hours_p50")
            assert middle is not None  # required by the schema
            medians[i, j] = middle.value
            hours[i, j] = slots.add(record.quantity_id("hours_p50"), middle)
            for k, name in enumerate(("hours_p5", "hours_p95")):
                quantity = record.quantity(name)
                assert quantity is not None  # required by the schema
                spread[k, i, j] = slots.add(record.quantity_id(name), quantity)
    if problems:
        raise SchemaViolation(problems)
    region_index = {r: i for i, r in enumerate(regions)}
    care_index = {c: i for i, c in enumerate(care_regions)}
    region_care = np.array([care_index[part_of[r]] for r in regions], dtype=np.int64)
    hospital_region = np.array([region_index[located[h]] for h in hospitals], dtype=np.int64)
    population = [slots.add(r.quantity_id("population"), q) for r in system.rows["Region"]
                  for n, q in r.quantities() if n == "population"]  # fmt: skip
    return Places(
        hospitals=tuple(hospitals),
        hospital_of=_stand_ins(system, hospitals, located),
        kinds=tuple(system.node(h).text("kind") for h in hospitals),
        regions=tuple(regions),
        care_regions=tuple(care_regions),
        region_care=frozen(region_care),
        hospital_region=frozen(hospital_region),
        hospital_care=frozen(region_care[hospital_region]),
        population_slots=frozen(np.array(population, dtype=np.int64)),
        hours_slots=frozen(hours),
        spread_slots=frozen(spread),
        median_hours=medians,
    )
