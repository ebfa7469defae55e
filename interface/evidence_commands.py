"""Commands on the evidence: cards, balance and hindcast, what documents leave open, claims, assumptions."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.console import RenderableType

from impact import Settings
from impact.questions.cards import area_card, hospital_card
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.card_view import area_page, hospital_page, source_page
from interface.evidence_contents import (
    assumptions_content,
    balance_content,
    carried,
    claims_content,
    gaps_content,
    source_content,
)
from interface.evidence_view import assumptions_view, balance_view, claims_view, gaps_view
from interface.find_node import find_node
from interface.progress import progress_bar
from interface.registers import registers_of

__all__ = [
    "ASSUMPTIONS",
    "BALANCE",
    "CLAIMS",
    "GAPS",
    "KINDS",
    "SOURCE",
    "register",
]

DrawsOption = Annotated[int, typer.Option("--draws", help="States of knowledge drawn.")]
NameArgument = Annotated[str, typer.Argument(help="An id, a name or a part of it; spelling need not be exact.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the group of data commands."""
    for name, command in (
        ("area", area), ("hospital", hospital), ("source", source), ("gaps", gaps), ("balance", balance_command),
        ("claims", claims), ("assumptions", assumptions),
    ):  # fmt: skip
        app.command(name)(command)


def _gap_rows(answer: Answer) -> list[dict[str, Any]]:
    return [
        {"heading": r["heading"], "answered": r["answered"], "firm": r["firm"], "statements": len(r["statements"])}
        for r in answer.content["rows"]
    ]


def _balance_page(answer: Answer) -> RenderableType:
    return balance_view(answer.nodes, answer.content, answer.lang, show_all=answer.shown["all"])


def _assumptions_page(answer: Answer) -> RenderableType:
    rows = answer.content["rows"]
    return assumptions_view(rows[: answer.shown["most"]], len(rows), answer.lang)


AREA = AnswerKind(
    "data area", lambda a: area_page(a.content["area"], a.lang), lambda a: a.content["area"]["requires"],
    limits="data_card",
)  # fmt: skip
HOSPITAL = AnswerKind(
    "data hospital", lambda a: hospital_page(a.content["hospital"], a.lang), lambda a: a.content["hospital"]["staff"],
    limits="data_card",
)  # fmt: skip
SOURCE = AnswerKind(
    "data source", lambda a: source_page(a.content["source"], a.lang), lambda a: a.content["source"]["numbers"],
    limits="data_card",
)  # fmt: skip
GAPS = AnswerKind("data gaps", lambda a: gaps_view(a.content, a.lang), _gap_rows)
BALANCE = AnswerKind("data balance", _balance_page, lambda a: a.content["rows"])
CLAIMS = AnswerKind(
    "data claims", lambda a: claims_view(a.nodes, a.content["rows"], a.lang), lambda a: a.content["rows"]
)
ASSUMPTIONS = AnswerKind("data assumptions", _assumptions_page, lambda a: a.content["rows"])
KINDS = (AREA, HOSPITAL, SOURCE, GAPS, BALANCE, CLAIMS, ASSUMPTIONS)


def area(
    name: NameArgument,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show all that is known of a care area, each number with range, grade and source, and what is missing.

    Examples: randzon data area hocm;  randzon data area esofagus --format json
    """
    system, language = opt.read_system(dataset), opt.language(lang)
    card = area_card(system, find_node(system, "CareArea", name), registers_of(dataset))
    content = {**carried("data_card", system, language), "area": card}
    give(AREA, content, system, (output, language))


def hospital(
    name: NameArgument,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show all that is known of a hospital: areas, functions, resources, staff, deviations, and what is missing.

    Example: randzon data hospital Umeå
    """
    system, language = opt.read_system(dataset), opt.language(lang)
    card = hospital_card(system, find_node(system, "Hospital", name), registers_of(dataset))
    content = {**carried("data_card", system, language), "hospital": card}
    give(HOSPITAL, content, system, (output, language))


def source(
    identifier: Annotated[str, typer.Argument(metavar="ID", help="Id of a source or assumption ('data sources').")],
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show everything that rests on a source or an assumption: numbers, rows, statements, claims.

    Example: randzon data source rfr11_b3
    """
    system, language = opt.read_system(dataset), opt.language(lang)
    content = source_content(system, registers_of(dataset), identifier, language)
    give(SOURCE, content, system, (output, language))


def gaps(
    name: NameArgument,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """List which questions the documents answer for an area, where, and which they leave open.

    Example: randzon data gaps hocm
    """
    system, language = opt.read_system(dataset), opt.language(lang)
    content = gaps_content(system, registers_of(dataset), find_node(system, "CareArea", name), language)
    give(GAPS, content, system, (output, language))


def balance_command(
    name: Annotated[str | None, typer.Option("--hospital", help="Only this hospital.")] = None,
    show_all: Annotated[bool, typer.Option("--all", help="Also the rows without a remark.")] = False,
    seed: opt.SeedOption = 1,
    draws: DrawsOption = 200,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Compare supply with need today, for each hospital's competences and resources; then what is known to run.

    The second part is the hindcast: functions, areas and competences that are known to run today, against the
    probability that the model, which follows all decisions since the start of history, has them below one half.

    Example: randzon data balance --hospital Umeå --all
    """
    Settings(seed=seed, draws=draws).check()
    system, language = opt.read_system(dataset), opt.language(lang)
    wanted = None if name is None else find_node(system, "Hospital", name)
    with progress_bar("balance") as move:
        content = balance_content(system, registers_of(dataset), wanted, (seed, draws), language, move)
    give(BALANCE, content, system, (output, language), all=show_all)


def claims(
    area_name: Annotated[str | None, typer.Option("--area", help="Only claims on this area.")] = None,
    hospital_name: Annotated[str | None, typer.Option("--hospital", help="Only claims on this hospital.")] = None,
    seed: opt.SeedOption = 1,
    draws: DrawsOption = 200,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """List claims and feared risks of the documents, each beside our estimate where there is one.

    Example: randzon data claims --hospital Örebro
    """
    Settings(seed=seed, draws=draws).check()
    system, language = opt.read_system(dataset), opt.language(lang)
    wanted = {
        "area": None if area_name is None else find_node(system, "CareArea", area_name),
        "hospital": None if hospital_name is None else find_node(system, "Hospital", hospital_name),
    }
    content = claims_content(system, registers_of(dataset), wanted, (seed, draws), language)
    give(CLAIMS, content, system, (output, language))


def assumptions(
    scenario: Annotated[str, typer.Option("--scenario", help="The what-if whose answers are read.")] = "hocm",
    most: Annotated[int, typer.Option("--most", min=1, help="How many to show.")] = 20,
    seed: opt.SeedOption = 1,
    draws: DrawsOption = 1000,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show the register of assumptions: how well founded, how much each moves the answers, and what to ask.

    Influence is the share of the variance of the answers at the university hospitals that the quantities resting on
    the assumption explain alone, for the accumulated effect of all decisions and for a what-if.

    Example: randzon data assumptions --most 40
    """
    Settings(seed=seed, draws=draws).check()
    system, language = opt.read_system(dataset), opt.language(lang)
    with progress_bar(scenario) as move:
        content = assumptions_content(system, scenario, (seed, draws), language, move)
    give(ASSUMPTIONS, content, system, (output, language), most=most)
