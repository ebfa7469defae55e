"""What is known to run today against what the model says of today: a check on the past, from the start of history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.model.block import prepare
from impact.model.path import follow, opening_state
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from scenarios import Course

__all__ = ["HALF", "hindcast", "hindcast_summary"]

HALF = 0.5  # operability or level below which something hardly runs
LARGEST = 0.05  # share of what is known to run that the model may have below one half

Evidence = Mapping[str, str]


def _today(system: CareSystem, seed: int, draws: int) -> tuple[Structure, Floats, Floats]:
    """Return the compiled system with operability (P + F, N) and levels (L, N) at the end of the as-of year."""
    course = Course(date.fromisoformat(system.settings["as_of"]))
    start = default_start(system)
    structure = compile_structure(system, course, 1, start)
    block = prepare(structure, structure.table.draw(seed, 0, draws), ())
    state = opening_state(structure, block, structure.without.past)
    outcome, _ = next(follow(structure, block, structure.without.future, state))
    return structure, outcome.operability, outcome.levels


def _places(structure: Structure, operability: Floats, levels: Floats) -> dict[tuple[str, str, str], Floats]:
    """Return (hospital, kind, id) to its operability or level in each draw."""
    hospitals, activity = structure.places.hospitals, structure.activity
    dependencies, names = structure.dependencies, structure.competences
    pairs = len(activity.pair_area)
    found = {(hospitals[h], "area", activity.areas[a]): operability[i] for (h, a), i in activity.pair_index.items()}
    for i in range(len(dependencies.performed_hospital)):
        hospital = hospitals[int(dependencies.performed_hospital[i])]
        function = dependencies.functions[int(dependencies.performed_function[i])]
        found[hospital, "function", function] = operability[pairs + i]
    for (h, c), i in names.level_index.items():
        found[hospitals[h], "competence", names.competences[c]] = levels[i]
    return found


def _facts(system: CareSystem, evidence: Iterable[Evidence]) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield hospital, kind, id, evidence and source of everything that is known to run."""
    for record in system.rows["PERFORMS"]:
        if record.flag("known_to_run"):
            yield record.text("source_id"), "function", record.text("target_id"), "", record.text("source")
    as_of = system.settings["as_of"]
    for record in system.rows["PROVIDES"]:
        begun = "" < record.text("valid_from") <= as_of <= (record.text("valid_to") or as_of)
        if record.flag("permit") and begun and not record.text("sub_permit"):
            yield record.text("source_id"), "area", record.text("target_id"), "", record.text("source")
    for row in evidence:
        yield row["hospital"], row["kind"], row["target"], row["evidence"], row["source"]


def hindcast(
    system: CareSystem, evidence: Iterable[Evidence] = (), seed: int = 1, draws: int = 200
) -> list[dict[str, Any]]:
    """Return, for all that is known to run today, the probability that the model has it below one half.

    Known are functions that the dataset marks so, areas with a permit in force, and what the evidence adds. The model
    follows the decisions from the start of history, so a small probability says that it does not invent losses.

    Parameters
    ----------
    system
        A validated system; never changed.
    evidence
        Rows of the register ``known_to_run``.
    seed, draws
        Of the numbers drawn.

    Returns
    -------
    list of dict
        ``hospital``, ``kind`` (function, area, competence), ``target``, ``evidence``, ``source``, ``mean`` (operability
        or level, 0–1) and ``p_below_half`` (0–1), both None where the model has nothing there; worst first.
    """
    structure, operability, levels = _today(system, seed, draws)
    places = _places(structure, operability, levels)
    represents = structure.places.hospital_of
    rows: dict[tuple[str, str, str], dict[str, Any]] = {}
    for hospital, kind, target, text, source in _facts(system, evidence):
        modelled = structure.places.hospitals[represents[hospital]] if hospital in represents else hospital
        values = places.get((modelled, kind, target))
        row = rows.setdefault(
            (hospital, kind, target),
            {
                "hospital": hospital, "kind": kind, "target": target, "evidence": text, "source": source,
                "mean": None if values is None else float(values.mean()),
                "p_below_half": None if values is None else float(np.mean(values < HALF)),
            },
        )  # fmt: skip
        if text:
            row.update(evidence=text, source=source)
    return sorted(rows.values(), key=lambda r: (-(r["p_below_half"] or 0.0), r["hospital"], r["kind"], r["target"]))


def hindcast_summary(rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how the hindcast came out.

    Parameters
    ----------
    rows
        Of `hindcast`.

    Returns
    -------
    dict
        ``known`` and ``modelled`` (numbers), ``p_below_half`` (mean over what is modelled, 0–1; None where nothing
        is), ``passes`` (that this is at most 5 %).

    Examples
    --------
    >>> hindcast_summary([{"p_below_half": 0.0}, {"p_below_half": None}])["modelled"]
    1
    """
    found = list(rows)
    known = [r["p_below_half"] for r in found if r["p_below_half"] is not None]
    mean = sum(known) / len(known) if known else None
    return {
        "known": len(found), "modelled": len(known), "p_below_half": mean,
        "passes": mean is not None and mean <= LARGEST,
    }  # fmt: skip
