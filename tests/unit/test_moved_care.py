"""Who goes where and what is pushed aside: sums and totals are those of the run's own measures."""

from __future__ import annotations

import datetime as dt
from functools import cache

import numpy as np
import pytest

from graph_schema import SettingError
from impact import Result, Settings, load_measures, what_if
from impact.questions.moved_care import MovedCare, moved_care
from scenarios import CapacityEvent, Concentrate, Course, Scenario, course_of, factor
from tests.courses import AS_OF
from tests.small_system import small_system

SETTINGS = Settings(seed=3, draws=12, years=3, block=5, workers=2)
SCENARIOS = {
    "unknown": Scenario("x", decisions=(Concentrate("heart", 2),)),
    "given": Scenario("x", decisions=(Concentrate("heart", 1, ("south",)),)),
    "event": Scenario("x", events=(
        CapacityEvent("middle", "icu", factor(0.5, 0.4, 0.6), dt.date(2028, 3, 1), dt.date(2028, 9, 1)),)),
}  # fmt: skip


def course(name: str) -> Course:
    return course_of(SCENARIOS[name], small_system(), AS_OF)


@cache
def found(name: str, year: int = 3) -> MovedCare:
    return moved_care(small_system(), course(name), SETTINGS, year)


@cache
def told(name: str) -> Result:
    return what_if(small_system(), course(name), SETTINGS)


def values(name: str, world: str, entity: str, *measures: str, year: int = 3) -> np.ndarray:
    data = told(name).data[world].isel(year=year)
    every = list(load_measures())
    place = [str(e) for e in data["entity"].values].index(entity)
    return sum(data.values[:, place, every.index(m)] for m in measures)


@pytest.mark.parametrize("name", ["unknown", "given"])
def test_the_patients_of_a_hospital_are_its_own_patients_in_the_run(name: str) -> None:
    rows = {r["hospital"]: r for r in found(name).flows if r["region"] is None}
    assert rows
    for hospital, row in rows.items():
        if hospital is None:
            continue
        own = ("patients_at_needed_volume", "patients_below")
        before, after = values(name, "without", hospital, *own), values(name, "with", hospital, *own)
        assert row["before"] == pytest.approx(before.mean())
        assert row["after"] == pytest.approx(after.mean())
        assert row["change_low"] == pytest.approx(np.quantile(after - before, 0.05))
        assert row["after_high"] == pytest.approx(np.quantile(after, 0.95))


@pytest.mark.parametrize("name", ["unknown", "given"])
def test_the_ways_sum_to_the_hospital_and_nobody_is_lost(name: str) -> None:
    rows = found(name).flows
    for total in (r for r in rows if r["region"] is None):
        parts = [r for r in rows if r["region"] is not None and r["hospital"] == total["hospital"]]
        for key in ("before", "after", "change"):
            assert sum(p[key] for p in parts) == pytest.approx(total[key])
    nobody = sum(r["change"] for r in rows if r["region"] is None)
    assert nobody == pytest.approx(0.0, abs=1e-9)
    assert any(r["change"] < -1 for r in rows)


def test_hospitals_and_regions_stand_from_north_to_south() -> None:
    rows = [r for r in found("unknown").flows if r["hospital"] is not None]
    assert list(dict.fromkeys(r["hospital"] for r in rows)) == ["north", "middle", "south"]
    regions = [r["region"] for r in rows if r["hospital"] == "middle" and r["region"]]
    assert regions == [r for r in ("n", "m", "s") if r in regions]
    assert len(regions) > 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_what_is_pushed_aside_at_a_hospital_is_the_measure_of_the_run(name: str) -> None:
    rows = {r["hospital"]: r for r in found(name).displaced if r["resource"] is None}
    assert rows
    for hospital, row in rows.items():
        effect = values(name, "with", hospital, "patients_displaced") - values(
            name, "without", hospital, "patients_displaced"
        )
        assert row["effect"] == pytest.approx(effect.mean())
        assert row["low"] == pytest.approx(np.quantile(effect, 0.05))
        beds = [r for r in found(name).displaced if r["hospital"] == hospital and r["can_wait"] is False]
        waits = [r["effect"] for r in found(name).displaced if r["hospital"] == hospital and r["can_wait"]]
        least = sum(r["effect"] for r in beds) + min([0.0, *waits])
        most = sum(r["effect"] for r in beds) + max([0.0, *waits])
        assert least - 1e-9 <= row["effect"] <= most + 1e-9


def test_an_event_moves_no_patients_of_a_decision_and_closes_the_beds_it_names() -> None:
    assert found("event").flows == ()
    (row,) = (r for r in found("event").displaced if r["resource"])
    assert (row["hospital"], row["resource"], row["can_wait"]) == ("middle", "icu", False)
    assert row["effect"] > 0
    assert found("event", 1).displaced == ()  # before it begins


def test_progress_is_told_and_a_year_beyond_the_run_is_refused() -> None:
    steps: list[tuple[int, int]] = []
    moved_care(small_system(), course("given"), SETTINGS, progress=lambda done, total: steps.append((done, total)))
    assert steps[-1] == (3, 3)
    with pytest.raises(SettingError, match="year = 4"):
        moved_care(small_system(), course("given"), SETTINGS, 4)
