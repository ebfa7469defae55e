"""Push and pull of the packaged system, 1, 10 and 100 times side by side, and a loader with one statement a row.

    python benchmarks/neo4j_speed.py [--copies 1 10 100] [--sample 500] [--own]

Starts a server of its own in a temporary folder (what that needs: docs/neo4j.md), or with --own uses the one that the
environment names. The naive loader sends one auto-committed statement for each row, with the same Cypher, indexes and
connection. It sends a sample only (all rows with --sample 0); its time for the whole is then extrapolated in
proportion to the number of nodes and of relationships, and the table says so.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.scaling import copied
from graph_schema import CareSystem
from loaders import load_sweden
from loaders.neo4j_store import Database, find_version, open_database, prune, pull, push
from loaders.neo4j_store.layout import KEY, VERSION, Batch, batches_of
from scripts.neo4j_server import Server

NAIVE = "naive"
CLEAN = f"MATCH (n:Randzon) WHERE n.{VERSION} = '{NAIVE}' WITH n LIMIT 5000 DETACH DELETE n RETURN count(*) AS gone"


@contextmanager
def database_of(own: bool) -> Generator[Database]:
    """Yield the database that the environment names, or one of a server that ends with the benchmark."""
    if own:
        password = os.environ["RANDZON_NEO4J_PASSWORD"]
        with open_database(os.environ["RANDZON_NEO4J_URI"], "neo4j", password) as found:
            yield found
        return
    with tempfile.TemporaryDirectory() as folder:
        server = Server(Path(folder, "home"), "for-the-benchmark")
        server.start()
        try:
            with open_database(server.uri, "neo4j", server.password) as found:
                yield found
        finally:
            server.kill()


def sent_singly(database: Database, batches: Sequence[Batch], version: str, sample: int) -> tuple[float, int]:
    """Return the seconds of the naive loader for all rows of some batches, and how many rows it sent for that."""
    rows = [(batch.statement, row) for batch in batches for row in batch.rows()]
    chosen = rows[:: max(1, len(rows) // sample)] if sample else rows
    begin = time.perf_counter()
    for number, (statement, row) in enumerate(chosen):
        properties = row["properties"]
        if KEY in properties:
            properties[KEY] = f"{NAIVE}{number}"  # the pushed system holds the row itself
        with database.driver.session(database=database.name) as session:
            session.run(statement, version=version, rows=[row]).consume()  # pyright: ignore[reportArgumentType]
    return (time.perf_counter() - begin) * len(rows) / len(chosen), len(chosen)


def naive(database: Database, system: CareSystem, sample: int) -> tuple[float, int]:
    """Return the seconds of the naive loader for a system that was pushed, and how many rows it sent for that."""
    batches = batches_of(system, 1000)
    ties = [b for b in batches if "source_id" in b.records[0]]
    nodes = [b for b in batches if "source_id" not in b.records[0]]
    share = sum(len(b.records) for b in nodes) / sum(len(b.records) for b in batches)
    of_nodes = sent_singly(database, nodes, NAIVE, round(sample * share))
    of_ties = sent_singly(database, ties, system.content_hash, round(sample * (1 - share)))
    while database.write(lambda tx: tx.run(CLEAN))[0]["gone"]:
        pass
    return of_nodes[0] + of_ties[0], of_nodes[1] + of_ties[1]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Speed of push and pull.")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 10, 100])
    parser.add_argument("--sample", type=int, default=500, help="rows that the naive loader sends; 0: all")
    parser.add_argument("--own", action="store_true", help="the server that the environment names")
    chosen = parser.parse_args(arguments)
    with database_of(chosen.own) as database:
        print(f"{database.agent}\ncopies     nodes  relationships   push s   pull s   naive push s   times")
        for copies in chosen.copies:
            system = copied(load_sweden(), copies, ways=False)
            clock = [time.perf_counter()]
            pushed = push(database, system, "benchmark", "")
            clock.append(time.perf_counter())
            version = find_version(database, pushed.version)
            assert pull(database, version).content_hash == system.content_hash
            clock.append(time.perf_counter())
            seconds, sent = naive(database, system, chosen.sample)
            prune(database, version, force=True)
            done, back = clock[1] - clock[0], clock[2] - clock[1]
            said = "" if sent == version.nodes + version.relationships else f"  (extrapolated from {sent} rows)"
            print(f"{copies:6d} {version.nodes:9d} {version.relationships:14d} {done:8.1f} {back:8.1f} {seconds:14.1f} "
                  f"{seconds / done:7.1f}{said}", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
