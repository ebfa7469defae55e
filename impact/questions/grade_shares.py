"""The share of an effect's spread that rests on assumptions, for every entity and measure of a result."""

from __future__ import annotations

import numpy as np
import xarray as xr

from impact.model.arrays import Floats
from impact.model.draws import SlotTable
from impact.result import Result

__all__ = ["assumed_share", "mixed_values", "share_of", "what_varies", "with_grade_shares"]

ROUNDING = 1e-9


def mixed_values(table: SlotTable, values: Floats) -> Floats:
    """Return the assumed quantities of row i with the other quantities of row i + 1, shape (slots, N)."""
    return np.where(table.assumed[:, None], values, np.roll(values, -1, axis=1))


def what_varies(table: SlotTable, *, also_rest: bool = False) -> dict[str, bool]:
    """Return whether any assumed quantity is uncertain, and any other (or the allocation, `also_rest`)."""
    grades = [q.grade == "assumed" for q in table.quantities if not q.is_certain]
    return {"assumed": any(grades), "rest": also_rest or not all(grades)}


def assumed_share(effect: Floats, mixed: Floats) -> float | None:
    """Return the share of an effect's variance that rests on assumed quantities.

    Shapley effect of the group of assumed quantities, ``(c(A) + 1 − c(rest))/2`` with
    ``c(X) = Var(mean of Y given X)/Var Y``, from one mixed batch whose draw i takes the assumed quantities of row i
    and the rest of row i + 1.

    Parameters
    ----------
    effect
        Effect of each draw, shape (N,).
    mixed
        Effect of the mixed draws, shape (N,).

    Returns
    -------
    float or None
        0–1; None where nothing varies.

    References
    ----------
    Owen, A. B. (2014), Sobol' indices and Shapley value.
    """
    variance = float(np.var(effect))
    if not np.isfinite(variance) or variance <= ROUNDING**2 * max(1.0, float(np.mean(effect)) ** 2):
        return None
    centre = float(np.mean(np.concatenate([effect, mixed])))
    spread = 0.5 * (variance + float(np.var(mixed)))
    given_assumed = float(np.mean((effect - centre) * (mixed - centre))) / spread
    given_rest = float(np.mean((np.roll(effect, -1) - centre) * (mixed - centre))) / spread
    return min(max((given_assumed + 1 - given_rest) / 2, 0.0), 1.0)


def share_of(result: Result, effect: Floats, mixed: Floats) -> float | None:
    """Return `assumed_share`, but exactly 1 or 0 where only assumed or only other quantities vary."""
    if not (np.isfinite(effect).all() and np.isfinite(mixed).all()):
        return None
    share = assumed_share(effect, mixed)
    varies = result.notes["varies"]
    if share is None or (varies["assumed"] and varies["rest"]):
        return share
    return 1.0 if varies["assumed"] else 0.0


def with_grade_shares(result: Result) -> xr.Dataset:
    """Return the data with ``assumed_share`` over (entity, measure): of the effect of the last year.

    Parameters
    ----------
    result
        Of `what_if`.
    """
    last = result.data.sizes["year"] - 1
    effect = (result.data["with"] - result.data["without"]).isel(year=last).values
    mixed = result.data["mixed_effect"].values
    shares = np.full(effect.shape[1:], np.nan)
    for e, m in np.ndindex(*shares.shape):
        share = share_of(result, effect[:, e, m], mixed[:, e, m])
        shares[e, m] = np.nan if share is None else share
    described = {"units": "1", "long_name": "share of the effect's variance that rests on assumptions, last year"}
    return result.data.assign(assumed_share=(("entity", "measure"), shares, described))
