"""The value of information: by hand, its null, and the floors that it rests on."""

from __future__ import annotations

import numpy as np
import pytest

from graph_schema import CareSystem, SettingError
from impact import Settings, load_measures, what_if
from impact.model.structure import compile_structure
from impact.questions.floor_breaks import FloorRuns, blocks, smaller_university_hospitals
from impact.questions.floor_breaks import _further as further
from impact.questions.floors import Floor, is_broken
from impact.questions.information import Estimate, Information, standard_ranks
from impact.questions.null_law import NullLaw
from impact.questions.question_groups import KINDS, kind_of, questions_of
from impact.questions.unknowns import Asked, unknowns
from impact.questions.verdicts import bin_sizes, decision_loss, prior_verdict, raw_evppi
from interface.texts import has_text
from interface.unknowns_view import question_text
from loaders import load_sweden
from scenarios import Course, course_of, parse_scenario
from tests.courses import AS_OF
from tests.small_system import CONCENTRATE, GIVEN, small_system

DRAWS = 4000


def given() -> Course:
    return course_of(parse_scenario(GIVEN.encode(), "given"), small_system(), AS_OF)


def concentrated() -> Course:
    return course_of(parse_scenario(CONCENTRATE.encode(), "two"), small_system(), AS_OF)


def told(ranks: np.ndarray, broken: np.ndarray, threshold: float, members: tuple[int, ...] = (0,)) -> Estimate:
    information = Information(ranks, broken)
    counts = information.group_counts([members])[0]
    return information.estimate(counts, threshold, NullLaw(broken, threshold, 10))


def with_chance(chance: np.ndarray) -> np.ndarray:
    """Broken draws of a column that runs upwards: in each tenth exactly the stated share, spread evenly."""
    size = DRAWS // len(chance)
    place = np.arange(size)
    return np.concatenate([np.floor((place + 1) * p + 1e-9) > np.floor(place * p + 1e-9) for p in chance])


UPWARDS = standard_ranks(np.arange(DRAWS, dtype=np.float64)[None])


# ------------------------------------------------------------------------------------------- the loss


def test_to_object_is_better_just_above_the_threshold() -> None:
    for threshold in (0.1, 0.25, 0.5):
        p = np.linspace(0, 1, 1001)
        objecting, passing = (1 - p) * threshold / (1 - threshold), p
        assert decision_loss(p, threshold) == pytest.approx(np.minimum(objecting, passing))
        inside = np.abs(p - threshold) > 1e-9
        assert ((objecting < passing) == prior_verdict(p, threshold))[inside].all()
    assert decision_loss(np.array([0.2, 0.4]), 0.25) == pytest.approx([0.2, 0.2])


@pytest.mark.parametrize("threshold", [0.0, 1.0, -0.1, float("nan")])
def test_a_loss_that_counts_only_harm_is_refused(threshold: float) -> None:
    with pytest.raises(SettingError, match="every value of information is zero"):
        decision_loss(0.3, threshold)
    with pytest.raises(SettingError, match="only harm"):
        unknowns(small_system(), Course(AS_OF), Asked(thresholds=(0.25, threshold)), Settings(draws=100))


# ------------------------------------------------------------------------------------------- by hand


def test_two_points_by_hand() -> None:
    """Half of the draws break with 0.1, half with 0.7: P(F) = 0.4."""
    broken = with_chance(np.repeat([0.1, 0.7], 5))
    assert broken.mean() == pytest.approx(0.4)
    counts = Information(UPWARDS, broken).column_counts()[0]
    sizes = bin_sizes(DRAWS)
    assert raw_evppi(counts, sizes, 0.5) == pytest.approx(0.4 - (0.1 + 0.3) / 2)
    assert raw_evppi(counts, sizes, 0.25) == pytest.approx(0.6 / 3 - (0.1 + 0.3 / 3) / 2)
    found = told(UPWARDS, broken, 0.5)
    assert (found.changes, found.lowest, found.highest, found.is_told) == (0.5, 0.1, 0.7, True)
    assert found.evppi == pytest.approx(0.2, abs=0.002)
    assert 0 < found.se < 0.02
    assert told(UPWARDS, broken, 0.25).changes == 0.5


def test_what_never_moves_the_chance_across_the_threshold_is_worth_nothing() -> None:
    broken = with_chance(np.linspace(0.05, 0.4, 10))
    found = told(UPWARDS, broken, 0.5)
    assert (found.evppi, found.changes, found.is_told) == (0.0, 0.0, False)
    assert found.evppi <= 2 * found.se + 1e-12
    assert told(UPWARDS, broken, 0.25).evppi > 0  # it does move it across this one


@pytest.mark.parametrize("threshold", [0.1, 0.25, 0.5])
def test_all_known_is_worth_the_whole_loss(threshold: float) -> None:
    broken = with_chance(np.repeat([0.0, 1.0], [7, 3]))
    counts = Information(UPWARDS, broken).column_counts()[0]
    assert raw_evppi(counts, bin_sizes(DRAWS), threshold) == pytest.approx(float(decision_loss(0.3, threshold)))


def test_no_question_is_worth_more_than_all_known() -> None:
    rng = np.random.default_rng(1)
    values = rng.random((5, DRAWS))
    broken = rng.random(DRAWS) < values[0] ** 2
    information = Information(standard_ranks(values), broken)
    raw = raw_evppi(information.column_counts(), information.sizes, 0.25)
    assert (raw <= decision_loss(broken.mean(), 0.25)).all()
    assert (raw >= -1e-12).all()


# ------------------------------------------------------------------------------------------- the null


def test_of_a_thousand_columns_without_influence_none_is_told() -> None:
    draws, columns, seeds = 500, 1000, 200
    broken = np.arange(draws) % 4 == 0
    for threshold in (0.1, 0.25, 0.3):
        null = NullLaw(broken, threshold, columns)
        none = 0
        means: list[float] = []
        for seed in range(seeds):
            order = np.argsort(np.random.default_rng(seed).random((columns, draws)), axis=1)
            starts = np.cumsum(bin_sizes(draws)) - bin_sizes(draws)
            counts = np.add.reduceat(broken[order].astype(np.int64), starts, axis=1)
            raw = raw_evppi(counts, bin_sizes(draws), threshold)
            none += int((raw <= null.largest + 1e-12).all())
            means.append(float(raw.mean()))
        assert none >= 0.95 * seeds - 2 * np.sqrt(0.95 * 0.05 * seeds), threshold
        assert np.mean(means) == pytest.approx(null.mean, rel=0.05)
        assert (
            null.largest < 0.1 * decision_loss(0.25, threshold) + 10 * null.mean
        )  # a bound that nothing could pass would show nothing either


def test_groups_without_influence_are_not_told_however_many_numbers_they_have() -> None:
    found = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        ranks, broken = standard_ranks(rng.random((300, 1000))), rng.random(1000) < 0.25
        information = Information(ranks, broken)
        groups = (range(300), range(40), (3, 4))
        null = NullLaw(broken, 0.25, len(groups))
        counts = information.group_counts(groups)
        found += any(information.estimate(c, 0.25, null).is_told for c in counts)
    assert found <= 4  # 1 expected


def test_the_null_maximum_grows_with_the_number_of_questions() -> None:
    broken = np.arange(DRAWS) % 4 == 0
    largest = [NullLaw(broken, 0.25, n).largest for n in (1, 100, 20_000)]
    assert largest[0] < largest[1] < largest[2]


# ------------------------------------------------------------------------------------------- questions


def test_every_quantity_of_the_packaged_dataset_is_asked_for_by_a_person() -> None:
    system = load_sweden()
    table = compile_structure(system, Course(AS_OF), 1, "today").table
    asked = questions_of(system, table)
    uncertain = {i for i, q in enumerate(table.quantities) if not q.is_certain}
    assert {m for q in asked for m in q.members} == uncertain
    grouped = {m for q in asked if q.group not in ("quantity", "assumption") for m in q.members}
    alone = {m for q in asked if q.group == "quantity" for m in q.members}
    assert grouped | alone == uncertain
    assert len({q.members for q in asked}) == len(asked) == len({q.quantity for q in asked})
    by_name = {q.quantity: q for q in asked}
    criticality = by_name["hocm:criticality"]
    assert len(criticality.members) > 5
    assert all(table.ids[m].startswith("hocm.") and table.ids[m].endswith(".criticality") for m in criticality.members)
    assert by_name["level_exponent"].assumption == "a_model_level_exponent"
    assert {"orebro:staffing", "orebro:outside_caseload", "parameters", "travel"} <= by_name.keys()
    names = {i: r.text("name_sv") for i, r in system.nodes.items()}
    texts = [question_text({"kind": q.kind, "nodes": q.nodes, "quantity": q.quantity}, names, lang)
             for q in asked if q.assumption is None for lang in ("sv", "en")]  # fmt: skip
    assert all(t.endswith("?") and "{" not in t for t in texts)


def test_a_single_number_is_asked_for_by_itself() -> None:
    system = load_sweden()
    names = {i: r.text("name_sv") for i, r in system.nodes.items()}

    def asked(kind: str, nodes: tuple[str, ...], quantity: str, group: str = "quantity") -> str:
        return question_text({"kind": kind, "nodes": nodes, "quantity": quantity, "group": group}, names, "sv")

    assert "minst" in asked("competence", ("sp_radiologi",), "sp_radiologi.v_min")
    assert "varje sjukhus" in asked("competence", ("sp_radiologi",), "sp_radiologi:competence", "competence")
    assert asked("history", ("metabol",), "metabol.history") != asked(
        "history", ("metabol",), "metabol:history", "area"
    )
    assert asked("staffing", ("nus", "sp_radiologi"), "nus.staffs.sp_radiologi.specialists").count("hur många") == 0
    assert names["nus"] in asked("outside_caseload", ("nus", "sp_radiologi"), "nus.child_fraction.sp_radiologi")
    table = compile_structure(system, Course(AS_OF), 1, "today").table
    texts = [asked(q.kind, q.nodes, q.quantity, q.group) for q in questions_of(system, table) if q.assumption is None]
    assert not [t for t in texts if "_" in t or "{" in t or not t.endswith("?")]  # no identifier in a question


def test_every_kind_of_question_has_words() -> None:
    assert [k for k in KINDS if k != "assumption" and not has_text(f"unknowns_ask_{k}")] == []


@pytest.mark.parametrize(
    ("identifier", "expected"),
    [
        ("heart.requires.septal.criticality", ("area", "criticality", ("heart", "septal"))),
        ("north.split.heart", ("area", "volume", ("heart", "north"))),
        ("north.before.liver", ("area", "history", ("liver", "north"))),
        ("north.staffs.septal.margin", ("hospital", "margin", ("north", "septal"))),
        ("north.outside_ratio.septal", ("hospital", "outside_caseload", ("north", "septal"))),
        ("north.operates.icu._.occupancy", ("hospital", "resources", ("north", "icu"))),
        ("route_share", ("parameters", "parameter", ())),
    ],
)
def test_kinds_by_id(identifier: str, expected: tuple[str, str, tuple[str, ...]]) -> None:
    assert kind_of(small_system(), identifier) == expected


# ------------------------------------------------------------------------------------------- floors in runs


def test_floors_are_those_of_the_whole_run() -> None:
    system, settings = small_system(), Settings(draws=140, years=3, workers=1, grade_shares=False)
    runs = FloorRuns(system, concentrated(), settings, ("north", "middle", "south"))
    found = runs.main()
    data = what_if(system, concentrated(), settings).data
    measures = list(load_measures())
    for r, (hospital, floor) in enumerate(runs.rows):
        none = data["none"].sel(entity=hospital, measure=floor.measure).values
        for world, kept in (("without", found.without), ("with", found.scenario)):
            values = data[world].sel(entity=hospital, measure=floor.measure).values
            assert (is_broken(floor, values, none, 0.1).any(axis=1) == kept[r]).all()
    effect = (data["with"] - data["without"]).isel(year=-1).sel(entity=["north", "middle", "south"])
    expected = effect.values[:, :, measures.index("patients_without_full_competence")].sum(axis=1)
    assert found.effect == pytest.approx(expected, rel=1e-9, abs=1e-9)
    assert 0 < found.scenario.mean() < 1


def test_new_breaks_are_those_of_the_scenario_alone() -> None:
    runs = FloorRuns(small_system(), given(), Settings(draws=100, years=3), ("middle", "south"))
    found = runs.main()
    assert (found.broken("new") <= found.broken("deeper")).all()
    assert (found.broken("deeper") <= found.broken("all")).all()
    assert not (found.rows_broken("new") & found.without).any()
    assert 0 < found.broken("new").mean() < found.broken("all").mean()
    nothing = FloorRuns(small_system(), Course(AS_OF), Settings(draws=20, years=3), ("middle",)).main()
    assert not nothing.broken("deeper").any()
    assert nothing.broken("all").any()


def test_deeper_is_beyond_the_floor_and_worse_than_without_by_more_than_the_tolerance_two_years_running() -> None:
    floor = Floor("f", "university", "competences_lost", "relative", "at_most", is_hard=True, threshold=None)
    change = np.array([[0.0, 2.0, 2.0, 0.5, 2.0], [0.0, 1.0, 1.0, 1.0, 1.0], [0.0, -2.0, -2.0, -2.0, -2.0]])
    found = further(floor, change, np.full(3, 10.0), 0.1)
    assert found.tolist() == [[False, False, True, False, False], [False] * 5, [False] * 5]
    least = Floor("f", "university", "x", "absolute", "at_least", is_hard=True, threshold=10)
    assert further(least, change, np.zeros(3), 0.1)[2].tolist() == [False, False, True, True, True]


def test_the_hospital_below_the_median_is_looked_at_by_default() -> None:
    assert smaller_university_hospitals(small_system()) == ("north",)
    assert smaller_university_hospitals(load_sweden()) == ("nus", "orebro", "linkoping")


def test_a_hospital_without_a_hard_floor_is_refused() -> None:
    system: CareSystem = small_system().replace(floors=[])
    with pytest.raises(SettingError, match="no hard floor"):
        FloorRuns(system, Course(AS_OF), Settings(), ("north",))


# ------------------------------------------------------------------------------------------- the answer


def test_the_answer_names_what_moves_the_floor_and_nothing_else() -> None:
    asked = Asked(("middle",), (0.25, 0.5), total_order=1)
    found = unknowns(small_system(), given(), asked, Settings(draws=400, years=3, workers=2))
    assert found == unknowns(small_system(), given(), asked, Settings(draws=400, years=3, workers=1))
    first, second = found["verdicts"]
    assert first["p_floor"] == second["p_floor"] == pytest.approx(found["floors"][0]["p_new"])
    assert first["all_known"] == pytest.approx(float(decision_loss(first["p_floor"], 0.25)))
    rows = [r for r in found["rows"] if r["objection_threshold"] == 0.25]
    assert rows[0]["quantity"] == "outside_research_share"  # the caseload that the floor is about
    assert all(r["evppi"] + r["null_evppi"] > first["null_maximum"] for r in rows)
    assert all(r["p_floor_lowest"] < first["p_floor"] < r["p_floor_highest"] for r in rows)
    assert [r["total_order"] is not None for r in rows] == [True] + [False] * (len(rows) - 1)
    assert {s["outcome"] for s in found["grade_shares"]} == {"floor_breaks", "patients_without_full_competence"}
    assert all(0 <= s["assumed_share"] <= 1 for s in found["grade_shares"])


def test_a_scenario_that_changes_nothing_asks_nothing() -> None:
    found = unknowns(small_system(), Course(AS_OF), Asked(("middle",)), Settings(draws=100, years=2))
    assert found["rows"] == []
    assert {(v["p_floor"], v["objects"], v["all_known"]) for v in found["verdicts"]} == {(0.0, False, 0.0)}
    assert {s["assumed_share"] for s in found["grade_shares"]} == {None}


def test_too_few_draws_are_refused() -> None:
    with pytest.raises(SettingError, match="draws = 99"):
        unknowns(small_system(), Course(AS_OF), Asked(), Settings(draws=99))


def test_crossed_draws_take_what_is_replaced_from_the_second_half() -> None:
    runs = FloorRuns(small_system(), given(), Settings(draws=256, years=2), ("middle", "south"))
    found = runs.main()
    slots = len(runs.structure.table.ids)
    none, every = np.zeros(slots, dtype=np.bool_), np.ones(slots, dtype=np.bool_)
    assert (runs.crossed(128, none, other_sets=False).effect == found.effect[:128]).all()
    assert (runs.crossed(128, every, other_sets=True).effect == found.effect[128:]).all()
    travel = np.array(["hours_p5" in name for name in runs.structure.table.ids])
    assert runs.crossed(128, travel, other_sets=False).effect == pytest.approx(found.effect[:128], rel=0.01, abs=0.1)
    assert blocks(256) == 2


def test_a_question_has_a_share_with_interactions_and_one_by_another_estimator() -> None:
    found = unknowns(
        small_system(), given(), Asked(("middle",), (0.25,), total_order=2), Settings(draws=400, years=3, workers=1)
    )
    row = found["rows"][0]
    assert 0 <= row["total_order"] <= 1 + 3 * row["total_order_se"]
    error = np.hypot(row["first_order_check_se"], row["total_order_se"])
    assert row["first_order_check"] <= row["total_order"] + 3 * error
    assert abs(row["first_order_check"] - row["first_order"]) < 3 * row["first_order_check_se"] + 0.02
