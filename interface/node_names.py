"""The name of each node of a system in a language."""

from __future__ import annotations

from graph_schema import CareSystem
from interface.texts import Language

__all__ = ["names_in"]


def names_in(system: CareSystem, lang: Language) -> dict[str, str]:
    """Return the name of each node in a language; the Swedish one where there is no other."""
    name = "name_sv" if lang == "sv" else "name_en"
    return {i: r.text(name) or r.text("name_sv") for i, r in system.nodes.items()}
