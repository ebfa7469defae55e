"""The pipeline: areas under way that may be concentrated, to how many units, and in which order."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from graph_schema import CareSystem, Record
from impact.model.arrays import Integers
from scenarios import Course, HolderChange, candidates, holders

__all__ = ["UNDER_WAY", "PipelineArea", "course_of_pipeline", "order_ranks", "pipeline"]

UNDER_WAY = ("in_process", "tabled", "proposed")
UNITS = 2  # where nothing is decided or proposed
ORDER_FAMILY = 5  # streams of the orders; 0–2 are quantities, scenarios and allocations


@dataclass(frozen=True, slots=True)
class PipelineArea:
    """An area that is not decided yet, with providers today.

    Attributes
    ----------
    area
        Id.
    units
        To how many units it goes.
    units_from
        ``decided``, ``proposed``, ``assumed`` (neither is known) or ``given`` (by who asks).
    step
        Of the process, 1–8; 0 where it is not known.
    hospitals
        Candidates; the holders are a set of `units` of them.
    providers
        Everybody who provides it at the as-of date, with candidates the hospitals that the model must know.
    """

    area: str
    units: int
    units_from: str
    step: int
    hospitals: tuple[str, ...]
    providers: tuple[str, ...]


def _proposed(system: CareSystem, area: str, as_of: date) -> int | None:
    """Units of the latest entry of the case log that states a number; undated entries are the oldest."""
    found: list[tuple[str, str, int]] = []
    for row in system.incoming("CONCERNS", area):
        entry = system.node(row.text("source_id"))
        number = entry.number("units")
        if number is not None and entry.text("date") <= as_of.isoformat():
            found.append((entry.text("date"), entry.key[0], int(number)))
    return max(found)[2] if found else None


def _units(system: CareSystem, record: Record, as_of: date, given: int | None) -> tuple[int, str]:
    if given is not None:
        return given, "given"
    decided = record.number("units_decided")
    if decided is not None:
        return int(decided), "decided"
    proposed = _proposed(system, record.key[0], as_of)
    return (UNITS, "assumed") if proposed is None else (proposed, "proposed")


def pipeline(system: CareSystem, as_of: date, units: int | None = None) -> tuple[PipelineArea, ...]:
    """Return the areas under way that somebody provides, by id.

    Parameters
    ----------
    system
        A validated system.
    as_of
        Date of today.
    units
        To how many units each goes; if None as decided, else as proposed, else 2.
    """
    found: list[PipelineArea] = []
    for record in system.rows["CareArea"]:
        area = record.key[0]
        providers = holders(system, area, as_of)
        if record.text("status") not in UNDER_WAY or not providers:
            continue
        number, source = _units(system, record, as_of, units)
        possible = candidates(system, area, as_of)
        step = int(record.number("step") or 0)
        found.append(PipelineArea(area, min(number, len(possible)), source, step, possible, providers))
    return tuple(found)


def course_of_pipeline(areas: Sequence[PipelineArea], as_of: date) -> Course:
    """Return the course in which all the areas go to unknown units on the day after the as-of date."""
    day = as_of + timedelta(days=1)
    return Course(
        as_of,
        tuple(
            HolderChange(day, a.area, unknown_units=a.units, candidates=tuple(sorted({*a.hospitals, *a.providers})))
            for a in areas
        ),
    )


def order_ranks(areas: Sequence[PipelineArea], seed: int, draws: int) -> Integers:
    """Return the place of each area in each draw's order, from 0; shape (areas, draws).

    Whoever is next is drawn among those left with chances in proportion to the step reached (at least 1), so that an
    area at step 6 is three times as likely to be next as one at step 2. Each area has a stream of its own.

    Parameters
    ----------
    areas
        Of `pipeline`.
    seed, draws
        Of the run.
    """
    waiting = np.empty((len(areas), draws))
    for i, area in enumerate(areas):
        digest = hashlib.sha256(area.area.encode("utf-8")).digest()
        words = tuple(int.from_bytes(digest[k : k + 4], "little") for k in range(0, 32, 4))
        generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence(seed, spawn_key=(ORDER_FAMILY, *words))))
        waiting[i] = generator.exponential(size=draws) / max(area.step, 1)
    ranks = np.argsort(np.argsort(waiting, axis=0, kind="stable"), axis=0, kind="stable")
    return ranks.astype(np.int64)
