"""Long commands with --out: stopped with Ctrl-C they keep their runs, and --resume goes on to the same answer."""

from __future__ import annotations

import pytest

from interface.kept_runs import kept_runs
from tests.command_line import Shell

ASKED = {
    "accumulate": ("accumulate", "--draws", "10", "--years", "2"),
    "headroom": ("headroom", "--draws", "10", "--years", "2"),
    "repair": ("repair", "south_alone.toml", "--draws", "10", "--years", "2"),
    "screen": ("screen", "--draws", "10", "--years", "2"),
    "stress": ("stress", "--draws", "4"),
}


@pytest.mark.parametrize("command", ASKED)
def test_an_answer_is_saved_and_only_an_own_try_is_resumed(
    shell: Shell, command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = (*ASKED[command], "--format", "json")
    before = shell.files()
    answer = shell(*words, "--out", "a.json", small=True)
    assert shell.files() - before == {"a.json"}  # the runs are gone when the work is done
    assert shell("show", "a.json", "--format", "json").out == answer.out
    assert answer.json(command)["failed_runs"] == []
    shell(*words, "--resume", small=True).refusal("--resume", "--out")
    shell(*words, "--out", "b.json", "--resume", small=True).refusal("b.json.runs", "to go on from")
    shell(*words, "--out", "missing/b.json", small=True).refusal("make it first")
    manifest, file, asked = answer.json(command)["manifest"], shell.folder / "a.json", {"other": 1}
    with (
        pytest.raises(KeyboardInterrupt),
        kept_runs(command, manifest, file, resume=False, asked=asked),
    ):
        raise KeyboardInterrupt
    assert "a.json.runs: ask the same again with --resume" in capsys.readouterr().err
    assert shell(*words, "--out", "a.json", "--resume", small=True).refusal("a.json.runs", "belongs to another")
    assert shell.files() - before == {"a.json", "a.json.runs"}
