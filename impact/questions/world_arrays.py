"""What two worlds leave behind over all draws: arrays that blocks fill, and the labelled dataset made of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import xarray as xr

from impact.measures import load_measures
from impact.model.arrays import Floats
from impact.model.structure import Structure
from impact.questions.causes import CauseSums
from impact.questions.recording import entities
from impact.result import DIMENSIONS, describe, empty

__all__ = ["WorldArrays"]


@dataclass
class WorldArrays:
    """Arrays over all draws that the blocks fill; what is not filled stays missing.

    Attributes
    ----------
    without, scenario
        Shape (draws, years, entities, measures).
    national_first
        Effect on displacement if other patients bear all of it, shape (draws, years, entities).
    none
        Measures with none of the decisions, shape (draws, entities, measures); `mixed` and `bare` are effects of
        the last year with mixed draws and without assumed dependencies.
    causes
        Sums for the chains of causes.
    """

    without: Floats
    scenario: Floats
    national_first: Floats
    none: Floats
    mixed: Floats
    bare: Floats
    causes: CauseSums = field(default_factory=CauseSums)

    @classmethod
    def missing(cls, structure: Structure, draws: int, years: int) -> WorldArrays:
        """Return arrays in which nothing is known yet.

        Parameters
        ----------
        structure
            Compiled system.
        draws, years
            Number of draws and of years kept.
        """
        shape = (draws, years, len(entities(structure)), len(load_measures()))
        short = (shape[0], *shape[2:])
        return cls(empty(shape), empty(shape), empty(shape[:3]), empty(short), empty(short), empty(short))

    def dataset(self, structure: Structure) -> xr.Dataset:
        """Return the arrays as a labelled dataset."""
        without_years = ("draw", "entity", "measure")
        variables = {
            "without": describe("without", self.without, DIMENSIONS, "measure without the scenario"),
            "with": describe("with", self.scenario, DIMENSIONS, "measure with the scenario"),
            "none": describe("none", self.none, without_years, "measure with none of the decisions"),
            "mixed_effect": describe("mixed_effect", self.mixed, without_years,
                                     "effect with assumed quantities of this draw and the rest of the next"),
            "bare_effect": describe("bare_effect", self.bare, without_years,
                                    "effect on the first draws without dependencies whose criticality is assumed"),
        }  # fmt: skip
        coordinates: dict[str, Any] = {
            "year": np.arange(self.without.shape[1]),
            "entity": list(entities(structure)),
            "measure": list(load_measures()),
        }
        data = xr.Dataset(variables, coords=coordinates)
        data["displaced_national_first_effect"] = xr.DataArray(
            self.national_first, dims=("draw", "year", "entity"),
            attrs={"units": "patients/year", "long_name": "effect on displacement when other patients bear all of it"},
        )  # fmt: skip
        return data
