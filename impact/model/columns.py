"""A block of draws to a block of columns: chosen draws, each as often as asked."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

import numpy as np

from impact.model.arrays import Integers
from impact.model.block import Block
from impact.model.path import State

__all__ = ["block_of", "state_of"]

Kept = TypeVar("Kept")


def _taken(value: Any, draws: int, index: Integers) -> Any:
    """Take columns of every array over draws; what does not vary between draws (1-D flags, incidence) stays."""
    if isinstance(value, np.ndarray):
        varies = value.shape[-1:] == (draws,) and (value.ndim > 1 or value.dtype.kind == "f")
        return np.take(value, index, axis=-1) if varies else value
    if is_dataclass(value) and not isinstance(value, type):
        return _of(value, draws, index)
    if isinstance(value, tuple):
        return tuple(_taken(v, draws, index) for v in value)  # pyright: ignore[reportUnknownVariableType]
    if isinstance(value, dict):
        return {k: _taken(v, draws, index) for k, v in value.items()}  # pyright: ignore[reportUnknownVariableType]
    return value


def _of(whole: Kept, draws: int, index: Integers) -> Kept:
    parts = {f.name: _taken(getattr(whole, f.name), draws, index) for f in fields(whole)}  # type: ignore[arg-type]
    return replace(whole, **parts)  # type: ignore[type-var]


def block_of(block: Block, index: Integers) -> Block:
    """Return the block whose column j is draw ``index[j]``.

    Parameters
    ----------
    block
        N draws.
    index
        Draws from 0, shape (K,).
    """
    return _of(block, block.values.shape[1], index)


def state_of(state: State, index: Integers) -> State:
    """Return the state whose column j is column ``index[j]`` of a state."""
    return _of(state, state.levels.shape[1], index)
