"""How the patients that units report changed between two dates: whether chance, a trend or a decision may do it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph_schema import CareSystem
from impact.model.parameters import model_parameters
from impact.questions.as_of import SystemAt, Unit
from impact.study.small_counts import (
    adjusted,
    conditional_p,
    rate_ratio,
    ratio_interval,
    ratio_of_ratios,
    ratio_of_ratios_p,
)

__all__ = ["ALPHA", "CAUSES", "VERDICTS", "Periods", "count_changes", "touched_areas", "touched_hospitals"]

ALPHA = 0.05  # share of false findings among the findings
LONGEST = 3  # reported years in a period: more would mix old with new, fewer would be chance
VERDICTS = ("no_certain_change", "more", "fewer")
CAUSES = ("not_asked", "other_than_untouched", "as_untouched", "nothing_untouched", "itself_untouched")
Row = dict[str, Any]
Years = Sequence[int]
Reports = Mapping[Unit, Mapping[int, float]]


@dataclass(frozen=True)
class Periods:
    """Reported years before and after the first date."""

    before: tuple[int, ...]
    after: tuple[int, ...]


@dataclass(frozen=True)
class _Group:
    """Units told together, with their patients of all years before and after."""

    level: str
    hospital: str | None
    area: str | None
    units: int
    years: tuple[int, int]
    counts: tuple[int, int]
    is_touched: bool | None


def _reports(view: SystemAt) -> Reports:
    found: dict[Unit, dict[int, float]] = {}
    for area, units in view.patients.items():
        for (hospital, year), (patients, _) in units.items():
            found.setdefault((hospital, area), {})[year] = patients
    return found


def _periods(reports: Reports, first: str) -> Periods:
    years = sorted({year for own in reports.values() for year in own})
    before = [y for y in years if f"{y}-12-31" <= first]
    after = [y for y in years if f"{y}-12-31" > first]
    return Periods(tuple(before[-LONGEST:]), tuple(after[-LONGEST:]))


def touched_areas(before: SystemAt, after: SystemAt) -> frozenset[str]:
    """Return the areas with a permit that was granted, began or ended between two dates of one dataset."""

    def held(view: SystemAt, *, begun: bool) -> set[Unit]:
        return {
            (p.text("source_id"), area)
            for area, permits in view.permits.items()
            for p in permits
            if not begun or p.text("valid_from") <= view.as_of
        }

    changed = (held(before, begun=b) ^ held(after, begun=b) for b in (False, True))
    return frozenset(area for units in changed for _, area in units)


def touched_hospitals(system: CareSystem, areas: Iterable[str]) -> frozenset[str]:
    """Return the hospitals that provide or provided one of the areas."""
    return frozenset(
        record.text("source_id")
        for area in areas
        for kind in ("PROVIDES", "PROVIDED_BEFORE")
        for record in system.incoming(kind, area)
    )


def _counts(reports: Reports, units: Iterable[Unit], periods: Periods) -> tuple[int, int]:
    before, after = (
        round(sum(reports[u].get(y, 0.0) for u in units for y in years)) for years in (periods.before, periods.after)
    )
    return before, after


def _groups(reports: Reports, periods: Periods, areas: frozenset[str], hospitals: frozenset[str]) -> Iterator[_Group]:
    """Units by themselves; then by hospital, by area and all together those that report every year."""
    both = [u for u, own in reports.items() if own.keys() & set(periods.before) and own.keys() & set(periods.after)]
    whole = {u for u in both if reports[u].keys() >= {*periods.before, *periods.after}}
    lengths = len(periods.before), len(periods.after)
    if whole:
        yield _Group("national", None, None, len(whole), lengths, _counts(reports, sorted(whole), periods), None)
    for hospital in sorted({h for h, _ in whole}):
        own = sorted(u for u in whole if u[0] == hospital)
        yield _Group("hospital", hospital, None, len(own), lengths, _counts(reports, own, periods),
                     hospital in hospitals)  # fmt: skip
    for area in sorted({a for _, a in whole}):
        own = sorted(u for u in whole if u[1] == area)
        yield _Group("area", None, area, len(own), lengths, _counts(reports, own, periods), area in areas)
    for unit in sorted(both):
        years = tuple(len(reports[unit].keys() & set(p)) for p in (periods.before, periods.after))
        yield _Group("unit", *unit, 1, (years[0], years[1]), _counts(reports, [unit], periods), unit[1] in areas)


def _untouched(groups: Sequence[_Group], group: _Group, lengths: tuple[int, int]) -> tuple[int, int] | None:
    """Counts of all groups of its level that nothing touched, over the same years; None where there is none."""
    if not group.is_touched or group.years != lengths:
        return None
    level = "area" if group.level == "unit" else group.level
    others = [g.counts for g in groups if g.level == level and g.is_touched is False]
    return (sum(a for a, _ in others), sum(b for _, b in others)) if others else None


def _cause(verdict: str, group: _Group, ratio_p: float | None) -> str:
    if verdict == VERDICTS[0] or group.is_touched is None:
        return "not_asked"
    if not group.is_touched:
        return "itself_untouched"
    if ratio_p is None:
        return "nothing_untouched"
    return "other_than_untouched" if ratio_p <= ALPHA else "as_untouched"


def _row(group: _Group, dispersion: float) -> Row:
    exposure = group.years[1] / group.years[0]
    before, after = group.counts
    low, high = ratio_interval(before, after, exposure, dispersion)
    return {
        "level": group.level,
        "hospital": group.hospital,
        "area": group.area,
        "units": group.units,
        "before": before,
        "after": after,
        "years_before": group.years[0],
        "years_after": group.years[1],
        "ratio": rate_ratio(before, after, exposure),
        "low": low,
        "high": high,
        "p": conditional_p(before, after, exposure, dispersion),
        "p_poisson": conditional_p(before, after, exposure),
        "touched": group.is_touched,
    }


def _with_untouched(groups: Sequence[_Group], rows: Sequence[Row], dispersion: float, lengths: tuple[int, int]) -> None:
    pools = [_untouched(groups, g, lengths) for g in groups]
    p_values = [
        None if pool is None else ratio_of_ratios_p(g.counts, pool, dispersion)
        for g, pool in zip(groups, pools, strict=True)
    ]
    asked = [i for i, p in enumerate(p_values) if p is not None]
    mended = dict(zip(asked, adjusted([p for p in p_values if p is not None]), strict=True))
    for i, (row, group, pool) in enumerate(zip(rows, groups, pools, strict=True)):
        row["untouched_before"], row["untouched_after"] = pool or (None, None)
        row["ratio_of_ratios"] = None if pool is None else ratio_of_ratios(group.counts, pool)
        row["p_ratio_of_ratios"], row["p_ratio_of_ratios_adjusted"] = p_values[i], mended.get(i)
        row["cause"] = _cause(row["verdict"], group, mended.get(i))


def count_changes(system: CareSystem, first: str, second: str) -> dict[str, Any]:
    """Return how the patients reported up to a first date differ from those reported after it, up to a second.

    Every unit is compared with itself, never with other units: up to three reported years before the first date
    against up to three after it. Units that report every one of these years are also added up by hospital, by area and
    for the nation. Each is tested given its sum, with the dispersion of the dataset; p-values are adjusted by
    Benjamini–Hochberg over all of them. A group that a permit between the dates touched is held against all of its kind
    that none touched: the ratio of ratios, tested and adjusted likewise.

    Parameters
    ----------
    system
        A validated system; never changed.
    first, second
        Dates in ISO form; the second is the later one.

    Returns
    -------
    dict
        ``before``, ``after`` (years), ``dispersion``, ``alpha``, ``tests``; ``touched_areas``; ``rows``: ``level``
        (``national``, ``hospital``, ``area``, ``unit``), ``hospital``, ``area``, ``units``, counts ``before`` and
        ``after`` with their number of years, ``ratio`` of the yearly rates with ``low`` and ``high`` (95 %), ``p``,
        ``p_poisson`` (were the dispersion 1), ``p_adjusted``, ``verdict``, ``touched``, ``ratio_of_ratios``,
        ``p_ratio_of_ratios`` and its adjusted value, ``untouched_before``, ``untouched_after``, ``cause`` (one of
        `CAUSES`).
    """
    present = system.settings["as_of"]
    views = [SystemAt(system, day, day >= present) for day in (first, second)]
    areas = touched_areas(*views)
    reports = _reports(views[1])
    periods = _periods(reports, first)
    lengths = len(periods.before), len(periods.after)
    dispersion = max(model_parameters(system)["dispersion"].value, 1.0)
    groups: list[_Group] = []
    if all(lengths):
        groups = list(_groups(reports, periods, areas, touched_hospitals(system, areas)))
    rows = [_row(group, dispersion) for group in groups]
    for row, p in zip(rows, adjusted([row["p"] for row in rows]), strict=True):
        row["p_adjusted"] = p
        exposure = row["years_after"] / row["years_before"]
        more = row["after"] > row["before"] * exposure
        row["verdict"] = VERDICTS[0] if p > ALPHA else "more" if more else "fewer"
    _with_untouched(groups, rows, dispersion, lengths)
    return {
        "before": list(periods.before),
        "after": list(periods.after),
        "dispersion": dispersion,
        "alpha": ALPHA,
        "tests": len(rows),
        "touched_areas": sorted(areas),
        "rows": rows,
    }
