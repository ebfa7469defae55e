"""Everything that is told of a node: each number once, as the dataset has it, with unit, range, grade and source."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

import pytest

from graph_schema import CareSystem, Quantity, Record, UnknownNode, load_schema
from interface.drawings.node_markup import CardMarkup
from interface.node_card import NodeCard, NodeCards, Number
from interface.node_words import property_label, source_words, unit_label
from interface.texts import has_text
from loaders import load_sweden
from tests.small_system import small_system

NODES = ["hocm", "nus", "sp_anestesi_och_intensivvard", "res_icu", "fn_icu", "reg_skane"]


@cache
def sweden() -> CareSystem:
    return load_sweden()


@cache
def card(node: str) -> NodeCard:
    return NodeCards(sweden(), "sv").card(node)


def numbers(found: NodeCard) -> list[Number]:
    return [*found.numbers, *(n for rows in found.relations.values() for r in rows for n in r.numbers)]


@pytest.mark.parametrize("node", NODES)
def test_a_card_holds_every_number_of_the_node_and_its_relationships(node: str) -> None:
    system = sweden()
    ends = [r for name, rows in system.rows.items() if load_schema()[name].kind == "relationship" for r in rows
            if node in (r.text("source_id"), r.text("target_id"))]  # fmt: skip
    stated = {r.quantity_id(n): q for r in (system.node(node), *ends) for n, q in r.quantities()}
    told = numbers(card(node))
    assert {n.id: n.quantity for n in told} == stated
    assert Counter(n.id for n in told).most_common(1)[0][1] == 1
    assert sum(len(rows) for rows in card(node).relations.values()) == len(ends)
    for number in told:
        assert set(number.sources) == set(stated[number.id].sources)
        assert number.value
        assert number.grade in {"rapporterad", "härledd", "antagen"}


def test_what_lies_outside_is_counted_and_nothing_else_is_lost() -> None:
    among = {"hocm", "nus", "res_icu"}
    few, every = NodeCards(sweden(), "sv").card("nus", among), card("nus")
    assert {r.other for rows in few.relations.values() for r in rows} <= among
    for heading, rows in every.relations.items():
        assert len(few.relations.get(heading, ())) + few.elsewhere.get(heading, 0) == len(rows)
    assert few.numbers == every.numbers


def test_hospitals_stand_north_to_south_and_regions_by_nearness() -> None:
    north = {r.key[0]: -(r.number("latitude") or 0) for r in sweden().rows["Hospital"] if r.text("kind") != "unnamed"}
    staffed = card("sp_anestesi_och_intensivvard").relations["Bemanning per sjukhus, från norr till söder"]
    order = [north[r.other] for r in staffed if r.other in north]
    assert order == sorted(order)
    hours = [n.quantity.value for r in card("nus").relations["Restid från regionerna"] for n in r.numbers[:1]
             if n.quantity is not None]  # fmt: skip
    assert hours == sorted(hours)


def test_reported_counts_below_the_mask_are_withheld_and_nothing_else() -> None:
    open_card = NodeCards(small_system(), "sv").card("liver")
    masked = NodeCards(small_system(), "sv", 17).card("liver")
    for number, other in zip(numbers(open_card), numbers(masked), strict=True):
        quantity = number.quantity
        assert quantity is not None
        if quantity.grade == "reported" and quantity.unit == "patients/year" and quantity.value < 17:
            assert (other.value, other.interval, other.quantity) == ("<17", "", None)
        else:
            assert other == number
    withheld = [n for n in numbers(masked) if n.quantity is None]
    assert len(withheld) == 2  # 9 and 16 of the middle hospital
    told = CardMarkup(small_system(), masked, "sv").told()
    assert "&lt;17" in told


def test_a_number_is_written_as_its_range_supports_and_with_its_unit() -> None:
    record = Record("Region", {"id": "r", "name_sv": "r", "population": Quantity(
        1234.5, 1000.0, 1500.0, "persons", "derived", "s")})  # fmt: skip
    number = NodeCards(small_system().replace(Region=[record]), "sv").card("r").numbers[0]
    assert (number.value, number.interval, number.unit) == ("1\u202f234", "1\u202f000–1\u202f500", "invånare")
    growth = next(n for n in card("hocm").numbers if n.label == "Ökning per år")
    assert growth.interval == "−0,06 till 0,05"  # no dash beside a minus
    assert unit_label("1", "sv") == ""
    assert next(n for n in card("hocm").relations["Kräver kompetenser"][0].numbers).unit == "andel (0–1)"


def test_every_property_unit_and_word_of_the_dataset_has_a_swedish_name() -> None:
    system = sweden()
    used = {(r.type, n) for rows in system.rows.values() for r in rows for n in r.values
            if r.spec.kind in ("node", "relationship")}  # fmt: skip
    silent = {"id", "name_sv", "source", "source_id", "target_id", "latitude", "longitude", "family", "family_rule"}
    assert {n for _, n in used if n not in silent and not has_text(f"property_{n}")} == set()
    units = {q.unit for i, q in system.quantities.items() if "." in i}
    assert {u for u in units if not has_text(f"unit_{u}")} == set()
    raw = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)+$")
    for node in NODES:
        found = card(node)
        facts = [*found.facts, *(f for rows in found.relations.values() for r in rows for f in r.facts)]
        assert [f for f in facts if raw.match(f.words) or f.words in ("True", "False")] == []


def test_sources_stand_in_full_each_under_one_number() -> None:
    markup = CardMarkup(sweden(), card("hocm"), "sv")
    told, listed = markup.told(), markup.sources("./kallor?node={}")
    cited = {int(i) for i in re.findall(r"#source-hocm-(\d+)", told)}
    assert (
        cited == set(range(1, len(markup.cited) + 1)) == {int(i) for i in re.findall(r'id="source-hocm-(\d+)"', listed)}
    )
    for source in markup.cited:
        words = source_words(sweden(), source, "sv")
        record = sweden().source(source)
        assert record.text("title") in words.words or record.text("statement") == words.words
        assert record.text("publisher") in words.words
        assert f"./kallor?node={source}" in listed
    assert 'lang="en"' in listed  # statements of assumptions stand in English


def test_nothing_in_a_card_is_read_as_markup() -> None:
    bad = "<b>x</b>"
    rows = [Record(r.type, {**r.values, "reason": bad}) for r in small_system().rows["REQUIRES"]]
    areas = [Record(r.type, {**r.values, "name_sv": bad, "note": bad}) for r in small_system().rows["CareArea"]]
    system = small_system().replace(REQUIRES=rows, CareArea=areas)
    told = CardMarkup(system, NodeCards(system, "sv").card("heart"), "sv").told()
    assert bad not in told
    assert told.count("&lt;b&gt;") > 3


def test_what_is_not_known_is_told() -> None:
    with pytest.raises(UnknownNode):
        NodeCards(small_system(), "sv").card("nothing")
    assert property_label("no_such_thing", "sv") == "No such thing"
    assert source_words(small_system(), "nowhere", "sv").words == "nowhere"
