"""A run's labelled result: draws by year, entity and measure, with its manifest, system and scenario inside."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from graph_schema import StoreError
from impact.measures import load_measures
from impact.model.arrays import Floats

__all__ = ["DIMENSIONS", "NATIONAL", "Result", "open_result", "write_dataset"]

DIMENSIONS = ("draw", "year", "entity", "measure")
SET_DIMENSIONS = ("allocation", "year", "entity", "measure")
NATIONAL = "national"
FORMAT = "randzon-result-1"
REMEDY = "give a file that 'randzon run … --out' wrote"


@dataclass(frozen=True)
class Result:
    """What a run found.

    Attributes
    ----------
    data
        Variables over (draw, year, entity, measure): ``without``, ``with`` and ``with_national_first``; over
        (allocation, year, entity, measure): ``set_effect``; grade shares over (year, entity, measure).
    manifest
        System and scenario hash, code version, seed, draws, years, start, dataset.
    notes
        Further content as plain mappings: rows of causes, allocations, tipping, warnings.
    """

    data: xr.Dataset
    manifest: Mapping[str, Any]
    notes: Mapping[str, Any]

    def save(self, path: Path) -> None:
        """Write the result to a netCDF file, wholly or not at all.

        Parameters
        ----------
        path
            The file; an existing one is replaced only after the new one is complete.

        Raises
        ------
        StoreError
            If it cannot be written.
        """
        stored = self.data.assign_attrs(
            format=FORMAT, manifest=json.dumps(self.manifest, ensure_ascii=False),
            notes=json.dumps(self.notes, ensure_ascii=False),
        )  # fmt: skip
        write_dataset(stored, path)


def write_dataset(data: xr.Dataset, path: Path) -> None:
    """Write a dataset to a netCDF file, wholly or not at all.

    Parameters
    ----------
    data
        With its attributes.
    path
        The file; an existing one is replaced only after the new one is complete.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    encoding = {str(name): {"zlib": True, "complevel": 1} for name in data.data_vars}
    if not path.absolute().parent.is_dir():
        raise StoreError(f"{path.absolute().parent} does not exist: make the folder first")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".nc", dir=path.absolute().parent)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}): check space and rights") from error
    os.close(handle)
    temporary = Path(name)
    try:
        data.to_netcdf(temporary, engine="netcdf4", encoding=encoding)
        temporary.chmod(0o644)
        temporary.replace(path)
    except (OSError, RuntimeError) as error:
        raise StoreError(f"{path} cannot be written ({error}): check space and rights") from error
    finally:
        temporary.unlink(missing_ok=True)


def open_result(path: Path) -> Result:
    """Return a saved result.

    Parameters
    ----------
    path
        A file that `Result.save` wrote.

    Raises
    ------
    StoreError
        If the file is missing or is no result of this format.
    """
    if not path.is_file():
        raise StoreError(f"{path} does not exist: {REMEDY}")
    try:
        with xr.open_dataset(path, engine="netcdf4") as opened:
            data = opened.load()
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(f"{path} is no result file ({error}): {REMEDY}") from error
    if data.attrs.get("format") != FORMAT or not set(DIMENSIONS) <= set(data.dims):
        raise StoreError(f"{path} is no result of the format {FORMAT}: {REMEDY}")
    try:
        manifest, notes = (json.loads(data.attrs[name]) for name in ("manifest", "notes"))
    except (KeyError, ValueError) as error:
        raise StoreError(f"{path} is a damaged result ({error}): {REMEDY}") from error
    for name in ("format", "manifest", "notes"):
        del data.attrs[name]
    return Result(data, manifest, notes)


def describe(name: str, values: Floats, dims: tuple[str, ...], long_name: str) -> xr.DataArray:
    """Return a labelled variable; raises if its dimensions are none of the result's."""
    if dims not in (DIMENSIONS, SET_DIMENSIONS, DIMENSIONS[1:], DIMENSIONS[:1] + DIMENSIONS[2:]):
        raise ValueError(f"{name} has the dimensions {dims}")
    units = "; ".join(f"{m.id}: {m.unit}" for m in load_measures().values())
    return xr.DataArray(values, dims=dims, attrs={"units": units, "long_name": long_name})


def empty(shape: tuple[int, ...]) -> Floats:
    """Return an array of missing values: an entity that a measure is not defined for stays missing."""
    return np.full(shape, np.nan)
