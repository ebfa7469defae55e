"""What areas and functions hang on, as indices: competence families and other areas, by reach."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from graph_schema import CareSystem, Record
from impact.model.activity import Activity
from impact.model.arrays import Booleans, Floats, Integers, frozen
from impact.model.competences import Competences
from impact.model.draws import Slots
from impact.model.places import Places
from impact.model.reads import IN_REACH, SAME_SITE, Reads, compile_reads
from impact.model.segments import Segments

__all__ = ["Dependencies", "Links", "Pools", "compile_dependencies"]

NETWORK = 2
REACH = {"same_site": SAME_SITE, "in_reach": IN_REACH, "network": NETWORK}


@dataclass(frozen=True)
class Pools:
    """Groups among which the best counts: members concatenated, with the start of each pool."""

    members: Integers
    start: Integers

    @cached_property
    def segments(self) -> Segments:
        """The members of each pool."""
        return Segments(self.start, len(self.members))


@dataclass(frozen=True)
class Links:
    """Edges to what a node hangs on.

    Attributes
    ----------
    node
        The node that depends, shape (E,).
    own
        Index of the value at the node's own hospital, -1 where it has none; shape (E,).
    pool
        Index of the pool of values within reach, -1 for same-site; shape (E,).
    reach
        0 same site, 1 in reach, 2 network; shape (E,).
    kappa_slots
        Slot of the criticality, shape (E,).
    kappa_assumed
        Whether the criticality is an assumption, shape (E,).
    """

    node: Integers
    own: Integers
    pool: Integers
    reach: Integers
    kappa_slots: Integers
    kappa_assumed: Booleans
    pools: Pools

    @cached_property
    def nodes(self) -> Integers:
        """Nodes that have links, each once, in the order of the links."""
        return self.node[self._starts]

    @cached_property
    def by_node(self) -> Segments:
        """The links of each of `nodes`."""
        return Segments(self._starts, len(self.node))

    @cached_property
    def _starts(self) -> Integers:
        return np.flatnonzero(np.concatenate([[True], self.node[1:] != self.node[:-1]]))

    @cached_property
    def reads(self) -> Reads:
        """The distinct terms that the links read."""
        return compile_reads(self.own, self.pool, self.reach, self.kappa_slots)


@dataclass(frozen=True)
class Dependencies:
    """Operability nodes (pairs first, then performed functions) and their links.

    Attributes
    ----------
    node_hospital
        Shape (P + F,).
    functions
        Ids; `performed_function`, `patients_slots`, `known_to_run` have shape (F,).
    competence_links
        Sorted so that a family's members stand together: `family_start` (families,), `family_node`,
        `family_is_any`.
    area_links
        Edges to pairs.
    dropped
        Dependencies on areas that nobody provides: left out and listed.
    """

    node_hospital: Integers
    functions: tuple[str, ...]
    function_kinds: tuple[str, ...]
    performed_hospital: Integers
    performed_function: Integers
    patients_slots: Integers
    known_to_run: Booleans
    competence_links: Links
    family_start: Integers
    family_node: Integers
    family_is_any: Booleans
    node_family_start: Integers
    nodes_with_families: Integers
    area_links: Links
    dropped: tuple[str, ...]

    @cached_property
    def families(self) -> Segments:
        """The competence links of each family."""
        return Segments(self.family_start, len(self.competence_links.node))

    @cached_property
    def any_of_several(self) -> tuple[Integers, Integers, Segments]:
        """Families of several of which any suffices, their links one after the other, and each family's run of them."""
        ends = np.append(self.family_start[1:], len(self.competence_links.node)).astype(np.int64)
        sizes = ends - self.family_start
        families = np.flatnonzero(self.family_is_any & (sizes > 1))
        begin = np.cumsum(sizes[families]) - sizes[families]
        within: Integers = np.arange(int(sizes[families].sum()))
        members: Integers = np.repeat(self.family_start[families] - begin, sizes[families]) + within
        return families, members, Segments(begin, len(members))

    @cached_property
    def node_families(self) -> Segments:
        """The families of each of `nodes_with_families`."""
        return Segments(self.node_family_start, len(self.family_start))

    @cached_property
    def node_links(self) -> Segments:
        """The competence links of each of `nodes_with_families`."""
        return Segments(self.family_start[self.node_family_start], len(self.competence_links.node))


class _PoolBook:
    def __init__(self) -> None:
        self.index: dict[tuple[int, ...], int] = {}

    def add(self, members: Sequence[int]) -> int:
        key = tuple(sorted(members))
        return self.index.setdefault(key, len(self.index)) if key else -1

    def pools(self) -> Pools:
        members = [m for key in self.index for m in key]
        sizes = [len(key) for key in self.index]
        start = np.concatenate([[0], np.cumsum(sizes)[:-1]]) if sizes else np.zeros(0)
        return Pools(frozen(np.array(members, dtype=np.int64)), frozen(start.astype(np.int64)))


Locate = Callable[[int], int]


class _LinkBook:
    """Collects edges; `where` maps (hospital, thing) to the index of its value."""

    def __init__(self, places: Places, where: dict[tuple[int, int], int], slots: Slots) -> None:
        self.places, self.where, self.slots = places, where, slots
        self.pools = _PoolBook()
        self.rows: list[tuple[int, int, int, int, int, bool]] = []

    def row(
        self, node: int, hospital: int, thing: int, record: Record, further: str | None = None
    ) -> tuple[int, int, int, int, int, bool]:
        quantity = record.quantity("criticality")
        assert quantity is not None  # required by the schema
        reach = max(REACH[record.text("reach")], REACH[further or "same_site"])
        care = self.places.hospital_care
        near = [
            i for (h, t), i in self.where.items()
            if t == thing and (reach == NETWORK or care[h] == care[hospital])
        ] if reach != SAME_SITE else []  # fmt: skip
        slot = self.slots.add(record.quantity_id("criticality"), quantity)
        own = self.where.get((hospital, thing), -1)
        return node, own, self.pools.add(near), reach, slot, quantity.grade == "assumed"

    def links(self) -> Links:
        columns = list(zip(*self.rows, strict=True)) if self.rows else [()] * 6
        node, own, pool, reach, slot = (frozen(np.array(c, dtype=np.int64)) for c in columns[:5])
        assumed = frozen(np.array(columns[5], dtype=np.bool_))
        return Links(node, own, pool, reach, slot, assumed, self.pools.pools())


def _root(competence: int, parent: Integers) -> int:
    while parent[competence] >= 0:
        competence = int(parent[competence])
    return competence


def compile_dependencies(
    system: CareSystem,
    places: Places,
    activity: Activity,
    competences: Competences,
    slots: Slots,
    further: Mapping[tuple[str, str], str] | None = None,
) -> Dependencies:
    """Return the operability nodes and their links; see `Dependencies`.

    A family is the label of the data; without one, competences under the same root are one family read by
    its weakest member (a common cause), so that recording one competence twice changes nothing. `further` gives
    the competences of (hospital, area) a longer reach; the order of the links does not depend on it.
    """
    performed = sorted(
        system.rows["PERFORMS"], key=lambda r: (places.hospital_of[r.text("source_id")], r.text("target_id"))
    )
    functions = [r.key[0] for r in system.rows["Function"]]
    things = [(h, activity.areas[a]) for h, a in activity.pair_index]
    things += [(places.hospital_of[r.text("source_id")], r.text("target_id")) for r in performed]
    competence_index = {c: i for i, c in enumerate(competences.competences)}
    area_index = {a: i for i, a in enumerate(activity.areas)}
    skills = _LinkBook(places, dict(competences.level_index), slots)
    areas = _LinkBook(places, dict(activity.pair_index), slots)
    provided = {a for _, a in activity.pair_index}
    families: list[tuple[tuple[int, str], bool, tuple[int, int, int, int, int, bool]]] = []
    dropped: set[str] = set()
    modelled = {int(h) for h in competences.level_hospital}
    modelled |= {h for h, kind in enumerate(places.kinds) if kind != "county"}
    for node, (h, name) in enumerate(things):
        if h not in modelled:
            continue  # nothing is known of its staffing: its care counts as fully operable
        for record in system.outgoing("REQUIRES", name):
            c = competence_index[record.text("target_id")]
            label = record.text("family") or f"root {_root(c, competences.parent)}"
            row = skills.row(node, h, c, record, (further or {}).get((places.hospitals[h], name)))
            families.append(((node, label), record.text("family_rule") == "any", row))
        for record in system.outgoing("DEPENDS_ON", name):
            target = area_index[record.text("target_id")]
            if target in provided:
                areas.rows.append(areas.row(node, h, target, record))
            else:
                dropped.add(f"{name} → {record.text('target_id')}")
    families.sort(key=lambda f: (f[0], f[2][4]))
    skills.rows = [f[2] for f in families]
    starts = [i for i, f in enumerate(families) if i == 0 or families[i - 1][0] != f[0]]
    family_node = [families[i][0][0] for i in starts]
    node_starts = [i for i, n in enumerate(family_node) if i == 0 or family_node[i - 1] != n]
    areas.rows.sort(key=lambda r: (r[0], r[4]))
    patients = [slots.add(r.quantity_id("patients_relying"), q) for r in performed
                for n, q in r.quantities() if n == "patients_relying"]  # fmt: skip

    def table(rows: Sequence[int]) -> Integers:
        return frozen(np.array(rows, dtype=np.int64))

    return Dependencies(
        node_hospital=table([h for h, _ in things]),
        functions=tuple(functions),
        function_kinds=tuple(r.text("kind") for r in system.rows["Function"]),
        performed_hospital=table([places.hospital_of[r.text("source_id")] for r in performed]),
        performed_function=table([functions.index(r.text("target_id")) for r in performed]),
        patients_slots=table(patients),
        known_to_run=frozen(np.array([r.flag("known_to_run") for r in performed], dtype=np.bool_)),
        competence_links=skills.links(),
        family_start=table(starts),
        family_node=table(family_node),
        family_is_any=frozen(np.array([families[i][1] for i in starts], dtype=np.bool_)),
        node_family_start=table(node_starts),
        nodes_with_families=table([family_node[i] for i in node_starts]),
        area_links=areas.links(),
        dropped=tuple(sorted(dropped)),
    )


def pool_best(pools: Pools, values: Floats) -> Floats:
    """Return the best value of each pool, shape (pools, N)."""
    if len(pools.start) == 0:
        return np.zeros((0, values.shape[1]))
    return pools.segments.largest(np.take(values, pools.members, axis=0))
