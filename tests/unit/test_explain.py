"""Explanation: hand-solved chains, paths and rest that sum to the effect, texts in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from graph_schema import CareSystem, SettingError
from impact import Settings, load_measures, what_if
from impact.questions.branches import line_of
from impact.questions.explain import Explanation, explain
from impact.questions.routes import MEASURES
from interface.explain_text import path_sentence
from interface.run_command import names_in
from loaders import load_sweden
from scenarios import Course, FactorChange, course_of, parse_scenario, read_scenario
from tests.courses import AS_OF, certain, holders_change
from tests.random_systems import random_sample
from tests.small_system import CONCENTRATE, EVENT, GIVEN, small_system
from tests.synthetic import fixed_parameters, two_hospitals

YEARS, K, T90 = 3, 3.0, 4.0
CERTAIN = Settings(draws=2, years=YEARS, workers=1)
LEAVES = holders_change("area", removed=("hosp_a",))


def chain(**extra: Any) -> CareSystem:
    """`area` leaves hosp_a; comp has 5 cases from it and 10 from outside; margin 1.5, so that need is 10."""
    tables: dict[str, Any] = {
        "CareArea": [{"id": "area"}, {"id": "dep"}, {"id": "far"}],
        "PROVIDES": [
            *({"source_id": h, "target_id": "area", "patients": 5} for h in ("hosp_a", "hosp_b")),
            {"source_id": "hosp_a", "target_id": "dep", "patients": 20},
            {"source_id": "hosp_a", "target_id": "far", "patients": 30},
        ],
        "REQUIRES": [
            {"source_id": "area", "target_id": "comp", "criticality": 0.5, "head_cases": 1},
            {"source_id": "dep", "target_id": "comp", "criticality": 0.5, "head_cases": 0},
        ],
        "STAFFS": [{"source_id": "hosp_a", "target_id": "comp", "outside_caseload": 10, "margin": 1.5, "fte": 4}],
        "parameters": fixed_parameters(level_exponent=K, t90_loss=T90),
    }
    tables.update(extra)
    return two_hospitals(**tables)


def curve(u: float) -> float:
    return u**K / (u**K + 1 / 9)


def levels() -> tuple[float, float]:
    """The level of comp at hosp_a without, and after three years with five cases fewer: u falls from 1.5 to 1."""
    before, target = curve(1.5), curve(1.0)
    return before, target + (before - target) * float(np.exp(-YEARS * np.log(10) / T90))


def values(found: Explanation) -> dict[tuple[str, ...], float]:
    return {tuple(p["nodes"]): p["value"] for p in found.paths}


def test_one_area_one_competence_one_dependent_area() -> None:
    found = explain(chain(), LEAVES, "hosp_a", settings=CERTAIN)
    before, after = levels()
    assert before - after == pytest.approx(0.0557, abs=1e-3)
    one = found["patients_without_full_competence"]
    assert values(one) == pytest.approx({("area", "comp", "dep", "hosp_a"): 20 * 0.5 * (before - after)}, abs=1e-9)
    assert one.effect == pytest.approx(20 * 0.5 * (before - after), abs=1e-9)
    assert one.rest == pytest.approx(0, abs=1e-9)
    path = one.paths[0]
    assert path["relationships"] == ["REQUIRES", "REQUIRES", "PROVIDES"]
    assert path["volume_change"] == pytest.approx(-5)
    assert path["level_change"] == pytest.approx(after / before - 1)
    assert path["elsewhere"] is None


def test_a_chain_goes_on_through_areas() -> None:
    links = [{"source_id": "far", "target_id": "dep", "criticality": 0.8}]
    one = explain(chain(DEPENDS_ON=links), LEAVES, "hosp_a", settings=CERTAIN)["patients_without_full_competence"]
    drop = levels()[0] - levels()[1]
    expected = {
        ("area", "comp", "dep", "hosp_a"): 20 * 0.5 * drop,
        ("area", "comp", "dep", "far", "hosp_a"): 30 * 0.8 * 0.5 * drop,
    }
    assert values(one) == pytest.approx(expected, abs=1e-9)
    assert one.rest == pytest.approx(0, abs=1e-9)


def test_an_area_that_is_no_longer_there_weakens_what_hangs_on_it() -> None:
    links = [{"source_id": "far", "target_id": "area", "criticality": 0.4}]
    one = explain(chain(DEPENDS_ON=links), LEAVES, "hosp_a", settings=CERTAIN)["patients_without_full_competence"]
    before, after = levels()
    here = [1 - 0.5 * (1 - level) for level in (before, after)]  # operability of area, on a line that ends at nothing
    direct, through = (
        30 * 0.4 * (2 * here[0] + here[1] + here[0] + 2 * here[1]) / 6,
        30 * 0.4 * 0.5 * (before - after) / 2,
    )
    found = values(one)
    assert found["area", "far", "hosp_a"] == pytest.approx(direct, abs=1e-9)
    assert found["area", "comp", "area", "far", "hosp_a"] == pytest.approx(through, abs=1e-9)
    assert direct + through == pytest.approx(30 * 0.4 * here[0])
    assert one.rest == pytest.approx(0, abs=1e-9)


def test_posts_and_competences_lost_belong_to_the_caseload_that_left() -> None:
    tables = {"STAFFS": [{"source_id": "hosp_a", "target_id": "comp", "outside_caseload": 10, "margin": 1.2, "fte": 4}]}
    found = explain(chain(**tables), LEAVES, "hosp_a", settings=CERTAIN)
    load = 10 / (15 / 1.2)
    assert values(found["posts_not_sustained"]) == pytest.approx({("area", "comp", "hosp_a"): 4 * (1 - load**0.5)})
    assert values(found["competences_lost"]) == pytest.approx({("area", "comp", "hosp_a"): 1})
    assert found["patients_displaced"].paths == ()
    assert found["research_caseload"].effect == pytest.approx(found["research_caseload"].paths[0]["value"], abs=1e-9)
    assert found["research_caseload"].effect < 0


def test_an_event_on_staff_is_a_path_of_its_own() -> None:
    half = FactorChange(date(2026, 1, 1), date(2027, 1, 1), "staffing", "hosp_a", "comp", None, certain(0.5),
                        "scenario.staff")  # fmt: skip
    course = Course(AS_OF, (), (), (half,))
    one = explain(chain(), course, "hosp_a", settings=CERTAIN, year=1)["patients_without_full_competence"]
    expected = {("event", "comp", "dep", "hosp_a"): 20 * 0.5 * curve(1.5) / 2}
    expected |= {("event", "comp", "area", "hosp_a"): 5 * 0.5 * curve(1.5) / 2}
    assert values(one) == pytest.approx(expected, abs=1e-9)
    assert one.rest == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("seed", range(12))
def test_paths_and_rest_sum_to_the_effect_of_the_run(seed: int) -> None:
    sample = random_sample(seed)
    settings = Settings(draws=6, years=3, start=sample.start, grade_shares=False, sets=False, workers=1)
    run = what_if(sample.system, sample.course, settings).data.isel(year=-1)
    effects = (run["with"] - run["without"]).mean("draw")
    sizes = unreached = 0.0
    for hospital in (str(e) for e in run["entity"].values if str(e).startswith("hosp")):
        for measure, one in explain(sample.system, sample.course, hospital, settings=settings).items():
            assert one.effect == pytest.approx(float(effects.sel(entity=hospital, measure=measure)), abs=1e-9)
            assert sum(p["value"] for p in one.paths) + one.rest == pytest.approx(one.effect, abs=1e-9)
            assert sum(one.rest_parts.values()) == pytest.approx(one.rest, abs=1e-9)
            size = sum(abs(p["value"]) for p in one.paths)
            visible = load_measures()[measure].visible
            sizes += size / visible
            unreached += abs(one.rest_parts["unreached"]) / visible
            for path in one.paths:
                assert path["nodes"][-1] == hospital
                assert len(path["relationships"]) == len(path["nodes"]) - 1
    assert unreached <= 0.03 * sizes + 1e-9  # what the line does not catch is small beside what it does


def test_the_same_whatever_the_block_and_the_workers() -> None:
    sample = random_sample(3)
    found = [
        explain(sample.system, sample.course, "hosp_0",
                settings=Settings(draws=7, years=2, block=block, workers=workers, start=sample.start))
        for block, workers in ((100, 1), (3, 2))
    ]  # fmt: skip
    for measure in MEASURES:
        one, other = (f[measure] for f in found)
        assert values(one) == pytest.approx(values(other), rel=1e-12, abs=1e-15)
        assert one.effect == pytest.approx(other.effect, rel=1e-12, abs=1e-15)


def test_no_effect_has_no_paths() -> None:
    system = small_system()
    same = parse_scenario(CONCENTRATE.replace("units = 2", "units = 3").encode(), "x")  # the three that do it
    for course in (Course(AS_OF), course_of(same, system, AS_OF)):
        for one in explain(system, course, "north", settings=Settings(draws=5, years=2)).values():
            assert (one.effect, one.paths, one.rest) == (0, (), 0)


def test_the_worst_set_is_explained_as_it_acts() -> None:
    system = small_system()
    course = course_of(parse_scenario(CONCENTRATE.encode(), "x"), system, AS_OF)
    settings = Settings(draws=10, years=2, grade_shares=False)
    means = what_if(system, course, settings).data["set_effect"].isel(year=-1)
    found = explain(system, course, "north", settings=settings, units=("south", "middle"))
    for measure, one in found.items():
        expected = means.sel(allocation="middle+south", entity="north", measure=measure)
        assert one.effect == pytest.approx(float(expected), abs=1e-9)
    assert found["posts_not_sustained"].paths[0]["nodes"] == ["heart", "septal", "north"]


def test_what_cannot_be_explained_is_refused() -> None:
    system = small_system()
    given = course_of(parse_scenario(GIVEN.encode(), "x"), system, AS_OF)
    open_ = course_of(parse_scenario(CONCENTRATE.encode(), "x"), system, AS_OF)
    few = Settings(draws=2, years=1)
    for course, wrong, message in (
        (given, {"units": ("south",)}, "leave --worst out"),
        (open_, {"units": ("south",)}, "no possible set"),
        (given, {"measures": ("hours_mean",)}, "choose from patients_relying"),
        (given, {"settings": Settings(draws=2, reading="full_product")}, "full_product"),
        (given, {"year": 2}, "from 0 to 1"),
    ):
        with pytest.raises(SettingError, match=message):
            explain(system, course, "north", **{"settings": few, **wrong})
    with pytest.raises(SettingError, match="no hospital of its own"):
        explain(system, given, "nowhere", settings=few)


def test_displacement_of_an_event_is_the_events() -> None:
    system = small_system()
    course = course_of(parse_scenario(EVENT.encode(), "x"), system, AS_OF)
    one = explain(system, course, "middle", settings=Settings(draws=6, years=2), year=1)["patients_displaced"]
    assert [p["nodes"] for p in one.paths] == [["event", "icu", "middle"]]
    assert one.effect > 0
    assert one.rest == pytest.approx(0, abs=1e-6)


def test_sentences_in_both_languages() -> None:
    system = small_system()
    course = course_of(parse_scenario(GIVEN.encode(), "x"), system, AS_OF)
    found = explain(system, course, "north", settings=Settings(draws=40, years=3))
    assert all(one.paths for one in found.values())
    for measure, one in found.items():
        for path in one.paths:
            for lang, word in (("sv", "Hjärtvård: "), ("en", "Heart care: ")):
                sentence = path_sentence(path, measure, names_in(system, "sv" if lang == "sv" else "en"),
                                         "sv" if lang == "sv" else "en")  # fmt: skip
                assert sentence.startswith(word)
                assert sentence.endswith(".")
                assert "explain_" not in sentence
                assert "{" not in sentence
    one = found["posts_not_sustained"]
    path = {**one.paths[0], "volume_change": -8.0, "level_change": -0.25, "value": 0.5}
    assert path_sentence(path, "posts_not_sustained", names_in(system, "en"), "en") == (
        "Heart care: 8.0 patients fewer a year at Northern Hospital → septal ablation keeps 25 % less of its level → "
        "0.50 more posts that the caseload does not sustain."
    )


def test_the_line_integrates_polynomials_exactly() -> None:
    line = line_of((0, 0.1, 0.5, 1))
    assert line.mean(line.times**9) == pytest.approx(0.1, abs=1e-14)


def test_the_rest_is_small_on_the_packaged_system(capsys: pytest.CaptureFixture[str]) -> None:
    system = load_sweden()
    course = course_of(read_scenario("hocm"), system, date.fromisoformat(system.settings["as_of"]))
    found = explain(system, course, "nus", settings=Settings(draws=10))
    shares = {m: abs(one.rest) / sum(abs(p["value"]) for p in one.paths) for m, one in found.items()}
    with capsys.disabled():
        print("\nhocm, Umeå: rest as a share of the paths:", {m: f"{s:.2%}" for m, s in shares.items()})  # noqa: T201
    assert max(shares.values()) < 0.1
    assert shares["patients_relying"] < 0.01
