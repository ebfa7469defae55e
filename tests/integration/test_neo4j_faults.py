"""What can go wrong with a real server: a clear error or another try, nothing half-done, no password in any text."""

from __future__ import annotations

import logging
import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from graph_schema import StoreError, UnknownNode
from loaders.neo4j_store import connection, find_version, list_versions, prune, pull, push
from scripts.neo4j_server import free_port
from tests.command_line import COMMAND, Server, Shell, environment
from tests.neo4j_server import Store, started_server
from tests.small_system import small_system

resource = pytest.importorskip("resource")
SECRET = "hush-hush-4711"  # noqa: S105 - of nothing
COUNT = "MATCH (n) RETURN count(n)"


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many batches also of a small system."""
    monkeypatch.setattr(sys.modules["loaders.neo4j_store.push"], "ROWS", 20)


@pytest.fixture
def neo(tmp_path: Path, small_dataset: Path, server: Server, neo4j_store: Store) -> Shell:
    return Shell(tmp_path, small_dataset, server, neo4j_store.environment)


def test_no_server_wrong_password_wrong_database(neo: Shell) -> None:
    known = dict(neo.more)
    everything = [("push", "--dataset", neo.dataset), ("versions",), ("pull", "--out", "x"), ("branch", "hocm"),
                  ("prune", "--keep", "1")]  # fmt: skip
    neo.more["RANDZON_NEO4J_PASSWORD"] = SECRET
    for words in everything:
        said = neo("neo4j", *words).refusal("does not let neo4j in: check user and password")
        assert SECRET not in said
    said = neo("run", "hocm", "--from", "neo4j").refusal("does not let neo4j in")
    assert SECRET not in said
    neo.more["RANDZON_NEO4J_URI"] = f"bolt://127.0.0.1:{free_port()}"
    for words in everything:
        assert SECRET not in neo("neo4j", *words).refusal("no Neo4j answers at bolt://127.0.0.1", "make neo4j")
    neo.more.update(known)
    said = neo("neo4j", "versions", "--database", "other").refusal("has no database other")
    assert known["RANDZON_NEO4J_PASSWORD"] not in said
    said = neo("neo4j", "versions", "--uri", f"bolt://neo4j:{SECRET}@127.0.0.1").refusal("holds no user or password")
    assert SECRET not in said
    neo.more["RANDZON_NEO4J_PASSWORD"] = ""
    neo("neo4j", "versions").refusal("set RANDZON_NEO4J_PASSWORD")
    assert neo.files() == set()


def test_the_password_is_in_no_log_and_no_traceback(neo4j_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with neo4j_store.open() as database:
        assert neo4j_store.server.password not in repr(database)
        with pytest.raises(StoreError) as caught:
            database.read(f"RETURN '{neo4j_store.server.password}' AND")
    assert neo4j_store.server.password not in "".join(map(str, [caught.value, caught.value.__cause__]))
    assert neo4j_store.server.password not in "\n".join(r.getMessage() for r in caplog.records if "RETURN" not in
                                                        r.getMessage())  # fmt: skip
    assert any(r.name.startswith("neo4j") for r in caplog.records)


def test_reading_never_writes(neo4j_store: Store) -> None:
    with neo4j_store.open() as database, pytest.raises(StoreError, match="only queries that read"):
        database.read("CREATE (:Intruder)")
    assert neo4j_store.cypher(COUNT) == [[0]]


class Interrupted(Exception):
    """What stands for the end of the process."""


@pytest.mark.usefixtures("small_batches")
def test_a_push_that_is_interrupted_is_invisible_and_goes_on(neo4j_store: Store) -> None:
    system, other = small_system(), small_system(version="2")

    def stop(done: int, _: int) -> None:
        if done == 7:
            raise Interrupted

    with neo4j_store.open() as database:
        push(database, other, "test", "0")
        with pytest.raises(Interrupted):
            push(database, system, "test", "0", stop)
        assert find_version(database).version == other.content_hash
        with pytest.raises(UnknownNode, match="not finished"):
            find_version(database, system.content_hash)
        (half,) = [v for v in list_versions(database) if not v.complete]
        assert (half.done, half.version) == (7, system.content_hash)
        assert neo4j_store.cypher("MATCH (v:RandzonVersion) RETURN v.randzon_version") == [[other.content_hash]]
        seen: list[int] = []
        assert push(database, system, "test", "0", lambda done, _: seen.append(done)).outcome == "resumed"
        assert seen[0] == 7
        assert pull(database, find_version(database)) == system


@pytest.mark.usefixtures("small_batches")
def test_the_server_is_killed_in_the_middle_of_a_push(neo4j_store: Store) -> None:
    system = small_system()
    server = neo4j_store.server

    def kill(done: int, _: int) -> None:
        if done == 5:
            server.kill()

    with neo4j_store.open(wait_s=0.5) as database, pytest.raises(StoreError, match="goes on from there"):
        push(database, system, "test", "0", kill)
    server.start()
    with neo4j_store.open() as database:
        with pytest.raises(UnknownNode, match="repeat it"):
            find_version(database)
        assert push(database, system, "test", "0").outcome == "resumed"
        assert pull(database, find_version(database)) == system


@pytest.mark.usefixtures("small_batches")
def test_pushes_at_the_same_time(neo4j_store: Store) -> None:
    systems = [small_system(version=str(number)) for number in range(2)] * 2
    start = threading.Barrier(len(systems))

    def work(number: int) -> None:
        with neo4j_store.open(wait_s=60.0) as database:
            start.wait()
            push(database, systems[number], f"pusher {number}", "0")

    with ThreadPoolExecutor(len(systems)) as pool:
        list(pool.map(work, range(len(systems))))
    with neo4j_store.open() as database:
        versions = list_versions(database)
        assert [v.complete for v in versions] == [True, True]
        assert sum(v.current for v in versions) == 1
        assert {pull(database, v).content_hash for v in versions} == {s.content_hash for s in systems}


def test_a_deadlock_is_tried_again(neo4j_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """Another locks the old version and then wants the store, which the end of a push holds: one must give way."""
    import neo4j

    caplog.set_level(logging.DEBUG, logger="neo4j")
    with neo4j_store.open() as database:
        push(database, small_system(), "test", "0")
    system, gave_way = small_system(version="2"), False
    auth = ("neo4j", neo4j_store.server.password)

    def work() -> None:
        with neo4j_store.open(wait_s=30.0) as database:
            push(database, system, "test", "0")

    waiting = "SHOW TRANSACTIONS YIELD status WHERE status STARTS WITH 'Blocked' RETURN count(*)"
    with neo4j.GraphDatabase.driver(neo4j_store.server.uri, auth=auth) as driver, driver.session() as session:
        transaction = session.begin_transaction()
        transaction.run("MATCH (v:RandzonVersion) SET v.seen = 1").consume()
        pusher = threading.Thread(target=work)
        pusher.start()
        for _ in range(400):
            if neo4j_store.cypher(waiting) != [[0]]:
                break
            threading.Event().wait(0.05)
        try:
            transaction.run("MATCH (s:RandzonStore) SET s.seen = 1").consume()
            transaction.commit()
        except neo4j.exceptions.TransientError as error:
            gave_way = "Deadlock" in str(error.code)
            transaction.close()
        pusher.join(60)
    retried = any("Deadlock" in r.getMessage() for r in caplog.records)
    assert gave_way or retried
    with neo4j_store.open() as database:
        assert find_version(database).version == system.content_hash


def test_rules_of_others_on_our_labels(neo4j_store: Store) -> None:
    neo4j_store.cypher("CREATE CONSTRAINT theirs FOR (h:Hospital) REQUIRE h.id IS UNIQUE")
    with neo4j_store.open() as database, pytest.raises(StoreError, match=r"theirs on Hospital \(id\).*nothing was"):
        push(database, small_system(), "test", "0")
    assert neo4j_store.cypher(COUNT) == [[0]]


CHANGED = (
    "MATCH (:Hospital)-[r:PROVIDES]->() WITH r LIMIT 1 DELETE r",
    "MATCH (h:Hospital {id: 'north'}) SET h.name_sv = 'x'",
    "MATCH (h:Hospital {id: 'north'}) REMOVE h.name_sv",
    "MATCH (r:Region {id: 'n'}) SET r.population_grade = 'certain'",
)


def test_a_version_that_somebody_changed_is_not_taken(neo4j_store: Store) -> None:
    with neo4j_store.open() as database:
        for number, change in enumerate(CHANGED):
            push(database, small_system(version=str(number)), "test", "0")
            neo4j_store.cypher(change)
            with pytest.raises(StoreError, match=r"not what was pushed.*prune --version"):
                pull(database, find_version(database))
            neo4j_store.empty()
        push(database, small_system(), "test", "0")
        neo4j_store.cypher(CHANGED[0])
        prune(database, find_version(database))
        push(database, small_system(), "test", "0")
        assert pull(database, find_version(database)) == small_system()


def test_another_layout_is_not_touched(neo4j_store: Store) -> None:
    neo4j_store.cypher("MERGE (s:RandzonStore {id: 'randzon'}) SET s.layout = 99")
    with neo4j_store.open() as database:
        for work in (lambda: list_versions(database), lambda: push(database, small_system(), "test", "0")):
            with pytest.raises(StoreError, match="holds layout 99 of randzon, this program knows 1"):
                work()


def test_an_own_file_system_that_is_full(neo: Shell) -> None:
    neo("neo4j", "push", small=True)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    done = subprocess.run(
        [*COMMAND, "neo4j", "pull", "--out", "back"], cwd=neo.folder, env={**environment(), **neo.more}, text=True,
        preexec_fn=limit, capture_output=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 2
    assert "back cannot be written (File too large)" in done.stderr
    assert neo.files() == set()


@contextmanager
def speaking(*answers: bytes) -> Iterator[str]:
    """The address of a server that says these and no more."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    link, _ = listener.accept()
                    with link, suppress(OSError):
                        for answer in answers:
                            link.recv(4096)
                            link.sendall(answer)
                        link.settimeout(0.2)
                        link.recv(4096)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"bolt://127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def success(**content: str) -> bytes:
    """A SUCCESS message of Bolt."""
    body = bytes([0xB1, 0x70, 0xA0 + len(content)])
    for name, value in content.items():
        for text in (name.encode(), value.encode()):
            body += bytes([0xD0, len(text)]) + text
    return len(body).to_bytes(2, "big") + body + b"\0\0"


OLD = (bytes([0, 0, 4, 4]), success(server="Neo4j/4.4.12", connection_id="bolt-1"), success())


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        (OLD, "is too old: use Neo4j 5.7 or newer"),
        ((bytes(4),), "127.0.0.1"),
        ((b"HTTP/1.1 400 Bad Request\r\n\r\n",), "127.0.0.1"),
        ((b"\x00",), "127.0.0.1"),
    ],
    ids=["old", "no common version", "web server", "cut off"],
)
def test_something_else_answers(answers: tuple[bytes, ...], message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "CONNECT_S", 1.0)
    with (
        speaking(*answers) as uri,
        pytest.raises(StoreError, match=message) as caught,
        connection.open_database(uri, "neo4j", SECRET, wait_s=0.5),
    ):
        pass
    assert SECRET not in str(caught.value)


@pytest.fixture
def narrow(tmp_path: Path) -> Iterator[Path]:
    """A small file system of its own; only where we may mount."""
    place = tmp_path / "narrow"
    place.mkdir()
    if not mounted("-t", "tmpfs", "-o", "size=24m", "tmpfs", place):
        pytest.skip("mounting is not allowed here")
    yield place
    subprocess.run([shutil.which("umount") or "umount", "-l", str(place)], check=True)


def mounted(*words: str | Path) -> bool:
    mount = shutil.which("mount")
    if mount is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    return subprocess.run([mount, *map(str, words)], capture_output=True, check=False).returncode == 0


def fill(file: Path) -> None:
    with file.open("wb") as stream:
        while True:
            stream.write(bytes(1 << 16))
            stream.flush()


def test_the_servers_disk_is_full(narrow: Path) -> None:
    system = small_system()
    with started_server(narrow / "home", {"db.tx_log.rotation.size": "1m"}) as store:
        with pytest.raises(OSError, match="No space"):
            fill(narrow / "filler")
        with pytest.raises(StoreError) as caught, store.open(wait_s=1.0) as database:
            push(database, system, "test", "0")
        assert store.server.password not in str(caught.value)
        (narrow / "filler").unlink()
        store.server.kill()
        store.server.start()
        with store.open() as database:
            push(database, system, "test", "0")
            assert pull(database, find_version(database)) == system
