"""Fixtures of the unit tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from loaders import write_dataset
from tests.spoiled import Folder, sound_system


@pytest.fixture(scope="session")
def sound_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A valid dataset folder that nobody changes."""
    path = tmp_path_factory.mktemp("sound") / "dataset"
    write_dataset(sound_system(), path)
    return path


@pytest.fixture
def folder(sound_folder: Path, tmp_path: Path) -> Folder:
    """A valid dataset folder to spoil."""
    return Folder(Path(shutil.copytree(sound_folder, tmp_path / "dataset")))
