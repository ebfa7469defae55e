"""The benchmarks run on a small system, check what they compare, and say what is missing."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.neo4j_server import Store
from tests.small_system import small_system

pytestmark = pytest.mark.integration

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"


def _program(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"benchmark_{name}", FOLDER / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # its data classes look themselves up
    spec.loader.exec_module(module)
    return module


def _said(run: Callable[[list[str]], Any], words: list[str]) -> str:
    """What a program refuses with."""
    with pytest.raises(SystemExit) as refused:
        run(words)
    return str(refused.value)


COMPILED = ["synthetic", "--draws", "16", "--runs", "1", "--years", "2", "--threads", "1"]


def test_c_agrees_with_the_kernel(capsys: pytest.CaptureFixture[str]) -> None:
    program = _program("compiled_limit")
    if shutil.which("gcc") is None:
        assert "gcc is not on the path" in _said(program.main, COMPILED)
        return
    program.main(COMPILED)
    assert "| 1 | " in capsys.readouterr().out


def test_a_missing_compiler_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert "gcc is not on the path" in _said(_program("compiled_limit").main, COMPILED)


def test_another_result_of_c_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    program = _program("compiled_limit")
    whole = program.static_tables

    def spoiled(*given: Any) -> dict[str, Any]:
        tables = whole(*given)
        return {**tables, "largest": tables["largest"] * 1.001, "length": tables["length"] * 0.999}

    monkeypatch.setattr(program, "static_tables", spoiled)
    refusal = "kernel and C differ by" if shutil.which("gcc") else "gcc is not on the path"
    assert refusal in _said(program.main, COMPILED)


def test_ema_workbench_gives_the_same_measures(capsys: pytest.CaptureFixture[str]) -> None:
    program = _program("ema_comparison")
    words = ["synthetic", "--draws", "10", "--ema-draws", "2", "--runs", "1", "--years", "1", "--carried", "parameters"]
    if importlib.util.find_spec("ema_workbench") is None:
        assert "install the extra" in _said(program.main, words)
        return
    program.main(words)
    assert "EMA Workbench, 35 quantities" in capsys.readouterr().out


def test_shared_runs_give_what_single_runs_give(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["synthetic", "--area", "area_0", "--draws", "4", "--runs", "1", "--sample", "1", "--questions"]
    _program("questions").main(words)
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert [row.split(" | ")[0] for row in rows[1:]] == ["| allocation", "| attribution", "| screen"]


def test_a_command_is_timed_in_its_own_process(monkeypatch: pytest.MonkeyPatch) -> None:
    program = _program("questions")
    monkeypatch.setattr(program, "COMMAND", [sys.executable, "-c", "bytearray(200_000_000)"])
    seconds, memory = program.timed_command(["screen"])
    assert seconds > 0
    assert memory > 190
    monkeypatch.setattr(program, "COMMAND", [sys.executable, "-c", "raise SystemExit('no such area')"])
    program.timed_command(["screen"])  # exit code 1 is an answer: a check found something
    monkeypatch.setattr(
        program, "COMMAND", [sys.executable, "-c", "import sys; print('bad', file=sys.stderr); sys.exit(2)"]
    )
    assert "screen ended with 2: bad" in _said(program.timed_command, ["screen"])


def test_the_speed_of_neo4j_is_measured(
    neo4j_store: Store, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    program = _program("neo4j_speed")
    monkeypatch.setattr(program, "load_sweden", small_system)
    for name, value in neo4j_store.environment.items():
        monkeypatch.setenv(name, value)
    program.main(["--own", "--copies", "1", "2", "--sample", "20"])
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines[2:]] == ["1", "2"]
    assert all("extrapolated from" in line for line in lines[2:])
    assert neo4j_store.cypher("MATCH (n) WHERE NOT n:RandzonStore RETURN count(n)") == [[0]]
