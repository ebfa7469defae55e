"""The conditional Bernoulli distribution: P(G) ∝ exp Σ_{h∈G} s_h over all sets G of n units.

The normaliser is the elementary symmetric polynomial e_n of the weights exp(s_h), by its exact recursion over
units; inclusion probabilities are its derivatives, by the same recursion backwards (only sums of positive
numbers, so nothing cancels). All functions take leading batch dimensions.

References
----------
Chen, Dempster and Liu (1994), Weighted finite population sampling to maximize entropy, Biometrika 81:457-469,
doi:10.1093/biomet/81.3.457.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Choices", "Floats", "fit_ridge", "inclusion", "log_likelihood", "log_normaliser", "one_step_left_out"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
ROUNDS = 100
TOLERANCE = 1e-10


def _shifted(scores: Floats) -> tuple[Floats, Floats]:
    """Return weights exp(s − max s) and max s; a unit that is not there has the score −inf."""
    top = scores.max(axis=-1)
    return np.exp(scores - top[..., None]), top


def _forward(weights: Floats, most: int) -> list[Floats]:
    """Return the polynomials e_0 … e_most of the first 0, 1, … units, each of shape (..., most + 1)."""
    now = np.zeros((*weights.shape[:-1], most + 1))
    now[..., 0] = 1.0
    found = [now]
    for j in range(weights.shape[-1]):
        following = now.copy()
        following[..., 1:] += weights[..., j, None] * now[..., :-1]
        found.append(following)
        now = following
    return found


def _inclusion(weights: Floats, n: Integers) -> tuple[Floats, Floats]:
    most = int(n.max(initial=0))
    steps = _forward(weights, most)
    wanted = (np.arange(most + 1) == n[..., None]).astype(np.float64)
    total = (steps[-1] * wanted).sum(axis=-1)
    back = wanted
    chance = np.empty_like(weights)
    for j in reversed(range(weights.shape[-1])):
        chance[..., j] = weights[..., j] * (back[..., 1:] * steps[j][..., :-1]).sum(axis=-1)
        earlier = back.copy()
        earlier[..., :-1] += weights[..., j, None] * back[..., 1:]
        back = earlier
    return total, chance / total[..., None]


def log_normaliser(scores: Floats, n: Integers | int) -> Floats:
    """Return log Σ_G exp Σ_{h∈G} s_h over all sets of n units.

    Parameters
    ----------
    scores
        Shape (..., units); −inf where a unit is not there.
    n
        Units in a set, shape (...).

    Examples
    --------
    >>> round(float(np.exp(log_normaliser(np.zeros(7), 2))))
    21
    """
    weights, top = _shifted(scores)
    sizes = np.broadcast_to(np.asarray(n, dtype=np.int64), top.shape)
    total = np.take_along_axis(_forward(weights, int(sizes.max(initial=0)))[-1], sizes[..., None], axis=-1)[..., 0]
    return np.log(total) + sizes * top


def inclusion(scores: Floats, n: Integers | int) -> Floats:
    """Return P(h ∈ G) of every unit, shape (..., units); sums to n.

    Examples
    --------
    >>> inclusion(np.zeros(4), 1).tolist()
    [0.25, 0.25, 0.25, 0.25]
    """
    weights, top = _shifted(scores)
    return _inclusion(weights, np.broadcast_to(np.asarray(n, dtype=np.int64), top.shape))[1]


@dataclass(frozen=True)
class Choices:
    """Sets that were chosen.

    Attributes
    ----------
    features
        Shape (choices, units, features); zero where a unit is not there.
    chosen, present
        Shape (choices, units).
    sizes
        Units in each set, shape (choices,).
    """

    features: Floats
    chosen: NDArray[np.bool_]
    present: NDArray[np.bool_]
    sizes: Integers

    def scores(self, coefficients: Floats) -> Floats:
        """Return x·b, −inf where a unit is not there; shape (choices, units)."""
        return np.where(self.present, (self.features * coefficients).sum(axis=-1), -np.inf)


def log_likelihood(choices: Choices, coefficients: Floats) -> Floats:
    """Return log P of every chosen set, shape (choices,)."""
    scores = choices.scores(coefficients)
    own = np.where(choices.chosen, scores, 0.0).sum(axis=-1)
    return own - log_normaliser(scores, choices.sizes)


def _moments(choices: Choices, coefficients: Floats) -> tuple[Floats, Floats]:
    """Return P(h ∈ G) of every choice, (choices, units), and the covariances of its units."""
    weights, _ = _shifted(choices.scores(coefficients))
    _, chance = _inclusion(weights, choices.sizes)
    units = weights.shape[-1]
    without = weights[:, None, :] * (1.0 - np.eye(units))
    less = np.broadcast_to((choices.sizes - 1)[:, None], without.shape[:2])
    _, given = _inclusion(without, less)
    both = chance[:, :, None] * given
    both[:, range(units), range(units)] = chance
    return chance, both - chance[:, :, None] * chance[:, None, :]


def _derivatives(choices: Choices, coefficients: Floats, counted: Floats, ridge: float) -> tuple[Floats, Floats]:
    """Return gradient and minus Hessian of the penalised log-likelihood."""
    chance, covariance = _moments(choices, coefficients)
    covariance = covariance * counted[:, None, None]
    features = choices.features
    residual = (choices.chosen - chance) * counted[:, None]
    gradient = np.einsum("ac,acp->p", residual, features) - ridge * coefficients
    curvature = np.einsum("acp,acq->pq", features, covariance @ features)
    return gradient, curvature + ridge * np.eye(len(coefficients))


def one_step_left_out(choices: Choices, ridge: float, fitted: Floats) -> Floats:
    """Return where one Newton step from the fit to all choices leads when each of them in turn does not count.

    Parameters
    ----------
    choices, ridge
        As for `fit_ridge`.
    fitted
        The fit to all of them, shape (features,).

    Returns
    -------
    array, shape (choices, features)
        A start for `fit_ridge`, near its end.
    """
    chance, covariance = _moments(choices, fitted)
    features = choices.features
    gradients = np.einsum("ac,acp->ap", choices.chosen - chance, features)
    curvatures = np.einsum("acp,acq->apq", features, covariance @ features)
    gradient = gradients.sum(axis=0) - gradients - ridge * fitted
    curvature = curvatures.sum(axis=0) - curvatures + ridge * np.eye(len(fitted))
    step: Floats = np.asarray(np.linalg.solve(curvature, gradient[..., None]), dtype=np.float64)[..., 0]
    return fitted + step


def fit_ridge(
    choices: Choices, ridge: float, start: Floats, left_out: int | None = None, tolerance: float = TOLERANCE
) -> Floats:
    """Return the coefficients b that maximise Σ log P(G) − ridge/2 · |b|², by Newton's method.

    Parameters
    ----------
    choices
        The chosen sets.
    ridge
        Strength of the penalty, above 0 (the maximum is then unique).
    start
        Where to begin, shape (features,).
    left_out
        Index of a choice that does not count.
    tolerance
        The step after which it stops; what is left then is about its square.
    """
    counted = np.ones(len(choices.sizes))
    if left_out is not None:
        counted[left_out] = 0.0

    def value(b: Floats) -> float:
        return float((log_likelihood(choices, b) * counted).sum() - ridge / 2 * (b * b).sum())

    found = start
    best = value(found)
    for _ in range(ROUNDS):
        gradient, curvature = _derivatives(choices, found, counted, ridge)
        step = np.linalg.solve(curvature, gradient).astype(np.float64)
        if float(np.abs(step).max(initial=0.0)) < tolerance:
            return found + step
        length, now = 1.0, value(found + step)
        while now < best - TOLERANCE * abs(best) and length > TOLERANCE:
            length /= 2
            now = value(found + length * step)
        found, best = found + length * step, now
    return found
