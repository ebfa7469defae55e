"""The command accumulate: what all decisions in force have done together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from graph_schema import CareSystem, SettingError
from impact import Settings, effect_rows
from impact.questions.accumulate import READINGS, Accumulation, accumulate
from impact.questions.accumulated_rows import accumulated_rows, timeline_rows
from impact.questions.benefit import benefit_of, outcome_evidence
from impact.questions.card_parts import Registers
from impact.questions.concentrated_care import concentrated_by_year, decision_rows, older_areas
from impact.questions.still_to_come import Pipeline, run_pipeline
from interface import options as opt
from interface.accumulate_view import accumulate_summary, accumulate_view
from interface.answers import Answer, AnswerKind, give
from interface.find_node import find_node
from interface.kept_runs import kept_runs
from interface.manifest import data_manifest, limits_of
from interface.output import without_nan
from interface.progress import progress_bar
from interface.registers import registers_of
from interface.run_command import names_in
from interface.texts import Language, text
from scenarios.area_state import MOST_PERMITS

__all__ = ["KIND", "register"]

DRAWS = 200


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("accumulate")(accumulate_command)


def _readings(system: CareSystem, lang: Language) -> dict[str, Any]:
    quantity = system.quantities["would_have_concentrated"]
    share = {"value": quantity.value, "low": quantity.low, "high": quantity.high, "unit": quantity.unit,
             "grade": quantity.grade, "source": quantity.source}  # fmt: skip
    return {
        name: {"reading": row, "meaning": text(f"accumulate_{name}", lang)}
        | ({"share": share} if row == "would_have_concentrated" else {})
        for name, row in READINGS.items()
    }


def _coming(system: CareSystem, found: Accumulation, pipeline: Pipeline) -> dict[str, Any]:
    last = found.runs.years
    begins = found.runs.begins
    later = [{"decision": a, "date": begins[a].isoformat()} for a in found.later]
    added = [] if found.not_begun is None else accumulated_rows(found.not_begun, system)
    rows = [] if pipeline.result is None else effect_rows(pipeline.result, system, (last,))
    return {
        "not_begun": {"decisions": later, "effects": [r for r in added if r["year"] == last]},
        "pipeline": {"areas": list(pipeline.areas), "effects": rows},
    }


def accumulate_object(
    system: CareSystem,
    found: Accumulation,
    pipeline: Pipeline,
    registers: Registers,
    lang: Language,
    hospital: str | None = None,
) -> dict[str, Any]:
    """Return the object that `accumulate` prints as JSON.

    Parameters
    ----------
    system, found, pipeline
        The dataset and what was found on it.
    registers
        Of evidence, for the own patients' outcomes.
    lang
        Language of the limits and of the meaning of the readings.
    hospital
        Only its rows and those of the nation; all if None.
    """
    frozen = found.readings["frozen"]
    effects = [row for result in found.readings.values() for row in accumulated_rows(result, system)]
    universities = [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"]
    focus = list(found.begun)
    benefit = benefit_of(system, frozen, outcome_evidence(registers, focus), found.runs.years)
    content: dict[str, Any] = {
        "manifest": {k: v for k, v in frozen.manifest.items() if k != "reading"},
        "limits": limits_of("accumulate", lang),
        "as_of": found.runs.as_of.isoformat(),
        "readings": _readings(system, lang),
        "decisions": decision_rows(system, found),
        "older": list(older_areas(system, found)),
        "effects": effects,
        "timeline": timeline_rows(found.timeline, system, universities),
        "concentrated": concentrated_by_year(system, found),
        "coming": _coming(system, found, pipeline),
        "benefit": {**benefit, "areas": [a for a in benefit["areas"] if a["area"] in focus]},
    }
    if hospital is not None:
        content = only_hospital(content, hospital)
    for language in ("sv", "en"):
        content[f"summary_{language}"] = accumulate_summary(content, names_in(system, language), language, hospital)
    return without_nan(content)


def only_hospital(content: Mapping[str, Any], hospital: str) -> dict[str, Any]:
    """Return the object with the rows of one hospital and of the nation alone."""

    def kept(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [r for r in rows if r.get("hospital") == hospital or "national" in r]

    coming = {name: {**part, "effects": kept(part["effects"])} for name, part in content["coming"].items()}
    return {
        **content, "effects": kept(content["effects"]), "timeline": kept(content["timeline"]), "coming": coming,
    }  # fmt: skip


def _page(answer: Answer) -> RenderableType:
    shown = answer.shown
    return accumulate_view(
        answer.nodes, answer.content, answer.lang, shown["hospital"], show_all=shown["all"],
        mask=shown.get("mask", 0), hints=shown.get("hints", True),
    )  # fmt: skip


KIND = AnswerKind("accumulate", _page, lambda a: a.content["effects"])


def accumulate_command(
    hospital: Annotated[
        str | None, typer.Option("--hospital", metavar="NAME", help="Only this hospital, with more detail.")
    ] = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    seed: opt.SeedOption = 1,
    draws: opt.DrawsOption = DRAWS,
    years: opt.YearsOption = 10,
    pipeline_units: Annotated[
        int | None,
        typer.Option(
            "--pipeline-units",
            metavar="N",
            help="Assume N units for areas on their way without a number; default: they are left out and listed.",
        ),
    ] = None,
    out: opt.AnswerOption = None,
    resume: opt.ResumeOption = False,
    workers: opt.WorkersOption = None,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show what all decisions in force have done together, against none of them, and how that grew.

    None of the decisions is read in two ways: the care stays where it was before (frozen), or a share of it would
    have been concentrated anyway. Shown for the year of the as-of date and the last year.

    Examples: randzon accumulate;  randzon accumulate --hospital nus;  randzon accumulate --as-of 2022-12-31
    """
    settings = Settings(
        seed=seed, draws=draws, years=years, workers=opt.default_workers() if workers is None else workers
    )
    settings.check()
    opt.check_out(out)
    if pipeline_units is not None and not 1 <= pipeline_units <= MOST_PERMITS:
        raise SettingError(f"--pipeline-units {pipeline_units}: choose a number from 1 to {MOST_PERMITS}")
    day = opt.parse_dates({"--as-of": as_of})["--as-of"]
    system, language = opt.read_system(dataset), opt.language(lang)
    chosen = None if hospital is None else find_node(system, "Hospital", hospital)
    manifest = {**data_manifest(system, None if day is None else day.isoformat()), "seed": seed, "draws": draws,
                "years": years}  # fmt: skip
    with kept_runs("accumulate", manifest, out, resume, {}) as table:
        with progress_bar("accumulate") as move:
            found = accumulate(system, day, settings, move, table)
        with progress_bar("pipeline") as move:
            pipeline = run_pipeline(system, found.runs.as_of, settings, pipeline_units, move)
    content = accumulate_object(system, found, pipeline, registers_of(dataset), language, chosen)
    content["failed_runs"] = table.failed
    give(KIND, content, system, (output, language), out, hospital=chosen, all=show_all)
