"""Cards: every number with its range, grade and source, what is missing, and what rests on a source."""

from __future__ import annotations

import pytest

from graph_schema import UnknownNode
from impact.questions.cards import area_card, hospital_card, source_card
from impact.questions.gaps import HEADINGS, gaps_of
from loaders.registers import REGISTERS
from tests.small_system import small_system

STATEMENT = {
    "id": "x1", "area": "heart", "kind": "resource", "target": "icu", "target_free": "", "statement": "Needs beds.",
    "direction": "needs", "strength": "stated", "place": "Annex 1", "source": "s", "headings": "icu;theatre",
    "in_first": "yes", "in_second": "no", "decision": "kept", "reason": "",
}  # fmt: skip
CLAIM = {
    "id": "c1",
    "area": "heart;liver",
    "hospital": "north",
    "source": "s",
    "statement_sv": "x",
    "statement_en": "x",
}


def test_an_area_card_has_every_number_and_compares_it() -> None:
    card = area_card(small_system(), "heart", {})
    volume = next(n for n in card["numbers"] if n["property"] == "volume")
    assert (volume["value"], volume["low"], volume["unit"], volume["grade"]) == (60, 48, "patients/year", "derived")
    assert (volume["smaller"], volume["of"]) == (1, 3)  # of 60, 90 and 40 only the liver's is smaller
    assert [p["id"] for p in card["providers"]] == ["middle", "north", "south"]
    assert [n["id"] for n in card["needed_by"]] == ["valve"]
    assert "new_share" in card["missing"]
    assert "note" not in card["missing"]
    assert card["statements"] == []


def test_reported_years_stand_at_the_provider() -> None:
    card = area_card(small_system(), "liver", {})
    middle = next(p for p in card["providers"] if p["id"] == "middle")
    assert middle["reported"] == {"2022": 9, "2023": 16, "2024": 17}
    assert [b["id"] for b in card["before"]] == ["north"]
    assert [e["id"] for e in card["log"]] == ["d_liver"]


def test_registers_are_filtered_by_id_and_what_was_dropped_is_left_out() -> None:
    dropped = {**STATEMENT, "id": "x2", "decision": "dropped"}
    registers = {"statements": [STATEMENT, dropped], "claims": [CLAIM]}
    assert [s["id"] for s in area_card(small_system(), "heart", registers)["statements"]] == ["x1"]
    assert [c["id"] for c in area_card(small_system(), "liver", registers)["claims"]] == ["c1"]
    assert area_card(small_system(), "valve", registers)["claims"] == []
    assert [c["id"] for c in hospital_card(small_system(), "north", registers)["claims"]] == ["c1"]


def test_a_hospital_card_names_what_was_lost_and_whose_staffing_is_unknown() -> None:
    system = small_system()
    card = hospital_card(system, "north", {})
    assert [b["id"] for b in card["before"]] == ["liver"]
    assert {a["id"] for a in card["areas"]} == {"heart", "valve"}
    assert card["compares"] == {"permits": 0, "smaller": 0, "of": 3}
    staffed = {s["id"] for s in card["staff"]}
    required = {r.text("target_id") for a in ("heart", "valve") for r in system.outgoing("REQUIRES", a)}
    assert set(card["no_staffing"]) == required - staffed
    assert hospital_card(system, "south", {})["compares"]["permits"] == 1


def test_a_source_card_counts_what_rests_on_it() -> None:
    system = small_system()
    source = next(r.key[0] for name in ("sources", "assumptions") for r in system.rows[name])
    card = source_card(system, source, {"claims": [{**CLAIM, "source": source}]})
    assert card["numbers"] or card["rows"]
    for number in card["numbers"]:
        assert source in system.quantities[number["id"]].sources
    assert [c["id"] for c in card["claims"]] == ["c1"]
    with pytest.raises(UnknownNode, match="did you mean"):
        source_card(system, source[:-1] + "x", {})


@pytest.mark.parametrize("card", [area_card, hospital_card])
def test_an_unknown_name_is_refused(card: object) -> None:
    assert callable(card)
    with pytest.raises(UnknownNode):
        card(small_system(), "nowhere", {})


def test_gaps_say_what_is_answered_and_how_firmly() -> None:
    implied = {**STATEMENT, "id": "x3", "headings": "child", "strength": "implied"}
    found = gaps_of(
        small_system(), "heart", [STATEMENT, implied, {**STATEMENT, "area": "liver", "headings": "research"}]
    )
    rows = {r["heading"]: r for r in found["rows"]}
    assert found["answered"] == ["child", "icu", "theatre"]
    assert set(found["open"]) == set(HEADINGS) - {"child", "icu", "theatre"}
    assert (rows["icu"]["firm"], rows["child"]["firm"]) == (True, False)
    assert rows["icu"]["statements"][0]["place"] == "Annex 1"


def test_headings_are_those_of_the_register() -> None:
    assert set(HEADINGS) == REGISTERS["statements"].columns["headings"]
