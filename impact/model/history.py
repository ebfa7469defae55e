"""Where an area's patients were before it was concentrated: an uncertain share for each hospital.

Per draw an area's history is one of four kinds (new, already concentrated, regional, spread); shares are
Dirichlet around the demand of each hospital's catchment, with concentration c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaincinv

from graph_schema import CareSystem, Quantity
from impact.model.activity import Activity, catchment_size
from impact.model.arrays import Booleans, Floats, Integers, frozen
from impact.model.draws import Slots
from impact.model.places import Places
from impact.model.timeline import AreaTimeline

__all__ = ["Before", "History", "compile_history", "draw_before", "history_hospitals"]

KINDS = ("p_new", "p_already_concentrated", "p_regional", "p_spread")
NEW, CONCENTRATED, REGIONAL, SPREAD = range(4)


@dataclass(frozen=True)
class History:
    """Compiled histories.

    Attributes
    ----------
    decided
        Whether the area has a decision after the start of history, shape (A,).
    kind_slots
        Slots of the four probabilities, shape (4, A); `choice_slots` of the uniform number, shape (A,).
    new_share_slots, outside_slots
        Shape (A,); -1 where absent.
    entry_pair, entry_area, entry_weight, entry_outside, entry_slots
        One entry per pair that may have had patients; weight is its catchment's share among its kind.
    entry_share_slots
        Slot of the share that PROVIDED_BEFORE states, -1 where none.
    """

    decided: Booleans
    kind_slots: Integers
    choice_slots: Integers
    new_share_slots: Integers
    outside_slots: Integers
    entry_pair: Integers
    entry_area: Integers
    entry_weight: Floats
    entry_outside: Booleans
    entry_slots: Integers
    entry_share_slots: Integers
    entry_start: Integers
    entry_areas: Integers
    concentration_slot: int


@dataclass(frozen=True)
class Before:
    """The history of one block of draws.

    Attributes
    ----------
    share
        Share of today's national volume that each pair had, shape (P, N).
    spread_out
        Whether the area was elsewhere than today, shape (A, N).
    """

    share: Floats
    spread_out: Booleans


def _stated(system: CareSystem, area: str, places: Places) -> list[int]:
    named = {r.text("source_id") for r in system.incoming("PROVIDED_BEFORE", area)}
    return sorted({places.hospital_of[h] for h in named})


def history_hospitals(system: CareSystem, places: Places, timelines: Sequence[AreaTimeline]) -> dict[int, list[int]]:
    """Return, for each area that was decided, the hospitals that may have done it before.

    Where PROVIDED_BEFORE names hospitals these; else the university hospitals and, if the area may have been
    spread, the county hospitals.
    """
    found: dict[int, list[int]] = {}
    for a, timeline in enumerate(timelines):
        if timeline.decided is None:
            continue
        record = system.node(timeline.area)
        spread = record.quantity("p_spread")
        kinds = {"university"} | ({"county"} if spread is not None and spread.high > 0 else set[str]())
        everyone = [h for h, kind in enumerate(places.kinds) if kind in kinds]
        stated = _stated(system, timeline.area, places)
        found[a] = sorted(set(stated) | {h for h in everyone if not stated or places.kinds[h] == "county"})
    return found


def _slot(slots: Slots, record_id: str, quantity: Quantity | None) -> int:
    return -1 if quantity is None else slots.add(record_id, quantity)


def compile_history(
    system: CareSystem,
    places: Places,
    timelines: Sequence[AreaTimeline],
    activity: Activity,
    before: Mapping[int, Sequence[int]],
    parameters: Mapping[str, Quantity],
    slots: Slots,
) -> History:
    """Return the compiled histories; see `History`."""
    entries: list[tuple[int, int, float, bool, int, int]] = []
    for a in sorted(before):
        stated = {
            places.hospital_of[r.text("source_id")]: slots.add(r.quantity_id("share"), share)
            for r in system.incoming("PROVIDED_BEFORE", activity.areas[a])
            if (share := r.quantity("share")) is not None
        }
        for outside in (False, True):
            members = [h for h in before[a] if (places.kinds[h] == "county") is outside]
            if not members:
                continue
            weights = catchment_size(system, places, members)
            for h, weight in zip(members, weights, strict=True):
                slot = slots.unit(f"{places.hospitals[h]}.before.{activity.areas[a]}")
                entries.append((activity.pair_index[h, a], a, float(weight), outside, slot, stated.get(h, -1)))
    entries.sort(key=lambda e: (e[1], e[0]))
    areas = [e[1] for e in entries]
    starts = [i for i, a in enumerate(areas) if i == 0 or areas[i - 1] != a]
    records = system.rows["CareArea"]
    kinds = [[_slot(slots, r.quantity_id(k), r.quantity(k)) for r in records] for k in KINDS]
    outside = [
        slots.add(
            r.quantity_id("share_outside"),
            r.quantity("share_outside") or parameters["outside_share_of_spread"],
        )
        for r in records
    ]
    return History(
        decided=frozen(np.array([t.decided is not None for t in timelines], dtype=np.bool_)),
        kind_slots=frozen(np.array(kinds, dtype=np.int64)),
        choice_slots=frozen(np.array([slots.unit(f"{r.key[0]}.history") for r in records], dtype=np.int64)),
        new_share_slots=frozen(
            np.array([_slot(slots, r.quantity_id("new_share"), r.quantity("new_share")) for r in records],
                     dtype=np.int64)
        ),
        outside_slots=frozen(np.array(outside, dtype=np.int64)),
        entry_pair=frozen(np.array([e[0] for e in entries], dtype=np.int64)),
        entry_area=frozen(np.array(areas, dtype=np.int64)),
        entry_weight=frozen(np.array([e[2] for e in entries], dtype=np.float64)),
        entry_outside=frozen(np.array([e[3] for e in entries], dtype=np.bool_)),
        entry_slots=frozen(np.array([e[4] for e in entries], dtype=np.int64)),
        entry_share_slots=frozen(np.array([e[5] for e in entries], dtype=np.int64)),
        entry_start=frozen(np.array(starts, dtype=np.int64)),
        entry_areas=frozen(np.array([areas[i] for i in starts], dtype=np.int64)),
        concentration_slot=slots.add("dirichlet_concentration", parameters["dirichlet_concentration"]),
    )  # fmt: skip


def _kinds(history: History, values: Floats) -> Integers:
    weights = values[history.kind_slots]
    edges = np.cumsum(weights, axis=0) / np.maximum(weights.sum(axis=0), 1e-12)
    choice = values[history.choice_slots]
    return np.minimum((choice[None] >= edges).sum(axis=0), SPREAD)


def _fixed(history: History, values: Floats, drawn: Floats) -> Floats:
    """Shares in which the stated ones stand and the rest is drawn; each area's sum to 1."""
    starts = history.entry_start
    sizes = np.diff(np.append(starts, len(drawn)))

    def total(parts: Floats) -> Floats:
        return np.repeat(np.add.reduceat(parts, starts, axis=0), sizes, axis=0)

    is_stated = (history.entry_share_slots >= 0)[:, None]
    stated = np.where(is_stated, values[np.maximum(history.entry_share_slots, 0)], 0.0)
    stated = stated / np.maximum(total(stated), 1.0)
    free = np.where(is_stated, 0.0, drawn)
    shares = stated + (1 - total(stated)) * free / np.maximum(total(free), 1e-300)
    return shares / np.maximum(total(shares), 1e-300)


def draw_before(history: History, values: Floats, pairs: int) -> Before:
    """Return the shares before concentration for a block of draws.

    Parameters
    ----------
    history
        Compiled histories.
    values
        Drawn quantities, shape (slots, N).
    pairs
        Number of pairs.

    Returns
    -------
    Before
        Shares of an area sum to 1 - new_share (0 where the care is new).
    """
    kinds = _kinds(history, values)
    spread_out = (kinds != CONCENTRATED) & history.decided[:, None]
    share = np.zeros((pairs, values.shape[1]))
    if len(history.entry_pair) == 0:
        return Before(share, spread_out)
    concentration = values[history.concentration_slot]
    shape = np.maximum(concentration * history.entry_weight[:, None], 1e-3)
    mass = gammaincinv(shape, values[history.entry_slots])
    is_spread = (kinds == SPREAD)[history.entry_area]
    outside = history.entry_outside[:, None]
    starts = history.entry_start
    area = history.entry_area
    totals: list[Floats] = []
    for side in (False, True):
        part = np.where(outside == side, mass, 0.0)
        sums = np.add.reduceat(part, starts, axis=0)
        full = np.zeros((len(history.decided), values.shape[1]))
        full[history.entry_areas] = sums
        totals.append(part / np.maximum(full[area], 1e-300))
    has_outside = np.zeros(len(history.decided), dtype=np.bool_)
    has_outside[area[history.entry_outside]] = True
    outside_share = np.where(is_spread & has_outside[area][:, None], values[history.outside_slots][area], 0.0)
    shares = _fixed(history, values, totals[0] * (1 - outside_share) + totals[1] * outside_share)
    new_share = np.where(history.new_share_slots[:, None] >= 0, values[np.maximum(history.new_share_slots, 0)], 0.0)
    shares *= np.where(kinds == NEW, 0.0, 1 - new_share)[area]
    share[history.entry_pair] = shares
    return Before(share, spread_out)
