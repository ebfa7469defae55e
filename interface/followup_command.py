"""The follow-up commands: templates, taking reports in, and what was reported against what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from graph_schema import CareSystem, SettingError
from impact.followup import follow_up
from interface import followup_predictions_command, publish_command
from interface import options as opt
from interface.answers import Answer, AnswerKind, give
from interface.find_node import find_node
from interface.followup_concealed import concealed_follow_up
from interface.followup_store import ByOption, StoreOption, now, open_store, store_content, who
from interface.followup_view import followup_view
from interface.manifest import data_manifest, limits_of
from interface.output import print_csv
from interface.output_schemas import output_schema
from loaders.followup import import_report, load_triggers, standing_rows, write_template

__all__ = ["KIND", "KINDS", "app", "followup_content"]

app = typer.Typer(
    no_args_is_help=True,
    help="Yearly follow-up: templates for reports, taking them in, what was expected against what was reported, and "
    "whether predictions came true.",
)
followup_predictions_command.register(app)
publish_command.register(app)


class TemplateKind(StrEnum):
    """Which template is written."""

    PERMIT = "permit"
    ADJACENT = "adjacent"


class Part(StrEnum):
    """Which table of the follow-up is printed as CSV."""

    ROWS = "rows"
    REGIONS = "regions"
    CONDITIONS = "conditions"
    REVIEW = "review"
    WITHOUT_PERMIT = "without_permit"
    DISAGREEMENTS = "disagreements"
    GROUPS = "groups"
    COMPETENCES = "competences"
    STATED = "stated"
    REVISIONS = "revisions"


def _columns(part: str) -> list[str]:
    """Columns of a table: those of the JSON Schema, so that an empty table has them too."""
    if part == Part.REVIEW:
        return ["area", "hospital", "trigger", "rule", "year"]
    return list(output_schema("followup-show")["properties"][part]["items"]["properties"])


def _rows(answer: Answer) -> list[dict[str, Any]]:
    """The asked table; a review as one row a trigger."""
    part = str(answer.shown["part"])
    rows: list[dict[str, Any]] = list(answer.content[part])
    columns = _columns(part)
    if part == Part.REVIEW:
        rows = [{"area": r["area"], "hospital": r["hospital"], **t} for r in rows for t in r["triggers"]]
        columns += sorted({name for row in rows for name in row} - set(columns))
    return [{name: row.get(name) for name in columns} for row in rows]


KIND = AnswerKind(
    "followup show",
    lambda a: followup_view(a.names, a.content, a.lang, a.shown["year"], a.shown["every"]),
    _rows,
    limits="followup",
)
KINDS = (KIND, followup_predictions_command.KIND)


@app.command()
def template(
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="A new file that ends in .xlsx or .csv.")],
    kind: Annotated[
        TemplateKind,
        typer.Option("--kind", help="permit: the yearly report of a permit; adjacent: adjacent care, any hospital."),
    ] = TemplateKind.PERMIT,
    area: Annotated[str | None, typer.Option("--area", help="Fill in this area.")] = None,
    hospital: Annotated[str | None, typer.Option("--hospital", help="Fill in this hospital.")] = None,
    year: Annotated[int | None, typer.Option("--year", help="Fill in this year.")] = None,
    dataset: opt.DatasetOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Write a report template: one row a measure, with its definition beside the cell to fill in.

    Examples: randzon followup template --out rapport.xlsx --area plexus --hospital Umeå --year 2024;
    randzon followup template --kind adjacent --out narliggande.csv
    """
    system = opt.read_system(dataset)
    given: dict[str, Any] = {}
    if area is not None:
        given["area"] = system.node(find_node(system, "CareArea", area)).text("name_sv")
    if hospital is not None:
        given["hospital"] = system.node(find_node(system, "Hospital", hospital)).text("name_sv")
    if year is not None:
        given["year"] = year
    name = "permit" if kind is TemplateKind.PERMIT else "adjacent"
    write_template(out, name, system, opt.language(lang), given=given)
    typer.echo(str(out))


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A filled-in template (.xlsx or .csv).")],
    by: ByOption = None,
    store: StoreOption = None,
    dataset: opt.DatasetOption = None,
) -> None:
    """Check a report and keep it as a new version; nothing that was kept before is ever changed.

    Where something is wrong every problem is listed with its cell, value and remedy, and nothing is stored. A file
    whose values all stand already is said to be so and not stored again. The latest report of a number counts; what it
    replaces is kept and shown.

    Example: randzon followup import rapport.xlsx --by 'Anna Berg'
    """
    system, kept = opt.read_system(dataset), open_store(store)
    done = import_report(kept, file, system, who(by), now())
    if done.version is None:
        same = done.same_as
        assert same is not None
        typer.echo(
            f"{file}: nothing stored; its {done.rows} values stand already "
            f"(version {same.number}, {same.day}, {same.by})"
        )
        return
    typer.echo(
        f"{file}: version {done.version.number} in {kept.folder}, {done.rows} values "
        f"({done.new} new, {done.changed} replace earlier ones)  {done.version.hash}"
    )


@app.command()
def show(
    area: Annotated[str | None, typer.Option("--area", help="Only this area (a name or a part).")] = None,
    hospital: Annotated[str | None, typer.Option("--hospital", help="Only this hospital (a name or a part).")] = None,
    year: Annotated[
        int | None, typer.Option("--year", help="Calendar year of the units; default: each unit's latest.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Show all reported years of the units.")] = False,
    mask: Annotated[
        int, typer.Option("--mask", metavar="N", min=0, help="Hide patient numbers below N, and what gives them away.")
    ] = 0,
    part: Annotated[Part, typer.Option("--part", help="Table that is printed as CSV.")] = Part.ROWS,
    store: StoreOption = None,
    dataset: opt.DatasetOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Show what was reported against what was expected, by unit and home region, and what to review and why.

    Works on the reported years of the dataset alone; reports that were taken in are added. Units are compared with
    their own earlier years, in a fixed order, never ranked.

    Examples: randzon followup show;  randzon followup show --area brännskador --all;
    randzon followup show --format csv --part review
    """
    system, kept, language = opt.read_system(dataset), open_store(store, must_exist=True), opt.language(lang)
    found = follow_up(
        system, list(standing_rows(kept).values()),
        None if area is None else find_node(system, "CareArea", area),
        None if hospital is None else find_node(system, "Hospital", hospital), mask,
    )  # fmt: skip
    if year is not None and all(r["year"] != year for r in found["rows"]):
        years = sorted({r["year"] for r in found["rows"]})
        known = f"choose from {years[0]} to {years[-1]}" if years else "nothing is reported for this choice"
        raise SettingError(f"--year {year}: no report of that year; {known}")
    content = followup_content(system, concealed_follow_up(found), store_content(kept, "reports"), mask, language)
    if output is opt.OutputFormat.CSV and not content[part.value]:
        print_csv([], _columns(part.value))
        return
    give(KIND, content, system, (output, language), year=year, every=every, part=part.value)


def followup_content(
    system: CareSystem, found: Mapping[str, Any], store: Mapping[str, Any], mask: int, lang: opt.Language
) -> dict[str, Any]:
    """Return what `followup show` prints as JSON.

    Parameters
    ----------
    system
        The dataset.
    found
        Of `interface.followup_concealed.concealed_follow_up`.
    store
        Of `interface.followup_store.store_content`.
    mask
        Of the follow-up.
    lang
        Of the limits.
    """
    limits = [
        {"id": t.id, "value": t.value, "low": t.low, "high": t.high, "unit": t.unit, "grade": t.grade,
         "source": t.source, "meaning": t.meanings[lang]}
        for t in load_triggers().values()
    ]  # fmt: skip
    return {
        "manifest": data_manifest(system), "limits": limits_of("followup", lang), "store": dict(store), "mask": mask,
        **found, "review_limits": limits, "earlier_years": int(load_triggers()["earlier_years"].value),
    }  # fmt: skip
