"""The matrix competence × hospital: how many of the hospital's permits each competence carries, and which."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem
from interface.drawings.competences_data import Carried, carried_permits, columns_of
from interface.drawings.labels import wrapped
from interface.drawings.matrix import cluster_name
from interface.drawings.palette import FAINT, INK, LINE, STEPS
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.node_names import names_in
from interface.numbers import format_value
from interface.texts import Language, text

__all__ = ["competences_picture"]

LABELS, CELL, ROW = 330, 58, 20  # pixels
HEADING_SIGNS = 26
HEADINGS = 5.0  # pixels of height for each sign of a column's heading
NAME_SIGNS = 52
SOLE = "▲"


def _step(count: int) -> int:
    """Which of the steps of colour a number belongs to."""
    return max(i for i, (least, *_) in enumerate(STEPS) if count >= least)


def _step_words(step: int) -> str:
    least = STEPS[step][0]
    last = STEPS[step + 1][0] - 1 if step + 1 < len(STEPS) else None
    return f"{least}+" if last is None else str(least) if last == least else f"{least}–{last}"


def _cells(
    rows: Sequence[Carried], columns: Sequence[str], names: Mapping[str, str], lang: Language
) -> list[dict[str, Any]]:
    """One for each competence and column; hospitals without a column are counted in the last one."""
    order = {c: i for i, c in enumerate(dict.fromkeys(r.competence for r in rows))}
    found: list[dict[str, Any]] = []
    others: dict[str, int] = {}
    for row in rows:
        count = len(row.requirements)
        if row.hospital not in columns:
            others[row.competence] = others.get(row.competence, 0) + count
            continue
        areas = ", ".join(names[r.area] for r in row.requirements)
        found.append(
            {"column": columns.index(row.hospital), "row": order[row.competence], "count": count,
             "words": f"{count} {SOLE}" if row.sole else str(count),
             "tip": f"{names[row.competence]}, {names[row.hospital]}: {areas}"}
        )  # fmt: skip
    found += [
        {"column": len(columns), "row": order[competence], "count": count, "words": str(count),
         "tip": f"{names[competence]}, {text('draw_matrix_others', lang)}: {count}"}
        for competence, count in others.items()
    ]  # fmt: skip
    return found


def _chart(rows: Sequence[Carried], columns: Sequence[str], names: Mapping[str, str], lang: Language) -> Any:
    import altair as alt

    competences = list(dict.fromkeys(r.competence for r in rows))
    heads: list[dict[str, Any]] = [
        {"place": i, "lines": wrapped(names[h], HEADING_SIGNS)} for i, h in enumerate(columns)
    ]
    if any(r.hospital not in columns for r in rows):
        heads.append({"place": len(columns), "lines": wrapped(text("draw_competences_others", lang), HEADING_SIGNS)})
    top = HEADINGS * max(len(line) for h in heads for line in h["lines"]) + 14
    width, height = LABELS + CELL * len(heads), top + ROW * len(competences)
    drawn: list[dict[str, Any]] = []
    for cell in _cells(rows, columns, names, lang):
        left, upper = LABELS + CELL * cell["column"], top + ROW * cell["row"]
        step = _step(cell["count"])
        drawn.append(
            {**cell, "x": left, "x2": left + CELL - 2, "mx": left + CELL / 2 - 1, "y": upper, "y2": upper + ROW - 2,
             "my": upper + ROW / 2 - 1, "step": _step_words(step), "ink": STEPS[step][2]}
        )  # fmt: skip
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width + HEADINGS * 8], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    mx, my = x.copy(), y.copy()
    mx.shorthand, my.shorthand = "mx:Q", "my:Q"
    labels = [
        {"x": LABELS - 8, "y": top + ROW * i + ROW / 2 - 1, "words": wrapped(names[c], NAME_SIGNS, 1)[0]}
        for i, c in enumerate(competences)
    ]
    rules = [{"x": 0, "x2": width, "y": top + ROW * (i + 1) - 1} for i in range(len(competences))]
    fills = alt.Fill(
        "step:N",
        scale=alt.Scale(domain=[_step_words(i) for i in range(len(STEPS))], range=[fill for _, fill, _ in STEPS]),
        legend=alt.Legend(
            title=text("draw_competences_count", lang), orient="top", symbolType="square", symbolStrokeColor=LINE
        ),
    )
    layers = [
        alt.Chart(alt.Data(values=rules)).mark_rule(color=FAINT).encode(x=x, x2="x2:Q", y=y),
        alt.Chart(alt.Data(values=drawn))
        .mark_rect(stroke=LINE, strokeWidth=0.6)
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", fill=fills,
                tooltip=alt.Tooltip("tip:N", title=text("draw_competences_areas", lang))),
        alt.Chart(alt.Data(values=drawn)).mark_text(fontSize=11).encode(
            x=mx, y=my, text="words:N", color=alt.Color("ink:N", scale=None)
        ),
        alt.Chart(alt.Data(values=labels))
        .mark_text(align="right", baseline="middle", fontSize=11, color=INK)
        .encode(x=x, y=y, text="words:N"),
        alt.Chart(alt.Data(values=[{**h, "x": LABELS + CELL * (h["place"] + 0.4), "y": top - 8} for h in heads]))
        .mark_text(align="left", baseline="middle", angle=305, fontSize=11, lineHeight=12, color=INK)
        .encode(x=x, y=y, text="lines:N"),
    ]  # fmt: skip
    return alt.layer(*layers).properties(width=width + HEADINGS * 8, height=height)


def _table(rows: Sequence[Carried], names: Mapping[str, str], kinds: Mapping[str, str], lang: Language) -> DataTable:
    columns = (
        Column("competence", text("competence", lang)),
        Column("kind", text("kind", lang)),
        Column("hospital", text("hospital", lang)),
        Column("permits", text("draw_competences_permits", lang), decimals=0),
        Column("on_site", text("draw_competences_on_site", lang), decimals=0),
        Column("sole", text("draw_competences_sole", lang), decimals=0),
        Column("areas", text("draw_competences_areas", lang)),
        Column("specialists", text("draw_competences_specialists", lang), text("heads", lang), 0),
        Column("low", text("draw_low", lang), text("heads", lang), 0),
        Column("high", text("draw_high", lang), text("heads", lang), 0),
        Column("grade", text("grade", lang)),
    )
    found: list[dict[str, Any]] = []
    criticality = text("draw_criticality", lang)
    for row in rows:
        areas: list[str] = []
        for need in row.requirements:
            inside = f"{criticality} {format_value(need.criticality.value, 2, lang)}"
            if need.through:
                inside += f", {text('draw_competences_through', lang, name=names[need.through])}"
            areas.append(f"{names[need.area]} ({inside})")
        heads = row.specialists
        found.append(
            {"competence": names[row.competence], "kind": text(f"kind_{kinds[row.competence]}", lang),
             "hospital": names[row.hospital], "permits": len(row.requirements),
             "on_site": sum(n.on_site for n in row.requirements), "sole": len(row.sole), "areas": "; ".join(areas),
             "specialists": None if heads is None else heads.value, "low": None if heads is None else heads.low,
             "high": None if heads is None else heads.high,
             "grade": None if heads is None else text(f"draw_grade_{heads.grade}", lang)}
        )  # fmt: skip
    return DataTable(columns, found)


def competences_picture(
    system: CareSystem,
    lang: Language,
    as_of: date,
    kind: str | None = "specialty",
    group: str | None = None,
    *,
    every: bool = False,
) -> Picture:
    """Return the matrix of competences and hospitals: how many permits each competence carries there.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the words.
    as_of
        Date of today.
    kind
        ``specialty``, ``narrow_skill`` or ``profession``; all if None.
    group
        Only care areas of this cluster.
    every
        A column for each hospital with a permit; else those that are no university hospital are counted in one.

    Raises
    ------
    SettingError
        As `competences_data.carried_permits`.
    """
    names = names_in(system, lang)
    rows = carried_permits(system, as_of, kind, group)
    columns = columns_of(system, rows, as_of, every=every)
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Competence"]}
    which = text("draw_competences_all" if kind is None else f"draw_competences_{kind}", lang)
    if group is not None:
        which += f", {cluster_name(group, lang)}"
    grades = [n.criticality.grade for r in rows for n in r.requirements]
    shares = {g: grades.count(g) for g in ("reported", "derived", "assumed")}
    competences = list(dict.fromkeys(r.competence for r in rows))
    return Picture(
        lang=lang,
        title=text("draw_competences_title", lang, which=which, as_of=as_of.isoformat()),
        description=text(
            "draw_competences_alt", lang, competences=len(competences), hospitals=len(columns),
            most=", ".join(names[c] for c in competences[:3]),
        ),
        notes=[text("draw_competences_note", lang), text("draw_competences_grade", lang, **shares)],
        footer=footer_of(system, lang, as_of.isoformat()),
        chart=_chart(rows, columns, names, lang),
        table=_table(rows, names, kinds, lang),
        width=int(LABELS + CELL * (len(columns) + 1) + HEADINGS * 8),
    )  # fmt: skip
