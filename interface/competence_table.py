"""The decision's competences at each hospital: what they have to spare and what would break them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich import box
from rich.table import Table

from interface.numbers import format_share, format_value
from interface.texts import Language, text

__all__ = ["competence_table"]

VISIBLE = 0.05
COLUMNS = ("margin", "cases_to_breaking", "outside_caseload", "switching", "p_below_need")


def competence_table(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], lang: Language) -> Table | None:
    """Return the competences whose probability of falling below need the decision raises visibly.

    Parameters
    ----------
    rows
        ``margins`` of a run, hospitals in fixed order.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.

    Returns
    -------
    Table or None
        None where no probability rises by five percentage points.
    """
    shown = [r for r in rows if r["p_below_need"] - r["p_below_need_without"] >= VISIBLE]
    if not shown:
        return None
    table = Table(
        title=text("competences_title", lang), title_justify="left", title_style="bold underline",
        box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False,
    )  # fmt: skip
    for name in ("hospital", "competence"):
        table.add_column(text(name, lang))
    for name in COLUMNS:
        table.add_column(text(name, lang).replace("\\n", "\n"), justify="right")
    last = ""
    order = list(dict.fromkeys(r["hospital"] for r in rows))
    for row in sorted(shown, key=lambda r: (order.index(r["hospital"]), r["competence"])):
        both = " / ".join(format_share(row[k], lang) for k in ("p_below_need", "p_below_need_without"))
        table.add_row(
            "" if row["hospital"] == last else names.get(row["hospital"], row["hospital"]),
            names.get(row["competence"], row["competence"]),
            format_value(row["margin"], 1, lang),
            *(format_value(row[k], 1, lang) for k in COLUMNS[1:4]),
            both,
        )
        last = row["hospital"]
    return table
