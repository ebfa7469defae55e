"""Registers beside the dataset: CSV files of claims, literature, statements, the case log in Swedish, what runs."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Literal

from graph_schema import Problem, SchemaViolation, StoreError, UnknownNode
from loaders.dataset_folder import packaged_folder

__all__ = ["REGISTERS", "RegisterSpec", "Row", "packaged_register", "read_register"]

Row = Mapping[str, str]
Rule = Literal["text", "required", "number"] | frozenset[str]

PERSPECTIVES = frozenset(
    ("emergency_care", "neighbouring_areas", "geography", "transport", "competence_supply", "education_research",
     "displacement", "redundancy", "own_care", "process")
)  # fmt: skip
HEADINGS = frozenset(
    ("dependence_on", "gain_from", "child", "research", "education", "icu", "emergency", "theatre", "geography",
     "transport", "investments", "staffing", "displacement")
)  # fmt: skip
YES_NO = frozenset(("yes", "no"))
STATEMENT_KINDS = frozenset(
    ("competence", "resource", "area", "function", "cooperation", "multi_competence", "same_team", "deviation",
     "refusal_reason", "competition")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RegisterSpec:
    """What a register's file holds.

    Attributes
    ----------
    file
        Its place in the folder of the dataset.
    columns
        Name to what a cell must be: any text, a text that is not empty, a number or empty, one of some words.
    lists
        Columns whose cells hold several words separated by semicolons.
    """

    file: str
    columns: Mapping[str, Rule]
    lists: frozenset[str] = frozenset()


def _spec(file: str, columns: Mapping[str, Rule], lists: str = "") -> RegisterSpec:
    return RegisterSpec(file, MappingProxyType(dict(columns)), frozenset(lists.split()))


_STATEMENT: dict[str, Rule] = {
    "area": "required", "kind": STATEMENT_KINDS, "target": "text", "target_free": "text", "statement": "required",
    "direction": frozenset(("needs", "needed_by", "mutual", "none")),
    "strength": frozenset(("required", "stated", "implied")), "place": "required", "source": "required",
}  # fmt: skip
REGISTERS: Mapping[str, RegisterSpec] = MappingProxyType(
    {
        "claims": _spec("evidence/claims.csv", {
            "id": "required", "kind": frozenset(("claim", "feared_risk", "hope")), "statement_sv": "required",
            "statement_en": "required", "role": "required", "area": "text", "hospital": "text", "resource": "text",
            "perspective": PERSPECTIVES, "direction": frozenset(("worse", "better", "none")), "number": "text",
            "unit": "text", "source": "required", "place": "required",
        }),
        "literature": _spec("evidence/literature.csv", {
            "id": "required", "area": "required", "quantity": "required", "value": "number", "low": "number",
            "high": "number", "unit": "required", "statistic": "text", "population": "text", "authors": "text",
            "title": "required", "journal": "text", "year": "number", "doi": "text", "address": "text",
            "seen": YES_NO, "confidence": frozenset(("high", "medium", "low")), "use_value": "number",
            "use_low": "number", "use_high": "number", "used": YES_NO, "derivation": "text", "note": "text",
        }),
        "volume_outcome": _spec("evidence/volume_outcome.csv", {
            "id": "required", "area": "required", "direction": frozenset(("better", "none", "worse")),
            "finding_sv": "required", "finding_en": "required", "design": frozenset(("association", "before_after")),
        }),
        "known_to_run": _spec("evidence/known_to_run.csv", {
            "id": "required", "hospital": "required", "kind": frozenset(("function", "competence", "area")),
            "target": "required", "since": "text", "evidence": "required", "source": "required",
            "confidence": frozenset(("high", "medium", "low")),
        }),
        "care_areas": _spec("evidence/care_areas.csv", {
            "id": "required", "definition_sv": "text", "motive_sv": "text",
        }),
        "case_log": _spec("evidence/case_log.csv", {"id": "required", "outcome_sv": "text", "reason_sv": "text"}),
        "first_reading": _spec("evidence/first_reading.csv", {"id": "required", **_STATEMENT}),
        "second_reading": _spec("evidence/second_reading.csv", {"id": "required", **_STATEMENT}),
        "statements": _spec("evidence/statements.csv", {
            "id": "required", **_STATEMENT, "headings": HEADINGS, "in_first": YES_NO, "in_second": YES_NO,
            "decision": frozenset(("kept", "dropped")), "reason": "text",
        }, lists="headings"),
    }
)  # fmt: skip


def _wrong(rule: Rule, cell: str, *, is_list: bool) -> tuple[str, str] | None:
    """Return the rule that a cell breaks and the remedy; None where it breaks none."""
    if isinstance(rule, frozenset):
        words = [w for w in cell.split(";") if w] if is_list else [cell]
        if all(word in rule for word in words):
            return None
        return "unknown word", "choose among " + ", ".join(sorted(rule))
    if rule == "required" and not cell:
        return "missing value", "fill it"
    if rule == "number" and cell:
        try:
            finite = math.isfinite(float(cell))
        except ValueError:
            finite = False
        if not finite:
            return "not a finite number", "write the number with a decimal point"
    return None


def _rows(text: str, spec: RegisterSpec, problems: list[Problem]) -> list[Row]:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True, restval="")
    missing = [column for column in spec.columns if column not in (reader.fieldnames or ())]
    if missing:
        problems.extend(Problem(spec.file, 1, c, None, "missing column", "add the column") for c in missing)
        return []
    found: list[Row] = []
    first: dict[str, int] = {}
    for number, cells in enumerate(reader, start=2):
        row = {column: (cells[column] or "").strip() for column in spec.columns}
        for column, rule in spec.columns.items():
            wrong = _wrong(rule, row[column], is_list=column in spec.lists)
            if wrong:
                problems.append(Problem(spec.file, number, column, row[column] or None, *wrong))
        if first.setdefault(row["id"], number) != number:
            rule = f"duplicate of row {first[row['id']]}"
            problems.append(Problem(spec.file, number, "id", row["id"], rule, "give it another id"))
        found.append(MappingProxyType(row))
    return found


def read_register(file: Traversable, name: str) -> tuple[Row, ...]:
    """Return the rows of a register.

    Parameters
    ----------
    file
        CSV (UTF-8, comma) with at least the columns of the register.
    name
        A key of `REGISTERS`.

    Returns
    -------
    tuple of mappings
        Column to text, in the order of the file. Ids of areas, hospitals and sources are not looked up here.

    Raises
    ------
    UnknownNode
        If there is no such register.
    StoreError
        If the file cannot be read.
    SchemaViolation
        If anything in it is wrong; lists all problems at once.
    """
    if name not in REGISTERS:
        raise UnknownNode(f"no register is called {name!r}: choose one of {', '.join(REGISTERS)}")
    problems: list[Problem] = []
    try:
        text = file.read_bytes().decode("utf-8-sig")
        found = _rows(text, REGISTERS[name], problems)
    except OSError as error:
        raise StoreError(f"{file} cannot be read ({error.strerror}): check the path and the rights") from error
    except UnicodeDecodeError as error:
        problem = Problem(REGISTERS[name].file, None, None, None, "not UTF-8", "save the file as UTF-8")
        raise SchemaViolation([problem]) from error
    except csv.Error as error:
        rule = f"not readable as CSV ({error})"
        raise SchemaViolation([Problem(REGISTERS[name].file, None, None, None, rule, "close the quotes")]) from error
    if problems:
        raise SchemaViolation(problems)
    return tuple(found)


def packaged_register(name: str) -> tuple[Row, ...]:
    """Return a register of the packaged Swedish dataset.

    Parameters
    ----------
    name
        A key of `REGISTERS`.

    Examples
    --------
    >>> packaged_register("claims")[0]["id"]
    'c001'
    """
    if name not in REGISTERS:
        raise UnknownNode(f"no register is called {name!r}: choose one of {', '.join(REGISTERS)}")
    return read_register(packaged_folder().joinpath(*REGISTERS[name].file.split("/")), name)
