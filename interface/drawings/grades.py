"""How many numbers of a dataset are reported, derived and assumed: a column of bars for each grade, a line a type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import CareSystem
from interface.drawings.palette import BLUE, FAINT, GREEN, INK, OCHRE, PURPLE
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.numbers import format_share, format_value
from interface.texts import Language, text

__all__ = ["grades_picture"]

COLOURS = (BLUE, GREEN, OCHRE, PURPLE)
LABELS, PANEL, LINE, GAP = 250, 150, 22, 14
Counts = Mapping[str, Mapping[str, int]]


def _panel(grade: str, colour: str, counts: Counts, lang: Language, *, with_labels: bool) -> Any:
    import altair as alt

    rows = [
        {"type": name, "share": n[grade] / max(sum(n.values()), 1), "count": format_value(n[grade], 0, lang)}
        for name, n in counts.items()
    ]
    axis: Any = (
        alt.Axis(minExtent=LABELS, maxExtent=LABELS, domain=False, ticks=False, labelPadding=6) if with_labels else None
    )
    y = alt.Y("type:N", sort=list(counts), title=None, axis=axis)
    x = alt.X(
        "share:Q", title=None, scale=alt.Scale(domain=[0, 1.35]),
        axis=alt.Axis(values=[0, 0.5, 1], labelExpr="datum.value * 100 + ' %'", gridColor=FAINT),
    )  # fmt: skip
    base = alt.Chart(alt.Data(values=rows))
    bars = base.mark_bar(color=colour, height=13).encode(x=x, y=y)
    words = base.mark_text(align="left", baseline="middle", dx=4, fontSize=11, color=INK).encode(
        x=x, y=y, text="count:N"
    )
    title: Any = alt.TitleParams(
        text(f"sources_grade_{grade}", lang), anchor="start", fontSize=13, color=INK, frame="group"
    )
    return alt.layer(bars, words).properties(width=PANEL, height=LINE * len(rows), title=title)


def _table(counts: Counts, grades: Sequence[str], lang: Language) -> DataTable:
    columns = [
        Column("type", text("type", lang)),
        *(Column(g, text(f"sources_grade_{g}", lang), decimals=0) for g in grades),
        Column("total", text("sources_total", lang), decimals=0),
        Column("share", text("sources_share_assumed", lang)),
    ]
    whole = {g: sum(n[g] for n in counts.values()) for g in grades}
    every = {**counts, text("sources_all_types", lang): whole}
    rows = [
        {"type": name, **n, "total": sum(n.values()),
         "share": format_share(n["assumed"] / max(sum(n.values()), 1), lang)}
        for name, n in every.items()
    ]  # fmt: skip
    return DataTable(columns, rows)


def grades_picture(system: CareSystem, counts: Counts, lang: Language) -> Picture:
    """Return numbers by type and grade: bars are shares of the type's numbers, the figures are how many.

    Parameters
    ----------
    system
        The dataset, for the footer.
    counts
        Type in words → grade → how many numbers, in the order of the lines; each with the same grades.
    lang
        Of the words.
    """
    import altair as alt

    grades = list(next(iter(counts.values()))) if counts else []
    panels = [
        _panel(grade, colour, counts, lang, with_labels=i == 0)
        for i, (grade, colour) in enumerate(zip(grades, COLOURS, strict=False))
    ]
    total = {g: sum(n[g] for n in counts.values()) for g in grades}
    told = ", ".join(f"{text(f'sources_grade_{g}', lang)} {format_value(n, 0, lang)}" for g, n in total.items())
    return Picture(
        lang=lang,
        title=text("sources_grades_title", lang),
        description=text("sources_grades_alt", lang, types=len(counts), counts=told),
        notes=[text("sources_grades_note", lang)],
        footer=footer_of(system, lang),
        chart=alt.hconcat(*panels, spacing=GAP).resolve_scale(x="independent", y="independent"),
        table=_table(counts, grades, lang),
        width=LABELS + len(COLOURS) * (PANEL + GAP),
        indent=LABELS,
    )
