"""Commands in processes of their own, and what they printed."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from interface.output_schemas import output_schema

__all__ = ["COMMAND", "Answer", "Saved", "Server", "Shell", "environment", "fresh"]

ROOT = Path(__file__).resolve().parents[1]
COMMAND = [sys.executable, "-c", "from interface.cli import main; main()"]


def environment() -> dict[str, str]:
    """Where the packages are, a fixed width, no colours."""
    kept = {k: v for k, v in os.environ.items() if k not in ("FORCE_COLOR", "COLUMNS", "PYTHONWARNINGS")}
    return {**kept, "PYTHONPATH": str(ROOT), "COLUMNS": "120", "NO_COLOR": "1", "PYTHONIOENCODING": "ascii"}


def _no_constant(name: str) -> Any:
    raise AssertionError(f"{name} in JSON")


@dataclass(frozen=True)
class Answer:
    """What a command printed."""

    code: int
    out: str
    err: str

    def json(self, schema: str | None) -> Any:
        """The one JSON object on standard output, valid and without NaN."""
        assert self.code in (0, 1), self.err
        content = json.loads(self.out, parse_constant=_no_constant)
        assert isinstance(content, dict)
        if schema is not None:
            Draft202012Validator(output_schema(schema)).validate(content)
        return content

    def csv(self) -> list[dict[str, str]]:
        """The rows on standard output, each as long as the header."""
        assert self.code in (0, 1), self.err
        rows = list(csv.reader(io.StringIO(self.out)))
        assert {len(row) for row in rows} == {len(rows[0])}
        return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]

    def refusal(self, *parts: str) -> str:
        """One message on standard error that holds the parts; nothing else."""
        assert (self.code, self.out) == (2, ""), self.out + self.err
        assert "Traceback" not in self.err
        assert self.err.startswith(("randzon: ", "Usage: randzon "))
        assert self.err.count("randzon: ") <= 1
        for part in parts:
            assert part in self.err, self.err
        return self.err


class Server:
    """Runs commands in processes that a loaded process forks; without fork each in a fresh one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.process: subprocess.Popen[str] | None = None
        if hasattr(os, "fork"):
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.fork_server"], cwd=ROOT, env=environment(), text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )  # fmt: skip

    def answer(self, arguments: list[str], folder: Path, more: Mapping[str, str] | None = None) -> Answer:
        if self.process is None or self.process.stdin is None or self.process.stdout is None:
            return fresh(arguments, folder, more)
        out, err = self.folder / "out", self.folder / "err"
        wanted = {"arguments": arguments, "folder": str(folder), "out": str(out), "err": str(err),
                  "environment": dict(more or {})}  # fmt: skip
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        code = int(self.process.stdout.readline())
        return Answer(code, out.read_bytes().decode("utf-8"), err.read_bytes().decode("utf-8"))

    def stop(self) -> None:
        if self.process is not None:
            self.process.communicate(timeout=60)


def fresh(arguments: list[str], folder: Path, more: Mapping[str, str] | None = None) -> Answer:
    """The answer of a command in a fresh process."""
    env = {**environment(), **(more or {})}
    done = subprocess.run([*COMMAND, *arguments], cwd=folder, env=env, capture_output=True, timeout=300, check=False)
    return Answer(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


class Shell:
    """Runs commands in a folder of the test's own, with more in the environment where `more` is given."""

    def __init__(self, folder: Path, dataset: Path, server: Server, more: Mapping[str, str] | None = None) -> None:
        self.folder, self.dataset, self.server, self.more = folder, dataset, server, dict(more or {})

    def __call__(self, *arguments: str | Path, small: bool = False) -> Answer:
        words = [*map(str, arguments), *(["--dataset", str(self.dataset)] if small else [])]
        return self.server.answer(words, self.folder, self.more)

    def run(self, *arguments: str | Path, scenario: str = "two_units.toml", draws: int = 20) -> Answer:
        return self("run", scenario, "--draws", str(draws), "--years", "2", *arguments, small=True)

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    def files(self) -> set[str]:
        return {str(p.relative_to(self.folder)) for p in self.folder.rglob("*")}


@dataclass(frozen=True)
class Saved:
    """A run that was saved, and what it printed."""

    file: Path
    answer: Answer
