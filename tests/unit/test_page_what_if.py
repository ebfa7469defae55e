"""What the page Tänk om makes of an answer: allocation, why, who goes where, comparison; and what a file holds."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from rich.console import Console

from graph_schema import ScenarioConflict, SettingError, StoreError
from impact import load_measures
from impact.questions.moved_care import MovedCare
from impact.version import code_version
from interface.answers import answer_page
from interface.numbers import decimals_for, format_value
from interface.page.service.allocation_table import allocation_table, sets_table
from interface.page.service.comparison import (
    MOST,
    compared,
    comparison_key,
    comparison_table,
    differing_inputs,
    drawn_comparison,
    labels_of,
)
from interface.page.service.composition import scenario_file, titled, with_part
from interface.page.service.explained import (
    explained,
    explained_hospitals,
    explained_measures,
    explanation_markup,
)
from interface.page.service.markup import table_markup
from interface.page.service.moved import drawn_displaced, flows_table, moved
from interface.page.service.opening import opened_file
from interface.page.service.outcome import Outcome, answer
from interface.page.service.pictures import drawn_travel
from interface.page.service.question import ScenarioRun, concentration
from interface.run_command import KIND as RUN
from loaders.registers import REGISTERS
from scenarios import CapacityEvent, Scenario, factor
from tests.drawn import mapped_system
from tests.small_system import small_system

NO_REGISTERS = dict.fromkeys(REGISTERS, ())
SUMMER = CapacityEvent("middle", "icu", factor(0.5), dt.date(2026, 6, 1), dt.date(2026, 9, 1))
UNKNOWN, SOUTH = concentration("heart", 2), concentration("heart", 1, ("south",))


@cache
def outcome(name: str = "unknown", seed: int = 1) -> Outcome:
    scenarios = {"unknown": UNKNOWN, "south": SOUTH, "summer": with_part(SOUTH, SUMMER),
                 "event": Scenario("tank_om", events=(SUMMER,))}  # fmt: skip
    scenario = titled(scenarios[name], mapped_system())
    return answer(mapped_system(), ScenarioRun(scenario, 8, 2, seed), NO_REGISTERS)


# ------------------------------------------------------------------------------------------------ the allocation


def test_best_and_worst_stand_with_their_units_for_each_hospital_north_to_south() -> None:
    rows = outcome().document["effects"]
    table = allocation_table(rows, outcome().nodes, "sv", 2, show_all=True)
    assert table is not None
    names = outcome().nodes.names("sv")
    hospitals = [n for n in table.groups if "räknas få vården" in n]
    assert [n.split(" (")[0] for n in hospitals] == ["Norra sjukhuset", "Mellersta sjukhuset", "Södra sjukhuset"]
    group = table.groups[hospitals[0]]
    told = {r["measure"]: r for r in rows if r["year"] == 2 and r.get("hospital") == "north" and r["worst_units"]}
    for measure in ("patients_displaced", "research_caseload"):
        row = told[measure]
        decimals = decimals_for(*sorted((row["worst"], row["best"])))
        (cells,) = (c for c in group if c["measure"].startswith(load_measures()[measure].short["sv"]))
        for which in ("worst", "best"):
            assert cells[which] == format_value(row[which], decimals, "sv", signed=True)
            assert cells[f"{which}_units"] == ", ".join(names[u] for u in row[f"{which}_units"])
        assert cells["granted"] == format_value(row["if_granted"], decimals, "sv", signed=True)


def test_a_known_allocation_has_no_best_or_worst_and_all_sets_stand_by_place() -> None:
    assert allocation_table(outcome("south").document["effects"], outcome("south").nodes, "sv", 2) is None
    table = sets_table(outcome().document["allocations"], outcome().nodes, "sv")
    (cells,) = table.groups.values()
    assert [c["units"] for c in cells] == [
        "Norra sjukhuset, Mellersta sjukhuset", "Norra sjukhuset, Södra sjukhuset",
        "Mellersta sjukhuset, Södra sjukhuset"]  # fmt: skip


# ------------------------------------------------------------------------------------------------ why


def test_why_sums_to_the_effect_of_the_answer_and_says_nothing_of_options() -> None:
    found = explained(outcome(), "north", None, 2, "sv")
    document = found.document
    row = next(r for r in outcome().document["effects"]
               if r.get("hospital") == "north" and r["year"] == 2 and r["measure"] == document["measure"]
               and r["reading"] == "main")  # fmt: skip
    assert document["effect"] == pytest.approx(row["effect"], abs=1e-9)
    assert sum(p["value"] for p in document["paths"]) + document["rest"] == pytest.approx(document["effect"])
    assert document["manifest"]["scenario_hash"] == outcome().manifest["scenario_hash"]
    for lang in ("sv", "en"):
        shown = explanation_markup(found, lang)
        assert "--" not in shown
        assert "_" not in re.sub(r"<[^>]*>", "", shown)
        assert "<li>" in shown
    typed = Console(width=200)
    with typed.capture() as captured:
        typed.print(answer_page(found.kind, document, "sv"))
    assert "--measure" in captured.get()


def test_the_worst_allocation_is_explained_where_nobody_knows_it() -> None:
    found = explained(outcome(), "north", "patients_displaced", 2, "sv", worst=True)
    assert len(found.document["units"]) == 2
    with pytest.raises(SettingError, match="worst"):
        explained(outcome("south"), "north", "patients_displaced", 2, "sv", worst=True)
    assert list(explained_hospitals(outcome(), "sv")) == ["north", "middle", "south"]
    assert "patients_displaced" in explained_measures("sv")


# ------------------------------------------------------------------------------------------------ who goes where


@cache
def way() -> MovedCare:
    return moved(outcome(), 2)


def test_now_and_then_are_the_own_patients_of_the_answer() -> None:
    table = flows_table(way().flows, outcome(), "sv", 0, by_region=False)
    assert table is not None
    (cells,) = table.groups.values()
    rows = outcome().document["effects"]
    for hospital, row in zip(("north", "middle", "south"), cells, strict=False):
        own = [r for r in rows if r.get("hospital") == hospital and r["year"] == 2 and r["perspective"] == "own_care"]
        assert row["before"] == format_value(sum(r["baseline"] for r in own), 1, "sv")
        assert row["change"] == format_value(sum(r["effect"] for r in own), 1, "sv", signed=True)


def test_a_hidden_number_is_not_given_away_by_its_change() -> None:
    table = flows_table(way().flows, outcome(), "sv", 12, by_region=False)
    assert table is not None
    (cells,) = table.groups.values()
    north = cells[0]
    assert north["before"] == "<12"
    assert "change" not in north
    assert cells[2]["change"]
    few = flows_table(way().flows, outcome(), "sv", 5, by_region=True)
    assert few is not None
    for cells in few.groups.values():
        shown = [c for c in cells if "change" in c]
        assert all(c["before"] in ("dolt", "<5") for c in cells if "change" not in c)
        assert len(cells) - len(shown) != 1  # one alone would be given back by the sum
        assert all(float(c["before"].replace(",", ".")) >= 5 for c in shown)
    ways = flows_table(way().flows, outcome(), "sv", 0, by_region=True)
    assert ways is not None
    assert next(iter(ways.groups)) == "Norra sjukhuset"
    assert next(iter(ways.groups.values()))[0]["from_region"] == "Alla regioner"


def test_what_is_pushed_aside_is_drawn_with_its_table() -> None:
    found = drawn_displaced(way(), outcome(), "sv")
    assert found.table.count("<tr") > 2
    assert "Hela sjukhuset" in found.table
    assert 'alt="' in found.image
    nothing = MovedCare(2, (), ())
    with pytest.raises(SettingError, match="trängs undan"):
        drawn_displaced(nothing, outcome(), "sv")
    assert flows_table((), outcome(), "sv", 0, by_region=False) is None


def test_travel_is_drawn_of_measures_that_change() -> None:
    measures = outcome().travel_measures(2, "sv")
    assert "hours_mean" in measures
    found = drawn_travel(outcome(), mapped_system(), "sv", "hours_mean", 2)
    assert "Region Nord" in found.table


# ------------------------------------------------------------------------------------------------ comparison


def test_a_comparison_holds_paired_differences_of_all_against_the_first() -> None:
    found = compared([outcome(), outcome("south"), outcome("summer")], "sv")
    rows = found.document["rows"]
    labels = found.document["labels"]
    assert labels == labels_of([outcome(), outcome("south"), outcome("summer")], "sv")
    results = [o.result() for o in (outcome(), outcome("south"))]
    change = [(r.data["with"] - r.data["without"]).isel(year=2) for r in results]
    entities = [str(e) for e in results[0].data["entity"].values]
    measures = [str(m) for m in results[0].data["measure"].values]
    told = [r for r in rows if r["of"] == labels[1] and "hospital" in r]
    assert told
    for row in told:
        place = entities.index(row["hospital"]), measures.index(row["measure"])
        values = (change[1] - change[0]).values[:, place[0], place[1]]
        assert row["difference"] == pytest.approx(float(np.nanmean(values)), abs=1e-9)
        assert row["low"] == pytest.approx(float(np.quantile(values[np.isfinite(values)], 0.05)))
        assert row["from_model"] == pytest.approx(0.0, abs=1e-9)
    assert differing_inputs(found.document, "sv") == []
    table = comparison_table(found.document, "sv", "hospital", show_all=True)
    assert table is not None
    assert [c.heading for c in table.columns] == ["Mått", "A", "B", "B − A", "C", "C − A"]
    row = next(r for r in told if r["measure"] == "patients_displaced" and r["hospital"] == "north")
    cells = next(c for c in table.groups["Norra sjukhuset"] if c["measure"].startswith("undanträngda"))
    decimals = max(decimals_for(r["low"], r["high"]) for r in rows
                   if r["measure"] == "patients_displaced" and r.get("hospital") == "north")  # fmt: skip
    low, high = (format_value(row[k], decimals, "sv", signed=True) for k in ("low", "high"))
    assert cells["d1"] == f"{format_value(row['difference'], decimals, 'sv', signed=True)} ({low} … {high})"
    assert list(table.groups) == ["Norra sjukhuset", "Mellersta sjukhuset", "Södra sjukhuset"]
    assert "B: " in drawn_comparison(found.document, "sv", show_all=False).svg.decode()
    assert table_markup(table)


def test_answers_of_another_seed_are_named_as_not_paired_and_have_no_interval() -> None:
    found = compared([outcome("south"), outcome("south", seed=2), outcome("summer")], "sv")
    (told,) = differing_inputs(found.document, "sv")
    assert told.startswith("B kan inte jämföras parvis med A, eftersom frö skiljer")
    assert found.document["labels"][1].endswith(" (2)")
    table = comparison_table(found.document, "sv", "hospital", show_all=True)
    assert table is not None
    cells = [c for group in table.groups.values() for c in group]
    assert not any("(" in c["d1"] for c in cells)
    assert all("(" in c["d2"] for c in cells)


def test_answers_on_other_data_are_named_as_not_paired_and_have_no_interval() -> None:
    other = answer(small_system(version="2"), ScenarioRun(titled(UNKNOWN, small_system()), 8, 2), NO_REGISTERS)
    found = compared([outcome("south"), other], "sv")
    assert differing_inputs(found.document, "sv")[0].startswith("B kan inte jämföras parvis med A, eftersom data")
    table = comparison_table(found.document, "sv", "hospital", show_all=True)
    assert table is not None
    assert not any("(" in c["d1"] for group in table.groups.values() for c in group)
    lines = drawn_comparison(found.document, "sv", show_all=True).csv.decode().splitlines()
    assert all(line.endswith(",,") for line in lines[1:])


def test_an_answer_of_older_code_is_run_again_to_tell_the_model_from_the_inputs() -> None:
    result = outcome("south").result()
    aged = replace(result, manifest={**result.manifest, "code_version": "0"})

    class Old(Outcome):
        def result(self):  # noqa: ANN202
            return aged

    old = Old(outcome("south").document, b"", b"x", outcome("south").system)
    found = compared([old, outcome("summer")], "sv")
    row = next(r for r in found.document["rows"] if r["measure"] == "patients_displaced" and "hospital" in r)
    assert row["from_system"] == pytest.approx(row["difference"], abs=1e-9)
    assert code_version() != "0"


def test_the_key_of_a_comparison_holds_its_order_year_and_language() -> None:
    a, b = outcome(), outcome("south")
    keys = {comparison_key([a, b], "sv", 2), comparison_key([b, a], "sv", 2), comparison_key([a, b], "en", 2),
            comparison_key([a, b], "sv", 1)}  # fmt: skip
    assert len(keys) == 4
    with pytest.raises(SettingError):
        compared([a], "sv")
    with pytest.raises(SettingError):
        compared([a] * (MOST + 1), "sv")


# ------------------------------------------------------------------------------------------------ files


def test_every_file_that_the_page_saves_is_opened_again() -> None:
    scenario = titled(with_part(UNKNOWN, SUMMER), mapped_system())
    assert opened_file("a.toml", scenario_file(scenario, mapped_system())) == scenario
    assert outcome("summer").netcdf_file is not None
    whole = opened_file("a.nc", outcome("summer").netcdf_file or b"")
    assert isinstance(whole, Outcome)
    assert whole.identity == outcome("summer").identity
    assert whole.scenario() == titled(with_part(SOUTH, SUMMER), mapped_system())
    plain = opened_file("a.json", outcome("summer").json_file)
    assert isinstance(plain, Outcome)
    with pytest.raises(StoreError, match=r"\.nc"):
        plain.result()
    found = compared([outcome(), outcome("south")], "sv")
    again = opened_file("a.json", found.json_file)
    assert json.loads(found.json_file) == again.document  # type: ignore[union-attr]
    with pytest.raises(ScenarioConflict):
        opened_file("a.toml", b"x")
    with pytest.raises(StoreError):
        opened_file("a.json", b"[1")
    assert RUN.command == "run"


def test_an_event_is_told_in_its_own_year() -> None:
    assert outcome("event").told_year == 1
    assert outcome("south").told_year == 2
