"""Options that several commands share, and what they mean."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from graph_schema import CareSystem, SettingError
from interface.texts import Language
from loaders import load_sweden, read_dataset

__all__ = [
    "AllOption",
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
    "SeedOption",
    "SetOption",
    "Start",
    "StartOption",
    "YearsOption",
    "parse_date",
    "read_system",
    "with_settings",
]


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
    typer.Option("--dataset", help="Folder of another dataset (see 'data export'); default: Sweden."),
]
AsOfOption = Annotated[
    str | None,
    typer.Option("--as-of", metavar="YYYY-MM-DD", help="Date of today in the answer; default: the dataset's."),
]
StartOption = Annotated[
    Start | None,
    typer.Option("--start", help="today: run through the decisions since history_start; standing: a steady state."),
]
ReadingOption = Annotated[
    Reading,
    typer.Option(
        "--reading",
        help="main; uniform_allocation: every set of units equally plausible; "
        "full_product: dependencies multiply instead of the weakest counting.",
    ),
]
SeedOption = Annotated[int, typer.Option("--seed", help="Seed of the random numbers.")]
DrawsOption = Annotated[int, typer.Option("--draws", help="Number of states of knowledge drawn.")]
YearsOption = Annotated[int, typer.Option("--years", help="Years after the as-of year.")]
OutOption = Annotated[
    Path | None, typer.Option("--out", metavar="FILE.nc", help="Save the whole result; 'show' reopens it.")
]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        metavar="ID=VALUE",
        help="Fix a quantity for this run, e.g. route_share=0.9. May be repeated.",
    ),
]
FormatOption = Annotated[OutputFormat, typer.Option("--format", help="table for people, json or csv for programs.")]
LangOption = Annotated[Lang, typer.Option("--lang", help="Language of tables and texts.")]
MaskOption = Annotated[
    int | None,
    typer.Option("--mask", metavar="N", help="Hide patient numbers below N (small-number masking)."),
]
AllOption = Annotated[bool, typer.Option("--all", help="Show every measure, also those that do not change.")]


def language(lang: Lang) -> Language:
    """Return the language code of an option."""
    return "sv" if lang is Lang.SV else "en"


def parse_date(value: str | None, option: str) -> date | None:
    """Return an ISO date; None for None.

    Raises
    ------
    SettingError
        If it is no date.
    """
    if value is None:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError as error:
        raise SettingError(f"{option} {value}: write a date as YYYY-MM-DD") from error


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
        try:
            value = float(number)
        except ValueError:
            problems.append(f"--set {assignment}: write ID=NUMBER with a decimal point")
            continue
        if quantity is None:
            problems.append(f"--set {name}: no such quantity; 'randzon data sources --ids' lists them")
        elif not quantity.minimum <= value <= quantity.maximum:
            problems.append(
                f"--set {name}={number}: outside {quantity.minimum:g} to {quantity.maximum:g} {quantity.unit}"
            )
        else:
            changed[name] = value
    if problems:
        raise SettingError("\n".join(problems))
    return system.with_values(changed), changed
