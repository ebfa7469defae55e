"""Random valid care systems, built from the schema table alone."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from datetime import date

from hypothesis import strategies as st

from graph_schema import CareSystem, PropertySpec, RawRow, RawTable, TypeSpec, assemble, format_number, load_schema
from graph_schema.cells import normalised
from graph_schema.rules import HISTORY
from tests.synthetic import fixed_parameters, make_tables

__all__ = ["awkward_texts", "care_systems", "raw_tables"]

Row = dict[str, str]
NODES = [spec for spec in load_schema().values() if spec.kind == "node"]
RELATIONSHIPS = [spec for spec in load_schema().values() if spec.kind == "relationship"]
TABLES = [load_schema()[name] for name in ("sources", "assumptions", "floors")]
SKELETON = ("PART_OF", "LOCATED_IN")  # written by rule, not at random
DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31)).map(date.isoformat)

AWKWARD = st.sampled_from(
    [",", ";", '"', "'", "\n", "\r\n", "\r", "\t", " ", "\u00a0", "A\u030a", "å", "€", "🏥", "\ufeff"]
)
awkward_texts = st.lists(
    st.one_of(AWKWARD, st.text(st.characters(exclude_categories=["Cs"]), max_size=4)), max_size=6
).map("".join)


def _filled(text: str) -> bool:
    return normalised(text) != ""


@st.composite
def _numbers(draw: st.DrawFn, prop: PropertySpec, count: int) -> list[float]:
    low = prop.minimum if math.isfinite(prop.minimum) else -1e6
    high = prop.maximum if math.isfinite(prop.maximum) else 1e6
    return sorted(draw(st.floats(low, high, allow_nan=False)) for _ in range(count))


@st.composite
def _quantity(draw: st.DrawFn, prop: PropertySpec, unit: str) -> Row:
    low, value, high = draw(_numbers(prop, 3))
    grade = draw(st.sampled_from(["reported", "derived", "assumed"]))
    source = draw(st.sampled_from(["a_test", "a_test;s_test"] if grade == "assumed" else ["s_test", "s_test;a_test"]))
    cells = [*map(format_number, (value, low, high)), unit, grade, source]
    return dict(zip(prop.columns, cells, strict=True))


@st.composite
def _plain(draw: st.DrawFn, prop: PropertySpec, ids: Mapping[str, list[str]]) -> str:
    if prop.dtype == "text":
        return draw(awkward_texts.filter(_filled))
    if prop.dtype == "enum":
        return draw(st.sampled_from(prop.values))
    if prop.dtype == "boolean":
        return draw(st.sampled_from(["true", "false"]))
    if prop.dtype == "date":
        return draw(DAYS)
    if prop.dtype == "source":
        return draw(st.sampled_from(["s_test", "a_test", "a_test;s_test"]))
    if prop.dtype == "reference":
        return draw(st.sampled_from([i for name in prop.values for i in ids[name]]))
    if prop.dtype == "integer":
        return str(draw(st.integers(int(prop.minimum), int(prop.maximum))))
    return format_number(draw(_numbers(prop, 1))[0])


@st.composite
def _row(draw: st.DrawFn, spec: TypeSpec, ids: Mapping[str, list[str]], given: Mapping[str, str]) -> Row:
    """One row: what is required, and each optional property half of the time."""
    row: Row = {}
    for prop in spec.properties:
        if prop.name in given:
            row[prop.name] = given[prop.name]
        elif prop.required or draw(st.booleans()):
            if prop.dtype == "quantity":
                row.update(draw(_quantity(prop, "unit" if prop.has_open_unit else prop.unit)))
            else:
                row[prop.name] = draw(_plain(prop, ids))
    return _obedient(spec, row)


def _certain(row: Row, name: str, value: float) -> None:
    row.update({name + suffix: format_number(value) for suffix in ("", "_low", "_high")})


def _obedient(spec: TypeSpec, row: Row) -> Row:
    """The row, bent to the rules that span its cells."""
    if spec.name == "CareArea":
        for name, share in zip(HISTORY, (0.25, 0.125, 0.625, 0.0), strict=True):
            _certain(row, name, share)
    if spec.name == "TRAVELS":
        hours = sorted(float(row[f"hours_p{p}"]) for p in (5, 50, 95))
        for p, value in zip((5, 50, 95), hours, strict=True):
            _certain(row, f"hours_p{p}", value)
    if spec.name == "Resource":
        row.update(capacity_unit="unit", amount_unit="unit")
    if spec.name == "floors":
        row.setdefault("threshold", "3")
        stated = [name for name in ("threshold_low", "threshold", "threshold_high") if name in row]
        row.update(zip(stated, sorted((row[name] for name in stated), key=float), strict=True))
    if spec.name == "PROVIDES":
        first, last = row.get("valid_from", ""), row.get("valid_to", "")
        if first and last:
            row["valid_from"], row["valid_to"] = sorted((first, last))
        if not first:
            row["permit"] = "false"
    return row


def _key(spec: TypeSpec, row: Row) -> tuple[str, ...]:
    return tuple(normalised(row.get(name, "")) for name in spec.key)


@st.composite
def _relationships(draw: st.DrawFn, spec: TypeSpec, ids: Mapping[str, list[str]], provides: list[Row]) -> list[Row]:
    ends = [p for p in spec.properties if p.required and p.dtype == "reference"]
    possible = all(any(ids[name] for name in p.values) for p in ends)
    if spec.name == "PROVIDES_VOLUME":
        keys = [{n: row.get(n, "") for n in ("source_id", "target_id", "sub_permit", "valid_from")} for row in provides]
        possible = bool(keys)
    rows: dict[tuple[str, ...], Row] = {}
    for _ in range(draw(st.integers(0, 3)) if possible else 0):
        given = draw(st.sampled_from(keys)) if spec.name == "PROVIDES_VOLUME" else {}
        row = draw(_row(spec, ids, given))
        rows.setdefault(_key(spec, row), row)
    return list(rows.values())


@st.composite
def _skeleton(draw: st.DrawFn, ids: Mapping[str, list[str]]) -> dict[str, list[Row]]:
    """PART_OF and LOCATED_IN: each region in one care region, each hospital in one region, a tree of skills."""
    skills = ids["Competence"]
    parents = [
        (skill, draw(st.sampled_from(skills[:i]))) for i, skill in enumerate(skills) if i and draw(st.booleans())
    ]
    pairs = [(region, draw(st.sampled_from(ids["CareRegion"]))) for region in ids["Region"]]
    places = [(hospital, draw(st.sampled_from(ids["Region"]))) for hospital in ids["Hospital"]]
    rows = {"PART_OF": [*pairs, *parents], "LOCATED_IN": places}
    return {
        name: [{"source_id": a, "target_id": b, "source": "s_test"} for a, b in pairs] for name, pairs in rows.items()
    }


@st.composite
def raw_tables(draw: st.DrawFn) -> dict[str, RawTable]:
    """The raw rows of a small valid system: any number of nodes, relationships and optional cells."""
    ids: dict[str, list[str]] = {}
    for spec in NODES:
        least = 1 if spec.name in ("CareRegion", "Region", "Hospital") else 0
        prefix = spec.name.lower()
        names = st.text(string.ascii_lowercase + string.digits + "_", max_size=3).map(f"{prefix}__{{}}".format)
        ids[spec.name] = draw(st.lists(names, min_size=least, max_size=3, unique=True))
    rows: dict[str, list[Row]] = {
        spec.name: [draw(_row(spec, ids, {"id": i})) for i in ids[spec.name]] for spec in NODES
    }
    rows |= draw(_skeleton(ids))
    for spec in RELATIONSHIPS:
        if spec.name not in SKELETON:
            rows[spec.name] = draw(_relationships(spec, ids, rows.get("PROVIDES", [])))
    for spec in TABLES:
        rows[spec.name] = [draw(_row(spec, ids, {"id": f"{spec.name}_{i}"})) for i in range(draw(st.integers(0, 2)))]
    tables = make_tables(fixed_parameters()[:4])
    for name, found in rows.items():
        spec, cells = load_schema()[name], [*(row.cells for row in tables[name].rows), *found]
        tables[name] = RawTable(spec.file, spec.columns, [RawRow(i, row) for i, row in enumerate(cells, start=2)])
    return tables


def care_systems() -> st.SearchStrategy[CareSystem]:
    """Small valid systems."""
    return raw_tables().map(assemble)
