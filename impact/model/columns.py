"""A block of draws to a block of columns: chosen draws, each as often as asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from typing import Any, cast

import numpy as np

from impact.model.arrays import Booleans, Floats, Integers
from impact.model.block import Block, Criticality
from impact.model.displacement import Load
from impact.model.history import Before
from impact.model.levels import Squeeze
from impact.model.operability import ReachShares
from impact.model.path import State
from impact.model.referral import Referral

__all__ = ["block_of", "state_of"]

GROUPS = (Before, Referral, Squeeze, Load, ReachShares, Criticality)


def _varies(values: Floats | Booleans, draws: int) -> bool:
    """Whether an array has draws: 1-D flags (clipped facilities) have not."""
    return values.shape[-1] == draws and (values.ndim > 1 or values.dtype.kind == "f")


def _taken(whole: Any, draws: int, index: Integers) -> Any:
    """Take columns of every array over draws; what does not vary between draws stays."""
    parts: dict[str, Any] = {}
    for field in fields(whole):
        value: Any = getattr(whole, field.name)
        if isinstance(value, np.ndarray):
            array = cast("Floats", value)
            parts[field.name] = np.take(array, index, axis=-1) if _varies(array, draws) else array
        elif isinstance(value, GROUPS):
            parts[field.name] = _taken(value, draws, index)
    return replace(whole, **parts)


def block_of(block: Block, index: Integers) -> Block:
    """Return the block whose column j is draw ``index[j]``.

    Parameters
    ----------
    block
        N draws.
    index
        Draws from 0, shape (K,).
    """
    parameters: Mapping[str, Floats] = {name: values[index] for name, values in block.parameters.items()}
    memberships = tuple(members[:, index] for members in block.memberships)
    taken: Block = _taken(block, block.values.shape[1], index)
    return replace(taken, parameters=parameters, memberships=memberships)


def state_of(state: State, index: Integers) -> State:
    """Return the state whose column j is column ``index[j]`` of a state."""
    return _taken(state, state.levels.shape[1], index)
