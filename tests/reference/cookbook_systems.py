"""Random systems with what the cookbook asks about: standings, clusters, case log, sub-permits, partners, grades."""

from __future__ import annotations

import random
from typing import Any

from graph_schema import CareSystem
from tests.random_systems import random_tables
from tests.synthetic import default_parameters, make_system

__all__ = ["varied_system"]

Rows = list[dict[str, Any]]
EXTRA = 6
STATUSES = ("decided", "decided", "in_process", "in_process", "closed")


def _around(value: float) -> tuple[float, float, float]:
    return value, 0.8 * value, min(1.2 * value, max(value, 1.0)) if value <= 1 else 1.2 * value


def _more_areas(r: random.Random, t: dict[str, Rows]) -> list[str]:
    """Areas like the first, with other holders and needs."""
    hospitals = [h["id"] for h in t["Hospital"]]
    for i in range(EXTRA):
        area = f"extra_{i}"
        t["CareArea"].append({**t["CareArea"][0], "id": area})
        for h in r.sample(hospitals, r.randint(1, min(2, len(hospitals)))):
            row: dict[str, Any] = {"source_id": h, "target_id": area, "permit": True}
            row |= {"valid_from": r.choice(["2016-01-01", "2020-01-01", "2022-03-01", "2025-12-31"])}
            row |= {"valid_to": "2025-12-31"} if r.random() < 0.2 else {}
            t["PROVIDES"].append(row)
        for c in r.sample(t["Competence"], r.randint(1, len(t["Competence"]))):
            need = {"source_id": area, "target_id": c["id"], "reach": r.choice(["same_site", "same_site", "network"])}
            need |= {"head_cases": _around(r.choice([0.5, 1.0, 2.0]))} if r.random() < 0.9 else {"head_cases": 0}
            if r.random() < 0.3:
                need |= {"family": "f9", "family_rule": "any"}
            t["REQUIRES"].append({**need, "criticality": _around(r.choice([0.3, 0.5, 0.7]))})
        if r.random() < 0.7:
            t["USES"].append({"source_id": area, "target_id": "res_bed", "amount": _around(r.choice([1.0, 3.0]))})
    return [a["id"] for a in t["CareArea"]]


def _links(r: random.Random, t: dict[str, Rows], areas: list[str]) -> None:
    there = {(row["source_id"], row["target_id"]) for row in t["DEPENDS_ON"]}
    for a in areas:
        for b in areas:
            if a != b and (a, b) not in there and r.random() < 0.18:
                row = {"source_id": a, "target_id": b, "reach": "network"}
                t["DEPENDS_ON"].append({**row, "criticality": _around(r.choice([0.2, 0.5, 0.9]))})
    before = {(row["source_id"], row["target_id"]) for row in t["PROVIDED_BEFORE"]}
    for h in t["Hospital"]:
        for a in areas:
            if h["kind"] != "unnamed" and (h["id"], a) not in before and r.random() < 0.25:
                t["PROVIDED_BEFORE"].append({"source_id": h["id"], "target_id": a})


def _standing(r: random.Random, t: dict[str, Rows]) -> None:
    for area in t["CareArea"]:
        area |= {"status": r.choice(STATUSES), "age": r.choice(["child", "adult", "both"]),
                 "step": r.randint(1, 8), "volume_grade": r.choice(["reported", "derived", "assumed"])}  # fmt: skip
        if r.random() < 0.8:
            area["cluster"] = r.choice(["heart", "liver"])
    for row in t["STAFFS"]:
        if r.random() < 0.8:
            row["margin"] = _around(r.choice([1.2, 1.5, 3.0]))


def _log(r: random.Random, t: dict[str, Rows], areas: list[str]) -> None:
    t["Decision"], t["CONCERNS"], t["GRANTS"], t["REFUSES"] = [], [], [], []
    for i in range(12):
        row: dict[str, Any] = {"id": f"dec_{i}", "body": "board", "kind": r.choice(["granted", "started", "opinion"])}
        if r.random() < 0.8:
            row["date"] = r.choice(["2019-02-01", "2020-02-01", "2021-02-01"])
        t["Decision"].append(row | ({"units": r.randint(1, 5)} if r.random() < 0.5 else {}))
        t["CONCERNS"] += [{"source_id": row["id"], "target_id": a} for a in r.sample(areas, r.randint(1, 2))]
        if row["kind"] == "granted":
            for h in t["Hospital"]:
                kind = r.choice(["GRANTS", "REFUSES", None])
                if kind:
                    t[kind].append({"source_id": row["id"], "target_id": h["id"]})


def _partners(r: random.Random, t: dict[str, Rows]) -> None:
    """Sub-permits, partners, providers without a permit and ended permits, where the hospital holds nothing else."""
    held = {(row["source_id"], row["target_id"]) for row in t["PROVIDES"]}
    for h in t["Hospital"]:
        for area in t["CareArea"]:
            if (h["id"], area["id"]) in held or r.random() < 0.5:
                continue
            row = {"source_id": h["id"], "target_id": area["id"], "permit": True, "valid_from": "2022-03-01"}
            kinds = ({"role": "partner"}, {"sub_permit": "children"}, {"permit": False}, {"valid_to": "2024-12-31"})
            t["PROVIDES"].append(row | r.choice(kinds))


def _doubles(r: random.Random, t: dict[str, Rows]) -> None:
    """A second row in force of the same hospital and area; volumes of a sub-permit and of one home region."""
    for row in list(t["PROVIDES"]):
        if row["permit"] and row.get("role", "holder") == "holder" and "sub_permit" not in row and r.random() < 0.4:
            t["PROVIDES"].append({**row, "valid_from": "2014-06-01", "patients": _around(r.choice([3.0, 40.0]))})
            t["PROVIDES"][-1].pop("valid_to", None)
    home = t["Region"][0]["id"]
    for row in list(t["PROVIDES"]):
        if row["permit"] and row.get("role", "holder") == "holder" and r.random() < 0.5:
            volume = {k: row[k] for k in ("source_id", "target_id", "valid_from", "sub_permit") if k in row}
            volume |= {"year": 2025, "patients": _around(r.choice([5.0, 9.0]))}
            t["PROVIDES_VOLUME"].append(volume | r.choice([{}, {"home_region": home}]))


def varied_system(seed: int) -> CareSystem:
    """A random system of some ten areas in which every condition of the cookbook's queries decides something."""
    r = random.Random(seed)  # noqa: S311
    t = random_tables(seed)
    areas = _more_areas(r, t)
    _links(r, t, areas)
    _standing(r, t)
    _log(r, t, areas)
    _partners(r, t)
    _doubles(r, t)
    t["TRAVELS"] = [row for row in t["TRAVELS"] if row["target_id"] != "nameless"]  # as in the Swedish dataset
    return make_system(parameters=default_parameters(), settings={"history_start": "2018-07-01"}, **t)
