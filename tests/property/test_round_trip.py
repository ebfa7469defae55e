"""For any valid system: what is written reads back, spelling does not count, every number does."""

from __future__ import annotations

import contextlib
import csv
import dataclasses
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph_schema import (
    CareSystem,
    Quantity,
    RawRow,
    RawTable,
    Record,
    SchemaViolation,
    assemble,
    load_schema,
    to_networkx,
)
from graph_schema.cells import normalised
from loaders import read_dataset, system_from_mapping, system_to_mapping, write_dataset
from tests.property.strategies import awkward_texts, care_systems, raw_tables
from tests.synthetic import two_hospitals

FEW = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
MANY = settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])


@contextlib.contextmanager
def new_place() -> Iterator[Path]:
    """A path that does not exist yet; a fixture would be shared by all examples."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder, "dataset")


def shuffled(table: RawTable, draw: st.DataObject) -> RawTable:
    columns = draw.draw(st.permutations(table.columns))
    rows = draw.draw(st.permutations(table.rows))
    return RawTable(table.file, columns, [RawRow(i, row.cells) for i, row in enumerate(rows, start=2)])


@FEW
@given(care_systems())
def test_what_is_written_reads_back(system: CareSystem) -> None:
    with new_place() as place:
        write_dataset(system, place)
        back = read_dataset(place)
    assert back.content_hash == system.content_hash
    for name, records in system.rows.items():
        assert [dict(r.values) for r in back.rows[name]] == [dict(r.values) for r in records]
    assert dict(back.quantities) == dict(system.quantities)
    assert system_from_mapping(system_to_mapping(system)) == system


@FEW
@given(raw_tables(), st.data())
def test_order_of_rows_and_columns_does_not_count(tables: dict[str, RawTable], data: st.DataObject) -> None:
    system = assemble(tables)
    turned = {name: shuffled(table, data) if len(table.rows) < 10 else table for name, table in tables.items()}
    assert assemble(turned).content_hash == system.content_hash


@FEW
@given(care_systems(), st.data())
def test_order_of_columns_in_the_files_does_not_count(system: CareSystem, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from([name for name, records in system.rows.items() if records]))
    with new_place() as place:
        write_dataset(system, place)
        path = place.joinpath(load_schema()[name].file)
        with path.open(encoding="utf-8", newline="") as stream:
            header, *rows = csv.reader(stream)
        order = data.draw(st.permutations(range(len(header))))
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer = csv.writer(stream, quoting=csv.QUOTE_ALL)
            writer.writerows([row[i] for i in order] for row in [header, *reversed(rows)])
        assert read_dataset(place).content_hash == system.content_hash


@FEW
@given(care_systems())
def test_the_graph_has_every_node_and_relationship(system: CareSystem) -> None:
    graph = to_networkx(system)
    kinds = {name: spec.kind for name, spec in load_schema().items()}
    assert graph.number_of_nodes() == sum(len(r) for name, r in system.rows.items() if kinds[name] == "node")
    assert graph.number_of_edges() == sum(len(r) for name, r in system.rows.items() if kinds[name] == "relationship")


def with_quantity(system: CareSystem, record: Record, name: str, quantity: Quantity) -> CareSystem:
    changed = Record(record.type, {**record.values, name: quantity})
    records = [changed if r is record else r for r in system.rows[record.type]]
    return system.replace(**{record.type: records})


@FEW
@given(care_systems(), st.data())
def test_every_part_of_every_quantity_counts(system: CareSystem, data: st.DataObject) -> None:
    found = [(r, n, q) for records in system.rows.values() for r in records for n, q in r.quantities()]
    record, name, quantity = data.draw(st.sampled_from(found))
    other = {
        "value": quantity.value + 1,
        "low": quantity.low - 1,
        "high": quantity.high + 1,
        "unit": quantity.unit + "x",
        "grade": "assumed" if quantity.grade != "assumed" else "reported",
        "source": quantity.source + ";s_other",
    }
    hashes = {system.content_hash}
    for part, changed in other.items():
        hashes.add(with_quantity(system, record, name, dataclasses.replace(quantity, **{part: changed})).content_hash)
    assert len(hashes) == 1 + len(other)


@MANY
@given(st.lists(awkward_texts, min_size=4, max_size=4))
def test_any_text_survives_as_it_is_kept(texts: list[str]) -> None:
    system = two_hospitals(Function=[{"id": f"fn_{i}", "note": text} for i, text in enumerate(texts)])
    with new_place() as place:
        write_dataset(system, place)
        back = read_dataset(place)
    for i, text in enumerate(texts):
        assert system.node(f"fn_{i}").text("note") == back.node(f"fn_{i}").text("note") == normalised(text)


@settings(max_examples=1000)
@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised(normalised(text)) == normalised(text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("spoiled") / "dataset"
    write_dataset(two_hospitals(), path)
    return path


NOISE = st.one_of(st.binary(max_size=4), st.sampled_from([b",", b'"', b"\n", b"\r", b"\0", b"\xff", b";", b"-", b"9"]))


@MANY
@given(st.data())
def test_spoiled_bytes_give_a_system_or_one_error(folder: Path, data: st.DataObject) -> None:
    spec = data.draw(st.sampled_from([s for s in load_schema().values() if s.name != "parameters"]))
    with tempfile.TemporaryDirectory() as place:
        copy = Path(shutil.copytree(folder, place, dirs_exist_ok=True))
        path = copy.joinpath(spec.file)
        content = path.read_bytes()
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content)))
            stop = data.draw(st.integers(start, min(start + 5, len(content))))
            content = content[:start] + data.draw(NOISE) + content[stop:]
        path.write_bytes(content)
        try:
            read_dataset(copy)
        except SchemaViolation as violation:
            problems = violation.problems
        else:
            problems = ()
        assert all(problem.rule and problem.remedy and str(problem) for problem in problems)
