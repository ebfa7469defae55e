"""Short questions to the dataset that the checks of the documents' statements share, and their register."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from graph_schema import CareSystem, Quantity, Record

AS_OF = "2025-12-31"
NEW_PROCESS = "2018-07-01"
Check = Callable[[CareSystem], bool]
GRAPH_CHECKS: dict[str, Check] = {}
MODEL_CHECKS: dict[str, Check] = {}


def graph_statement(check: Check) -> Check:
    """Register a check under the id with which its name begins."""
    GRAPH_CHECKS[check.__name__.partition("_")[0]] = check
    return check


def model_statement(check: Check) -> Check:
    MODEL_CHECKS[check.__name__.partition("_")[0]] = check
    return check


# ------------------------------------------------------------------------------------------------ who holds what
def permits(system: CareSystem, area: str, role: str = "holder") -> list[Record]:
    """Main permits of an area, whenever they stand."""
    rows = system.incoming("PROVIDES", area)
    return [r for r in rows if r.flag("permit") and r.text("role") == role and not r.text("sub_permit")]


def holders(system: CareSystem, area: str, day: str = AS_OF) -> set[str]:
    rows = permits(system, area)
    return {
        r.text("source_id") for r in rows if r.text("valid_from") <= day and not "" < r.text("valid_to") < day
    }  # fmt: skip


def first_days(system: CareSystem, area: str) -> set[str]:
    return {r.text("valid_from") for r in permits(system, area)}


def sub_holders(system: CareSystem, area: str) -> set[str]:
    rows = system.incoming("PROVIDES", area)
    return {r.text("source_id") for r in rows if r.flag("permit") and r.text("sub_permit")}


def held_by(system: CareSystem, hospital: str, day: str = AS_OF) -> set[str]:
    return {a for a in areas(system) if hospital in holders(system, a, day)}


def areas(system: CareSystem) -> list[str]:
    return [r.key[0] for r in system.rows["CareArea"]]


def before(system: CareSystem, area: str) -> set[str]:
    return {r.text("source_id") for r in system.incoming("PROVIDED_BEFORE", area)}


def region(system: CareSystem, hospital: str) -> str:
    return system.outgoing("LOCATED_IN", hospital)[0].text("target_id")


def regions(system: CareSystem, hospitals: Iterable[str]) -> set[str]:
    return {region(system, h) for h in hospitals}


def status(system: CareSystem, area: str) -> str:
    return system.node(area).text("status")


def value(system: CareSystem, node: str, name: str) -> float:
    quantity = system.node(node).quantity(name)
    return float("nan") if quantity is None else quantity.value


def largest_history(system: CareSystem, area: str) -> str:
    names = ("p_new", "p_already_concentrated", "p_regional", "p_spread")
    return max(names, key=lambda name: value(system, area, name))


def volume(system: CareSystem, hospital: str, area: str, year: int) -> Quantity | None:
    rows = (r for r in system.incoming("PROVIDES_VOLUME", area) if r.text("source_id") == hospital)
    found = [r.quantity("patients") for r in rows if r.number("year") == year and not r.text("sub_permit")]
    return found[0] if found else None


def counts(system: CareSystem, hospital: str, area: str, first: int, last: int) -> list[float]:
    """Patients of each year that the dataset has a count for."""
    found = (volume(system, hospital, area, year) for year in range(first, last + 1))
    return [q.value for q in found if q is not None]


def hours(system: CareSystem, home: str, hospital: str) -> float:
    record = system.get("TRAVELS", home, hospital)
    quantity = None if record is None else record.quantity("hours_p50")
    return float("inf") if quantity is None else quantity.value


def nearest(system: CareSystem, home: str, area: str) -> float:
    """Hours to the nearest holder."""
    return min((hours(system, home, h) for h in holders(system, area)), default=float("inf"))


# ------------------------------------------------------------------------------------------------ what care needs
def requires(system: CareSystem, node: str, reach: str | None = None) -> set[str]:
    rows = system.outgoing("REQUIRES", node)
    return {r.text("target_id") for r in rows if reach in (None, r.text("reach"))}


def with_parents(system: CareSystem, competences: Iterable[str]) -> set[str]:
    """The competences and all that they are part of."""
    found = set(competences)
    for competence in list(found):
        found |= with_parents(system, (r.text("target_id") for r in system.outgoing("PART_OF", competence)))
    return found


def roots(system: CareSystem, node: str) -> set[str]:
    """What an area requires, with all that it is part of."""
    return with_parents(system, requires(system, node))


def shared(system: CareSystem, *nodes: str) -> set[str]:
    return set.intersection(*(requires(system, n) for n in nodes))


def uses(system: CareSystem, area: str, *resources: str) -> bool:
    """Whether the area uses every one of the resources."""
    used = {r.text("target_id") for r in system.outgoing("USES", area) if (q := r.quantity("amount")) and q.value > 0}
    return set(resources) <= used


def depends(system: CareSystem, area: str, other: str) -> bool:
    """Whether one of the areas depends on the other."""
    return system.get("DEPENDS_ON", area, other) is not None or system.get("DEPENDS_ON", other, area) is not None


def linked(system: CareSystem, area: str, other: str) -> bool:
    return depends(system, area, other) or bool(shared(system, area, other))


# ------------------------------------------------------------------------------------------------ the case log
def log(system: CareSystem, area: str, *kinds: str) -> list[Record]:
    rows = (system.node(r.text("source_id")) for r in system.incoming("CONCERNS", area))
    return [r for r in rows if not kinds or r.text("kind") in kinds]


def says(entry: Record, *words: str) -> bool:
    """Whether the entry's outcome and reason contain every one of the words."""
    text = f"{entry.text('outcome')} {entry.text('reason')}".lower()
    return all(w.lower() in text for w in words)


def any_says(entries: Iterable[Record], *words: str) -> bool:
    return any(says(e, *words) for e in entries)


def units(system: CareSystem, area: str, kind: str) -> set[float | None]:
    return {r.number("units") for r in log(system, area, kind)}


def figures(system: CareSystem, area: str) -> set[tuple[float | None, float | None]]:
    """Applications and refusals that the grants state."""
    return {(r.number("applications"), r.number("refusals")) for r in log(system, area, "granted")}


def refused(system: CareSystem, area: str) -> set[str]:
    """Regions refused: those of hospitals that a refusal reaches, and those that its outcome names."""
    entries = log(system, area, "refused")
    reached = {r.text("target_id") for e in entries for r in system.outgoing("REFUSES", e.key[0])}
    named = {r.key[0] for r in system.rows["Region"] for e in entries if r.text("name_sv") in e.text("outcome")}
    return regions(system, reached) | named


def deviations(system: CareSystem, hospital: str | None = None, area: str | None = None) -> list[Record]:
    rows = system.rows["DEVIATES_FROM"]
    return [r for r in rows if hospital in (None, r.text("source_id")) and area in (None, r.text("target_id"))]


def conditions(system: CareSystem, hospital: str, area: str) -> list[str]:
    """The conditions that a unit deviated from, without what stands in brackets."""
    return [r.text("condition").partition(" (")[0] for r in deviations(system, hospital, area)]


def deviates(system: CareSystem, hospital: str, area: str, *words: str) -> bool:
    return any(all(w in c for w in words) for c in conditions(system, hospital, area))
