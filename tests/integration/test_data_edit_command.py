"""The command data edit: a file of edits to a dataset folder; what is wrong is refused and nothing is written."""

from __future__ import annotations

from pathlib import Path

import pytest

from loaders import read_dataset
from loaders.edit_files import edits_file
from loaders.edit_rules import with_edits
from loaders.edits import Edit
from tests.command_line import Shell
from tests.small_system import small_system

FIXED = Edit("route_share", "by hand", "2026-01-31", 0.8, 0.8, 0.8)


def test_help_shows_an_example(shell: Shell) -> None:
    answer = shell("data", "edit", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "randzon data edit" in " ".join(answer.out.split()).split("Example", 1)[1]


def test_an_edited_dataset_gives_what_set_gives(shell: Shell, small_dataset: Path) -> None:
    system = read_dataset(small_dataset)
    file = shell.write("edits.json", edits_file(system, [FIXED]))
    answer = shell("data", "edit", file, "--to", "mine", small=True)
    assert (answer.code, answer.err) == (0, "")
    copy = with_edits(system, [FIXED])
    assert answer.out.split() == ["mine", copy.content_hash]
    assert read_dataset(shell.folder / "mine") == copy
    how = ("run", "two_units.toml", "--draws", "4", "--years", "2", "--format", "json")
    edited = shell(*how, "--dataset", "mine").json("run")["effects"]
    fixed = shell(*how, "--set", "route_share=0.8", small=True).json("run")["effects"]
    assert [r["effect"] for r in edited] == [r["effect"] for r in fixed]
    plain = shell(*how, small=True).json("run")["effects"]
    assert [r["effect"] for r in plain] != [r["effect"] for r in fixed]


def test_another_dataset_is_named_and_everything_wrong_is_told(shell: Shell) -> None:
    other = small_system(version="2")
    file = shell.write("edits.json", edits_file(other, [FIXED]))
    told = shell("data", "edit", file, "--to", "mine", small=True)
    assert told.code == 0
    assert "was made on another dataset" in told.err
    wrong = [Edit("route_share", "", "2026-01-31", 2, 2, 2), Edit("rout_share", "x", "2026-01-31", 1, 1, 1)]
    file = shell.write("wrong.json", edits_file(small_system(), wrong))
    before = shell.files()
    refused = shell("data", "edit", file, "--to", "other", small=True)
    refused.refusal("route_share: a reason is missing", "above the largest value 0.98", "near ones: route_share")
    assert shell.files() == before


@pytest.mark.parametrize(("name", "part"), [("none.json", "cannot be read"), ("broken.json", "no file of edits")])
def test_a_file_that_is_none_is_refused(shell: Shell, name: str, part: str) -> None:
    shell.write("broken.json", "{}")
    shell("data", "edit", name, "--to", "mine", small=True).refusal(name, part)
