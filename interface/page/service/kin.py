"""The areas that a case hangs together with: decided, under way and coming, with what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem
from impact.questions.kinship import neighbours_of
from interface.drawings.linked import href_of
from interface.node_names import names_in
from interface.numbers import format_value
from interface.page.service.markup import HtmlTable, Linked, TableColumn
from interface.texts import Language, text

__all__ = ["kin_table", "kin_words"]

# Headings of the table, and the standings of the areas under each.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "decided": ("decided",), "under_way": ("in_process", "tabled"), "coming": ("proposed",),
}  # fmt: skip
MOST = 8  # areas under a heading
NAMED = 3  # competences or resources that a sentence names
Row = Mapping[str, Any]


def kin_words(ties: Sequence[Row], names: Mapping[str, str], lang: Language) -> str:
    """Return in words what binds an area to another, seen from the first.

    Parameters
    ----------
    ties
        Of a row of `impact.questions.kinship.neighbours_of`.
    names
        Of nodes.
    lang
        Of the words.
    """
    parts: list[str] = []
    for kind in ("depends_on", "needed_by"):
        strengths = [t["strength"] for t in ties if t["kind"] == kind]
        if strengths:
            parts.append(text(f"kin_{kind}", lang, strength=format_value(max(strengths), 2, lang)))
    shared = [t["competence"] or t["resource"] for t in ties if t["competence"] or t["resource"]]
    if shared:
        listed = ", ".join(names[s] for s in shared[:NAMED])
        rest = text("kin_more", lang, count=len(shared) - NAMED) if len(shared) > NAMED else ""
        parts.append(text("kin_shares", lang, names=listed + rest))
    if any(t["kind"] == "same_cluster" for t in ties):
        parts.append(text("kin_same_group", lang))
    return "; ".join(parts)


def kin_table(system: CareSystem, found: Row, area: str, lang: Language) -> HtmlTable | None:
    """Return the neighbours of an area by standing, the most strongly bound first; closed cases are left out.

    Parameters
    ----------
    system
        The dataset.
    found
        Of `impact.questions.overview`.
    area
        Id of a care area.
    lang
        Of the words.
    """
    names = names_in(system, lang)
    known = {a["id"]: a for a in found["areas"]}
    neighbours = neighbours_of(system, area, most=None)
    groups: dict[str, list[dict[str, str]]] = {}
    for name, members in GROUPS.items():
        mine = [n for n in neighbours if known[n["area"]]["status"] in members]
        rows = [
            {
                "area": Linked(names[n["area"]], href_of(n["area"])),
                "step": text(known[n["area"]]["status"], lang) if name != "decided" else "",
                "units": str(known[n["area"]]["units_decided"] or ""),
                "strength": format_value(n["importance"], 2, lang) if n["importance"] else "",
                "why": kin_words(n["ties"], names, lang),
            }
            for n in mine[:MOST]
        ]
        if rows:
            heading = text(f"kin_{name}", lang, count=len(mine), shown=len(rows))
            groups[heading] = rows
    columns = [
        TableColumn("area", text("area", lang)),
        TableColumn("step", text("status", lang)),
        TableColumn("units", text("units", lang), is_number=True),
        TableColumn("strength", text("kin_strength", lang), is_number=True),
        TableColumn("why", text("kin_why", lang)),
    ]
    return HtmlTable(text("kin_caption", lang), columns, groups) if groups else None
