"""Rules that span rows and tables: references, sources, hierarchies, dates, shares that must sum."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import networkx as nx

from graph_schema.care_system import Record
from graph_schema.cells import is_date
from graph_schema.errors import Problem
from graph_schema.schema import SCHEMA_VERSION, PropertySpec, load_schema

__all__ = ["check_rules"]

Tables = Mapping[str, Sequence[Record]]
Places = Mapping[int, tuple[str, int]]
HISTORY = ("p_new", "p_already_concentrated", "p_regional", "p_spread")
SHARE_TOLERANCE = 1e-6
SETTINGS = ("name", "version", "as_of")
OPTIONAL_SETTINGS = ("history_start", "language", "schema_version")
WHOLES = {"Region": "CareRegion", "Competence": "Competence"}  # what each may be PART_OF
UNITS = (
    ("USES", "amount", "amount_unit"),
    ("OPERATES", "capacity", "capacity_unit"),
    ("OPERATES", "other_amount", "amount_unit"),
)


class _Checker:
    """One method per rule. A rule keeps silent where a table that it needs was not read."""

    def __init__(self, tables: Tables, places: Places) -> None:
        self.tables = tables
        self.places = places
        self.node_types: dict[str, str] = {}
        self.documents = {r.key[0] for r in tables.get("sources", ())}
        self.assumptions = {r.key[0] for r in tables.get("assumptions", ())}

    def problem(self, record: Record, name: str | None, value: str | None, rule: str, remedy: str) -> Problem:
        file, row = self.places.get(id(record), (record.spec.file, None))
        return Problem(file, row, name, value, rule, remedy)

    def unique_ids(self) -> Iterator[Problem]:
        for name, records in self.tables.items():
            if load_schema()[name].kind != "node":
                continue
            for record in records:
                first = self.node_types.setdefault(record.key[0], name) if "id" in record else name
                if first != name:
                    rule, remedy = f"the id is also a {first}", "ids are unique over all node types"
                    yield self.problem(record, "id", record.key[0], rule, remedy)
        for record in self.tables.get("assumptions", ()):
            if "id" in record and record.key[0] in self.documents:
                rule = "the id is also a row of sources.csv"
                yield self.problem(record, "id", record.key[0], rule, "rename one of them")

    def references(self) -> Iterator[Problem]:
        for name, records in self.tables.items():
            specs = [p for p in load_schema()[name].properties if p.dtype == "reference"]
            for record in records:
                for spec in specs:
                    if spec.name in record:
                        yield from self._reference(record, spec)

    def _reference(self, record: Record, spec: PropertySpec) -> Iterator[Problem]:
        target, allowed = record.text(spec.name), " or ".join(spec.values)
        found = self.node_types.get(target)
        if found is None and not all(name in self.tables for name in spec.values):
            return
        if found not in spec.values:
            rule = f"is a {found}, not {allowed}" if found else "unknown id"
            yield self.problem(record, spec.name, target, rule, f"use the id of a {allowed}")

    def sources(self) -> Iterator[Problem]:
        if "sources" not in self.tables or "assumptions" not in self.tables:
            return
        for name, records in self.tables.items():
            specs = load_schema()[name].properties
            for record in records:
                for spec in specs:
                    if spec.dtype == "source" and spec.name in record:
                        yield from self._known(record, spec.name, record.text(spec.name))
                yield from self._graded(record)

    def _known(self, record: Record, column: str, cited: str) -> Iterator[Problem]:
        for source in cited.split(";"):
            if source not in self.documents and source not in self.assumptions:
                remedy = "add it to sources.csv or assumptions.csv"
                yield self.problem(record, column, source, "unknown source", remedy)

    def _graded(self, record: Record) -> Iterator[Problem]:
        for name, quantity in record.quantities():
            column = name + "_source"
            yield from self._known(record, column, quantity.source)
            cited = set(quantity.sources)
            if quantity.grade == "assumed" and not cited & self.assumptions:
                rule, remedy = "an assumed number without an assumption", "name a row of assumptions.csv"
                yield self.problem(record, column, quantity.source, rule, remedy)
            if quantity.grade != "assumed" and not cited & self.documents:
                rule, remedy = f"a {quantity.grade} number without a document", "name a row of sources.csv"
                yield self.problem(record, column, quantity.source, rule, remedy)

    def hierarchy(self) -> Iterator[Problem]:
        part_of = self.tables.get("PART_OF", ())
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_edges_from((r.text("source_id"), r.text("target_id")) for r in part_of if "source_id" in r)
        for component in nx.strongly_connected_components(graph):
            if len(component) > 1 or any(graph.has_edge(n, n) for n in component):
                loop = " → ".join(sorted(component))
                record = next(r for r in part_of if r.text("source_id") in component)
                yield self.problem(record, "target_id", loop, "cycle in PART_OF", "remove one of the links")
        for record in part_of:
            part, whole = (self.node_types.get(record.text(end), "") for end in ("source_id", "target_id"))
            if part in WHOLES and whole in WHOLES.values() and WHOLES[part] != whole:
                rule, remedy = f"a {part} is no part of a {whole}", f"name a {WHOLES[part]}"
                yield self.problem(record, "target_id", record.text("target_id"), rule, remedy)
        yield from self._exactly_one("Region", "PART_OF", "care region")
        yield from self._exactly_one("Hospital", "LOCATED_IN", "region")

    def _exactly_one(self, node_type: str, relationship: str, what: str) -> Iterator[Problem]:
        if relationship not in self.tables:
            return
        count: dict[str, int] = {}
        for record in self.tables[relationship]:
            count[record.text("source_id")] = count.get(record.text("source_id"), 0) + 1
        for record in self.tables.get(node_type, ()):
            found = count.get(record.key[0], 0)
            if found != 1 and "id" in record:
                rule = f"stands in {found} {what}s"
                yield self.problem(record, "id", record.key[0], rule, f"write one {relationship} row")

    def areas(self) -> Iterator[Problem]:
        for record in self.tables.get("CareArea", ()):
            shares = [q.value for q in map(record.quantity, HISTORY) if q is not None]
            if len(shares) == len(HISTORY) and abs(sum(shares) - 1) > SHARE_TOLERANCE:
                rule = "the four probabilities of its history do not sum to 1"
                yield self.problem(record, "p_new", f"{sum(shares):g}", rule, "correct " + ", ".join(HISTORY))

    def units(self) -> Iterator[Problem]:
        resources = {r.key[0]: r for r in self.tables.get("Resource", ())}
        for name, quantity_name, unit_name in UNITS:
            for record in self.tables.get(name, ()):
                quantity, resource = record.quantity(quantity_name), resources.get(record.text("target_id"))
                unit = resource.text(unit_name) if resource is not None else ""
                if quantity is not None and unit and quantity.unit != unit:
                    remedy = f"convert to {unit!r}, the {unit_name} of {record.text('target_id')}"
                    yield self.problem(record, quantity_name + "_unit", quantity.unit, "wrong unit", remedy)

    def dates(self) -> Iterator[Problem]:
        for record in self.tables.get("PROVIDES", ()):
            first, last = record.text("valid_from"), record.text("valid_to")
            if first and last and last < first:
                yield self.problem(record, "valid_to", last, f"before valid_from {first}", "swap the dates")
            if record.flag("permit") and not first:
                yield self.problem(record, "valid_from", None, "a permit without a first day", "write the date")

    def volumes(self) -> Iterator[Problem]:
        if "PROVIDES" not in self.tables:
            return
        provides = {r.key for r in self.tables["PROVIDES"]}
        for record in self.tables.get("PROVIDES_VOLUME", ()):
            if record.key[:4] not in provides:
                value, remedy = ", ".join(record.key[:4]), "correct hospital, area, sub_permit or date"
                yield self.problem(record, None, value, "no such PROVIDES row", remedy)

    def travel(self) -> Iterator[Problem]:
        for record in self.tables.get("TRAVELS", ()):
            hours = [record.quantity(f"hours_p{p}") for p in (5, 50, 95)]
            values = [q.value for q in hours if q is not None]
            if values != sorted(values):
                rule, remedy = "the percentiles are not in order", "let p5 <= p50 <= p95"
                yield self.problem(record, "hours_p50", f"{values}", rule, remedy)

    def floors(self) -> Iterator[Problem]:
        for record in self.tables.get("floors", ()):
            if record.text("basis") == "absolute" and "threshold" not in record:
                rule = "an absolute floor without a threshold"
                yield self.problem(record, "threshold", None, rule, "write it, or make the floor relative")
            stated = [record.number(n) for n in ("threshold_low", "threshold", "threshold_high")]
            values = [v for v in stated if v is not None]
            if values != sorted(values):
                rule, remedy = "the threshold is outside its range", "let threshold_low <= threshold <= threshold_high"
                yield self.problem(record, "threshold", f"{values}", rule, remedy)

    def settings(self) -> Iterator[Problem]:
        if "dataset" not in self.tables:
            return
        found = {r.key[0]: r for r in self.tables["dataset"] if "id" in r}
        for name in SETTINGS:
            if name not in found:
                yield Problem("dataset.csv", None, name, None, "missing setting", f"add a row with id {name}")
        for name, record in found.items():
            yield from self._setting(name, record)
        first, last = (found[n].text("value") if n in found else "" for n in ("history_start", "as_of"))
        if is_date(first) and is_date(last) and first > last:
            rule = f"history_start is after as_of {last}"
            yield self.problem(found["history_start"], "value", first, rule, "swap the dates")

    def _setting(self, name: str, record: Record) -> Iterator[Problem]:
        value = record.text("value")
        if name not in (*SETTINGS, *OPTIONAL_SETTINGS):
            remedy = "choose one of " + ", ".join((*SETTINGS, *OPTIONAL_SETTINGS))
            yield self.problem(record, "id", name, "unknown setting", remedy)
        if value and name in ("as_of", "history_start") and not is_date(value):
            yield self.problem(record, "value", value, "not a date", "write YYYY-MM-DD")
        if value and name == "schema_version" and value != SCHEMA_VERSION:
            rule = f"this program reads schema version {SCHEMA_VERSION}"
            yield self.problem(record, "value", value, rule, "convert the dataset or use its program version")


def check_rules(tables: Tables, places: Places) -> Iterator[Problem]:
    """Yield every problem that only shows when rows are read together.

    Parameters
    ----------
    tables
        Type name to records.
    places
        ``id()`` of a record to (file, row), for the messages.
    """
    checker = _Checker(tables, places)
    yield from checker.unique_ids()
    yield from checker.references()
    yield from checker.sources()
    yield from checker.hierarchy()
    yield from checker.areas()
    yield from checker.units()
    yield from checker.dates()
    yield from checker.volumes()
    yield from checker.travel()
    yield from checker.floors()
    yield from checker.settings()
