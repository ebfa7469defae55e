"""The commands of draw that show a saved answer: growth, shares and interactions of decisions, and headroom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from graph_schema import SettingError, UnknownNode
from impact import load_measures
from interface import accumulate_command, attribute_command, headroom_command
from interface import options as opt
from interface.answers import AnswerKind, read_document
from interface.attribution_reading import AttributionReading
from interface.drawings.growth import growth_measures, growth_picture
from interface.drawings.headroom import headroom_picture
from interface.drawings.interactions import interaction_keys, interactions_picture
from interface.drawings.shares import MOST, key_of, shares_picture
from interface.named_nodes import NamedNodes
from interface.picture_files import OutOption, TableOption, check_picture, write_picture

__all__ = ["register"]

Document = dict[str, Any]
HospitalOption = Annotated[
    str | None, typer.Option("--hospital", metavar="NAME", help="A hospital of the answer, by id or part of its name.")
]
MeasureOption = Annotated[
    str | None,
    typer.Option("--measure", metavar="ID", help="A measure of the answer; default: the first that changes."),
]
RiskOption = Annotated[
    bool, typer.Option("--risk", help="The risk of lying below the measure's floor instead of its mean.")
]
YearOption = Annotated[int | None, typer.Option("--year", help="0 or the last year of the answer; default: the last.")]


def register(app: typer.Typer) -> None:
    """Add the commands to those of draw."""
    app.command("growth")(growth_command)
    app.command("shares")(shares_command)
    app.command("interactions")(interactions_command)
    app.command("headroom")(headroom_picture_command)


def _read(file: Path, kind: AnswerKind) -> Document:
    return read_document(file, {kind.command: kind})


def _hospital(document: Document, wanted: str | None) -> str | None:
    """The hospital of an answer that a word means; an answer carries no dataset, so only its own names are known."""
    if wanted is None:
        return None
    stated: dict[str, dict[str, str]] = document["nodes"]
    hospitals = {h: names for h, names in stated.items() if "kind" in names}
    if wanted in hospitals:
        return wanted
    plain = wanted.casefold()
    found = [
        h for h, n in hospitals.items() if plain in h or plain in n["sv"].casefold() or plain in n["en"].casefold()
    ]
    if len(found) != 1:
        raise UnknownNode(f"{wanted}: write one of the ids {', '.join(found or hospitals)}")
    return found[0]


def _year(document: Document, year: int | None) -> int:
    last = int(document["manifest"]["years"])
    if year not in (None, 0, last):
        raise SettingError(f"--year {year}: shares are computed for year 0 and year {last}; choose one of them")
    return last if year is None else year


def _measure(measure: str | None) -> str | None:
    if measure is not None and measure not in load_measures():
        raise SettingError(f"--measure {measure}: choose one of {', '.join(load_measures())}")
    return measure


def growth_command(
    file: Annotated[Path, typer.Argument(help="What 'accumulate --out' saved.")],
    out: OutOption,
    measure: MeasureOption = None,
    hospital: HospitalOption = None,
    table: TableOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw how the effect of all decisions grew at each hospital until today, and what is still to come.

    Example: randzon draw growth together.json --measure competences_lost --out growth.svg
    """
    check_picture(out, table)
    document = _read(file, accumulate_command.KIND)
    place = _hospital(document, hospital)
    known = growth_measures(document, place)
    if not known and measure is None:
        raise SettingError(f"{file}: nothing changes visibly in its timeline")
    write_picture(growth_picture(document, opt.language(lang), _measure(measure) or known[0], place), out, table)


def shares_command(
    file: Annotated[Path, typer.Argument(help="What 'attribute --out' saved.")],
    out: OutOption,
    measure: MeasureOption = None,
    hospital: HospitalOption = None,
    risk: RiskOption = False,
    year: YearOption = None,
    most: Annotated[int, typer.Option("--most", min=1, help="Decisions with bars of their own.")] = MOST,
    table: TableOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw what each decision is to answer for in three figures side by side, decisions by date.

    Example: randzon draw shares umea.json --measure posts_not_sustained --out shares.html
    """
    check_picture(out, table)
    document = _read(file, attribute_command.KIND)
    language, shown = opt.language(lang), _year(document, year)
    reading = AttributionReading(NamedNodes(document["nodes"]), document, language, shown)
    key = key_of(reading, _hospital(document, hospital), _measure(measure), "p_below_floor" if risk else "mean")
    write_picture(shares_picture(document, language, key, shown, most), out, table)


def interactions_command(
    file: Annotated[Path, typer.Argument(help="What 'attribute --interactions --out' saved.")],
    out: OutOption,
    measure: MeasureOption = None,
    hospital: HospitalOption = None,
    risk: RiskOption = False,
    year: YearOption = None,
    least: Annotated[
        float | None,
        typer.Option("--least", min=0.0, help="Size from which a pair is drawn; default: a tenth of the largest."),
    ] = None,
    table: TableOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw what pairs of decisions do together beyond each by itself, as a network; the table holds every pair.

    Example: randzon draw interactions umea.json --measure patients_displaced --least 2 --out pairs.svg
    """
    check_picture(out, table)
    document = _read(file, attribute_command.KIND)
    language, shown = opt.language(lang), _year(document, year)
    reading = AttributionReading(NamedNodes(document["nodes"]), document, language, shown)
    place, wanted = _hospital(document, hospital), _measure(measure)
    statistic = "p_below_floor" if risk else "mean"
    keys = [k for k in interaction_keys(reading, place) if wanted is None or k[1:] == (wanted, statistic)]
    if not keys:
        known = ", ".join(" ".join(k) for k in interaction_keys(reading)) or "none"
        raise SettingError(f"{file}: no visible pairs of that; it has {known} ('randzon attribute' computes pairs with "
                           "--interactions)")  # fmt: skip
    write_picture(interactions_picture(document, language, keys[0], shown, least), out, table)


def headroom_picture_command(
    file: Annotated[Path, typer.Argument(help="What 'headroom --out' saved.")],
    out: OutOption,
    table: TableOption = None,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Draw how many more decisions each hospital takes, with range, strict and mild floors, north to south.

    Example: randzon draw headroom room.json --out room.pdf
    """
    check_picture(out, table)
    write_picture(headroom_picture(_read(file, headroom_command.KIND), opt.language(lang)), out, table)
