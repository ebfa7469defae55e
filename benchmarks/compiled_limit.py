"""The kernel's years beside the same arithmetic written by hand in C, and beside what the machine can do at best.

    python benchmarks/compiled_limit.py [dataset folder] [--runs 5] [--draws 200] [--threads 1 2] [--lanes 8]

The part compared is `impact.model.path.follow` as a whole, from the start of history to the last year: referral with
overflow, volumes, caseloads and levels, the product over competences, the fixed point over areas and displacement,
each draw with weights of its own. Left out are drawing, the standing state and the measures of a year; which share of
the kernel's time the compared part takes is measured too. Both run the same draws, in turn, and every outcome of
every year must agree within 1e-9. Needs gcc; the two C files beside this one are compiled into a temporary folder.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # of the libraries under numpy; --threads counts blocks and tiles
os.environ.setdefault("OMP_WAIT_POLICY", "passive")  # threads of C that wait take no time from others

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph_schema import CareSystem
from impact.model.arrays import Floats, Integers
from impact.model.block import Block, prepare
from impact.model.dependencies import Links
from impact.model.path import State, YearOutcome, follow, opening_state
from impact.model.start import default_start
from impact.model.structure import Phase, Structure, compile_structure
from impact.questions.recording import follow_world
from impact.questions.threads import map_in_threads
from impact.questions.what_if import BLOCK
from loaders import load_sweden, read_dataset
from scenarios import Course
from tests.random_systems import random_system

HERE = Path(__file__).resolve().parent
TOLERANCE = 1e-9
FLAGS = ("-O3", "-march=native", "-fopenmp", "-fno-math-errno", "-std=gnu11", "-shared", "-fPIC")
PARAMETERS = (
    "route_share", "attraction_exponent", "attraction_floor", "capacity_multiple", "level_exponent", "loss_time",
    "build_time", "in_reach_share", "network_share", "working_days",
)  # fmt: skip
# In the order of `Problem` in compiled_limit.h.
SIZES = (
    "tiles", "regions", "rows", "groups", "areas", "pairs", "levels", "edges", "cases", "links", "families",
    "family_nodes", "nodes", "skill_pools", "area_links", "linked_nodes", "area_pools", "facilities", "uses", "phases",
    "years",
)  # fmt: skip
TABLES = (
    "row_pair", "group_start", "group_area", "group_residual", "rank", "stated_capacity", "pair_area", "edge_start",
    "edge_case", "edge_pair", "skill_own", "skill_pool", "skill_reach", "skill_pool_start", "skill_pool_members",
    "family_start", "family_any", "node_family_start", "family_node", "area_own", "area_pool", "area_reach",
    "area_pool_start", "area_pool_members", "linked_node", "linked_start", "reader_start", "readers", "is_queue",
    "use_start", "use_pair", "active", "before", "changed", "year", "first_of_year", "last_of_year",
)  # fmt: skip
NUMBERS = ("largest", "length", "weight")
DRAWN = (
    "parameters", "impedance", "stated", "population", "national", "weights", "standing", "limits", "share", "spread",
    "held_back", "case_count", "outside", "need", "skill_kappa", "area_kappa", "amounts", "other_load", "ours",
    "capacity", "variation", "refill", "others", "per_patient", "wait", "guarantee", "blocked", "excess", "levels0",
    "load0", "last0", "earlier0",
)  # fmt: skip


class Problem(ctypes.Structure):
    """What C reads: sizes, then pointers."""

    _fields_ = [(name, ctypes.c_int) for name in SIZES] + [
        (name, ctypes.c_void_p) for name in (*TABLES, *NUMBERS, *DRAWN)
    ]


def compiled(source: str, folder: Path, *flags: str) -> ctypes.CDLL:
    """Return a C file as a library, compiled with gcc into a folder; glibc's vector mathematics where it has them."""
    gcc = shutil.which("gcc")
    if gcc is None:
        raise SystemExit("compiled_limit: gcc is not on the path; install it (Debian: apt install gcc) and run again")
    target, path = folder / f"{Path(source).stem}.so", HERE / source
    base = [gcc, *FLAGS, *flags, "-o", str(target), str(path)]
    for more in (["-DVECTOR_MATH", "-lmvec", "-lm"], ["-lm"]):
        done = subprocess.run([*base, *more], capture_output=True, text=True, check=False)  # noqa: S603
        if done.returncode == 0:
            return ctypes.CDLL(str(target))
    raise SystemExit(f"compiled_limit: gcc cannot compile {path}:\n{done.stderr}")


def _starts(labels: Integers, size: int) -> Integers:
    """Where each of `size` labels begins in an ascending row of labels, with the end."""
    return np.searchsorted(labels, np.arange(size + 1))


def _ended(start: Integers, rows: int) -> Integers:
    return np.append(start, rows)


def _readers(links: Links, position: Integers, pairs: int) -> tuple[Integers, Integers]:
    """For each pair the nodes (positions) that read it."""
    found: list[set[int]] = [set() for _ in range(pairs)]
    ends = _ended(links.pools.start, len(links.pools.members))
    for at, own, pool in zip(position, links.own, links.pool, strict=True):
        read = [] if own < 0 else [int(own)]
        read += [] if pool < 0 else links.pools.members[ends[pool] : ends[pool + 1]].tolist()
        for pair in read:
            found[pair].add(int(at))
    start = np.cumsum([0, *(len(f) for f in found)])
    return start, np.array([i for f in found for i in sorted(f)], dtype=np.int64)


def _refuse(structure: Structure, phases: Sequence[Phase]) -> None:
    if any(p.unknown or p.factors or p.split.any() or p.closed.any() or p.dependencies for p in phases):
        raise SystemExit("compiled_limit: C reproduces no events, shares, unknown holders or longer reach")
    if not all(p.kept.all() for p in phases) or structure.hours_slots:
        raise SystemExit("compiled_limit: C reproduces no residual groups")


def static_tables(structure: Structure, phases: Sequence[Phase]) -> dict[str, np.ndarray]:
    """Return the tables and numbers that do not hang on a draw."""
    _refuse(structure, phases)
    activity, skills = structure.activity, structure.competences
    hangs, facilities = structure.dependencies, structure.facilities
    pairs, area, links = len(activity.pair_area), hangs.area_links, hangs.competence_links
    starts = np.flatnonzero(np.concatenate([[True], area.node[1:] != area.node[:-1]])) if len(area.node) else []
    linked_start = _ended(np.array(starts, dtype=np.int64), len(area.node))
    position = np.repeat(np.arange(len(starts)), np.diff(linked_start))
    reader_start, readers = _readers(area, position, pairs)
    order = np.argsort(skills.edge_level, kind="stable")
    years = np.array([p.period.year for p in phases])
    lengths = np.array([p.period.length for p in phases])
    of_year = years[:, None] == years[None, :]
    turn = np.concatenate([[True], years[1:] != years[:-1], [True]])
    return {
        "row_pair": activity.row_pair, "group_start": _ended(activity.group_start, len(activity.row_pair)),
        "group_area": activity.group_area, "group_residual": activity.group_residual, "rank": activity.rank,
        "stated_capacity": activity.capacity_slots >= 0, "pair_area": activity.pair_area,
        "edge_start": _starts(skills.edge_level[order], len(skills.level_hospital)),
        "edge_case": skills.edge_case[order], "edge_pair": skills.edge_pair[order],
        "skill_own": links.own, "skill_pool": links.pool, "skill_reach": links.reach,
        "skill_pool_start": _ended(links.pools.start, len(links.pools.members)),
        "skill_pool_members": links.pools.members, "family_start": _ended(hangs.family_start, len(links.node)),
        "family_any": hangs.family_is_any, "family_node": hangs.nodes_with_families,
        "node_family_start": _ended(hangs.node_family_start, len(hangs.family_start)),
        "area_own": area.own, "area_pool": area.pool, "area_reach": area.reach,
        "area_pool_start": _ended(area.pools.start, len(area.pools.members)), "area_pool_members": area.pools.members,
        "linked_node": area.node[linked_start[:-1]], "linked_start": linked_start,
        "reader_start": reader_start, "readers": readers, "is_queue": facilities.is_queue,
        "use_start": _starts(facilities.use_facility, len(facilities.hospital)), "use_pair": facilities.use_pair,
        "active": np.array([p.active for p in phases]), "before": np.array([p.before for p in phases]),
        "changed": np.array([p.changed for p in phases]), "year": years,
        "first_of_year": turn[:-1], "last_of_year": turn[1:],
        "largest": activity.largest, "length": lengths,
        "weight": np.where(of_year.sum(axis=1) > 1, lengths / np.maximum(of_year @ lengths, 1e-12), 1.0),
    }  # fmt: skip


def drawn_arrays(structure: Structure, block: Block, state: State) -> dict[str, Floats]:
    """Return what hangs on a draw, rows first and draws last, as the kernel holds it before the first phase."""
    load, squeeze, queue = block.load, block.squeeze, structure.facilities.is_queue
    values = {**block.parameters, "loss_time": squeeze.loss_time, "build_time": squeeze.build_time}
    blocked, excess = np.zeros_like(load.capacity), np.zeros_like(load.capacity)
    blocked[~queue], excess[queue] = load.blocked, load.excess
    found = {
        "parameters": np.stack([values[name] for name in PARAMETERS]), "impedance": block.referral.impedance,
        "population": block.referral.population_share, "national": block.national, "weights": block.weights,
        "standing": block.operability[: len(structure.activity.pair_area)], "limits": state.limits,
        "share": block.before.share, "spread": block.before.spread_out, "held_back": block.held_back,
        "case_count": squeeze.cases, "outside": squeeze.outside, "need": squeeze.need,
        "skill_kappa": block.criticality.competence, "area_kappa": block.criticality.area, "amounts": load.amounts,
        "other_load": load.outside, "ours": load.ours, "capacity": load.capacity, "variation": load.variation,
        "refill": load.refill, "others": load.others, "per_patient": load.per_patient, "wait": load.wait,
        "guarantee": load.guarantee, "blocked": blocked, "excess": excess, "levels0": state.levels,
        "load0": state.load, "last0": state.last_year, "earlier0": state.year_before,
    }  # fmt: skip
    if block.referral.stated is not None:
        found["stated"] = block.referral.stated
    return {name: v.reshape(-1, v.shape[-1]).astype(np.float64) for name, v in found.items()}


def tiled(parts: Sequence[Floats], lanes: int) -> Floats:
    """Return (rows, draws) parts side by side as (tiles, rows, lanes)."""
    whole = np.concatenate(parts, axis=-1)
    rows, draws = whole.shape
    return np.ascontiguousarray(np.moveaxis(whole.reshape(rows, draws // lanes, lanes), 1, 0))


@dataclass
class Case:
    """One run ready for both: the blocks of the kernel, and the problem of C with what it points to."""

    structure: Structure
    phases: tuple[Phase, ...]
    ready: list[tuple[Block, State]]
    problem: Problem
    held: dict[str, np.ndarray]

    def kernel(self, threads: int) -> None:
        """Follow all blocks with the kernel."""

        def run(item: tuple[Block, State]) -> None:
            for _ in follow(self.structure, item[0], self.phases, item[1]):
                pass

        map_in_threads(threads, run, self.ready)


def make_case(structure: Structure, blocks: Sequence[Block], lanes: int) -> Case:
    """Return the case of a compiled system and blocks of draws at `standing`."""
    phases = (*structure.without.past, *structure.without.future)
    ready = [(block, opening_state(structure, block, ())) for block in blocks]
    static = static_tables(structure, phases)
    parts = [drawn_arrays(structure, block, state) for block, state in ready]
    drawn = {name: tiled([part[name] for part in parts], lanes) for name in parts[0]}
    rows = {name: array.shape[1] for name, array in drawn.items()}
    hangs = structure.dependencies
    sizes = {
        "tiles": len(drawn["limits"]), "regions": rows["population"], "rows": rows["limits"],
        "groups": len(static["group_area"]), "areas": rows["national"], "pairs": rows["standing"],
        "levels": rows["need"], "edges": len(static["edge_case"]), "cases": rows["case_count"],
        "links": rows["skill_kappa"], "families": len(static["family_any"]),
        "family_nodes": len(static["family_node"]), "nodes": len(hangs.node_hospital),
        "skill_pools": len(static["skill_pool_start"]) - 1, "area_links": rows["area_kappa"],
        "linked_nodes": len(static["linked_node"]), "area_pools": len(static["area_pool_start"]) - 1,
        "facilities": rows["capacity"], "uses": rows["amounts"], "phases": len(phases), "years": structure.years + 1,
    }  # fmt: skip
    held: dict[str, np.ndarray] = {name: np.ascontiguousarray(static[name], dtype=np.int32) for name in TABLES}
    held |= {name: np.ascontiguousarray(static[name], dtype=np.float64) for name in NUMBERS} | drawn
    problem = Problem(**sizes, **{name: array.ctypes.data for name, array in held.items()})
    return Case(structure, phases, ready, problem, held)


def _rows_of(outcome: YearOutcome) -> Floats:
    """One year's outcome in the order in which C writes it."""
    moved = outcome.displaced
    parts = (
        outcome.volume, outcome.operability, outcome.levels, outcome.load, outcome.load_before, outcome.flow,
        outcome.not_taken, outcome.not_referred, outcome.spare, moved.equal, moved.national_first,
        moved.waiting_change, moved.p_beyond_guarantee,
    )  # fmt: skip
    return np.concatenate([part.reshape(-1, part.shape[-1]) for part in parts])


def largest_difference(case: Case, library: ctypes.CDLL, lanes: int) -> float:
    """Return the largest difference of all outcomes of all years, relative above 1 and absolute below.

    Patients pushed aside are differences of two blocking probabilities, for which the kernel takes a closed form above
    64 beds and C the recursion (1.6e-12 apart): they are held against the facility's other patients.
    """
    years, rows = case.structure.years + 1, int(library.outcome_rows(ctypes.byref(case.problem)))
    out = np.zeros((case.problem.tiles, years, rows, lanes))
    library.follow(ctypes.byref(case.problem), ctypes.c_void_p(out.ctypes.data), 1, 1)
    worst, tile = 0.0, 0
    for block, state in case.ready:
        tiles = block.values.shape[1] // lanes
        for outcome, _ in follow(case.structure, block, case.phases, state):
            if outcome.year < 0:
                continue
            wanted = tiled([_rows_of(outcome)], lanes)
            got = out[tile : tile + tiles, outcome.year]
            if (np.isnan(wanted) != np.isnan(got)).any():
                return float("inf")
            scale = np.maximum(np.abs(wanted), 1.0)
            pushed = slice(rows - 4 * case.problem.facilities, rows - 2 * case.problem.facilities)
            others = np.tile(tiled([block.load.others], lanes), (1, 2, 1))
            scale[:, pushed] = np.maximum(scale[:, pushed], others)
            gap = np.abs(got - wanted) / scale
            worst = max(worst, float(np.nanmax(gap, initial=0.0)))
        tile += tiles
    return worst


def counted(problem: Problem, held: Mapping[str, np.ndarray]) -> tuple[float, float, float]:
    """Return the fewest bytes to move and operations to do for a draw, and the bytes that a tile works on.

    Bytes: in each period every number of a draw read once (of the ways to a hospital those to working holders), each
    year's outcome written once. Operations: sums, products and comparisons (a power as one); later rounds of the
    fixed point, moved excess and the Erlang recursion are not counted.
    """
    p, rows = problem, {name: held[name].shape[1] for name in DRAWN if name in held}
    working = float(held["active"].sum())
    ahead = int((held["year"] >= 0).sum())
    ways, resources = rows.pop("impedance") + rows.pop("stated", 0), 10 * p.facilities + p.uses
    written = p.pairs + p.nodes + 3 * p.levels + p.regions * (p.rows + p.groups) + p.areas + p.rows + 4 * p.facilities
    read = p.phases * (sum(rows.values()) - resources) + p.regions * working + ahead * resources
    flows = 11 * p.regions * working + 6 * p.phases * p.regions * p.groups
    caseloads = p.phases * (2 * p.edges + 9 * p.levels + 6 * p.pairs)
    links = p.phases * (4 * (p.links + p.area_links) + p.families)
    done = flows + caseloads + links + ahead * (2 * p.uses + 20 * p.facilities)
    tile = 8.0 * (sum(rows.values()) + ways + written) * rows_per_tile(held)
    return 8.0 * (read + p.years * written), float(done), tile


def rows_per_tile(held: Mapping[str, np.ndarray]) -> int:
    """Return the draws of a tile."""
    return int(held["limits"].shape[2])


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def share_of_kernel(structure: Structure, draws: int) -> float:
    """Return the share of a whole run (drawing, standing state, years, measures) that `follow` takes."""
    whole = part = 0.0
    phases = (*structure.without.past, *structure.without.future)
    for _ in range(3):
        begin = time.perf_counter()
        values = structure.table.draw(1, 0, draws)
        block = prepare(structure, np.ascontiguousarray(values), ())
        follow_world(
            structure, block, structure.without.future, opening_state(structure, block, structure.without.past)
        )
        whole += time.perf_counter() - begin
        state = opening_state(structure, block, ())
        part += _seconds(lambda block=block, state=state: list(follow(structure, block, phases, state)))
    return part / whole


def _system(name: str) -> CareSystem:
    if name == "synthetic":
        return random_system(7)
    return load_sweden() if name == "sweden" else read_dataset(Path(name))


def main(arguments: Sequence[str] | None = None) -> None:
    """Check that both agree, then print draws a second of both, their ratio and the machine's limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", nargs="?", default="sweden", help="folder, 'sweden' or 'synthetic'")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--draws", type=int, default=200, help="in each run; made a multiple of the lanes")
    parser.add_argument("--years", type=int, default=10)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, os.cpu_count() or 1])
    parser.add_argument("--lanes", type=int, default=8, help="draws of a tile in C")
    parser.add_argument("--block", type=int, default=BLOCK, help="draws of a block of the kernel")
    chosen = parser.parse_args(arguments)
    lanes, size = chosen.lanes, max(chosen.block // chosen.lanes, 1) * chosen.lanes
    draws = max(chosen.draws // lanes, 1) * lanes
    system = _system(chosen.dataset)
    course = Course(date.fromisoformat(system.settings["as_of"]))
    structure = compile_structure(system, course, chosen.years, default_start(system))
    values = structure.table.draw(1, 0, draws)
    starts = range(0, draws, size)
    blocks = [prepare(structure, np.ascontiguousarray(values[:, s : s + size]), ()) for s in starts]
    case = make_case(structure, blocks, lanes)
    with tempfile.TemporaryDirectory() as folder:
        library = compiled("compiled_limit.c", Path(folder), f"-DLANES={lanes}")
        machine = compiled("machine_limits.c", Path(folder))
        machine.triad.restype = machine.multiply_add.restype = ctypes.c_double
        difference = largest_difference(case, library, lanes)
        if not difference <= TOLERANCE:
            raise SystemExit(f"compiled_limit: kernel and C differ by {difference:.2g}")
        print(f"{chosen.dataset}, {draws} draws, {len(case.phases)} periods, {chosen.runs} runs in turn")
        print(f"largest difference of any outcome {difference:.1e}")
        print(f"share of a whole run that is compared {share_of_kernel(structure, min(draws, size)):.0%}\n")
        report(case, library, machine, chosen.threads, chosen.runs)


def report(case: Case, library: ctypes.CDLL, machine: ctypes.CDLL, threads: Sequence[int], runs: int) -> None:
    """Print one row for each number of threads: the fastest run of each, and the ratio of runs in turn."""
    draws = sum(block.values.shape[1] for block, _ in case.ready)
    moved, done, tile = counted(case.problem, case.held)
    print(f"a draw moves at least {moved / 1e6:.2f} MB and does at least {done / 1e6:.2f} million operations;")
    print(f"a tile of {rows_per_tile(case.held)} draws works on {tile / 2**20:.1f} MiB\n")
    print("| threads | kernel draws/s | C draws/s | kernel of C, median (range) | triad, DRAM | triad, a tile "
          "| multiply-add | bound draws/s | C of bound |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|")
    for count in dict.fromkeys(threads):
        slow, fast, dram, near, flops = [], [], [], [], []
        for _ in range(runs):
            slow.append(_seconds(lambda count=count: case.kernel(count)))
            fast.append(_seconds(lambda count=count: library.follow(ctypes.byref(case.problem), None, 0, count)))
            dram.append(machine.triad(ctypes.c_long(4_000_000), 3, count))
            near.append(machine.triad(ctypes.c_long(int(tile / 24)), 100, count))
            flops.append(machine.multiply_add(ctypes.c_long(1_000_000), count))
        ratios = [c / kernel for c, kernel in zip(fast, slow, strict=True)]
        bound = 1 / max(moved / max(near), done / max(flops))
        print(f"| {count} | {draws / min(slow):.0f} | {draws / min(fast):.0f} | {statistics.median(ratios):.0%} "
              f"({min(ratios):.0%}–{max(ratios):.0%}) | {max(dram) / 1e9:.0f} GB/s | {max(near) / 1e9:.0f} GB/s "
              f"| {max(flops) / 1e9:.0f} GFLOP/s | {bound:.0f} | {draws / min(fast) / bound:.0%} |")  # fmt: skip


if __name__ == "__main__":
    main()
