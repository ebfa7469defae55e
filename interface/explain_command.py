"""The explain command: one effect on one hospital, divided over the paths from the decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import RenderableType

from graph_schema import CareSystem, SettingError, StoreError
from impact import Result, Settings, load_measures, open_result, what_if
from impact.model.start import default_start
from impact.questions.effects import EffectTable
from impact.questions.explain import Explanation, explain
from impact.questions.routes import MEASURES
from impact.questions.what_if import Progress
from impact.version import code_version
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.explain_text import path_sentence
from interface.explain_view import explain_view
from interface.find_node import find_node
from interface.manifest import limits_of
from interface.progress import progress_bar
from interface.run_command import names_in
from interface.texts import Language
from loaders import system_from_mapping
from scenarios import Course, Scenario, course_of, scenario_hash
from scenarios.stored import scenario_from_content

__all__ = ["KIND", "MEASURES", "Asked", "explain_asked", "is_expected", "register", "saved_run"]

DRAWS = 200
HANG_ON_OPERABILITY = ("patients_relying", "patients_without_full_competence")
COMMON_DRAWS = 100  # on which the sets of units are compared, as in a run
COLUMNS = ("nodes", "relationships", "value", "low", "high", "unit", "elsewhere", "volume_change", "level_change",
           "through_assumption", "text_sv", "text_en")  # fmt: skip


def _page(answer: Answer) -> RenderableType:
    top, is_expected = answer.shown["top"], answer.shown["is_expected"]
    return explain_view(answer.content, answer.names, answer.lang, top, is_expected=is_expected)


KIND = AnswerKind("explain", _page, lambda a: a.content["paths"], COLUMNS)


@dataclass(frozen=True)
class Asked:
    """The run that is explained.

    Attributes
    ----------
    system, scenario, course, settings
        As for `impact.run_scenario`; the course is the scenario's on the system.
    changed
        Quantities that were fixed at other values.
    result
        Of the run, where it is there already.
    """

    system: CareSystem
    scenario: Scenario
    course: Course
    settings: Settings
    changed: Mapping[str, float]
    result: Result | None = None


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(name="explain")(explain_command)


def saved_run(result: Result, name: str, draws: int | None, workers: int) -> Asked:
    """Return the run that a saved result holds, with its seed.

    Parameters
    ----------
    result
        Of `run`, with its system and scenario inside.
    name
        Of its file, for the message.
    draws
        How many; those of the result if None.
    workers
        Threads.

    Raises
    ------
    StoreError
        If it carries no system or scenario.
    """
    if not {"system", "scenario_content"} <= result.notes.keys():
        raise StoreError(f"{name} carries no system and scenario: give a file that 'randzon run … --out' wrote")
    manifest = result.manifest
    system = system_from_mapping(result.notes["system"])
    scenario = scenario_from_content(result.notes["scenario_content"])
    settings = Settings(
        seed=manifest["seed"], draws=draws or manifest["draws"], years=manifest["years"], start=manifest["start"],
        reading=manifest["reading"], workers=workers,
    )  # fmt: skip
    course = course_of(scenario, system, date.fromisoformat(manifest["dataset"]["as_of"]))
    return Asked(system, scenario, course, settings, manifest.get("set", {}), result)


def _year(asked: Asked, year: int | None) -> int:
    """The year told: of an event its own, else the last."""
    course, years = asked.course, asked.settings.years
    opt.check_year(year, years)
    events = [*course.factor_changes, *course.closures]
    if year is not None or not events or course.holder_changes or course.share_changes:
        return years if year is None else year
    return min(max(min(e.date_from for e in events).year - course.as_of.year, 0), years)


def _worst_units(asked: Asked, hospital: str, measure: str, year: int, move: Progress | None = None) -> list[str]:
    """The set of units that is worst for the hospital's measure."""
    result = asked.result
    if result is None or "set_effect" not in result.data:
        draws = min(asked.settings.draws, COMMON_DRAWS)
        result = what_if(asked.system, asked.course, replace(asked.settings, draws=draws, grade_shares=False), move)
    table = EffectTable(result, asked.system)
    row = table.row(year, table.entities.index(hospital), list(load_measures()).index(measure))
    if row is None or not row["worst_units"]:
        raise SettingError("--worst: the units are known or make no difference here; leave --worst out")
    return list(row["worst_units"])


def _largest(found: Mapping[str, Explanation]) -> str:
    """The measure that changes most, in units of the least change that a table shows."""
    return max(found, key=lambda m: abs(found[m].effect) / load_measures()[m].visible)


def _content(asked: Asked, found: Mapping[str, Explanation], measure: str, units: Sequence[str] | None,
                   lang: Language) -> dict[str, Any]:  # fmt: skip
    one, registry, settings = found[measure], load_measures(), asked.settings
    names = {code: names_in(asked.system, code) for code in ("sv", "en")}
    paths: list[dict[str, Any]] = [
        {**p, "text_sv": path_sentence(p, measure, names["sv"], "sv"),
         "text_en": path_sentence(p, measure, names["en"], "en")}
        for p in one.paths
    ]  # fmt: skip
    size = sum(abs(p["value"]) for p in paths)
    assumed = sum(abs(p["value"]) for p in paths if p["through_assumption"])
    has_strength = size > 0 and measure in HANG_ON_OPERABILITY
    start = settings.start or default_start(asked.system)
    return {
        "manifest": {
            "system_hash": asked.system.content_hash, "scenario_hash": scenario_hash(asked.scenario),
            "code_version": code_version(), "seed": settings.seed, "draws": settings.draws, "years": settings.years,
            "start": start, "reading": settings.reading, "set": dict(asked.changed),
            "dataset": {"name": asked.system.settings.get("name"), "version": asked.system.settings.get("version"),
                        "as_of": asked.course.as_of.isoformat()},
        },
        "limits": limits_of("explain", lang),
        "hospital": one.hospital,
        "measure": measure,
        "unit": registry[measure].unit,
        "harm": registry[measure].harm,
        "year": one.year,
        "baseline": one.baseline,
        "effect": one.effect,
        "low": one.low,
        "high": one.high,
        "units": None if units is None else list(units),
        "paths": paths,
        "rest": one.rest,
        "rest_parts": {"feedback": 0.0, "reach": 0.0, **one.rest_parts},
        "through_assumptions": assumed / size if has_strength else None,
        "other_measures": [
            {"measure": m, "effect": e.effect, "low": e.low, "high": e.high, "unit": registry[m].unit}
            for m, e in found.items() if m != measure
        ],
    }  # fmt: skip


def explain_command(
    scenario: Annotated[
        str, typer.Argument(metavar="SCENARIO|FILE.nc", help="A scenario, its TOML file, or a saved run.")
    ],
    hospital: Annotated[str, typer.Option("--hospital", help="The hospital: an id, a name or a part of it.")],
    measure: Annotated[
        str | None, typer.Option("--measure", help=f"One of {', '.join(MEASURES)}; default: what changes most.")
    ] = None,
    top: Annotated[int, typer.Option("--top", min=1, help="Paths shown at the most; small ones are summed.")] = 10,
    worst: Annotated[bool, typer.Option("--worst", help="Explain the worst set of units for the hospital.")] = False,
    year: Annotated[int | None, typer.Option("--year", help="Year explained; default: the last (of an event: its "
                                             "own).")] = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    start: opt.StartOption = None,
    seed: opt.SeedOption = 1,
    draws: Annotated[int | None, typer.Option("--draws", help=f"States of knowledge drawn; default {DRAWS}, or those "
                                              "of the saved run.")] = None,
    years: opt.YearsOption = 10,
    assignments: opt.SetOption = None,
    workers: opt.WorkersOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:  # fmt: skip
    """Say why: divide an effect on a hospital over the paths from the decision; paths and rest sum to it.

    A path runs from the decision's area over a competence, a resource or another area to what suffers at the
    hospital. With --format json or csv all paths are given, with texts in both languages.

    Examples: randzon explain hocm --hospital Umeå;  randzon explain hocm --hospital Umeå --measure patients_relying
    --worst;  randzon explain hocm.nc --hospital Linköping
    """
    threads = opt.default_workers() if workers is None else workers
    if measure is not None and measure not in MEASURES:
        raise SettingError(f"--measure {measure}: choose from {', '.join(MEASURES)}")
    if scenario.endswith(".nc"):
        asked = saved_run(open_result(Path(scenario)), scenario, draws, threads)
    else:
        settings = Settings(seed=seed, draws=draws or DRAWS, years=years, start=start.value if start else None,
                            workers=threads)  # fmt: skip
        wanted = opt.find_scenario(scenario)
        system, changed = opt.with_settings(opt.read_system(dataset), assignments)
        day = opt.parse_dates({"--as-of": as_of})["--as-of"]
        course = course_of(wanted, system, day or date.fromisoformat(system.settings["as_of"]))
        asked = Asked(system, wanted, course, settings, changed)
    asked.settings.check()
    language, place = opt.language(lang), find_node(asked.system, "Hospital", hospital)
    with progress_bar(asked.scenario.name) as move:
        content = explain_asked(asked, place, measure, worst, year, language, move)
    give(KIND, content, asked.system, (output, language), top=top, is_expected=is_expected(asked))


def explain_asked(asked: Asked, hospital: str, measure: str | None, worst: bool, year: int | None, lang: Language,
                  move: Progress | None = None) -> dict[str, Any]:  # fmt: skip
    """Return the object that `explain` prints as JSON.

    Parameters
    ----------
    asked
        The run.
    hospital
        Id.
    measure
        One of `MEASURES`; what changes most if None.
    worst
        Whether the worst set of units for the hospital is explained.
    year
        Year explained; of an event its own, else the last, if None.
    lang
        Language of the limits.
    move
        Called with (steps done, steps in all).

    Raises
    ------
    SettingError
        If something is impossible: the year, the hospital, or the worst set where the units are known.
    """
    told, units = _year(asked, year), None
    system, course, settings = asked.system, asked.course, asked.settings
    if worst and measure is None:  # which measure is meant decides which set is the worst
        measure = _largest(explain(system, course, hospital, MEASURES, settings, told, None, move))
    if worst and measure is not None:
        units = _worst_units(asked, hospital, measure, told, move)
    found = explain(system, course, hospital, MEASURES, settings, told, units, move)
    return _content(asked, found, measure or _largest(found), units, lang)


def is_expected(asked: Asked) -> bool:
    """Return whether the effect is the mean over unknown allocations."""
    return any(c.unknown_units for c in asked.course.holder_changes)
