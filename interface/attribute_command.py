"""The attribute command: which decisions stand for how much of what all of them did at a hospital."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from graph_schema import CareSystem, SettingError
from impact.model.start import default_start
from impact.questions.attribute import Attribution, AttributionSettings, attribute
from impact.questions.attribution_rows import (
    accumulated_rows,
    decision_rows,
    fit_object,
    gap_rows,
    interaction_rows,
    share_rows,
)
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.attribute_view import attribute_view
from interface.find_node import find_node
from interface.manifest import data_manifest, limits_of
from interface.progress import progress_bar
from interface.texts import Language

__all__ = ["KIND", "attribute_object", "register"]

RUNS = ".runs"  # ending of the file with the runs done so far, beside that of --out
SHARE_COLUMNS = (
    "hospital", "perspective", "measure", "unit", "year", "statistic", "reading", "decision", "historical",
    "historical_se", "shapley", "shapley_se", "last_in", "last_in_se", "that_concentrated",
    "that_concentrated_se", "where_it_went", "where_it_went_se", "uncertain",
)  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("attribute")(attribute_command)


def attribute_object(
    system: CareSystem, found: Attribution, settings: AttributionSettings, as_of: date, lang: Language
) -> dict[str, Any]:
    """Return the object that `attribute` prints as JSON.

    Parameters
    ----------
    system, found, settings, as_of
        Dataset, shares, how they were computed, date of today.
    lang
        Language of the limits.
    """
    start = default_start(system)
    manifest = {**data_manifest(system, as_of.isoformat()), "seed": settings.seed, "draws": settings.draws,
                "years": settings.years, "start": start}  # fmt: skip
    return {
        "manifest": manifest,
        "limits": limits_of("attribute", lang),
        "players": "clusters" if settings.clusters else "decisions",
        "method": "exact" if settings.exact else "orders",
        "decisions": decision_rows(found, system),
        "rows": share_rows(found),
        "interactions": interaction_rows(found),
        "pair_fit": fit_object(found),
        "accumulated": accumulated_rows(found, system),
        "last_in_gap": gap_rows(found),
    }


def _check_year(year: int | None, years: int) -> None:
    if year not in (None, 0, years):
        raise SettingError(f"--year {year}: shares are computed for year 0 and year {years}; choose one of them")


def _page(answer: Answer) -> RenderableType:
    shown, years = answer.shown, answer.content["manifest"]["years"]
    _check_year(shown["year"], years)
    year = years if shown["year"] is None else shown["year"]
    return attribute_view(
        answer.nodes, answer.content, answer.lang, year, detailed=shown["detailed"], show_all=shown["all"]
    )


KIND = AnswerKind("attribute", _page, lambda a: a.content["rows"], SHARE_COLUMNS)


def _hospitals(system: CareSystem, names: list[str] | None, *, show_all: bool) -> list[str]:
    if names:
        return [find_node(system, "Hospital", name) for name in names]
    everyone = [r for r in system.rows["Hospital"] if r.text("kind") != "unnamed"]
    return [r.key[0] for r in everyone if show_all or r.text("kind") == "university"]


def attribute_command(
    hospital: Annotated[
        list[str] | None,
        typer.Option(
            "--hospital",
            metavar="NAME",
            help="Only this hospital (id or part of the name); may be repeated. Default: the university hospitals.",
        ),
    ] = None,
    clusters: Annotated[
        bool, typer.Option("--clusters", help="The decisions of a cluster of areas share as one.")
    ] = False,
    exact: Annotated[
        bool,
        typer.Option(
            "--exact", help="Run every coalition instead of sampled orders; at most 12 decisions or clusters."
        ),
    ] = False,
    interactions: Annotated[
        bool, typer.Option("--interactions", help="Also what pairs among the six with the largest shares do together.")
    ] = False,
    test_pairs: Annotated[
        bool,
        typer.Option(
            "--test-pairs",
            help="With the pairs: how much of what sets of decisions do single decisions and pairs explain, tested on "
            "sets that were not used. Needs the extra explain.",
        ),
    ] = False,
    split: Annotated[
        bool,
        typer.Option(
            "--split/--no-split",
            help="Split each share into that it was concentrated and where it went, or save that third of the work.",
        ),
    ] = True,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = 100,
    years: opt.YearsOption = 10,
    year: Annotated[
        int | None, typer.Option("--year", help="Year shown in the tables: 0 or the last; default: the last.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE.json",
            help="Save the whole answer; while it is being computed the runs done so far are kept beside it.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on from the runs that an earlier try with the same --out has done.")
    ] = False,
    workers: opt.WorkersOption = None,
    show_all: Annotated[
        bool, typer.Option("--all", help="Every hospital, and in the tables every decision that has a share.")
    ] = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Share what all decisions did together between them: by date, by Shapley, and each taken away last.

    Each share has a standard error from the draws. It takes minutes: the bar shows the time left, and with --out it
    can be stopped and resumed.

    Examples: randzon attribute --hospital Umeå --out umea.json;  randzon attribute --clusters --interactions;
    randzon attribute --draws 300 --out all.json --resume
    """
    settings = AttributionSettings(
        seed=seed, draws=draws, years=years, clusters=clusters, exact=exact, pairs=interactions or test_pairs,
        test_pairs=test_pairs, split=split,
        workers=opt.default_workers() if workers is None else workers,
    )  # fmt: skip
    settings.check()
    opt.check_out(out)
    _check_year(year, years)
    if resume and out is None:
        raise SettingError("--resume: name the file of the first try with --out")
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    system = opt.read_system(dataset)
    today = day or date.fromisoformat(system.settings["as_of"])
    wanted = _hospitals(system, hospital, show_all=show_all)
    file = None if out is None else (out.with_name(out.name + RUNS), resume)
    with progress_bar("attribute") as move:
        found = attribute(system, today, wanted, settings, file, move)
    language = opt.language(lang)
    content = attribute_object(system, found, settings, today, language)
    give(KIND, content, system, (output, language), out, year=year, detailed=bool(hospital), all=show_all)
