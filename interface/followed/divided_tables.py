"""Tables of reported numbers by sex, age and month, which reports may state and no other page shows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from interface.followed.content import Followed
from interface.followed.parts import Part, columns_of
from interface.followup_text import count_text
from interface.masking import hidden_in_sums
from interface.page.service.markup import TableColumn
from interface.texts import Language, text
from loaders.followup import load_measures

__all__ = ["DIVISIONS", "divided_cells", "divided_table"]

DIVISIONS: Mapping[str, tuple[str, ...]] = {
    "sex": ("woman", "man"),
    "age": ("child", "adult"),
    "month": tuple(str(m) for m in range(1, 13)),
}
PARTS_OF = ("patients", ("treated", "assessed_only"))  # one and the whole give the other away
WHOLE, REST = "all", "rest"
Unit = tuple[str, str, int]  # area, hospital, year
Cell = tuple[str, str]  # measure, part


def _collected(found: Followed, by: str) -> dict[Unit, dict[Cell, float]]:
    """Numbers of each unit and year divided by that one column, and the wholes beside them."""
    others = {"sex", "age", "month", "home_region"} - {by}
    cells: dict[Unit, dict[Cell, float]] = {}
    for entry in found.standing:
        row: Any = entry.row
        measure = load_measures()[row.measure]
        if by not in measure.breakdowns or not isinstance(row.value, float | int):
            continue
        if row.subject or any(getattr(row, name) for name in others):
            continue
        unit = cells.setdefault((row.area, row.hospital, row.year), {})
        unit[row.measure, getattr(row, by) or WHOLE] = float(row.value)
    return {unit: own for unit, own in cells.items() if any(part != WHOLE for _, part in own)}


def _completed(cells: Mapping[Cell, float], by: str) -> tuple[dict[Cell, float], list[tuple[Cell, list[Cell]]]]:
    """The cells with what they leave over, and the sums that bind them.

    A month's patients may come again in another: their sum says nothing of the year, and counts as known by itself.
    """
    full = dict(cells)
    sums: list[tuple[Cell, list[Cell]]] = []
    counts = {m for m, _ in cells if load_measures()[m].kind == "count"}
    for measure in sorted(counts):
        parts = [(measure, p) for p in DIVISIONS[by] if (measure, p) in cells]
        total = (measure, WHOLE)
        if not parts:
            continue
        together = sum(cells[p] for p in parts)
        if total not in cells or together > cells[total]:
            total = (measure, f"{WHOLE} of parts")
            full[total] = together
        over = full[total] - together
        if over > 0:
            parts.append((measure, REST))
            full[measure, REST] = over
        sums.append((total, parts))
    whole, kinds = PARTS_OF
    for part in (*DIVISIONS[by], WHOLE):
        own = [(k, part) for k in kinds if (k, part) in cells]
        if (whole, part) in cells and own and (left := cells[whole, part] - sum(cells[c] for c in own)) >= 0:
            if left > 0:
                own.append((f"{whole} {REST}", part))
                full[own[-1]] = left
            sums.append(((whole, part), own))
    return full, sums


def divided_cells(found: Followed, by: str) -> dict[Unit, dict[Cell, float | None]]:
    """Return the numbers of each unit and year by sex, age or month; None where one is hidden.

    Counts are hidden by `interface.masking.hidden_in_sums`, with the sums over the parts and of treated and only
    assessed as known; of a unit whose whole year is hidden everything is.

    Parameters
    ----------
    found
        The follow-up.
    by
        One of `DIVISIONS`.
    """
    gone = {(r["area"], r["hospital"], r["year"]) for r in found.content["rows"] if r["masked"]}
    told: dict[Unit, dict[Cell, float | None]] = {}
    for unit, cells in sorted(_collected(found, by).items()):
        full, sums = _completed(cells, by)
        counted = {c: v for c, v in full.items() if load_measures().get(c[0]) is None
                   or load_measures()[c[0]].kind == "count"}  # fmt: skip
        hidden = set(hidden_in_sums(counted, sums, found.mask))
        if unit in gone:
            hidden = set(cells)
        told[unit] = {c: None if c in hidden else v for c, v in cells.items()}
    return told


def _heading(by: str, part: str, lang: Language) -> str:
    return text(f"followed_month_{part}" if by == "month" else f"followed_{by}_{part}", lang)


def divided_table(found: Followed, by: str, lang: Language, area: str, hospital: str | None = None) -> Part:
    """Return the reported numbers of an area by sex, age or month.

    Parameters
    ----------
    found
        The follow-up.
    by
        One of `DIVISIONS`.
    lang
        Of the words.
    area, hospital
        Only these.
    """
    names = found.names(lang)
    order = {h: i for i, h in enumerate(found.at.hospitals)}
    units = {u: c for u, c in divided_cells(found, by).items() if u[0] == area and hospital in (None, u[1])}
    rows: list[dict[str, str]] = []
    for unit in sorted(units, key=lambda u: (order[u[1]], u[2])):
        cells = units[unit]
        for measure in [m for m in load_measures() if any(m == c[0] and c[1] != WHOLE for c in cells)]:
            spec = load_measures()[measure]
            shown = {
                f"part_{p}": count_text(cells[measure, p], lang, masked=True)
                for p in DIVISIONS[by]
                if (measure, p) in cells
            }
            rows.append(
                {"hospital": names[unit[1]], "followup_year": str(unit[2]),
                 "followup_what": f"{spec.names[lang]} ({spec.units[lang]})", **shown}
            )  # fmt: skip
    columns = columns_of(lang, "hospital", "followup_year", "followup_what")
    columns += [TableColumn(f"part_{p}", _heading(by, p, lang), is_number=True) for p in DIVISIONS[by]]
    masked = f" {text('followup_masked', lang, mask=found.mask)}" if found.mask else ""
    note = text(f"followed_by_{by}_note", lang) + masked
    return Part(f"by_{by}", text(f"followed_by_{by}", lang), columns, rows, note, text("followed_by_none", lang))
