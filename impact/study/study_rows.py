"""A row of a baseline study: an indicator's draws for one hospital, region, area or the nation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.study.indicators import load_indicators

__all__ = ["AGES", "ALL", "NATIONAL", "StudyRow", "areas_by_age", "row_content", "summary"]

ALL, NATIONAL = "all", "national"
AGES = (ALL, "child", "adult", "both")
LOW, HIGH = 0.05, 0.95


@dataclass(frozen=True)
class StudyRow:
    """One row.

    Attributes
    ----------
    kind, entity
        ``hospital``, ``region``, ``area`` or ``national``, and its id.
    values
        One a draw, shape (N,); the same in all where nothing is drawn.
    age
        Of the areas it covers: ``all``, ``child``, ``adult`` or ``both`` (areas of children and adults).
    part
        Competence or resource of the hospital that it is about; empty where about none.
    year
        Of a reported count; None else.
    grade
        Worst grade of what it rests on.
    """

    indicator: str
    kind: str
    entity: str
    values: Floats
    age: str = ALL
    part: str = ""
    year: int | None = None
    grade: str = ""

    @property
    def key(self) -> tuple[str, str, str, str, str]:
        """What makes it one row among all, the same on every date."""
        return self.indicator, self.kind, self.entity, self.age, self.part


def areas_by_age(system: CareSystem) -> Mapping[str, frozenset[str]]:
    """Return the ids of the areas of each of `AGES`."""
    areas = {r.key[0]: r.text("age") for r in system.rows["CareArea"]}
    return {age: frozenset(a for a, own in areas.items() if age in (ALL, own)) for age in AGES}


def summary(row: StudyRow) -> tuple[float, float, float]:
    """Return a row's value (mean or median, as the registry has it) and the 5 % and 95 % quantiles of its draws."""
    known = row.values[np.isfinite(row.values)]
    if len(known) and (known == known[0]).all():
        only = float(known[0])
        return only, only, only
    middle = np.median(known) if load_indicators()[row.indicator].statistic == "median" else known.mean()
    low, high = np.quantile(known, [LOW, HIGH])
    return float(middle), float(low), float(high)


def row_content(row: StudyRow, lang: str) -> dict[str, Any]:
    """Return a row as a plain mapping: identity, value with interval, unit, grade, definition, whether an input."""
    indicator = load_indicators()[row.indicator]
    value, low, high = summary(row)
    return {
        "indicator": row.indicator,
        "name": indicator.name[lang],
        "group": indicator.group,
        "of": row.kind,
        "hospital": row.entity if row.kind == "hospital" else None,
        "region": row.entity if row.kind == "region" else None,
        "area": row.entity if row.kind == "area" else None,
        "part": row.part or None,
        "age": row.age,
        "year": row.year,
        "value": value,
        "low": low,
        "high": high,
        "unit": indicator.unit,
        "grade": row.grade,
        "basis": indicator.basis,
        "is_input": indicator.is_input,
        "definition": indicator.definition[lang],
    }
