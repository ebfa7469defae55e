"""The card of a care area or a hospital, as `randzon data area` and `data hospital` show it, to markup."""

from __future__ import annotations

from collections.abc import Sequence

from graph_schema import CareSystem
from impact.questions.card_parts import Registers
from impact.questions.cards import area_card, hospital_card
from interface.card_view import CardView, Section, area_view, hospital_view
from interface.drawings.matrix import cluster_name
from interface.node_names import names_in
from interface.page.service.markup import HtmlTable, TableColumn, table_markup
from interface.texts import Language, text

__all__ = ["card_of", "section_markup"]


def card_of(system: CareSystem, node: str, registers: Registers, lang: Language) -> CardView:
    """Return the card of a care area or a hospital.

    Parameters
    ----------
    system, registers
        The dataset and its registers of evidence.
    node
        Id of a care area or a hospital.
    lang
        Of the words.
    """
    if system.node(node).type == "CareArea":
        card = area_card(system, node, registers)
        group = cluster_name(card["cluster"], lang) if card["cluster"] else None
        return area_view({**card, "cluster": group}, lang)
    card = hospital_card(system, node, registers)
    return hospital_view({**card, "region": names_in(system, lang).get(card["region"], card["region"])}, lang)


def _is_numeric(values: Sequence[object]) -> bool:
    return all(isinstance(v, int | float) or v in (None, "") for v in values)


def section_markup(section: Section, lang: Language) -> str:
    """Return a section of a card as an HTML table under its heading."""
    names = list(section.columns or dict.fromkeys(name for row in section.rows for name in row))
    columns = [
        TableColumn(n, text(n, lang).replace("\\n", " "), _is_numeric([r.get(n) for r in section.rows])) for n in names
    ]
    rows = [{n: "" if r.get(n) is None else str(r[n]) for n in names} for r in section.rows]
    return table_markup(HtmlTable(text(section.name, lang), columns, {"": rows}))
