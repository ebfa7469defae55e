"""Contents of the answers on the evidence: what the commands print and the page shows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact import Settings, load_measures, what_if
from impact.questions.accumulated_today import accumulated_today
from impact.questions.balance import balance
from impact.questions.card_parts import Registers
from impact.questions.cards import source_card
from impact.questions.claims import claims_beside_estimates
from impact.questions.gaps import gaps_of
from impact.questions.hindcast import hindcast, hindcast_summary
from impact.questions.influence import assumption_rows
from impact.questions.what_if import Progress
from interface import options as opt
from interface.manifest import data_manifest, limits_of
from interface.texts import Language
from scenarios import course_of

__all__ = [
    "assumptions_content",
    "balance_content",
    "carried",
    "claims_content",
    "gaps_content",
    "source_content",
]

READ = ("patients_without_full_competence", "patients_relying", "competences_lost", "posts_not_sustained",
        "research_caseload", "patients_displaced")  # fmt: skip


def carried(answer: str, system: CareSystem, lang: Language, **run: int) -> dict[str, Any]:
    """Return what every answer carries: manifest, seed and draws of a run, and the limits of the answer."""
    return {"manifest": {**data_manifest(system), **run}, "limits": limits_of(answer, lang)}


def _answers(
    system: CareSystem, scenario: str, seed: int, draws: int, move: Progress
) -> tuple[Any, Any, Any, list[str]]:
    """Return the quantities, their draws and the answers read of two questions: what was done, what if."""
    found = accumulated_today(system, seed, draws)
    course = course_of(opt.find_scenario(scenario), system, date.fromisoformat(system.settings["as_of"]))
    settings = Settings(seed=seed, draws=draws, workers=opt.default_workers(), grade_shares=False, sets=False)
    result = what_if(system, course, settings, move)
    last = result.data.isel(year=-1)
    measures = list(load_measures())
    outcomes: list[Any] = []
    names: list[str] = []
    university = [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"]
    for node in university:
        for measure in READ:
            effect = (last["with"] - last["without"]).sel(entity=node, measure=measure).values
            for label, values in ((scenario, effect), ("accumulated", found.of(node, measure))):
                if np.isfinite(values).all():
                    outcomes.append(values)
                    names.append(f"{label}: {node}, {measure}")
    assert set(READ) <= set(measures)
    return found.structure.table, found.values, np.array(outcomes), names


def assumptions_content(
    system: CareSystem, scenario: str, how: tuple[int, int], lang: Language, move: Progress
) -> dict[str, Any]:
    """Return the register of assumptions with what each moves, as `data assumptions` prints it.

    Parameters
    ----------
    system
        The dataset.
    scenario
        Name of a ready scenario or of a file: the what-if whose answers are read.
    how
        Seed and draws.
    lang
        Of the limits.
    move
        Called with (steps done, steps in all).
    """
    table, values, outcomes, names = _answers(system, scenario, *how, move)
    rows = assumption_rows(system, table, values, outcomes, names)
    return {**carried("data_assumptions", system, lang, seed=how[0], draws=how[1]), "rows": rows}


def balance_content(
    system: CareSystem, registers: Registers, hospital: str | None, how: tuple[int, int], lang: Language,
    move: Progress,
) -> dict[str, Any]:  # fmt: skip
    """Return supply against need and the hindcast of a hospital or of all, as `data balance` prints them.

    Parameters
    ----------
    system, registers
        The dataset and its registers.
    hospital
        Id of a hospital; None: all.
    how, lang, move
        As for `assumptions_content`.
    """
    move(0, 2)
    rows = balance(system, *how)
    move(1, 2)
    known = hindcast(system, registers["known_to_run"], *how)
    move(2, 2)
    rows = [r for r in rows if hospital in (None, r["hospital"])]
    known = [r for r in known if hospital in (None, r["hospital"])]
    return {
        **carried("data_balance", system, lang, seed=how[0], draws=how[1]),
        "rows": rows, "hindcast": known, "hindcast_summary": hindcast_summary(known),
    }  # fmt: skip


def claims_content(
    system: CareSystem, registers: Registers, wanted: Mapping[str, str | None], how: tuple[int, int], lang: Language
) -> dict[str, Any]:
    """Return claims beside estimates, as `data claims` prints them.

    Parameters
    ----------
    system, registers
        The dataset and its registers.
    wanted
        ``area`` and ``hospital``: id, or None for all.
    how, lang
        As for `assumptions_content`.
    """
    register_rows = [
        row for row in registers["claims"]
        if all(node is None or node in row[column].split(";") for column, node in wanted.items())
    ]  # fmt: skip
    rows = claims_beside_estimates(system, register_rows, *how)
    return {**carried("data_claims", system, lang, seed=how[0], draws=how[1]), "rows": rows}


def gaps_content(system: CareSystem, registers: Registers, area: str, lang: Language) -> dict[str, Any]:
    """Return what the documents answer of an area and what they leave open, as `data gaps` prints it."""
    return {**carried("data_gaps", system, lang), **gaps_of(system, area, registers["statements"])}


def source_content(system: CareSystem, registers: Registers, identifier: str, lang: Language) -> dict[str, Any]:
    """Return everything that rests on a source or an assumption, as `data source` prints it."""
    return {**carried("data_card", system, lang), "source": source_card(system, identifier, registers)}
