"""The drawings of `randzon draw` for the page: a picture to markup, its page and its table as files."""

from __future__ import annotations

import base64
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from graph_schema import CareSystem
from impact.questions.as_of import SystemAt
from impact.questions.patient_flows import patient_flows
from interface.drawings.county_map import map_picture
from interface.drawings.effects import effects_picture
from interface.drawings.files import render, table_csv
from interface.drawings.linked import href_of, with_links, without_links
from interface.drawings.matrix import cluster_name, matrix_picture
from interface.drawings.matrix_data import cluster_ids
from interface.drawings.picture import DataTable, Picture
from interface.drawings.pipeline import pipeline_picture
from interface.drawings.travel import travel_picture
from interface.masking import is_masked
from interface.node_names import names_in
from interface.page.service.markup import HtmlTable, Linked, TableColumn, table_markup
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
LEAST_SIZE = 0.85  # of a picture's own width: smaller words cannot be read, so it scrolls sideways


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
    linked
        Markup of the same drawing with links to the nodes that it names; empty where it has none.
    """

    image: str
    table: str
    svg: bytes
    csv: bytes
    linked: str = ""


def _cell(row: Mapping[str, object], key: str, shown: str) -> str:
    node = row.get(f"{key}_id")
    return Linked(shown, href_of(node)) if isinstance(node, str) else shown


def data_table_markup(table: DataTable, caption: str, lang: Language, *, linked: bool = False) -> str:
    """Return the table of a picture as markup; units stand in the headings.

    Parameters
    ----------
    table, lang
        Of the picture.
    caption
        What the table shows.
    linked
        Whether names of nodes link to them, where the table holds their ids.
    """
    columns = [
        TableColumn(c.key, f"{c.heading} ({c.unit})" if c.unit else c.heading, c.decimals is not None)
        for c in table.columns
    ]
    told = [{c.key: table.cell(r, c, lang) for c in table.columns} for r in table.rows]
    rows = [
        {key: _cell(row, key, shown) if linked else shown for key, shown in cells.items()}
        for row, cells in zip(table.rows, told, strict=True)
    ]
    return table_markup(HtmlTable(caption, columns, {"": rows}))


def _linked(svg: str, picture: Picture, names: Mapping[str, str]) -> str:
    """The drawing as a group of links: within an image nothing could be reached."""
    safe = {node: escape(name) for node, name in names.items()}
    found = with_links(svg, safe, lambda name: text("page_open_card", picture.lang, name=name))
    label = escape(f"{picture.title}. {picture.description}", quote=True)
    style = f"max-width:{picture.width}px;min-width:{LEAST_SIZE * picture.width:.0f}px;width:100%;height:auto"
    grouped = found.replace(' role="img"', f' role="group" aria-label="{label}" style="{style}"', 1)
    return f'<div class="randzon">{grouped}</div>'


def drawn(picture: Picture, names: Mapping[str, str] | None = None) -> Drawn:
    """Return a picture as the page shows it.

    Parameters
    ----------
    picture
        Of `interface.drawings`.
    names
        Of the nodes that its marks link to; None where they link to none.
    """
    made = render(picture, ".svg").decode("utf-8")
    svg = made.encode("utf-8") if names is None else without_links(made).encode("utf-8")
    source = base64.b64encode(svg).decode("ascii")
    alternative = escape(f"{picture.title}. {picture.description}", quote=True)
    image = f'<div class="randzon"><img alt="{alternative}" src="data:image/svg+xml;base64,{source}"></div>'
    caption = text("draw_table_caption", picture.lang, count=len(picture.table.rows))
    table = data_table_markup(picture.table, caption, picture.lang, linked=names is not None)
    linked = "" if names is None else _linked(made, picture, names)
    return Drawn(image, table, svg, table_csv(picture), linked)


def _few(system: CareSystem, area: str, today: date, mask: int) -> Collection[str]:
    """Hospitals whose last reported number of patients of an area is hidden: the flows to them would add up to it."""
    known = SystemAt(system, today.isoformat(), is_present=True).patients.get(area, {})
    last = {h: max(y for hospital, y in known if hospital == h) for h, _ in known}
    return {h for h, year in last.items() if is_masked(known[h, year][0], mask)}


def drawn_map(system: CareSystem, area: str | None, lang: Language, *, flows: bool, mask: int = 0) -> Drawn:
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
    mask
        The ways to a hospital that reported fewer patients of the area are left out.
    """
    today = today_of(system)
    every = [r.key[0] for r in system.rows["CareArea"]]
    areas = [a for a in every if permits(system, a, today)] if area is None else [area]
    providers = () if area is None else holders(system, area, today)
    ways = patient_flows(system, areas, today, 1, FLOW_DRAWS) if flows else []
    few = set[str]() if area is None else set(_few(system, area, today, mask))
    shown = [w for w in ways if w["hospital"] not in few]
    picture = map_picture(system, shown, areas, lang, today.isoformat(), providers, linked=True)
    return drawn(picture, names_in(system, lang))


def group_names(system: CareSystem, lang: Language) -> dict[str, str]:
    """Return group of care areas to name, by name."""
    found = {c: cluster_name(c, lang) for c in cluster_ids(system)}
    return dict(sorted(found.items(), key=lambda item: item[1].casefold()))


def drawn_matrix(system: CareSystem, group: str | None, lang: Language, mask: int = 0) -> Drawn:
    """Return the matrix of hospitals and care areas, of one group of areas or of all if None.

    Parameters
    ----------
    system, lang
        The dataset, and of the words.
    group
        Of areas.
    mask
        Reported numbers below it are withheld.
    """
    return drawn(matrix_picture(system, lang, today_of(system), group, mask=mask, linked=True), names_in(system, lang))


def drawn_pipeline(system: CareSystem, lang: Language) -> Drawn:
    """Return the eight steps with the care areas at each."""
    return drawn(pipeline_picture(system, lang, linked=True), names_in(system, lang))


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
