"""Rules that the model keeps in any system: rest, conservation, history, and what must not matter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from graph_schema import CareSystem
from impact.model.path import YearOutcome
from impact.model.structure import Structure
from impact.questions.what_if import Settings, what_if
from scenarios import Closure, Course, FactorChange, HolderChange
from tests.courses import AS_OF, JANUARY, certain, holders_change
from tests.model_runs import ModelRun, model_run
from tests.random_systems import random_course, random_sample, random_system, random_tables
from tests.synthetic import default_parameters, fixed_parameters, make_system, two_hospitals

BOTH = ("hosp_a", "hosp_b")
SEEDS = st.integers(0, 1_000_000)
FEW = settings(max_examples=12)


def _rows(sources: tuple[str, ...], *targets: str, **extra: Any) -> list[dict[str, Any]]:
    return [{"source_id": s, "target_id": t, **extra} for s in sources for t in targets]


def _same(one: YearOutcome, other: YearOutcome) -> None:
    """Every array of two outcomes is the same, bit by bit."""
    for name in ("volume", "operability", "levels", "load", "flow", "not_taken", "not_referred", "spare"):
        assert np.array_equal(getattr(one, name), getattr(other, name)), name
    for name in ("equal", "national_first", "waiting_change", "p_beyond_guarantee"):
        assert np.array_equal(getattr(one.displaced, name), getattr(other.displaced, name), equal_nan=True), name


# ------------------------------------------------------------------------------------------------ at rest
@FEW
@given(seed=SEEDS)
def test_nothing_drifts_from_standing_in_forty_years(seed: int) -> None:
    run = model_run(random_system(seed), years=40)
    for year in run.without:
        assert np.abs(year.volume - run.block.volume).max(initial=0) < 1e-10
        assert np.abs(year.operability - run.block.operability).max(initial=0) < 1e-10
        assert np.abs(year.levels - run.block.levels).max(initial=0) < 1e-10


def _drift(system: CareSystem) -> float:
    years = model_run(system, start="today", years=10).without
    return max(float(np.abs(years[-1].levels - years[0].levels).max(initial=0)),
               float(np.abs(years[-1].operability - years[0].operability).max(initial=0)))  # fmt: skip


def _moved(seed: int, years: int) -> CareSystem:
    """A random system whose permits lie in the past, with all its dates and its history moved back."""
    tables = random_tables(seed)
    for name in ("PROVIDES", "PROVIDES_VOLUME"):
        for row in tables[name]:
            row.pop("valid_to", None)
            if "valid_from" in row:
                row["valid_from"] = f"{int(row['valid_from'][:4]) - years}{row['valid_from'][4:]}"
    return make_system(parameters=fixed_parameters(), settings={"history_start": f"{2018 - years}-07-01"}, **tables)


def test_what_still_drifts_after_today_is_gone_when_the_past_is_thirty_years_older() -> None:
    drifts = [(_drift(_moved(seed, 0)), _drift(_moved(seed, 30))) for seed in range(12)]
    assert sum(now > 0.005 for now, _ in drifts) >= 3
    for now, moved in drifts:
        assert moved <= 0.02 * now + 1e-12


def test_capacity_never_makes_a_two_cycle() -> None:
    parameters = fixed_parameters(route_share=0, distance_decay=0, capacity_multiple=1.05)
    for row in parameters:
        if row["id"] == "attraction_exponent":
            row.update(value="2", value_low="2", value_high="2", maximum="5")
    beds = _rows(BOTH, "icu", capacity=7, occupancy=0.95, other_amount=1)
    system = two_hospitals(
        parameters=parameters, Resource=[{"id": "icu"}], OPERATES=beds,
        USES=[{"source_id": "area", "target_id": "icu", "amount": 365 * 1.2 * 7 / 5}],
    )  # fmt: skip
    event = FactorChange(JANUARY, date(2027, 1, 1), "staffing", "hosp_a", None, None, certain(0.5), "event")
    years = model_run(system, Course(AS_OF, factor_changes=(event,)), years=60).scenario
    steps = [float(np.abs(b.volume - a.volume).max()) for a, b in pairwise(years)]
    assert max(steps[:5]) > 1e-3
    assert max(steps[-5:]) < 1e-6


@pytest.mark.parametrize(("gain", "tips"), [(0.85, False), (1.2, True)])
def test_two_equal_hospitals_tip_only_where_the_loop_gain_is_above_one(gain: float, tips: bool) -> None:
    # G = η·k(1 − ℓ)·[κℓ/(1 − κ(1 − ℓ))]·M·φ with η = ½, k = 5, ℓ = 0.9, κ = 1 and M = 6: G = 1.5·φ
    skills = tuple(f"comp_{i}" for i in range(6))
    share = gain / 1.5
    system = two_hospitals(
        parameters=fixed_parameters(
            route_share=0, distance_decay=0, region_factor=1, capacity_multiple=10, attraction_exponent=0.5,
            level_exponent=5,
        ),
        Competence=[{"id": c} for c in skills],
        REQUIRES=_rows(("area",), *skills, criticality=1),
        STAFFS=_rows(BOTH, *skills, outside_caseload=5 * (1 - share) / share, margin=1),
    )  # fmt: skip
    event = FactorChange(JANUARY, date(2028, 1, 1), "staffing", "hosp_b", None, None, certain(0.99), "event")
    run = model_run(system, Course(AS_OF, factor_changes=(event,)), years=300)
    shares = [float(y.volume[run.pair("hosp_a", "area"), 0]) / 10 for y in run.scenario]
    assert max(shares[:6]) > 0.501
    assert (shares[-1] > 0.6) is tips
    if not tips:
        assert shares[-1] == pytest.approx(0.5, abs=1e-4)


def test_levels_do_not_feel_chance_in_counts() -> None:
    runs = [
        model_run(two_hospitals(parameters=fixed_parameters(dispersion=d)), holders_change("area", (), ("hosp_b",)))
        for d in (1.0, 4.0)
    ]
    for name in ("levels", "volume", "operability"):
        assert np.array_equal(getattr(runs[0].scenario[-1], name), getattr(runs[1].scenario[-1], name))


# ------------------------------------------------------------------------------------------- conservation
@settings(max_examples=20)
@given(seed=SEEDS)
def test_treated_not_referred_and_not_taken_are_the_demand(seed: int) -> None:
    sample = random_sample(seed)
    course = replace(sample.course, factor_changes=())
    run = model_run(sample.system, course, start=sample.start)
    activity, block = run.structure.activity, run.block
    for phases, years in ((run.structure.without, run.without), (run.structure.scenario, run.scenario)):
        elsewhere = {a for p in phases.future for a in np.flatnonzero(p.before)}
        for year in years:
            assert year.volume.min(initial=0) >= 0
            assert np.isfinite(year.volume).all()
            for a in set(activity.group_area.tolist()):
                groups, pairs = activity.group_area == a, activity.pair_area == a
                rows = np.isin(activity.row_group, np.flatnonzero(groups))
                untaken = year.not_taken[:, groups].sum(axis=1)
                total = year.volume[pairs].sum(axis=0) + untaken.sum(axis=0) + year.not_referred[a]
                assert total == pytest.approx(block.national[a], rel=1e-10)
                if a not in elsewhere:
                    by_region = year.flow[:, rows].sum(axis=1) + untaken
                    wanted = block.referral.population_share * block.national[a]
                    assert by_region == pytest.approx(wanted, rel=1e-10)


@FEW
@given(seed=SEEDS)
def test_no_unit_is_filled_beyond_its_capacity_by_overflow(seed: int) -> None:
    sample = random_sample(seed)
    run = model_run(sample.system, sample.course, start=sample.start)
    for year in run.scenario:
        assert year.spare.min(initial=0) >= 0
        assert year.flow.min(initial=0) >= 0
        assert year.not_taken.min(initial=0) >= -1e-12


def test_with_all_holders_closed_nobody_is_taken_and_nothing_is_lost_in_the_arithmetic() -> None:
    closed = tuple(Closure(date(2027, 1, 1), date(2028, 1, 1), h) for h in BOTH)
    run = model_run(two_hospitals(Function=[{"id": "fn"}], PERFORMS=_rows(BOTH, "fn"),
                                  DEPENDS_ON=[{"source_id": "fn", "target_id": "area"}]),
                    Course(AS_OF, closures=closed))  # fmt: skip
    before, during, after = run.scenario[1], run.scenario[2], run.scenario[3]
    assert during.volume.max() == 0
    assert during.not_taken.sum(axis=(0, 1)) == pytest.approx(run.block.national[0], rel=1e-14)
    for array in (during.operability, during.levels, during.load, after.volume):
        assert np.isfinite(array).all()
    assert after.volume.sum(axis=0) == pytest.approx(before.volume.sum(axis=0), rel=1e-12)


def test_a_closed_unit_comes_back_with_its_capacity_even_if_permits_changed_meanwhile() -> None:
    course = Course(
        AS_OF, (HolderChange(date(2027, 4, 1), "area", ("hosp_b",)),),
        closures=(Closure(date(2027, 1, 1), date(2028, 1, 1), "hosp_a"),),
    )  # fmt: skip
    run = model_run(two_hospitals(PROVIDES=_rows(("hosp_a",), "area", patients=10)), course)
    assert run.scenario[3].volume[run.pair("hosp_a", "area")].min() > 1
    assert run.scenario[3].not_taken.sum() == pytest.approx(0, abs=1e-9)


# ------------------------------------------------------------------------------------ what must not matter
def _values_of(run: ModelRun, names: dict[str, str]) -> Any:
    """The draws of a run under other hospital ids."""
    known = dict(zip(run.structure.table.ids, run.block.values, strict=True))
    renamed = {".".join(names.get(part, part) for part in i.split(".")): v for i, v in known.items()}

    def values(structure: Structure) -> Any:
        return np.stack([renamed[i] for i in structure.table.ids])

    return values


def _renamed(value: Any, names: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {k: _renamed(v, names) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_renamed(v, names) for v in value)
    return names.get(value, value) if isinstance(value, str) else value


@FEW
@given(seed=SEEDS)
def test_relabelling_hospitals_relabels_the_results(seed: int) -> None:
    tables = random_tables(seed)
    assume(all(h["kind"] != "unnamed" for h in tables["Hospital"]))  # its stand-in is the first by id
    names = {f"hosp_{i}": f"hosp_{9 - i}" for i in range(5)}
    history = {"history_start": "2018-07-01"}
    systems = [
        make_system(parameters=default_parameters(), settings=history, **t) for t in (tables, _renamed(tables, names))
    ]
    change = random_course(seed, systems[0]).holder_changes[0]
    known = HolderChange(change.date, change.area, change.added, change.removed)
    other = replace(known, added=_renamed(known.added, names), removed=_renamed(known.removed, names))
    one = model_run(systems[0], Course(AS_OF, (known,)), start="today")
    two = model_run(systems[1], Course(AS_OF, (other,)), start="today", values=_values_of(one, names))
    order = [two.entities.index(names.get(e, e)) for e in one.entities]
    for a, b in zip(one.scenario, two.scenario, strict=True):
        found = two.measures(b)
        for name, values in one.measures(a).items():
            assert found[name][order] == pytest.approx(values, rel=1e-8, abs=1e-8, nan_ok=True), name


def _with_a_lone_area() -> CareSystem:
    return two_hospitals(
        parameters=default_parameters(),
        CareArea=[{"id": "area", "volume": (40, 20, 60)}, {"id": "lone", "volume": (30, 20, 50)}],
        Competence=[{"id": "comp"}, {"id": "own"}],
        REQUIRES=[*_rows(("area",), "comp"), *_rows(("lone",), "own"), *_rows(("fn",), "comp", head_cases=0)],
        PROVIDES=_rows(BOTH, "area", "lone"),
        Function=[{"id": "fn"}],
        PERFORMS=_rows(BOTH, "fn"),
        Resource=[{"id": "icu"}],
        OPERATES=_rows(BOTH, "icu", occupancy=0.8, other_amount=3),
        USES=_rows(("area",), "icu", amount=20),
    )


def test_an_area_that_shares_nothing_gives_exactly_nothing_to_others() -> None:
    run = model_run(_with_a_lone_area(), holders_change("lone", (), ("hosp_b",)), draws=20)
    kept = [run.pair(h, "area") for h in BOTH]
    functions = [run.function(h, "fn") for h in BOTH]
    levels = [run.level(h, "comp") for h in BOTH]
    for a, b in zip(run.without, run.scenario, strict=True):
        assert np.array_equal(a.volume[kept], b.volume[kept])
        assert np.array_equal(a.operability[kept + functions], b.operability[kept + functions])
        assert np.array_equal(a.levels[levels], b.levels[levels])
        assert np.array_equal(a.displaced.equal, b.displaced.equal)
    moved = run.without[-1].volume - run.scenario[-1].volume
    assert float(np.abs(moved[run.pair("hosp_b", "lone")]).min()) > 1


@FEW
@given(seed=SEEDS)
def test_a_change_that_changes_nothing_has_exactly_no_effect(seed: int) -> None:
    system = random_system(seed)
    area = system.rows["CareArea"][0].key[0]
    event = FactorChange(date(2026, 4, 7), date(2027, 9, 9), "capacity", None, None, None, certain(1), "event")
    course = Course(AS_OF, (HolderChange(date(2027, 2, 3), area),), factor_changes=(event,))
    changed = any(a.text("valid_to") > "2026" for a in system.rows["PROVIDES"])
    run = model_run(system, course, start="today" if seed % 2 and not changed else "standing")
    for a, b in zip(run.without, run.scenario, strict=True):
        for name in ("volume", "operability", "levels", "flow"):
            assert getattr(b, name) == pytest.approx(getattr(a, name), rel=1e-12, abs=1e-12), name


@FEW
@given(seed=SEEDS)
def test_an_unrelated_date_has_exactly_no_effect(seed: int) -> None:
    event = FactorChange(date(2026, 4, 7), date(2027, 9, 9), "capacity", None, None, None, certain(1), "event")
    run = model_run(random_system(seed), Course(AS_OF, factor_changes=(event,)), start="today")
    for a, b in zip(run.without, run.scenario, strict=True):
        _same(a, b)


def test_a_chain_of_six_ends_where_it_ends_however_the_years_are_cut() -> None:
    chain = [f"area_{i}" for i in range(6)]
    links = [{"source_id": b, "target_id": a, "criticality": 0.8} for a, b in pairwise(chain)]
    system = two_hospitals(
        parameters=fixed_parameters(attraction_exponent=0),
        CareArea=[{"id": a} for a in chain], PROVIDES=_rows(BOTH, *chain, patients=5), DEPENDS_ON=links,
        REQUIRES=[*_rows((chain[0],), "comp", criticality=1), *_rows(("area_5",), "comp", criticality=0, head_cases=9)],
    )  # fmt: skip
    found: list[ModelRun] = []
    for months in ((1,), (1, 7), (1, 4, 7, 10)):
        marks = [date(y, m, 1) for y in range(2026, 2037) for m in months]
        events = tuple(
            FactorChange(a, b, "capacity", None, None, None, certain(1), f"event_{a}") for a, b in pairwise(marks)
        )
        change = holders_change("area_5", (), ("hosp_b",))
        found.append(model_run(system, replace(change, factor_changes=events), years=10))
    last = [r.scenario[-1] for r in found]
    assert float((found[0].without[-1].levels - last[0].levels).max()) > 0.02
    for other in last[1:]:
        assert other.levels == pytest.approx(last[0].levels, abs=1e-9)
    lost = 1 - last[0].operability[found[0].pair("hosp_b", "area_5")]
    assert lost == pytest.approx(0.8**5 * (1 - last[0].levels[found[0].level("hosp_b", "comp")]), rel=1e-9)


@pytest.mark.parametrize(("block", "workers"), [(100, 1), (2, 2), (37, 3), (64, 1)])
def test_block_size_and_workers_never_change_a_bit(block: int, workers: int) -> None:
    system = _with_a_lone_area()
    course = Course(AS_OF, (HolderChange(JANUARY, "area", (), (), 1, BOTH),))
    base = Settings(draws=101, years=3, workers=2, block=101)
    one = what_if(system, course, base)
    two = what_if(system, course, replace(base, block=block, workers=workers))
    for name in one.data.data_vars:
        assert np.array_equal(one.data[name].values, two.data[name].values, equal_nan=True), name


@pytest.mark.parametrize("seed", [3, 8])
def test_block_size_never_changes_a_bit_of_a_random_system(seed: int) -> None:
    system = random_system(seed)
    area = system.rows["CareArea"][0].key[0]
    hospital = system.rows["PROVIDES"][0].key[0]
    base = Settings(draws=60, years=2, workers=1, block=60)
    course = holders_change(area, (), (hospital,))
    one, two = what_if(system, course, base), what_if(system, course, replace(base, block=7, workers=2))
    for name in one.data.data_vars:
        assert np.array_equal(one.data[name].values, two.data[name].values, equal_nan=True), name
