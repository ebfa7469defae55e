"""The command compare: saved results and scenarios side by side, each against the first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group, RenderableType
from rich.text import Text

from graph_schema import CareSystem, SettingError, StoreError
from impact import Settings, load_measures, open_result, run_scenario
from impact.questions.compare import Side, compare_rows, named_differences, run_again, told_year
from interface import options as opt
from interface.answers import AnswerKind, give
from interface.effect_selection import LEADING, differs_visibly
from interface.manifest import limits_of
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from interface.progress import progress_bar
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["KIND", "compare_content", "register"]

DRAWS, SEED, YEARS = 200, 1, 10
SAVED = ".nc"
LEAST = 2
COLUMNS = ("of", "hospital", "region", "national", "measure", "unit", "year", "a", "b", "difference", "low", "high",
           "from_model", "from_system", "paired")  # fmt: skip
Row = Mapping[str, Any]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("compare")(compare_command)


def _saved(sources: Sequence[str]) -> dict[str, Side]:
    found: dict[str, Side] = {}
    for source in sources:
        if Path(source).suffix == SAVED:
            result = open_result(Path(source))
            if "system" not in result.notes:
                raise StoreError(f"{source} carries no system: give a file that 'randzon run … --out' wrote")
            found[source] = Side(source, result, None)
    return found


def _settings(saved: Mapping[str, Side], seed: int | None, draws: int | None, years: int | None, workers: int | None
              ) -> Settings:  # fmt: skip
    """Those given; else those of the first saved result, so that the draws are the same; else the defaults."""
    known: Mapping[str, Any] = next((s.result.manifest for s in saved.values()), dict[str, Any]())
    settings = Settings(
        seed=known.get("seed", SEED) if seed is None else seed,
        draws=known.get("draws", DRAWS) if draws is None else draws,
        years=known.get("years", YEARS) if years is None else years,
        start=known.get("start"),
        workers=opt.default_workers() if workers is None else workers,
        grade_shares=False,
        sets=False,
    )
    settings.check()
    return settings


def _sides(sources: Sequence[str], saved: Mapping[str, Side], system: CareSystem | None, settings: Settings,
           rerun: bool) -> list[Side]:  # fmt: skip
    found: list[Side] = []
    for source in sources:
        with progress_bar(source) as move:
            if source in saved:
                side = saved[source]
                again = run_again(source, side.result, settings.workers, move) if rerun else None
                found.append(Side(source, side.result, again))
                continue
            assert system is not None  # read where there is any scenario
            result = run_scenario(system, opt.find_scenario(source), None, settings, move)
            found.append(Side(source, result, result))
    return found


def _cells(row: Row, names: Mapping[str, str], lang: Language) -> dict[str, Any]:
    measure = load_measures()[row["measure"]]
    decimals = decimals_for(row["low"] or 0.0, row["high"] or 0.0) if row["paired"] else 1
    entity = str(row.get("hospital") or row.get("region") or row["national"])

    def shown(name: str) -> str:
        return format_value(row[name], decimals, lang, signed=True)

    interval = f"{shown('low')} … {shown('high')}" if row["paired"] else "–"
    return {
        "compare_where": names.get(entity, text(entity, lang)),
        "measure": f"{measure.short[lang]}, {text(row['unit'], lang)}",
        "compare_a": shown("a"), "compare_b": shown("b"), "compare_difference": shown("difference"),
        "interval": interval, "compare_from_model": shown("from_model"), "compare_from_system": shown("from_system"),
    }  # fmt: skip


def compare_view(nodes: NamedNodes, content: Mapping[str, Any], lang: Language, show_all: bool) -> RenderableType:
    """Return what a person reads of a comparison.

    Parameters
    ----------
    nodes
        For names.
    content
        Of the command.
    lang, show_all
        Options of the command.
    """
    names = nodes.names(lang)
    parts: list[RenderableType] = []
    for label in content["labels"][1:]:
        rows = [r for r in content["rows"] if r["of"] == label]
        shown = [r for r in rows if show_all or (differs_visibly(r) and r["measure"] in LEADING)]
        title = text("title_compare", lang, a=content["labels"][0], b=label, year=content["year"])
        parts.append(Text(title, style="bold"))
        named = [d for d in content["differences"] if d["of"] == label]
        parts.extend(Text(text("compare_input", lang, input=d["input"], a=d["a"], b=d["b"])) for d in named)
        if shown:
            parts.append(plain_table(None, [_cells(r, names, lang) for r in shown], lang))
        else:
            parts.append(Text(text("compare_same", lang)))
        if len(rows) > len(shown):
            parts.append(Text(text("hidden", lang, count=len(rows) - len(shown)), style="dim"))
        parts.append(Text())
    return Group(*parts, Text("\n".join(content["limits"])))


KIND = AnswerKind(
    "compare",
    lambda a: compare_view(a.nodes, a.content, a.lang, a.shown["all"]),
    lambda a: a.content["rows"],
    COLUMNS,
)


def compare_content(sides: Sequence[Side], year: int, lang: Language) -> dict[str, Any]:
    """Return results side by side, each against the first, as `compare` prints them.

    Parameters
    ----------
    sides
        The results.
    year
        From 0; all have it.
    lang
        Of the limits.
    """
    return {
        "manifests": [dict(side.result.manifest) for side in sides],
        "limits": limits_of("compare", lang),
        "labels": [side.label for side in sides],
        "year": year,
        "differences": [d for side in sides[1:] for d in named_differences(sides[0], side)],
        "rows": [row for side in sides[1:] for row in compare_rows(sides[0], side, year)],
    }


def compare_command(
    sources: Annotated[
        list[str], typer.Argument(metavar="A B [C …]", help="Saved results (.nc), scenario names or TOML files.")
    ],
    dataset: opt.DatasetOption = None,
    seed: Annotated[
        int | None, typer.Option("--seed", help="Of scenarios that are run; default: as the first saved.")
    ] = None,
    draws: Annotated[
        int | None, typer.Option("--draws", help="Of scenarios that are run; default: as the first saved, else 200.")
    ] = None,
    years: Annotated[
        int | None, typer.Option("--years", help="Of scenarios that are run; default: as the first saved, else 10.")
    ] = None,
    year: opt.YearOption = None,
    rerun: Annotated[
        bool,
        typer.Option(
            "--rerun/--no-rerun",
            help="Run saved results again by the present code, to tell the model's part "
            "of a difference from that of the inputs.",
        ),
    ] = True,
    workers: opt.WorkersOption = None,
    show_all: opt.AllOption = False,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Compare results, each against the first: what differs, and whether the model or the inputs changed it.

    Examples: randzon compare hocm hocm_satellit;  randzon compare old.nc new.nc;  randzon compare old.nc hocm
    """  # fmt: skip
    if len(sources) < LEAST:
        raise SettingError(f"compare {' '.join(sources)}: name two or more results or scenarios")
    saved = _saved(sources)
    settings = _settings(saved, seed, draws, years, workers)
    system = opt.read_system(dataset) if len(saved) < len(set(sources)) else None
    sides = _sides(sources, saved, system, settings, rerun)
    last, language = told_year(sides), opt.language(lang)
    opt.check_year(year, last)
    told = last if year is None else year
    give(KIND, compare_content(sides, told, language), sides[0].system, (output, language), all=show_all)
