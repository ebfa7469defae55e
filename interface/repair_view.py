"""A repair as a page: who is pushed below, which small changes keep them above, what they do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from impact import load_measures
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["change_text", "repair_view"]

Row = Mapping[str, Any]
SHOWN = ("competences_lost", "functions_at_risk", "patients_without_full_competence", "patients_displaced")


def change_text(nodes: NamedNodes, change: Row, lang: Language) -> str:
    """Return one change as a sentence without a full stop."""
    names = nodes.names(lang)
    values = {key: names.get(str(change[key]), "") for key in ("hospital", "area", "other")}
    kind = change["kind"]
    key = f"repair_{kind}"
    if kind == "permit" and change["other"] is not None:
        key = "repair_permit_from"
    if kind in ("unit", "softer_form") and change["hospital"] is None:
        key = f"repair_{kind}_anywhere"
    decimals = 0 if float(change["amount"]).is_integer() else 1
    amount = format_share(change["amount"], lang) if kind == "softer_form" else ""
    return text(key, lang, amount=amount or format_value(change["amount"], decimals, lang), **values)


def _pushed(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    return [
        {
            "hospital": names[row["hospital"]],
            "repair_floor": load_measures()[row["measure"]].short[lang],
            "repair_p_pushed": format_share(row["p_pushed"], lang),
            "repair_p_below": f"{format_share(row['p_below'], lang)} / {format_share(row['p_below_without'], lang)}",
        }
        for row in rows
    ]


def _kept(alternative: Row, names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """The hospitals that are kept, with what the changed scenario still does to them."""
    found: list[dict[str, Any]] = []
    for row in alternative["floors_kept"]:
        mine = {r["measure"]: r for r in alternative["effects"] if r.get("hospital") == row["hospital"]}
        effects = {f"repair_{measure}": _effect(mine[measure], lang) for measure in SHOWN if measure in mine}
        found.append(
            {
                "hospital": names[row["hospital"]],
                "repair_before_after": f"{format_share(row['p_pushed_before'], lang)} → "
                                       f"{format_share(row['p_pushed'], lang)}",
                **effects,
            }
        )  # fmt: skip
    columns = dict.fromkeys(name for row in found for name in row)
    return [{name: row.get(name) for name in columns} for row in found]


def _effect(row: Row, lang: Language) -> str:
    decimals = decimals_for(row["low"], row["high"])
    value, low, high = (format_value(row[k], decimals, lang, signed=k == "effect") for k in ("effect", "low", "high"))
    return f"{value} ({low} … {high})"


def repair_view(nodes: NamedNodes, content: Row, lang: Language) -> RenderableType:
    """Return what a person reads of a repair.

    Parameters
    ----------
    nodes
        For names.
    content
        What the command prints as JSON.
    lang
        ``sv`` or ``en``.
    """
    names, manifest, alpha = nodes.names(lang), content["manifest"], format_share(content["alpha"], lang)
    parts: list[RenderableType] = [
        Text(text("title_repair", lang, name=content[f"title_{lang}"], as_of=manifest["dataset"]["as_of"]), "bold")
    ]
    if not content["pushed"]:
        parts.append(Text(text("repair_nobody", lang, alpha=alpha)))
        if content["nearest"]:
            title = text("repair_nearest", lang, years=manifest["years"])
            parts += [Text(), plain_table(title, _pushed(content["nearest"], names, lang), lang), Text()]
            parts += [Text(text("repair_lower", lang)), Text()]
    else:
        title = text("repair_pushed", lang, alpha=alpha, years=manifest["years"])
        parts += [Text(), plain_table(title, _pushed(content["pushed"], names, lang), lang), Text()]
    if content["pushed"] and not content["alternatives"]:
        parts.append(Text(text("repair_nothing", lang, tried=content["tried"])))
    for number, alternative in enumerate(content["alternatives"], start=1):
        changes = [f"  • {change_text(nodes, change, lang)}" for change in alternative["changes"]]
        parts.append(Text(text("repair_alternative", lang, number=number), "bold"))
        parts += [Text("\n".join(changes)), plain_table(None, _kept(alternative, names, lang), lang), Text()]
    if content["not_verified"]:
        parts.append(Text(text("repair_not_verified", lang, number=len(content["not_verified"]))))
    made = f"seed {manifest['seed']}, draws {manifest['draws']}, start {manifest['start']}, " \
           f"data {manifest['system_hash'][:10]}, code {manifest['code_version']}"  # fmt: skip
    return Group(*parts, Text("\n".join(content["limits"])), Text(made, style="dim"))
