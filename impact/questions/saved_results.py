"""A result as an array of bytes, those of its netCDF file, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from impact.result import Result, open_result

__all__ = ["packed_result", "unpacked_result"]

BYTES = "netcdf"


def packed_result(result: Result) -> dict[str, Any]:
    """Return the bytes of a result's file by name."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result.nc"
        result.save(path)
        return {BYTES: np.frombuffer(path.read_bytes(), dtype=np.uint8)}


def unpacked_result(arrays: Mapping[str, Any]) -> Result:
    """Return the result whose bytes `packed_result` gave."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result.nc"
        path.write_bytes(arrays[BYTES].tobytes())
        return open_result(path)
