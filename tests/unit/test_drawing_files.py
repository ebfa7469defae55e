"""Pictures as files: every picture in every format, offline, with table, words and hash; names never become code."""

from __future__ import annotations

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from graph_schema import Record
from interface.drawings.figure import locale_of
from interface.drawings.files import FORMATS, render, table_csv
from interface.drawings.network import network_picture
from interface.drawings.page import page_of
from interface.drawings.picture import Column, DataTable, Picture
from tests.drawn import OUTSIDE, PICTURES, mapped_system

BEGINS = {".html": b"<!doctype html>", ".svg": b"<svg", ".png": b"\x89PNG", ".pdf": b"%PDF"}


@pytest.fixture(scope="module")
def pictures() -> dict[str, Picture]:
    return {name: make("sv") for name, make in PICTURES.items()}


@pytest.fixture(scope="module")
def files(pictures: dict[str, Picture]) -> dict[tuple[str, str], bytes]:
    return {(name, suffix): render(picture, suffix) for name, picture in pictures.items() for suffix in FORMATS}


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_in_every_format(files: dict[tuple[str, str], bytes], name: str, suffix: str) -> None:
    written = files[name, suffix]
    assert written.startswith(BEGINS[suffix])
    assert len(written) > 5_000


@pytest.mark.parametrize("name", PICTURES)
def test_a_page_refers_to_no_other_place_and_holds_all_words(
    pictures: dict[str, Picture], files: dict[tuple[str, str], bytes], name: str
) -> None:
    picture = pictures[name]
    page = files[name, ".html"].decode()
    assert OUTSIDE.findall(page) == []
    assert "default-src 'none'" in page
    assert '<html lang="sv">' in page
    body = page.split("<main>")[1].split("<script>")[0]
    assert picture.footer in body
    assert mapped_system().content_hash[:16] in body
    assert body.split('<section id="cards"')[0].count("<tr>") == len(picture.table.rows) + 1
    assert all(f">{c.heading}" in body for c in picture.table.columns)
    assert all(f"({c.unit})" in body for c in picture.table.columns if c.unit)


def test_an_outside_reference_would_be_seen() -> None:
    for bad in ('<script src="https://x.org/a.js">', "<link href='//x.org/a.css'>", "<img src = http://x.org/a.png>"):
        assert OUTSIDE.search(bad)
    assert not OUTSIDE.search('<a href="#table">')


@pytest.mark.parametrize("name", PICTURES)
def test_a_drawing_names_itself_and_what_it_shows(
    pictures: dict[str, Picture], files: dict[tuple[str, str], bytes], name: str
) -> None:
    picture = pictures[name]
    root = ET.fromstring(files[name, ".svg"].decode())  # noqa: S314 - our own file
    kinds = {child.tag.rpartition("}")[2]: child.text for child in root}
    assert kinds["title"] == picture.title
    assert kinds["desc"] == picture.description
    shown = " ".join("".join(e.itertext()) for e in root.iter() if e.tag.endswith("text"))
    assert mapped_system().content_hash[:16] in shown
    assert len(picture.description.split()) > 8


@pytest.mark.parametrize("name", PICTURES)
def test_the_table_is_plain_csv_with_units(pictures: dict[str, Picture], name: str) -> None:
    table = pictures[name].table
    rows = list(csv.DictReader(io.StringIO(table_csv(pictures[name]).decode())))
    assert len(rows) == len(table.rows)
    for column in table.columns:
        heading = f"{column.key} ({column.unit})" if column.unit else column.key
        for row, original in zip(rows, table.rows, strict=True):
            value = original.get(column.key)
            assert row[heading] == ("" if value is None else str(value))


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_in_english(name: str) -> None:
    picture = PICTURES[name]("en")
    page = page_of(replace(picture, live=None, table=DataTable(picture.table.columns, picture.table.rows[:1])))
    assert '<html lang="en">' in page
    words = " ".join([picture.title, picture.description, *picture.notes, picture.footer])
    assert not re.search(r"\b(och|till|från|sjukhus|inte)\b", words.replace("Två enheter", ""))


def test_numbers_are_written_as_the_language_does() -> None:
    column = Column("x", "X", "patienter/år", 1, signed=True)
    table = DataTable([column], [{"x": -1234.56}, {"x": None}])
    assert [table.cell(row, column, "sv") for row in table.rows] == ["−1\u202f234,6", ""]
    assert table.cell(table.rows[0], column, "en") == "−1\u202f234.6"
    swedish = locale_of("sv")
    assert (swedish["formatLocale"]["decimal"], swedish["formatLocale"]["thousands"]) == (",", "\u202f")
    assert swedish["timeFormatLocale"]["shortMonths"][4] == "maj"
    assert locale_of("en")["formatLocale"]["decimal"] == "."


def test_a_name_never_becomes_code() -> None:
    bad = "</script><script>alert(1)</script><q17>"
    system = mapped_system()
    areas = [
        Record(r.type, {**r.values, "name_sv": bad}) if r.key == ("heart",) else r for r in system.rows["CareArea"]
    ]
    spoiled = system.replace(CareArea=areas)
    picture = network_picture(spoiled, "sv", "heart")
    for page in (page_of(picture), page_of(replace(picture, live=None))):
        assert "<script>alert" not in page
        assert "<q17>" not in page
        assert bad not in page


def test_the_network_page_keeps_the_drawing_library_and_nothing_else_of_it(pictures: dict[str, Picture]) -> None:
    page = page_of(pictures["network"])
    assert "bootstrap" not in page.lower()
    assert "sourceMappingURL" not in page
    assert page.count("drawGraph();") == 1
    options = json.loads(re.search(r"var options = (\{.*\});", page)[1])  # type: ignore[index]
    assert options["physics"] == {"enabled": False}
    nodes = json.loads(re.search(r"nodes = new vis.DataSet\((\[.*?\])\);", page)[1])  # type: ignore[index]
    assert all({"x", "y", "group"} <= node.keys() and "color" not in node for node in nodes)
    boxes = {node["id"] for node in nodes if node["group"] != "port"}
    assert {node["id"].split("|")[0] for node in nodes} == boxes  # links begin and end at the sides of boxes
    edges = json.loads(re.search(r"edges = new vis.DataSet\((\[.*?\])\);", page)[1])  # type: ignore[index]
    styles = {edge["grade"]: edge["dashes"] for edge in edges}
    assert len({json.dumps(s) for s in styles.values()}) == len(styles)
