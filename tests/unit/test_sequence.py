"""Orders of decisions, their reversal, and the pace of the pipeline."""

from __future__ import annotations

import datetime as dt

import pytest

from graph_schema import Record, SettingError
from impact import Settings
from impact.questions.sequence import orders_of, pace, sequence
from scenarios import Scenario
from scenarios.orders import all_at_once, in_reverse, not_applied_for, undone_after
from scenarios.quantities import share
from scenarios.values import Concentrate, OpenArea, Refuse, SofterForm
from tests.small_system import small_system

AS_OF = dt.date(2025, 12, 31)
AFTER = dt.date(2026, 1, 1)
TWO = Scenario(
    "two",
    decisions=(
        Concentrate("heart", 1, ("south",), date=dt.date(2026, 7, 1)),
        Concentrate("valve", 1, ("south",), date=dt.date(2029, 7, 1)),
    ),
)


def days(scenario: Scenario) -> dict[str, dt.date | None]:
    return {d.area: d.date for d in scenario.decisions}


def test_reversed_days_are_the_same_days_dealt_out_the_other_way() -> None:
    assert days(in_reverse(TWO, AFTER)) == {"heart": dt.date(2029, 7, 1), "valve": dt.date(2026, 7, 1)}
    assert in_reverse(in_reverse(TWO, AFTER), AFTER) == TWO
    assert set(days(all_at_once(TWO, AFTER)).values()) == {dt.date(2026, 7, 1)}


def test_what_acts_with_another_decision_moves_with_it() -> None:
    form = SofterForm("heart", "partner", share(0.4))
    dated = SofterForm("heart", "partner", share(0.4), date=dt.date(2027, 7, 1))
    for softer, wanted in ((form, None), (dated, dt.date(2030, 7, 1))):
        moved = in_reverse(Scenario("x", decisions=(*TWO.decisions, softer)), AFTER)
        assert moved.decisions[-1].date == wanted


def test_one_area_is_no_sequence_and_given_holders_cannot_be_passive() -> None:
    with pytest.raises(SettingError, match="at least two areas"):
        in_reverse(Scenario("one", decisions=TWO.decisions[:1]), AFTER)
    with pytest.raises(SettingError, match="all holders are given"):
        not_applied_for(TWO, "north", AFTER)


def test_a_passive_hospital_is_refused_where_the_holders_are_unknown() -> None:
    open_ = Scenario("open", decisions=(Concentrate("heart", 1), Concentrate("valve", 1, ("south",))))
    assert not_applied_for(open_, "north", AFTER).decisions[-1] == Refuse("heart", "north", date=AFTER)


def test_undone_gives_back_to_those_who_provide_today() -> None:
    undone = undone_after(TWO, small_system(), 3, AFTER).decisions[2:]
    assert undone == (
        OpenArea("heart", ("middle", "north", "south"), permit=False, date=dt.date(2032, 7, 1)),
        OpenArea("valve", ("middle", "north", "south"), permit=False, date=dt.date(2032, 7, 1)),
    )


def test_the_same_order_has_no_order_effect_and_everything_comes_back_where_nothing_has_memory() -> None:
    system = small_system()
    orders = dict(orders_of(TWO, system, AS_OF, 2, None))
    settings = Settings(draws=6, years=12)
    found = sequence(system, {**orders, "reversed": orders["given"]}, AS_OF, settings)
    assert found["order_effect"] == []
    patients = [r for r in found["not_regained"] if r["measure"] == "research_caseload"]
    assert patients
    for row in patients:  # the patients come back at once, but for what attraction remembers
        assert abs(row["share_left"]) < 0.1
    competences = [r for r in found["not_regained"] if r["measure"] == "patients_without_full_competence"]
    for row in competences:
        assert 0 <= row["share_left"] < 1


def test_rows_of_all_orders_are_effect_rows_on_the_same_draws() -> None:
    system = small_system()
    found = sequence(system, orders_of(TWO, system, AS_OF, None, None), AS_OF, Settings(draws=4, years=6))
    labels = {r["order"] for r in found["rows"]}
    assert labels == {"given", "reversed", "together"}
    baselines: dict[tuple[str, str, int], list[float]] = {}
    for row in found["rows"]:
        if "hospital" in row and row["reading"] == "main":
            baselines.setdefault((row["hospital"], row["measure"], row["year"]), []).append(row["baseline"] or 0.0)
    for values in baselines.values():  # a year cut at other days gives the same but for rounding
        assert values == pytest.approx([values[0]] * len(values), rel=1e-3, abs=1e-6)
    assert found["order_effect"]  # at the horizon the later decision has had less time to act


def test_the_pace_is_that_of_the_case_log() -> None:
    found = pace(small_system(), AS_OF)
    assert found["in_pipeline"] == 1
    assert found["areas_a_year"] == 0
    assert found["years_to_empty"] is None
    system = small_system()
    started = Record("Decision", {"id": "d_start", "body": "socialstyrelsen", "kind": "started", "date": "2019-01-01"})
    concern = Record("CONCERNS", {"source_id": "d_start", "target_id": "liver"})
    known = system.replace(Decision=(*system.rows["Decision"], started), CONCERNS=(*system.rows["CONCERNS"], concern))
    assert pace(known, AS_OF)["years_from_start_to_permit"] == 2  # permits from 2021
    assert pace(known, dt.date(2022, 6, 1))["areas_a_year"] == pytest.approx(1 / 3)
