"""Which of B1's questions the documents answer for an area, where, and which they leave open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem

__all__ = ["HEADINGS", "gaps_of"]

HEADINGS = (
    "dependence_on", "gain_from", "child", "icu", "emergency", "theatre", "staffing", "displacement", "geography",
    "transport", "research", "education", "investments",
)  # fmt: skip


def gaps_of(system: CareSystem, area: str, statements: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return, heading by heading, what the documents say of an area.

    Parameters
    ----------
    system
        A validated system.
    area
        Id of a care area.
    statements
        Rows of the register ``statements``; what was dropped does not count.

    Returns
    -------
    dict
        ``area``, ``name``, ``rows`` (``heading``, ``answered``, ``firm`` (a condition or a stated fact, not only what
        the name implies), ``statements`` with ``statement``, ``place``, ``strength``), ``answered`` and ``open``
        (headings).

    Raises
    ------
    UnknownNode
        If there is no such area.
    """
    record = system.node(area, "CareArea")
    mine = [s for s in statements if s["area"] == area and s["decision"] == "kept"]
    rows: list[dict[str, Any]] = []
    for heading in HEADINGS:
        found = [s for s in mine if heading in s["headings"].split(";")]
        rows.append(
            {
                "heading": heading,
                "answered": bool(found),
                "firm": any(s["strength"] != "implied" for s in found),
                "statements": [{n: s[n] for n in ("id", "statement", "place", "source", "strength")} for s in found],
            }
        )
    return {
        "area": area,
        "name": record.text("name_sv"),
        "rows": rows,
        "answered": [r["heading"] for r in rows if r["answered"]],
        "open": [r["heading"] for r in rows if not r["answered"]],
    }
