"""The surroundings of a care area or hospital in the graph: nodes, links with strength and grade."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from graph_schema import GRADES, CareSystem, Record, SettingError

__all__ = ["LINKS", "Link", "Surroundings", "surroundings"]

# Relationship to the quantity that says how strong it is; the first that is present.
LINKS: Mapping[str, tuple[str, ...]] = {
    "REQUIRES": ("criticality",),
    "DEPENDS_ON": ("criticality",),
    "USES": ("amount",),
    "PROVIDES": (),
    "PERFORMS": ("patients_relying",),
    "STAFFS": ("specialists", "outside_caseload", "margin"),
    "OPERATES": ("capacity",),
}
SHARES = ("REQUIRES", "DEPENDS_ON")  # whose strength is a share and can be compared
NEEDS = ("REQUIRES", "DEPENDS_ON", "USES")
OF_HOSPITAL = ("PROVIDES", "PERFORMS")
PLAIN = 0.2  # rank of a link whose strength is no share
MOST_LINKS = 2000


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship, from what needs to what is needed.

    Attributes
    ----------
    strength
        0–1: criticality where there is one, else None.
    value, unit
        The quantity that describes it, where there is one.
    grade
        Of that quantity; of a permit: reported, where a document states it.
    reason
        As the dataset states it.
    """

    type: str
    source: str
    target: str
    strength: float | None
    value: float | None
    unit: str
    grade: str
    reason: str


@dataclass(frozen=True)
class Surroundings:
    """What is drawn.

    Attributes
    ----------
    focus
        The node in the middle; None where the whole system is drawn.
    nodes
        Id to type, focus first.
    links
        Among them, strongest first.
    left_out
        Links that were too weak to be drawn.
    """

    focus: str | None
    nodes: Mapping[str, str]
    links: tuple[Link, ...]
    left_out: int


def _is_current(record: Record, as_of: str) -> bool:
    last = record.text("valid_to")
    started = record.flag("permit") or record.text("valid_from") <= as_of
    return started and (not last or last >= as_of) and not record.text("sub_permit")


def _grade_of_source(system: CareSystem, record: Record) -> str:
    """Reported if any source is a document, assumed if all are assumptions."""
    sources = [s for s in record.text("source").split(";") if s]
    return "reported" if any(system.get("sources", s) for s in sources) else "assumed"


def _link(system: CareSystem, record: Record) -> Link:
    quantity = next((q for n in LINKS[record.type] if (q := record.quantity(n)) is not None), None)
    return Link(
        type=record.type,
        source=record.text("source_id"),
        target=record.text("target_id"),
        strength=quantity.value if quantity is not None and record.type in SHARES else None,
        value=None if quantity is None else quantity.value,
        unit="" if quantity is None else quantity.unit,
        grade=_grade_of_source(system, record) if quantity is None else quantity.grade,
        reason=record.text("reason"),
    )


def _all_links(system: CareSystem) -> dict[tuple[str, str, str], Link]:
    """Every link once: of several rows between the same nodes the strongest, at the best grade of equals."""
    as_of = system.settings["as_of"]
    found: dict[tuple[str, str, str], Link] = {}
    for name in LINKS:
        for record in system.rows[name]:
            if name == "PROVIDES" and not _is_current(record, as_of):
                continue
            link = _link(system, record)
            key = (name, link.source, link.target)
            if key not in found or _rank(link) < _rank(found[key]):
                found[key] = link
    return found


def _rank(link: Link) -> tuple[float, int]:
    """Strong links first, then by grade; links whose strength is no share count as weak ones."""
    return (-(PLAIN if link.strength is None else link.strength), GRADES.index(link.grade))


def _around(links: Collection[Link], centre: str, depth: int, kind: str) -> Iterator[str]:
    """Nodes within so many links; of a hospital only what it has and does, and what that needs."""
    seen, edge = {centre}, {centre}
    yield centre
    for step in range(depth):
        types = (*OF_HOSPITAL,) if kind == "Hospital" and step == 0 else (*NEEDS, *OF_HOSPITAL)
        if kind == "Hospital" and step > 0:
            types = NEEDS
        reached = {link.target for link in links if link.type in types and link.source in edge}
        if kind != "Hospital":
            reached |= {link.source for link in links if link.type in types and link.target in edge}
        edge = reached - seen
        seen |= edge
        yield from sorted(edge)


def surroundings(system: CareSystem, focus: str | None, depth: int = 1, most: int = 150) -> Surroundings:
    """Return the surroundings of a care area or hospital.

    Of an area at depth 1: what it needs, what depends on it, who provides it; at depth 2 also what shares that with
    it. Of a hospital at depth 1: what it provides and performs; at depth 2 also the competences and resources that
    this needs. Only the strongest links are kept, and nodes without any are left out.

    Parameters
    ----------
    system
        A validated system.
    focus
        Id of a care area, function, competence, resource or hospital; the whole system if None.
    depth
        Links from the focus, 1 to 3.
    most
        Links kept.

    Raises
    ------
    UnknownNode
        If the system has no such node.
    SettingError
        If depth or number of links is impossible.
    """
    if not 1 <= depth <= 3:
        raise SettingError(f"depth = {depth}: choose 1, 2 or 3")
    if not 1 <= most <= MOST_LINKS:
        raise SettingError(f"links = {most}: choose a number from 1 to {MOST_LINKS}")
    every = list(_all_links(system).values())
    kinds = {i: r.type for i, r in system.nodes.items()}
    if focus is None:
        inside = {end for link in every for end in (link.source, link.target)}
    else:
        kind = system.node(focus).type
        inside = set(_around(every, focus, depth, kind))
    links = [x for x in every if x.source in inside and x.target in inside]
    if focus is not None:  # what else hospitals provide, and whom they employ for it, is another picture
        own = OF_HOSPITAL if kinds[focus] == "Hospital" else tuple(LINKS)
        links = [x for x in links if x.type in NEEDS or (x.type in own and focus in (x.source, x.target))]
    links.sort(key=lambda x: (focus not in (x.source, x.target), *_rank(x), x.type, x.source, x.target))
    kept = links[:most]
    ends = {end for link in kept for end in (link.source, link.target)} | ({focus} if focus else set[str]())
    order = sorted(ends, key=lambda i: (i != focus, kinds[i], i))
    return Surroundings(focus, {i: kinds[i] for i in order}, tuple(kept), len(links) - len(kept))
