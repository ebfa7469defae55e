"""Indicators that are read from dated permits and from reported numbers: nothing is drawn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

import numpy as np

from graph_schema import CareSystem
from impact.questions.as_of import SystemAt
from impact.study.concentration import concentration_index
from impact.study.study_rows import ALL, NATIONAL, StudyRow, areas_by_age

__all__ = ["home_region_rows", "permit_rows", "report_rows", "reported_by_region"]


def _row(indicator: str, kind: str, entity: str, value: float, age: str = ALL, year: int | None = None) -> StudyRow:
    return StudyRow(indicator, kind, entity, np.array([float(value)]), age, year=year)


def permit_rows(view: SystemAt) -> Iterator[StudyRow]:
    """Yield areas, units, units per area and sole providers; a place without any unit has 0.

    Parameters
    ----------
    view
        The system at the date.
    """
    places = [h for h, record in view.hospitals.items() if record.text("kind") == "university"]
    for age, areas in areas_by_age(view.system).items():
        if age != ALL and not areas:
            continue
        units = [(hospital, area) for hospital, area in view.units if area in areas]
        by_area = Counter(area for _, area in units)
        alone = [(hospital, area) for hospital, area in units if by_area[area] == 1]
        yield _row("areas", NATIONAL, NATIONAL, len(by_area), age)
        yield _row("units", NATIONAL, NATIONAL, len(units), age)
        if by_area:
            yield _row("units_per_area", NATIONAL, NATIONAL, len(units) / len(by_area), age)
        yield _row("sole_provider_areas", NATIONAL, NATIONAL, len(alone), age)
        held, sole = Counter(h for h, _ in units), Counter(h for h, _ in alone)
        for hospital in view.hospitals:
            if held[hospital] or hospital in places:
                yield _row("units", "hospital", hospital, held[hospital], age)
                yield _row("sole_provider_areas", "hospital", hospital, sole[hospital], age)
        by_region = Counter(view.region_of.get(h, "") for h, _ in units)
        for region in view.system.rows["Region"]:
            yield _row("units", "region", region.key[0], by_region[region.key[0]], age)
        if age == ALL:
            yield from (_row("units", "area", area, number) for area, number in sorted(by_area.items()))


def report_rows(view: SystemAt) -> Iterator[StudyRow]:
    """Yield the units that reported the last whole year with any report, and their patients.

    Parameters
    ----------
    view
        The system at the date.
    """
    years = {year for units in view.patients.values() for _, year in units}
    if not years:
        return
    last = max(years)
    for age, areas in areas_by_age(view.system).items():
        by_hospital: dict[str, float] = defaultdict(float)
        by_area: dict[str, float] = defaultdict(float)
        reporting = 0
        for area in sorted(areas & view.patients.keys()):
            for (hospital, year), (patients, _) in view.patients[area].items():
                if year == last:
                    by_hospital[hospital] += patients
                    by_area[area] += patients
                    reporting += 1
        if not by_area:
            continue
        yield _row("units_reporting", NATIONAL, NATIONAL, reporting, age, last)
        yield _row("patients_reported", NATIONAL, NATIONAL, sum(by_area.values()), age, last)
        for hospital in view.hospitals:
            if hospital in by_hospital:
                yield _row("patients_reported", "hospital", hospital, by_hospital[hospital], age, last)
        if age == ALL:
            yield from (_row("patients_reported", "area", a, n, year=last) for a, n in by_area.items())


def reported_by_region(system: CareSystem, as_of: str) -> Mapping[int, Mapping[str, float]]:
    """Return reported patients by completed year and home region; sub-permits ("of which") left out."""
    found: dict[int, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for record in system.rows["PROVIDES_VOLUME"]:
        region, year, quantity = (
            record.text("home_region"),
            int(record.number("year") or 0),
            record.quantity("patients"),
        )
        if region and not record.text("sub_permit") and quantity is not None and f"{year}-12-31" <= as_of:
            found[year][region] += quantity.value
    return found


def home_region_rows(view: SystemAt) -> Iterator[StudyRow]:
    """Yield reported patients per million by home region, and whether those who live near get more."""
    years = reported_by_region(view.system, view.as_of)
    if not years:
        return
    last = max(years)
    people = {r.key[0]: q.value for r in view.system.rows["Region"] if (q := r.quantity("population"))}
    nearest: dict[str, float] = {}
    for record in view.system.rows["TRAVELS"]:
        hours = record.quantity("hours_p50")
        is_university = view.hospitals[record.text("target_id")].text("kind") == "university"
        if hours is not None and is_university:
            region = record.text("source_id")
            nearest[region] = min(hours.value, nearest.get(region, hours.value))
    rates = {region: 1e6 * years[last].get(region, 0.0) / people[region] for region in people if people[region] > 0}
    for region, rate in rates.items():
        yield _row("patients_per_million_reported", "region", region, rate, year=last)
    ranked = [region for region in rates if region in nearest]
    rate, weight, hours = (np.array([[d[r]] for r in ranked]) for d in (rates, people, nearest))
    if ranked:
        index = concentration_index(rate, weight, hours)
        yield StudyRow("patients_concentration_index", NATIONAL, NATIONAL, index, year=last)
