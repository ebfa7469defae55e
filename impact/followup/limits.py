"""The limits of a follow-up: dispersion of the dataset, coverage, and what takes a permit up for review."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from graph_schema import CareSystem, Quantity, UnknownNode
from loaders.followup import Trigger, load_triggers

__all__ = ["FollowupLimits"]


@dataclass(frozen=True, slots=True)
class FollowupLimits:
    """What counts as outside.

    Attributes
    ----------
    dispersion
        Variance ÷ mean of yearly counts: the dataset's parameter, with its range.
    triggers
        Limits of a review by id.
    """

    dispersion: Quantity
    triggers: Mapping[str, Trigger]

    @classmethod
    def of(cls, system: CareSystem) -> FollowupLimits:
        """Return the limits for a dataset.

        Raises
        ------
        UnknownNode
            If the dataset has no parameter ``dispersion``.
        """
        record = system.get("parameters", "dispersion")
        quantity = None if record is None else record.quantity("value")
        if quantity is None:
            raise UnknownNode("the dataset has no parameter 'dispersion': add the row to parameters.csv")
        return cls(quantity, load_triggers())

    def value(self, name: str) -> float:
        """Return the limit of a trigger."""
        return self.triggers[name].value

    @property
    def coverage(self) -> float:
        """Probability inside the inner limits."""
        return self.value("coverage")

    @property
    def outer(self) -> float:
        """Probability inside the outer limits."""
        return self.value("outer_coverage")

    @property
    def earlier_years(self) -> int:
        """Least number of earlier years that give an expected number."""
        return int(self.value("earlier_years"))
