"""The screening as a page: which areas need a deep look, which can pass, which change nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["screen_view"]

SHOWN = 15  # areas of the ordinary review that are shown
Row = Mapping[str, Any]


def _interval(row: Row, lang: Language) -> str:
    low, high = row["score_low"], row["score_high"]
    decimals = decimals_for(low, high)
    span = " – ".join(format_value(v, decimals, lang) for v in (low, high))
    return f"{format_value(row['score'], decimals, lang)}\n({span})"


def _hardest(row: Row, lang: Language) -> str:
    if row["hits_hardest"] is None:
        return ""
    first = [p for p in row["perspectives"] if p["percentile"] == row["perspectives"][0]["percentile"]]
    names = ", ".join(text(p["perspective"], lang).lower() for p in first[:2])
    return f"{names} ({format_value(first[0]['percentile'], 0, lang)})"


def _mainly(row: Row, lang: Language) -> str:
    part = max(row["score_parts"], key=lambda p: row["score_parts"][p])
    return text(f"part_{part}", lang) if row["score_parts"][part] > 0 else ""


def _names(rows: Sequence[Row], names: Mapping[str, str]) -> str:
    return ", ".join(names[r["area"]] for r in rows)


def _cells(row: Row, names: Mapping[str, str], lang: Language) -> dict[str, str]:
    moved = row["patients_moved"]
    return {
        "area": names[row["area"]],
        "units": str(row["units"]),
        "screen_score": _interval(row, lang),
        "screen_why": _mainly(row, lang),
        "screen_moved": format_value(moved, 0 if moved >= 10 else 1, lang),
        "screen_per_moved": format_value(row["per_patient_moved"], 1, lang),
        "screen_floors": format_value(row["floors_broken"], 1, lang),
        "screen_top": format_share(row["p_top10"], lang),
        "screen_hardest": _hardest(row, lang),
    }


def screen_view(nodes: NamedNodes, content: Row, lang: Language, *, show_all: bool) -> RenderableType:
    """Return the ranked areas, those that can pass, those where nothing changes, and the plainer measures.

    Parameters
    ----------
    nodes
        For names.
    content
        Of the command.
    lang
        ``sv`` or ``en``.
    show_all
        Every area in the table, not only the first ones.
    """
    names, rows, manifest = nodes.names(lang), content["areas"], content["manifest"]
    parts: list[RenderableType] = [
        Text(text("screen_title", lang, years=manifest["years"], draws=manifest["draws"]), style="bold"), Text(),
    ]  # fmt: skip
    for triage in ("deep", "ordinary", "pass"):
        found = [r for r in rows if r["triage"] == triage]
        shown = found if show_all or triage == "deep" else found[:SHOWN]
        if triage == "pass" and not show_all:
            continue
        if shown:
            cells = [_cells(r, names, lang) for r in shown]
            parts += [plain_table(text(f"triage_{triage}", lang), cells, lang, tuple(cells[0])), Text()]
        if len(found) > len(shown):
            parts += [Text(text("screen_hidden", lang, count=len(found) - len(shown))), Text()]
    count = {t: sum(r["triage"] == t for r in rows) for t in ("deep", "ordinary", "pass", "nothing")}
    parts.append(Text(text("screen_counts", lang, deep=count["deep"], ordinary=count["ordinary"],
                           passing=count["pass"], nothing=count["nothing"])))  # fmt: skip
    passing = [r for r in rows if r["triage"] == "pass"]
    if passing and not show_all:
        parts.append(Text(text("screen_pass_line", lang, names=_names(passing, names))))
    for why in sorted({r["why_nothing"] for r in rows if r["changes_nothing"]}):
        same = [r for r in rows if r["why_nothing"] == why]
        parts.append(Text(text("screen_nothing_line", lang, why=text(f"why_{why}", lang), names=_names(same, names))))
    for perspective, why in sorted({(p["perspective"], p["why_unknown"]) for r in rows for p in r["perspectives"]
                                    if p["why_unknown"]}):  # fmt: skip
        same = [
            r for r in rows for p in r["perspectives"] if (p["perspective"], p["why_unknown"]) == (perspective, why)
        ]
        parts.append(Text(text("screen_unknown", lang, perspective=text(perspective, lang),
                               why=text(f"why_{why}", lang), names=_names(same, names))))  # fmt: skip
    known = {k: format_value(v, 2, lang) for k, v in content["rivals"].items()}
    if any(v is not None for v in content["rivals"].values()):
        parts.append(Text(text("screen_rivals", lang, **known)))
    parts += [
        Text(text("screen_rules", lang), style="dim"),
        Text("\n".join(content["limits"]), style="dim"),
    ]
    return Group(*parts)
