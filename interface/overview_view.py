"""The overview as tables for people: totals, areas with holders, and what happened since a date."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from graph_schema import CareSystem
from interface.texts import Language

__all__ = ["overview_view"]

WORDS = {
    "sv": {"areas": "vårdområden med tillstånd", "units": "enheter", "name": "Vårdområde", "status": "Läge",
           "units_short": "Enheter", "holders": "Tillståndshavare", "patients": "Patienter (senaste år)",
           "neighbours": "Hänger ihop med", "log": "Händelser", "per_hospital": "Enheter per sjukhus",
           "decided": "beslutat", "in_process": "pågår", "tabled": "bordlagt", "closed": "avslutat",
           "proposed": "föreslaget", "never": "aldrig prövat"},
    "en": {"areas": "care areas with a permit", "units": "units", "name": "Care area", "status": "Standing",
           "units_short": "Units", "holders": "Holders", "patients": "Patients (latest year)",
           "neighbours": "Hangs together with", "log": "Events", "per_hospital": "Units by hospital",
           "decided": "decided", "in_process": "under way", "tabled": "tabled", "closed": "closed",
           "proposed": "proposed", "never": "never examined"},
}  # fmt: skip


def _patients(area: Mapping[str, Any]) -> str:
    years = [p["year"] for p in area["patients"]]
    if not years:
        return ""
    latest = [p for p in area["patients"] if p["year"] == max(years)]
    if any(p["value"] is None for p in latest):
        return f"… ({max(years)})"
    return f"{sum(p['value'] for p in latest):.0f} ({max(years)})"


def _log(found: Mapping[str, Any], lang: Language) -> Table:
    table = Table(title=WORDS[lang]["log"], title_justify="left", show_edge=False, pad_edge=False)
    for name in ("date", "area", "event", "why"):
        table.add_column(name, overflow="fold")
    entries = [(e.get("date") or "", a["name_sv"], e) for a in found["areas"] for e in a["log"]]
    for day, name, entry in sorted(entries, key=lambda x: (x[0], x[1])):
        table.add_row(day, name, f"{entry['kind']}: {entry.get('outcome') or ''}", entry.get("reason") or "")
    return table


def overview_view(system: CareSystem, found: Mapping[str, Any], lang: Language, with_log: bool) -> RenderableType:
    """Return what a person reads of an overview.

    Parameters
    ----------
    system
        For names.
    found
        Of `impact.questions.overview`.
    lang
        ``sv`` or ``en``.
    with_log
        Show the case log as well (with --since).
    """
    words = WORDS[lang]
    totals = found["totals"]
    table = Table(show_edge=False, pad_edge=False)
    for column in ("name", "status", "units_short", "holders", "patients", "neighbours"):
        table.add_column(words[column], overflow="fold")
    for area in found["areas"]:
        holders = [system.node(h["hospital"] or h["region"]).text("name_sv") for h in area["holders"]
                   if not h["sub_permit"]]  # fmt: skip
        units = str(len(area["holders"]) or area["units_decided"] or "")
        neighbours = ", ".join(system.node(n["area"]).text("name_sv") for n in area["neighbours"][:3])
        table.add_row(
            area["name_sv"],
            words[area["status"]],
            units,
            ", ".join(dict.fromkeys(holders)),
            _patients(area),
            neighbours,
        )
    hospitals = ", ".join(
        f"{system.node(h).text('name_sv')} {n}"
        for h, n in sorted(totals["units_by_hospital"].items(), key=lambda x: -x[1])
    )
    head = f"{found['as_of']}: {totals['areas']} {words['areas']}, {totals['units']} {words['units']}."
    parts: list[RenderableType] = [
        Text(head, style="bold"),
        Text(f"{words['per_hospital']}: {hospitals}"),
        table,
    ]
    if with_log:
        parts.append(_log(found, lang))
    return Group(*parts)
