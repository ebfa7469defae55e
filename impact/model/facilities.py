"""Shared resources at hospitals as indices and slots: capacity, occupancy and what areas use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph_schema import CareSystem, Quantity, Record
from impact.model.activity import Activity
from impact.model.arrays import Booleans, Integers, frozen
from impact.model.draws import Slots
from impact.model.places import Places

__all__ = ["Facilities", "compile_facilities"]


@dataclass(frozen=True)
class Facilities:
    """Operated resources whose capacity and occupancy are known.

    Attributes
    ----------
    hospital, resource
        Shape (S,); `names` the resource ids of the system.
    is_queue
        Waiting is possible (theatres) or not (beds), shape (S,).
    capacity_slots, occupancy_slots, day_cv_slots, refill_slots
        Shape (S,).
    other_patients_slots, other_amount_slots, wait_slots, guarantee_slots
        -1 where unknown, shape (S,).
    use_pair, use_facility, use_slots
        Edges pair → facility with the amount per patient, shape (U,).
    """

    names: tuple[str, ...]
    hospital: Integers
    resource: Integers
    is_queue: Booleans
    capacity_slots: Integers
    occupancy_slots: Integers
    day_cv_slots: Integers
    refill_slots: Integers
    other_patients_slots: Integers
    other_amount_slots: Integers
    wait_slots: Integers
    guarantee_slots: Integers
    use_pair: Integers
    use_facility: Integers
    use_slots: Integers


def _operated(system: CareSystem, places: Places) -> list[Record]:
    rows = [
        r for r in system.rows["OPERATES"]
        if not r.text("part_of_year") and "occupancy" in r and "other_amount" in r
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (places.hospital_of[r.text("source_id")], r.key))


def compile_facilities(
    system: CareSystem, places: Places, activity: Activity, parameters: Mapping[str, Quantity], slots: Slots
) -> Facilities:
    """Return the facilities of a system; see `Facilities`.

    A resource whose occupancy or amount per other patient is unknown at a hospital is left out: nothing can
    be said about what is displaced there.
    """
    rows = _operated(system, places)
    names = [r.key[0] for r in system.rows["Resource"]]
    index = {n: i for i, n in enumerate(names)}
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Resource"]}

    def column(name: str, default: str | None = None) -> Integers:
        found: list[int] = []
        for record in rows:
            quantity = record.quantity(name)
            if quantity is None and default is not None:
                quantity = parameters[default]
            found.append(-1 if quantity is None else slots.add(record.quantity_id(name), quantity))
        return frozen(np.array(found, dtype=np.int64))

    where = {(places.hospital_of[r.text("source_id")], r.text("target_id")): i for i, r in enumerate(rows)}
    uses: list[tuple[int, int, int]] = []
    for (h, a), pair in activity.pair_index.items():
        for record in system.outgoing("USES", activity.areas[a]):
            quantity = record.quantity("amount")
            facility = where.get((h, record.text("target_id")))
            if quantity is not None and facility is not None:
                uses.append((pair, facility, slots.add(record.quantity_id("amount"), quantity)))
    uses.sort(key=lambda u: (u[1], u[0]))
    return Facilities(
        names=tuple(names),
        hospital=frozen(np.array([places.hospital_of[r.text("source_id")] for r in rows], dtype=np.int64)),
        resource=frozen(np.array([index[r.text("target_id")] for r in rows], dtype=np.int64)),
        is_queue=frozen(np.array([kinds[r.text("target_id")] == "queue" for r in rows], dtype=np.bool_)),
        capacity_slots=column("capacity"),
        occupancy_slots=column("occupancy"),
        day_cv_slots=column("day_cv", "default_day_cv"),
        refill_slots=column("refill_share", "default_refill_share"),
        other_patients_slots=column("other_patients"),
        other_amount_slots=column("other_amount"),
        wait_slots=column("wait_days"),
        guarantee_slots=column("guarantee_days"),
        use_pair=frozen(np.array([u[0] for u in uses], dtype=np.int64)),
        use_facility=frozen(np.array([u[1] for u in uses], dtype=np.int64)),
        use_slots=frozen(np.array([u[2] for u in uses], dtype=np.int64)),
    )
