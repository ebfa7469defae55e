"""Clusters as a page: the areas of each, what binds them, what separate reviews miss, which case waits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from interface.named_nodes import NamedNodes
from interface.numbers import format_value
from interface.texts import Language, text

__all__ = ["clusters_view", "reason_of", "waiting_lines"]

NAMED = 4  # ties that a reason names
Row = Mapping[str, Any]


def _tie(tie: Row, names: Mapping[str, str], lang: Language) -> str:
    strength = format_value(tie["strength"], 2, lang)
    ends = {"a": names[tie["a"]], "b": names[tie["b"]]}
    if tie["kind"] == "depends_on":
        return text("tie_depends_on", lang, **ends, strength=strength)
    if tie["kind"] == "shares_competence":
        return text("tie_shares_competence", lang, **ends, what=names[tie["what"]], strength=strength)
    return text("tie_shares_resource", lang, **ends, what=names[tie["what"]], strength=strength)


def reason_of(nodes: NamedNodes, cluster: Row, lang: Language) -> str:
    """Return in words what binds a cluster: its strongest ties."""
    names = nodes.names(lang)
    return "; ".join(_tie(t, names, lang) for t in cluster["shared"][:NAMED])


def waiting_lines(cluster: Row, names: Mapping[str, str], lang: Language) -> list[str]:
    """Return one line for each case of a cluster that should wait and each reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for wait in cluster["wait_for"]:
        found.setdefault((wait["area"], wait["why"]), []).append(names[wait["waits_for"]])
    key = {"depends_on": "wait_depends_on", "earlier_step": "wait_earlier_step"}
    return [text(key[why], lang, area=names[area], other=", ".join(others)) for (area, why), others in found.items()]


def _missed(cluster: Row, names: Mapping[str, str], lang: Language) -> list[str]:
    lines: list[str] = []
    for pair in cluster["pairs"]:
        if pair["interaction"] is None:
            continue
        value = format_value(pair["interaction"], 1, lang, signed=True)
        ends = {"a": names[pair["a"]], "b": names[pair["b"]]}
        if pair["low"] is None:
            lines.append(text("cluster_attributed", lang, **ends, value=value))
            continue
        numbers = {k: format_value(pair[k], 1, lang) for k in ("low", "high", "together", "apart")}
        lines.append(text("cluster_missed", lang, **ends, value=value, **numbers))
    return lines


def clusters_view(nodes: NamedNodes, content: Row, lang: Language) -> RenderableType:
    """Return the clusters, strongest first.

    Parameters
    ----------
    nodes
        For names and status.
    content
        Of the command.
    lang
        ``sv`` or ``en``.
    """
    names, parts = nodes.names(lang), list[RenderableType]()
    least = format_value(content["min"], 2, lang)
    parts.append(Text(text("clusters_title", lang, count=len(content["clusters"]), least=least), style="bold"))
    for number, cluster in enumerate(content["clusters"], start=1):
        members = ", ".join(f"{names[a]} ({text(nodes.status(a), lang)})" for a in cluster["areas"])
        parts += [Text(), Text(f"{number}. {members}", style="bold"),
                  Text(text("cluster_why", lang, reason=cluster[f"reason_{lang}"]))]  # fmt: skip
        parts += [Text(line) for line in waiting_lines(cluster, names, lang)]
        parts += [Text(line) for line in _missed(cluster, names, lang)]
    parts += [Text(), Text("\n".join(content["limits"]), style="dim")]
    return Group(*parts)
