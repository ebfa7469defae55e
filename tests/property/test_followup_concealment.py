"""With a mask a follow-up shows the same whatever the hidden numbers are, as long as the known sums are the same."""

from __future__ import annotations

import itertools
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from impact.followup import confront, follow_up
from interface.followed.content import Followed
from interface.followed.divided_tables import divided_cells
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


PARTS = ("woman", "man")


@st.composite
def by_sex(draw: st.DrawFn) -> dict[tuple[str, str], int]:
    """Patients and treated of one unit and year by sex, with their wholes; some patients may be of no stated sex."""
    cells: dict[tuple[str, str], int] = {}
    for part in PARTS:
        cells["patients", part] = draw(st.integers(0, 12))
        cells["treated", part] = draw(st.integers(0, cells["patients", part]))
    for measure in ("patients", "treated"):
        cells[measure, "all"] = cells[measure, "woman"] + cells[measure, "man"]
    cells["patients", "all"] += draw(st.sampled_from([0, 0, 1, 7]))
    return cells


def others(
    cells: Mapping[tuple[str, str], int],
    shown: Mapping[tuple[str, str], float | None],
    known: Mapping[str, int | None],
) -> set[tuple[str, str]]:
    """Hidden parts that may be another number, by all that is shown: found by trying every number.

    Whoever knows how many patients there are knows too whether the two parts are all of them.
    """
    order = [(m, p) for m in ("patients", "treated") for p in PARTS]
    free: set[tuple[str, str]] = set()
    values = [[int(v)] if (v := shown[c]) is not None else range(cells["patients", "all"] + 3) for c in order]
    whole = sum(cells["patients", p] for p in PARTS)
    for tried in itertools.product(*values):
        told = dict(zip(order, tried, strict=True))
        if any(told["treated", p] > told["patients", p] for p in PARTS):
            continue
        patients, treated = (told[m, "woman"] + told[m, "man"] for m in ("patients", "treated"))
        complete = whole == cells["patients", "all"]
        fits = known["patients"] is None or (patients == whole if complete else patients <= known["patients"])
        if fits and known["treated"] in (None, treated):
            free |= {c for c in order if told[c] != cells[c]}
    return free


@settings(max_examples=60)
@given(by_sex())
def test_no_hidden_part_by_sex_is_known_from_what_is_shown(cells: dict[tuple[str, str], int]) -> None:
    rows = [
        ReportRow("liver", "middle", 2025, measure, float(v), sex="" if part == "all" else part)
        for (measure, part), v in cells.items()
    ]
    rows.append(ReportRow("liver", "south", 2025, "patients", 50.0))
    found = Followed(SYSTEM, [Standing(r, version("reports", [])) for r in rows], (), MASK)
    shown = divided_cells(found, "sex")["liver", "middle", 2025]
    hidden = {c for c, v in shown.items() if v is None and c[1] != "all"}
    assert {c for c, v in cells.items() if v < MASK and c[1] != "all"} <= hidden
    (unit,) = [r for r in found.rows("rows", "liver", "middle") if r["year"] == 2025]
    told = {r["measure"]: r["value"] for r in found.rows("stated", "liver", "middle")}
    known = {"patients": None if unit["masked"] else cells["patients", "all"],
             "treated": None if told["treated"] is None else cells["treated", "all"]}  # fmt: skip
    assert hidden <= others(cells, shown, known)
