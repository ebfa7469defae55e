"""Uncertain quantities grouped into questions that a person can answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from graph_schema import CareSystem
from impact.model.draws import SCENARIO_FAMILY, SlotTable

__all__ = ["ADDRESSEES", "KINDS", "Question", "kind_of", "questions_of"]

# last part of a quantity's id → what is asked, for care areas
OF_AREA = {
    "criticality": "criticality", "head_cases": "head_cases", "amount": "amounts", "volume": "volume",
    "patients": "volume", "split": "volume", "episodes_per_patient": "volume", "needed_volume": "needed_volume",
    "transport_share": "transport", "icu_transport_share": "transport", "research_share": "research",
    "history": "history", "new_share": "history", "share_outside": "history", "before": "history", "share": "history",
    "p_already_concentrated": "history", "p_new": "history", "p_regional": "history", "p_spread": "history",
}  # fmt: skip
# second part → what is asked of a hospital
OF_HOSPITAL = {
    "operates": "resources", "performs": "functions", "anchor_patients": "outside_patients",
    "research_share": "outside_patients",
}  # fmt: skip
OF_STAFF = {
    "specialists": "staffing", "rota_heads": "staffing", "margin": "margin", "outside_caseload": "outside_caseload",
    "outside_ratio": "outside_caseload", "child_fraction": "outside_caseload",
}  # fmt: skip
ADDRESSEES = {
    "criticality": "expert_group", "head_cases": "holder", "amounts": "holder", "volume": "register",
    "needed_volume": "expert_group", "transport": "region", "research": "holder", "history": "register",
    "resources": "region", "functions": "region", "outside_patients": "register", "staffing": "region",
    "margin": "holder", "outside_caseload": "region", "competence": "expert_group", "function": "expert_group",
    "travel": "register", "population": "register", "parameter": "expert_group", "parameters": "expert_group",
    "scenario": "authority", "allocation": "authority", "assumption": "expert_group",
}  # fmt: skip
KINDS = tuple(ADDRESSEES)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that could be asked.

    Attributes
    ----------
    quantity
        Id of the quantity, or a name for the group: ``hocm:criticality``, an assumption, ``allocation``.
    group
        ``quantity`` (a single number), ``area``, ``hospital``, ``competence``, ``function``, ``parameters``,
        ``places``, ``scenario``, ``allocation`` or ``assumption``.
    kind
        One of `KINDS`: what is asked.
    nodes
        Ids of the nodes that the question names: whose it is, then of what.
    members
        Slots (or columns of the allocation).
    assumption
        Entry of the register whose question it is; None where a template asks.
    """

    quantity: str
    group: str
    kind: str
    nodes: tuple[str, ...]
    members: tuple[int, ...]
    assumption: str | None = None


def kind_of(system: CareSystem, identifier: str) -> tuple[str, str, tuple[str, ...]]:
    """Return the group, the kind and the nodes of a quantity, by its id.

    Parameters
    ----------
    system
        Knows the types of nodes.
    identifier
        As in ``data sources --ids``.
    """
    parts = identifier.split(".")
    nodes = tuple(p for p in parts if p in system.nodes)
    types = {system.nodes[n].type: n for n in nodes}
    first = system.nodes[nodes[0]].type if nodes else ""
    verb, last = (parts[1] if len(parts) > 1 else ""), parts[-1]
    if first == "Hospital" and verb in ("provides", "split", "before", "provided_before"):
        area = types["CareArea"]
        return "area", OF_AREA[verb if verb in OF_AREA else last], (area, nodes[0])
    if first == "CareArea" and last in OF_AREA:
        return "area", OF_AREA[last], nodes
    if first == "Hospital" and "Competence" in types:
        return "hospital", OF_STAFF[verb if verb in OF_STAFF else last], nodes
    if first == "Hospital" and verb in OF_HOSPITAL:
        return "hospital", OF_HOSPITAL[verb], nodes
    if first == "Competence":
        return "competence", "competence", nodes
    if first == "Function":
        return "function", "function", nodes
    if first == "Region":
        return "places", "population" if last == "population" else "travel", nodes
    return "parameters", "parameter", nodes


def _groups(system: CareSystem, table: SlotTable, slots: Sequence[int]) -> dict[tuple[str, str, str], list[int]]:
    """Return (group, kind, node) to slots; a number may belong to several groups."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for slot in slots:
        if table.families[slot] == SCENARIO_FAMILY:
            found.setdefault(("scenario", "scenario", ""), []).append(slot)
            continue
        group, kind, nodes = kind_of(system, table.ids[slot])
        if group == "parameters":
            found.setdefault(("parameters", "parameters", ""), []).append(slot)
        elif group == "places":
            found.setdefault(("places", kind, ""), []).append(slot)
        else:
            found.setdefault((group, kind, nodes[0]), []).append(slot)
        for node in nodes if group in ("hospital", "competence") else ():
            if system.nodes[node].type == "Competence":
                found.setdefault(("competence", "competence", node), []).append(slot)
                break
    return {key: sorted(set(members)) for key, members in found.items()}


def questions_of(system: CareSystem, table: SlotTable, allocation: Sequence[int] = ()) -> tuple[Question, ...]:
    """Return everything that could be asked: single numbers, natural groups, assumptions, the allocation.

    Of questions about the same numbers one is kept: the one from the register of assumptions, which a person has
    worded, else the group, else the single number.

    Parameters
    ----------
    system
        A validated system.
    table
        Quantities of the run; those without a range are left out.
    allocation
        Columns that tell who holds an area whose holders are unknown.
    """
    uncertain = [i for i, q in enumerate(table.quantities) if not q.is_certain]
    single: list[Question] = []
    for slot in uncertain:
        if table.families[slot] == SCENARIO_FAMILY:
            single.append(Question(table.ids[slot], "quantity", "scenario", (), (slot,)))
            continue
        _, kind, nodes = kind_of(system, table.ids[slot])
        single.append(Question(table.ids[slot], "quantity", kind, nodes, (slot,)))
    groups = [
        Question(f"{node}:{kind}" if node else kind, group, kind, (node,) if node else (), tuple(members))
        for (group, kind, node), members in _groups(system, table, uncertain).items()
    ]
    register = {r.key[0] for r in system.rows["assumptions"] if r.text("question_sv")}
    entries: dict[str, list[int]] = {}
    for slot in uncertain:
        quantity = table.quantities[slot]
        for source in quantity.sources if quantity.grade == "assumed" else ():
            if source in register:
                entries.setdefault(source, []).append(slot)
    assumed = [Question(name, "assumption", "assumption", (), tuple(m), name) for name, m in entries.items()]
    found = {q.members: q for q in single}
    for question in (*groups, *assumed):
        if len(question.members) > 1:
            found[question.members] = question
        elif question.assumption:  # the number keeps its own id, the register gives the words
            found[question.members] = replace(found[question.members], assumption=question.assumption)
    if allocation:
        found[tuple(allocation)] = Question("allocation", "allocation", "allocation", (), tuple(allocation))
    return tuple(found.values())
