"""How areas hang together, solved by hand: the same number for neighbours and for clusters."""

from __future__ import annotations

import pytest

from graph_schema import CareSystem
from impact.questions.clusters import clusters, reviewed_areas
from impact.questions.kinship import all_ties, neighbours_of
from impact.questions.ties import pair_strength, ties_between
from tests.synthetic import make_system


def country() -> CareSystem:
    """`x` depends on `y` (0.3); both and `z` require `skill`, and so do `old`, closed, and a function.

    Heads: 2 and 10 at the two hospitals that state it, 6 on average. The one bed of `ecmo` is used by `x` for
    10 · 3.65 of 365 days (a tenth) and by `z` for a twentieth.
    """
    hospitals = ("hosp_a", "hosp_b", "hosp_c")
    status = {"x": "decided", "y": "in_process", "z": "proposed", "old": "closed"}
    kappa = {"x": 0.8, "y": 0.5, "z": 0.4, "old": 0.5, "fn": 1.0}
    return make_system(
        CareRegion=[{"id": "cr"}],
        Region=[{"id": "reg"}],
        PART_OF=[{"source_id": "reg", "target_id": "cr"}],
        Hospital=[{"id": h} for h in hospitals],
        LOCATED_IN=[{"source_id": h, "target_id": "reg"} for h in hospitals],
        TRAVELS=[{"source_id": "reg", "target_id": h} for h in hospitals],
        CareArea=[{"id": a, "status": s, "volume": 10, "cluster": "c" if a in ("y", "z") else ""}
                  for a, s in status.items()],
        PROVIDES=[{"source_id": h, "target_id": a, "patients": 5} for a in status for h in hospitals[:2]],
        Function=[{"id": "fn"}],
        Competence=[{"id": "skill", "kind": "narrow_skill", "is_base_specialty": False}],
        REQUIRES=[{"source_id": a, "target_id": "skill", "criticality": k} for a, k in kappa.items()],
        STAFFS=[{"source_id": h, "target_id": "skill", "specialists": n, "outside_caseload": 1, "margin": 1.2}
                for h, n in zip(hospitals, (2, 10, None), strict=True)],
        DEPENDS_ON=[{"source_id": "x", "target_id": "y", "criticality": 0.3}],
        Resource=[{"id": "ecmo"}],
        OPERATES=[{"source_id": "hosp_a", "target_id": "ecmo", "capacity": 1}],
        USES=[{"source_id": a, "target_id": "ecmo", "amount": n} for a, n in (("x", 3.65), ("z", 1.825))],
    )  # fmt: skip


# skill: κ·κ′ · min(1, 3/6) / n; two others of the reviewed x, y, z; three where `old` is one of the pair
BY_HAND = {
    ("x", "y"): 1 - (1 - 0.3) * (1 - 0.8 * 0.5 * 0.5 / 2),  # 0.37
    ("x", "z"): 1 - (1 - 0.8 * 0.4 * 0.5 / 2) * (1 - 2 * 0.05),  # 0.172
    ("y", "z"): 0.5 * 0.4 * 0.5 / 2,  # 0.05; the same cluster adds nothing
    ("old", "x"): 0.5 * 0.8 * 0.5 / 3,
    ("old", "y"): 0.5 * 0.5 * 0.5 / 3,
    ("old", "z"): 0.5 * 0.4 * 0.5 / 3,
}


def test_strengths_by_hand() -> None:
    found = {pair: pair_strength(ties) for pair, ties in all_ties(country()).items()}
    assert found == pytest.approx(BY_HAND, abs=1e-12)
    assert found["x", "y"] == pytest.approx(0.37)
    assert found["x", "z"] == pytest.approx(0.172)


def test_neighbours_and_clusters_say_the_same() -> None:
    system = country()
    for area in ("x", "y", "z", "old"):
        rows = neighbours_of(system, area)
        assert {(min(area, r["area"]), max(area, r["area"])): r["importance"] for r in rows} == pytest.approx(
            {pair: s for pair, s in BY_HAND.items() if area in pair}, abs=1e-12
        )
        assert [r["importance"] for r in rows] == sorted((r["importance"] for r in rows), reverse=True)
    (cluster,) = clusters(system, 0.1)
    assert {(p["a"], p["b"]): p["strength"] for p in cluster["pairs"]} == pytest.approx(
        {pair: s for pair, s in BY_HAND.items() if "old" not in pair and s >= 0.1}, abs=1e-12
    )


def test_what_binds_a_pair_does_not_depend_on_who_else_is_asked_for() -> None:
    system = country()
    everyone, reviewed = all_ties(system), ties_between(system, reviewed_areas(system))
    assert reviewed == {pair: ties for pair, ties in everyone.items() if "old" not in pair}
    assert ties_between(system, ("x", "z"))["x", "z"] == everyone["x", "z"]


def test_reasons_name_competence_resource_and_cluster() -> None:
    rows = {r["area"]: r for r in neighbours_of(country(), "z")}
    assert rows["x"]["why"] == "delar skill, ecmo"
    assert [t["resource"] for t in rows["x"]["ties"]] == [None, "ecmo"]
    assert rows["y"]["why"] == "delar skill; samma kluster"
    assert rows["y"]["ties"][-1]["strength"] == 0
