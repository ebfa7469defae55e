"""A Neo4j community server on this machine, for a person (``make neo4j``) and for the tests.

    python3 scripts/neo4j_server.py fetch                        get its jars, once for each user
    python3 scripts/neo4j_server.py run [--data DIR] [--port N]  start it, print how to log in, stop at Ctrl-C

Needs Java 17 or 21 and, for the first time, Maven and a network. The jars are kept in the user's cache folder. The
server listens on the loopback only, with authentication, and holds at most 512 MB of heap. Only the standard
library is used.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Self

POM = Path(__file__).resolve().with_suffix(".xml")
HOST, USUAL_PORT = "127.0.0.1", 7687
JAVA_VERSIONS = (17, 21)  # those that Neo4j 5.26 supports
START_S, STOP_S = 120.0, 60.0
HANDSHAKE = bytes.fromhex("6060b017" + "00020405" + "00000005" + "00000004" + "00000000")
OPEN = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch", "java.base/java.util.concurrent")
JVM = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC", *(f"--add-opens={name}=ALL-UNNAMED" for name in OPEN))
SETTINGS = {
    "server.http.enabled": "false",
    "server.https.enabled": "false",
    "dbms.security.auth_enabled": "true",
    "dbms.usage_report.enabled": "false",
    "server.memory.pagecache.size": "64m",
    "db.tx_log.rotation.retention_policy": "keep_none",
}
FOLDERS = ("data", "logs", "run", "plugins", "import")

# Ends the server where its starter dies without stopping it: then the pipe to this process closes.
WATCH = """
import os, signal, sys, time
sys.stdin.read()
server, gently = int(sys.argv[1]), sys.argv[2] == "gently"
try:
    os.kill(server, signal.SIGTERM if gently else getattr(signal, "SIGKILL", signal.SIGTERM))
    for _ in range(200 if gently else 0):
        time.sleep(0.1)
        os.kill(server, 0)
    if gently:
        os.kill(server, getattr(signal, "SIGKILL", signal.SIGTERM))
except OSError:
    pass
"""


class ServerProblem(Exception):
    """The server cannot be had or started; the message says what is missing and what to do."""


def version() -> str:
    """Return the version of Neo4j that the POM names."""
    found = ET.parse(POM).find(".//{*}dependency/{*}version")  # noqa: S314 - our own file
    if found is None or not found.text:
        raise ServerProblem(f"{POM.name} names no version of Neo4j")
    return found.text


def _user_folder(variable: str, mac: str, other: str) -> Path:
    """The platform's folder for a user's own files of a kind, ours in it."""
    home = Path.home()
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local", "randzon")
    usual = home.joinpath(*(mac if sys.platform == "darwin" else other).split("/"))
    given = os.environ.get(variable, "")
    return Path(given if Path(given).is_absolute() else usual, "randzon")


def jar_folder() -> Path:
    """Return where the jars stand; the folder exists only when they are all there."""
    return _user_folder("XDG_CACHE_HOME", "Library/Caches", ".cache") / f"neo4j-{version()}"


def data_folder() -> Path:
    """Return where a person's server keeps its data."""
    return _user_folder("XDG_DATA_HOME", "Library/Application Support", ".local/share") / "neo4j"


def find_java() -> str:
    """Return a Java that runs Neo4j: that of JAVA_HOME, else the first on the path."""
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home, "bin"))) if home else None
    java = java or shutil.which("java")
    wanted = " or ".join(map(str, JAVA_VERSIONS))
    remedy = f"install Java {wanted} (Debian: apt-get install openjdk-17-jre-headless) or let JAVA_HOME name it"
    if java is None:
        raise ServerProblem(f"Neo4j needs Java, and there is no java on the path: {remedy}")
    said = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "(\d+)', said.stderr + said.stdout)
    if found is None or int(found[1]) not in JAVA_VERSIONS:
        what = f"is Java {found[1]}" if found else "does not tell its version"
        raise ServerProblem(f"{java} {what}: {remedy}")
    return java


def fetch(environment: Mapping[str, str] | None = None) -> Path:
    """Return the folder of the jars; where they are missing Maven fetches them, all or none."""
    folder = jar_folder()
    if folder.is_dir():
        return folder
    maven = shutil.which("mvn")
    if maven is None:
        raise ServerProblem("the jars of Neo4j are fetched with Maven, and there is no mvn on the path: "
                            "install Maven (Debian: apt-get install maven)")  # fmt: skip
    find_java()
    folder.parent.mkdir(parents=True, exist_ok=True)
    print(f"fetching Neo4j {version()} with Maven, about 120 MB, once", file=sys.stderr, flush=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as temporary:
        part = Path(temporary, "jars")
        command = [maven, "-q", "-B", "--strict-checksums", "-f", str(POM), "dependency:copy-dependencies",
                   "-DincludeScope=runtime", f"-DoutputDirectory={part}"]  # fmt: skip
        done = subprocess.run(
            command, cwd=temporary, env=dict(environment or os.environ), stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", errors="replace", check=False,
        )  # fmt: skip
        if done.returncode != 0 or not any(part.glob("neo4j-kernel-*.jar")):
            said = [line for line in done.stdout.splitlines() if line.strip()][:4]
            raise ServerProblem(f"Maven could not fetch Neo4j {version()}: check the network, and proxy or mirror in "
                                "Maven's settings.xml; it says\n  " + "\n  ".join(said))  # fmt: skip
        with suppress(OSError):  # another process may have been quicker
            part.rename(folder)
    if not folder.is_dir():
        raise ServerProblem(f"{folder} cannot be written: check space and rights")
    return folder


def free_port() -> int:
    """Return a port of the loopback that nobody uses now."""
    with socket.socket() as found:
        found.bind((HOST, 0))
        return int(found.getsockname()[1])


def _quoted(word: str) -> str:
    """A word as a file of Java's arguments takes it."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


class Server:
    """A server with a data folder of its own; as a context it is started, and stopped whatever happens.

    Parameters
    ----------
    home
        Its folder: data, logs, configuration. Made where it does not exist.
    password
        Of the user ``neo4j``; holds for a new folder, an old one keeps its own.
    port
        On the loopback; a free one if None. It stays the same when the server is started again.
    settings
        Lines of ``neo4j.conf`` beside ours.
    throwaway
        Nobody needs the data afterwards: it is killed rather than stopped, and compiles less for a quicker start.
    """

    def __init__(
        self,
        home: Path,
        password: str,
        port: int | None = None,
        settings: Mapping[str, str] | None = None,
        *,
        throwaway: bool = False,
    ) -> None:
        self.home, self.password, self.throwaway = home.resolve(), password, throwaway
        self.port = port or free_port()
        self.settings = {**SETTINGS, **(settings or {})}
        self.process: subprocess.Popen[bytes] | None = None
        self.watch: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """The Bolt address."""
        return f"bolt://{HOST}:{self.port}"

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.home / "logs" / "console.log"

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, or kill it where it is thrown away."""
        if self.throwaway:
            self.kill()
        else:
            self.stop()

    def _configure(self) -> None:
        address = f"{HOST}:{self.port}"
        lines = {**self.settings, "server.bolt.listen_address": address, "server.bolt.advertised_address": address}
        for name in FOLDERS:
            self.home.joinpath(name).mkdir(parents=True, exist_ok=True)
            lines[f"server.directories.{name}"] = self.home.joinpath(name).as_posix()
        lines["server.directories.transaction.logs.root"] = self.home.joinpath("tx").as_posix()
        conf = self.home / "conf"
        conf.mkdir(exist_ok=True)
        conf.joinpath("neo4j.conf").write_text("".join(f"{k}={v}\n" for k, v in lines.items()), encoding="utf-8")

    def _set_password(self, java: str, jars: Path) -> None:
        """Set the first password; it goes through a file that only we can read, not through the list of processes."""
        if (self.home / "data" / "databases").exists():
            return
        words = ["-cp", f"{jars}{os.sep}*", "org.neo4j.cli.AdminTool", "dbms", "set-initial-password", self.password]
        env = {**os.environ, "NEO4J_HOME": str(self.home), "NEO4J_CONF": str(self.home / "conf")}
        with tempfile.TemporaryDirectory() as folder:
            arguments = Path(folder, "arguments")
            arguments.touch(mode=0o600)
            arguments.write_text("\n".join(map(_quoted, words)) + "\n", encoding="utf-8")
            done = subprocess.run([java, f"@{arguments}"], env=env, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            said = (done.stderr or done.stdout).strip().replace(self.password, "***")
            raise ServerProblem(f"Neo4j does not take the password: {said.splitlines()[-1] if said else 'no reason'}")

    def start(self) -> None:
        """Start the server and wait until Bolt answers; where it does not, say why and leave nothing running."""
        java, jars = find_java(), fetch()
        self._configure()
        self._set_password(java, jars)
        quick = ("-XX:TieredStopAtLevel=1",) if self.throwaway else ()
        command = [java, *JVM, *quick, "-cp", f"{jars}{os.sep}*", "org.neo4j.server.CommunityEntryPoint",
                   f"--home-dir={self.home}", f"--config-dir={self.home / 'conf'}", "--console-mode"]  # fmt: skip
        with self.log.open("wb") as log:
            self.process = _apart(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        gently = "at once" if self.throwaway else "gently"
        self.watch = _apart(
            [sys.executable, "-I", "-c", WATCH, str(self.process.pid), gently],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        try:
            self._wait()
        except BaseException:
            self.kill()
            raise

    def _wait(self) -> None:
        end = time.monotonic() + START_S
        while not answers(self.port):
            if self.process is None or self.process.poll() is not None:
                raise ServerProblem(f"Neo4j stopped while starting; it says\n  {self._said()}")
            if time.monotonic() > end:
                raise ServerProblem(f"Neo4j did not answer within {START_S:.0f} s; it says\n  {self._said()}")
            time.sleep(0.05)

    def _said(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        told = [line for line in lines if re.search(r"ERROR|Caused by|Exception|lock", line)] or lines
        return "\n  ".join(told[-4:])

    def stop(self) -> None:
        """Stop the server cleanly; kill it where it does not."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_S)
        self.kill()

    def kill(self) -> None:
        """End the server at once, as a crash does; what was committed is there at the next start."""
        for process in (self.process, self.watch):
            if process is not None:
                process.kill()
                process.wait()
                if process.stdin is not None:
                    process.stdin.close()
        self.process = self.watch = None


def _apart(command: Sequence[str], **streams: int | IO[bytes]) -> subprocess.Popen[bytes]:
    """A process that the terminal's Ctrl-C does not reach."""
    options: dict[str, Any] = {"start_new_session": True}
    if os.name == "nt":
        options = {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    return subprocess.Popen(command, **streams, **options)


def answers(port: int) -> bool:
    """Whether something on a port of the loopback agrees on a version of Bolt."""
    try:
        with socket.create_connection((HOST, port), timeout=2) as link:
            link.sendall(HANDSHAKE)
            said = link.recv(4)
    except OSError:
        return False
    return len(said) == 4 and said not in (b"HTTP", bytes(4))


def own_password(home: Path) -> Path:
    """Return the file with the password of a person's server; made with a random one the first time."""
    file = home / "password"
    if not file.exists():
        home.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_text(secrets.token_urlsafe(24), encoding="ascii")
    return file


def run(home: Path, port: int | None) -> None:
    """Run a person's server until Ctrl-C or a termination."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    if port is None and not _is_taken(USUAL_PORT):
        port = USUAL_PORT
    if port is not None and _is_taken(port):
        raise ServerProblem(f"port {port} is in use: choose another, or leave out --port for a free one")
    file = own_password(home)
    server = Server(home, file.read_text(encoding="ascii").strip(), port)
    try:
        with server:
            print(f"Neo4j {version()} is at {server.uri}, user neo4j; Ctrl-C stops it.")
            print(f"Its data are in {server.home}. In the shell where you use it:\n")
            print(f"  export RANDZON_NEO4J_URI={server.uri}")
            print(f'  export RANDZON_NEO4J_PASSWORD="$(cat {file})"\n', flush=True)
            assert server.process is not None
            server.process.wait()
            raise ServerProblem(f"Neo4j stopped by itself; see {server.log}")
    except KeyboardInterrupt:
        print("stopped", flush=True)


def _is_taken(port: int) -> bool:
    with socket.socket() as wanted:
        if os.name != "nt":
            wanted.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            wanted.bind((HOST, port))
        except OSError:
            return True
    return False


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch the jars or run a server; 2 where it cannot be done."""
    parser = argparse.ArgumentParser(description="A Neo4j server on this machine.")
    parser.add_argument("command", choices=("fetch", "run"))
    parser.add_argument("--data", type=Path, default=None, help="folder of its data; default: the user's own")
    parser.add_argument("--port", type=int, default=None, help=f"default: {USUAL_PORT}, or a free one")
    chosen = parser.parse_args(arguments)
    try:
        if chosen.command == "fetch":
            find_java()
            fetch()
        else:
            run(chosen.data or data_folder(), chosen.port)
    except ServerProblem as problem:
        print(f"neo4j_server: {problem}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
