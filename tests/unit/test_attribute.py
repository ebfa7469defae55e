"""Attribution on small systems: what the shares must sum to and be, the split, the file to go on from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from graph_schema import CareSystem, SettingError, StoreError
from impact import Settings, load_measures
from impact.model.path import follow, opening_state
from impact.model.perspectives import hospital_measures
from impact.questions import attribute as module
from impact.questions import coalition_bank as bank
from impact.questions.accumulate import accumulate
from impact.questions.attribute import Attribution, AttributionSettings, attribute
from impact.questions.attribution_game import Game, decided_areas, players_of
from impact.questions.attribution_rows import accumulated_rows, fit_object, gap_rows, interaction_rows, share_rows
from impact.questions.coalition_columns import Columns
from impact.questions.drawn_allocations import DrawnAllocations, alternatives_of, draw_alternatives
from impact.questions.run_store import RunStore
from interface.attribute_command import attribute_object
from interface.attribute_view import attribute_view
from interface.named_nodes import NamedNodes
from loaders import load_sweden
from tests.random_systems import random_system
from tests.small_system import small_system
from tests.synthetic import make_system

AS_OF = date(2025, 12, 31)
QUICK = AttributionSettings(draws=6, years=3, workers=1, split=False)
EARLY, LATE = "2020-01-01", "2023-01-01"


def shared(system: CareSystem, settings: AttributionSettings = QUICK, **options: Any) -> Attribution:
    hospitals = [r.key[0] for r in system.rows["Hospital"]]
    return attribute(system, AS_OF, hospitals, settings, **options)


def two_areas(dates: Sequence[str], *, same_competence: bool) -> CareSystem:
    """Two areas alike in everything but the date, each taken from two hospitals to one; all numbers certain."""
    areas, hospitals, regions = ("one", "two"), ("hosp_a", "hosp_b"), ("reg_a", "reg_b")
    skills = {"one": "first", "two": "first" if same_competence else "second"}
    names = sorted(set(skills.values()))
    return make_system(
        settings={"history_start": "2018-07-01"},
        CareRegion=[{"id": "cr"}],
        Region=[{"id": r} for r in regions],
        Hospital=[{"id": h, "anchor_share": 0.001} for h in hospitals],
        CareArea=[{"id": a, "volume": 20} for a in (*areas, "other")],
        Competence=[{"id": c} for c in names],
        PART_OF=[{"source_id": r, "target_id": "cr"} for r in regions],
        LOCATED_IN=[{"source_id": h, "target_id": r} for h, r in zip(hospitals, regions, strict=True)],
        PROVIDES=[
            *({"source_id": "hosp_a", "target_id": a, "permit": True, "valid_from": day, "patients": 20}
              for a, day in zip(areas, dates, strict=True)),
            *({"source_id": h, "target_id": "other", "patients": 10} for h in hospitals),
        ],
        PROVIDED_BEFORE=[{"source_id": h, "target_id": a, "share": 0.5} for h in hospitals for a in areas],
        REQUIRES=[
            *({"source_id": a, "target_id": skills[a], "criticality": 0.6} for a in areas),
            *({"source_id": "other", "target_id": c, "criticality": 0.3, "head_cases": 0.1} for c in names[:1]),
        ],
        STAFFS=[{"source_id": h, "target_id": c, "specialists": 3, "margin": 1.2, "outside_caseload": 10}
                for h in hospitals for c in names],
        TRAVELS=[{"source_id": r, "target_id": h, "hours_p50": 1 if r[-1] == h[-1] else 2}
                 for r in regions for h in hospitals],
    )  # fmt: skip


@pytest.mark.parametrize("seed", [5, 8, 12])
def test_shares_sum_to_what_all_decisions_changed(seed: int) -> None:
    found = shared(random_system(seed))
    assert len(found.players) > 1
    assert np.abs(found.total).max() > 1
    for figures in (found.shapley, found.historical):
        np.testing.assert_allclose(figures.sum(axis=0), found.total, atol=1e-9)
    rows = [r for r in accumulated_rows(found, random_system(seed)) if r["year"] == 3]
    for row in rows:
        parts = [r["shapley"] for r in share_rows(found)
                 if (r["hospital"], r["measure"], r["year"], r["statistic"])
                 == (row["hospital"], row["measure"], 3, "mean")]  # fmt: skip
        assert sum(parts) == pytest.approx(row["effect"], abs=1e-9)


def test_a_single_decision_has_three_equal_figures_and_its_parts_sum() -> None:
    found = shared(small_system(), AttributionSettings(draws=12, years=3, workers=2, pairs=True))
    assert [p.id for p in found.players] == ["liver"]
    np.testing.assert_allclose(found.historical, found.shapley, atol=1e-12)
    np.testing.assert_allclose(found.last_in, found.shapley, atol=1e-12)
    rows = share_rows(found)
    assert {r["statistic"] for r in rows} == {"mean", "p_below_floor"}
    assert any(abs(r["where_it_went"]) > 0.01 for r in rows)
    for row in rows:
        assert row["that_concentrated"] + row["where_it_went"] == pytest.approx(row["shapley"], abs=1e-12)
        assert row["uncertain"] == (row["shapley_se"] > 0.5 * abs(row["shapley"]))
    assert {r["uncertain"] for r in rows} == {True, False}
    for whole in gap_rows(found):
        assert abs(whole["gap"]) < 1e-9
        parts = [r for r in rows if all(r[k] == whole[k] for k in ("hospital", "measure", "year", "statistic"))]
        assert whole["where_it_went"] == pytest.approx(sum(r["where_it_went"] for r in parts), abs=1e-12)
        assert whole["total_se"] == pytest.approx(sum(r["shapley_se"] for r in parts), abs=1e-12)  # one decision
    assert interaction_rows(found) == []


def test_disjoint_decisions_do_not_interact() -> None:
    found = shared(two_areas((EARLY, LATE), same_competence=False),
                   AttributionSettings(draws=4, years=3, pairs=True, split=False))  # fmt: skip
    assert (np.abs(found.shapley).max(axis=(1, 2)) > 0.5).all()
    for figures in (found.historical, found.last_in):
        np.testing.assert_allclose(figures, found.shapley, atol=1e-9)
    np.testing.assert_allclose(found.pair_values, 0, atol=1e-9)
    together = shared(two_areas((EARLY, LATE), same_competence=True),
                      AttributionSettings(draws=4, years=3, pairs=True, split=False))  # fmt: skip
    assert np.abs(together.pair_values).max() > 1e-3


def test_swapped_dates_of_identical_decisions_swap_their_figures() -> None:
    first, second = (shared(two_areas(dates, same_competence=True)) for dates in ((EARLY, LATE), (LATE, EARLY)))
    apart = np.abs(first.historical[0] - first.historical[1]).max()
    assert apart > 0.01
    np.testing.assert_allclose(first.total, second.total, atol=1e-9)
    for figures in ("historical", "last_in"):
        np.testing.assert_allclose(getattr(first, figures), getattr(second, figures)[::-1], atol=1e-9)
    means = [f.shapley.mean(axis=-1) for f in (first, second)]
    np.testing.assert_allclose(means[0], means[1][::-1], atol=1e-9)


def test_few_decisions_are_not_fitted() -> None:
    found = shared(two_areas((EARLY, LATE), same_competence=True),
                   AttributionSettings(draws=4, years=3, pairs=True, test_pairs=True, split=False))  # fmt: skip
    assert fit_object(found) == {"players": ["one", "two"], "others": 0, "fitted": 0, "held_out": 0, "rows": []}
    assert {r["fitted"] for r in interaction_rows(found)} == {None}
    assert fit_object(shared(small_system())) is None


def test_the_page_says_what_pairs_explain_and_where_they_do_not_suffice() -> None:
    system = two_areas((EARLY, LATE), same_competence=True)
    settings = AttributionSettings(draws=4, years=3, pairs=True, split=False)
    content = attribute_object(system, shared(system, settings), settings, AS_OF, "sv")
    last = [r for r in content["interactions"] if r["year"] == 3 and r["statistic"] == "mean"][:2]
    explained = [{**row, "r2_shares": -0.5, "r2_pairs": r2} for row, r2 in zip(last, (0.46, 0.99), strict=True)]
    for row in last:
        row["value"] = 50.0
    content["pair_fit"] = {"players": ["one", "two"], "others": 0, "fitted": 9, "held_out": 7, "rows": explained}
    console = Console(width=200, record=True, file=StringIO())
    console.print(attribute_view(NamedNodes.of(system), content, "sv", 3, detailed=True, show_all=False))
    page = console.export_text()
    for part in ("Förklarat", " 46 %", " 99 %", " 0 %", "Prövat på 7 urval"):
        assert part in page
    names = [load_measures()[row["measure"]].short["sv"] for row in last]
    assert f"Paren räcker inte för: {names[0]}." in page


def test_decisions_of_one_day_share_alike() -> None:
    found = shared(two_areas((EARLY, EARLY), same_competence=True))
    np.testing.assert_allclose(found.historical[0], found.historical[1], atol=1e-9)
    np.testing.assert_allclose(found.historical, found.shapley, atol=1e-9)


def test_every_coalition_and_sampled_orders_agree() -> None:
    system = random_system(7)
    sampled, exact = (
        shared(system, AttributionSettings(draws=30, years=2, exact=e, pairs=True, split=False)) for e in (False, True)
    )
    apart = sampled.shapley - exact.shapley
    error = apart.std(axis=-1, ddof=1) / np.sqrt(30)
    assert (np.abs(apart.mean(axis=-1)) <= 3 * error + 1e-9).all()
    np.testing.assert_allclose(exact.shapley.sum(axis=0), exact.total, atol=1e-9)
    np.testing.assert_allclose(sampled.last_in, exact.last_in)
    assert sampled.pair_values.shape == exact.pair_values.shape


def test_an_area_that_was_already_concentrated_has_no_share() -> None:
    values = {"liver.p_already_concentrated": 1.0, "liver.p_new": 0.0, "liver.p_regional": 0.0, "liver.p_spread": 0.0}
    found = shared(small_system().with_values(values))
    assert share_rows(found) == []
    assert {r["effect"] for r in accumulated_rows(found, small_system())} == {0.0}


def test_a_place_that_is_the_decided_one_changes_nothing() -> None:
    """The system that knows other places is the same system: with everybody in place it gives the same run."""
    system = small_system()
    game = Game(system, AS_OF, 1, 8, 3, ["north", "middle", "south"])
    found = alternatives_of(system, game.coalitions.structure, AS_OF)
    assert [(a.area, a.actual, a.reason) for a in found] == [("liver", ("middle", "south"), "")]
    members = [np.repeat(np.array([[h in a.actual] for h in a.hospitals]), 8, axis=1) for a in found]
    places = DrawnAllocations(system, AS_OF, (1, 8, 3), found, members)
    (worlds,), (plain,) = places.worlds, game.plain.worlds
    for inside in (np.ones((1, 8), dtype=np.bool_), np.zeros((1, 8), dtype=np.bool_)):
        columns = worlds.columns(inside, inside)
        assert not columns.moved.any()  # the drawn place is the decided one
        expected = game.value(plain, plain.columns(inside, np.zeros((0, 8), dtype=np.bool_)))
        np.testing.assert_allclose(game.value(worlds, columns), expected, atol=1e-9)


def test_a_drawn_place_is_the_run_in_which_its_hospitals_hold_it() -> None:
    """Columns in which every draw stands at its own drawn set, against one run of all draws."""
    system = random_system(5)
    game = Game(system, AS_OF, 1, 8, 2, [r.key[0] for r in system.rows["Hospital"]])
    found = alternatives_of(system, game.coalitions.structure, AS_OF)
    members = [draw_alternatives(system, a, AS_OF, 1, 8) for a in found]
    places = DrawnAllocations(system, AS_OF, (1, 8, 2), found, members)
    (worlds,) = places.worlds
    inside = np.ones((len(game.areas), 8), dtype=np.bool_)
    columns = worlds.columns(inside, inside[list(places.player)])
    assert columns.moved.any()
    structure, block = worlds.structure, worlds.block  # whose memberships are the drawn ones
    state = opening_state(structure, block, structure.scenario.past)
    years = {o.year: o for o, _ in follow(structure, block, structure.scenario.future, state)}
    focus = np.array(structure.focus)
    where = [structure.places.hospitals.index(h) for h in game.hospitals]
    got = dict(zip(game.cells, game.value(worlds, columns), strict=True))
    for cell in (c for c in game.cells if c.statistic == "mean"):
        values = hospital_measures(structure, block, years[cell.year], focus)[cell.measure][where]
        np.testing.assert_array_equal(got[cell], values[game.hospitals.index(cell.hospital)])


@pytest.mark.parametrize("seed", [5, 8])
def test_columns_with_a_common_past_are_the_runs_of_whole_coalitions(seed: int) -> None:
    """Distinct worlds run together, against each coalition run by itself through all years."""
    system = random_system(seed)
    game = Game(system, AS_OF, 1, 6, 3, [r.key[0] for r in system.rows["Hospital"]])
    runs, (worlds,) = game.coalitions, game.plain.worlds
    generator = np.random.Generator(np.random.PCG64(seed))
    masks = generator.random((5, len(game.areas), 6)) < 0.5
    parts = [worlds.columns(m, np.zeros((0, 6), dtype=np.bool_)) for m in masks]
    together = Columns(*(np.concatenate([getattr(p, n) for p in parts]) for n in ("draw", "held", "moved")))
    found = game.value(worlds, together).reshape(len(game.cells), 5, 6)
    names = list(load_measures())
    for n, mask in enumerate(masks):
        alone = runs.outcome(mask, (0, 3))
        for c, cell in enumerate(game.cells):
            if cell.statistic == "mean":
                expected = alone[(0, 3).index(cell.year), runs.entities.index(cell.hospital), names.index(cell.measure)]
                np.testing.assert_array_equal(found[c, n], expected)
    assert len(set(together.keys(game.order))) <= 6 * 2 ** len(game.areas)


def test_shares_sum_to_the_accumulated_effect_of_the_same_draws() -> None:
    """One measure means one thing in both answers, also what counts as other care."""
    for system, draws, years in ((small_system(), 8, 3), (random_system(5), 6, 2), (random_system(12), 6, 2)):
        found = shared(system, AttributionSettings(draws=draws, years=years, split=False, workers=1))
        assert_sums_are_accumulated(system, found, draws, years)


def test_shares_sum_to_the_accumulated_effect_of_the_packaged_system() -> None:
    system = load_sweden()
    university = [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"]
    today = date.fromisoformat(system.settings["as_of"])
    quick = AttributionSettings(draws=2, years=1, split=False, workers=1)
    assert_sums_are_accumulated(system, attribute(system, today, university, quick), 2, 1, today)


def assert_sums_are_accumulated(
    system: CareSystem, found: Attribution, draws: int, years: int, today: date = AS_OF
) -> None:
    settings = Settings(draws=draws, years=years, seed=1, workers=1, grade_shares=False)
    whole = accumulate(system, today, settings)
    if whole.not_begun is None:
        data = [whole.readings["frozen"].data]
    else:  # decided areas that begin later are attributed, and apart in the accumulated effect
        data = [whole.readings["frozen"].data, whole.not_begun.data]
    seen = set[str]()
    for c, cell in enumerate(found.cells):
        if cell.statistic == "mean":
            at = {"year": cell.year, "entity": cell.hospital, "measure": cell.measure}
            effect = sum((d["with"] - d["without"]).sel(at).transpose("draw").values for d in data)
            np.testing.assert_allclose(found.shapley[:, c].sum(axis=0), effect, atol=1e-9)
            seen |= {cell.measure} if np.abs(effect).max() > 0.01 else set()
    assert {"patients_without_full_competence", "research_caseload"} <= seen


def test_an_area_whose_units_began_on_two_days_is_not_split() -> None:
    found = shared(random_system(7), AttributionSettings(draws=4, years=2))
    assert set(found.reasons) == {a.area for a in found.areas}
    assert {r["where_it_went"] for r in share_rows(found)} == {None}
    assert {r["that_concentrated"] for r in share_rows(found)} == {None}


def test_clusters_are_players_whose_dates_are_those_of_their_decisions() -> None:
    system = random_system(5)
    areas = decided_areas(system, AS_OF)
    alone = players_of(system, areas, clusters=True)
    assert [p.id for p in alone] == sorted(a.area for a in areas)  # no cluster is named: each stands alone
    assert {a.date for a in areas} == {date(2021, 7, 1), date(2023, 1, 1)}


def test_the_number_of_workers_changes_nothing() -> None:
    one, two = (shared(random_system(8), AttributionSettings(draws=5, years=2, workers=w)) for w in (1, 3))
    np.testing.assert_array_equal(one.shapley, two.shapley)
    assert one.where is not None
    assert two.where is not None
    np.testing.assert_array_equal(one.where, two.where)


def test_stopped_work_goes_on_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system, path = random_system(8), tmp_path / "a.json.runs"
    whole = shared(system)
    assert not path.exists()
    runs = 0
    value = Game.value
    monkeypatch.setattr(bank, "WIDTH", 4)

    def stopped(game: Game, worlds: Any, columns: Any) -> Any:
        nonlocal runs
        runs += 1
        if runs > 2:
            raise KeyboardInterrupt
        return value(game, worlds, columns)

    with monkeypatch.context() as patch:
        patch.setattr(Game, "value", stopped)
        with pytest.raises(KeyboardInterrupt):
            shared(system, file=(path, False))
    assert path.exists()
    calls: list[tuple[int, int]] = []
    counted: list[int] = []

    def counting(game: Game, worlds: Any, columns: Any) -> Any:
        counted.append(len(columns))
        return value(game, worlds, columns)

    with monkeypatch.context() as patch:
        patch.setattr(Game, "value", counting)
        again = shared(system, file=(path, True), progress=lambda done, total: calls.append((done, total)))
    np.testing.assert_array_equal(again.shapley, whole.shapley)
    assert calls[-1][0] == calls[-1][1]
    assert len(counted) == calls[-1][1] - 2
    assert not path.exists()  # the work is done
    with pytest.raises(SettingError, match=r"no .* to go on from"):
        shared(system, file=(path, True))


def test_runs_of_something_else_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.runs"
    store = RunStore({"seed": 1}, path)
    store.put("a", np.arange(3.0))
    store.save()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["x.runs"]
    np.testing.assert_array_equal(RunStore({"seed": 1}, path, resume=True).values["a"], np.arange(3.0))
    with pytest.raises(SettingError, match="another dataset, version or choice"):
        RunStore({"seed": 2}, path, resume=True)
    path.write_bytes(path.read_bytes()[:40])
    with pytest.raises(StoreError, match="cannot be read"):
        RunStore({"seed": 1}, path, resume=True)


def test_no_decision_and_bad_settings_are_refused() -> None:
    with pytest.raises(SettingError, match="no decision"):
        shared(make_system(settings={"history_start": "2018-07-01"}, CareRegion=[{"id": "cr"}],
                           Region=[{"id": "r"}], Hospital=[{"id": "h"}], CareArea=[{"id": "a"}],
                           PART_OF=[{"source_id": "r", "target_id": "cr"}],
                           LOCATED_IN=[{"source_id": "h", "target_id": "r"}],
                           PROVIDES=[{"source_id": "h", "target_id": "a"}],
                           TRAVELS=[{"source_id": "r", "target_id": "h"}]))  # fmt: skip
    with pytest.raises(SettingError, match="draws = 1"):
        shared(small_system(), AttributionSettings(draws=1))
    assert module.PAIRED >= 2
