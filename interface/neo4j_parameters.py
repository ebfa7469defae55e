"""What people type as parameters of a query (``hospital=Umeå``) to typed values; every problem at once."""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

from graph_schema import CareSystem, RandzonError, Record, SettingError, UnknownNode
from interface.find_node import find_node
from interface.texts import has_text, text
from loaders.neo4j_store import Database
from loaders.neo4j_store.recipes import AS_OF, NODE_TYPES, Parameter, Recipe

__all__ = ["free_values", "known_nodes", "recipe_values"]

NAMES = ("id", "kind", "name_sv", "name_en", "name_in_source", "aliases", "sites")
KNOWN = """
MATCH (n:Randzon {randzon_version: $version})
WHERE n:CareArea OR n:Hospital OR n:Competence OR n:Resource OR n:Region OR n:Function
RETURN [l IN labels(n) WHERE l <> 'Randzon'][0] AS type, n.id AS id, n.kind AS kind, n.name_sv AS name_sv,
  n.name_en AS name_en, n.name_in_source AS name_in_source, n.aliases AS aliases, n.sites AS sites,
  n.cluster AS cluster
"""
YES, NO = ("yes", "ja", "true", "1"), ("no", "nej", "false", "0")


def known_nodes(database: Database, version: str) -> tuple[CareSystem, tuple[str, ...]]:
    """Return the names of a version's nodes as a system that holds nothing else, and its clusters of areas."""
    tables: dict[str, list[Record]] = {}
    clusters: set[str] = set()
    for row in database.read(KNOWN, version=version):
        values = {name: str(row[name]) for name in NAMES if row[name] is not None}
        tables.setdefault(row["type"], []).append(Record(row["type"], MappingProxyType(values)))
        if row["cluster"] is not None:
            clusters.add(str(row["cluster"]))
    return CareSystem(tables), tuple(sorted(clusters))


def _split(assignments: Iterable[str], problems: list[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for assignment in assignments:
        name, separator, value = assignment.partition("=")
        name = name.strip()
        if not separator or not name:
            problems.append(f"{assignment}: write NAME=VALUE, such as hospital=Umeå")
        elif name in found:
            problems.append(f"{name}: given twice; give it once")
        else:
            found[name] = value.strip()
    return found


def _one_of(value: str, allowed: Iterable[str], prefixes: Iterable[str]) -> str | None:
    """The word that is meant: itself, or as it is printed in either language."""
    wanted = value.casefold()
    for word in allowed:
        keys = [word, *(prefix + word for prefix in prefixes)]
        printed = {text(key, lang).casefold() for key in keys if has_text(key) for lang in ("sv", "en")}
        if wanted == word or wanted in printed:
            return word
    return None


def _number(parameter: Parameter, value: str) -> float | int:
    try:
        number = float(value.replace(",", "."))
    except ValueError:
        number = math.nan
    low = -math.inf if parameter.minimum is None else parameter.minimum
    high = math.inf if parameter.maximum is None else parameter.maximum
    whole = parameter.type == "whole"
    if not math.isfinite(number) or (whole and number != int(number)) or not low <= number <= high:
        kind = "a whole number" if whole else "a number"
        raise SettingError(f"write {kind} from {low:g} to {high:g}")
    return int(number) if whole else number


class _Reader:
    """Reads the value of a parameter as its type says."""

    def __init__(self, names: CareSystem, clusters: tuple[str, ...], as_of: date) -> None:
        self.names, self.clusters, self.as_of = names, clusters, as_of

    def read(self, parameter: Parameter, value: str) -> Any:
        if parameter.type in NODE_TYPES:
            return find_node(self.names, NODE_TYPES[parameter.type], value)
        if parameter.type in ("whole", "number"):
            return _number(parameter, value)
        if parameter.type == "date":
            return self._date(value)
        if parameter.type == "flag":
            return self._flag(value)
        allowed = self.clusters if parameter.type == "cluster" else parameter.values
        word = _one_of(value, allowed, ("ask_", f"{parameter.name}_"))
        if word is None:
            near = difflib.get_close_matches(value.casefold(), allowed, n=3, cutoff=0.5)
            hint = f"near: {', '.join(near)}; " if near else ""
            raise SettingError(f"no such word; {hint}choose one of {', '.join(allowed)}")
        return word

    def _date(self, value: str) -> date:
        if value == AS_OF:
            return self.as_of
        try:
            return date.fromisoformat(value)
        except ValueError as error:
            raise SettingError("no date; write it as YYYY-MM-DD") from error

    def _flag(self, value: str) -> bool:
        if value.casefold() not in (*YES, *NO):
            raise SettingError("write yes or no")
        return value.casefold() in YES


def _named(recipe: Recipe, assignments: Iterable[str], problems: list[str]) -> dict[str, str]:
    """What is typed by the parameters' own names."""
    found: dict[str, str] = {}
    labels = {label: p.name for p in recipe.parameters for label in (p.name, p.name_sv)}
    for label, value in _split(assignments, problems).items():
        name = labels.get(label.casefold().replace("-", "_"))
        if name is None:
            known = ", ".join(p.name for p in recipe.parameters) or "none"
            near = difflib.get_close_matches(label, labels, n=1, cutoff=0.5)
            hint = f"near: {near[0]}; " if near else ""
            problems.append(f"{label}: {recipe.name} has no such parameter; {hint}it has {known}")
        elif name in found:
            problems.append(f"{name}: given twice; give it once")
        else:
            found[name] = value
    return found


def recipe_values(
    recipe: Recipe, assignments: Iterable[str], names: CareSystem, clusters: tuple[str, ...], as_of: date
) -> dict[str, Any]:
    """Return a query's parameters with the values that are typed, else their defaults.

    Parameters
    ----------
    recipe
        Of the cookbook.
    assignments
        ``NAME=VALUE`` each; the name in English or Swedish, a node by id, name or part of it.
    names, clusters
        Of `known_nodes`.
    as_of
        The system's own day.

    Raises
    ------
    SettingError
        If a parameter is missing, unknown, given twice or has a wrong value; lists all.
    """
    problems: list[str] = []
    given = _named(recipe, assignments, problems)
    reader, found = _Reader(names, clusters, as_of), dict[str, Any]()
    for parameter in recipe.parameters:
        value = given.get(parameter.name, parameter.default)
        found[parameter.name] = None
        if parameter.name not in given and parameter.required:
            problems.append(f"{parameter.name} is missing: write {parameter.name}=… ({parameter.meaning_en.lower()})")
        elif value:
            try:
                found[parameter.name] = reader.read(parameter, value)
            except UnknownNode as error:
                problems.append(f"{parameter.name}={error}")
            except RandzonError as error:
                problems.append(f"{parameter.name}={value}: {error}")
        elif parameter.name in given:
            problems.append(f"{parameter.name}=: empty; write a value or leave the parameter out")
    if problems:
        raise SettingError("\n".join([*problems, f"'randzon neo4j ask {recipe.name} --show' explains the query"]))
    return found


def free_values(assignments: Iterable[str], fixed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a query of one's own: numbers, dates, true and false as such, all else text.

    Parameters
    ----------
    assignments
        ``NAME=VALUE`` each.
    fixed
        What every query has; may not be given.

    Raises
    ------
    SettingError
        If an assignment is malformed or given twice, or names what is fixed; lists all.

    Examples
    --------
    >>> free_values(["n=2", "h=nus", "all=true"], {})
    {'n': 2, 'h': 'nus', 'all': True}
    """
    problems: list[str] = []
    given = _split(assignments, problems)
    problems.extend(f"{name}: every query has it already; use another name" for name in given if name in fixed)
    if problems:
        raise SettingError("\n".join(problems))
    return {**fixed, **{name: _guess(value) for name, value in given.items()}}


def _guess(value: str) -> Any:
    if value in ("true", "false"):
        return value == "true"
    for kind in (int, float, date.fromisoformat):
        try:
            guess = kind(value)
        except ValueError:
            continue
        return guess if not isinstance(guess, float) or math.isfinite(guess) else value
    return value
