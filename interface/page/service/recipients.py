"""Who can answer a question: kinds of recipients, and by name the hospitals and regions."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from graph_schema import CareSystem
from interface.page.service.open_questions import OpenQuestion
from interface.page.service.question import today_of
from scenarios.holders import holders

__all__ = ["NAMED", "hospitals_of", "recipients_of"]

NAMED = ("holder", "region")  # addressees that the dataset knows by name


def _by_latitude(system: CareSystem, nodes: Iterable[str]) -> list[str]:
    return sorted(set(nodes), key=lambda n: (-(system.node(n).number("latitude") or 0.0), n))


def _region_of(system: CareSystem, hospital: str) -> str | None:
    found = system.outgoing("LOCATED_IN", hospital)
    return found[0].text("target_id") if found else None


def _universities(system: CareSystem) -> list[str]:
    return [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"]


def recipients_of(system: CareSystem, question: OpenQuestion, areas: Collection[str]) -> list[str]:
    """Return the hospitals (of a holder's question) or regions that can answer, north to south; none of other kinds.

    Parameters
    ----------
    system
        The dataset.
    question
        Its numbers tell which hospitals it is about; where they tell none, the holders of its areas, and of a
        region's question the regions of the university hospitals.
    areas
        Ids of the cases that the questions are asked for.
    """
    if question.addressee not in NAMED:
        return []
    nodes = question.nodes
    hospitals = [n for n in nodes if system.node(n).type == "Hospital"]
    if question.addressee == "holder":
        about = [a for a in areas if a in nodes] or list(areas)
        today = today_of(system)
        return _by_latitude(system, hospitals or {h for a in about for h in holders(system, a, today)})
    regions = {n for n in nodes if system.node(n).type == "Region"}
    regions |= {r for h in hospitals or _universities(system) if (r := _region_of(system, h)) is not None}
    return _by_latitude(system, regions)


def hospitals_of(system: CareSystem, recipient: str) -> set[str]:
    """Return what a recipient answers for: the hospital itself, or the region with its hospitals."""
    if recipient not in system.nodes or system.node(recipient).type == "Hospital":
        return {recipient} & set(system.nodes)
    inside = {r.text("source_id") for r in system.incoming("LOCATED_IN", recipient)}
    return {recipient, *inside}
