"""Commands that answer questions: overview, run, scenarios, schema, term."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from graph_schema import SettingError, canonical_json
from impact import Settings
from impact.questions.overview import overview as overview_of
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.glossary import find_terms
from interface.manifest import data_manifest, limits_of
from interface.neo4j_inputs import inputs_of
from interface.noted_run import run_noted
from interface.output import print_csv, print_json, print_table
from interface.output_schemas import output_schema, schema_names
from interface.overview_view import overview_view
from interface.progress import progress_bar
from interface.run_command import give_run
from interface.texts import Language, text
from scenarios import Scenario, course_of, library, read_scenario, scenario_content, write_template

__all__ = ["OVERVIEW", "register"]


def register(app: typer.Typer) -> None:
    """Add the commands to the application."""
    for command in (overview, run, scenarios, schema, term):
        app.command()(command)


def _overview_page(answer: Answer) -> RenderableType:
    shown = answer.shown
    return overview_view(answer.nodes, answer.content, answer.lang, shown["mask"], with_log=shown["with_log"])


def _overview_rows(answer: Answer) -> list[dict[str, Any]]:
    return [{k: v for k, v in area.items() if not isinstance(v, list | dict)} for area in answer.content["areas"]]


OVERVIEW = AnswerKind("overview", _overview_page, _overview_rows)


def overview(
    since: Annotated[
        str | None,
        typer.Option("--since", metavar="YYYY-MM-DD", help="Show the case log too, its entries on or after this date."),
    ] = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    mask: opt.MaskOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show what is decided, under way and closed, who holds what, how many patients, and what hangs together.

    Example: randzon overview --since 2024-01-01 --mask 10
    """
    dates = opt.parse_dates({"--as-of": as_of, "--since": since})
    system = opt.read_system(dataset)
    found: dict[str, Any] = overview_of(system, dates["--as-of"], dates["--since"], mask)
    found = {"manifest": data_manifest(system, found["as_of"]), "limits": limits_of("overview", opt.language(lang)),
             **found}  # fmt: skip
    give(OVERVIEW, found, system, (output, opt.language(lang)), mask=mask or 0, with_log=since is not None)


def run(
    scenario: Annotated[str, typer.Argument(help="Name from 'randzon scenarios', or a TOML file.")],
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    start: opt.StartOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = 1000,
    years: opt.YearsOption = 10,
    year: opt.YearOption = None,
    out: opt.OutOption = None,
    assignments: opt.SetOption = None,
    reading: opt.ReadingOption = opt.Reading.MAIN,
    workers: opt.WorkersOption = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="neo4j[:HASH]",
            help="Take the system from Neo4j (see 'neo4j push') instead of "
            "files; SCENARIO may also be one that is stored there.",
        ),
    ] = None,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Run a what-if: effects on every hospital and region, with interval, cause and share from assumptions.

    The same draws are followed with the scenario and without it; an effect is the difference, with the mean and
    the interval that holds 90 % of the draws.

    Examples: randzon run hocm;  randzon run hocm --set route_share=0.95 --out hocm.nc;
    randzon run mine.toml --dataset mydata --draws 200 --format json
    """
    settings = Settings(
        seed=seed, draws=draws, years=years, start=start.value if start else None, reading=reading.value,
        workers=opt.default_workers() if workers is None else workers,
    )  # fmt: skip
    settings.check()
    opt.check_out(out)
    opt.check_year(year, years)
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    read, wanted, registers = inputs_of(scenario, dataset, source)
    system, changed = opt.with_settings(read, assignments)
    course = course_of(wanted, system, day or date.fromisoformat(system.settings["as_of"]))
    with progress_bar(scenario) as move:
        result = run_noted(system, wanted, course, registers, settings, move, changed)
    if out is not None:
        result.save(out)
    give_run(system, result, (output, opt.language(lang)), show_all, year)


def _explained(scenario: Scenario, lang: Language) -> dict[str, Any]:
    swedish = lang == "sv"
    content = json.loads(canonical_json(scenario_content(scenario)))
    return {
        "name": scenario.name,
        "title": scenario.title_sv if swedish else scenario.title_en or scenario.title_sv,
        "description": scenario.description_sv if swedish else scenario.description_en or scenario.description_sv,
        "decisions": content.get("decisions", []),
        "events": content.get("events", []),
    }


def _toml(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return json.dumps(value, ensure_ascii=False)


def _stated(part: dict[str, Any]) -> list[str]:
    """One decision or event as it stands in a scenario file."""
    shown = {k: v for k, v in part.items() if v is not None}
    return [f"{name} = {_toml(value)}" for name, value in shown.items()]


def scenarios(
    name: Annotated[
        str | None, typer.Argument(help="Explain this one (a name or a TOML file); 'new' writes a template.")
    ] = None,
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
    if file is not None:
        raise SettingError(f"scenarios {name} {file}: only 'randzon scenarios new FILE' takes a file")
    language = opt.language(lang)
    entries = [read_scenario(n) for n in library()] if name is None else [opt.find_scenario(name)]
    rows: list[dict[str, Any]] = [_explained(s, language) for s in entries]
    if output is opt.OutputFormat.JSON:
        print_json({"scenarios": rows})
    elif output is opt.OutputFormat.CSV:
        print_csv(rows)
    else:
        table = Table(show_edge=False, pad_edge=False)
        for column in ("name", "title", "description"):
            table.add_column(text(column, language), overflow="fold", no_wrap=column == "name")
        for row in rows:
            table.add_row(*(row[c].strip() for c in ("name", "title", "description")))
        parts = [p for row in rows for p in (*row["decisions"], *row["events"])] if name else []
        print_table(Group(table, *(Text("\n" + "\n".join(_stated(part))) for part in parts)))


def schema(
    name: Annotated[str, typer.Argument(help=f"One of: {', '.join(schema_names())}.")],
) -> None:
    """Print the JSON Schema of the dataset format, of scenario files, or of a command's JSON.

    Example: randzon schema run
    """
    typer.echo(json.dumps(output_schema(name), ensure_ascii=False, indent=2))


def term(
    word: Annotated[str, typer.Argument(help="A Swedish or English word, or a part of one.")],
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Explain a word of the field or of the model.

    Example: randzon term undanträngning
    """
    for entry in find_terms(word):
        explanation = entry["explanation_sv" if lang is opt.Lang.SV else "explanation_en"]
        typer.echo(f"{entry['sv']} / {entry['en']} ({entry['code']}): {explanation}")
