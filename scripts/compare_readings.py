"""Compare the two readings of the documents and write their agreement into docs/extraction.md.

Usage: python scripts/compare_readings.py
Counted is the grid care area × listed competence, resource or other care area: a pair is present in a reading if a
row that says need, dependence, sharing or competition names both. Only what stands between the two markers of the
page is replaced.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from graph_schema import CareSystem  # noqa: E402  (the checkout's own packages, also without an installation)
from loaders import load_sweden  # noqa: E402
from loaders.registers import Row, packaged_register  # noqa: E402

BEGIN, END = "<!-- table: begin -->\n", "<!-- table: end -->"
KINDS = ("competence", "resource", "area", "multi_competence", "same_team", "cooperation", "competition")
TARGETS = {"competences": "Competence", "resources": "Resource", "areas": "CareArea"}
Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Agreement:
    """Pairs in both readings, in one only, in neither."""

    both: int
    first: int
    second: int
    neither: int

    @property
    def kappa(self) -> float:
        """Cohen's kappa: (observed − expected agreement) / (1 − expected), Cohen 1960."""
        total = self.both + self.first + self.second + self.neither
        observed = (self.both + self.neither) / total
        one, two = self.both + self.first, self.both + self.second
        expected = (one * two + (total - one) * (total - two)) / total**2
        return (observed - expected) / (1 - expected)


def grid(system: CareSystem, types: Iterable[str]) -> set[Pair]:
    """Return every pair of a care area and something else of the given types."""
    areas = [r.key[0] for r in system.rows["CareArea"]]
    return {(a, r.key[0]) for t in types for r in system.rows[t] for a in areas if a != r.key[0]}


def present(rows: Iterable[Row], cells: set[Pair], *, implied: bool) -> set[Pair]:
    """Return the pairs that a reading has."""
    kept = (r for r in rows if r["kind"] in KINDS and (implied or r["strength"] != "implied"))
    return {(r["area"], r["target"]) for r in kept} & cells


def agreement(first: Iterable[Row], second: Iterable[Row], cells: set[Pair], *, implied: bool) -> Agreement:
    """Return how two readings agree on the cells of a grid."""
    one, two = (present(rows, cells, implied=implied) for rows in (list(first), list(second)))
    return Agreement(len(one & two), len(one - two), len(two - one), len(cells - one - two))


def table() -> str:
    """Return the agreement as a Markdown table."""
    system = load_sweden()
    first, second = packaged_register("first_reading"), packaged_register("second_reading")
    lines = ["| rows | targets | both | first only | second only | neither | kappa |", "|---|---|---|---|---|---|---|"]
    for implied, words in ((True, "all"), (False, "without what names only imply")):
        for name, types in (("all", tuple(TARGETS.values())), *((n, (t,)) for n, t in TARGETS.items())):
            found = agreement(first, second, grid(system, types), implied=implied)
            counts = f"{found.both} | {found.first} | {found.second} | {found.neither}"
            lines.append(f"| {words} | {name} | {counts} | {found.kappa:.2f} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write the table into the page."""
    page = ROOT / "docs" / "extraction.md"
    text = page.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(f"{before}{BEGIN}{table()}{END}{after}", encoding="utf-8", newline="\n")
    print(table())


if __name__ == "__main__":
    main()
