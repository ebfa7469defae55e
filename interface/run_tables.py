"""Effect rows to tables on the terminal: hospitals, regions, the nation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from impact import load_measures
from interface.numbers import decimals_for, format_share, format_value
from interface.texts import Language, text

__all__ = ["effect_tables", "is_shown"]

Row = Mapping[str, Any]
Justify = Literal["left", "right"]
Column = tuple[str, Justify, Callable[[Row], str | Text]]
NAMED = ("FTE", "functions", "number")  # units that the name of the measure says
WIDE = 100  # characters in a line, from which on all columns are shown
LEFT_OUT = ("permit_both", "cause")
LEADING = (
    "patients_relying",
    "patients_without_full_competence",
    "competences_lost",
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
    """Return whether a row changes visibly: its 5 % or 95 % quantile is as far from 0 as the measure asks."""
    return max(abs(row["low"]), abs(row["high"])) >= load_measures()[row["measure"]].visible


def _entity(row: Row) -> str:
    return str(row.get("hospital") or row.get("region") or row.get("national"))


def _direction(row: Row, lang: Language) -> Text:
    decimals = decimals_for(row["low"], row["high"])
    low, high = round(row["low"], decimals), round(row["high"], decimals)  # as the reader sees them
    one_sided = low >= 0 < row["effect"] or high <= 0 > row["effect"]
    if not one_sided:
        return Text(text("unclear", lang), style="dim")
    harmful = (row["effect"] > 0) == (row["harm"] == "up")
    return Text(text("harm" if harmful else "gain", lang), style="red" if harmful else "green")


class _Cells:
    """The cells of a row, in a language."""

    def __init__(self, lang: Language, names: Mapping[str, str]) -> None:
        self.lang: Language = lang
        self.names = names

    def number(self, key: str, *, signed: bool = False) -> Callable[[Row], str]:
        def cell(row: Row) -> str:
            return format_value(row[key], decimals_for(row["low"], row["high"]), self.lang, signed)

        return cell

    def interval(self, row: Row) -> str:
        decimals = decimals_for(row["low"], row["high"])
        low, high = (format_value(row[k], decimals, self.lang) for k in ("low", "high"))
        return f"{low} … {high}"

    def measure(self, row: Row) -> str:
        indent = "" if "national" in row else "  "
        name = load_measures()[row["measure"]].short[self.lang]
        return indent + (name if row["unit"] in NAMED else f"{name}, {text(row['unit'], self.lang)}")

    def floor(self, row: Row) -> str:
        if row["p_below_floor"] is None:
            return ""
        shares = (format_share(row[k], self.lang) for k in ("p_below_floor", "p_below_floor_without"))
        return " / ".join(shares)

    def permit(self, row: Row) -> str:
        if row["if_granted"] is None or row["if_not_granted"] is None:
            return ""
        return f"{self.number('if_granted', signed=True)(row)} / {self.number('if_not_granted', signed=True)(row)}"

    def assumed(self, row: Row) -> str:
        return format_share(row["assumed_share"], self.lang)

    def cause(self, row: Row) -> str:
        inner = [self.names.get(n, n) for n in row["cause"][1:-1]][:2]
        return " → ".join(inner)

    def columns(self, *, with_cause: bool) -> list[Column]:
        found: list[Column] = [
            ("measure", "left", self.measure),
            ("baseline", "right", self.number("baseline")),
            ("effect", "right", self.number("effect", signed=True)),
            ("interval", "right", self.interval),
            ("direction", "left", lambda row: _direction(row, self.lang)),
            ("permit_both", "right", self.permit),
            ("below_floor", "right", self.floor),
            ("assumed_share", "right", self.assumed),
        ]
        return [*found, ("cause", "left", self.cause)] if with_cause else found


def _table(
    title: str, rows: Sequence[Row], columns: Sequence[Column], names: Mapping[str, str], lang: Language
) -> Table:
    """One table; the rows of a hospital or region stand indented below its name."""
    table = Table(
        title=title,
        title_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        show_edge=False,
        padding=(0, 1, 0, 0),
    )
    kept = [c for c in columns if any(str(c[2](row)) for row in rows)]
    for name, justify, _ in kept:
        table.add_column(text(name, lang).replace("\\n", "\n"), justify=justify, overflow="fold")
    last = ""
    for row in rows:
        entity = _entity(row)
        if entity != last and "national" not in row:
            table.add_row(Text(names.get(entity, str(row["name"])), style="bold"))
        table.add_row(*(cell(row) for _, _, cell in kept))
        last = entity
    return table


def effect_tables(
    rows: Sequence[Row],
    names: Mapping[str, str],
    lang: Language,
    hospitals: Sequence[str],
    *,
    show_all: bool,
    width: int = WIDE,
) -> RenderableType:
    """Return the tables of one year of a run: hospitals north to south, regions, the nation.

    Parameters
    ----------
    rows
        Effect rows of one year.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.
    hospitals
        Those that are named even if nothing changes there (the university hospitals).
    show_all
        Every measure of every entity; else one measure a perspective where it changes.
    width
        Characters in a line; where they are few some columns are left out, and named.

    Returns
    -------
    rich renderable
        With a last line that says how many rows are left out.
    """
    main = [r for r in rows if r["reading"] != "national_first"]
    shown = [r for r in main if show_all or (is_shown(r) and r["measure"] in LEADING)]
    cells = _Cells(lang, names)
    parts: list[RenderableType] = []
    for kind in ("hospital", "region", "national"):
        members = [r for r in shown if kind in r]
        if members:
            columns = cells.columns(with_cause=kind == "hospital")
            if width < WIDE:
                columns = [c for c in columns if c[0] not in LEFT_OUT]
            parts.extend([_table(text(f"{kind}s", lang), members, columns, names, lang), Text()])
    order = dict.fromkeys(str(r["hospital"]) for r in main if "hospital" in r)
    silent = [names.get(h, h) for h in order if h in hospitals and not any(r.get("hospital") == h for r in shown)]
    if silent:
        parts.append(Text(text("unchanged", lang, names=", ".join(silent))))
    if width < WIDE and shown:
        columns_left_out = ", ".join(text(name, lang).replace("\\n", " ") for name in LEFT_OUT)
        parts.append(Text(text("narrow", lang, columns=columns_left_out, width=WIDE), style="dim"))
    if len(main) > len(shown):
        parts.append(Text(text("hidden", lang, count=len(main) - len(shown)), style="dim"))
    return Group(*parts)
