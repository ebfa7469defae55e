"""Which hospitals an area may go to when nobody knows yet: sets, how plausible they are, one set a draw.

How plausible a set is follows from earlier decisions. It is a reading of the past and no forecast of winners.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from graph_schema import CareSystem
from scenarios.conditional_bernoulli import (
    Choices,
    Floats,
    fit_ridge,
    log_likelihood,
    log_normaliser,
    one_step_left_out,
)
from scenarios.holders import allocation_sets, candidates
from scenarios.past_decisions import as_choices, past_decisions, traits

__all__ = ["RIDGES", "AllocationModel", "allocation_sets", "candidates", "draw_sets", "set_probabilities"]

RIDGES = (0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
NEAR = 1e-5  # last Newton step of a fit that is only to judge a ridge: the fit is then right to about 1e-10
ALLOCATION_FAMILY = 2  # streams of allocations; 0 are the dataset's quantities, 1 the scenario's


@dataclass(frozen=True, eq=False)
class AllocationModel:
    """P(G|n) ∝ exp Σ_{h∈G} x_hᵀb over all sets G of n units, b fitted to earlier decisions.

    Attributes
    ----------
    system, as_of
        What it was fitted to; nothing that began on `as_of` or later was used.
    leave_out
        Area that was left out of the fit.
    hospitals
        Coefficient of each hospital's indicator; others have 0.
    before, applied
        Coefficients of having done the care before, and of having applied.
    ridge
        Strength of the penalty, chosen by leave-one-area-out log-likelihood; inf: uniform.
    log_likelihood, uniform_log_likelihood
        Sum over the decisions of log P(set) with the decision left out, and if all sets were equal.
    decisions
        Areas that it was fitted to.
    """

    system: CareSystem = field(repr=False)
    as_of: dt.date
    leave_out: str | None = None
    hospitals: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict[str, float]()))
    before: float = 0.0
    applied: float = 0.0
    ridge: float = np.inf
    log_likelihood: float = 0.0
    uniform_log_likelihood: float = 0.0
    decisions: tuple[str, ...] = ()

    @classmethod
    def fit(cls, system: CareSystem, as_of: dt.date, leave_out: str | None = None) -> AllocationModel:
        """Return the model fitted to the decisions before `as_of`, one area left out.

        Where there are no decisions to learn from it is the uniform model.
        """
        return _fitted(system, as_of, leave_out)

    @classmethod
    def uniform(cls, system: CareSystem, as_of: dt.date) -> AllocationModel:
        """Return the model in which all sets are equally plausible."""
        return cls(system, as_of)

    def scores(self, system: CareSystem, area: str, hospitals: Sequence[str]) -> Floats:
        """Return x_hᵀb of each hospital for an area, shape (hospitals,)."""
        own = traits(system, area, hospitals, self.as_of, self.as_of)
        return np.array(
            [
                self.hospitals.get(h, 0.0) + self.before * before + self.applied * applied
                for h, (before, applied) in zip(hospitals, own, strict=True)
            ],
            dtype=np.float64,
        )

    def probabilities(self, system: CareSystem, area: str, sets: Sequence[Sequence[str]]) -> Floats:
        """Return how plausible each of the given sets is among them; sums to 1."""
        if not sets:
            return np.zeros(0)
        hospitals = sorted({h for members in sets for h in members})
        score = dict(zip(hospitals, self.scores(system, area, hospitals), strict=True))
        total: Floats = np.array([sum(score[h] for h in members) for members in sets], dtype=np.float64)
        weight = np.exp(total - total.max())
        return weight / weight.sum()


def _left_out_likelihood(choices: Choices, ridge: float, start: Floats) -> tuple[float, Floats]:
    """Return Σ log P(set of a | the other decisions) and the coefficients of all."""
    full = fit_ridge(choices, ridge, start)
    near = one_step_left_out(choices, ridge, full)
    total = 0.0
    for a in range(len(choices.sizes)):
        coefficients = fit_ridge(choices, ridge, near[a], left_out=a, tolerance=NEAR)
        total += float(log_likelihood(choices, coefficients)[a])
    return total, full


def _best(choices: Choices) -> tuple[float, float, Floats]:
    """Return the leave-one-out likelihood, the ridge and the coefficients of the best ridge."""
    none = np.zeros(choices.features.shape[-1], dtype=np.float64)
    found = [(*_left_out_likelihood(choices, ridge, none), ridge) for ridge in RIDGES]
    likelihood, coefficients, ridge = max(found, key=lambda item: item[0])
    return likelihood, ridge, coefficients


@lru_cache(maxsize=32)
def _fitted(system: CareSystem, as_of: dt.date, leave_out: str | None) -> AllocationModel:
    decisions = past_decisions(system, as_of, leave_out)
    if not decisions:
        return AllocationModel(system, as_of, leave_out)
    hospitals, choices = as_choices(decisions)
    likelihood, ridge, coefficients = _best(choices)
    values = [float(b) for b in coefficients]
    return AllocationModel(
        system=system,
        as_of=as_of,
        leave_out=leave_out,
        hospitals=MappingProxyType(dict(zip(hospitals, values, strict=False))),
        before=values[-2],
        applied=values[-1],
        ridge=ridge,
        log_likelihood=likelihood,
        uniform_log_likelihood=float(log_likelihood(choices, np.zeros_like(coefficients)).sum()),
        decisions=tuple(d.area for d in decisions),
    )


def set_probabilities(model: AllocationModel, area: str, n: int) -> Mapping[tuple[str, ...], float]:
    """Return P(G|n) of every set of n candidates of an area, in lexicographic order; sums to 1.

    Parameters
    ----------
    model
        Fitted without the area.
    area
        Id of a care area.
    n
        Units in a set.
    """
    possible = candidates(model.system, area, model.as_of)
    score = model.scores(model.system, area, possible)
    normaliser = log_normaliser(score, n)
    value = dict(zip(possible, score, strict=True))
    return MappingProxyType(
        {
            members: float(np.exp(sum(value[h] for h in members) - normaliser))
            for members in allocation_sets(possible, n)
        }
    )


def draw_sets(probabilities: Floats, seed: int, draws: int, area: str) -> NDArray[np.int64]:
    """Return the set of each draw by systematic sampling, in an order of its own.

    Draw i of N stands at the cumulative position (i + u)/N, so that every set gets N·P draws to within one; a
    fixed random permutation then keeps the sets from following the draw numbers. The result depends on
    nothing but the arguments.

    Parameters
    ----------
    probabilities
        Of the sets, shape (sets,); sums to 1.
    seed, draws
        Of the run.
    area
        Id; each area has a stream of its own.

    Returns
    -------
    array of int, shape (draws,)
        Index of a set.

    Examples
    --------
    >>> np.bincount(draw_sets(np.array([0.25, 0.75]), 1, 100, "hocm")).tolist()
    [25, 75]
    """
    digest = hashlib.sha256(area.encode("utf-8")).digest()
    words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 32, 4))
    sequence = np.random.SeedSequence(seed, spawn_key=(ALLOCATION_FAMILY, *words))
    generator = np.random.Generator(np.random.PCG64(sequence))
    positions = (np.arange(draws) + generator.random()) / draws
    cumulative = np.cumsum(probabilities) / np.sum(probabilities)
    cumulative[int(np.flatnonzero(probabilities)[-1]) :] = 1.0
    found = np.searchsorted(cumulative, positions, side="right").astype(np.int64)
    return found[generator.permutation(draws)]
