"""Predictions kept and confronted: what sort each is, inside or outside, the tally."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph_schema import StoreError
from impact import run_scenario
from impact.followup import confront, predict_patients
from impact.followup.counts import binomial_interval
from impact.followup.predict import check_against
from impact.questions.what_if import Settings
from loaders.followup import Store, Version
from scenarios import Course, course_of, parse_scenario
from tests.reports import kept, row
from tests.small_system import GIVEN, small_system

pytestmark = pytest.mark.unit
SYSTEM = small_system()
SETTINGS = Settings(draws=20, years=3)


def registered(folder: Path, as_of: str, day: datetime, *rows: dict[str, Any]) -> tuple[Version, ...]:
    content = {"name": "x", "manifest": {"as_of": as_of}, "rows": list(rows), "stands_for": {"unnamed_m": "middle"}}
    store = Store(folder / "store")
    store.append("predictions", content, "A", day, {})
    return store.versions("predictions")


def predicted(year: int, low: float, high: float, **cells: Any) -> dict[str, Any]:
    return {"area": "liver", "hospital": "middle", "year": year, "mean": (low + high) / 2, "low": low, "high": high,
            "p_patients": 1.0, "was_input": False, **cells}  # fmt: skip


def at(year: int, month: int = 6) -> datetime:
    return datetime(year, month, 1, tzinfo=UTC)


def test_an_interval_holds_chance_and_states_of_knowledge() -> None:
    found = predict_patients(SYSTEM, Course(date(2025, 12, 31)), SETTINGS)
    liver = [r for r in found["rows"] if r["area"] == "liver"]
    assert {r["hospital"] for r in liver} == {"middle", "south"}
    assert sorted({r["year"] for r in liver}) == [2025, 2026, 2027, 2028]
    assert {r["area"] for r in found["rows"]} == {"liver"}  # the only decided area
    total = sum(r["mean"] for r in liver if r["year"] == 2026)
    assert total == pytest.approx(14 + 22.33, rel=0.1)
    for r in liver:
        assert r["low"] < r["mean"] < r["high"]
        assert r["high"] - r["low"] > 2 * 1.6 * r["mean"] ** 0.5  # wider than Poisson alone
        assert not r["was_input"]
    back = predict_patients(SYSTEM, Course(date(2023, 12, 31)), SETTINGS)
    assert {r["year"] for r in back["rows"] if r["was_input"]} == {2023, 2024}


def test_hospitals_that_may_not_hold_the_area_say_how_likely() -> None:
    text = GIVEN.replace('units = 1\nhospitals = ["south"]', "units = 1")
    course = course_of(parse_scenario(text.encode(), "x"), SYSTEM, date(2025, 12, 31))
    rows = [r for r in predict_patients(SYSTEM, course, SETTINGS)["rows"] if r["area"] == "heart" and r["year"] == 2027]
    assert sum(r["p_patients"] for r in rows) == pytest.approx(1)
    assert all(r["p_patients"] < 1 and r["mean"] > 40 for r in rows)  # the mean where it holds the area


def test_a_saved_result_is_kept_only_as_it_was_saved() -> None:
    scenario = parse_scenario(GIVEN.encode(), "x")
    result = run_scenario(SYSTEM, scenario, settings=SETTINGS)
    course = course_of(scenario, SYSTEM, date(2025, 12, 31))
    rows = predict_patients(SYSTEM, course, SETTINGS)["rows"]
    assert {r["area"] for r in rows} == {"heart", "liver"}
    check_against(result, rows, "x.nc")
    changed = [{**r, "mean": r["mean"] * 1.01} if r["area"] == "heart" else r for r in rows]
    with pytest.raises(StoreError, match="the present code gives"):
        check_against(result, changed, "x.nc")


@pytest.mark.parametrize(
    ("as_of", "day", "year", "was_input", "kind"),
    [
        ("2019-12-31", at(2020), 2022, False, "forecast"),
        ("2021-12-31", at(2021), 2022, False, "after_decision"),
        ("2022-01-01", at(2021), 2022, False, "back_cast"),
        ("2019-12-31", at(2022), 2022, False, "back_cast"),
        ("2019-12-31", at(2026), 2022, False, "back_cast"),
        ("2019-12-31", at(2020), 2022, True, "input"),
    ],
)
def test_what_sort_of_prediction_it_is(
    as_of: str, day: datetime, year: int, was_input: bool, kind: str, tmp_path: Path
) -> None:
    versions = registered(tmp_path, as_of, day, predicted(year, 5, 20, was_input=was_input))
    (found,) = confront(SYSTEM, versions)["rows"]
    assert found["kind"] == kind
    assert found["decided"] == "2020-12-01"


def test_inside_or_outside_and_the_tally(tmp_path: Path) -> None:
    rows = [predicted(2022, 9, 20), predicted(2023, 17, 30), predicted(2024, 5, 17), predicted(2026, 1, 2)]
    found = confront(SYSTEM, registered(tmp_path, "2019-12-31", at(2020), *rows))
    assert [r["inside"] for r in found["rows"]] == [True, False, True]
    tally = {t["kind"]: t for t in found["tally"]}
    assert (tally["forecast"]["inside"], tally["forecast"]["compared"]) == (2, 3)
    assert (tally["forecast"]["low"], tally["forecast"]["high"]) == binomial_interval(2, 3)
    assert tally["forecast"]["agrees"] is True
    assert tally["back_cast"] == {**tally["back_cast"], "compared": 0, "share": None, "low": None, "agrees": None}
    assert tally["all"]["compared"] == 3
    (told,) = found["predictions"]
    assert (told["rows"], told["compared"], told["first_forecast_year"]) == (4, 3, 2022)


def test_many_outside_do_not_agree(tmp_path: Path) -> None:
    rows = [predicted(y, 100, 200, hospital=h) for y in (2022, 2023, 2024) for h in ("middle", "south")]
    tally = confront(SYSTEM, registered(tmp_path, "2019-12-31", at(2020), *rows))["tally"]
    assert next(t for t in tally if t["kind"] == "forecast")["agrees"] is False


def test_reports_that_come_later_are_confronted_and_small_ones_hidden(tmp_path: Path) -> None:
    versions = registered(tmp_path, "2024-12-31", at(2024), predicted(2025, 5, 20))
    assert confront(SYSTEM, versions)["rows"] == []
    standing = kept(tmp_path, [row(4.0, year=2025)])
    (found,) = confront(SYSTEM, versions, standing)["rows"]
    assert (found["reported"], found["inside"], found["kind"], found["origin"]) == (
        4.0,
        False,
        "after_decision",
        "report",
    )
    (hidden,) = confront(SYSTEM, versions, standing, mask=5)["rows"]
    assert (hidden["reported"], hidden["masked"], hidden["inside"]) == (None, True, False)
    assert confront(SYSTEM, versions, standing, hospital="south")["rows"] == []


def test_quantiles_are_those_of_the_mixture_by_enumeration() -> None:
    from impact.followup.counts import count_below
    from impact.followup.predict import _quantile

    means, dispersion = np.array([[10.0, 40.0, 0.0]]), np.array([2.0, 2.0, 2.0])
    for p in (0.05, 0.5, 0.95):

        def share(k: int) -> float:
            return (count_below(k, 10.0, 2.0) + count_below(k, 40.0, 2.0)) / 2

        by_hand = next(k for k in range(200) if share(k) >= p)
        assert _quantile(p, means, (means > 0).astype(float), dispersion)[0] == by_hand
