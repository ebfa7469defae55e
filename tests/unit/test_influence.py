"""Influence of assumptions: known shares, no influence where there is none, and claims beside estimates."""

from __future__ import annotations

import numpy as np
import pytest

from graph_schema import Quantity
from impact.model.draws import SlotTable
from impact.questions.accumulated_today import accumulated_today
from impact.questions.claims import claims_beside_estimates
from impact.questions.influence import assumption_rows, group_influence
from tests.small_system import small_system

DRAWS = 4000


def table_of(count: int) -> SlotTable:
    quantities = tuple(Quantity(1.0, 0.5, 1.5, "1", "assumed", f"a_{i}", "linear") for i in range(count))
    return SlotTable(tuple(f"q{i}" for i in range(count)), quantities, (0,) * count)


def test_shares_of_a_sum_are_those_of_its_terms() -> None:
    table = table_of(3)
    values = table.draw(1, 0, DRAWS)
    outcome = (2 * values[0] + values[1])[None]
    found = group_influence(table, values, outcome, {"first": [0], "second": [1], "third": [2], "both": [0, 1]})
    assert found["first"][0][0] == pytest.approx(0.8, abs=0.04)  # rank correlations are a little smaller
    assert found["second"][0][0] == pytest.approx(0.2, abs=0.05)
    assert found["third"][0][0] == pytest.approx(0.0, abs=3 * found["third"][1])
    assert found["both"][0][0] == pytest.approx(found["first"][0][0] + found["second"][0][0])


def test_many_quantities_without_influence_have_none_together() -> None:
    table = table_of(300)
    values = table.draw(1, 0, 500)
    noise = np.random.default_rng(3).normal(size=(1, 500))
    share, error = group_influence(table, values, noise, {"all": list(range(300))})["all"]
    assert abs(share[0]) < 4 * error  # plain squared correlations would add up to 0.6


def test_certain_quantities_have_no_share() -> None:
    certain = SlotTable(("q",), (Quantity(1.0, 1.0, 1.0, "1", "assumed", "a", "linear"),), (0,))
    assert group_influence(certain, np.ones((1, 10)), np.arange(10.0)[None], {"a": [0]})["a"][0][0] == 0


def test_the_register_comes_most_influential_first_with_what_is_known_of_it() -> None:
    system = small_system()
    found = accumulated_today(system, draws=200)
    name = next(r.key[0] for r in system.rows["assumptions"])
    slot = next(i for i, q in enumerate(found.structure.table.quantities)
                if q.grade == "assumed" and name in q.sources and not q.is_certain)  # fmt: skip
    rows = assumption_rows(system, found.structure.table, found.values, found.values[slot : slot + 1], ["itself"])
    assert [r["influence"] for r in rows] == sorted((r["influence"] for r in rows), reverse=True)
    assert rows[0]["assumption"] == name
    assert rows[0]["influence"] == pytest.approx(1, abs=0.3)
    assert rows[0]["most_on"] == "itself"
    assert {"statement", "quality", "pedigree", "question_sv", "addressee", "numbers", "se"} <= rows[0].keys()


def test_an_answer_that_does_not_vary_moves_nothing() -> None:
    system = small_system()
    found = accumulated_today(system, draws=20)
    rows = assumption_rows(system, found.structure.table, found.values, np.zeros((1, 20)), ["nothing"])
    assert {r["influence"] for r in rows} == {0.0}


def test_nothing_is_accumulated_where_nothing_was_decided() -> None:
    system = small_system()
    undecided = system.replace(PROVIDES=[r for r in system.rows["PROVIDES"] if not r.flag("permit")])
    effect = accumulated_today(undecided, draws=10).effect
    assert np.nanmax(np.abs(effect)) < 1e-9
    moved = accumulated_today(system, draws=10)
    areas = moved.structure.activity.areas
    assert moved.moved[areas.index("liver")].mean() > 0
    assert moved.moved[areas.index("heart")].max() < 1e-9


def test_claims_stand_beside_the_effect_at_their_hospital_or_the_patients_moved_of_their_area() -> None:
    base = {"id": "c", "area": "", "hospital": "", "perspective": "neighbouring_areas"}
    claims = [
        {**base, "hospital": "north"},
        {**base, "area": "liver"},
        {**base, "perspective": "process", "area": "liver"},
        base,
    ]
    system = small_system()
    north, liver, process, general = claims_beside_estimates(system, claims, draws=20)
    found = accumulated_today(system, draws=20)
    effect = found.of("north", "patients_without_full_competence")
    assert north["estimate"] == pytest.approx(effect.mean())
    assert north["low"] <= north["estimate"] <= north["high"]
    row = found.structure.activity.areas.index("liver")
    assert (liver["measure"], liver["estimate"]) == ("patients_moved", pytest.approx(found.moved[row].mean()))
    assert process["estimate"] is None
    assert general["where"] == ["north"]  # the only one below the median share of university care
