"""Scenarios side by side: how each differs from the first, with intervals where the draws are the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import SettingError
from impact import load_measures
from interface.drawings.intervals import LABELS, PANEL, Series, interval_panels
from interface.drawings.palette import BLUE, OCHRE, PURPLE
from interface.drawings.picture import Column, DataTable, Picture, manifest_footer
from interface.effect_selection import LEADING, differs_visibly
from interface.manifest import limits_of
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from interface.texts import Language, text

__all__ = ["comparison_picture", "letters", "shown_rows"]

MARKS = ((BLUE, "circle"), (OCHRE, "square"), (PURPLE, "triangle-up"))
Row = Mapping[str, Any]


def letters(labels: Sequence[str]) -> dict[str, str]:
    """Return what stands for each result in headings: label to A, B, C …, in order.

    Examples
    --------
    >>> letters(["hocm", "hocm_satellit"])
    {'hocm': 'A', 'hocm_satellit': 'B'}
    """
    return {label: chr(ord("A") + place) for place, label in enumerate(labels)}


def _entity(row: Row) -> str:
    return str(row.get("hospital") or row.get("region") or row.get("national"))


def shown_rows(rows: Sequence[Row], *, show_all: bool = False) -> list[Row]:
    """Return the rows of a comparison that are shown: all scenarios of a place and measure, where any differs visibly.

    Parameters
    ----------
    rows
        Of `compare`.
    show_all
        Every measure; else those that are read first.
    """
    chosen = {(_entity(r), r["measure"]) for r in rows if differs_visibly(r) and (show_all or r["measure"] in LEADING)}
    return [r for r in rows if (_entity(r), r["measure"]) in chosen]


def _drawn(row: Row, named: Mapping[str, str], names: Mapping[str, str], lang: Language) -> dict[str, Any]:
    spec = load_measures()[row["measure"]]
    known = row["low"] is not None
    decimals = decimals_for(row["low"], row["high"]) if known else 1
    value = format_value(row["difference"], decimals, lang, signed=True)
    low, high = (format_value(row[k], decimals, lang, signed=True) for k in ("low", "high"))
    return {
        "group": f"{text(spec.perspective, lang)}: {spec.short[lang]}", "name": names.get(_entity(row), row["name"]),
        "series": named[row["of"]], "value": row["difference"], "low": row["low"], "high": row["high"],
        "words": f"{value} ({low} … {high})" if known else value,
    }  # fmt: skip


def _table(rows: Sequence[Row], names: Mapping[str, str], lang: Language) -> DataTable:
    columns = (
        Column("name", text("draw_where", lang)),
        Column("measure", text("measure", lang)),
        Column("unit", text("unit", lang)),
        Column("of", text("draw_compare_of", lang)),
        Column("a", text("draw_compare_first", lang), decimals=2, signed=True),
        Column("b", text("draw_compare_own", lang), decimals=2, signed=True),
        Column("difference", text("draw_compare_difference", lang), decimals=2, signed=True),
        Column("low", text("draw_low", lang), decimals=2, signed=True),
        Column("high", text("draw_high", lang), decimals=2, signed=True),
    )
    found = [
        {**{k: r[k] for k in ("of", "a", "b", "difference", "low", "high")},
         "name": names.get(_entity(r), str(r["name"])), "measure": load_measures()[r["measure"]].short[lang],
         "unit": text(r["unit"], lang)}
        for r in rows
    ]  # fmt: skip
    return DataTable(columns, found)


def comparison_picture(document: Mapping[str, Any], lang: Language, *, show_all: bool = False) -> Picture:
    """Return the differences of a comparison: hospitals and nation, north to south, a panel for each measure.

    Parameters
    ----------
    document
        What `compare --format json` prints, of two to four results.
    lang
        Of the words.
    show_all
        Every measure; else those that are read first.

    Raises
    ------
    SettingError
        If nothing differs visibly, or more than four results are compared.
    """
    first, *others = document["labels"]
    if len(others) > len(MARKS):
        raise SettingError(f"{len(others) + 1} results: a picture compares at most {len(MARKS) + 1}")
    names = NamedNodes(document["nodes"]).names(lang)
    rows = [r for r in shown_rows(document["rows"], show_all=show_all) if "region" not in r]
    if not rows:
        raise SettingError(text("draw_compare_nothing", lang))
    order = {m: i for i, m in enumerate(load_measures())}
    rows.sort(key=lambda r: order[r["measure"]])  # within a measure the rows keep their order, north to south
    short = letters(document["labels"])
    named = {label: f"{letter}: {label}" for label, letter in short.items()}
    drawn = [_drawn(r, named, names, lang) for r in rows]
    titles: dict[str, str] = {}
    for row, cells in zip(rows, drawn, strict=True):
        spec = load_measures()[row["measure"]]
        towards = text("draw_worse_right" if spec.harm == "up" else "draw_worse_left", lang)
        titles[str(cells["group"])] = f"{text(spec.unit, lang)}; {towards}"
    series = [Series(named[label], *mark) for label, mark in zip(others, MARKS, strict=False)]
    tooltips = {"name": text("draw_where", lang), "series": text("draw_compare_of", lang),
                "words": text("draw_compare_difference", lang)}  # fmt: skip
    manifest = document["manifests"][0]
    year = date.fromisoformat(manifest["dataset"]["as_of"]).year + int(document["year"])
    return Picture(
        lang=lang,
        title=text("draw_compare_title", lang, others=", ".join(short[o] for o in others), year=year),
        description=text(
            "draw_compare_alt", lang, first=first, others="; ".join(others), year=year, panels=len(titles)
        ),
        notes=[*named.values(), text("draw_compare_note", lang), *limits_of("compare", lang)],
        footer=manifest_footer(manifest, lang),
        chart=interval_panels(drawn, series, titles, tooltips, apart=len(series) > 1),
        table=_table(rows, names, lang),
        width=PANEL + LABELS,
        indent=LABELS,
    )  # fmt: skip
