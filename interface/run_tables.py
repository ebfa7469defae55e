"""Effect rows to tables on the terminal: hospitals, regions, the nation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from rich import box
from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from impact import load_measures
from interface.effect_selection import LEADING, direction_of, is_shown
from interface.numbers import decimals_for, decimals_of_size, format_share, format_value
from interface.texts import Language, text

__all__ = ["WIDE", "effect_tables", "is_shown"]

Row = Mapping[str, Any]
Justify = Literal["left", "right"]
Column = tuple[str, Justify, Callable[[Row], str | Text]]
NAMED = ("FTE", "functions", "number")  # units that the name of the measure says
WIDE = 100  # characters in a line, from which on all columns are shown
LEFT_OUT = ("permit_both",)
INDENT = 2  # of the rows below the name of their group
GAP = 2  # between columns
MARK = "*"  # of a value that is explained below the table
NARROWEST = 20  # characters for the first column, whatever the window


def _direction(row: Row, lang: Language) -> Text:
    styles = {"harm": "red", "gain": "green", "unclear": "dim"}
    direction = direction_of(row)
    return Text(text(direction, lang), style=styles[direction])


class _Cells:
    """The cells of a row, in a language."""

    def __init__(self, lang: Language, names: Mapping[str, str]) -> None:
        self.lang: Language = lang
        self.names = names

    def number(self, key: str, *, signed: bool = False) -> Callable[[Row], str]:
        def cell(row: Row) -> str:
            return format_value(row[key], decimals_for(row["low"], row["high"]), self.lang, signed)

        return cell

    def baseline(self, row: Row) -> str:
        """What is without the change, to about three digits; marked where it is itself a change and no count."""
        is_change = load_measures()[row["measure"]].is_change
        decimals = decimals_of_size(row["baseline"], decimals_for(row["low"], row["high"]))
        shown = format_value(row["baseline"], decimals, self.lang, signed=is_change)
        return f"{shown}{MARK}" if is_change else shown

    def interval(self, row: Row) -> str:
        decimals = decimals_for(row["low"], row["high"])
        low, high = (format_value(row[k], decimals, self.lang) for k in ("low", "high"))
        return f"{low} … {high}"

    def measure(self, row: Row) -> str:
        name = load_measures()[row["measure"]].short[self.lang]
        return name if row["unit"] in NAMED else f"{name}, {text(row['unit'], self.lang)}"

    def region(self, row: Row) -> str:
        return self.names.get(str(row["region"]), str(row["name"]))

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

    def through(self, rows: Sequence[Row]) -> str:
        """Return the main chain behind the rows of a hospital, one for each perspective."""
        chains: dict[str, str] = {}
        for row in rows:
            name = load_measures()[row["measure"]].short[self.lang]
            inner = [self.names.get(n, n) for n in row["cause"][1:-1]][:2]
            if row["measure"] == "research_caseload" and len(row["cause"]) > 1:
                area = row["cause"][-2]
                way = text("through_more" if row["effect"] > 0 else "through_fewer", self.lang)
                inner = [f"{way} {self.names.get(area, area)}"]
            if inner:
                chains.setdefault(row["perspective"], f"{name}: {' → '.join(inner)}")
        return "; ".join(chains.values())

    def columns(self, heading: str, first: Callable[[Row], str], *, narrow: bool) -> list[Column]:
        found: list[Column] = [
            (heading, "left", first),
            ("baseline", "right", self.baseline),
            ("effect", "right", self.number("effect", signed=True)),
            ("interval", "right", self.interval),
            ("direction", "left", lambda row: _direction(row, self.lang)),
            ("permit_both", "right", self.permit),
            ("below_floor", "right", self.floor),
            ("assumed_share", "right", self.assumed),
        ]
        return [c for c in found if not (narrow and c[0] in LEFT_OUT)]


class _AlignedTables:
    """Tables with the same columns in the same places below one header."""

    def __init__(self, rows: Sequence[Row], columns: Sequence[Column], lang: Language, width: int) -> None:
        self.columns = [c for c in columns if any(str(c[2](row)) for row in rows)]
        self.headers = [text(name, lang).replace("\\n", "\n") for name, _, _ in self.columns]
        self.widths = [
            max(cell_len(line) for value in (header, *(cell(r) for r in rows)) for line in str(value).split("\n"))
            for header, (_, _, cell) in zip(self.headers, self.columns, strict=True)
        ]
        room = width - INDENT - sum(w + GAP for w in self.widths[1:]) - GAP
        self.widths[0] = max(min(self.widths[0], room), NARROWEST)

    def _empty(self, *, show_header: bool) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, padding=(0, 1, 0, 0), show_header=show_header)
        for header, width, (_, justify, _) in zip(self.headers, self.widths, self.columns, strict=True):
            table.add_column(header, justify=justify, overflow="fold", width=width)
        return table

    def header(self) -> RenderableType:
        """Return the header alone."""
        return Padding(self._empty(show_header=True), (0, 0, 0, INDENT))

    def body(self, rows: Sequence[Row]) -> RenderableType:
        """Return some rows, without a header."""
        table = self._empty(show_header=False)
        for row in rows:
            table.add_row(*(cell(row) for _, _, cell in self.columns))
        return Padding(table, (0, 0, 0, INDENT))


def _grouped(
    rows: Sequence[Row], name: Callable[[Row], str], columns: Sequence[Column], cells: _Cells, width: int
) -> list[RenderableType]:
    """One header; then each group under its name, followed by its main chains."""
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(name(row), []).append(row)
    tables = _AlignedTables(rows, columns, cells.lang, width)
    parts = [tables.header()]
    for title, members in groups.items():
        parts.extend([Text(title, style="bold"), tables.body(members)] if title else [tables.body(members)])
        through = cells.through([r for r in members if "hospital" in r])
        if through:
            line = Text(text("through", cells.lang, chains=through), style="dim")
            parts.append(Padding(line, (0, 0, 0, INDENT)))
    return parts


def effect_tables(
    rows: Sequence[Row],
    names: Mapping[str, str],
    lang: Language,
    hospitals: Sequence[str],
    *,
    show_all: bool,
    width: int = WIDE,
    hints: bool = True,
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
    hints
        Say which option of the command shows the rest.

    Returns
    -------
    rich renderable
        With a last line that says how many rows are left out.
    """
    main = [r for r in rows if r["reading"] != "national_first"]
    shown = [r for r in main if show_all or (is_shown(r) and r["measure"] in LEADING)]
    cells = _Cells(lang, names)
    narrow = width < WIDE
    by_measure = cells.columns("measure", cells.measure, narrow=narrow)
    layout: dict[str, tuple[Callable[[Row], str], list[Column]]] = {
        "hospital": (lambda row: names.get(str(row["hospital"]), str(row["name"])), by_measure),
        "region": (cells.measure, cells.columns("region", cells.region, narrow=narrow)),
        "national": (lambda _: "", by_measure),
    }
    parts: list[RenderableType] = []
    for kind, (group, columns) in layout.items():
        members = [r for r in shown if kind in r]
        if members:
            title = Text(text(f"{kind}s", lang), style="bold underline")
            parts.extend([title, *_grouped(members, group, columns, cells, width), Text()])
    order = dict.fromkeys(str(r["hospital"]) for r in main if "hospital" in r)
    silent = [names.get(h, h) for h in order if h in hospitals and not any(r.get("hospital") == h for r in shown)]
    if silent:
        parts.append(Text(text("unchanged", lang, names=", ".join(silent))))
    if any(r["p_granted"] and not r["low"] <= r["effect"] <= r["high"] for r in shown):
        parts.append(Text(text("mean_outside", lang), style="dim"))
    if any(load_measures()[r["measure"]].is_change for r in shown):
        parts.append(Text(text("baseline_change", lang, mark=MARK), style="dim"))
    if narrow and shown:
        columns_left_out = ", ".join(text(name, lang).replace("\\n", " ") for name in LEFT_OUT)
        parts.append(Text(text("narrow", lang, columns=columns_left_out, width=WIDE), style="dim"))
    if len(main) > len(shown):
        told = "hidden" if hints else "page_hidden"
        parts.append(Text(text(told, lang, count=len(main) - len(shown)), style="dim"))
    return Group(*parts)
