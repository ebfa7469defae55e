"""Displacement: other patients pushed aside when areas use more of a shared resource, and regained when less.

Beds: ``λ_other·(B(a¹, c) − B(a⁰, c))``; theatres: the change in elective excess divided by the amount per
patient. Capacity freed by care that leaves refills by `refill_share`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from impact.model.arrays import Floats
from impact.model.facilities import Facilities
from impact.model.queues import elective_excess, erlang_b, offered_hours, offered_load

__all__ = ["Displaced", "Load", "displaced", "load_of"]

DAYS = 365.0
CLOSE_TO_FULL = 0.98


@dataclass(frozen=True)
class Load:
    """What a block of draws knows about resources at `standing`.

    Attributes
    ----------
    amounts
        Amount per patient of each use, shape (U, N).
    outside
        Offered load of other care (beds, or hours a working day), shape (S, N).
    ours
        Load of the areas at `standing`, same units, shape (S, N).
    capacity, variation, refill
        Shape (S, N).
    others
        Other patients a year, shape (S, N); `per_patient` their amount.
    wait, guarantee
        Days; NaN where unknown, shape (S, N).
    working_days
        Shape (N,).
    blocked, excess
        Blocking of the beds and elective excess of the theatres [hours/day] at `standing`.
    clipped
        Facilities whose areas need more than the whole load (listed), shape (S,).
    """

    incidence: sparse.csr_array
    amounts: Floats
    outside: Floats
    ours: Floats
    capacity: Floats
    variation: Floats
    refill: Floats
    others: Floats
    per_patient: Floats
    wait: Floats
    guarantee: Floats
    working_days: Floats
    clipped: Floats
    blocked: Floats
    excess: Floats


@dataclass(frozen=True)
class Displaced:
    """Yearly outcome at each facility, shape (S, N).

    `equal`: all patients share the blocking; `national_first`: other patients bear all of it; patients/year.
    `waiting_change` in days, `p_beyond_guarantee` 0–1; NaN for beds and where unknown.
    """

    equal: Floats
    national_first: Floats
    waiting_change: Floats
    p_beyond_guarantee: Floats


def _used(facilities: Facilities, load: tuple[sparse.csr_array, Floats], volume: Floats, days: Floats) -> Floats:
    incidence, amounts = load
    yearly = incidence @ (amounts * volume[facilities.use_pair])
    return yearly / np.where(facilities.is_queue[:, None], days[None], DAYS)


def _optional(values: Floats, slots: np.ndarray, absent: float) -> Floats:
    return np.where(slots[:, None] >= 0, values[np.maximum(slots, 0)], absent)


def load_of(facilities: Facilities, values: Floats, standing_volume: Floats, parameters: dict[str, Floats]) -> Load:
    """Return the loads at `standing` for a block of draws.

    Parameters
    ----------
    facilities
        Compiled resources.
    values
        Drawn quantities, shape (slots, N).
    standing_volume
        Patients a year, shape (P, N).
    parameters
        Model-wide quantities of the block.

    Returns
    -------
    Load
        Occupancy × capacity is carried load; the offered load is solved for, less what the areas use.
    """
    facilities_count, uses = len(facilities.hospital), len(facilities.use_pair)
    incidence = sparse.csr_array(
        (np.ones(uses), (facilities.use_facility, np.arange(uses))), shape=(facilities_count, uses)
    )
    amounts = values[facilities.use_slots]
    capacity, occupancy = values[facilities.capacity_slots], values[facilities.occupancy_slots]
    variation = values[facilities.day_cv_slots]
    days = parameters["working_days"]
    ours = _used(facilities, (incidence, amounts), standing_volume, days)
    queue = facilities.is_queue[:, None]
    total = np.empty_like(capacity)
    beds, theatres = ~facilities.is_queue, facilities.is_queue
    total[beds] = offered_load((occupancy * capacity)[beds], capacity[beds])
    total[theatres] = offered_hours((occupancy * capacity)[theatres], variation[theatres], capacity[theatres])
    outside = np.maximum(total - ours, 0.0)
    per_patient = _optional(values, facilities.other_amount_slots, 1.0)
    implied = outside * np.where(queue, days[None], DAYS) / np.maximum(per_patient, 1e-9)
    return Load(
        incidence=incidence,
        amounts=amounts,
        outside=outside,
        ours=ours,
        capacity=capacity,
        variation=variation,
        refill=values[facilities.refill_slots],
        others=np.where(
            facilities.other_patients_slots[:, None] >= 0,
            _optional(values, facilities.other_patients_slots, 0.0),
            implied,
        ),
        per_patient=per_patient,
        wait=_optional(values, facilities.wait_slots, np.nan),
        guarantee=_optional(values, facilities.guarantee_slots, np.nan),
        working_days=days,
        clipped=(ours > total).mean(axis=1),
        blocked=erlang_b((outside + ours)[beds], capacity[beds]),
        excess=elective_excess(
            (outside + ours)[theatres], variation[theatres] * (outside + ours)[theatres], capacity[theatres]
        ),
    )  # fmt: skip


def _odds(busy: Floats) -> Floats:
    capped = np.minimum(busy, CLOSE_TO_FULL)
    return capped / (1 - capped)


def displaced(facilities: Facilities, load: Load, volume: Floats, capacity_factor: Floats) -> Displaced:
    """Return who is pushed aside at each facility, compared with `standing`.

    Parameters
    ----------
    facilities, load
        Compiled resources and their standing load.
    volume
        Patients a year, shape (P, N).
    capacity_factor
        Change of staffed capacity by events, shape (S, N).

    Returns
    -------
    Displaced
        Positive: pushed aside; negative: room regained.
    """
    used = _used(facilities, (load.incidence, load.amounts), volume, load.working_days)
    outside = load.outside + load.refill * np.maximum(load.ours - used, 0.0)
    before, after = load.outside + load.ours, outside + used
    capacity = load.capacity * capacity_factor
    equal, first = np.zeros_like(before), np.zeros_like(before)
    waiting, beyond = np.full_like(before, np.nan), np.full_like(before, np.nan)
    beds, queue = ~facilities.is_queue, facilities.is_queue
    blocked_before, blocked_after = load.blocked, load.blocked.copy()
    moved = np.any((after != before) | (capacity_factor != 1), axis=1)[beds]  # the others stand as they stood
    blocked_after[moved] = erlang_b(after[beds][moved], capacity[beds][moved])
    equal[beds] = load.others[beds] * (blocked_after - blocked_before)
    turned_away = after[beds] * blocked_after - before[beds] * blocked_before
    first[beds] = turned_away * DAYS / np.maximum(load.per_patient[beds], 1e-9)
    change = elective_excess(after[queue], load.variation[queue] * after[queue], capacity[queue])
    change = change - load.excess
    patients = change * load.working_days / np.maximum(load.per_patient[queue], 1e-9)
    share = outside[queue] / np.maximum(after[queue], 1e-12)
    equal[queue], first[queue] = patients * share, patients
    old, new = (
        _odds(before[queue] / load.capacity[queue]),
        _odds(after[queue] / np.maximum(capacity[queue], 1e-9)),
    )
    wait = load.wait[queue] * new / np.maximum(old, 1e-12)
    waiting[queue] = wait - load.wait[queue]
    beyond[queue] = np.exp(-load.guarantee[queue] / np.maximum(wait, 1e-9))
    return Displaced(equal, first, waiting, beyond)
