"""Quantities to draws: one random stream per quantity, so that a new row shifts nobody's draws.

Draws come in pages of 1 024. The stream of a quantity's page is
``SeedSequence(seed, spawn_key=(family, page, words of SHA-256(id)))``; blocks only group draws.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtri

from graph_schema import Quantity
from impact.model.arrays import Booleans, Floats

__all__ = ["PAGE", "Z95", "SlotTable", "Slots", "uniforms"]

PAGE = 1024
DATASET_FAMILY = 0
SCENARIO_FAMILY = 1
Z95 = float(ndtri(0.95))
TINY = float(np.finfo(np.float64).tiny)
TOGETHER = 1024  # slots whose quantile functions are taken at once
UNIT = Quantity(0.5, 0.05, 0.95, "1", "assumed", "", "uniform", 0.0, 1.0)


def _words(identifier: str) -> tuple[int, ...]:
    return struct.unpack("<8I", hashlib.sha256(identifier.encode("utf-8")).digest())


def uniforms(seed: int, identifier: str, start: int, stop: int, family: int = DATASET_FAMILY) -> Floats:
    """Return the uniform numbers of one quantity for draws `start` to `stop`.

    Parameters
    ----------
    seed
        Seed of the run.
    identifier
        Id of the quantity.
    start, stop
        Draw numbers, half open.
    family
        0 for the dataset, 1 for the scenario.

    Returns
    -------
    array, shape (stop - start,)
        In (0, 1); the same whatever the block.

    Examples
    --------
    >>> a = uniforms(1, "x", 0, 2000); b = uniforms(1, "x", 1000, 2000)
    >>> bool((a[1000:] == b).all())
    True
    """
    words = _words(identifier)
    parts: list[Floats] = []
    for page in range(start // PAGE, (stop - 1) // PAGE + 1):
        sequence = np.random.SeedSequence(seed, spawn_key=(family, page, *words))
        first, last = max(start - page * PAGE, 0), min(stop - page * PAGE, PAGE)
        numbers = np.random.Generator(np.random.PCG64(sequence)).random(last)
        parts.append(numbers[first:])
    return np.maximum(np.concatenate(parts), TINY)  # the generator never gives 1


@dataclass(frozen=True)
class SlotTable:
    """All quantities of a run, in the order of their slots.

    Attributes
    ----------
    ids
        Quantity ids, unique.
    quantities
        The quantities.
    families
        Stream family of each (0 dataset, 1 scenario).
    """

    ids: tuple[str, ...]
    quantities: tuple[Quantity, ...]
    families: tuple[int, ...]

    @property
    def assumed(self) -> Booleans:
        """Which slots rest on an assumption; shape (slots,)."""
        return np.array([q.grade == "assumed" for q in self.quantities], dtype=np.bool_)

    def draw(self, seed: int, start: int, stop: int) -> Floats:
        """Return the values of all slots for a block of draws.

        Parameters
        ----------
        seed
            Seed of the run.
        start, stop
            Draw numbers, half open.

        Returns
        -------
        array, shape (slots, stop - start)
            In each quantity's own unit; certain quantities are constant rows.
        """
        values = np.empty((len(self.ids), stop - start))
        by_axis: dict[str, list[int]] = {}
        for slot, quantity in enumerate(self.quantities):
            if quantity.is_certain:
                values[slot] = quantity.value
            else:
                by_axis.setdefault(_axis(quantity), []).append(slot)
        for axis, slots in by_axis.items():
            for first in range(0, len(slots), TOGETHER):
                part = slots[first : first + TOGETHER]
                u = np.stack([uniforms(seed, self.ids[i], start, stop, self.families[i]) for i in part])
                values[part] = _quantiles([self.quantities[i] for i in part], axis, u)
        return values


def _axis(quantity: Quantity) -> str:
    """Scale on which a quantity spreads.

    Where a limit lies on the edge of the axis (a share of 0 or 1, an amount of 0) the split normal is taken on the
    linear axis instead and clipped to the limits.
    """
    edge = (quantity.scale == "log" and quantity.low <= 0) or (
        quantity.scale == "logit" and (quantity.low <= 0 or quantity.high >= 1)
    )
    return "linear" if edge else quantity.scale


def _forward(axis: str, numbers: Floats) -> Floats:
    if axis in ("log", "log_uniform"):
        return np.log(numbers)
    if axis == "logit":
        return np.log(numbers / (1 - numbers))
    return numbers


def _backward(axis: str, numbers: Floats) -> Floats:
    if axis in ("log", "log_uniform"):
        return np.exp(numbers)
    if axis == "logit":
        return 1 / (1 + np.exp(-numbers))
    return numbers


def _quantiles(quantities: Sequence[Quantity], axis: str, u: Floats) -> Floats:
    """Quantile functions of quantities of one axis: median `value`, 5 % `low`, 95 % `high`; shape of u (slots, N)."""
    known = np.array([(q.low, q.value, q.high, q.minimum, q.maximum) for q in quantities])
    low, middle, high = (_forward(axis, known[:, i : i + 1]) for i in range(3))
    if axis in ("uniform", "log_uniform"):
        numbers = low + (u - 0.05) / 0.9 * (high - low)
    else:
        z = ndtri(u)
        numbers = middle + np.where(z < 0, (middle - low) * z, (high - middle) * z) / Z95
    return np.clip(_backward(axis, numbers), known[:, 3:4], known[:, 4:5])


class Slots:
    """Collects the quantities that a run needs and gives each a slot."""

    def __init__(self) -> None:
        self._index: dict[str, int] = {}
        self._quantities: list[Quantity] = []
        self._families: list[int] = []

    def add(self, identifier: str, quantity: Quantity, family: int = DATASET_FAMILY) -> int:
        """Return the slot of a quantity, a new one if its id was not seen before."""
        if identifier not in self._index:
            self._index[identifier] = len(self._quantities)
            self._quantities.append(quantity)
            self._families.append(family)
        return self._index[identifier]

    def unit(self, identifier: str) -> int:
        """Return the slot of a uniform number in (0, 1), graded assumed."""
        return self.add(identifier, UNIT)

    def table(self) -> SlotTable:
        """Return the finished table."""
        ids: Sequence[str] = list(self._index)
        return SlotTable(tuple(ids), tuple(self._quantities), tuple(self._families))
