"""The links of the network: relationships from what needs to what is needed, each with strength, range and grade."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema import GRADES, CareSystem, Quantity, Record

__all__ = ["LINKS", "NEEDS", "OF_HOSPITAL", "PLAIN", "Link", "links_of", "rank"]

# Relationship to the quantity that says how strong it is; the first that is present.
LINKS: Mapping[str, tuple[str, ...]] = {
    "REQUIRES": ("criticality",),
    "DEPENDS_ON": ("criticality",),
    "USES": ("amount",),
    "PROVIDES": (),  # who provides an area is a fact or none, whatever is known of the number
    "PERFORMS": ("patients_relying",),
    "STAFFS": ("specialists", "outside_caseload", "margin"),
    "OPERATES": ("capacity",),
}
SHARES = ("REQUIRES", "DEPENDS_ON")  # whose strength is a share and can be compared
NEEDS = ("REQUIRES", "DEPENDS_ON", "USES")
OF_HOSPITAL = ("PROVIDES", "PERFORMS", "STAFFS", "OPERATES")
PLAIN = 0.2  # rank of a link whose strength is no share


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship, from what needs to what is needed.

    Attributes
    ----------
    quantity
        What describes it, where there is something: the criticality, an amount, heads …
    strength
        0–1: the criticality where there is one, else None.
    is_permit
        Of a hospital and an area: whether it is a permit.
    grade
        Of the quantity; of a permit: reported, where a document states it.
    evidence
        Ids of the sources it rests on, separated by semicolons.
    reason
        As the dataset states it.
    """

    type: str
    source: str
    target: str
    quantity: Quantity | None
    strength: float | None
    is_permit: bool
    grade: str
    evidence: str
    reason: str


def _is_current(record: Record, as_of: str) -> bool:
    last = record.text("valid_to")
    started = record.flag("permit") or record.text("valid_from") <= as_of
    return started and (not last or last >= as_of) and not record.text("sub_permit")


def _grade_of_source(system: CareSystem, record: Record) -> str:
    """Reported if any source is a document, derived if the best is a derivation, assumed if all are assumptions."""
    found = [system.get("sources", s) for s in record.text("source").split(";") if s]
    grades = ["assumed", *("derived" if r.text("kind") == "derivation" else "reported" for r in found if r is not None)]
    return min(grades, key=GRADES.index)


def _link(system: CareSystem, record: Record) -> Link:
    quantity = next((q for n in LINKS[record.type] if (q := record.quantity(n)) is not None), None)
    return Link(
        type=record.type,
        source=record.text("source_id"),
        target=record.text("target_id"),
        quantity=quantity,
        strength=quantity.value if quantity is not None and record.type in SHARES else None,
        is_permit=record.flag("permit"),
        grade=_grade_of_source(system, record) if quantity is None else quantity.grade,
        evidence=record.text("source") if quantity is None else quantity.source,
        reason=record.text("reason"),
    )


def rank(link: Link) -> tuple[float, int]:
    """Return what a link is sorted by: strong links first, then by grade; those that are no share count as weak."""
    return (-(PLAIN if link.strength is None else link.strength), GRADES.index(link.grade))


def links_of(system: CareSystem) -> list[Link]:
    """Return every link once: of several rows between the same nodes the strongest, at the best grade of equals.

    Parameters
    ----------
    system
        A validated system; permits that have ended and care that has not begun without one are left out.
    """
    as_of = system.settings["as_of"]
    found: dict[tuple[str, str, str], Link] = {}
    for name in LINKS:
        for record in system.rows[name]:
            if name == "PROVIDES" and not _is_current(record, as_of):
                continue
            link = _link(system, record)
            key = (name, link.source, link.target)
            if key not in found or rank(link) < rank(found[key]):
                found[key] = link
    return list(found.values())
