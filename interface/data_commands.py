"""Commands on datasets: check, export, import, diff, sources."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from graph_schema import CareSystem, StoreError
from impact.questions.data_check import check_totals
from impact.questions.data_diff import diff_systems
from impact.questions.grades import count_grades, sources_table
from interface import evidence_commands
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.manifest import data_manifest, limits_of
from interface.numbers import format_value
from interface.progress import progress_bar
from interface.tables import plain_table
from interface.texts import Language, text
from loaders import load_sweden, read_dataset, write_dataset
from loaders.edit_files import read_edits
from loaders.edit_rules import with_edits
from loaders.stated_totals import packaged_totals

__all__ = ["CHECK", "DIFF", "KINDS", "app", "check_content", "diff_content"]

app = typer.Typer(no_args_is_help=True, help="Check, export, import and compare datasets; list sources.")
evidence_commands.register(app)
DISAGREES = 1
DIFF_COLUMNS = ("change", "type", "key", "property", "from", "to", "grade_from", "grade_to")


def _check_page(answer: Answer) -> RenderableType:
    rows, lang = answer.content["rows"], answer.lang
    words = {True: text("yes", lang), False: text("no", lang), None: "–"}
    shown = [
        {**row, "agrees": words[row["agrees"]], **{k: format_value(row[k], 0, lang) for k in ("stated", "ours")}}
        for row in rows
    ]
    agree, differ = (sum(r["agrees"] is a for r in rows) for a in (True, False))
    line = text("check_line", lang, agree=agree, differ=differ, rest=len(rows) - agree - differ)
    columns = ("statement", "stated", "ours", "agrees", "place", "note")
    return Group(plain_table(None, shown, lang, columns), Text(line))


def _diff_page(answer: Answer) -> RenderableType:
    rows, lang = answer.content["rows"], answer.lang
    shown = [{**row, "change": text(row["change"], lang), "key": " ".join(row["key"])} for row in rows]
    line = text("differences_one" if len(rows) == 1 else "differences", lang, count=len(rows))
    title = f"{answer.shown['a']} → {answer.shown['b']}"
    return Group(*([plain_table(title, shown, lang, DIFF_COLUMNS)] if rows else []), Text(line))


def _source_tables(answer: Answer) -> dict[str, list[dict[str, Any]]]:
    return {name: answer.content[name] for name in answer.shown["tables"]}


def _sources_page(answer: Answer) -> RenderableType:
    lang, grades = answer.lang, answer.content["grades"]
    parts = [plain_table(text(name, lang), rows, lang) for name, rows in _source_tables(answer).items()]
    counts = {name: grades[name] for name in ("reported", "derived", "assumed", "total")}
    return Group(*parts, Text(text("grades_line", lang, **counts)))


def _sources_rows(answer: Answer) -> list[dict[str, Any]]:
    return [{"table": name, **row} for name, rows in _source_tables(answer).items() for row in rows]


CHECK = AnswerKind("data check", _check_page, lambda a: a.content["rows"])
DIFF = AnswerKind("data diff", _diff_page, lambda a: a.content["rows"], DIFF_COLUMNS)
SOURCES = AnswerKind("data sources", _sources_page, _sources_rows)
KINDS = (CHECK, DIFF, SOURCES, *evidence_commands.KINDS)


def check_content(system: CareSystem, lang: Language) -> dict[str, Any]:
    """Return the totals of the documents beside ours, as `data check` prints them."""
    return {**_carried("data_check", system, lang), "rows": check_totals(system, packaged_totals())}


@app.command()
def check(
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Recompute every total that the documents state, beside what they state, with the place in the document.

    Exit code 1 where a total disagrees and is no contradiction between the documents themselves.

    Example: randzon data check --format csv
    """
    system, language = opt.read_system(dataset), opt.language(lang)
    content = check_content(system, language)
    give(CHECK, content, system, (output, language))
    if any(r["agrees"] is False and not r["note"] for r in content["rows"]):
        raise typer.Exit(DISAGREES)


@app.command("export")
def export_dataset(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")], dataset: opt.DatasetOption = None
) -> None:
    """Write a dataset as a folder of CSV files: one for each type of node and relationship, and the registers.

    Edit them with any spreadsheet program that keeps UTF-8, then 'data import' checks them.

    Example: randzon data export mine
    """
    write_dataset(opt.read_system(dataset), folder)
    typer.echo(str(folder))


@app.command("import")
def import_dataset(
    folder: Annotated[Path, typer.Argument(help="The dataset folder to validate.")],
    to: Annotated[Path, typer.Option("--to", help="A new or empty folder for the validated dataset.")],
) -> None:
    """Validate a dataset folder and write it anew; the packaged one is never changed.

    Where something is wrong every problem is listed with file, row and remedy, and nothing is written.

    Example: randzon data import mine --to checked
    """
    with progress_bar(str(folder)) as move:
        move(0, 2)
        system = read_dataset(folder)
        move(1, 2)
        write_dataset(system, to)
    typer.echo(f"{to}  {system.content_hash}")


@app.command("edit")
def edit_dataset(
    file: Annotated[Path, typer.Argument(help="A file of edits (JSON) that the page Källor saved.")],
    to: Annotated[Path, typer.Option("--to", help="A new or empty folder for the edited dataset.")],
    dataset: opt.DatasetOption = None,
) -> None:
    """Write a copy of a dataset with the numbers that a reader changed on the page; the dataset is never changed.

    Each changed number is graded assumed, with who changed it, when and why. Where something is wrong every problem
    is listed and nothing is written.

    Example: randzon data edit edits.json --to mine
    """
    try:
        content = file.read_bytes()
    except OSError as error:
        raise StoreError(f"{file} cannot be read ({error.strerror}): check the path and the rights") from error
    system, found = opt.read_system(dataset), read_edits(content, str(file))
    if found.system_hash != system.content_hash:
        typer.echo(f"randzon: {file} was made on another dataset ({found.system_hash[:10]}, not "
                   f"{system.content_hash[:10]}); it is applied to this one.", err=True)  # fmt: skip
    copy = with_edits(system, found.edits)
    write_dataset(copy, to)
    typer.echo(f"{to}  {copy.content_hash}")


def diff_content(before: CareSystem, after: CareSystem, lang: Language) -> dict[str, Any]:
    """Return what changed between two datasets, as `data diff` prints it."""
    manifests = [data_manifest(system) for system in (before, after)]
    return {**_carried("data_diff", before, lang), "manifests": manifests, **diff_systems(before, after)}


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help="A dataset folder, or 'sweden' for the packaged one.")],
    b: Annotated[str, typer.Argument(help="Another.")],
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show what changed between two datasets, number by number, with the grade before and after.

    Example: randzon data diff sweden mine
    """
    before, after = (load_sweden() if name == "sweden" else read_dataset(Path(name)) for name in (a, b))
    language = opt.language(lang)
    content = diff_content(before, after, language)
    give(DIFF, content, before, (output, language), a=a, b=b)


@app.command()
def sources(
    dataset: opt.DatasetOption = None,
    ids: Annotated[bool, typer.Option("--ids", help="List the id of every quantity instead (for --set).")] = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """List sources and assumptions with how many numbers rest on each, and the numbers by grade.

    Examples: randzon data sources --format csv;  randzon data sources --ids
    """
    system, language = opt.read_system(dataset), opt.language(lang)
    grades = count_grades(system)
    if ids:
        tables: dict[str, list[dict[str, Any]]] = {
            "quantities": [
                {"id": i, "value": q.value, "low": q.low, "high": q.high, "unit": q.unit, "grade": q.grade}
                for i, q in sorted(system.quantities.items())
            ]
        }
    else:
        tables = sources_table(system)
    content = {**_carried("data_sources", system, language), **tables, "grades": grades}
    give(SOURCES, content, system, (output, language), tables=list(tables))


def _carried(answer: str, system: CareSystem, lang: Language) -> dict[str, Any]:
    return {"manifest": data_manifest(system), "limits": limits_of(answer, lang)}
