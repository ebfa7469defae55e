"""The pictures of the follow-up: what units of an area reported over the years, and all units of a year in a funnel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_schema import CareSystem
from impact.followup import follow_up
from interface import options as opt
from interface.drawings.funnel import funnel_picture
from interface.drawings.picture import Picture
from interface.drawings.reported import reported_picture
from interface.find_node import find_node
from interface.followup_concealed import concealed_follow_up
from interface.followup_store import StoreOption, open_store
from loaders.followup import standing_rows

__all__ = ["register"]

OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="File to write: .html, .svg, .png or .pdf.")]
TableOption = Annotated[Path | None, typer.Option("--table", metavar="FILE.csv", help="Where the table goes.")]
MaskOption = Annotated[
    int, typer.Option("--mask", metavar="N", min=0, help="Hide patient numbers below N, and what gives them away.")
]


def _rows(system: CareSystem, store: Path | None, mask: int) -> list[dict[str, Any]]:
    kept = open_store(store, must_exist=True)
    return concealed_follow_up(follow_up(system, list(standing_rows(kept).values()), mask=mask))["rows"]


def register(
    app: typer.Typer, check: Callable[[Path, Path | None], None], write: Callable[[Picture, Path, Path | None], None]
) -> None:
    """Add the commands to the drawings.

    Parameters
    ----------
    app
        The drawings.
    check, write
        Of files: before the work, and after it.
    """

    def reported_command(
        area: Annotated[str, typer.Option("--area", metavar="NAME", help="A care area, by name or a part of it.")],
        out: OutOption,
        mask: MaskOption = 0,
        table: TableOption = None,
        store: StoreOption = None,
        dataset: opt.DatasetOption = None,
        lang: opt.LangOption = opt.Lang.SV,
    ) -> None:
        """Draw what the units of a care area reported each year, with the range in which it was expected.

        Example: randzon draw reported --area brännskador --out burns.html
        """
        check(out, table)
        system = opt.read_system(dataset)
        chosen = find_node(system, "CareArea", area)
        picture = reported_picture(system, _rows(system, store, mask), chosen, opt.language(lang), mask=mask)
        write(picture, out, table)

    def funnel_command(
        out: OutOption,
        area: Annotated[
            str | None, typer.Option("--area", metavar="NAME", help="Name the units of this care area.")
        ] = None,
        year: Annotated[int | None, typer.Option("--year", help="Calendar year; default: each unit's latest.")] = None,
        mask: MaskOption = 0,
        table: TableOption = None,
        store: StoreOption = None,
        dataset: opt.DatasetOption = None,
        lang: opt.LangOption = opt.Lang.SV,
    ) -> None:
        """Draw reported as a share of expected for all units, each with its limits, by how many were expected.

        Example: randzon draw funnel --area plexus --out funnel.svg
        """
        check(out, table)
        system = opt.read_system(dataset)
        chosen = None if area is None else find_node(system, "CareArea", area)
        picture = funnel_picture(system, _rows(system, store, mask), opt.language(lang), chosen, year, mask)
        write(picture, out, table)

    app.command("reported")(reported_command)
    app.command("funnel")(funnel_command)
