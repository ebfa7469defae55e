"""What may be wrong with the edits of a reader, all of it at once; and the copy of the dataset where nothing is."""

from __future__ import annotations

import difflib
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from graph_schema import CareSystem, Problem, Quantity, Record, SettingError
from graph_schema.cells import is_date, normalised
from graph_schema.rules import check_rules
from loaders.edits import THRESHOLD, Edit, apply_edits, resting_on

__all__ = ["RULES", "Flaw", "flaws_of", "with_edits"]

PARTS = ("value", "low", "high")
ACROSS = {"hours_p50": "travel_order", "p_new": "history_sum"}  # property of a rule over several numbers to its flaw


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with an edit.

    Attributes
    ----------
    target
        Id of what was to be changed.
    code
        Which rule is broken; a key of `RULES`.
    values
        Words and numbers of the rule's sentence.
    """

    target: str
    code: str
    values: Mapping[str, str | float]

    def __str__(self) -> str:
        """Return the flaw as one sentence."""
        shown = {name: f"{v:g}" if isinstance(v, float) else v for name, v in self.values.items()}
        return f"{self.target}: {RULES[self.code].format(**shown)}"


RULES: Mapping[str, str] = MappingProxyType({
    "unknown": "nothing that can be changed has that id (near ones: {near}); see 'randzon data sources --ids'",
    "twice": "is changed twice; change it once",
    "no_number": "{part} is missing or no finite number",
    "below": "{part} {value} is below the least value {limit} ({unit})",
    "above": "{part} {value} is above the largest value {limit} ({unit})",
    "order": "let low <= value <= high, not {low}, {value}, {high}",
    "above_zero": "low must be above 0, which its logarithmic scale needs",
    "same": "value and range are those of the dataset; nothing is changed",
    "unit": "is written in {given}; convert it to {unit}",
    "reason": "a reason is missing",
    "day": "{day!r} is no date; write YYYY-MM-DD",
    "no_threshold": "is relative and has no threshold of its own; change the parameter floor_tolerance",
    "factor": "the factor must be a finite number above 0",
    "nothing_rests": "no assumed number rests on that assumption",
    "too_far": "{count} numbers would lie outside their limits; the factor can be from {least} to {most}",
    "travel_order": "the hours of travel are not in order; let p5 <= p50 <= p95",
    "history_sum": "the four probabilities of its history must sum to 1, not {sum}",
    "rule": "{rule}",
})  # fmt: skip


def _is_number(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _limits(edit: Edit, quantity: Quantity) -> Iterator[Flaw]:
    known: dict[str, float] = {}
    for part in PARTS:
        value = getattr(edit, part)
        if not _is_number(value):
            yield Flaw(edit.target, "no_number", {"part": part})
            continue
        known[part] = value
        for code, limit, is_beyond in (("below", quantity.minimum, value < quantity.minimum),
                                       ("above", quantity.maximum, value > quantity.maximum)):  # fmt: skip
            if is_beyond:
                yield Flaw(edit.target, code, {"part": part, "value": value, "limit": limit, "unit": quantity.unit})
    if len(known) < len(PARTS):
        return
    if not known["low"] <= known["value"] <= known["high"]:
        yield Flaw(edit.target, "order", dict(known))
    if quantity.scale == "log_uniform" and known["low"] <= 0:
        yield Flaw(edit.target, "above_zero", {})
    if all(known[part] == getattr(quantity, part) for part in PARTS):
        yield Flaw(edit.target, "same", {})


def _floor(edit: Edit, floor: Record) -> Iterator[Flaw]:
    stands = [floor.number(name) for name in THRESHOLD]
    if stands[0] is None:
        yield Flaw(edit.target, "no_threshold", {})
        return
    given = [edit.value, edit.low, edit.high]
    wanted = [p for p, v in zip(PARTS, given, strict=True) if v is not None or p == "value"]
    yield from (Flaw(edit.target, "no_number", {"part": p}) for p in wanted if not _is_number(getattr(edit, p)))
    numbers = [(p, v) for p, v in zip(PARTS, given, strict=True) if v is not None and math.isfinite(v)]
    unit = floor.text("unit")
    yield from (
        Flaw(edit.target, "below", {"part": p, "value": v, "limit": 0.0, "unit": unit}) for p, v in numbers if v < 0
    )
    known = dict(numbers)
    middle = known.get("value")
    if middle is not None and not known.get("low", middle) <= middle <= known.get("high", middle):
        yield Flaw(edit.target, "order", {p: known.get(p, middle) for p in PARTS})
    if given == stands:
        yield Flaw(edit.target, "same", {})


def _factor(system: CareSystem, edit: Edit) -> Iterator[Flaw]:
    if edit.factor is None or not math.isfinite(edit.factor) or edit.factor <= 0:
        yield Flaw(edit.target, "factor", {})
        return
    resting = resting_on(system, edit.target).values()
    if not resting:
        yield Flaw(edit.target, "nothing_rests", {})
        return
    if edit.factor == 1:
        yield Flaw(edit.target, "same", {})
    outside = sum(edit.factor * q.low < q.minimum or edit.factor * q.high > q.maximum for q in resting)
    if outside:
        least = max([q.minimum / q.low for q in resting if q.low > 0 and math.isfinite(q.minimum)], default=0.0)
        most = min([q.maximum / q.high for q in resting if q.high > 0], default=math.inf)
        yield Flaw(edit.target, "too_far", {"count": str(outside), "least": least, "most": most})


def _own(system: CareSystem, edit: Edit) -> Iterator[Flaw]:
    """What is wrong with an edit by itself."""
    if not normalised(edit.reason):
        yield Flaw(edit.target, "reason", {})
    if not is_date(edit.day):
        yield Flaw(edit.target, "day", {"day": edit.day})
    if edit.factor is not None and system.get("assumptions", edit.target) is not None:
        yield from _factor(system, edit)
        return
    quantity, floor = system.quantities.get(edit.target), system.get("floors", edit.target)
    if (quantity is None and floor is None) or edit.factor is not None:
        known = [r.key[0] for r in system.rows["assumptions"]] if edit.factor is not None else system.quantities
        near = difflib.get_close_matches(edit.target, list(known), n=3, cutoff=0.6)
        yield Flaw(edit.target, "unknown", {"near": ", ".join(near) or "none"})
        return
    unit = quantity.unit if quantity is not None else floor.text("unit") if floor is not None else ""
    if edit.unit and edit.unit != unit:
        yield Flaw(edit.target, "unit", {"given": edit.unit, "unit": unit})
    if quantity is not None:
        yield from _limits(edit, quantity)
    elif floor is not None:
        yield from _floor(edit, floor)


def _twice(system: CareSystem, edits: Sequence[Edit]) -> Iterator[Flaw]:
    changed = Counter[str](e.target for e in edits)
    for edit in edits:
        if edit.factor is not None:
            changed.update(resting_on(system, edit.target).keys())
    yield from (Flaw(target, "twice", {}) for target, count in changed.items() if count > 1)


def _problems(system: CareSystem) -> dict[tuple[str, ...], Problem]:
    """Problems that only show when rows are read together, by place (the key of the row), value and rule."""
    places = {id(r): (".".join(k for k in r.key if k), 0) for rows in system.rows.values() for r in rows}
    return {(p.file, str(p.property), str(p.value), p.rule): p for p in check_rules(system.rows, places)}


def _across(system: CareSystem, copy: CareSystem) -> Iterator[Flaw]:
    """What is wrong with several numbers together, and was not so before."""
    stood = _problems(system)
    for key, problem in _problems(copy).items():
        if key not in stood:
            code = ACROSS.get(problem.property or "", "rule")
            yield Flaw(problem.file, code, {"rule": problem.rule, "sum": problem.value or ""})


def flaws_of(system: CareSystem, edits: Sequence[Edit], *, alone: bool = False) -> tuple[Flaw, ...]:
    """Return everything that is wrong with edits, all at once; rules over several numbers where each is right.

    Parameters
    ----------
    system
        The dataset.
    edits
        All of the copy.
    alone
        Only what is wrong with each edit by itself.
    """
    own = [*(flaw for edit in edits for flaw in _own(system, edit)), *_twice(system, edits)]
    if own or alone or not edits:
        return tuple(own)
    return tuple(_across(system, apply_edits(system, edits)))


def with_edits(system: CareSystem, edits: Sequence[Edit]) -> CareSystem:
    """Return the dataset with the numbers that a reader changed; without edits the dataset itself.

    Parameters
    ----------
    system
        The dataset; not changed.
    edits
        In any order: the copy does not depend on it.

    Returns
    -------
    CareSystem
        Edited numbers are graded assumed and cite an assumption of their own (quality low) with what stood before,
        day and reason. Numbers multiplied by a factor keep citing what they rest on besides. The version of the
        dataset says that it was edited.

    Raises
    ------
    SettingError
        If anything is wrong with them; lists all.
    """
    flaws = flaws_of(system, edits)
    if flaws:
        raise SettingError("\n".join(map(str, flaws)))
    return apply_edits(system, edits)
