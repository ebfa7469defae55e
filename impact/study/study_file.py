"""A baseline study in a netCDF file: every draw of every row, with the system inside, reopened to the same."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import xarray as xr

from graph_schema import StoreError
from impact.result import write_dataset
from impact.study.indicators import load_indicators
from impact.study.study import Study
from impact.study.study_rows import StudyRow

__all__ = ["is_study", "open_study", "save_study"]

FORMAT = "randzon-baseline-1"
LABELS = ("indicator", "kind", "entity", "age", "part", "grade")
NO_YEAR = -1
REMEDY = "give a file that 'randzon baseline --out' wrote"


def save_study(study: Study, path: Path) -> None:
    """Write a study to a netCDF file, wholly or not at all.

    Parameters
    ----------
    study
        Made or reopened.
    path
        The file; an existing one is replaced.

    Raises
    ------
    StoreError
        If it cannot be written.
    """
    labels = {name: ("row", np.array([getattr(r, name) for r in study.rows], dtype=object)) for name in LABELS}
    years = np.array([NO_YEAR if r.year is None else r.year for r in study.rows], dtype=np.int64)
    units = "; ".join(f"{i.id}: {i.unit}" for i in load_indicators().values())
    values = np.stack([r.values for r in study.rows])
    data = xr.Dataset(
        {
            "value": (("row", "draw"), values, {"units": units, "long_name": "value of the row's indicator in a draw"}),
            "year": ("row", years, {"long_name": f"year of a reported count, {NO_YEAR} where there is none"}),
            **labels,
        },
        attrs={
            "format": FORMAT,
            "manifest": json.dumps(study.manifest, ensure_ascii=False),
            "agreement": json.dumps(list(study.agreement), ensure_ascii=False),
            "system": json.dumps(study.system, ensure_ascii=False),
        },
    )
    write_dataset(data, path)


def is_study(path: Path) -> bool:
    """Return whether a file is a baseline study; False also where it cannot be read."""
    try:
        with xr.open_dataset(path, engine="netcdf4") as opened:
            return opened.attrs.get("format") == FORMAT
    except (OSError, ValueError, RuntimeError):
        return False


def open_study(path: Path) -> Study:
    """Return a saved study.

    Parameters
    ----------
    path
        A file that `save_study` wrote.

    Raises
    ------
    StoreError
        If the file is missing, is no baseline study, or is damaged.
    """
    if not path.is_file():
        raise StoreError(f"{path} does not exist: {REMEDY}")
    try:
        with xr.open_dataset(path, engine="netcdf4") as opened:
            data = opened.load()
    except (OSError, ValueError, RuntimeError) as error:
        raise StoreError(f"{path} is no netCDF file ({error}): {REMEDY}") from error
    if data.attrs.get("format") != FORMAT:
        raise StoreError(f"{path} is no baseline study of the format {FORMAT}: {REMEDY}")
    try:
        manifest, agreement, system = (json.loads(data.attrs[name]) for name in ("manifest", "agreement", "system"))
        labels = {name: [str(x) for x in data[name].values] for name in LABELS}
        values, years = np.asarray(data["value"].values, dtype=np.float64), data["year"].values
    except (KeyError, ValueError) as error:
        raise StoreError(f"{path} is a damaged baseline study ({error}): make it again") from error
    rows = [
        StudyRow(
            values=values[i],
            year=None if years[i] == NO_YEAR else int(years[i]),
            **{name: labels[name][i] for name in LABELS},
        )
        for i in range(len(values))
    ]
    return Study(rows, manifest, agreement, system)
