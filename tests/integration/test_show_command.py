"""Every saved answer is shown again as it was printed, from the file alone; what cannot be shown is refused."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from interface.show_command import KINDS
from tests.command_line import Saved, Shell

FEW = ("--draws", "10", "--years", "2")
FLOOR = """\
id,hospital_kind,measure,unit,threshold,direction,basis,hardness,grade,source
mine,university,research_caseload,patients/year,60,at_least,absolute,hard,assumed,a_test
"""
ASKED: dict[str, tuple[str, ...]] = {
    "overview": ("overview", "--since", "2024-01-01", "--mask", "10"),
    "run": ("run", "two_units.toml", *FEW),
    "accumulate": ("accumulate", *FEW, "--hospital", "norra"),
    "baseline": ("baseline", "--draws", "4"),
    "baseline compare": ("baseline", "compare", "study/baseline-2022-12-31.nc", "study/baseline-2025-12-31.nc"),
    "attribute": ("attribute", "--draws", "4", "--years", "2", "--interactions", "--year", "0"),
    "clusters": ("clusters", "--min", "0.01", "--interactions", "4", "--years", "2"),
    "compare": ("compare", "two_units.toml", "south_alone.toml", *FEW),
    "explain": ("explain", "two_units.toml", *FEW, "--hospital", "Norra", "--top", "2"),
    "headroom": ("headroom", *FEW),
    "repair": ("repair", "south_alone.toml", *FEW, "--floors", "mine.csv"),
    "screen": ("screen", *FEW, "--all"),
    "sequence": ("sequence", "two_areas.toml", *FEW, "--reverse-after", "1", "--passive", "Norra"),
    "stress": ("stress", "--draws", "4", "--pairs", "--hospital", "Norra"),
    "unknowns": ("unknowns", "two_units.toml", "--draws", "100", "--years", "2"),
    "data check": ("data", "check"),
    "data diff": ("data", "diff", "SMALL", "other"),
    "data sources": ("data", "sources"),
    "data area": ("data", "area", "heart"),
    "data hospital": ("data", "hospital", "north"),
    "data source": ("data", "source", "a_test"),
    "data gaps": ("data", "gaps", "heart"),
    "data balance": ("data", "balance", "--draws", "10", "--all"),
    "data claims": ("data", "claims", "--draws", "5", "--hospital", "Örebro"),
    "data assumptions": ("data", "assumptions", "--scenario", "two_units.toml", "--draws", "20", "--most", "2"),
    "followup show": ("followup", "show", "--mask", "10", "--all"),
    "followup confront": ("followup", "confront"),
}
WITHOUT_DATASET = (
    "data diff",
    "data claims",
    "baseline compare",
)  # of two folders; of two files; of the packaged dataset, which has claims
TWO = """\
name = "two_areas"
title_sv = "Två områden"
title_en = "Two areas"
[[decisions]]
kind = "concentrate"
area = "heart"
units = 1
date = 2026-07-01
[[decisions]]
kind = "concentrate"
area = "valve"
units = 1
hospitals = ["south"]
date = 2027-07-01
"""


@pytest.fixture
def ready(shell: Shell) -> Shell:
    """With a floor that breaks, two decisions, and a dataset that differs."""
    shell.write("mine.csv", FLOOR)
    shell.write("two_areas.toml", TWO)
    other = shutil.copytree(shell.dataset, shell.folder / "other") / "dataset.csv"
    other.write_text(other.read_text(encoding="utf-8").replace("2025", "2024"), encoding="utf-8")
    return shell


def ask(shell: Shell, command: str, *more: str) -> str:
    if command == "baseline compare" and not (shell.folder / "study").exists():
        for day in ("2022-12-31", "2025-12-31"):
            shell("baseline", "--as-of", day, "--draws", "4", "--out", "study", "--no-report", small=True)
    words = [str(shell.dataset) if word == "SMALL" else word for word in ASKED[command]]
    answer = shell(*words, *more, small=command not in WITHOUT_DATASET)
    assert answer.code in (0, 1), answer.err
    return answer.out


def test_every_kind_of_answer_is_asked_for() -> None:
    assert set(ASKED) == set(KINDS)


@pytest.mark.parametrize("command", ASKED)
def test_a_saved_answer_is_shown_as_it_was_printed(ready: Shell, command: str) -> None:
    whole = ask(ready, command, "--format", "json")
    file = ready.write("answer.json", whole)
    for lang in ("sv", "en"):
        answer = ready("show", file, "--lang", lang)
        assert (answer.out, answer.code) == (ask(ready, command, "--lang", lang), 0)
        assert len(answer.out) > 100
        assert ("Sparat svar: " if lang == "sv" else "Saved answer: ") in answer.err
    assert ready("show", file, "--format", "csv").code == 0
    again = ready("show", file, "--format", "json")
    assert again.out == whole
    again.json(command.replace(" ", "-"))


def test_an_answer_in_english_is_shown_in_swedish(shell: Shell) -> None:
    file = shell.write("answer.json", ask(shell, "headroom", "--format", "json", "--lang", "en"))
    assert shell("show", file).out == ask(shell, "headroom")


@pytest.mark.parametrize("command", ["overview", "repair", "screen", "stress", "data sources"])
def test_rows_of_a_saved_answer_are_those_that_were_printed(ready: Shell, command: str) -> None:
    file = ready.write("answer.json", ask(ready, command, "--format", "json"))
    assert ready("show", file, "--format", "csv").out == ask(ready, command, "--format", "csv")


def test_what_an_answer_saved_with_out_says_of_itself(shell: Shell) -> None:
    assert shell("accumulate", *FEW, "--seed", "7", "--out", "a.json", small=True).code == 0
    told = shell("show", "a.json", "--lang", "en").err
    manifest = json.loads((shell.folder / "a.json").read_text(encoding="utf-8"))["manifest"]
    for part in (manifest["system_hash"][:10], manifest["dataset"]["as_of"], "10 draws with the seed 7",
                 "The dataset in the program is another"):  # fmt: skip
        assert part in told
    packaged = shell("headroom", "--draws", "2", "--years", "1", "--hospital", "nus", "--set", "route_share=0.5",
                     "--format", "json")  # fmt: skip
    file = shell.write("sweden.json", packaged.out)
    assert "The dataset in the program is the same" in shell("show", file, "--lang", "en").err
    changed = json.loads(packaged.out)
    changed["manifest"]["system_hash"] = "0" * 64
    file = shell.write("older.json", json.dumps(changed))
    assert "har ändrats sedan dess" in shell("show", file).err


def test_all_and_year_can_be_asked_for_anew(shell: Shell) -> None:
    file = shell.write("run.json", ask(shell, "run", "--format", "json"))
    assert shell("show", file, "--all", "--year", "1").out == ask(shell, "run", "--all", "--year", "1")
    shell("show", file, "--year", "3").refusal("--year 3", "from 0 to 2")
    file = shell.write("room.json", ask(shell, "headroom", "--format", "json"))
    shell("show", file, "--year", "1").refusal("--year 1", "headroom")


def spoiled(whole: str, **changes: Any) -> str:
    content = json.loads(whole)
    content["answer"] |= changes
    return json.dumps(content)


def test_files_that_cannot_be_shown(shell: Shell, saved: Saved) -> None:
    whole = ask(shell, "headroom", "--format", "json")
    content = json.loads(whole)
    before = {k: v for k, v in content.items() if k not in ("answer", "nodes")}
    rowless = {k: v for k, v in content.items() if k != "rows"}
    bad = {
        "half.json": (whole[:500], "no whole JSON file"),
        "list.json": ("[1, 2]", "no 'answer'"),
        "before.json": (json.dumps(before), "no 'answer'"),
        "later.json": (spoiled(whole, format=2), "format 2", "this version shows 1", "randzon headroom"),
        "other.json": (spoiled(whole, command="guess"), "'guess'", "known are"),
        "rowless.json": (json.dumps(rowless), "lacks rows", "ask again"),
        "alpha.json": (json.dumps({**content, "alpha": "much"}), "damaged answer of 'headroom'", "ask again"),
        "latin.json": (whole.encode("utf-8").replace("ä".encode(), b"\xe4"), "no whole JSON file"),
        "netcdf.json": (saved.file.read_bytes(), "no whole JSON file"),
    }
    for name, (text, *parts) in bad.items():
        file: Path = shell.write(name, text)
        shell("show", file).refusal(name, *parts)
    shell("show", "missing.json").refusal("missing.json", "cannot be read", "give a JSON file")
