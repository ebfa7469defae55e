"""The launcher with a real server, as a person starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.neo4j_server import answers, fetch, free_port

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="signals are those of POSIX"),
]
SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "neo4j_server.py"


def test_a_persons_server_says_how_to_log_in_and_stops_at_ctrl_c(tmp_path: Path) -> None:
    import neo4j

    fetch()
    port = free_port()
    command = [sys.executable, str(SCRIPT), "run", "--data", str(tmp_path / "own"), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        shown = "".join(process.stdout.readline() for _ in range(6))
        assert f"bolt://127.0.0.1:{port}" in shown
        file = re.search(r'PASSWORD="\$\(cat (.*)\)"', shown)
        assert file is not None
        password = Path(file[1]).read_text(encoding="ascii")
        assert password not in shown
        with neo4j.GraphDatabase.driver(f"bolt://127.0.0.1:{port}", auth=("neo4j", password)) as driver:
            driver.verify_connectivity()
        process.send_signal(signal.SIGINT)
        assert process.stdout.read() == "stopped\n"
        assert process.wait(60) == 0
    assert not answers(port)
    console = (tmp_path / "own" / "logs" / "console.log").read_text(encoding="utf-8")
    assert console.rstrip().endswith("Stopped.")
