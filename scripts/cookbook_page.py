"""Write docs/neo4j_cookbook.md from the cookbook that ``randzon neo4j ask`` reads.

Usage: python scripts/cookbook_page.py
"""

from __future__ import annotations

import csv
import textwrap
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "loaders" / "neo4j_store" / "cookbook"
PAGE = ROOT / "docs" / "neo4j_cookbook.md"
HEAD = """# The cookbook: ready questions to the Neo4j database

`randzon neo4j ask` lists these queries, `randzon neo4j ask NAME --show` explains one, and
`randzon neo4j ask NAME parameter=value …` asks it. This page is written by `python scripts/cookbook_page.py` from the
files in `loaders/neo4j_store/cookbook/`: a query is added with a row in `queries.csv`, its parameters in
`parameters.csv`, its columns in `columns.csv` and `NAME.cypher`; `tests/reference/plain_cookbook.py` then needs the
same answer without Cypher. How a system stands in the graph is told in [neo4j](neo4j.md).

- Areas, hospitals, competences and resources are given by id, name or part of a name; parameters also by their Swedish
  name: `randzon neo4j ask thin_areas sjukhus=Umeå högst=1`.
- Every value reaches the server as a Cypher parameter, never as text of the query.
- `$version` is the hash of the system's version: the current one, or `--version HASH`. In another program give it with
  the other parameters (in Neo4j Browser with `:params`); an answer in `--format json` holds them all.
- Answers hold ids; the tables show names, CSV has both, and JSON has the names apart.
- What a query says is read from the database as it stands. It is no result of the model, and what is assumed in the
  dataset is assumed in the answer; most numbers on needs and dependence are.
- A query of your own: `randzon neo4j ask --cypher 'MATCH …'`, `--cypher -` (standard input) or `--file FILE.cypher`. It
  may use `$version` and `$as_of` (the system's day) and is given others as `NAME=VALUE`. The server refuses it if it
  would write. `--limit` (rows, 200) and `--timeout` (seconds, 30) bound it; where there are more rows, standard error
  says so.

"""
Row = Mapping[str, str]


def read(name: str) -> list[Row]:
    """Return the rows of a file of the cookbook."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def _allowed(row: Row) -> str:
    if row["values"]:
        return ", ".join(row["values"].split("|"))
    if row["minimum"]:
        return f"{row['type']}, {row['minimum']} to {row['maximum']}"
    return row["type"]


def _default(row: Row) -> str:
    if row["required"] == "yes":
        return "must be given"
    return {"": "all", "@as_of": "the system's day"}.get(row["default"], row["default"])


def _table(header: tuple[str, ...], rows: list[tuple[str, ...]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return [*lines, *("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows), ""]


def page() -> str:
    """Return the page as the files have it now."""
    parameters, columns = read("parameters.csv"), {row["name"]: row for row in read("columns.csv")}
    queries = read("queries.csv")
    contents = [(f"[`{q['name']}`](#{q['name']})", q["question_en"]) for q in queries]
    lines = [HEAD.rstrip("\n"), "", *_table(("query", "question"), contents)]
    for query in queries:
        name = query["name"]
        told = (
            f"**{query['title_en']}** ({query['title_sv']}). {query['question_en']}",
            f"{query['note_en']} Needs: {', '.join(query['needs'].split(';'))}.",
        )
        lines += [f"## {name}", "", *(part for text in told for part in (textwrap.fill(text, 118), ""))]
        own = [p for p in parameters if p["query"] == name]
        if own:
            cells = [(f"`{p['name']}` (`{p['name_sv']}`)", p["meaning_en"], _allowed(p), p["unit"], _default(p))
                     for p in own]  # fmt: skip
            lines += _table(("parameter", "meaning", "allowed", "unit", "default"), cells)
        shown = [columns[c] for c in query["columns"].split(";")]
        lines += _table(
            ("column", "meaning", "type", "unit"),
            [(f"`{c['name']}`", c["label_en"], c["type"], c["unit"]) for c in shown],
        )
        cypher = (FOLDER / f"{name}.cypher").read_text(encoding="utf-8").rstrip()
        lines += ["```cypher", cypher, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def main() -> None:
    """Write the page."""
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    print(f"{PAGE.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()
