"""The gain of the own patients: evidence by area, units proposed beside today's, share at the needed volume."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from impact import Settings, run_scenario
from impact.questions.benefit import benefit_of, outcome_evidence, proposed_units
from interface.benefit_view import benefit_lines
from loaders.registers import REGISTERS, packaged_register
from scenarios import parse_scenario
from tests.small_system import CONCENTRATE, small_system

TODAY = date(2025, 12, 31)
NAMES = {"heart": "Heart care"}


def evidence(*areas: str) -> list[dict[str, Any]]:
    return outcome_evidence({name: packaged_register(name) for name in REGISTERS}, areas)


def test_evidence_has_its_reference_and_grade_and_is_of_the_area_alone() -> None:
    found = evidence("matstrupskirurgi")
    assert {e["area"] for e in found} == {"matstrupskirurgi"}
    assert "3.5 against 10.4" in found[0]["finding_en"]
    assert "Anticancer Research 2005" in found[0]["reference"]
    assert found[0]["grade"] == "reported"
    assert evidence("hocm") == []


def test_each_finding_repeats_the_numbers_of_its_row_in_the_literature() -> None:
    literature = {r["id"]: r for r in packaged_register("literature")}
    rows = packaged_register("volume_outcome")
    assert len(rows) >= 10
    for row in rows:
        source = literature[row["id"]]
        assert source["area"] == row["area"]
        assert source["quantity"] == "volume_outcome"
        columns = ("value", "low", "high", "unit", "statistic", "derivation", "note")
        stated = " ".join(source[c] for c in columns)
        numbers = [w.strip("(),.;%") for w in row["finding_en"].replace("–", " ").split()]
        decimals = [n for n in numbers if "." in n and n.replace(".", "").isdigit()]
        assert [n for n in decimals if n not in stated.replace("-", " ") and n.rstrip("0") not in stated] == [], row[
            "id"
        ]


def decision(units: int, hospitals: list[str] | None = None) -> dict[str, Any]:
    return {"kind": "concentrate", "area": "heart", "units": float(units), "hospitals": hospitals}


@pytest.mark.parametrize(
    ("units", "hospitals", "nothing"),
    [(2, None, False), (3, None, True), (3, ["north", "middle", "south"], True), (2, ["north", "south"], False)],
)
def test_as_many_units_as_today_change_nothing(units: int, hospitals: list[str] | None, nothing: bool) -> None:
    (row,) = proposed_units(small_system(), [decision(units, hospitals)], TODAY)
    assert (len(row["providers_today"]), row["changes_nothing"]) == (3, nothing)


def test_other_decisions_propose_no_number() -> None:
    assert proposed_units(small_system(), [{"kind": "withdraw", "area": "heart", "hospital": "north"}], TODAY) == []


def test_the_share_at_needed_volume_is_of_those_treated() -> None:
    system = small_system()
    scenario = parse_scenario(CONCENTRATE.encode(), "x")
    result = run_scenario(system, scenario, settings=Settings(draws=10, years=2, grade_shares=False))
    share = benefit_of(system, result, [], 2)["at_needed_volume"]
    national = result.data["with"].sel(entity="national", year=2)
    at, below = (national.sel(measure=m).values for m in ("patients_at_needed_volume", "patients_below"))
    assert share["with"] == pytest.approx((at / (at + below)).mean())
    assert 0 < share["without"] < share["with"] <= 1
    assert share["low"] <= share["change"] <= share["high"]


def test_the_lines_say_what_is_not_known_and_what_does_not_change() -> None:
    nothing = dict.fromkeys(("with", "without", "change", "low", "high"))
    area: dict[str, Any] = {"area": "heart", "name": "x", "evidence": [], "evidence_found": False}
    units = [{"area": "heart", "providers_today": ["a", "b"], "units": 2, "changes_nothing": True}]
    lines = benefit_lines({"at_needed_volume": nothing, "areas": [area], "units": units}, NAMES, "en")
    assert lines[0].startswith("Heart care: no usable evidence was found")
    assert "the number changes nothing" in lines[1]
    known = {**area, "evidence": evidence("matstrupskirurgi"), "evidence_found": True}
    line, counter = benefit_lines({"at_needed_volume": nothing, "areas": [known]}, NAMES, "sv")
    assert "inget oberoende samband" in line.lower()
    assert "Inget oberoende samband" in counter
    assert "Sjukhusdödligheten var 3,5 mot 10,4 %" in line
    many = benefit_lines({"at_needed_volume": nothing, "areas": [known, *[area] * 4]}, NAMES, "en")
    assert "1 of 5 care areas" in many[0]
    assert benefit_lines({"at_needed_volume": nothing, "areas": []}, NAMES, "en") == []
