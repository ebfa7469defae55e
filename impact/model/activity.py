"""Which hospital may do which area: pairs, the rows that referral works on, and today's volumes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np

from graph_schema import CareSystem, Quantity
from impact.model.arrays import Booleans, Floats, Integers, frozen
from impact.model.changes import Course
from impact.model.draws import Slots
from impact.model.places import Places
from impact.model.segments import Segments
from impact.model.timeline import AreaTimeline

__all__ = ["Activity", "compile_activity"]


@dataclass(frozen=True)
class Activity:
    """Pairs of hospital and area, and the rows (flow group, hospital) that referral works on.

    A flow group is an area, or the residual part of an area that keeps its former holders when a decision
    concerns only a share of the patients. Rows are sorted by group.

    Attributes
    ----------
    areas
        Ids, shape (A,).
    pair_hospital, pair_area
        Shape (P,).
    row_pair, row_group
        Shape (W,); `group_area`, `group_residual`, `group_start` have shape (G,).
    rank
        How near a row's hospital is to a region among its group (own care region first), shape (R, W).
    route_slots
        Slots of the stated routes, -1 where none; shape (R, W).
    volume_slots
        National volume, shape (A,).
    reported
        Mean reported patients a year of a pair, NaN where none; `largest` the largest year; shape (P,).
    patients_slots
        Slot of the stated patients of a pair, -1 where none; shape (P,).
    size, split_slots
        Weight by catchment and size, and its uncertainty, for pairs without a count; shape (P,).
    capacity_slots
        Slot of the stated capacity, -1 where none; shape (P,).
    """

    areas: tuple[str, ...]
    pair_hospital: Integers
    pair_area: Integers
    pair_index: Mapping[tuple[int, int], int]
    row_pair: Integers
    row_group: Integers
    group_area: Integers
    group_residual: Booleans
    group_start: Integers
    rank: Integers
    route_slots: Integers
    volume_slots: Integers
    reported: Floats
    largest: Floats
    patients_slots: Integers
    size: Floats
    split_slots: Integers
    capacity_slots: Integers
    residual_share_slots: Mapping[int, int]

    @cached_property
    def groups(self) -> Segments:
        """The rows of each flow group."""
        return Segments(self.group_start, len(self.row_pair))


def _ever(timeline: AreaTimeline) -> set[str]:
    """Hospitals that hold the area at some time or stand in for it."""
    return {h for span in timeline.spans for h in span.hospitals} | set(timeline.opening)


def _pairs(
    places: Places, timelines: Sequence[AreaTimeline], before: Mapping[int, Sequence[int]]
) -> list[tuple[int, int]]:
    pairs: set[tuple[int, int]] = set()
    for a, timeline in enumerate(timelines):
        pairs.update((a, places.hospital_of[h]) for h in _ever(timeline))
        pairs.update((a, h) for h in before.get(a, ()))
    return [(h, a) for a, h in sorted(pairs)]


def _routed(places: Places, timelines: Sequence[AreaTimeline]) -> set[tuple[int, int]]:
    """Pairs that referral ever reaches; those of an area's history only have shares."""
    return {(places.hospital_of[h], a) for a, timeline in enumerate(timelines) for h in _ever(timeline)}


def _ranks(places: Places, hospitals: Sequence[int]) -> Integers:
    ranks = np.zeros((len(places.regions), len(hospitals)), dtype=np.int64)
    for i in range(len(places.regions)):
        order = sorted(
            range(len(hospitals)),
            key=lambda w: (
                places.hospital_care[hospitals[w]] != places.region_care[i],
                places.median_hours[i, hospitals[w]],
                places.hospitals[hospitals[w]],
            ),
        )
        for rank, w in enumerate(order):
            ranks[i, w] = rank
    return ranks


def _reported(
    system: CareSystem, places: Places, pair_index: Mapping[tuple[int, int], int], areas: Mapping[str, int]
) -> tuple[Floats, Floats]:
    years: dict[int, dict[int, float]] = {}
    for record in system.rows["PROVIDES_VOLUME"]:
        if record.text("sub_permit") or record.text("home_region"):
            continue
        pair = pair_index.get((places.hospital_of[record.text("source_id")], areas[record.text("target_id")]))
        quantity = record.quantity("patients")
        if pair is not None and quantity is not None:
            year = int(record.number("year") or 0)
            found = years.setdefault(pair, {})
            found[year] = found.get(year, 0.0) + quantity.value
    mean = np.full(len(pair_index), np.nan)
    largest = np.zeros(len(pair_index))
    for pair, counts in years.items():
        mean[pair] = sum(counts[y] for y in sorted(counts)) / len(counts)
        largest[pair] = max(counts.values())
    return mean, largest


def catchment_size(system: CareSystem, places: Places, hospitals: Sequence[int]) -> Floats:
    """Return a weight for each hospital: half the population nearest to it, half its university-care share.

    Parameters
    ----------
    system, places
        The system and its places.
    hospitals
        Indices of the hospitals among which the population chooses.

    Returns
    -------
    array, shape (len(hospitals),)
        Sums to 1.
    """
    ranks = _ranks(places, hospitals)
    population = np.array([q.value for r in system.rows["Region"] for n, q in r.quantities() if n == "population"])
    nearest = np.zeros(len(hospitals))
    for i in range(len(places.regions)):
        nearest[int(np.argmin(ranks[i]))] += population[i]
    anchors = [system.node(places.hospitals[h]).quantity("anchor_share") for h in hospitals]
    shares = np.array([q.value if q is not None else 0.0 for q in anchors])
    size = nearest / nearest.sum()
    if shares.sum() > 0:
        size = 0.5 * size + 0.5 * shares / shares.sum()
    return np.maximum(size, 1e-3) / np.maximum(size, 1e-3).sum()


def _pair_quantity(system: CareSystem, places: Places, pair: tuple[int, int], areas: Sequence[str], name: str,
                   day: date) -> tuple[str, Quantity] | None:  # fmt: skip
    found: tuple[str, Quantity] | None = None
    for record in system.incoming("PROVIDES", areas[pair[1]]):
        if record.text("sub_permit") or places.hospital_of[record.text("source_id")] != pair[0]:
            continue
        quantity = record.quantity(name)
        if quantity is not None and (not record.text("valid_from") or record.text("valid_from") <= day.isoformat()):
            found = (record.quantity_id(name), quantity)
    return found


def compile_activity(
    system: CareSystem,
    places: Places,
    timelines: Sequence[AreaTimeline],
    before: Mapping[int, Sequence[int]],
    course: Course,
    parameters: Mapping[str, Quantity],
    slots: Slots,
    holders: Sequence[Collection[int]],
) -> Activity:
    """Return pairs, rows and today's volumes.

    Parameters
    ----------
    system, places
        The system and its places.
    timelines
        Of every area, with the spans of both worlds.
    before
        Area index to the hospitals of its history.
    course
        The scenario's dated changes.
    parameters
        Model-wide quantities.
    slots
        Receives the quantities of volume, routes, capacity and split.
    holders
        Hospitals (indices) that hold each area today: among them the population is split where nothing is counted.
    """
    areas = [r.key[0] for r in system.rows["CareArea"]]
    area_index = {a: i for i, a in enumerate(areas)}
    pairs = _pairs(places, timelines, before)
    pair_index = {p: i for i, p in enumerate(pairs)}
    residual = sorted({area_index[c.area] for c in course.share_changes})
    groups = [(a, False) for a in range(len(areas))] + [(a, True) for a in residual]
    routed = _routed(places, timelines)
    groups = [g for g in groups if any(a == g[0] for _, a in routed)]
    rows = [(g, i) for g, (a, _) in enumerate(groups) for i, p in enumerate(pairs) if p[1] == a and p in routed]
    row_hospitals = [pairs[i][0] for _, i in rows]
    rank = np.zeros((len(places.regions), len(rows)), dtype=np.int64)
    routes = np.full((len(places.regions), len(rows)), -1, dtype=np.int64)
    start = [next(w for w, (g, _) in enumerate(rows) if g == k) for k in range(len(groups))]
    for k, first in enumerate(start):
        last = start[k + 1] if k + 1 < len(start) else len(rows)
        rank[:, first:last] = _ranks(places, row_hospitals[first:last])
    region_index = {r: i for i, r in enumerate(places.regions)}
    for record in system.rows["REFERS_TO"]:
        quantity = record.quantity("share")
        pair = pair_index.get((places.hospital_of[record.text("target_id")], area_index[record.text("area")]))
        for w, (_, i) in enumerate(rows):
            if i == pair and quantity is not None:
                slot = slots.add(record.quantity_id("share"), quantity)
                routes[region_index[record.text("source_id")], w] = slot
    reported, largest = _reported(system, places, pair_index, area_index)
    size = np.zeros(len(pairs))
    for a in range(len(areas)):
        members = [i for i, p in enumerate(pairs) if p[1] == a and p[0] in holders[a]]
        if members:
            size[members] = catchment_size(system, places, [pairs[i][0] for i in members])
    patients = np.full(len(pairs), -1, dtype=np.int64)
    capacity = np.full(len(pairs), -1, dtype=np.int64)
    split = np.zeros(len(pairs), dtype=np.int64)
    for i, (h, a) in enumerate(pairs):
        for name, into in (("patients", patients), ("capacity", capacity)):
            found = _pair_quantity(system, places, (h, a), areas, name, course.as_of)
            if found is not None:
                into[i] = slots.add(*found)
        split[i] = slots.add(f"{places.hospitals[h]}.split.{areas[a]}", parameters["split_factor"])
    volumes = [slots.add(r.quantity_id("volume"), q) for r in system.rows["CareArea"]
               for n, q in r.quantities() if n == "volume"]  # fmt: skip
    shares = {g: slots.add(c.quantity_id, c.share, family=1)
              for c in course.share_changes for g, (a, rest) in enumerate(groups)
              if rest and areas[a] == c.area}  # fmt: skip
    return Activity(
        areas=tuple(areas),
        pair_hospital=frozen(np.array([p[0] for p in pairs], dtype=np.int64)),
        pair_area=frozen(np.array([p[1] for p in pairs], dtype=np.int64)),
        pair_index=pair_index,
        row_pair=frozen(np.array([i for _, i in rows], dtype=np.int64)),
        row_group=frozen(np.array([g for g, _ in rows], dtype=np.int64)),
        group_area=frozen(np.array([a for a, _ in groups], dtype=np.int64)),
        group_residual=frozen(np.array([rest for _, rest in groups], dtype=np.bool_)),
        group_start=frozen(np.array(start, dtype=np.int64)),
        rank=frozen(rank),
        route_slots=frozen(routes),
        volume_slots=frozen(np.array(volumes, dtype=np.int64)),
        reported=frozen(reported),
        largest=frozen(largest),
        patients_slots=frozen(patients),
        size=frozen(size),
        split_slots=frozen(split),
        capacity_slots=frozen(capacity),
        residual_share_slots=shares,
    )
