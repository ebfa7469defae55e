"""Whether the inputs of a baseline study agree with each other: checks that can fail, of numbers that were put in."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from graph_schema import CareSystem
from impact.model.draws import Z95
from impact.model.parameters import model_parameters
from impact.study.study_rows import ALL, NATIONAL, StudyRow, summary

__all__ = ["agreement_rows"]

ROUNDING = 0.005  # of a share that is printed as a whole per cent
UNIVERSITY_HOSPITALS = 7  # what the register study compares: the largest, the three smallest, the three others
Row = dict[str, Any]


def _row(check: str, of: str, stated: str, ours: float, unit: str, *, agrees: bool) -> Row:
    return {"check": check, "of": of, "stated": stated, "ours": ours, "unit": unit, "agrees": agrees}


def _shares(shares: Mapping[str, float]) -> Iterator[Row]:
    if not shares:
        return
    total, slack = sum(shares.values()), ROUNDING * len(shares)
    yield _row("shares_sum", NATIONAL, f"1 ± {slack:g}", total, "0–1", agrees=abs(total - 1) <= slack)
    if len(shares) != UNIVERSITY_HOSPITALS:
        return
    ranked = sorted(shares.values())
    small, others, largest = sum(ranked[:3]), sum(ranked[3:6]), ranked[-1]
    yield _row("three_smallest", NATIONAL, f"{largest:g} ± {4 * ROUNDING:g}", small, "0–1",
               agrees=abs(small - largest) <= 4 * ROUNDING)  # fmt: skip
    yield _row("three_others", NATIONAL, "> 0.5", others, "0–1", agrees=others + 3 * ROUNDING > 0.5)


def _patients(patients: Mapping[str, float], episodes: Mapping[str, float]) -> Iterator[Row]:
    """A hospital's area patients, with at least one episode each, fit into its episodes of university care."""
    for hospital, number in episodes.items():
        inside = patients.get(hospital, 0.0)
        yield _row("areas_fit_university_care", hospital, f"≤ {number:.0f}", inside, "patients/year",
                   agrees=inside <= number)  # fmt: skip


def _resources(rows: Iterable[StudyRow]) -> Iterator[Row]:
    """The areas' patients take no more of a resource than all its patients do together."""
    shares: dict[str, dict[tuple[str, str], float]] = {"resource_load": {}, "resource_areas_share": {}}
    for row in rows:
        if row.indicator in shares:
            shares[row.indicator][row.entity, row.part] = summary(row)[0]
    more: dict[str, int] = {}
    for (hospital, part), ours in shares["resource_areas_share"].items():
        more[hospital] = more.get(hospital, 0) + (ours > shares["resource_load"][hospital, part])
    for hospital, number in more.items():
        yield _row("areas_fit_resources", hospital, "0", number, "number", agrees=number == 0)


def _volumes(system: CareSystem, reported: Mapping[str, float], units: Mapping[str, set[str]]) -> Iterator[Row]:
    """Reports of all an area's units lie in the range stated for the national volume, widened by chance in a year.

    Chance has the variance dispersion × mean; the 5 % and 95 % ends of both are put together.
    """
    dispersion = model_parameters(system)["dispersion"].value
    for area, total in reported.items():
        holders = {
            r.text("source_id") for r in system.incoming("PROVIDES", area)
            if r.flag("permit") and r.text("role") == "holder" and not r.text("sub_permit")
        }  # fmt: skip
        volume = system.node(area).quantity("volume")
        if volume is None or not holders <= units[area]:
            continue
        low = max(volume.low - Z95 * math.sqrt(dispersion * volume.low), 0.0)
        high = volume.high + Z95 * math.sqrt(dispersion * volume.high)
        yield _row("reports_within_volume", area, f"{low:.0f}–{high:.0f}", total, "patients/year",
                   agrees=math.floor(low) <= total <= math.ceil(high))  # fmt: skip


def agreement_rows(system: CareSystem, rows: Iterable[StudyRow]) -> list[Row]:
    """Return the checks of a study's inputs against each other.

    Parameters
    ----------
    system
        The system of the study.
    rows
        Of the study.

    Returns
    -------
    list of dict
        ``check``, ``of`` (hospital, area or ``national``), ``stated`` (what it is held against), ``ours``, ``unit``,
        ``agrees``. Shares sum to 1 within their rounding; with seven hospitals, what the register study of 2022 writes
        of them; the areas' patients fit into the hospital's university care and into its resources; reports lie in the
        stated volume, widened by chance.
    """
    rows = list(rows)
    found: dict[tuple[str, str], dict[str, float]] = {}
    year = 0
    for row in rows:
        if row.age == ALL and not row.part:
            found.setdefault((row.indicator, row.kind), {})[row.entity] = summary(row)[0]
        year = max(year, row.year or 0)
    units: dict[str, set[str]] = {}
    for record in system.rows["PROVIDES_VOLUME"]:
        if record.number("year") == year and not record.text("sub_permit"):
            units.setdefault(record.text("target_id"), set()).add(record.text("source_id"))
    nothing: dict[str, float] = {}
    return [
        *_shares(found.get(("university_share", "hospital"), nothing)),
        *_patients(
            found.get(("patients", "hospital"), nothing), found.get(("university_episodes", "hospital"), nothing)
        ),
        *_resources(rows),
        *_volumes(system, found.get(("patients_reported", "area"), nothing), units),
    ]
