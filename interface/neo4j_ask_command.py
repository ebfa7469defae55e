"""The command ``neo4j ask``: queries of the cookbook, and free ones that only read."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.text import Text

from graph_schema import SettingError, StoreError
from impact.version import code_version
from interface import neo4j_access as access
from interface import options as opt
from interface.manifest import limits_of
from interface.neo4j_ask_view import answer_view, free_view, list_view, names_of, show_view, told
from interface.neo4j_parameters import free_values, known_nodes, recipe_values
from interface.output import print_csv, print_json, print_table
from interface.texts import Language, text
from loaders.neo4j_store import Database, Version, find_version
from loaders.neo4j_store.graph_values import plain_value
from loaders.neo4j_store.recipes import Recipe, find_recipe, recipes

__all__ = ["ask_command"]

CypherOption = Annotated[
    str | None,
    typer.Option("--cypher", metavar="QUERY", help="A query of your own that only reads; '-' reads standard input."),
]
FileOption = Annotated[
    Path | None, typer.Option("--file", metavar="FILE.cypher", help="A query of your own, from a file.")
]
MOST_ROWS = 100_000


def ask_command(
    name: Annotated[str | None, typer.Argument(help="A query of the cookbook; without it they are listed.")] = None,
    assignments: Annotated[
        list[str] | None, typer.Argument(metavar="[PARAM=VALUE]...", help="Its parameters, such as hospital=Umeå.")
    ] = None,
    show: Annotated[
        bool, typer.Option("--show", help="Print the Cypher and what it counts; asks no database.")
    ] = False,
    cypher: CypherOption = None,
    file: FileOption = None,
    limit: Annotated[int, typer.Option("--limit", help="Rows of a query of your own that are shown at most.")] = 200,
    timeout: Annotated[float, typer.Option("--timeout", help="Seconds after which a query is stopped.")] = 30.0,
    version: access.VersionOption = None,
    uri: access.UriOption = access.URI,
    user: access.UserOption = access.USER,
    database: access.DatabaseOption = access.DATABASE,
    output: opt.FormatOption = opt.OutputFormat.TABLE,
    lang: opt.LangOption = opt.Lang.SV,
) -> None:
    """Ask the database a ready question of the cookbook, or a query of your own that only reads.

    Areas, hospitals, competences and resources are named as elsewhere: an id, a name or a part of it. A query of your
    own has $version (hash of the version) and $as_of (its day) beside what you give as NAME=VALUE.

    Examples: randzon neo4j ask;  randzon neo4j ask thin_areas hospital=Umeå most=1;  randzon neo4j ask thin_areas
    --show;  randzon neo4j ask --cypher 'MATCH (h:Hospital {randzon_version: $version}) RETURN h LIMIT 3'
    """
    language, words = opt.language(lang), list(assignments or [])
    if not 1 <= limit <= MOST_ROWS:
        raise SettingError(f"--limit {limit}: choose 1 to {MOST_ROWS} rows")
    if not 0 < timeout <= 3600:
        raise SettingError(f"--timeout {timeout:g}: choose up to 3600 seconds")
    own = _own_query(cypher, file)
    if own is not None:
        if name is not None and "=" not in name:
            raise SettingError(f"{name}: a query of your own stands alone; leave the name out, or --cypher")
        words = [*([] if name is None else [name]), *words]
        with access.opened(uri, user, database) as found:
            _ask_own(found, find_version(found, version), own, words, limit, timeout, output, language)
        return
    if name is None:
        _list(output, language)
        return
    recipe = find_recipe(name)
    if show:
        _show(recipe, output, language)
        return
    with access.opened(uri, user, database) as found:
        _ask(found, find_version(found, version), recipe, words, timeout, output, language)


def _own_query(cypher: str | None, file: Path | None) -> str | None:
    if cypher is None and file is None:
        return None
    if cypher is not None and file is not None:
        raise SettingError("--cypher and --file: give one of them")
    if file is not None:
        try:
            found = file.read_text(encoding="utf-8-sig")
        except OSError as error:
            raise StoreError(f"{file} cannot be read ({error.strerror}): check the path and the rights") from error
        except UnicodeDecodeError as error:
            raise StoreError(f"{file} is not UTF-8: save it as UTF-8") from error
    else:
        found = sys.stdin.read() if cypher == "-" else str(cypher)
    if not found.strip():
        raise SettingError("the query is empty: write Cypher, such as 'MATCH (n:Hospital) RETURN n.name_sv LIMIT 5'")
    return found


def _manifest(version: Version, day: date | None = None) -> dict[str, Any]:
    dataset = {"name": version.name or None, "version": version.dataset_version or None,
               "as_of": version.as_of if day is None else day.isoformat()}  # fmt: skip
    empty = ("scenario_hash", "seed", "draws", "years", "start")
    return {"system_hash": version.version, "code_version": code_version(), **dict.fromkeys(empty), "dataset": dataset}


def _about(recipe: Recipe) -> dict[str, Any]:
    return {
        "name": recipe.name,
        **{f"{n}_{lang}": told(recipe, n, lang) for n in ("title", "question", "note") for lang in ("sv", "en")},
        "needs": list(recipe.needs),
        "parameters": [
            {"name": p.name, "name_sv": p.name_sv, "type": p.type, "required": p.required, "default": p.default or None,
             "minimum": p.minimum, "maximum": p.maximum, "unit": p.unit or None, "values": list(p.values),
             "meaning_sv": p.meaning_sv, "meaning_en": p.meaning_en}
            for p in recipe.parameters
        ],
        "columns": [{"name": c.name, "type": c.type, "unit": c.unit or None} for c in recipe.columns],
        "cypher": recipe.cypher,
    }  # fmt: skip


def _list(output: opt.OutputFormat, lang: Language) -> None:
    found = list(recipes().values())
    if output is opt.OutputFormat.JSON:
        print_json({"queries": [_about(recipe) for recipe in found]})
    elif output is opt.OutputFormat.CSV:
        columns = ("name", f"title_{lang}", f"question_{lang}", "parameters", "needs")
        print_csv(
            [{**_about(r), "parameters": [p.name for p in r.parameters]} for r in found], columns
        )  # fmt: skip
    else:
        print_table(list_view(found, lang))


def _show(recipe: Recipe, output: opt.OutputFormat, lang: Language) -> None:
    if output is opt.OutputFormat.JSON:
        print_json({"queries": [_about(recipe)]})
    elif output is opt.OutputFormat.CSV:
        raise SettingError("--show: choose --format table or json")
    else:
        print_table(show_view(recipe, lang))


def _ask(
    database: Database,
    version: Version,
    recipe: Recipe,
    assignments: Sequence[str],
    timeout: float,
    output: opt.OutputFormat,
    lang: Language,
) -> None:
    names, clusters = known_nodes(database, version.version)
    values = recipe_values(recipe, assignments, names, clusters, date.fromisoformat(version.as_of))
    _, found, more = database.scan(recipe.cypher, {**values, "version": version.version}, MOST_ROWS, timeout)
    columns = [column.name for column in recipe.columns]
    rows = [dict(zip(columns, map(plain_value, row), strict=True)) for row in found]
    if output is opt.OutputFormat.JSON:
        print_json(
            {
                "manifest": _manifest(version, values.get("as_of")), "limits": limits_of("neo4j_ask", lang),
                "query": _about(recipe), "parameters": {k: plain_value(v) for k, v in values.items()},
                "rows": rows, "names": names_of(recipe, rows, names),
            }
        )  # fmt: skip
    elif output is opt.OutputFormat.CSV:
        print_csv(*_with_names(recipe, rows, names_of(recipe, rows, names), lang))
    else:
        limits = Text("\n".join(limits_of("neo4j_ask", lang)))
        print_table(Group(answer_view(recipe, values, rows, names, lang), limits))
    if more:
        sys.stderr.write(text("ask_more_rows", lang, limit=MOST_ROWS) + "\n")


def _with_names(
    recipe: Recipe, rows: Sequence[Mapping[str, Any]], names: Mapping[str, Mapping[str, str | None]], lang: Language
) -> tuple[list[dict[str, Any]], list[str]]:
    """The rows for CSV: after each column of ids one with the name."""
    columns: list[str] = []
    for column in recipe.columns:
        columns += [column.name] if column.type != "node" else [column.name, f"{column.name}_name"]
    found: list[dict[str, Any]] = []
    for row in rows:
        labels = {f"{c.name}_name": names.get(row[c.name], {}) for c in recipe.columns if c.type == "node"}
        found.append({**row, **{name: label.get(lang) or label.get("sv") for name, label in labels.items()}})
    return found, columns


def _ask_own(
    database: Database,
    version: Version,
    query: str,
    assignments: Sequence[str],
    limit: int,
    timeout: float,
    output: opt.OutputFormat,
    lang: Language,
) -> None:
    fixed = {"version": version.version, "as_of": date.fromisoformat(version.as_of)}
    columns, rows, more = database.scan(query, free_values(assignments, fixed), limit, timeout)
    plain = [dict(zip(columns, map(plain_value, row), strict=True)) for row in rows]
    if output is opt.OutputFormat.JSON:
        print_json({"manifest": _manifest(version), "columns": columns, "rows": plain, "more": more})
    elif output is opt.OutputFormat.CSV:
        print_csv(plain, columns)
    elif columns:
        print_table(free_view(columns, rows) if rows else Text(text("ask_nothing", lang)))
    if more:
        sys.stderr.write(text("ask_more_rows", lang, limit=limit) + "\n")
