"""The matrix hospital × care area: who stands how to what, and how many patients, in sections one can read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem
from interface.drawings.labels import wrapped
from interface.drawings.linked import HREF, href_of
from interface.drawings.matrix_data import GROUPS, Cell, MatrixRow, matrix_cells, matrix_columns, matrix_rows
from interface.drawings.palette import FAINT, INK, LINE, MUTED, UNITS
from interface.drawings.picture import Column, DataTable, Picture, footer_of
from interface.node_names import names_in
from interface.numbers import format_value
from interface.texts import Language, has_text, text

__all__ = ["cluster_name", "matrix_picture"]

LABELS = 400  # pixels left of the cells
CELL, ROW = 42, 16
HEADINGS = 4.8  # pixels of height for each sign of a column's heading
HEADING_SIGNS = 28
TOGETHER = 45  # rows that share one line of column headings
STYLES: Sequence[tuple[str, Any, int, Any, str]] = (
    ("section", "left", 13, "bold", INK),
    ("cluster", "left", 11, "bold", MUTED),
    ("area", "right", 11, "normal", INK),
)
Section = tuple[str, list[MatrixRow]]
LONGEST = 62  # signs of an area's name
SIGNS = {"holder": "●", "coming": "◐", "partner": "△", "refused": "✕", "provides": "", "before": "·"}


def cluster_name(cluster: str, lang: Language) -> str:
    """Return the name of a group of neighbouring areas; its id where there is no word for it."""
    key = f"draw_cluster_{cluster}"
    return text(key, lang) if has_text(key) else cluster.replace("_", " ")


def _shown(cell: Cell, mask: int, lang: Language) -> str:
    """What stands in a cell: patients, with a tilde where nobody reported them; else a sign."""
    if cell.is_masked:
        return f"<{mask}"
    if cell.patients is None:
        return SIGNS[cell.standing]
    decimals = 1 if 0 < cell.patients < 1 else 0
    return ("" if cell.grade == "reported" else "~") + format_value(cell.patients, decimals, lang)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST else name[: LONGEST - 1].rstrip() + "…"


def _lines(sections: Sequence[Section], names: Mapping[str, str], lang: Language) -> list[dict[str, Any]]:
    """The rows of some sections, with a heading before each section and each cluster, from above."""
    lines: list[dict[str, Any]] = []
    for group, rows in sections:
        words = text(f"draw_group_{group}", lang, count=len(rows))
        lines.append({"area": "", "words": words, "style": "section"})
        cluster: str | None = None
        for row in rows:
            if row.cluster != cluster:
                cluster = row.cluster
                lines.append({"area": "", "words": cluster_name(cluster, lang), "style": "cluster"})
            words = _short(names[row.area])
            if row.status not in ("decided", "in_process"):
                words += f" ({text(row.status, lang)})"
            lines.append({"area": row.area, "words": words, "style": "area", HREF: href_of(row.area)})
    return lines


def _block(
    sections: Sequence[Section], columns: Sequence[str], cells: Mapping[tuple[str, str], Cell],
    names: Mapping[str, str], mask: int, lang: Language, linked: bool,
) -> Any:  # fmt: skip
    """Sections under one line of column headings."""
    import altair as alt

    heads: list[dict[str, Any]] = [
        {"place": i, "lines": wrapped(names[h], HEADING_SIGNS), HREF: href_of(h)} for i, h in enumerate(columns)
    ]
    top = HEADINGS * max(len(line) for h in heads for line in h["lines"])
    lines = _lines(sections, names, lang)
    for i, line in enumerate(lines):
        line["y"] = top + ROW * i
    place = {line["area"]: line["y"] for line in lines if line["area"]}
    others = Counter(a for h, a in cells if a in place and h not in columns and cells[h, a].standing == "provides")
    if others:
        heads.append({"place": len(columns), "lines": [text("draw_matrix_others", lang)]})
    width, height = LABELS + CELL * len(heads), top + ROW * len(lines)
    drawn: list[dict[str, Any]] = []
    for (hospital, area), cell in cells.items():
        if area not in place or hospital not in columns:
            continue
        x, y = LABELS + CELL * columns.index(hospital), place[area]
        standing = text(f"draw_unit_{cell.standing}", lang)
        drawn.append(
            {"x": x, "x2": x + CELL - 2, "mx": x + CELL / 2 - 1, "y": y, "y2": y + ROW - 2, "my": y + ROW / 2 - 1,
             "standing": standing, "words": _shown(cell, mask, lang), "ink": UNITS[cell.standing][1],
             "tip": f"{names[hospital]}, {names[area]}: {standing}"}
        )  # fmt: skip
    more = [
        {"mx": LABELS + CELL * (len(columns) + 0.5) - 1, "my": place[a] + ROW / 2 - 1, "words": f"+{n}"}
        for a, n in others.items()
    ]
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, width], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[height, 0], nice=False))
    mx, my = x.copy(), y.copy()
    mx.shorthand, my.shorthand = "mx:Q", "my:Q"
    rules = [{"x": 0, "x2": width, "y": line["y"] + ROW - 1} for line in lines if line["style"] != "section"]
    kept = [s for s in UNITS if any(d["standing"] == text(f"draw_unit_{s}", lang) for d in drawn)]
    words = [{**w, "x": LABELS - 8 if w["style"] == "area" else 0, "y": w["y"] + ROW / 2 - 1} for w in lines]
    boxes = (
        alt.Chart(alt.Data(values=drawn))
        .mark_rect(stroke=LINE, strokeWidth=0.6)
        .encode(
            x=x, x2="x2:Q", y=y, y2="y2:Q", tooltip=alt.Tooltip("tip:N", title=text("draw_permit", lang)),
            fill=alt.Fill(
                "standing:N",
                scale=alt.Scale(
                    domain=[text(f"draw_unit_{s}", lang) for s in kept], range=[UNITS[s][0] for s in kept]
                ),
                legend=alt.Legend(title=None, orient="top", symbolType="square", symbolStrokeColor=LINE, columns=6),
            ),
        )
    )  # fmt: skip
    href: dict[str, Any] = {"href": f"{HREF}:N"} if linked else {}
    layers = [
        alt.Chart(alt.Data(values=rules)).mark_rule(color=FAINT).encode(x=x, x2="x2:Q", y=y),
        boxes,
        alt.Chart(alt.Data(values=drawn)).mark_text(fontSize=10).encode(
            x=mx, y=my, text="words:N", color=alt.Color("ink:N", scale=None)
        ),
        alt.Chart(alt.Data(values=more)).mark_text(fontSize=10, color=MUTED).encode(x=mx, y=my, text="words:N"),
        *(
            alt.Chart(alt.Data(values=[w for w in words if w["style"] == style]))
            .mark_text(align=align, baseline="middle", fontSize=size, fontWeight=weight, color=colour)
            .encode(**(href if style == "area" else {}), x=x, y=y, text="words:N")
            for style, align, size, weight, colour in STYLES
        ),
        alt.Chart(alt.Data(values=[{**h, "x": LABELS + CELL * (h["place"] + 0.4), "y": top - 8} for h in heads]))
        .mark_text(align="left", baseline="middle", angle=305, fontSize=11, lineHeight=12, color=INK)
        .encode(**href, x=x, y=y, text="lines:N"),
    ]  # fmt: skip
    return alt.layer(*layers).properties(width=width, height=height)


def _table(
    rows: Sequence[MatrixRow], cells: Mapping[tuple[str, str], Cell], order: Sequence[str], names: Mapping[str, str],
    mask: int, lang: Language,
) -> DataTable:  # fmt: skip
    columns = (
        Column("area", text("area", lang)),
        Column("status", text("status", lang)),
        Column("cluster", text("draw_cluster", lang)),
        Column("hospital", text("hospital", lang)),
        Column("standing", text("draw_permit", lang)),
        Column("patients", text("draw_patients", lang), text("patients/year", lang), 0),
        Column("year", text("year", lang)),
        Column("grade", text("grade", lang)),
        Column("note", text("note", lang)),
    )
    found: list[dict[str, Any]] = []
    for row in rows:
        mine = sorted((c for c in cells.values() if c.area == row.area), key=lambda c: order.index(c.hospital))
        base = {
            "area": names[row.area],
            "area_id": row.area,
            "status": text(row.status, lang),
            "cluster": cluster_name(row.cluster, lang),
        }
        found += [
            {**base, "hospital": names[c.hospital], "hospital_id": c.hospital,
             "standing": text(f"draw_unit_{c.standing}", lang), "patients": c.patients, "year": c.year,
             "grade": None if c.grade is None else text(f"draw_grade_{c.grade}", lang),
             "note": text("masked", lang, mask=mask) if c.is_masked else ""}
            for c in mine
        ] or [base]  # fmt: skip
    return DataTable(columns, found)


def matrix_picture(
    system: CareSystem,
    lang: Language,
    as_of: date,
    cluster: str | None = None,
    status: str | None = None,
    mask: int = 0,
    *,
    every: bool = False,
    linked: bool = False,
) -> Picture:
    """Return the matrix of hospitals and care areas.

    Parameters
    ----------
    system
        The dataset.
    lang
        Of the words.
    as_of
        Date of today.
    cluster, status
        Only areas of this group, with this standing.
    mask
        Reported numbers below it are withheld.
    every
        A column for each hospital; else those without permits that are no university hospital are counted in one.
    linked
        Whether the names of areas and hospitals link to their nodes, for a page.

    Raises
    ------
    SettingError
        If no area is left.
    """
    import altair as alt

    names = names_in(system, lang)
    rows = matrix_rows(system, names, as_of, cluster, status)
    cells = matrix_cells(system, as_of, mask)
    columns = matrix_columns(system, cells, rows, every=every)
    sections = [(g, found) for g in GROUPS if (found := [r for r in rows if r.group == g])]
    blocks = [sections] if len(rows) <= TOGETHER else [[s] for s in sections]
    parts = [_block(block, columns, cells, names, mask, lang, linked) for block in blocks]
    order = matrix_columns(system, cells, rows, every=True)
    mine = {pair: c for pair, c in cells.items() if c.area in {r.area for r in rows} and c.hospital in order}
    held = sum(c.standing in ("holder", "coming") for c in mine.values())
    which = cluster_name(cluster, lang) if cluster else text("draw_matrix_all", lang)
    return Picture(
        lang=lang,
        title=text("draw_matrix_title", lang, which=which, as_of=as_of.isoformat()),
        description=text("draw_matrix_alt", lang, areas=len(rows), hospitals=len(columns), held=held),
        notes=[text("draw_matrix_note", lang), text("draw_matrix_grade", lang)],
        footer=footer_of(system, lang, as_of.isoformat()),
        chart=alt.vconcat(*parts).resolve_scale(fill="independent", color="independent"),
        table=_table(rows, mine, order, names, mask, lang),
        width=LABELS + CELL * (len(columns) + 1),
    )
