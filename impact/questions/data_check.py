"""Totals that the documents state against the same totals recomputed from the dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from graph_schema import CareSystem, Problem, SchemaViolation
from impact.questions.grades import citation
from impact.questions.permit_tallies import Tally
from impact.questions.tallies import FILTERS, TALLIES
from loaders.stated_totals import Statement

__all__ = ["check_totals"]

FILE = "stated_totals.csv"
JUST_UNDER = 0.8  # "just under ten" is 8 or more
ROUNDING = 1e-9
CONTRADICTIONS = "docs/contradictions.md"


def _problems(statement: Statement) -> Iterator[Problem]:
    kind = TALLIES.get(statement.compute)
    if kind is None:
        if statement.compute:
            remedy = "choose one of " + ", ".join(TALLIES)
            yield Problem(FILE, statement.row, "compute", statement.compute, "unknown kind of count", remedy)
        return
    allowed = sorted(kind.required | kind.optional)
    for name in sorted(kind.required - statement.filters.keys()):
        rule = f"{statement.compute} without the filter {name}"
        yield Problem(FILE, statement.row, "filters", None, rule, f"add {name}=…")
    for name, value in statement.filters.items():
        if name not in allowed:
            remedy = "choose one of " + (", ".join(allowed) or "none")
            yield Problem(FILE, statement.row, "filters", name, f"{statement.compute} has no such filter", remedy)
        elif not re.fullmatch(FILTERS[name], value):
            rule = f"no value of the filter {name}"
            yield Problem(FILE, statement.row, "filters", value, rule, f"write it as {FILTERS[name]}")


def _agrees(statement: Statement, ours: Tally) -> bool:
    stated = statement.stated
    if statement.relation == "over":
        return ours.value > stated
    if statement.relation == "at_least":
        return ours.value >= stated
    if statement.relation == "just_under":
        return JUST_UNDER * stated <= ours.value < stated
    if statement.relation == "about":
        return ours.low <= stated <= ours.high
    return abs(ours.value - stated) <= ROUNDING


def _note(statement: Statement, ours: Tally | None, agrees: bool | None) -> str:
    parts = [statement.note] if statement.note else []
    if ours is None and statement.compute:
        parts.append("the dataset holds nothing to count")
    if ours is not None and ours.low < ours.high:
        parts.append(f"90 % range {ours.low:.0f}–{ours.high:.0f}")
    if statement.contradiction:
        parts.append(f"contradiction {statement.contradiction} of {CONTRADICTIONS}")
    elif agrees is False:
        parts.append("not a listed contradiction: correct the dataset or the statement")
    return "; ".join(parts)


def _row(system: CareSystem, statement: Statement) -> dict[str, Any]:
    kind = TALLIES.get(statement.compute)
    ours = None if kind is None else kind.count(system, statement.filters)
    agrees = None if ours is None else _agrees(statement, ours)
    return {
        "id": statement.id,
        "statement": statement.statement,
        "place": citation(system, statement.source),
        "relation": statement.relation,
        "stated": statement.stated,
        "ours": None if ours is None else ours.value,
        "agrees": agrees,
        "note": _note(statement, ours, agrees),
    }


def check_totals(system: CareSystem, statements: Sequence[Statement]) -> list[dict[str, Any]]:
    """Return each stated total beside the same total recomputed from the dataset.

    Parameters
    ----------
    system
        A validated system; everything is recomputed from it.
    statements
        Of `loaders.stated_totals`.

    Returns
    -------
    list of dict
        One row a statement, in their order: ``id``, ``statement``, ``place`` (title and section; the id of a source
        that the dataset does not have), ``relation``,
        ``stated``, ``ours`` and ``agrees`` (None where it cannot be recomputed, and the note says why), ``note``
        (names the contradiction inside the documents, where there is one).

    Raises
    ------
    SchemaViolation
        If a statement names an unknown kind of count or filter (lists all), or the dataset has no
        ``history_start`` though a count needs it.
    """
    problems = [problem for statement in statements for problem in _problems(statement)]
    if problems:
        raise SchemaViolation(problems)
    return [_row(system, statement) for statement in statements]
