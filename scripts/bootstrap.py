"""Set up ``.venv`` in the checkout and run the project in it; may be repeated at any time.

    python3 scripts/bootstrap.py run      set up, then the main job: randzon run hocm
    python3 scripts/bootstrap.py test     set up, then all checks and tests
    python3 scripts/bootstrap.py check    set up, then the checks only (or: check lint, check types ...)
    python3 scripts/bootstrap.py setup    set up only

Further arguments of `run` go to the command, those of `test` to pytest. Only the standard library is
used. The packages come from ``requirements.lock`` with their hashes; where from is pip's own
configuration. The tests also run a Neo4j server, which needs Java and Maven: its jars are fetched once into the
user's cache folder. Nothing else outside ``.venv`` is changed, except that on Debian-like systems what is missing (the
venv module, Java, Maven, the browser Chromium) is installed with apt-get if we are allowed to.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "randzon-setup.txt"
LOCK = ROOT / "requirements.lock"
OLDEST = (3, 11)
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "python")

TOOL = [str(PYTHON), "-m"]
CHECKS = {
    "lint": [*TOOL, "ruff", "check", "."],
    "format": [*TOOL, "ruff", "format", "--check", "."],
    "imports": [str(BIN / "lint-imports"), "--no-logo"],
    "types": [*TOOL, "pyright", "--pythonpath", str(PYTHON)],
    "repository": [*TOOL, "pytest", "-q", "tests/unit/test_repository.py"],
}
SLOWEST = ["--durations=20"] if os.environ.get("CI") else []  # where the minutes of CI go
IN_TEST = ("lint", "format", "imports", "types")  # pytest itself runs the repository rules


def environment() -> dict[str, str]:
    """The caller's environment without what would leak other packages into .venv."""
    env = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    env.update(PIP_USER="0", PYTHONNOUSERSITE="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    env.update(PYRIGHT_PYTHON_IGNORE_WARNINGS="1")  # no question to a registry for a newer version
    env["VIRTUAL_ENV"] = str(VENV)
    env["PATH"] = os.pathsep.join([str(BIN), env.get("PATH", os.defpath)])
    return env


def stop(message: str) -> NoReturn:
    """End with one line that names the problem and the remedy."""
    sys.exit(f"bootstrap: {message}")


def call(command: Sequence[str], **options: Any) -> int:
    """Run a command in the checkout and return its exit code."""
    return subprocess.run(command, cwd=str(ROOT), check=False, env=environment(), **options).returncode


def with_new_enough_python() -> None:
    """Go on under a Python that is new enough, or say which one is needed."""
    if sys.version_info >= OLDEST:
        return
    test = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    for name in NEWER:
        path = shutil.which(name)
        if path and call([path, "-c", test], stderr=subprocess.DEVNULL) == 0:
            sys.exit(call([path, str(Path(__file__).resolve()), *sys.argv[1:]]))
    stop(f"Python {OLDEST[0]}.{OLDEST[1]} or newer is needed; install it and try again")


def apt_install(*choices: str) -> bool:
    """Install the first of some packages that a Debian-like system has; False where that is not for us to do."""
    apt = shutil.which("apt-get")
    if apt is None or not hasattr(os, "geteuid") or os.geteuid() != 0:
        return False
    quiet = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    print(f"bootstrap: installing {' or '.join(choices)}", flush=True)
    call([apt, "update", "-q"], **quiet)
    return any(call([apt, "install", "-y", "-q", "--no-install-recommends", name], **quiet) == 0 for name in choices)


def have_browser() -> None:
    """Get Chromium, in which the tests open pages; without it those tests are skipped, which CI counts as failed."""
    if not any(shutil.which(name) for name in BROWSERS) and not apt_install("chromium"):
        print("bootstrap: no Chromium; the tests that open pages are skipped", flush=True)


def make_venv() -> None:
    """Make .venv; where Debian has split off the venv module, try to install that first."""
    if VENV.exists() and not (VENV / "pyvenv.cfg").exists():
        stop(f"{VENV.name} is no virtual environment; move it away and try again")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return
    package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if apt_install(package) and call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0:
        return
    call(command)  # once more, to show why
    stop(f"no virtual environment; on Debian or Ubuntu: sudo apt-get install {package}")


def wanted() -> str:
    """What .venv must have been made from to be used as it is."""
    digest = hashlib.sha256()
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes().replace(b"\r\n", b"\n"))
    return f"checkout {ROOT}\nfiles {digest.hexdigest()}\n"


def setup() -> None:
    """Bring .venv to what requirements.lock says; do nothing if it is there."""
    found = STAMP.read_text(encoding="utf-8") if STAMP.exists() else ""
    works = PYTHON.exists() and call([str(PYTHON), "-c", "import pip"], stderr=subprocess.DEVNULL) == 0
    if works and found == wanted():
        return
    begin = time.monotonic()
    if not works or found.splitlines()[:1] != wanted().splitlines()[:1]:
        print(f"bootstrap: making {VENV.name}", flush=True)
        make_venv()
    STAMP.unlink(missing_ok=True)
    pip = [*TOOL, "pip", "install", "--no-input", "--quiet"]
    print(f"bootstrap: installing from {LOCK.name}; this takes a minute or more", flush=True)
    if call([*pip, "--require-hashes", "-r", str(LOCK)]) != 0:
        stop("the packages could not be installed; see above, check the network or pip's configuration")
    if call([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)]) != 0:
        stop("the project could not be installed; see above")
    if call([*TOOL, "pip", "check"], stdout=subprocess.DEVNULL) != 0:
        stop("requirements.lock does not fit pyproject.toml; run: make lock")
    STAMP.write_text(wanted(), encoding="utf-8")
    print(f"bootstrap: ready after {time.monotonic() - begin:.0f} s", flush=True)


def fetch_server() -> None:
    """Have Java, Maven and the jars of Neo4j; without them its tests are skipped, which fails in CI."""
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        apt_install("openjdk-17-jre-headless", "openjdk-21-jre-headless")
    if shutil.which("mvn") is None:
        apt_install("maven")
    if call([str(PYTHON), str(ROOT / "scripts" / "neo4j_server.py"), "fetch"]) != 0:
        print("bootstrap: the tests of Neo4j cannot run, see above; the others can", flush=True)


def run_steps(steps: Sequence[tuple[str, Sequence[str]]]) -> int:
    """Run all steps, also after a failure, and return 1 if one failed."""
    results: list[tuple[str, int, float]] = []
    for name, command in steps:
        print(f"\n== {name}", flush=True)
        begin = time.monotonic()
        code = call(command)
        results.append((name, code, time.monotonic() - begin))
    print("\n== summary")
    for name, code, seconds in results:
        print(f"{name:<12}{'failed' if code else 'passed':<8}{seconds:6.1f} s")
    return int(any(code for _, code, _ in results))


def main(arguments: list[str]) -> int:
    """Run one of the four commands and return its exit code."""
    command, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    unknown = [name for name in rest if name not in CHECKS] if command == "check" else []
    if command not in ("run", "test", "check", "setup") or unknown:
        print(__doc__)
        print(f"Checks: {', '.join(CHECKS)}")
        return 0 if command in ("help", "-h", "--help") else 2
    with_new_enough_python()
    setup()
    if command == "run":
        scenario = ["hocm"] if not rest or rest[0].startswith("-") else []
        return call([str(BIN / "randzon"), "run", *scenario, *rest])
    if command == "check":
        return run_steps([(name, CHECKS[name]) for name in rest or CHECKS])
    if command == "test":
        fetch_server()
        have_browser()
        steps = [(name, CHECKS[name]) for name in IN_TEST]
        return run_steps([*steps, ("tests", [*TOOL, "pytest", *SLOWEST, *rest])])
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        stop("stopped; run the same command again to go on")
