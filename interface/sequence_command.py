"""The sequence command: decisions over the years, their order, their reversal, and the pace of the pipeline."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from impact import Settings
from impact.questions.sequence import orders_of, sequence
from interface import options as opt
from interface.answers import AnswerKind, give
from interface.find_node import find_node
from interface.manifest import limits_of
from interface.progress import progress_bar
from interface.sequence_view import sequence_view
from scenarios import scenario_hash

__all__ = ["KIND", "register"]


KIND = AnswerKind("sequence", lambda a: sequence_view(a.nodes, a.title, a.content, a.lang), lambda a: a.content["rows"])


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("sequence")(sequence_command)


def sequence_command(
    scenario: Annotated[str, typer.Argument(help="Name from 'randzon scenarios' or a TOML file: dated decisions.")],
    reverse_after: Annotated[
        int | None, typer.Option("--reverse-after", min=1, help="Years after the last decision at which all is undone.")
    ] = None,
    passive: Annotated[str | None, typer.Option("--passive", help="A hospital that applies for nothing.")] = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: Annotated[int, typer.Option("--draws", help="States of knowledge drawn.")] = 200,
    years: Annotated[int, typer.Option("--years", help="Years simulated after the as-of year.")] = 20,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Compare the same decisions in other orders: as given, in reverse, all at once; undone; with a passive hospital.

    All orders run on the same draws and with the same drawn holders, so that what differs is the order alone.

    Examples: randzon sequence framtid_tre_storsta;  randzon sequence mine.toml --reverse-after 5 --passive Umeå
    """
    settings = Settings(seed=seed, draws=draws, years=years, workers=opt.default_workers())
    settings.check()
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    system, language = opt.read_system(dataset), opt.language(lang)
    today = day or date.fromisoformat(system.settings["as_of"])
    wanted = opt.find_scenario(scenario)
    hospital = None if passive is None else find_node(system, "Hospital", passive)
    orders = orders_of(wanted, system, today, reverse_after, hospital)
    with progress_bar(scenario) as move:
        found = sequence(system, orders, today, settings, move)
    found["manifest"] = {**found["manifest"], "scenario_hash": scenario_hash(wanted)}
    content: dict[str, Any] = {**found, "limits": limits_of("sequence", language)}
    titles: dict[str, Any] = {"title_sv": wanted.title_sv, "title_en": wanted.title_en or wanted.title_sv}
    give(KIND, content, system, (output, language), **titles)
