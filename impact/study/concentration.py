"""How unevenly something is spread: Herfindahl, largest share, Gini and concentration index, in every draw.

Gini and concentration index in the weighted form of Kakwani, Wagstaff and van Doorslaer (1997), Journal of
Econometrics 77:87–103.
"""

from __future__ import annotations

import numpy as np

from impact.model.arrays import Floats

__all__ = ["concentration_index", "gini", "herfindahl", "largest_share", "shares"]


def shares(amounts: Floats) -> Floats:
    """Return each row's share of the sum, ``s_i = x_i / Σ x``.

    Parameters
    ----------
    amounts
        At least 0, shape (rows, N).

    Returns
    -------
    array, shape (rows, N)
        0–1; NaN where the sum is 0.
    """
    total = amounts.sum(axis=0)
    return np.divide(amounts, total, out=np.full(amounts.shape, np.nan), where=total > 0)


def herfindahl(amounts: Floats) -> Floats:
    """Return the Herfindahl index ``Σ s_i²``: 1 where one has all, 1/n where n share alike.

    Parameters
    ----------
    amounts
        At least 0, shape (rows, N).

    Returns
    -------
    array, shape (N,)
        0–1; NaN where there is nothing to share.

    Examples
    --------
    >>> herfindahl(np.array([[3.0, 5.0], [1.0, 0.0]])).tolist()
    [0.625, 1.0]
    """
    return (shares(amounts) ** 2).sum(axis=0)


def largest_share(amounts: Floats) -> Floats:
    """Return the share of the largest, 0–1, shape (N,); NaN where there is nothing to share."""
    found = np.full(amounts.shape[1], np.nan)
    for row in shares(amounts):
        found = np.fmax(found, row)
    return found


def _weights(weights: Floats, values: Floats) -> Floats:
    """Weights that sum to 1 over the rows whose value is known, (rows, N)."""
    known = np.where(np.isfinite(values), weights, 0.0)
    total = known.sum(axis=0)
    return np.divide(known, total, out=np.zeros_like(known), where=total > 0)


def gini(values: Floats, weights: Floats) -> Floats:
    """Return the Gini index ``Σ_i Σ_j w_i w_j |x_i − x_j| / (2 μ)``, μ = Σ w_i x_i, weights summing to 1.

    Parameters
    ----------
    values
        At least 0, NaN where unknown; shape (rows, N).
    weights
        Inhabitants, shape (rows, N).

    Returns
    -------
    array, shape (N,)
        0 (all alike) to 1; NaN where nothing is known or all are 0.

    Examples
    --------
    >>> gini(np.array([[1.0], [3.0]]), np.array([[1.0], [1.0]])).tolist()
    [0.25]
    """
    weight, x = _weights(weights, values), np.nan_to_num(values)
    mean = (weight * x).sum(axis=0)
    apart = np.zeros_like(mean)
    for row, own in zip(x, weight, strict=True):
        apart += (own * weight * np.abs(x - row)).sum(axis=0)
    return np.divide(apart, 2 * mean, out=np.full_like(mean, np.nan), where=mean > 0)


def _ranks(order_by: Floats, weight: Floats) -> Floats:
    """Fractional rank of each row: the weight before it and half of that of all rows with its value, (rows, N)."""
    found = np.empty_like(weight)
    for i, own in enumerate(order_by):
        before = (weight * (order_by < own)).sum(axis=0)
        found[i] = before + (weight * (order_by == own)).sum(axis=0) / 2
    return found


def concentration_index(values: Floats, weights: Floats, order_by: Floats) -> Floats:
    """Return the concentration index ``2 Σ w_i x_i r_i / μ − 1``, r_i the fractional rank.

    Parameters
    ----------
    values
        At least 0, NaN where unknown; shape (rows, N).
    weights
        Inhabitants, shape (rows, N).
    order_by
        What the inhabitants are ranked by, from low to high, shape (rows, N); equal ones share their rank.

    Returns
    -------
    array, shape (N,)
        −1 to 1: below 0 where those ranked low have more of it; NaN where nothing is known.

    Examples
    --------
    >>> concentration_index(np.array([[3.0], [1.0]]), np.ones((2, 1)), np.array([[1.0], [2.0]])).tolist()
    [-0.25]
    """
    weight, x = _weights(weights, values), np.nan_to_num(values)
    mean = (weight * x).sum(axis=0)
    total = 2 * (weight * x * _ranks(order_by, weight)).sum(axis=0)
    return np.divide(total, mean, out=np.full_like(mean, np.nan), where=mean > 0) - 1
