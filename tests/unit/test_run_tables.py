"""Tables of a run: what is shown, in which words and in which columns."""

from __future__ import annotations

from typing import Any

import pytest
from rich.console import Console

from impact import load_measures
from interface.run_tables import LEADING, LEFT_OUT, WIDE, effect_tables, is_shown

NAMES = {"a": "Norra", "b": "Södra", "r": "Region Nord", "skill": "septumablation", "area": "Hjärtvård"}


def row(measure: str = "posts_not_sustained", **changes: Any) -> dict[str, Any]:
    found = load_measures()[measure]
    owner = {} if {"region", "national"} & changes.keys() else {"hospital": "a"}
    return {
        **owner, "name": "Norra", "measure": measure, "perspective": found.perspective, "unit": found.unit,
        "harm": found.harm, "year": 2, "reading": "main", "baseline": 4.0, "effect": 1.0, "low": 0.5, "high": 2.0,
        "if_granted": None, "if_not_granted": None, "p_granted": None, "p_below_floor": None,
        "p_below_floor_without": None, "assumed_share": 0.5, "cause": ["area", "skill", "a"], **changes,
    }  # fmt: skip


def table(*rows: dict[str, Any], show_all: bool = False, width: int = 120, lang: str = "sv") -> str:
    console = Console(width=width, color_system=None)
    with console.capture() as captured:
        console.print(
            effect_tables(rows, NAMES, "sv" if lang == "sv" else "en", ["a", "b"], show_all=show_all, width=width)
        )
    return captured.get()


def test_only_what_changes_visibly_is_shown_unless_all() -> None:
    visible, faint = row(), row(effect=0.01, low=0.0, high=0.02)
    assert (is_shown(visible), is_shown(faint)) == (True, False)
    assert "1 rader visas inte" in table(visible, faint)
    assert "visas inte" not in table(visible, faint, show_all=True)


def test_a_fall_is_as_visible_as_a_rise() -> None:
    assert is_shown(row(effect=-1.0, low=-2.0, high=-0.5))


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({}, "sämre"),
        ({"effect": -1.0, "low": -2.0, "high": -0.5}, "bättre"),
        ({"effect": 0.5, "low": -1.0}, "oklart"),
        ({"effect": 0.0, "low": 0.0, "high": 2.0}, "oklart"),
        ({"measure": "education_breadth"}, "bättre"),
        ({"measure": "education_breadth", "effect": -1.0, "low": -2.0, "high": -0.5}, "sämre"),
    ],
)
def test_gains_and_harms_follow_the_direction_of_the_measure(changes: dict[str, Any], word: str) -> None:
    assert word in table(row(**changes), show_all=True)


def test_numbers_have_a_tenth_of_the_width_and_the_sign_of_the_language() -> None:
    found = row(baseline=1234.567, effect=1.234, low=0.5, high=2.0, if_granted=-0.25, if_not_granted=2.0)
    assert "1\u202f235 " in table(found)  # a baseline has about three digits, whatever the effect
    assert "1\u202f234,6" not in table(found)
    assert " 4,6 " in table({**found, "baseline": 4.567})  # and no more decimals than the effect
    assert "+1,2" in table(found)
    assert "0,5 … 2,0" in table(found)
    assert "−0,2 / +2,0" in table(found)
    assert "1\u202f235 " in table(found, lang="en")


def test_floors_and_causes_stand_beside() -> None:
    found = table(row(p_below_floor=0.3, p_below_floor_without=0.001))
    assert "30 % / <1 %" in found
    assert "septumablation" in found
    assert "Hjärtvård" not in found  # the decided area begins every chain
    assert "Under golv" not in table(row())


def test_a_value_that_is_a_change_is_marked_and_research_names_patients() -> None:
    found = table(
        row("patients_displaced", baseline=-174.0), row("research_caseload", cause=["area", "a"], effect=-1.0)
    )
    assert "−174*" in found
    assert "skillnad mot dagens belastning" in found
    assert "forskningsunderlag: färre patienter i Hjärtvård" in found
    assert "difference from today's load" in table(row("patients_displaced"), lang="en")
    assert "*" not in table(row())


def test_a_narrow_window_names_what_it_leaves_out() -> None:
    found = row(if_granted=0.0, if_not_granted=1.0)
    assert "0,0 / +1,0" in table(found, width=WIDE)
    narrow = table(found, width=WIDE - 1)
    assert "0,0 / +1,0" not in narrow
    assert f"Från {WIDE} tecken" in narrow
    assert LEFT_OUT


def test_columns_stand_below_each_other_for_all_hospitals() -> None:
    lines = table(row(effect=1.0), row(hospital="b", effect=1.5, high=12.0), row("patients_displaced")).splitlines()
    ends = {len(line.rstrip()) for line in lines if "…" in line}
    assert len(ends) == 1


def test_a_mean_outside_its_interval_is_explained() -> None:
    rare = row(effect=3.0, low=-1.0, high=0.0, p_granted=0.04)
    assert "utanför sitt intervall" in table(rare)
    assert "utanför sitt intervall" not in table(row(p_granted=0.04))


def test_university_hospitals_without_change_are_named() -> None:
    assert "Ingen mätbar ändring vid: Södra." in table(row(), row(hospital="b", effect=0.0, low=0.0, high=0.0))
    assert "No measurable change at: Norra." in table(row(effect=0.0, low=0.0, high=0.0), lang="en")


def test_regions_and_nation_have_tables_of_their_own() -> None:
    found = table(row(), row("hours_mean", region="r"), row(national="national"))
    assert found.index("Sjukhusen") < found.index("Regionerna") < found.index("Hela landet")
    assert "Region Nord" in found


def test_second_readings_are_not_shown() -> None:
    second = row("patients_displaced", reading="national_first", effect=77.0)
    assert "77" not in table(row(), second, show_all=True)


def test_leading_measures_are_measures() -> None:
    assert set(LEADING) <= set(load_measures())
