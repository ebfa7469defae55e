"""Chance in small yearly counts: negative binomial with variance ÷ mean = dispersion."""

from __future__ import annotations

import numpy as np
from scipy.special import betainc, gammaincc

from impact.model.arrays import Floats

__all__ = ["shortfall"]


def shortfall(mean: Floats, needed: Floats, dispersion: Floats) -> Floats:
    """Return P(N < needed) for a yearly count N.

    N is negative binomial with the given mean and variance ``dispersion·mean``; Poisson where the dispersion is 1.

    Parameters
    ----------
    mean
        Patients a year.
    needed
        Needed patients a year; rounded up to a whole number.
    dispersion
        Variance ÷ mean, at least 1.

    Returns
    -------
    array
        Probability, 0–1.

    Examples
    --------
    >>> import numpy as np
    >>> shortfall(np.array([15.0]), np.array([10.0]), np.array([1.0])).round(3)
    array([0.07])
    """
    least = np.ceil(needed)
    mean = np.maximum(mean, 1e-12)
    over = np.maximum(dispersion - 1, 1e-6)
    size = mean / over
    negative_binomial = betainc(size, np.maximum(least, 1.0), 1 / (1 + over))
    poisson = gammaincc(np.maximum(least, 1.0), mean)
    below = np.where(dispersion > 1 + 1e-6, negative_binomial, poisson)
    return np.where(least <= 0, 0.0, below)
