"""Which other care is pushed aside at each hospital, a row a shared resource, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem, SettingError
from impact import load_measures
from interface.drawings.intervals import LABELS, PANEL, Series, interval_panels
from interface.drawings.palette import BLUE, VERMILLION
from interface.drawings.picture import Column, DataTable, Picture, manifest_footer
from interface.manifest import limits_of
from interface.node_names import names_in
from interface.numbers import decimals_for, format_value
from interface.texts import Language, text

__all__ = ["displaced_picture", "shown_displaced"]

Row = Mapping[str, Any]


def shown_displaced(rows: Sequence[Row]) -> list[Row]:
    """Return the rows that change as much as a table shows, in their order.

    Parameters
    ----------
    rows
        ``displaced`` of `impact.questions.moved_care`.
    """
    least = load_measures()["patients_displaced"].visible
    return [r for r in rows if max(abs(r["low"]), abs(r["high"])) >= least]


def _cells(row: Row, names: Mapping[str, str], lang: Language) -> dict[str, Any]:
    kind = "all" if row["resource"] is None else "wait" if row["can_wait"] else "beds"
    name = text("draw_displaced_all", lang) if row["resource"] is None else names[row["resource"]]
    return {"hospital": names[row["hospital"]], "resource": name, "kind": text(f"draw_displaced_{kind}_kind", lang)}


def displaced_picture(
    system: CareSystem, rows: Sequence[Row], manifest: Mapping[str, Any], lang: Language, name: str, year: int
) -> Picture:
    """Return who is pushed aside at which hospital and resource.

    Parameters
    ----------
    system
        Of the run: names.
    rows
        ``displaced`` of `impact.questions.moved_care`.
    manifest
        Of the run.
    lang
        Of the words.
    name
        Of the scenario.
    year
        Counted from the as-of year.

    Raises
    ------
    SettingError
        If nobody is pushed aside and no room regained, as far as a table shows.
    """
    names, unit = names_in(system, lang), text("patients/year", lang)
    shown = shown_displaced(rows)
    if not shown:
        raise SettingError(text("draw_displaced_nothing", lang))
    total, part = text("draw_displaced_total", lang), text("draw_displaced_part", lang)
    drawn: list[dict[str, Any]] = []
    for row in shown:
        cells = _cells(row, names, lang)
        decimals = decimals_for(row["low"], row["high"])
        value, low, high = (format_value(row[k], decimals, lang, signed=True) for k in ("effect", "low", "high"))
        which = total if row["resource"] is None else part
        drawn.append({"group": cells["hospital"], "name": cells["resource"], "series": which, "value": row["effect"],
                      "low": row["low"], "high": row["high"], "words": f"{value} ({low} … {high}) {unit}"})  # fmt: skip
    every = (Series(total, VERMILLION, "diamond"), Series(part, BLUE, "circle"))
    series = [s for s in every if any(d["series"] == s.name for d in drawn)]
    x_title = f"{unit}; {text('draw_worse_right', lang)}"
    tooltips = {"group": text("hospital", lang), "name": text("draw_displaced_resource", lang),
                "words": text("effect", lang)}  # fmt: skip
    chart = interval_panels(drawn, series, {str(d["group"]): x_title for d in drawn}, tooltips)
    columns = (
        Column("hospital", text("hospital", lang)), Column("resource", text("draw_displaced_resource", lang)),
        Column("kind", text("draw_displaced_kind", lang)),
        Column("effect", text("draw_displaced_effect", lang), unit, 1, signed=True),
        Column("low", text("draw_low", lang), unit, 1, signed=True),
        Column("high", text("draw_high", lang), unit, 1, signed=True),
        Column("national_first", text("draw_displaced_first", lang), unit, 1, signed=True),
        Column("others", text("draw_displaced_others", lang), unit, 0),
    )  # fmt: skip
    year_told = date.fromisoformat(manifest["dataset"]["as_of"]).year + year
    hospitals = list(dict.fromkeys(names[r["hospital"]] for r in shown))
    return Picture(
        lang=lang,
        title=text("draw_displaced_title", lang, name=name, year=year_told),
        description=text("draw_displaced_alt", lang, name=name, year=year_told, hospitals=", ".join(hospitals),
                         rows=len(shown)),
        notes=[text("draw_displaced_note", lang), *limits_of("run", lang)],
        footer=manifest_footer(manifest, lang),
        chart=chart,
        table=DataTable(columns, [{**_cells(r, names, lang), **{k: r[k] for k in ("effect", "low", "high",
                                  "national_first", "others")}} for r in shown]),
        width=PANEL + LABELS,
        indent=LABELS,
    )  # fmt: skip
