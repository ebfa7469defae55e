"""Every number of a dataset as one list: none missing, none invented, each with what it rests on."""

from __future__ import annotations

import pytest

from graph_schema import UnknownNode
from impact.questions.grades import count_grades
from impact.questions.stated_numbers import UNGRADED, register_numbers, source_of, stated_numbers
from loaders import load_sweden
from loaders.registers import packaged_register
from tests.small_system import small_system


def test_the_list_holds_every_quantity_as_the_dataset_has_it() -> None:
    for system in (small_system(), load_sweden()):
        listed = {n.id: n for n in stated_numbers(system) if n.type != "floors" and n.grade != UNGRADED}
        assert listed.keys() == system.quantities.keys()
        for identifier, quantity in system.quantities.items():
            n = listed[identifier]
            assert (n.value, n.low, n.high) == (quantity.value, quantity.low, quantity.high)
            assert (n.unit, n.grade, n.sources) == (quantity.unit, quantity.grade, quantity.sources)


def test_grades_are_counted_as_the_command_counts_them() -> None:
    system = load_sweden()
    counted, numbers = count_grades(system), stated_numbers(system)
    for grade in ("reported", "derived", "assumed"):
        assert sum(n.grade == grade and n.type != "floors" for n in numbers) == counted[grade]


def test_floors_and_plain_numbers_stand_with_the_sources_of_their_row() -> None:
    numbers = {n.id: n for n in stated_numbers(small_system())}
    floor = numbers["f_research"]
    assert (floor.value, floor.low, floor.high, floor.sources) == (60, 60, 60, ("a_test",))
    assert numbers["f_lost"].value is None
    units = numbers["d_liver.units"]
    assert (units.value, units.grade, units.sources) == (2, UNGRADED, ("a_test",))
    assert units.nodes == ("d_liver", "liver")
    assert not any(n.property in ("year", "step", "pedigree_proxy") for n in numbers.values())


def test_counts_are_those_that_somebody_reported() -> None:
    counts = {n.id for n in stated_numbers(small_system()) if n.is_count}
    assert "middle.provides_volume.liver._.2021-07-01._.2022.patients" in counts
    assert "heart.volume" in counts
    assert "north.provides.heart._._.patients" not in counts  # assumed


def test_numbers_of_the_registers_stand_as_they_are_written() -> None:
    registers = {name: packaged_register(name) for name in ("literature", "claims")}
    numbers = register_numbers(registers)
    assert {n.grade for n in numbers} == {UNGRADED}
    assert sum(n.type == "literature" for n in numbers) == sum(bool(r["value"]) for r in registers["literature"])
    claims = {n.id: n for n in numbers if n.type == "claims"}
    assert {i: n.written for i, n in claims.items()} == {
        r["id"]: r["number"] for r in registers["claims"] if r["number"]
    }
    assert any(n.value is None for n in claims.values())


def test_a_node_a_row_a_number_and_an_assumption_lead_to_their_numbers() -> None:
    system = small_system()
    of_node = source_of(system, "septal")
    assert {"septal.part_of.cardiology.parent_share", "heart.requires.septal.criticality"} <= {n.id for n in of_node}
    record = system.rows["USES"][0]
    assert {n.key for n in source_of(system, record)} == {record.key}
    assert [n.id for n in source_of(system, "heart.volume")] == ["heart.volume"]
    resting = source_of(system, "a_test")
    assert len(resting) > 50
    assert all("a_test" in n.sources for n in resting)
    assert source_of(system, "cr") == ()
    with pytest.raises(UnknownNode, match="'hart'"):
        source_of(system, "hart")
