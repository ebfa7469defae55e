"""Open questions: which, about what, why, to whom; letters and the tracking list."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from functools import cache
from typing import Any

import pytest

from graph_schema import CareSystem
from impact import Settings
from impact.questions.unknowns import Asked, unknowns
from interface.page.service.letters import Letter, archive, docx_bytes, html_letter, letter_text
from interface.page.service.number_words import NumberWords
from interface.page.service.open_questions import (
    ADDRESSEES,
    OpenQuestion,
    gap_questions,
    modelled_numbers,
    open_questions,
    told_questions,
)
from interface.page.service.question import today_of
from interface.page.service.question_list import (
    Sending,
    Wanted,
    choices,
    default_recipients,
    gathered,
    letters,
    numbers_table,
    question_facts,
)
from interface.page.service.reasons import numbers_asked, reasons
from interface.page.service.recipients import hospitals_of, recipients_of
from interface.page.service.tracking import tracking_csv, tracking_excel
from interface.registers import registers_of
from interface.unknowns_command import unknowns_content
from loaders import load_sweden
from scenarios import Concentrate, Scenario, course_of
from tests.small_system import small_system

AREA = "hocm"
WRITTEN, REPLY = date(2026, 1, 2), date(2026, 2, 3)


@cache
def sweden() -> CareSystem:
    return load_sweden()


@cache
def words() -> NumberWords:
    return NumberWords(sweden(), registers_of(None), "sv")


@cache
def asked() -> dict[str, OpenQuestion]:
    return {q.id: q for q in open_questions(sweden(), (AREA,), "sv")}


def sent(*ids: str, mask: int = 0, **recipients: list[str]) -> list[Letter]:
    sending = Sending("Beredningsgrupp 1", "a@b.se", recipients, WRITTEN, REPLY)
    return letters(sweden(), [(asked()[i], asked()[i].words) for i in ids], Wanted((AREA,)), sending, words(), mask)


def test_each_question_is_about_the_area_and_keeps_only_its_numbers() -> None:
    register = {r.key[0]: r for r in sweden().rows["assumptions"]}
    assert len(asked()) > 10
    for question in asked().values():
        assert question.addressee == register[question.id].text("addressee")
        for number in question.numbers:
            assert AREA in number.nodes
            assert number.grade == "assumed"
            assert question.id in number.sources
            first = sweden().node(number.nodes[0])
            assert first.key[0] == AREA or first.type != "CareArea"  # not what another area depends on
    rank = {"high": 0, "medium": 1, "low": 2}
    order = [rank[q.importance] for q in asked().values()]
    assert order == sorted(order)


def test_a_question_for_many_areas_is_worded_for_the_one_that_is_asked_for() -> None:
    register = {r.key[0]: r.text("question_sv") for r in sweden().rows["assumptions"]}
    own, many = asked()["a_areas1_hocm_needed"], asked()["a_areas1_history"]
    assert own.words == register[own.id]
    assert many.words != register[many.id]
    assert "HOCM" in many.words
    for question in asked().values():
        assert question.words.endswith("?")
    two = next(q for q in open_questions(sweden(), (AREA, "luftvagsfistlar"), "en") if q.id == many.id)
    assert " and " in two.words


def test_general_questions_are_about_no_area() -> None:
    more = [q for q in open_questions(sweden(), (AREA,), "sv", general=True) if q.id not in asked()]
    assert len(more) > 50
    assert not any(sweden().node(n).type == "CareArea" for q in more for n in q.nodes)


def test_what_the_documents_leave_open_is_asked_of_the_expert_group() -> None:
    statements = [{"area": "heart", "decision": "kept", "headings": "icu;theatre", "strength": "stated", "id": "s",
                   "statement": "x", "place": "y", "source": "z"}]  # fmt: skip
    found = gap_questions(small_system(), ("heart",), statements, "sv")
    assert len(found) == 11
    assert {q.addressee for q in found} == {"expert_group"}
    assert not any(q.id in ("heart:icu", "heart:theatre") for q in found)
    assert all("Hjärtvård" in q.words and q.words.endswith("?") for q in found)
    assert reasons(found[0], small_system(), "sv") == ["Underlagen vi har läst besvarar inte frågan."]


def test_why_tells_effects_only_of_numbers_that_the_model_reads() -> None:
    known = modelled_numbers(sweden())
    assert "hocm.volume" in known
    assert "hocm.units_before" not in known
    moved = " ".join(reasons(asked()["a_areas1_hocm_volume"], sweden(), "sv"))
    assert moved.startswith("Svaret påverkar beräkningen av hur många patienter som flyttas")
    assert "stor, och dagens underlag som svagt" in moved
    only = " ".join(reasons(asked()["a_areas1_units_before"], sweden(), "sv"))
    assert "ingår i dag inte i beräkningen" in only
    assert "påverkar" not in only


def test_numbers_show_value_range_unit_and_basis() -> None:
    (number,) = numbers_asked(asked()["a_areas1_hocm_needed"], words(), 0, (), AREA)
    quantity = sweden().node(AREA).quantity("needed_volume")
    assert quantity is not None
    assert (number.value, number.span) == (f"{quantity.value:.0f}", f"{quantity.low:.0f} … {quantity.high:.0f}")
    assert (number.label, number.unit) == ("Patienter per år som en enhet behöver", "patienter per år")
    assert number.basis == "antaget, med stöd av 3 publicerade källor"
    table = numbers_table(asked()["a_areas1_hocm_needed"], words(), 0)
    assert table is not None
    assert table.groups[""][0]["label"].startswith("Hypertrofisk")


def test_hospitals_and_regions_are_asked_from_north_to_south() -> None:
    split = OpenQuestion("q", "?", "holder", "", "", asked()["a_areas1_hocm_split"].numbers)
    hospitals = recipients_of(sweden(), split, (AREA,))
    latitudes = [sweden().node(h).number("latitude") or 0.0 for h in hospitals]
    assert latitudes == sorted(latitudes, reverse=True)
    assert set(hospitals) == {n for n in split.nodes if sweden().node(n).type == "Hospital"}
    region = OpenQuestion("q", "?", "region", "", "", split.numbers)
    assert "reg_vasterbotten" in recipients_of(sweden(), region, (AREA,))
    assert "nus" in hospitals_of(sweden(), "reg_vasterbotten")
    nothing = OpenQuestion("q", "?", "holder", "", "", ())
    assert recipients_of(sweden(), nothing, ("brannskador",)) == ["akademiska", "linkoping"]
    assert recipients_of(sweden(), OpenQuestion("q", "?", "register", "", "", ()), (AREA,)) == []


def test_of_many_recipients_those_with_a_university_hospital_are_chosen() -> None:
    general = {q.id: q for q in open_questions(sweden(), (), "sv", general=True)}
    question = general["a_hospitals_other_amount"]
    named = choices(sweden(), [question], (), words())["region"]
    first = default_recipients(sweden(), named)
    assert len(named) > len(first) == 7
    assert default_recipients(sweden(), first) == first


def test_a_hospital_gets_its_own_numbers_only() -> None:
    question = OpenQuestion("q", "Hur många?", "holder", "", "", asked()["a_areas1_hocm_split"].numbers)
    sending = Sending("B1", "", {"holder": ["nus", "sus"]}, WRITTEN, REPLY)
    north, south = letters(sweden(), [(question, "Hur många?")], Wanted((AREA,)), sending, words(), 0)
    assert north.recipient == "Norrlands universitetssjukhus"
    assert [n.number.nodes[0] for n in north.questions[0].numbers] == ["nus"]
    assert [n.number.nodes[0] for n in south.questions[0].numbers] == ["sus"]


def test_a_letter_says_what_why_until_when_and_takes_no_stand() -> None:
    (letter,) = sent("a_ar1_hocm", "a_areas1_hocm_volume", expert_group=["Sakkunniggruppen"])
    plain = letter_text(letter)
    for part in ("Sakkunniggruppen", "2026-02-03", "färre än 5", "1. Hur många patienter bedöms",
                 "80 (40 … 160) patienter per år", "a@b.se", "inget ställningstagande",
                 sweden().content_hash[:16]):  # fmt: skip
        assert part in plain
    many = letter.questions[0]
    assert len(many.numbers) == len(asked()["a_ar1_hocm"].numbers)
    assert f"ytterligare {len(many.numbers) - 6} uppgifter" in plain
    page = html_letter(letter)
    assert page.count('scope="row"') == 7
    assert '<html lang="sv">' in page
    assert "<h1>Frågor om Hypertrofisk" in page
    assert "<script" not in html_letter(
        Letter("<script>", "<script>", "<script>", "", WRITTEN, REPLY, letter.questions, "<script>")
    )


def test_a_word_letter_holds_the_same_words() -> None:
    docx = pytest.importorskip("docx")
    (letter,) = sent("a_areas1_hocm_volume", expert_group=["Sakkunniggruppen"])
    made = docx.Document(io.BytesIO(docx_bytes(letter)))
    headings = [p.text for p in made.paragraphs if p.style.name.startswith("Heading")]
    assert headings == [letter.subject, f"1. {letter.questions[0].words}"]
    (table,) = made.tables
    assert [c.text for c in table.rows[1].cells][:4] == [
        "Patienter per år i landet",
        "patienter per år",
        "80",
        "40 … 160",
    ]
    assert made.core_properties.language == "sv-SE"


def test_an_archive_holds_one_file_for_each_letter() -> None:
    found = sent("a_areas1_hocm_volume", "a_areas1_hocm_needed", expert_group=["Åsa & Co", "Åsa & Co", ""])
    with zipfile.ZipFile(io.BytesIO(archive(found, "html"))) as folder:
        assert folder.namelist() == ["fragor-asa-co.html", "fragor-asa-co-2.html", "fragor-mottagare.html"]
        assert folder.read("fragor-asa-co.html").decode() == html_letter(found[0])


def test_the_tracking_list_has_a_row_for_each_question_and_recipient_and_every_number() -> None:
    found = sent("a_ar1_hocm", "a_areas1_hocm_volume", expert_group=["A", "B"])
    content = tracking_csv(found).decode("utf-8")
    assert content.startswith("\ufeff")
    rows = list(csv.DictReader(content.removeprefix("\ufeff").splitlines()))
    assert [(r["recipient"], r["question_id"]) for r in rows] == [
        ("A", "a_ar1_hocm"), ("A", "a_areas1_hocm_volume"), ("B", "a_ar1_hocm"), ("B", "a_areas1_hocm_volume")
    ]  # fmt: skip
    assert {r["answer"] for r in rows} == {""}
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.load_workbook(io.BytesIO(tracking_excel(found, "sv")))
    assert book.sheetnames == ["Frågor", "Tal"]
    ids = [row[3].value for row in book["Tal"].iter_rows(min_row=2)]
    assert len(ids) == 2 * (len(asked()["a_ar1_hocm"].numbers) + 1)
    assert set(ids) <= set(sweden().quantities)


def test_questions_stand_by_who_can_answer_and_by_importance() -> None:
    found = gathered(sweden(), registers_of(None), Wanted((AREA,), gaps=True, least="high"), "sv")
    assert list(found) == [a for a in ADDRESSEES if a in found]
    assert {q.importance for mine in found.values() for q in mine} == {"high", ""}
    assert (
        question_facts(asked()["a_ar1_hocm"], "sv") == "stor betydelse · dagens underlag svagt · 41 tal i datamängden"
    )
    assert question_facts(found["expert_group"][-1], "sv") == "underlagen lämnar frågan öppen"


@cache
def computed() -> dict[str, Any]:
    scenario = Scenario("south", decisions=(Concentrate("heart", 1, ("south",)),))
    wanted = Asked(("middle",), (0.25,))
    return unknowns_content(small_system(), scenario, wanted, Settings(draws=300, years=3), "sv")


def test_the_object_of_the_command_is_that_of_the_question() -> None:
    scenario = Scenario("south", decisions=(Concentrate("heart", 1, ("south",)),))
    course = course_of(scenario, small_system(), today_of(small_system()))
    plain = unknowns(small_system(), course, Asked(("middle",), (0.25,)), Settings(draws=300, years=3))
    assert [r["quantity"] for r in computed()["rows"]] == [r["quantity"] for r in plain["rows"]]
    assert computed()["verdicts"] == plain["verdicts"]


def test_what_the_computation_tells_comes_first_with_its_value_and_its_numbers() -> None:
    known = [OpenQuestion("other", "Annat?", "region", "low", "low", ())]
    found = told_questions(small_system(), computed(), 0.25, known, "sv")
    assert [q.id for q in found] == [*(r["assumption"] or r["quantity"] for r in computed()["rows"]), "other"]
    first, row = found[0], computed()["rows"][0]
    assert (first.words, first.addressee) == (row["question_sv"], row["addressee"])
    assert [n.id for n in first.numbers] == ["outside_research_share"]
    why = " ".join(reasons(first, small_system(), "sv"))
    assert f"vår bedömning i {100 * row['changes']:.0f} % av de prövade fallen" in why
    assert re.search(r"undviks \d+,\d ± \d+,\d", why)
    assert question_facts(first, "sv").startswith("Beräkningen visar")
    assert told_questions(small_system(), computed(), 0.5, known, "sv") == known
    history = {**row, "quantity": "liver.history", "assumption": None}
    (past, _) = told_questions(small_system(), {"rows": [history]}, 0.25, known, "sv")
    assert [n.id.split(".") for n in past.numbers] == [["liver", p] for p in ("p_new", "p_already_concentrated",
                                                                              "p_regional", "p_spread")]  # fmt: skip
    for question in found[:-1]:
        if question.told is not None and question.told["numbers"] > 1 and question.told["group"] != "allocation":
            assert len(question.numbers) == question.told["numbers"], question.id
