"""A repair solved by hand, and what small changes make of a scenario."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pytest

from graph_schema import SettingError
from impact import Settings, what_if
from impact.model.arrays import Floats
from impact.model.block import Block
from impact.model.structure import Structure, compile_structure
from impact.questions.floor_watch import FloorRow
from impact.questions.floors import Floor
from impact.questions.repair import Pushed, RepairSettings, repair, search
from impact.questions.repair_changes import Change, added_posts, changed_scenario, conflict
from impact.questions.repair_runs import pushed_share
from scenarios import CapacityEvent, Concentrate, Scenario, SofterForm, course_of, parse_scenario
from tests.courses import AS_OF
from tests.small_system import CONCENTRATE, EVENT, GIVEN, small_system
from tests.synthetic import two_hospitals

GIVEN_SOUTH = parse_scenario(GIVEN.encode(), "x")
TWO_UNITS = parse_scenario(CONCENTRATE.encode(), "x")
POST = Change("posts", "a", None, "c", 1.0)
TWO_POSTS = Change("posts", "a", None, "c", 2.0)
MOVE = Change("permit", "a", "area", "b")
OTHER = Change("posts", "b", None, "c", 1.0)
BED = Change("beds", "b", None, "icu", 1.0)


def helps(by: Mapping[Change, tuple[float, float]], before: tuple[float, float]) -> Pushed:
    """Two hospitals; each change lowers the share of draws in which they are pushed below by so much."""

    def pushed(changes: Sequence[Change]) -> Floats:
        return np.maximum(np.array(before) - np.array([by[c] for c in changes]).reshape(-1, 2).sum(axis=0), 0.0)

    return pushed


ALLOWED = np.array([0.1, 0.1])


def test_the_smaller_of_two_amounts_and_the_other_kind_by_hand() -> None:
    pushed = helps({POST: (0.3, 0), TWO_POSTS: (0.4, 0), MOVE: (0.5, 0), BED: (0, 0)}, (0.4, 0.0))
    assert search(pushed, ALLOWED, [POST, TWO_POSTS, MOVE, BED]) == [(MOVE,), (POST,)]


def test_more_posts_where_one_is_not_enough() -> None:
    pushed = helps({POST: (0.2, 0), TWO_POSTS: (0.4, 0)}, (0.4, 0.0))
    assert search(pushed, ALLOWED, [POST, TWO_POSTS]) == [(TWO_POSTS,)]


def test_two_hospitals_need_one_post_each() -> None:
    pushed = helps({POST: (0.3, 0), OTHER: (0, 0.3)}, (0.4, 0.4))
    assert search(pushed, ALLOWED, [POST, OTHER]) == [tuple(sorted((POST, OTHER), key=str))]


def test_two_kinds_together_where_neither_is_enough() -> None:
    pushed = helps({POST: (0.3, 0), BED: (0, 0.3)}, (0.4, 0.4))
    assert search(pushed, ALLOWED, [POST, BED]) == [tuple(sorted((POST, BED), key=str))]


def test_nothing_is_found_where_nothing_helps() -> None:
    assert search(helps({POST: (0, 0), BED: (0, 0)}, (0.4, 0.4)), ALLOWED, [POST, BED]) == []


def test_a_change_that_pushes_another_hospital_below_is_no_repair() -> None:
    assert search(helps({MOVE: (0.4, -0.3)}, (0.4, 0.0)), ALLOWED, [MOVE]) == []


def test_a_draw_that_is_below_without_the_scenario_does_not_count() -> None:
    floor = Floor("f", "university", "x", "absolute", "at_least", is_hard=True, threshold=1)
    rows = (FloorRow(floor, 0, 0), FloorRow(floor, 0, 1), FloorRow(floor, 1, 0))
    without = np.array([[1, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]], dtype=np.bool_)
    broken = np.array([[1, 1, 0, 0], [0, 1, 1, 0], [0, 0, 0, 0]], dtype=np.bool_)
    assert pushed_share(rows, 2, broken, without).tolist() == [0.5, 0.0]


def test_changes_that_contradict_one_another() -> None:
    assert conflict([POST, TWO_POSTS])
    assert conflict([MOVE, Change("permit", "c", "area", "b")])
    assert conflict([Change("softer_form", None, "area"), Change("softer_form", "a", "area")])
    assert not conflict([POST, OTHER, MOVE, BED])


def test_a_permit_moves_and_a_unit_is_added() -> None:
    system = small_system()
    moved = changed_scenario(GIVEN_SOUTH, [Change("permit", "north", "heart", "south")], system, AS_OF, 3)
    more = changed_scenario(GIVEN_SOUTH, [Change("unit", "north", "heart")], system, AS_OF, 3)
    open_ = changed_scenario(TWO_UNITS, [Change("unit", None, "heart")], system, AS_OF, 3)
    named = changed_scenario(TWO_UNITS, [Change("permit", "north", "heart")], system, AS_OF, 3)
    assert moved is not None
    assert more is not None
    assert open_ is not None
    assert named is not None
    assert moved.decisions == (Concentrate("heart", 1, ("north",)),)
    assert more.decisions == (Concentrate("heart", 2, ("north", "south")),)
    assert open_.decisions == (Concentrate("heart", 3),)
    decision = named.decisions[0]
    assert isinstance(decision, Concentrate)
    assert decision.hospitals is not None
    assert (len(decision.hospitals), "north" in decision.hospitals) == (2, True)
    assert GIVEN_SOUTH.decisions == (Concentrate("heart", 1, ("south",)),)


def test_a_softer_form_and_a_bed() -> None:
    changes = [Change("softer_form", "north", "heart", amount=0.5), Change("beds", "north", None, "icu", 2.0)]
    found = changed_scenario(GIVEN_SOUTH, changes, small_system(), AS_OF, 3)
    assert found is not None
    softer, event = found.decisions[-1], found.events[-1]
    assert isinstance(softer, SofterForm)
    assert isinstance(event, CapacityEvent)
    assert (softer.hospitals, softer.volume_share.value) == (("north",), 0.5)
    assert event.factor.value == pytest.approx(8 / 6)  # two beds more than six


def test_a_post_brings_the_caseload_that_a_post_needs_to_its_own_competence_alone() -> None:
    system = small_system()
    course = course_of(GIVEN_SOUTH, system, AS_OF)
    change = Change("posts", "north", None, "septal", 2.0)
    seen: list[bool] = []

    def adjust(structure: Structure, block: Block) -> Block:
        found = added_posts(structure, block, [change])
        levels, names = structure.competences, structure.competences.competences
        added = found.squeeze.outside - block.squeeze.outside
        for i in range(len(added)):
            place = structure.places.hospitals[int(levels.level_hospital[i])]
            mine = (place, names[int(levels.level_competence[i])]) == ("north", "septal")
            heads = np.maximum(block.values[levels.posts_slots[i]], 1.0)
            assert added[i] == pytest.approx(2 * block.squeeze.need[i] / heads if mine else 0.0)
            seen.append(mine)
        return found

    few = Settings(draws=10, years=3, grade_shares=False, sets=False)
    plain = what_if(system, course, few).data
    more = what_if(system, course, replace(few, adjust=adjust)).data
    assert sum(seen) == 1
    assert (plain["without"] == more["without"]).where(plain["without"].notnull(), other=True).all()
    lost = {k: d["with"].sel(entity="north", measure="posts_not_sustained").isel(year=-1) for k, d in
            (("plain", plain), ("more", more))}  # fmt: skip
    assert float(lost["more"].mean()) < float(lost["plain"].mean())
    assert compile_structure(system, course, 3, "today").places.hospitals[0] == "north"


def floor(threshold: float) -> Floor:
    return Floor("f", "university", "research_caseload", "absolute", "at_least", is_hard=True, threshold=threshold)


def test_nobody_pushed_is_nothing_to_repair() -> None:
    summer = parse_scenario(EVENT.encode(), "x")
    found = repair(small_system(), summer, AS_OF, (floor(60),), settings=RepairSettings(draws=10, years=3))
    assert (found["pushed"], found["alternatives"], found["tried"]) == ([], [], 0)


def test_where_nobody_is_pushed_in_too_many_draws_the_closest_are_named() -> None:
    """The floor lies where north stands with the scenario in the middle of the draws."""
    system, few = small_system(), Settings(draws=10, years=3, grade_shares=False, sets=False)
    data = what_if(system, course_of(GIVEN_SOUTH, system, AS_OF), few).data
    north = data["with"].sel(entity="north", measure="research_caseload").isel(year=-1)
    settings = RepairSettings(draws=10, years=3, alpha=0.99)
    found = repair(system, GIVEN_SOUTH, AS_OF, (floor(float(north.median())),), settings=settings)
    assert (found["pushed"], found["alternatives"], found["tried"]) == ([], [], 0)
    shares = [r["p_pushed"] for r in found["nearest"]]
    assert shares
    assert 0 < shares[-1] <= shares[0] <= 0.99
    assert shares == sorted(shares, reverse=True)
    strict = replace(settings, alpha=shares[-1] / 2)
    assert repair(system, GIVEN_SOUTH, AS_OF, (floor(float(north.median())),), settings=strict)["nearest"] == []


def test_the_repair_of_two_hospitals_by_hand() -> None:
    """Five patients each; all ten go to B. A's floor is at four fifths of its five patients, then at two fifths.

    Another permit only turns the loss round. A second unit gives both their five. A softer form keeps half of A's five,
    or a quarter: enough for the lower floor alone, and there only the half.
    """
    system = two_hospitals()
    taken = Scenario("taken", decisions=(Concentrate("area", 1, ("hosp_b",)),))
    few = Settings(draws=4, years=3, grade_shares=False, sets=False)
    data = what_if(system, course_of(taken, system, AS_OF), few).data
    whole = float(data["without"].sel(entity="hosp_a", measure="research_caseload").isel(year=-1).mean())
    assert whole > 0
    unit = {"kind": "unit", "hospital": "hosp_a", "area": "area", "other": None, "amount": 1.0}
    half = {"kind": "softer_form", "hospital": "hosp_a", "area": "area", "other": None, "amount": 0.5}
    for share, wanted in ((0.8, [[unit]]), (0.4, [[unit], [half]])):
        found = repair(system, taken, AS_OF, (floor(share * whole),), settings=RepairSettings(draws=4, years=3))
        assert [(r["hospital"], r["p_pushed"]) for r in found["pushed"]] == [("hosp_a", 1.0)]
        assert [a["changes"] for a in found["alternatives"]] == wanted
        for alternative in found["alternatives"]:
            assert alternative["floors_kept"][0]["p_pushed"] == 0.0
            assert alternative["floors_kept"][0]["p_pushed_before"] == 1.0
        assert found["alternatives"][0]["counts"]["units"] == 1.0
        assert found["not_verified"] == []


def test_where_nothing_helps_the_answer_is_empty_and_says_how_much_was_tried() -> None:
    taken = Scenario("taken", decisions=(Concentrate("area", 1, ("hosp_b",)),))
    unreachable = Floor(
        "f", "university", "patients_at_needed_volume", "absolute", "at_least", is_hard=True, threshold=0
    )
    lost = Floor("f", "university", "holders_left", "absolute", "at_least", is_hard=True, threshold=1)
    settings = RepairSettings(draws=4, years=3)
    assert repair(two_hospitals(), taken, AS_OF, (unreachable,), settings=settings)["pushed"] == []
    found = repair(two_hospitals(), taken, AS_OF, (lost,), settings=settings)
    assert [r["hospital"] for r in found["pushed"]] == ["hosp_b"]
    assert found["tried"] > 0


def test_an_impossible_alpha_is_refused() -> None:
    with pytest.raises(SettingError, match=r"alpha = 1\.5"):
        RepairSettings(alpha=1.5).check()
