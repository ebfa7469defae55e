"""The command that says which unknowns would change an opinion on a scenario."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from graph_schema import CareSystem, SettingError
from impact import Settings
from impact.questions.unknowns import ENOUGH, Asked, unknowns
from impact.questions.what_if import Progress
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.find_node import find_node
from interface.manifest import limits_of
from interface.progress import progress_bar
from interface.run_command import names_in
from interface.texts import Language, text
from interface.unknowns_view import question_text, unknowns_view
from scenarios import Scenario, course_of, scenario_hash

__all__ = ["KIND", "register", "unknowns_content"]

COLUMNS = ("objection_threshold", "quantity", "group", "kind", "nodes", "numbers", "evppi", "se", "null_evppi", "unit",
           "changes", "p_floor_lowest", "p_floor_highest", "first_order", "first_order_check", "first_order_check_se",
           "total_order", "total_order_se", "question_sv", "statement",
           "addressee", "assumption", "narrower")  # fmt: skip


class Counted(StrEnum):
    """Which broken floors count."""

    NEW = "new"
    DEEPER = "deeper"
    ALL = "all"


def _page(answer: Answer) -> RenderableType:
    return unknowns_view(answer.content, answer.title, answer.names, answer.lang, show_all=answer.shown["all"])


KIND = AnswerKind("unknowns", _page, lambda a: a.content["rows"], COLUMNS)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="unknowns")(unknowns_command)


def _thresholds(given: str) -> tuple[float, ...]:
    try:
        found = tuple(float(part) for part in given.split(",") if part.strip())
    except ValueError as error:
        raise SettingError(f"--threshold {given}: write probabilities with commas between, as 0.1,0.25,0.5") from error
    if not found:
        raise SettingError("--threshold: name at least one probability, as 0.25")
    return tuple(dict.fromkeys(found))


def _completed(rows: list[dict[str, Any]], system: CareSystem) -> list[dict[str, Any]]:
    """Rows with a question each, and the statement of the assumption that it is about."""
    names = names_in(system, "sv")
    statements = {r.key[0]: r.text("statement") for r in system.rows["assumptions"]}
    return [
        {**r, "question_sv": r["question_sv"] or question_text(r, names, "sv"),
         "statement": statements.get(r["assumption"]) or None}
        for r in rows
    ]  # fmt: skip


def unknowns_content(
    system: CareSystem, scenario: Scenario, asked: Asked, settings: Settings, lang: Language,
    day: date | None = None, changed: Mapping[str, Any] | None = None, progress: Progress | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Return the object of the command.

    Parameters
    ----------
    system
        A validated system, changed as `changed` says.
    scenario
        The scenario that the opinion is on.
    asked, settings
        As for `impact.questions.unknowns.unknowns`.
    lang
        Of the limits.
    day
        Date of today; the dataset's own if None.
    changed
        Id of a quantity to the value that was put in its place.
    progress
        Called with (blocks done, blocks in all).

    Raises
    ------
    ScenarioConflict, SettingError
        If the scenario cannot be applied or a setting is impossible.
    """
    course = course_of(scenario, system, day or date.fromisoformat(system.settings["as_of"]))
    found = dict(unknowns(system, course, asked, settings, progress))
    manifest = {**found.pop("manifest"), "scenario_hash": scenario_hash(scenario), "set": changed or {}}
    rows = _completed(found.pop("rows"), system)
    return {"manifest": manifest, "limits": limits_of("unknowns", lang), **found, "rows": rows}


def unknowns_command(
    scenario: Annotated[str, typer.Argument(help="Name from 'randzon scenarios', or a TOML file.")],
    hospitals: Annotated[
        list[str] | None,
        typer.Option(
            "--hospital",
            help="Look at this hospital's floors (may be repeated); default: the university "
            "hospitals with less than the median share of university care.",
        ),
    ] = None,
    threshold: Annotated[
        str, typer.Option("--threshold", help="Objection when a floor breaks with more than this probability.")
    ] = "0.1,0.25,0.5",
    counted: Annotated[
        Counted,
        typer.Option(
            "--floors",
            help="new: floors that break with the scenario and not without it; "
            "deeper: also those broken without it that it takes further down by more than the "
            "tolerance; all: every floor that is broken with it.",
        ),
    ] = Counted.NEW,
    total: Annotated[
        int,
        typer.Option(
            "--total-order",
            min=0,
            metavar="N",
            help="Also let SALib (extra: explain) compute the share of the effect's spread of the N most valuable "
            "questions: once more from the draws, and with interactions, by runs of their own.",
        ),
    ] = 0,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    start: opt.StartOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = ENOUGH,
    years: opt.YearsOption = 10,
    assignments: opt.SetOption = None,
    reading: opt.ReadingOption = opt.Reading.MAIN,
    workers: opt.WorkersOption = None,
    show_all: Annotated[bool, typer.Option("--all", help="Show every question that is told from chance.")] = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """List the questions whose answers could change the opinion on a scenario, and whom to ask.

    The opinion objects when a hard floor breaks within the years with more than the threshold's probability. A
    question is worth what an exact answer saves: missed broken floors and needless objections. Only questions that
    are told from chance are printed.

    Examples: randzon unknowns hocm;  randzon unknowns hocm --hospital Umeå --threshold 0.25 --format json
    """
    settings = Settings(
        seed=seed, draws=draws, years=years, start=start.value if start else None, reading=reading.value,
        workers=opt.default_workers() if workers is None else workers,
    )  # fmt: skip
    settings.check()
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    wanted = opt.find_scenario(scenario)
    system, changed = opt.with_settings(opt.read_system(dataset), assignments)
    asked = Asked(
        tuple(dict.fromkeys(find_node(system, "Hospital", h) for h in hospitals or ())),
        _thresholds(threshold), counted.value, total,
    )  # fmt: skip
    language = opt.language(lang)
    with progress_bar(scenario) as move:
        content = unknowns_content(system, wanted, asked, settings, language, day, changed, move)
    if draws < ENOUGH:
        typer.echo(text("unknowns_few", language, draws=draws, enough=ENOUGH), err=True)
    titles: dict[str, Any] = {"title_sv": wanted.title_sv, "title_en": wanted.title_en or wanted.title_sv}
    give(KIND, content, system, (output, language), all=show_all, **titles)
