"""Effect rows: means, intervals, worst and best, with and without the permit, shares."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest

from graph_schema import CareSystem
from impact import Result, Settings, effect_rows, load_measures, what_if
from impact.questions.causes import strongest
from impact.questions.effects import EffectTable
from impact.questions.grade_shares import assumed_share
from scenarios import Course, course_of, parse_scenario
from tests.courses import AS_OF
from tests.small_system import CONCENTRATE, GIVEN, small_system
from tests.synthetic import fixed_parameters, two_hospitals

DRAWS = 150


@cache
def run(content: str = CONCENTRATE) -> tuple[CareSystem, Result, list[dict[str, Any]]]:
    system = small_system()
    course = course_of(parse_scenario(content.encode(), "x"), system, AS_OF)
    result = what_if(system, course, Settings(draws=DRAWS, years=3))
    return system, result, effect_rows(result, system)


def harm(row: dict[str, Any], key: str) -> float:
    return float(row[key]) * (1 if row["harm"] == "up" else -1)


def test_effects_are_the_difference_of_the_two_worlds() -> None:
    _, result, rows = run()
    data = result.data
    difference = data["with"] - data["without"]
    for row in rows:
        if row["reading"] != "main":
            continue
        entity = row.get("hospital") or row.get("region") or row["national"]
        draws = difference.sel(year=row["year"], entity=entity, measure=row["measure"]).values
        assert row["effect"] == pytest.approx(np.nanmean(draws), abs=1e-12)
        assert row["low"] == pytest.approx(np.nanquantile(draws, 0.05), abs=1e-12)
        assert row["high"] == pytest.approx(np.nanquantile(draws, 0.95), abs=1e-12)


def test_worst_expected_and_best_stand_in_order_in_every_row() -> None:
    _, _, rows = run()
    main = [r for r in rows if r["reading"] == "main"]
    assert main
    for row in main:
        assert harm(row, "best") - 1e-9 <= harm(row, "effect") <= harm(row, "worst") + 1e-9, row


def test_the_worst_set_is_that_of_the_common_draws() -> None:
    _, result, rows = run()
    row = next(r for r in rows if r.get("hospital") == "north" and r["measure"] == "posts_not_sustained"
               and r["year"] == 3)  # fmt: skip
    means = result.data["set_effect"].sel(year=3, entity="north", measure="posts_not_sustained")
    assert "+".join(row["worst_units"]) == str(means["allocation"].values[int(np.argmax(means.values))])
    assert row["worst"] - row["best"] == pytest.approx(float(means.max() - means.min()))
    assert "north" not in row["worst_units"]


def test_with_and_without_the_permit_give_the_expected_effect() -> None:
    _, _, rows = run()
    known = [r for r in rows if r["if_granted"] is not None and r["if_not_granted"] is not None]
    assert known
    for row in known:
        weighted = row["p_granted"] * row["if_granted"] + (1 - row["p_granted"]) * row["if_not_granted"]
        spread = abs(row["if_granted"] - row["if_not_granted"])
        assert weighted == pytest.approx(row["effect"], abs=1.5 * spread / DRAWS + 1e-9)  # systematic draws


def test_chances_of_the_permit_add_up_to_the_units() -> None:
    _, _, rows = run()
    chances = {r["hospital"]: r["p_granted"] for r in rows if "hospital" in r}
    assert sum(chances.values()) == pytest.approx(2)
    assert all(r["p_granted"] is None for r in rows if "hospital" not in r)


def test_given_units_have_no_extremes_and_no_chances() -> None:
    _, result, rows = run(GIVEN)
    keys = ("worst", "best", "worst_units", "best_units", "if_granted", "if_not_granted", "p_granted",
            "allocation_share")  # fmt: skip
    assert {r[k] for r in rows for k in keys} == {None}
    assert "set_effect" not in result.data


def test_no_change_is_no_effect_and_highlights_no_worst_cell() -> None:
    system = small_system()
    rows = effect_rows(what_if(system, Course(AS_OF), Settings(draws=10, years=2)), system)
    assert {(r["effect"], r["low"], r["high"]) for r in rows} == {(0, 0, 0)}
    assert {r["worst_units"] for r in rows} == {None}
    assert {r["assumed_share"] for r in rows} == {None}


def test_three_units_for_three_hospitals_highlight_no_worst_cell() -> None:
    content = CONCENTRATE.replace("units = 2", "units = 3")
    _, _, rows = run(content)
    assert {r["worst_units"] for r in rows} == {None}
    for row in rows:
        if row["reading"] == "main" and row["worst"] is not None:
            assert row["worst"] == row["best"] == row["effect"]


def test_rows_are_in_a_fixed_order_north_to_south() -> None:
    _, _, rows = run()
    order = list(dict.fromkeys(r.get("hospital") or r.get("region") or r["national"] for r in rows))
    assert order[:3] == ["north", "middle", "south"]
    assert order[-1] == "national"
    measures = list(dict.fromkeys(r["measure"] for r in rows if r.get("hospital") == "north"))
    assert measures == [m for m in load_measures() if m in measures]
    assert effect_rows(run()[1], run()[0], (3,)) == [r for r in rows if r["year"] == 3]


def test_the_nation_is_the_sum_where_a_measure_is_summed() -> None:
    _, _, rows = run()
    for measure in load_measures().values():
        for year in (1, 3):
            found = [r for r in rows if r["measure"] == measure.id and r["year"] == year and r["reading"] == "main"]
            whole = [r for r in found if "national" in r]
            if measure.is_summed:
                assert sum(r["effect"] for r in found if "national" not in r) == pytest.approx(whole[0]["effect"])
            else:
                assert whole == []


def test_national_first_is_a_second_reading_of_displacement() -> None:
    _, _, rows = run()
    second = [r for r in rows if r["reading"] == "national_first"]
    assert {r["measure"] for r in second} == {"patients_displaced"}
    assert {r["worst"] for r in second} == {None}


def test_committed_is_the_drift_without_the_scenario() -> None:
    _, result, rows = run()
    for row in rows:
        if row["reading"] != "main" or "hospital" not in row:
            continue
        values = result.data["without"].sel(entity=row["hospital"], measure=row["measure"])
        drift = float((values.sel(year=row["year"]) - values.sel(year=0)).mean())
        assert row["committed"] == pytest.approx(drift, abs=1e-12)


def uncertain_travel(grade: str) -> CareSystem:
    """Two hospitals; only travel times are uncertain, all of one grade."""
    travels = [
        {"source_id": f"reg_{r}", "target_id": f"hosp_{h}", "hours_p50": (2, 1.5, 2.5), "hours_p50_grade": grade,
         "hours_p95": 4, "hours_p5": 0.5}
        for r in "ab"
        for h in "ab"
    ]  # fmt: skip
    return two_hospitals(TRAVELS=travels)


@pytest.mark.parametrize(("grade", "share"), [("assumed", 1.0), ("reported", 0.0)])
def test_all_assumed_is_one_and_none_is_zero(grade: str, share: float) -> None:
    system = uncertain_travel(grade)
    content = GIVEN.replace('"heart"', '"area"').replace('"south"', '"hosp_b"')
    course = course_of(parse_scenario(content.encode(), "x"), system, AS_OF)
    rows = effect_rows(what_if(system, course, Settings(draws=300, years=2)), system)
    shares = [r["assumed_share"] for r in rows if r["assumed_share"] is not None]
    assert shares
    # The model adds one assumed quantity, which history an area has, even where it has no choice: hence no exact 0.
    assert shares == pytest.approx([share] * len(shares), abs=0.03)


def test_share_of_a_known_sum() -> None:
    draws = np.random.default_rng(1)
    a, b = draws.normal(size=20000), draws.normal(size=20000)
    effect = 2 * a + b
    assert assumed_share(effect, 2 * a + np.roll(b, -1)) == pytest.approx(0.8, abs=0.03)
    assert assumed_share(np.ones(5), np.ones(5)) is None


def test_a_table_of_a_result_names_the_measures_of_the_registry() -> None:
    system, result, rows = run()
    table = EffectTable(result, system)
    assert table.row(0, 0, 0) is not None
    for row in rows:
        measure = load_measures()[row["measure"]]
        assert (row["perspective"], row["unit"], row["harm"]) == (measure.perspective, measure.unit, measure.harm)
        assert np.isfinite([row[k] for k in ("effect", "low", "high")]).all()
        assert row["cause"]


def test_research_comes_through_patients_and_a_lost_competence_through_the_one_that_is_lost() -> None:
    """Two decided areas: B loses many patients of `many`, few of `few`, whose competence alone it then loses.

    `common` stood below its need before and loses more posts.
    """
    areas = ("few", "many")
    system = two_hospitals(
        CareArea=[{"id": "few", "volume": 10}, {"id": "many", "volume": 100}],
        Competence=[{"id": "rare"}, {"id": "common"}],
        REQUIRES=[{"source_id": a, "target_id": c} for a, c in zip(areas, ("rare", "common"), strict=True)],
        STAFFS=[{"source_id": h, "target_id": c, "specialists": 4, "fte": f, "margin": m, "outside_caseload": e}
                for h in ("hosp_a", "hosp_b") for c, f, m, e in (("rare", 2, 1.1, 0), ("common", 90, 0.9, 500))],
        PROVIDES=[{"source_id": h, "target_id": a, "patients": n} for h in ("hosp_a", "hosp_b")
                  for a, n in (("few", 5), ("many", 50))],
        parameters=fixed_parameters(),
    )  # fmt: skip
    content = 'name = "x"\ntitle_sv = "x"\ntitle_en = "x"\n' + "".join(
        f'[[decisions]]\nkind = "concentrate"\narea = "{a}"\nunits = 1\nhospitals = ["hosp_a"]\n' for a in areas
    )
    course = course_of(parse_scenario(content.encode(), "x"), system, AS_OF)
    rows = effect_rows(what_if(system, course, Settings(draws=2, years=3)), system, (3,))
    cause = {r["measure"]: r["cause"] for r in rows if r.get("hospital") == "hosp_b" and r["reading"] == "main"}
    assert cause["research_caseload"] == ["few", "many", "hosp_b"]
    assert cause["competences_lost"] == ["few", "rare", "hosp_b"]
    assert cause["posts_not_sustained"] == ["few", "common", "hosp_b"]


def test_a_chain_goes_the_way_of_the_whole() -> None:
    values = np.array([-2.0, 1.5, 1.0, 0.0])
    assert strongest(values, np.arange(3)) == 1  # +0.5 in all, though the largest change is down
    assert strongest(values, np.array([0, 1])) == 0
    assert strongest(values, np.array([3])) is None
    assert strongest(values, np.array([], dtype=np.int64)) is None


def test_displacement_without_is_named_as_a_change() -> None:
    _, _, rows = run()
    changes = {r["measure"] for r in rows if r["baseline_is"] == "change_from_standing"}
    assert changes == {"patients_displaced"}  # no waiting times are stated in the small country
    below = [r["measure"] for r in rows if r["baseline_is"] == "level" and (r["baseline"] or 0) < 0]
    assert set(below) <= {"cases_to_breaking"}  # cases below the need: no count either, but a distance
