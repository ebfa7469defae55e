"""Options that several commands share, and what they mean."""

from __future__ import annotations

import difflib
import math
import os
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graph_schema import CareSystem, Quantity, SettingError, UnknownNode
from interface.texts import Language
from loaders import load_sweden, read_dataset
from scenarios import Scenario, library, read_scenario

__all__ = [
    "AllOption",
    "AnswerOption",
    "AsOfOption",
    "DatasetOption",
    "DrawsOption",
    "FormatOption",
    "LangOption",
    "MaskOption",
    "OutOption",
    "OutputFormat",
    "Reading",
    "ReadingOption",
    "ResumeOption",
    "SeedOption",
    "SetOption",
    "Start",
    "StartOption",
    "WorkersOption",
    "YearOption",
    "YearsOption",
    "check_out",
    "check_year",
    "default_workers",
    "find_scenario",
    "language",
    "parse_dates",
    "read_system",
    "with_settings",
]

MOST_WORKERS = 8


class OutputFormat(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class Start(StrEnum):
    """Where a run begins."""

    STANDING = "standing"
    TODAY = "today"


class Reading(StrEnum):
    """Which reading of the model is printed."""

    MAIN = "main"
    UNIFORM_ALLOCATION = "uniform_allocation"
    FULL_PRODUCT = "full_product"


class Lang(StrEnum):
    """Language of the answer."""

    SV = "sv"
    EN = "en"


DatasetOption = Annotated[
    Path | None,
    typer.Option("--dataset", help="Folder of another dataset ('data export' writes one); default: Sweden."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="YYYY-MM-DD",
        help="Date of today in the answer; default: the dataset's own. Year 0 is its year.",
    ),
]
StartOption = Annotated[
    Start | None,
    typer.Option(
        "--start",
        help="today: run through the dated decisions first, so that their effects go on (shown as committed); "
        "standing: begin in balance. Default: today where the dataset has a history_start.",
    ),
]
ReadingOption = Annotated[
    Reading,
    typer.Option(
        "--reading",
        help="main; uniform_allocation: every set of units equally plausible; "
        "full_product: dependencies multiply instead of the weakest counting.",
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of the random numbers: the same gives the same answer.")]
DrawsOption = Annotated[int, typer.Option("--draws", help="States of knowledge drawn; more give steadier intervals.")]
YearsOption = Annotated[int, typer.Option("--years", help="Years simulated after the as-of year.")]
YearOption = Annotated[
    int | None,
    typer.Option("--year", help="Year shown in the tables, from 0; default: the last (of an event: its own)."),
]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        "--workers", metavar="N", help="Threads; never changes the answer. Default: one a processor, at most 8."
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", metavar="FILE.nc", help="Save the whole result with its dataset; 'show' reopens it."),
]
AnswerOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE.json",
        help="Save the whole answer; while it is being computed the runs done so far are kept beside it.",
    ),
]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on from the runs that an earlier try with the same --out has done.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="ID=VALUE",
        help="Fix a quantity for this run, e.g. route_share=0.9; 'data sources --ids' lists them. May be repeated.",
    ),
]
FormatOption = Annotated[
    OutputFormat, typer.Option("--format", help="table for people; json (see 'schema') or csv for programs.")
]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of tables and texts: Swedish or English.")]
MaskOption = Annotated[
    int | None,
    typer.Option("--mask", metavar="N", help="Hide reported patient numbers below N."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Show every measure, also those that do not change.")]


def language(lang: Lang) -> Language:
    """Return the language code of an option."""
    return "sv" if lang is Lang.SV else "en"


def parse_dates(values: Mapping[str, str | None]) -> dict[str, date | None]:
    """Return the dates of options; None for None.

    Raises
    ------
    SettingError
        If one is no date; lists all.
    """
    found: dict[str, date | None] = {}
    problems: list[str] = []
    for option, value in values.items():
        try:
            found[option] = None if value is None else date.fromisoformat(value)
        except ValueError:
            problems.append(f"{option} {value}: no date; write it as YYYY-MM-DD")
    if problems:
        raise SettingError("\n".join(problems))
    return found


def check_out(path: Path | None) -> None:
    """Raise SettingError where a result cannot be saved, before the work rather than after it."""
    if path is None:
        return
    folder = path.absolute().parent
    if not folder.is_dir():
        raise SettingError(f"--out {path}: the folder does not exist; make it first")
    if path.is_dir():
        raise SettingError(f"--out {path}: is a folder; name a file in it")
    if not os.access(folder, os.W_OK):
        raise SettingError(f"--out {path}: the folder cannot be written to; choose another")


def check_year(year: int | None, years: int) -> None:
    """Raise SettingError where the year to show is not simulated."""
    if year is not None and not 0 <= year <= years:
        raise SettingError(f"--year {year}: choose a year from 0 to {years}, the years simulated")


def read_system(dataset: Path | None) -> CareSystem:
    """Return the dataset of a command: a folder, or the packaged Swedish one."""
    return load_sweden() if dataset is None else read_dataset(dataset)


def with_settings(system: CareSystem, assignments: list[str] | None) -> tuple[CareSystem, dict[str, float]]:
    """Return the system with quantities fixed for this run, and what was fixed.

    Parameters
    ----------
    system
        The dataset; not changed.
    assignments
        ``ID=VALUE`` each.

    Raises
    ------
    SettingError
        If an assignment is malformed, names no quantity, or lies outside its range; lists all.
    """
    changed: dict[str, float] = {}
    problems: list[str] = []
    for assignment in assignments or []:
        name, _, number = assignment.partition("=")
        quantity = system.quantities.get(name)
        value = _number(number)
        if value is None:
            problems.append(f"--set {assignment}: write ID=NUMBER with a decimal point")
        if quantity is None:
            problems.append(_unknown(name, system.quantities))
        if name in changed:
            problems.append(f"--set {name}: given twice; give it once")
        if value is None or quantity is None:
            continue
        if not quantity.minimum <= value <= quantity.maximum:
            problems.append(f"--set {assignment}: choose a number {_span(quantity)}")
        changed[name] = value
    if problems:
        raise SettingError("\n".join(problems))
    return system.with_values(changed), changed


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _span(quantity: Quantity) -> str:
    low, high = quantity.minimum, quantity.maximum
    parts = [f"from {low:g}"] if math.isfinite(low) else []
    parts += [f"up to {high:g}"] if math.isfinite(high) else []
    return " ".join([*parts, f"({quantity.unit})"])


def _unknown(name: str, known: Mapping[str, Quantity]) -> str:
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.6)
    hint = f"near: {', '.join(near)}; " if near else ""
    return f"--set {name}: no such quantity; {hint}'randzon data sources --ids' lists them"


def default_workers() -> int:
    """Return the threads of a run that names none: one a processor, at most 8."""
    return min(os.cpu_count() or 1, MOST_WORKERS)


def find_scenario(source: str) -> Scenario:
    """Return a ready scenario by its name, or that of a TOML file.

    Raises
    ------
    UnknownNode
        If there is neither; suggests near names.
    ScenarioConflict, StoreError
        As `scenarios.read_scenario`.
    """
    ready = list(library())
    if source not in ready and not Path(source).exists():
        near = difflib.get_close_matches(source.removesuffix(".toml"), ready, n=3, cutoff=0.5)
        hint = f"near names: {', '.join(near)}" if near else f"the ready ones are {', '.join(ready)}"
        raise UnknownNode(f"{source}: no ready scenario and no such file; {hint} ('randzon scenarios' explains them)")
    return read_scenario(source)
