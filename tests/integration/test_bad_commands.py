"""What a command refuses: nothing on standard output, one message with place and remedy, nothing written."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from impact import open_result
from impact.result import Result
from tests.command_line import Saved, Shell
from tests.small_system import CONCENTRATE
from tests.spoiled import Folder

ONE = """\
name = "one"
title_sv = "En"

[[decisions]]
kind = "grant"
area = "{area}"
hospital = "{hospital}"
"""
BOTH = """\
name = "both"
title_sv = "Båda"

[[decisions]]
kind = "grant"
area = "liver"
hospital = "north"

[[decisions]]
kind = "refuse"
area = "liver"
hospital = "north"
"""


@pytest.fixture
def broken(shell: Shell) -> Folder:
    """A copy of the small dataset with three problems in two files."""
    folder = Folder(Path(shutil.copytree(shell.dataset, shell.folder / "broken")))
    folder.set("Region", 2, population="-5")
    folder.set("Region", 3, population_low="9e9")
    folder.set("LOCATED_IN", 2, target_id="nowhere")
    return folder


def test_a_dataset_that_is_missing(shell: Shell) -> None:
    for words in (("overview",), ("run", "two_units.toml"), ("data", "check"), ("data", "sources")):
        shell(*words, "--dataset", "nowhere").refusal("nowhere")
    shell("data", "diff", "sweden", "nowhere").refusal("nowhere")
    shell("data", "import", "nowhere", "--to", "x").refusal("nowhere")


def test_a_broken_dataset_lists_every_problem_and_writes_nothing(shell: Shell, broken: Folder) -> None:
    before = shell.files()
    for words in (("overview", "--dataset", broken.path), ("data", "import", broken.path, "--to", "fresh"),
                  ("data", "export", "fresh", "--dataset", broken.path)):  # fmt: skip
        message = shell(*words).refusal("nodes/region.csv, row 2", "nodes/region.csv, row 3", "located_in.csv, row 2")
        assert message.count("Remedy:") >= 3
    assert shell.files() == before


def test_an_export_into_a_folder_in_use(shell: Shell) -> None:
    (shell.folder / "used").mkdir()
    shell.write("used/mine.txt", "x")
    shell("data", "export", "used", small=True).refusal("used")
    shell("data", "import", shell.dataset, "--to", "used").refusal("used")
    assert {f for f in shell.files() if f.startswith("used")} == {"used", "used/mine.txt"}


def test_a_scenario_that_nobody_knows(shell: Shell) -> None:
    shell("run", "hocmm").refusal("hocmm", "near names: hocm")
    shell("run", "hocmm.toml").refusal("near names: hocm")
    shell("run", "qqqqqq").refusal("the ready ones are", "barnintensivvard")
    shell("scenarios", "hocmm").refusal("near names: hocm")


@pytest.mark.parametrize(
    ("content", "parts"),
    [
        (ONE.format(area="liver", hospital="midle"), ("scenario one", "midle", "middle")),
        (ONE.format(area="livr", hospital="nrth"), ("decisions[1].area = 'livr'", "liver", "nrth", "north")),
        (BOTH, ("decisions[2].hospital = 'north'", "refuse", "keep one of them")),
        ("", ("wrong.toml", "is empty", "template")),
        ("   \n", ("is empty",)),
        ("name = \n", ("not TOML",)),
        ("name = 'x'\ntitle_sv = 'å'\n".encode("latin-1"), ("not UTF-8", "save the file as UTF-8")),
        ('name = "x"\ntitle_sv = 3\nother = 1\n', ("title_sv", "other", "unknown key")),
        (CONCENTRATE.replace("units = 2", 'units = "two"'), ("decisions[1].units",)),
        (CONCENTRATE.replace("concentrate", "concentrat"), ("concentrat",)),
        ('name = "x"\ntitle_sv = "x"\n', ("is empty",)),
    ],
)  # fmt: skip
def test_a_scenario_that_is_wrong(shell: Shell, content: str | bytes, parts: tuple[str, ...]) -> None:
    shell.write("wrong.toml", content)
    before = shell.files()
    shell.run("--out", "x.nc", scenario="wrong.toml").refusal("The scenario has ", "Remedy:", *parts)
    assert shell.files() == before


def test_options_out_of_range(shell: Shell) -> None:
    shell.run("--as-of", "tomorrow").refusal("--as-of tomorrow", "YYYY-MM-DD")
    shell("overview", "--as-of", "x", "--since", "y", small=True).refusal("--as-of x", "--since y")
    shell("overview", "--since", "2027-01-01", small=True).refusal("2027-01-01", "earlier date")
    for name, value in (("draws", "1"), ("years", "0"), ("seed", "-1"), ("workers", "0")):
        shell.run(f"--{name}", value).refusal(f"{name} = {value}", "choose a number from")
    shell.run("--year", "3").refusal("--year 3", "from 0 to 2")
    shell.run("--draws", "many").refusal("--draws", "integer")
    shell.run("--format", "xml").refusal("--format", "'json'")
    shell("run").refusal("Missing argument")
    shell("runn").refusal("runn")


def test_settings_are_refused_all_at_once(shell: Shell) -> None:
    wrong = ("nobody=1", "route_share=2", "route_share=x", "rote_share=0.9", "route_share", "tau_up=nan")
    message = shell.run(*(word for w in wrong for word in ("--set", w))).refusal(
        "--set nobody: no such quantity", "--set route_share=2: choose a number from", "--set route_share=x: write",
        "near: route_share", "data sources --ids", "--set tau_up=nan",
    )  # fmt: skip
    assert len(message.strip().splitlines()) >= len(wrong)


def test_places_that_cannot_be_written(shell: Shell) -> None:
    shell.run("--out", "missing/x.nc").refusal("missing/x.nc", "make it first")
    shell.run("--out", ".").refusal("is a folder")
    shell("scenarios", "new", "missing/x.toml").refusal("missing", "make it first")


def test_files_that_are_no_result(shell: Shell, saved: Saved) -> None:
    shell.write("text.nc", "no result")
    shell.write("half.nc", saved.file.read_bytes()[:5000])
    xr.Dataset({"x": ("y", np.arange(3.0))}).to_netcdf(shell.folder / "other.nc")
    result = open_result(saved.file)
    bare = Result(result.data, result.manifest, {k: v for k, v in result.notes.items() if k != "system"})
    bare.save(shell.folder / "bare.nc")
    for name in ("text.nc", "half.nc", "other.nc", "bare.nc", "missing.nc"):
        shell("show", name).refusal(name, "randzon run … --out")
