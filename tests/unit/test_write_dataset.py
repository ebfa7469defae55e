"""A dataset folder is written wholly or not at all, and never over something."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import loaders.dataset_folder as module
from graph_schema import CareSystem, Record, SchemaViolation, StoreError
from loaders import read_dataset, write_dataset
from tests.spoiled import FILES, sound_system
from tests.synthetic import two_hospitals


def files_in(path: Path) -> dict[str, bytes | None]:
    """Everything below a folder, hidden files too."""
    return {p.relative_to(path).as_posix(): p.read_bytes() if p.is_file() else None for p in path.rglob("*")}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Path]:
    """A folder to write in; whatever the test refuses must leave it as it was."""
    tmp_path.joinpath("neighbour.txt").write_text("keep", encoding="utf-8")
    before = files_in(tmp_path)
    yield tmp_path / "out"
    after = files_in(tmp_path)
    kept = {name: content for name, content in after.items() if name.split("/")[0] != "out"}
    assert kept == before


def test_a_new_place_and_an_empty_folder_are_written(place: Path) -> None:
    place.mkdir()
    write_dataset(sound_system(), place)
    assert read_dataset(place) == sound_system()
    assert set(files_in(place)) == {*FILES.values(), "nodes", "relationships"}
    assert all(b"\r" not in content for content in files_in(place).values() if content)


def test_a_folder_that_holds_something_is_left_alone(place: Path) -> None:
    place.mkdir()
    place.joinpath("note.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="not an empty folder: choose another path"):
        write_dataset(sound_system(), place)
    assert files_in(place) == {"note.txt": b"mine"}


def test_a_file_is_left_alone(place: Path) -> None:
    place.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="not an empty folder"):
        write_dataset(sound_system(), place)
    assert place.read_text(encoding="utf-8") == "mine"


def test_a_place_in_no_folder_is_refused(place: Path) -> None:
    with pytest.raises(StoreError, match="does not exist: make it first"):
        write_dataset(sound_system(), place / "deeper")
    assert not place.exists()


def test_a_dataset_already_there_is_never_overwritten(place: Path) -> None:
    write_dataset(two_hospitals(), place)
    before = files_in(place)
    with pytest.raises(StoreError, match="not an empty folder"):
        write_dataset(sound_system(), place)
    assert files_in(place) == before


def _full(*_: object, **__: object) -> Any:
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("exists", [False, True], ids=["new", "empty folder"])
@pytest.mark.parametrize("step", ["mkdtemp", "third file", "read back", "rename"])
def test_a_write_that_fails_leaves_nothing(
    place: Path, monkeypatch: pytest.MonkeyPatch, step: str, *, exists: bool
) -> None:
    if exists:
        place.mkdir()
    opened: list[Path] = []
    really_open = Path.open

    def open_two(path: Path, *args: Any, **kwargs: Any) -> Any:
        opened.append(path)
        return really_open(path, *args, **kwargs) if len(opened) < 3 else _full()

    if step == "mkdtemp":
        monkeypatch.setattr(module.tempfile, "mkdtemp", _full)
    elif step == "third file":
        monkeypatch.setattr(Path, "open", open_two)
    elif step == "read back":
        monkeypatch.setattr(module, "read_dataset", _full)
    else:
        monkeypatch.setattr(Path, "rename", _full)
    with pytest.raises(StoreError, match=r"No space left on device.*check space and rights"):
        write_dataset(sound_system(), place)
    monkeypatch.undo()
    assert place.exists() == exists
    assert not exists or files_in(place) == {}


def test_an_interrupted_write_leaves_nothing(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_check_same", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_dataset(sound_system(), place)
    assert not place.exists()


if sys.platform != "win32":

    def test_a_full_disk_leaves_nothing(place: Path) -> None:
        import resource

        system = sound_system()
        soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))  # larger files fail, as on a full disk
        try:
            with pytest.raises(StoreError, match="cannot be written"):
                write_dataset(system, place)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert not place.exists()


def by_hand(**values: str) -> CareSystem:
    """A system changed past the validation."""
    function = sound_system().node("fn")
    return sound_system().replace(Function=[Record("Function", {**function.values, **values})])


@pytest.mark.parametrize("text", ["x ", "a\r\nb", "\ud800"])
def test_text_that_would_not_come_back_is_not_written(place: Path, text: str) -> None:
    with pytest.raises(StoreError):
        write_dataset(by_hand(note=text), place)
    assert not place.exists()


@pytest.mark.parametrize("change", [{"kind": "other"}, {"source": "s_nowhere"}, {"note": "x" * 150_000}])
def test_a_system_that_breaks_the_schema_is_not_written(place: Path, change: dict[str, str]) -> None:
    with pytest.raises(SchemaViolation, match=r"nodes/function\.csv"):
        write_dataset(by_hand(**change), place)
    assert not place.exists()
