"""A result in a file: the same when opened, wholly there or not at all, and nothing else taken for one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr

from graph_schema import StoreError, canonical_json
from impact import Result, Settings, open_result, run_scenario
from impact.result import DIMENSIONS, describe
from scenarios import parse_scenario
from tests.small_system import CONCENTRATE, small_system


@pytest.fixture(scope="module")
def result() -> Result:
    scenario = parse_scenario(CONCENTRATE.encode(), "x")
    return run_scenario(small_system(), scenario, settings=Settings(draws=6, years=1))


def test_opened_it_is_the_same(result: Result, tmp_path: Path) -> None:
    result.save(tmp_path / "a.nc")
    again = open_result(tmp_path / "a.nc")
    xr.testing.assert_identical(again.data, result.data)
    assert again.manifest == result.manifest
    assert canonical_json(again.notes) == canonical_json(result.notes)


def test_every_variable_has_a_unit_and_a_name(result: Result) -> None:
    assert tuple(result.data["with"].dims) == DIMENSIONS
    for variable in result.data.data_vars.values():
        assert variable.attrs["units"]
    with pytest.raises(ValueError, match="dimensions"):
        describe("x", np.zeros(2), ("draw",), "x")


def test_saving_leaves_one_file_and_replaces_a_whole_one(result: Result, tmp_path: Path) -> None:
    file = tmp_path / "a.nc"
    file.write_text("old", encoding="utf-8")
    result.save(file)
    assert [p.name for p in tmp_path.iterdir()] == ["a.nc"]
    assert open_result(file).manifest == result.manifest


@pytest.mark.parametrize("failure", [OSError("full"), RuntimeError("HDF"), KeyboardInterrupt()])
def test_a_failed_save_leaves_the_old_file(
    result: Result, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: BaseException
) -> None:
    file = tmp_path / "a.nc"
    file.write_text("old", encoding="utf-8")

    def fail(*_: Any, **__: Any) -> None:
        raise failure

    monkeypatch.setattr(xr.Dataset, "to_netcdf", fail)
    expected = KeyboardInterrupt if isinstance(failure, KeyboardInterrupt) else StoreError
    with pytest.raises(expected):
        result.save(file)
    assert [p.name for p in tmp_path.iterdir()] == ["a.nc"]
    assert file.read_text(encoding="utf-8") == "old"


def test_a_missing_folder_is_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="make the folder first"):
        result.save(tmp_path / "missing" / "a.nc")


def test_other_files_are_refused(result: Result, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        open_result(tmp_path / "missing.nc")
    text = tmp_path / "text.nc"
    text.write_text("x" * 100, encoding="utf-8")
    with pytest.raises(StoreError, match="is no result file"):
        open_result(text)
    other = tmp_path / "other.nc"
    xr.Dataset({"x": ("y", np.arange(3.0))}).to_netcdf(other)
    with pytest.raises(StoreError, match="is no result of the format"):
        open_result(other)
    damaged = tmp_path / "damaged.nc"
    result.data.assign_attrs(format="randzon-result-1", manifest="{").to_netcdf(damaged)
    with pytest.raises(StoreError, match="damaged"):
        open_result(damaged)
