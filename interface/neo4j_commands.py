"""Commands on a Neo4j database: push, versions, pull, branch, prune."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.text import Text

from graph_schema import SettingError, StoreError, UnknownNode
from impact import Result, open_result
from impact.version import code_version
from interface import neo4j_access as access
from interface import options as opt
from interface.neo4j_branch import branch_of, summary_rows
from interface.output import print_csv, print_json, print_table
from interface.progress import progress_bar
from interface.run_command import run_object
from interface.tables import plain_table
from interface.texts import Language, text
from loaders import system_from_mapping, write_dataset
from loaders.neo4j_store import (
    Database,
    Version,
    find_version,
    list_versions,
    prune,
    push,
    push_branch,
    push_result,
)
from scenarios import scenario_from_content

__all__ = ["app"]

app = typer.Typer(
    no_args_is_help=True,
    help="Keep systems in a Neo4j database that several people query. The password comes from the environment "
    "(RANDZON_NEO4J_PASSWORD), the keyring or a prompt, never from an option.",
)
SAVED = ".nc"
COLUMNS = ("neo4j_hash", "status", "name", "neo4j_dataset", "as_of", "neo4j_pushed", "neo4j_by", "nodes",
           "relationships", "scenarios")  # fmt: skip


def _count(number: int, lang: Language) -> str:
    return f"{number:,}".replace(",", "\u00a0" if lang == "sv" else ",")


def _said(key: str, version: Version | str, lang: Language, nodes: int, relationships: int) -> None:
    short = version if isinstance(version, str) else version.version
    counts = {"nodes": _count(nodes, lang), "relationships": _count(relationships, lang)}
    typer.echo(text(key, lang, version=short[:12], **counts))


@app.command("push")
def push_command(
    dataset: opt.DatasetOption = None,
    uri: access.UriOption = access.URI,
    user: access.UserOption = access.USER,
    database: access.DatabaseOption = access.DATABASE,
    wait: access.WaitOption = 30.0,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Write a dataset to the database as a version, and make it the current one.

    Nobody sees it until all of it is there. Where it is interrupted, the same command goes on. The same content is
    never written twice; older versions stay until 'neo4j prune'. Other data in the database are not touched.

    Example: randzon neo4j push --dataset mydata
    """
    system, language = opt.read_system(dataset), opt.language(lang)
    with access.opened(uri, user, database, wait) as found:
        with progress_bar("push") as move:
            done = push(found, system, access.who(), code_version(), move)
        said = {"new": "neo4j_new", "resumed": "neo4j_resumed", "there": "neo4j_there"}[done.outcome]
        _said(said, done.version, language, done.nodes, done.relationships)


def _row(version: Version) -> dict[str, Any]:
    status = "current" if version.current else "old" if version.complete else "unfinished"
    return {
        "version": version.version,
        "status": "removing" if version.pruning else status,
        "name": version.name,
        "dataset_version": version.dataset_version,
        "as_of": version.as_of,
        "pushed_at": None if version.pushed_at is None else version.pushed_at.isoformat(timespec="seconds"),
        "pushed_by": version.pushed_by,
        "code_version": version.code_version,
        "nodes": version.nodes,
        "relationships": version.relationships,
        "batches_done": None if version.complete else version.done,
        "batches": None if version.complete else version.batches,
        "scenarios": list(version.scenarios),
    }


def _shown(row: dict[str, Any], lang: Language) -> dict[str, Any]:
    status = {"current": "neo4j_current", "old": "neo4j_old", "unfinished": "neo4j_unfinished",
              "removing": "neo4j_removing"}[row["status"]]  # fmt: skip
    return {
        "neo4j_hash": row["version"][:12],
        "status": text(status, lang, done=row["batches_done"], batches=row["batches"]),
        "name": row["name"],
        "neo4j_dataset": row["dataset_version"],
        "as_of": row["as_of"],
        "neo4j_pushed": (row["pushed_at"] or "")[:16].replace("T", " "),
        "neo4j_by": row["pushed_by"],
        "nodes": _count(row["nodes"], lang),
        "relationships": _count(row["relationships"], lang),
        "scenarios": ", ".join(row["scenarios"]),
    }


@app.command("versions")
def versions_command(
    uri: access.UriOption = access.URI,
    user: access.UserOption = access.USER,
    database: access.DatabaseOption = access.DATABASE,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """List the versions in the database, the last pushed first: hash, dataset, when, who, scenarios.

    Example: randzon neo4j versions --format json
    """
    language = opt.language(lang)
    with access.opened(uri, user, database) as found:
        rows = [_row(version) for version in list_versions(found)]
    if output is opt.OutputFormat.JSON:
        print_json({"versions": rows})
    elif output is opt.OutputFormat.CSV:
        print_csv(rows, tuple(_row(EMPTY)))
    elif rows:
        print_table(Group(plain_table(None, [_shown(row, language) for row in rows], language, COLUMNS),
                          Text(text("neo4j_times", language))))  # fmt: skip
    else:
        typer.echo(text("neo4j_empty", language))


EMPTY = Version("", True, False, False, "", "", "", None, "", "", 0, 0, 0, 0, ())


@app.command("pull")
def pull_command(
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="A new or empty folder for the dataset.")],
    version: access.VersionOption = None,
    uri: access.UriOption = access.URI,
    user: access.UserOption = access.USER,
    database: access.DatabaseOption = access.DATABASE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Write a version back as a dataset folder, checked by its hash.

    Example: randzon neo4j pull --out mydata
    """
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise StoreError(f"{out} exists and is not an empty folder: choose another path")
    with access.opened(uri, user, database) as found:
        chosen, system = access.pulled(found, version)
    write_dataset(system, out)
    _said("neo4j_pulled", chosen, opt.language(lang), chosen.nodes, chosen.relationships)
    typer.echo(str(out))


def _branch_result(database: Database, path: Path, every_year: bool, lang: Language) -> None:
    result = open_result(path)
    if not {"system", "scenario", "scenario_content"} <= result.notes.keys():
        raise StoreError(f"{path} carries no system and scenario: give a file that 'randzon run … --out' wrote")
    try:
        chosen = find_version(database, str(result.manifest["system_hash"]))
    except UnknownNode as error:
        changed = " (it was run with --set, which makes another system)" if result.manifest.get("set") else ""
        raise StoreError(f"{path} belongs to a system that is not in the database{changed}: push that first") from error
    system = system_from_mapping(result.notes["system"])
    scenario = scenario_from_content(result.notes["scenario_content"])
    branch = branch_of(scenario, system)
    push_branch(database, chosen, branch, access.who())
    effects = run_object(system, result, result.notes["scenario"], "en")["effects"]
    rows = summary_rows(effects, None if every_year else _told_year(result))
    fresh = push_result(database, chosen, branch, result.manifest, rows)
    key = "neo4j_result" if fresh else "neo4j_result_there"
    typer.echo(text(key, lang, name=scenario.name, version=chosen.short, rows=len(rows)))


def _told_year(result: Result) -> int:
    year, last = result.notes["scenario"].get("year"), int(result.manifest["years"])
    return last if year is None else min(int(year), last)


@app.command("branch")
def branch_command(
    scenario: Annotated[
        str, typer.Argument(help="Name from 'randzon scenarios', a TOML file, or a result that 'run --out' saved.")
    ],
    version: access.VersionOption = None,
    every_year: Annotated[
        bool, typer.Option("--every-year", help="Of a result: the effects of every year, not of the last alone.")
    ] = False,
    uri: access.UriOption = access.URI,
    user: access.UserOption = access.USER,
    database: access.DatabaseOption = access.DATABASE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Store a scenario beside a version, as an overlay that changes nothing of it; of a saved result its effects too.

    'run NAME --from neo4j' runs what is stored.

    Examples: randzon neo4j branch hocm;  randzon neo4j branch hocm.nc
    """
    language = opt.language(lang)
    if Path(scenario).suffix == SAVED:
        if version is not None:
            raise SettingError("--version: a result belongs to the version that it was run on; leave the option out")
        with access.opened(uri, user, database) as found:
            _branch_result(found, Path(scenario), every_year, language)
        return
    wanted = opt.find_scenario(scenario)
    with access.opened(uri, user, database) as found:
        chosen, system = access.pulled(found, version)
        fresh = push_branch(found, chosen, branch_of(wanted, system), access.who())
    key = "neo4j_branch" if fresh else "neo4j_branch_there"
    typer.echo(text(key, language, name=wanted.name, version=chosen.short))


@app.command("prune")
def prune_command(
    keep: Annotated[
        int | None, typer.Option("--keep", metavar="N", help="Remove all but the N versions pushed last.")
    ] = None,
    version: Annotated[str | None, typer.Option("--version", metavar="HASH", help="Remove this one.")] = None,
    unfinished: Annotated[
        bool, typer.Option("--unfinished", help="Remove pushes that are not finished (is nobody pushing now?).")
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Also relationships that others have tied to what is removed.")
    ] = False,
    uri: access.UriOption = access.URI,
    user: access.UserOption = access.USER,
    database: access.DatabaseOption = access.DATABASE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Remove versions with their scenarios and results; say which.

    Examples: randzon neo4j prune --keep 3;  randzon neo4j prune --unfinished
    """
    if (keep is not None) + (version is not None) + unfinished != 1:
        raise SettingError("prune: say what to remove, with one of --keep N, --version HASH and --unfinished")
    if keep is not None and keep < 1:
        raise SettingError(f"--keep {keep}: at least 1; --version removes a single one")
    language = opt.language(lang)
    with access.opened(uri, user, database) as found:
        these = _chosen(found, keep, version, unfinished)
        if not these:
            typer.echo(text("neo4j_nothing", language))
        for chosen in these:
            with progress_bar(chosen.short) as move:
                prune(found, chosen, move, force=force)
            _said("neo4j_pruned", chosen, language, chosen.nodes, chosen.relationships)


def _chosen(database: Database, keep: int | None, version: str | None, unfinished: bool) -> list[Version]:
    if version is not None:
        return [find_version(database, version)]
    versions = list_versions(database)
    if unfinished:
        return [v for v in versions if not v.complete]
    return [v for v in versions if v.complete][keep:]
