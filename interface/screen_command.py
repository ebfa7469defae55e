"""The screen command: every area concentrated in turn, ranked by what it does to other patients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from impact.questions.screen import screen
from impact.questions.screen_runs import ScreenSettings
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.find_node import find_node
from interface.kept_runs import kept_runs
from interface.manifest import data_manifest, limits_of
from interface.progress import progress_bar
from interface.screen_view import screen_view

__all__ = ["KIND", "register"]

AreasArgument = Annotated[
    list[str] | None, typer.Argument(metavar="[AREA]…", help="Only these (an id or a name); default: all.")
]
UnitsOption = Annotated[
    int | None,
    typer.Option("--units", metavar="N", help="Units, 1 to 5. Default: as decided, else as proposed, else 2."),
]
DrawsOption = Annotated[int, typer.Option("--draws", help="States of knowledge drawn.")]
FLAT = ("area", "name_in_source", "units", "units_from", "as_of", "changes_nothing", "why_nothing", "score",
        "score_low", "score_high", "patients_moved", "per_patient_moved", "units_lost", "floors_broken", "p_top10",
        "triage", "hits_hardest", "own_care_gain", "recorded_rows", "p_unchanged")  # fmt: skip


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("screen")(screen_command)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    values = {p["perspective"]: p for p in row["perspectives"]}
    order = sorted(values)
    return {
        **{name: row[name] for name in FLAT},
        **{f"score_{part}": value for part, value in row["score_parts"].items()},
        **{p: values[p]["value"] for p in order},
        **{f"{p}_percentile": values[p]["percentile"] for p in order},
        **{f"{p}_why_unknown": values[p]["why_unknown"] for p in order},
    }


def _page(answer: Answer) -> RenderableType:
    return screen_view(answer.nodes, answer.content, answer.lang, show_all=answer.shown["all"])


KIND = AnswerKind("screen", _page, lambda a: [_flat(row) for row in a.content["areas"]])


def screen_command(
    areas: AreasArgument = None,
    units: UnitsOption = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: DrawsOption = 50,
    years: opt.YearsOption = 10,
    assignments: opt.SetOption = None,
    workers: opt.WorkersOption = None,
    out: opt.AnswerOption = None,
    resume: opt.ResumeOption = False,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Concentrate every care area in turn, holders unknown: which need a deep look, which can pass.

    The score of an area is the expected number of other patients a year who because of it are treated without full
    competence or displaced. Decided areas stand against the day before their decision.

    Examples: randzon screen;  randzon screen hocm cteph --units 1 --draws 200;  randzon screen --format csv
    """
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    system, changed = opt.with_settings(opt.read_system(dataset), assignments)
    chosen = [find_node(system, "CareArea", a) for a in areas or ()]
    settings = ScreenSettings(seed, draws, years, opt.default_workers() if workers is None else workers)
    ahead = {**data_manifest(system, None if day is None else day.isoformat()), "seed": seed, "draws": draws,
             "years": years}  # fmt: skip
    with kept_runs("screen", ahead, out, resume, {"areas": chosen, "units": units}) as table, \
            progress_bar("screen") as move:  # fmt: skip
        found = screen(system, chosen, units, day, settings, move, table)
    language = opt.language(lang)
    manifest = {**found["manifest"], "set": changed}
    content: dict[str, Any] = {**found, "manifest": manifest, "limits": limits_of("screen", language)}
    give(KIND, content, system, (output, language), out, all=show_all)
