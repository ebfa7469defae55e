"""Results side by side: each against the first, and how much of the difference is the model's and how much the inputs'.

With A' and B' the same inputs run by the present code: from_system = B' − A', from_model = (B − A) − (B' − A').
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem, StoreError
from impact.model.arrays import Floats
from impact.questions.effects import EffectTable
from impact.questions.run_scenario import run_scenario
from impact.questions.what_if import Progress, Settings
from impact.result import Result
from loaders import system_from_mapping
from scenarios import scenario_from_content

__all__ = ["Side", "compare_rows", "named_differences", "run_again", "told_year"]

LOW, HIGH = 0.05, 0.95
INPUTS = ("system_hash", "scenario_hash", "start", "reading", "seed", "draws", "years", "set", "code_version")
NOT_OF_A_DIFFERENCE = (
    "worst", "worst_units", "best", "best_units", "if_granted", "if_not_granted", "p_granted", "committed",
    "p_below_floor", "p_below_floor_without", "assumed_share", "effect_without_assumed", "allocation_share",
)  # fmt: skip


@dataclass(frozen=True)
class Side:
    """One result of a comparison.

    Attributes
    ----------
    label
        As the user named it.
    result
        As it was saved, or just run.
    again
        The same inputs run by the present code; the result itself where it was just run; None: not run again.
    """

    label: str
    result: Result
    again: Result | None

    @property
    def system(self) -> CareSystem:
        """The system inside the result."""
        return system_from_mapping(self.result.notes["system"])


def run_again(label: str, result: Result, workers: int, progress: Progress | None = None) -> Result:
    """Return a saved result's own system and scenario run by the present code, with its settings.

    Parameters
    ----------
    label
        For the message.
    result
        A saved result.
    workers
        Threads.
    progress
        As `what_if`.

    Raises
    ------
    StoreError
        If it carries no system or scenario.
    """
    if not {"system", "scenario_content"} <= result.notes.keys():
        raise StoreError(f"{label} carries no system and scenario: give a file that 'randzon run … --out' wrote")
    manifest = result.manifest
    settings = Settings(
        seed=manifest["seed"], draws=manifest["draws"], years=manifest["years"], start=manifest["start"],
        reading=manifest.get("reading", "main"), workers=workers, grade_shares=False, sets=False,
    )  # fmt: skip
    scenario = scenario_from_content(result.notes["scenario_content"])
    system = system_from_mapping(result.notes["system"])
    as_of = date.fromisoformat(manifest["dataset"]["as_of"])
    return run_scenario(system, scenario, as_of, settings, progress)


def named_differences(first: Side, other: Side) -> list[dict[str, Any]]:
    """Return in which inputs two results differ: ``of``, ``input``, ``a``, ``b``."""
    pairs = [(name, first.result.manifest.get(name), other.result.manifest.get(name)) for name in INPUTS]
    pairs += [
        (f"dataset.{name}", first.result.manifest["dataset"][name], other.result.manifest["dataset"][name])
        for name in ("name", "version", "as_of")
    ]
    return [{"of": other.label, "input": name, "a": a, "b": b} for name, a, b in pairs if (a or None) != (b or None)]


def told_year(sides: Sequence[Side]) -> int:
    """Return the last year that all results have."""
    return min(int(side.result.manifest["years"]) for side in sides)


def _effect(result: Result, year: int) -> Mapping[tuple[str, str], Floats]:
    """Effect of each draw by entity and measure."""
    data = result.data.isel(year=year)
    values = np.asarray((data["with"] - data["without"]).values, dtype=np.float64)
    entities, measures = ([str(x) for x in data[name].values] for name in ("entity", "measure"))
    return {(e, m): values[:, i, j] for i, e in enumerate(entities) for j, m in enumerate(measures)}


def _mean(values: Floats | None) -> float | None:
    if values is None:
        return None
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _parts(a: float, b: float, again: tuple[float | None, float | None] | None) -> dict[str, float | None]:
    if again is None or again[0] is None or again[1] is None:
        return {"from_model": None, "from_system": None}
    from_system = again[1] - again[0]
    return {"from_model": (b - a) - from_system, "from_system": from_system}


def compare_rows(first: Side, other: Side, year: int) -> list[dict[str, Any]]:
    """Return the effects of two results side by side in one year.

    Parameters
    ----------
    first
        A.
    other
        B.
    year
        From 0; both have it.

    Returns
    -------
    list
        Effect rows whose ``effect`` is the difference B − A; with ``of`` (B), ``a``, ``b``, ``difference``,
        ``from_model``, ``from_system``, and ``paired``: the same draws on both sides, else there is no interval.
        Entities and measures that only one of them has are left out.
    """
    left, right = _effect(first.result, year), _effect(other.result, year)
    both = None
    if first.again is not None and other.again is not None:
        both = _effect(first.again, year), _effect(other.again, year)
    paired = all(first.result.manifest[n] == other.result.manifest[n] for n in ("seed", "draws"))
    found: list[dict[str, Any]] = []
    for row in EffectTable(other.result, other.system).rows((year,)):
        key = str(row.get("hospital") or row.get("region") or row["national"]), row["measure"]
        a = _mean(left.get(key))
        if row["reading"] == "national_first" or a is None:
            continue
        b = float(row["effect"])
        change = right[key] - left[key] if paired else np.zeros(0)
        known = change[np.isfinite(change)]
        again = None if both is None else (_mean(both[0].get(key)), _mean(both[1].get(key)))
        found.append(
            {
                **row, **dict.fromkeys(NOT_OF_A_DIFFERENCE), "of": other.label, "a": a, "b": b,
                "difference": b - a, "effect": b - a, **_parts(a, b, again), "paired": paired,
                "low": float(np.quantile(known, LOW)) if len(known) else None,
                "high": float(np.quantile(known, HIGH)) if len(known) else None,
            }
        )  # fmt: skip
    return found
