"""Queueing formulas: Erlang B for beds that cannot wait, elective excess for theatres that can.

Erlang 1917: ``B(0) = 1``, ``B(c) = a·B(c−1) / (c + a·B(c−1))``; linear between whole numbers of beds.
Elective excess: ``E[(X − H)⁺] = σ·(φ(z) − z·(1 − Φ(z)))`` with ``z = (H − μ)/σ``.
"""

from __future__ import annotations

import numpy as np
from scipy.special import gammaincc, gammaln, ndtr

from impact.model.arrays import Floats

__all__ = ["elective_excess", "erlang_b", "offered_hours", "offered_load"]

ROUNDS = 60
HIGHEST_LOAD = 1.3  # of the staffed hours: where the search for the offered load ends, a convention
FULL = 0.995
MANY_BEDS = 64  # from here on the closed form is faster than the recursion, and as exact
TINY = 1e-300
ROOT_TWO_PI = float(np.sqrt(2 * np.pi))


def erlang_b(load: Floats, beds: Floats) -> Floats:
    """Return the share of arrivals that find all beds taken.

    Parameters
    ----------
    load
        Offered load a = arrivals × length of stay [beds], shape (N,) or (S, N).
    beds
        Staffed beds c, the same shape; fractions interpolate linearly.

    Returns
    -------
    array
        Blocking probability, 0–1.

    References
    ----------
    Erlang, A. K. (1917), insensitive to the law of the length of stay.

    Examples
    --------
    >>> import numpy as np
    >>> erlang_b(np.array([8.0]), np.array([10.0])).round(4)
    array([0.1217])
    """
    if load.ndim == 1:
        return erlang_b(load[None], beds[None])[0]
    few = beds <= MANY_BEDS  # chosen for each number by itself, so that blocks only group draws
    found = np.empty_like(load)
    small, large = few.any(axis=1), ~few.all(axis=1)
    found[small] = _by_recursion(load[small], np.minimum(beds[small], MANY_BEDS))
    found[large] = np.where(few[large], found[large], _by_gamma(load[large], beds[large]))
    return found


def _by_gamma(load: Floats, beds: Floats) -> Floats:
    """Erlang B through the regularised incomplete gamma function: B = a^c e^(−a) / (c!·Q(c + 1, a))."""
    whole = np.floor(beds)
    safe = np.maximum(load, TINY)

    def blocking(c: Floats) -> Floats:
        log_density = c * np.log(safe) - safe - gammaln(c + 1)
        return np.exp(log_density) / np.maximum(gammaincc(c + 1, safe), TINY)

    at_floor = blocking(whole)
    return at_floor + (beds - whole) * (blocking(whole + 1) - at_floor)


def _by_recursion(load: Floats, beds: Floats) -> Floats:
    """Erlang B bed by bed; the rows with most beds stand first, so that finished ones are left."""
    whole = np.floor(beds)
    order = np.argsort(-whole.max(axis=1, initial=0), kind="stable")
    inverse = np.ones_like(load)  # 1/B(c) = 1 + (c/a)/B(c-1)
    per_load = 1 / np.maximum(load, TINY)
    sorted_whole, per_load, step = whole[order], per_load[order], np.empty_like(load)
    most = sorted_whole.max(axis=1, initial=0)
    at_floor, at_next = np.ones_like(load), np.ones_like(load)
    with np.errstate(over="ignore"):
        for c in range(1, int(most.max(initial=0)) + 2):
            rows = int(np.searchsorted(-most, -(c - 1), side="right"))  # rows with at least c - 1 whole beds
            part = slice(0, rows)
            np.multiply(inverse[part], per_load[part], out=step[part])
            np.multiply(step[part], c, out=step[part])
            np.add(step[part], 1, out=inverse[part])
            np.copyto(at_floor[part], inverse[part], where=sorted_whole[part] == c)
            np.copyto(at_next[part], inverse[part], where=sorted_whole[part] == c - 1)
    back = np.empty_like(order)
    back[order] = np.arange(len(order))
    at_floor, at_next = 1 / at_floor[back], 1 / at_next[back]
    return at_floor + (beds - whole) * (at_next - at_floor)


def offered_load(carried: Floats, beds: Floats) -> Floats:
    """Return the offered load a⁰ that solves ``a⁰·(1 − B(a⁰, c)) = carried``.

    Parameters
    ----------
    carried
        Mean occupied beds; at most 99.5 % of the beds are reachable and more is clipped to that.
    beds
        Staffed beds.

    Returns
    -------
    array
        Offered load [beds]; secant steps inside a bracket, to 1e-12 relative.
    """
    wanted = np.minimum(carried, FULL * beds)
    low, high = np.minimum(wanted, 0.0), beds + 2 / (1 - FULL)  # free beds are at most c/(a - c)
    load, last_load, last_gap = np.maximum(wanted, 0.0), np.zeros_like(wanted), -wanted
    for i in range(ROUNDS):
        gap = load * (1 - erlang_b(load, beds)) - wanted
        high, low = np.where(gap > 0, load, high), np.where(gap > 0, low, load)
        unfinished = np.abs(gap) / np.maximum(wanted, 1e-9) >= 1e-12
        if not unfinished.any():
            break
        slope = (gap - last_gap) / np.where(load != last_load, load - last_load, 1.0)
        secant = load - gap / np.where(slope > 1e-9, slope, np.inf)
        inside = (secant > low) & (secant < high) & (i % 4 < 3)
        last_load, last_gap = load, gap
        load = np.where(unfinished, np.where(inside, secant, 0.5 * (low + high)), load)
    return load


def elective_excess(mean: Floats, deviation: Floats, hours: Floats) -> Floats:
    """Return the mean hours a day beyond the staffed hours, ``E[(X − H)⁺]`` for normal X.

    Parameters
    ----------
    mean, deviation
        Of a day's load [hours].
    hours
        Staffed hours a day.

    Returns
    -------
    array
        Hours a day.

    Examples
    --------
    >>> import numpy as np
    >>> elective_excess(np.array([8.0]), np.array([2.0]), np.array([8.0])).round(4)
    array([0.7979])
    """
    spread = np.maximum(deviation, 1e-12)
    z = (hours - mean) / spread
    return spread * (np.exp(-z * z / 2) / ROOT_TWO_PI - z * ndtr(-z))


def offered_hours(carried: Floats, variation: Floats, hours: Floats) -> Floats:
    """Return the mean load μ a day that solves ``μ − E[(X − H)⁺] = carried`` with deviation ``variation·μ``.

    Parameters
    ----------
    carried
        Mean hours done a day; more than a load of 130 % of the staffed hours lets a theatre do is clipped to that.
    variation
        Coefficient of variation of a day's load.
    hours
        Staffed hours a day.
    """
    high = HIGHEST_LOAD * hours
    carried = np.minimum(carried, high - elective_excess(high, variation * high, hours))
    low = np.zeros_like(carried)
    for _ in range(ROUNDS):
        middle = 0.5 * (low + high)
        done = middle - elective_excess(middle, variation * middle, hours)
        low, high = np.where(done < carried, middle, low), np.where(done < carried, high, middle)
    return 0.5 * (low + high)
