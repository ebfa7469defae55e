"""The accumulated effect: nothing where nothing moved, the two readings of none, one case solved by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pytest

from graph_schema import CareSystem, SettingError
from impact import Settings, load_measures
from impact.questions.accumulate import Accumulation, accumulate
from impact.questions.accumulated_rows import accumulated_rows, timeline_rows
from impact.questions.coalitions import Coalitions
from impact.questions.concentrated_care import concentrated_by_year, decision_rows, older_areas
from impact.questions.pair_view import PairView
from impact.questions.still_to_come import pipeline_areas, run_pipeline
from tests.random_systems import random_sample
from tests.small_system import small_system
from tests.synthetic import fixed_parameters, two_hospitals

SETTINGS = Settings(draws=20, years=4)
MEASURES = list(load_measures())
KINDS = ("p_new", "p_already_concentrated", "p_regional", "p_spread")


def certain_history(system: CareSystem, kind: str, **values: float) -> CareSystem:
    """Every decided area has one kind of history."""
    ids = [r.key[0] for r in system.rows["CareArea"]]
    return system.with_values({f"{a}.{k}": float(k == kind) for a in ids for k in KINDS} | values)


def worlds(found: Accumulation, reading: str = "frozen") -> tuple[np.ndarray, np.ndarray]:
    data = found.readings[reading].data
    return np.asarray(data["with"].values), np.asarray(data["without"].values)


def effect(found: Accumulation, reading: str = "frozen") -> np.ndarray:
    scenario, without = worlds(found, reading)
    return scenario - without


@cache
def small() -> Accumulation:
    return accumulate(small_system(), None, SETTINGS)


@pytest.mark.parametrize("seed", [2, 5])
def test_already_concentrated_with_certainty_is_no_effect(seed: int) -> None:
    for system in (small_system(), random_sample(seed).system):
        found = accumulate(certain_history(system, "p_already_concentrated"), None, Settings(draws=6, years=2))
        for reading in found.readings:
            assert np.nan_to_num(effect(found, reading)).max() == 0 == np.nan_to_num(effect(found, reading)).min()
        assert all(r["changes_nothing"] for r in decision_rows(system, found) if r["begun"])


@pytest.mark.parametrize("seed", [0, 2, 5])
def test_all_would_have_concentrated_anyway_is_no_effect(seed: int) -> None:
    """METHODS: q = 1 gives an accumulated effect of 0; the parameter's limit of a half is not the model's."""
    system = small_system() if seed == 0 else random_sample(seed).system
    runs = Coalitions(system, None, 1, 6, 3, own=True)
    block = runs.blocks[0]
    nobody = np.zeros((len(runs.players), 6), dtype=np.bool_)
    view = PairView.of(runs.structure, block)
    phases = runs.structure.without.future
    with_all = runs.left_out(block, ~nobody)
    anyway = runs.left_out(block, nobody, 1.0)
    for one, other in zip(runs.years_of(block, ~nobody), runs.years_of(block, nobody, 1.0), strict=True):
        np.testing.assert_array_equal(view.measured(with_all, phases, one)[0], view.measured(anyway, phases, other)[0])


def test_a_half_that_would_have_concentrated_lies_between() -> None:
    runs = Coalitions(small_system(), None, 1, 6, 3, own=True)
    block, nobody = runs.blocks[0], np.zeros((1, 6), dtype=np.bool_)
    volumes = [
        [o.volume for o in runs.years_of(block, inside, q)][-1]
        for inside, q in ((~nobody, 0.0), (nobody, 0.0), (nobody, 0.5))
    ]
    with_all, none, half = volumes
    liver = runs.structure.activity.pair_area == runs.structure.activity.areas.index("liver")
    routed = with_all[liver] / with_all[liver].sum(axis=0)
    before = none[liver] / block.national[runs.structure.activity.areas.index("liver")]
    shares = half[liver] / block.national[runs.structure.activity.areas.index("liver")]
    np.testing.assert_allclose(shares, 0.5 * before + 0.5 * routed, rtol=1e-3)  # routes feel ō a little
    found = small()
    measure = MEASURES.index("research_caseload")
    frozen_mean, anyway_mean = (np.abs(effect(found, r)[:, -1, :3, measure]).mean() for r in found.readings)
    assert 0.5 * frozen_mean <= anyway_mean < frozen_mean  # q lies between 0 and a half


def test_new_care_is_no_loss_at_other_hospitals() -> None:
    found = accumulate(certain_history(small_system(), "p_new"), None, SETTINGS)
    entities = list(found.runs.entities)
    change = effect(found)[:, -1]
    assert np.abs(change[:, entities.index("north"), MEASURES.index("posts_not_sustained")]).max() < 1e-9
    assert np.abs(change[:, entities.index("north"), MEASURES.index("research_caseload")]).max() < 1e-9
    not_referred = np.nansum(change[:, 3:6, MEASURES.index("not_referred")], axis=1)
    liver = found.runs.structure.activity.areas.index("liver")
    np.testing.assert_allclose(-not_referred, found.runs.blocks[0].national[liver], rtol=1e-9)
    assert found.moved[liver].max() == 0


def two_with_a_permit(share: float) -> CareSystem:
    """Two hospitals; since 2019 the area is at the second alone, before the first had a stated share."""
    provides = [{"source_id": "hosp_b", "target_id": "area", "permit": True, "valid_from": "2019-01-01",
                 "patients": 10}]  # fmt: skip
    before = [{"source_id": h, "target_id": "area", "share": s} for h, s in (("hosp_a", share), ("hosp_b", 1 - share))]
    staffs = [{"source_id": h, "target_id": "comp", "specialists": 5, "fte": 5, "margin": 1.0, "outside_caseload": 0}
              for h in ("hosp_a", "hosp_b")]  # fmt: skip
    return two_hospitals(
        parameters=fixed_parameters(level_exponent=3.0, would_have_concentrated=0.25, network_share=0.0,
                                    in_reach_share=0.0),
        settings={"history_start": "2018-07-01"},
        PROVIDES=provides, PROVIDED_BEFORE=before, STAFFS=staffs,
    )  # fmt: skip


def row(rows: list[dict[str, Any]], year: int, measure: str, **entity: str) -> Mapping[str, Any]:
    (found,) = (
        r for r in rows
        if r["year"] == year and r["measure"] == measure and entity.items() <= r.items()
        and r["reading"] != "national_first"
    )  # fmt: skip
    return found


def test_two_hospitals_by_hand() -> None:
    """A had 6 of 10 patients, B 4; B has all since 2019; comp lives on the area alone, margin 1.

    A: u = 0 with the decisions, so all its 5 posts are without caseload; without them u = 1. B has u = 1 with and
    u = 4/10 without: need = 10 is the larger caseload, posts not sustained = 5 (1 − √0.4) without.
    """
    system = two_with_a_permit(0.6)
    found = accumulate(system, None, Settings(draws=2, years=3))
    rows = accumulated_rows(found.readings["frozen"], system)
    assert row(rows, 3, "posts_not_sustained", hospital="hosp_a")["effect"] == pytest.approx(5, abs=1e-9)
    assert row(rows, 3, "posts_not_sustained", hospital="hosp_b")["effect"] == pytest.approx(
        -5 * (1 - np.sqrt(0.4)), abs=1e-9
    )
    assert row(rows, 3, "competences_lost", hospital="hosp_a")["effect"] == 1
    assert row(rows, 3, "competences_lost", hospital="hosp_b")["effect"] == -1
    area = found.runs.structure.activity.areas.index("area")
    np.testing.assert_allclose(found.moved[area], 6)
    other = accumulated_rows(found.readings["would_have_concentrated"], system)
    # a quarter would have gone anyway: A keeps 0.75 · 6 = 4.5 of 6, B has 0.75 · 4 + 0.25 · 10 = 5.5 of 10
    assert row(other, 3, "posts_not_sustained", hospital="hosp_a")["effect"] == pytest.approx(
        5 * np.sqrt(4.5 / 6), abs=1e-9
    )
    assert row(other, 3, "posts_not_sustained", hospital="hosp_b")["effect"] == pytest.approx(
        -5 * (1 - np.sqrt(0.55)), abs=1e-9
    )


def test_travel_without_decisions_by_hand() -> None:
    """Of 10 patients half live in each region: A treats 6 without the decision, so one comes from region b."""
    system = two_with_a_permit(0.6)
    rows = accumulated_rows(accumulate(system, None, Settings(draws=2, years=2)).readings["frozen"], system)
    share = system.quantities["default_transport_share"].value
    found = [row(rows, 2, "transports", region=r) for r in ("reg_a", "reg_b")]
    before = [r["baseline"] for r in found]
    assert sum(before) < 5 * share
    assert before[1] - before[0] == pytest.approx(share, rel=1e-3)
    after = [r["baseline"] + r["effect"] for r in found]
    assert after == pytest.approx([5 * share, 0], abs=1e-9)


def test_patients_are_conserved_in_the_view_by_pairs() -> None:
    runs = Coalitions(random_sample(5).system, None, 1, 5, 2, own=True)
    block = runs.blocks[0]
    nobody = np.zeros((len(runs.players), 5), dtype=np.bool_)
    view = PairView.of(runs.structure, block)
    changed = runs.left_out(block, nobody, 0.3)
    for outcome in runs.years_of(block, nobody, 0.3):
        seen = view.outcome(changed, runs.structure.without.future, outcome)
        np.testing.assert_allclose(seen.flow.sum(axis=0), outcome.volume[view.pairs], atol=1e-6)


def test_the_timeline_ends_where_the_effect_stands() -> None:
    found = small()
    assert [s.decisions for s in found.timeline] == [("liver",)]
    assert found.timeline[-1].date == date(2021, 7, 1)
    last = found.timeline[-1].result.data
    change = (last["with"] - last["without"]).sel(year=0, measure="research_caseload", entity="north").values
    whole = effect(found)[:, 0, 0, MEASURES.index("research_caseload")]
    np.testing.assert_allclose(change, whole, atol=1e-9)
    assert np.abs(whole).max() > 0
    rows = timeline_rows(found.timeline, small_system(), ["north"])
    (only,) = (r for r in rows if r.get("hospital") == "north" and r["measure"] == "research_caseload")
    assert (only["date"], only["decision"], only["added"]) == ("2021-07-01", "liver", only["effect"])
    assert only["effect"] == pytest.approx(float(whole.mean()))
    assert {r.get("hospital", "national") for r in rows} == {"north", "national"}


def test_before_a_date_nothing_is_in_force_and_the_rest_begins_later() -> None:
    system = small_system()
    found = accumulate(system, date(2020, 12, 31), SETTINGS)
    assert (found.begun, found.later, found.timeline) == ((), ("liver",), ())
    for reading in found.readings:
        assert not np.nan_to_num(effect(found, reading)).any()
    assert found.not_begun is not None
    added = found.not_begun.data["with"] - found.not_begun.data["without"]
    assert float(abs(added.sel(entity="north", measure="research_caseload", year=4)).max()) > 0
    assert decision_rows(system, found)[0]["begun"] is False


def test_committed_is_what_comes_after_the_year_of_the_date() -> None:
    system = small_system()
    rows = accumulated_rows(small().readings["frozen"], system)
    assert {r["year"] for r in rows} == {0, 4}
    for r in rows:
        if r["reading"] == "national_first":
            continue
        entity = {k: r[k] for k in ("hospital", "region", "national") if k in r}
        opening = row(rows, 0, r["measure"], **entity)
        assert r["committed"] == pytest.approx(r["effect"] - opening["effect"], abs=1e-9)
        assert r["committed_low"] <= r["committed_high"]


def test_blocks_and_workers_change_nothing() -> None:
    system = small_system()
    one, two = (accumulate(system, None, Settings(draws=120, years=1, workers=w, grade_shares=False)) for w in (1, 2))
    np.testing.assert_array_equal(effect(one), effect(two))
    first = accumulate(system, None, Settings(draws=20, years=1, grade_shares=False))
    np.testing.assert_array_equal(effect(one)[:20], effect(first))


def test_concentrated_care_grows_by_the_part_of_the_year() -> None:
    system = small_system()
    rows = {r["year"]: r for r in concentrated_by_year(system, small())}
    assert min(rows) == 2018 and max(rows) == 2025  # noqa: PT018 - one statement
    assert rows[2020]["patients"] == 0
    assert rows[2021]["patients"] == pytest.approx(rows[2022]["patients"] * 184 / 365)
    assert (rows[2021]["areas"], rows[2025]["areas"]) == (1, 1)
    assert older_areas(system, small()) == ()


def test_the_pipeline_runs_where_a_number_is_known() -> None:
    system = small_system()
    areas = pipeline_areas(system, date(2025, 12, 31))
    assert [(a["area"], a["status"], a["units"]) for a in areas] == [
        ("heart", "in_process", None), ("valve", "decided", None)
    ]  # fmt: skip
    assert run_pipeline(system, None, Settings(draws=4, years=1)).result is None
    found = run_pipeline(system, None, Settings(draws=4, years=1), assumed_units=2)
    assert found.areas[0]["assumed"]
    assert found.result is not None
    assert {a["area"] for a in found.result.notes["allocations"]} == {"heart", "valve"}


def test_a_dataset_without_history_is_refused() -> None:
    with pytest.raises(SettingError, match="history_start"):
        accumulate(two_hospitals(), None, SETTINGS)
