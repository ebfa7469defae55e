"""A sound dataset folder and the ways to spoil it, for the tests of bad input."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

from graph_schema import CareSystem, SchemaViolation, load_schema
from loaders import read_dataset
from tests.synthetic import two_hospitals

FILES = {name: spec.file for name, spec in load_schema().items()}


def sound_system() -> CareSystem:
    """A system that has at least one row for every rule."""
    provides = {"target_id": "area", "permit": True, "valid_from": "2020-01-01", "valid_to": "2024-12-31"}
    return two_hospitals(
        settings={"history_start": "2018-07-01"},
        Competence=[{"id": "comp"}, {"id": "skill", "kind": "narrow_skill", "is_base_specialty": False}],
        Decision=[{"id": "d1", "body": "board", "kind": "granted", "date": "2019-06-01", "units": 2}],
        Function=[{"id": "fn"}],
        Resource=[{"id": "icu"}],
        PART_OF=[
            {"source_id": "reg_a", "target_id": "cr"},
            {"source_id": "reg_b", "target_id": "cr"},
            {"source_id": "skill", "target_id": "comp"},
        ],
        PROVIDES=[{"source_id": h, **provides} for h in ("hosp_a", "hosp_b")],
        PROVIDES_VOLUME=[
            {"source_id": "hosp_a", "target_id": "area", "valid_from": "2020-01-01", "year": 2023, "patients": 4}
        ],
        USES=[{"source_id": "area", "target_id": "icu"}],
        OPERATES=[{"source_id": "hosp_a", "target_id": "icu", "other_amount": 3, "occupancy": 0.8}],
        CONCERNS=[{"source_id": "d1", "target_id": "area"}],
        floors=[
            {
                "id": "floor", "hospital_kind": "university", "measure": "m", "unit": "number", "threshold": 3,
                "direction": "at_least", "basis": "absolute", "hardness": "hard", "grade": "reported",
            }
        ],
    )  # fmt: skip


class Folder:
    """A dataset folder to spoil. Rows are named by their number in the file: the header is row 1."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def file(self, name: str) -> Path:
        return self.path.joinpath(FILES[name])

    def read(self, name: str) -> list[list[str]]:
        with self.file(name).open(encoding="utf-8", newline="") as stream:
            return list(csv.reader(stream))

    def write(self, name: str, rows: list[list[str]]) -> None:
        with self.file(name).open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, lineterminator="\n").writerows(rows)

    def set(self, name: str, row: int, **cells: str) -> None:
        rows = self.read(name)
        for column, text in cells.items():
            rows[row - 1][rows[0].index(column)] = text
        self.write(name, rows)

    def copy_row(self, name: str, row: int, **cells: str) -> None:
        rows = self.read(name)
        self.write(name, [*rows, list(rows[row - 1])])
        self.set(name, len(rows) + 1, **cells)

    def drop_row(self, name: str, row: int) -> None:
        rows = self.read(name)
        self.write(name, rows[: row - 1] + rows[row:])

    def drop_column(self, name: str, column: str) -> None:
        rows = self.read(name)
        at = rows[0].index(column)
        self.write(name, [row[:at] + row[at + 1 :] for row in rows])

    def add_column(self, name: str, column: str, text: str) -> None:
        header, *rows = self.read(name)
        self.write(name, [[*header, column], *([*row, text] for row in rows)])

    def recode(self, name: str, change: Callable[[bytes], bytes]) -> None:
        self.file(name).write_bytes(change(self.file(name).read_bytes()))

    def problems(self) -> list[tuple[str, int | None, str | None, str | None, str]]:
        """What reading the folder reports; nothing else than a SchemaViolation may come out."""
        try:
            read_dataset(self.path)
        except SchemaViolation as violation:
            found = violation.problems
        else:
            found = ()
        assert all(problem.remedy for problem in found)
        return [(p.file, p.row, p.property, p.value, p.rule) for p in found]
