"""Commands that answer questions: overview, run, scenarios, show, schema, term."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from graph_schema import CareSystem, SettingError
from impact import Result, Settings, open_result, run_scenario
from impact.questions.overview import overview as overview_of
from interface import options as opt
from interface.glossary import find_terms
from interface.output import print_csv, print_json, print_table
from interface.output_schemas import output_schema
from interface.overview_view import overview_view
from interface.progress import progress_bar
from interface.run_command import run_object, run_view
from interface.texts import Language
from loaders import system_from_mapping
from scenarios import Scenario, course_of, library, read_scenario, write_template

__all__ = ["register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (overview, run, scenarios, show, schema, term):
        app.command()(command)


def _as_of(system: CareSystem, value: str | None) -> date:
    return opt.parse_date(value, "--as-of") or date.fromisoformat(system.settings["as_of"])


def overview(
    since: Annotated[str | None, typer.Option("--since", help="Only case log entries on or after this date.")] = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    mask: opt.MaskOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show what is decided, under way and closed, who holds what, and how many patients.

    Example: randzon overview --since 2024-01-01
    """
    system = opt.read_system(dataset)
    found = overview_of(system, opt.parse_date(as_of, "--as-of"), opt.parse_date(since, "--since"), mask)
    if output is opt.OutputFormat.JSON:
        print_json(found)
    elif output is opt.OutputFormat.CSV:
        print_csv([{k: v for k, v in area.items() if not isinstance(v, list | dict)} for area in found["areas"]])
    else:
        print_table(overview_view(system, found, opt.language(lang), with_log=since is not None))


def _brief(scenario: Scenario, lang: Language, course: Any) -> dict[str, Any]:
    title = scenario.title_sv if lang == "sv" else (scenario.title_en or scenario.title_sv)
    first = min((c.date for c in course.holder_changes), default=None)
    added = sorted({h for c in course.holder_changes for h in c.added})
    events = [*course.factor_changes, *course.closures]
    only_events = events and not course.holder_changes and not course.share_changes
    return {
        "name": scenario.name,
        "title": title,
        "date": first.isoformat() if first else None,
        "units": added,
        "year": max(min(e.date_from for e in events).year - course.as_of.year, 0) if only_events else None,
        "event_hospitals": sorted({e.hospital for e in events if e.hospital}),
    }


def _answer(
    system: CareSystem,
    result: Result,
    output: opt.OutputFormat,
    lang: Language,
    show_all: bool,
    year: int | None,
) -> None:
    scenario = result.notes["scenario"]
    content = run_object(system, result, scenario, lang)
    if output is opt.OutputFormat.JSON:
        print_json(content)
    elif output is opt.OutputFormat.CSV:
        print_csv(content["effects"])
    else:
        print_table(run_view(system, content, scenario["title"], lang, show_all, year or scenario.get("year")))


def run(
    scenario: Annotated[str, typer.Argument(help="Name from 'randzon scenarios', or a TOML file.")],
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    start: opt.StartOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = 1000,
    years: opt.YearsOption = 10,
    year: Annotated[int | None, typer.Option("--year", help="Year shown in the tables; default: the last.")] = None,
    out: opt.OutOption = None,
    assignments: opt.SetOption = None,
    reading: opt.ReadingOption = opt.Reading.MAIN,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Run a what-if: effects on every hospital and region, with interval, cause and share from assumptions.

    Examples: randzon run hocm;  randzon run hocm --set route_share=0.95 --out hocm.nc
    """
    system, changed = opt.with_settings(opt.read_system(dataset), assignments)
    wanted = read_scenario(scenario)
    course = course_of(wanted, system, _as_of(system, as_of))
    settings = Settings(
        seed=seed, draws=draws, years=years, start=start.value if start else None, reading=reading.value
    )
    if out is not None and not out.absolute().parent.is_dir():
        raise SettingError(f"--out {out}: the folder does not exist; make it first")
    with progress_bar(scenario) as move:
        result = run_scenario(system, wanted, course.as_of, settings, move)
    notes = {**result.notes, "scenario": _brief(wanted, opt.language(lang), course)}
    result = Result(result.data, {**result.manifest, "set": changed}, notes)
    if out is not None:
        result.save(out)
    _answer(system, result, output, opt.language(lang), show_all, year)


def show(
    file: Annotated[Path, typer.Argument(help="A file that 'run --out' wrote.")],
    year: Annotated[int | None, typer.Option("--year", help="Year shown in the tables; default: the last.")] = None,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show a saved result again; it carries its own system, so no dataset is needed.

    Example: randzon show hocm.nc --format json
    """
    result = open_result(file)
    system = system_from_mapping(result.notes["system"])
    _answer(system, result, output, opt.language(lang), show_all, year)


def scenarios(
    name: Annotated[str | None, typer.Argument(help="Explain this one; 'new' writes a template.")] = None,
    file: Annotated[Path | None, typer.Argument(help="With 'new': the file to write.")] = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """List the ready scenarios, explain one, or write a commented template.

    Examples: randzon scenarios;  randzon scenarios hocm;  randzon scenarios new mine.toml
    """
    if name == "new":
        if file is None:
            raise SettingError("scenarios new: name the file to write, e.g. 'randzon scenarios new mine.toml'")
        write_template(file)
        typer.echo(str(file))
        return
    swedish = lang is opt.Lang.SV
    entries = [read_scenario(n) for n in library()] if name is None else [read_scenario(name)]
    rows = [
        {"name": s.name, "title": s.title_sv if swedish else s.title_en,
         "description": s.description_sv if swedish else s.description_en}
        for s in entries
    ]  # fmt: skip
    if output is opt.OutputFormat.JSON:
        print_json({"scenarios": rows})
    elif output is opt.OutputFormat.CSV:
        print_csv(rows)
    else:
        table = Table(show_edge=False, pad_edge=False)
        for column in ("name", "title", "description"):
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*row.values())
        details = [Text(str(item)) for s in entries for item in (*s.decisions, *s.events)] if name else []
        print_table(Group(table, *details))


def schema(
    name: Annotated[str, typer.Argument(help="dataset, scenario, or a command: run, overview, data-check …")],
) -> None:
    """Print the JSON Schema of the dataset format, of scenario files, or of a command's JSON.

    Example: randzon schema run
    """
    typer.echo(json.dumps(output_schema(name), ensure_ascii=False, indent=2))


def term(
    word: Annotated[str, typer.Argument(help="A word, or a part of one.")],
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Explain a word of the field or of the model.

    Example: randzon term undanträngning
    """
    for entry in find_terms(word):
        explanation = entry["explanation_sv" if lang is opt.Lang.SV else "explanation_en"]
        typer.echo(f"{entry['sv']} / {entry['en']} ({entry['code']}): {explanation}")
