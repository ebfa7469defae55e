"""The clusters command: which areas ought to be reviewed together, why, and which case should wait."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from graph_schema import CareSystem, SettingError, StoreError
from impact.questions.clusters import clusters, clusters_of, reviewed_areas, strongest_pairs
from impact.questions.interplay import pair_interactions, smaller_university_hospitals
from impact.questions.screen_runs import ScreenSettings
from impact.questions.ties import Pair, pair_strength, ties_between
from interface import options as opt
from interface.answers import AnswerKind, give
from interface.clusters_view import clusters_view, reason_of
from interface.manifest import data_manifest, limits_of
from interface.named_nodes import NamedNodes
from interface.progress import progress_bar

__all__ = ["KIND", "register"]

MEASURE = "patients_without_full_competence"
LeastOption = Annotated[
    float, typer.Option("--min", help="Strength (0–1) from which on two areas are bound to each other.")
]
InteractionsOption = Annotated[
    int | None,
    typer.Option("--interactions", metavar="DRAWS", help="Run the strongest pairs together and apart; e.g. 20 draws."),
]
PairsOption = Annotated[int, typer.Option("--pairs", help="With --interactions: pairs run at most.")]
AttributionOption = Annotated[
    Path | None,
    typer.Option("--attribution", metavar="FILE.json", help="Take the interactions from what 'attribute' printed."),
]


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("clusters")(clusters_command)


def _attributed(system: CareSystem, file: Path) -> dict[Pair, Mapping[str, Any]]:
    """Interactions of a saved attribution, summed over the smaller university hospitals."""
    try:
        content: Any = json.loads(file.read_text(encoding="utf-8"))
        rows = cast(list[dict[str, Any]], content["interactions"])
        smaller = set(smaller_university_hospitals(system))
        found: dict[Pair, float] = {}
        for row in rows:
            if row["measure"] == MEASURE and row["hospital"] in smaller and row["statistic"] == "mean":
                pair = (min(row["a"], row["b"]), max(row["a"], row["b"]))
                found[pair] = found.get(pair, 0.0) + float(row["value"])
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, KeyError, TypeError, ValueError) as error:
        raise StoreError(f"{file}: no saved attribution: write it with 'randzon attribute --format json'") from error
    return {pair: {"interaction": value, "low": None, "high": None} for pair, value in found.items()}


def _interactions(
    system: CareSystem, least: float, settings: ScreenSettings, most: int
) -> dict[Pair, Mapping[str, Any]]:
    if settings.draws < 2 or most < 1:
        raise SettingError(f"--interactions {settings.draws} --pairs {most}: at least 2 draws and 1 pair")
    ties = ties_between(system, reviewed_areas(system))
    strengths = {pair: pair_strength(found) for pair, found in ties.items()}
    pairs = strongest_pairs(strengths, clusters_of(strengths, least), least)
    with progress_bar("clusters") as move:
        return pair_interactions(system, pairs, settings, most, move)


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    waiting = [f"{w['area']} < {w['waits_for']}" for w in row["wait_for"]]
    return {"areas": row["areas"], "strength": row["strength"], "reason_sv": row["reason_sv"],
            "interaction": row["interaction"], "wait_for": waiting}  # fmt: skip


KIND = AnswerKind(
    "clusters",
    lambda a: clusters_view(a.nodes, a.content, a.lang),
    lambda a: [_flat(row) for row in a.content["clusters"]],
    ("areas", "strength", "reason_sv", "interaction", "wait_for"),
)


def clusters_command(
    least: LeastOption = 0.2,
    interactions: InteractionsOption = None,
    pairs: PairsOption = 12,
    attribution: AttributionOption = None,
    dataset: opt.DatasetOption = None,
    seed: opt.SeedOption = 1,
    years: opt.YearsOption = 10,
    workers: opt.WorkersOption = None,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Group the decided and coming areas that ought to be reviewed together, and say which case should wait.

    Areas are bound by dependence, by narrow competences with few heads and by resources that few hospitals operate.

    Examples: randzon clusters;  randzon clusters --min 0.3 --interactions 20
    """
    if interactions is not None and attribution is not None:
        raise SettingError("--interactions and --attribution: choose one")
    system, found = opt.read_system(dataset), dict[Pair, Mapping[str, Any]]()
    clusters(system, least)  # refuses an impossible strength before the runs
    if interactions is not None:
        threads = opt.default_workers() if workers is None else workers
        found = _interactions(system, least, ScreenSettings(seed, interactions, years, threads), pairs)
    if attribution is not None:
        found = _attributed(system, attribution)
    nodes = NamedNodes.of(system)
    rows: list[dict[str, Any]] = [
        {**row, "reason_sv": reason_of(nodes, row, "sv"), "reason_en": reason_of(nodes, row, "en")}
        for row in clusters(system, least, found)
    ]
    run = {} if interactions is None else {"seed": seed, "draws": interactions}
    language = opt.language(lang)
    content = {"manifest": {**data_manifest(system), **run}, "limits": limits_of("clusters", language),
               "min": least, "clusters": rows}  # fmt: skip
    give(KIND, content, system, (output, language))
