"""The patients of some areas by home region and hospital, also where an area stands as its history says.

Referral works on today's holders only. To measure travel, redundancy and own care in a world without decisions,
the volumes of an area's history are spread over the home regions by the same referral (fixed routes to the nearest
of the own care region, the rest by distance), fitted so that every hospital gets the volume of its history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from impact.model.access import transport_measures, travel_measures
from impact.model.activity import Activity
from impact.model.arrays import Floats, Integers, frozen
from impact.model.block import Block, not_yet
from impact.model.path import YearOutcome
from impact.model.places import Places
from impact.model.referral import attraction, flows, referral_of, routes
from impact.model.structure import Phase, Structure
from impact.model.sums import sum_by
from impact.questions.recording import measured

__all__ = ["PairView"]

TINY = 1e-300
SEEN = 1e-6  # patients a year below which a hospital of an area's history is left out
ROUNDS = 20  # of proportional fitting: less than one patient in a thousand is then misplaced between regions
STRIDE = 1.5  # over-relaxation, which halves the rounds


def _ranks(places: Places, hospitals: Integers) -> Integers:
    """How near each row's hospital is to a region, own care region first; shape (R, rows)."""
    regions = range(len(places.regions))
    found = np.zeros((len(places.regions), len(hospitals)), dtype=np.int64)
    for i in regions:
        hours = np.array([places.median_hours[i, int(h)] for h in hospitals])
        far = places.hospital_care[hospitals] != places.region_care[i]
        found[i, np.lexsort((hospitals, hours, far))] = np.arange(len(hospitals))
    return found


def _as_rows(structure: Structure, focus: Integers) -> tuple[Activity, Integers]:
    """Every pair of the areas is a row, every area a group; and the pair of each row."""
    activity = structure.activity
    pairs = np.flatnonzero(np.isin(activity.pair_area, focus))
    areas = np.unique(activity.pair_area[pairs])
    group = np.searchsorted(areas, activity.pair_area[pairs])
    view = replace(
        activity,
        row_pair=frozen(pairs),
        row_group=frozen(group),
        group_area=frozen(areas),
        group_residual=frozen(np.zeros(len(areas), dtype=np.bool_)),
        group_start=frozen(np.searchsorted(group, np.arange(len(areas)))),
        rank=frozen(_ranks(structure.places, activity.pair_hospital[pairs])),
        route_slots=frozen(np.full((len(structure.places.regions), len(pairs)), -1, dtype=np.int64)),
    )
    return view, pairs


def _fitted(activity: Activity, mixed: Floats, demand: Floats, volume: Floats) -> Floats:
    """Flows (R, rows, N) with the regions' demand, whose sums over regions come to the volumes of the rows."""
    weights = (volume > 0).astype(np.float64)
    flow = np.zeros_like(mixed)
    for _ in range(ROUNDS):
        flow = np.where(volume > 0, flows(activity, weights, mixed, demand), 0.0)
        weights = weights * np.where(volume > 0, volume / np.maximum(flow.sum(axis=0), TINY), 1.0) ** STRIDE
    return flow


@dataclass(frozen=True)
class PairView:
    """A block of draws seen by pairs of hospital and area.

    Attributes
    ----------
    structure
        The compiled system in which every pair of the areas in focus is a row.
    pairs
        Of each row, shape (rows,).
    flow_before, spare_before
        Patients a year as the history says by region and row (R, rows, N); room left then (rows, N).
    """

    original: Structure
    structure: Structure
    pairs: Integers
    flow_before: Floats
    spare_before: Floats

    @classmethod
    def of(cls, structure: Structure, block: Block) -> PairView:
        """Return the view of a block for the areas in the structure's focus.

        Parameters
        ----------
        structure
            Compiled system without shares of areas split off.
        block
            Its draws.
        """
        activity, pairs = _as_rows(structure, np.array(structure.focus, dtype=np.int64))
        volume = block.before.share[pairs] * block.national[activity.pair_area[pairs]]
        total = np.add.reduceat(volume, activity.group_start, axis=0)
        referral = referral_of(structure.places, activity, block.values, dict(block.parameters))
        demand = referral.population_share[:, None] * total[None]
        active = volume > SEEN
        mixed = attraction(activity, referral, routes(activity, referral, active), active, np.ones_like(volume))
        flow = _fitted(activity, mixed, demand, np.where(active, volume, 0.0))
        room = (block.parameters["capacity_multiple"] - 1) * volume
        return cls(structure, replace(structure, activity=activity), pairs, flow, room)

    def outcome(self, block: Block, phases: Sequence[Phase], outcome: YearOutcome) -> YearOutcome:
        """Return a year's outcome with flows, room and unmet demand by pair (year 0 or later).

        Parameters
        ----------
        block
            The draws, with what is left out.
        phases
            Of the world that was followed.
        outcome
            The year.
        """
        activity, groups = self.original.activity, self.original.activity.group_area
        year = [p for p in phases if p.period.year == outcome.year]
        length = sum(p.period.length for p in year)
        stays = sum((p.period.length / length) * not_yet(block.before, p, block.held_back) for p in year)
        before = np.asarray(stays, dtype=np.float64)[activity.pair_area[self.pairs]]
        place = np.full(len(activity.pair_area), -1, dtype=np.int64)
        place[self.pairs] = np.arange(len(self.pairs))
        rows = np.flatnonzero(place[activity.row_pair] >= 0)
        where = place[activity.row_pair[rows]]
        routed = np.zeros_like(self.flow_before)
        room = np.zeros_like(self.spare_before)
        routed[:, where], room[where] = outcome.flow[:, rows], outcome.spare[rows]
        flow = before[None] * self.flow_before + (1 - before)[None] * routed
        treated = flow.sum(axis=0)
        volume = outcome.volume[self.pairs]
        flow = flow * np.where(treated > 0, volume / np.maximum(treated, TINY), 0.0)[None]
        areas = self.structure.activity.group_area
        not_taken = np.stack([sum_by(groups, part, len(activity.areas))[areas] for part in outcome.not_taken])
        return replace(
            outcome,
            flow=flow,
            spare=before * self.spare_before + (1 - before) * room,
            not_taken=not_taken,
            hours_share=np.ones((len(areas), volume.shape[1])),
        )

    def measured(self, block: Block, phases: Sequence[Phase], outcome: YearOutcome) -> tuple[Floats, Floats]:
        """Return a year's measures as `recording.measured` does; travel is summed over areas first, which it allows."""
        seen, focus = self.outcome(block, phases, outcome), np.array(self.structure.focus, dtype=np.int64)
        hospital = self.structure.activity.pair_hospital[self.pairs]
        present = np.unique(hospital)
        where = np.searchsorted(present, hospital)
        flow = np.stack([sum_by(where, part, len(present)) for part in seen.flow])
        whole = np.ones((len(present), flow.shape[2]))
        regions = travel_measures(self.structure, block, flow, present, whole)
        regions |= transport_measures(self.structure, block, seen, focus)
        return measured(self.structure, block, seen, regions_known=regions)
