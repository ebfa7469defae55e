"""Rows of an answer as a data frame, and how a notebook shows it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from graph_schema import SettingError
from interface.answer_frame import answer_frame, visible_effects
from interface.notebook_view import format_number, frame_view
from tests.small_system import small_system

COLUMNS = {"hospital": "hospital", "status": "status", "value": "value", "agrees": "agrees"}


def test_ids_codes_and_numbers() -> None:
    rows = [
        {"hospital": "north", "status": "decided", "value": 1234.567, "agrees": True},
        {"hospital": "south", "status": "a free text", "value": 0.0123456, "agrees": None},
    ]
    found = answer_frame(rows, COLUMNS, small_system(), "sv")
    assert list(found.columns) == ["Sjukhus", "Läge", "Värde", "Stämmer"]
    assert found["Sjukhus"].tolist() == ["Norra sjukhuset", "Södra sjukhuset"]
    assert found["Läge"].tolist() == ["beslutat", "a free text"]
    assert found["Värde"].tolist() == [1235, 0.0123]
    assert found["Stämmer"].iloc[0] == "ja"
    assert pd.isna(found["Stämmer"].iloc[1])
    assert answer_frame(rows, COLUMNS, small_system(), "en")["Hospital"].iloc[0] == "Northern Hospital"


def test_a_number_is_as_exact_as_its_interval() -> None:
    row = {"year": 2025, "value": 1.2345, "low": -40.0, "high": 60.0, "assumed_share": 0.12345}
    columns = {name: name for name in row}
    assert answer_frame([row], columns, small_system(), "sv").iloc[0].tolist() == ["2025", 1, -40, 60, 0.123]


def test_only_the_wanted_rows_and_the_columns_with_values() -> None:
    rows = [{"hospital": "north", "value": 1}, {"hospital": "south", "value": None}]
    found = answer_frame(rows, COLUMNS, small_system(), "sv", hospital="south")
    assert found.to_dict("records") == [{"Sjukhus": "Södra sjukhuset"}]
    assert answer_frame(rows, COLUMNS, small_system(), "sv", hospital="east").shape == (0, 4)


@pytest.mark.parametrize(("columns", "part"), [({"a": "no such text"}, "no such text"),
                                               ({"a": "value", "b": "value"}, "two different headings")])  # fmt: skip
def test_headings_are_known_and_differ(columns: dict[str, str], part: str) -> None:
    with pytest.raises(SettingError, match=part):
        answer_frame([], columns, small_system(), "sv")


def test_effects_that_are_seen() -> None:
    row: dict[str, Any] = {
        "hospital": "north",
        "measure": "competences_lost",
        "reading": "main",
        "year": 2,
        "low": 0.0,
        "high": 1.0,
    }
    other = [
        {**row, "year": 1},
        {**row, "high": 0.0},
        {**row, "reading": "national_first"},
        {**row, "measure": "deaths"},
    ]
    assert visible_effects([row, *other]) == [{**row, "of": "north"}]
    assert [r["year"] for r in visible_effects([row, *other], 1)] == [1]
    assert visible_effects([]) == []


def test_a_table_shows_numbers_in_the_language() -> None:
    assert [format_number(v, "sv") for v in (pd.NA, None, 3, -0.5)] == ["", "", "3", "−0,5"]
    frame = pd.DataFrame({"name": ["x" * 70], "value": [1.5]})
    found: Any = frame_view(frame, "sv")
    assert found.data.equals(frame)
    assert "1,5" in found.text
