"""Kept predictions as a page: what is registered, the tally, and what lay outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from interface.followup_text import count_text, range_text
from interface.numbers import format_share
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["confront_view"]

Row = Mapping[str, Any]
TODAY = "today"


def _kind(kind: str, lang: Language) -> str:
    return text(f"confront_kind_{kind}", lang)


def _word(value: bool | None, lang: Language) -> str:
    return "–" if value is None else text("yes" if value else "no", lang)


def _prediction(row: Row, lang: Language) -> dict[str, Any]:
    name = text("confront_today", lang) if row["name"] == TODAY else row["name"]
    return {
        "confront_number": row["number"], "confront_name": name, "confront_as_of": row["as_of"],
        "confront_registered": f"{row['registered']}, {row['by']}",
        "confront_compared": f"{row['compared']} / {row['rows']}",
        "confront_first": "–" if row["first_forecast_year"] is None else str(row["first_forecast_year"]),
    }  # fmt: skip


def _tally(row: Row, lang: Language) -> dict[str, Any]:
    ends = f" ({format_share(row['low'], lang)}–{format_share(row['high'], lang)})" if row["compared"] else ""
    return {
        "confront_kind": _kind(row["kind"], lang), "confront_inside": f"{row['inside']} / {row['compared']}",
        "confront_share": format_share(row["share"], lang) + ends, "confront_agrees": _word(row["agrees"], lang),
    }  # fmt: skip


def _compared(row: Row, names: Mapping[str, str], lang: Language) -> dict[str, Any]:
    hidden, ends = text("followup_hidden", lang), range_text(row, lang)
    return {
        "confront_number": row["prediction"], "area": names.get(row["area"], row["area"]),
        "hospital": names.get(row["hospital"], row["hospital"]), "followup_year": str(row["year"]),
        "confront_predicted": hidden if row["mean"] is None else f"{count_text(row['mean'], lang)} ({ends})",
        "followup_counted": count_text(row["reported"], lang, row["masked"]),
        "confront_is_inside": hidden if row["inside"] is None else _word(row["inside"], lang),
        "confront_kind": _kind(row["kind"], lang),
    }  # fmt: skip


def confront_view(names: Mapping[str, str], content: Row, lang: Language, every: bool) -> RenderableType:
    """Return what a person reads of predictions and reports.

    Parameters
    ----------
    names
        Node id to name.
    content
        What the command prints as JSON.
    lang
        ``sv`` or ``en``.
    every
        Show the rows inside the interval too.
    """
    title = Text(text("title_confront", lang), style="bold")
    if not content["predictions"]:
        folder = content["store"]["folder"]
        return Group(
            title, Text(text("confront_none", lang, folder=folder)), Text(), Text("\n".join(content["limits"]))
        )
    rows = content["rows"]
    shown = [r for r in rows if every or r["inside"] is False]
    tally = [r for r in content["tally"] if r["compared"] or r["kind"] in ("forecast", "all")]
    parts: list[RenderableType] = [
        title, Text(), plain_table(None, [_prediction(r, lang) for r in content["predictions"]], lang), Text(),
        plain_table(text("confront_tally", lang), [_tally(r, lang) for r in tally], lang), Text(),
    ]  # fmt: skip
    if shown:
        parts.append(plain_table(text("confront_rows", lang), [_compared(r, names, lang) for r in shown], lang))
    judged = [r for r in rows if r["inside"] is not None]
    if judged and not shown:
        parts.append(Text(text("confront_all_inside", lang, all=len(judged))))
    elif len(shown) < len(judged):
        parts.append(Text(text("confront_only_outside", lang, outside=len(shown), all=len(judged))))
    masked = [Text(text("followup_masked", lang, mask=content["mask"]))] if content["mask"] else []
    return Group(*parts, *masked, Text(), Text("\n".join(content["limits"])))
