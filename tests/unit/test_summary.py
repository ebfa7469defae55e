"""The paragraph that is read aloud."""

from __future__ import annotations

from typing import Any

from impact import load_measures
from interface.summary import summary_paragraph

NAMES = {"nus": "Norrlands universitetssjukhus", "orebro": "Örebro", "x": "Sjukhuset"}


def row(measure: str, hospital: str | None = "nus", **changes: Any) -> dict[str, Any]:
    found = load_measures()[measure]
    owner = {"national": "national"} if hospital is None else {"hospital": hospital}
    return {**owner, "measure": measure, "unit": found.unit, "harm": found.harm, "reading": "main", "effect": 3.2,
            "low": 1.4, "high": 5.6, "assumed_share": 0.5, **changes}  # fmt: skip


def said(*rows: dict[str, Any], also: tuple[str, ...] = (), lang: str = "sv") -> str:
    return summary_paragraph(rows, "Om HOCM samlas.", NAMES, "sv" if lang == "sv" else "en", also)


def test_it_says_what_rises_by_how_much_and_in_which_interval() -> None:
    assert said(row("patients_without_full_competence")) == (
        "Om HOCM samlas. Norrlands universitetssjukhus: antalet patienter i annan vård utan full kompetens ökar med 3 "
        "om året (+1 till +6). Inom parentes står det intervall som rymmer 90 procent av dragningarna. Av osäkerheten "
        "vid de mindre universitetssjukhusen vilar i medeltal 50 % på antaganden."
    )
    assert "rises by 3 a year (+1 to +6)" in said(row("patients_without_full_competence"), lang="en")


def test_a_fall_and_a_change_too_small_to_say() -> None:
    assert "undanträngda patienter minskar med 6 om året (−10 till −1)" in said(
        row("patients_displaced", effect=-6.1, low=-10, high=-1)
    )
    assert "undanträngda patienter är i medeltal nästan oförändrat (−3 till +4 om året)" in said(
        row("patients_displaced", effect=0.3, low=-3.2, high=4.1)
    )


def test_small_numbers_have_one_decimal_and_heads_are_not_a_year() -> None:
    assert "tjänster som vårdvolymen inte bär ökar med 0,4 (+0,1 till +1,1)" in said(
        row("posts_not_sustained", effect=0.42, low=0.12, high=1.09)
    )


def test_nothing_to_see_is_said() -> None:
    quiet = row("patients_displaced", effect=0.0, low=0.0, high=0.0, assumed_share=None)
    assert said(quiet) == "Om HOCM samlas. Norrlands universitetssjukhus: ingen mätbar ändring."


def test_gains_of_the_areas_own_patients_come_first() -> None:
    text = said(row("patients_displaced"), row("patients_at_needed_volume", None))
    assert text.index("områdets egna patienter") < text.index("undanträngda")


def test_hospitals_of_an_event_are_named_before() -> None:
    text = said(row("patients_displaced"), row("patients_displaced", "x"), also=("x",))
    assert text.index("Sjukhuset:") < text.index("Norrlands")


def test_another_country_has_its_own_hospitals() -> None:
    text = said(row("patients_displaced", "x"))
    assert "Sjukhuset: " in text
    assert "vid sjukhusen" in text
