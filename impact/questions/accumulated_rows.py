"""The accumulated effect as effect rows: both years of a reading, and how it grew decision by decision."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.questions.accumulate import Step
from impact.questions.effects import EffectTable
from impact.questions.grade_shares import share_of
from impact.result import NATIONAL, Result

__all__ = ["accumulated_rows", "timeline_rows"]

BY_STEP = ("emergency_care", "neighbouring_areas", "competence_supply", "education_research", "displacement")
NOTHING = 1e-9


def accumulated_rows(result: Result, system: CareSystem) -> list[dict[str, Any]]:
    """Return the effect rows of a reading in year 0 and the last year.

    ``committed`` is the part that has not happened yet in year 0: the effect less that of year 0, with
    ``committed_low`` and ``committed_high``.

    Parameters
    ----------
    result
        One of `Accumulation.readings`.
    system
        The system it was run on.
    """
    table = EffectTable(result, system)
    last = table.effect.shape[1] - 1
    where = {(e, m.id): (i, j) for i, e in enumerate(table.entities) for j, m in enumerate(table.measures)}
    found: list[dict[str, Any]] = []
    for row in table.rows((0, last)):
        if row["reading"] == "national_first" and result.manifest["reading"] != "main":
            continue  # of the main reading alone: the row does not say of which it is
        entity = row.get("hospital") or row.get("region") or row["national"]
        i, j = where[entity, row["measure"]]
        drift = table.effect[:, row["year"], i, j] - table.effect[:, 0, i, j]
        known = drift[np.isfinite(drift)]
        committed: tuple[float | None, ...] = (None, None, None)
        if len(known) and row["reading"] != "national_first":
            committed = (float(known.mean()), float(np.quantile(known, 0.05)), float(np.quantile(known, 0.95)))
        names = ("committed", "committed_low", "committed_high")
        opening = _opening(result, table, i, j) if row["year"] == 0 and row["reading"] != "national_first" else {}
        found.append(row | opening | dict(zip(names, committed, strict=True)))
    return found


def _opening(result: Result, table: EffectTable, entity: int, measure: int) -> dict[str, float | None]:
    """Share from assumptions, and the effect without assumed dependencies, of year 0."""
    if "mixed_opening" not in result.data:
        return {}
    mixed, bare = (np.asarray(result.data[n].values[:, entity, measure]) for n in ("mixed_opening", "bare_opening"))
    known = bare[np.isfinite(bare)]
    return {
        "assumed_share": share_of(result, table.effect[:, 0, entity, measure], mixed),
        "effect_without_assumed": float(known.mean()) if len(known) else None,
    }


def timeline_rows(steps: Sequence[Step], system: CareSystem, hospitals: Collection[str]) -> list[dict[str, Any]]:
    """Return how the effect in the as-of year grew: after each day with decisions, all until then against none.

    Parameters
    ----------
    steps
        Of `Accumulation.timeline`.
    system
        The system it was run on.
    hospitals
        Those with rows, besides the nation.

    Returns
    -------
    list
        Effect rows with ``date``, ``decision`` (areas joined by ``+``), ``decisions`` and ``added`` (since the row
        before). Only perspectives that do not need the patients' ways; rows that are nothing on every day are left
        out.
    """
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for step in steps:
        for row in EffectTable(step.result, system).rows((0,)):
            entity = row.get("hospital") or row.get("national")
            if entity not in {*hospitals, NATIONAL} or row["perspective"] not in BY_STEP or row["reading"] != "main":
                continue
            rows = found.setdefault((entity, row["measure"]), [])
            before = rows[-1]["effect"] if rows else 0.0
            dated = {"date": step.date.isoformat(), "decision": "+".join(step.decisions),
                     "decisions": list(step.decisions), "added": row["effect"] - before}  # fmt: skip
            cause = [*step.decisions[:1], entity] if len(step.decisions) == 1 else [entity]
            rows.append({**dated, **row, "committed": None, "cause": cause})
    kept = (rows for rows in found.values() if max(max(abs(r["low"]), abs(r["high"])) for r in rows) > NOTHING)
    return [row for rows in kept for row in rows]
