"""Every indicator of the baseline study against a plain calculation: by hand where the numbers are certain."""

from __future__ import annotations

import math
from collections import defaultdict
from datetime import date
from statistics import NormalDist, fmean

import numpy as np
import pytest

from graph_schema import CareSystem, Record
from impact.model.path import follow, opening_state
from impact.questions.recording import measured
from impact.study.indicators import load_indicators
from impact.study.moment import Moment, moments
from impact.study.study import Study, make_study
from impact.study.study_rows import ALL, StudyRow
from tests.small_system import small_system

pytestmark = pytest.mark.reference

DRAWS = 6
LIVER = {"middle": fmean((9, 16, 17)), "south": fmean((20, 24, 23))}
PATIENTS = {"north": 8 + 30, "middle": 22 + 30 + LIVER["middle"], "south": 30 + 30 + LIVER["south"]}
TOLD_ELSEWHERE = {"transports", "icu_transports", "posts_not_sustained", "patients_relying", "demand_unplaced",
                  "research_caseload"}  # fmt: skip
LACKING = {"patients_per_million_reported", "patients_concentration_index", "p_beyond_guarantee"}


def two_care_regions() -> CareSystem:
    """The small country without a history, its south in a care region of its own."""
    system = small_system()
    settings = [r for r in system.rows["dataset"] if r.key[0] != "history_start"]
    parts = [
        Record("PART_OF", {**r.values, "target_id": "cr_south"}) if r.text("source_id") == "s" else r
        for r in system.rows["PART_OF"]
    ]
    other = Record("CareRegion", {**system.rows["CareRegion"][0].values, "id": "cr_south"})
    return system.replace(PART_OF=parts, CareRegion=[*system.rows["CareRegion"], other], dataset=settings)


@pytest.fixture(scope="module")
def system() -> CareSystem:
    return two_care_regions()


@pytest.fixture(scope="module")
def study(system: CareSystem) -> Study:
    return make_study(system, draws=DRAWS)


@pytest.fixture(scope="module")
def moment(system: CareSystem) -> Moment:
    (only,) = moments(system, date(2025, 12, 31), 1, DRAWS)
    return only


def row(study: Study, indicator: str, entity: str = "national", age: str = ALL, part: str = "") -> StudyRow:
    (found,) = (r for r in study.rows if (r.indicator, r.entity, r.age, r.part) == (indicator, entity, age, part))
    return found


def values(study: Study, indicator: str, entity: str = "national", age: str = ALL, part: str = "") -> np.ndarray:
    return row(study, indicator, entity, age, part).values


def test_every_indicator_of_the_registry_is_in_the_study(study: Study) -> None:
    assert {r.indicator for r in study.rows} == load_indicators().keys() - LACKING


def test_permits_and_reports_by_hand(study: Study) -> None:
    assert set(values(study, "areas")) == {1}
    assert set(values(study, "units")) == {2}
    assert set(values(study, "units_per_area")) == {2}
    assert set(values(study, "sole_provider_areas")) == {0}
    assert [values(study, "units", h)[0] for h in ("north", "middle", "south")] == [0, 1, 1]
    assert [values(study, "units", r)[0] for r in ("n", "m", "s")] == [0, 1, 1]
    assert values(study, "units", "liver")[0] == 2
    assert (row(study, "patients_reported").year, values(study, "patients_reported")[0]) == (2024, 17 + 23)
    assert values(study, "patients_reported", "south")[0] == 23
    assert values(study, "patients_reported", "liver")[0] == 40
    assert values(study, "units_reporting")[0] == 2


def test_volumes_and_concentration_by_hand(study: Study) -> None:
    total = sum(PATIENTS.values())
    for hospital, number in PATIENTS.items():
        assert values(study, "patients", hospital) == pytest.approx(number)
        assert values(study, "patients_share", hospital) == pytest.approx(number / total)
    assert values(study, "patients") == pytest.approx(total)
    assert values(study, "patients", "heart") == pytest.approx(60)
    assert values(study, "herfindahl_hospitals") == pytest.approx(sum((n / total) ** 2 for n in PATIENTS.values()))
    assert values(study, "largest_hospital_share") == pytest.approx(PATIENTS["south"] / total)
    by_area = {"heart": (8, 22, 30), "valve": (30, 30, 30), "liver": tuple(LIVER.values())}
    index = {a: sum((n / sum(v)) ** 2 for n in v) for a, v in by_area.items()}
    for area, numbers in by_area.items():
        assert values(study, "herfindahl", area) == pytest.approx(index[area])
        assert values(study, "largest_share", area) == pytest.approx(max(numbers) / sum(numbers))
    weighted = sum(index[a] * sum(v) for a, v in by_area.items()) / total
    assert values(study, "herfindahl") == pytest.approx(weighted)


def test_university_care_comes_out_as_it_was_put_in(study: Study, moment: Moment) -> None:
    episodes = moment.block.values[moment.structure.parameters["anchor_episodes"]]
    assert values(study, "university_episodes") == pytest.approx(episodes)
    for hospital in PATIENTS:
        share = values(study, "university_share", hospital)
        assert values(study, "university_episodes", hospital) == pytest.approx(episodes * share)


def flows(moment: Moment, draw: int) -> list[tuple[int, str, str, float]]:
    """Home region (index), hospital, area and patients of the areas at work."""
    activity, places = moment.structure.activity, moment.structure.places
    return [
        (i, places.hospitals[activity.pair_hospital[pair]], activity.areas[activity.pair_area[pair]],
         float(moment.outcome.flow[i, w, draw]))
        for w, pair in enumerate(activity.row_pair)
        if activity.pair_area[pair] in moment.areas
        for i in range(len(places.regions))
    ]  # fmt: skip


def log_hours(moment: Moment, region: int, hospital: str, draw: int) -> tuple[float, float]:
    places = moment.structure.places
    h = places.hospital_of[hospital]
    drawn = moment.block.values[:, draw]
    p5, p95 = (drawn[places.spread_slots[k, region, h]] for k in (0, 1))
    return math.log(drawn[places.hours_slots[region, h]]), math.log(p95 / p5) / (2 * NormalDist().inv_cdf(0.95))


def beyond(moment: Moment, chosen: list[tuple[int, str, str, float]], hours: float, draw: int) -> float:
    total = sum(n for *_, n in chosen)
    found = 0.0
    for region, hospital, _, patients in chosen:
        middle, spread = log_hours(moment, region, hospital, draw)
        found += patients / total * (1 - NormalDist().cdf((math.log(hours) - middle) / spread))
    return found


@pytest.mark.parametrize("draw", range(DRAWS))
def test_reach_in_plain_loops(study: Study, moment: Moment, draw: int) -> None:
    assert [moment.structure.activity.areas[a] for a in moment.areas] == ["liver"]
    places, everything = moment.structure.places, flows(moment, draw)
    people = [float(moment.block.values[s, draw]) for s in places.population_slots]
    means: list[float] = []
    for i, region in enumerate(places.regions):
        mine = [f for f in everything if f[0] == i and f[3] > 0]
        total = sum(n for *_, n in mine)
        mean = 0.0
        for _, hospital, _, patients in mine:
            middle, spread = log_hours(moment, i, hospital, draw)
            mean += patients / total * math.exp(middle + spread**2 / 2)
        means.append(mean)
        assert values(study, "hours_mean", region)[draw] == pytest.approx(mean)
        assert values(study, "patients_per_million", region)[draw] == pytest.approx(1e6 * total / people[i])
        assert beyond(moment, mine, values(study, "hours_p95", region)[draw], draw) == pytest.approx(0.05, abs=1e-6)
        for hours in (1, 2, 4, 6):
            expected = people[i] * beyond(moment, mine, hours, draw)
            assert values(study, f"inhabitants_beyond_{hours}h", region)[draw] == pytest.approx(expected)
        away = sum(n for _, h, _, n in mine if (h == "south") != (region == "s"))
        assert values(study, "out_of_care_region_share", region)[draw] == pytest.approx(away / total)
    busy = [f for f in everything if f[3] > 0]
    total = sum(n for *_, n in busy)
    away = sum(n for i, h, _, n in busy if (h == "south") != (places.regions[i] == "s"))
    assert values(study, "out_of_care_region_share")[draw] == pytest.approx(away / total)
    assert beyond(moment, busy, values(study, "hours_p95")[draw], draw) == pytest.approx(0.05, abs=1e-6)
    mean = sum(means[i] * n for i, _, _, n in busy) / total
    assert values(study, "hours_mean")[draw] == pytest.approx(mean)
    assert values(study, "hours_mean", "liver")[draw] == pytest.approx(mean)
    assert values(study, "patients_per_million")[draw] == pytest.approx(1e6 * total / sum(people))
    weight = [p / sum(people) for p in people]
    middle = sum(w * x for w, x in zip(weight, means, strict=True))
    apart = sum(
        a * b * abs(x - y) for a, x in zip(weight, means, strict=True) for b, y in zip(weight, means, strict=True)
    )
    assert values(study, "hours_gini")[draw] == pytest.approx(apart / (2 * middle))
    order = sorted(range(3), key=lambda i: people[i])
    ranks, before = [0.0] * 3, 0.0
    for i in order:
        ranks[i], before = before + weight[i] / 2, before + weight[i]
    index = 2 * sum(w * x * r for w, x, r in zip(weight, means, ranks, strict=True)) / middle - 1
    assert values(study, "hours_concentration_index")[draw] == pytest.approx(index)


def erlang(load: float, beds: int) -> float:
    blocked = 1.0
    for c in range(1, beds + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


@pytest.mark.parametrize(("hospital", "beds"), [("north", 6), ("middle", 12), ("south", 14)])
def test_resources_give_back_the_occupancy_and_its_blocking(
    study: Study, moment: Moment, hospital: str, beds: int
) -> None:
    facilities, activity = moment.structure.facilities, moment.structure.activity
    h = moment.structure.places.hospital_of[hospital]
    for part, size, days in (("icu", beds, 365.0), ("theatre", 4 * beds, None)):
        (s,) = (
            i for i in range(len(facilities.hospital))
            if facilities.hospital[i] == h and facilities.names[facilities.resource[i]] == part
        )  # fmt: skip
        occupancy = moment.block.values[facilities.occupancy_slots[s]]
        load = values(study, "resource_load", hospital, part=part)
        assert load == pytest.approx(occupancy, abs=1e-6)
        for draw in range(DRAWS):
            used = sum(
                moment.outcome.volume[facilities.use_pair[u], draw] * moment.block.values[facilities.use_slots[u], draw]
                for u in range(len(facilities.use_pair)) if facilities.use_facility[u] == s
            )  # fmt: skip
            per_day = used / (days or moment.block.parameters["working_days"][draw])
            assert values(study, "resource_areas_share", hospital, part=part)[draw] == pytest.approx(per_day / size)
            if part == "icu":
                full = values(study, "p_no_bed", hospital, part=part)[draw]
                assert erlang(load[draw] * size / (1 - full), size) == pytest.approx(full, rel=1e-6)
    assert activity.areas


def test_competences_and_functions_in_plain_loops(study: Study, moment: Moment) -> None:
    names, places = moment.structure.competences, moment.structure.places
    outcome, need = moment.outcome, moment.block.squeeze.need
    below, thin, broad = (defaultdict[str, list[float]](lambda: [0.0] * DRAWS) for _ in range(3))
    for (h, c), i in names.level_index.items():
        hospital, competence = places.hospitals[h], names.competences[c]
        for draw in range(DRAWS):
            u = float(outcome.load[i, draw])
            assert values(study, "margin", hospital, part=competence)[draw] == pytest.approx(u)
            left = values(study, "cases_to_breaking", hospital, part=competence)[draw]
            assert left == pytest.approx(u * need[i, draw] - need[i, draw])
            below[hospital][draw] += u < 1
            thin[hospital][draw] += 1 <= u < 1.1
            broad[hospital][draw] += bool(names.is_base[i]) and outcome.levels[i, draw] >= 0.5
    for hospital in PATIENTS:
        assert values(study, "competences_below_need", hospital) == pytest.approx(below[hospital])
        assert values(study, "competences_thin", hospital) == pytest.approx(thin[hospital])
        assert values(study, "education_breadth", hospital) == pytest.approx(broad[hospital])
    assert values(study, "competences_below_need") == pytest.approx(np.sum(list(below.values()), axis=0))
    assert values(study, "competences_thin") == pytest.approx(np.sum(list(thin.values()), axis=0))
    dependencies, pairs = moment.structure.dependencies, len(moment.structure.activity.pair_area)
    for hospital in PATIENTS:
        mine = dependencies.performed_hospital == places.hospital_of[hospital]
        lost = (1 - outcome.operability[pairs:][mine]).sum(axis=0)
        assert values(study, "functions_at_risk", hospital) == pytest.approx(lost)


def test_what_is_a_measure_of_the_model_is_that_measure(study: Study, moment: Moment) -> None:
    """These are computed and checked against a second implementation elsewhere; here only that they are the same."""
    from dataclasses import replace

    from impact.measures import load_measures

    structure = replace(moment.structure, focus=moment.areas)
    found = measured(structure, moment.block, moment.outcome)[0]
    places = structure.places
    for name in TOLD_ELSEWHERE:
        measure = load_measures()[name]
        entities = places.hospitals if measure.entity == "hospital" else places.regions
        first = 0 if measure.entity == "hospital" else len(places.hospitals)
        for i, entity in enumerate(entities):
            expected = found[first + i, list(load_measures()).index(name)]
            assert values(study, name, entity) == pytest.approx(expected, nan_ok=True), name


def test_the_date_stops_the_path_that_a_run_takes() -> None:
    """On the dataset's date it is the run's own year; on the last day of a year without changes that year."""
    system = small_system()
    (today,) = moments(system, date(2025, 12, 31), 1, 4)
    (earlier,) = moments(system, date(2023, 12, 31), 1, 4)
    structure, block = today.structure, today.block
    years = {
        outcome.year: outcome
        for outcome, _ in follow(structure, block, [*structure.without.past, *structure.without.future],
                                 opening_state(structure, block, ()))
    }  # fmt: skip
    for moment, year in ((today, 0), (earlier, -2)):
        assert moment.outcome.volume == pytest.approx(years[year].volume)
        assert moment.outcome.levels == pytest.approx(years[year].levels)
        assert moment.outcome.load_before == pytest.approx(years[year].load_before)
    (changing,) = moments(system, date(2021, 12, 31), 1, 4)  # liver care moved on the first of July
    assert changing.outcome.load_before == pytest.approx(years[-4].load_before)
    assert (changing.outcome.load_before != changing.outcome.load).any()


def test_before_the_permits_care_stood_where_its_history_says() -> None:
    system = small_system()
    (before,) = moments(system, date(2018, 1, 1), 1, 4)
    activity = before.structure.activity
    liver = activity.areas.index("liver")
    north = activity.pair_index[before.structure.places.hospital_of["north"], liver]
    assert (before.outcome.volume[north] > 0).all()
    assert before.areas == ()
    (after,) = moments(system, date(2021, 7, 1), 1, 4)
    assert after.areas == (liver,)
    assert (after.outcome.volume[north] == 0).all()
