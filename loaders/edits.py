"""Numbers that a reader changes in a copy of a dataset; the dataset itself is never changed.

An edited number is graded assumed and rests on an assumption of its own, which says what stood before, when it was
changed and why. So the copy is a dataset like any other, with a hash of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from graph_schema import CareSystem, Quantity, Record, format_number
from graph_schema.cells import normalised

__all__ = ["THRESHOLD", "Edit", "apply_edits", "reader_assumption", "resting_on"]

PREFIX = "a_reader_"
THRESHOLD = ("threshold", "threshold_low", "threshold_high")


@dataclass(frozen=True, slots=True)
class Edit:
    """One change that a reader makes.

    Attributes
    ----------
    target
        Id of a quantity or of a floor; with a `factor`, of an assumption.
    reason
        Why, in the reader's words.
    day
        When, as YYYY-MM-DD.
    value, low, high
        The new number with its 90 % range, in the unit of the number. A floor may stand without a range.
    factor
        Every number that rests on the assumption is multiplied by it, with its range.
    unit
        In which the reader wrote the number; empty: in that of the dataset.

    Examples
    --------
    >>> Edit("route_share", "our own count", "2026-01-31", 0.9, 0.8, 0.95).factor is None
    True
    """

    target: str
    reason: str
    day: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    factor: float | None = None
    unit: str = ""


def reader_assumption(target: str) -> str:
    """Return the id of the assumption that an edited number rests on: the same for the same target."""
    return PREFIX + hashlib.sha256(target.encode("utf-8")).hexdigest()[:12]


def resting_on(system: CareSystem, assumption: str) -> dict[str, Quantity]:
    """Return the assumed quantities that cite an assumption, by id."""
    return {i: q for i, q in system.quantities.items() if q.grade == "assumed" and assumption in q.sources}


def _numbers(edit: Edit, system: CareSystem) -> dict[str, Quantity]:
    """The new quantities of an edit, by id."""
    source = reader_assumption(edit.target)
    if edit.factor is not None:
        f = edit.factor
        return {
            i: Quantity(f * q.value, f * q.low, f * q.high, q.unit, "assumed", f"{source};{q.source}", q.scale,
                        q.minimum, q.maximum)
            for i, q in resting_on(system, edit.target).items()
        }  # fmt: skip
    if edit.target not in system.quantities:
        return {}
    q = system.quantities[edit.target]
    value, low, high = (float(n) for n in (edit.value, edit.low, edit.high) if n is not None)
    return {edit.target: Quantity(value, low, high, q.unit, "assumed", source, q.scale, q.minimum, q.maximum)}


def _floor_row(floor: Record, edit: Edit) -> Record:
    given = {n: float(v) for n, v in zip(THRESHOLD, (edit.value, edit.low, edit.high), strict=True) if v is not None}
    kept = {n: v for n, v in floor.values.items() if n not in THRESHOLD}
    reason = normalised(edit.reason)
    told = {"grade": "assumed", "source": reader_assumption(edit.target), "note": reason, "note_sv": reason}
    return Record(floor.type, {**kept, **given, **told})


def _stood(edit: Edit, system: CareSystem) -> str:
    """What was changed to what, as the register of assumptions says it."""
    if edit.factor is not None:
        count = len(resting_on(system, edit.target))
        return f"the {count} numbers that rest on {edit.target} times {format_number(edit.factor)}"
    now = _span([edit.value, edit.low, edit.high])
    floor = system.get("floors", edit.target)
    if edit.target in system.quantities:
        q = system.quantities[edit.target]
        before, unit, rest = _span([q.value, q.low, q.high]), q.unit, f"{q.grade}, {q.source}"
    else:
        assert floor is not None
        before, unit = _span([floor.number(n) for n in THRESHOLD]), floor.text("unit")
        rest = f"{floor.text('grade')}, {floor.text('source')}"
    return f"{edit.target} = {now} {unit}; in the dataset {before} {unit} ({rest})"


def _span(numbers: Sequence[float | None]) -> str:
    value, low, high = ("" if n is None else format_number(n) for n in numbers)
    return f"{value} ({low} to {high})" if low or high else value


def _assumption(edit: Edit, system: CareSystem) -> Record:
    return Record(
        "assumptions",
        {"id": reader_assumption(edit.target),
         "statement": f"Changed on the page by a reader, {edit.day}: {_stood(edit, system)}",
         "reason": normalised(edit.reason), "quality": "low", "importance": "high"},
    )  # fmt: skip


def _edited(record: Record, new: Mapping[str, Quantity]) -> Record:
    changed = {n: new[i] for n, _ in record.quantities() if (i := record.quantity_id(n)) in new}
    return Record(record.type, {**record.values, **changed}) if changed else record


def apply_edits(system: CareSystem, edits: Sequence[Edit]) -> CareSystem:
    """Return the dataset with edits whose rules nobody checks here; see `with_edits`, which does.

    Parameters
    ----------
    system
        The dataset; not changed, and returned itself where there are no edits.
    edits
        Each with numbers; in any order.
    """
    if not edits:
        return system
    new = {i: q for edit in edits for i, q in _numbers(edit, system).items()}
    floors = {e.target: e for e in edits if system.get("floors", e.target) is not None}
    rows: dict[str, list[Record]] = {name: [_edited(r, new) for r in records] for name, records in system.rows.items()}
    rows["floors"] = [_floor_row(r, floors[r.key[0]]) if r.key[0] in floors else r for r in rows["floors"]]
    added = {r.key[0]: r for r in (_assumption(e, system) for e in edits)}
    rows["assumptions"] = [*(r for r in rows["assumptions"] if r.key[0] not in added), *added.values()]
    version = f"{system.settings.get('version', '')} + {len(edits)} edited by a reader"
    rows["dataset"] = [Record(r.type, {**r.values, "value": version}) if r.key[0] == "version" else r
                       for r in rows["dataset"]]  # fmt: skip
    return CareSystem(rows)
