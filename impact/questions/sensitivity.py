"""Global sensitivity by SALib: shares of an effect's variance from draws that are there, or from a crossed design."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from graph_schema import SettingError
from impact.model.arrays import Floats

__all__ = ["CrossedShares", "crossed_shares", "first_order_shares", "ranks_among", "require_salib"]

HARMONICS = 4  # of the sorted effect: enough for two full waves, and little noise
RESAMPLES = 20  # for each column, of which there may be thousands
CROSSED_RESAMPLES = 200
SALIB_STREAM = 24
ONE_ERROR = 0.682689492137086  # the confidence whose half width is one standard error of a normal law


def require_salib() -> None:
    """Raise SettingError where SALib, which the shares rest on, is not installed.

    Raises
    ------
    SettingError
        If it is not.
    """
    if find_spec("SALib") is None:
        raise SettingError(
            "--total-order: shares with interactions are computed by SALib, which is not installed; "
            "install it with pip install 'randzon[explain]', or leave the option out"
        )


def ranks_among(reference: Floats, values: Floats) -> Floats:
    """Return the share of a reference sample that lies below each value, ties counted half.

    Parameters
    ----------
    reference
        Shape (N,).
    values
        Any shape.

    Examples
    --------
    >>> ranks_among(np.array([1.0, 2.0, 2.0, 3.0]), np.array([0.0, 2.0, 9.0])).tolist()
    [0.0, 0.5, 1.0]
    """
    ordered = np.sort(reference)
    below, reached = (np.searchsorted(ordered, values, side=side) for side in ("left", "right"))
    return (below + reached) / (2 * len(ordered))


def _salib_seed(seed: int) -> int:
    """Return a whole number above 0, as SALib reads 0 as none."""
    return int(np.random.SeedSequence(seed, spawn_key=(SALIB_STREAM,)).generate_state(1)[0]) + 1


def _problem(count: int) -> dict[str, Any]:
    return {"num_vars": count, "names": [str(i) for i in range(count)], "bounds": [[0.0, 1.0]] * count}


def first_order_shares(columns: Floats, effect: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return the first-order share S = Var E(Y|X)/Var Y of each column, Y the ranked effect, and its standard error.

    The effect in the order of a column, up the odd and down the even places, is a wave; its lowest frequencies hold
    what the column explains, bends too, whatever the design of the draws.

    Parameters
    ----------
    columns
        Draws of independent quantities, shape (columns, N).
    effect
        Of each draw, not all equal, shape (N,).
    seed
        Of the resampling.

    Returns
    -------
    tuple
        Shares, noise removed in the mean, and standard errors, each of shape (columns,). SALib resamples half of the
        draws, which makes the errors too large rather than too small.

    References
    ----------
    Plischke 2010, Reliability Engineering & System Safety 95:354-360; Tissot & Prieur 2012, the same 107:205-213;
    `SALib.analyze.rbd_fast` 1.6.
    """
    require_salib()
    found = import_module("SALib.analyze.rbd_fast").analyze(
        _problem(len(columns)), np.asarray(columns).T, ranks_among(effect, effect), M=HARMONICS,
        num_resamples=RESAMPLES, conf_level=ONE_ERROR, seed=_salib_seed(seed),
    )  # fmt: skip
    return np.array(found["S1"], dtype=np.float64), np.array(found["S1_conf"], dtype=np.float64)


@dataclass(frozen=True)
class CrossedShares:
    """Shares of variance of groups of quantities.

    Attributes
    ----------
    first, first_se
        First-order shares and their standard errors, shape (groups,).
    total, total_se
        Total-order shares E Var(Y|all but the group)/Var Y and their standard errors, shape (groups,).
    """

    first: list[float]
    first_se: list[float]
    total: list[float]
    total_se: list[float]


def crossed_shares(first: Floats, second: Floats, crossed: Sequence[Floats], seed: int) -> CrossedShares | None:
    """Return the shares of groups of quantities from a crossed (Saltelli) design.

    Parameters
    ----------
    first, second
        Effects of two independent samples, shape (N,).
    crossed
        For each group: effects of the first sample with the group's quantities from the second, shape (N,).
        Groups may overlap and need not hold all quantities.
    seed
        Of the resampling.

    Returns
    -------
    CrossedShares or None
        None where there is no group or nothing varies in these draws.

    References
    ----------
    Saltelli et al. 2010, Computer Physics Communications 181:259-270, for the first order and the design; Jansen 1999,
    the same 117:35-43, for the total order; `SALib.analyze.sobol` 1.6.
    """
    if not crossed or np.ptp(np.concatenate([first, second])) <= 0:
        return None
    require_salib()
    design = np.stack([first, *crossed, second], axis=1).ravel()
    found = import_module("SALib.analyze.sobol").analyze(
        _problem(len(crossed)), design, calc_second_order=False, num_resamples=CROSSED_RESAMPLES, conf_level=ONE_ERROR,
        seed=_salib_seed(seed),
    )  # fmt: skip
    return CrossedShares(*([float(x) for x in found[k]] for k in ("S1", "S1_conf", "ST", "ST_conf")))
