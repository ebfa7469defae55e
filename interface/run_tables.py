"""Effect rows to tables on the terminal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from impact import load_measures
from interface.numbers import decimals_for, format_share, format_value
from interface.texts import Language, text

__all__ = ["effect_tables", "is_shown"]

Row = Mapping[str, Any]
VISIBLE = 0.05
LEADING = (
    "patients_relying",
    "patients_without_full_competence",
    "posts_not_sustained",
    "research_caseload",
    "patients_displaced",
    "demand_unplaced",
    "patients_at_needed_volume",
    "hours_mean",
    "transports",
    "not_taken",
)


def is_shown(row: Row) -> bool:
    """Return whether a row changes by more than rounding: 5 % or 95 % quantile at least 0.05 units from 0."""
    return max(abs(row["low"]), abs(row["high"])) >= VISIBLE


def _direction(row: Row, lang: Language) -> Text:
    if row["low"] < 0 < row["high"] or row["effect"] == 0:
        return Text(text("unclear", lang), style="dim")
    harmful = (row["effect"] > 0) == (row["harm"] == "up")
    return Text(text("harm" if harmful else "gain", lang), style="red" if harmful else "green")


def _floor(row: Row, lang: Language) -> str:
    if row["p_below_floor"] is None:
        return ""
    return f"{format_share(row['p_below_floor'], lang)} / {format_share(row['p_below_floor_without'], lang)}"


def _names(row: Row, names: Mapping[str, str]) -> str:
    return " → ".join(names.get(n, n) for n in row["cause"][:-1])


def _table(rows: Sequence[Row], names: Mapping[str, str], lang: Language, title: str) -> Table:
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    for name, justify in (
        ("measure", "left"), ("baseline", "right"), ("effect", "right"), ("interval", "right"),
        ("", "left"), ("below_floor", "right"), ("assumed_share", "right"), ("cause", "left"),
    ):  # fmt: skip
        table.add_column(text(name, lang) if name else "", justify=justify, overflow="fold")  # type: ignore[arg-type]
    measures = load_measures()
    for row in rows:
        decimals = decimals_for(row["low"], row["high"])
        measure = measures[row["measure"]]
        label = measure.name_sv if lang == "sv" else measure.id.replace("_", " ")
        low, high = (format_value(row[k], decimals, lang) for k in ("low", "high"))
        table.add_row(
            f"{label} [{text(row['unit'], lang)}]".replace("[", r"\["),
            format_value(row["baseline"], decimals, lang),
            format_value(row["effect"], decimals, lang, signed=True),
            f"{low} … {high}",
            _direction(row, lang),
            _floor(row, lang),
            format_share(row["assumed_share"], lang),
            _names(row, names),
        )
    return table


def _entity(row: Row) -> str:
    return str(row.get("hospital") or row.get("region") or row.get("national"))


def effect_tables(
    rows: Sequence[Row], names: Mapping[str, str], lang: Language, hospitals: Sequence[str], show_all: bool
) -> RenderableType:
    """Return the tables of a run's last year: hospitals north to south, then regions, then the nation.

    Parameters
    ----------
    rows
        Effect rows of one year.
    names
        Node id to name, for cause chains.
    lang
        ``sv`` or ``en``.
    hospitals
        Those always shown (the university hospitals).
    show_all
        Every measure of every entity; else one measure a perspective where it changes.

    Returns
    -------
    rich renderable
        With a last line that says how many rows are left out.
    """
    grouped: dict[str, list[Row]] = {}
    for row in rows:
        if row["reading"] == "main":
            grouped.setdefault(_entity(row), []).append(row)
    parts: list[RenderableType] = []
    hidden = 0
    for entity, members in grouped.items():
        kept = [r for r in members if show_all or (is_shown(r) and r["measure"] in LEADING)]
        hidden += len(members) - len(kept)
        if kept:
            parts.append(_table(kept, names, lang, f"[bold]{members[0]['name']}[/bold]"))
            parts.append(Text())
        elif entity in hospitals:
            parts.append(Text.assemble((members[0]["name"], "bold"), ": ", text("no", lang), "\n"))
    if hidden and not show_all:
        parts.append(Text(text("hidden", lang, count=hidden), style="dim"))
    return Group(*parts)
