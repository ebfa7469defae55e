"""The linear inoperability input-output model bounds the loss of operability from above, wherever it has a solution.

With ``q = 1 - o`` and the criticalities κ as the coefficients, ``q_lin = κ q_lin + c`` where ``c`` is the loss that an
area starts with. The weakest link never exceeds the sum of the links, hence ``q ≤ q_lin`` where the spectral radius of
κ is below 1 (Haimes and Jiang 2001, *Journal of Infrastructure Systems* 7, 1–12).
"""

from __future__ import annotations

import numpy as np
import pytest

from impact.model.block import prepare
from impact.model.operability import ReachShares, family_product, operability
from impact.model.structure import compile_structure
from scenarios import Course
from tests.courses import AS_OF
from tests.synthetic import two_hospitals

AREAS = tuple(f"area_{n}" for n in range(6))
SHARES = ReachShares(np.full(2, 0.8), np.full(2, 0.5))


def _losses(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return each area's first loss at one hospital, its loss by the model and by the linear model; shape (areas,)."""
    random = np.random.default_rng(seed)
    kappa = np.where(random.random((6, 6)) < 0.4, random.uniform(0.05, 0.6, (6, 6)), 0.0)
    np.fill_diagonal(kappa, 0.0)
    kappa *= min(1.0, 0.9 / max(np.abs(np.linalg.eigvals(kappa)).max(), 1e-9))
    level = random.uniform(0, 1, 6)
    skills = [f"skill_{n}" for n in range(6)]
    system = two_hospitals(
        CareArea=[{"id": a} for a in AREAS],
        PROVIDES=[{"source_id": h, "target_id": a, "patients": 5} for h in ("hosp_a", "hosp_b") for a in AREAS],
        Competence=[{"id": c} for c in skills],
        REQUIRES=[{"source_id": a, "target_id": c, "criticality": 1} for a, c in zip(AREAS, skills, strict=True)],
        DEPENDS_ON=[
            {"source_id": AREAS[i], "target_id": AREAS[j], "criticality": float(kappa[i, j])}
            for i, j in zip(*np.nonzero(kappa), strict=True)
        ],
    )
    structure = compile_structure(system, Course(AS_OF), 1, "standing")
    block = prepare(structure, structure.table.draw(1, 0, 2), ())
    values = np.ones_like(block.levels)
    index = structure.competences
    for skill, part in zip(skills, level, strict=True):
        values[index.level_index[0, index.competences.index(skill)]] = part
    base = family_product(structure.dependencies, values, block.criticality.competence, SHARES)
    provided = np.ones((len(structure.activity.pair_area), 2))
    found = operability(structure.dependencies, base, provided, block.criticality.area, SHARES)
    nodes = [structure.activity.pair_index[0, structure.activity.areas.index(a)] for a in AREAS]
    return 1 - level, 1 - found[nodes, 0], np.linalg.solve(np.eye(6) - kappa, 1 - level)


@pytest.mark.parametrize("seed", range(20))
def test_the_loss_lies_between_the_first_loss_and_that_of_the_linear_model(seed: int) -> None:
    first, loss, linear = _losses(seed)
    assert (loss <= linear + 1e-9).all()
    assert (loss >= first - 1e-9).all()


def test_the_linear_model_adds_causes_where_the_weakest_link_counts_one() -> None:
    _, loss, linear = _losses(3)
    assert np.max(linear - loss) > 0.01
