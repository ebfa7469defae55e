"""Which competences carry which permits at which hospital: requirements of the areas that each hospital holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from graph_schema import CareSystem, Quantity, Record, SettingError
from impact.questions.as_of import SystemAt
from interface.drawings.matrix_data import cluster_ids

__all__ = ["KINDS_OF_COMPETENCE", "Carried", "Requirement", "carried_permits", "columns_of"]

KINDS_OF_COMPETENCE = ("specialty", "narrow_skill", "profession")
ELSEWHERE = "network"  # reach of a requirement that any hospital of the country may meet


@dataclass(frozen=True, slots=True)
class Requirement:
    """A care area with a permit that requires a competence at or near the hospital.

    Attributes
    ----------
    area
        Its id.
    criticality
        The largest where it requires the competence in several ways, with grade and source.
    on_site
        Whether the competence must stand at the hospital itself.
    through
        The narrow skill of the competence that it requires; empty where it requires the competence itself.
    """

    area: str
    criticality: Quantity
    on_site: bool
    through: str


@dataclass(frozen=True, slots=True)
class Carried:
    """The permits of a hospital that a competence carries.

    Attributes
    ----------
    competence, hospital
        Their ids.
    requirements
        One for each area, most critical first.
    sole
        Areas among them that nobody else holds.
    specialists
        Heads at the hospital, where the dataset states them.
    """

    competence: str
    hospital: str
    requirements: tuple[Requirement, ...]
    sole: tuple[str, ...]
    specialists: Quantity | None


def _members(system: CareSystem, competence: str) -> Iterator[str]:
    """The competence and the skills inside it."""
    yield competence
    for row in system.incoming("PART_OF", competence):
        yield from _members(system, row.text("source_id"))


def _requirements(system: CareSystem, competence: str) -> dict[str, Requirement]:
    """By area: the most critical requirement of the competence or of a skill inside it."""
    found: dict[str, Requirement] = {}
    for member in _members(system, competence):
        for row in system.incoming("REQUIRES", member):
            area, quantity = row.text("source_id"), row.quantity("criticality")
            if quantity is None or row.text("reach") == ELSEWHERE or system.node(area).type != "CareArea":
                continue
            through = "" if member == competence else member
            new = Requirement(area, quantity, row.text("reach") == "same_site", through)
            if area not in found or quantity.value > found[area].criticality.value:
                found[area] = new
    return found


def _specialists(system: CareSystem) -> Mapping[tuple[str, str], Quantity]:
    return {
        (r.text("target_id"), r.text("source_id")): quantity
        for r in system.rows["STAFFS"]
        if (quantity := r.quantity("specialists")) is not None
    }


def _competences(system: CareSystem, kind: str | None) -> list[Record]:
    if kind is not None and kind not in KINDS_OF_COMPETENCE:
        raise SettingError(f"kind of competence {kind}: choose one of {', '.join(KINDS_OF_COMPETENCE)}")
    return [r for r in system.rows["Competence"] if kind in (None, r.text("kind"))]


def carried_permits(
    system: CareSystem, as_of: date, kind: str | None = "specialty", group: str | None = None
) -> list[Carried]:
    """Return which competences carry which permits where, hospitals from north to south.

    A competence carries a permit of a hospital where the area requires it, or a narrow skill inside it, at the
    hospital or within its care region; what may stand anywhere in the country is left out. Permits decided but not
    begun count.

    Parameters
    ----------
    system
        A validated system.
    as_of
        Date of today.
    kind
        One of `KINDS_OF_COMPETENCE`; all if None.
    group
        Only care areas of this cluster.

    Returns
    -------
    list
        Competences by the number of areas with a permit that require them, then by id; only pairs with a permit.

    Raises
    ------
    SettingError
        If there is no such kind, or no competence carries a permit.
    """
    competences = _competences(system, kind)
    view = SystemAt(system, as_of.isoformat(), as_of.isoformat() >= system.settings["as_of"])
    held: dict[str, list[str]] = {hospital: [] for hospital in view.hospitals}
    holders: dict[str, int] = {}
    for hospital, area in view.units:
        if group is None or system.node(area).text("cluster") == group:
            held[hospital].append(area)
            holders[area] = holders.get(area, 0) + 1
    heads = _specialists(system)
    required = {r.key[0]: _requirements(system, r.key[0]) for r in competences}
    sizes = {c: sum(area in holders for area in areas) for c, areas in required.items()}
    found: list[Carried] = []
    for competence in sorted(required, key=lambda c: (-sizes[c], c)):
        for hospital, areas in held.items():
            mine = [required[competence][a] for a in areas if a in required[competence]]
            if mine:
                mine.sort(key=lambda r: (-r.criticality.value, r.area))
                sole = tuple(r.area for r in mine if holders[r.area] == 1)
                found.append(Carried(competence, hospital, tuple(mine), sole, heads.get((competence, hospital))))
    if not found:
        known = ", ".join(cluster_ids(system))
        raise SettingError(f"no competence of kind {kind} carries a permit of group {group}; the groups are {known}")
    return found


def columns_of(system: CareSystem, rows: Sequence[Carried], as_of: date, *, every: bool) -> list[str]:
    """Return the hospitals that are columns, north to south: the university hospitals, and all in `rows` if `every`."""
    view = SystemAt(system, as_of.isoformat(), is_present=True)
    used = {r.hospital for r in rows}
    university = {h for h, r in view.hospitals.items() if r.text("kind") == "university"}
    return [h for h in view.hospitals if h in university or (every and h in used)]
