"""The show command: a saved run or answer again, of which data it is, and whether that data has changed since."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_schema import RandzonError, SettingError, StoreError
from impact import open_result
from impact.study.study_file import is_study, open_study
from interface import (
    accumulate_command,
    attribute_command,
    baseline_command,
    clusters_command,
    compare_command,
    data_commands,
    explain_command,
    followup_command,
    headroom_command,
    question_commands,
    repair_command,
    run_command,
    screen_command,
    sequence_command,
    stress_command,
    unknowns_command,
)
from interface import options as opt
from interface.answers import manifests_of, print_answer, read_document
from interface.run_command import give_run
from interface.texts import Language, text
from loaders import load_sweden, system_from_mapping

__all__ = ["KINDS", "register"]

COMMANDS = (
    accumulate_command, attribute_command, baseline_command, clusters_command, compare_command, explain_command,
    headroom_command, repair_command, run_command, screen_command, sequence_command, stress_command, unknowns_command,
)  # fmt: skip
KINDS = {
    kind.command: kind
    for kind in (
        *(c.KIND for c in COMMANDS), baseline_command.COMPARISON, question_commands.OVERVIEW, *data_commands.KINDS,
        *followup_command.KINDS,
    )
}  # fmt: skip
RUN = ".nc"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command()(show)


def _is_packaged(manifest: Mapping[str, Any]) -> bool:
    """Whether the dataset in the program, with what was fixed for the answer, is that of the answer."""
    try:
        return load_sweden().with_values(manifest.get("set") or {}).content_hash == manifest["system_hash"]
    except RandzonError:
        return False  # what was fixed is no more in the dataset


def _origin(manifest: Mapping[str, Any], lang: Language) -> str:
    """Of which data, draws and code an answer is, in one sentence, and whether the data is still the same."""
    data = manifest["dataset"]
    run = "" if manifest["draws"] is None else text("show_run", lang, draws=manifest["draws"], seed=manifest["seed"])
    name = f"{data['name'] or '–'} {data['version'] or ''}".strip()
    facts = text("show_origin", lang, name=name, hash=manifest["system_hash"][:10], as_of=data["as_of"], run=run,
                 code=manifest["code_version"])  # fmt: skip
    since = text("show_same_data", lang) if _is_packaged(manifest) else text("show_other_data", lang)
    return f"{facts} {since}"


def _show_run(file: Path, year: int | None, show_all: bool, how: tuple[opt.OutputFormat, Language]) -> str:
    if is_study(file):
        if year is not None:
            raise SettingError(f"--year {year}: a baseline study has no years to choose from")
        study = open_study(file)
        baseline_command.give_study(study, how, show_all)
        return _origin(study.manifest, how[1])
    result = open_result(file)
    if not {"system", "scenario"} <= result.notes.keys():
        raise StoreError(f"{file} carries no system and scenario: give a file that 'randzon run … --out' wrote")
    opt.check_year(year, result.manifest["years"])
    give_run(system_from_mapping(result.notes["system"]), result, how, show_all, year)
    return _origin(result.manifest, how[1])


def _asked(document: dict[str, Any], year: int | None, show_all: bool) -> dict[str, Any]:
    """The document with the year and the extent that are asked for; else as it was shown when it was computed."""
    head = document["answer"]
    shown = dict(head["shown"])
    if year is not None and "year" not in shown:
        raise SettingError(f"--year {year}: an answer of '{head['command']}' has no years to choose from")
    shown |= ({} if year is None else {"year": year}) | ({"all": True} if show_all else {})
    return {**document, "answer": {**head, "shown": shown}}


def _show_answer(file: Path, year: int | None, show_all: bool, how: tuple[opt.OutputFormat, Language]) -> str:
    document, (output, lang) = read_document(file, KINDS), how
    kind = KINDS[document["answer"]["command"]]
    is_page = output is not opt.OutputFormat.JSON
    try:
        origin = "\n".join(dict.fromkeys(_origin(m, lang) for m in manifests_of(document)))
        print_answer(kind, _asked(document, year, show_all) if is_page else document, lang, output)
    except RandzonError:
        raise
    except (KeyError, TypeError, IndexError, AttributeError, ValueError) as error:
        raise StoreError(f"{file} is a damaged answer of '{kind.command}' ({type(error).__name__}: {error}): "
                         "ask again") from error  # fmt: skip
    return origin


def show(
    file: Annotated[
        Path, typer.Argument(help="A run or baseline study (.nc), or an answer (.json), that a command saved.")
    ],
    year: opt.YearOption = None,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show a saved run or answer again; it carries all that it needs, so no dataset is read and nothing is computed.

    An answer is what a command with --format json printed, or wrote with --out. On standard error: of which data,
    draws, seed and code it is, and whether the dataset in the program is still the same.

    Examples: randzon show hocm.nc --year 5;  randzon headroom --out room.json;  randzon show room.json
    """
    how = (output, opt.language(lang))
    origin = (_show_run if file.suffix == RUN else _show_answer)(file, year, show_all, how)
    typer.echo(origin, err=True)
