"""Queue formulas against hand calculations and closed forms."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import gammaincc, gammaln

from impact.model import queues
from impact.model.queues import elective_excess, erlang_b, offered_hours, offered_load


def test_erlang_b_of_a_load_of_eight_on_ten_beds() -> None:
    assert erlang_b(np.array([8.0]), np.array([10.0]))[0] == pytest.approx(0.1217, abs=5e-5)


def test_one_bed_is_solved_by_hand() -> None:
    assert erlang_b(np.array([0.5, 2.0]), np.ones(2)) == pytest.approx([1 / 3, 2 / 3], rel=1e-14)


def test_two_units_block_more_than_one_of_twice_the_size() -> None:
    found = erlang_b(np.array([6.5, 13.0]), np.array([9.0, 18.0]))
    assert found == pytest.approx([0.098, 0.043], abs=5e-4)


@given(load=st.floats(0.01, 150), beds=st.integers(1, 200))
def test_erlang_b_is_the_truncated_poisson(load: float, beds: int) -> None:
    log_term = beds * math.log(load) - load - gammaln(beds + 1)
    wanted = math.exp(log_term) / gammaincc(beds + 1, load)
    assert erlang_b(np.array([load]), np.array([float(beds)]))[0] == pytest.approx(wanted, rel=1e-9, abs=1e-300)


def test_between_whole_beds_blocking_is_linear() -> None:
    low, middle, high = erlang_b(np.full(3, 8.0), np.array([10.0, 10.25, 11.0]))
    assert middle == pytest.approx(0.75 * low + 0.25 * high, rel=1e-14)


def test_half_a_bed_lies_between_none_and_one() -> None:
    assert erlang_b(np.array([1.0]), np.array([0.5]))[0] == pytest.approx(0.5 * 1 + 0.5 * 0.5, rel=1e-14)


def test_no_beds_block_all_and_no_load_blocks_nobody() -> None:
    assert erlang_b(np.array([3.0, 0.0]), np.array([0.0, 4.0])).tolist() == [1.0, 0.0]


def test_rows_of_different_size_do_not_disturb_each_other() -> None:
    load, beds = np.array([[8.0, 1.0], [0.5, 40.0], [3.0, 3.0]]), np.array([[10.0, 2.0], [1.0, 55.5], [0.0, 7.0]])
    alone = [[erlang_b(load[i, j : j + 1], beds[i, j : j + 1])[0] for j in range(2)] for i in range(3)]
    assert erlang_b(load, beds).tolist() == alone


@given(beds=st.floats(0.2, 80), occupancy=st.floats(0.01, 0.995))
def test_offered_load_carries_what_was_asked(beds: float, occupancy: float) -> None:
    load = offered_load(np.array([[occupancy * beds]]), np.array([[beds]]))
    carried = load * (1 - erlang_b(load, np.array([[beds]])))
    assert carried[0, 0] == pytest.approx(occupancy * beds, rel=1e-9)


@given(load=st.floats(30, 600), beds=st.floats(65, 700))
def test_the_closed_form_for_many_beds_agrees_with_the_recursion(load: float, beds: float) -> None:
    one, other = (f(np.array([[load]]), np.array([[beds]]))[0, 0] for f in (queues._by_gamma, queues._by_recursion))
    assert one == pytest.approx(other, rel=1e-10, abs=1e-290)


def test_few_and_many_beds_may_stand_in_one_row() -> None:
    load, beds = np.array([[8.0, 300.0, 60.0]]), np.array([[10.0, 310.5, 64.0]])
    apart = [erlang_b(load[:, i], beds[:, i])[0] for i in range(3)]
    assert erlang_b(load, beds)[0].tolist() == apart


def test_offered_load_is_clipped_just_below_full() -> None:
    beds = np.array([[10.0, 10.0]])
    load = offered_load(np.array([[9.95, 20.0]]), beds)
    assert load[0] == pytest.approx([load[0, 0], load[0, 0]], rel=1e-14)
    assert (load * (1 - erlang_b(load, beds)))[0] == pytest.approx([9.95, 9.95], rel=1e-11)


def test_excess_at_the_mean_is_the_deviation_over_root_two_pi() -> None:
    assert elective_excess(np.array([8.0]), np.array([2.0]), np.array([8.0]))[0] == pytest.approx(
        2 / math.sqrt(2 * math.pi)
    )


def test_excess_without_variation_is_the_plain_difference() -> None:
    found = elective_excess(np.array([9.0, 7.0]), np.zeros(2), np.array([8.0, 8.0]))
    assert found == pytest.approx([1.0, 0.0], abs=1e-12)


@given(mean=st.floats(1, 20), deviation=st.floats(0.2, 4), hours=st.floats(1, 20))
def test_excess_minus_shortfall_is_the_difference_of_means(mean: float, deviation: float, hours: float) -> None:
    over = elective_excess(np.array([mean]), np.array([deviation]), np.array([hours]))[0]
    under = elective_excess(np.array([-mean]), np.array([deviation]), np.array([-hours]))[0]
    assert over - under == pytest.approx(mean - hours, abs=1e-9)
    assert over >= 0


def test_excess_agrees_with_a_numerical_integral() -> None:
    x = np.linspace(8, 30, 400_001)
    density = np.exp(-((x - 7.0) ** 2) / (2 * 1.5**2)) / (1.5 * math.sqrt(2 * math.pi))
    wanted = float(np.trapezoid((x - 8) * density, x))
    assert elective_excess(np.array([7.0]), np.array([1.5]), np.array([8.0]))[0] == pytest.approx(wanted, rel=1e-8)


@given(occupancy=st.floats(0.2, 0.85), variation=st.floats(0.02, 0.3), hours=st.floats(1, 40))
def test_offered_hours_carry_what_was_asked(occupancy: float, variation: float, hours: float) -> None:
    cv, staffed = np.array([variation]), np.array([hours])
    load = offered_hours(np.array([occupancy * hours]), cv, staffed)
    assert (load - elective_excess(load, cv * load, staffed))[0] == pytest.approx(occupancy * hours, rel=1e-9)
