"""Follow-up reports for the tests: files in every form, and a store that holds them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from graph_schema import CareSystem, Problem, ReportViolation
from loaders.followup import ReportRow, Standing, Store, read_report, standing_rows

__all__ = ["HEAD", "NOW", "TODAY", "excel", "kept", "problems_of", "row", "text_report"]

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
TODAY = date(2026, 3, 1)
HEAD = "area,hospital,year,measure,value,home_region,month,sex,age,subject,source,role,note"


def row(value: float | str | None, measure: str = "patients", **cells: Any) -> ReportRow:
    """One row of liver care in the middle, 2024, unless the cells say otherwise."""
    return ReportRow(
        **{"area": "liver", "hospital": "middle", "year": 2024, "measure": measure, "value": value, **cells}
    )


def text_report(folder: Path, *lines: str, head: str = HEAD, name: str = "r.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    return path


def excel(folder: Path, rows: Sequence[Sequence[Any]], name: str = "r.xlsx", merge: str = "") -> Path:
    from openpyxl import Workbook

    book: Any = Workbook()
    sheet = book.active
    sheet.title = "rapport"
    sheet.append(HEAD.split(","))
    for cells in rows:
        sheet.append(list(cells))
    if merge:
        sheet.merge_cells(merge)
    path = folder / name
    book.save(path)
    return path


def problems_of(path: Path, system: CareSystem) -> tuple[Problem, ...]:
    """What is wrong with a report; fails where nothing is."""
    try:
        read_report(path, system, TODAY)
    except ReportViolation as error:
        return error.problems
    raise AssertionError(f"{path} was read")


def kept(folder: Path, *versions: Sequence[ReportRow]) -> list[Standing]:
    """What stands after the versions were stored one after the other."""
    store = Store(folder / "store")
    for rows in versions:
        store.append("reports", [r.to_mapping() for r in rows], "tester", NOW, {"file": "x"})
    return list(standing_rows(store).values())
