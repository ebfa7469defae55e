"""The launcher of the server: what it says where something is missing, and where it keeps things."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from scripts import neo4j_server
from scripts.neo4j_server import Server, ServerProblem, answers, fetch, find_java, free_port, jar_folder

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="the stand-ins are shell scripts"),
]


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder as the whole path, and an empty cache."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    return folder


def stand_in(folder: Path, name: str, content: str) -> None:
    file = folder / name
    file.write_text(f"#!/bin/sh\n{content}\n", encoding="utf-8")
    file.chmod(0o755)


def java_of(folder: Path, version: str) -> None:
    stand_in(folder, "java", f"""echo 'openjdk version "{version}" 2025-04-15' >&2""")


def test_no_java(programs: Path) -> None:
    assert not any(programs.iterdir())
    with pytest.raises(ServerProblem, match=r"needs Java.*install Java 17 or 21"):
        find_java()


@pytest.mark.parametrize("version", ["1.8.0_372", "11.0.2", "24"])
def test_the_wrong_java(programs: Path, version: str) -> None:
    java_of(programs, version)
    with pytest.raises(ServerProblem, match=f"is Java {version.split('.', maxsplit=1)[0]}: install Java 17"):
        find_java()


def test_java_home_goes_before_the_path(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    java_of(programs, "11.0.2")
    home = programs.parent / "jdk" / "bin"
    home.mkdir(parents=True)
    java_of(home, "21.0.1")
    monkeypatch.setenv("JAVA_HOME", str(home.parent))
    assert find_java() == str(home / "java")


def test_no_maven(programs: Path) -> None:
    java_of(programs, "17.0.15")
    with pytest.raises(ServerProblem, match="no mvn on the path: install Maven"):
        fetch()


def test_no_network(programs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    java_of(programs, "17.0.15")
    stand_in(programs, "mvn", "echo '[ERROR] Unknown host'; exit 1")
    with pytest.raises(ServerProblem, match=r"check the network, and proxy.*(?s:.)*Unknown host"):
        fetch()
    assert "fetching Neo4j" in capsys.readouterr().err
    assert not any(jar_folder().parent.iterdir())


def test_jars_are_fetched_once_and_whole(programs: Path) -> None:
    java_of(programs, "17.0.15")
    stand_in(
        programs, "mvn",
        'for word; do case $word in -DoutputDirectory=*) folder=${word#*=};; esac; done\n'
        '/bin/mkdir -p "$folder"; : > "$folder/neo4j-kernel-5.jar"',
    )  # fmt: skip
    assert fetch() == jar_folder()
    assert [f.name for f in jar_folder().iterdir()] == ["neo4j-kernel-5.jar"]
    (programs / "mvn").unlink()
    assert fetch() == jar_folder()
    assert jar_folder().is_relative_to(programs.parent / "cache")


def test_the_password_is_in_no_list_of_processes(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told, seen = tmp_path / "told", tmp_path / "seen"
    stand_in(programs, "java", f'echo "$@" >> {told}; /bin/cat "${{1#@}}" > {seen}; /bin/ls -l "${{1#@}}" >> {seen}')
    server = Server(tmp_path / "home", 'se"cr\\et', free_port())
    monkeypatch.setattr(neo4j_server, "fetch", lambda: tmp_path)
    server._configure()
    server._set_password(str(programs / "java"), tmp_path)
    assert "et" not in told.read_text(encoding="utf-8").replace(str(tmp_path), "").split("@")[0]
    content = seen.read_text(encoding="utf-8")
    assert '"se\\"cr\\\\et"' in content
    assert "-rw-------" in content


def test_a_server_that_stops_while_starting_says_why(
    programs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in(
        programs, "java", """case "$*" in *version) echo 'version "17.0.1"';; *) echo 'ERROR no space left';; esac"""
    )
    monkeypatch.setattr(neo4j_server, "fetch", lambda: tmp_path)
    server = Server(tmp_path / "home", "secret-password", free_port())
    with pytest.raises(ServerProblem, match=r"stopped while starting(?s:.)*no space left"):
        server.start()
    assert server.process is None
    assert server.watch is None


def test_a_persons_password_is_made_once_and_for_nobody_else(tmp_path: Path) -> None:
    file = neo4j_server.own_password(tmp_path / "own")
    first = file.read_text(encoding="ascii")
    assert len(first) >= 24
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert neo4j_server.own_password(tmp_path / "own").read_text(encoding="ascii") == first


SPEAKS = """
import socket, sys
with socket.create_server(("127.0.0.1", int(sys.argv[1]))) as listener:
    while True:
        link, _ = listener.accept()
        link.recv(20)
        link.sendall(bytes([0, 0, 8, 5]))
        link.close()
"""


@pytest.mark.parametrize("throwaway", [True, False])
def test_the_server_ends_with_whoever_started_it(programs: Path, tmp_path: Path, throwaway: bool) -> None:
    (tmp_path / "speaks.py").write_text(SPEAKS, encoding="utf-8")
    port = free_port()
    serve = f"exec {sys.executable} {tmp_path / 'speaks.py'} {port}"
    stand_in(programs, "java", f"""case "$*" in *version) echo 'version "17.0.1"';; *Entry*) {serve};; esac""")
    jar_folder().mkdir(parents=True)
    code = (
        "import time; from pathlib import Path; from scripts.neo4j_server import Server\n"
        f"Server(Path({str(tmp_path / 'home')!r}), 'secret-password', {port}, throwaway={throwaway}).start()\n"
        "print('up', flush=True); time.sleep(600)"
    )
    root = Path(neo4j_server.__file__).resolve().parents[1]
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, cwd=root) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        assert answers(port)
        process.kill()
    end = time.monotonic() + 20
    while answers(port):
        assert time.monotonic() < end, "the server outlived its starter"
        time.sleep(0.02)
