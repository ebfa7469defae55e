"""The cookbook's answers, computed from a care system with networkx and pandas, without Cypher and our queries."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from itertools import combinations
from typing import Any

import pandas as pd

from tests.reference.plain_chains import (
    dependency_path,
    dependents,
    evidence_of_areas,
    functions_beside,
    sources_of_area,
)
from tests.reference.plain_lookups import Plain, Row, in_force, interval, value

__all__ = ["ANSWERS"]

Answer = Callable[..., list[Row]]
FAR = 1e6


def hospitals_by_permits(s: Plain, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for h in s.all("Hospital"):
        held = s.held(h, as_of, permit=True)
        if held:
            alone = [a for a in held if s.holders(a, as_of, permit=True) == [h]]
            clusters = {s.get(a, "cluster") for a in held} - {None}
            rows.append({"hospital": h, "region": s.region(h), "permits": len(held), "alone": len(alone),
                         "cluster_count": len(clusters)})  # fmt: skip
    return sorted(rows, key=lambda r: (-r["permits"], r["hospital"]))


def permits_of_hospital(s: Plain, hospital: str, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for a in s.held(hospital, as_of, permit=True):
        days = [d["valid_from"] for h, d in s.into(a, "PROVIDES")
                if h == hospital and in_force(d, as_of, must_be_permit=True) and "valid_from" in d]  # fmt: skip
        others = [h for h in s.holders(a, as_of, permit=True) if h != hospital]
        rows.append({"area": a, "cluster": s.get(a, "cluster"), "age": s.get(a, "age"),
                     "valid_from": min(days, default=None), "other_hospitals": others})  # fmt: skip
    return rows


def permits_by_year(s: Plain, hospital: str | None) -> list[Row]:
    permits = [
        (int(d["valid_from"][:4]), h, a)
        for h in s.all("Hospital")
        for a, d in s.out(h, "PROVIDES")
        if d["permit"] and d["role"] == "holder" and "sub_permit" not in d and hospital in (None, h)
    ]
    frame = pd.DataFrame(permits, columns=["year", "hospital", "area"])
    found = frame.groupby("year").agg(
        permits=("area", "size"), area_count=("area", "nunique"), hospital_count=("hospital", "nunique")
    )
    return [{str(k): int(v) for k, v in row.items()} for row in found.reset_index().to_dict("records")]


def children_and_adults(s: Plain, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for h in s.all("Hospital"):
        ages = Counter(s.get(a, "age") for a in s.held(h, as_of, permit=True))
        if ages:
            rows.append({"hospital": h, **{k: ages[k] for k in ("child", "adult", "both")}, "permits": ages.total()})
    return sorted(rows, key=lambda r: (-r["permits"], r["hospital"]))


def providers_under_way(s: Plain, status: str, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for a in s.all("CareArea", status=status):
        held = s.holders(a, as_of)
        volume = s.graph.nodes[a]["volume"]
        rows.append({"area": a, "step": s.get(a, "step"), "patients": volume.value, **interval(volume, "patients"),
                     "hospital_count": len(held), "hospitals": held})  # fmt: skip
    return sorted(rows, key=lambda r: (-(r["step"] or 0), r["area"]))


def decisions_of_area(s: Plain, area: str) -> list[Row]:
    same = ("date", "kind", "body", "step", "units", "applications", "refusals")
    rows = [
        {
            **{name: s.get(d, name) for name in same},
            "granted": sorted(h for h, _ in s.out(d, "GRANTS")),
            "refused": sorted(h for h, _ in s.out(d, "REFUSES")),
            "decision": d,
        }
        for d in s.sources(area, "CONCERNS")
    ]
    return sorted(rows, key=lambda r: (r["date"] or "9999", r["decision"]))


def volumes(s: Plain, hospital: str | None, area: str | None) -> list[Row]:
    rows = [
        {"area": a, "hospital": h, "year": d["year"], "patients": d["patients"].value,
         **interval(d["patients"], "patients")}
        for h in s.all("Hospital")
        for a, d in s.out(h, "PROVIDES_VOLUME")
        if "sub_permit" not in d and "home_region" not in d and hospital in (None, h) and area in (None, a)
    ]  # fmt: skip
    return sorted(rows, key=lambda r: (r["area"], r["hospital"], r["year"], r["patients"]))


def thin_areas(s: Plain, hospital: str, most: int, criticality: float, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for a in s.held(hospital, as_of):
        needs = s.needs(a, criticality)
        single = sum(1 for d in needs.values() if "family" not in d)
        families = len({d["family"] for d in needs.values() if "family" in d})
        if 0 < single + families <= most:
            rows.append({"area": a, "needs": single + families, "competences": sorted(needs)})
    return sorted(rows, key=lambda r: (r["needs"], r["area"]))


def single_points(s: Plain, criticality: float, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []

    def add(area: str, kind: str, node: str | None, hospitals: list[str], weight: float | None) -> None:
        if len(hospitals) == 1:
            rows.append({"area": area, "kind": kind, "node": node or hospitals[0], "hospital": hospitals[0],
                         "criticality": weight})  # fmt: skip

    for a in s.all("CareArea"):
        add(a, "hospital", None, s.holders(a, as_of, permit=True), None)
        if s.get(a, "status") != "decided":
            continue
        for c, d in s.needs(a, criticality).items():
            if d.get("family_rule") != "any":
                add(a, "competence", c, s.sources(c, "STAFFS"), value(d["criticality"]))
        for r, _ in s.out(a, "USES"):
            add(a, "resource", r, s.sources(r, "OPERATES"), None)
        for b, d in s.out(a, "DEPENDS_ON"):
            if value(d["criticality"]) >= criticality:
                add(a, "area", b, s.holders(b, as_of, permit=True), value(d["criticality"]))
    return sorted(rows, key=lambda r: (r["area"], r["kind"], r["node"]))


def rare_competences(s: Plain, hospitals: int, criticality: float) -> list[Row]:
    rows: list[Row] = []
    for c in s.all("Competence"):
        there = s.sources(c, "STAFFS")
        who = sorted(n for n, d in s.into(c, "REQUIRES") if value(d["criticality"]) >= criticality)
        if len(there) <= hospitals and who:
            kinds = {n: s.graph.nodes[n]["type"] for n in who}
            rows.append({"competence": c, "hospitals": there,
                         "areas": [n for n in who if kinds[n] == "CareArea"],
                         "functions": [n for n in who if kinds[n] == "Function"]})  # fmt: skip
    return sorted(rows, key=lambda r: (len(r["hospitals"]), -len(r["areas"]), r["competence"]))


def thin_margins(s: Plain, hospital: str, margin: float, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    held, done = s.held(hospital, as_of), [f for f, _ in s.out(hospital, "PERFORMS")]
    for c, d in s.out(hospital, "STAFFS"):
        if "margin" in d and d["margin"].value <= margin:
            rows.append({"competence": c, "margin": d["margin"].value, **interval(d["margin"], "margin"),
                         "areas": [a for a in held if c in s.needs(a)],
                         "functions": sorted(f for f in done if c in s.needs(f))})  # fmt: skip
    return sorted(rows, key=lambda r: (r["margin"], r["competence"]))


def if_area_leaves(s: Plain, hospital: str, area: str, as_of: dt.date) -> list[Row]:
    held = s.held(hospital, as_of)
    if area not in held:
        return []
    staffed = dict(s.out(hospital, "STAFFS"))
    rows: list[Row] = []
    for c in s.needs(area):
        cases = {
            a: s.patients(hospital, a, as_of)[0] * (value(s.needs(a)[c].get("head_cases")) or 0.0)
            for a in held
            if c in s.needs(a)
        }
        own, others = cases.pop(area), sum(cases.values())
        outside = value(staffed.get(c, {}).get("outside_caseload"))
        total = own + others + outside if outside is not None else 0
        rows.append({"competence": c, "caseload": own, "other_caseload": others, "outside_caseload": outside,
                     "share": own / total if total else None, "only_here": not cases, "other_areas": sorted(cases),
                     "margin": value(staffed.get(c, {}).get("margin"))})  # fmt: skip
    return sorted(rows, key=lambda r: (-(2 if r["share"] is None else r["share"]), r["competence"]))


def lost_since_before(s: Plain, hospital: str, as_of: dt.date) -> list[Row]:
    now = s.held(hospital, as_of)
    return [
        {"area": a, "cluster": s.get(a, "cluster"), "status": s.get(a, "status"), "share": value(d.get("share")),
         "hospitals": s.holders(a, as_of)}
        for a, d in sorted(s.out(hospital, "PROVIDED_BEFORE"), key=lambda edge: edge[0])
        if a not in now
    ]  # fmt: skip


def cluster_gaps(s: Plain, cluster: str, kind: str, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for h in s.all("Hospital", kind=kind):
        held = s.held(h, as_of, permit=True)
        if not any(s.get(a, "cluster") == cluster for a in held):
            before = sorted(a for a, _ in s.out(h, "PROVIDED_BEFORE") if s.get(a, "cluster") == cluster)
            rows.append({"hospital": h, "region": s.region(h), "permits": len(held), "areas_before": before})
    return rows


def could_take_over(s: Plain, area: str, criticality: float, missing: int, as_of: dt.date) -> list[Row]:
    on_site = {c: d for c, d in s.needs(area).items() if d["reach"] == "same_site"}
    rows: list[Row] = []
    for h in s.all("Hospital"):
        if s.get(h, "kind") == "unnamed" or h in s.holders(area, as_of):
            continue
        staffed = {c for c, _ in s.out(h, "STAFFS")}
        met = {d["family"] for c, d in on_site.items() if d.get("family_rule") == "any" and c in staffed}
        lacking = sorted(c for c, d in on_site.items() if value(d["criticality"]) >= criticality
                         and c not in staffed and d.get("family") not in met)  # fmt: skip
        if len(lacking) <= missing:
            operated = {r for r, _ in s.out(h, "OPERATES")}
            rows.append({"hospital": h, "region": s.region(h), "missing": lacking,
                         "missing_resources": sorted({r for r, _ in s.out(area, "USES")} - operated)})  # fmt: skip
    return sorted(rows, key=lambda r: (len(r["missing"]), len(r["missing_resources"]), r["hospital"]))


def needs_of_area(s: Plain, area: str) -> list[Row]:
    rows: list[Row] = []
    for kind, relationship in (("competence", "REQUIRES"), ("area", "DEPENDS_ON"), ("resource", "USES")):
        for n, d in s.out(area, relationship):
            amount = d.get("amount") or d.get("head_cases")
            graded = d["criticality"] if "criticality" in d else d["amount"]
            rows.append({"kind": kind, "node": n, "criticality": value(d.get("criticality")), "reach": d.get("reach"),
                         "amount": value(amount), "unit": amount.unit if amount else None,
                         "grade": graded.grade})  # fmt: skip
    return sorted(rows, key=lambda r: (r["kind"], -(r["criticality"] or 0), r["node"]))


def needs_competence(s: Plain, competence: str, criticality: float, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for n, d in s.into(competence, "REQUIRES"):
        is_area = s.graph.nodes[n]["type"] == "CareArea"
        if d["criticality"].value >= criticality:
            there = s.holders(n, as_of) if is_area else s.sources(n, "PERFORMS")
            rows.append({"node": n, "kind": "area" if is_area else "function", "status": s.get(n, "status"),
                         "criticality": d["criticality"].value, **interval(d["criticality"], "criticality"),
                         "reach": d["reach"], "hospital_count": len(there)})  # fmt: skip
    return sorted(rows, key=lambda r: (-r["criticality"], r["node"]))


def common_competences(s: Plain, at_least: int, criticality: float) -> list[Row]:
    uses = [(c, s.get(a, "status"), a) for a in s.all("CareArea") for c in s.needs(a, criticality)]
    frame = pd.DataFrame(uses, columns=["competence", "status", "area"])
    counts = pd.crosstab(frame["competence"], frame["status"]).reindex(columns=["decided", "in_process"], fill_value=0)
    rows = [
        {"competence": str(c), "area_count": int(d) + int(u), "decided": int(d), "in_process": int(u),
         "hospital_count": len(s.sources(str(c), "STAFFS"))}
        for c, d, u in zip(counts.index, counts["decided"], counts["in_process"], strict=True)
    ]  # fmt: skip
    return sorted((r for r in rows if r["area_count"] >= at_least), key=lambda r: (-r["area_count"], r["competence"]))


def under_way_sharing(s: Plain, hospitals: int, criticality: float, status: str) -> list[Row]:
    scarce = {c for c in s.all("Competence") if len(s.sources(c, "STAFFS")) <= hospitals}
    rows: list[Row] = []
    for a, b in combinations(s.all("CareArea", status=status), 2):
        both = sorted(scarce & s.needs(a, criticality).keys() & s.needs(b, criticality).keys())
        if both:
            rows.append({"area": a, "other_area": b, "shared": len(both), "competences": both})
    return sorted(rows, key=lambda r: (-r["shared"], r["area"], r["other_area"]))


def areas_on_resource(s: Plain, hospital: str, resource: str, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for a in s.held(hospital, as_of):
        for r, d in s.out(a, "USES"):
            if r == resource:
                patients, basis = s.patients(hospital, a, as_of)
                rows.append({"area": a, "patients": patients, "basis": basis, "amount": d["amount"].value,
                             "unit": d["amount"].unit, "load": patients * d["amount"].value})  # fmt: skip
    total = sum(r["load"] for r in rows)
    rows = [{**r, "share": r["load"] / total if total else None} for r in rows]
    return sorted(rows, key=lambda r: (-r["load"], r["area"]))


def crowded_resources(s: Plain, occupancy: float, hospital: str | None, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for h in s.all("Hospital"):
        for r, d in s.out(h, "OPERATES"):
            if hospital in (None, h) and "occupancy" in d and d["occupancy"].value >= occupancy:
                users = [a for a in s.held(h, as_of) if r in {x for x, _ in s.out(a, "USES")}]
                rows.append({"hospital": h, "resource": r, "part_of_year": d.get("part_of_year"),
                             "capacity": d["capacity"].value, "unit": d["capacity"].unit,
                             "occupancy": d["occupancy"].value, **interval(d["occupancy"], "occupancy"),
                             "area_count": len(users)})  # fmt: skip
    return sorted(rows, key=lambda r: (-r["occupancy"], r["hospital"], r["resource"], r["part_of_year"] or ""))


def far_from_next_holder(s: Plain, hours: float, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for a in s.all("CareArea"):
        holders = s.holders(a, as_of, permit=True)
        for h in holders:
            ways = {o: s.hours(s.region(h), o) for o in holders if o != h}
            known = [(way, o) for o, way in ways.items() if way is not None]
            if len(known) == len(ways) and all(way > hours for way, _ in known):
                nearest = min(known, default=(None, None))
                rows.append({"area": a, "hospital": h, "next_hospital": nearest[1], "hours": nearest[0]})
    return rows


def travel_to_holders(s: Plain, area: str, permits: bool, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for r in s.all("Region"):
        ways = [(value(d["hours_p50"]), h, d) for h, d in s.out(r, "TRAVELS") if h in s.holders(area, as_of, permits)]
        hours, hospital, way = min(ways, key=lambda w: w[:2], default=(None, None, dict[str, Any]()))
        rows.append({"region": r, "population": s.get(r, "population"), "hospital": hospital, "hours": hours,
                     **interval(way.get("hours_p50"), "hours"), "km": value(way.get("km"))})  # fmt: skip
    return sorted(rows, key=lambda r: (-(FAR if r["hours"] is None else r["hours"]), r["region"]))


def far_regions(s: Plain, hours: float, as_of: dt.date) -> list[Row]:
    rows: list[Row] = []
    for r in s.all("Region"):
        ways: dict[str, float] = {}
        for a in s.all("CareArea"):
            holders = s.holders(a, as_of, permit=True)
            found = [way for h in holders if (way := s.hours(r, h)) is not None]
            if found and len(found) == len(holders):
                ways[a] = min(found)
        far = [a for a, way in ways.items() if way > hours]
        if far:
            farthest = min(ways, key=lambda a: (-ways[a], a))
            rows.append({"region": r, "population": s.get(r, "population"), "area_count": len(far),
                         "areas_with_permit": len(ways), "farthest_hours": ways[farthest],
                         "farthest_area": farthest})  # fmt: skip
    return sorted(rows, key=lambda r: (-r["area_count"], r["region"]))


_FOUND = (
    hospitals_by_permits, permits_of_hospital, permits_by_year, children_and_adults, providers_under_way,
    decisions_of_area, volumes, thin_areas, single_points, rare_competences, thin_margins, if_area_leaves,
    lost_since_before, cluster_gaps, could_take_over, needs_of_area, needs_competence, common_competences,
    under_way_sharing, dependency_path, dependents, functions_beside, areas_on_resource, crowded_resources,
    far_from_next_holder, travel_to_holders, far_regions, evidence_of_areas, sources_of_area,
)  # fmt: skip
ANSWERS: dict[str, Answer] = {answer.__name__: answer for answer in _FOUND}
