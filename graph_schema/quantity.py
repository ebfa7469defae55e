"""An uncertain number with its unit, range, grade and source."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal, get_args

__all__ = ["GRADES", "SCALES", "Grade", "Quantity", "Scale"]

Grade = Literal["reported", "derived", "assumed"]
Scale = Literal["linear", "log", "logit", "uniform", "log_uniform"]
GRADES: tuple[Grade, ...] = get_args(Grade)
SCALES: tuple[Scale, ...] = get_args(Scale)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with unit, 90 % range, grade and source.

    `value` is the median, `low` and `high` are the 5 % and 95 % quantiles. How draws spread between
    them follows `scale`: a split normal on the linear, log or logit axis, or a uniform one.

    Parameters
    ----------
    value, low, high
        Numbers in `unit`, ``low <= value <= high``.
    unit
        The unit as the schema prints it; ``1`` for shares.
    grade
        ``reported`` (a document states it), ``derived`` (calculated from such), ``assumed``.
    source
        Ids of rows in ``sources.csv`` or ``assumptions.csv``, separated by semicolons.
    scale
        Axis on which the draws are spread.
    minimum, maximum
        Limits that no draw passes.

    Examples
    --------
    >>> Quantity(3, 2, 6, "patients/year", "assumed", "a_example").is_certain
    False
    """

    value: float
    low: float
    high: float
    unit: str
    grade: Grade
    source: str
    scale: Scale = "linear"
    minimum: float = -math.inf
    maximum: float = math.inf

    @property
    def is_certain(self) -> bool:
        """Whether the range has no width."""
        return self.low == self.high

    @property
    def sources(self) -> tuple[str, ...]:
        """Ids of the sources, in the order of the data."""
        return tuple(part for part in self.source.split(";") if part)

    def with_value(self, value: float, source: str) -> Quantity:
        """Return the quantity fixed at `value` as an assumption for one run.

        Parameters
        ----------
        value
            The new value, in the same unit; the range collapses onto it.
        source
            Where the change comes from (shown in the manifest).
        """
        return Quantity(value, value, value, self.unit, "assumed", source, self.scale, self.minimum, self.maximum)


def natural_scale(minimum: float, maximum: float) -> Scale:
    """Return the axis that suits a property's limits: logit for shares, log for amounts, else linear.

    Examples
    --------
    >>> natural_scale(0, 1), natural_scale(0, math.inf), natural_scale(-0.5, 0.5)
    ('logit', 'log', 'linear')
    """
    if minimum == 0 and maximum == 1:
        return "logit"
    if minimum >= 0 and math.isinf(maximum):
        return "log"
    return "linear"
