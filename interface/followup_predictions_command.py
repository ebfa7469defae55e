"""Keeping a prediction (followup register) and putting it beside what was reported (followup confront)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_schema import CareSystem, StoreError, canonical_hash
from impact import Result, open_result
from impact.followup import confront, predict_patients
from impact.followup.predict import check_against, manifest_of
from impact.questions.what_if import Settings
from impact.version import code_version
from interface import options as opt
from interface.answers import AnswerKind, give
from interface.confront_view import confront_view
from interface.find_node import find_node
from interface.followup_concealed import concealed_confront, hidden_units
from interface.followup_store import ByOption, StoreOption, now, open_store, store_content, who
from interface.manifest import data_manifest, limits_of
from interface.progress import progress_bar
from loaders import system_from_mapping
from loaders.followup import standing_rows
from scenarios import Course, Scenario, course_of, scenario_hash
from scenarios.stored import scenario_from_content

__all__ = ["KIND", "register"]

STORED = "predictions"
SAVED = ".nc"
ROW_COLUMNS = ("prediction", "area", "hospital", "year", "mean", "low", "high", "p_patients", "reported", "origin",
               "inside", "kind", "decided", "unit", "masked")  # fmt: skip


KIND = AnswerKind(
    "followup confront",
    lambda a: confront_view(a.names, a.content, a.lang, a.shown["every"]),
    lambda a: list(a.content["rows"]),
    ROW_COLUMNS,
    limits="confront",
)


def register(app: typer.Typer) -> None:
    """Add the commands to the follow-up."""
    app.command("register")(register_command)
    app.command("confront")(confront_command)


def _from_result(path: Path) -> tuple[CareSystem, Scenario, Course, Settings, Result]:
    """System, scenario and settings that a saved run carries."""
    result = open_result(path)
    if not {"system", "scenario_content"} <= result.notes.keys():
        raise StoreError(f"{path} carries no system and scenario: give a file that 'randzon run … --out' wrote")
    manifest = result.manifest
    system = system_from_mapping(result.notes["system"])
    scenario = scenario_from_content(result.notes["scenario_content"])
    settings = Settings(
        seed=manifest["seed"], draws=manifest["draws"], years=manifest["years"], start=manifest["start"],
        reading=manifest["reading"],
    )  # fmt: skip
    as_of = date.fromisoformat(manifest["dataset"]["as_of"])
    return system, scenario, course_of(scenario, system, as_of), settings, result


def register_command(
    source: Annotated[
        str | None,
        typer.Argument(metavar="RESULT|SCENARIO", help="A saved run (.nc), a scenario; default: today's permits."),
    ] = None,
    area: Annotated[str | None, typer.Option("--area", help="Only this area; default: every decided area.")] = None,
    by: ByOption = None,
    store: StoreOption = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = 200,
    years: opt.YearsOption = 10,
) -> None:
    """Keep what a run predicts that hospitals will report in decided areas, with hash, date and name.

    Kept are the patients a year of every hospital, with a 90 % interval that holds chance too. A saved run is kept with
    its own dataset, draws and date (the options after --store are not read); others are run. What is kept is never
    changed, and 'followup confront' puts it beside the reports.

    Examples: randzon followup register --by 'Anna Berg';  randzon followup register hocm;
    randzon followup register hocm.nc
    """
    kept, name = open_store(store), who(by)
    result: Result | None = None
    scenario: Scenario | None = None
    if source is not None and Path(source).suffix == SAVED:
        system, scenario, course, settings, result = _from_result(Path(source))
    else:
        system = opt.read_system(dataset)
        day = opt.parse_dates({"--as-of": as_of})["--as-of"] or date.fromisoformat(system.settings["as_of"])
        scenario = None if source is None else opt.find_scenario(source)
        course = Course(day) if scenario is None else course_of(scenario, system, day)
        settings = Settings(seed=seed, draws=draws, years=years)
    wanted = None if area is None else find_node(system, "CareArea", area)
    with progress_bar("followup register") as move:
        move(0, 1)
        found = predict_patients(system, course, settings)
        move(1, 1)
    if result is not None:
        check_against(result, found["rows"], source)
    rows = [r for r in found["rows"] if wanted in (None, r["area"])]
    manifest = {
        **manifest_of(system, course, settings),
        "scenario_hash": None if scenario is None else scenario_hash(scenario),
    }
    content: dict[str, Any] = {
        "name": "today" if scenario is None else scenario.name, "manifest": manifest, "rows": rows,
        "stands_for": found["stands_for"],
    }  # fmt: skip
    digest = canonical_hash(content)
    known = next((v for v in kept.versions(STORED) if v.about.get("content_hash") == digest), None)
    if known is not None:
        typer.echo(
            f"nothing stored; the same prediction is kept already (number {known.number}, {known.day}, {known.by})"
        )
        return
    about = {"content_hash": digest, "code_version": code_version(), "source": source or ""}
    version = kept.append(STORED, content, name, now(), about)
    areas = len({r["area"] for r in rows})
    typer.echo(f"prediction {version.number} in {kept.folder}: {len(rows)} numbers of {areas} areas  {version.hash}")


def confront_command(
    area: Annotated[str | None, typer.Option("--area", help="Only this area (a name or a part).")] = None,
    hospital: Annotated[str | None, typer.Option("--hospital", help="Only this hospital (a name or a part).")] = None,
    mask: Annotated[int, typer.Option("--mask", metavar="N", min=0, help="Hide reported numbers below N.")] = 0,
    every: Annotated[bool, typer.Option("--all", help="Show every compared number, also inside the interval.")] = False,
    store: StoreOption = None,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Put kept predictions beside what was reported: inside the interval or not, and the tally.

    A prediction made after the year began is marked as a back-cast, one made after the area was decided as such, and a
    number that the dataset already held as an input.

    Examples: randzon followup confront;  randzon followup confront --area plexus --all
    """
    system, kept, language = opt.read_system(dataset), open_store(store, must_exist=True), opt.language(lang)
    versions, standing = kept.versions(STORED), list(standing_rows(kept).values())
    found = confront(
        system, versions, standing,
        None if area is None else find_node(system, "CareArea", area),
        None if hospital is None else find_node(system, "Hospital", hospital), mask,
    )  # fmt: skip
    content: dict[str, Any] = {
        "manifest": data_manifest(system), "limits": limits_of("confront", language),
        "store": store_content(kept, STORED), "mask": mask,
        **concealed_confront(found, hidden_units(system, versions, standing, mask)),
    }  # fmt: skip
    give(KIND, content, system, (output, language), every=every)
