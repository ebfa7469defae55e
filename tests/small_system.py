"""A small country with every kind of row that an answer reads, and scenario files for it."""

from __future__ import annotations

from typing import Any

from graph_schema import CareSystem
from tests.synthetic import default_parameters, make_system

__all__ = ["CONCENTRATE", "EVENT", "GIVEN", "NOTHING", "small_system"]

HOSPITALS = ("north", "middle", "south")
HOURS = {("n", "middle"): 3, ("n", "south"): 6, ("m", "north"): 3, ("m", "south"): 2.5, ("s", "north"): 6,
         ("s", "middle"): 2.5}  # fmt: skip

CONCENTRATE = """\
name = "two_units"
title_sv = "Hjärtvården till två enheter"
title_en = "Heart care to two units"

[[decisions]]
kind = "concentrate"
area = "heart"
units = 2
"""
GIVEN = """\
name = "south_alone"
title_sv = "Hjärtvården till Södra"
title_en = "Heart care to the South"

[[decisions]]
kind = "concentrate"
area = "heart"
units = 1
hospitals = ["south"]
"""
EVENT = """\
name = "summer"
title_sv = "Sommar i mitten"
title_en = "Summer in the middle"

[[events]]
kind = "capacity"
hospital = "middle"
resource = "icu"
factor = { value = 0.5, low = 0.4, high = 0.6, source = "assumption: share of the beds that stay open" }
date_from = 2026-06-01
date_to = 2026-09-01
"""
NOTHING = """\
name = "nothing"
title_sv = "Ingenting"
title_en = "Nothing"
"""


def _around(value: float, share: float = 0.3) -> tuple[float, float, float]:
    return value, value * (1 - share), value * (1 + share)


def _places() -> dict[str, list[dict[str, Any]]]:
    regions, names = ("n", "m", "s"), {"north": "Norra sjukhuset", "middle": "Mellersta sjukhuset",
                                       "south": "Södra sjukhuset"}  # fmt: skip
    english = {"north": "Northern Hospital", "middle": "Middle Hospital", "south": "Southern Hospital"}
    return {
        "CareRegion": [{"id": "cr", "name_sv": "Samverkansregionen"}],
        "Region": [
            {"id": r, "name_sv": f"Region {n}", "population": p, "latitude": y}
            for r, n, p, y in zip(regions, ("Nord", "Mitt", "Syd"), (250e3, 800e3, 900e3), (64, 60, 56), strict=True)
        ],
        "Hospital": [
            {"id": h, "name_sv": names[h], "name_en": english[h], "kind": "university", "latitude": y,
             "anchor_share": (a, 0.8 * a, 1.2 * a)}
            for h, y, a in zip(HOSPITALS, (64, 60, 56), (0.001, 0.004, 0.005), strict=True)
        ],
        "PART_OF": [
            *({"source_id": r, "target_id": "cr"} for r in regions),
            {"source_id": "septal", "target_id": "cardiology", "parent_share": _around(0.5)},
        ],
        "LOCATED_IN": [{"source_id": h, "target_id": r} for h, r in zip(HOSPITALS, regions, strict=True)],
        "TRAVELS": [
            {"source_id": r, "target_id": h, "hours_p5": 0.3 * hours, "hours_p50": (hours, 0.9 * hours, 1.1 * hours),
             "hours_p95": 2 * hours}
            for r in regions
            for h in HOSPITALS
            for hours in [HOURS.get((r, h), 0.8)]
        ],
    }  # fmt: skip


def _areas() -> dict[str, list[dict[str, Any]]]:
    both = {"name_in_source": "x", "volume_grade": "derived", "needed_volume": _around(20, 0.2)}
    return {
        "CareArea": [
            {"id": "heart", "name_sv": "Hjärtvård", "name_en": "Heart care", "volume": _around(60, 0.2),
             "status": "in_process", "step": 4, "icu_transport_share": _around(0.1), "transport_share": _around(0.2),
             **both},
            {"id": "valve", "name_sv": "Klaffvård", "name_en": "Valve care", "volume": _around(90, 0.1), **both},
            {"id": "liver", "name_sv": "Levervård", "name_en": "Liver care", "volume": _around(40, 0.1),
             "units_decided": 2, "step": 8, **both},
        ],
        "PROVIDES": [
            *({"source_id": h, "target_id": "heart", "patients": p}
              for h, p in zip(HOSPITALS, (8, 22, 30), strict=True)),
            *({"source_id": h, "target_id": "valve", "patients": 30} for h in HOSPITALS),
            *({"source_id": h, "target_id": "liver", "permit": True, "valid_from": "2021-07-01"}
              for h in ("middle", "south")),
        ],
        "PROVIDES_VOLUME": [
            {"source_id": h, "target_id": "liver", "valid_from": "2021-07-01", "year": y, "patients": p,
             "patients_grade": "reported"}
            for h, counts in (("middle", (9, 16, 17)), ("south", (20, 24, 23)))
            for y, p in zip((2022, 2023, 2024), counts, strict=True)
        ],
        "PROVIDED_BEFORE": [{"source_id": "north", "target_id": "liver", "share": _around(0.2)}],
        "DEPENDS_ON": [{"source_id": "valve", "target_id": "heart", "criticality": _around(0.2)}],
        "Decision": [
            {"id": "d_liver", "body": "board", "kind": "granted", "date": "2020-12-01", "units": 2, "step": 7,
             "outcome": "två enheter", "reason": "ökade volymer"},
            {"id": "d_heart", "body": "socialstyrelsen", "kind": "started", "date": "2024-03-01", "step": 1},
        ],
        "CONCERNS": [{"source_id": "d_liver", "target_id": "liver"}, {"source_id": "d_heart", "target_id": "heart"}],
        "GRANTS": [{"source_id": "d_liver", "target_id": h} for h in ("middle", "south")],
        "REFUSES": [{"source_id": "d_liver", "target_id": "north"}],
    }  # fmt: skip


def _means() -> dict[str, list[dict[str, Any]]]:
    needs = [("heart", "cardiology", 0.5), ("heart", "septal", 0.6), ("valve", "cardiology", 0.5),
             ("valve", "septal", 0.2), ("liver", "surgery", 0.6), ("chest", "cardiology", 0.5),
             ("chest", "septal", 0.3), ("trauma", "surgery", 0.5)]  # fmt: skip
    functions = ("chest", "trauma")
    return {
        "Competence": [
            {"id": "cardiology", "name_sv": "kardiologi", "name_en": "cardiology"},
            {"id": "surgery", "name_sv": "kirurgi", "name_en": "surgery"},
            {"id": "septal", "name_sv": "septumablation", "name_en": "septal ablation", "kind": "narrow_skill",
             "is_base_specialty": False},
        ],
        "Resource": [
            {"id": "icu", "name_sv": "intensivvård", "name_en": "intensive care"},
            {"id": "theatre", "name_sv": "operation", "name_en": "theatre", "kind": "queue",
             "capacity_unit": "hours per working day", "amount_unit": "hours"},
        ],
        "Function": [
            {"id": "chest", "name_sv": "akut bröstsmärta", "name_en": "acute chest pain"},
            {"id": "trauma", "name_sv": "trauma", "name_en": "trauma"},
        ],
        "REQUIRES": [
            {"source_id": thing, "target_id": skill, "criticality": _around(k), "head_cases": 0 if thing in functions
             else _around(1)}
            for thing, skill, k in needs
        ],
        "STAFFS": [
            {"source_id": h, "target_id": c, "specialists": _around(n), "margin": (m, 1.0, 1.4 * m),
             "margin_grade": "derived"}
            for h, n in zip(HOSPITALS, (4, 8, 10), strict=True)
            for c, m in (("cardiology", 1.3), ("surgery", 1.5), ("septal", 1.1))
        ],
        "PERFORMS": [
            {"source_id": h, "target_id": f, "patients_relying": _around(n)}
            for h, n in zip(HOSPITALS, (120, 300, 400), strict=True)
            for f in functions
        ],
        "OPERATES": [
            row
            for h, n in zip(HOSPITALS, (6, 12, 14), strict=True)
            for row in (
                {"source_id": h, "target_id": "icu", "capacity": n, "occupancy": _around(0.75, 0.1),
                 "other_amount": _around(4)},
                {"source_id": h, "target_id": "theatre", "capacity": 4 * n, "occupancy": _around(0.85, 0.05),
                 "other_amount": _around(2), "capacity_unit": "hours per working day", "other_amount_unit": "hours"},
            )
        ],
        "USES": [
            {"source_id": "heart", "target_id": "icu", "amount": _around(2)},
            {"source_id": "heart", "target_id": "theatre", "amount": _around(4), "amount_unit": "hours",
             "can_wait": True},
            {"source_id": "valve", "target_id": "icu", "amount": _around(2)},
        ],
    }  # fmt: skip


def _floors() -> list[dict[str, Any]]:
    common = {"hospital_kind": "university", "grade": "assumed"}
    return [
        {"id": "f_lost", "measure": "competences_lost", "unit": "number", "basis": "relative", "hardness": "soft",
         "direction": "at_most", **common},
        {"id": "f_research", "measure": "research_caseload", "unit": "patients/year", "basis": "absolute",
         "threshold": 60, "direction": "at_least", "hardness": "hard", **common},
    ]  # fmt: skip


def small_system(**settings: str) -> CareSystem:
    """Three regions and hospitals; heart care stands before a decision, liver care has been decided."""
    return make_system(
        default_parameters(),
        {"name": "Trelandet", "history_start": "2018-07-01", **settings},
        floors=_floors(),
        **_places(),
        **_areas(),
        **_means(),
    )
