"""The headroom command: how many more concentrations a hospital takes before it falls below a floor."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from graph_schema import CareSystem, canonical_hash
from impact.model.start import default_start
from impact.questions.floors import floors_of
from impact.questions.headroom import HeadroomSettings, headroom
from impact.version import code_version
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.find_node import find_node
from interface.headroom_view import floor_notes, headroom_view
from interface.kept_runs import kept_runs
from interface.manifest import data_manifest, limits_of
from interface.progress import progress_bar
from interface.texts import Language
from loaders import with_floors

__all__ = ["KIND", "AlphaOption", "FloorsOption", "headroom_manifest", "headroom_object", "register"]

FloorsOption = Annotated[
    Path | None,
    typer.Option("--floors", metavar="FILE.csv", help="A floor profile of your own, with the columns of floors.csv."),
]
AlphaOption = Annotated[
    float, typer.Option("--alpha", help="Largest probability of being below a floor that is put up with.")
]


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A hospital's row without its floors, with the decisions left at the strictest and the mildest floors."""
    nested = ("floors", "strict", "lenient")
    ends = {f"decisions_left_{k}": None if row[k] is None else row[k]["decisions_left"] for k in nested[1:]}
    return {**{k: v for k, v in row.items() if k not in nested}, **ends}


def _page(answer: Answer) -> RenderableType:
    return headroom_view(answer.nodes, answer.shown["floors"], answer.content, answer.lang)


KIND = AnswerKind("headroom", _page, lambda a: [_flat(row) for row in a.content["rows"]])


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("headroom")(headroom_command)


def headroom_manifest(
    system: CareSystem, settings: HeadroomSettings, as_of: date, changed: Mapping[str, float] | None = None
) -> dict[str, Any]:
    """Return of which data and run an answer is.

    Parameters
    ----------
    system, settings, as_of
        Dataset, how it is found, date of today.
    changed
        Quantities of the dataset that were fixed.
    """
    run = {"seed": settings.seed, "draws": settings.draws, "years": settings.years, "start": default_start(system)}
    manifest = {**data_manifest(system, as_of.isoformat()), "code_version": code_version()}
    return {**manifest, **run, "set": dict(changed or {})}


def headroom_object(found: Mapping[str, Any], manifest: Mapping[str, Any], lang: Language) -> dict[str, Any]:
    """Return the object that `headroom` prints as JSON.

    Parameters
    ----------
    found, manifest
        What was found, and of which data and run it is.
    lang
        Language of the limits.
    """
    return {"manifest": manifest, "limits": limits_of("headroom", lang), **found}


def headroom_command(
    hospital: Annotated[
        str | None, typer.Option("--hospital", help="Only this one (a name or a part); default: university hospitals.")
    ] = None,
    alpha: AlphaOption = 0.1,
    units: Annotated[
        int | None,
        typer.Option("--units", help="Units of every decision; default: as decided, else as proposed, else 2."),
    ] = None,
    floors: FloorsOption = None,
    search: Annotated[
        bool, typer.Option("--search/--no-search", help="Also look for the smallest set of decisions (takes longest).")
    ] = True,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = 200,
    years: opt.YearsOption = 10,
    assignments: opt.SetOption = None,
    workers: opt.WorkersOption = None,
    out: opt.AnswerOption = None,
    resume: opt.ResumeOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show how many more areas can be concentrated before a hospital falls below a hard floor.

    The areas under way are decided one after the other, in a random order that follows how far the process has come,
    with holders drawn by plausibility. Nothing is said of whether they ought to be.

    Examples: randzon headroom;  randzon headroom --hospital Umeå --alpha 0.25;  randzon headroom --floors mine.csv
    """
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    system, changed = opt.with_settings(opt.read_system(dataset), assignments)
    system = system if floors is None else with_floors(system, floors)
    settings = HeadroomSettings(
        alpha=alpha, units=units, seed=seed, draws=draws, years=years,
        workers=opt.default_workers() if workers is None else workers, search=search,
    )  # fmt: skip
    settings.check()
    today = day or date.fromisoformat(system.settings["as_of"])
    wanted = None if hospital is None else find_node(system, "Hospital", hospital)
    manifest = headroom_manifest(system, settings, today, changed)
    profile = canonical_hash({"floors": str(floors_of(system))})
    asked = {"alpha": alpha, "units": units, "hospital": wanted, "search": search, "floors": profile}
    with kept_runs("headroom", manifest, out, resume, asked) as table, progress_bar("headroom") as move:
        found = headroom(system, floors_of(system), today, wanted, settings, move, table)
    content = headroom_object(found, manifest, opt.language(lang))
    give(KIND, content, system, (output, opt.language(lang)), out, floors=floor_notes(system))
