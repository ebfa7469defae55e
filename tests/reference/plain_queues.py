"""Queue formulas of the reference implementation, by recursion and bisection on single numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

__all__ = ["elective_excess", "erlang_b", "normal_cdf", "offered_hours", "offered_load"]


def normal_cdf(z: float) -> float:
    return 0.5 * math.erfc(-z / math.sqrt(2))


def erlang_b(load: float, beds: float) -> float:
    """Blocking by Erlang's recursion, linear between whole numbers of beds."""
    found = 1.0
    for c in range(1, math.floor(beds) + 1):
        found = load * found / (c + load * found)
    following = load * found / (math.floor(beds) + 1 + load * found)
    return found + (beds - math.floor(beds)) * (following - found)


def elective_excess(mean: float, deviation: float, hours: float) -> float:
    """E[(X − H)⁺] of a normal day."""
    spread = max(deviation, 1e-12)
    z = (hours - mean) / spread
    return spread * (math.exp(-z * z / 2) / math.sqrt(2 * math.pi) - z * normal_cdf(-z))


def _bisect(below: Callable[[float], bool], low: float, high: float) -> float:
    for _ in range(200):
        middle = 0.5 * (low + high)
        if below(middle):
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def offered_load(carried: float, beds: float) -> float:
    """Solve a·(1 − B(a, c)) = carried; at most 99.5 % of the beds can be taken."""
    wanted = min(carried, 0.995 * beds)
    if wanted <= 0:
        return 0.0
    high = 2 * beds + 1
    while high * (1 - erlang_b(high, beds)) < wanted:
        high *= 2
    return _bisect(lambda a: a * (1 - erlang_b(a, beds)) < wanted, 0.0, high)


def offered_hours(carried: float, variation: float, hours: float) -> float:
    """Solve μ − E[(X − H)⁺] = carried for a load that varies by `variation`·μ."""
    top = 1.3 * hours
    most = min(carried, top - elective_excess(top, variation * top, hours))
    return _bisect(lambda m: m - elective_excess(m, variation * m, hours) < most, 0.0, top)
