"""Commands on the evidence: cards, balance and hindcast, what documents leave open, claims, assumptions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

import numpy as np
import typer
from rich.console import RenderableType

from graph_schema import CareSystem
from impact import Settings, load_measures, what_if
from impact.questions.accumulated_today import accumulated_today
from impact.questions.balance import balance
from impact.questions.card_parts import Registers
from impact.questions.cards import area_card, hospital_card, source_card
from impact.questions.claims import claims_beside_estimates
from impact.questions.gaps import gaps_of
from impact.questions.hindcast import hindcast, hindcast_summary
from impact.questions.influence import assumption_rows
from impact.questions.what_if import Progress
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.card_view import area_page, hospital_page, source_page
from interface.evidence_view import assumptions_view, balance_view, claims_view, gaps_view
from interface.find_node import find_node
from interface.manifest import data_manifest, limits_of
from interface.progress import progress_bar
from interface.registers import registers_of
from interface.texts import Language
from scenarios import course_of

__all__ = [
    "ASSUMPTIONS",
    "BALANCE",
    "CLAIMS",
    "GAPS",
    "KINDS",
    "SOURCE",
    "assumptions_content",
    "balance_content",
    "claims_content",
    "gaps_content",
    "register",
    "source_content",
]

DrawsOption = Annotated[int, typer.Option("--draws", help="States of knowledge drawn.")]
NameArgument = Annotated[str, typer.Argument(help="An id, a name or a part of it; spelling need not be exact.")]
READ = ("patients_without_full_competence", "patients_relying", "competences_lost", "posts_not_sustained",
        "research_caseload", "patients_displaced")  # fmt: skip


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


def _carried(answer: str, system: CareSystem, lang: Language, **run: int) -> dict[str, Any]:
    return {"manifest": {**data_manifest(system), **run}, "limits": limits_of(answer, lang)}


def _answers(
    system: CareSystem, scenario: str, seed: int, draws: int, move: Progress
) -> tuple[Any, Any, Any, list[str]]:
    """Return the quantities, their draws and the answers read of two questions: what was done, what if."""
    found = accumulated_today(system, seed, draws)
    course = course_of(opt.find_scenario(scenario), system, date.fromisoformat(system.settings["as_of"]))
    settings = Settings(seed=seed, draws=draws, workers=opt.default_workers(), grade_shares=False, sets=False)
    result = what_if(system, course, settings, move)
    last = result.data.isel(year=-1)
    measures = list(load_measures())
    outcomes: list[Any] = []
    names: list[str] = []
    university = [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"]
    for node in university:
        for measure in READ:
            effect = (last["with"] - last["without"]).sel(entity=node, measure=measure).values
            for label, values in ((scenario, effect), ("accumulated", found.of(node, measure))):
                if np.isfinite(values).all():
                    outcomes.append(values)
                    names.append(f"{label}: {node}, {measure}")
    assert set(READ) <= set(measures)
    return found.structure.table, found.values, np.array(outcomes), names


def assumptions_content(
    system: CareSystem, scenario: str, how: tuple[int, int], lang: Language, move: Progress
) -> dict[str, Any]:
    """Return the register of assumptions with what each moves, as `data assumptions` prints it.

    Parameters
    ----------
    system
        The dataset.
    scenario
        Name of a ready scenario or of a file: the what-if whose answers are read.
    how
        Seed and draws.
    lang
        Of the limits.
    move
        Called with (steps done, steps in all).
    """
    table, values, outcomes, names = _answers(system, scenario, *how, move)
    rows = assumption_rows(system, table, values, outcomes, names)
    return {**_carried("data_assumptions", system, lang, seed=how[0], draws=how[1]), "rows": rows}


def balance_content(
    system: CareSystem, registers: Registers, hospital: str | None, how: tuple[int, int], lang: Language,
    move: Progress,
) -> dict[str, Any]:  # fmt: skip
    """Return supply against need and the hindcast of a hospital or of all, as `data balance` prints them.

    Parameters
    ----------
    system, registers
        The dataset and its registers.
    hospital
        Id of a hospital; None: all.
    how, lang, move
        As for `assumptions_content`.
    """
    move(0, 2)
    rows = balance(system, *how)
    move(1, 2)
    known = hindcast(system, registers["known_to_run"], *how)
    move(2, 2)
    rows = [r for r in rows if hospital in (None, r["hospital"])]
    known = [r for r in known if hospital in (None, r["hospital"])]
    return {
        **_carried("data_balance", system, lang, seed=how[0], draws=how[1]),
        "rows": rows, "hindcast": known, "hindcast_summary": hindcast_summary(known),
    }  # fmt: skip


def claims_content(
    system: CareSystem, registers: Registers, wanted: Mapping[str, str | None], how: tuple[int, int], lang: Language
) -> dict[str, Any]:
    """Return claims beside estimates, as `data claims` prints them.

    Parameters
    ----------
    system, registers
        The dataset and its registers.
    wanted
        ``area`` and ``hospital``: id, or None for all.
    how, lang
        As for `assumptions_content`.
    """
    register_rows = [
        row for row in registers["claims"]
        if all(node is None or node in row[column].split(";") for column, node in wanted.items())
    ]  # fmt: skip
    rows = claims_beside_estimates(system, register_rows, *how)
    return {**_carried("data_claims", system, lang, seed=how[0], draws=how[1]), "rows": rows}


def gaps_content(system: CareSystem, registers: Registers, area: str, lang: Language) -> dict[str, Any]:
    """Return what the documents answer of an area and what they leave open, as `data gaps` prints it."""
    return {**_carried("data_gaps", system, lang), **gaps_of(system, area, registers["statements"])}


def source_content(system: CareSystem, registers: Registers, identifier: str, lang: Language) -> dict[str, Any]:
    """Return everything that rests on a source or an assumption, as `data source` prints it."""
    return {**_carried("data_card", system, lang), "source": source_card(system, identifier, registers)}


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
    content = {**_carried("data_card", system, language), "area": card}
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
    content = {**_carried("data_card", system, language), "hospital": card}
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
