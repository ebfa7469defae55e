"""Raw cells of a report to checked rows, with every problem named by its cell."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from graph_schema import CareSystem, Problem, ReportViolation, StoreError
from loaders.followup.decimals import check_mixed, parse_number
from loaders.followup.registry import BREAKDOWNS, Measure, load_columns, load_measures
from loaders.followup.sheets import RawCell, RawSheet, read_sheet
from loaders.followup.sums import check_sums

__all__ = ["CHOICES", "KEY", "ReportRow", "read_report", "row_from_mapping"]

KEY = ("area", "hospital", "year", "measure", "month", "home_region", "sex", "age", "subject", "role", "source")
FIRST_YEAR = 1990
LONGEST_TEXT = 2000
WITHDRAWN = {"withdrawn", "utgår"}
CHOICES: Mapping[str, Mapping[str, str]] = {
    "sex": {"woman": "woman", "kvinna": "woman", "man": "man"},
    "age": {"child": "child", "barn": "child", "adult": "adult", "vuxen": "adult"},
    "role": {"holder": "holder", "innehavare": "holder", "refused": "refused", "nekad": "refused",
             "referring": "referring", "remitterande": "referring", "other": "other", "annan": "other"},
    "condition": {"met": "met", "yes": "met", "ja": "met", "partly": "partly", "delvis": "partly",
                  "not_met": "not_met", "no": "not_met", "nej": "not_met"},
    "home_region": {"unknown": "unknown", "okänd": "unknown", "abroad": "abroad", "utlandet": "abroad"},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One reported value.

    Attributes
    ----------
    area, hospital
        Ids of the dataset; `area` is empty for measures of competences.
    month, home_region, sex, age
        What the value is divided by; empty = all. `home_region` is an id, ``unknown`` or ``abroad``.
    subject
        Condition, kind of event, adjacent group, or id of a competence.
    role, source
        Of an adjacent report.
    value
        Number, text, or None where an earlier value is withdrawn.
    """

    area: str
    hospital: str
    year: int
    measure: str
    value: float | str | None
    month: str = ""
    home_region: str = ""
    sex: str = ""
    age: str = ""
    subject: str = ""
    role: str = ""
    source: str = ""
    note: str = ""

    @property
    def key(self) -> tuple[str, ...]:
        """What the value is of: two values of one key replace each other."""
        return tuple(str(getattr(self, name)) for name in KEY)

    def to_mapping(self) -> dict[str, Any]:
        """Return the row as plain values, without what is empty; a withdrawn value stands as null."""
        return {k: v for k, v in asdict(self).items() if k == "value" or v != ""}


def row_from_mapping(content: Mapping[str, Any]) -> ReportRow:
    """Return a row from what `ReportRow.to_mapping` gave.

    Raises
    ------
    StoreError
        If a field is missing or unknown.
    """
    known = {f.name for f in fields(ReportRow)}
    if not {"area", "hospital", "year", "measure", "value"} <= {"area", *content} or set(content) - known:
        raise StoreError("a stored row has missing or unknown fields: the store is damaged or of a later version")
    values: dict[str, Any] = {"area": "", **content}
    return ReportRow(**values)


class _Names:
    """Ids and names of a type of node to its id."""

    def __init__(self, system: CareSystem, type_name: str) -> None:
        self.kind = type_name
        self.found: dict[str, str] = {}
        for record in system.rows[type_name]:
            for name in (record.text("name_sv"), record.text("name_en"), record.key[0]):
                if name:
                    self.found[name.casefold()] = record.key[0]

    def get(self, cell: RawCell, problems: list[Problem]) -> str:
        wanted = cell.text.casefold()
        if wanted in self.found:
            return self.found[wanted]
        near = difflib.get_close_matches(wanted, list(self.found), n=3, cutoff=0.6)
        hint = f"near names: {', '.join(near)}" if near else "use an id or name of the template's lists"
        problems.append(cell.problem(f"no {self.kind} is called so", hint))
        return ""


class _Reader:
    """Checks the rows of one report."""

    def __init__(self, system: CareSystem, today: date, problems: list[Problem]) -> None:
        self.system, self.today, self.problems = system, today, problems
        kinds = {"area": "CareArea", "hospital": "Hospital", "home_region": "Region", "competence": "Competence"}
        self.names = {column: _Names(system, kind) for column, kind in kinds.items()}
        self.measures: dict[str, Measure] = {}
        for measure in load_measures().values():
            for name in (measure.id, *measure.names.values()):
                self.measures[name.casefold()] = measure
        self.numbers: list[RawCell] = []

    def _choice(self, column: str, cell: RawCell) -> str:
        allowed = CHOICES[column]
        found = allowed.get(cell.text.casefold(), "")
        if not found:
            self.problems.append(cell.problem("not one of the allowed words", f"write {', '.join(allowed)}"))
        return found

    def _year(self, cell: RawCell) -> int:
        value = parse_number(cell.text)
        if value is None or value != int(value) or value < FIRST_YEAR:
            self.problems.append(cell.problem("not a year", f"write a year from {FIRST_YEAR} on, e.g. 2024"))
            return 0
        year = int(value)
        if year > self.today.year:
            self.problems.append(cell.problem("a year in the future", "check the year"))
        elif year == self.today.year:
            self.problems.append(cell.problem("the year is not over", f"report it after {year}-12-31"))
        return year

    def _month(self, cell: RawCell) -> str:
        value = parse_number(cell.text)
        if value is None or value != int(value) or not 1 <= value <= 12:
            self.problems.append(cell.problem("not a month", "write 1 to 12, or leave it empty for the whole year"))
            return ""
        return str(int(value))

    def _number(self, measure: Measure, cell: RawCell) -> float | None:
        self.numbers.append(cell)
        value = float(cell.value) if not isinstance(cell.value, str) else parse_number(cell.value)
        if value is None:
            remedy = "write digits only, without blanks between thousands, words or signs; put words in the note"
            self.problems.append(cell.problem(f"not a number ({measure.units['en']})", remedy))
            return None
        if measure.kind == "count" and value != int(value):
            remedy = "write a whole number, without a sign between thousands"
            self.problems.append(cell.problem(f"not a whole number of {measure.units['en']}", remedy))
            return None
        if not measure.minimum <= value <= measure.maximum:
            rule = f"outside {measure.minimum:g} to {measure.maximum:g} {measure.units['en']}"
            self.problems.append(cell.problem(rule, "check the number and its unit"))
            return None
        return value

    def _value(self, measure: Measure, cell: RawCell) -> float | str | None:
        if cell.text.casefold() in WITHDRAWN:
            return None
        if measure.kind == "choice":
            return self._choice(measure.id, cell)
        if measure.kind != "text":
            return self._number(measure, cell)
        if len(cell.text) > LONGEST_TEXT:
            self.problems.append(cell.problem(f"longer than {LONGEST_TEXT} characters", "shorten it"))
        return cell.text

    def _missing(self, row: Mapping[str, RawCell], column: str, why: str) -> None:
        cell = row.get(column)
        if cell is None:
            first = next(iter(row.values()))
            self.problems.append(Problem(first.file, first.row, column, None, why, f"add the column {column}"))
        else:
            self.problems.append(cell.problem(why, "fill it in"))

    def _node(self, row: Mapping[str, RawCell], column: str) -> str:
        return self.names[column].get(row[column], self.problems) if _is_filled(row, column) else ""

    def _subject(self, measure: Measure, row: Mapping[str, RawCell]) -> str:
        if not _is_filled(row, "subject"):
            if measure.subject:
                self._missing(row, "subject", f"missing: {measure.id} needs to say what it is about")
            return ""
        if measure.subject == "competence":
            return self.names["competence"].get(row["subject"], self.problems)
        return row["subject"].text

    def _breakdowns(self, measure: Measure, row: Mapping[str, RawCell]) -> dict[str, str]:
        found: dict[str, str] = {}
        for column in BREAKDOWNS:
            if not _is_filled(row, column):
                continue
            cell = row[column]
            if column not in measure.breakdowns:
                self.problems.append(cell.problem(f"{measure.id} is not divided by {column}", "leave the cell empty"))
            elif column == "month":
                found[column] = self._month(cell)
            elif column == "home_region" and cell.text.casefold() not in CHOICES["home_region"]:
                found[column] = self._node(row, column)
            else:
                found[column] = self._choice(column, cell)
        return found

    def row(self, row: Mapping[str, RawCell]) -> ReportRow | None:
        """Return the checked row; None where no value is reported or something is wrong."""
        if not _is_filled(row, "value"):
            return None
        before = len(self.problems)
        for column in (c.id for c in load_columns().values() if c.required):
            if column in row and row[column].is_empty:
                self._missing(row, column, "missing")
        if not all(_is_filled(row, c) for c in ("measure", "year", "hospital")):
            return None
        measure = self.measures.get(row["measure"].text.casefold())
        if measure is None:
            near = difflib.get_close_matches(row["measure"].text.casefold(), list(self.measures), n=2, cutoff=0.5)
            remedy = f"near: {', '.join(near)}" if near else f"choose one of {', '.join(load_measures())}"
            self.problems.append(row["measure"].problem("unknown measure", remedy))
            return None
        is_of_competence = measure.subject == "competence"
        if not is_of_competence and not _is_filled(row, "area"):
            self._missing(row, "area", f"missing: {measure.id} is of a care area")
        if is_of_competence and _is_filled(row, "area"):
            self.problems.append(row["area"].problem(f"{measure.id} is of no single area", "leave the cell empty"))
        if measure.template == "adjacent" and not _is_filled(row, "source"):
            self._missing(row, "source", f"missing: {measure.id} needs the register it comes from")
        found = ReportRow(
            area=self._node(row, "area"), hospital=self._node(row, "hospital"), year=self._year(row["year"]),
            measure=measure.id, value=self._value(measure, row["value"]), subject=self._subject(measure, row),
            role=self._choice("role", row["role"]) if _is_filled(row, "role") else "",
            source=row["source"].text if _is_filled(row, "source") else "",
            note=row["note"].text if _is_filled(row, "note") else "", **self._breakdowns(measure, row),
        )  # fmt: skip
        return found if len(self.problems) == before else None


def _is_filled(row: Mapping[str, RawCell], column: str) -> bool:
    return column in row and not row[column].is_empty


def _check_duplicates(rows: Sequence[tuple[ReportRow, RawCell]], problems: list[Problem]) -> None:
    first: dict[tuple[str, ...], RawCell] = {}
    for row, cell in rows:
        known = first.setdefault(row.key, cell)
        if known is not cell:
            where = known.place if known.row is None else f"row {known.row}"
            problems.append(cell.problem(f"stands already in {where}", "remove one of the two"))


def _checked(sheet: RawSheet, reader: _Reader) -> tuple[ReportRow, ...]:
    found: list[tuple[ReportRow, RawCell]] = []
    for cells in sheet.rows:
        row = reader.row(cells)
        if row is not None:
            found.append((row, cells["value"]))
    _check_duplicates(found, reader.problems)
    check_mixed(reader.numbers, reader.problems)
    check_sums([({**row.to_mapping(), "area": row.area}, cell) for row, cell in found], reader.problems)
    if not found and not reader.problems:
        remedy = "fill in the column value; empty rows are not stored"
        reader.problems.append(Problem(sheet.name, None, None, None, "no value is filled in", remedy))
    return tuple(row for row, _ in found)


def read_report(path: Path, system: CareSystem, today: date) -> tuple[ReportRow, ...]:
    """Return the checked rows of a report, in the order of the file; rows without a value are left out.

    Parameters
    ----------
    path
        A filled-in template, as Excel workbook or CSV.
    system
        Holds the areas, hospitals, regions and competences that may be named.
    today
        A year that is not over then is refused.

    Raises
    ------
    ReportViolation
        If anything is wrong; names every cell with value and remedy.
    StoreError
        If the file cannot be read.
    SettingError
        If the extra that reads Excel is not installed.
    """
    if not path.is_file():
        raise StoreError(f"{path} does not exist: write a template with 'randzon followup template --out {path}'")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise StoreError(f"{path} cannot be read ({error.strerror}): check the rights") from error
    problems: list[Problem] = []
    sheet = read_sheet(content, path, problems)
    rows = _checked(sheet, _Reader(system, today, problems)) if sheet.rows or not problems else ()
    if problems:
        raise ReportViolation(sorted(problems, key=lambda p: p.row or 0))  # a workbook's keep their order
    return rows
