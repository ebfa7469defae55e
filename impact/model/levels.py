"""The competence squeeze: caseload against need, the level it sustains, and how levels move.

``u = V/need``, ``ℓ(u) = u^k / (u^k + 1/9)`` so that ``ℓ(1) = 0.9``; levels move to their target as
``exp(−Δ/τ)`` with ``τ = T90 / ln 10``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from impact.model.arrays import Booleans, Floats
from impact.model.competences import Competences

__all__ = [
    "Squeeze", "area_caseload", "is_lost", "is_present", "level_curve", "squeeze_of", "step_levels", "sustained",
]  # fmt: skip

LEVEL_AT_NEED = 0.9
HALF_POINT = (1 - LEVEL_AT_NEED) / LEVEL_AT_NEED  # 1/9


@dataclass(frozen=True)
class Squeeze:
    """What a block of draws knows about caseloads.

    Attributes
    ----------
    cases
        Head-cases per patient for each case, shape (K, N).
    outside
        Caseload outside the areas [head-cases/year], shape (L, N).
    need
        Caseload at which a competence is just viable [head-cases/year], shape (L, N).
    known
        Whether a competence has a caseload today or had one with none of the decisions, shape (L, N): what never had
        one cannot be lost.
    exponent, loss_time, build_time
        k, and τ of loss and of rebuilding [years], shape (N,).
    """

    incidence: sparse.csr_array
    cases: Floats
    outside: Floats
    need: Floats
    known: Booleans
    exponent: Floats
    loss_time: Floats
    build_time: Floats


def level_curve(load: Floats, exponent: Floats) -> Floats:
    """Return the level that a relative caseload sustains, ``u^k/(u^k + 1/9)``.

    Parameters
    ----------
    load
        u = caseload ÷ need, shape (L, N).
    exponent
        k, shape (N,).

    Returns
    -------
    array, shape (L, N)
        Share of the patients needing the competence who get it at full standard; 0.9 at u = 1.

    Examples
    --------
    >>> import numpy as np
    >>> level_curve(np.array([[0.0, 1.0]]), np.array([3.0, 3.0]))
    array([[0. , 0.9]])
    """
    power = load**exponent
    return power / (power + HALF_POINT)


def area_caseload(
    competences: Competences, squeeze_cases: Floats, incidence: sparse.csr_array, volume: Floats
) -> Floats:
    """Return the head-cases a year that the areas give each level, shape (L, N)."""
    edges = squeeze_cases[competences.edge_case] * volume[competences.edge_pair]
    return incidence @ edges


def _incidence(competences: Competences) -> sparse.csr_array:
    edges, levels = len(competences.edge_level), len(competences.level_hospital)
    ones = np.ones(edges)
    return sparse.csr_array((ones, (competences.edge_level, np.arange(edges))), shape=(levels, edges))


def _cases(competences: Competences, values: Floats) -> Floats:
    direct = np.where(competences.case_slots[:, None] >= 0, values[np.maximum(competences.case_slots, 0)], 0.0)
    for child, parent, slot in competences.climbs:
        direct[parent] = np.maximum(direct[parent], values[slot] * direct[child])
    return direct


def _outside(competences: Competences, values: Floats, inside: Floats) -> Floats:
    """Return the outside caseload: counted, from staffing, a stated fraction of the parent's, or a ratio.

    A child never has more than its parent; one without areas at the hospital has the default fraction.
    """
    outside = np.empty_like(inside)
    for i, parent in enumerate(competences.level_parent):
        counted, (heads, usual) = competences.outside_slots[i], competences.staffing_slots[:, i]
        if counted >= 0:
            outside[i] = values[counted]
            continue
        if heads >= 0:
            outside[i] = np.maximum(values[heads] * values[usual] - inside[i], 0.0)
        else:
            outside[i] = values[competences.ratio_slots[i]] * inside[i]
        if parent >= 0:
            fraction = values[competences.child_slots[i]] * outside[parent]
            if competences.has_fraction[i] and heads < 0:
                outside[i] = fraction
                continue
            outside[i] = np.where(inside[i] > 0, np.minimum(outside[i], outside[parent]), fraction)
    return outside


def squeeze_of(
    competences: Competences,
    values: Floats,
    standing_volume: Floats,
    earlier_volume: Floats,
    parameters: dict[str, Floats],
) -> Squeeze:
    """Return outside caseload and need of a block of draws.

    Parameters
    ----------
    competences
        Compiled levels.
    values
        Drawn quantities, shape (slots, N).
    standing_volume
        Volumes at `standing` [patients/year], shape (P, N).
    earlier_volume
        Volumes with none of the decisions [patients/year], shape (P, N).
    parameters
        Model-wide quantities of the block.

    Returns
    -------
    Squeeze
        ``need = max(V⁰, V before)/m``: what a competence needs does not fall because its patients left; where it
        never had a caseload, ``need = rota heads · v_min``.
    """
    incidence = _incidence(competences)
    cases = _cases(competences, values)
    inside = area_caseload(competences, cases, incidence, standing_volume)
    outside = _outside(competences, values, inside)
    earlier = area_caseload(competences, cases, incidence, earlier_volume)
    most = outside + np.maximum(inside, earlier)
    smallest = values[competences.rota_slots] * values[competences.v_min_slots]
    need = np.where(most > 0, most / values[competences.margin_slots], smallest)
    return Squeeze(
        incidence=incidence,
        cases=cases,
        outside=outside,
        need=need,
        known=most > 0,
        exponent=parameters["level_exponent"],
        loss_time=parameters["t90_loss"] / np.log(10),
        build_time=parameters["t90_build"] / np.log(10),
    )


def relative_load(competences: Competences, squeeze: Squeeze, volume: Floats) -> Floats:
    """Return u = caseload ÷ need for volumes [patients/year] of shape (P, N); shape (L, N)."""
    caseload = squeeze.outside + area_caseload(competences, squeeze.cases, squeeze.incidence, volume)
    return caseload / squeeze.need


def is_present(known: Booleans, load: Floats) -> Booleans:
    """Return whether there is a competence to lose: one with a caseload, now or in what its need rests on."""
    return known | (load > 0)


def is_lost(known: Booleans, load: Floats, load_before: Floats) -> Booleans:
    """Return whether a competence is lost: there, and below its need this year and last (u < 1).

    Parameters
    ----------
    known
        `Squeeze.known`, shape (L, N).
    load, load_before
        u at this year's and at last year's end, shape (L, N).
    """
    return is_present(known, load) & (load < 1) & (load_before < 1)


def sustained(known: Booleans, load: Floats) -> Floats:
    """Return the share of the posts that the caseload sustains, ``min(1, √u)``; 1 where no competence is there."""
    return np.where(is_present(known, load), np.minimum(1.0, np.sqrt(load)), 1.0)


def step_levels(squeeze: Squeeze, levels: Floats, target: Floats, length: float) -> Floats:
    """Return the levels after a period: one exact exponential step towards the target.

    Parameters
    ----------
    squeeze
        Time constants.
    levels, target
        Shape (L, N).
    length
        Length of the period [years].
    """
    time = np.where(target > levels, squeeze.build_time, squeeze.loss_time)
    return target + (levels - target) * np.exp(-length / time)
