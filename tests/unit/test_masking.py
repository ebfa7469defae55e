"""Small numbers hidden, by hand: alone, in a sum, in rows and columns."""

from __future__ import annotations

import pytest

from interface.masking import hidden_in_sums, is_masked, masked, ranges_of, shown_cells

pytestmark = pytest.mark.unit
SMALL = {(0, 0), (0, 1), (1, 0), (1, 1), (2, 2), (2, 3), (3, 2), (3, 3)}
BRIDGE = (1, 2)


def test_a_number_below_the_mask_is_a_bound_and_none_is_a_dash() -> None:
    assert [masked(v, 5, "sv") for v in (0, 4, 4.5, 5, 5.5, None)] == ["<5", "<5", "<5", "5", "5,5", "–"]
    assert [masked(v, 0, "en") for v in (0, 4)] == ["0", "4"]
    assert [is_masked(v, m) for v, m in ((4, 5), (5, 5), (None, 5), (0, None))] == [True, False, False, False]


def test_a_lone_small_part_takes_another_along() -> None:
    cells = {"a": 3, "b": 20, "c": 21, "all": 44}
    assert hidden_in_sums(cells, [("all", "abc")], 5) == {"a", "b"}
    assert shown_cells(cells, [("all", "abc")], 5, "sv") == {"a": "dolt", "b": "dolt", "c": "21", "all": "44"}


def test_two_small_parts_that_are_few_together_take_a_third_along() -> None:
    assert hidden_in_sums({"a": 1, "b": 2, "c": 9, "all": 12}, [("all", "abc")], 5) == {"a", "b", "c"}


def test_a_bound_is_not_told_where_it_would_complete_a_known_sum() -> None:
    # Two hidden parts of 8 that are both below 5 are both 4.
    shown = shown_cells({"a": 4, "b": 4, "c": 30, "all": 38}, [("all", "abc")], 5, "sv")
    assert shown["a"] == shown["b"] == "dolt"


def test_a_small_total_is_hidden_with_its_parts() -> None:
    shown = shown_cells({"a": 1, "b": 2, "all": 3}, [("all", "ab")], 5, "sv")
    assert set(shown.values()) == {"<5"}


def grid() -> tuple[dict[object, float], list[tuple[object, list[object]]]]:
    """Two blocks of hidden cells that one cell binds together: each row and column holds two or more of them."""
    cells: dict[object, float] = {
        (r, c): 4.0 if (r, c) in SMALL | {BRIDGE} else 20.0 + r + c for r in range(4) for c in range(4)
    }
    sums: list[tuple[object, list[object]]] = [(f"r{i}", [(i, c) for c in range(4)]) for i in range(4)]
    sums += [(f"c{i}", [(r, i) for r in range(4)]) for i in range(4)]
    return cells | {total: sum(cells[p] for p in parts) for total, parts in sums}, sums


def test_a_cell_that_several_sums_together_give_away_takes_another_along() -> None:
    cells, sums = grid()
    lonely = SMALL | {BRIDGE}
    assert ranges_of(cells, sums, lonely)[BRIDGE] == (4.0, 4.0)
    hidden = hidden_in_sums(cells, sums, 5)
    assert hidden > lonely
    low, high = ranges_of(cells, sums, hidden)[BRIDGE]
    assert high - low >= 1
