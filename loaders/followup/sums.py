"""Parts of a reported number against the whole: more in the parts than in the whole is an error in the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from graph_schema import Problem
from loaders.followup.registry import BREAKDOWNS, load_measures
from loaders.followup.sheets import RawCell

__all__ = ["check_sums"]

OF_WHOM = ("treated", "assessed_only")
Row = Mapping[str, Any]
Pair = tuple[Row, RawCell]


def _unit(row: Row, *names: str) -> tuple[str, ...]:
    return tuple(str(row.get(n, "")) for n in ("area", "hospital", "year", "subject", "role", "source", *names))


def _where(cell: RawCell) -> str:
    return cell.place if cell.row is None else f"row {cell.row}"


def _too_many(parts: Sequence[Pair], whole: Pair, what: str, problems: list[Problem]) -> None:
    total = sum(float(row["value"]) for row, _ in parts)
    if total > float(whole[0]["value"]):
        places = ", ".join(_where(cell) for _, cell in parts[:5]) + (" …" if len(parts) > 5 else "")
        rule = f"less than the sum {total:g} of its parts by {what} ({places})"
        problems.append(whole[1].problem(rule, "let the whole be the sum of the parts or more"))


def check_sums(rows: Sequence[Pair], problems: list[Problem]) -> None:
    """Add a problem for each whole that its parts exceed: by one breakdown, or treated and only assessed.

    Parameters
    ----------
    rows
        Checked rows as mappings, with the cell of the value.
    problems
        Problems go here; each names the whole and its parts.
    """
    counts = [(row, cell) for row, cell in rows
              if load_measures()[row["measure"]].kind == "count" and row["value"] is not None]  # fmt: skip
    wholes: dict[tuple[str, ...], Pair] = {}
    parts: dict[tuple[tuple[str, ...], str], list[Pair]] = {}
    for row, cell in counts:
        divided = [b for b in BREAKDOWNS if row.get(b)]
        if not divided:
            wholes[_unit(row, "measure")] = row, cell
        elif len(divided) == 1:
            parts.setdefault((_unit(row, "measure"), divided[0]), []).append((row, cell))
    for (key, breakdown), found in parts.items():
        # The same patient may come in two months; in one region, sex and age only once.
        if key in wholes and breakdown != "month":
            _too_many(found, wholes[key], breakdown, problems)
    for key, whole in wholes.items():
        if whole[0]["measure"] == "patients":
            of_whom = [wholes[k] for m in OF_WHOM if (k := (*key[:-1], m)) in wholes]
            if of_whom:
                _too_many(of_whom, whole, "treated and only assessed", problems)
