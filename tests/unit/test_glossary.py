"""The glossary: complete, and found by parts of words in either language."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from graph_schema import UnknownNode
from interface.glossary import find_terms

FILE = Path(__file__).resolve().parents[2] / "interface" / "glossary.csv"


def test_every_entry_is_complete_and_there_once() -> None:
    rows = list(csv.DictReader(FILE.read_text(encoding="utf-8").splitlines()))
    assert len({row["sv"] for row in rows}) == len(rows) > 15
    for row in rows:
        assert all(value.strip() for value in row.values()), row
        assert row["explanation_sv"].endswith(".")
        assert row["explanation_en"].endswith(".")


@pytest.mark.parametrize("word", ["undanträngning", "UNDANTRÄNG", "displacement", "patients_displaced"])
def test_words_are_found_in_both_languages_and_in_code(word: str) -> None:
    assert "undanträngning" in {e["sv"] for e in find_terms(word)}


def test_a_part_finds_all_that_hold_it() -> None:
    assert {"tillstånd", "undertillstånd"} <= {e["sv"] for e in find_terms("tillstånd")}


def test_an_unknown_word_suggests_near_ones() -> None:
    with pytest.raises(UnknownNode, match="near: undanträngning"):
        find_terms("undantrngning")
    with pytest.raises(UnknownNode, match=r"not in the glossary$"):
        find_terms("qqqqqqqq")
