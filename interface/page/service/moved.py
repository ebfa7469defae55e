"""Where the patients of an answer go, and which other care makes room: tables and pictures of a year."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from impact.questions.moved_care import MovedCare, moved_care
from impact.questions.what_if import Progress
from interface.drawings.displaced import displaced_picture
from interface.explain_command import saved_run
from interface.masking import hidden_in_sums, shown_cells
from interface.numbers import decimals_for, format_value
from interface.page.service.markup import HtmlTable, TableColumn
from interface.page.service.outcome import Outcome
from interface.page.service.pictures import Drawn, drawn
from interface.page.service.question import WORKERS
from interface.texts import Language, text

__all__ = ["drawn_displaced", "flows_table", "moved"]

Row = Mapping[str, Any]
LEAST = 0.05  # patients a year: a way with fewer, before and after, is told nowhere
COLUMNS = ("from_region", "before", "after", "change", "change_interval")


def moved(outcome: Outcome, year: int, progress: Progress | None = None) -> MovedCare:
    """Return who goes where and what is pushed aside in a year of an answer, from its own run.

    Parameters
    ----------
    outcome
        The answer; it holds its whole result.
    year
        Counted from the as-of year.
    progress
        Called with (steps done, steps in all).

    Raises
    ------
    StoreError
        If only the JSON of the answer is there.
    """
    asked = saved_run(outcome.result(), outcome.file_name, None, WORKERS)
    return moved_care(asked.system, asked.course, asked.settings, year, progress)


def _before(rows: Sequence[Row], mask: int, lang: Language) -> dict[tuple[str | None, str | None], str]:
    """What hides the patients of today where they are few, by hospital and region; nothing where they are shown."""
    found: dict[tuple[str | None, str | None], str] = {}
    for hospital in dict.fromkeys(r["hospital"] for r in rows):
        cells: dict[str | None, float] = {r["region"]: r["before"] for r in rows if r["hospital"] == hospital}
        parts = [region for region in cells if region is not None]
        sums = [(None, parts)] if None in cells and parts else []
        told = shown_cells(cells, sums, mask, lang)
        hidden = hidden_in_sums(cells, sums, mask)
        found |= {(hospital, region): told[region] for region in hidden}
    return found


def _cells(row: Row, names: Mapping[str, str], hidden: str | None, lang: Language) -> dict[str, str]:
    decimals = min(max(decimals_for(row["change_low"], row["change_high"]), 0 if row["before"] >= 100 else 1), 1)

    def number(name: str, *, signed: bool = False) -> str:
        return format_value(row[name], decimals, lang, signed)

    region = text("what_if_all_regions", lang) if row["region"] is None else names.get(row["region"], row["region"])
    if hidden is not None:  # the change would give the hidden number away
        return {"from_region": region, "before": hidden, "after": number("after")}
    interval = f"{number('change_low', signed=True)} … {number('change_high', signed=True)}"
    return {"from_region": region, "before": number("before"), "after": number("after"),
            "change": number("change", signed=True), "change_interval": interval}  # fmt: skip


def flows_table(rows: Sequence[Row], outcome: Outcome, lang: Language, mask: int, *, by_region: bool) -> (
    HtmlTable | None
):  # fmt: skip
    """Return where the patients of the areas concerned are treated without and with the scenario.

    Parameters
    ----------
    rows
        ``flows`` of `moved`.
    outcome
        For names.
    lang
        Of the words.
    mask
        A number of patients today below it is hidden, with it the change, and what would give it back by subtraction.
    by_region
        Every way from a home region; else the hospitals alone.

    Returns
    -------
    HtmlTable or None
        Hospitals and regions north to south; last those whom no unit has room for. None where nobody goes anywhere.
    """
    names = outcome.place_names(lang)
    shown = [r for r in rows if max(r["before"], r["after"]) >= LEAST and (by_region or r["region"] is None)]
    if not shown:
        return None
    nowhere, hidden = text("what_if_no_room", lang), _before(shown, mask, lang)
    groups: dict[str, list[dict[str, str]]] = {}
    for row in shown:
        cells = _cells(row, names, hidden.get((row["hospital"], row["region"])), lang)
        hospital = nowhere if row["hospital"] is None else names.get(str(row["hospital"]), str(row["hospital"]))
        if by_region:
            groups.setdefault(hospital, []).append(cells)
        else:
            groups.setdefault("", []).append({**cells, "from_region": hospital})
    columns = [
        TableColumn(c, text(f"what_if_column_{'to_hospital' if c == 'from_region' and not by_region else c}", lang),
                    c != "from_region")
        for c in COLUMNS
    ]  # fmt: skip
    return HtmlTable(text("what_if_flows_caption", lang), columns, groups)


def drawn_displaced(found: MovedCare, outcome: Outcome, lang: Language) -> Drawn:
    """Return the picture of the other care that is pushed aside, with its table.

    Raises
    ------
    SettingError
        If nothing shows after rounding.
    """
    assert outcome.system is not None  # without it there is nothing found
    return drawn(
        displaced_picture(outcome.system, found.displaced, outcome.manifest, lang, outcome.title(lang), found.year)
    )
