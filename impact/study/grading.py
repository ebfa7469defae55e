"""The grade of an indicator's value: the worst grade of the quantities that it rests on."""

from __future__ import annotations

from collections.abc import Mapping

from graph_schema import GRADES, CareSystem
from impact.study.indicators import load_indicators
from impact.study.study_rows import StudyRow

__all__ = ["Grading"]

Grades = Mapping[tuple[str, ...], int]


def _grades_of(system: CareSystem, rest: str) -> Grades:
    """Worst grade of a quantity over all records, over those that name one node, and over those that name two."""
    kind, _, name = rest.partition(".")
    found: dict[tuple[str, ...], int] = {}
    for record in system.rows[kind]:
        quantity = record.quantity(name)
        if quantity is None:
            continue
        grade = GRADES.index(quantity.grade)
        ends = record.key[:2] if len(record.key) > 1 else record.key[:1]
        for key in ((), *((end,) for end in ends), ends):
            found[key] = max(grade, found.get(key, 0))
    return found


class Grading:
    """Grades of the rows of a system.

    Parameters
    ----------
    system
        A validated system.
    """

    def __init__(self, system: CareSystem) -> None:
        self._parameters = {
            r.key[0]: GRADES.index(q.grade) for r in system.rows["parameters"] for _, q in r.quantities()
        }
        rests = {rest for i in load_indicators().values() for rest in i.rests_on if "." in rest}
        self._grades = {rest: _grades_of(system, rest) for rest in rests}

    def _grade(self, rest: str, row: StudyRow) -> int:
        if rest == "permits":
            return 0
        if rest.startswith("parameter:"):
            return self._parameters.get(rest.removeprefix("parameter:"), 0)
        grades = self._grades[rest]
        # The narrowest rows that name what the value is of; all of them where none does.
        for key in ((row.entity, row.part), (row.entity,), (row.part,)):
            if all(key) and key in grades:
                return grades[key]
        return grades.get((), 0)

    def of(self, row: StudyRow) -> str:
        """Return the worst grade of what a row rests on: ``reported``, ``derived`` or ``assumed``."""
        rests = load_indicators()[row.indicator].rests_on
        return GRADES[max(self._grade(rest, row) for rest in rests)]
