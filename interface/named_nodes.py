"""What pages say of nodes: a dataset, or the part of an answer that carries it, to names, kinds and status."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from graph_schema import CareSystem
from interface.texts import Language

__all__ = ["NamedNodes"]

PARTS = re.compile(r"[+;|:]")  # between the ids of a joined string
PREFIX = "passive_"  # of a hospital in the label of an order
Stated = Mapping[str, Mapping[str, str]]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in cast(Mapping[str, Any], value).items():
            yield str(key)
            yield from _strings(inner)
    elif isinstance(value, list | tuple):
        for inner in cast(list[Any], value):
            yield from _strings(inner)


def _mentioned(content: Mapping[str, Any]) -> set[str]:
    whole = set(_strings(content))
    parts = {part for string in whole for part in PARTS.split(string)}
    return whole | parts | {part.removeprefix(PREFIX) for part in parts}


@dataclass(frozen=True)
class NamedNodes:
    """Names of nodes in both languages, kinds of hospitals and status of areas, in the order of the dataset.

    Attributes
    ----------
    stated
        Node id to ``sv``, ``en`` and, where there is one, ``kind`` (of a hospital) or ``status`` (of an area).
    """

    stated: Stated

    @classmethod
    def of(cls, *systems: CareSystem) -> NamedNodes:
        """Return what pages say of the nodes of a dataset, or of several: the last that has a node names it."""
        found: dict[str, dict[str, str]] = {}
        for name, row in (item for system in systems for item in system.nodes.items()):
            one = {"sv": row.text("name_sv"), "en": row.text("name_en") or row.text("name_sv")}
            if row.type == "Hospital":
                one["kind"] = row.text("kind")
            if row.type == "CareArea":
                one["status"] = row.text("status")
            found[name] = one
        return cls(found)

    def mentioned_in(self, content: Mapping[str, Any]) -> NamedNodes:
        """Return those whose ids stand in an answer: what it must carry to be shown without the dataset."""
        wanted = _mentioned(content)
        return NamedNodes({name: one for name, one in self.stated.items() if name in wanted})

    def names(self, lang: Language) -> dict[str, str]:
        """Return node id to name."""
        return {name: one[lang] for name, one in self.stated.items()}

    def status(self, area: str) -> str:
        """Return the status of a care area."""
        return self.stated[area]["status"]

    @property
    def universities(self) -> list[str]:
        """Ids of the university hospitals, north to south."""
        return [name for name, one in self.stated.items() if one.get("kind") == "university"]
