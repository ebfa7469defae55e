"""Displacement by Erlang B against a simulated unit with a log-normal length of stay."""

from __future__ import annotations

import ciw
import numpy as np

from impact.model.queues import erlang_b

BEDS, STAY, SPREAD = 8, 4.0, 5.0  # beds, days, standard deviation of the stay [days]
OTHERS, CONCENTRATED = 1.4, 0.5  # arrivals a day
DAYS, WARM_UP, RUNS = 2000, 100, 4


def rejected(arrivals: float, seed: int) -> float:
    """Share of the arrivals that find all beds taken."""
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(arrivals)],
        service_distributions=[ciw.dists.Lognormal(*lognormal(STAY, SPREAD))],
        number_of_servers=[BEDS],
        queue_capacities=[0],
    )
    ciw.seed(seed)
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_time(DAYS)
    records = [r for r in simulation.get_all_records() if r.arrival_date > WARM_UP]
    return sum(r.record_type == "rejection" for r in records) / len(records)


def lognormal(mean: float, deviation: float) -> tuple[float, float]:
    variance = np.log(1 + (deviation / mean) ** 2)
    return float(np.log(mean) - variance / 2), float(np.sqrt(variance))


def test_displaced_patients_are_those_that_a_simulation_turns_away() -> None:
    more = OTHERS + CONCENTRATED
    runs = np.array([[rejected(OTHERS, seed), rejected(more, seed)] for seed in range(1, RUNS + 1)])
    blocked = erlang_b(np.array([OTHERS, more]) * STAY, np.full(2, float(BEDS)))
    displaced = 365 * OTHERS * (blocked[1] - blocked[0])
    simulated = 365 * OTHERS * (runs[:, 1] - runs[:, 0])
    error = simulated.std(ddof=1) / np.sqrt(RUNS)
    assert abs(simulated.mean() - displaced) < 4 * error
    assert error < 0.1 * displaced  # precise enough to fail
