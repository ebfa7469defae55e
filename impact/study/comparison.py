"""Two baseline studies: what changed, and how much of it is corrected data, a changed model, or a changed system.

With f(system, date) the indicators by the present code: from_data = f(B's system, A's date) − f(A's system, A's date),
from_system = f(B's system, B's date) − f(B's system, A's date), from_model = the rest: (B − A) − (B' − A'), where A'
and B' are the two studies made again by the present code. The three sum to the difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.questions.as_of import SystemAt
from impact.questions.data_diff import diff_systems
from impact.study.count_changes import count_changes
from impact.study.indicators import load_indicators
from impact.study.study import Study, make_study
from impact.study.study_rows import StudyRow, summary
from impact.version import code_hash
from loaders import system_from_mapping

__all__ = ["CHANGES", "compare_studies"]

CHANGES = ("same", "changed", "expected_up", "expected_down", "uncertain", "not_same_areas", "see_counts", "one_only")
ZERO_WHEN_ABSENT = ("areas", "units", "sole_provider_areas", "patients", "patients_share")
LOW, HIGH = 0.05, 0.95
Key = tuple[str, str, str, str, str]
Rows = Mapping[Key, StudyRow]
Making = Callable[[CareSystem, date, int, int], Study]


@dataclass(frozen=True)
class _Sides:
    """The two studies, and what the present code makes of them; None where it was not made."""

    a: Rows
    b: Rows
    a_again: Rows | None
    b_again: Rows | None
    a_with_b_data: Rows | None


def _rows(study: Study | None) -> Rows | None:
    return None if study is None else {row.key: row for row in study.rows}


def _value(rows: Rows | None, key: Key) -> float | None:
    if rows is None:
        return None
    row = rows.get(key)
    if row is None:
        return 0.0 if key[0] in ZERO_WHEN_ABSENT else None
    return summary(row)[0]


def _minus(a: float | None, b: float | None) -> float | None:
    return None if a is None or b is None else a - b


def _parts(sides: _Sides, key: Key, difference: float | None) -> dict[str, float | None]:
    a, b, mixed = (_value(rows, key) for rows in (sides.a_again, sides.b_again, sides.a_with_b_data))
    again = _minus(b, a)
    return {
        "from_data": _minus(mixed, a),
        "from_model": _minus(difference, again),
        "from_system": _minus(b, mixed),
    }


def _interval(a: StudyRow | None, b: StudyRow | None, paired: bool) -> tuple[float | None, float | None, bool]:
    """5 % and 95 % quantiles of B − A draw by draw, and whether no draw differs."""
    if a is None or b is None or not paired:
        return None, None, False
    change = b.values - a.values
    known = change[np.isfinite(change)]
    if not len(known):
        return None, None, False
    low, high = np.quantile(known, [LOW, HIGH])
    return float(low), float(high), bool((known == 0).all())


def _verdict(key: Key, basis: str, difference: float | None, found: tuple[float | None, float | None, bool],
             same_areas: bool) -> str:  # fmt: skip
    low, high, is_same = found
    if difference is None:
        return "one_only"
    if is_same or (difference == 0 and basis != "model"):
        return "same"
    if load_indicators()[key[0]].follows_areas and key[1] != "area" and basis != "count" and not same_areas:
        return "not_same_areas"
    if basis != "model":
        return "changed" if basis == "fact" else "see_counts"
    if low is None or high is None:
        return "uncertain"
    return "expected_up" if low > 0 else "expected_down" if high < 0 else "uncertain"


def _areas_at_work(rows: Rows) -> set[str]:
    return {key[2] for key in rows if key[:2] == ("hours_mean", "area")}


def _change_rows(sides: _Sides, paired: bool) -> Iterator[dict[str, Any]]:
    same_areas = _areas_at_work(sides.a) == _areas_at_work(sides.b)
    for key in dict.fromkeys((*sides.a, *sides.b)):
        before, after = sides.a.get(key), sides.b.get(key)
        indicator = load_indicators().get(key[0])
        if indicator is None:  # of an older registry
            continue
        a, b = _value(sides.a, key), _value(sides.b, key)
        difference = _minus(b, a)
        found = _interval(before, after, paired)
        shown = after or before
        assert shown is not None  # the key is of one of them
        yield {
            "indicator": key[0],
            "of": key[1],
            **{kind: key[2] if key[1] == kind else None for kind in ("hospital", "region", "area")},
            "age": key[3],
            "part": key[4] or None,
            "a": a,
            "b": b,
            "difference": difference,
            "low": found[0],
            "high": found[1],
            **_parts(sides, key, difference),
            "unit": indicator.unit,
            "grade": shown.grade,
            "basis": indicator.basis,
            "is_input": indicator.is_input,
            "change": _verdict(key, indicator.basis, difference, found, same_areas),
        }


def _permits(system: CareSystem, first: date, second: date) -> list[dict[str, Any]]:
    """Units that came or went between two dates of a dataset."""
    present = system.settings["as_of"]
    before, after = (SystemAt(system, d.isoformat(), d.isoformat() >= present) for d in (first, second))
    old, new = set(before.units), set(after.units)
    return [
        {"change": change, "hospital": hospital, "area": area}
        for change, units in (("ended", old - new), ("added", new - old))
        for hospital, area in sorted(units, key=lambda u: (u[1], list(before.hospitals).index(u[0])))
    ]


def _corrected_reports(a: CareSystem, b: CareSystem, until: str) -> list[dict[str, Any]]:
    """Reports of years up to a date that the two datasets have and state differently."""
    left, right = (SystemAt(system, until, is_present=False).patients for system in (a, b))
    return [
        {"hospital": unit[0], "area": area, "year": unit[1], "from": old[0], "to": right[area][unit][0]}
        for area, units in sorted(left.items())
        for unit, old in sorted(units.items())
        if area in right and unit in right[area] and right[area][unit][0] != old[0]
    ]


def _made(made: Making, system: CareSystem, study: Study) -> Study:
    return made(system, study.as_of, study.manifest["seed"], study.manifest["draws"])


def _sides(a: Study, b: Study, systems: tuple[CareSystem, CareSystem], rerun: bool, made: Making) -> _Sides:
    now, first = code_hash(), systems[0]
    old = [s.manifest.get("code_hash") != now for s in (a, b)]
    a_again = a if not old[0] else _made(made, first, a) if rerun else None
    b_again = b if not old[1] else _made(made, systems[1], b) if rerun else None
    mixed: Study | None = a_again
    if first != systems[1]:
        try:
            mixed = _made(made, systems[1], a) if rerun else None
        except SettingError:  # B's dataset does not reach back to A's date
            mixed = None
    return _Sides(_rows(a) or {}, _rows(b) or {}, _rows(a_again), _rows(b_again), _rows(mixed))


def compare_studies(a: Study, b: Study, *, rerun: bool = True, made: Making = make_study) -> dict[str, Any]:
    """Return what changed from one baseline study to another.

    Parameters
    ----------
    a, b
        The earlier and the later one.
    rerun
        Make studies again where code or data differ, to tell the parts of a difference; else they are None there.
    made
        Makes a study.

    Returns
    -------
    dict
        ``a``, ``b`` (dates); ``paired``: same draws on both sides, else there are no intervals; ``data`` (hashes,
        whether they differ, changed rows by type), ``model`` (code hashes, whether they differ); ``permits`` (units
        ``added`` or ``ended`` between the dates, by B's data); ``corrected_reports``; ``counts`` (see `count_changes`,
        by B's data);
        ``rows``: identity, ``a``, ``b``, ``difference``, ``low`` and ``high`` of it (5 % and 95 %), ``from_data``,
        ``from_model``, ``from_system``, ``unit``, ``grade``, ``basis``, ``is_input``, ``change`` (one of `CHANGES`).

    Raises
    ------
    SettingError
        If A's date is later than B's.
    """
    if a.as_of > b.as_of:
        raise SettingError(f"the first study is of {a.as_of}, the second of {b.as_of}: name the earlier one first")
    first, second = (system_from_mapping(s.system) for s in (a, b))
    sides = _sides(a, b, (first, second), rerun, made)
    paired = all(a.manifest[name] == b.manifest[name] for name in ("seed", "draws"))
    changed = diff_systems(first, second)
    codes = [s.manifest.get("code_hash") for s in (a, b)]
    return {
        "manifests": [dict(a.manifest), dict(b.manifest)],
        "a": a.as_of.isoformat(),
        "b": b.as_of.isoformat(),
        "paired": paired,
        "data": {"hash_a": changed["hash_a"], "hash_b": changed["hash_b"], "differs": not changed["same"],
                 "counts": changed["counts"]},
        "model": {"hash_a": codes[0], "hash_b": codes[1], "differs": codes[0] != codes[1]},
        "permits": _permits(second, a.as_of, b.as_of),
        "corrected_reports": _corrected_reports(first, second, a.as_of.isoformat()),
        "counts": count_changes(second, a.as_of.isoformat(), b.as_of.isoformat()),
        "rows": list(_change_rows(sides, paired)),
    }  # fmt: skip
