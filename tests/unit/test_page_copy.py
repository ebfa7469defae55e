"""A copy on the page: what is typed, what it does to an answer, and that nothing else does anything to it."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from graph_schema import Quantity, Record
from impact import Result, Settings, run_scenario
from impact.questions.compare import Side, compare_rows
from impact.questions.stated_numbers import source_of
from interface.named_nodes import NamedNodes
from interface.page.service.copy_effects import SCALES, compared, comparison_key, comparison_table, differs
from interface.page.service.kept import Kept
from interface.page.service.number_words import NumberWords
from interface.page.service.question import Question, today_of
from interface.page.service.reader_copy import (
    Typed,
    copy_of,
    diff_of,
    edits_table,
    flaw_words,
    number_of,
    stands_typed,
    typed_edit,
)
from interface.page.service.small_counts import without_small_counts
from loaders.edit_rules import RULES, flaws_of
from loaders.edits import Edit
from loaders.registers import REGISTERS
from tests.small_system import small_system
from tests.unit.test_edits import DAY, FLOOR, VOLUME, WRONG, idle

ASKED = Question("heart", 2, draws=6, years=2)
MARGIN = Edit("north.staffs.cardiology.margin", "another count", DAY, 1.05, 1.0, 1.2)
EMPTY = dict.fromkeys(REGISTERS, ())


@cache
def kept() -> Kept[Result]:
    return Kept(8)


@cache
def rows(*edits: Edit) -> list[dict[str, Any]]:
    system = small_system()
    copy, flaws = copy_of(system, edits)
    assert flaws == ()
    return list(compared(system, copy, ASKED, kept(), lambda _done, _of: None).document["rows"])


def words() -> NumberWords:
    return NumberWords(idle(), EMPTY, "sv")


def test_what_is_typed_becomes_an_edit() -> None:
    typed = Typed("heart.volume", {"value": "1 050,5", "low": "", "high": ""}, "x", DAY)
    assert typed_edit(typed) == Edit("heart.volume", "x", DAY, 1050.5, 1050.5, 1050.5)
    ranged = Typed("heart.volume", {"value": "50", "low": "40.5", "high": "\u221260"}, "x", DAY)
    assert typed_edit(ranged) == Edit("heart.volume", "x", DAY, 50, 40.5, -60)
    assert typed_edit(Typed("a_test", {"factor": "1,5"}, "x", DAY)) == Edit("a_test", "x", DAY, factor=1.5)
    assert [number_of(t) for t in ("1_0", "inf", "nan", "1e3")] == [None, None, None, 1000]


@pytest.mark.parametrize(("numbers", "code"), [({"value": "många", "low": "", "high": ""}, "no_number"),
                                               ({"value": "50", "low": "lite", "high": "60"}, "no_number"),
                                               ({"factor": ""}, "factor")])  # fmt: skip
def test_what_cannot_be_read_is_told_by_the_rules(numbers: dict[str, str], code: str) -> None:
    target = "a_test" if "factor" in numbers else "heart.volume"
    edit = typed_edit(Typed(target, numbers, "x", DAY))
    assert {f.code for f in flaws_of(small_system(), [edit], alone=True)} == {code}


def test_a_number_stands_as_it_would_be_typed() -> None:
    number = source_of(small_system(), "route_share")[0]
    stands = stands_typed(number, "sv", None)
    assert {k: number_of(v) for k, v in stands.items()} == {
        "value": number.value, "low": number.low, "high": number.high
    }  # fmt: skip
    assert "," in stands["value"]
    (small,) = source_of(small_system(), "middle.provides_volume.liver._.2021-07-01._.2022.patients")
    assert stands_typed(small, "sv", None) == {"value": "9", "low": "", "high": ""}
    assert set(stands_typed(small, "sv", 10).values()) == {""}


@pytest.mark.parametrize("code", [c for c in RULES if c != "rule"])
def test_every_flaw_is_a_swedish_sentence_without_ids(code: str) -> None:
    flaw = next(f for f in flaws_of(idle(), WRONG[code]) if f.code == code)
    told = flaw_words(flaw, words())
    assert told.endswith(".")
    assert "{" not in told
    assert "sources_" not in told
    if code not in ("unknown", "history_sum"):
        assert str(flaw) not in told


def test_a_range_is_told_in_words_with_unit_and_limit() -> None:
    (flaw,) = flaws_of(small_system(), [Edit("heart.volume", "x", DAY, 50, -1.5, 60)])
    assert flaw_words(flaw, words()) == (
        "Hjärtvård: Patienter per år i landet: nedre gränsen −1,5 är mindre än det minsta tillåtna, 0 "
        "(patienter per år)."
    )


def test_without_edits_both_sides_are_the_same_to_the_last_bit() -> None:
    system = small_system()
    assert copy_of(system, ()) == (system, ())
    assert copy_of(system, ())[0] is system
    settings = Settings(draws=6, years=2, grade_shares=False, sets=False)
    left, right = (run_scenario(system, ASKED.scenario(system), today_of(system), settings) for _ in range(2))
    for name in left.data:
        assert np.array_equal(
            left.data[name].values, right.data[name].values, equal_nan=left.data[name].dtype.kind == "f"
        )
    for row in rows():
        assert row["difference"] == row["low"] == row["high"] == 0
        assert row["a"] == row["b"]
        assert row["p_below_floor_a"] == row["p_below_floor_b"]


def test_an_edit_that_is_undone_leaves_nothing_behind() -> None:
    system = small_system()
    changed, _ = copy_of(system, (MARGIN,))
    again, _ = copy_of(system, ())
    assert changed.content_hash != system.content_hash == again.content_hash
    assert comparison_key(system, again, ASKED) == comparison_key(system, small_system(), ASKED)
    assert comparison_key(system, changed, ASKED) != comparison_key(system, again, ASKED)
    assert rows(MARGIN) != rows()
    assert all(r["difference"] == 0 for r in rows())


def test_a_number_that_the_model_does_not_read_changes_exactly_nothing() -> None:
    unread = Edit("heart.episodes_per_patient", "x", DAY, 9, 8, 10)
    system = small_system()
    record = system.node("heart")
    given = Quantity(2.0, 2.0, 2.0, "1", "assumed", "a_test", "log", 0.1)
    with_it = system.replace(
        CareArea=[r if r is not record else Record(r.type, {**r.values, "episodes_per_patient": given})
                  for r in system.rows["CareArea"]]
    )  # fmt: skip
    copy, flaws = copy_of(with_it, (unread,))
    assert flaws == ()
    found = compared(with_it, copy, ASKED, Kept(4), lambda _done, _of: None).document["rows"]
    assert copy.content_hash != with_it.content_hash
    assert {(r["difference"], r["low"], r["high"]) for r in found} == {(0, 0, 0)}


def test_an_edit_that_matters_moves_the_answer_as_a_run_on_the_copy_says() -> None:
    system = small_system()
    copy, _ = copy_of(system, (MARGIN,))
    settings = Settings(draws=6, years=2, grade_shares=False, sets=False)
    sides = [Side("x", r, r) for s in (system, copy) for r in [run_scenario(s, ASKED.scenario(s), None, settings)]]
    expected = compare_rows(sides[0], sides[1], 2)
    for row, told in zip(expected, rows(MARGIN), strict=True):
        assert {k: told[k] for k in ("a", "b", "difference", "low", "high")} == {
            k: row[k] for k in ("a", "b", "difference", "low", "high")
        }
    moved = [r for r in rows(MARGIN) if r["difference"] != 0]
    assert {r.get("hospital") for r in moved} >= {"north"}
    assert all(r["paired"] for r in moved)


def test_a_floor_changes_the_risk_and_no_effect() -> None:
    found = rows(FLOOR)
    assert {r["difference"] for r in found} == {0}
    changed = [r for r in found if r["p_below_floor_a"] != r["p_below_floor_b"]]
    assert changed
    assert {r["measure"] for r in changed} == {"research_caseload"}
    assert all(differs(r) for r in changed)
    table = comparison_table(found, NamedNodes.of(small_system()).names("sv"), "sv", "hospital", show_all=False)
    assert table is not None
    assert any(" / " in row["floor"] for group in table.groups.values() for row in group)


def test_both_effects_stand_beside_each_other_north_to_south() -> None:
    names = NamedNodes.of(small_system()).names("sv")
    table = comparison_table(rows(MARGIN), names, "sv", "hospital", show_all=True)
    assert table is not None
    assert list(table.groups) == [names[h] for h in ("north", "middle", "south")]
    cells = [row for group in table.groups.values() for row in group]
    told = [r for r in rows(MARGIN) if "hospital" in r]
    assert len(cells) == len(told)
    for cell, row in zip(cells, told, strict=True):
        assert (cell["difference"] == "exakt 0") == (row["difference"] == row["low"] == row["high"] == 0)
    every = [comparison_table(rows(MARGIN), names, "en", s, show_all=True) for s in SCALES]
    assert sum(len(g) for t in every if t is not None for g in t.groups.values()) == len(rows(MARGIN))


def test_progress_runs_over_both_sides_and_what_is_kept_is_not_run_again() -> None:
    system, steps = small_system(), list[tuple[int, int]]()
    copy, _ = copy_of(system, (VOLUME,))
    store = Kept[Result](4)
    compared(system, copy, ASKED, store, lambda done, of: steps.append((done, of)))
    assert [done / of for done, of in steps] == sorted(done / of for done, of in steps)
    assert steps[-1][0] == steps[-1][1]
    count = len(steps)
    other, _ = copy_of(system, (MARGIN,))
    compared(system, other, ASKED, store, lambda done, of: steps.append((done, of)))
    assert len(steps) - count < count
    assert steps[-1][0] == steps[-1][1]


def test_the_card_says_what_stood_and_what_stands_and_hides_small_counts() -> None:
    small = Edit("middle.provides_volume.liver._.2021-07-01._.2022.patients", "x", DAY, 12, 10, 14)
    system = small_system()
    factor = Edit("a_test", "x", DAY, factor=0.5)
    table = edits_table(system, (MARGIN, small, FLOOR), NumberWords(system, EMPTY, "sv"), None)
    margin, count, floor = table.groups[""]
    assert (margin["before"], margin["after"]) == ("1,30 (1,00 … 1,82)", "1,05 (1,00 … 1,20)")
    assert (count["before"], floor["before"]) == ("9", "60")
    (row,) = edits_table(system, (factor,), NumberWords(system, EMPTY, "sv"), None).groups[""]
    assert row["after"] == "× 0,5"
    hidden = edits_table(system, (small,), NumberWords(system, EMPTY, "sv"), 10).groups[""][0]
    assert hidden["before"] == "<10"
    copy, _ = copy_of(system, (small,))
    shown, masked = (diff_of(system, copy, "sv", m).document["rows"] for m in (None, 10))
    stood = [[r["from"] for r in found if r["type"] == "PROVIDES_VOLUME"] for found in (shown, masked)]
    assert stood[0][:3] == [9, 9, 9]
    assert stood[1][:3] == [None, None, None]
    assert stood[0][3:] == stood[1][3:]


def test_numbers_of_a_source_are_hidden_too() -> None:
    numbers = [
        {"id": "a", "value": 3.0, "low": 3.0, "high": 3.0, "unit": "patients/year", "grade": "reported"},
        {"id": "b", "value": 3.0, "low": 3.0, "high": 3.0, "unit": "patients/year", "grade": "assumed"},
        {"id": "c", "value": 30.0, "low": 3.0, "high": 33.0, "unit": "patients/year", "grade": "reported"},
    ]
    found, count = without_small_counts({"source": {"numbers": numbers}}, 10)
    assert ([n["value"] for n in found["source"]["numbers"]], count) == ([None, 3.0, 30.0], 1)
    assert without_small_counts({"source": {"numbers": numbers}}, 0)[1] == 0
