"""Numbers as people read them."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interface.numbers import decimals_for, decimals_of_size, format_share, format_value


@pytest.mark.parametrize(
    ("low", "high", "decimals"),
    [(0, 100, 0), (0, 99, 0), (0, 10, 0), (0, 9.9, 1), (0, 1, 1), (0, 0.5, 2), (0, 1e-9, 3), (-5, -5, 1),
     (5, 3, 1), (0, math.inf, 1)],
)  # fmt: skip
def test_a_tenth_of_the_width(low: float, high: float, decimals: int) -> None:
    assert decimals_for(low, high) == decimals


@pytest.mark.parametrize(
    ("value", "most", "decimals"),
    [(445.12, 2, 0), (-445.12, 3, 0), (99.6, 2, 0), (99.4, 2, 1), (9.96, 2, 1), (9.94, 2, 2), (0.012, 3, 2),
     (4.5, 0, 0), (None, 2, 2), (math.nan, 1, 1)],
)  # fmt: skip
def test_about_three_digits_and_no_more_decimals_than_the_effect(value: float | None, most: int, decimals: int) -> None:
    assert decimals_of_size(value, most) == decimals


@pytest.mark.parametrize(
    ("value", "decimals", "swedish", "english"),
    [(1234.5, 1, "1\u202f234,5", "1\u202f234.5"), (-0.04, 1, "0,0", "0.0"), (-2, 0, "−2", "−2"), (None, 1, "–", "–"),
     (math.nan, 1, "–", "–"), (math.inf, 0, "–", "–"), (1234567, 0, "1\u202f234\u202f567", "1\u202f234\u202f567")],
)  # fmt: skip
def test_signs_of_the_language(value: float | None, decimals: int, swedish: str, english: str) -> None:
    assert format_value(value, decimals, "sv") == swedish
    assert format_value(value, decimals, "en") == english


def test_a_sign_only_where_something_is_left_after_rounding() -> None:
    assert [format_value(v, 1, "sv", signed=True) for v in (0.04, 0.06, -0.06, 0)] == ["0,0", "+0,1", "−0,1", "0,0"]


@pytest.mark.parametrize(
    ("share", "shown"), [(0, "0 %"), (0.001, "<1 %"), (0.005, "<1 %"), (0.5, "50 %"), (1, "100 %"), (None, "–")]
)
def test_shares_are_whole_per_cent(share: float | None, shown: str) -> None:
    assert format_share(share, "sv") == shown


@given(st.floats(-1e9, 1e9), st.integers(0, 3))
def test_what_is_shown_is_the_rounded_number(value: float, decimals: int) -> None:
    shown = format_value(value, decimals, "en").replace("\u202f", "").replace("−", "-")
    assert float(shown) == pytest.approx(round(value, decimals), abs=1e-9)
