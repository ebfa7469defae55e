"""A baseline study: its file, its edges, its grades; two studies compared, with known differences between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph_schema import CareSystem, Quantity, Record, SettingError, StoreError
from impact.study.agreement import agreement_rows
from impact.study.comparison import CHANGES, compare_studies
from impact.study.count_changes import CAUSES, VERDICTS, count_changes
from impact.study.indicators import ENTITIES, GROUPS, load_gaps, load_indicators
from impact.study.study import Study, gaps_of, make_study
from impact.study.study_file import is_study, open_study, save_study
from impact.study.study_rows import StudyRow, row_content
from loaders import system_from_mapping
from tests.small_system import small_system
from tests.synthetic import make_system, two_hospitals

pytestmark = pytest.mark.unit

DRAWS = 6
EARLY, LATE = date(2022, 12, 31), date(2025, 12, 31)


@pytest.fixture(scope="module")
def system() -> CareSystem:
    return small_system()


@pytest.fixture(scope="module")
def early(system: CareSystem) -> Study:
    return make_study(system, EARLY, draws=DRAWS)


@pytest.fixture(scope="module")
def late(system: CareSystem) -> Study:
    return make_study(system, draws=DRAWS)


def row(study: Study, indicator: str, entity: str = "national", age: str = "all") -> StudyRow:
    return next(r for r in study.rows if (r.indicator, r.entity, r.age) == (indicator, entity, age))


def change(found: dict[str, Any], indicator: str, entity: str | None = None) -> dict[str, Any]:
    """The row of an indicator, of the nation or of a hospital."""
    wanted = (indicator, "national" if entity is None else "hospital", entity, "all", None)
    names = ("indicator", "of", "hospital", "age", "part")
    return next(r for r in found["rows"] if tuple(r[n] for n in names) == wanted)


def with_reports(system: CareSystem, changes: dict[tuple[str, int], float]) -> CareSystem:
    """The system with other numbers of patients for a hospital and year."""

    def changed(record: Record) -> Record:
        wanted = changes.get((record.text("source_id"), int(record.number("year") or 0)))
        old = record.quantity("patients")
        if wanted is None or old is None:
            return record
        return Record(record.type, {**record.values, "patients": replace(old, value=wanted, low=wanted, high=wanted)})

    return system.replace(PROVIDES_VOLUME=[changed(r) for r in system.rows["PROVIDES_VOLUME"]])


def test_the_registry_is_complete() -> None:
    schema_types = small_system().rows.keys()
    for indicator in load_indicators().values():
        assert set(indicator.entities) <= set(ENTITIES)
        assert indicator.group in GROUPS
        assert indicator.basis in {"fact", "count", "model"}
        assert indicator.statistic in {"mean", "median"}
        assert all((indicator.formula, indicator.source, indicator.unit))
        assert all(indicator.name[lang] and indicator.definition[lang] for lang in ("sv", "en"))
        for rest in indicator.rests_on:
            kind, _, name = rest.partition(".")
            assert rest == "permits" or rest.startswith("parameter:") or kind in schema_types
            if name:
                spec = next(r for r in small_system().rows[kind]).spec if small_system().rows[kind] else None
                assert spec is None or name in {p.name for p in spec.properties}
    assert {g.known_by for g in load_gaps()} <= {"", *load_indicators()}


def test_rows_are_of_whom_the_registry_says(late: Study) -> None:
    for r in late.rows:
        indicator = load_indicators()[r.indicator]
        assert r.kind in indicator.entities
        assert r.age == "all" or indicator.by_age
        assert r.values.shape == (DRAWS,)
        if indicator.basis != "model":
            assert len(set(r.values.tolist())) == 1
    assert len({r.key for r in late.rows}) == len(late.rows)


def test_inputs_are_marked_and_what_is_missing_is_listed(late: Study) -> None:
    inputs = {row_content(r, "sv")["indicator"] for r in late.rows if row_content(r, "sv")["is_input"]}
    assert {"university_episodes", "university_share", "patients"} <= inputs
    assert "herfindahl" not in inputs
    gaps = {g["gap"]: g for g in gaps_of(late, "sv")}
    assert gaps["episodes_outside_care_region"]["stated"] == 10000
    assert "patients_by_home_region" in gaps


def test_the_grade_is_the_worst_of_what_a_value_rests_on(late: Study) -> None:
    assert row(late, "units").grade == "reported"
    assert row(late, "patients_reported", "south").grade == "reported"
    assert row(late, "patients", "south").grade == "assumed"


def test_a_study_is_reopened_to_the_same(late: Study, tmp_path: Path) -> None:
    save_study(late, tmp_path / "a.nc")
    found = open_study(tmp_path / "a.nc")
    assert is_study(tmp_path / "a.nc")
    assert found.manifest == late.manifest
    assert list(found.agreement) == list(late.agreement)
    assert system_from_mapping(found.system) == system_from_mapping(late.system)
    for a, b in zip(found.rows, late.rows, strict=True):
        assert (a.key, a.grade, a.year) == (b.key, b.grade, b.year)
        assert np.array_equal(a.values, b.values, equal_nan=True)
    save_study(found, tmp_path / "b.nc")
    assert compare_studies(late, open_study(tmp_path / "b.nc"))["data"]["differs"] is False


def test_what_is_no_study_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.nc").write_bytes(b"nothing")
    assert not is_study(tmp_path / "x.nc")
    for name, told in (("x.nc", "no netCDF file"), ("y.nc", "does not exist")):
        with pytest.raises(StoreError, match=told):
            open_study(tmp_path / name)
    with pytest.raises(StoreError, match="make the folder first"):
        save_study(make_study(small_system(), draws=2), tmp_path / "none" / "a.nc")


def test_dates_that_the_dataset_cannot_tell_are_refused(system: CareSystem) -> None:
    for day, told in ((date(2026, 1, 1), "ends 2025-12-31"), (date(2017, 6, 30), "begins 2018-07-01")):
        with pytest.raises(SettingError, match=told):
            make_study(system, day, draws=2)
    with pytest.raises(SettingError, match="no history_start"):
        make_study(two_hospitals(), date(2020, 1, 1), draws=2)
    with pytest.raises(SettingError, match="at least 2"):
        make_study(system, draws=1)


def test_permits_count_from_the_day_they_were_decided(system: CareSystem) -> None:
    units = {d: row(make_study(system, date.fromisoformat(d), draws=2), "units").values[0]
             for d in ("2020-11-30", "2020-12-01", "2021-07-01")}  # fmt: skip
    assert list(units.values()) == [0, 2, 2]


def test_hospitals_without_areas_competences_or_permits_make_a_study() -> None:
    found = make_study(two_hospitals(), draws=2)
    assert row(found, "areas").values[0] == 0
    assert not any(r.indicator in {"hours_mean", "units_per_area", "patients_reported"} for r in found.rows)
    assert row(found, "herfindahl_hospitals").values[0] >= 0.5


def test_one_hospital_alone_has_everything() -> None:
    alone = make_system(
        CareRegion=[{"id": "cr"}], Region=[{"id": "r"}], Hospital=[{"id": "h"}],
        PART_OF=[{"source_id": "r", "target_id": "cr"}], LOCATED_IN=[{"source_id": "h", "target_id": "r"}],
        TRAVELS=[{"source_id": "r", "target_id": "h"}], CareArea=[{"id": "a", "age": "child"}],
        PROVIDES=[{"source_id": "h", "target_id": "a", "permit": True, "valid_from": "2020-01-01", "patients": 10}],
    )  # fmt: skip
    found = make_study(alone, draws=3)
    for name in ("herfindahl_hospitals", "largest_hospital_share", "sole_provider_areas", "units"):
        assert row(found, name).values == pytest.approx([1, 1, 1])
        assert row(found, name, age="child").values == pytest.approx([1, 1, 1])
    assert row(found, "hours_gini").values == pytest.approx([0, 0, 0])
    assert row(found, "out_of_care_region_share").values == pytest.approx([0, 0, 0])
    assert not any(r.age in {"adult", "both"} for r in found.rows)


def test_inputs_that_do_not_agree_are_told(late: Study, system: CareSystem) -> None:
    # the shares of the small country are 0.001 + 0.004 + 0.005, each drawn within a fifth
    checks = {c["check"]: c for c in late.agreement}
    assert checks["shares_sum"]["agrees"] is False
    assert checks["shares_sum"]["ours"] == pytest.approx(0.01, rel=0.2)
    assert checks["reports_within_volume"]["agrees"] is True
    many = [replace(r, values=r.values * 9) if r.indicator == "patients_reported" else r for r in late.rows]
    found = {c["check"]: c["agrees"] for c in agreement_rows(system, many)}
    assert found["reports_within_volume"] is False
    full = [replace(r, values=r.values + 1) if r.indicator == "resource_areas_share" else r for r in late.rows]
    resources = {c["of"]: c for c in agreement_rows(system, full) if c["check"] == "areas_fit_resources"}
    assert (resources["north"]["ours"], resources["north"]["agrees"]) == (2, False)
    assert checks["areas_fit_resources"]["agrees"] is True


def test_the_register_study_agrees_with_itself() -> None:
    shares = {"a": 0.24, "b": 0.19, "c": 0.17, "d": 0.15, "e": 0.11, "f": 0.08, "g": 0.05}

    def checks(changed: dict[str, float]) -> dict[str, bool]:
        rows = [StudyRow("university_share", "hospital", h, np.array([v])) for h, v in changed.items()]
        return {c["check"]: c["agrees"] for c in agreement_rows(small_system(), rows)}

    assert checks(shares) == {"shares_sum": True, "three_smallest": True, "three_others": True}
    assert checks({**shares, "a": 0.31}) == {"shares_sum": False, "three_smallest": False, "three_others": True}
    assert checks({**shares, "b": 0.12, "a": 0.31})["three_others"] is False


def test_a_study_and_itself_are_exactly_alike(late: Study, early: Study) -> None:
    for study in (late, early):
        found = compare_studies(study, study)
        assert {r["change"] for r in found["rows"]} == {"same"}
        for name in ("difference", "from_data", "from_model", "from_system"):
            assert {r[name] for r in found["rows"]} == {0.0}
        assert (found["permits"], found["corrected_reports"], found["counts"]["rows"]) == ([], [], [])
        assert not found["data"]["differs"]
        assert not found["model"]["differs"]


def test_the_later_first_is_refused(early: Study, late: Study) -> None:
    with pytest.raises(SettingError, match="name the earlier one first"):
        compare_studies(late, early)


def test_a_permit_between_the_dates_is_a_fact(system: CareSystem, late: Study) -> None:
    before = make_study(system, date(2019, 12, 31), draws=DRAWS)
    found = compare_studies(before, late)
    assert found["permits"] == [{"change": "added", "hospital": h, "area": "liver"} for h in ("middle", "south")]
    assert (change(found, "units")["change"], change(found, "units")["difference"]) == ("changed", 2)
    assert change(found, "units", "south")["from_system"] == 1
    assert change(found, "patients", "north")["change"] == "expected_down"
    assert found["counts"]["touched_areas"] == ["liver"]
    assert {r["change"] for r in found["rows"]} <= set(CHANGES)


def test_corrected_data_changed_model_and_changed_system_sum(system: CareSystem, early: Study) -> None:
    corrected = with_reports(system, {("middle", 2022): 30.0})
    later = make_study(corrected, draws=DRAWS)
    found = compare_studies(early, later)
    assert found["corrected_reports"] == [
        {"hospital": "middle", "area": "liver", "year": 2022, "from": 9.0, "to": 30.0}
    ]
    assert found["data"]["differs"]
    assert found["data"]["counts"] == {"PROVIDES_VOLUME": {"added": 0, "removed": 0, "changed": 1}}
    patients = change(found, "patients", "middle")
    assert patients["from_data"] == pytest.approx(7, rel=0.05)  # a third of 21
    assert patients["from_model"] == 0
    for r in found["rows"]:
        if None not in (r["from_data"], r["from_model"], r["from_system"]):
            parts = r["from_data"] + r["from_model"] + r["from_system"]
            assert parts == pytest.approx(r["difference"], abs=1e-9)
    same_day = compare_studies(early, make_study(corrected, EARLY, draws=DRAWS))
    assert {r["from_system"] for r in same_day["rows"]} <= {0.0, None}


def test_a_changed_model_is_told_apart(late: Study) -> None:
    """A study of older code that said 5 patients more."""
    rows = [replace(r, values=r.values - 5) if r.key[:3] == ("patients", "hospital", "south") else r for r in late.rows]
    older = replace(late, rows=rows, manifest={**late.manifest, "code_hash": "older"})
    patients = change(compare_studies(older, late), "patients", "south")
    assert patients["difference"] == pytest.approx(5)
    assert patients["from_model"] == pytest.approx(5)
    assert (patients["from_data"], patients["from_system"]) == (0, 0)
    left = change(compare_studies(older, late, rerun=False), "patients", "south")
    assert (left["from_data"], left["from_model"], left["from_system"]) == (None, None, None)


def test_other_draws_have_no_interval(early: Study, system: CareSystem) -> None:
    found = compare_studies(early, make_study(system, seed=2, draws=DRAWS))
    assert found["paired"] is False
    assert {r["low"] for r in found["rows"]} == {None}


Years = dict[int, float]


def counted(units: dict[tuple[str, str], Years], permits: Sequence[tuple[str, str, str]] = ()) -> CareSystem:
    """Hospitals a to d with areas that reported these years; permits that began on a day."""
    hospitals, areas = ("a", "b", "c", "d"), sorted({area for _, area in units} | {p[1] for p in permits})
    begun = dict.fromkeys(units, "2015-01-01") | {(h, area): day for h, area, day in permits}
    return make_system(
        settings={"history_start": "2014-01-01"},
        CareRegion=[{"id": "cr"}], Region=[{"id": "r"}], Hospital=[{"id": h} for h in hospitals],
        PART_OF=[{"source_id": "r", "target_id": "cr"}],
        LOCATED_IN=[{"source_id": h, "target_id": "r"} for h in hospitals],
        TRAVELS=[{"source_id": "r", "target_id": h} for h in hospitals],
        CareArea=[{"id": area} for area in areas],
        PROVIDES=[{"source_id": h, "target_id": area, "permit": True, "valid_from": day}
                  for (h, area), day in begun.items()],
        PROVIDES_VOLUME=[{"source_id": h, "target_id": area, "valid_from": begun[h, area], "year": y, "patients": n}
                         for (h, area), years in units.items() for y, n in years.items()],
    )  # fmt: skip


def steady(number: float, later: float | None = None) -> Years:
    return {y: number if y < 2023 or later is None else later for y in range(2020, 2025)}


def told(found: dict[str, Any], level: str, **wanted: str) -> dict[str, Any]:
    return next(r for r in found["rows"] if r["level"] == level and all(r[k] == v for k, v in wanted.items()))


def test_a_known_change_is_found_and_chance_is_not() -> None:
    found = count_changes(
        counted({("a", "x"): steady(100, 200), ("b", "y"): steady(20, 25)}), "2022-12-31", "2025-12-31"
    )
    assert (found["before"], found["after"], found["tests"]) == ([2020, 2021, 2022], [2023, 2024], len(found["rows"]))
    unit = told(found, "unit", hospital="a")
    assert (unit["before"], unit["after"], unit["ratio"], unit["verdict"]) == (300, 400, 2.0, "more")
    assert unit["low"] < 2 < unit["high"]
    assert told(found, "area", area="x")["verdict"] == "more"
    chance = told(found, "unit", hospital="b")
    assert (chance["ratio"], chance["verdict"], chance["cause"]) == (1.25, "no_certain_change", "not_asked")
    fewer = count_changes(counted({("a", "x"): steady(200, 100)}), "2022-12-31", "2025-12-31")
    assert told(fewer, "unit")["verdict"] == "fewer"


def test_many_tests_are_answered_for() -> None:
    """One unit whose own p is below 5 % is no finding among twenty that did not change."""
    units = {("a", "x"): steady(30, 47)} | {("b", f"y{i}"): steady(30) for i in range(20)}
    row = told(count_changes(counted(units), "2022-12-31", "2025-12-31"), "unit", hospital="a")
    assert row["p"] < 0.05 < row["p_adjusted"]
    assert row["verdict"] == "no_certain_change"


def test_a_change_that_all_share_cannot_be_told_from_trend() -> None:
    new = [("d", "x", "2023-01-01")]
    trend = count_changes(
        counted({("a", "x"): steady(200, 400), ("b", "y"): steady(200, 400), ("c", "z"): steady(200, 400)}, new),
        "2022-12-31", "2025-12-31",
    )  # fmt: skip
    assert trend["touched_areas"] == ["x"]
    row = told(trend, "area", area="x")
    assert (row["touched"], row["ratio_of_ratios"], row["cause"]) == (True, 1.0, "as_untouched")
    assert told(trend, "area", area="y")["cause"] == "itself_untouched"
    other = count_changes(
        counted({("a", "x"): steady(400, 200), ("b", "y"): steady(400), ("c", "z"): steady(400)}, new),
        "2022-12-31", "2025-12-31",
    )  # fmt: skip
    row = told(other, "area", area="x")
    assert (row["untouched_before"], row["untouched_after"]) == (2400, 1600)
    assert (row["ratio_of_ratios"], row["cause"]) == (0.5, "other_than_untouched")
    alone = count_changes(counted({("a", "x"): steady(400, 200)}, new), "2022-12-31", "2025-12-31")
    assert told(alone, "area", area="x")["cause"] == "nothing_untouched"
    for found in (trend, other, alone):
        assert {r["verdict"] for r in found["rows"]} <= set(VERDICTS)
        assert {r["cause"] for r in found["rows"]} <= set(CAUSES)


def test_units_are_compared_with_themselves_only() -> None:
    """A unit that began to report later is no growth of its area."""
    late_unit = dict.fromkeys((2023, 2024), 50.0)
    found = count_changes(counted({("a", "x"): steady(50), ("b", "x"): late_unit}), "2022-12-31", "2025-12-31")
    area = told(found, "area", area="x")
    assert (area["units"], area["ratio"]) == (1, 1.0)
    assert not any(r["hospital"] == "b" for r in found["rows"])


def test_nothing_reported_is_nothing_tested(system: CareSystem) -> None:
    found = count_changes(system, "2019-12-31", "2025-12-31")
    assert (found["rows"], found["tests"], found["before"]) == ([], 0, [])


def test_reports_by_home_region_fill_the_gap() -> None:
    system = small_system()
    q = next(r for r in system.rows["PROVIDES_VOLUME"]).quantity("patients")
    assert isinstance(q, Quantity)
    added = [
        Record("PROVIDES_VOLUME", {**r.values, "home_region": region, "patients": replace(q, value=n, low=n, high=n)})
        for r in system.rows["PROVIDES_VOLUME"] if r.key[0] == "south" and r.number("year") == 2024
        for region, n in (("n", 1.0), ("m", 8.0), ("s", 18.0))
    ]  # fmt: skip
    study = make_study(system.replace(PROVIDES_VOLUME=[*system.rows["PROVIDES_VOLUME"], *added]), draws=2)
    assert row(study, "patients_per_million_reported", "n").values[0] == pytest.approx(4)
    assert row(study, "patients_per_million_reported", "s").values[0] == pytest.approx(20)
    # all three have a university hospital at the same distance: ranks are shared, the index is 0
    assert row(study, "patients_concentration_index").values[0] == pytest.approx(0)
    assert "patients_by_home_region" not in {g["gap"] for g in gaps_of(study, "sv")}
    assert row(study, "patients_reported", "south").values[0] == 23
