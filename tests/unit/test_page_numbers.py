"""The list of numbers on the page: search, words, masked counts, file, counts by grade; and the register's table."""

from __future__ import annotations

import csv
import io
import time
from functools import cache

import pytest

from graph_schema import Record
from impact.questions.grades import sources_table
from impact.questions.stated_numbers import UNGRADED
from interface.drawings.grades import grades_picture
from interface.page.service.assumption_table import assumption_table, assumptions_csv
from interface.page.service.markup import DETAIL
from interface.page.service.number_list import EVERY_GRADE, NumberList, Wanted, grade_counts
from interface.page.service.pictures import drawn
from interface.registers import registers_of
from interface.texts import Language
from loaders import load_sweden
from loaders.registers import REGISTERS
from tests.small_system import small_system

EMPTY = dict.fromkeys(REGISTERS, ())


@cache
def small(lang: Language = "sv") -> NumberList:
    return NumberList(small_system(), EMPTY, lang)


@cache
def sweden(lang: Language = "sv") -> NumberList:
    return NumberList(load_sweden(), registers_of(None), lang)


def ids(found: NumberList, wanted: Wanted) -> set[str]:
    return {n.id for n in found.chosen(wanted)}


def test_a_search_finds_by_words_type_grade_node_and_source() -> None:
    every = ids(small(), Wanted())
    assert len(every) == len(small().numbers)
    assert ids(small(), Wanted("HJÄRTVÅRD  patienter i landet")) == {"heart.volume"}
    assert ids(small("en"), Wanted("heart care national")) == {"heart.volume"}
    assert "heart.volume" in ids(small("en"), Wanted("hjärtvård"))  # a name in the other language
    assert all(i.startswith(("floor", "f_")) for i in ids(small(), Wanted(type="floors")))
    graded = [ids(small(), Wanted(grade=g)) for g in EVERY_GRADE]
    assert set.union(*graded) == every
    assert sum(map(len, graded)) == len(every)
    assert ids(small(), Wanted(node="heart.volume")) == {"heart.volume"}
    assert "south.provides.heart._._.patients" in ids(small(), Wanted(node="heart"))
    assert ids(small(), Wanted(source="s_test")) == {n.id for n in small().numbers if "s_test" in n.sources}
    assert ids(small(), Wanted(node="heart", source="s_test", grade="derived")) == {"heart.volume"}
    assert ids(small(), Wanted("no such words")) == set()


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_all_numbers_of_the_country_have_words_and_are_searched_at_once(lang: Language) -> None:
    found = sweden(lang)
    assert len(found.numbers) > 18_000
    begin = time.perf_counter()
    hits = found.chosen(Wanted("umeå kardiologi"))
    assert time.perf_counter() - begin < 1
    assert hits
    labels = {found.words.label(n) for n in found.numbers if n.type not in ("literature", "claims")}
    assert not any("sources_" in label or "property_" in label or "_" in label for label in labels)
    for name, types in (("type", {n.type for n in found.numbers}), ("grade", {n.grade for n in found.numbers})):
        assert types, name
        assert all("sources_" not in words for words in found.types.values())


def test_a_table_shows_some_rows_with_value_range_grade_source_and_reason() -> None:
    numbers = sweden().chosen(Wanted(node="hocm.volume"))
    (row,) = sweden().table(numbers, 0, 25, None).groups[""]
    assert (row["value"], row["range"], row["grade"]) == ("80", "40 … 160", "antaget")
    assert "Surgical myectomy" in row["source"]
    assert "10.1093/eurheartj/ehaf560" in row["source"]
    assert row[DETAIL].startswith("Skäl: Procedures follow from Dutch")
    assert "hocm.volume" in row[DETAIL]
    reported = sweden().table(sweden().chosen(Wanted(source="rfr11_b3", grade="reported")), 0, 1, None).groups[""][0]
    assert "(Sveriges riksdag, socialutskottet 2025), 2024/25:RFR11, Annex 3" in reported["source"]


@pytest.mark.parametrize("lang", ["sv", "en"])
def test_a_list_to_choose_from_has_no_two_lines_alike(lang: Language) -> None:
    for names in (sweden(lang).nodes, sweden(lang).sources, sweden(lang).types):
        assert len(set(names.values())) == len(names)
    assert "Neurokirurgi (vårdområde)" in sweden("sv").nodes.values()


def test_pages_together_show_everything_once() -> None:
    numbers = small().chosen(Wanted())
    shown = [r for first in range(0, len(numbers), 50) for r in small().table(numbers, first, 50, None).groups[""]]
    assert len(shown) == len(numbers)
    last = len(numbers) // 50 * 50
    assert small().table(numbers, last, 50, None).caption == f"Visar {last + 1}–{len(numbers)} av {len(numbers)} tal."
    assert small().table([], 0, 50, None).caption == "Visar 0–0 av 0 tal."


def test_small_counts_are_hidden_in_table_and_file() -> None:
    numbers = small().chosen(Wanted(type="PROVIDES_VOLUME"))
    values = [r["value"] for r in small().table(numbers, 0, 50, 17).groups[""]]
    assert values == ["<17", "<17", "17", "20", "24", "23"]
    rows = list(csv.DictReader(io.StringIO(small().csv(numbers, 17).decode("utf-8"))))
    assert [(r["value"], r["low"]) for r in rows[:3]] == [("<17", ""), ("<17", ""), ("17.0", "17.0")]
    unmasked = list(csv.DictReader(io.StringIO(small().csv(numbers, None).decode("utf-8"))))
    assert unmasked[0]["value"] == "9.0"
    assumed = small().chosen(Wanted(node="north.provides.heart._._.patients"))
    assert small().table(assumed, 0, 1, 17).groups[""][0]["value"] == "8"  # nobody reported it


def test_the_file_has_a_line_for_each_number_with_all_digits() -> None:
    numbers = sweden().chosen(Wanted(node="hocm"))
    rows = list(csv.DictReader(io.StringIO(sweden().csv(numbers, None).decode("utf-8"))))
    assert [r["id"] for r in rows] == [n.id for n in numbers]
    for row, number in zip(rows, numbers, strict=True):
        if number.type not in ("claims", "literature"):
            assert float(row["value"]) == number.value
        assert row["sources"] == ";".join(number.sources)
    (volume,) = (r for r in rows if r["id"] == "hocm.volume")
    assert volume["source_years"] == "2023, 2025"


def test_counts_by_grade_are_drawn_with_their_table() -> None:
    counts = grade_counts(small().numbers)
    assert sum(sum(n.values()) for n in counts.values()) == len(small().numbers)
    assert counts["PROVIDES_VOLUME"] == {"reported": 6, "derived": 0, "assumed": 0, UNGRADED: 0}
    named = {small().types[t]: n for t, n in counts.items()}
    picture = grades_picture(small_system(), named, "sv")
    assert picture.table.rows[-1]["assumed"] == sum(n["assumed"] for n in counts.values())
    assert picture.table.rows[-1]["total"] == len(small().numbers)
    assert f"antaget {picture.table.rows[-1]['assumed']}" in picture.description.replace("\u202f", "")
    assert drawn(picture).table.count("<tr") == len(counts) + 2


def test_the_register_says_who_can_answer_and_which_answer_it_moves_most() -> None:
    rows = sources_table(load_sweden())["assumptions"]
    table = assumption_table(rows, sweden(), 25, 25)
    assert table.caption == f"Visar 26–50 av {len(rows)} antaganden."
    first = assumption_table(rows, sweden(), 0, 1).groups[""][0]
    assert first["addressee"]
    assert first["question"].endswith("?")
    assert first["numbers"].replace("\u202f", "") == str(rows[0]["numbers"])
    told = {**rows[0], "assumption": rows[0]["id"], "influence": 0.123, "pedigree": 0.5,
            "most_on": "accumulated: nus, patients_relying"}  # fmt: skip
    row = assumption_table([told], sweden(), 0, 1).groups[""][0]
    assert row["influence"] == "12 %"
    assert row["most_on"] == "alla beslut hittills: Norrlands universitetssjukhus, vid svagare akutfunktioner"
    written = list(csv.DictReader(io.StringIO(assumptions_csv(rows).decode("utf-8-sig"))))
    assert [r["id"] for r in written] == [r["id"] for r in rows]


def test_what_nobody_has_a_word_for_stands_as_it_is() -> None:
    system = small_system()
    more = Record("parameters", {**system.rows["parameters"][0].values, "id": "new_one", "meaning": "Something new"})
    found = NumberList(system.replace(parameters=[*system.rows["parameters"], more]), EMPTY, "sv")
    assert [found.words.label(n) for n in found.chosen(Wanted(node="new_one"))] == ["Something new"]
