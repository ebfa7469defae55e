"""Write the tables of docs/{measures,schema,followup,baseline}.md from the registries that the code reads.

Usage: python scripts/write_tables.py
Only what stands between the two markers of a page is replaced.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->"
Row = Mapping[str, str]


def read(registry: str) -> list[Row]:
    """Return the rows of a registry."""
    with (ROOT / registry).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """Return a Markdown table as lines."""
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return [*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)]


def measures() -> str:
    """Return the registry of measures, one table for each perspective."""
    header = ("measure", "of", "unit", "harm", "shown from", "meaning", "in Swedish")
    lines: list[str] = []
    for perspective, rows in groupby(read("impact/measures.csv"), lambda r: r["perspective"]):
        cells = [
            (f"`{r['measure']}`", r["entity"], r["unit"], r["harm"], r["visible"], r["definition_en"], r["name_sv"])
            for r in rows
        ]
        lines += [f"## {perspective}", "", *table(header, cells), ""]
    return "\n".join(lines)


def limits(row: Row) -> str:
    """Return the range or the values that a property allows."""
    if row["values"]:
        return ", ".join(row["values"].split("|"))
    low, high = row["minimum"], row["maximum"]
    if not low and not high:
        return ""
    return f"{low} to {high}" if low and high else f"at least {low}" if low else f"at most {high}"


def schema() -> str:
    """Return the schema of datasets, one table for each type."""
    header = ("property", "type", "unit", "allowed", "required", "key", "meaning")
    lines: list[str] = []
    for (kind, name), rows in groupby(read("graph_schema/schema.csv"), lambda r: (r["kind"], r["type"])):
        cells = [
            (f"`{r['property']}`", r["dtype"], r["unit"], limits(r), r["required"], r["key"], r["meaning"])
            for r in rows
        ]
        lines += [f"## {kind}: {name}", "", *table(header, cells), ""]
    return "\n".join(lines)


def followup() -> str:
    """Return the columns and measures of follow-up reports, and the limits of a review."""
    names = ("id", "name_sv", "template", "definition_en")
    columns = [[f"`{r['id']}`", *(r[n] for n in names[1:])] for r in read("loaders/followup/columns.csv")]
    measures = [
        [f"`{r['id']}`", r["name_sv"], r["template"], r["group"], r["unit_en"] or r["kind"],
         ", ".join(r["breakdowns"].split("|")), r["definition_en"]]
        for r in read("loaders/followup/measures.csv")
    ]  # fmt: skip
    triggers = [
        [f"`{r['id']}`", r["value"], f"{r['low']} to {r['high']}", r["unit"], r["grade"], r["meaning_en"], r["source"]]
        for r in read("loaders/followup/triggers.csv")
    ]
    measure_head = ("measure", "in Swedish", "template", "group", "unit", "divided by", "definition")
    trigger_head = ("limit", "value", "range", "unit", "grade", "meaning", "source")
    parts = (
        ("Columns", ("column", "in Swedish", "template", "meaning"), columns),
        ("Measures", measure_head, measures),
        ("Limits", trigger_head, triggers),
    )
    return "\n".join(line for title, head, rows in parts for line in (f"## {title}", "", *table(head, rows), ""))


def indicators() -> str:
    """Return the registry of indicators of the baseline study, one table for each group, and what it lacks."""
    header = ("indicator", "of", "unit", "kind", "input", "meaning", "formula", "source", "in Swedish")
    lines: list[str] = []
    for group, rows in groupby(read("impact/indicators.csv"), lambda r: r["group"]):
        cells = [
            (f"`{r['indicator']}`", r["entities"].replace("|", ", "), r["unit"], r["basis"], r["is_input"],
             r["definition_en"], r["formula"], r["source"], r["name_sv"])
            for r in rows
        ]  # fmt: skip
        lines += [f"### {group}", "", *table(header, cells), ""]
    gaps = [
        (f"`{r['gap']}`", r["name_en"], f"{r['stated']} {r['unit']}" if r["stated"] else "", r["reason_en"])
        for r in read("impact/indicator_gaps.csv")
    ]
    header = ("missing", "what", "stated in the documents", "why")
    return "\n".join([*lines, "### missing", "", *table(header, gaps), ""])


def pages() -> dict[Path, str]:
    """Return each page with its table as the registries have it now."""
    found: dict[Path, str] = {}
    parts = {"measures": measures(), "schema": schema(), "followup": followup(), "baseline": indicators()}
    for name, content in parts.items():
        page = ROOT / "docs" / f"{name}.md"
        head, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
        _, _, tail = rest.partition(END)
        found[page] = f"{head}{BEGIN}\n{content}\n{END}{tail}"
    return found


def main() -> None:
    """Write the pages whose table is not that of its registry."""
    for page, text in pages().items():
        if page.read_text(encoding="utf-8") != text:
            page.write_text(text, encoding="utf-8", newline="\n")
            print(f"{page.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
