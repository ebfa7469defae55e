"""What a dataset lets one choose on the page: its date, its care areas, and who may get one."""

from __future__ import annotations

from datetime import date

from graph_schema import CareSystem
from interface.node_names import names_in
from interface.texts import Language
from scenarios import candidates

__all__ = ["areas_by_name", "candidate_names", "today_of"]


def today_of(system: CareSystem) -> date:
    """Return the as-of date of a dataset."""
    return date.fromisoformat(system.settings["as_of"])


def areas_by_name(system: CareSystem, lang: Language) -> dict[str, str]:
    """Return care area to name, by name."""
    names = names_in(system, lang)
    found = {r.key[0]: names[r.key[0]] for r in system.rows["CareArea"]}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def candidate_names(system: CareSystem, area: str, lang: Language) -> dict[str, str]:
    """Return the hospitals that may come into question for an area, north to south, to their names."""
    names = names_in(system, lang)
    return {h: names[h] for h in candidates(system, area, today_of(system))}
