"""How much faster blocks of draws are than EMA Workbench driving our own function of one draw, in the same run.

    python benchmarks/ema_comparison.py [dataset folder] [--runs 5] [--draws 200] [--ema-draws 8] [--years 10]

The function takes one draw through the model and returns the measures of every year; it is compiled once, outside the
time. EMA Workbench (Kwakkel 2017, Environmental Modelling & Software 96:239–250) calls it in its sequential
evaluator, once for each draw, with three sets of uncertainties: the number of the draw alone (least to carry), the
model-wide parameters with it, or every uncertain quantity. The numbers are drawn before, for both; one thread each,
in turn. The measures must agree within 1e-9. A draw's time is that between one call and the next, so what EMA
Workbench does once a run (a table with a column for each uncertainty) stands apart. Needs the extra `benchmarks`.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.model.block import prepare
from impact.model.path import opening_state
from impact.model.start import default_start
from impact.model.structure import Structure, compile_structure
from impact.questions.recording import follow_world
from impact.questions.what_if import BLOCK
from loaders import load_sweden, read_dataset
from scenarios import Course
from tests.random_systems import random_system

TOLERANCE = 1e-9
CARRIED = ("number", "parameters", "all")


def followed(structure: Structure, values: Floats) -> Floats:
    """Return the measures of a block of draws, shape (years, entities, measures, N)."""
    block = prepare(structure, np.ascontiguousarray(values), ())
    state = opening_state(structure, block, structure.without.past)
    return follow_world(structure, block, structure.without.future, state).measures


def in_blocks(structure: Structure, values: Floats) -> list[Floats]:
    """Return the measures of all draws, block by block."""
    return [followed(structure, values[:, first : first + BLOCK]) for first in range(0, values.shape[1], BLOCK)]


class OneRun:
    """One draw through the model: uncertainties as keywords to the measures of every year.

    Parameters
    ----------
    structure
        Compiled system.
    values
        Drawn quantities, shape (slots, N).
    carried
        What comes as keywords: ``number`` of the draw, the model-wide ``parameters`` with it, or ``all`` uncertain
        quantities.
    """

    def __init__(self, structure: Structure, values: Floats, carried: str) -> None:
        self.structure, self.values = structure, values
        uncertain = [i for i, q in enumerate(structure.table.quantities) if not q.is_certain]
        model_wide = set(structure.parameters.values())
        kept = {"number": [], "parameters": [i for i in uncertain if i in model_wide], "all": uncertain}
        self.slots = np.array(kept[carried], dtype=np.int64)
        self.names = [f"q{slot}" for slot in self.slots]
        self.with_number = carried != "all"
        self.certain = values[:, :1].copy()
        self.began: list[float] = []

    def scenario(self, draw: int) -> dict[str, float]:
        """The keywords of one draw."""
        found = dict(zip(self.names, self.values[self.slots, draw].tolist(), strict=True))
        return {**found, "draw": draw} if self.with_number else found

    def __call__(self, draw: int | None = None, **given: float) -> dict[str, Floats]:
        """Return the measures of the draw, flattened."""
        self.began.append(time.perf_counter())
        column = self.certain.copy() if draw is None else self.values[:, [int(draw)]]
        column[self.slots, 0] = [given[name] for name in self.names]
        return {"measures": followed(self.structure, column).reshape(-1)}


def driven(one_run: OneRun, draws: int) -> Callable[[], Floats]:
    """Return the work of EMA Workbench: `draws` experiments, measures of shape (draws, all)."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import ema_workbench as ema
    except ImportError as error:
        raise SystemExit("ema_comparison: install the extra first: pip install -e '.[benchmarks]'") from error
    model: Any = ema.Model("randzon", function=one_run)
    table = one_run.structure.table.quantities
    bounds = one_run.values[one_run.slots]
    lowest = np.minimum(bounds.min(axis=1), [table[i].low for i in one_run.slots])
    highest = np.maximum(bounds.max(axis=1), [table[i].high for i in one_run.slots]) + 1e-9
    model.uncertainties = [
        ema.RealParameter(name, low, high) for name, low, high in zip(one_run.names, lowest, highest, strict=True)
    ] + ([ema.IntegerParameter("draw", 0, max(draws, 2))] if one_run.with_number else [])
    model.outcomes = [ema.ArrayOutcome("measures")]
    scenarios = [ema.Scenario(n, **one_run.scenario(n)) for n in range(draws)]

    def work() -> Floats:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            _, outcomes = ema.perform_experiments(model, scenarios, log_progress=True)
        return np.asarray(outcomes["measures"])

    return work


def largest_difference(blocks: Sequence[Floats], found: Floats) -> float:
    """Return the largest difference of any measure, relative above 1 and absolute below."""
    wanted = np.concatenate(blocks, axis=-1)[..., : len(found)]
    wanted = np.moveaxis(wanted, -1, 0).reshape(len(found), -1)
    if (np.isnan(wanted) != np.isnan(found)).any():
        return float("inf")
    return float(np.nanmax(np.abs(found - wanted) / np.maximum(np.abs(wanted), 1.0), initial=0.0))


def _seconds(work: Callable[[], Any]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def timed(one_run: OneRun, work: Callable[[], Any]) -> tuple[float, float]:
    """Return seconds a draw, from call to call, and what a run takes beside its draws."""
    one_run.began.clear()
    whole = _seconds(work)
    each = (one_run.began[-1] - one_run.began[0]) / (len(one_run.began) - 1)
    return each, whole - each * len(one_run.began)


def _system(name: str) -> CareSystem:
    if name == "synthetic":
        return random_system(7)
    return load_sweden() if name == "sweden" else read_dataset(Path(name))


def main(arguments: Sequence[str] | None = None) -> None:
    """Check that all agree, then print draws a second and the ratios of runs in turn."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="sweden", help="folder, 'sweden' or 'synthetic'")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--draws", type=int, default=200, help="of the kernel in each run")
    parser.add_argument("--ema-draws", type=int, default=8, help="of EMA Workbench in each run")
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--carried", nargs="+", choices=CARRIED, default=list(CARRIED), help="sets of uncertainties")
    chosen = parser.parse_args(arguments)
    system = _system(chosen.dataset)
    course = Course(date.fromisoformat(system.settings["as_of"]))
    structure = compile_structure(system, course, chosen.years, default_start(system))
    draws, few = max(chosen.draws, chosen.ema_draws, 2), max(chosen.ema_draws, 2)
    values = structure.table.draw(1, 0, draws)
    runs = {carried: OneRun(structure, values, carried) for carried in chosen.carried}
    works = {carried: driven(run, few) for carried, run in runs.items()}
    blocks = in_blocks(structure, values)
    for carried, work in works.items():
        difference = largest_difference(blocks, work())
        if not difference <= TOLERANCE:
            raise SystemExit(f"ema_comparison: measures differ by {difference:.2g} ({carried})")
        print(f"{carried}: {len(runs[carried].slots)} quantities carried, largest difference {difference:.1e}")
    kernel: list[float] = []
    alone: list[float] = []
    ema: dict[str, list[float]] = {carried: [] for carried in works}
    once: dict[str, list[float]] = {carried: [] for carried in works}
    for _ in range(chosen.runs):
        kernel.append(_seconds(lambda: in_blocks(structure, values)) / draws)
        alone.append(_seconds(lambda: [followed(structure, values[:, n : n + 1]) for n in range(few)]) / few)
        for carried, work in works.items():
            each, rest = timed(runs[carried], work)
            ema[carried].append(each)
            once[carried].append(rest)
    print(f"\n{chosen.dataset}, {chosen.years} years, the fastest of {chosen.runs} runs in turn, one thread\n")
    print("| way | draws/s | the kernel is so many times as fast: median (range) | beside the draws, s a run |")
    print("|---|---|---|---|")
    print(f"| kernel, blocks of {min(BLOCK, draws)} | {1 / min(kernel):.1f} | 1 | |")
    rows = {"our function of one draw, alone": (alone, "")}
    for c in works:
        name = f"EMA Workbench, {len(runs[c].slots)} quantities as uncertainties"
        rows[name] = (ema[c], f"{max(statistics.median(once[c]), 0.0):.1f}")
    for name, (seconds, rest) in rows.items():
        ratios = [one / block for one, block in zip(seconds, kernel, strict=True)]
        spread = f"{statistics.median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f})"
        print(f"| {name} | {1 / min(seconds):.2f} | {spread} | {rest} |")


if __name__ == "__main__":
    main()
