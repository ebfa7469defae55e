"""Time and memory of the kernel as the system grows: the same synthetic country copied side by side.

    python benchmarks/scaling.py [--copies 1 3 10 30] [--draws 100] [--years 10]

Copies share no patients, competences or areas, but every region has a way to every hospital, so the matrix of travel
grows with the square. Prints seconds and the largest memory of the process, and the exponent between the ends.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from graph_schema import CareSystem, Quantity, Record, load_schema
from graph_schema.care_system import Value
from impact.model.block import prepare
from impact.model.path import opening_state
from impact.model.structure import compile_structure
from impact.questions.recording import follow_world
from scenarios import Course
from tests.random_systems import random_system

ALONE = ("parameters", "sources", "assumptions", "floors", "dataset")
FAR = Quantity(9.0, 9.0, 9.0, "h", "assumed", "", "log", 0.0, 48.0)
WAY = ("hours_p5", "hours_p50", "hours_p95")


def _renamed(record: Record, names: Mapping[str, str]) -> Record:
    keys = {p.name for p in load_schema()[record.type].properties if p.dtype in ("id", "reference")}
    values: dict[str, Value] = {
        name: names.get(str(value), value) if name in keys else value for name, value in record.values.items()
    }
    return Record(record.type, values)


def copied(system: CareSystem, copies: int, *, ways: bool = True) -> CareSystem:
    """Return a system that holds `copies` of another side by side, far from each other (or without `ways` at all)."""
    tables: dict[str, list[Record]] = {name: list(rows) if name in ALONE else [] for name, rows in system.rows.items()}
    for number in range(copies):
        names = {node: f"{node}_{number}" for node in system.nodes}
        for name, rows in system.rows.items():
            if name not in ALONE:
                tables[name].extend(_renamed(r, names) for r in rows)
    if not ways:
        return CareSystem(tables)
    known = {(r.text("source_id"), r.text("target_id")) for r in tables["TRAVELS"]}
    for region in tables["Region"]:
        for hospital in tables["Hospital"]:
            pair = (region.key[0], hospital.key[0])
            if pair not in known:
                tables["TRAVELS"].append(
                    Record("TRAVELS", {"source_id": pair[0], "target_id": pair[1], **dict.fromkeys(WAY, FAR)})
                )
    return CareSystem(tables)


def main(arguments: Sequence[str] | None = None) -> None:
    """Print size, seconds to compile and to run, and memory, for each number of copies."""
    parser = argparse.ArgumentParser(description="Time and memory of the kernel as the system grows.")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 3, 10, 30])
    parser.add_argument("--draws", type=int, default=100)
    parser.add_argument("--years", type=int, default=10)
    chosen = parser.parse_args(arguments)
    small, found = random_system(7), []
    print("copies    pairs   compile s     run s   peak MiB")
    for copies in chosen.copies:
        system = copied(small, copies)
        begin = time.perf_counter()
        structure = compile_structure(
            system, Course(date.fromisoformat(system.settings["as_of"])), chosen.years, "today"
        )
        middle = time.perf_counter()
        values = structure.table.draw(1, 0, chosen.draws)
        block = prepare(structure, np.ascontiguousarray(values), ())
        state = opening_state(structure, block, structure.without.past)
        follow_world(structure, block, structure.without.future, state)
        end = time.perf_counter()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        found.append(end - middle)
        pairs = len(structure.activity.pair_area)
        print(f"{copies:6d} {pairs:8d} {middle - begin:11.2f} {end - middle:9.2f} {peak:10.0f}")
    exponent = math.log(found[-1] / found[0]) / math.log(chosen.copies[-1] / chosen.copies[0])
    print(f"run time grows with the size to the power {exponent:.2f}")


if __name__ == "__main__":
    main()
