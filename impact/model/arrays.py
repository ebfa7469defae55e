"""The names and shapes of the model's arrays.

Every array over draws has the draws as its last, contiguous axis. Sizes: H hospitals, R regions, A areas,
C competences, P pairs (hospital, area), W rows (flow group, hospital), L levels (hospital, competence),
F performed functions (hospital, function), S operated resources (hospital, resource), N draws.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

__all__ = ["Booleans", "Floats", "Integers", "frozen"]

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]


Scalar = TypeVar("Scalar", np.float64, np.int64, np.bool_)


def frozen(array: NDArray[Scalar]) -> NDArray[Scalar]:
    """Return the array, C-ordered, with writing switched off."""
    array = np.ascontiguousarray(array)
    array.flags.writeable = False
    return array
