"""Sums over the rows of an array that share an index."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy import sparse

from impact.model.arrays import Floats, Integers

__all__ = ["sum_by"]


def sum_by(index: Integers, values: Floats, size: int) -> Floats:
    """Return the sums of the rows that share an index, as a product with a 0/1 CSR array.

    Parameters
    ----------
    index
        Where each row goes, shape (rows,).
    values
        Shape (rows, N).
    size
        Number of sums.

    Returns
    -------
    array, shape (size, N)
        Added in the order of the rows, whatever N is.

    Examples
    --------
    >>> sum_by(np.array([1, 1]), np.array([[1.0], [2.0]]), 3).ravel().tolist()
    [0.0, 3.0, 0.0]
    """
    incidence = _incidence(np.ascontiguousarray(index, dtype=np.int64).tobytes(), size)
    return np.asarray(incidence @ values, dtype=np.float64)


@lru_cache(maxsize=256)
def _incidence(index: bytes, size: int) -> sparse.csr_array:
    """Return the 0/1 array of an index, kept: the few indices of a compiled system come back every year."""
    where = np.frombuffer(index, dtype=np.int64)
    return sparse.csr_array((np.ones(len(where)), (where, np.arange(len(where)))), shape=(size, len(where)))
