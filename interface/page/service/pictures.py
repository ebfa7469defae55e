"""The drawings of `randzon draw` for the page: a picture to markup, its page and its table as files."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape

from graph_schema import CareSystem
from impact.questions.patient_flows import patient_flows
from interface.drawings.county_map import map_picture
from interface.drawings.effects import effects_picture
from interface.drawings.files import render, table_csv
from interface.drawings.matrix import cluster_name, matrix_picture
from interface.drawings.matrix_data import cluster_ids
from interface.drawings.picture import DataTable, Picture
from interface.drawings.pipeline import pipeline_picture
from interface.drawings.travel import travel_picture
from interface.page.service.markup import HtmlTable, TableColumn, table_markup
from interface.page.service.outcome import Outcome
from interface.page.service.question import today_of
from interface.texts import Language, text
from scenarios.holders import holders, permits

__all__ = [
    "Drawn",
    "data_table_markup",
    "drawn",
    "drawn_effects",
    "drawn_map",
    "drawn_matrix",
    "drawn_pipeline",
    "drawn_travel",
    "group_names",
]

FLOW_DRAWS = 50


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as the page shows it.

    Attributes
    ----------
    image
        Markup of the drawing, with its alternative text.
    table
        Markup of the table of what it shows.
    svg, csv
        The drawing and the table as files.
    """

    image: str
    table: str
    svg: bytes
    csv: bytes


def data_table_markup(table: DataTable, caption: str, lang: Language) -> str:
    """Return the table of a picture as markup; units stand in the headings."""
    columns = [
        TableColumn(c.key, f"{c.heading} ({c.unit})" if c.unit else c.heading, c.decimals is not None)
        for c in table.columns
    ]
    rows = [{c.key: table.cell(r, c, lang) for c in table.columns} for r in table.rows]
    return table_markup(HtmlTable(caption, columns, {"": rows}))


def drawn(picture: Picture) -> Drawn:
    """Return a picture as the page shows it.

    Parameters
    ----------
    picture
        Of `interface.drawings`.
    """
    svg = render(picture, ".svg")
    source = base64.b64encode(svg).decode("ascii")
    alternative = escape(f"{picture.title}. {picture.description}", quote=True)
    image = f'<div class="randzon"><img alt="{alternative}" src="data:image/svg+xml;base64,{source}"></div>'
    caption = text("draw_table_caption", picture.lang, count=len(picture.table.rows))
    return Drawn(image, data_table_markup(picture.table, caption, picture.lang), svg, table_csv(picture))


def drawn_map(system: CareSystem, area: str | None, lang: Language, *, flows: bool) -> Drawn:
    """Return the map of an area, or of all areas with a permit if None.

    Parameters
    ----------
    system
        The dataset.
    area
        Id of a care area.
    lang
        Of the words.
    flows
        Whether to draw the patients' ways, which takes some seconds.
    """
    today = today_of(system)
    every = [r.key[0] for r in system.rows["CareArea"]]
    areas = [a for a in every if permits(system, a, today)] if area is None else [area]
    providers = () if area is None else holders(system, area, today)
    ways = patient_flows(system, areas, today, 1, FLOW_DRAWS) if flows else []
    return drawn(map_picture(system, ways, areas, lang, today.isoformat(), providers))


def group_names(system: CareSystem, lang: Language) -> dict[str, str]:
    """Return group of care areas to name, by name."""
    found = {c: cluster_name(c, lang) for c in cluster_ids(system)}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def drawn_matrix(system: CareSystem, group: str | None, lang: Language) -> Drawn:
    """Return the matrix of hospitals and care areas, of one group of areas or of all if None."""
    return drawn(matrix_picture(system, lang, today_of(system), group))


def drawn_pipeline(system: CareSystem, lang: Language) -> Drawn:
    """Return the eight steps with the care areas at each."""
    return drawn(pipeline_picture(system, lang))


def drawn_effects(outcome: Outcome, system: CareSystem, lang: Language, year: int, *, show_all: bool) -> Drawn:
    """Return the effects of an answer with their intervals.

    Parameters
    ----------
    outcome
        The answer.
    system
        Names places where the answer carries no dataset.
    lang, year, show_all
        As for `interface.drawings.effects.effects_picture`.

    Raises
    ------
    SettingError
        If nothing changes visibly.
    """
    found = effects_picture(
        outcome.system or system, outcome.document["effects"], outcome.manifest, lang, outcome.title(lang), year,
        show_all=show_all,
    )  # fmt: skip
    return drawn(found)


def drawn_travel(outcome: Outcome, system: CareSystem, lang: Language, measure: str, year: int) -> Drawn:
    """Return the map of an answer's change in travel or transport by region.

    Parameters
    ----------
    outcome, system
        As for `drawn_effects`.
    lang, measure, year
        As for `interface.drawings.travel.travel_picture`.

    Raises
    ------
    SettingError
        If nothing changes visibly, or the dataset has no places on a map.
    """
    rows, manifest = outcome.document["effects"], outcome.manifest
    return drawn(travel_picture(outcome.system or system, rows, manifest, lang, outcome.title(lang), measure, year))
