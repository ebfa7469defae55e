"""How long each question takes, and how many times longer where nothing is shared between its runs.

    python benchmarks/questions.py [dataset folder] [--draws 20] [--questions run screen …] [--ratios allocation …]

Each question is its command in a process of its own, start included, with the command's own number of draws unless
--draws is given. The ratios are taken in one process, one thread, both ways in turn on the same draws:

- allocation: an area whose units nobody knows, all sets of holders in one run, against one run for each set; both
  must give the same mean effects within 1e-9;
- screen: all areas on shared compiled systems and shared worlds without, against one run for each area;
- attribution: a coalition of decisions on prepared blocks, against one that is prepared anew; both the same.

Of the ways that take long only some runs are made (--sample), spread over all, and counted up to all.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph_schema import CareSystem
from impact import Settings
from impact.questions.coalitions import Coalitions
from impact.questions.screen_plan import DAY, plan_areas
from impact.questions.screen_runs import ScreenSettings, screen_draws
from impact.questions.what_if import what_if
from loaders import load_sweden, read_dataset
from scenarios import Course, HolderChange
from scenarios.allocation import allocation_sets, candidates
from tests.random_systems import random_system

T = TypeVar("T")
ROOT = Path(__file__).resolve().parents[1]
TOLERANCE = 1e-9
RATIO_DRAWS = 50
COMMAND = [sys.executable, "-c", "from interface.cli import main; main()"]
QUESTIONS = {
    "run": ["run", "{scenario}"],
    "explain": ["explain", "{scenario}"],
    "sequence": ["sequence", "{sequence}"],
    "screen": ["screen"],
    "accumulate": ["accumulate"],
    "headroom": ["headroom"],
    "stress": ["stress"],
    "repair": ["repair", "{scenario}"],
    "unknowns": ["unknowns", "{scenario}"],
    "attribute": ["attribute"],
}


def timed_command(words: Sequence[str]) -> tuple[float, float]:
    """Return seconds and largest memory (MiB) of a command in a process of its own."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    begin = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603
        [*COMMAND, *words, "--format", "json"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr is not None
    with process.stderr:
        said = process.stderr.read().decode("utf-8", "replace")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"questions: {' '.join(words)} ended with {process.returncode}: {said.strip()}")
    return time.perf_counter() - begin, usage.ru_maxrss / 1024


def _timed(work: Callable[[], T]) -> tuple[float, T]:
    begin = time.perf_counter()
    found = work()
    return time.perf_counter() - begin, found


def _spread(count: int, sample: int) -> list[int]:
    return sorted(set(np.linspace(0, count - 1, min(sample, count)).round().astype(int).tolist()))


def _row(name: str, fast: Sequence[float], slow: Sequence[float], detail: str) -> None:
    ratios = [s / f for s, f in zip(slow, fast, strict=True)]
    spread = f"{statistics.median(ratios):.1f} ({min(ratios):.1f}–{max(ratios):.1f})"
    print(f"| {name} | {detail} | {min(fast):.2f} s | {min(slow):.2f} s | {spread} |", flush=True)


def allocation_ratio(system: CareSystem, area: str, draws: int, runs: int, sample: int) -> None:
    """Print the ratio of one run for each set of holders to one run with all sets."""
    today = date.fromisoformat(system.settings["as_of"])
    hospitals = tuple(candidates(system, area, today))
    sets = list(allocation_sets(hospitals, min(2, len(hospitals))))
    everyone = [r.key[0] for r in system.rows["Hospital"]]
    settings = Settings(draws=draws, workers=1, block=max(draws, 2), grade_shares=False)
    alone = Settings(draws=draws, workers=1, block=max(draws, 2), grade_shares=False, sets=False)
    unknown = Course(today, (HolderChange(today + DAY, area, unknown_units=len(sets[0]), candidates=hospitals),))
    fast, slow, places = [], [], _spread(len(sets), sample)
    for _ in range(runs):
        seconds, together = _timed(lambda: what_if(system, unknown, settings))
        fast.append(seconds)
        effects, spent = together.data["set_effect"], 0.0
        for place in places:
            chosen = sets[place]
            gone = tuple(h for h in everyone if h not in chosen)
            known = Course(today, (HolderChange(today + DAY, area, added=tuple(chosen), removed=gone),))
            seconds, single = _timed(lambda known=known: what_if(system, known, alone))
            spent += seconds
            data = single.data
            change = (data["with"] - data["without"]).mean("draw").transpose(*effects.dims[1:]).to_numpy()
            wanted = effects.to_numpy()[effects["allocation"].to_numpy().tolist().index("+".join(chosen))]
            gap = np.nanmax(np.abs(change - wanted) / np.maximum(np.abs(wanted), 1.0), initial=0.0)
            if not gap <= TOLERANCE:
                raise SystemExit(f"questions: the effect of {'+'.join(chosen)} differs by {gap:.2g}")
        slow.append(spent / len(places) * len(sets))
    _row("allocation", fast, slow, f"{area}, {len(sets)} sets, {min(draws, 100)} draws, {len(places)} made singly")


def screen_ratio(system: CareSystem, draws: int, runs: int, sample: int) -> None:
    """Print the ratio of one run for each area to the screen of all."""
    today = date.fromisoformat(system.settings["as_of"])
    plans = plan_areas(system, [r.key[0] for r in system.rows["CareArea"]], today)
    moving = [plan for plan in plans if plan.unchanged is None]
    places = _spread(len(moving), sample)
    settings = Settings(draws=draws, workers=1, start="standing", grade_shares=False, sets=False)
    fast, slow = [], []
    for _ in range(runs):
        fast.append(_timed(lambda: screen_draws(system, plans, ScreenSettings(draws=draws, workers=1)))[0])
        spent = 0.0
        for place in places:
            plan = moving[place]
            change = HolderChange(
                plan.as_of + DAY, plan.area, unknown_units=plan.units, candidates=tuple(plan.candidates)
            )
            course = Course(plan.as_of, (change,))
            spent += _timed(lambda course=course: what_if(system, course, settings))[0]
        slow.append(spent / len(places) * len(moving))
    _row("screen", fast, slow, f"{len(moving)} areas, {draws} draws, {len(places)} made singly")


def attribution_ratio(system: CareSystem, draws: int, runs: int, sample: int) -> None:
    """Print the ratio of a coalition of decisions prepared anew to one on prepared blocks."""
    ready = Coalitions(system, draws=draws)
    years, chance = (0, ready.years), np.random.default_rng(1)
    fast, slow = [], []
    for _ in range(runs):
        shared = anew = 0.0
        for _ in range(sample):
            inside = chance.random((len(ready.players), draws)) < 0.5
            seconds, found = _timed(lambda inside=inside: ready.outcome(inside, years))
            shared += seconds
            seconds, again = _timed(lambda inside=inside: Coalitions(system, draws=draws).outcome(inside, years))
            anew += seconds
            if not np.array_equal(found, again, equal_nan=True):
                raise SystemExit("questions: a coalition prepared anew gives other measures")
        fast.append(shared / sample)
        slow.append(anew / sample)
    _row("attribution", fast, slow, f"one coalition of {len(ready.players)} decisions, {draws} draws")


def _system(name: str) -> CareSystem:
    if name == "synthetic":
        return random_system(7)
    return load_sweden() if name == "sweden" else read_dataset(Path(name))


def main(arguments: Sequence[str] | None = None) -> None:
    """Print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="sweden", help="folder, 'sweden' or 'synthetic' (ratios only)")
    parser.add_argument("--draws", type=int, help=f"default: each command's own, and {RATIO_DRAWS} for the ratios")
    parser.add_argument("--runs", type=int, default=3, help="of each ratio")
    parser.add_argument("--sample", type=int, default=3, help="runs made singly for each ratio")
    parser.add_argument("--questions", nargs="*", choices=list(QUESTIONS), default=list(QUESTIONS))
    ratios = ("allocation", "attribution", "screen")
    parser.add_argument("--ratios", nargs="*", choices=ratios, default=list(ratios))
    parser.add_argument("--area", default="hocm", help="of the ratio 'allocation'")
    parser.add_argument("--scenario", default="hocm", help="of the questions about one scenario")
    parser.add_argument("--sequence", default="framtid_tre_storsta", help="scenario of the question 'sequence'")
    chosen = parser.parse_args(arguments)
    draws = chosen.draws or RATIO_DRAWS
    if chosen.ratios:
        system = _system(chosen.dataset)
        print(f"{chosen.dataset}, fastest of {chosen.runs} runs in turn, one thread\n")
        print("| question | of what | shared | one by one | so many times longer: median (range) |")
        print("|---|---|---|---|---|", flush=True)
        if "allocation" in chosen.ratios:
            allocation_ratio(system, chosen.area, draws, chosen.runs, chosen.sample)
        if "attribution" in chosen.ratios:
            attribution_ratio(system, draws, chosen.runs, chosen.sample)
        if "screen" in chosen.ratios:
            screen_ratio(system, draws, chosen.runs, chosen.sample)
        print()
    if chosen.questions:
        print(f"{chosen.dataset}, each in a process of its own\n\n| command | draws | time | largest memory |")
        print("|---|---|---|---|", flush=True)
        where = [] if chosen.dataset == "sweden" else ["--dataset", chosen.dataset]
        for question in chosen.questions:
            words = [w.format(scenario=chosen.scenario, sequence=chosen.sequence) for w in QUESTIONS[question]]
            more = ["--draws", str(chosen.draws)] if chosen.draws else []
            seconds, memory = timed_command([*words, *where, *more])
            print(f"| `randzon {' '.join(words)}` | {chosen.draws or 'own'} | {seconds:.0f} s | {memory:.0f} MiB |",
                  flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
