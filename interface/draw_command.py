"""The command draw: pictures as files, by what they show; the drawing itself is in `interface.drawings`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from graph_schema import GRADES, CareSystem, SettingError, StoreError
from impact import effect_rows, open_result
from impact.questions.patient_flows import patient_flows
from interface import draw_followup_command
from interface import options as opt
from interface.answers import read_document
from interface.compare_command import KIND as COMPARE
from interface.drawings.comparison import comparison_picture
from interface.drawings.competences import competences_picture
from interface.drawings.county_map import map_picture
from interface.drawings.effects import effects_picture
from interface.drawings.matrix import matrix_picture
from interface.drawings.network import network_picture
from interface.drawings.pipeline import pipeline_picture
from interface.drawings.surroundings import DIRECTIONS, Choice
from interface.drawings.timeline import timeline_picture
from interface.drawings.travel import TRAVEL, travel_picture
from interface.find_node import find_node
from interface.picture_files import OutOption, TableOption, check_picture, write_picture
from interface.texts import Language
from loaders import system_from_mapping
from scenarios.holders import holders, permits

__all__ = ["app"]

FLOW_DRAWS = 50
STATUSES = ("decided", "in_process", "tabled", "proposed", "closed", "never")

app = typer.Typer(
    name="draw",
    help="Pictures as files that need no network: HTML, SVG, PNG or PDF, by the ending of --out. HTML holds its table; "
    "beside the others a CSV file is written.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

AreaOption = Annotated[str | None, typer.Option("--area", metavar="NAME", help="A care area, by name or a part of it.")]


def _today(system: CareSystem, as_of: str | None) -> date:
    return opt.parse_dates({"--as-of": as_of})["--as-of"] or date.fromisoformat(system.settings["as_of"])


@app.command("map")
def map_command(
    out: OutOption,
    area: AreaOption = None,
    flows: Annotated[bool, typer.Option("--flows/--no-flows", help="Draw the patients' ways from home region.")] = True,
    draws: Annotated[int, typer.Option("--draws", help="States of knowledge drawn for the flows.")] = FLOW_DRAWS,
    seed: opt.SeedOption = 1,
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw the counties with hospitals, permits and patient flows, of one care area or of all with a permit.

    Examples: randzon draw map --out map.html;  randzon draw map --area hocm --out hocm.png
    """
    check_picture(out, table)
    system = opt.read_system(dataset)
    today = _today(system, as_of)
    if area is None:
        areas = [r.key[0] for r in system.rows["CareArea"] if permits(system, r.key[0], today)]
        providers: tuple[str, ...] = ()
    else:
        areas = [find_node(system, "CareArea", area)]
        providers = holders(system, areas[0], today)
    found = patient_flows(system, areas, today, seed, draws) if flows else []
    write_picture(map_picture(system, found, areas, opt.language(lang), today.isoformat(), providers), out, table)


@app.command("matrix")
def matrix_command(
    out: OutOption,
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Only care areas of this group, e.g. heart (see 'data area').")
    ] = None,
    status: Annotated[str | None, typer.Option("--status", help=f"Only areas that are {', '.join(STATUSES)}.")] = None,
    every: Annotated[bool, typer.Option("--all", help="A column for each hospital, also without permits.")] = False,
    mask: opt.MaskOption = None,
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw hospitals against care areas: who holds what, who does it without a permit, how many patients.

    Examples: randzon draw matrix --out matrix.html;  randzon draw matrix --cluster heart --out heart.svg
    """
    check_picture(out, table)
    if status is not None and status not in STATUSES:
        raise SettingError(f"--status {status}: choose one of {', '.join(STATUSES)}")
    if mask is not None and mask < 0:
        raise SettingError(f"--mask {mask}: choose 0 or more patients")
    system = opt.read_system(dataset)
    picture = matrix_picture(
        system, opt.language(lang), _today(system, as_of), cluster, status, mask or 0, every=every
    )  # fmt: skip
    write_picture(picture, out, table)


@app.command("competences")
def competences_command(
    out: OutOption,
    kind: Annotated[
        str, typer.Option("--kind", help="specialty, narrow_skill or profession; all takes every kind.")
    ] = "specialty",
    cluster: Annotated[
        str | None, typer.Option("--cluster", help="Only care areas of this group, e.g. heart (see 'data area').")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="A column for each hospital with a permit.")] = False,
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw competences against hospitals: how many of the hospital's permits each competence carries, and which.

    Examples: randzon draw competences --out competences.html;  randzon draw competences --cluster heart --out heart.svg
    """
    check_picture(out, table)
    system = opt.read_system(dataset)
    wanted = None if kind == "all" else kind
    picture = competences_picture(system, opt.language(lang), _today(system, as_of), wanted, cluster, every=every)
    write_picture(picture, out, table)


@app.command("network")
def network_command(
    out: OutOption,
    area: AreaOption = None,
    hospital: Annotated[
        str | None, typer.Option("--hospital", metavar="NAME", help="A hospital, by name or town.")
    ] = None,
    competence: Annotated[
        str | None, typer.Option("--competence", metavar="NAME", help="A specialty, a narrow skill or a profession.")
    ] = None,
    resource: Annotated[
        str | None, typer.Option("--resource", metavar="NAME", help="A shared resource, e.g. intensivvård.")
    ] = None,
    function: Annotated[
        str | None, typer.Option("--function", metavar="NAME", help="An emergency duty, education or research.")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="The strongest links of the whole system.")] = False,
    depth: Annotated[int, typer.Option("--depth", help="Links from the middle: 1, 2 or 3.")] = 1,
    links: Annotated[
        int | None,
        typer.Option("--links", help="Links drawn at most, strongest first; default: 120, at greater depth 180."),
    ] = None,
    direction: Annotated[
        str, typer.Option("--direction", help=f"{', '.join(DIRECTIONS)}: what the middle needs, or what needs it.")
    ] = "both",
    assumed: Annotated[
        bool, typer.Option("--assumed/--no-assumed", help="Also links whose evidence is an assumption.")
    ] = True,
    mask: opt.MaskOption = None,
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw what a care area, hospital, competence, resource or function depends on and what depends on it.

    As HTML it can be searched, filtered by type and grade, moved with mouse or keys, followed up and down from any
    box, and tells every number of what is drawn with its sources.

    Examples: randzon draw network --area hocm --out hocm.html;  randzon draw network --hospital umeå --out umea.pdf
    """
    check_picture(out, table)
    asked = {"CareArea": area, "Hospital": hospital, "Competence": competence, "Resource": resource,
             "Function": function}  # fmt: skip
    named = {kind: name for kind, name in asked.items() if name is not None}
    if len(named) + whole != 1:
        raise SettingError(
            "draw network: name one of --area NAME, --hospital NAME, --competence NAME, --resource NAME, "
            "--function NAME and --whole"
        )
    if mask is not None and mask < 0:
        raise SettingError(f"--mask {mask}: choose 0 or more patients")
    system = opt.read_system(dataset)
    focus = next((find_node(system, kind, name) for kind, name in named.items()), None)
    choice = Choice(direction, tuple(g for g in GRADES if assumed or g != "assumed"))
    picture = network_picture(system, opt.language(lang), focus, depth, links, choice, mask or 0)
    if not picture.table.rows:
        raise SettingError("draw network: no link is left; ask for both directions or leave out --no-assumed")
    write_picture(picture, out, table)


def _json(file: Path, key: str, remedy: str) -> Mapping[str, Any]:
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        rows = cast(list[dict[str, Any]], content[key])
        assert all(isinstance(r["measure"], str) for r in rows)
        assert isinstance(content["manifest"]["dataset"], dict)
    except (OSError, ValueError, KeyError, TypeError, AssertionError) as error:
        raise StoreError(f"{file} holds no {key}: {remedy}") from error
    return cast(Mapping[str, Any], content)


def _title(content: Mapping[str, Any], lang: Language) -> str | None:
    """The title that a saved answer was shown with; None where it has none."""
    try:
        shown = content["answer"]["shown"]
        return str(shown.get("scenario", shown)[f"title_{lang}"])
    except (KeyError, TypeError, AttributeError):
        return None


def _effects(file: Path, lang: Language, dataset: Path | None) -> tuple[list[Any], Mapping[str, Any], str, CareSystem]:
    """Rows, manifest, name and system of a saved run; a JSON answer carries no system, so the dataset names places."""
    if file.suffix.lower() != ".json":
        result = open_result(file)
        if not {"system", "scenario"} <= result.notes.keys():
            raise StoreError(f"{file} carries no system and scenario: give a file that 'randzon run … --out' wrote")
        system = system_from_mapping(result.notes["system"])
        return effect_rows(result, system), result.manifest, str(result.notes["scenario"][f"title_{lang}"]), system
    content = _json(file, "effects", "give a file that 'run --out' wrote, or what 'run --format json' printed")
    return content["effects"], content["manifest"], _title(content, lang) or file.stem, opt.read_system(dataset)


@app.command("effects")
def effects_command(
    file: Annotated[Path, typer.Argument(help="What 'run --out' saved (.nc), or a JSON answer with effects.")],
    out: OutOption,
    year: opt.YearOption = None,
    perspective: Annotated[
        str | None, typer.Option("--perspective", help="Only this one, with all its measures, e.g. emergency_care.")
    ] = None,
    show_all: opt.AllOption = False,
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw the effects of a saved run with their intervals, a panel for each measure, hospitals north to south.

    Example: randzon draw effects hocm.nc --out hocm.html
    """
    check_picture(out, table)
    language = opt.language(lang)
    rows, manifest, name, system = _effects(file, language, dataset)
    picture = effects_picture(system, rows, manifest, language, name, year, perspective, show_all=show_all)
    write_picture(picture, out, table)


@app.command("travel")
def travel_command(
    file: Annotated[Path, typer.Argument(help="What 'run --out' saved (.nc), or a JSON answer with effects.")],
    out: OutOption,
    measure: Annotated[
        str | None, typer.Option("--measure", help=f"One of {', '.join(TRAVEL)}; default: the first that changes.")
    ] = None,
    year: opt.YearOption = None,
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw how a saved run changes travel or transports in each region, on a map.

    Examples: randzon draw travel hocm.nc --out travel.html;  randzon draw travel hocm.nc --measure transports
    --out transports.png
    """
    check_picture(out, table)
    language = opt.language(lang)
    rows, manifest, name, system = _effects(file, language, dataset)
    write_picture(travel_picture(system, rows, manifest, language, name, measure, year), out, table)


@app.command("compare")
def compare_command(
    file: Annotated[Path, typer.Argument(help="What 'compare --format json' printed, or the page saved.")],
    out: OutOption,
    show_all: opt.AllOption = False,
    table: TableOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw how up to three results differ from the first of a saved comparison, a panel for each measure.

    Example: randzon draw compare compared.json --out compared.html
    """
    check_picture(out, table)
    document = read_document(file, {COMPARE.command: COMPARE})
    write_picture(comparison_picture(document, opt.language(lang), show_all=show_all), out, table)


@app.command("timeline")
def timeline_command(
    out: OutOption,
    file: Annotated[
        Path | None, typer.Argument(help="What 'accumulate --out' saved: also draw how the effect grew.")
    ] = None,
    measure: Annotated[
        str, typer.Option("--measure", help="Of the file's timeline.")
    ] = "patients_without_full_competence",
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw decisions and permits over time, and with a file how their accumulated effect grew.

    Examples: randzon draw timeline --out time.svg;  randzon draw timeline accumulated.json --out time.html
    """
    check_picture(out, table)
    system = opt.read_system(dataset)
    grown: Sequence[Any] = ()
    if file is not None:
        content = _json(file, "timeline", "give a file that 'accumulate --out' wrote")
        if content["manifest"].get("system_hash") != system.content_hash:
            raise SettingError(f"{file} was made with another dataset: give that one with --dataset")
        grown = content["timeline"]
    picture = timeline_picture(system, opt.language(lang), _today(system, as_of), grown, measure)
    write_picture(picture, out, table)


@app.command("pipeline")
def pipeline_command(
    out: OutOption,
    table: TableOption = None,
    dataset: opt.DatasetOption = None,
    as_of: opt.AsOfOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw the eight steps of the process with the care areas at each.

    Example: randzon draw pipeline --out steps.pdf
    """
    check_picture(out, table)
    system = opt.read_system(dataset)
    write_picture(pipeline_picture(system, opt.language(lang), _today(system, as_of)), out, table)


draw_followup_command.register(app, check_picture, write_picture)
