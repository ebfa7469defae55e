"""Commands on datasets: check, export, import, diff, sources."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table
from rich.text import Text

from impact.questions.data_check import check_totals
from impact.questions.data_diff import diff_systems
from impact.questions.grades import count_grades, sources_table
from interface import options as opt
from interface.numbers import format_value
from interface.output import print_csv, print_json, print_table
from interface.progress import progress_bar
from interface.texts import text
from loaders import load_sweden, read_dataset, write_dataset
from loaders.stated_totals import packaged_totals

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, help="Check, export, import and compare datasets; list sources.")
DISAGREES = 1


@app.command()
def check(
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Recompute every total that the documents state, beside what they state.

    Exit code 1 where one disagrees that is not a known contradiction. Example: randzon data check
    """
    rows = check_totals(opt.read_system(dataset), packaged_totals())
    unexplained = [r for r in rows if r["agrees"] is False and not r["note"]]
    if output is opt.OutputFormat.JSON:
        print_json({"rows": rows})
    elif output is opt.OutputFormat.CSV:
        print_csv(rows)
    else:
        language = opt.language(lang)
        table = Table(show_edge=False, pad_edge=False)
        for name in ("statement", "stated", "ours", "agrees", "place", "note"):
            table.add_column(text(name, language), overflow="fold")
        words = {True: text("yes", language), False: text("no", language), None: "–"}
        for row in rows:
            numbers = (format_value(row[k], 0, language) for k in ("stated", "ours"))
            table.add_row(
                str(row["statement"]),
                *numbers,
                words[row["agrees"]],
                str(row["place"]),
                str(row["note"] or ""),
            )
        agree = sum(r["agrees"] is True for r in rows)
        differ = sum(r["agrees"] is False for r in rows)
        print_table(Group(table, Text(f"{agree} = , {differ} ≠ , {len(rows) - agree - differ} –")))
    if unexplained:
        raise typer.Exit(DISAGREES)


@app.command("export")
def export_dataset(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder.")], dataset: opt.DatasetOption = None
) -> None:
    """Write a dataset as a folder of CSV files. Example: randzon data export mine"""
    write_dataset(opt.read_system(dataset), folder)
    typer.echo(str(folder))


@app.command("import")
def import_dataset(
    folder: Annotated[Path, typer.Argument(help="The dataset folder to validate.")],
    to: Annotated[Path, typer.Option("--to", help="A new or empty folder for the validated dataset.")],
) -> None:
    """Validate a dataset folder and write it anew; the packaged one is never changed.

    Example: randzon data import mine --to checked
    """
    with progress_bar(str(folder)) as move:
        move(0, 2)
        system = read_dataset(folder)
        move(1, 2)
        write_dataset(system, to)
    typer.echo(f"{to}  {system.content_hash}")


@app.command()
def diff(
    a: Annotated[str, typer.Argument(help="A dataset folder, or 'sweden' for the packaged one.")],
    b: Annotated[str, typer.Argument(help="Another.")],
    output: opt.FormatOption = opt.OutputFormat.TABLE,
) -> None:
    """Show what changed between two datasets. Example: randzon data diff sweden mine"""
    systems = [load_sweden() if name == "sweden" else read_dataset(Path(name)) for name in (a, b)]
    found = diff_systems(*systems)
    if output is opt.OutputFormat.JSON:
        print_json(found)
        return
    rows: list[dict[str, Any]] = found["rows"]
    if output is opt.OutputFormat.CSV:
        print_csv(rows)
        return
    print_table(Group(_table(f"{a} → {b}", rows), Text(f"{len(rows)} differences")))


@app.command()
def sources(
    dataset: opt.DatasetOption = None,
    ids: Annotated[bool, typer.Option("--ids", help="List the id of every quantity instead (for --set).")] = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
) -> None:
    """List sources and assumptions with how many numbers rest on each, and the numbers by grade.

    Example: randzon data sources --format csv
    """
    system = opt.read_system(dataset)
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
    if output is opt.OutputFormat.JSON:
        print_json({**tables, "grades": grades})
    elif output is opt.OutputFormat.CSV:
        print_csv([{"table": name, **row} for name, rows in tables.items() for row in rows])
    else:
        parts = [_table(name, rows) for name, rows in tables.items()]
        total = ", ".join(f"{name} {grades[name]}" for name in ("reported", "derived", "assumed", "total"))
        print_table(Group(*parts, Text(total)))


def _table(title: str, rows: Sequence[Mapping[str, Any]]) -> Table:
    table = Table(title=title, title_justify="left", show_edge=False, pad_edge=False)
    columns = list(dict.fromkeys(name for row in rows for name in row))
    for name in columns:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*("" if row.get(c) is None else str(row[c]) for c in columns))
    return table
