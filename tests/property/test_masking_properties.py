"""What is hidden in a table cannot be reckoned back from what is shown: by subtraction, nor by trying every number."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interface.masking import hidden_in_sums, shown_cells

pytestmark = pytest.mark.property
Cells = dict[str, float]
Sums = list[tuple[str, list[str]]]


@st.composite
def tables(draw: st.DrawFn, most: int = 40, rows: int = 4, columns: int = 4) -> tuple[Cells, Sums]:
    """Counts by row and column with the totals of rows and columns and of the whole, or of rows alone."""
    height, width = draw(st.integers(1, rows)), draw(st.integers(1, columns))
    small = st.one_of(st.integers(0, 3), st.integers(0, most))
    cells: Cells = {f"{r}.{c}": float(draw(small)) for r in range(height) for c in range(width)}
    sums: Sums = [(f"row {r}", [f"{r}.{c}" for c in range(width)]) for r in range(height)]
    if draw(st.booleans()):
        sums += [(f"column {c}", [f"{r}.{c}" for r in range(height)]) for c in range(width)]
        sums += [("all", [f"row {r}" for r in range(height)]), ("all", [f"column {c}" for c in range(width)])]
    for total, parts in sums:
        cells[total] = sum(cells[p] for p in parts)
    return cells, sums


def equations(cells: Mapping[str, float], sums: Sums, hidden: Collection[str]) -> tuple[np.ndarray, np.ndarray]:
    order = sorted(hidden)
    left = [[(k == total) * -1.0 + (k in parts) * 1.0 for k in order] for total, parts in sums]
    right = [
        (cells[total] if total not in hidden else 0.0) - sum(cells[p] for p in parts if p not in hidden)
        for total, parts in sums
    ]
    return np.array(left).reshape(len(sums), len(order)), np.array(right)


@settings(max_examples=150)
@given(tables(), st.integers(1, 10))
def test_no_hidden_cell_follows_from_the_shown_ones_by_subtraction(table: tuple[Cells, Sums], mask: int) -> None:
    cells, sums = table
    hidden = hidden_in_sums(cells, sums, mask)
    assert {k for k, v in cells.items() if v < mask} <= hidden
    left, right = equations(cells, sums, hidden)
    order = sorted(hidden)
    assert np.allclose(left @ [cells[k] for k in order], right)
    rank = np.linalg.matrix_rank(left) if order else 0
    for i in range(len(order)):
        # Known for certain is what a combination of the equations gives alone.
        unit = np.eye(len(order))[i]
        assert np.linalg.matrix_rank(np.vstack([left, unit])) == rank + 1, order[i]
    for total, parts in sums:
        gone = [k for k in parts if k in hidden]
        if gone and total not in hidden:
            assert len(gone) >= 2
            assert sum(cells[k] for k in gone) >= mask


def leaves(key: str, sums: Sums) -> list[str]:
    """The cells that a number is the sum of in the end."""
    parts = next((own for total, own in sums if total == key), None)
    return [key] if parts is None else [leaf for part in parts for leaf in leaves(part, sums)]


def another(cells: Cells, sums: Sums, hidden: frozenset[str], asked: str) -> bool:
    """Whether whole numbers other than the true one can stand in a hidden cell: found by trying them."""
    totals = dict(sums)
    open_cells = [k for k in sorted(hidden) if k not in totals]
    shown = {total: leaves(total, sums) for total in totals if total not in hidden}
    most = int(max(cells.values())) + 2

    def value(key: str, tried: Mapping[str, float]) -> float:
        return tried.get(key, 0.0) if key in hidden else cells[key]

    def fits(tried: Mapping[str, float]) -> bool:
        for total, own in shown.items():
            known = sum(value(p, tried) for p in own)
            is_whole = all(p in tried for p in own if p in hidden)
            if known > cells[total] or (is_whole and known != cells[total]):
                return False
        return True

    def search(place: int, tried: dict[str, float]) -> bool:
        if not fits(tried):
            return False
        if place == len(open_cells):
            return sum(value(p, tried) for p in leaves(asked, sums)) != cells[asked]
        return any(search(place + 1, {**tried, open_cells[place]: float(v)}) for v in range(most))

    return search(0, {})


@settings(max_examples=60)
@given(tables(most=6, rows=2, columns=3), st.integers(1, 4))
def test_each_hidden_cell_may_be_another_whole_number(table: tuple[Cells, Sums], mask: int) -> None:
    cells, sums = table
    hidden = hidden_in_sums(cells, sums, mask)
    for key in hidden:
        assert another(cells, sums, hidden, key), key


@given(tables(), st.integers(1, 10))
def test_what_is_shown_is_true_and_a_bound_stands_only_where_no_sum_is_known(
    table: tuple[Cells, Sums], mask: int
) -> None:
    cells, sums = table
    hidden, shown = hidden_in_sums(cells, sums, mask), shown_cells(cells, sums, mask, "en")
    for key, words in shown.items():
        if key not in hidden:
            assert float(words) == cells[key]
        elif words == f"<{mask}":
            assert cells[key] < mask
            assert all(cells[t] < mask for t, parts in sums if key == t or key in parts)
        else:
            assert words == "hidden"


@given(tables())
def test_without_a_mask_nothing_is_hidden(table: tuple[Cells, Sums]) -> None:
    assert hidden_in_sums(*table, None) == hidden_in_sums(*table, 0) == frozenset()
