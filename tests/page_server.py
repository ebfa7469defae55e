"""The page of `randzon serve` for the tests: a server of their own on a free port, ended with them."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from tests.command_line import COMMAND, ROOT, environment

__all__ = ["free_port", "served"]

PATIENCE = 60  # seconds until it answers


def free_port() -> int:
    """A port of this machine that nobody listens on."""
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return int(place.getsockname()[1])


def _answers(port: int, base: str) -> bool:
    asked = HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        asked.request("GET", f"{base}/_stcore/health")
        return asked.getresponse().status == HTTPStatus.OK
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


@contextmanager
def served(log: Path, *arguments: str, base: str = "") -> Iterator[str]:
    """The address of a server; what it prints goes to a file. `base` is the path that it is served at, `/nhv`."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    with log.open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            [*COMMAND, "serve", "--port", str(port), *arguments], cwd=ROOT, env=environment(), stdout=stream,
            stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            end = time.monotonic() + PATIENCE
            while not _answers(port, base):
                assert process.poll() is None, log.read_text(encoding="utf-8")
                assert time.monotonic() < end, "the page does not answer"
                time.sleep(0.1)
            yield address + base
        finally:
            process.terminate()
            process.wait(timeout=30)
