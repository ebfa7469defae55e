"""What opens a meeting: counts, cases, kin, the case log in Swedish, what has happened since, the hand-out."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from functools import cache
from typing import Any

import pytest

from graph_schema import CareSystem
from impact.questions.clusters import clusters
from impact.questions.kinship import all_ties
from impact.questions.overview import overview
from interface.citations import cited, documents
from interface.page.service.cards import card_of, section_markup
from interface.page.service.case_log import dated, log_table, log_words, told
from interface.page.service.handout import Section, handout
from interface.page.service.kin import kin_table
from interface.page.service.markup import DETAIL, HtmlTable, Linked, TableColumn, table_markup
from interface.page.service.meeting import Case, case_of, cases_by_name, counts_table
from interface.page.service.since import happened
from interface.registers import registers_of
from loaders import load_sweden
from loaders.registers import REGISTERS, packaged_register
from tests.small_system import small_system

NONE = dict.fromkeys(REGISTERS, ())
NAMED = re.compile(r"\d+")
ENDED = ("closed", "never")


@cache
def sweden() -> CareSystem:
    return load_sweden()


@cache
def found(mask: int = 0) -> dict[str, Any]:
    return overview(sweden(), mask=mask)


def cell(table: HtmlTable | None, what: str, column: str = "number") -> str:
    """The cell of the row that a table names so."""
    assert table is not None
    return next(r[column] for rows in table.groups.values() for r in rows if r["what"] == what)


def case(area: str, mask: int = 0) -> Case:
    system = small_system()
    return case_of(system, overview(system, mask=mask), area, NONE, mask, "sv")


def test_counts_are_those_of_the_overview() -> None:
    table = counts_table(sweden(), found(), "sv")
    standing = Counter(a["status"] for a in found()["areas"])
    for what, status in (("Beslutade vårdområden", "decided"), ("Pågående ärenden", "in_process"),
                         ("Bordlagda ärenden", "tabled")):  # fmt: skip
        assert cell(table, what) == str(standing[status])
    assert cell(table, "Tillstånd") == str(found()["totals"]["units"])
    year = max(found()["totals"]["patients_by_year"])
    assert NAMED.findall(cell(table, f"Redovisade patienter {year}")) == NAMED.findall(
        f"{found()['totals']['patients_by_year'][year]:,}".replace(",", " ")
    )


def test_open_cases_stand_first() -> None:
    names = {a["id"]: a["name_sv"] for a in found()["areas"]}
    order = list(cases_by_name(found(), names, "sv"))
    status = {a["id"]: a["status"] for a in found()["areas"]}
    open_ones = [status[a] in ("in_process", "tabled", "proposed") for a in order]
    assert open_ones == sorted(open_ones, reverse=True)
    assert "hocm" in order[: sum(open_ones)]


def test_a_case_tells_state_volumes_and_reasoning() -> None:
    liver = case("liver")
    assert cell(liver.state, "Status", "value") == "beslutat"
    assert cell(liver.state, "Steg", "value") == "8. Uppföljning"
    holders = cell(liver.state, "Tillståndshavare (gäller från)", "value")
    assert holders.splitlines() == ["Mellersta sjukhuset (2021-07-01)", "Södra sjukhuset (2021-07-01)"]
    assert cell(liver.volumes, "Patienter per enhet vid 2 enheter") == "20,0"
    assert cell(liver.volumes, "Redovisade patienter 2024") == "40"
    assert liver.log is not None
    (entry,) = liver.log.groups[""]
    assert (entry["date"], entry["body"]) == ("2020-12-01", "nämnden")
    assert entry["event"] == "Tillstånd beviljade: två enheter"
    assert entry[DETAIL].splitlines()[0] == "Skäl: ökade volymer"
    assert case("valve").log is None


def test_small_reported_numbers_are_withheld_with_what_gives_them_away() -> None:
    shown = case("liver", 18)
    assert cell(shown.volumes, "Redovisade patienter 2024") == "delvis dolt"
    assert "<18" in cell(shown.volumes, "Redovisade patienter 2024", "source")
    assert "17" not in cell(shown.volumes, "Redovisade patienter 2024", "source")
    system = small_system()
    for node in ("liver", "middle"):
        markup = "".join(section_markup(system, s, "sv") for s in card_of(system, node, NONE, "sv", 10).sections)
        assert "2022: &lt;10, 2023: 16" in markup, node
        whole = "".join(section_markup(system, s, "sv") for s in card_of(system, node, NONE, "sv").sections)
        assert "2022: 9, 2023: 16" in whole, node


def test_kin_stands_by_standing_and_says_why() -> None:
    table = kin_table(small_system(), overview(small_system()), "valve", "sv")
    assert table is not None
    (heading,) = table.groups
    (row,) = table.groups[heading]
    assert heading == "Pågår eller bordlagda: 1 av 1"
    assert (row["area"], row["step"]) == ("Hjärtvård", "pågår")
    assert row["why"] == "ärendet är beroende av området (kritikalitet 0,20); delar septumablation, intensivvård"
    assert isinstance(row["area"], Linked)
    assert row["area"].address == "?node=heart"
    many = kin_table(sweden(), found(), "hocm", "sv")
    assert many is not None
    shown = {r["area"] for rows in many.groups.values() for r in rows}
    bound = {a for pair in all_ties(sweden()) if "hocm" in pair for a in pair} - {"hocm"}
    told = {sweden().node(a).text("name_sv") for a in bound if sweden().node(a).text("status") not in ENDED}
    assert len(told) > 2
    assert told <= shown
    other = kin_table(small_system(), overview(small_system()), "heart", "en")
    assert other is not None
    assert "it depends on the case (criticality 0.20)" in next(iter(other.groups.values()))[0]["why"]


def test_a_case_names_the_cluster_that_the_command_finds() -> None:
    for area in ("trakealkirurgi", "hocm"):
        shown = case_of(sweden(), found(), area, NONE, 0, "sv").cluster
        mine = [c for c in clusters(sweden()) if area in c["areas"]]
        assert (shown is None) == (not mine)
        if shown is not None:
            assert len(shown.members) == len(mine[0]["areas"])
            assert sum(line.startswith("Bör vänta") for line in shown.lines) > 0


@pytest.mark.parametrize("since", [date(2018, 1, 1), date(2024, 11, 1), date(2025, 6, 1)])
def test_since_tells_each_dated_entry_once_and_each_start_of_permits(since: date) -> None:
    later = overview(sweden(), since=since)
    table = happened(sweden(), later, since, {}, "sv")
    assert table is not None
    rows = table.groups[""]
    entries = {e["id"] for a in later["areas"] for e in a["log"]} | {e["id"] for e in later["log"]}
    starts: dict[tuple[str, str], set[str]] = {}
    partners: dict[tuple[str, str], set[str]] = {}
    for p in sweden().rows["PROVIDES"]:
        if p.flag("permit") and p.text("valid_from") >= since.isoformat():
            mine = starts if p.text("role") == "holder" else partners
            mine.setdefault((p.text("target_id"), p.text("valid_from")), set()).add(p.text("source_id"))
    begun = [r for r in rows if r["event"].startswith("Tillstånd börjar gälla")]
    for (area, day), holders in starts.items():
        (row,) = (r for r in begun if (r["date"], r["area"]) == (day, sweden().node(area).text("name_sv")))
        names = {sweden().node(h).text("name_sv") for h in holders}
        assert all(name in row["event"] for name in names)
        assert row["event"].count(", ") >= len(names) - 1
        assert not any(sweden().node(h).text("name_sv") in row["event"] for h in partners.get((area, day), ()))
    assert (len(rows), len(begun)) == (len(entries) + len(starts), len(starts))
    assert [r["date"] for r in begun] == sorted(r["date"] for r in begun)
    assert f"{len(entries)} händelser" in table.caption
    late = date(2025, 1, 1)
    assert happened(small_system(), overview(small_system(), since=late), late, {}, "sv") is None


def test_a_date_is_no_more_exact_than_it_is_known() -> None:
    entry = {"id": "e", "date": "2021-01-01", "date_precision": "year", "body": "b1", "kind": "opinion",
             "outcome": "yes", "reason": None, "source": ""}  # fmt: skip
    table = log_table("x", [(entry, "")], {"e": {"id": "e", "outcome_sv": "ja", "reason_sv": ""}}, "sv")
    assert table.groups[""][0] == {
        "date": "2021", "area": "", "body": "beredningsgrupp 1", "event": "Yttrande: ja", DETAIL: ""
    }  # fmt: skip
    assert dated("2024-05-31", "day", "sv") == "2024-05-31"
    assert told(entry, {"e": {"id": "e", "outcome_sv": "ja", "reason_sv": ""}}, "en").outcome == "yes"


def test_the_whole_case_log_stands_in_swedish_with_the_same_numbers() -> None:
    words = log_words(registers_of(None))
    entries = {r.key[0]: r for r in sweden().rows["Decision"]}
    assert set(words) == {i for i, r in entries.items() if r.text("outcome") or r.text("reason")}
    assert len(packaged_register("case_log")) == len(words)
    for i, row in words.items():
        for part in ("outcome", "reason"):
            english, swedish = entries[i].text(part), row[f"{part}_sv"]
            assert bool(english) == bool(swedish), i
            joined = [re.sub(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}\b)", "", w) for w in (english, swedish)]
            assert sorted(NAMED.findall(joined[0])) == sorted(NAMED.findall(joined[1])), (i, part)


def test_every_area_is_told_in_swedish_with_the_same_numbers() -> None:
    rows = {row["id"]: row for row in packaged_register("care_areas")}
    assert list(rows) == [r.key[0] for r in sweden().rows["CareArea"]]
    for record in sweden().rows["CareArea"]:
        for part in ("definition", "motive"):
            english = record.text(part).replace("first preparatory group", "group 1")
            swedish = rows[record.key[0]][f"{part}_sv"]
            assert bool(english) == bool(swedish)
            joined = [re.sub(r"(?<=\d)[, ](?=\d{3}\b)", "", w) for w in (english, swedish)]
            assert sorted(NAMED.findall(joined[0])) == sorted(NAMED.findall(joined[1])), (record.key, part)
    hocm = case_of(sweden(), found(), "hocm", registers_of(None), 0, "sv")
    assert cell(hocm.state, "Definition i korthet", "value") == rows["hocm"]["definition_sv"]
    english = case_of(sweden(), found(), "hocm", registers_of(None), 0, "en")
    assert cell(english.state, "Definition in short", "value") == sweden().node("hocm").text("definition")
    assert any(rows["hocm"]["motive_sv"] in f for f in card_of(sweden(), "hocm", registers_of(None), "sv").facts)


def test_sources_are_told_as_documents() -> None:
    assert cited("A, Annex 3; B, Section 1.2, page 4", "sv") == "A, bilaga 3; B, avsnitt 1.2, sida 4"
    assert cited("A, Annex 3", "en") == "A, Annex 3"
    assert documents(sweden(), "a_areas1_hocm_volume", "sv") == "antagande i registret, se Källor"
    assert documents(sweden(), "d_areas1_hocm_rate;a_areas1_hocm_volume", "sv") == "härlett, se Källor"
    assert documents(sweden(), "rfr11_b3;a_areas1_hocm_volume", "sv").endswith("bilaga 3")


def test_a_linked_cell_is_a_link_and_nothing_in_it_is_read_as_markup() -> None:
    table = HtmlTable("x", [TableColumn("a", "A", is_short=True)], {"": [{"a": Linked("<b>", '?node="x"')}]})
    assert '<th scope="row" class="short"><a href="?node=&quot;x&quot;">&lt;b&gt;</a></th>' in table_markup(table)


def test_the_handout_is_one_page_without_requests() -> None:
    page = handout(small_system(), "A & B", [Section("<i>", case("liver").markup("sv"))], "sv").decode()
    assert '<html lang="sv">' in page
    assert "<h1>A &amp; B</h1>" in page
    assert "<h2>&lt;i&gt;</h2>" in page
    assert "Södra sjukhuset" in page
    assert small_system().content_hash[:16] in page
    assert re.findall(r"(?:src|href)=.https?:|<script", page) == []
