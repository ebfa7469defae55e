"""The repair command: small changes to a scenario that keep every hospital above its floor."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from graph_schema import canonical_hash
from impact.questions.floors import floors_of
from impact.questions.repair import RepairSettings, repair
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.find_node import find_node
from interface.headroom_command import AlphaOption, FloorsOption
from interface.kept_runs import kept_runs
from interface.manifest import data_manifest, limits_of
from interface.progress import progress_bar
from interface.repair_view import change_text, repair_view
from loaders import with_floors
from scenarios import course_of, scenario_hash

__all__ = ["KIND", "register"]

COLUMNS = ("alternative", "kind", "hospital", "area", "other", "amount", "text")


def _rows(answer: Answer) -> list[dict[str, Any]]:
    return [
        {"alternative": number, **change, "text": change_text(answer.nodes, change, answer.lang)}
        for number, alternative in enumerate(answer.content["alternatives"], start=1)
        for change in alternative["changes"]
    ]


KIND = AnswerKind("repair", lambda a: repair_view(a.nodes, a.content, a.lang), _rows, COLUMNS)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("repair")(repair_command)


def repair_command(
    scenario: Annotated[str, typer.Argument(help="Name from 'randzon scenarios', or a TOML file.")],
    hospital: Annotated[
        str | None, typer.Option("--hospital", help="Keep only this one (a name or a part); default: all.")
    ] = None,
    alpha: AlphaOption = 0.1,
    floors: FloorsOption = None,
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
    """Show small changes to a scenario that keep the hospitals it pushes below a hard floor above it.

    Tried are another permit, one or two more units, a softer form, posts with their caseload, and, where a floor of
    displacement breaks, beds and theatre hours. Each answer is verified by a full run.

    Examples: randzon repair hocm;  randzon repair hocm --hospital Göteborg --alpha 0.25
    """
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    language = opt.language(lang)
    settings = RepairSettings(
        alpha=alpha, seed=seed, draws=draws, years=years,
        workers=opt.default_workers() if workers is None else workers,
    )  # fmt: skip
    settings.check()
    wanted = opt.find_scenario(scenario)
    system, changed = opt.with_settings(opt.read_system(dataset), assignments)
    system = system if floors is None else with_floors(system, floors)
    today = day or date.fromisoformat(system.settings["as_of"])
    course_of(wanted, system, today)  # refuses a scenario that contradicts the dataset before any work
    only = None if hospital is None else find_node(system, "Hospital", hospital)
    manifest: dict[str, Any] = {
        **data_manifest(system, today.isoformat()), "scenario_hash": scenario_hash(wanted), "seed": seed,
        "draws": draws, "years": years, "set": changed,
    }  # fmt: skip
    asked = {"alpha": alpha, "hospital": only, "floors": canonical_hash({"floors": str(floors_of(system))})}
    with kept_runs("repair", manifest, out, resume, asked) as table, progress_bar(f"repair {scenario}") as move:
        found = repair(system, wanted, today, floors_of(system), only, settings, move, table)
    manifest["start"] = found.pop("start")
    titles = {"title_sv": wanted.title_sv or wanted.name, "title_en": wanted.title_en or wanted.title_sv or wanted.name}
    content: dict[str, Any] = {"manifest": manifest, "limits": limits_of("repair", language), **titles, **found}
    give(KIND, content, system, (output, language), out)
