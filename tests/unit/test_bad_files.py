"""Each way in which the files and columns of a dataset folder can be wrong: one error with place, rule and remedy.

Every case changes one thing in a sound folder and states the problems that must be listed, all and only those.
"""

from __future__ import annotations

import csv
import errno
import os
import time
import tracemalloc
from pathlib import Path

import pytest

from graph_schema import StoreError
from loaders import read_dataset
from tests.spoiled import FILES, Folder, sound_system

# --------------------------------------------------------------------------------------------- columns


def test_an_unknown_column(folder: Folder) -> None:
    folder.add_column("Function", "colour", "red")
    assert folder.problems() == [(FILES["Function"], 1, "colour", None, "unknown column")]


def test_a_column_without_a_name(folder: Folder) -> None:
    folder.add_column("Function", "", "")
    assert folder.problems() == [(FILES["Function"], 1, "", None, "a column without a name")]


def test_a_column_twice(folder: Folder) -> None:
    folder.add_column("Function", "note", "")
    assert folder.problems() == [(FILES["Function"], 1, "note", None, "column stands twice")]


@pytest.mark.parametrize(
    ("name", "column"),
    [("Hospital", "kind"), ("Region", "population"), ("Region", "population_low"), ("OPERATES", "occupancy_grade")],
)
def test_a_missing_column_is_said_once(folder: Folder, name: str, column: str) -> None:
    folder.drop_column(name, column)
    assert folder.problems() == [(FILES[name], 1, column, None, "missing column")]


def test_columns_that_may_be_absent(folder: Folder) -> None:
    folder.drop_column("Hospital", "note")
    folder.drop_column("Decision", "reason")
    assert read_dataset(folder.path) == sound_system()


def test_too_many_cells(folder: Folder) -> None:
    folder.recode("Function", lambda content: content.rstrip(b"\n") + b",one,more\n")
    columns = len(folder.read("Function")[0])
    rule = f"{columns + 2} cells under {columns} columns"
    assert folder.problems() == [(FILES["Function"], 2, None, "more", rule)]


def test_cells_left_out_at_the_end_are_empty(folder: Folder) -> None:
    header, *rows = folder.read("TRAVELS")
    folder.write("TRAVELS", [header, *(row[: header.index("km")] for row in rows)])
    assert read_dataset(folder.path) == sound_system()


def test_empty_lines_do_not_count_but_are_counted(folder: Folder) -> None:
    folder.recode("Function", lambda content: content.replace(b"\n", b"\n\n , ,\n", 1))
    assert read_dataset(folder.path) == sound_system()
    folder.set("Function", 4, kind="fun")
    assert folder.problems() == [(FILES["Function"], 4, "kind", "fun", "not an allowed value")]


# ----------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize("file", sorted(FILES.values()))
def test_a_missing_file_is_said_once(folder: Folder, file: str) -> None:
    folder.path.joinpath(file).unlink()
    assert folder.problems() == [(file, None, None, None, "missing file")]


def test_a_folder_in_the_place_of_a_file(folder: Folder) -> None:
    folder.file("Function").unlink()
    folder.file("Function").mkdir()
    assert folder.problems() == [(FILES["Function"], None, None, None, "missing file")]


if hasattr(os, "mkfifo"):

    def test_a_pipe_in_the_place_of_a_file_does_not_hang(folder: Folder) -> None:
        folder.file("Function").unlink()
        os.mkfifo(folder.file("Function"))
        assert folder.problems() == [(FILES["Function"], None, None, None, "missing file")]


def test_a_file_that_cannot_be_read(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    found = folder.problems()
    assert len(found) == len(FILES)
    assert {rule for *_, rule in found} == {"cannot be read (Permission denied)"}


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n", b"\r\n\r\n", b"   \n", b",,,\n"])
def test_an_empty_file(folder: Folder, content: bytes) -> None:
    folder.file("Decision").write_bytes(content)
    folder.file("CONCERNS").write_bytes(content)
    assert folder.problems() == [(FILES[name], None, None, None, "empty file") for name in ("Decision", "CONCERNS")]


def test_latin_1(folder: Folder) -> None:
    folder.set("Hospital", 3, name_sv="Umeå")
    folder.recode("Hospital", lambda content: content.decode("utf-8").encode("latin-1"))
    assert folder.problems() == [(FILES["Hospital"], 3, None, r"b'\xe5'", "not UTF-8")]


def test_utf_16(folder: Folder) -> None:
    folder.recode("Hospital", lambda content: content.decode("utf-8").encode("utf-16"))
    assert [(file, row, rule) for file, row, _, _, rule in folder.problems()] == [(FILES["Hospital"], 1, "not UTF-8")]


def test_bytes_of_another_kind_of_file(folder: Folder) -> None:
    folder.file("Function").write_bytes(b"PK\x03\x04\x00\x00\x01,\x00\n\x00\x00")
    assert {file for file, *_ in folder.problems()} == {FILES["Function"]}


@pytest.mark.parametrize(
    ("text", "line"),
    [('fn_2,"ward,x\n', 3), ('fn_2,"ward" x,,emergency,,s_test\n', 3), ('fn_2,"a\nb\nc', 5)],
    ids=["never closed", "closed too early", "open over lines"],
)
def test_broken_quotes(folder: Folder, text: str, line: int) -> None:
    folder.recode("Function", lambda content: content + text.encode())
    ((file, row, _, _, rule),) = folder.problems()
    assert (file, row) == (FILES["Function"], line)
    assert rule.startswith("not readable as CSV")


def test_a_cell_of_150_000_characters(folder: Folder) -> None:
    limit = 131_072
    csv.field_size_limit(limit)
    folder.set("Function", 2, note="x" * 150_000)
    ((file, row, _, _, rule),) = folder.problems()
    assert (file, row) == (FILES["Function"], 2)
    assert "field larger than field limit (100000)" in rule
    assert csv.field_size_limit() == limit


def test_a_cell_of_200_megabytes_is_not_loaded(folder: Folder) -> None:
    path = folder.file("Function")
    with path.open("r+b") as stream:  # a sparse file: it takes no room
        stream.seek(0, os.SEEK_END)
        stream.write(b'fn_2,"')
        stream.seek(200_000_000)
        stream.write(b'"\n')
    tracemalloc.start()
    started = time.perf_counter()
    try:
        found = folder.problems()
        seconds, peak = time.perf_counter() - started, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        path.unlink()
    assert found == [(FILES["Function"], None, None, None, "larger than 50 MB")]
    assert seconds < 2
    assert peak < 20_000_000


def test_byte_order_mark_and_windows_line_ends_are_accepted(folder: Folder) -> None:
    for name in FILES:
        folder.recode(name, lambda content: b"\xef\xbb\xbf" + content.replace(b"\n", b"\r\n"))
    assert read_dataset(folder.path) == sound_system()


def test_old_macintosh_line_ends_are_accepted(folder: Folder) -> None:
    for name in FILES:
        folder.recode(name, lambda content: content.replace(b"\n", b"\r"))
    assert read_dataset(folder.path) == sound_system()


def test_semicolons_for_commas_name_the_header(folder: Folder) -> None:
    folder.recode("Function", lambda content: content.replace(b",", b";"))
    found = folder.problems()
    assert (FILES["Function"], 1, "id", None, "missing column") in found
    assert {file for file, *_ in found} == {FILES["Function"]}


def test_no_folder(tmp_path: Path) -> None:
    for path in (tmp_path / "nothing", tmp_path / "file"):
        (tmp_path / "file").touch()
        with pytest.raises(StoreError, match="is no dataset folder"):
            read_dataset(path)


def test_an_empty_folder_lists_every_file(tmp_path: Path) -> None:
    assert [file for file, *_ in Folder(tmp_path).problems()] == list(FILES.values())
