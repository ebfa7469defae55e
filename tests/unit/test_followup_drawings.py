"""The pictures of the follow-up: what they show, where marks stand, and that hidden numbers are nowhere in them."""

from __future__ import annotations

import json
import re

import pytest

from graph_schema import SettingError
from impact.followup import follow_up
from interface.drawings.figure import figure
from interface.drawings.files import render, table_csv
from interface.drawings.funnel import funnel_picture
from interface.drawings.reported import VERDICT_MARKS, reported_picture
from interface.followup_concealed import HIDDEN
from interface.texts import text
from tests.drawn import AHEAD, mapped_system, reported

pytestmark = pytest.mark.unit
SYSTEM = mapped_system()


def test_each_verdict_has_a_mark_and_words() -> None:
    assert set(VERDICT_MARKS) == {
        "within", "below", "above", "far_below", "far_above", "no_expectation", HIDDEN,
    }  # fmt: skip
    assert len(set(VERDICT_MARKS.values())) == len(VERDICT_MARKS)
    for verdict in VERDICT_MARKS:
        assert text(f"draw_reported_key_{verdict}", "sv") != f"draw_reported_key_{verdict}"


def test_the_table_is_what_the_command_shows_north_to_south() -> None:
    picture = reported_picture(SYSTEM, reported(), "liver", "sv", ahead=AHEAD)
    rows = picture.table.rows
    assert [r["name"] for r in rows] == ["Mellersta sjukhuset"] * 3 + ["Södra sjukhuset"] * 3 + ["Mellersta sjukhuset"]
    command = [r for r in follow_up(SYSTEM)["rows"] if r["hospital"] == "middle"]
    assert [(r["reported"], r["expected"], r["low"]) for r in rows[:3]] == [
        (r["reported"], r["expected"], r["low"]) for r in command
    ]
    assert rows[-1]["mean"] == 14.0
    assert "2 enheter" in picture.description
    assert "hidden" not in {c.key for c in picture.table.columns}


def test_a_hidden_number_is_in_no_part_of_the_picture() -> None:
    picture = reported_picture(SYSTEM, reported(mask=10), "liver", "sv", mask=10)
    whole = json.dumps(figure(picture).to_dict(), ensure_ascii=False)
    values = [v for name in ("reported", "expected", "low") for v in re.findall(rf'"{name}": ([\d.]+)', whole)]
    assert sorted(set(map(float, values))) == [16.0, 17.0, 23.0, 24.0]  # 9 and 20 of 2022 are hidden
    assert "dolt" in whole
    assert "Tal under 10 patienter" in " ".join(picture.notes)
    lines = table_csv(picture).decode().splitlines()
    assert lines[1].split(",")[1] == "2022"
    assert "20.0" not in "".join(lines)
    with pytest.raises(SettingError, match="expected one beside it"):
        funnel_picture(SYSTEM, reported(mask=10), "sv")


def test_the_funnel_has_shares_of_what_was_expected() -> None:
    picture = funnel_picture(SYSTEM, reported(), "en", "liver")
    middle = next(r for r in picture.table.rows if "Middle" in r["name"])
    assert middle["ratio"] == pytest.approx(100 * 17 / 12.5)
    assert (middle["expected"], middle["year"]) == (12.5, "2024")
    assert "The units of Liver care are named." in picture.description
    assert render(picture, ".svg").count(b"Middle Hospital") == 1


def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(SettingError, match="no yearly report of heart"):
        reported_picture(SYSTEM, reported(), "heart", "sv")
    with pytest.raises(SettingError, match="expected one beside it"):
        funnel_picture(SYSTEM, reported(), "sv", None, 2022)
