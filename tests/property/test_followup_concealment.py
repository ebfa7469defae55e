"""With a mask a follow-up shows the same whatever the hidden numbers are, as long as the known sums are the same."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from impact.followup import confront, follow_up
from interface.followup_concealed import concealed_confront, concealed_follow_up, hidden_units
from loaders.followup import ReportRow, Standing, Version
from tests.small_system import small_system

pytestmark = pytest.mark.property
SYSTEM = small_system()
UNITS, YEARS = ("north", "middle", "south"), (2022, 2023, 2024, 2025)
MASK = 5
Counts = Mapping[tuple[str, int], int]
counts = st.fixed_dictionaries({(h, y): st.one_of(st.integers(0, 6), st.integers(0, 60)) for h in UNITS for y in YEARS})


def version(kind: str, content: Any) -> Version:
    return Version(kind, 1, "", datetime(2026, 3, 1, tzinfo=UTC).isoformat(), "A", {}, content, "h")


def standing(found: Counts, extra: Sequence[ReportRow] = ()) -> list[Standing]:
    rows = [ReportRow("liver", h, y, "patients", float(v)) for (h, y), v in found.items()]
    rows += [ReportRow("liver", h, 2025, "diverted", 3.0) for h in UNITS]
    rows += [ReportRow("liver", h, 2025, "lead_time_median", 100.0) for h in UNITS]
    return [Standing(row, version("reports", [])) for row in (*rows, *extra)]


def shown(found: Counts, mask: int = MASK) -> dict[str, Any]:
    return concealed_follow_up(follow_up(SYSTEM, standing(found), mask=mask))


def hidden_cells(content: Mapping[str, Any]) -> set[tuple[str, int]]:
    return {(r["hospital"], r["year"]) for r in content["rows"] if r["masked"] and r["hospital"]}


def moved(found: Counts, hidden: set[tuple[str, int]], year: int, by: int) -> dict[tuple[str, int], int] | None:
    """Counts with some patients of a year moved from one hidden unit to another; None where that cannot be."""
    cells = sorted(c for c in hidden if c[1] == year)
    if len(cells) < 2:
        return None
    first, last = cells[0], cells[-1]
    changed = {**found, first: found[first] + by, last: found[last] - by}
    return changed if min(changed.values()) >= 0 else None


def as_text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, sort_keys=True, default=str)


@settings(max_examples=80)
@given(counts, st.sampled_from(YEARS), st.sampled_from([-2, -1, 1, 2]))
def test_patients_moved_between_hidden_units_change_nothing_that_is_shown(found: Counts, year: int, by: int) -> None:
    before = shown(found)
    hidden = hidden_cells(before)
    other = moved(found, hidden, year, by)
    assume(other is not None)
    assert other is not None
    after = shown(other)
    assume(hidden_cells(after) == hidden)
    for content in (before, after):
        # A report beside another number of the dataset is told to differ, whatever it says.
        content.pop("disagreements")
    assert as_text(before) == as_text(after)


def predictions() -> tuple[Version, ...]:
    rows = [
        {"area": "liver", "hospital": h, "year": y, "mean": 20.0, "low": 10.0, "high": 30.0, "p_patients": 1.0,
         "was_input": False}
        for h in UNITS
        for y in YEARS
    ]  # fmt: skip
    content = {"name": "x", "manifest": {"as_of": "2019-12-31"}, "rows": rows, "stands_for": {"unnamed_m": "middle"}}
    return (version("predictions", content),)


@settings(max_examples=60)
@given(counts, st.sampled_from(YEARS), st.sampled_from([-2, -1, 1, 2]))
def test_no_prediction_or_tally_tells_a_hidden_number(found: Counts, year: int, by: int) -> None:
    def told(values: Counts) -> dict[str, Any]:
        reports, kept = standing(values), predictions()
        return concealed_confront(confront(SYSTEM, kept, reports, mask=MASK), hidden_units(SYSTEM, kept, reports, MASK))

    hidden = hidden_cells(shown(found))
    content = told(found)
    units = {h for h, _ in hidden}
    for row in content["rows"]:
        if row["hospital"] in units:
            assert row["mean"] is row["low"] is row["high"] is row["inside"] is None
        else:
            assert row["mean"] == 20.0
            assert row["inside"] is not None
    judged = [r for r in content["rows"] if r["inside"] is not None]
    assert {t["kind"]: t["compared"] for t in content["tally"]}["all"] == len(judged)
    other = moved(found, hidden, year, by)
    if other is not None and hidden_cells(shown(other)) == hidden:
        assert as_text(told(other)) == as_text(content)


@settings(max_examples=40)
@given(counts)
def test_without_a_mask_nothing_is_taken_away(found: Counts) -> None:
    content = follow_up(SYSTEM, standing(found))
    assert concealed_follow_up(content) == content
