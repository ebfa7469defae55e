"""Registers of evidence: what is refused, and that the packaged ones name only what exists."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_schema import SchemaViolation, StoreError, UnknownNode
from loaders import load_sweden
from loaders.registers import REGISTERS, packaged_register, read_register

HEADER = "id,hospital,kind,target,since,evidence,source,confidence"
GOOD = "k1,north,function,fn_icu,2020,It is open,s_1,high"


def written(folder: Path, *rows: str, header: str = HEADER) -> Path:
    file = folder / "known.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_rows_come_in_the_order_of_the_file(tmp_path: Path) -> None:
    found = read_register(written(tmp_path, GOOD, GOOD.replace("k1", "k0")), "known_to_run")
    assert [row["id"] for row in found] == ["k1", "k0"]
    assert found[0]["evidence"] == "It is open"


@pytest.mark.parametrize(
    ("row", "column", "rule"),
    [
        (GOOD.replace("north", ""), "hospital", "missing value"),
        (GOOD.replace("function", "ward"), "kind", "unknown word"),
        (GOOD.replace("high", "certain"), "confidence", "unknown word"),
    ],
)
def test_a_wrong_cell_is_named(tmp_path: Path, row: str, column: str, rule: str) -> None:
    with pytest.raises(SchemaViolation) as caught:
        read_register(written(tmp_path, row), "known_to_run")
    (problem,) = caught.value.problems
    assert (problem.row, problem.property, problem.rule) == (2, column, rule)


def test_all_problems_come_at_once(tmp_path: Path) -> None:
    with pytest.raises(SchemaViolation) as caught:
        read_register(written(tmp_path, GOOD, GOOD, GOOD.replace("k1", "k2").replace("north", "")), "known_to_run")
    assert [p.rule for p in caught.value.problems] == ["duplicate of row 2", "missing value"]


def test_a_missing_column_a_missing_file_and_a_wrong_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaViolation, match="missing column"):
        read_register(written(tmp_path, GOOD, header=HEADER.replace("since", "year")), "known_to_run")
    with pytest.raises(StoreError, match="cannot be read"):
        read_register(tmp_path / "none.csv", "known_to_run")
    with pytest.raises(UnknownNode, match="choose one of"):
        packaged_register("wishes")


def test_text_that_is_no_utf_8_or_no_csv_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "known.csv"
    file.write_bytes(HEADER.encode() + b"\n\xe5,,,,,,,\n")
    with pytest.raises(SchemaViolation, match="not UTF-8"):
        read_register(file, "known_to_run")
    with pytest.raises(SchemaViolation, match="not readable as CSV"):
        read_register(written(tmp_path, 'k1,"north,function'), "known_to_run")


def test_numbers_and_lists_are_checked(tmp_path: Path) -> None:
    columns = list(REGISTERS["literature"].columns)
    row = dict.fromkeys(columns, "") | {
        "id": "l1", "area": "all", "quantity": "q", "value": "many", "unit": "days", "title": "T", "seen": "yes",
        "confidence": "high", "used": "no",
    }  # fmt: skip
    with pytest.raises(SchemaViolation, match="not a finite number"):
        read_register(written(tmp_path, ",".join(row.values()), header=",".join(columns)), "literature")
    columns = list(REGISTERS["statements"].columns)
    row = dict.fromkeys(columns, "x") | {
        "kind": "area", "direction": "needs", "strength": "stated", "headings": "icu;sauna", "in_first": "yes",
        "in_second": "no", "decision": "kept",
    }  # fmt: skip
    with pytest.raises(SchemaViolation, match="unknown word"):
        read_register(written(tmp_path, ",".join(row.values()), header=",".join(columns)), "statements")


@pytest.mark.parametrize("name", REGISTERS)
def test_packaged_registers_name_only_what_exists(name: str) -> None:
    system = load_sweden()
    sources = {r.key[0] for table in ("sources", "assumptions") for r in system.rows[table]}
    known = {
        "area": {r.key[0] for r in system.rows["CareArea"]} | {"", "all", "general"},
        "hospital": {r.key[0] for r in system.rows["Hospital"]} | {""},
        "resource": set(system.nodes) | {""},
        "target": set(system.nodes) | {""},
        "source": sources,
    }
    rows = packaged_register(name)
    assert rows
    unknown = {
        (row["id"], column, word)
        for row in rows
        for column, words in known.items()
        for word in row.get(column, "").split(";")
        if column in row and word not in words
    }
    assert unknown == set()


def test_the_literature_has_more_than_120_numbers_that_were_read_with_a_reference() -> None:
    rows = [r for r in packaged_register("literature") if r["seen"] == "yes" and r["value"]]
    assert len(rows) >= 120
    assert all(r["doi"] or r["address"] for r in rows)
    assert all(r["title"] for r in rows)
