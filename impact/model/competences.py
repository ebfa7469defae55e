"""Competences at hospitals as indices and slots: caseload, need, and who keeps whose practice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from graph_schema import CareSystem, Quantity, Record
from impact.model.activity import Activity
from impact.model.arrays import Booleans, Integers, frozen
from impact.model.draws import Slots
from impact.model.places import Places

__all__ = ["Competences", "compile_competences"]


@dataclass(frozen=True)
class Competences:
    """Levels (hospital, competence) and the caseload that the areas give them.

    Attributes
    ----------
    competences
        Ids, shape (C,); `parent` the index of each one's parent or -1.
    level_hospital, level_competence, level_parent
        Shape (L,); parents stand before children; `level_parent` is a level or -1.
    margin_slots, rota_slots, v_min_slots, posts_slots
        Shape (L,).
    outside_slots
        Slot of the counted outside caseload, -1 where none; shape (L,).
    staffing_slots
        Slots of specialists and usual caseload, -1 where unknown; shape (2, L).
    ratio_slots
        Slot of the outside ratio, shape (L,).
    is_base, is_leading
        Counts in the breadth of education; is a root whose outside patients are followed. Shape (L,).
    case_area, case_competence, case_slots
        Head-cases that a patient gives directly, or slot -1 where only through children; shape (K,).
    climbs
        (child case, parent case, slot of parent_share), children before their parents.
    edge_pair, edge_level, edge_case
        Caseload edges, shape (E,).
    """

    competences: tuple[str, ...]
    parent: Integers
    level_hospital: Integers
    level_competence: Integers
    level_index: Mapping[tuple[int, int], int]
    level_parent: Integers
    margin_slots: Integers
    rota_slots: Integers
    v_min_slots: Integers
    posts_slots: Integers
    outside_slots: Integers
    staffing_slots: Integers
    ratio_slots: Integers
    child_slots: Integers
    has_fraction: Booleans
    is_base: Booleans
    is_leading: Booleans
    case_area: Integers
    case_competence: Integers
    case_slots: Integers
    climbs: tuple[tuple[int, int, int], ...]
    edge_pair: Integers
    edge_level: Integers
    edge_case: Integers


def _parents(system: CareSystem) -> dict[str, tuple[str, Record]]:
    return {
        r.text("source_id"): (r.text("target_id"), r)
        for r in system.rows["PART_OF"]
        if system.nodes[r.text("source_id")].type == "Competence"
    }


def _ancestors(competence: str, parents: Mapping[str, tuple[str, Record]]) -> list[str]:
    found: list[str] = []
    while competence in parents:
        competence = parents[competence][0]
        found.append(competence)
    return found


def _wanted_levels(
    system: CareSystem, places: Places, activity: Activity, parents: Mapping[str, tuple[str, Record]]
) -> set[tuple[int, str]]:
    """Levels that something reads: competences of what a hospital does or may do, with their ancestors."""
    staffed = {(places.hospital_of[r.text("source_id")], r.text("target_id")) for r in system.rows["STAFFS"]}
    modelled = {h for h, kind in enumerate(places.kinds) if kind != "county"}
    modelled |= {h for h, _ in staffed}
    wanted = set(staffed)
    for h, a in activity.pair_index:
        if h in modelled:
            wanted |= {(h, r.text("target_id")) for r in system.outgoing("REQUIRES", activity.areas[a])}
    for record in system.rows["PERFORMS"]:
        h = places.hospital_of[record.text("source_id")]
        if h in modelled:
            wanted |= {(h, r.text("target_id")) for r in system.outgoing("REQUIRES", record.text("target_id"))}
    return wanted | {(h, up) for h, c in wanted for up in _ancestors(c, parents)}


class _Cases:
    """Head-cases per patient for each (area, competence), climbing to the parents."""

    def __init__(self, system: CareSystem, areas: tuple[str, ...], parameters: Mapping[str, Quantity], slots: Slots,
                 parents: Mapping[str, tuple[str, Record]]) -> None:  # fmt: skip
        self.index: dict[tuple[int, str], int] = {}
        self.slots: list[int] = []
        self.climbs: list[tuple[int, int, int, int]] = []
        for a, area in enumerate(areas):
            for record in system.outgoing("REQUIRES", area):
                quantity = record.quantity("head_cases") or parameters["default_head_cases"]
                self._case(a, record.text("target_id"), slots.add(record.quantity_id("head_cases"), quantity))
        for a, competence in list(self.index):
            child = competence
            while child in parents:
                parent, record = parents[child]
                share = record.quantity("parent_share") or parameters["default_parent_share"]
                slot = slots.add(record.quantity_id("parent_share"), share)
                depth = len(_ancestors(child, parents))
                climb = (-depth, self.index[a, child], self._case(a, parent, -1), slot)
                if climb not in self.climbs:
                    self.climbs.append(climb)
                child = parent
        self.climbs.sort()

    def _case(self, area: int, competence: str, slot: int) -> int:
        key = (area, competence)
        if key not in self.index:
            self.index[key] = len(self.slots)
            self.slots.append(slot)
        return self.index[key]


class _LevelSlots:
    """Slots of one level's quantities, from STAFFS or from the model-wide defaults."""

    def __init__(self, system: CareSystem, parameters: Mapping[str, Quantity], slots: Slots, on_duty: set[str]) -> None:
        self.system, self.parameters, self.slots, self.on_duty = system, parameters, slots, on_duty

    def _named(self, hospital: str, competence: str, name: str, default: str) -> int:
        record = self.system.get("STAFFS", hospital, competence)
        quantity = None if record is None else record.quantity(name)
        identifier = f"{hospital}.staffs.{competence}.{name}"
        return self.slots.add(identifier, quantity or self.parameters[default])

    def margin(self, hospital: str, competence: str) -> int:
        return self._named(hospital, competence, "margin", "default_margin")

    def rota(self, hospital: str, competence: str) -> int:
        default = "rota_heads_duty" if competence in self.on_duty else "rota_heads_day"
        return self._named(hospital, competence, "rota_heads", default)

    def posts(self, hospital: str, competence: str) -> int:
        record = self.system.get("STAFFS", hospital, competence)
        for name in ("fte", "specialists"):
            quantity = None if record is None else record.quantity(name)
            if quantity is not None:
                return self.slots.add(f"{hospital}.staffs.{competence}.{name}", quantity)
        return self.rota(hospital, competence)

    def outside(self, hospital: str, competence: str) -> int:
        record = self.system.get("STAFFS", hospital, competence)
        quantity = None if record is None else record.quantity("outside_caseload")
        return -1 if quantity is None else self.slots.add(f"{hospital}.staffs.{competence}.outside_caseload", quantity)

    def staffing(self, hospital: str, competence: str) -> tuple[int, int]:
        record = self.system.get("STAFFS", hospital, competence)
        heads = None if record is None else (record.quantity("specialists") or record.quantity("fte"))
        node = self.system.node(competence)
        if heads is None or node.text("kind") != "specialty":
            return -1, -1
        usual = node.quantity("usual_caseload") or self.parameters["default_usual_caseload"]
        return self.posts(hospital, competence), self.slots.add(node.quantity_id("usual_caseload"), usual)

    def v_min(self, competence: str) -> int:
        node = self.system.node(competence)
        quantity = node.quantity("v_min") or self.parameters["default_v_min"]
        return self.slots.add(node.quantity_id("v_min"), quantity)

    def ratio(self, hospital: str, competence: str) -> int:
        return self.slots.add(f"{hospital}.outside_ratio.{competence}", self.parameters["outside_ratio"])

    def has_fraction(self, competence: str) -> bool:
        return "parent_fraction" in self.system.node(competence)

    def child(self, hospital: str, competence: str) -> int:
        node = self.system.node(competence)
        fraction = node.quantity("parent_fraction")
        if fraction is not None:
            return self.slots.add(node.quantity_id("parent_fraction"), fraction)
        return self.slots.add(f"{hospital}.child_fraction.{competence}", self.parameters["child_fraction"])


def compile_competences(
    system: CareSystem, places: Places, activity: Activity, parameters: Mapping[str, Quantity], slots: Slots
) -> Competences:
    """Return the levels and caseload edges of a system; see `Competences`.

    Parameters
    ----------
    system, places, activity
        The system, its places and what its hospitals may do.
    parameters
        Model-wide quantities; defaults where the data are silent.
    slots
        Receives the quantities.
    """
    parents = _parents(system)
    names = [r.key[0] for r in system.rows["Competence"]]
    index = {c: i for i, c in enumerate(names)}
    wanted = _wanted_levels(system, places, activity, parents)
    levels = sorted(wanted, key=lambda hc: (len(_ancestors(hc[1], parents)), hc))
    level_index = {(h, index[c]): i for i, (h, c) in enumerate(levels)}
    emergency = {r.key[0] for r in system.rows["Function"] if r.text("kind") == "emergency"}
    on_duty = {r.text("target_id") for r in system.rows["REQUIRES"] if r.text("source_id") in emergency}
    of = _LevelSlots(system, parameters, slots, on_duty)
    cases = _Cases(system, activity.areas, parameters, slots, parents)
    edges = [
        (pair, level_index[h, index[c]], k)
        for (a, c), k in sorted(cases.index.items())
        for (h, area), pair in activity.pair_index.items()
        if area == a and (h, index[c]) in level_index
    ]
    edges.sort(key=lambda e: (e[1], e[0], e[2]))
    named = [(places.hospitals[h], c) for h, c in levels]
    kinds = {r.key[0]: r for r in system.rows["Competence"]}

    def table(rows: list[int]) -> Integers:
        return frozen(np.array(rows, dtype=np.int64))

    return Competences(
        competences=tuple(names),
        parent=table([index[parents[c][0]] if c in parents else -1 for c in names]),
        level_hospital=table([h for h, _ in levels]),
        level_competence=table([index[c] for _, c in levels]),
        level_index=level_index,
        level_parent=table([level_index[h, index[parents[c][0]]] if c in parents else -1 for h, c in levels]),
        margin_slots=table([of.margin(h, c) for h, c in named]),
        rota_slots=table([of.rota(h, c) for h, c in named]),
        v_min_slots=table([of.v_min(c) for _, c in named]),
        posts_slots=table([of.posts(h, c) for h, c in named]),
        outside_slots=table([of.outside(h, c) for h, c in named]),
        staffing_slots=frozen(
            np.array([of.staffing(h, c) for h, c in named], dtype=np.int64).reshape(len(named), 2).T.copy()
        ),
        ratio_slots=table([of.ratio(h, c) for h, c in named]),
        child_slots=table([of.child(h, c) for h, c in named]),
        has_fraction=frozen(np.array([of.has_fraction(c) for _, c in named], dtype=np.bool_)),
        is_base=frozen(np.array([kinds[c].flag("is_base_specialty") for _, c in named], dtype=np.bool_)),
        is_leading=frozen(
            np.array([c not in parents and kinds[c].text("kind") == "specialty" for _, c in named], dtype=np.bool_)
        ),
        case_area=table([a for a, _ in cases.index]),
        case_competence=table([index[c] for _, c in cases.index]),
        case_slots=table(cases.slots),
        climbs=tuple((child, parent, slot) for _, child, parent, slot in cases.climbs),
        edge_pair=table([e[0] for e in edges]),
        edge_level=table([e[1] for e in edges]),
        edge_case=table([e[2] for e in edges]),
    )
