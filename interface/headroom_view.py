"""Headroom as a page: decisions left by hospital, margins of each floor in counts, who is below and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from graph_schema import CareSystem
from impact import load_measures
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["floor_notes", "headroom_view"]

Row = Mapping[str, Any]
MOSTLY = 0.5  # share of the risk that is there without any decision, from which it counts as from before


def _left(row: Row, lang: Language) -> str:
    if row["decisions_left"] is None:
        return text("headroom_none", lang)
    if row["whole_pipeline"]:
        return text("headroom_all", lang, number=row["decisions_left"])
    return str(row["decisions_left"])


def _range(row: Row, lang: Language) -> str:
    if row["strict"] is None or row["lenient"] is None:
        return ""
    return f"{_left(row['strict'], lang)} … {_left(row['lenient'], lang)}"


def _set(row: Row, names: Mapping[str, str], lang: Language) -> str:
    chosen = row["smallest_breaking_set"]
    if row["decisions_left"] is None:
        return text("headroom_no_more", lang)
    if row["whole_pipeline"]:
        return text("headroom_not_even_all", lang, number=row["decisions_left"])
    if row["exact"] is None:
        return text("headroom_not_searched", lang)
    if chosen is None:
        return text("headroom_no_set", lang)
    areas = ", ".join(names[a] for a in chosen)
    shown = text("headroom_set_p", lang, areas=areas, share=format_share(row["p_below_with_set"], lang))
    return shown if row["exact"] else text("headroom_not_exact", lang, areas=shown)


def _risk(row: Row, lang: Language) -> str:
    return f"{format_share(row['p_below_without'], lang)} / {format_share(row['p_below_with_all'], lang)}"


def _hospitals(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    measures = load_measures()
    return [
        {
            "hospital": names[row["hospital"]],
            "headroom_left": f"{_left(row, lang)} ({row['low']}–{row['high']})",
            "headroom_range": _range(row, lang),
            "headroom_below": _risk(row, lang),
            "headroom_first": ""
            if row["first_floor_measure"] is None
            else f"{measures[row['first_floor_measure']].short[lang]} ({format_share(row['first_floor_share'], lang)})",
            "headroom_set": _set(row, names, lang),
        }
        for row in rows
    ]


def _decimals(part: Row) -> int:
    """No decimals for a count of things, one for sums of shares of things, else what the spread supports."""
    if load_measures()[part["measure"]].unit == "number":
        return 0
    if load_measures()[part["measure"]].unit == "functions":
        return 1
    now = part["now"]
    return 0 if now is None else decimals_for(now["low"], now["high"])


def _limit(part: Row, lang: Language) -> str:
    """The floor in words, with how many are counted."""
    if part["basis"] == "relative":
        return text("headroom_relative", lang)
    number = format_value(part["threshold"], 0 if float(part["threshold"]).is_integer() else 2, lang)
    return text(f"headroom_{part['direction']}", lang, number=number) + (
        "" if part["of"] is None else text("headroom_of", lang, number=part["of"])
    )


def _middle(spread: Mapping[str, float] | None, decimals: int, lang: Language) -> str:
    return "–" if spread is None else format_value(spread["median"], decimals, lang)


def _spread(spread: Mapping[str, float] | None, decimals: int, lang: Language) -> str:
    if spread is None:
        return "–"
    median, low, high = (format_value(spread[k], decimals, lang) for k in ("median", "low", "high"))
    return f"{median} ({low} … {high})"


def _floors(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    measures = load_measures()
    found: list[dict[str, Any]] = []
    for row in rows:
        for number, part in enumerate(row["floors"]):
            places = _decimals(part)
            found.append(
                {
                    "hospital": "" if number else names[row["hospital"]],
                    "headroom_floor": f"{measures[part['measure']].short[lang]}: {_limit(part, lang)}",
                    "headroom_levels": " / ".join(
                        _middle(part[k], places, lang) for k in ("before", "now", "with_all")
                    ),
                    "headroom_margin": _spread(part["margin"], places, lang),
                    "headroom_left_short": _left(part, lang),
                    "headroom_below": _risk(part, lang),
                }
            )
    return found


def _already(row: Row, alpha: float, names: Mapping[str, str], lang: Language) -> list[str]:
    """Say of each floor that a hospital is below already where it stands, in counts, and since when."""
    parts = [p for p in row["floors"] if p["p_below_without"] > alpha]
    parts = parts or [max(row["floors"], key=lambda p: float(p["p_below_without"]))]
    found: list[str] = []
    for part in parts:
        places, measure = _decimals(part), load_measures()[part["measure"]]
        now, before = part["p_below_without"], part["p_below_before"]
        found.append(
            text(
                "headroom_below_already", lang, hospital=names[row["hospital"]], measure=measure.short[lang],
                limit=_limit(part, lang), p=format_share(now, lang), p_before=format_share(before, lang),
                now=_spread(part["now"], places, lang), before=_middle(part["before"], places, lang),
                cause=text("headroom_from_before" if before >= MOSTLY * now else "headroom_from_decisions", lang),
            )
        )  # fmt: skip
    return found


def _origins(floors: Mapping[str, Row], rows: Sequence[Row], lang: Language) -> list[str]:
    """One line for each floor: limit, range that is as reasonable, grade, why and from where."""
    measures = load_measures()
    grades = {grade: text(f"headroom_grade_{grade}", lang) for grade in ("reported", "derived", "assumed")}
    found: dict[str, str] = {}
    for part in (p for row in rows for p in row["floors"]):
        note = floors[part["floor"]]
        low, high = part["threshold_low"], part["threshold_high"]
        ends = [None if v is None else format_value(v, 0 if float(v).is_integer() else 2, lang) for v in (low, high)]
        found[part["floor"]] = text(
            "headroom_origin", lang, measure=measures[part["measure"]].short[lang],
            limit=_limit({**part, "of": None}, lang),
            range="" if None in ends else text("headroom_reasonable", lang, low=ends[0], high=ends[1]),
            grade=grades[note["grade"]],
            why=note[f"why_{lang}"],
        )  # fmt: skip
    return list(found.values())


def floor_notes(system: CareSystem) -> dict[str, dict[str, str]]:
    """Return of each floor its ``grade`` and why it stands where it does, ``why_sv`` and ``why_en``."""
    found: dict[str, dict[str, str]] = {}
    for record in system.rows["floors"]:
        english = record.text("note") or record.text("source").replace(";", ", ")
        why = {"why_sv": record.text("note_sv") or english, "why_en": english}
        found[record.key[0]] = {"grade": record.text("grade"), **why}
    return found


def _is_choice(row: Row) -> bool:
    """Whether a hospital is below already at the strictest floor and takes everything at the mildest."""
    strict, lenient = row["strict"], row["lenient"]
    return bool(strict and lenient and strict["decisions_left"] is None and lenient["whole_pipeline"])


def _words(content: Row, names: Mapping[str, str], lang: Language) -> list[str]:
    """Sentences on who is below already, and what the pipeline is."""
    below = [r for r in content["rows"] if r["decisions_left"] is None]
    found: list[str] = []
    if below:
        found.append(text("headroom_already", lang, alpha=format_share(content["alpha"], lang)))
        found += [f"  • {line}" for row in below for line in _already(row, content["alpha"], names, lang)]
    split = [names[r["hospital"]] for r in content["rows"] if _is_choice(r)]
    if split:
        found.append(text("headroom_choice", lang, hospitals=", ".join(split)))
    areas = ", ".join(
        f"{names[a['area']]} ({a['units']}{'' if a['units_from'] == 'decided' else '*'})" for a in content["pipeline"]
    )
    found.append(text("headroom_pipeline", lang, number=len(content["pipeline"]), areas=areas))
    return found


def headroom_view(nodes: NamedNodes, floors: Mapping[str, Row], content: Row, lang: Language) -> RenderableType:
    """Return what a person reads of headroom.

    Parameters
    ----------
    nodes, floors
        Names, and of each floor its grade and why it stands where it does (`floor_notes`).
    content
        What the command prints as JSON.
    lang
        ``sv`` or ``en``.
    """
    names, manifest = nodes.names(lang), content["manifest"]
    alpha = format_share(content["alpha"], lang)
    title = text("title_headroom", lang, alpha=alpha, years=manifest["years"], as_of=manifest["dataset"]["as_of"])
    made = f"seed {manifest['seed']}, draws {manifest['draws']}, start {manifest['start']}, " \
           f"data {manifest['system_hash'][:10]}, code {manifest['code_version']}"  # fmt: skip
    return Group(
        Text(title, style="bold"),
        Text(),
        plain_table(None, _hospitals(content["rows"], names, lang), lang),
        Text(),
        plain_table(text("headroom_by_floor", lang), _floors(content["rows"], names, lang), lang),
        Text(),
        Text("\n".join(_words(content, names, lang))),
        Text(),
        Text(text("headroom_origins", lang), style="bold"),
        Text("\n".join([*_origins(floors, content["rows"], lang), "", *content["limits"]])),
        Text(made, style="dim"),
    )
