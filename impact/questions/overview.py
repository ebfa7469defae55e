"""The overview: what is decided and under way, who holds which permit, and what hangs together, at a date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from graph_schema import CareSystem, Record, SettingError
from impact.questions.as_of import SystemAt
from impact.questions.grades import citation
from impact.questions.kinship import all_ties, neighbours_of
from impact.questions.ties import Pair, Tie

__all__ = ["overview"]

Row = dict[str, Any]
STATUS_AFTER: Mapping[str, str] = {
    "started": "in_process",
    "proposal": "in_process",
    "opinion": "in_process",
    "number_decided": "in_process",
    "refused": "in_process",
    "reopened": "in_process",
    "tabled": "tabled",
    "closed": "closed",
}


def _whole(value: float) -> float | int:
    return int(value) if value == int(value) else value


def _entry_row(view: SystemAt, entry: Record) -> Row:
    step, units = entry.number("step"), entry.number("units")
    return {
        "id": entry.key[0],
        "date": entry.text("date") or None,
        "date_precision": entry.text("date_precision") or None,
        "step": None if step is None else int(step),
        "body": entry.text("body"),
        "kind": entry.text("kind"),
        "units": None if units is None else int(units),
        "outcome": entry.text("outcome") or None,
        "reason": entry.text("reason") or None,
        "source": citation(view.system, entry.text("source")),
    }


def _log(view: SystemAt, area: str, since: date | None) -> list[Row]:
    entries = view.entries.get(area, ())
    return [_entry_row(view, e) for e in entries if since is None or e.text("date") >= since.isoformat()]


def _hospital(view: SystemAt, hospital: str) -> Row:
    unnamed = view.hospitals[hospital].text("kind") == "unnamed"
    return {"hospital": None if unnamed else hospital, "region": view.region_of.get(hospital)}


def _holder_row(view: SystemAt, permit: Record) -> Row:
    return {
        **_hospital(view, permit.text("source_id")),
        "name": view.hospitals[permit.text("source_id")].text("name_sv"),
        "role": permit.text("role"),
        "valid_from": permit.text("valid_from") or None,
        "valid_to": permit.text("valid_to") or None,
        "sub_permit": permit.text("sub_permit") or None,
    }


def _patient_rows(view: SystemAt, area: str, mask: int) -> list[Row]:
    order = {h: i for i, h in enumerate(view.hospitals)}
    found = view.patients.get(area, {})
    rows: list[Row] = []
    for hospital, year in sorted(found, key=lambda unit: (order[unit[0]], unit[1])):
        value, grade = found[hospital, year]
        shown = {"value": None, "masked": True} if value < mask else {"value": _whole(value)}
        rows.append({**_hospital(view, hospital), "year": year, **shown, "grade": grade})
    return rows


def _standing(view: SystemAt, area: Record, permits: Sequence[Record]) -> tuple[str, int | None]:
    if view.is_present:
        step = area.number("step")
        return area.text("status"), None if step is None else int(step)
    if permits:
        begun = any(permit.text("valid_from") <= view.as_of for permit in permits)
        return "decided", 8 if begun else 7
    entries = view.entries.get(area.key[0], ())
    decisive = [STATUS_AFTER[e.text("kind")] for e in entries if e.text("kind") in STATUS_AFTER]
    steps = [int(step) for e in entries if (step := e.number("step")) is not None]
    if decisive:
        return decisive[-1], steps[-1] if steps else None
    return ("never" if area.text("status") == "never" else "proposed"), None


def _stated(entries: Iterable[Record], name: str) -> int | None:
    """Return a number of the case log: the sum over grants that state it, else the largest stated elsewhere."""
    found = [(e.text("kind") == "granted", int(n)) for e in entries if (n := e.number(name)) is not None]
    grants = [n for is_grant, n in found if is_grant]
    return sum(grants) if grants else max((n for _, n in found), default=None)


def _area_row(view: SystemAt, area: Record, since: date | None, mask: int, ties: Mapping[Pair, Sequence[Tie]]) -> Row:
    area_id = area.key[0]
    permits, entries = view.permits.get(area_id, ()), view.entries.get(area_id, ())
    status, step = _standing(view, area, permits)
    decided = area.number("units_decided") if view.is_present or permits else None
    holders = sum(1 for _, held in view.units if held == area_id)
    return {
        "id": area_id,
        "name_sv": area.text("name_sv"),
        "name_in_source": area.text("name_in_source"),
        "status": status,
        "step": step,
        "units_decided": None if decided is None else int(decided),
        "holders": [_holder_row(view, permit) for permit in permits],
        "applications": _stated(entries, "applications"),
        "refusals": _stated(entries, "refusals"),
        "vacant": max(int(decided) - holders, 0) if decided is not None and holders else None,
        "patients": _patient_rows(view, area_id, mask),
        "neighbours": neighbours_of(view.system, area_id, ties),
        "log": _log(view, area_id, since),
    }


def _patients_by_year(view: SystemAt, mask: int) -> dict[str, float | int | None]:
    years: dict[int, list[float]] = {}
    for units in view.patients.values():
        for (_, year), (value, _) in units.items():
            years.setdefault(year, []).append(value)
    found: dict[str, float | int | None] = {}
    for year in sorted(years):
        # A sum that hides a single value gives it away.
        is_revealing = sum(value < mask for value in years[year]) == 1
        found[str(year)] = None if is_revealing else _whole(sum(years[year]))
    return found


def _totals(view: SystemAt, mask: int) -> Row:
    by_hospital = Counter(hospital for hospital, _ in view.units)
    named = {h: n for h in view.hospitals if (n := by_hospital[h]) and _hospital(view, h)["hospital"]}
    by_region = Counter(view.region_of.get(hospital, "") for hospital, _ in view.units)
    regions = sorted(view.system.rows["Region"], key=lambda r: (-(r.number("latitude") or 0.0), r.key))
    return {
        "areas": len({area for _, area in view.units}),
        "units": len(view.units),
        "units_by_region": {r.key[0]: n for r in regions if (n := by_region[r.key[0]])},
        "units_by_hospital": named,
        "units_of_unnamed": len(view.units) - sum(named.values()),
        "patients_by_year": _patients_by_year(view, mask),
    }


def overview(
    system: CareSystem, as_of: date | None = None, since: date | None = None, mask: int | None = None
) -> dict[str, Any]:
    """Return which areas are decided, under way and closed, with permits, patients, neighbours and case log.

    Parameters
    ----------
    system
        A validated system.
    as_of
        The date; the dataset's own if None.
    since
        Only entries of the case log dated on or after it; all, undated ones too, if None.
    mask
        Patient numbers below it are withheld: None, with ``masked`` true. A year's total is withheld where it would
        give away a single withheld number.

    Returns
    -------
    dict
        ``as_of``; ``totals``: ``areas``, ``units`` (area × holder, partners and sub-permits not counted),
        ``units_by_region``, ``units_by_hospital`` (named hospitals; the others in ``units_of_unnamed``),
        ``patients_by_year`` (reported patients of completed years); ``areas``: one object an area, by id;
        ``log``: entries of the case log that concern no single area. Patients are patients/year. Hospitals stand
        north to south.

    Raises
    ------
    SettingError
        If `since` is later than `as_of` or `mask` is negative.
    """
    present = date.fromisoformat(system.settings["as_of"])
    moment = present if as_of is None else as_of
    if since is not None and since > moment:
        raise SettingError(f"since {since} is later than {moment}: choose an earlier date, or a later --as-of")
    if mask is not None and mask < 0:
        raise SettingError(f"mask {mask} is negative: choose 0 or more patients")
    view = SystemAt(system, moment.isoformat(), moment >= present)
    ties = all_ties(system)
    return {
        "as_of": moment.isoformat(),
        "totals": _totals(view, mask or 0),
        "areas": [_area_row(view, area, since, mask or 0, ties) for area in system.rows["CareArea"]],
        "log": _log(view, "", since),
    }
