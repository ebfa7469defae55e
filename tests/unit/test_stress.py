"""Stress: sole providers, equal units, pairs, the return of a competence by hand, the same as a scenario."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph_schema import CareSystem, Quantity, ScenarioConflict, SettingError, StoreError
from impact.questions import outages
from impact.questions.outages import Bench, Loss, Outage
from impact.questions.stress import event_row, losses, overlap, pair_row, pair_rows
from impact.questions.stress_cases import Case, cases_of, event_cases, unit_cases
from interface.stress_causes import add_sentences
from scenarios import Closure, Course, FactorChange, factor
from scenarios.stress_events import find_event, months_after, read_stress_events
from tests.courses import AS_OF
from tests.model_runs import model_run
from tests.small_system import small_system
from tests.synthetic import fixed_parameters, two_hospitals

YEAR_2027 = date(2027, 1, 1)


def provided(**capacity: float) -> list[dict[str, Any]]:
    return [{"source_id": h, "target_id": "area", "patients": 5, "capacity": c} for h, c in capacity.items()]


def shut(bench: Bench, *closures: tuple[str, str | None], months: int = 12) -> Loss:
    return bench.loss(Outage(months, closures))


def at(bench: Bench, hospital: str) -> int:
    return bench.structure.places.hospital_of[hospital]


def change(kind: Any, hospital: str | None, target: str | None, value: Quantity | float) -> FactorChange:
    number = factor(value) if isinstance(value, float) else value
    return FactorChange(date(2026, 1, 1), YEAR_2027, kind, hospital, target, None, number, "test.factor")


@pytest.fixture(scope="module")
def small() -> Bench:
    return Bench(small_system(), AS_OF, draws=12)


def test_nobody_takes_the_patients_of_a_sole_provider() -> None:
    bench = Bench(two_hospitals(PROVIDES=provided(hosp_a=6)), AS_OF, draws=3)
    for months, share in ((12, 1.0), (3, 90 / 365), (12, 1.0)):
        loss = shut(bench, ("hosp_a", "area"), months=months)
        np.testing.assert_allclose(loss.not_taken, 5 * share, rtol=1e-12)
        np.testing.assert_allclose(loss.hit, 5 * share, rtol=1e-12)
        np.testing.assert_allclose(loss.received.sum(axis=0), -5 * share, rtol=1e-12)
        assert loss.received.max() <= 0
    assert [c.providers for c in unit_cases(bench, 12)] == [1]


def test_an_outage_longer_than_a_year_adds_the_years() -> None:
    bench = Bench(two_hospitals(PROVIDES=provided(hosp_a=6)), AS_OF, draws=3, longest=18)
    loss = shut(bench, ("hosp_a", None), months=18)
    np.testing.assert_allclose(loss.not_taken, 5 * (1 + 181 / 365), rtol=1e-12)


def test_an_equal_unit_with_room_takes_them_all_and_one_with_half_the_room_half() -> None:
    for room, taken in ((20, 5.0), (7.5, 2.5)):
        bench = Bench(two_hospitals(PROVIDES=provided(hosp_a=room, hosp_b=room)), AS_OF, draws=3)
        loss = shut(bench, ("hosp_a", "area"))
        np.testing.assert_allclose(loss.received[at(bench, "hosp_b")], taken, rtol=1e-9)
        np.testing.assert_allclose(loss.not_taken, 5 - taken, atol=1e-9)


def beds(capacity: float) -> CareSystem:
    return two_hospitals(
        Resource=[{"id": "icu"}],
        PROVIDES=provided(hosp_a=20, hosp_b=20),
        USES=[{"source_id": "area", "target_id": "icu", "amount": 30}],
        OPERATES=[{"source_id": h, "target_id": "icu", "capacity": capacity, "occupancy": 6 / capacity,
                   "other_amount": 4} for h in ("hosp_a", "hosp_b")],
    )  # fmt: skip


def test_with_beds_without_end_nobody_is_displaced_and_with_few_some_are() -> None:
    for capacity, least, most in ((300, 0.0, 1e-9), (8, 1.0, 40.0)):
        bench = Bench(beds(capacity), AS_OF, draws=3)
        case = Case("unit", Outage(12, (("hosp_a", "area"),)), "hosp_a", "area", providers=2)
        row = event_row(bench, case, bench.loss(case.outage), 20)
        assert least <= row["displaced"] <= most
        assert [r["hospital"] for r in row["displaced_at"]] == (["hosp_b"] if most > 1 else [])


def test_without_beds_all_others_are_displaced_and_the_units_that_cannot_wait_stop() -> None:
    bench = Bench(beds(8), AS_OF, draws=3)
    (case,) = (c for c in cases_of(bench, 12) if c.resource == "icu" and c.hospital == "hosp_a")
    loss = bench.loss(case.outage)
    np.testing.assert_allclose(loss.received[at(bench, "hosp_b")], 5)
    # blocking rises from B to 1, so those who got a bed before are displaced: (6 - 30·5/365) bed-days a day, 4 each
    np.testing.assert_allclose(loss.displaced[at(bench, "hosp_a")], (6 - 150 / 365) * 365 / 4, rtol=0.05)


def two_areas() -> Bench:
    areas = ("area", "other")
    system = two_hospitals(
        CareArea=[{"id": a} for a in areas],
        PROVIDES=[
            {"source_id": h, "target_id": a, "patients": 5, "capacity": 8}
            for a in areas for h in ("hosp_a", "hosp_b")
        ],
    )  # fmt: skip
    return Bench(system, AS_OF, draws=3)


def test_units_without_common_patients_add_up_and_those_with_do_not() -> None:
    bench = two_areas()
    singles = {c.label: (c, bench.loss(c.outage)) for c in unit_cases(bench, 12)}
    apart = singles["hosp_a.area"], singles["hosp_b.other"]
    both = shut(bench, ("hosp_a", "area"), ("hosp_b", "other"))
    row = pair_row(bench, *apart, both)
    assert (row["together_minus_apart"], row["not_taken"], row["bound"]) == pytest.approx((0.0, 4.0, 4.0), abs=1e-12)
    rows = pair_rows(bench, list(singles.values()))
    assert {r["area"] for r in rows} == {"area", "other"}
    for row in rows:  # 2 each apart, all 10 together
        assert (row["not_taken"], row["together_minus_apart"]) == pytest.approx((10.0, 6.0))
        assert row["bound"] == pytest.approx(10.0)


def test_what_the_others_take_and_what_nobody_takes_is_what_was_there(small: Bench) -> None:
    for case in unit_cases(small, 12):
        loss = small.loss(case.outage)
        assert loss.hit.min() > 0
        np.testing.assert_allclose(loss.received.sum(axis=0) + loss.not_taken, 0, atol=1e-9)


def test_no_pair_loses_more_than_its_bound(small: Bench) -> None:
    singles = [(c, small.loss(c.outage)) for c in unit_cases(small, 12)]
    pairs = 0
    for i, a in enumerate(singles):
        for b in singles[i + 1 :]:
            both = small.loss(Outage(12, (*a[0].outage.closures, *b[0].outage.closures)))
            bound = a[1].not_taken + b[1].not_taken + overlap(small, a, b)
            assert (both.not_taken <= bound + 1e-9).all()
            pairs += 1
    assert pairs > 20


def skilled(criticality: float = 1.0, **parameters: float) -> CareSystem:
    return two_hospitals(
        parameters=fixed_parameters(**parameters),
        PROVIDES=provided(hosp_a=20, hosp_b=20),
        REQUIRES=[{"source_id": "area", "target_id": "comp", "criticality": criticality}],
        STAFFS=[{"source_id": h, "target_id": "comp", "specialists": 4, "outside_caseload": 50, "margin": 1.5}
                for h in ("hosp_a", "hosp_b")],
    )  # fmt: skip


def gone(months: int) -> Outage:
    return Outage(months, (), (change("staffing", "hosp_a", "comp", 0.0),), loses_practice=True)


def test_the_return_of_a_competence_by_hand() -> None:
    bench = Bench(skilled(t90_loss=3, t90_build=12), AS_OF, draws=3)
    fall = 1 - math.exp(-1 / (3 / math.log(10)))
    loss = bench.loss(gone(12))
    np.testing.assert_allclose(loss.recovery, 12 / math.log(10) * math.log(fall / 0.05), rtol=1e-9)
    row = event_row(bench, Case("competence", gone(12), "hosp_a", competence="comp"), loss, 20)
    assert row["slowest"] == {"hospital": "hosp_a", "competence": "comp"}
    assert row["recovery_years"] == pytest.approx(12.361, abs=1e-3)
    assert event_row(bench, Case("competence", gone(12), "hosp_a"), loss, 12)["recovery_years"] is None
    slow = Bench(skilled(t90_loss=5, t90_build=12), AS_OF, draws=3)
    assert slow.loss(gone(1)).recovery.max() == 0  # 1 − exp(−ln 10/60) = 4 %: never further away than 5 %


def test_who_is_only_away_comes_back_with_what_they_knew() -> None:
    bench = Bench(skilled(0.2), AS_OF, draws=3)
    away = Outage(12, (), (change("staffing", "hosp_a", "comp", 0.0),))
    assert bench.loss(away).recovery.max() == 0


def test_a_unit_stops_where_it_cannot_run_without_the_competence() -> None:
    for criticality, stops in ((1.0, True), (0.3, False)):
        bench = Bench(skilled(criticality), AS_OF, draws=3)
        loss = bench.loss(gone(12))
        assert loss.halted.any() == stops
        np.testing.assert_allclose(loss.received[at(bench, "hosp_b")], 5.0 * stops, atol=1e-9)


def causes(bench: Bench, case: Case) -> dict[str, dict[str, Any]]:
    """Measure to its (last) chain of causes, by `event_row`."""
    return {c["measure"]: c for c in event_row(bench, case, bench.loss(case.outage), 20)["causes"]}


def unit(area: str = "area") -> Case:
    return Case("unit", Outage(12, (("hosp_a", area),)), "hosp_a", area, providers=2)


def test_the_cause_of_those_nobody_takes_counts_the_units_left_and_their_room() -> None:
    alone = causes(Bench(two_hospitals(PROVIDES=provided(hosp_a=6)), AS_OF, draws=3), unit())["not_taken"]
    assert alone["nodes"] == ["area", "hosp_a"]
    assert (alone["others"], alone["taken"]) == (0, 0)
    assert (alone["patients"], alone["value"], alone["total"]) == pytest.approx((5, 5, 5))
    full = causes(Bench(two_hospitals(PROVIDES=provided(hosp_a=7.5, hosp_b=7.5)), AS_OF, draws=3), unit())["not_taken"]
    assert full["others"] == 1
    assert (full["patients"], full["taken"], full["value"]) == pytest.approx((5, 2.5, 2.5))


def test_the_cause_of_displacement_is_the_care_that_comes_or_the_resource_that_goes() -> None:
    bench = Bench(beds(8), AS_OF, draws=3)
    found = causes(bench, unit())["displaced"]
    assert (found["nodes"], found["hospital"]) == (["area", "icu", "hosp_b"], "hosp_b")
    assert found["patients"] == pytest.approx(5)
    assert found["value"] == pytest.approx(bench.loss(unit().outage).pressed.max())
    (case,) = (c for c in cases_of(bench, 12) if c.resource == "icu" and c.hospital == "hosp_a")
    assert causes(bench, case)["displaced"]["nodes"] == ["icu", "hosp_a"]
    assert causes(bench, case)["displaced"]["area"] is None


def with_function() -> CareSystem:
    """`fn` hangs on the area, the area on a narrow and on a broad competence; only the narrow one binds."""
    return two_hospitals(
        parameters=fixed_parameters(t90_loss=3, t90_build=12),
        PROVIDES=provided(hosp_a=20, hosp_b=20),
        Competence=[{"id": "comp"}, {"id": "broad"}],
        REQUIRES=[{"source_id": "area", "target_id": "comp", "criticality": 0.9},
                  {"source_id": "area", "target_id": "broad", "criticality": 0.3}],
        STAFFS=[{"source_id": h, "target_id": c, "specialists": 4, "outside_caseload": e, "margin": 1.05}
                for h in ("hosp_a", "hosp_b") for c, e in (("comp", 0), ("broad", 500))],
        Function=[{"id": "fn"}],
        PERFORMS=[{"source_id": "hosp_a", "target_id": "fn"}],
        DEPENDS_ON=[{"source_id": "fn", "target_id": "area", "criticality": 0.8}],
    )  # fmt: skip


def test_the_cause_of_what_falls_goes_back_over_areas_to_the_competence() -> None:
    bench = Bench(with_function(), AS_OF, draws=3)
    found = causes(bench, Case("competence", gone(12), "hosp_a", competence="comp"))
    assert found["lost_areas"]["nodes"] == ["comp", "area", "hosp_a"]
    assert found["lost_functions"]["nodes"][-2:] == ["fn", "hosp_a"]
    assert found["lost_functions"]["p"] == 1.0
    assert found["recovery_years"]["nodes"] == ["comp", "hosp_a"]
    assert found["recovery_years"]["area"] is None
    closed = causes(bench, unit())
    assert closed["lost_functions"]["nodes"] == ["area", "fn", "hosp_a"]
    assert closed["lost_functions"]["competence"] is None


def test_the_cause_of_a_long_return_is_the_care_that_is_away() -> None:
    found = causes(Bench(with_function(), AS_OF, draws=3), unit())["recovery_years"]
    assert found["nodes"] == ["area", "comp", "hosp_a"]
    assert found["patients"] == pytest.approx(5)
    assert found["level_lost"] == pytest.approx(1 - math.exp(-1 / (3 / math.log(10))), rel=1e-6)


def test_every_worst_value_names_its_cause(small: Bench) -> None:
    for case in (*unit_cases(small, 12), *cases_of(small, 12)[::4]):
        row = event_row(small, case, small.loss(case.outage), 20)
        told = {c["measure"] for c in row["causes"]}
        assert ("not_taken" in told) == (row["not_taken"] >= 0.05)
        assert ("displaced" in told) >= (row["displaced"] >= 1)
        assert {(c["hospital"], c["function"]) for c in row["causes"] if c["measure"] == "lost_functions"} == {
            (f["hospital"], f["function"]) for f in row["lost_functions"]
        }
        assert ("recovery_years" in told) == (row["recovery_years"] is None or row["recovery_years"] > 0)
        assert all(c["nodes"][-1] == c["hospital"] for c in row["causes"])


def test_a_chain_is_told_in_both_languages() -> None:
    names = {"area": "Hjärtvård", "hosp_a": "Norra", "hosp_b": "Södra", "icu": "intensivvård", "comp": "kardiologi",
             "fn": "akut hjärtvård", "broad": "kirurgi"}  # fmt: skip
    bench = Bench(with_function(), AS_OF, draws=3)
    case = Case("competence", gone(12), "hosp_a", competence="comp")
    row = event_row(bench, case, bench.loss(case.outage), 20)
    add_sentences([row], {"sv": names, "en": names}, 20)
    found = {c["measure"]: c for c in row["causes"]}
    assert found["lost_areas"]["text_sv"] == (
        "kardiologi vid Norra faller bort → Hjärtvård faller under hälften (i 100 % av dragningarna)."
    )
    assert found["recovery_years"]["text_en"].startswith("kardiologi at Norra is taken out → kardiologi loses")
    alone = Bench(two_hospitals(PROVIDES=provided(hosp_a=6)), AS_OF, draws=3)
    row = event_row(alone, unit(), alone.loss(unit().outage), 20)
    add_sentences([row], {"sv": names, "en": names}, 20)
    assert row["causes"][0]["text_sv"] == (
        "Hjärtvård vid Norra faller bort → 5,0 patienter utan sin enhet → ingen annan enhet finns: 5,0 patienter får "
        "ingen plats."
    )


def test_nothing_taken_out_changes_nothing(small: Bench) -> None:
    loss = shut(small)
    for values in (loss.hit, loss.received, loss.not_taken, loss.displaced, loss.recovery, loss.stopped):
        assert not values.any()
    assert loss.slowest == -1


def test_an_outage_is_the_scenario_of_the_same_year(small: Bench) -> None:
    half = factor(0.5, 0.4, 0.6)
    changes = (change("capacity", "middle", "icu", half), change("demand", None, "heart", 0.7))
    course = Course(AS_OF, factor_changes=changes, closures=(Closure(date(2026, 1, 1), YEAR_2027, "south", "liver"),))
    run = model_run(small_system(), course, start="today", years=1, draws=12)
    loss = small.loss(Outage(12, (("south", "liver"),), changes))
    missed = (run.scenario[1].not_taken - run.without[1].not_taken).sum(axis=(0, 1))
    np.testing.assert_allclose(loss.not_taken, missed, rtol=1e-12)
    pushed = [run.measures(world[1])["patients_displaced"][:3] for world in (run.scenario, run.without)]
    np.testing.assert_allclose(loss.displaced, pushed[0] - pushed[1], rtol=1e-9, atol=1e-12)
    assert missed.max() > 0
    assert abs(pushed[0] - pushed[1]).max() > 1


def test_blocks_and_threads_only_group_the_work(small: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outages, "BLOCK", 5)
    other = Bench(small_system(), AS_OF, draws=12)
    chosen = cases_of(small, 12)[::5]
    steps: list[tuple[int, int]] = []
    alone = losses(small, chosen, 1, lambda done, total: steps.append((done, total)))
    together = losses(other, chosen, 3)
    assert steps[-1] == (len(chosen), len(chosen))
    assert {c.event for c in chosen} == {"unit", "resource", "competence"}
    for one, two in zip(alone, together, strict=True):
        for name in ("received", "not_taken", "displaced", "recovery", "stopped"):
            np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=1e-12, atol=1e-12)


def test_units_with_a_permit_or_few_providers_sole_ones_first(small: Bench) -> None:
    found = [(c.hospital, c.area, c.providers) for c in unit_cases(small, 12)]
    assert found[:2] == [("middle", "liver", 2), ("south", "liver", 2)]
    assert {f[2] for f in found} == {2, 3}
    assert [c.hospital for c in cases_of(small, 12, "south", "liver")] == ["south"]
    with pytest.raises(SettingError, match="nothing to take out at north for liver"):
        cases_of(small, 12, "north", "liver")


def test_two_of_four_specialists_leave() -> None:
    bench = Bench(small_system(), AS_OF, draws=4)
    event = read_stress_events()["resignations"]
    cases = {c.label: c for c in event_cases(bench, event, None)}
    (leaving,) = cases["north.septal"].outage.factors
    assert (leaving.factor.value, leaving.factor.grade) == (0.5, "assumed")
    assert leaving.factor.low == pytest.approx(1 - 2 / 2.8)
    assert cases["north.septal"].outage.loses_practice
    assert {c.competence for c in cases.values()} == {"septal"}


def test_events_strike_where_they_can() -> None:
    bench = Bench(small_system(), AS_OF, draws=4)
    events = read_stress_events()
    assert len(event_cases(bench, events["infection"], None)) == len(unit_cases(bench, 3))
    assert [c.hospital for c in event_cases(bench, events["preparedness"], 2, "south")] == ["south"]
    (all_at_once,) = losses(bench, event_cases(bench, events["preparedness"], 12, "south"))
    assert all_at_once.stopped.max() == 1.0
    assert set(events) == {"summer", "infection", "resignations", "pandemic", "preparedness"}
    with pytest.raises(SettingError, match="nothing in this dataset that it could strike"):
        event_cases(bench, events["summer"], None)
    assert all(effect.factor is None or effect.factor.source for e in events.values() for effect in e.effects)


def test_what_cannot_be_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"--event somer: no such event; did you mean summer\?"):
        find_event(read_stress_events(), "somer")
    for wrong in ({"draws": 1}, {"longest": 0}, {"longest": 61}, {"seed": -1}):
        with pytest.raises(SettingError, match="choose a number"):
            Bench(small_system(), AS_OF, **wrong)
    with pytest.raises(StoreError, match="cannot be read"):
        read_stress_events(tmp_path / "none.toml")
    path = tmp_path / "mine.toml"
    path.write_text('[[events]]\nname = "x"\nplace = "moon"\nmonths = 0\n', encoding="utf-8")
    with pytest.raises(ScenarioConflict) as caught:
        read_stress_events(path)
    assert {"events.0.place", "events.0.months", "events.0.sources"} <= {p.property for p in caught.value.problems}


def test_months_end_on_the_first_of_a_month() -> None:
    assert [months_after(date(2026, 1, 1), n) for n in (1, 12, 15)] == [
        date(2026, 2, 1), date(2027, 1, 1), date(2027, 4, 1)
    ]  # fmt: skip
