"""Chance in yearly counts against scipy's distributions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom, poisson

from impact.model.counts import shortfall


def _below(mean: float, needed: float, dispersion: float) -> float:
    return float(shortfall(np.array([mean]), np.array([needed]), np.array([dispersion]))[0])


def test_fewer_than_ten_of_fifteen_patients() -> None:
    assert _below(15, 10, 1) == pytest.approx(0.07, abs=0.0005)
    assert _below(12, 10, 1) == pytest.approx(0.24, abs=0.003)
    assert _below(15, 10, 2.3) == pytest.approx(0.17, abs=0.005)


@given(mean=st.floats(0.1, 200), needed=st.integers(1, 60), dispersion=st.floats(1.01, 6))
def test_negative_binomial_with_variance_dispersion_times_mean(mean: float, needed: int, dispersion: float) -> None:
    law = nbinom(mean / (dispersion - 1), 1 / dispersion)
    assert law.mean() == pytest.approx(mean)
    assert law.var() == pytest.approx(dispersion * mean)
    assert _below(mean, needed, dispersion) == pytest.approx(float(law.cdf(needed - 1)), rel=1e-8, abs=1e-12)


@given(mean=st.floats(0.1, 200), needed=st.integers(1, 60))
def test_poisson_without_extra_dispersion(mean: float, needed: int) -> None:
    assert _below(mean, needed, 1.0) == pytest.approx(float(poisson.cdf(needed - 1, mean)), rel=1e-9, abs=1e-12)


def test_a_part_of_a_patient_is_rounded_up() -> None:
    assert _below(15, 9.2, 2.3) == _below(15, 10, 2.3)


def test_nothing_needed_never_falls_short_and_nobody_treated_always_does() -> None:
    assert _below(3, 0, 2) == 0
    assert _below(0, 1, 2) == pytest.approx(1, abs=1e-9)


@given(mean=st.floats(0.5, 80), needed=st.integers(1, 40), dispersion=st.floats(1, 5))
def test_more_patients_never_make_a_shortfall_likelier(mean: float, needed: int, dispersion: float) -> None:
    assert _below(mean + 1, needed, dispersion) <= _below(mean, needed, dispersion) + 1e-12
