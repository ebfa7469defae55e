"""Balance of supply and need, and the hindcast, on the small country."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph_schema import CareSystem, Record
from impact.questions.balance import FLAGS, balance
from impact.questions.hindcast import hindcast, hindcast_summary
from tests.small_system import small_system


def changed(system: CareSystem, type_name: str, change: Callable[[Record], Record | None]) -> CareSystem:
    """The system with the rows of a type changed, or left out where the change gives None."""
    rows = [new for record in system.rows[type_name] if (new := change(record)) is not None]
    return system.replace(**{type_name: rows})


def test_every_row_has_the_fields_of_the_contract_and_stands_north_to_south() -> None:
    rows = balance(small_system(), draws=20)
    fields = {"hospital", "competence", "resource", "supply", "need", "unit", "ratio", "margin", "p_margin_below_1_1",
              "cases_to_breaking", "flag"}  # fmt: skip
    assert all(fields <= row.keys() for row in rows)
    assert {row["flag"] for row in rows} <= {None, *FLAGS}
    order = [row["hospital"] for row in rows]
    assert order == sorted(order, key=["north", "middle", "south"].index)


def test_caseload_is_margin_times_need() -> None:
    for row in balance(small_system(), draws=20):
        if row["unit"] != "cases/year" or row["flag"] == "no_caseload":
            continue
        assert row["cases_to_breaking"] == pytest.approx(row["supply"] - row["need"])
        assert (row["ratio"] > 1) == (row["cases_to_breaking"] > 0) or row["flag"] is not None


def test_a_resource_that_nothing_is_known_of_is_flagged() -> None:
    system = small_system()
    used = {r.text("target_id") for r in system.rows["USES"] if r.text("source_id") == "heart"}
    without = changed(system, "OPERATES", lambda r: None if r.text("source_id") == "middle" else r)
    flagged = {r["resource"] for r in balance(without, draws=4) if r["flag"] == "no_resource"}
    assert used <= flagged
    assert not [r for r in balance(system, draws=4) if r["flag"] == "no_resource"]


def test_a_full_resource_is_flagged() -> None:
    system = small_system()
    full = system.with_values({i: 1.2 for i in system.quantities if i.endswith(".occupancy") and "middle" in i})
    rows = {(r["hospital"], r["resource"]): r for r in balance(full, draws=4) if r["resource"]}
    assert {r["flag"] for (h, _), r in rows.items() if h == "middle"} == {"over_capacity"}
    assert {r["flag"] for (h, _), r in rows.items() if h == "south"} == {None}


def test_a_margin_below_one_is_below_need() -> None:
    system = small_system()
    fixed = system.with_values({i: 0.8 for i in system.quantities if i.endswith("margin")})
    flags = {r["flag"] for r in balance(fixed, draws=4) if r["unit"] == "cases/year"}
    assert flags <= {"below_need", "no_caseload"}
    assert "below_need" in flags


def test_the_hindcast_holds_functions_permits_and_evidence() -> None:
    system = small_system()
    evidence = {"hospital": "north", "kind": "competence", "target": "cardiology", "evidence": "A ward.", "source": "s"}
    rows = hindcast(system, [evidence], draws=20)
    kinds = {(r["hospital"], r["kind"], r["target"]): r for r in rows}
    assert ("south", "area", "liver") in kinds
    assert kinds["north", "competence", "cardiology"]["evidence"] == "A ward."
    known = {(r.text("source_id"), r.text("target_id")) for r in system.rows["PERFORMS"] if r.flag("known_to_run")}
    assert known == {(h, t) for h, k, t in kinds if k == "function"}
    assert all(0 <= r["p_below_half"] <= 1 for r in rows)


def test_what_the_model_does_not_have_is_known_and_not_modelled() -> None:
    evidence = {"hospital": "north", "kind": "area", "target": "liver", "evidence": "x", "source": "s"}
    system = changed(small_system(), "PROVIDED_BEFORE", lambda _: None)
    rows = [r for r in hindcast(system, [evidence | {"target": "moon"}], draws=4) if r["target"] == "moon"]
    assert [(r["mean"], r["p_below_half"]) for r in rows] == [(None, None)]
    assert hindcast_summary(rows) == {"known": 1, "modelled": 0, "p_below_half": None, "passes": False}


def test_a_hospital_that_lost_its_competence_fails_the_hindcast() -> None:
    system = small_system()
    critical = {i: 1.0 for i in system.quantities if i.endswith("criticality") and ".requires." in i}
    weak = system.with_values({**critical, **{i: 0.2 for i in system.quantities if i.endswith("margin")}})
    assert hindcast_summary(hindcast(system, draws=20))["passes"] is True
    assert hindcast_summary(hindcast(weak, draws=20))["passes"] is False
