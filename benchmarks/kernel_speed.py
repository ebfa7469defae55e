"""How much faster the array kernel is than the plain loop: draws a second of both, in the same run.

    python benchmarks/kernel_speed.py [dataset folder] [--runs 5] [--draws 1000] [--plain-draws 1] [--years 10]

Without a folder a synthetic system is used; ``sweden`` is the packaged dataset. Both run the world without any
change from the same draws, and measure every year. The kernel runs in one thread and in as many as there are cores;
the plain loop is Python and cannot use more than one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph_schema import CareSystem, to_networkx
from impact.model.block import prepare
from impact.model.path import opening_state
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.recording import follow_world
from impact.questions.threads import map_in_threads
from loaders import load_sweden, read_dataset
from scenarios import Course
from tests.random_systems import random_system
from tests.reference.plain_measures import measures
from tests.reference.plain_model import PlainModel

BLOCK = 64


def _seconds(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _kernel(structure: Structure, draws: int, threads: int) -> None:
    values = structure.table.draw(1, 0, draws)

    def follow(start: int) -> None:
        block = prepare(structure, np.ascontiguousarray(values[:, start : start + BLOCK]), ())
        state = opening_state(structure, block, structure.without.past)
        follow_world(structure, block, structure.without.future, state)

    map_in_threads(threads, follow, range(0, draws, BLOCK))


def _plain(system: CareSystem, structure: Structure, course: Course, draws: int) -> None:
    graph, values = to_networkx(system), structure.table.draw(1, 0, draws)
    for n in range(draws):
        drawn = dict(zip(structure.table.ids, values[:, n].tolist(), strict=True))
        model = PlainModel(graph, course, drawn, years=structure.years, start=structure.started_at)
        for year in model.run(scenario=False):
            measures(model, year, set())


def _system(name: str) -> CareSystem:
    if name == "synthetic":
        return random_system(7)
    return load_sweden() if name == "sweden" else read_dataset(Path(name))


def main(arguments: Sequence[str] | None = None) -> None:
    """Run both and print draws a second, their medians and the ratio."""
    parser = argparse.ArgumentParser(description="Draws a second of the array kernel and of the plain loop.")
    parser.add_argument("dataset", nargs="?", default="synthetic", help="folder, 'sweden' or 'synthetic'")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--draws", type=int, default=1000, help="of the kernel in each run")
    parser.add_argument("--plain-draws", type=int, default=1, help="of the plain loop in each run")
    parser.add_argument("--years", type=int, default=10)
    chosen = parser.parse_args(arguments)
    system = _system(chosen.dataset)
    course = Course(date.fromisoformat(system.settings["as_of"]))
    start = default_start(system)
    structure = compile_structure(system, course, chosen.years, start)
    counts = sorted({1, os.cpu_count() or 1})
    fast: dict[int, list[float]] = {threads: [] for threads in counts}
    slow: list[float] = []
    for _ in range(chosen.runs):
        for threads in counts:
            work = partial(_kernel, structure, chosen.draws, threads)
            fast[threads].append(chosen.draws / _seconds(work))
        slow.append(chosen.plain_draws / _seconds(lambda: _plain(system, structure, course, chosen.plain_draws)))
    plain = statistics.median(slow)
    print(f"{chosen.dataset}, start {start}, {chosen.years} years, {chosen.draws} draws, median of {chosen.runs} runs")
    print(f"plain loop               {plain:12.3f} draws/s")
    for threads, rates in fast.items():
        kernel = statistics.median(rates)
        print(f"array kernel, {threads} thread(s) {kernel:11.1f} draws/s, {kernel / plain:8.0f} times as many")


if __name__ == "__main__":
    main()
