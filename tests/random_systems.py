"""Small random care systems and courses that use every rule of the model, from a seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_schema import CareSystem
from scenarios import Closure, Course, Delay, FactorChange, HolderChange, ReachChange, ShareChange
from tests.courses import AS_OF, certain
from tests.synthetic import default_parameters, make_system

__all__ = ["Sample", "random_course", "random_sample", "random_system", "random_tables"]

REACHES = ("same_site", "in_reach", "network")
PERMIT_DAYS = ("2015-01-01", "2019-05-01", "2021-07-01", "2023-01-01")


@dataclass(frozen=True)
class Sample:
    system: CareSystem
    course: Course
    start: str


def _around(r: random.Random, low: float, high: float, limit: float = float("inf")) -> tuple[float, float, float]:
    """A number with a range."""
    middle = r.uniform(low, high)
    return middle, middle * r.uniform(0.6, 0.95), min(middle * r.uniform(1.05, 1.6), limit)


def _history(r: random.Random) -> dict[str, float]:
    parts = [r.choice([0.0, r.random()]) for _ in range(4)]
    total = sum(parts)
    if total == 0:
        parts, total = [0.0, 0.0, 0.0, 1.0], 1.0
    names = ("p_new", "p_already_concentrated", "p_regional", "p_spread")
    found = {n: round(p / total, 3) for n, p in zip(names, parts, strict=True)}
    largest = max(found, key=lambda n: found[n])
    found[largest] = round(found[largest] + 1 - sum(found.values()), 3)
    return found


def _places(r: random.Random, t: dict[str, list[dict[str, Any]]]) -> None:
    t["CareRegion"] = [{"id": "cr_a"}, {"id": "cr_b"}]
    regions = [f"reg_{i}" for i in range(r.randint(3, 5))]
    t["Region"] = [{"id": i, "population": _around(r, 500, 5000)} for i in regions]
    cares = ["cr_a", "cr_b", *(r.choice(["cr_a", "cr_b"]) for _ in regions)]
    t["PART_OF"] = [{"source_id": i, "target_id": c} for i, c in zip(regions, cares, strict=False)]
    hospitals = [f"hosp_{i}" for i in range(r.randint(2, 5))]
    kinds = ["university", "university", *(r.choice(["university", "county", "other"]) for _ in hospitals)]
    t["Hospital"] = []
    for i, k in zip(hospitals, kinds, strict=False):
        row: dict[str, Any] = {"id": i, "kind": k, "latitude": r.uniform(55, 68)}
        if r.random() < 0.6:
            row["anchor_share"] = _around(r, 0.001, 0.02, 1)
        elif r.random() < 0.5:
            row["anchor_patients"] = _around(r, 10, 100)
        if r.random() < 0.3:
            row["research_share"] = _around(r, 0.1, 0.4, 1)
        t["Hospital"].append(row)
    t["LOCATED_IN"] = [{"source_id": h, "target_id": r.choice(regions)} for h in hospitals]
    if r.random() < 0.3:
        t["Hospital"].append({"id": "nameless", "kind": "unnamed"})
        t["LOCATED_IN"].append({"source_id": "nameless", "target_id": t["LOCATED_IN"][0]["target_id"]})
    t["TRAVELS"] = []
    for i in regions:
        for h in [row["id"] for row in t["Hospital"]]:
            near = r.uniform(0.2, 5)
            middle = (near, near * 0.9, near * 1.1)
            t["TRAVELS"].append(
                {"source_id": i, "target_id": h, "hours_p5": near * 0.4, "hours_p50": middle, "hours_p95": near * 2.2}
            )


def _areas(r: random.Random, t: dict[str, list[dict[str, Any]]], areas: list[str]) -> None:
    t["CareArea"], t["PROVIDES"], t["PROVIDES_VOLUME"] = [], [], []
    t["PROVIDED_BEFORE"], t["REFERS_TO"], t["DEPENDS_ON"] = [], [], []
    hospitals = [h["id"] for h in t["Hospital"]]
    for area in areas:
        row: dict[str, Any] = {"id": area, "volume": _around(r, 8, 80), **_history(r)}
        optional = {"needed_volume": (5, 40), "new_share": (0.05, 0.4), "transport_share": (0.1, 0.5),
                    "share_outside": (0.1, 0.4)}  # fmt: skip
        row.update({k: _around(r, *v) for k, v in optional.items() if r.random() < 0.5})
        t["CareArea"].append(row)
        _holders(r, t, area, hospitals)
        _links(r, t, area, areas)


def _holders(r: random.Random, t: dict[str, list[dict[str, Any]]], area: str, hospitals: list[str]) -> None:
    dated = r.choice([None, *PERMIT_DAYS])
    for h in r.sample(hospitals, r.randint(1, min(3, len(hospitals)))):
        permit: dict[str, Any] = {"source_id": h, "target_id": area, "permit": dated is not None}
        if dated:
            permit["valid_from"] = r.choice([dated, dated, "2022-03-01"])
            if r.random() < 0.15:
                permit["valid_to"] = r.choice(["2024-06-30", "2027-12-31"])
        if r.random() < 0.3:
            permit["patients"] = _around(r, 2, 30)
        if r.random() < 0.2:
            permit["capacity"] = _around(r, 10, 60)
        t["PROVIDES"].append(permit)
        if r.random() < 0.5:
            key = {k: permit[k] for k in ("source_id", "target_id", "valid_from") if k in permit}
            years = r.sample(range(2021, 2025), 2)
            t["PROVIDES_VOLUME"] += [{**key, "year": y, "patients": r.randint(0, 40)} for y in years]


def _links(r: random.Random, t: dict[str, list[dict[str, Any]]], area: str, areas: list[str]) -> None:
    hospitals = [h["id"] for h in t["Hospital"]]
    for h in r.sample(hospitals, r.choice([0, 0, 1, 2])):
        stated = {"share": _around(r, 0.1, 0.5, 1)} if r.random() < 0.6 else {}
        t["PROVIDED_BEFORE"].append({"source_id": h, "target_id": area, **stated})
    for i in r.sample([x["id"] for x in t["Region"]], r.choice([0, 1, 2])):
        for h in r.sample([h for h in hospitals if h != "nameless"], 2):
            t["REFERS_TO"].append({"source_id": i, "target_id": h, "area": area, "share": _around(r, 0.2, 0.6, 1)})
    for other in r.sample(areas, r.randint(0, 2)):
        if other != area:
            kappa, reach = _around(r, 0.1, 0.6, 1), r.choice(REACHES)
            t["DEPENDS_ON"].append({"source_id": area, "target_id": other, "criticality": kappa, "reach": reach})


def _skills(r: random.Random, t: dict[str, list[dict[str, Any]]], areas: list[str]) -> None:
    skills = [f"comp_{i}" for i in range(r.randint(2, 5))]
    hospitals = [h["id"] for h in t["Hospital"] if h["kind"] != "unnamed"]
    t["Competence"] = []
    for i, c in enumerate(skills):
        narrow = i > 1 and r.random() < 0.7
        t["Competence"].append({"id": c, "kind": "narrow_skill" if narrow else "specialty",
                                "is_base_specialty": r.random() < 0.5})  # fmt: skip
        if narrow:
            row: dict[str, Any] = {"source_id": c, "target_id": skills[r.randrange(i)]}
            if r.random() < 0.5:
                t["Competence"][-1]["parent_fraction"] = _around(r, 0.02, 0.5, 1)
            t["PART_OF"].append(row | ({"parent_share": _around(r, 0.3, 0.8, 1)} if r.random() < 0.5 else {}))
    _needs(r, t, areas, skills)
    t["STAFFS"] = []
    for h in hospitals:
        for c in skills:
            if r.random() < 0.4:
                numbers = {"specialists": (2, 9), "fte": (2, 7), "rota_heads": (2, 6), "margin": (1.05, 2.5),
                           "outside_caseload": (10, 300)}  # fmt: skip
                known = {k: _around(r, *v) for k, v in numbers.items() if r.random() < 0.4}
                t["STAFFS"].append({"source_id": h, "target_id": c, **known})


def _needs(r: random.Random, t: dict[str, list[dict[str, Any]]], areas: list[str], skills: list[str]) -> None:
    hospitals = [h["id"] for h in t["Hospital"] if h["kind"] != "unnamed"]
    functions = [f"fn_{i}" for i in range(r.randint(0, 2))]
    t["Function"] = [{"id": f, "kind": r.choice(["emergency", "education"])} for f in functions]
    t["PERFORMS"] = [
        {"source_id": h, "target_id": f, "patients_relying": _around(r, 50, 500)}
        for f in functions for h in hospitals if r.random() < 0.6
    ]  # fmt: skip
    t["REQUIRES"] = []
    for thing in areas + functions:
        rules = {"f1": r.choice(["any", "all"]), "f2": "all"}
        for c in r.sample(skills, r.randint(0, len(skills))):
            kappa, reach = _around(r, 0.2, 0.7, 1), r.choice(REACHES)
            row = {"source_id": thing, "target_id": c, "criticality": kappa, "reach": reach}
            row["head_cases"] = 0 if thing in functions else _around(r, 0.3, 2)
            family = r.choice([None, "f1", "f2"])
            if family:
                row |= {"family": family, "family_rule": rules[family]}
            t["REQUIRES"].append(row)
    for f in functions:
        if r.random() < 0.5:
            row = {"source_id": f, "target_id": r.choice(areas), "reach": r.choice(REACHES)}
            t["DEPENDS_ON"].append({**row, "criticality": _around(r, 0.2, 0.8, 1)})


def _shared(r: random.Random, t: dict[str, list[dict[str, Any]]], areas: list[str]) -> None:
    t["Resource"] = [{"id": "res_bed", "kind": "loss"}, {"id": "res_or", "kind": "queue"}]
    t["OPERATES"], t["USES"] = [], []
    for h in (h["id"] for h in t["Hospital"] if h["kind"] != "unnamed"):
        for resource in ("res_bed", "res_or"):
            if r.random() < 0.7:
                row: dict[str, Any] = {"source_id": h, "target_id": resource, "capacity": _around(r, 4, 15)}
                row |= {"occupancy": _around(r, 0.5, 0.7, 0.85), "other_amount": _around(r, 1, 5)}
                optional = {"other_patients": (100, 900), "day_cv": (0.1, 0.3), "wait_days": (10, 60),
                            "guarantee_days": (60, 90), "refill_share": (0.2, 0.6)}  # fmt: skip
                t["OPERATES"].append(row | {k: _around(r, *v) for k, v in optional.items() if r.random() < 0.6})
    for area in areas:
        for resource in ("res_bed", "res_or"):
            if r.random() < 0.6:
                t["USES"].append({"source_id": area, "target_id": resource, "amount": _around(r, 1, 20)})


def random_tables(seed: int) -> dict[str, list[dict[str, Any]]]:
    """Rows of a random system, to be changed before `make_system`."""
    r = random.Random(seed)  # noqa: S311
    tables: dict[str, list[dict[str, Any]]] = {}
    areas = [f"area_{i}" for i in range(r.randint(2, 4))]
    _places(r, tables)
    _areas(r, tables, areas)
    _skills(r, tables, areas)
    _shared(r, tables, areas)
    return tables


def random_system(seed: int, history_start: str = "2018-07-01") -> CareSystem:
    """A random system of 2–5 hospitals that uses every kind of node and relationship the model reads."""
    return make_system(
        parameters=default_parameters(), settings={"history_start": history_start}, **random_tables(seed)
    )


def random_course(seed: int, system: CareSystem) -> Course:
    """Random changes of a random system: holders, shares, events."""
    r = random.Random(seed + 1)  # noqa: S311
    areas = [a.key[0] for a in system.rows["CareArea"]]
    hospitals = [h.key[0] for h in system.rows["Hospital"] if h.text("kind") != "unnamed"]
    area, day = r.choice(areas), r.choice([date(2026, 1, 1), date(2026, 8, 15), date(2028, 3, 1), date(2022, 3, 1)])
    if r.random() < 0.4 and len(hospitals) > 2:
        change = HolderChange(day, area, (), (), 2, tuple(hospitals))
    else:
        added = tuple(r.sample(hospitals, r.randint(0, 2)))
        removed = tuple(h for h in [*hospitals, "nameless"] if h not in added and r.random() < 0.7)
        change = HolderChange(day, area, added, removed)
    shares: tuple[ShareChange, ...] = ()
    if r.random() < 0.3:
        kept = r.choice([(), (), (hospitals[0],)])
        hours = (certain(0.5), f"scenario.hours.{area}") if r.random() < 0.5 else (None, None)
        shares = (ShareChange(day, area, certain(0.6), f"scenario.share.{area}", kept, *hours),)
    reaches: tuple[ReachChange, ...] = ()
    if r.random() < 0.3:
        later = date(2027, 5, 1)
        reaches = (ReachChange(r.choice([day, later]), r.choice(areas), "in_reach", tuple(hospitals[:1])),
                   ReachChange(later, area, "network"))  # fmt: skip
        reaches = tuple(sorted(reaches, key=lambda c: c.date))
    factors = [
        FactorChange(date(2027, 2, 1), date(2027, 9, 1), "capacity", r.choice([None, hospitals[0]]),
                     r.choice([None, "res_bed"]), None, certain(0.8), "scenario.capacity"),
        FactorChange(date(2027, 1, 1), date(2028, 1, 1), "staffing", hospitals[-1],
                     r.choice([None, "comp_0"]), None, certain(0.7), "scenario.staffing"),
        FactorChange(date(2027, 4, 1), date(2029, 1, 1), "demand", None, r.choice([None, areas[0]]),
                     r.choice([None, "reg_1"]), certain(1.4), "scenario.demand"),
    ]  # fmt: skip
    closures = [Closure(date(2028, 2, 1), date(2028, 6, 1), r.choice(hospitals), r.choice([None, area]))]
    delays = [Delay(r.choice(areas), r.choice(hospitals), 120)]
    return Course(
        AS_OF, (change,), shares, tuple(f for f in factors if r.random() < 0.4),
        tuple(c for c in closures if r.random() < 0.3), tuple(d for d in delays if r.random() < 0.15), reaches,
    )  # fmt: skip


def random_sample(seed: int) -> Sample:
    """A random system, a course of changes and a start."""
    system = random_system(seed)
    return Sample(system, random_course(seed, system), "today" if seed % 2 else "standing")
