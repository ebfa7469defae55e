"""Headroom as a page: decisions left by hospital and by floor, what breaks first, the smallest set that does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from graph_schema import CareSystem
from impact import load_measures
from interface.numbers import format_share
from interface.run_command import names_in
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["headroom_view"]

Row = Mapping[str, Any]


def _left(row: Row, lang: Language) -> str:
    if row["decisions_left"] is None:
        return text("headroom_none", lang)
    if row["whole_pipeline"]:
        return text("headroom_all", lang, number=row["decisions_left"])
    return str(row["decisions_left"])


def _set(row: Row, names: Mapping[str, str], lang: Language) -> str:
    chosen = row["smallest_breaking_set"]
    if row["decisions_left"] is None:
        return text("headroom_no_more", lang)
    if chosen is None:
        return text("headroom_no_set", lang)
    areas = ", ".join(names[a] for a in chosen)
    shown = text("headroom_set_p", lang, areas=areas, share=format_share(row["p_below_with_set"], lang))
    return shown if row["exact"] else text("headroom_not_exact", lang, areas=shown)


def _hospitals(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    measures = load_measures()
    return [
        {
            "hospital": names[row["hospital"]],
            "headroom_left": _left(row, lang),
            "headroom_interval": f"{row['low']} … {row['high']}",
            "headroom_below": f"{format_share(row['p_below_without'], lang)} / "
                              f"{format_share(row['p_below_with_all'], lang)}",
            "headroom_first": ""
            if row["first_floor_measure"] is None
            else f"{measures[row['first_floor_measure']].short[lang]} ({format_share(row['first_floor_share'], lang)})",
            "headroom_set": _set(row, names, lang),
        }
        for row in rows
    ]  # fmt: skip


def _floors(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    measures = load_measures()
    return [
        {
            "hospital": names[row["hospital"]] if first else "",
            "headroom_floor": measures[part["measure"]].short[lang],
            "headroom_left": _left(part, lang),
            "headroom_interval": f"{part['low']} … {part['high']}",
            "headroom_below": f"{format_share(part['p_below_without'], lang)} / "
                              f"{format_share(part['p_below_with_all'], lang)}",
        }
        for row in rows
        for first, part in ((i == 0, part) for i, part in enumerate(row["floors"]))
    ]  # fmt: skip


def _words(content: Row, names: Mapping[str, str], lang: Language) -> list[str]:
    """Sentences on who is below already, and what the pipeline is."""
    alpha = format_share(content["alpha"], lang)
    below = [r for r in content["rows"] if r["decisions_left"] is None]
    found: list[str] = []
    if below:
        shown = ", ".join(f"{names[r['hospital']]} ({format_share(r['p_below_without'], lang)})" for r in below)
        found.append(text("headroom_already", lang, alpha=alpha, hospitals=shown))
    areas = ", ".join(
        f"{names[a['area']]} ({a['units']}{'' if a['units_from'] == 'decided' else '*'})" for a in content["pipeline"]
    )
    found.append(text("headroom_pipeline", lang, number=len(content["pipeline"]), areas=areas))
    return found


def headroom_view(system: CareSystem, content: Row, lang: Language) -> RenderableType:
    """Return what a person reads of headroom.

    Parameters
    ----------
    system
        For names.
    content
        What the command prints as JSON.
    lang
        ``sv`` or ``en``.
    """
    names, manifest = names_in(system, lang), content["manifest"]
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
        Text("\n".join([*_words(content, names, lang), "", *content["limits"]])),
        Text(made, style="dim"),
    )
